"""What columns a table has, from its first bytes: to tell whose format it is before it is read."""

from ....errors import ExportError
from ...spreadsheet import columns_of_head
from ..export import Export
from . import rows, workbooks

_LARGEST = 20_000_000


def columns_of(export: Export, member: str) -> tuple[str, ...]:
    """The columns of a CSV file or workbook; of a workbook those of its first sheet."""
    name = member.lower()
    try:
        if name.endswith(rows.CSV_SUFFIXES):
            return columns_of_head(export.head(member))
        if name.endswith(workbooks.SUFFIXES) and len(export.head(member, _LARGEST)) < _LARGEST:
            return workbooks.Workbook(export, member).sheets[0].header
    except ExportError:
        pass
    return ()
