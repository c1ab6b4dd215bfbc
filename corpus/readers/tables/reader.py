"""Tables: CSV, Excel, JSON lines or Parquet, of posts or of signatures, whatever made them.

Columns are known by their headers, or by what the user says of them (`--column text=Message`); how each was
understood stands in the source's `variant`, and what was not understood is an anomaly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from msgspec.structs import replace

from ....errors import BrokenExportError, ExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from . import rows, workbooks
from .cells import Cells, Latest, People, is_blank
from .columns import Layout, check_told, layout_of
from .posts import PostRows
from .rows import Row, Table, open_table
from .signatures import SignatureRows
from .workbooks import Workbook

SUFFIXES = (*rows.SUFFIXES, *workbooks.SUFFIXES)


class TableReader:
    """A table file, or a folder or zip of nothing but such files."""

    name = "tables"
    title = "Table of posts or signatures (CSV, Excel, JSON lines, Parquet)"
    verified = True
    is_fallback = True

    def sniff(self, export: Export) -> bool:
        """Every file is a table by its name."""
        return all(member.lower().endswith(SUFFIXES) for member in export.members)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the rows of all tables.

        Raises:
            ConfigError: `options.columns` names what is not there.
            ExportError: no table has a text, and none is a list of signatures.
            BrokenExportError: not one row can be read.
        """
        opened = _open(export, options)
        people, latest = People(), Latest()
        posts, signatures = PostRows(people, latest), SignatureRows(people, latest)
        signatures.only_petition = opened.only_petition
        source = Source(
            format=self.name,
            variant="; ".join(f"{sheet.table.member} {sheet.layout}" for sheet in opened.sheets),
            instance=options.instance or f"table:{export.path.resolve().stem}",
            has_reaction_actors="yes" if opened.has_signatures else "no",
            has_reaction_counts=opened.has_counts,
            has_deletions=any("deleted" in sheet.layout.columns for sheet in opened.sheets),
        )
        yield source
        yield from opened.anomalies
        for sheet in opened.sheets:
            if sheet.layout.shape == "posts":
                posts.look(sheet.table, sheet.cells)
        for sheet in opened.sheets:
            reader = posts if sheet.layout.shape == "posts" else signatures
            for row in sheet.table.rows():
                yield from reader.records(row, sheet.cells) if isinstance(row, Row) else (row,)
        yield from posts.threads()
        yield from signatures.rest()
        if not posts.count and not signatures.count:
            raise BrokenExportError(
                f"{export.path}: no row of it can be read",
                hint="look at the file, or name its columns with --column",
            )
        partial = opened.has_signatures and signatures.has_unnamed
        actors = "partial" if partial else source.has_reaction_actors
        yield replace(source, has_reaction_actors=actors, exported_at=latest.at)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One table that was understood."""

    table: Table
    layout: Layout
    cells: Cells


@dataclass(frozen=True, slots=True)
class _Opened:
    sheets: list[_Sheet]
    anomalies: list[Anomaly]

    @property
    def has_signatures(self) -> bool:
        return any(sheet.layout.shape == "signatures" for sheet in self.sheets)

    @property
    def only_petition(self) -> str | None:
        """The petition of the export's only list of signatures, if it has just one."""
        lists = [s for s in self.sheets if s.layout.shape == "signatures" and not s.layout.is_remarks]
        if len(lists) != 1 or "title" in lists[0].layout.columns:
            return None
        return PurePosixPath(lists[0].table.member).stem

    @property
    def has_counts(self) -> bool:
        return any(sheet.layout.columns.keys() & {"likes", "reactions"} for sheet in self.sheets)


def _open(export: Export, options: ReadOptions) -> _Opened:
    """Open all tables and understand their headers; what one table lacks costs the others nothing."""
    tables: list[Table] = []
    anomalies: list[Anomaly] = []
    failures: list[ExportError] = []
    for member in export.members:
        if not member.lower().endswith(SUFFIXES):
            continue
        try:
            tables.extend(_tables(export, member))
        except BrokenExportError as error:
            failures.append(error)
            anomalies.append(Anomaly(code="unparsed", locator=member, detail="can't be read as a table"))
    check_told(options.columns, [table.header for table in tables] or [[]], str(export.path))
    sheets: list[_Sheet] = []
    for table in tables:
        anomalies.extend([table.problem] if table.problem else [])
        try:
            sheet = _sheet(export, table, options)
        except ExportError as error:
            failures.append(error)
            anomalies.append(
                Anomaly(code="unparsed", locator=table.member, detail="neither posts nor signatures")
            )
            continue
        sheets.append(sheet)
        anomalies.extend(
            Anomaly(code="unknown_column", locator=f"{table.member}:1", detail=column)
            for column in sheet.layout.unknown
        )
    if not sheets:
        raise failures[0] if failures else BrokenExportError(f"{export.path}: there is no table in it")
    return _Opened(sheets, anomalies)


def _tables(export: Export, member: str) -> list[Table]:
    """The tables of a file: a workbook's sheets, else the one it is."""
    if member.lower().endswith(workbooks.SUFFIXES):
        return list(Workbook(export, member).sheets)
    return [open_table(export, member)]


def _sheet(export: Export, table: Table, options: ReadOptions) -> _Sheet:
    where = f"{export.path}: {table.member}" if export.is_archive else str(export.path)
    place = PurePosixPath(table.member)
    is_sheet = place.parent.suffix.lower() in workbooks.SUFFIXES
    called = f"{place.parent.stem} {place.name}" if is_sheet else place.stem
    layout = layout_of(table.header, called, options.columns, where, lambda name: is_blank(table, name))
    return _Sheet(table, layout, Cells(table, layout))
