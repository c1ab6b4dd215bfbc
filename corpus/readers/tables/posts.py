"""Tables of posts: a text, and whatever else there is of author, time, thread, parent and likes."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from ...model import Account, Anomaly, Container, Post, Reaction, ReactionTotal, Record, Thread
from ..reply_tree import ReplyTree
from .cells import Cells, Latest, People, Person, content_id
from .rows import Row, Table
from .words import NO, says

_LARGEST = 1 << 53
_GROUPED = re.compile(r"\s*\d{1,3}(?:,\d{3})+\s*\Z")
"""A number whose commas part thousands: in "12,0" a comma is something else."""
_NO_PARENT = frozenset({"0", "-1"})
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Draft:
    """A thread whose first post is not yet known for sure."""

    title: str | None
    container: str | None
    rank: tuple[int, datetime, int, str]
    root: str | None


@dataclass(slots=True)
class PostRows:
    """Turns rows of all post tables of an export into records; remembers ids, no texts."""

    people: People
    latest: Latest
    tree: ReplyTree = field(default_factory=ReplyTree)
    count: int = 0
    _containers: set[str] = field(default_factory=set[str])
    _twins: Counter[str] = field(default_factory=Counter[str])
    _drafts: dict[str, _Draft] = field(default_factory=dict[str, _Draft])
    _awaited: set[str] = field(default_factory=set[str])
    """First posts that answers have named and no row has brought yet."""

    def look(self, table: Table, cells: Cells) -> None:
        """Learn who answers whom, before any row is read for good."""
        if "id" in cells.columns and "parent" in cells.columns:
            for row in table.rows():
                if isinstance(row, Row) and (native_id := cells.word(row, "id")):
                    parent = cells.word(row, "parent")
                    self.tree.add(native_id, [parent] if parent else [])

    def records(self, row: Row, cells: Cells) -> Iterator[Record]:
        """The records of one row."""
        where = cells.where(row)
        text = cells.text(row, "text") or self._headline(row, cells)
        if not text:
            yield Anomaly(code="unparsed", locator=where, detail="no text")
            return
        person = Person(None)
        for met in self.people.meet(row, cells, email_first=False):
            if isinstance(met, Account):
                yield met
            else:
                person = met
        native_id = self._id(row, cells, person.account, text)
        if not self.tree.tell(native_id):
            detail = "a post with this id or content came before"
            yield Anomaly(code="duplicate", locator=where, detail=detail, post=native_id)
            return
        self.count += 1
        post = self._post(row, cells, native_id, person.account, text)
        yield from self._place(row, cells, post)
        yield post
        for record in _appreciation(row, cells, native_id):
            if isinstance(record, Reaction) and record.account:
                yield from self.people.mention(record.account)
            yield record
        if "time" in cells.columns and post.created_at is None:
            yield cells.bad_time(row, "time", native_id)
        if cells.word(row, "edited") and post.edited_at is None:
            yield cells.bad_time(row, "edited", native_id)

    @staticmethod
    def _headline(row: Row, cells: Cells) -> str:
        """The title, where answers are marked and this is none: an opening post may be all headline."""
        opens = "parent" in cells.columns and not cells.word(row, "parent")
        return cells.word(row, "title") if opens else ""

    def threads(self) -> Iterator[Thread]:
        """Threads of which any row may have been the first, or none was."""
        for name in sorted(name for name in self._awaited if not self.tree.is_told(name)):
            yield Thread(native_id=name, root_post=name, by_answers=True)
        for name, draft in self._drafts.items():
            is_told = draft.root is not None and draft.rank[1] < _END_OF_TIME
            yield Thread(
                native_id=name,
                container=draft.container,
                title=draft.title,
                root_post=draft.root,
                created_at=draft.rank[1] if is_told else None,
            )

    def _id(self, row: Row, cells: Cells, author: str | None, text: str) -> str:
        """The row's id, else one made of its content.

        Without author or time equal texts may be two people's: they are told apart by a number.
        """
        if given := cells.word(row, "id"):
            return given
        time = cells.text(row, "time")
        made = content_id(author or "", time, cells.text(row, "thread"), cells.text(row, "title"), text)
        if author and time:
            return made
        self._twins[made] += 1
        return made if self._twins[made] == 1 else f"{made}/{self._twins[made]}"

    def _post(self, row: Row, cells: Cells, native_id: str, author: str | None, text: str) -> Post:
        when, edited = cells.moment(row, "time"), cells.moment(row, "edited")
        parent, deleted = cells.word(row, "parent"), cells.word(row, "deleted")
        if parent in _NO_PARENT and parent not in self.tree:
            parent = ""
        self.latest.see(when.at if when else None)
        self.latest.see(edited.at if edited else None)
        return Post(
            native_id=native_id,
            thread=self._thread(row, cells, native_id),
            author=author,
            parent=parent or None,
            parent_source="explicit" if parent else None,
            created_at=when.at if when else None,
            created_raw=cells.text(row, "time") or None,
            precision=when.precision if when else "none",
            tz_known=when.tz_known if when else False,
            body=text,
            body_format=cells.body_format(text),
            state="removed" if deleted and not says(deleted, NO) else "visible",
            edited_at=edited.at if edited else None,
            is_private=cells.is_private(row),
            url=cells.word(row, "url") or None,
            locator=cells.where(row),
        )

    def _thread(self, row: Row, cells: Cells, native_id: str) -> str:
        """The thread a column names, else what the post answers, else its title; else it stands alone."""
        if named := cells.word(row, "thread"):
            return named
        if native_id in self.tree:
            return self.tree.root(native_id)
        if title := cells.word(row, "title"):
            channel = cells.word(row, "channel")
            return f"{channel}/{title}" if channel else title
        return native_id

    def _place(self, row: Row, cells: Cells, post: Post) -> Iterator[Container | Thread]:
        """The container and thread of a post, where they are new."""
        channel, title = cells.word(row, "channel") or None, cells.word(row, "title") or None
        if channel and channel not in self._containers:
            self._containers.add(channel)
            yield Container(native_id=channel, kind="channel", name=channel)
        if post.thread == post.native_id and not cells.word(row, "thread"):
            yield Thread(
                native_id=post.thread,
                container=channel,
                title=title,
                root_post=post.native_id,
                created_at=post.created_at,
                by_answers=post.native_id in self.tree,
            )
        elif cells.word(row, "thread") or post.native_id not in self.tree:
            self._draft(post, channel, title)
        elif not self.tree.is_told(post.thread):
            self._awaited.add(post.thread)

    def _draft(self, post: Post, channel: str | None, title: str | None) -> None:
        """A thread's first post bears its id, else is the earliest that answers nothing.

        Where all answer something, the first is in another export, and nothing is said of it.
        """
        bears, answers = post.native_id == post.thread, post.parent not in (None, post.native_id)
        # Of one moment, as where only days are known, post 9 comes before post 10.
        order = (len(post.native_id), post.native_id)
        rank = (0 if bears else 1 + answers, post.created_at or _END_OF_TIME, *order)
        root = post.native_id if bears or not answers else None
        draft = self._drafts.get(post.thread)
        if draft is None:
            self._drafts[post.thread] = _Draft(title, channel, rank, root)
        elif rank < draft.rank:
            draft.rank, draft.root = rank, root
            draft.title, draft.container = title or draft.title, channel or draft.container


def _appreciation(row: Row, cells: Cells, post: str) -> Iterator[Record]:
    """Likes and reactions a row counts. A table that names those who reacted names them here too."""
    for name, column in (("like", "likes"), ("", "reactions")):
        value = cells.raw(row, column)
        if (
            column not in cells.columns
            or value is None
            or not (isinstance(value, dict) or cells.word(row, column))
        ):
            continue
        counts = _counts(value, name)
        if counts is None:
            detail = f"{cells.columns[column]}: neither a number nor counts by name"
            yield Anomaly(code="unparsed", locator=cells.where(row), detail=detail, post=post)
            continue
        for reaction, count in counts.items():
            yield from _reactions(post, reaction, count, cells.columns[column])


def _counts(value: Any, name: str) -> dict[str, int | list[str]] | None:
    """Counts or people by reaction: from a number, or an object, or an object written as text."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return None
    if isinstance(value, dict):
        found: dict[str, int | list[str]] = {}
        for key, count in value.items():
            if isinstance(count, list):
                found[str(key)] = list(dict.fromkeys(str(person) for person in count))
            elif type(count) is int and 0 <= count <= _LARGEST:
                found[str(key)] = count
            elif count is not None:
                return None
        return found
    try:
        written = str(value)
        number = float(written.replace(",", "") if _GROUPED.match(written) else written)
    except ValueError:
        return None
    return {name or "reaction": int(number)} if 0 <= number <= _LARGEST and number.is_integer() else None


def _reactions(post: str, name: str, count: int | list[str], column: str) -> Iterator[Record]:
    people = count if isinstance(count, list) else []
    total = len(people) if isinstance(count, list) else count
    mechanism = "like" if name == "like" else "emoji"
    for person in people:
        yield Reaction(post=post, name_raw=name, mechanism=mechanism, account=person)
    if total > len(people):
        yield Reaction(post=post, name_raw=name, mechanism=mechanism, n=total, identity="count_only")
    if total:
        yield ReactionTotal(
            post=post,
            name_raw=name,
            mechanism=mechanism,
            total=total,
            identified=len(people),
            source_field=column,
        )
