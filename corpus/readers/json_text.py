"""A JSON document of any size, looked at a block at a time.

Only the value at hand is ever built. Entries of a list are cut out a block at a time, where what stands
between the first two is seen again, and parsed together. A cut that parses is right: no JSON value is the
beginning of another, so a cut inside an entry would leave brackets or a quote open. What the fast parser
refuses (half emoji, long numbers, bytes that are no UTF-8) is asked of the lenient one, a value at a time.
"""

import codecs
import re
from collections.abc import Iterator
from typing import IO, Any

import orjson

from .json_values import BOM, parse

_BLOCK = 1 << 20
_LONGEST_ENTRY = 1 << 26
"""Past this a value is no record but the rest of a file after a quote that was never closed."""
_DEEPEST = 200
_OPENING, _CLOSING = frozenset([b"{", b"["]), frozenset([b"}", b"]"])
_MISPLACED = _CLOSING | {b":", b","}
_BLANK = re.compile(rb"[ \t\r\n]*")
_SCALAR = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[^][{},:" \t\r\n]+', re.DOTALL)
_SIGNS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\]\[{}]', re.DOTALL)
_FIRST_KEY = re.compile(rb'\{[ \t\r\n]*"[^"\\]*"')
_BEFORE_END = re.compile(rb"[ \t\r\n]*\Z")
_COMMA = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*")


class NoJson(Exception):
    """What comes next is no JSON, or is cut off; it never leaves the readers of JSON."""


class JsonText:
    """The part of a document that is looked at.

    Args:
        stream: the document's bytes, in UTF-8, or in UTF-16 with its mark.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = _Mended(stream)
        self._bytes, self._at, self._ended = b"", 0, False
        self._reach = _BLOCK
        self.is_replaced = False
        """Whether bytes were met that are no text."""

    def _more(self) -> bool:
        if self._ended:
            return False
        if len(self._bytes) - self._at > _LONGEST_ENTRY:
            raise NoJson("too long for a record")
        # As much again as is there, so that a long entry is not begun again and again.
        block = self._stream.read(max(_BLOCK, len(self._bytes) - self._at))
        self._ended = not block
        self._bytes = self._bytes[self._at :] + block
        self._at = 0
        return not self._ended

    def sign(self) -> bytes:
        """The next byte that is not blank, where the text stands then; nothing at the end."""
        while True:
            blank = _BLANK.match(self._bytes, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._bytes) or not self._more():
                return self._bytes[self._at : self._at + 1]

    def skip(self) -> None:
        """Go past the sign just looked at."""
        self._at += 1

    def finish(self) -> None:
        """Nothing may come after the document."""
        if self.sign():
            raise NoJson("no JSON")

    def value(self) -> Any:
        """The value that begins here."""
        self.sign()
        end = self._end()
        try:
            found = self._parsed(self._bytes[self._at : end])
        except ValueError as error:
            is_cut = self._ended and end == len(self._bytes)
            raise NoJson("cut off" if is_cut else "no JSON") from error
        self._at = end
        return found

    def names(self) -> Iterator[str]:
        """The names in the object that begins here; take each one's value before asking for the next."""
        self.skip()
        while self.sign() != b"}":
            name = self.value()
            if not isinstance(name, str) or self.sign() != b":":
                raise NoJson("no JSON" if self.sign() else "cut off")
            self.skip()
            yield name
            self._comma(b"}")
        self.skip()

    def entries(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        self.skip()
        between = b""
        while self.sign() != b"]":
            if between and (found := self._entries(between)):
                yield from found
                continue
            value, between = self._value_and_sign()
            yield value
            self._comma(b"]")
        self.skip()

    def steps(self) -> Iterator[None]:
        """The places of the list that begins here; take the value at each before asking for the next."""
        self.skip()
        while self.sign() != b"]":
            yield
            self._comma(b"]")
        self.skip()

    def _comma(self, closing: bytes) -> None:
        """Go past the comma after an entry; before the closing sign none is needed."""
        sign = self.sign()
        if sign == b",":
            self.skip()
        elif sign != closing:
            raise NoJson("no JSON" if sign else "cut off")

    def _value_and_sign(self) -> tuple[Any, bytes]:
        """The value that begins here, and what stands between it and the next; nothing if it is no object."""
        self.sign()
        key = _FIRST_KEY.match(self._bytes, self._at)
        value = self.value()
        while not self._ended and len(self._bytes) - self._at < _BLOCK // 2:
            before = self._bytes[: self._at][-64:]
            if not self._more():
                break
            self._bytes, self._at = before + self._bytes, len(before)
        if key is None or self._bytes[self._at - 1 : self._at] != b"}":
            return value, b""
        ending = self._bytes[max(0, self._at - 64) : self._at - 1]
        blank = _BEFORE_END.search(ending)
        comma = _COMMA.match(self._bytes, self._at)
        return value, (blank[0] if blank else b"") + b"}" + comma[0] + key[0] if comma else b""

    def _entries(self, between: bytes) -> list[Any]:
        """All entries from here to the last place between two in this block; none where there is none."""
        if len(self._bytes) - self._at < _BLOCK // 2:
            self._more()
        cut = self._bytes.rfind(between, self._at, self._at + self._reach)
        found = self._cut_at(self._bytes.index(b"}", cut) + 1) if cut >= 0 else []
        # Where another list begins, or an entry holds one like it, less at a time is right.
        self._reach = max(self._reach // 4, 64) if cut >= 0 and not found else min(self._reach * 2, _BLOCK)
        return found

    def _cut_at(self, end: int) -> list[Any]:
        try:
            found = orjson.loads(b"".join((b"[", memoryview(self._bytes)[self._at : end], b"]")))
        except orjson.JSONDecodeError:
            return []
        if _is_deep(found):
            return []
        self._at = self._bytes.index(b",", end) + 1
        return found

    def _end(self) -> int:
        """Where the value that begins here ends."""
        while True:
            first = self._bytes[self._at : self._at + 1]
            if first in _MISPLACED:
                raise NoJson("no JSON")
            if first in _OPENING:
                end = self._closed_at()
            else:
                scalar = _SCALAR.match(self._bytes, self._at)
                # A number at the block's end may go on.
                end = scalar.end() if scalar and (self._ended or scalar.end() < len(self._bytes)) else 0
            if end:
                return end
            if self._ended:
                raise NoJson("cut off")
            self._more()

    def _closed_at(self) -> int:
        """Where the object or list that begins here ends; 0 where its end is not in the block."""
        depth = 0
        for found in _SIGNS.finditer(self._bytes, self._at):
            sign = found[0]
            if sign == b'"':
                return 0  # a text that goes on past the block
            depth += (sign in _OPENING) - (sign in _CLOSING)
            if depth > _DEEPEST:
                raise NoJson("nested too deeply")
            if depth == 0:
                return found.end()
        return 0

    def _parsed(self, data: bytes) -> Any:
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            text = data.decode("utf-8", "replace").encode()
            self.is_replaced |= text != data
            return parse(text)


def _is_deep(values: list[Any]) -> bool:
    for _ in range(_DEEPEST):
        values = [
            inner
            for value in values
            for inner in (value.values() if type(value) is dict else value if type(value) is list else ())
            if type(inner) is dict or type(inner) is list
        ]
        if not values:
            return False
    return True


class _Mended:
    r"""A stream of JSON in UTF-8 with its control characters written as JSON wants them.

    Telegram Desktop writes "\x0B" for them, which is no JSON; Windows writes UTF-16 where it may.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""
        self._is_first = True
        self._wide: codecs.IncrementalDecoder | None = None

    def read(self, size: int) -> bytes:
        """The next bytes, a few more or less than asked for where something was mended; none at the end."""
        while block := self._stream.read(size):
            if self._is_first:
                self._is_first = False
                if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                    self._wide = codecs.getincrementaldecoder("utf-16")("replace")
                block = block.removeprefix(BOM)
            if self._wide:
                block = self._wide.decode(block).encode()
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
