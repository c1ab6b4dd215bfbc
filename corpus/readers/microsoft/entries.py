"""A JSON file of any size, one entry at a time.

Exports hold a list of records, bare or under a key of an object ("value", "messages"), one document or many
in a row. The file is decoded in a sliding window, so memory is that of one entry, and what stands before a
cut is kept. (ijson does as much for clean files; it keeps the whole path of every nested list, which deep
nesting makes huge, and refuses half emoji and long numbers.)
"""

import codecs
import json
import re
from collections.abc import Collection, Iterator
from typing import IO, Any

from ....errors import BrokenExportError
from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export

_BLOCK = 1 << 18
_LONGEST_ENTRY = 1 << 26
"""Past this an entry is no record but the rest of a file after a quote that was never closed."""
_BETWEEN = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:\s*")
_DECODER = json.JSONDecoder()


class _Broken(Exception):
    """No JSON here, or not to its end; it never leaves this module."""


class _Window:
    """The part of a file's text that is looked at."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        start = stream.read(_BLOCK)
        wide = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        self._decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")("replace")
        self._at = 0
        self._text = ""
        self._replaced = self._ended = False
        self._take(start)

    @property
    def replaced(self) -> bool:
        """Whether bytes that are no text were met."""
        return self._replaced

    def _take(self, block: bytes) -> None:
        self._ended = not block
        text = self._decoder.decode(block, final=self._ended)
        self._replaced |= text.count("\ufffd") > block.count(b"\xef\xbf\xbd")
        self._text = self._text[self._at :] + text
        self._at = 0

    def _more(self) -> bool:
        if self._ended or len(self._text) - self._at > _LONGEST_ENTRY:
            return False
        # As much again as is there, so that a long entry is not begun again and again.
        self._take(self._stream.read(max(_BLOCK, len(self._text) - self._at)))
        return True

    def peek(self) -> str:
        """The next sign that is neither blank nor comma; "" at the end."""
        while True:
            match = _BETWEEN.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def skip(self) -> None:
        """Go past the sign just peeked at."""
        self._at += 1

    def value(self) -> Any:
        """The value that begins here."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise _Broken("nested too deeply") from error
            except ValueError as error:
                if not self._more():
                    raise _Broken("cut off" if self._ended else "no JSON") from error
                continue
            # A number at the window's end may go on.
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def key(self) -> str:
        """A member's name, and the colon after it."""
        name = self.value()
        match = _COLON.match(self._text, self._at)
        while match is None or match.end() == len(self._text):
            if not self._more():
                raise _Broken("cut off")
            match = _COLON.match(self._text, self._at)
        self._at = match.end()
        if not isinstance(name, str):
            raise _Broken("no JSON")
        return name


class JsonEntries:
    """The entries of a member, with their numbers from 0; to be gone through once.

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

    def __iter__(self) -> Iterator[tuple[int, Any]]:
        """Every entry that can be read; then `problem` says whether that was all."""
        self.problem: Anomaly | None = None
        detail = ""
        try:
            with self._export.open(self._member) as stream:
                window = _Window(stream)
                while window.peek():
                    yield from self._document(window)
                detail = "bytes that are not UTF-8 were replaced" if window.replaced else ""
        except _Broken as error:
            detail = f"{error} after {self._index} entries"
        except (BrokenExportError, *FAILURES):
            detail = f"damaged or cut off after {self._index} entries"
        if detail:
            self.problem = Anomaly(code="unparsed", locator=self._member, detail=detail)

    def _document(self, window: _Window) -> Iterator[tuple[int, Any]]:
        if window.peek() == "[":
            yield from self._entries(window)
        elif window.peek() == "{":
            yield from self._object(window)
        else:
            yield self._numbered(window.value())

    def _entries(self, window: _Window) -> Iterator[tuple[int, Any]]:
        window.skip()
        while (sign := window.peek()) != "]":
            if not sign:
                raise _Broken("cut off")
            yield self._numbered(window.value())
        window.skip()

    def _object(self, window: _Window) -> Iterator[tuple[int, Any]]:
        window.skip()
        members: dict[str, Any] = {}
        has_list = False
        while (sign := window.peek()) != "}":
            if not sign:
                raise _Broken("cut off")
            name = window.key()
            if name.casefold() in self._lists and window.peek() == "[":
                has_list = True
                yield from self._entries(window)
            else:
                members[name] = window.value()
        window.skip()
        if has_list:
            self.beside.update(members)
        else:
            yield self._numbered(members)

    def _numbered(self, value: Any) -> tuple[int, Any]:
        self._index += 1
        return self._index - 1, value
