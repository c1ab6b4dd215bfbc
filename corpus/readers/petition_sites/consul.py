"""CONSUL's open data: proposals and debates, comments, and votes without voters.

The platform publishes one table a kind. Votes stand as counts beside what they are for and, in a table of
their own, one by one with a day and no person: those are reactions of nobody known, and of a count only what
that table does not hold is added. The order of comments is their `ancestry`, ids from the top down.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..tables.headers import columns_of
from .consul_forum import COMMENT, RESOURCE, VOTE, Forum
from .platform_tables import SUFFIXES, tables_of


class ConsulReader:
    """One table, or a folder or archive of them."""

    name = "consul"
    title = "CONSUL open data (CSV)"
    verified = False

    def sniff(self, export: Export) -> bool:
        """Tables with the platform's own columns."""
        members = [member for member in export.members if member.lower().endswith(SUFFIXES)]
        return any(_is_ours(export, member) for member in members)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream what was proposed and what was said about it.

        Raises:
            BrokenExportError: there is neither a proposal, nor a debate, nor a comment.
        """
        source = Source(
            format=self.name,
            instance=options.instance or f"consul:{export.path.resolve().stem}",
            has_reaction_counts=True,
        )
        yield source
        tables = list(tables_of(export))
        forum = Forum()
        for table in tables:
            if not isinstance(table, Anomaly):
                forum.look(table)
        for table in tables:
            yield from (table,) if isinstance(table, Anomaly) else forum.records(table)
        yield from forum.rest()
        if not forum.seen:
            raise BrokenExportError(
                f"{export.path}: there is neither a proposal, nor a debate, nor a comment in it",
                hint="download the platform's tables: proposals.csv, debates.csv, comments.csv, votes.csv",
            )
        yield replace(source, exported_at=forum.latest, complete="no" if forum.is_cut else "unknown")


def _is_ours(export: Export, member: str) -> bool:
    columns = frozenset(columns_of(export, member))
    return any(marks <= columns for marks in (COMMENT, RESOURCE, VOTE))
