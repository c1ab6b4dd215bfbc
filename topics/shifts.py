"""Before and after each event, from what posts were labelled with: nothing is fitted again.

Events are those of the configuration, and the weeks in which the number of people jumped. A window of
`WINDOW` weeks before is compared with as many after; the week of the event itself belongs to what is after.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from ..config import EventConfig
from ..corpus.store import Store
from .changes import difference, jumps, risers, terms_of
from .naming import hidden_words
from .weeks import WEEK, monday, whole_weeks

WINDOW = 4
"""Weeks on each side."""
EVERYTHING = "all posts"
"""In place of a theme."""
TERMS = 8

EVENT = pa.schema([("name", pa.string()), ("date", pa.date32()), ("detected", pa.bool_())])
SHIFT = pa.schema(
    [("event", pa.string()), ("week", pa.date32()), ("theme", pa.string()), ("before", pa.int64()),
     ("after", pa.int64()), ("change", pa.float64()), ("low", pa.float64()), ("high", pa.float64())]
)  # fmt: skip
RISER = pa.schema(
    [("event", pa.string()), ("week", pa.date32()), ("term", pa.string()), ("before", pa.int64()),
     ("after", pa.int64()), ("score", pa.float64())]
)  # fmt: skip

_WEEKS = """
    WITH said AS (SELECT date_trunc('week', created_at)::DATE AS week, count(DISTINCT person_id) AS people
                  FROM reading WHERE created_at IS NOT NULL GROUP BY week)
    SELECT every.week, coalesce(people, 0) AS people
    FROM (SELECT unnest(range(min(week), max(week) + INTERVAL 1 DAY, INTERVAL 7 DAY))::DATE AS week
          FROM said) every
    LEFT JOIN said USING (week) ORDER BY week"""

# Everything ('') and each theme: who took part in which week.
_TOOK_PART = """
    SELECT theme, person_id, count(DISTINCT week) FILTER (week < $week) AS before,
           count(DISTINCT week) FILTER (week >= $week) AS after
    FROM (SELECT '' AS theme, post_id FROM reading UNION ALL SELECT DISTINCT theme, post_id FROM post_theme)
    JOIN (SELECT post_id, person_id, date_trunc('week', created_at)::DATE AS week
          FROM reading) USING (post_id)
    WHERE week >= $first AND week < $last
    GROUP BY theme, person_id ORDER BY theme, before, after"""

_TEXTS = """
    SELECT person_id, own_text, date_trunc('week', created_at)::DATE AS week FROM reading
    WHERE created_at IS NOT NULL ORDER BY post_id"""


def read_shifts(
    store: Store, events: Sequence[EventConfig], *, seed: int = 0, hidden: Collection[str] = ()
) -> None:
    """Write the tables `event`, `shift` and `riser`.

    Args:
        store: with `reading` and `post_theme`.
        events: those of the configuration.
        seed: of the draws.
        hidden: words that must not become terms, such as people's names.
    """
    weeks = _whole(store)
    found = [*_told(events), *_detected(weeks, events)]
    store.put("event", pa.Table.from_pylist(found, schema=EVENT))
    # What happened twice in a week under one name is one row: both have the same weeks around them.
    told = {(event["name"], monday(event["date"])): event for event in found}
    compared = [event for event in told.values() if _has_both_sides(event["date"], weeks)]
    shifts = [row for event in compared for row in _shifts(store, event, seed)]
    store.put("shift", pa.Table.from_pylist(shifts, schema=SHIFT))
    store.put("riser", pa.Table.from_pylist(list(_risers(store, compared, hidden)), schema=RISER))


def _whole(store: Store) -> list[dict[str, Any]]:
    """Week and people of the weeks that are whole: with half a week at the end, fewer would seem to write."""
    span = whole_weeks(store)
    rows: list[dict[str, Any]] = store.sql(_WEEKS).to_pylist()
    return [row for row in rows if span and span.first <= row["week"] <= span.last]


def _told(events: Sequence[EventConfig]) -> list[dict[str, Any]]:
    return [{"name": event.name, "date": event.date, "detected": False} for event in events]


def _detected(weeks: list[dict[str, Any]], events: Sequence[EventConfig]) -> list[dict[str, Any]]:
    """Jumps in the number of people, but for those that an event of the same or the next week explains."""
    people = [row["people"] for row in weeks]
    known = {monday(event.date) + ahead for event in events for ahead in (timedelta(0), WEEK)}
    rows: list[dict[str, Any]] = []
    for place in jumps(people):
        week: date = weeks[place]["week"]
        if week not in known:
            way = (
                "more" if np.mean(people[place : place + 3]) > np.mean(people[place - 3 : place]) else "fewer"
            )
            rows.append({"name": f"{way} people write (detected)", "date": week, "detected": True})
    return rows


def _has_both_sides(day: date, weeks: list[dict[str, Any]]) -> bool:
    """Whether the forum's whole weeks reach a window to both sides of a day."""
    if not weeks:
        return False
    week = monday(day)
    return weeks[0]["week"] <= week - WINDOW * WEEK and weeks[-1]["week"] >= week + (WINDOW - 1) * WEEK


def _shifts(store: Store, event: dict[str, Any], seed: int) -> Iterator[dict[str, Any]]:
    week = monday(event["date"])
    span = {"week": week, "first": week - WINDOW * WEEK, "last": week + WINDOW * WEEK}
    taken = store.sql(_TOOK_PART, span)
    themes = np.array(taken["theme"].to_pylist())
    counts = np.column_stack([taken["before"].to_numpy(), taken["after"].to_numpy()]).astype(np.int64)
    for theme in dict.fromkeys(themes.tolist()):
        own = counts[themes == theme]
        told = difference(own, WINDOW, WINDOW, seed)
        yield {
            "event": event["name"],
            "week": week,
            "theme": theme or EVERYTHING,
            "before": int((own[:, 0] > 0).sum()),
            "after": int((own[:, 1] > 0).sum()),
            "change": told.change,
            "low": told.low,
            "high": told.high,
        }


def _risers(store: Store, events: list[dict[str, Any]], hidden: Collection[str]) -> Iterator[dict[str, Any]]:
    """Terms by people: somebody who says a word twelve times is one."""
    if not events:
        return
    names = hidden_words(name.casefold() for name in hidden)
    said: dict[date, dict[str, set[str]]] = {}
    everywhere: dict[str, set[str]] = {}
    for row in store.sql(_TEXTS).to_pylist():
        week = said.setdefault(row["week"], {})
        for term in terms_of(row["own_text"], names):
            week.setdefault(term, set()).add(row["person_id"])
            everywhere.setdefault(term, set()).add(row["person_id"])
    common = {term: len(people) for term, people in everywhere.items()}
    for event in events:
        start = monday(event["date"])
        before, after = (
            _people([said.get(start + number * WEEK, {}) for number in numbers])
            for numbers in (range(-WINDOW, 0), range(WINDOW))
        )
        for riser in risers(before, after, common)[:TERMS]:
            yield {
                "event": event["name"],
                "week": start,
                "term": riser.term,
                "before": riser.before,
                "after": riser.after,
                "score": riser.score,
            }


def _people(weeks: Sequence[dict[str, set[str]]]) -> Counter[str]:
    """How many distinct people say each term in these weeks."""
    together: dict[str, set[str]] = {}
    for week in weeks:
        for term, people in week.items():
            together.setdefault(term, set()).update(people)
    return Counter({term: len(people) for term, people in together.items()})
