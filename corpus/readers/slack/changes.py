"""Edits and deletions that a corporate export keeps: what a message said before.

Workspaces that retain such logs export an event beside the message, in the file of the day it happened: the
message as it was, and as it became. An event is no post; it makes revisions of one, and gives back a message
that is nowhere else any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ...model import Post, Revision
from ..export import Export
from .directory import load_array
from .messages import body_of, moment, ts_of

EVENTS = ("message_changed", "message_deleted")
_MARKS = tuple(name.encode() for name in EVENTS)


@dataclass(frozen=True, slots=True)
class Change:
    """One event: what the message was and, unless it was deleted, became."""

    ts: str
    """Of the message, not of the event."""
    at: datetime
    by: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    is_deletion: bool
    locator: str


def change_of(event: dict[str, Any], locator: str) -> Change | None:
    """The change an event tells of; None where it does not say of which message."""
    before = next(
        (event[key] for key in ("previous_message", "original") if isinstance(event.get(key), dict)), None
    )
    after = event.get("message")
    after = after if isinstance(after, dict) else None
    named = (event.get("deleted_ts"), *(told.get("ts") for told in (after, before) if told))
    ts = next(filter(None, map(ts_of, named)), None)
    happened = ts_of(event.get("ts")) or ts_of(event.get("event_ts"))
    if ts is None or happened is None:
        return None
    edited = after.get("edited") if after else None
    editor = edited.get("user") if isinstance(edited, dict) else event.get("user")
    return Change(
        ts=ts,
        at=moment(happened),
        by=editor if isinstance(editor, str) else None,
        before=before,
        after=after,
        is_deletion=event.get("subtype") == "message_deleted",
        locator=locator,
    )


@dataclass(slots=True)
class Changes:
    """All changes to the messages of one channel."""

    of: dict[str, list[Change]] = field(default_factory=dict[str, list[Change]])

    @classmethod
    def scan(cls, export: Export, members: tuple[str, ...]) -> "Changes":
        """Look for events in a channel's files; those without any are not parsed."""
        found = cls()
        for member in members:
            messages = load_array(export, member, only_with=_MARKS)[0]
            for index, message in enumerate(messages):
                if isinstance(message, dict) and message.get("subtype") in EVENTS:
                    change = change_of(message, f"{member}:{index}")
                    if change is not None:
                        found.of.setdefault(change.ts, []).append(change)
        for changes in found.of.values():
            changes.sort(key=lambda change: (change.at, change.locator))
        return found

    def apply(self, post: Post, ts: str) -> Post:
        """The post with the edits and the deletion that it went through."""
        changes = self.of.get(ts)
        if not changes:
            return post
        edits = [change.at for change in changes if not change.is_deletion]
        gone = next((change for change in changes if change.is_deletion), None)
        if edits:
            post = replace(post, edit_count=len(edits), edited_at=post.edited_at or edits[-1])
        if gone is not None and post.state == "visible":
            by_other = gone.by is not None and gone.by != post.author
            post = replace(post, state="removed" if by_other else "deleted_by_author")
        return post

    def revisions(self, post: Post, ts: str) -> Iterator[Revision]:
        """What the message said before each edit, and that it was deleted."""
        for number, change in enumerate(self.of.get(ts, ()), start=1):
            before = body_of(change.before) if change.before else None
            if not change.is_deletion:
                after = body_of(change.after) if change.after else None
                yield Revision(
                    post=post.native_id, number=number, field="body", before=before, after=after,
                    account=change.by, created_at=change.at,
                )  # fmt: skip
                continue
            if before is not None and before != post.body:
                yield Revision(
                    post=post.native_id, number=number, field="body", before=before, after=post.body,
                    account=change.by, created_at=change.at, reason="deleted",
                )  # fmt: skip
            yield Revision(
                post=post.native_id, number=number, field="state", before="visible", after=post.state,
                account=change.by, created_at=change.at, reason="deleted",
            )  # fmt: skip

    def lost(self, seen: set[str]) -> Iterator[tuple[dict[str, Any], str]]:
        """Messages that only events still hold, as they last were, and where."""
        for ts in sorted(self.of.keys() - seen):
            last = self.of[ts][-1]
            message = last.before if last.is_deletion else last.after or last.before
            if message is not None:
                yield {**message, "ts": ts}, last.locator
