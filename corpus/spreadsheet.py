"""Tables that people fill by hand, as spreadsheet programs save them.

CSV comes in many a dress: cells parted by semicolons where a comma stands in numbers, UTF-16 with tabs as
"Unicode text", Windows-1252 from older programs, a mark of the encoding before the header, rows of empty
cells below the last one.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path
from typing import Final

from ..errors import ConfigError, hint_for_missing

_DELIMITERS: Final = ",;\t"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_CELL: Final = 2**24


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
    columns = _columns(rows)
    found = (Record(line, _cells(columns, cells)) for line, cells in rows[1:])
    return Spreadsheet(columns, tuple(record for record in found if any(record.cells.values())))


def columns_of_head(head: bytes) -> tuple[str, ...]:
    """The columns of a file that begins so, which may be cut anywhere; none where it is no table."""
    text = head.decode("utf-16" if head[:2] in _WIDE else "utf-8-sig", "replace")
    try:
        return _columns(list(islice(rows_of_text(text), 1)))
    except csv.Error:
        return ()


def _columns(rows: Sequence[tuple[int, list[str]]]) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in rows[0][1]) if rows else ()


def _cells(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip_longest(columns, cells, fillvalue="") if name}


def text_of(content: bytes) -> str:
    """The text of a file: UTF-8 with or without a mark, UTF-16 with one, or Windows-1252.

    Raises:
        ValueError: it is no text, or UTF-8 that was damaged.
    """
    if content[:2] in _WIDE:
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
    """The rows of CSV with the line each ends on, parted as the first is: by commas, semicolons or tabs."""
    skipped = int(text[:4].casefold() == "sep=")
    if skipped:
        text = text.partition("\n")[2]
    head = text.partition("\n")[0]
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CELL))  # of the process: a text may be long
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=head.count))
    for cells in reader:
        yield skipped + reader.line_num, cells
