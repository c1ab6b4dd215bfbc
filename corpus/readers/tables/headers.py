"""What columns a table has, from its first bytes: to tell whose format it is before it is read."""

import csv

from ....errors import ExportError
from ..export import Export
from . import rows, workbooks

_LARGEST = 20_000_000
_DELIMITERS = ",;\t|"


def columns_of(export: Export, member: str) -> tuple[str, ...]:
    """The columns of a CSV file or workbook; of a workbook those of its first sheet."""
    name = member.lower()
    try:
        if name.endswith(rows.CSV_SUFFIXES):
            return _of_csv(export.head(member))
        if name.endswith(workbooks.SUFFIXES) and len(export.head(member, _LARGEST)) < _LARGEST:
            return workbooks.Workbook(export, member).sheets[0].header
    except ExportError:
        pass
    return ()


def _of_csv(head: bytes) -> tuple[str, ...]:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    lines = [line for line in text.splitlines() if line.strip() and not line.lower().startswith("sep=")]
    if not lines:
        return ()
    try:
        readings = [next(csv.reader(lines[:1], delimiter=mark), []) for mark in _DELIMITERS]
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in max(readings, key=len))
