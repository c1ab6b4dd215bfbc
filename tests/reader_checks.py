"""What every reader must bear: broken documents, odd values, and that nobody else claims its files."""

import contextlib
import copy
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from forum_pulse.corpus import model, schema
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, load, names
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FIXTURES = Path(__file__).parent / "fixtures"
ODD: tuple[Any, ...] = (
    None, True, -1, 10**30, 1.5, "", "x", "\ud800\0../..", "=1+1", [], [None, 7, "x"], {}, {"id": []}, [[[{}]]],
)  # fmt: skip
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "int64": int, "bool": bool, "timestamp[us]": datetime,
}  # fmt: skip


def read(reader: Reader, path: Path, **options: str) -> list[model.Record]:
    """All records of an export, each of them fit for the store."""
    records = list(reader.read(Export(path), ReadOptions(**options)))
    for record in records:
        if not isinstance(record, model.Source):
            fits(record)
    assert isinstance(records[0], model.Source)
    return records


def fits(record: model.Record) -> None:
    """Every field holds what its column can."""
    for column in schema.columns(type(record)):
        value = getattr(record, column.field)
        if value is not None:
            assert isinstance(value, _TYPES[str(column.type)]), (record, column.field)
            if pa.types.is_integer(column.type):
                assert -(2**63) <= value < 2**63, (record, column.field)


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    """The records of one type."""
    return [record for record in records if isinstance(record, kind)]


def places(document: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values stand in a document."""
    entries = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in entries:
        yield (*above, key)
        yield from places(value, (*above, key))


def broken(document: Any) -> Iterator[Any]:
    """The document with one value after the other gone, or another in its place."""
    for number, place in enumerate(places(document)):
        for turn in range(1 + number % 2):
            changed = copy.deepcopy(document)
            holder = changed
            for key in place[:-1]:
                holder = holder[key]
            if turn == 1:
                del holder[place[-1]]
            else:
                holder[place[-1]] = ODD[number % len(ODD)]
            yield changed


def survives(reader: Reader, path: Path, write: Callable[[Any], bytes], document: Any, file: Path) -> int:
    """Read every broken form of a document: records, or the one error that is meant. How many were read.

    Args:
        reader: what reads.
        path: the export that holds the file.
        write: the document's bytes.
        document: what is broken.
        file: where it lies.
    """
    good = 0
    data = write(document)
    forms = [write(form) for form in broken(document)]
    forms += [data[:end] for end in range(0, len(data), max(1, len(data) // 50))]
    forms += [b"[" * 100_000, b"\xff\xfe", b"{}", b"[]", data.replace(b'"', b'"\\ud800', 1)]
    for form in forms:
        file.write_bytes(form)
        with contextlib.suppress(BrokenExportError):
            read(reader, path)
            good += 1
    return good


def claimants(path: Path) -> list[str]:
    """Names of the readers that say an export is theirs; one for any table is asked last."""
    export = Export(path)
    found = [reader for name in names() if (reader := load(name)).sniff(export)]
    return [reader.name for reader in found if not getattr(reader, "is_fallback", False)]


def claimed(reader: Reader) -> set[str]:
    """Fixtures, of any format, that a reader says are its own; by folder, and file by file."""
    found = [path for path in FIXTURES.iterdir() if path.is_dir() and path.name != "themes"]
    found += [path for path in FIXTURES.rglob("*") if path.is_file() and path.suffix != ".md"]
    return {path.relative_to(FIXTURES).parts[0] for path in found if reader.sniff(Export(path))}
