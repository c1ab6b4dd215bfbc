"""The rooms of a Discord export: what the files say together before their messages are told.

Channels, threads and parts of both are files of their own; who answers whom and how threads hang on messages
is known only when all of them were looked at, for heads and ids alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...model import Anomaly, Container, Thread
from ..export import Export
from ..json_files import document_of, members_of
from ..json_values import moment, objects, text
from ..reply_tree import ReplyTree
from .discord_messages import answered, starter_of

_PART = re.compile(r"\[part (\d{1,6})\]")


@dataclass(frozen=True, slots=True)
class Room:
    """A channel or thread, from the head of its file."""

    native_id: str
    name: str
    kind: str
    parent: str | None
    parent_name: str | None

    @property
    def is_thread(self) -> bool:
        """Whether it branched off a message or a forum."""
        return self.kind.endswith("Thread") and self.parent is not None

    @property
    def is_direct(self) -> bool:
        """Whether it is a conversation of two or a few."""
        return self.kind.startswith("Direct")

    @property
    def is_private(self) -> bool:
        """Whether not everybody of the server may read it."""
        return self.is_direct or "Private" in self.kind

    @property
    def conversation(self) -> str:
        """Native id of a thread's conversation: that of the message it began with."""
        return f"{self.parent}/{self.native_id}"


@dataclass(slots=True)
class Rooms:
    """What all files say together: rooms, who answers whom, how threads hang on messages."""

    files: list[tuple[Room, str]] = field(default_factory=list[tuple[Room, str]])
    tree: ReplyTree = field(default_factory=ReplyTree)
    starters: dict[str, str] = field(default_factory=dict[str, str])
    """Native id of a thread's room -> the message it began with."""
    first: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    """Native id of a room -> its least message id, by length and digits."""
    begun: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """Native id of a thread's room -> the earliest time in it."""
    guilds: set[str] = field(default_factory=set[str])
    exported_at: datetime | None = None
    is_partial: bool = False

    @property
    def guild(self) -> str | None:
        """The server, if there is just one; "0" is how direct messages call theirs."""
        servers = self.guilds - {"0"}
        return next(iter(servers)) if len(servers) == 1 else None

    def look(self, export: Export) -> Iterator[Anomaly]:
        """Read every file once, for its head and ids only."""
        parts: dict[str, set[int]] = {}
        for member in members_of(export):
            document = document_of(export, member)
            if isinstance(document, Anomaly):
                yield document
                continue
            room = _room(document)
            if room is None:
                yield Anomaly(code="unparsed", locator=member, detail="no channel with messages")
                continue
            self.files.append((room, member))
            part = _PART.search(member)
            parts.setdefault(room.native_id, set()).add(int(part[1]) if part else 1)
            self._note(room, document)
        self.files.sort(key=lambda file: (not file[0].is_thread, file[0].native_id, file[1]))
        for room_id, numbers in sorted(parts.items()):
            missing = sorted(set(range(1, min(max(numbers), 10_000) + 1)) - numbers)
            if missing:
                self.is_partial = True
                detail = f"parts missing: {', '.join(map(str, missing[:10]))}"
                yield Anomaly(code="truncated", locator=f"channel {room_id}", detail=detail)

    def _note(self, room: Room, document: dict[str, Any]) -> None:
        guild = document.get("guild")
        if isinstance(guild, dict) and (guild_id := text(guild.get("id"))):
            self.guilds.add(guild_id)
        exported = moment(document.get("exportedAt"))
        if exported and (self.exported_at is None or exported.at > self.exported_at):
            self.exported_at = exported.at
        span = document.get("dateRange")
        self.is_partial |= isinstance(span, dict) and any(span.get(end) for end in ("after", "before"))
        for message in objects(document.get("messages")):
            number = text(message.get("id"))
            if number is None:
                continue
            parent = answered(message, room.native_id)
            self.tree.add(f"{room.native_id}/{number}", [parent] if parent else [])
            rank = (len(number), number)
            self.first[room.native_id] = min(self.first.get(room.native_id, rank), rank)
            if room.is_thread:
                self._note_thread(room, message)

    def _note_thread(self, room: Room, message: dict[str, Any]) -> None:
        starter, created = starter_of(message), moment(message.get("timestamp"))
        if starter is not None:
            self.starters[room.native_id] = starter
        if created is not None:
            self.begun[room.native_id] = min(self.begun.get(room.native_id, created.at), created.at)

    @property
    def has_channels(self) -> bool:
        """Whether the channel of every thread is here too, for a thread's posts lie in that channel."""
        here = {room.native_id for room, _ in self.files}
        return all(room.parent in here for room, _ in self.files if room.is_thread)

    def root_of(self, room: Room) -> str | None:
        """The message a thread began with: named by its starter, bearing its number, else its first."""
        inside = f"{room.native_id}/{room.native_id}"
        for message in (self.starters.get(room.native_id), room.conversation, inside):
            if message is not None and (message in self.tree or message == self.starters.get(room.native_id)):
                return message
        first = self.first.get(room.native_id)
        return f"{room.native_id}/{first[1]}" if first else None

    def containers(self) -> Iterator[Container]:
        """Categories and channels; a thread's channel even if its own file is not here."""
        channels = {room.native_id: room for room, _ in self.files if not room.is_thread}
        branched = {room.parent: room for room, _ in self.files if room.is_thread and room.parent}
        for room in channels.values():
            if room.parent and not room.is_direct:
                yield Container(native_id=room.parent, kind="category", name=room.parent_name or room.parent)
            yield Container(
                native_id=room.native_id,
                kind="group" if room.is_direct else "channel",
                name="direct messages" if room.is_direct else room.name,
                parent=None if room.is_direct else room.parent,
                is_private=room.is_private,
            )
        for parent in sorted(branched.keys() - channels.keys()):
            yield Container(native_id=parent, kind="channel", name=branched[parent].parent_name or parent)

    def threads(self) -> Iterator[Thread]:
        """Discord's own threads, which have a title."""
        for room in sorted(
            {room for room, _ in self.files if room.is_thread}, key=lambda room: room.native_id
        ):
            yield Thread(
                native_id=room.conversation,
                container=room.parent,
                title=room.name,
                root_post=self.root_of(room),
                created_at=self.begun.get(room.native_id),
            )


def _room(document: Any) -> Room | None:
    if not isinstance(document, dict) or not isinstance(document.get("messages"), list):
        return None
    channel = document.get("channel")
    if not isinstance(channel, dict) or (number := text(channel.get("id"))) is None:
        return None
    return Room(
        native_id=number,
        name=text(channel.get("name")) or number,
        kind=text(channel.get("type")) or "",
        parent=text(channel.get("categoryId")),
        parent_name=text(channel.get("category")),
    )
