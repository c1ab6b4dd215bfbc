"""The files that say who is who: `people.csv`, `aliases.csv`, `bots.csv`."""

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import ConfigError
from .spreadsheet import columns_of_head, read_spreadsheet

_ROSTER = frozenset({"email", "role", "organisation", "site", "hired", "left"})
_KNOWN = sorted({"account", "person", *_ROSTER})
_NEAR = 0.75
"""How like a name of ours a column must be to be taken for a misspelling of it: "title" is none of "site"."""


def is_people_file(head: bytes) -> bool:
    """Whether a file that begins so has the header of one of these files.

    >>> [is_people_file(head) for head in (b"account,person", b"person;email;role", b"person,text")]
    [True, True, False]
    """
    names = set(columns_of_head(head))
    return names in ({"account"}, {"account", "person"}) or (
        "person" in names and bool(names & _ROSTER) and names <= _ROSTER | {"person"}
    )


class Row(NamedTuple):
    """One line of such a file."""

    where: str
    """File and line."""
    cells: dict[str, str]
    """By column, without the spaces around them."""


def rows_of(path: Path | None, required: tuple[str, ...]) -> Iterator[Row]:
    """Rows of one of the user's CSV files that say anything; none without a path.

    Raises:
        ConfigError: it can't be read, lacks a required column, or has one whose name is nearly ours.
    """
    if path is None:
        return
    table = read_spreadsheet(path)
    missing = [name for name in required if name not in table.columns]
    if missing:
        raise ConfigError(
            f"{path}:1: column {', '.join(missing)} is missing",
            hint=f"its header must name: {', '.join(required)}",
        )
    _refuse_misspelt(path, table.columns)
    for record in table.records:
        yield Row(f"{path.name}:{record.line}", record.cells)


def _refuse_misspelt(path: Path, columns: Iterable[str]) -> None:
    """Columns of other names are the user's own, but a misspelt one would silently be one of these."""
    absent = [name for name in _KNOWN if name not in columns]
    for column in columns:
        near = get_close_matches(column.strip().casefold(), absent, n=1, cutoff=_NEAR)
        if near and column not in _KNOWN:
            raise ConfigError(f"{path}:1: unknown column {column!r}", hint=f"did you mean {near[0]!r}?")


def roster_row(row: Row) -> dict[str, Any]:
    """What the roster says of one person: role, organisation, site, hired, left_on; None where it is silent.

    Raises:
        ConfigError: a date is none, or somebody left before being hired.
    """
    hired, left = (_day(row, name) for name in ("hired", "left"))
    if hired and left and left < hired:
        raise ConfigError(
            f"{row.where}: {row.cells['person']!r} left ({left}) before being hired ({hired})",
            hint="correct one of the two dates",
        )
    texts = {name: row.cells.get(name) or None for name in ("role", "organisation", "site")}
    return {**texts, "hired": hired, "left_on": left}


def _day(row: Row, name: str) -> date | None:
    written = row.cells.get(name, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise ConfigError(
            f"{row.where}: {name} = {written!r} of {row.cells['person']!r} is no date",
            hint="write dates as 2026-03-11",
        ) from error
