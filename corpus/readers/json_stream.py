"""JSON that is too large to hold: a value a line, or values of named places in one document.

One file may hold a whole forum. Its document is never built; only the value at hand is.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import ijson

from ...errors import ExportError
from ..model import Anomaly
from .archives import FAILURES
from .export import Export
from .json_lists import InDoubt, Places, quick_values
from .json_values import BOM, parse

_OPENING, _CLOSING = frozenset(["start_map", "start_array"]), frozenset(["end_map", "end_array"])
_DEEPEST = 200


def values_of(
    export: Export, member: str, wanted: Collection[str], marks: Collection[str] = ()
) -> Iterator[tuple[str, Any] | Anomaly]:
    """The values at wanted places; an `Anomaly` last where the file is cut off or no JSON.

    Args:
        export: where the member is.
        member: a JSON file.
        wanted: places as ijson writes them: "messages.item", "name".
        marks: places of objects of which only the beginning is told, with None for its value.
    """
    places = Places(frozenset(wanted), frozenset(marks))
    told = 0
    try:
        with export.open(member) as stream:
            for found in quick_values(_Mended(stream), places):
                told += 1
                yield found
    except (InDoubt, ExportError, *FAILURES):
        yield from _rest(export, member, places, told)


def _rest(export: Export, member: str, places: Places, told: int) -> Iterator[tuple[str, Any] | Anomaly]:
    """The slow way, which knows what is wrong and where: what was not told already."""
    try:
        with export.open(member) as stream:
            yield from islice(_values(stream, places.wanted, places.marks), told, None)
    except (ijson.JSONError, ValueError, ExportError, *FAILURES) as error:
        yield Anomaly(code="truncated", locator=member, detail=f"not read from here on: {_said(error)}")


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


@dataclass(slots=True)
class _Holder:
    """An object or list that is open: its place, and that of its value at hand."""

    place: str
    is_list: bool
    key: str = ""

    @property
    def inside(self) -> str:
        """The place of the value at hand, as ijson writes it."""
        name = "item" if self.is_list else self.key
        return f"{self.place}.{name}" if self.place else name


def _values(stream: Any, wanted: frozenset[str], marks: frozenset[str]) -> Iterator[tuple[str, Any]]:
    # Events without places: ijson's own grow with the square of the depth. Floats: its exact numbers crash
    # on one of thousands of digits.
    holders: list[_Holder] = []
    for event, value in (events := ijson.basic_parse(_Mended(stream), use_float=True)):
        if event in _CLOSING:
            holders.pop()
            continue
        if event == "map_key":
            holders[-1].key = value
            continue
        place = holders[-1].inside if holders else ""
        if place in marks and event == "start_map":
            yield place, None
        if place in wanted:
            yield place, _built(event, value, events)
        elif event in _OPENING:
            holders.append(_Holder(place, event == "start_array"))
            _check_depth(len(holders))


def _built(event: str, value: Any, events: Iterator[tuple[str, Any]]) -> Any:
    """The value that begins with an event; of an object or list all events up to its end are taken."""
    if event not in _OPENING:
        return value
    builder, depth = ijson.ObjectBuilder(), 1
    builder.event(event, value)
    while depth:
        event, value = next(events)
        depth += (event in _OPENING) - (event in _CLOSING)
        _check_depth(depth)
        builder.event(event, value)
    return builder.value


def _check_depth(depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")


class _Mended:
    r"""A stream of JSON with its control characters written as JSON wants them.

    Telegram Desktop writes "\x0B" for them, which is no JSON.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._rest = b""
        self._is_first = True

    def read(self, size: int = -1) -> bytes:
        """The next bytes, a few more than asked for where something was mended."""
        if size == 0:
            return b""
        while block := self._stream.read(size):
            if self._is_first:
                self._is_first, block = False, block.removeprefix(BOM)
            block = self._rest + block
            # An escape may lie across the end of the block: its backslashes wait for the next.
            whole = block.rstrip(b"\\")
            self._rest = block[len(whole) :]
            if whole:
                return _mended(whole)
        rest, self._rest = self._rest, b""
        return rest


def _mended(block: bytes) -> bytes:
    if b"\\x" not in block:
        return block
    pieces = block.split(b"\\\\")
    return b"\\\\".join(piece.replace(b"\\x", b"\\u00") for piece in pieces)
