"""The tables as one workbook, a sheet each. Text stays text: no cell becomes a formula or a link."""

import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa

from .context import ReportContext
from .privacy import Published
from .view import view

# XlsxWriter would write the time of day, and two runs would differ.
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark, not a moment
_WIDEST: Final = 60
_LONGEST_NAME: Final = 31
_FORMATS: Final[dict[str, str]] = {"count": "#,##0", "figure": "0.###", "share": "0.0%", "day": "yyyy-mm-dd"}
_SHARES: Final = ("share", "share_low", "share_high", "precision", "precision_low", "precision_high")
_MIXED: Final[dict[str, str]] = dict.fromkeys(("value", "low", "high"), "figure")
"""Columns of words and numbers, as in the summary."""
_SUPPRESSED: Final = (
    "A figure of 1 to {} people, or one that would give such a figure away. A blank cell does not apply; a 0 "
    "is a 0."
)
_OPTIONS: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def to_xlsx(published: Mapping[str, Published], context: ReportContext) -> bytes:
    """The tables as an XLSX file, the same bytes for the same tables.

    A sheet "about" stands first. Counts, shares and days are numbers and dates a spreadsheet can work with;
    what is suppressed is that word.

    Args:
        published: the tables, by name.
        context: facts about the run.
    """
    # Needed only when a report is written.
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        formats = {name: book.add_format({"num_format": code}) for name, code in _FORMATS.items()}
        formats["head"] = book.add_format({"bold": True, "bottom": 1})
        formats["text"] = book.add_format({"text_wrap": True, "valign": "top"})
        _about(book.add_worksheet("about"), published, context, formats)
        for table in published.values():
            _fill(book.add_worksheet(table.name[:_LONGEST_NAME]), table, formats)
    return stream.getvalue()


def _about(
    sheet: Any, published: Mapping[str, Published], context: ReportContext, formats: dict[str, Any]
) -> None:
    """What the figures are, and how they may be read."""
    shown = view(published, context)
    rows = [
        ("report", context.title),
        ("in a sentence", shown["claim"] or "No petition was found in these exports."),
        ("suppressed", _SUPPRESSED.format(context.privacy.persons - 1)),
        ("left out", "; ".join(context.excluded)),
        ("how", shown["methods"]),
        ("columns", "docs/outputs.md of forum-pulse tells what each column means."),
        *(("read from", f"{entry.name} ({entry.format}), sha256 {entry.sha256}") for entry in context.inputs),
    ]  # fmt: skip
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 110)
    for line, (name, words) in enumerate(rows):
        sheet.write_string(line, 0, name, formats["head"])
        sheet.write_string(line, 1, words, formats["text"])


def _fill(sheet: Any, table: Published, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 1)
    for place, (name, kind) in enumerate(zip(table.columns, table.types, strict=True)):
        sheet.write_string(0, place, name, formats["head"])
        longest = max([len(name), *(len(row[place]) for row in table.rows)])
        sheet.set_column(place, place, min(longest + 2, _WIDEST), formats["text"])
        for line, row in enumerate(table.rows, start=1):
            _write(sheet, line, place, row[place], _format(name, kind), formats)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)


def _format(name: str, kind: pa.DataType) -> str:
    if pa.types.is_date(kind):
        return "day"
    if pa.types.is_floating(kind):
        return "share" if name in _SHARES else "figure"
    return "count" if pa.types.is_integer(kind) else _MIXED.get(name, "text")


def _write(sheet: Any, line: int, place: int, cell: str, how: str, formats: dict[str, Any]) -> None:
    """One cell: a date or a number where it is one, else text, the word for what is hidden among it."""
    try:
        if how == "day":
            sheet.write_datetime(line, place, date.fromisoformat(cell), formats[how])
        elif how != "text":
            sheet.write_number(line, place, float(cell), formats[how])
    except ValueError:
        how = "text"
    if how == "text":
        sheet.write_string(line, place, cell)
