"""What one row of a table says, by our column names, and whom it names."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from ...model import Account, AccountKind, Anomaly, BodyFormat
from .columns import Layout
from .rows import Row, Table
from .times import Moment, Order, moment_of, needs_order, order_of
from .words import MANY, NO, NOTHING, OPEN, ORGANISATIONS, plain, says

_FORMATS: dict[str, BodyFormat] = {
    "html": "html",
    "html_body": "html",
    "body_html": "html",
    "cooked": "html",
    "markdown": "markdown",
    "body_markdown": "markdown",
}
_FRAMED = re.compile(r"\[quote(?:=[^\]\n]*)?\]", re.IGNORECASE)
_ANGLED = re.compile(r"^>{1,9}(?: \S|[^\W\d])", re.MULTILINE)
_TIMES = ("time", "signed", "withdrawn", "edited")
_ROWS_TO_LOOK_AT = 1000
_LONGEST_NOTHING = max(map(len, NOTHING))
_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+\Z")


class Cells:
    """Reads rows of one table.

    Args:
        table: the rows' table; it is looked through when days and months must be told apart.
        layout: which column means what.
    """

    def __init__(self, table: Table, layout: Layout) -> None:
        self.member = table.member
        self.columns = dict(layout.columns)
        self.is_remarks = layout.is_remarks
        self._text_format: BodyFormat | None = (
            "html" if layout.is_html else _FORMATS.get(plain(self.columns.get("text", "")))
        )
        self._orders: dict[str, Order | None] = {
            name: self._order(table, layout.columns[name]) for name in _TIMES if name in layout.columns
        }

    @staticmethod
    def _order(table: Table, column: str) -> Order | None:
        rows = (row for row in table.rows() if isinstance(row, Row))
        if not any(
            needs_order(row.values.get(column)) for row, _ in zip(rows, range(_ROWS_TO_LOOK_AT), strict=False)
        ):
            return None
        return order_of(row.values.get(column) for row in table.rows() if isinstance(row, Row))

    def where(self, row: Row) -> str:
        """Member and line of a row."""
        return f"{self.member}:{row.line}"

    def raw(self, row: Row, name: str) -> Any:
        """The value as the file has it, None where there is no such column or value."""
        return row.values.get(self.columns[name]) if name in self.columns else None

    def text(self, row: Row, name: str) -> str:
        """The value as text, stripped; "" where there is none."""
        column = self.columns.get(name)
        return _text(row.values.get(column)) if column is not None else ""

    def word(self, row: Row, name: str) -> str:
        """As `text`, and "" for the ways to write that there is none."""
        return _word(self.text(row, name))

    def body_format(self, body: str) -> BodyFormat:
        """How a text is written: as its column is named, else by its marks of quoting: none are own words."""
        if self._text_format:
            return self._text_format
        if _FRAMED.search(body):
            return "discourse"
        return "mail" if _ANGLED.search(body) else "text"

    def moment(self, row: Row, name: str) -> Moment | None:
        """The value as a time; None where it is none."""
        return moment_of(self.raw(row, name), self._orders.get(name))

    def is_private(self, row: Row) -> bool:
        """Whether what the row says is not for all: any answer about publishing but a yes keeps it back."""
        publish, private = self.word(row, "publish"), self.word(row, "private")
        return bool(publish and not says(publish, OPEN)) or bool(private and not says(private, NO))

    def bad_time(self, row: Row, name: str, post: str | None) -> Anomaly:
        """The note that a time can't be read."""
        text = self.text(row, name)
        if needs_order(text) and self._orders.get(name) is None:
            detail = f"{text!r} can mean two days, and its column does not show which"
        else:
            detail = f"no possible time: {text!r}" if text else "no time"
        return Anomaly(code="bad_time", locator=self.where(row), detail=detail, post=post)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None or isinstance(value, dict | list) or value != value:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _word(text: str) -> str:
    return "" if len(text) <= _LONGEST_NOTHING and text.casefold() in NOTHING else text


def is_blank(table: Table, column: str) -> bool:
    """Whether no row of a table has anything in a column."""
    values = (row.values.get(column) for row in table.rows() if isinstance(row, Row))
    return not any(isinstance(value, dict | list) or _word(_text(value)) for value in values)


class Person(Struct, frozen=True):
    """Whom a row names: the account's native id, or none where the name stands for anybody."""

    account: str | None
    kind: AccountKind = "human"
    by: Literal["id", "email", "name"] = "id"


@dataclass(slots=True)
class People:
    """Accounts met in the tables of one export."""

    seen: set[str] = field(default_factory=set[str])

    def meet(self, row: Row, cells: Cells, *, email_first: bool) -> Iterator[Account | Person]:
        """Whom a row names; before that the account, if it is new."""
        email, login, name = _named(row, cells)
        kind = cells.word(row, "signer_kind")
        if kind and plain(kind) in ORGANISATIONS:
            yield from self._organisation(name or cells.word(row, "organisation") or login)
            return
        if email and (email_first or not login):
            person = Person(email, by="email")
        elif login:
            person = Person(login, MANY.get(login.casefold(), "human"), "name" if " " in login else "id")
        else:
            person = Person(_key(name) or None, MANY.get(_key(name), "human"), "name")
        if person.account and person.account not in self.seen:
            self.seen.add(person.account)
            yield Account(
                native_id=person.account,
                username=login or None,
                display_name=name or None,
                email=email or None,
                kind=person.kind,
                is_stable_id=person.by != "name" and person.kind == "human",
            )
        yield person

    def _organisation(self, name: str) -> Iterator[Account | Person]:
        """An organisation, by its name: the address beside it is of whoever filled the row in."""
        person = Person(f"organisation:{_key(name)}" if name else None, "organisation", "name")
        if person.account and person.account not in self.seen:
            self.seen.add(person.account)
            yield Account(
                native_id=person.account, display_name=name, kind="organisation", is_stable_id=False
            )
        yield person

    def mention(self, login: str) -> Iterator[Account]:
        """The account of somebody of whom only a login is known, if it is new."""
        if login not in self.seen:
            self.seen.add(login)
            yield Account(native_id=login, username=login)


def _named(row: Row, cells: Cells) -> tuple[str, str, str]:
    """E-mail in lower case, login and name, each where the row has it, whatever column it stands in."""
    email, login, name = (cells.word(row, column) for column in ("email", "author", "name"))
    name = name or " ".join(filter(None, (cells.word(row, "first_name"), cells.word(row, "last_name"))))
    if "@" not in email:
        email, login = "", login or _instead_of_email(email, name)
    if not email and _EMAIL.match(login):
        email, login = login, ""
    if not email and _EMAIL.match(name):
        email, name = name, ""
    return email.lower(), login, " ".join(name.split())


def _instead_of_email(written: str, name: str) -> str:
    """The login that stands in a column of e-mails; words that are none only where no name says more.

    Forms that do not ask who answers write "anonymous" there, on every row.
    """
    is_login = " " not in written and written.casefold() not in MANY
    return written.lower() if is_login or not name else ""


def _key(name: str) -> str:
    """A name without what spelling changes: case, spaces, composed accents."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def content_id(*parts: str) -> str:
    """An id made of what a row says, the same wherever the row stands."""
    return "sha:" + hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(slots=True)
class Latest:
    """The last moment the tables know of: of two exports, the one that saw more is the newer."""

    at: datetime | None = None

    def see(self, moment: datetime | None) -> None:
        """Note a time."""
        if moment is not None and (self.at is None or moment > self.at):
            self.at = moment
