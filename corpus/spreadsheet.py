"""Tables as spreadsheet programs save them, and those that people fill by hand.

CSV comes in many a dress: cells parted by semicolons where a comma stands in numbers, UTF-16 with tabs as
"Unicode text", Windows-1252 from older programs, a mark of the encoding or a line "sep=;" before the header,
rows of empty cells below the last one.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from pathlib import Path
from typing import Final

from ..errors import ConfigError, hint_for_missing

WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""How a file begins that is UTF-16."""
_DELIMITERS: Final = ",;\t|"
_HEAD: Final = 2**20
"""Characters in which a table must have begun."""
_LONGEST_CELL: Final = 10_000_000
"""Past this a cell is no text but the rest of a file after a quote that was never closed."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row under the header.

    Attributes:
        line: of the file, on which it ends.
        cells: by column, without the spaces around them; what a short row lacks is empty.
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """How the text of a table begins.

    Attributes:
        skipped: lines above the header.
        delimiter: what parts the cells of the header into most columns.
        header: its cells as they stand; none where there is no line.
    """

    skipped: int
    delimiter: str
    header: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The header without the spaces around its cells."""
        return _stripped(self.header)


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A table with a header.

    Attributes:
        columns: without the spaces around them.
        records: the rows that say anything.
    """

    columns: tuple[str, ...]
    records: tuple[Record, ...]


def read_spreadsheet(path: Path) -> Spreadsheet:
    """Read a CSV file somebody made.

    Raises:
        ConfigError: it is missing, or can't be read.
    """
    try:
        rows = list(rows_of_text(text_of(path.read_bytes())))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file", hint=hint_for_missing(path)) from error
    except (OSError, ValueError, csv.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path}: can't be read ({why})", hint="save it as CSV in UTF-8") from error
    columns = _stripped(rows[0][1]) if rows else ()
    found = (Record(line, _cells(columns, cells)) for line, cells in rows[1:])
    return Spreadsheet(columns, tuple(record for record in found if any(record.cells.values())))


def columns_of_head(head: bytes) -> tuple[str, ...]:
    """The columns of a file that begins so, which may be cut anywhere; none where it is no table."""
    text = head.decode("utf-16" if head[:2] in WIDE else "utf-8-sig", "replace")
    try:
        return head_of(text).columns
    except csv.Error:
        return ()


def head_of(text: str) -> Head:
    """How a table begins; the text may be cut anywhere after the header. From now on long cells are no error.

    Raises:
        csv.Error: it is no table.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))  # of the whole process
    lines = list(io.StringIO(text[:_HEAD], newline=""))
    above = takewhile(lambda line: not line.strip() or line.casefold().startswith("sep="), lines)
    skipped = sum(1 for _ in above)
    readings = {mark: next(csv.reader(lines[skipped:], delimiter=mark), []) for mark in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda mark: len(readings[mark]))
    return Head(skipped, delimiter, tuple(readings[delimiter]))


def _stripped(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in cells)


def _cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip_longest(columns, cells, fillvalue="") if name}


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, or Windows-1252.

    Raises:
        ValueError: it is no text, or UTF-8 that was damaged.
    """
    if content[:2] in WIDE:
        return content.decode("utf-16")
    if b"\0" in content:
        raise ValueError("it is no text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Beside letters that UTF-8 makes of several bytes, a wrong byte is damage and not another alphabet's.
        if not content.decode("utf-8", "replace").replace("\ufffd", "").isascii():
            raise
        return content.decode("cp1252", "replace")


def rows_of_text(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of CSV from the header on, with the line each ends on."""
    head = head_of(text)
    lines = io.StringIO(text, newline="")
    for _ in range(head.skipped):
        lines.readline()
    reader = csv.reader(lines, delimiter=head.delimiter)
    for cells in reader:
        yield head.skipped + reader.line_num, cells
