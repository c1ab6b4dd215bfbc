"""CSV files: RFC 4180 with line feeds, UTF-8 without a byte order mark, the same bytes for the same table.

No byte order mark, because programs that read CSV by the book take it for part of the first column's name;
`report.xlsx` is there for spreadsheets.
"""

import csv
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .privacy import Published

# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), full-width forms included.
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠|%\t\r]")
# Cells that start so and can't be a formula: a number; a number, a space and words ("+1 from me": no formula
# has a name straight after a number); a bare handle. Nothing that calls, links or names a program may follow.
_HARMLESS: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?(?: [^\W\d_][^()|!=\[\]{}<>&;\"]*)?|@[\w.-]+")


def to_csv(published: "Published") -> bytes:
    """The table as a CSV file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(published.columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in published.rows)
    return stream.getvalue().encode()


def safe_cell(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would take it for a formula.

    >>> safe_cell("=HYPERLINK(A1)"), safe_cell("+1"), safe_cell("+1 from me"), safe_cell("@name")
    ("'=HYPERLINK(A1)", '+1', '+1 from me', '@name')
    """
    if _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell):
        return f"'{cell}"
    return cell


def plain_cell(cell: str) -> str:
    """The cell as it was before `safe_cell`.

    >>> plain_cell("'=HYPERLINK(A1)"), plain_cell("'tis"), plain_cell("+1")
    ('=HYPERLINK(A1)', "'tis", '+1')
    """
    return cell[1:] if cell.startswith("'") and safe_cell(cell[1:]) == cell else cell
