"""The forum's own clock: time measured by how much is usually written at that hour of the week.

People write in office hours. By a clock that runs with the forum's habits and nearly stands at night, an
ordinary morning is no burst (time rescaling: Brown et al. 2002, Neural Computation 14).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..corpus.store import Store

_HOUR, _HOURS = 3600.0, 168
_MONDAY = 4 * 24 * _HOUR
"""The first Monday after the epoch, which began on a Thursday."""
_WORKDAYS = 5
_FREE_DAYS = 2
_PRIOR = 1.0
"""Posts added to every hour of the week, so that few posts make an even clock."""

# What was written about the petition itself stays out: a burst must not set the clock it is measured by.
_WRITTEN = """
    SELECT isodow(created_at) > 5 AS is_free, hour(created_at) AS hour, count(*) AS posts
    FROM reading
    WHERE created_at IS NOT NULL
      AND post_id NOT IN (SELECT evidence_post_id FROM act
                          WHERE petition = $petition AND evidence_post_id IS NOT NULL)
    GROUP BY ALL"""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs at the pace of an hour of the week.

    Attributes:
        pace: of each hour from Monday 0:00 UTC on, 1 on average: shape (168,).
    """

    pace: NDArray[np.float64]

    def __call__(self, moments: NDArray[np.float64]) -> NDArray[np.float64]:
        """What it shows at some moments, in seconds; a whole week takes as long as by any other clock.

        Args:
            moments: seconds since the epoch.
        """
        hours, rest = np.divmod(moments - _MONDAY, _HOUR)
        weeks, hour = np.divmod(hours.astype(np.int64), _HOURS)
        shown = np.concatenate([[0.0], np.cumsum(self.pace)]) * _HOUR
        return weeks * shown[-1] + shown[hour] + self.pace[hour] * rest


def clock(free: Sequence[bool], hours: Sequence[int], posts: Sequence[int]) -> Clock:
    """The clock of a forum in which so much is written at these hours of working and of free days.

    Args:
        free: whether the hour is one of Saturday or Sunday.
        hours: of the day, 0 to 23.
        posts: written in it, over all weeks.
    """
    written = np.repeat([[_PRIOR * _WORKDAYS], [_PRIOR * _FREE_DAYS]], 24, axis=1)
    for is_free, hour, count in zip(free, hours, posts, strict=True):
        written[int(is_free), hour] += count
    days = np.concatenate(
        [np.tile(written[0] / _WORKDAYS, _WORKDAYS), np.tile(written[1] / _FREE_DAYS, _FREE_DAYS)]
    )
    return Clock(days / days.mean())


def clock_beside(store: Store, petition: str) -> Clock:
    """The clock of a forum as it is apart from a petition."""
    rows = store.sql(_WRITTEN, {"petition": petition}).to_pylist()
    return clock(*([row[name] for row in rows] for name in ("is_free", "hour", "posts")))
