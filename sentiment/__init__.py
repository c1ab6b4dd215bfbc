"""How it was meant: stance towards targets, and the polarity of the words.

An `Inquiry` finds the posts that are about a target, `person_stances` turns their readings into people,
`read_polarity` scores words. The models are small and honest about doubt; whatever has the same `read` or
`predict_proba` can stand in their place.
"""

from .inquiry import Inquiry, Questions
from .labels import Labels, stance_labels
from .people import person_stances
from .polarity import POLARITIES, Polarity, PolarityClassifier, PolarityReader, read_polarity
from .quantify import corrected_shares
from .sample import QUICK, undrawn_people
from .stance import STANCES, Reading, Stance, StanceClassifier, StanceReader
from .targets import Basis, Target, all_targets

__all__ = [
    "POLARITIES",
    "QUICK",
    "STANCES",
    "Basis",
    "Inquiry",
    "Labels",
    "Polarity",
    "PolarityClassifier",
    "PolarityReader",
    "Questions",
    "Reading",
    "Stance",
    "StanceClassifier",
    "StanceReader",
    "Target",
    "all_targets",
    "corrected_shares",
    "person_stances",
    "read_polarity",
    "stance_labels",
    "undrawn_people",
]
