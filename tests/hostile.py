"""Ways to damage an export: values of another type in JSON, cells in tables, stretches of bytes anywhere."""

import csv
import io
import json
import random
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from whole_exports import Files, as_json

ODD: tuple[Any, ...] = (
    None, True, -1, 1.5, 10**40, 1 << 70, 1e308, "", "x", "\0", "null", "\ud800\0../..", "../../etc/passwd", "=1+1",
    "9" * 400, "2031-13-45T99:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "<b><i>" * 50, [], {},
    [[]], [None, 7, "x"], {"id": []}, {"a": {"b": []}}, [[[{}]]], {"nodes": [None]},
)  # fmt: skip
"""Values no reader hopes for."""
_SHREDS = (
    b"", b"\0", b"\xff\xfe", b'"', b"'", b"\n", b"\t", b";", b"|", b"[", b"]", b"{", b"(", b"-", b"1. ", b":", b"\\",
    b"\\N", b"&a *a", b"&", b"<", b"\xed\xa0\x80", b"[{", b"\xc3\xa9", b"9" * 50,
)  # fmt: skip


def damage(files: Files, dice: random.Random) -> Files:
    """The export with one to three of its files damaged."""
    victims = dice.sample(sorted(files), k=min(len(files), dice.randint(1, 3)))
    return files | {name: damaged(name, files[name], dice) for name in victims}


def damaged(name: str, data: bytes, dice: random.Random) -> bytes:
    """A file with something wrong in it, in the way of its kind.

    Args:
        name: what it is called; its suffix tells the kind.
        data: its bytes.
        dice: where chance comes from.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if dice.random() < 0.3:
        return torn(data, dice)
    try:
        if suffix in {".csv", ".tsv"}:
            return _table(data.decode("utf-8-sig"), "\t" if suffix == ".tsv" else ",", dice)
        if suffix in {".json", ".jsonl", ".ndjson", ".md"}:
            return _document(data, dice)
    except (ValueError, csv.Error, RecursionError):
        pass
    return torn(data, dice)


def torn(data: bytes, dice: random.Random) -> bytes:
    """Bytes with stretches changed, cut out or doubled, or without their end."""
    if dice.random() < 0.2:
        return data[: dice.randint(0, len(data))] + dice.choice(_SHREDS)
    changed = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        at = dice.randint(0, len(changed))
        shred = changed[at : at + 40] if dice.random() < 0.2 else dice.choice(_SHREDS)
        changed[at : at + dice.choice((0, 1, 1, 9))] = shred
    return bytes(changed)


def _document(data: bytes, dice: random.Random) -> bytes:
    """JSON, whole or a line each, with one to eight changes."""
    try:
        documents = [json.loads(data.removeprefix(b"\xef\xbb\xbf"))]
    except ValueError:
        documents = [json.loads(line) for line in data.splitlines() if line.strip()]
    for _ in range(dice.randint(1, 8) if documents else 0):
        at = dice.randrange(len(documents))
        documents[at] = changed(documents[at], dice)
    return b"\n".join(map(as_json, documents))


def changed(value: Any, dice: random.Random) -> Any:
    """The value with one thing in it gone, doubled, or of another kind, somewhere."""
    if isinstance(value, dict) and value and dice.random() < 0.95:
        key = dice.choice(sorted(value))
        if dice.random() < 0.1:
            return {name: inner for name, inner in value.items() if name != key}
        return {**value, key: changed(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.95:
        at = dice.randrange(len(value))
        if dice.random() < 0.1:
            return [*value, value[at]]
        return [*value[:at], changed(value[at], dice), *value[at + 1 :]]
    return dice.choice(ODD)


def _table(text: str, delimiter: str, dice: random.Random) -> bytes:
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    for _ in range(dice.randint(1, 6) if rows else 0):
        row = dice.choice(rows)
        at = dice.randrange(len(row)) if row else 0
        if row and dice.random() < 0.2:
            del row[at]
        elif row:
            row[at] = str(dice.choice(ODD))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def spoiled(document: Any, step: int = 1) -> Iterator[Any]:
    """The document with one value after the other gone, or an odd one in its place; every `step`-th of them."""
    for number, place in enumerate(list(_places(document))[::step]):
        copy = json.loads(json.dumps(document))
        holder = copy
        for key in place[:-1]:
            holder = holder[key]
        if number % 4:
            holder[place[-1]] = ODD[number % len(ODD)]
        else:
            del holder[place[-1]]
        yield copy


def _places(document: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in entries:
        yield (*above, key)
        yield from _places(value, (*above, key))
