"""The tables as one workbook, a sheet each. Text stays text: no cell becomes a formula or a link."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from .privacy import Published

# XlsxWriter would write the time of day, and two runs would differ.
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark, not a moment
_WIDEST: Final = 60
_LONGEST_NAME: Final = 31


def to_xlsx(tables: Iterable[Published]) -> bytes:
    """The tables as an XLSX file, the same bytes for the same tables."""
    # Needed only when a report is written.
    import xlsxwriter

    stream = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": _CREATED})
        head = book.add_format({"bold": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table.name[:_LONGEST_NAME])
            sheet.freeze_panes(1, 0)
            for place, name in enumerate(table.columns):
                sheet.write_string(0, place, name, head)
                longest = max([len(name), *(len(row[place]) for row in table.rows)])
                sheet.set_column(place, place, min(longest + 2, _WIDEST), wrap)
            for line, row in enumerate(table.rows, start=1):
                for place, cell in enumerate(row):
                    if table.columns[place] in table.numeric and _is_number(cell):
                        sheet.write_number(line, place, float(cell))
                    else:
                        sheet.write_string(line, place, cell)
            sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    return stream.getvalue()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
