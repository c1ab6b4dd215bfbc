"""Discourse's full backup: its database as a dump, `dump.sql`, alone or in the archive the forum makes.

Unlike what the forum shows, the database says who liked, reacted and voted, when, and what was taken back;
it also holds what few may see (messages, whispers, closed categories, what was deleted), which is marked. The
dump is read twice as a stream; in memory stay numbers of posts, topics, polls and reactions, no texts.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from ....errors import BrokenExportError, ExportError
from ...model import Record, Source
from ..export import Export
from ..interface import ReadOptions
from .backup_reactions import BackupReactions
from .backup_rows import BackupRows
from .backup_survey import Survey
from .pg_dump import Dump, Row

_DUMP = b"PostgreSQL database dump"
_OURS = (b"category_featured_topics", b"post_timings", b"topic_allowed_users", b"post_number")
"""Names that stand among the first of Discourse's schema and in no other's that we know of."""
_ONLY_COUNTED = ("post_action_types", "post_replies", "topic_allowed_users")
"""Tables that nothing of is told, but their size: quotes say the same as replies, and a message is private
whoever takes part in it."""
_HEAD = 1 << 18


class DiscourseBackupReader:
    """A dump of Discourse's database, of 2013 or of today."""

    name = "discourse-backup"
    title = "Discourse backup (dump.sql, alone or in its archive)"
    verified = True
    set_aside = ("uploads/*", "meta.json")

    def sniff(self, export: Export) -> bool:
        """One member is a dump with Discourse's tables."""
        return _dump(export) is not None

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the database's rows.

        Raises:
            BrokenExportError: there is no dump of Discourse in it, or it holds no posts.
        """
        member = _dump(export)
        if member is None:
            raise BrokenExportError(
                f"{export.path}: there is no dump of Discourse's database in it",
                hint="download the backup again from /admin/backups, or name its dump.sql",
            )
        dump = Dump(export, member)
        survey = Survey(dump)
        if not survey.has_posts:
            raise BrokenExportError(
                f"{export.path}: {member} has no COPY block with rows of public.posts",
                hint="make the dump with pg_dump's plain format, without --inserts, or download it again",
            )
        url = f"https://{survey.host}" if survey.host else None
        source = Source(
            format=self.name,
            instance=options.instance or survey.host or "discourse",
            instance_url=url,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            has_edit_history=True,
            has_deletions=True,
            covers="container",
        )
        yield source
        reactions = BackupReactions(survey)
        rows = BackupRows(survey, reactions, url)
        for row in dump.rows(rows.tables):
            yield from rows.records(row) if isinstance(row, Row) else (row,)
        yield from reactions.totals()
        yield replace(
            source,
            variant=" ".join(
                f"{table}={count}"
                for table, count in sorted(dump.counts.items())
                if table in rows.tables or table in _ONLY_COUNTED
            ),
            exported_at=rows.latest,
            has_reaction_actors="partial" if reactions.has_remainder else "yes",
            complete="yes" if dump.is_complete else "no",
        )


def _dump(export: Export) -> str | None:
    """The member that is the dump; the backup's own name comes before any other."""
    named = [member for member in export.members if member.lower().endswith(".sql")]
    for member in sorted(named, key=lambda name: (name.rpartition("/")[2] != "dump.sql", name)):
        try:
            head = export.head(member, _HEAD)
        except ExportError:
            continue
        if _DUMP in head and any(name in head for name in _OURS):
            return member
    return None
