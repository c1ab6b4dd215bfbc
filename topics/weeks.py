"""Weeks, and which of them an export holds whole: it may begin and end on any day."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from ..corpus.store import Store

WEEK: Final = timedelta(days=7)
_FRIDAY: Final = 4
_DAYS: Final = "SELECT min(created_at)::DATE AS first, max(created_at)::DATE AS last FROM reading"


class Span(NamedTuple):
    """The whole weeks of a forum, by their Mondays; none where `last` is before `first`."""

    first: date
    last: date


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def whole_weeks(store: Store) -> Span | None:
    """The weeks that the posts to be read reach through, None where no post has a time.

    People at work write from Monday to Friday. So the first week is whole where the first post is of its
    Monday, the last one where the last post is of its Friday or later; else nobody knows what is missing.
    """
    ((first, last),) = store.connection.execute(_DAYS).fetchall()
    if first is None:
        return None
    return Span(
        monday(first) + (WEEK if first.weekday() else timedelta(0)),
        monday(last) - (WEEK if last.weekday() < _FRIDAY else timedelta(0)),
    )
