"""Before and after events, and the terms that rose: the tables `shifts` and `risers`, and their policies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from ..topics.shifts import EVERYTHING, WINDOW
from .disclosure import Relation
from .policy import Cells, TablePolicy

EXPECTED: Final = {
    "event": "name:text date:day",
    "shift": "event:text week:day theme:text before:count after:count change:share low:share high:share",
    "riser": "event:text week:day term:text before:count after:count score:share",
}
"""What the topics room leaves in the store for these tables."""

_SHIFTS: Final = """
    SELECT event, week, theme, "before", "after", change, low, high FROM shift
    ORDER BY week, event, theme <> $everything, theme"""

_RISERS: Final = """
    SELECT event, week, term, "before", "after", score FROM riser ORDER BY week, event, score DESC, term"""

_RATES: Final = ("change", "low", "high")


@dataclass(frozen=True, slots=True)
class OfWeeks:
    """In the rows of all posts: before and after are people of weeks that the time line shows one by one.

    The change is made of the same people: with the weeks that are shown it would give back one that is not.
    """

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """Who takes part in a week takes part in its window, and who does in the window does in some week."""
        for row, content in enumerate(cells.rows):
            if content["theme"] != EVERYTHING:
                continue
            rates = [cells.key(row, column) for column in _RATES]
            for column, numbers in (("before", range(-WINDOW, 0)), ("after", range(WINDOW))):
                days = (content["week"] + timedelta(weeks=number) for number in numbers)
                weeks = [f"timeline/{day}/people" for day in days]
                window = cells.key(row, column)
                for week in weeks:
                    cells.follow(week, rates)
                    yield Relation(((window, 1), (week, -1)), exact=False)
                yield Relation((*((week, 1) for week in weeks), (window, -1)), exact=False)


SHIFTS: Final = TablePolicy(
    name="shifts",
    columns=("event", "week", "theme", "before", "after", *_RATES),
    keys=("event", "week", "theme"),
    persons=("before", "after"),
    follows={"before": _RATES, "after": _RATES},
    structures=(OfWeeks(),),
    exact=_RATES,
    gives_way=True,
)
RISERS: Final = TablePolicy(
    name="risers",
    columns=("event", "week", "term", "before", "after", "score"),
    private=("behind",),
    keys=("event", "week", "term"),
    persons=("before", "after"),
    # The score follows from both counts.
    follows={"before": ("score",), "after": ("score",)},
    exact=("score",),
    rows_people="behind",
    ranked=("score",),
    within=("event", "week"),
)


def tables(store: Store, change: Callable[[str], str] = str) -> dict[str, pa.Table]:
    """Both tables, with true figures; a term goes out only if enough people say it afterwards.

    Args:
        store: with what `topics.read_shifts` wrote.
        change: takes names out; a term that holds one is left out.
    """
    rising = store.sql(_RISERS)
    rising = rising.filter(
        pa.array([change(str(term)) == term for term in rising["term"].to_pylist()], pa.bool_())
    )
    shifts = store.sql(_SHIFTS, {"everything": EVERYTHING})
    return {"shifts": shifts, "risers": rising.append_column("behind", rising["after"])}
