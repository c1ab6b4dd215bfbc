"""JSON of boards as it is saved: one document a file, an array of records, or a record a line.

All three come out as one stream of documents with where each stands. Arrays and lines are read one entry at a
time; a document that is one object is what one answer of an API is, and small.
"""

from collections.abc import Iterator
from typing import IO, Any

import ijson

from ....errors import ExportError
from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export
from ..json_files import document_of
from ..json_values import parse

_LOOK = 65_536
_DEEPEST = 1_000
_OPENING, _CLOSING = frozenset(["start_map", "start_array"]), frozenset(["end_map", "end_array"])


def documents(export: Export, member: str) -> Iterator[tuple[str, Any] | Anomaly]:
    """Each document of a member with its locator; an `Anomaly` for what is no JSON.

    Args:
        export: where the member lies.
        member: its name.
    """
    try:
        head = export.head(member, _LOOK)
    except ExportError as error:
        yield Anomaly(code="unparsed", locator=member, detail=error.message)
        return
    try:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            yield from _entries(export, member)
        elif _is_lines(head):
            yield from _lines(export, member)
        else:
            document = document_of(export, member)
            yield document if isinstance(document, Anomaly) else (member, document)
    except (ExportError, *FAILURES) as error:
        yield Anomaly(code="truncated", locator=member, detail=f"damaged or cut off ({str(error)[:80]})")


def head_of(export: Export, member: str) -> bytes:
    """The first bytes of a member, for sniffing; nothing where it can't be read."""
    try:
        return export.head(member, _LOOK)
    except ExportError:
        return b""


def _is_lines(head: bytes) -> bool:
    """Whether objects stand one a line: the second begins where a line does, or the first fills one."""
    lines = [line for line in head.splitlines() if line.strip()]
    if not lines or not lines[0].lstrip(b"\xef\xbb\xbf").startswith(b"{"):
        return False
    return len(lines[0].strip()) > 1 and (len(lines) == 1 or lines[1].startswith(b"{"))


def _lines(export: Export, member: str) -> Iterator[tuple[str, Any] | Anomaly]:
    for number, line in export.lines(member):
        if not line.strip():
            continue
        locator = f"{member}:{number}"
        try:
            yield locator, parse(line)
        except ValueError as error:
            yield Anomaly(code="unparsed", locator=locator, detail=f"no JSON: {str(error)[:120]}")


def _entries(export: Export, member: str) -> Iterator[tuple[str, Any] | Anomaly]:
    for key, value in entries_of(export, member):
        yield value if isinstance(value, Anomaly) else (f"{member}:{key}", value)


def entries_of(export: Export, member: str) -> Iterator[tuple[str, Any]]:
    """The entries of a member that is one array or one object, by number or name.

    The last one may be an `Anomaly`: the file is damaged, cut off, or nested deeper than any record is.
    """
    number = 0
    try:
        with export.open(member) as stream:
            for entry in _built(stream):
                yield entry
                number += 1
    except (ijson.JSONError, ValueError, ExportError, *FAILURES) as error:
        said = " ".join(str(error).split())[:80]
        yield "", Anomaly(code="truncated", locator=member, detail=f"no JSON after {number} entries: {said}")


def _built(stream: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """Entries built from events; ijson's own paths would grow with the square of the depth."""
    builder: Any = None
    name, number, depth = "", 0, 0
    for event, value in ijson.basic_parse(stream, use_float=True):
        if depth == 1 and event == "map_key":
            name = str(value)
            continue
        depth += (event in _OPENING) - (event in _CLOSING)
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        if depth == 0 or (depth == 1 and builder is None and event in _OPENING):
            continue
        builder = builder or ijson.ObjectBuilder()
        builder.event(event, value)
        if depth == 1:
            yield name or str(number), builder.value
            builder, name, number = None, "", number + 1
