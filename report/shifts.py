"""Before and after events, and the terms that rose: the tables `shifts` and `risers`, and their policies."""

from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from .policy import TablePolicy

EXPECTED: Final = {
    "event": "name:text date:day",
    "shift": "event:text week:day theme:text before:count after:count change:share low:share high:share",
    "riser": "event:text week:day term:text before:count after:count score:share",
}
"""What the topics room leaves in the store for these tables."""

_SHIFTS: Final = """
    SELECT event, week, theme, "before", "after", change, low, high FROM shift
    ORDER BY week, event, theme <> 'all posts', theme"""

_RISERS: Final = """
    SELECT event, week, term, "before", "after", score FROM riser ORDER BY week, event, score DESC, term"""

SHIFTS: Final = TablePolicy(
    name="shifts",
    columns=("event", "week", "theme", "before", "after", "change", "low", "high"),
    keys=("event", "week", "theme"),
    persons=("before", "after"),
    follows={"before": ("change", "low", "high"), "after": ("change", "low", "high")},
)
RISERS: Final = TablePolicy(
    name="risers",
    columns=("event", "week", "term", "before", "after", "score"),
    private=("behind",),
    keys=("event", "week", "term"),
    persons=("before", "after"),
    # The score follows from both counts.
    follows={"before": ("score",), "after": ("score",)},
    rows_people="behind",
)


def tables(store: Store) -> dict[str, pa.Table]:
    """Both tables, with true figures; a term goes out only if enough people say it afterwards."""
    rising = store.sql(_RISERS)
    return {"shifts": store.sql(_SHIFTS), "risers": rising.append_column("behind", rising["after"])}
