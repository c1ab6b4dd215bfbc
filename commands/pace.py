"""How long a stage will take: as a curve says, and as the last runs on this machine kept to it.

A curve is seconds to begin with and seconds for each post (for each byte, while nothing is read yet). What a
run takes in place of that is kept as a factor a stage, in a small file of the user's cache folder. It holds
names of stages and numbers, and nothing of any forum.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from ..cache import cache_directory

READING: Final = "reading"
"""The stage that is measured by bytes."""

_CURVES: Final[Mapping[str, tuple[float, float]]] = {
    READING: (1.0, 5e-7),
    "finding petitions": (2.0, 5e-5),
    "finding targets": (0.1, 5e-5),
    "counting petitions": (3.0, 1e-3),
    "reading claims": (0.5, 3e-4),
    "embedding": (1.0, 1e-3),
    "finding topics": (10.0, 4e-3),
    "finding topics (compiling once, some minutes)": (240.0, 4e-3),
    "matching themes": (2.0, 8e-4),
    "comparing weeks": (1.0, 5e-4),
    "reading stance": (3.0, 2e-2),
    "publishing": (12.0, 3e-4),
}
_ANY: Final = (1.0, 5e-4)
_LEARNT: Final = 0.5
"""Weight of the last run beside those before it."""
_log = logging.getLogger(__name__)


class Paces:
    """What is known of how long stages take.

    Args:
        path: where it is kept; None for the cache folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache_directory() / "paces.json"
        self._factors = _factors(self._path)

    def expected(self, stage: str, size: int) -> float:
        """Seconds that a stage will take.

        Args:
            stage: its name.
            size: posts, or bytes of exports while reading; 0 where nobody knows, and then there is no answer.

        Returns:
            The seconds; 0.0 where nobody knows.
        """
        return self._curve(stage, size) * self._factors.get(stage, 1.0) if size else 0.0

    def learn(self, stage: str, size: int, seconds: float) -> None:
        """Take note of what a stage took."""
        if not size:
            return
        found, former = seconds / self._curve(stage, size), self._factors.get(stage)
        self._factors[stage] = found if former is None else former + _LEARNT * (found - former)

    def keep(self) -> None:
        """Write what was learnt; where that can't be done, the next run knows no better."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.write_bytes(orjson.dumps(self._factors, option=orjson.OPT_SORT_KEYS))
        except OSError as error:
            _log.debug("%s: paces are not kept (%s)", self._path, error)

    @staticmethod
    def _curve(stage: str, size: int) -> float:
        start, each = _CURVES.get(stage, _ANY)
        return start + each * size


def _factors(path: Path) -> dict[str, float]:
    try:
        content: Any = orjson.loads(path.read_bytes())
        return {str(stage): float(factor) for stage, factor in content.items() if factor > 0}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
