"""What was said: discovered topics, themes from a codebook, trends.

`TopicModel` finds groups nobody named beforehand; `ThemeModel` looks for the concerns somebody did name.
"""

from .codebook import Codebook, Theme, builtin_codebooks, load_codebook
from .model import Coverage, Topic, TopicModel
from .runs import find_topics
from .stability import Stability
from .tables import read_themes, read_topics
from .themes import ThemeHit, ThemeModel
from .trends import Trend, trend

__all__ = [
    "Codebook",
    "Coverage",
    "Stability",
    "Theme",
    "ThemeHit",
    "ThemeModel",
    "Topic",
    "TopicModel",
    "Trend",
    "builtin_codebooks",
    "find_topics",
    "load_codebook",
    "read_themes",
    "read_topics",
    "trend",
]
