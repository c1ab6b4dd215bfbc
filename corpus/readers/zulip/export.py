"""Zulip's own export: realm.json with its tables, messages in files of a thousand, attachment.json.

A topic of a stream is a thread, and so is a direct conversation. Reactions and the events of polls are
tables apart, by message, and name everybody. Messages of the archive tables were deleted: they are kept, and
marked.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ....errors import BrokenExportError
from ...model import (
    Account,
    Anomaly,
    Attachment,
    Container,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)
from ..chats.chronicle import Chronicle
from ..export import Export
from ..interface import ReadOptions
from ..json_stream import values_of
from ..json_values import text, whole
from ..known_fields import KnownFields
from ..places import Places
from .directory import TABLES, Directory, Place
from .files import Files, has_tables, is_file
from .messages import MESSAGE_FIELDS, poll_without_votes, post_of, quoted_message, revisions_of, topic_of
from .signs import Signs
from .widgets import Widget

_MESSAGES = _CURRENT, _ARCHIVED = "zerver_message", "zerver_archivedmessage"
_REACTIONS = ("zerver_reaction", "zerver_archivedreaction")
_EVENTS = ("zerver_submessage", "zerver_archivedsubmessage")
_ATTACHED = "zerver_attachment"
_HANGING = (*_REACTIONS, *_EVENTS, _ATTACHED)
_REACTION_FIELDS = ("id", "user_profile", "message", "emoji_name", "emoji_code", "reaction_type")


class ZulipExportReader:
    """Zulip's organisation export, as tar.gz or folder."""

    name = "zulip-export"
    title = "Zulip organisation export"
    verified = False
    set_aside = ("uploads/*", "avatars/*", "emoji/*", "realm_icons/*")

    def sniff(self, export: Export) -> bool:
        """Files named as Zulip does, with its tables in them."""
        return any(has_tables(export, member) for member in export.members if is_file(export, member))

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the export: names, messages, then what hangs on them.

        Raises:
            BrokenExportError: not one message can be read.
        """
        files = Files(export, (*TABLES, *_MESSAGES, *_HANGING))
        # Files of what hangs on messages are told here if they are damaged.
        directory = Directory(export, files.with_any((*TABLES, *_HANGING)))
        source = Source(
            format=self.name,
            instance=options.instance or directory.realm or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            covers="container",
        )
        yield source
        yield from directory.anomalies
        reading = _Reading(export, directory)
        reading.chronicle.is_truncated = any(row.code != "unknown_column" for row in directory.anomalies)
        yield from reading.chronicle.introduce(*directory.accounts.values())
        yield from directory.containers()
        members = files.with_any(_MESSAGES)
        for member in members:
            reading.look(member)
        for member in members:
            yield from reading.read(member)
        if not reading.chronicle.posts:
            raise BrokenExportError(
                f"{export.path}: no message of it can be read",
                hint="name the unpacked export, with realm.json and messages-000001.json",
            )
        for member in files.with_any(_HANGING):
            yield from reading.hanging(member)
        yield from reading.finish()
        yield reading.chronicle.close(source)


@dataclass(slots=True)
class _Reading:
    """One export while it is read."""

    export: Export
    directory: Directory
    chronicle: Chronicle = field(default_factory=Chronicle)
    first_of: dict[str, int] = field(default_factory=dict[str, int])
    """The first message of each thread."""
    resolved: set[str] = field(default_factory=set[str])
    told: set[str] = field(default_factory=set[str])
    """Threads and conversations that were told."""
    posts: Places = field(default_factory=Places)
    polls: dict[str, Post] = field(default_factory=dict[str, Post])
    """Messages that open a poll, until their events are found."""
    widgets: dict[str, Widget] = field(default_factory=dict[str, Widget])
    signs: Signs = field(default_factory=Signs)
    strays: Counter[str] = field(default_factory=Counter[str])
    """Rows that hang on messages which are not here, by table."""
    known: KnownFields = field(default_factory=lambda: KnownFields("zerver_message", MESSAGE_FIELDS))
    known_signs: KnownFields = field(default_factory=lambda: KnownFields("zerver_reaction", _REACTION_FIELDS))

    def _messages(self, member: str) -> Iterator[tuple[str, Any] | Anomaly]:
        return values_of(self.export, member, [f"{_CURRENT}.item", f"{_ARCHIVED}.item"])

    def look(self, member: str) -> None:
        """The first time: which message each topic begins with."""
        for found in self._messages(member):
            message = None if isinstance(found, Anomaly) else found[1]
            number = whole(message.get("id")) if isinstance(message, dict) else None
            place = self._place(message) if isinstance(message, dict) else None
            if number is None or place is None or not isinstance(message, dict):
                continue
            title, is_resolved = topic_of(message)
            thread = _thread(place, title)
            self.first_of[thread] = min(number, self.first_of.get(thread, number))
            if is_resolved:
                self.resolved.add(thread)

    def _place(self, message: dict[str, Any]) -> Place | None:
        return self.directory.place(message.get("recipient"), _user(message.get("sender")))

    def read(self, member: str) -> Iterator[Record]:
        """The second time: messages."""
        for position, found in enumerate(self._messages(member)):
            if isinstance(found, Anomaly):
                self.chronicle.is_truncated = True
                yield found
            elif isinstance(found[1], dict):
                is_deleted = found[0].startswith(_ARCHIVED)
                yield from self._message(found[1], f"{member}:{position}", is_deleted=is_deleted)
            else:
                yield Anomaly(code="unparsed", locator=f"{member}:{position}", detail="not an object")

    def _message(self, message: dict[str, Any], locator: str, *, is_deleted: bool) -> Iterator[Record]:
        yield from self.known.check(message, locator)
        number, sender = whole(message.get("id")), _user(message.get("sender"))
        place = self._place(message)
        if number is None or place is None:
            what = "id" if number is None else "known recipient"
            yield Anomaly(code="unparsed", locator=locator, detail=f"a message without {what}: left out")
            return
        native_id = str(number)
        if not self.posts.add(number):
            detail = "a message with this id came before"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=native_id)
            return
        if sender is None or sender not in self.directory.accounts:
            yield from self.chronicle.introduce(*([] if sender is None else [Account(native_id=sender)]))
            detail = "not in the list of users"
            yield Anomaly(code="unknown_user", locator=locator, detail=detail, post=native_id)
        thread = _thread(place, topic_of(message)[0])
        quoted = quoted_message(text(message.get("content")) or "")
        root = str(self.first_of[thread])
        parent = quoted if quoted not in (None, native_id) else root if root != native_id else None
        post = post_of(
            message,
            Post(
                native_id=native_id,
                thread=thread,
                author=sender,
                parent=parent,
                parent_source=None if parent is None else "quote" if parent == quoted else "thread_root",
                state="removed" if is_deleted else "visible",
                is_private=place.is_private,
                locator=locator,
            ),
            is_machine=sender in self.directory.machines,
        )
        yield from self._thread(place, post, message)
        yield post
        if post.created_at is None:
            detail = f"date_sent is {str(post.created_raw)[:40]!r}"
            yield Anomaly(code="bad_time", locator=locator, detail=detail, post=native_id)
        if post.subtype == "poll":
            self.polls[native_id] = post
        for change in revisions_of(message, post):
            self.chronicle.has_edit_history = True
            yield change
        self.chronicle.posts += 1
        self.chronicle.has_deletions |= is_deleted
        self.chronicle.see(post.created_at, post.edited_at)

    def _thread(self, place: Place, post: Post, message: dict[str, Any]) -> Iterator[Record]:
        if not place.is_stream and place.container not in self.told:
            self.told.add(place.container)
            yield Container(native_id=place.container, kind="group", name="direct messages", is_private=True)
        # Its first message tells a thread, so that its title does not hang on the order of files.
        if self.first_of[post.thread] == whole(message.get("id")):
            yield Thread(
                native_id=post.thread,
                container=place.container,
                title=topic_of(message)[0] or None if place.is_stream else None,
                root_post=post.native_id,
                created_at=post.created_at,
                state="closed" if post.thread in self.resolved else "open",
            )

    def hanging(self, member: str) -> Iterator[Record]:
        """Reactions, events of polls, files."""
        places = [f"{table}.item" for table in _HANGING]
        for position, found in enumerate(values_of(self.export, member, places)):
            if isinstance(found, Anomaly):
                continue
            table, row = found[0].removesuffix(".item"), found[1]
            locator = f"{member}:{table}:{position}"
            if not isinstance(row, dict):
                yield Anomaly(code="unparsed", locator=locator, detail="not an object")
            elif table == _ATTACHED:
                yield from self._file(row)
            elif whole(row.get("message")) not in self.posts:
                self.strays[table] += 1
            elif table in _REACTIONS:
                yield from self._reaction(row, locator)
            elif not self.widgets.setdefault(str(row["message"]), Widget()).add(row):
                yield Anomaly(code="unparsed", locator=locator, detail="an event that can't be read")

    def _reaction(self, row: dict[str, Any], locator: str) -> Iterator[Record]:
        yield from self.known_signs.check(row, locator)
        post, account, name = str(row["message"]), _user(row.get("user_profile")), text(row.get("emoji_name"))
        if account is None or name is None:
            detail = "a reaction without name or person"
            yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
            return
        self.signs.add(int(post), name)
        yield Reaction(post=post, name_raw=name, mechanism="emoji", account=account)

    def _file(self, row: dict[str, Any]) -> Iterator[Attachment]:
        messages = row.get("messages")
        for message in messages if isinstance(messages, list) else ():
            if whole(message) in self.posts:
                yield Attachment(
                    post=str(message),
                    name=text(row.get("file_name")) or "file",
                    mime=text(row.get("content_type")),
                    url=text(row.get("path_id")),
                    size=whole(row.get("size")),
                )

    def finish(self) -> Iterator[Record]:
        """What needs all rows: totals, polls, and how much hangs on nothing."""
        for post, name, total in self.signs.totals():
            yield ReactionTotal(
                post=str(post), name_raw=name, mechanism="emoji", total=total, identified=total,
                source_field="zerver_reaction",
            )  # fmt: skip
        for post, widget in sorted(self.widgets.items()):
            records = list(widget.poll(post))
            if records:
                self.polls.pop(post, None)
            yield from records
        for post in self.polls.values():
            yield from poll_without_votes(post)
        for table, count in sorted(self.strays.items()):
            detail = f"{count} rows for messages that are not in the export"
            yield Anomaly(code="orphan", locator=table, detail=detail)


def _user(value: Any) -> str | None:
    number = whole(value)
    return None if number is None else str(number)


def _thread(place: Place, title: str) -> str:
    """A topic's native id: names of topics do not differ by case alone."""
    return f"{place.container}/{title.casefold()}" if place.is_stream else place.container
