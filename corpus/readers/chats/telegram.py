"""Telegram Desktop's result.json: one chat, or all chats of an account.

One file holds a whole forum, so it is streamed: once for the heads of the chats and who answers whom, once
for the records. A message that answers nothing opens a thread; in a group with topics that is the topic.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Account, Anomaly, Container, ContainerKind, Post, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_files import is_export_of, members_of
from ..json_stream import values_of
from ..json_values import text, whole
from ..known_fields import KnownFields
from ..reply_tree import ReplyTree
from .chronicle import Chronicle
from .telegram_messages import (
    KNOWN,
    account_of,
    attachments_of,
    bare,
    poll_of,
    post_of,
    reactions_of,
)  # fmt: skip

_TYPES = (
    "personal_chat|bot_chat|saved_messages|replies|verify_codes|private_group|private_supergroup"
    "|public_supergroup|private_channel|public_channel"
)
_CHAT = re.compile(rb'"type"\s*:\s*"(?:' + _TYPES.encode() + rb')"')
_LISTS = ("chats.list.item", "left_chats.list.item")
_HEAD = ("name", "type", "id")
_ALONE = "messages.item"


class TelegramReader:
    """Telegram Desktop export in JSON."""

    name = "telegram"
    title = "Telegram Desktop result.json"
    verified = False
    set_aside = ("files/*", "photos/*", "stickers/*", "video_files/*", "voice_messages/*",
                 "round_video_messages/*", "profile_pictures/*")  # fmt: skip
    """Files of posts, which are named by their posts."""

    def sniff(self, export: Export) -> bool:
        """A chat of a known type with messages, or the beginning of a whole account's export."""
        return is_export_of(export, _is_ours, lambda _: False)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the chats.

        Raises:
            BrokenExportError: not one message can be read.
        """
        source = Source(
            format=self.name,
            instance=options.instance or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
        )
        yield source
        reading = _Reading(export)
        for member in members_of(export):
            yield from reading.look(member)
        yield from reading.containers()
        for member in members_of(export):
            yield from reading.read(member)
        if not reading.chronicle.posts:
            raise BrokenExportError(
                f"{export.path}: no message of it can be read",
                hint="export again with Telegram Desktop, format: machine-readable JSON",
            )
        # A whole account's export may hold one's own messages only.
        covers = "container" if reading.is_single else "nothing"
        yield replace(reading.chronicle.close(source), covers=covers)


def _is_ours(head: bytes) -> bool:
    if not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return False
    if b'"personal_information"' in head and b'"about"' in head:
        return True
    return _CHAT.search(head) is not None and b'"messages"' in head


@dataclass(slots=True)
class Chat:
    """The head of a chat.

    Attributes:
        native_id: its number, as text.
        name: for people.
        kind: Telegram's type of it.
    """

    native_id: str = ""
    name: str = ""
    kind: str = ""

    @property
    def is_direct(self) -> bool:
        """Whether it is a conversation of two, or with oneself."""
        return self.kind in ("personal_chat", "bot_chat", "saved_messages", "replies", "verify_codes")

    @property
    def is_private(self) -> bool:
        """Whether one is let in by invitation only; a type not known here is taken for private."""
        return not self.kind.startswith("public_")

    @property
    def speaker(self) -> Account | None:
        """Who speaks where a message names nobody: a channel speaks for itself."""
        if not self.kind.endswith("_channel"):
            return None
        return Account(native_id=f"channel{self.native_id}", display_name=self.name, kind="organisation")


@dataclass(slots=True)
class _Reading:
    """One export while it is read."""

    export: Export
    chronicle: Chronicle = field(default_factory=Chronicle)
    chats: dict[str, list[Chat]] = field(default_factory=dict[str, list[Chat]])
    """The heads in each member, in their order."""
    tree: ReplyTree = field(default_factory=ReplyTree)
    known: KnownFields = field(default_factory=lambda: KnownFields("message", KNOWN))
    is_single: bool = True
    """Whether every file is one chat."""

    def look(self, member: str) -> Iterator[Anomaly]:
        """The first time: heads, ids and answers; what is damaged is told here."""
        heads: list[Chat] = []
        waiting: list[tuple[int, Any, Any]] = []
        has_messages = False
        for found in self._values(member):
            if isinstance(found, Anomaly):
                self.chronicle.is_truncated = True
                yield found
                continue
            place, value = found
            self.is_single &= place not in _LISTS
            if place in _LISTS or not heads:
                self._note(heads, waiting)
                heads.append(Chat())
            if place.endswith(_ALONE):
                number = whole(value.get("id")) if isinstance(value, dict) else None
                if number is not None:
                    has_messages = True
                    waiting.append((number, value.get("reply_to_message_id"), value.get("reply_to_peer_id")))
                    if heads[-1].native_id:
                        self._note(heads, waiting)
            elif place not in _LISTS:
                _take(heads[-1], place.rpartition(".")[2], value)
        self._note(heads, waiting)
        if not has_messages:
            yield Anomaly(code="unread", locator=member, detail="no chat with messages in it")
        self.chats[member] = heads

    def _note(self, heads: list[Chat], waiting: list[tuple[int, Any, Any]]) -> None:
        """Messages of the last chat and what they answer; those that came before its id have waited."""
        for number, reply, peer in waiting:
            parent = _answered(heads[-1], reply, peer)
            self.tree.add(f"{heads[-1].native_id}/{number}", [parent] if parent else [])
        waiting.clear()

    def _values(self, member: str) -> Iterator[tuple[str, Any] | Anomaly]:
        heads = [*_HEAD, *(f"{place}.{key}" for place in _LISTS for key in _HEAD)]
        messages = [_ALONE, *(f"{place}.{_ALONE}" for place in _LISTS)]
        return values_of(self.export, member, [*heads, *messages], marks=_LISTS)

    def containers(self) -> Iterator[Record]:
        """The chats, each once; the other side of a conversation with a bot is one."""
        chats = {chat.native_id: chat for heads in self.chats.values() for chat in heads if chat.native_id}
        for chat in sorted(chats.values(), key=lambda chat: chat.native_id):
            kind: ContainerKind = "channel" if chat.kind.endswith("_channel") else "group"
            name = "direct messages" if chat.is_direct else chat.name
            yield Container(native_id=chat.native_id, kind=kind, name=name, is_private=chat.is_private)
            if chat.kind == "bot_chat":
                bot = Account(native_id=f"user{chat.native_id}", display_name=chat.name, kind="bot")
                yield from self.chronicle.introduce(bot)

    def read(self, member: str) -> Iterator[Record]:
        """The second time: the records."""
        heads = iter(self.chats[member])
        chat = None
        position = 0
        for found in self._values(member):
            if isinstance(found, Anomaly):
                break
            place, value = found
            if place in _LISTS or chat is None:
                chat, position = next(heads), 0
            if place.endswith(_ALONE):
                yield from self._message(chat, value, f"{member}:{chat.native_id}:{position}")
                position += 1

    def _message(self, chat: Chat, message: Any, locator: str) -> Iterator[Record]:
        number = whole(message.get("id")) if isinstance(message, dict) else None
        if number is None or not chat.native_id:
            yield Anomaly(code="unparsed", locator=locator, detail="a message without id: left out")
            return
        native_id = f"{chat.native_id}/{number}"
        if not self.tree.tell(native_id):
            detail = "a message with this id came before"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=native_id)
            return
        yield from self.known.check(message, locator)
        account = account_of(message, chat.speaker)
        if account is not None:
            yield from self.chronicle.introduce(account)
        parent, root = self.tree.parent(native_id), self.tree.root(native_id)
        post = post_of(
            message,
            Post(
                native_id=native_id,
                thread=root,
                author=account.native_id if account else None,
                parent=parent,
                parent_source="explicit" if parent else None,
                is_private=chat.is_private,
                locator=locator,
            ),
        )
        if root == native_id:
            yield Thread(
                native_id=root,
                container=chat.native_id,
                title=text(message.get("title")) if post.subtype == "topic_created" else None,
                root_post=root,
                created_at=post.created_at,
                by_answers=True,
            )
        yield post
        self.chronicle.posts += 1
        self.chronicle.see(post.created_at, post.edited_at)
        yield from self._odd(post)
        yield from poll_of(message, native_id, locator)
        yield from reactions_of(message, native_id, self.chronicle, locator)
        yield from attachments_of(message, native_id)

    def _odd(self, post: Post) -> Iterator[Anomaly]:
        if post.author is None:
            yield Anomaly(
                code="unknown_user", locator=post.locator, detail="nobody is named", post=post.native_id
            )
        if post.parent is not None and post.parent not in self.tree:
            detail = "what this answers is not in the export"
            yield Anomaly(code="orphan", locator=post.locator, detail=detail, post=post.native_id)
        if post.subtype == "unsupported":
            detail = "a message that Telegram could not export"
            yield Anomaly(code="metadata_only", locator=post.locator, detail=detail, post=post.native_id)
        elif post.created_at is None:
            detail = f"time is {str(post.created_raw)[:40]!r}"
            yield Anomaly(code="bad_time", locator=post.locator, detail=detail, post=post.native_id)


def _take(chat: Chat, key: str, value: Any) -> None:
    if key == "id":
        chat.native_id = bare(value) or ""
    elif key == "name":
        chat.name = text(value) or ""
    else:
        chat.kind = text(value) or ""


def _answered(chat: Chat, reply: Any, peer: Any) -> str | None:
    number = whole(reply)
    return None if number is None else f"{bare(peer) or chat.native_id}/{number}"
