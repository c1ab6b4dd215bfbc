"""Discord as DiscordChatExporter writes it: a JSON file a channel, thread or part of one.

A channel is one long stream; a message with what answers it is a conversation, so each message that answers
nothing opens a thread. A Discord thread is a file of its own whose `categoryId` is the channel it branched
off, and bears the number of the message it began with: it becomes that message's conversation.
"""

from collections.abc import Iterator
from typing import Any

from ....errors import BrokenExportError
from ...model import Anomaly, Post, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of, is_export_of
from ..json_values import text, whole
from .chronicle import Chronicle
from .discord_messages import account_of, attachments_of, post_of, reactions_of
from .discord_rooms import Room, Rooms

_HEAD = tuple(b'"%s"' % key for key in (b"guild", b"channel", b"dateRange"))


class DiscordReader:
    """DiscordChatExporter JSON files."""

    name = "discord"
    title = "DiscordChatExporter JSON"
    verified = True
    set_aside = ("*.json_files/*",)
    """Files of posts, which are named by their posts."""

    def sniff(self, export: Export) -> bool:
        """Objects that begin with a guild, a channel and a range of dates."""
        return is_export_of(export, _is_ours, lambda _: False)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the files, threads before the channels they branched off.

        Raises:
            BrokenExportError: not one message can be read.
        """
        rooms = Rooms()
        problems = list(rooms.look(export))
        source = Source(
            format=self.name,
            instance=options.instance or rooms.guild or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            covers="container" if rooms.has_channels else "nothing",
        )
        yield source
        yield from problems
        yield from rooms.containers()
        yield from rooms.threads()
        reading = _Reading(rooms)
        for room, member in rooms.files:
            document = document_of(export, member)
            if isinstance(document, dict):
                yield from reading.read(room, document, member)
        if not reading.chronicle.posts:
            raise BrokenExportError(
                f"{export.path}: no message of it can be read",
                hint="export again with DiscordChatExporter: --format Json",
            )
        yield reading.chronicle.close(source, exported_at=rooms.exported_at)


def _is_ours(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{") and all(key in head for key in _HEAD)


class _Reading:
    """The second time through the files: their records."""

    def __init__(self, rooms: Rooms) -> None:
        self.chronicle = Chronicle(is_truncated=rooms.is_partial)
        self._rooms = rooms
        self._titled = {room.conversation for room, _ in rooms.files if room.is_thread}

    def read(self, room: Room, document: dict[str, Any], member: str) -> Iterator[Record]:
        """The records of one file."""
        messages = document["messages"]
        told = whole(document.get("messageCount"))
        if told is not None and told != len(messages):
            detail = f"messageCount says {told}, the file holds {len(messages)}"
            yield Anomaly(code="count_mismatch", locator=member, detail=detail)
        for position, message in enumerate(messages):
            locator = f"{member}:{position}"
            number = text(message.get("id")) if isinstance(message, dict) else None
            if number is None:
                yield Anomaly(code="unparsed", locator=locator, detail="a message without id: left out")
                continue
            native_id = f"{room.native_id}/{number}"
            if not self._rooms.tree.tell(native_id):
                detail = "a message with this id came before"
                yield Anomaly(code="duplicate", locator=locator, detail=detail, post=native_id)
                continue
            yield from self._message(room, native_id, message, locator)

    def _message(self, room: Room, native_id: str, message: dict[str, Any], locator: str) -> Iterator[Record]:
        tree = self._rooms.tree
        parent = tree.parent(native_id)
        source = "explicit" if parent else None
        if room.is_thread:
            thread = room.conversation
            root = self._rooms.root_of(room)
            if parent is None and root != native_id:
                parent, source = root, "thread_root"
        else:
            thread = tree.root(native_id)
        account = account_of(message.get("author"))
        if account is None:
            yield Anomaly(code="unknown_user", locator=locator, detail="no author", post=native_id)
        else:
            yield from self.chronicle.introduce(account)
        place = Post(
            native_id=native_id,
            thread=thread,
            author=account.native_id if account else None,
            parent=parent,
            parent_source=source,
            is_private=room.is_private,
            locator=locator,
        )
        post = post_of(message, place)
        if thread == native_id and thread not in self._titled:
            yield Thread(
                native_id=thread,
                container=room.native_id,
                root_post=native_id,
                created_at=post.created_at,
                by_answers=True,
            )
        yield post
        self.chronicle.posts += 1
        self.chronicle.see(post.created_at, post.edited_at)
        yield from self._odd(post, message)
        yield from reactions_of(message, native_id, self.chronicle, locator)
        yield from attachments_of(message, native_id)

    def _odd(self, post: Post, message: dict[str, Any]) -> Iterator[Anomaly]:
        if post.parent is not None and post.parent not in self._rooms.tree:
            detail = "what this answers is not in the export"
            yield Anomaly(code="orphan", locator=post.locator, detail=detail, post=post.native_id)
        if post.created_at is None:
            detail = f"timestamp is {str(message.get('timestamp'))[:40]!r}"
            yield Anomaly(code="bad_time", locator=post.locator, detail=detail, post=post.native_id)
