r"""Cells of a Viva Engage table.

Columns go by any spelling of their names, "null" is nothing, "\n" begins a line.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..json_values import Moment, moment
from ..tables.rows import Row
from ..tables.words import plain

_TRUE = ("true", "t", "yes", "1")
_REST_TIME = re.compile(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d):?(\d\d)\Z")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, its columns in the spelling of Messages.csv ("messageId" is message_id).

    Args:
        values: column -> text; nothing where the cell is empty or says "null".
        locator: where the row stands.
    """

    values: dict[str, str]
    locator: str

    @classmethod
    def of(cls, row: Row, member: str) -> "Cells":
        """The cells of a table's row."""
        values = {plain(name): value for name, value in row.values.items() if isinstance(value, str)}
        said = {name: value for name, value in values.items() if value.strip() not in ("", "null", "NULL")}
        return cls(said, f"{member}:{row.line}")

    def get(self, *names: str) -> str | None:
        """The first of these columns that says something."""
        return next((self.values[name].strip() for name in names if name in self.values), None)

    def is_true(self, name: str) -> bool:
        """Whether a column of yes and no says yes."""
        return (self.get(name) or "").casefold() in _TRUE

    def when(self, *names: str) -> Moment | None:
        """The time in the first of these columns that has any."""
        return time_of(self.get(*names))

    def body(self, name: str) -> str:
        r"""A text; where it stands on one line, "\n" are its line breaks."""
        value = self.values.get(name, "")
        return value if "\n" in value else value.replace("\\r", "").replace("\\n", "\n")


def time_of(value: Any) -> Moment | None:
    """An ISO time of the tables, or one as the REST interface writes it: 2031/02/27 23:06:40 +0000."""
    rest = _REST_TIME.match(value.strip()) if isinstance(value, str) else None
    if rest is None:
        return moment(value.strip()) if isinstance(value, str) else None
    year, month, day, clock, hours, minutes = rest.groups()
    found = moment(f"{year}-{month}-{day}T{clock}{hours}:{minutes}")
    return Moment(found.at, value, found.precision, found.tz_known) if found else None


def later(one: datetime | None, other: Moment | None) -> datetime | None:
    """The later of two times."""
    if other is None:
        return one
    return other.at if one is None or other.at > one else one
