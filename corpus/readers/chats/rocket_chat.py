"""Rocket.Chat: pages of messages from its API, or its collections as mongoexport and mongodump write them.

Read twice: once for rooms, users and who answers whom, for a reaction names its people by user name and a
message by id; once for the records. A discussion is a room of its own below the room it was begun in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ....errors import BrokenExportError
from ...model import Anomaly, Container, ContainerKind, Post, Record, Revision, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_values import objects, text, whole
from ..reply_tree import ReplyTree
from .chronicle import Chronicle
from .rocket_chat_files import ABOUT_THE_DUMP, documents_of, id_of, is_collection, is_message_file, time_of
from .rocket_chat_messages import account_of, attachments_of, author_of, post_of, reactions_of

_KINDS: dict[str, ContainerKind] = {"c": "channel", "p": "channel", "d": "group", "l": "room", "v": "room"}


class RocketChatReader:
    """Rocket.Chat messages with rooms and users."""

    name = "rocket-chat"
    title = "Rocket.Chat API pages, mongoexport JSON or mongodump BSON"
    verified = True
    set_aside = ABOUT_THE_DUMP

    def sniff(self, export: Export) -> bool:
        """Documents with a room, a text and an author."""
        return any(
            is_message_file(export, member)
            for member in export.members
            if not export.is_archive or member.lower().endswith((".json", ".jsonl", ".bson"))
        )

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the export.

        Raises:
            ExportError: it is BSON and the extra `forum-pulse[bson]` is not installed.
            BrokenExportError: not one message can be read.
        """
        source = Source(
            format=self.name,
            instance=options.instance or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            # Of pages nobody knows which are missing.
            covers="container" if is_collection(export) else "nothing",
        )
        yield source
        reading = _Reading()
        for found in documents_of(export):
            if isinstance(found, Anomaly):
                reading.chronicle.is_truncated |= found.code == "truncated"
                yield found
            else:
                yield from reading.look(*found)
        yield from reading.containers()
        for found in documents_of(export):
            if not isinstance(found, Anomaly) and _is_message(found[1]):
                yield from reading.message(*found)
        if not reading.chronicle.posts:
            raise BrokenExportError(
                f"{export.path}: no message of it can be read",
                hint="name the folder with rocketchat_message.bson, or pages of channels.history",
            )
        yield from reading.missing()
        yield reading.chronicle.close(source)


def _is_message(document: dict[str, Any]) -> bool:
    return "rid" in document and ("u" in document or "msg" in document)


@dataclass(slots=True)
class _Room:
    """A room, from its own document or from what its messages tell."""

    name: str
    kind: str = "c"
    parent: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether not everybody may read it."""
        return self.kind != "c"


@dataclass(slots=True)
class _Reading:
    """One export while it is read."""

    chronicle: Chronicle = field(default_factory=Chronicle)
    rooms: dict[str, _Room] = field(default_factory=dict[str, _Room])
    discussions: dict[str, _Room] = field(default_factory=dict[str, _Room])
    """Rooms that a message tells was begun; their own documents say more."""
    people: dict[str, str] = field(default_factory=dict[str, str])
    tree: ReplyTree = field(default_factory=ReplyTree)
    absent: set[str] = field(default_factory=set[str])
    total: int = 0
    wordings: dict[str, int] = field(default_factory=dict[str, int])

    def look(self, locator: str, document: dict[str, Any]) -> Iterator[Record]:
        """The first time: rooms, users, answers."""
        native_id = id_of(document.get("_id"))
        if _is_message(document):
            if native_id is not None:
                self._note(native_id, document)
        elif "total" in document and native_id is None:
            self.total = max(self.total, whole(document["total"]) or 0)
        elif native_id is not None and text(document.get("t")):
            self.rooms[native_id] = _room(native_id, document)
        elif native_id is not None and "username" in document:
            account = account_of(document)
            if account is not None:
                self.people.setdefault(account.username or "", account.native_id)
                yield from self.chronicle.introduce(account)
        elif document:
            yield Anomaly(code="unparsed", locator=locator, detail="no message, room or user")

    def _note(self, native_id: str, message: dict[str, Any]) -> None:
        root = id_of(message.get("tmid"))
        self.tree.add(native_id, [root] if root else [])
        author = message.get("u")
        for user in (*objects([author]), *objects(message.get("mentions"))):
            number, name = id_of(user.get("_id")), text(user.get("username"))
            if number and name:
                self.people.setdefault(name, number)
        room, begun = id_of(message.get("rid")), id_of(message.get("drid"))
        if begun is not None:
            self.discussions[begun] = _Room(text(message.get("msg")) or begun, parent=room)
        uid = id_of(author.get("_id")) if isinstance(author, dict) else None
        # The room of a direct message is named by both ids, one after the other.
        if room and uid and len(room) > len(uid) and (room.startswith(uid) or room.endswith(uid)):
            self.discussions[room] = _Room("direct messages", "d")

    def room(self, native_id: str) -> _Room:
        """A room; a discussion that no document describes is as private as where it was begun."""
        found = self.rooms.get(native_id)
        if found is None:
            found = self.discussions.get(native_id) or _Room(native_id)
            above = self.rooms.get(found.parent or "") or self.discussions.get(found.parent or "")
            if found.parent and above is not None:
                found.kind = above.kind
        return found

    def containers(self) -> Iterator[Container]:
        """All rooms that a document or a message tells of."""
        for native_id in sorted(self.rooms.keys() | self.discussions.keys()):
            yield self._container(native_id)

    def _container(self, native_id: str) -> Container:
        room = self.room(native_id)
        return Container(
            native_id=native_id,
            kind=_KINDS.get(room.kind, "channel"),
            name=room.name,
            parent=room.parent,
            is_private=room.is_private,
        )

    def message(self, locator: str, message: dict[str, Any]) -> Iterator[Record]:
        """The second time: a message's records."""
        native_id, room = id_of(message.get("_id")), id_of(message.get("rid"))
        if native_id is None or room is None:
            detail = "a message without id or room: left out"
            yield Anomaly(code="unparsed", locator=locator, detail=detail)
            return
        if not self.tree.tell(native_id):
            detail = "a message with this id came before"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=native_id)
            return
        if room not in self.rooms and room not in self.discussions:
            self.discussions[room] = _Room(room)
            yield self._container(room)
        account = author_of(message)
        if account is None:
            yield Anomaly(code="unknown_user", locator=locator, detail="no author", post=native_id)
        else:
            yield from self.chronicle.introduce(account)
        parent = self.tree.parent(native_id)
        post = post_of(
            message,
            Post(
                native_id=native_id,
                thread=parent or native_id,
                author=account.native_id if account else None,
                parent=parent,
                parent_source="explicit" if parent else None,
                is_private=self.room(room).is_private,
                locator=locator,
            ),
        )
        yield from self._thread(post, room, message)
        yield post
        self.chronicle.posts += 1
        self.chronicle.see(post.created_at, post.edited_at)
        self.chronicle.has_deletions |= post.kind == "tombstone"
        yield from self._odd(post, message)
        yield from self._wording(post, message)
        yield from reactions_of(message, native_id, self.people, self.chronicle, locator)
        yield from attachments_of(message, native_id)

    def _thread(self, post: Post, room: str, message: dict[str, Any]) -> Iterator[Record]:
        """The thread a message opens, or whose first message is not here."""
        if post.parent is None:
            replies = whole(message.get("tcount"))
            yield Thread(
                native_id=post.thread,
                container=room,
                root_post=post.thread,
                created_at=post.created_at,
                posts_expected=replies + 1 if replies else None,
            )
        elif post.parent not in self.tree:
            if post.thread not in self.absent:
                self.absent.add(post.thread)
                yield Thread(native_id=post.thread, container=room, root_post=post.thread)
            detail = "the thread's first message is not in the export"
            yield Anomaly(code="orphan", locator=post.locator, detail=detail, post=post.native_id)

    def _odd(self, post: Post, message: dict[str, Any]) -> Iterator[Anomaly]:
        if post.created_at is None:
            detail = f"ts is {str(message.get('ts'))[:40]!r}"
            yield Anomaly(code="bad_time", locator=post.locator, detail=detail, post=post.native_id)
        if post.subtype == "e2e":
            detail = "encrypted end to end: its words are not in the export"
            yield Anomaly(code="metadata_only", locator=post.locator, detail=detail, post=post.native_id)

    def _wording(self, post: Post, message: dict[str, Any]) -> Iterator[Revision]:
        """A hidden message with a parent is what that message said before it was edited."""
        current = id_of(message.get("parent"))
        if post.state == "hidden" and current is not None:
            self.wordings[current] = self.wordings.get(current, 0) + 1
            self.chronicle.has_edit_history = True
            editor = time_of(message.get("editedAt"))
            by = message.get("editedBy")
            yield Revision(
                post=current,
                number=self.wordings[current],
                field="body",
                before=post.body,
                account=id_of(by.get("_id")) if isinstance(by, dict) else None,
                created_at=editor.at if editor else None,
            )

    def missing(self) -> Iterator[Anomaly]:
        """Pages that say there are more messages than came."""
        told = self.chronicle.posts
        if told < self.total:
            yield self.chronicle.truncated("total", f"{told} of {self.total} messages")


def _room(native_id: str, document: dict[str, Any]) -> _Room:
    kind = text(document.get("t")) or "c"
    name = text(document.get("fname")) or text(document.get("name")) or native_id
    # Conversations are named by who is in them.
    name = {"d": "direct messages", "l": "a visitor's chat", "v": "a call"}.get(kind, name)
    return _Room(name=name, kind=kind, parent=id_of(document.get("prid")))
