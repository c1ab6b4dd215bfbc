"""The summary as a table for the terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .privacy import SUPPRESSED, Published

if TYPE_CHECKING:
    from rich.table import Table


def summary_table(published: Mapping[str, Published]) -> "Table":
    """What stands in summary.csv, laid out for reading."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (("", "left"), ("people", "right"), ("range", "left"), ("", "left")):
        table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
    for row in published["summary"].records():
        low, high = row["low"], row["high"]
        between = f"{low}–{high}" if low and high and SUPPRESSED not in (low, high) else ""
        # Plain text objects: a name with brackets is not markup.
        table.add_row(
            Text(row["measure"]),
            Text(row["value"], style="bold"),
            Text(between),
            Text(row["note"], style="dim"),
        )
    return table
