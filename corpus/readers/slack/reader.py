"""Slack workspace exports: users.json, channels.json, and a folder of day files for every channel.

A channel is one long stream; what people mean by a conversation is a message with its replies. So each
message that no other stands above is a thread of its own, and a reply belongs to the thread its `thread_ts`
names, even where that root is absent (it then lies outside the export's window, or was deleted).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Post, Reaction, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from .changes import EVENTS, Changes, change_of
from .directory import Channel, Directory, Layout, load_array
from .messages import ATTACHED, Speakers, attachments_of, moment, number_of, post_of, reactions_of, ts_of


class SlackReader:
    """Slack workspace export, as zip or folder."""

    name = "slack"
    title = "Slack workspace export"
    verified = True
    set_aside = ("integration_logs.json",)
    """Which apps were put in and taken out."""

    def sniff(self, export: Export) -> bool:
        """Day files in channel folders, beside lists or with Slack's messages in them."""
        layout = Layout.find(export)
        if layout is None:
            return False
        first = next(iter(layout.days.values()))[0]
        return layout.has_lists(export) or (
            (head := export.head(first).lstrip()).startswith(b"[") and b'"ts"' in head and b'"type"' in head
        )

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the workspace, channel by channel and day by day.

        Raises:
            BrokenExportError: not one message can be read.
        """
        layout = Layout.find(export)
        if layout is None:
            raise BrokenExportError(
                f"{export.path}: no folders with day files, or those of several workspaces",
                hint="name the folder that holds users.json and channels.json",
            )
        directory = Directory(export, layout)
        source = Source(
            format=self.name,
            instance=options.instance or directory.team or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            covers="container",
        )
        yield source
        yield from directory.anomalies
        yield from directory.accounts.values()
        yield from directory.containers(layout)
        if not directory.has_users:
            detail = "no list of users: names come from the messages, and bots may pass for people"
            yield Anomaly(code="unknown_user", locator=f"{layout.root}users.json", detail=detail)
        speakers, notes = Speakers(directory), _Notes(latest=directory.latest)
        for folder, members in layout.days.items():
            yield from _ChannelLog(directory.channel(folder), speakers, notes).read(export, members)
        if not notes.posts:
            raise BrokenExportError(
                f"{export.path}: no message of it can be read", hint="export the workspace again"
            )
        actors = "partial" if notes.has_unnamed else "yes"
        yield replace(
            source,
            has_reaction_actors=actors,
            exported_at=notes.latest,
            has_edit_history=notes.has_changes,
            has_deletions=notes.has_deletions,
            complete="no" if notes.is_cut else "unknown",
        )


@dataclass(slots=True)
class _Notes:
    """What is known of the whole export only at its end."""

    posts: int = 0
    has_unnamed: bool = False
    has_changes: bool = False
    has_deletions: bool = False
    is_cut: bool = False
    latest: datetime | None = None
    """The last moment the export knows of: of two exports, the one that saw more is the newer."""

    def see(self, post: Post) -> None:
        self.posts += 1
        self.has_deletions |= post.state != "visible"
        for when in (post.created_at, post.edited_at):
            if when is not None and (self.latest is None or when > self.latest):
                self.latest = when


@dataclass(slots=True)
class _ChannelLog:
    """One channel while it is read: ids met, and replies whose root has not come yet."""

    channel: Channel
    speakers: Speakers
    notes: _Notes
    seen: set[str] = field(default_factory=set[str])
    roots: set[str] = field(default_factory=set[str])
    waiting: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    replies: Counter[str] = field(default_factory=Counter[str])
    expected: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """Root -> how many replies it says it has, and where it stands."""
    changes: Changes = field(default_factory=Changes)

    def read(self, export: Export, members: tuple[str, ...]) -> Iterator[Record]:
        self.changes = Changes.scan(export, members)
        self.notes.has_changes |= bool(self.changes.of)
        for member in members:
            messages, problem = load_array(export, member)
            if problem:
                yield problem
            for index, message in enumerate(messages):
                yield from self._message(message, f"{member}:{index}")
        for message, locator in self.changes.lost(self.seen):
            yield from self._message(message, locator)
        yield from self._orphans()
        yield from self._missing()

    def _message(self, message: Any, locator: str) -> Iterator[Record]:
        ts = ts_of(message.get("ts")) if isinstance(message, dict) else None
        if ts is None:
            yield Anomaly(code="unparsed", locator=locator, detail="not a message with a time stamp")
            return
        if message.get("subtype") in EVENTS:
            if change_of(message, locator) is None:
                detail = "a change that does not say to which message"
                yield Anomaly(code="unparsed", locator=locator, detail=detail)
            return
        if ts in self.seen:
            detail = "this message came before"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=f"{self.channel.id}/{ts}")
            return
        self.seen.add(ts)
        author = self.speakers.author(message)
        yield from self.speakers.introduce(message, author, locator)
        post = self.changes.apply(post_of(message, ts, self.channel, author, locator), ts)
        if post.parent is None:
            yield self._opened(message, ts, locator)
        else:
            self._answered(post, locator)
        yield post
        self.notes.see(post)
        # What most messages lack is not asked for.
        if ts in self.changes.of:
            yield from self.changes.revisions(post, ts)
        if "reactions" in message:
            for record in reactions_of(message, post.native_id, self.speakers, locator):
                self.notes.has_unnamed |= isinstance(record, Reaction) and record.account is None
                yield record
        if not ATTACHED.isdisjoint(message):
            yield from attachments_of(message, post.native_id)

    def _opened(self, message: dict[str, Any], ts: str, locator: str) -> Thread:
        """The thread a root opens."""
        self.roots.add(ts)
        self.waiting.pop(ts, None)
        said = number_of(message.get("reply_count"))
        if said:
            self.expected[ts] = said, locator
        return self._thread_of(ts, said)

    def _answered(self, post: Post, locator: str) -> None:
        """A reply waits until its root has come, or the channel ends."""
        root = post.thread.removeprefix(f"{self.channel.id}/")
        self.replies[root] += 1
        if root not in self.roots:
            self.waiting.setdefault(root, []).append((post.native_id, locator))

    def _thread_of(self, root: str, replies: int | None) -> Thread:
        return Thread(
            native_id=f"{self.channel.id}/{root}",
            container=self.channel.id,
            root_post=f"{self.channel.id}/{root}",
            created_at=moment(root),
            posts_expected=replies + 1 if replies else None,
        )

    def _orphans(self) -> Iterator[Record]:
        for root, replies in self.waiting.items():
            yield self._thread_of(root, None)
            for post_id, locator in replies:
                detail = "the thread's first message is not in the export"
                yield Anomaly(code="orphan", locator=locator, detail=detail, post=post_id)

    def _missing(self) -> Iterator[Anomaly]:
        """Threads with fewer replies than their roots say: the rest lies outside the export's window."""
        for root, (said, locator) in self.expected.items():
            if self.replies[root] < said:
                self.notes.is_cut = True
                detail = f"{self.replies[root]} of {said} replies are in the export"
                yield Anomaly(
                    code="truncated", locator=locator, detail=detail, post=f"{self.channel.id}/{root}"
                )
