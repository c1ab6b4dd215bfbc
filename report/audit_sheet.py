"""The sheet of an audit: the one file with words in it that leaves the workspace unpublished.

It goes to one person who judges it, so it is written for its owner's eyes only (mode 0600), never over a
sheet that may be filled already, and without anything but redacted words.
"""

import csv
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from ..config import Config
from ..corpus import identity
from ..corpus.spreadsheet import rows_of_text, text_of
from ..corpus.store import Store
from ..errors import ConfigError, OutputError, hint_for_missing
from ..petitions.verdicts import VERDICTS
from .csvfiles import safe_cell
from .redaction import Redactor
from .vocabulary import vocabulary

_WIDTHS: Final = {"words": 80, "statement": 40, "read": 30, "span": 30, "note": 30}
_KINDS: Final = (".csv", ".xlsx")
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls", ".ods")


def redactor_of(store: Store, config: Config) -> Redactor:
    """What takes names out of the sheet: stricter than for quotes only in that it spares no more words."""
    kept = frozenset(name for target in config.targets for name in (target.name, *target.aliases))
    return Redactor(identity.handles(store), kept, vocabulary(store))


def check_sheet(path: Path) -> None:
    """See that a sheet can be written there, before the work is done.

    Raises:
        OutputError: it is there already, has no folder, or is neither .csv nor .xlsx.
    """
    if path.suffix.casefold() not in _KINDS:
        raise OutputError(f"{path}: neither .csv nor .xlsx", hint="name the sheet sheet.csv or sheet.xlsx")
    if path.exists():
        raise OutputError(
            f"{path}: is there already", hint="a filled sheet is not written over; name another with --out"
        )
    if not path.absolute().parent.is_dir():
        raise OutputError(f"{path.parent}: there is no such folder", hint="make it, or name another")


def write_sheet(path: Path, sheet: pa.Table) -> None:
    """Write a sheet for a human, readable by nobody else on this machine.

    Args:
        path: .csv or .xlsx, not there yet.
        sheet: columns of text, redacted.

    Raises:
        OutputError: see `check_sheet`, or the disk says no.
    """
    check_sheet(path)
    rows = [tuple(str(cell) for cell in row.values()) for row in sheet.to_pylist()]
    make = _xlsx if path.suffix.casefold() == ".xlsx" else _csv
    content = make(sheet.column_names, rows)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
    except OSError as error:
        raise OutputError(
            f"{path}: can't be written ({error.strerror or error})", hint="check the folder's permissions"
        ) from error


def _csv(names: Sequence[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([safe_cell(" ".join(cell.split())) for cell in row] for row in rows)
    return stream.getvalue().encode()


def _xlsx(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> bytes:
    # Needed only when a sheet is written.
    import xlsxwriter

    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with xlsxwriter.Workbook(stream, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("audit")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(names):
            sheet.write_string(0, place, name, head)
            sheet.set_column(place, place, _WIDTHS.get(name, 14), wrap)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                sheet.write_string(line, place, cell, wrap)
        place = list(names).index("verdict")
        choice = {"validate": "list", "source": list(VERDICTS)}
        sheet.data_validation(1, place, max(len(rows), 1), place, choice)
    return stream.getvalue()


def read_sheet(path: Path) -> dict[str, str]:
    """Verdicts of a filled sheet, row -> yes, no or unsure; rows left blank are not among them.

    Raises:
        ConfigError: it can't be read, lacks a column, names a row twice or says something else.
    """
    lines = list(_lines(path))
    if not lines:
        raise ConfigError(f"{path}: is empty", hint="read back the sheet that petitions audit wrote")
    head = [_folded(cell) for cell in lines[0]]
    missing = [name for name in ("row", "verdict") if name not in head]
    if missing:
        raise ConfigError(
            f"{path}:1: column {', '.join(missing)} is missing", hint="keep the header of the sheet as it was"
        )
    row_at, verdict_at = head.index("row"), head.index("verdict")
    found: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in (*line, *[""] * len(head))]
        name, verdict = cells[row_at], cells[verdict_at].casefold()
        if not name and not verdict:
            continue
        if verdict not in ("", *VERDICTS):
            raise ConfigError(
                f"{path}:{number}: verdict {verdict!r}", hint=f"write {', '.join(VERDICTS)}, or nothing"
            )
        if name in found:
            raise ConfigError(f"{path}:{number}: row {name!r} stands twice", hint="keep one of the two")
        found[name] = verdict
    return {name: verdict for name, verdict in found.items() if verdict}


def _lines(path: Path) -> Iterator[list[str]]:
    try:
        if path.suffix.casefold() in _WORKBOOKS:
            yield from _sheet_of(path)
        else:
            yield from (cells for _, cells in rows_of_text(text_of(path.read_bytes())))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file", hint=hint_for_missing(path)) from error
    except Exception as error:
        raise ConfigError(f"{path}: can't be read ({error})", hint="save it as CSV, or as XLSX") from error


def _sheet_of(path: Path) -> Iterator[list[str]]:
    """The rows of the sheet that has verdicts: before it may stand sheets of whoever filled it."""
    from python_calamine import CalamineWorkbook  # needed for spreadsheets only

    book = CalamineWorkbook.from_path(str(path))
    sheets = [
        [[str(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    ]
    fits = [rows for rows in sheets if rows and "verdict" in map(_folded, rows[0])]
    yield from (fits or sheets)[0]


def _folded(cell: str) -> str:
    return cell.strip().casefold()
