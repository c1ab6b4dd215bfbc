"""Lemmy and its neighbours: API answers, rows of the database, ActivityPub objects and activities.

API and database number their posts; ActivityPub names everything by address, whichever forum (Lemmy,
Mastodon, NodeBB, Discourse) sent it. Both may lie in one export; votes are identified where their voters are
told.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..json_stream import documents_of
from ..json_values import text
from .activities import Activities
from .lemmy_forum import LemmyForum
from .tally import Tally
from .votes import Votes

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_SNIFFED = 30
_LISTS = (
    "posts", "comments", "post_likes", "comment_likes", "items", "private_messages", "post", "comment",
    "person", "community", "post_like", "comment_like", "private_message", "users", "communities",
)  # fmt: skip
_VIEWS = ("post_view", "comment_view", "community_view", "person_view", "private_message_view")
_ACTIVITY_MARKS = (b'"attributedTo"', b'"inReplyTo"', b'"actor"', b'"orderedItems"')
_ROW_MARKS = (b'"creator_id"', b'"creator"', b'"person_id"')
_ROWS = (b'"ap_id"', b'"actor_id"', b'"comment_id"', b'"post_id"')


class LemmyReader:
    """Lemmy, and ActivityPub of other forums."""

    name = "lemmy"
    title = "Lemmy (API or database rows as JSON, ActivityPub)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Activities, or rows with Lemmy's addresses."""
        return any(_is_ours(export.glimpse(member)) for member in _members(export)[:_SNIFFED])

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream all files, twice.

        Raises:
            BrokenExportError: there is neither post nor vote in them.
        """
        source = Source(format=self.name, instance=options.instance or _host(export) or self.name)
        yield source
        tally, votes = Tally(), Votes()
        activities, forum = Activities(tally, votes), LemmyForum(tally, votes)
        for locator, data in _objects(export):
            if isinstance(data, dict) and _is_activity(data):
                activities.look(data, locator)
        activities.settle()
        for locator, data in _objects(export):
            if isinstance(data, Anomaly):
                yield data
            elif _is_activity(data):
                yield from activities.records(data, locator)
            else:
                yield from forum.records(data, locator)
        yield from activities.rest()
        yield from forum.rest()
        if not len(tally):
            raise BrokenExportError(
                f"{export.path}: no post, comment or vote in it",
                hint="name files of Lemmy's API, of its tables, or of ActivityPub objects",
            )
        yield from votes.records(tally.latest)
        yield from tally.orphans()
        complete: Literal["no", "unknown"] = "no" if forum.is_cut else "unknown"
        actors: Literal["no", "partial"] = "partial" if votes.has_voters else "no"
        yield replace(
            source,
            exported_at=tally.latest,
            has_reaction_actors=actors,
            has_reaction_counts=votes.has_totals,
            has_edit_history=activities.has_revisions,
            has_deletions=tally.has_deletions,
            complete=complete,
        )


def _members(export: Export) -> list[str]:
    if not export.is_archive:
        return list(export.members)
    return [member for member in export.members if member.lower().endswith(_SUFFIXES)]


def _is_ours(head: bytes) -> bool:
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return False
    is_activity = b'"type"' in head and b'"id"' in head and any(mark in head for mark in _ACTIVITY_MARKS)
    if is_activity and (b"activitystreams" in head or b'"published"' in head or b'"object"' in head):
        return True
    is_row = any(mark in head for mark in _ROW_MARKS) and any(mark in head for mark in _ROWS)
    return is_row and (b'"community_id"' in head or b'"path"' in head or b'"score"' in head)


def _is_activity(data: dict[str, Any]) -> bool:
    return text(data.get("type")) is not None and not isinstance(data.get("post"), dict)


def _host(export: Export) -> str | None:
    """The instance these numbers are of: where its own posts and people live."""
    hosts: set[str] = set()
    for _, data in _objects(export):
        for inner in (data, *data.values()) if isinstance(data, dict) else ():
            if isinstance(inner, dict) and inner.get("local") is True:
                address = text(inner.get("ap_id")) or text(inner.get("actor_id")) or ""
                hosts.add(address.partition("://")[2].partition("/")[0])
        if hosts - {""}:
            break
    return min(hosts - {""}, default=None)


def _objects(export: Export) -> Iterator[tuple[str, dict[str, Any] | Anomaly]]:
    """Activities, views and rows of all members, out of the lists and answers they stand in."""
    for member in _members(export):
        for document in documents_of(export, member):
            if isinstance(document, Anomaly):
                yield document.locator, document
                continue
            locator, root = document
            pending: list[Any] = [root]
            while pending:
                data = pending.pop()
                if isinstance(data, list):
                    pending.extend(reversed(data))
                elif not isinstance(data, dict):
                    detail = f"a {type(data).__name__} where a record should be: left out"
                    yield locator, Anomaly(code="unparsed", locator=locator, detail=detail)
                elif inner := _inside(data):
                    pending.extend(reversed(inner))
                else:
                    yield locator, data


def _inside(data: dict[str, Any]) -> list[Any]:
    """What an answer of the API wraps; nothing where it is a record itself."""
    if "type" in data:
        return []
    found = [data[key] for key in _VIEWS if isinstance(data.get(key), dict)]
    return found + [data[key] for key in _LISTS if isinstance(data.get(key), list)]
