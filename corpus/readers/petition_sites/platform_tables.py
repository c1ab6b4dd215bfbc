"""Open data of participation platforms: tables in CSV, Excel or JSON, with columns per language.

A column may be called `title` or, where the platform holds translations, `title/ca`, `title/es`; a reader
asks for `title` and gets the first of them that says anything, whatever language that is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ....errors import ExportError
from ...model import Account, Anomaly, Mechanism, Reaction, ReactionTotal
from ..export import Export
from ..json_files import document_of
from ..tables.rows import CSV_SUFFIXES, Row, Table, open_table
from ..tables.times import Moment, moment_of
from ..tables.workbooks import SUFFIXES as WORKBOOKS
from ..tables.workbooks import Workbook

SUFFIXES = (*CSV_SUFFIXES, *WORKBOOKS, ".json")
_MACHINE = "/machine_translations"
_IN_WORDS = ("title", "body", "description", "answer")
"""Columns whose part "id" is a language, Indonesian, and no number."""
_LARGEST = 1 << 53
_NOTHING = frozenset(("", "null", "nil", "none"))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a platform's table.

    Attributes:
        where: member and line.
        values: the file's own columns.
    """

    where: str
    values: dict[str, Any]

    def text(self, *names: str) -> str:
        """The first of these columns, in any language, that says anything; else ""."""
        for name in names:
            exact = _text(self.values.get(name))
            if exact:
                return exact
            for column, value in self.values.items():
                suffix = column.removeprefix(f"{name}/")
                if suffix == column or not _is_language(suffix) or (suffix == "id" and name not in _IN_WORDS):
                    continue
                if _text(value):
                    return _text(value)
        return ""

    def number(self, *names: str) -> int | None:
        """The first of these columns that holds a count; None where none does."""
        for name in names:
            try:
                number = float(self.text(name) or "x")
            except ValueError:
                continue
            if number.is_integer() and abs(number) <= _LARGEST:
                return int(number)
        return None

    def moment(self, *names: str) -> Moment | None:
        """The first of these columns that holds a time."""
        times = (moment_of(self.values.get(name)) for name in names)
        return next((time for time in times if time), None)

    def is_true(self, name: str) -> bool:
        """Whether a column says yes."""
        return self.text(name).casefold() in ("true", "1", "yes", "t")


class JsonTable:
    """A JSON list of objects as a table; objects within objects are columns "outer/inner"."""

    def __init__(self, member: str, document: list[Any]) -> None:
        self.member = member
        self.document = document
        self.problem: Anomaly | None = None
        columns = (name for entry in document if isinstance(entry, dict) for name in _flat(entry))
        self.header = tuple(dict.fromkeys(columns))

    def rows(self) -> Iterator[Row | Anomaly]:
        """All objects in turn."""
        for number, entry in enumerate(self.document, start=1):
            if isinstance(entry, dict):
                yield Row(number, _flat(entry))
            else:
                yield Anomaly(code="unparsed", locator=f"{self.member}:{number}", detail="not a JSON object")


def tables_of(export: Export) -> Iterator[Table | Anomaly]:
    """All tables of an export; an anomaly in place of a file that is none."""
    for member in export.members:
        name = member.lower()
        try:
            if name.endswith(WORKBOOKS):
                yield from Workbook(export, member).sheets
            elif name.endswith(CSV_SUFFIXES):
                yield open_table(export, member)
            elif name.endswith(".json"):
                yield _json_table(export, member)
        except ExportError as error:
            yield Anomaly(code="unparsed", locator=member, detail=error.message)


def _json_table(export: Export, member: str) -> Table | Anomaly:
    document = document_of(export, member)
    if isinstance(document, Anomaly):
        return document
    if not isinstance(document, list):
        return Anomaly(code="unparsed", locator=member, detail="no list of objects")
    return JsonTable(member, document)


def lines_of(table: Table) -> Iterator[Line | Anomaly]:
    """The rows of a table."""
    for row in table.rows():
        yield row if isinstance(row, Anomaly) else Line(f"{table.member}:{row.line}", row.values)


def base_names(header: tuple[str, ...]) -> set[str]:
    """The columns of a table, with and without what names their language; machine translations left out."""
    written = [column for column in header if _MACHINE not in column]
    parted = (column.rpartition("/") for column in written)
    return {*written, *(base for base, _, suffix in parted if base and _is_language(suffix))}


def _flat(value: Any, prefix: str = "", deep: int = 6) -> dict[str, Any]:
    if not isinstance(value, dict) or not deep:
        return {prefix[:-1]: value} if prefix else {}
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        flat.update(
            _flat(inner, f"{prefix}{key}/", deep - 1)
            if isinstance(inner, dict)
            else {f"{prefix}{key}": inner}
        )
    return flat


def _is_language(suffix: str) -> bool:
    """Whether a column's last part is a language: "ca", "pt-BR". Machine translations are nobody's words."""
    first, _, rest = suffix.partition("-")
    return len(first) == 2 and first.isalpha() and first.islower() and rest.isalpha() == bool(rest)  # noqa: PLR2004


def _text(value: Any) -> str:
    if isinstance(value, str):
        return "" if value.strip().casefold() in _NOTHING else value.strip()
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    if value is None or isinstance(value, dict) or value != value:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LARGEST:
        value = int(value)
    return str(value)


@dataclass(slots=True)
class People:
    """Accounts met so far."""

    seen: set[str] = field(default_factory=set[str])

    def meet(self, account: Account) -> Iterator[Account]:
        """The account, if it is new."""
        if account.native_id not in self.seen:
            self.seen.add(account.native_id)
            yield account

    def named(self, name: str) -> Account:
        """Somebody of whom only a name is known."""
        return Account(
            native_id=f"name:{' '.join(name.casefold().split())}", display_name=name, is_stable_id=False
        )


def counted(
    post: str, name: str, mechanism: Mechanism, total: int | None, column: str
) -> Iterator[Reaction | ReactionTotal]:
    """A count without people, and the total it is."""
    if total is None or total < 0:
        return
    if total:
        yield Reaction(post=post, name_raw=name, mechanism=mechanism, n=total, identity="count_only")
    yield ReactionTotal(
        post=post, name_raw=name, mechanism=mechanism, total=total, identified=0, source_field=column
    )
