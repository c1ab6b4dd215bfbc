"""The fast way through large JSON: the same values as the slow way, whatever the document, in bounded memory."""

import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum_pulse.corpus.model import Anomaly
from forum_pulse.corpus.readers import json_lists
from forum_pulse.corpus.readers.json_lists import InDoubt, Places, quick_values
from forum_pulse.corpus.readers.json_stream import _values, values_of

WANTED = ("name", "messages.item", "chats.list.item.name", "chats.list.item.messages.item")
MARKS = ("chats.list.item",)
PLACES = Places(frozenset(WANTED), frozenset(MARKS))
TRAPS = ("}, {", '"', "\\", "]", "\u00e9\N{THUMBS UP SIGN}", '},\n  {"id"')


class Held:
    """An export of one member."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open(self, _: str) -> io.BytesIO:
        return io.BytesIO(self.data)


def fast(data: bytes) -> list[Any]:
    return list(quick_values(io.BytesIO(data), PLACES))


def slow(data: bytes) -> list[Any]:
    return list(_values(io.BytesIO(data), PLACES.wanted, PLACES.marks))


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(TRAPS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "x"]), inner),
    max_leaves=6,
)
entries = st.lists(st.fixed_dictionaries({"id": st.integers(0, 9), "text": values}) | values, max_size=12)
chats = st.fixed_dictionaries({"name": values, "messages": entries})
documents = st.fixed_dictionaries(
    {"name": values, "junk": values, "messages": entries},
    optional={"chats": st.fixed_dictionaries({"list": st.lists(chats, max_size=3)})},
)


@settings(max_examples=60, deadline=None)
@given(documents, st.sampled_from([None, 1]), st.sampled_from([8, 64, 1 << 20]))
def test_both_ways_agree(document: Any, indent: int | None, block: int):
    """Nested lists like the one that is read, brackets in texts, entries across blocks."""
    data = json.dumps(document, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lists, "_BLOCK", block)
        assert fast(data) == slow(data)


@pytest.mark.parametrize("damage", [b"", b"}", b"\xff", b'"', b"NaN"])
def test_damage_is_told_by_the_slow_way(damage: bytes):
    """What stands before it is told once, then what is wrong."""
    whole = json.dumps({"name": "quay", "messages": [{"id": n} for n in range(50)]}).encode()
    data = whole[:-40] + damage
    with pytest.raises(InDoubt):
        fast(data)
    *told, last = values_of(Held(data), "result.json", WANTED, MARKS)  # type: ignore[arg-type]
    assert isinstance(last, Anomaly)
    assert told[:40] == slow(whole)[:40]
    assert len(told) > 40


def test_depth_is_bounded():
    """An entry deeper than any record is left to the slow way, which refuses it."""
    with pytest.raises(InDoubt):
        fast(b'{"messages": [' + b"[" * 300 + b"]" * 300 + b"]}")


class Endless:
    """A document of many messages that is never held whole."""

    def __init__(self, messages: int) -> None:
        self._pieces = self._written(messages)

    @staticmethod
    def _written(messages: int) -> Iterator[bytes]:
        roll = random.Random(7)
        yield b'{"messages": ['
        for number in range(messages):
            words = " ".join(roll.choices(("tide", "quay", "crane"), k=40))
            yield b", " * bool(number) + json.dumps({"id": number, "text": words}).encode()
        yield b"]}"

    def read(self, size: int) -> bytes:
        """About as many bytes."""
        block = bytearray()
        for piece in self._pieces:
            block += piece
            if len(block) >= size:
                break
        return bytes(block)


def peak(messages: int) -> int:
    tracemalloc.start()
    try:
        assert sum(1 for _ in quick_values(Endless(messages), PLACES)) == messages
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_document(monkeypatch: pytest.MonkeyPatch):
    """Four times the messages, the same memory."""
    monkeypatch.setattr(json_lists, "_BLOCK", 1 << 16)
    assert peak(12_000) < 1.2 * peak(3_000)
