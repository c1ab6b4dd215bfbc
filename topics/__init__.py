"""What was said: discovered topics, themes from a codebook, trends.

`TopicModel` finds groups nobody named beforehand; `ThemeModel` looks for the concerns somebody did name.
"""

from .codebook import Codebook, Theme, builtin_codebooks, load_codebook
from .drafts import draft, to_yaml
from .matching import Fit, fit, match
from .model import Coverage, Topic, TopicModel, stage
from .review import Finding, review
from .runs import find_topics
from .shifts import read_shifts
from .stability import Stability
from .tables import read_themes, read_topics
from .themes import ThemeHit, ThemeModel
from .trends import Trend, read_trends, trend

__all__ = [
    "Codebook",
    "Coverage",
    "Finding",
    "Fit",
    "Stability",
    "Theme",
    "ThemeHit",
    "ThemeModel",
    "Topic",
    "TopicModel",
    "Trend",
    "builtin_codebooks",
    "draft",
    "find_topics",
    "fit",
    "load_codebook",
    "match",
    "read_shifts",
    "read_themes",
    "read_topics",
    "read_trends",
    "review",
    "stage",
    "to_yaml",
    "trend",
]
