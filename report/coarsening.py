"""Counts that are not shown exactly: rounded, or with noise of a stated size.

Both come after suppression, which works on true figures. A figure that stands in several places is changed
once, so that the same number is read everywhere; sums of changed figures need not add up.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from ..config import PrivacyConfig
from ..errors import ConfigError
from .shares import share_and_interval

Coarsen = Callable[[str, int], int]
"""Name of a figure and its value -> what is shown."""

SHARES: Final = ("share", "share_low", "share_high")


def coarsening(privacy: PrivacyConfig) -> Coarsen | None:
    """How counts are changed before they are shown; None where they are shown as they are.

    Raises:
        ConfigError: noise is asked for, and OpenDP is not installed.
    """
    if privacy.epsilon:
        return Noise(privacy.epsilon)
    if privacy.round:
        step = privacy.round
        return lambda _, value: (2 * value + step) // (2 * step) * step
    return None


def coarse_shares(key: str, part: int, share: float | None, coarsen: Coarsen) -> dict[str, float | None]:
    """A share and its interval, of the changed part in the changed whole.

    Args:
        key: figure of the part.
        part: its true value.
        share: the true share.
        coarsen: how both are changed.
    """
    if not part or not share:
        # The upper end would tell the size of the whole.
        return {"share": share, "share_low": share, "share_high": None}
    whole = max(coarsen(f"whole of {key}", round(part / share)), 1)
    return dict(zip(SHARES, share_and_interval(min(coarsen(key, part), whole), whole), strict=True))


class Noise:
    """Noise of the discrete Laplace distribution, drawn by OpenDP; one draw a figure.

    One person more or less changes a count by at most one, so each figure shown costs `epsilon`; what all of
    them cost together is at most their number times that (sequential composition).

    Source: Ghosh, Roughgarden, Sundararajan, *Universally Utility-Maximizing Privacy Mechanisms* (2012).

    Args:
        epsilon: of one figure.

    Raises:
        ConfigError: OpenDP is not installed.
    """

    def __init__(self, epsilon: float) -> None:
        try:
            # An extra, and needed only where noise is asked for.
            dp: Any = import_module("opendp.prelude")
        except ImportError as error:
            raise ConfigError(
                "[privacy] epsilon needs OpenDP", hint="pip install 'forum-pulse[dp]'"
            ) from error
        dp.enable_features("contrib")
        space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
        self._measurement = dp.m.make_laplace(*space, scale=1 / epsilon)
        self._epsilon = epsilon
        self._drawn: dict[str, int] = {}

    def __call__(self, key: str, value: int) -> int:
        """The figure with noise, never below 0."""
        if key not in self._drawn:
            self._drawn[key] = max(int(self._measurement(value)), 0)
        return self._drawn[key]

    @property
    def spent(self) -> float:
        """The budget of all figures drawn so far."""
        return self._epsilon * len(self._drawn)
