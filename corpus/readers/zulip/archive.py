"""zulip-archive: one JSON file a topic, with id, sender, time and rendered text of each message.

The tool (github.com/zulip/zulip-archive) keeps four fields of a message and drops the rest: there are no
reactions, no votes of polls, no ids of senders. So a person is a display name here, never a stable id, and a
poll is its question and options with the results unknown. Stream and topic stand in the file's name only,
unless the tool's own `stream_index.json` lies beside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Account, Anomaly, Container, Post, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of, is_export_of, members_of
from ..json_values import text, whole
from .names import Index, Topic, topic_of
from .polls import is_poll, poll_of, quoted_message

_INDEX = "stream_index.json"
_DELETED = "<p>(deleted)</p>"
"""What a message is edited to by somebody who may not delete it."""
_LATEST = 7_258_118_400
"""The year 2200, in seconds: times beyond are damage."""


class ZulipArchiveReader:
    """zulip-archive topic files."""

    name = "zulip-archive"
    title = "zulip-archive topic JSON"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Lists of objects with a sender's full name."""
        return is_export_of(export, _has_messages, _is_empty)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the archive topic by topic.

        Raises:
            BrokenExportError: no member is a list of messages.
        """
        source = Source(format=self.name, instance=options.instance or self.name)
        yield source
        notes = _Notes()
        index = Index()
        for member in members_of(export):
            if _is_index(member):
                index = Index.read(document_of(export, member))
        for member in members_of(export):
            document = document_of(export, member)
            if isinstance(document, Anomaly):
                yield document
            elif isinstance(document, list):
                yield from _topic(document, member, topic_of(member, export), index, notes)
            elif not (_is_index(member) and index.sizes):
                detail = "no list of messages"
                yield Anomaly(code="unparsed", locator=member, detail=detail)
        if not notes.topics:
            raise BrokenExportError(
                f"{export.path}: no list of messages in it",
                hint="name the folder that zulip-archive wrote its JSON files to",
            )
        yield from _missing(index, notes)
        complete = "unknown" if not index.sizes else "no" if notes.missing else "yes"
        yield replace(
            source,
            exported_at=index.written_at or notes.latest,
            has_deletions=notes.has_deletions,
            complete=complete,
        )


@dataclass(slots=True)
class _Notes:
    """What must be known across topics."""

    topics: set[tuple[str | None, str]] = field(default_factory=set[tuple[str | None, str]])
    accounts: set[str] = field(default_factory=set[str])
    containers: set[str] = field(default_factory=set[str])
    latest: datetime | None = None
    missing: bool = False
    has_deletions: bool = False


def _has_messages(head: bytes) -> bool:
    return head.lstrip().startswith(b"[") and b'"sender_full_name"' in head and b'"timestamp"' in head


def _is_empty(head: bytes) -> bool:
    """Whether it is a topic without messages: all of them were moved."""
    return head.strip() == b"[]"


def _is_index(member: str) -> bool:
    return member.rpartition("/")[2] == _INDEX


def _topic(messages: list[Any], member: str, topic: Topic, index: Index, notes: _Notes) -> Iterator[Record]:
    """One topic's records. Zulip orders by id, which a file need not."""
    notes.topics.add((topic.stream, topic.title))
    readable: list[tuple[int, int, dict[str, Any]]] = []
    for position, message in enumerate(messages):
        number = whole(message.get("id")) if isinstance(message, dict) else None
        if number is None:
            detail = "a message without valid id: left out"
            yield Anomaly(code="unparsed", locator=f"{member}:{position}", detail=detail)
        else:
            readable.append((number, position, message))
    readable.sort(key=lambda entry: entry[:2])
    if topic.stream is not None and topic.stream not in notes.containers:
        notes.containers.add(topic.stream)
        name = index.names.get(topic.stream) or topic.stream_name
        yield Container(native_id=topic.stream, kind="channel", name=name)
    expected = index.sizes.get((topic.stream, topic.title))
    root = str(readable[0][0]) if readable else None
    yield Thread(
        native_id=topic.native_id,
        container=topic.stream,
        title=topic.title,
        root_post=root,
        created_at=_time(readable[0][2]) if readable else None,
        state="closed" if topic.is_resolved else "open",
        posts_expected=expected,
    )
    if expected and len(messages) < expected:
        notes.missing = True
        detail = f"topic truncated {len(messages)}/{expected}"
        yield Anomaly(code="truncated", locator=member, detail=detail)
    for ordinal, (number, position, message) in enumerate(readable, start=1):
        place = _Place(topic.native_id, root, ordinal, f"{member}:{position}")
        yield from _message(message, _post(message, str(number), place), notes)


def _message(message: dict[str, Any], post: Post, notes: _Notes) -> Iterator[Record]:
    if post.author is None:
        detail = "sender_full_name is no name"
        yield Anomaly(code="unknown_user", locator=post.locator, detail=detail, post=post.native_id)
    elif post.author not in notes.accounts:
        notes.accounts.add(post.author)
        kind = "bot" if _is_bot(post.author) else "human"
        yield Account(native_id=post.author, display_name=post.author, kind=kind, is_stable_id=False)
    if post.created_at is None:
        detail = f"timestamp is {str(message.get('timestamp'))[:40]!r}"
        yield Anomaly(code="bad_time", locator=post.locator, detail=detail, post=post.native_id)
    elif notes.latest is None or post.created_at > notes.latest:
        notes.latest = post.created_at
    if not isinstance(message.get("content"), str):
        yield Anomaly(code="unparsed", locator=post.locator, detail="content is no text", post=post.native_id)
    notes.has_deletions |= post.state == "deleted_by_author"
    yield post
    if is_poll(post.body):
        yield from poll_of(post)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message stands: its thread and that one's root, its position there, its place in the export."""

    thread: str
    root: str | None
    ordinal: int
    locator: str


def _post(message: dict[str, Any], native_id: str, place: _Place) -> Post:
    author, body = text(message.get("sender_full_name")), text(message.get("content")) or ""
    created = _time(message)
    quoted = quoted_message(body)
    if quoted == native_id:
        quoted = None
    parent = quoted or (place.root if native_id != place.root else None)
    raw = message.get("timestamp")
    return Post(
        native_id=native_id,
        thread=place.thread,
        ordinal=place.ordinal,
        author=author,
        kind="system" if author is not None and _is_bot(author) else "post",
        subtype="poll" if is_poll(body) else None,
        parent=parent,
        parent_source=("quote" if quoted else "thread_root") if parent else None,
        created_at=created,
        created_raw=None if raw is None else str(raw),
        precision="s" if created else "none",
        body=body,
        body_format="zulip",
        state="deleted_by_author" if body.strip() == _DELETED else "visible",
        locator=place.locator,
    )


def _time(message: dict[str, Any]) -> datetime | None:
    seconds = whole(message.get("timestamp"))
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 <= seconds < _LATEST else None


def _is_bot(name: str) -> bool:
    """Whether a display name ends in the word "bot", as Zulip's own do ("Notification Bot")."""
    return name.lower().split()[-1:] == ["bot"]


def _missing(index: Index, notes: _Notes) -> Iterator[Anomaly]:
    """Topics that the index lists and no file holds."""
    absent = index.sizes.keys() - notes.topics
    if absent:
        notes.missing = True
        detail = f"{len(absent)} of the {len(index.sizes)} topics in the index have no file"
        yield Anomaly(code="truncated", locator=_INDEX, detail=detail)
