"""phpBB: a dump of its database, or tables of it as XML.

Tables stand in any order, so the files are read twice: first forums, topics and which post opens each, then
all rows. Everything else a database holds (sessions, permissions, words) is counted by table and not read.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from .phpbb_board import PhpbbBoard
from .sql_dump import SqlDump
from .table_rows import TableRow, xml_rows

_MARKS = (b"phpbb_", b"_acl_options", b"topic_first_post_id", b"bbcode_uid")


class PhpbbReader:
    """phpBB database."""

    name = "phpbb"
    title = "phpBB database (SQL dump, XML tables)"
    verified = False

    def sniff(self, export: Export) -> bool:
        """SQL or XML with phpBB's tables."""
        return any(_is_ours(export, member) for member in _members(export))

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream all rows, twice.

        Raises:
            BrokenExportError: there is neither post nor message among them.
        """
        source = Source(format=self.name, instance=options.instance or self.name)
        yield source
        board = PhpbbBoard()
        for member in _members(export):
            for row in _rows(export, member):
                if isinstance(row, TableRow):
                    board.look(row)
        for member in _members(export):
            has_rows = False
            for row in _rows(export, member):
                has_rows = True
                yield from board.records(row) if isinstance(row, TableRow) else (row,)
            if not has_rows:
                yield Anomaly(code="unread", locator=member, detail="no rows of a table in it")
        if not len(board.tally):
            raise BrokenExportError(
                f"{export.path}: no row of phpBB's posts in it", hint="dump the tables with their data"
            )
        yield from board.rest()
        yield from board.tally.orphans()
        yield replace(
            source,
            exported_at=board.tally.latest,
            has_reaction_actors="yes" if board.has_thanks else "no",
            has_deletions=board.tally.has_deletions,
        )


def _members(export: Export) -> list[str]:
    return [member for member in export.members if member.lower().endswith((".sql", ".xml"))]


def _is_ours(export: Export, member: str) -> bool:
    head = export.glimpse(member)
    if member.lower().endswith(".xml"):
        return b"<table" in head and (b"<dataset" in head or b"<mysqldump" in head) and b"phpbb_" in head
    return any(mark in head for mark in _MARKS) and (
        b"INSERT" in head or b"CREATE" in head or b"COPY" in head
    )


def _rows(export: Export, member: str) -> Iterator[TableRow | Anomaly]:
    yield from xml_rows(export, member) if member.lower().endswith(".xml") else SqlDump(export, member)
