"""forum-pulse: how many people back this, what do people push back on, and why?

    import forum_pulse as fp
    fp.count("slack-export.zip")["petitions"]       # petitions alone, without any model of language
    run = fp.analyze("slack-export.zip", out="report")
    run["themes"]                                   # a pandas DataFrame
    fp.plots.pushback(run)                          # an Altair chart

The names below load what they need when they are first used (PEP 562): importing the package costs
milliseconds, not the ten seconds of torch and BERTopic.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from . import plots as plots
    from .config import Config
    from .corpus.corpus import Corpus, read
    from .counting import count
    from .errors import ForumPulseError
    from .petitions import ActDetector
    from .pipeline import analyze
    from .run import Run
    from .sentiment import PolarityClassifier, StanceClassifier
    from .topics import ThemeModel, TopicModel

_HOMES = {
    "ActDetector": ".petitions",
    "Config": ".config",
    "Corpus": ".corpus.corpus",
    "ForumPulseError": ".errors",
    "PolarityClassifier": ".sentiment",
    "Run": ".run",
    "StanceClassifier": ".sentiment",
    "ThemeModel": ".topics",
    "TopicModel": ".topics",
    "analyze": ".pipeline",
    "count": ".counting",
    "read": ".corpus.corpus",
}

__all__ = [
    "ActDetector",
    "Config",
    "Corpus",
    "ForumPulseError",
    "PolarityClassifier",
    "Run",
    "StanceClassifier",
    "ThemeModel",
    "TopicModel",
    "analyze",
    "count",
    "read",
]


def __getattr__(name: str) -> Any:
    if name == "plots":
        return import_module(".plots", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "plots"])
