"""Hostile versions of a fixture: what a reader must take without any error but the one in words."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forum_pulse.corpus.model import Record
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.errors import ExportError

_ODD: tuple[Any, ...] = (
    None, True, -1, 1 << 70, 1e308, "", "\0", "\ud800", "=1+1", "../..", [], [[]], {}, {"a": {"b": []}}, [None],
)  # fmt: skip


def survives(reader: Reader, path: Path) -> list[Record]:
    """The records of an export, or none where the reader says that it is broken."""
    try:
        return list(reader.read(Export(path), ReadOptions()))
    except ExportError:
        return []


def mutated_json(document: Any, seed: int) -> bytes:
    """A document with some values swapped for odd ones, some keys gone, and now and then its end cut off."""
    chance = random.Random(seed)
    places = list(_places(document := json.loads(json.dumps(document))))
    for holder, key in chance.sample(places, min(len(places), chance.randrange(1, 8))):
        try:
            if chance.random() < 0.3:
                del holder[key]
            else:
                holder[key] = chance.choice(_ODD)
        except (KeyError, IndexError):
            continue
    data = json.dumps(document).encode("utf-8", "surrogatepass")
    return data[: chance.randrange(len(data))] if chance.random() < 0.1 else data


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from _places(inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield value, index
            yield from _places(inner)


def mutated_bytes(data: bytes, seed: int) -> bytes:
    """Text with stretches of it changed, cut or doubled at random."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 40)):
        at = chance.randrange(len(changed))
        changed[at : at + chance.choice((0, 1, 1, 9))] = chance.choice(
            (
                b"\0",
                b"\xff",
                b'"',
                b"\n",
                b";",
                b"|",
                b"[",
                b"]",
                b"-",
                b"1. ",
                b":",
                b"&a *a",
                b"<",
                b"\xed\xa0\x80",
            )
        )
    return bytes(changed)
