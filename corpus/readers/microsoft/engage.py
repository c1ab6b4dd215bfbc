"""Viva Engage (Yammer): network export, exports of single users, messages from the REST interface.

No real export of it is public, so the reader is experimental: columns are known by name, each may be
missing, and every other one is reported. Likes stand in no network export; they come from the exports of
single users (LikedMessages.csv), which join the same network by id, or from the interface's `liked_by`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Attachment, Reaction, Record, Revision, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_files import is_export_of
from ..json_stream import Entries
from ..known_fields import KnownFields
from ..reply_tree import ReplyTree
from . import engage_messages as rows
from . import engage_rest as rest
from .engage_cells import Cells, later
from .engage_messages import Edits, Known
from .engage_network import Likes, Network
from .engage_tables import POSTS, WORDLESS, Tables, has_messages

_VERSION = re.compile(r"[0-9]{1,9}")


class VivaEngageReader:
    """Viva Engage or Yammer export, as file, folder or archive."""

    name = "viva-engage"
    title = "Viva Engage (Yammer) export or REST messages"
    verified = False
    set_aside = (*WORDLESS, "request.txt", "log.txt", "files/*")

    def sniff(self, export: Export) -> bool:
        """A table with the columns of its messages, or JSON of the REST interface."""
        if any(has_messages(export, member) for member in export.members):
            return True
        return is_export_of(export, rest.has_messages, lambda _: False)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the messages; people, groups, likes and conversations follow at the end.

        Raises:
            BrokenExportError: not one message can be read.
        """
        source = Source(
            format=self.name,
            instance=options.instance or self.name,
            has_reaction_actors="no",
            has_deletions=True,
        )
        yield source
        run = _Reading(export)
        yield from run.records()
        if not run.posts:
            raise BrokenExportError(
                f"{export.path}: no Viva Engage message of it can be read",
                hint="name the export's zip or folder, with Messages.csv in it",
            )
        yield replace(
            source,
            has_reaction_actors=run.actors,
            has_reaction_counts=bool(run.likes.totals),
            has_edit_history=run.has_versions,
            exported_at=run.latest,
            complete="no" if run.is_cut else "unknown",
        )


@dataclass(slots=True)
class _Reading:
    """One export while it is read."""

    export: Export
    network: Network = field(default_factory=Network)
    likes: Likes = field(default_factory=Likes)
    posts: set[str] = field(default_factory=set[str])
    twice: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Tables and messages in them: what comes again in another table is the same, in one it is a fault."""
    threads: dict[str, Thread] = field(default_factory=dict[str, Thread])
    expected: dict[str, int] = field(default_factory=dict[str, int])
    tree: ReplyTree = field(default_factory=ReplyTree)
    waiting: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    has_versions: bool = False
    is_cut: bool = False
    latest: datetime | None = None
    tables: Tables = field(init=False)

    def __post_init__(self) -> None:
        self.tables = Tables(self.export)

    @property
    def actors(self) -> Literal["no", "own", "partial"]:
        """Whose likes are known: nobody's, those of the users whose exports these are, or some by name."""
        if self.tables.has_likes or self.tables.votes:
            return "own"
        return "partial" if self.likes.known else "no"

    def records(self) -> Iterator[Record]:
        self.tables.learn(self.network)
        for _, cells in self.tables.rows(*POSTS):
            self._place(cells)
        for member, cells in self.tables.rows(*POSTS):
            yield from self._row(cells, member)
        yield from self._interface()
        yield from self.tables.problems()
        yield from self._versions()
        yield from self._votes()
        yield from self._endings()

    def _place(self, cells: Cells) -> None:
        if native_id := cells.get("id", "message_id"):
            parent = cells.get("replied_to_id", "parent_id", "thread_id")
            self.tree.add(native_id, [parent] if parent else [])

    def _row(self, cells: Cells, member: str) -> Iterator[Record]:
        native_id = cells.get("id", "message_id")
        if native_id is None:
            yield Anomaly(code="unparsed", locator=cells.locator, detail="a message without an id")
            return
        yield from self._liked(native_id, member, cells)
        if (member, native_id) in self.twice:
            detail = "this message came before"
            yield Anomaly(code="duplicate", locator=cells.locator, detail=detail, post=native_id)
            return
        self.twice.add((member, native_id))
        yield from self._post(
            cells, native_id, member, rows.attachments_of(cells, native_id, self.tables.files)
        )

    def _liked(self, native_id: str, member: str, cells: Cells) -> Iterator[Anomaly]:
        """Whoever's export holds a message as liked has liked it."""
        if not self.tables.is_liked(member):
            return
        if owner := self.tables.owner(member):
            self.likes.add(native_id, owner)
            return
        self.likes.unowned[native_id] = self.likes.unowned.get(native_id, 0) + 1
        detail = "a like, but nothing tells whose export this is"
        yield Anomaly(code="unknown_user", locator=cells.locator, detail=detail, post=native_id)

    def _post(
        self, cells: Cells, native_id: str, member: str | None, attachments: Iterator[Attachment]
    ) -> Iterator[Record]:
        if native_id in self.posts:
            return
        self.posts.add(native_id)
        known = Known(
            root=cells.get("thread_id") or self.tree.root(native_id),
            network=cells.get("network_id") or self.tables.network_of(member),
            edits=self.tables.edits.get(native_id, Edits()),
            is_best=native_id in self.tables.best,
        )
        post = rows.post_of(cells, native_id, known, self.network)
        if post.created_at is None:
            detail = (post.created_raw or "no time")[:80]
            yield Anomaly(code="bad_time", locator=cells.locator, detail=detail, post=native_id)
        yield post
        yield from attachments
        if rows.is_poll(cells):
            detail = "a poll; who voted for what is not exported"
            yield Anomaly(code="poll_without_results", locator=cells.locator, detail=detail, post=native_id)
        if post.parent:
            self.waiting.append((post.parent, native_id, cells.locator))
        thread = rows.thread_of(cells, native_id, known, self.network)
        if native_id == thread.native_id or thread.native_id not in self.threads:
            self.threads[thread.native_id] = thread
        for moment in (cells.when("created_at"), cells.when("deleted_at")):
            self.latest = later(self.latest, moment)
        self.latest = max(filter(None, (self.latest, post.edited_at)), default=None)

    def _interface(self) -> Iterator[Record]:
        """Messages of the REST interface, page by page."""
        known = KnownFields("message", rest.KEYS)
        pages = [member for member in self.export.members if member.lower().endswith(".json")]
        pages = [member for member in pages if "Files" not in member.split("/")[:-1]]
        if not self.export.is_archive and not self.tables.found:
            pages = list(self.export.members)
        for member in pages:
            entries = Entries(self.export, member, rest.LISTS)
            for index, message in entries:
                yield from self._message(message, f"{member}:{index}", known)
            if entries.problem:
                yield entries.problem
            for index, message in enumerate(rest.threaded(entries.beside)):
                yield from self._message(message, f"{member}:threaded_extended/{index}", known)
            rest.learn_references(entries.beside, self.network, self.expected)
            for anomaly in rest.older_of(entries.beside, member):
                self.is_cut = True
                yield anomaly

    def _message(self, message: Any, locator: str, known: KnownFields) -> Iterator[Record]:
        cells = rest.cells_of(message, locator) if isinstance(message, dict) else None
        native_id = cells.get("id") if cells else None
        if cells is None or native_id is None:
            yield Anomaly(code="unparsed", locator=locator, detail="not a message with an id")
            return
        yield from known.check(message, locator)
        self._place(cells)
        rest.learn_likes(message, native_id, self.network, self.likes)
        hanging = (
            Attachment(post=native_id, name=name, url=url) for name, url in rest.attachments_of(message)
        )
        yield from self._post(cells, native_id, None, hanging)

    def _versions(self) -> Iterator[Record]:
        """What edited messages said, version by version."""
        counts: Counter[str] = Counter()
        for _, cells in self.tables.rows("messageversions"):
            post = cells.get("message_id", "id")
            if post is None:
                yield Anomaly(code="unparsed", locator=cells.locator, detail="a version of no message")
                continue
            counts[post] += 1
            self.has_versions = True
            number, when = cells.get("version", "version_number") or "", cells.when(*Tables.CHANGED)
            yield Revision(
                post=post,
                number=int(number) if _VERSION.fullmatch(number) else counts[post],
                field="body",
                after=cells.body("body") or None,
                account=cells.get("modified_by_id", "modified_by", "updated_by_id", "sender_id"),
                created_at=when.at if when else None,
            )

    def _votes(self) -> Iterator[Record]:
        """Votes for answers: who, and when."""
        for _, cells in self.tables.rows("answers"):
            self.latest = later(self.latest, cells.when("created_at"))
            post, voter, when = cells.get("message_id"), cells.get("voter_id"), cells.when("created_at")
            if post is None or voter is None:
                yield Anomaly(
                    code="unparsed", locator=cells.locator, detail="a vote without message or voter"
                )
            elif post not in self.posts:
                detail = "a vote for a message that is not in the export"
                yield Anomaly(code="orphan", locator=cells.locator, detail=detail)
            else:
                yield Reaction(
                    post=post, name_raw="upvote", mechanism="upvote",
                    account=self.network.meet(voter, None, None), created_at=when.at if when else None,
                )  # fmt: skip

    def _endings(self) -> Iterator[Record]:
        for parent, post, locator in self.waiting:
            if parent not in self.posts:
                detail = "what this answers is not in the export"
                yield Anomaly(code="orphan", locator=locator, detail=detail, post=post)
        for key in sorted(self.threads):
            yield replace(self.threads[key], posts_expected=self.expected.get(key))
        yield from self.likes.records()
        yield from self.network.records()
