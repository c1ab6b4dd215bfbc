"""Large JSON a block at a time: the same values as of the whole document, damage told, in bounded memory."""

import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum_pulse.corpus.model import Anomaly
from forum_pulse.corpus.readers import Export, json_text
from forum_pulse.corpus.readers.json_stream import Entries, documents_of, lines_of, values_of

WANTED = ("name", "messages.item", "chats.list.item.name", "chats.list.item.messages.item")
MARKS = ("chats.list.item",)
TRAPS = ("}, {", '"', "\\", "]", "\u00e9\N{THUMBS UP SIGN}", '},\n  {"id"')


class Held:
    """An export of one member."""

    def __init__(self, data: "bytes | Endless") -> None:
        self.data = data

    def open(self, _: str) -> "io.BytesIO | Endless":
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data


def streamed(data: bytes) -> list[Any]:
    return list(values_of(Held(data), "result.json", WANTED, MARKS))  # type: ignore[arg-type]


def found(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """The same of a document that is held whole."""
    if place in MARKS and isinstance(value, dict):
        yield place, None
    if place in WANTED:
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from found(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for inner in value:
            yield from found(inner, f"{place}.item")


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
def test_as_of_the_whole_document(document: Any, indent: int | None, block: int):
    """Nested lists like the one that is read, brackets in texts, entries across blocks."""
    data = json.dumps(document, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_text, "_BLOCK", block)
        assert streamed(data) == list(found(document))


@pytest.mark.parametrize("damage", [b"", b"}", b"\xff", b'"', b"NaN"])
def test_damage_is_told(damage: bytes):
    """What stands before it is told once, then that there is no more."""
    whole = json.dumps({"name": "quay", "messages": [{"id": n} for n in range(50)]}).encode()
    *told, last = streamed(whole[:-40] + damage)
    assert isinstance(last, Anomaly)
    assert last.code == "truncated"
    assert told[:40] == streamed(whole)[:40]
    assert len(told) > 40


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb'"\ud83d"', "\ud83d"),
        (rb'"a\x0Bb"', "a\x0bb"),
    ],
)
def test_what_is_no_strict_json_is_read(written: bytes, read: Any):
    """One such entry costs no other, wherever it stands."""
    entries = [b'{"id": %d}' % number for number in range(40)]
    entries[25] = b'{"id": %s}' % written
    told = streamed(b'{"messages": [' + b", ".join(entries) + b"]}")
    assert [entry["id"] for _, entry in told] == [*range(25), read, *range(26, 40)]


def test_bytes_that_are_no_text_are_replaced_and_told():
    """Latin-1 in one message: the others are as they were."""
    *told, last = streamed(b'{"messages": [{"id": 1}, {"id": "caf\xe9"}, {"id": 3}]}')
    assert [entry["id"] for _, entry in told] == [1, "caf\ufffd", 3]
    assert (last.code, last.detail) == ("unparsed", "bytes that are not UTF-8 were replaced")


def test_depth_is_bounded():
    """An entry deeper than any record is refused; what came before it is told."""
    deep = b"[" * 300 + b"]" * 300
    told = streamed(b'{"messages": [{"id": 1}, {"id": 2}, {"id": ' + deep + b"}]}")
    assert told[:-1] == [("messages.item", {"id": 1}), ("messages.item", {"id": 2})]
    assert "nested too deeply" in told[-1].detail


def test_every_member_by_its_name():
    """Names with dots and brackets are names."""
    data = json.dumps({"a.b": [1, {"c": "]"}], "": {}, "item": 2}).encode()
    assert list(values_of(Held(data), "x.json", ("*",))) == [  # type: ignore[arg-type]
        ("a.b", [1, {"c": "]"}]),
        ("", {}),
        ("item", 2),
    ]


@pytest.mark.parametrize(
    ("text", "values", "problem"),
    [
        ('[{"a": "\\ud83d"}]', [{"a": "\ud83d"}], None),
        ("[" * 200_000, [], "nested too deeply after 0 entries"),
        ("[1, 2, oops", [1, 2], "cut off after 2 entries"),
        ("[1, 2, }", [1, 2], "no JSON after 2 entries"),
        ('{"value": [1], "more": {"value": [2]}}', [1], None),
        ("[1]\n[2]", [1, 2], None),
        ("", [], None),
    ],
)
def test_entries(text: str, values: list[Any], problem: str | None):
    """What a strict parser refuses is read; what nobody can read is told."""
    entries = Entries(Held(text.encode()), "x.json", ("value",))  # type: ignore[arg-type]
    assert [value for _, value in entries] == values
    assert (entries.problem.detail if entries.problem else None) == problem


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_entries_across_blocks(encoding: str):
    """A file longer than a block, in either encoding of Windows, comes out whole."""
    many = [{"text": "é" * 500, "n": n} for n in range(1500)]
    data = json.dumps({"value": many}, ensure_ascii=False).encode(encoding)
    assert [value for _, value in Entries(Held(data), "x.json", ("value",))] == many  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'[{"a": 1}, {"a": 2}]', [("x:0", {"a": 1}), ("x:1", {"a": 2})]),
        (b'{"a": 1}\n\n{"a": 2}', [("x:1", {"a": 1}), ("x:3", {"a": 2})]),
        (b'{\n"a": 1\n}', [("x", {"a": 1})]),
        (b'{"a": 1}\n{"a": ' + b" " * 70_000 + b"2}", [("x:1", {"a": 1}), ("x:2", {"a": 2})]),
        (b'{"r": [\n{"a": 1},\n{"a": 2}\n]}', [("x", {"r": [{"a": 1}, {"a": 2}]})]),
        (b'{"r": [\n{"a": 1}\n]}\n', [("x", {"r": [{"a": 1}]})]),
        (b'{"r": [\n{"a": 1}\n,{"a": 2}]}', [("x", {"r": [{"a": 1}, {"a": 2}]})]),
        (b'{"r": [{"a": 1},\r\n{"a": 2}]}', [("x", {"r": [{"a": 1}, {"a": 2}]})]),
    ],
)
def test_documents(data: bytes, told: list[Any], tmp_path: Path):
    """An array, a record a line, one document, also one that breaks its lines between entries."""
    (tmp_path / "x").write_bytes(data)
    assert list(documents_of(Export(tmp_path), "x")) == told


@pytest.mark.parametrize("rest", [b'{"a": 2}', b'{"a": 2}\n{"a": 3}', b'{"a": 2}\n{"a": oops'])
def test_a_damaged_first_line_costs_itself_only(rest: bytes, tmp_path: Path):
    """What comes after it shows that the file has a record a line."""
    (tmp_path / "x").write_bytes(b'{"a": oops\n' + rest)
    first, second, *_ = documents_of(Export(tmp_path), "x")
    assert isinstance(first, Anomaly)
    assert (first.code, first.locator) == ("unparsed", "x:1")
    assert second == ("x:2", {"a": 2})


def test_lines_that_need_not_be_parsed():
    """They may be no JSON at all; the numbers of the others stay."""
    told = list(lines_of(Held(b'{"a": 1}\nno\n{"a": 2}'), "x", lambda line: line == b"no\n"))  # type: ignore[arg-type]
    assert told == [("x:1", {"a": 1}), ("x:3", {"a": 2})]


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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

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
        assert sum(1 for _ in values_of(Held(Endless(messages)), "x", WANTED)) == messages  # type: ignore[arg-type]
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_document(monkeypatch: pytest.MonkeyPatch):
    """Four times the messages, the same memory."""
    monkeypatch.setattr(json_text, "_BLOCK", 1 << 16)
    assert peak(12_000) < 1.2 * peak(3_000)
