"""What every reader must bear: records fit for the store or one error in words, and nobody else's files."""

from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from whole_exports import FIXTURES

from forum_pulse.corpus import model, schema
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, load, names, read_all
from forum_pulse.errors import ForumPulseError

Noun = TypeVar("Noun")
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "int64": int, "bool": bool, "timestamp[us]": datetime,
}  # fmt: skip


def read(reader: Reader, path: Path, **options: str) -> list[model.Record]:
    """All records of an export, each of them fit for the store."""
    records = list(read_all(reader, Export(path), ReadOptions(**options)))
    for record in records:
        fits(record)
    assert isinstance(records[0], model.Source)
    return records


def survives(reader: Reader, path: Path) -> list[model.Record]:
    """Look at an export and read it to the end: its records, or none where an error in words refuses it."""
    try:
        reader.sniff(Export(path))
        return read(reader, path)
    except ForumPulseError:
        return []


def fits(record: model.Record) -> None:
    """Every field holds what its column can."""
    if isinstance(record, model.Source):
        return
    for column in schema.columns(type(record)):
        value = getattr(record, column.field)
        if value is not None:
            assert isinstance(value, _TYPES[str(column.type)]), (record, column.field)
            if pa.types.is_integer(column.type):
                assert -(2**63) <= value < 2**63, (record, column.field)


def attributes_all(cleaned: model.Cleaned) -> None:
    """Spans lie inside, in order, without overlap, and leave only white space between them."""
    at = 0
    for span in cleaned.spans:
        assert at <= span.start < span.end <= len(cleaned.plain)
        assert not cleaned.plain[at : span.start].strip()
        assert cleaned.plain[span.start : span.end].strip()
        at = span.end
    assert not cleaned.plain[at:].strip()
    cleaned.plain.encode()


def of(records: list[model.Record], kind: type[Noun]) -> list[Noun]:
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
    """Names of the readers that say an export is theirs; one for any table is asked last."""
    export = Export(path)
    found = [reader for name in names() if (reader := load(name)).sniff(export)]
    return [reader.name for reader in found if not getattr(reader, "is_fallback", False)]


def claimed(reader: Reader) -> set[str]:
    """Fixtures, of any format, that a reader says are its own; by folder, and file by file."""
    found = [path for path in FIXTURES.iterdir() if path.is_dir() and path.name != "themes"]
    found += [path for path in FIXTURES.rglob("*") if path.is_file() and path.suffix != ".md"]
    return {path.relative_to(FIXTURES).parts[0] for path in found if reader.sniff(Export(path))}
