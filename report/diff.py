"""What two reports tell of the time between them: new, grown, shrunk, gone; read from published tables alone.

Petitions and themes are told by their names. A topic's name is made of words that may change places, and its
number means something only within one workspace: two topics are one if their terms are mostly the same. A
count that changed by fewer people than a figure needs is called the same, and the former one is not shown
beside it: their difference would tell of a few persons, and is chance more often than not.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from .folder import ReportFolder
from .policy import TablePolicy
from .writing import SUPPRESSED

CHANGES: Final = TablePolicy(
    name="changes", columns=("what", "name", "change", "before", "after"), keys=("what", "name")
)
"""The policy tells its columns; what it repeats was published before, and `compare` hides the rest."""

_NAMED: Final = {"petitions": ("petition", "counted"), "themes": ("theme", "people")}
"""Table -> its key and its count of people."""
_ALIKE: Final = 0.3
"""Share of their terms that two topics must have in common to be one (Jaccard index)."""
_SCHEMA: Final = pa.schema([(column, pa.string()) for column in CHANGES.columns])
Row = dict[str, str]


def compare(before: ReportFolder, after: ReportFolder) -> pa.Table:
    """What changed between two reports.

    Args:
        before: the earlier one.
        after: the later one.

    Returns:
        what (petition, theme, topic), name, change (new, grown, shrunk, same, gone, hidden), people before
        and after as they were published. A change is hidden where a count is suppressed in either report.

    Raises:
        ConfigError: a folder holds no report, or a table that somebody has changed.
    """
    least = max(before.persons, after.persons)
    found = [
        _row(table.removesuffix("s"), name, count, pair, least)
        for table, (key, count) in _NAMED.items()
        for name, *pair in _by_name(before.rows(table), after.rows(table), key)
    ]
    found += [
        _row("topic", name, "people", pair, least)
        for name, *pair in _by_terms(_told(before.rows("topics")), _told(after.rows("topics")))
    ]
    return pa.Table.from_pylist(found, schema=_SCHEMA)


def _row(what: str, name: str, count: str, pair: Sequence[Row | None], least: int) -> Row:
    then, now = (row[count] if row else "" for row in pair)
    change = _change(then, now, least)
    if change == "same" and then != now:
        then = SUPPRESSED
    return {"what": what, "name": name, "change": change, "before": then, "after": now}


def _by_name(
    old: Sequence[Row], new: Sequence[Row], key: str
) -> Iterator[tuple[str, Row | None, Row | None]]:
    before = {row[key]: row for row in old}
    after = {row[key]: row for row in new}
    for name in [*after, *(name for name in before if name not in after)]:
        yield name, before.get(name), after.get(name)


def _told(topics: Sequence[Row]) -> list[Row]:
    """Topics whose words are published."""
    return [row for row in topics if row["topic"] != "-1" and SUPPRESSED not in {row["name"], row["people"]}]


def _by_terms(old: Sequence[Row], new: Sequence[Row]) -> Iterator[tuple[str, Row | None, Row | None]]:
    """Topics that share most of their terms, the most alike first."""
    likeness = sorted(
        (-_shared(one, other), number, place)
        for number, one in enumerate(old)
        for place, other in enumerate(new)
        if _shared(one, other) >= _ALIKE
    )
    former: dict[int, int] = {}
    for _, number, place in likeness:
        if place not in former and number not in former.values():
            former[place] = number
    for place, row in enumerate(new):
        yield row["name"], old[former[place]] if place in former else None, row
    for number, row in enumerate(old):
        if number not in former.values():
            yield row["name"], row, None


def _shared(one: Row, other: Row) -> float:
    terms, others = (set(row["terms"].split(", ")) for row in (one, other))
    return len(terms & others) / len(terms | others)


def _change(before: str, after: str, least: int) -> str:
    if not before or not after:
        return "new" if not before else "gone"
    if not (before.isdecimal() and after.isdecimal()):
        return "hidden"
    more = int(after) - int(before)
    return "same" if abs(more) < least else "grown" if more > 0 else "shrunk"
