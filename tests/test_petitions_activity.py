"""The forum's clock, and bursts measured by it."""

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from forum_pulse.petitions import chance
from forum_pulse.petitions.activity import Clock, clock

HOUR, DAY = 3600.0, 86_400.0
START = datetime(2031, 1, 6, tzinfo=UTC).timestamp()  # a Monday
END = START + 28 * DAY
LENGTHS = (900.0, HOUR)
OFFICE = np.array(
    [0, 0, 0, 0, 0, 0, 0, 3, 9, 14, 14, 12, 6, 10, 13, 12, 10, 6, 2, 1, 1, 1, 0, 0], dtype=float
)


def office_hours(dice: np.random.Generator, people: int) -> NDArray[np.float64]:
    """Moments within four weeks, on working days, as an office writes; interest fades with the weeks."""
    days = dice.choice([day for day in range(28) if day % 7 < 5], people, p=_fading())
    return (
        START + days * DAY + (dice.choice(24, people, p=OFFICE / OFFICE.sum()) + dice.random(people)) * HOUR
    )


def _fading() -> NDArray[np.float64]:
    weights = np.exp(-np.arange(20) / 12)
    return weights / weights.sum()


def forum_clock(dice: np.random.Generator, posts: int = 4000) -> Clock:
    """The clock of a forum that writes in the same hours."""
    hours = dice.choice(24, posts, p=OFFICE / OFFICE.sum())
    found, counts = np.unique(hours, return_counts=True)
    return clock([False] * len(found), found.tolist(), counts.tolist())


@pytest.mark.parametrize("people", [90, 300, 1500])
def test_office_hours_are_no_burst(people: int) -> None:
    """At most 2 of 40 ordinary months raise an alarm (1% each); by an even clock most of them would."""
    alarms = even = 0
    for seed in range(40):
        dice = np.random.default_rng(seed)
        moments = office_hours(dice, people).tolist()
        period = (START, END)
        alarms += bool(
            chance.bursts(moments, LENGTHS, period=period, alpha=0.01, least=5, clock=forum_clock(dice))
        )
        even += bool(chance.bursts(moments, LENGTHS, period=period, alpha=0.01, least=5))
    assert alarms <= 2
    assert even > alarms or people < 300


@pytest.mark.parametrize("hour", [3, 10, 15])
def test_a_planted_burst_is_seen_at_any_hour(hour: int) -> None:
    """Thirty within ten minutes stand out by night and in the busiest hour."""
    dice = np.random.default_rng(1)
    planted = START + 9 * DAY + hour * HOUR + dice.uniform(0, 600, 30)
    moments = [*office_hours(dice, 300), *planted]
    found = chance.bursts(moments, LENGTHS, period=(START, END), alpha=0.01, least=5, clock=forum_clock(dice))
    assert found
    assert found[0].start <= planted.max() <= found[0].start + found[0].length
    assert found[0].events >= 30


def test_the_clock_takes_a_week_for_a_week_and_stands_at_night() -> None:
    """Whole weeks take as long as by any clock; an hour of the morning takes longer than one of the night."""
    ticking = forum_clock(np.random.default_rng(0))
    week = ticking(np.array([START, START + 7 * DAY]))
    assert week[1] - week[0] == pytest.approx(7 * DAY)
    shown = ticking(START + np.array([3, 4, 9, 10]) * HOUR)
    assert shown[3] - shown[2] > 20 * (shown[1] - shown[0])
    moments = np.sort(np.random.default_rng(0).uniform(START - 9 * DAY, END, 500))
    assert (np.diff(ticking(moments)) >= 0).all()


def test_without_posts_the_clock_runs_evenly() -> None:
    """Nothing is known of the forum's hours: an hour is an hour."""
    even = clock([], [], [])
    assert np.allclose(even.pace, 1.0)
    assert np.allclose(np.diff(even(np.array([START, START + HOUR]))), HOUR)
