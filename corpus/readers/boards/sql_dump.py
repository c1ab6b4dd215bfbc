"""Rows of a database dump: INSERT statements of MySQL and PostgreSQL, and PostgreSQL's COPY blocks.

Read line by line, one statement at a time; no SQL is run. MySQL escapes with backslashes, PostgreSQL by
doubling quotes only (outside of E'...'); mysqldump leaves the columns to the CREATE TABLE before.
"""

import re
from collections.abc import Iterator

from ....errors import ExportError
from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export
from .table_rows import TableRow

_LONGEST = 1 << 27
"""Past this a statement is the rest of a file after a quote that was never closed."""
_POSTGRES = (b"PostgreSQL database dump", b"standard_conforming_strings")
_NAME = r"[`\"]?(?:\w+[`\"]?\.[`\"]?)?(?P<table>\w+)[`\"]?"
_BEGINS = re.compile(r"\s*(?:INSERT|REPLACE|CREATE\s+TABLE|COPY)\b", re.IGNORECASE)
_INSERT = re.compile(
    rf"\s*(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+{_NAME}\s*(?:\((?P<columns>[^()]*)\))?\s*VALUES\s*",
    re.IGNORECASE,
)
_CREATE = re.compile(rf"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*\(", re.IGNORECASE)
_COPY = re.compile(rf"\s*COPY\s+{_NAME}\s*\((?P<columns>[^()]*)\)\s+FROM\s+stdin", re.IGNORECASE)
_COLUMN = re.compile(r"^\s*[`\"]?(\w+)[`\"]?\s+\w", re.MULTILINE)
_NO_COLUMN = frozenset("PRIMARY KEY UNIQUE INDEX CONSTRAINT FULLTEXT SPATIAL FOREIGN CHECK".split())  # noqa: SIM905
_IN_MYSQL, _IN_POSTGRES = r"(?:[^'\\]++|\\.|'')*+", r"(?:[^']++|'')*+"
_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "Z": "\x1a"}
_COPIED = re.compile(r"\\(.)")
_NEXT_ROW = re.compile(r"\s*(,|;|\Z)\s*")


class SqlDump:
    """One member that is a dump.

    Args:
        export: where it lies.
        member: its name.
    """

    def __init__(self, export: Export, member: str) -> None:
        self._export, self._member = export, member
        is_postgres = any(mark in export.glimpse(member) for mark in _POSTGRES)
        self._has_backslashes = not is_postgres
        inside = _IN_POSTGRES if is_postgres else _IN_MYSQL
        self._close = re.compile(f"{inside}'", re.DOTALL)
        self._value = re.compile(
            rf"\s*(?:(?P<null>NULL)|(?P<e>[Ee])?(?:_\w+\s*)?'(?P<string>{inside})'|(?P<bare>[^\s,()']+))\s*(?P<end>[,)])",
            re.DOTALL | re.IGNORECASE,
        )
        self._columns: dict[str, list[str]] = {}
        self._is_replaced = False
        self._parts: list[str] = []
        """Lines of the statement at hand."""
        self._begun = self._size = 0
        self._in_string = False

    def __iter__(self) -> Iterator[TableRow | Anomaly]:
        """Every row, as text or None by column."""
        try:
            yield from self._rows()
        except (ExportError, *FAILURES) as error:
            detail = f"damaged or cut off ({str(error)[:80]})"
            yield Anomaly(code="truncated", locator=self._member, detail=detail)

    def _rows(self) -> Iterator[TableRow | Anomaly]:
        copying: re.Match[str] | None = None
        for number, raw in self._export.lines(self._member):
            line = self._decoded(raw)
            if copying is not None:
                if line.startswith("\\."):
                    copying = None
                else:
                    yield self._copied(copying, line, number)
            elif self._parts or _BEGINS.match(line):
                copying = None if self._parts else _COPY.match(line)
                yield from self._take(line, number) if copying is None else ()
        if self._parts:
            yield from self._statement("".join(self._parts), self._begun)
            detail = "the dump ends in a statement"
            yield Anomaly(code="truncated", locator=f"{self._member}:{self._begun}", detail=detail)
        if self._is_replaced:
            detail = "bytes that are not UTF-8 were replaced"
            yield Anomaly(code="unparsed", locator=self._member, detail=detail)

    def _take(self, line: str, number: int) -> Iterator[TableRow | Anomaly]:
        """Add a line to the statement at hand, and read it where it ends."""
        if not self._parts:
            self._begun, self._size, self._in_string = number, 0, False
        self._parts.append(line)
        self._size += len(line)
        self._in_string, is_over = self._scan(line, self._in_string)
        if is_over:
            text, self._parts = "".join(self._parts), []
            yield from self._statement(text, self._begun)
        elif self._size > _LONGEST:
            self._parts = []
            yield self._anomaly(self._begun, "a statement that does not end: left out")

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self._is_replaced = True
            return raw.decode("utf-8", "replace")

    def _scan(self, line: str, in_string: bool) -> tuple[bool, bool]:
        """Whether a string, and whether the statement, goes on after this line."""
        at = 0
        while True:
            if in_string:
                closing = self._close.match(line, at)
                if closing is None:
                    return True, False
                at, in_string = closing.end(), False
            quote, end = line.find("'", at), line.find(";", at)
            if end >= 0 and (quote < 0 or end < quote):
                return False, True
            if quote < 0:
                return False, False
            at, in_string = quote + 1, True

    def _statement(self, text: str, number: int) -> Iterator[TableRow | Anomaly]:
        create = _CREATE.match(text)
        if create is not None:
            names = _COLUMN.findall(text[create.end() :])
            self._columns[create["table"]] = [name for name in names if name.upper() not in _NO_COLUMN]
            return
        insert = _INSERT.match(text)
        if insert is None:
            if not text.lstrip().upper().startswith("CREATE"):
                yield self._anomaly(number, "a statement that is no list of values: left out")
            return
        table = insert["table"]
        columns = _names(insert["columns"]) if insert["columns"] else self._columns.get(table)
        if columns is None:
            yield self._anomaly(number, f"the columns of {table} are not told: its rows are left out")
            return
        at = insert.end()
        while at < len(text) and text[at] == "(":
            values, at = self._values(text, at + 1)
            if values is None or len(values) != len(columns):
                yield self._anomaly(
                    number, f"a row of {table} can't be read: it and the rest of its statement are left out"
                )
                return
            yield TableRow(table, dict(zip(columns, values, strict=True)), f"{self._member}:{number}")
            following = _NEXT_ROW.match(text, at)
            at = following.end() if following else len(text)

    def _values(self, text: str, at: int) -> tuple[list[str | None] | None, int]:
        """The values of one row and where it ends; None where it can't be read."""
        values: list[str | None] = []
        while True:
            match = self._value.match(text, at)
            if match is None:
                return None, at
            string = match["string"]
            if match["null"]:
                values.append(None)
            elif string is None:
                values.append(_bare(match["bare"]))
            elif self._has_backslashes or match["e"]:
                values.append(_ESCAPE.sub(_unescaped, string) if "\\" in string or "''" in string else string)
            else:
                values.append(string.replace("''", "'"))
            at = match.end()
            if match["end"] == ")":
                return values, at

    def _copied(self, copy: re.Match[str], line: str, number: int) -> TableRow | Anomaly:
        columns = _names(copy["columns"])
        fields = line.rstrip("\r\n").split("\t")
        if len(fields) != len(columns):
            return self._anomaly(
                number, f"a row of {copy['table']} has {len(fields)} of {len(columns)} fields: left out"
            )
        values = [None if field == r"\N" else _COPIED.sub(_unescaped, field) for field in fields]
        return TableRow(copy["table"], dict(zip(columns, values, strict=True)), f"{self._member}:{number}")

    def _anomaly(self, number: int, detail: str) -> Anomaly:
        return Anomaly(code="unparsed", locator=f"{self._member}:{number}", detail=detail)


def _names(columns: str) -> list[str]:
    return [name.strip(' `"\n\r\t') for name in columns.split(",")]


def _unescaped(match: re.Match[str]) -> str:
    sign = match[1]
    return "'" if sign is None else _ESCAPED.get(sign, sign)


def _bare(word: str) -> str:
    """A number, or bytes written in hexadecimal."""
    if word[:2].lower() != "0x":
        return word
    try:
        return bytes.fromhex(word[2:]).decode("utf-8", "replace")
    except ValueError:
        return word
