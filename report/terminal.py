"""The summary as a table for the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .privacy import SUPPRESSED, Published

if TYPE_CHECKING:
    from rich.table import Table


def summary_table(published: Mapping[str, Published]) -> "Table":
    """What stands in summary.csv, without the notes, laid out for reading."""
    # Needed only by the command line.
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("measure", overflow="fold")
    table.add_column("value", justify="right")
    table.add_column("range")
    for row in published["summary"].records():
        low, high = row["low"], row["high"]
        between = f"{low}–{high}" if low and high and SUPPRESSED not in (low, high) else ""
        # Text objects: a name with square brackets is not markup.
        table.add_row(Text(row["measure"]), Text(row["value"], style="bold"), Text(between))
    return table
