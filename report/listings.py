"""What the small commands print: an inspection's tables, edits as coloured words; the same as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa

from ..corpus.edits import Edit
from .privacy import SUPPRESSED

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_STYLES: Final = {"same": "", "added": "green underline", "removed": "red strike"}
_MARKS: Final = {"same": ("", ""), "added": ("{+", "+}"), "removed": ("[-", "-]")}
_SHORT: Final = 14
"""Columns whose cells are no longer than this are never broken."""
_AROUND: Final = 60
"""How many characters of unchanged text are shown beside a change."""


def listing(rows: pa.Table, *, title: str) -> "Table":
    """A table of any columns for the terminal, what is no text to the right."""
    right = [not pa.types.is_string(kind) for kind in rows.schema.types]
    return _table(title, dict(zip(rows.column_names, right, strict=True)), rows.to_pylist())


def rows_listing(rows: Sequence[Mapping[str, Any]], *, title: str) -> "Table":
    """Rows of cells that have passed the gate, numbers to the right."""
    right = {
        name: all(
            isinstance(row[name], int | float) or row[name] == SUPPRESSED
            for row in rows
            if row[name] is not None
        )
        for name in (rows[0] if rows else ("nothing",))
    }
    return _table(title, right, rows)


def _table(title: str, right: Mapping[str, bool], rows: Sequence[Mapping[str, Any]]) -> "Table":
    """Rows under a title; `right` names the columns and says which stand to the right."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for name, to_the_right in right.items():
        longest = max((len(_cell(row[name])) for row in rows), default=0)
        is_short = longest <= _SHORT
        side = "right" if to_the_right else "left"
        # Where a terminal is too narrow for that, lines are longer than it: half a figure is a wrong one.
        least = max(longest, len(name)) if is_short else _SHORT
        table.add_column(name, justify=side, no_wrap=is_short, overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row.values()))
    return table


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "hour") else str(value)


def edit_lines(edits: Sequence[Edit]) -> Iterator["Text"]:
    """Edits for the terminal: thread by thread, each with its dates and the words around what changed."""
    from rich.text import Text

    thread = None
    for edit in edits:
        if edit.thread != thread:
            thread = edit.thread
            yield Text(f"\n{thread}", style="bold")
        where = "the opening post" if edit.is_opening else "a reply"
        what = where if edit.field == "body" else f"{edit.field} of {where}"
        yield Text(f"  {_when(edit)}, {what}: {edit.removed} words removed, {edit.added} added", style="dim")
        line = Text("    ")
        for operation, text in _shortened(edit):
            opened, closed = _MARKS[operation]
            inner = text.rstrip()
            line.append(f"{opened}{inner}{closed}".replace("\n", "\n    "), style=_STYLES[operation])
            line.append(text[len(inner) :].replace("\n", "\n    "))
        yield line


def _when(edit: Edit) -> str:
    first, last = (
        f"{moment:%Y-%m-%d %H:%M}" if moment else "?" for moment in (edit.not_before, edit.not_after)
    )
    return first if first == last else f"between {first} and {last}"


def _shortened(edit: Edit) -> Iterator[tuple[str, str]]:
    """The words of an edit, long stretches that stay the same cut to what stands beside a change."""
    for place, (operation, text) in enumerate(edit.words):
        if operation != "same" or len(text) <= 2 * _AROUND:
            yield operation, text
            continue
        start = "" if place == 0 else text[:_AROUND]
        end = "" if place == len(edit.words) - 1 else text[-_AROUND:]
        yield operation, f"{start} … {end}"


def edits_json(edits: Sequence[Edit]) -> bytes:
    """Edits as JSON, one object each, without what would say who made them."""
    rows = [
        {
            "thread": edit.thread, "opening_post": edit.is_opening, "field": edit.field,
            "not_before": edit.not_before, "not_after": edit.not_after,
            "words": [{"what": operation, "text": text} for operation, text in edit.words],
        }
        for edit in edits
    ]  # fmt: skip
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2)


def tables_json(tables: dict[str, pa.Table]) -> bytes:
    """Tables as JSON: name -> list of objects."""
    return orjson.dumps(
        {name: table.to_pylist() for name, table in tables.items()}, option=orjson.OPT_INDENT_2
    )


def rows_json(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """Named lists of rows as JSON."""
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2)
