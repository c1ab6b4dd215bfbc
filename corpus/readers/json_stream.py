"""JSON that is too large to hold: a value a line, or values of named places in one document.

One file may hold a whole forum. Its document is never built; only the value at hand is.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from ...errors import ExportError
from ..model import Anomaly
from .archives import FAILURES
from .export import Export
from .json_files import document_of
from .json_text import JsonText, NoJson
from .json_values import BOM, parse

_LOOK = 65_536
_DEEPEST = 200
_BLANK = b" \t\r\n"


def values_of(
    export: Export, member: str, wanted: Collection[str], marks: Collection[str] = ()
) -> Iterator[tuple[str, Any] | Anomaly]:
    """The values at wanted places; an `Anomaly` last where the file is cut off or no JSON.

    Args:
        export: where the member is.
        member: a JSON file.
        wanted: places: "name", "messages.item" (every entry of that list), "chats.list.item.name", "*" (every
            value of the top-level object, under its name).
        marks: places of objects of which only the beginning is told, with None for its value.
    """
    ways = {
        ".".join(parts[:length])
        for parts in (place.split(".") for place in (*wanted, *marks))
        for length in range(len(parts))
    }
    places = _Places(frozenset(wanted), frozenset(marks), frozenset(ways))
    try:
        with export.open(member) as stream:
            text = JsonText(stream)
            yield from places.value(text, "", 0)
            text.finish()
            if text.is_replaced:
                yield Anomaly(code="unparsed", locator=member, detail=_REPLACED)
    except (NoJson, ExportError, *FAILURES) as error:
        yield Anomaly(code="truncated", locator=member, detail=f"not read from here on: {_said(error)}")


_REPLACED = "bytes that are not UTF-8 were replaced"


@dataclass(frozen=True, slots=True)
class _Places:
    """What is looked for in a document."""

    wanted: frozenset[str]
    marks: frozenset[str]
    ways: frozenset[str]
    """Places inside which something is wanted."""

    def value(self, text: JsonText, place: str, depth: int) -> Iterator[tuple[str, Any]]:
        """What is wanted of the value that begins here."""
        sign = text.sign()
        if depth > _DEEPEST:
            raise NoJson("nested too deeply")
        if place in self.marks and sign == b"{":
            yield place, None
        if place in self.wanted:
            yield place, text.value()
        elif place in self.ways and sign == b"{":
            yield from self._members(text, place, depth)
        elif sign == b"[":
            yield from self._list(text, f"{place}.item" if place else "item", depth)
        else:
            text.value()

    def _members(self, text: JsonText, place: str, depth: int) -> Iterator[tuple[str, Any]]:
        every = not place and "*" in self.wanted
        for name in text.names():
            if every:
                yield name, text.value()
            else:
                yield from self.value(text, f"{place}.{name}" if place else name, depth + 1)

    def _list(self, text: JsonText, place: str, depth: int) -> Iterator[tuple[str, Any]]:
        if place in self.ways or place in self.marks:
            for _ in text.steps():
                yield from self.value(text, place, depth + 1)
            return
        is_wanted = place in self.wanted
        for entry in text.entries():
            if is_wanted:
                yield place, entry


class Entries:
    """The entries of a member, with their numbers from 0; to be gone through once.

    An export holds a list of records, bare or under a key of an object, one document or many in a row.

    Args:
        export: where the member lies.
        member: its name.
        lists: names, in lower case, under which a top-level object holds the entries; an object with none of
            them is an entry itself.
    """

    def __init__(self, export: Export, member: str, lists: Collection[str] = ()) -> None:
        self._export, self._member, self._lists = export, member, lists
        self._index = 0
        self.beside: dict[str, Any] = {}
        """What a top-level object holds beside its list; known when the entries are through."""
        self.problem: Anomaly | None = None
        """What could not be read; known when the entries are through."""

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Every entry that can be read; then `problem` says whether that was all."""
        detail = ""
        try:
            with self._export.open(self._member) as stream:
                text = JsonText(stream)
                while sign := text.sign():
                    if sign == b",":
                        text.skip()
                        continue
                    for entry in self._document(text, sign):
                        yield self._index, entry
                        self._index += 1
                detail = _REPLACED if text.is_replaced else ""
        except NoJson as error:
            detail = f"{error} after {self._index} entries"
        except (ExportError, *FAILURES):
            detail = f"damaged or cut off after {self._index} entries"
        if detail:
            self.problem = Anomaly(code="unparsed", locator=self._member, detail=detail)

    def _document(self, text: JsonText, sign: bytes) -> Iterator[Any]:
        if sign == b"[":
            yield from text.entries()
        elif sign == b"{":
            yield from self._object(text)
        else:
            yield text.value()

    def _object(self, text: JsonText) -> Iterator[Any]:
        members: dict[str, Any] = {}
        has_list = False
        for name in text.names():
            if name.casefold() in self._lists and text.sign() == b"[":
                has_list = True
                yield from text.entries()
            else:
                members[name] = text.value()
        if has_list:
            self.beside.update(members)
        else:
            yield members


def documents_of(export: Export, member: str) -> Iterator[tuple[str, Any] | Anomaly]:
    """Each document of a member with its locator; an `Anomaly` for what is no JSON.

    A member is one document, an array of records, or a record a line. Arrays and lines are read one entry at
    a time; a document that is one object is what one answer of an interface is, and small.

    Args:
        export: where the member lies.
        member: its name.
    """
    try:
        head = export.head(member, _LOOK).removeprefix(BOM).lstrip(_BLANK)
    except ExportError as error:
        yield Anomaly(code="unparsed", locator=member, detail=error.message)
        return
    if head.startswith(b"["):
        for index, found in enumerate(values_of(export, member, ("item",))):
            yield found if isinstance(found, Anomaly) else (f"{member}:{index}", found[1])
    elif _is_lines(head):
        yield from lines_of(export, member)
    else:
        document = document_of(export, member)
        yield document if isinstance(document, Anomaly) else (member, document)


def _is_lines(head: bytes) -> bool:
    """Whether objects stand one a line: the first is whole, or is damaged and a whole one follows.

    A document may break its lines between the entries of a list: then its first line is not whole, and only
    the last entry is, which what closes the list comes after.
    """
    lines = [line for line in head.splitlines() if line.strip()]
    if not lines or not lines[0].startswith(b"{"):
        return False
    if len(lines) == 1:
        return len(lines[0].strip()) > 1
    return _is_whole(lines[0]) or (_is_whole(lines[1]) and all(line[:1] == b"{" for line in lines[2:3]))


def _is_whole(line: bytes) -> bool:
    try:
        return isinstance(parse(line), dict)
    except ValueError:
        return False


def lines_of(
    export: Export, member: str, passes_over: Callable[[bytes], bool] | None = None
) -> Iterator[tuple[str, Any] | Anomaly]:
    """The value of each line with its locator; an `Anomaly` for a line that is no JSON or can't be read.

    Args:
        export: where the member is.
        member: a file of JSON lines.
        passes_over: tells of a line that it need not be parsed.
    """
    locator = member
    try:
        with export.open(member) as stream:
            for number, line in enumerate(stream, start=1):
                if passes_over is not None and passes_over(line):
                    continue
                locator = f"{member}:{number}"
                try:
                    found = (locator, parse(line)) if line.strip() else None
                except ValueError as error:
                    yield Anomaly(code="unparsed", locator=locator, detail=f"no JSON: {_said(error)}")
                    continue
                if found is not None:
                    yield found
    except (ExportError, *FAILURES) as error:
        yield Anomaly(code="truncated", locator=locator, detail=f"can't be read: {_said(error)}")


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
