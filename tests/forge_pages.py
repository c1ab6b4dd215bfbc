"""Small invented pages of a forge, and what tests do with them: write them, read them, spoil them."""

import contextlib
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, load, names
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
JUNK: tuple[Any, ...] = (
    None, True, -1, 10**40, 1.5, "", "\ud800\0", "../../etc/passwd", "=1+1", [], [None, 3], {}, {"nodes": [None]},
)  # fmt: skip
FIXTURES = Path(__file__).parent / "fixtures"


def write(folder: Path, pages: dict[str, Any]) -> Path:
    """Write pages as JSON files; a text or bytes are written as they are."""
    for name, page in pages.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        raw = (
            page
            if isinstance(page, bytes)
            else (page if isinstance(page, str) else json.dumps(page)).encode()
        )
        target.write_bytes(raw)
    return folder


def read(reader: Reader, path: Path, **options: str) -> list[model.Record]:
    """All records of an export."""
    return list(reader.read(Export(path), ReadOptions(**options)))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    """The records of one type."""
    return [record for record in records if isinstance(record, kind)]


def posts_of(records: list[model.Record]) -> dict[str, model.Post]:
    """Posts by id; no id comes twice."""
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def codes(records: list[model.Record]) -> set[str]:
    """Which anomalies there are."""
    return {anomaly.code for anomaly in of(records, model.Anomaly)}


def claimants(path: Path) -> list[str]:
    """Every reader that says it knows this export."""
    return [name for name in names() if load(name).sniff(Export(path))]


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a document."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from spots(part, (*path, key))


def spoiled(document: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """A copy with one value replaced, or with none there where `junk` is "drop"."""
    changed = copy.deepcopy(document)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    if junk == "drop":
        del inner[path[-1]]
    else:
        inner[path[-1]] = junk
    return changed


def survives(reader: Reader, path: Path) -> list[model.Record]:
    """Read to the end: records, or the one error that is meant for broken exports."""
    with contextlib.suppress(BrokenExportError):
        return read(reader, path)
    return []
