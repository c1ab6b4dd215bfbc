"""Values of named places in a JSON document, many at a time: the fast way of `json_stream`.

Entries of a list are cut out a block at a time, where what stands between the first two is seen again, and
parsed together. A cut that parses is right: no JSON value is the beginning of another, so a cut inside an
entry would leave brackets or a quote open. Whatever is in doubt, damage included, is left to the slow way.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

_BLOCK = 1 << 20
_LONGEST_ENTRY = 1 << 26
_DEEPEST = 200
_BLANK = re.compile(rb"[ \t\r\n]*")
_SCALAR = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[^][{},:" \t\r\n]+', re.DOTALL)
_SIGNS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["\]\[{}]', re.DOTALL)
_FIRST_KEY = re.compile(rb'\{[ \t\r\n]*"[^"\\]*"')
_BEFORE_END = re.compile(rb"[ \t\r\n]*\Z")
_COMMA = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*")


class InDoubt(Exception):
    """The rest is for the slow way."""


class Places:
    """What is looked for in a document.

    Args:
        wanted: places of values, as ijson writes them.
        marks: places of objects of which only the beginning is told, with None for its value.
    """

    def __init__(self, wanted: frozenset[str], marks: frozenset[str]) -> None:
        self.wanted, self.marks = wanted, marks
        self.ways = {
            ".".join(parts[:length])
            for parts in (place.split(".") for place in wanted | marks)
            for length in range(len(parts))
        }
        """Places inside which something is wanted."""


def quick_values(stream: Any, places: Places) -> Iterator[tuple[str, Any]]:
    """The values at wanted places, in the order of the document.

    Raises:
        InDoubt: from here on the document is damaged or unusual; what was told is right.
    """
    text = _Text(stream)
    yield from _value(text, "", places, 0)
    if text.sign():
        raise InDoubt


def _value(text: "_Text", place: str, places: Places, depth: int) -> Iterator[tuple[str, Any]]:
    sign = text.sign()
    if depth > _DEEPEST:
        raise InDoubt
    if place in places.marks and sign == b"{":
        yield place, None
    if place in places.wanted:
        yield place, text.entry()
    elif place in places.ways and sign == b"{":
        yield from _members(text, place, places, depth)
    elif sign == b"[":
        yield from _list(text, f"{place}.item" if place else "item", places, depth)
    else:
        text.entry()


def _members(text: "_Text", place: str, places: Places, depth: int) -> Iterator[tuple[str, Any]]:
    text.skip()
    while text.sign() != b"}":
        key = text.entry()
        if not isinstance(key, str) or text.sign() != b":":
            raise InDoubt
        text.skip()
        yield from _value(text, f"{place}.{key}" if place else key, places, depth + 1)
        text.comma(b"}")
    text.skip()


def _list(text: "_Text", place: str, places: Places, depth: int) -> Iterator[tuple[str, Any]]:
    text.skip()
    is_way = place in places.ways
    is_wanted = place in places.wanted and not is_way
    between = b""
    while text.sign() != b"]":
        if is_way or place in places.marks:
            yield from _value(text, place, places, depth + 1)
        elif between and (entries := text.entries(between)):
            for entry in entries if is_wanted else ():
                yield place, entry
            continue
        else:
            first, between = text.entry_and_sign()
            if is_wanted:
                yield place, first
        text.comma(b"]")
    text.skip()


class _Text:
    """The part of the document that is looked at."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._bytes, self._at, self._ended = b"", 0, False
        self._reach = _BLOCK

    def _more(self) -> bool:
        if self._ended:
            return False
        if len(self._bytes) - self._at > _LONGEST_ENTRY:
            raise InDoubt
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

    def comma(self, closing: bytes) -> None:
        """Go past the comma after an entry; none is needed before the closing sign, nor allowed."""
        if self.sign() == b",":
            self.skip()
            if self.sign() != closing:
                return
        elif self.sign() == closing:
            return
        raise InDoubt

    def entry(self) -> Any:
        """The value that begins here."""
        self.sign()
        end = self._end()
        value = _parsed(self._bytes[self._at : end])
        _check_depth([value])
        self._at = end
        return value

    def entry_and_sign(self) -> tuple[Any, bytes]:
        """The value that begins here, and what stands between it and the next; nothing if it is no object."""
        self.sign()
        key = _FIRST_KEY.match(self._bytes, self._at)
        value = self.entry()
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

    def entries(self, between: bytes) -> list[Any]:
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
        _check_depth(found)
        self._at = self._bytes.index(b",", end) + 1
        return found

    def _end(self) -> int:
        """Where the value that begins here ends."""
        while True:
            if self._bytes[self._at : self._at + 1] in (b"{", b"["):
                depth = 0
                for found in _SIGNS.finditer(self._bytes, self._at):
                    sign = found[0]
                    if sign == b'"':
                        break  # a text that goes on past the block
                    depth += (sign in (b"{", b"[")) - (sign in (b"}", b"]"))
                    if depth == 0:
                        return found.end()
            elif (found := _SCALAR.match(self._bytes, self._at)) and found.end() < len(self._bytes):
                return found.end()
            if not self._more():
                raise InDoubt


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InDoubt from error


def _check_depth(values: list[Any]) -> None:
    for _ in range(_DEEPEST):
        values = [
            inner
            for value in values
            for inner in (value.values() if type(value) is dict else value if type(value) is list else ())
            if type(inner) is dict or type(inner) is list
        ]
        if not values:
            return
    raise InDoubt
