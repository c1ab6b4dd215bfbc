"""Decidim's open data: proposals, debates, initiatives and more, with the comments on them.

A resource is a thread whose first post it is. Supports are counts without people; endorsements are counts
with names, not ids, so they are `name_only`. What a comment says of its side (`alignment`) is the post's
`subtype`: in_favor, neutral or against. What somebody writes for a group is the group's, an organisation.
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from ....errors import BrokenExportError, ExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..tables.headers import columns_of
from .decidim_columns import COMMENT, RESOURCE
from .decidim_forum import Forum
from .platform_tables import SUFFIXES, base_names, tables_of

_JSON = re.compile(rb'"(?:commentable_type|participatory_space)"\s*:')


class DecidimReader:
    """One table, or a folder or archive of them, as the platform's open data or an administrator's export."""

    name = "decidim"
    title = "Decidim open data (CSV, Excel, JSON)"
    verified = False

    def sniff(self, export: Export) -> bool:
        """Tables with the platform's own columns."""
        members = [member for member in export.members if member.lower().endswith(SUFFIXES)]
        return bool(members) and any(_is_ours(export, member) for member in members)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream resources and comments.

        Raises:
            BrokenExportError: there is neither.
        """
        tables = list(tables_of(export))
        forum = Forum()
        for table in tables:
            if not isinstance(table, Anomaly):
                forum.look(table)
        headers = [table for table in tables if not isinstance(table, Anomaly)]
        source = Source(
            format=self.name,
            variant="; ".join(f"{table.member}: {', '.join(table.header)}" for table in headers),
            instance=options.instance or forum.host or f"decidim:{export.path.resolve().stem}",
            instance_url=f"https://{forum.host}" if forum.host else None,
            has_reaction_actors="partial",
            has_reaction_counts=True,
        )
        yield source
        for table in tables:
            yield from (table,) if isinstance(table, Anomaly) else forum.records(table)
        yield from forum.rest()
        if not forum.seen:
            raise BrokenExportError(
                f"{export.path}: there is neither a proposal nor a comment in it",
                hint="download the platform's open data, or export a component's proposals and comments",
            )
        yield replace(source, exported_at=forum.latest, complete="no" if forum.is_cut else "unknown")


def _is_ours(export: Export, member: str) -> bool:
    try:
        if member.lower().endswith(".json"):
            head = export.head(member).lstrip(b"\xef\xbb\xbf \r\n\t")
            return head.startswith(b"[") and bool(_JSON.search(head))
    except ExportError:
        return False
    columns = base_names(columns_of(export, member))
    return any(marks <= columns for marks in (COMMENT, *RESOURCE))
