"""Rows of a table file, one at a time: CSV, JSON lines or Parquet, with the line each stands on."""

import codecs
import csv
import io
from collections.abc import Generator, Iterator, Sequence
from typing import Any, Protocol

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct

from ....errors import BrokenExportError
from ...model import Anomaly
from ...spreadsheet import WIDE, head_of
from ..archives import FAILURES
from ..export import Export

CSV_SUFFIXES = (".csv", ".tsv")
JSON_SUFFIXES = (".jsonl", ".ndjson")
SUFFIXES = (*CSV_SUFFIXES, *JSON_SUFFIXES, ".parquet")
_LINES_FOR_HEADER = 1000
_BLOCK = 1 << 20
_FAILURES = (*FAILURES, BrokenExportError, pa.ArrowException)
_KEPT_WHOLE = frozenset({"reactions"})


class Row(Struct, frozen=True):
    """One row: column -> value as the file has it (text, or a typed value), and its line or number."""

    line: int
    values: dict[str, Any]


class Table(Protocol):
    """A table that can be gone through as often as needed.

    Attributes:
        member: its name in the export.
        header: its columns.
        problem: what had to be guessed to open it.
    """

    member: str
    header: tuple[str, ...]
    problem: Anomaly | None

    def rows(self) -> Iterator[Row | Anomaly]:
        """All rows in turn; an anomaly in place of one that can't be read."""
        ...


def open_table(export: Export, member: str) -> Table:
    """Open a member by its suffix.

    Raises:
        BrokenExportError: it can't be read, or has no columns.
    """
    name = member.lower()
    try:
        if name.endswith(CSV_SUFFIXES):
            return _CsvTable(export, member)
        return _ParquetTable(export, member) if name.endswith(".parquet") else _JsonTable(export, member)
    except _FAILURES as error:
        raise BrokenExportError(
            f"{export.path}: {member} can't be read as a table ({error})", hint="export it again"
        ) from error


class _CsvTable:
    def __init__(self, export: Export, member: str) -> None:
        self.member = member
        self._export = export
        self._encoding, self.problem = _encoding(export, member)
        with self._text() as text:
            self._head = head_of(text.read(_BLOCK))
        if not self._head.header:
            raise BrokenExportError(f"{self._export.path}: {self.member} is empty")
        self.header = unique(self._head.header)

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._export.open(self.member), self._encoding, errors="replace", newline="")

    def rows(self) -> Iterator[Row | Anomaly]:
        with self._text() as text:
            for _ in range(self._head.skipped):
                text.readline()
            reader = csv.reader(text, delimiter=self._head.delimiter)
            next(reader, None)
            while True:
                line = self._head.skipped + reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Anomaly(code="unparsed", locator=f"{self.member}:{line}", detail=str(error))
                    continue
                except _FAILURES:
                    yield Anomaly(
                        code="truncated", locator=f"{self.member}:{line}", detail="damaged or cut off"
                    )
                    return
                if any(cells):
                    yield self._row(line, cells)

    def _row(self, line: int, cells: list[str]) -> Row | Anomaly:
        if len(cells) > len(self.header) and any(cells[len(self.header) :]):
            detail = (
                f"{len(cells)} cells under {len(self.header)} columns: a quote or delimiter is wrong here"
            )
            return Anomaly(code="unparsed", locator=f"{self.member}:{line}", detail=detail)
        return Row(line, dict(zip(self.header, cells, strict=False)))


class _JsonTable:
    def __init__(self, export: Export, member: str) -> None:
        self.member = member
        self.problem: Anomaly | None = None
        self._export = export
        columns: dict[str, None] = {}
        for row in self.rows():
            if isinstance(row, Row):
                columns.update(dict.fromkeys(row.values))
                if row.line > _LINES_FOR_HEADER:
                    break
        if not columns:
            raise BrokenExportError(f"{export.path}: {member} has no line that is a JSON object")
        self.header = tuple(columns)

    def rows(self) -> Iterator[Row | Anomaly]:
        number = 0
        try:
            for number, line in self._export.lines(self.member):
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    try:
                        value = orjson.loads(line)
                    except orjson.JSONDecodeError:
                        value = yield from self._mended(number, line)
                        if value is None:
                            continue
                    if isinstance(value, dict):
                        yield Row(number, _flat(value))
                    else:
                        yield self._unread(number, "not a JSON object")
        except _FAILURES:
            yield Anomaly(
                code="truncated", locator=f"{self.member}:{number + 1}", detail="damaged or cut off"
            )

    def _mended(self, number: int, line: bytes) -> Generator[Anomaly, None, Any]:
        """What a line says that the parser refuses as it stands; None where that is nothing."""
        line = line.removeprefix(b"\xef\xbb\xbf")
        text = line.decode("utf-8", "replace").encode()
        if text != line:
            yield self._unread(number, "bytes that are not UTF-8 were replaced")
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            yield self._unread(number, "not JSON")

    def _unread(self, number: int, detail: str) -> Anomaly:
        return Anomaly(code="unparsed", locator=f"{self.member}:{number}", detail=detail)


class _ParquetTable:
    def __init__(self, export: Export, member: str) -> None:
        self.member = member
        self.problem: Anomaly | None = None
        self._export = export
        with export.open(member) as stream:
            self._names = pq.ParquetFile(stream).schema_arrow.names
            first = next(pq.ParquetFile(stream).iter_batches(batch_size=1), None)
        example = first.to_pylist() if first is not None else []
        self.header = tuple(_flat(example[0])) if example else tuple(self._names)

    def rows(self) -> Iterator[Row | Anomaly]:
        number = 0
        try:
            with self._export.open(self.member) as stream:
                for batch in pq.ParquetFile(stream).iter_batches(batch_size=10_000):
                    for values in batch.to_pylist():
                        number += 1
                        yield Row(number, _flat(values))
        except _FAILURES:
            yield Anomaly(
                code="truncated", locator=f"{self.member}:{number + 1}", detail="damaged or cut off"
            )


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """An object with its objects' fields beside its own: {"user": {"name": "A"}} is {"user.name": "A"}."""
    if not any(isinstance(inner, dict) for inner in value.values()):
        return value
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        if isinstance(inner, dict) and key.casefold() not in _KEPT_WHOLE:
            flat.update({f"{key}.{name}": part for name, part in inner.items()})
        else:
            flat[key] = inner
    return flat


def unique(header: Sequence[str]) -> tuple[str, ...]:
    """Column names, made distinct, the empty ones given a number."""
    names: list[str] = []
    for index, cell in enumerate(header, start=1):
        name = cell.strip() or f"column {index}"
        twins = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({twins + 1})" if twins else name)
    return tuple(names)


def _encoding(export: Export, member: str) -> tuple[str, Anomaly | None]:
    """How a text file is encoded, and what is wrong with it, by reading it through.

    A file with some wrong bytes among right ones is UTF-8 that was damaged; one without any right multi-byte
    character is what Windows writes in the West.
    """
    if export.head(member, 2) in WIDE:
        return "utf-16", None
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = line = 0
    first_bad = 0
    with export.open(member) as stream:
        while block := stream.read(_BLOCK):
            text = decoder.decode(block)
            wrong = 0 if text.isascii() else text.count("\ufffd") - block.count("\ufffd".encode())
            if wrong > 0 and not first_bad:
                first_bad = line + text[: text.index("\ufffd")].count("\n") + 1
            bad += max(wrong, 0)
            good += 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore")) - max(wrong, 0)
            line += text.count("\n")
    if not bad:
        return "utf-8-sig", None
    if good >= bad:
        name, detail = "utf-8-sig", "bytes that are not UTF-8 were replaced"
    else:
        name, detail = "cp1252", "not UTF-8: read as Windows-1252"
    return name, Anomaly(code="unparsed", locator=f"{member}:{first_bad}", detail=detail)
