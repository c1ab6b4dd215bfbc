"""Sheets of an Excel workbook as tables.

Read by calamine, which knows the old binary files (.xls) as well as the new ones and keeps the types of
cells: a date is a date there, whatever the order of day and month on the screen. A sheet is held in memory
whole, so one that says to be larger than any list is refused before it is opened.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from ....errors import BrokenExportError, UnsafeExportError
from ...model import Anomaly
from ..archives import MISREAD
from ..compression import is_bomb
from ..export import Export
from .rows import Row, unique

SUFFIXES = (".xlsx", ".xlsm", ".xls")
_MOST_CELLS = 10_000_000
_MOST_BYTES = 500_000_000
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z")
_CELL = re.compile(rb'<c\b[^<>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')
_BLOCK = 1 << 20
_OVERLAP = 256


class SheetTable:
    """One sheet of a workbook: its first row that is not blank is the header.

    Args:
        member: the workbook's name in the export, with the sheet's name where it has several.
        rows: all rows of the sheet.
    """

    def __init__(self, member: str, rows: list[list[Any]]) -> None:
        self.member = member
        self.problem: Anomaly | None = None
        self._rows = rows
        self._first = next(number for number, row in enumerate(rows) if _is_filled(row))
        self.header = unique([str(cell) for cell in rows[self._first]])

    def rows(self) -> Iterator[Row | Anomaly]:
        """All rows below the header, with the numbers that the program shows; blank ones are passed over."""
        for number, cells in enumerate(self._rows[self._first + 1 :], start=self._first + 2):
            if _is_filled(cells):
                yield Row(number, dict(zip(self.header, cells, strict=False)))


class Workbook:
    """The sheets of one workbook that hold anything.

    Args:
        export: where it lies.
        member: its name there.

    Raises:
        BrokenExportError: it can't be read.
        UnsafeExportError: it would unpack to far more than it weighs.
    """

    def __init__(self, export: Export, member: str) -> None:
        self._export = export
        self._member = member
        self._data = export.read(member)
        self._where = f"{export.path}: {member}" if export.is_archive else str(export.path)
        self._guard()

    @cached_property
    def sheets(self) -> list[SheetTable]:
        """One table a sheet, in the workbook's order.

        Raises:
            BrokenExportError: it can't be read.
        """
        import python_calamine

        try:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(self._data))
            sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
            named = [(name, sheet.to_python(skip_empty_area=False)) for name, sheet in sheets]
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            # What the library meets and does not expect is no `Exception` here.
            raise BrokenExportError(
                f"{self._where}: can't be read as a workbook ({str(error)[:120]})",
                hint="open it in a spreadsheet program and save it as CSV",
            ) from error
        filled = [(name, rows) for name, rows in named if any(map(_is_filled, rows))]
        if not filled:
            raise BrokenExportError(f"{self._where}: all its sheets are empty")
        if len(filled) == 1:
            return [SheetTable(self._member, filled[0][1])]
        return [SheetTable(f"{self._member}/{name}", rows) for name, rows in filled]

    def _guard(self) -> None:
        """Refuse what unpacks to far too much, in bytes or in cells between its first and its last."""
        if not zipfile.is_zipfile(io.BytesIO(self._data)):
            return
        try:
            with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
                large = next((i.filename for i in archive.infolist() if _is_too_large(archive, i)), None)
        except MISREAD as error:
            raise BrokenExportError(
                f"{self._where}: the workbook is damaged or cut off", hint="export it again"
            ) from error
        if large is not None:
            raise UnsafeExportError(
                f"{self._where}: its part {large!r} is far larger than a list can be",
                hint="open it in a spreadsheet program and save the list as CSV",
            )


def _is_too_large(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    if is_bomb(info.file_size, info.compress_size) or info.file_size > _MOST_BYTES:
        return True
    return _cells(archive, info) > _MOST_CELLS


def _cells(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """How many cells there are between a sheet's first one and its last."""
    if not _SHEET.match(info.filename):
        return 0
    columns = rows = 0
    with archive.open(info) as stream:
        kept = b""
        while block := stream.read(_BLOCK):
            for column, row in _CELL.findall(kept + block):
                columns, rows = max(columns, _number(column)), max(rows, int(row))
            kept = block[-_OVERLAP:]
    return columns * rows


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _is_filled(cells: list[Any]) -> bool:
    return any(cell not in ("", None) for cell in cells)
