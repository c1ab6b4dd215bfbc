"""What two reports tell of the time between them: new, grown, shrunk, gone; read from published tables alone.

Petitions and themes are told by their names. A topic's name is made of words that may change places, and its
number means something only within one workspace: two topics are one if their terms are mostly the same. A
count that changed by fewer people than a figure needs is called the same: smaller changes could be told
persons, and are chance more often than not.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ..errors import ConfigError
from .privacy import SUPPRESSED

_NAMED: Final = {"petitions": ("petition", "counted"), "themes": ("theme", "people")}
"""Table -> its key and its count of people."""
_ALIKE: Final = 0.3
"""Share of their terms that two topics must have in common to be one (Jaccard index)."""
_SCHEMA: Final = pa.schema(
    [
        ("what", pa.string()),
        ("name", pa.string()),
        ("change", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Report:
    """A folder that `analyze` wrote."""

    folder: Path
    persons: int
    """Fewest people behind a figure."""

    @classmethod
    def of(cls, folder: Path) -> "_Report":
        try:
            manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            return cls(folder, int(manifest["privacy"]["persons"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(
                f"{folder}: holds no report ({error})", hint="name two folders `analyze -o` has written"
            ) from error

    def rows(self, name: str) -> list[Row]:
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))


def compare(before: Path, after: Path) -> pa.Table:
    """What changed between two report folders.

    Args:
        before: folder of the earlier report.
        after: folder of the later one.

    Returns:
        what (petition, theme, topic), name, change (new, grown, shrunk, same, gone, hidden), people before
        and after as they were published. A change is hidden where a count is suppressed in either report.

    Raises:
        ConfigError: a folder holds no report.
    """
    old, new = _Report.of(before), _Report.of(after)
    least = max(old.persons, new.persons)
    found = [
        _row(table.removesuffix("s"), name, count, pair, least)
        for table, (key, count) in _NAMED.items()
        for name, *pair in _by_name(old.rows(table), new.rows(table), key)
    ]
    found += [
        _row("topic", name, "people", pair, least)
        for name, *pair in _by_terms(_told(old.rows("topics")), _told(new.rows("topics")))
    ]
    return pa.Table.from_pylist(found, schema=_SCHEMA)


def _row(what: str, name: str, count: str, pair: Sequence[Row | None], least: int) -> Row:
    before, after = (row[count] if row else None for row in pair)
    change = _change(before, after, least)
    return {"what": what, "name": name, "change": change, "before": before or "", "after": after or ""}


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


def _change(before: str | None, after: str | None, least: int) -> str:
    if before is None or after is None:
        return "new" if before is None else "gone"
    if not (before.isdecimal() and after.isdecimal()):
        return "hidden"
    more = int(after) - int(before)
    return "same" if abs(more) < least else "grown" if more > 0 else "shrunk"
