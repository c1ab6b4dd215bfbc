"""How rare would this be if nothing were going on? The tests behind the flags, as plain functions of numbers.

Each says how it guards against finding something merely because it looked often: the chance `alpha` is that
of one false alarm or more among all windows, or all organisations, of one petition.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BESIDE = 8
"""How many windows to either side of a window make its baseline."""
_MAD_TO_SIGMA = 0.6745


@dataclass(frozen=True, slots=True)
class Burst:
    """A window in which more happened than in the time around it.

    Attributes:
        start: when it begins, in the unit of the moments; it ends `length` later.
        events: how many happened in it.
        expected: how many the rate around it leads to expect.
        p_value: corrected for the number of windows that were looked at.
    """

    start: float
    length: float
    events: int
    expected: float
    p_value: float


def bursts(
    moments: Sequence[float],
    lengths: Sequence[float],
    *,
    period: tuple[float, float],
    alpha: float,
    least: int,
    clock: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
) -> list[Burst]:
    """Windows with more events than the time around them leads to expect, the rarest first, none overlapping.

    A window is laid from each event on. Its baseline is the time `BESIDE` windows to either side, the window
    itself left out. Where the rate hardly changes within that stretch, by the clock that is given, the events
    in the window, given all of the stretch, follow a binomial law, which needs no estimate of the rate
    (Przyborowski and Wilenski 1940, Biometrika 31; the event the window is laid from is not among those
    tried). The stretch is short, so that the ebb and flow of days and of interest over weeks is no burst. As
    many windows are looked at as there are events, for each length: Bonferroni's correction. That costs some
    power against the exact law of the greatest count in any window (Naus 1965, JASA 60), which however holds
    for an even rate over all time.

    Args:
        moments: of the events, in any order and unit.
        lengths: of the windows, in the same unit.
        period: first and last moment at which something could have happened.
        alpha: chance of any false alarm.
        least: fewest events that are called a burst.
        clock: tells how much of the time usual for events has gone by at some moments, in any unit; None for
            time that passes evenly.
    """
    times = np.sort(np.asarray(moments, dtype=np.float64))
    tried = len(times) * len(lengths)
    found = [
        burst for length in lengths for burst in _windows(times, length, period, tried, clock or np.array)
    ]
    rare = sorted(
        (burst for burst in found if burst.p_value <= alpha and burst.events >= least),
        key=lambda burst: (burst.p_value, burst.start, burst.length),
    )
    chosen: list[Burst] = []
    for burst in rare:
        if all(
            burst.start + burst.length <= other.start or other.start + other.length <= burst.start
            for other in chosen
        ):
            chosen.append(burst)
    return chosen


def _windows(
    times: NDArray[np.float64],
    length: float,
    period: tuple[float, float],
    tried: int,
    clock: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> list[Burst]:
    """The window from each event on, with its corrected p-value."""
    from scipy.stats import binom  # heavy: only when something is counted

    first, last = period
    ends = np.minimum(times + length, last)
    low, high = np.maximum(times - BESIDE * length, first), np.minimum(times + (BESIDE + 1) * length, last)
    inside = np.searchsorted(times, ends, "right") - np.searchsorted(times, times, "left")
    around = np.searchsorted(times, high, "right") - np.searchsorted(times, low, "left")
    within = clock(ends) - clock(times)
    beside = clock(high) - clock(low) - within
    # A window with nothing beside it can't be told from its baseline.
    share = np.divide(within, within + beside, out=np.ones_like(beside), where=beside > 0)
    p_values = np.minimum(binom.sf(inside - 2, around - 1, share) * tried, 1.0)
    rates = np.divide(around - inside, beside, out=np.zeros_like(beside), where=beside > 0)
    return [
        Burst(float(start), length, int(events), float(expected), float(p))
        for start, events, expected, p in zip(times, inside, rates * within, p_values, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Excess:
    """A group with more of the chosen than its size leads to expect; `p_value` corrected for all groups."""

    group: str
    chosen: int
    expected: float
    p_value: float


def over_represented(
    chosen: Mapping[str, int], members: Mapping[str, int], *, alpha: float, share: float
) -> list[Excess]:
    """Groups that dominate among the chosen, the rarest first.

    If each were as likely to be chosen whatever the group, the chosen of a group follow a hypergeometric law
    (Fisher's exact test, one-sided). Holm's step-down correction over the groups (Holm 1979, Scandinavian
    Journal of Statistics 6).

    Args:
        chosen: how many of each group were chosen.
        members: how many each group has; groups are disjoint.
        alpha: chance of any false alarm.
        share: the least share of all the chosen that is called dominating.
    """
    total, drawn = sum(members.values()), sum(chosen.values())
    raw = {group: tail(chosen.get(group, 0), members[group], drawn, total) for group in members}
    found: list[Excess] = []
    greatest = 0.0
    for place, group in enumerate(sorted(raw, key=lambda name: (raw[name], name))):
        greatest = max(greatest, min(raw[group] * (len(raw) - place), 1.0))
        mine = chosen.get(group, 0)
        if greatest <= alpha and mine >= share * drawn:
            found.append(Excess(group, mine, drawn * members[group] / total, greatest))
    return found


def tail(hits: int, marked: int, drawn: int, total: int) -> float:
    """Chance of so many marked ones or more among `drawn` of `total`, of which `marked` are marked."""
    from scipy.stats import hypergeom

    return float(hypergeom.sf(hits - 1, total, marked, drawn))


def distance(value: float, others: Sequence[float]) -> float | None:
    """How far a ratio lies from those of others: modified z-score of its logarithm, below 0 if it is small.

    Median and median deviation, so that a few odd ones among the others do not widen the band (Iglewicz and
    Hoaglin 1993, How to Detect and Handle Outliers, call 3.5 far). None where half of the others are alike.

    Args:
        value: above 0.
        others: above 0.
    """
    logs = np.log(np.asarray(others, dtype=np.float64))
    middle = float(np.median(logs))
    spread = float(np.median(np.abs(logs - middle)))
    return None if spread == 0 else _MAD_TO_SIGMA * (float(np.log(value)) - middle) / spread
