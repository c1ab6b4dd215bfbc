r"""A PostgreSQL dump read as a stream of rows, without a database server.

`pg_dump` writes the rows of a table as a COPY block: a header that names the columns, one line a row with
tabs between the values, and a line `\.` at the end. Columns are known by the header, since their order
differs between versions of an application. A dump may hold two tables of one name in two schemas (Discourse
keeps what it replaced in a schema "backup"): only those of "public" are read.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from msgspec import Struct

from ....errors import ExportError
from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export
from ..json_values import Moment, moment

_LONGEST = 1 << 26
"""Bytes of a line past which a row is passed over; PostgreSQL itself holds no value above 1 GB."""
_COPY = re.compile(rb'COPY (?:"?(\w+)"?\.)?"?(\w+)"? \((.*)\) FROM stdin;\s*\Z')
_SEARCH_PATH = re.compile(rb'SET search_path = "?(\w+)"?')
_COMPLETE = b"-- PostgreSQL database dump complete"
_ESCAPE = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_DIGITS = 18
_WHOLE = re.compile(r"-?\d{1,18}\Z")


class Row(Struct, frozen=True):
    """One row of a table; a value is decoded when it is asked for.

    Args:
        table: its name.
        locator: where the row stands.
        columns: column -> its place among the values, the same object for all rows of a block.
        fields: the values as the dump has them.
    """

    table: str
    locator: str
    columns: Mapping[str, int]
    fields: Sequence[bytes]

    def value(self, column: str) -> str | None:
        """A value as text, None where it is null or the table has no such column."""
        place = self.columns.get(column)
        return None if place is None else _value(self.fields[place])

    def text(self, column: str) -> str | None:
        """A text that is not empty, else None."""
        return self.value(column) or None

    def number(self, column: str) -> int | None:
        """A whole number, else None."""
        place = self.columns.get(column)
        if place is None:
            return None
        field = self.fields[place]
        if field.isdigit() and len(field) <= _DIGITS:
            return int(field)
        value = _value(field)
        return int(value) if value and _WHOLE.match(value) else None

    def is_true(self, column: str) -> bool:
        """Whether a truth value is true."""
        return self.value(column) == "t"

    def lost(self, what: str) -> Anomaly:
        """This row hangs on another that the dump lacks."""
        return Anomaly(code="orphan", locator=self.locator, detail=f"{what}: left out")

    def unread(self, what: str) -> Anomaly:
        """This row can't be understood."""
        return Anomaly(code="unparsed", locator=self.locator, detail=f"{self.table}: {what}: left out")

    def moment(self, column: str) -> Moment | None:
        """A time, which Discourse keeps in UTC without saying so."""
        value = self.text(column)
        return moment(f"{value}Z") if value else None


class Dump:
    """A dump that can be gone through as often as needed.

    Args:
        export: where it lies.
        member: its name there.

    Attributes:
        is_complete: whether the last pass came to the end that pg_dump writes.
        counts: how many rows each table has, whether they were asked for or not.
    """

    def __init__(self, export: Export, member: str) -> None:
        self._export = export
        self._member = member
        self.is_complete = False
        self.counts: Counter[str] = Counter()

    def rows(self, tables: Collection[str]) -> Iterator[Row | Anomaly]:
        """All rows of these tables in turn; an anomaly for one that can't be read, or where the dump ends."""
        self.is_complete = False
        self.counts.clear()
        block: _Block | None = None
        schema = b"public"
        number = 0
        try:
            with self._export.open(self._member) as stream:
                for number, line in enumerate(_lines(stream), start=1):
                    if block is None:
                        found = _COPY.match(line)
                        if found:
                            block = _Block.begin(found, schema)
                        elif path := _SEARCH_PATH.match(line):
                            schema = path[1]
                        self.is_complete |= line.startswith(_COMPLETE)
                    elif line.startswith(b"\\.") and line.rstrip(b"\r\n") == b"\\.":
                        block = None
                    elif block.is_public:
                        self.counts[block.table] += 1
                        if block.table in tables:
                            yield block.row(line, f"{self._member}:{number}")
        except (*FAILURES, ExportError) as error:
            detail = f"the dump is damaged here, the rest is lost ({error})"
            yield Anomaly(code="truncated", locator=f"{self._member}:{number}", detail=detail)
            return
        if not self.is_complete:
            where = f"in table {block.table}" if block else "before its end"
            yield Anomaly(
                code="truncated", locator=f"{self._member}:{number}", detail=f"the dump ends {where}"
            )


@dataclass(frozen=True, slots=True)
class _Block:
    """The table whose rows follow."""

    table: str
    columns: Mapping[str, int]
    width: int
    """How many values a row has; a name that comes twice in a damaged header is one column."""
    is_public: bool

    @classmethod
    def begin(cls, header: re.Match[bytes], schema: bytes) -> "_Block":
        names = header[3].decode("utf-8", "replace").split(",")
        columns = {name.strip().strip('"'): place for place, name in enumerate(names)}
        is_public = (header[1] or schema) == b"public"
        return cls(header[2].decode("ascii", "replace"), columns, len(names), is_public)

    def row(self, line: bytes, locator: str) -> Row | Anomaly:
        values = line.rstrip(b"\r\n").split(b"\t")
        if len(line) > _LONGEST or len(values) != self.width:
            detail = f"{self.table}: {len(values)} values for {self.width} columns: row left out"
            return Anomaly(code="unparsed", locator=locator, detail=detail)
        return Row(self.table, locator, self.columns, values)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines, each cut off where it is too long to be one."""
    while line := stream.readline(_LONGEST + 1):
        part = line
        while len(part) > _LONGEST and not part.endswith(b"\n"):
            part = stream.readline(_LONGEST + 1)
        yield line


def _value(field: bytes) -> str | None:
    if field == rb"\N":
        return None
    if b"\\" in field:
        # Nearly all escapes are line breaks: two replacements are many times faster than a search.
        plain = field.replace(rb"\n", b"\n").replace(rb"\t", b"\t")
        field = plain if b"\\" not in plain else _ESCAPE.sub(_unescaped, field)
    return field.decode("utf-8", "replace")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    if code in _NAMED:
        return _NAMED[code]
    if len(code) > 1 and code.startswith(b"x"):
        return bytes([int(code[1:], 16)])
    return bytes([int(code, 8) & 0xFF]) if code.isdigit() and code < b"8" else code
