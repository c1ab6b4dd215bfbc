"""What Decidim's rows say: threads, posts, people and what backs a proposal, in the store's nouns."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ...model import (
    Account,
    Anomaly,
    BodyFormat,
    Container,
    Post,
    Record,
    Revision,
    Thread,
    ThreadKind,
)  # fmt: skip
from ..known_fields import KnownFields
from ..reply_tree import ReplyTree
from ..tables.rows import Table
from ..tables.times import Moment
from .decidim_backing import backing
from .decidim_columns import KNOWN, kind_of
from .decidim_people import Writers
from .platform_tables import Line, base_names, lines_of

_KINDS: dict[str, ThreadKind] = {"Proposal": "proposal", "Initiative": "petition", "Project": "proposal"}
_SIDES = {"1": "in_favor", "0": "neutral", "-1": "against"}
_OVER = ("withdrawn", "rejected", "discarded", "closed")
_NUMBER = re.compile(r"(\d+)/?\Z")
_MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


@dataclass(slots=True)
class Forum:
    """What must be remembered of the tables: ids, who answers whom and people, no texts."""

    host: str = ""
    seen: set[str] = field(default_factory=set[str])
    latest: datetime | None = None
    is_cut: bool = False
    _tree: ReplyTree = field(default_factory=ReplyTree)
    _people: Writers = field(default_factory=Writers)
    _by_url: dict[str, str] = field(default_factory=dict[str, str])
    _spaces: set[str] = field(default_factory=set[str])
    _known: KnownFields = field(default_factory=lambda: KnownFields("table", KNOWN))
    _expected: dict[str, int] = field(default_factory=dict[str, int])
    _found: Counter[str] = field(default_factory=Counter[str])
    _resources: set[str] = field(default_factory=set[str])
    _threads: set[str] = field(default_factory=set[str])

    def look(self, table: Table) -> None:
        """Learn which resources there are and what the comments answer, before any is read for good."""
        kind = kind_of(table)
        if kind not in ("Comment", "Resource"):
            return
        for line in lines_of(table):
            if isinstance(line, Anomaly):
                continue
            native_id = _id_of(line, kind, table)
            url = line.text("url", "root_commentable_url")
            self.host = self.host or _host(url)
            if kind == "Comment":
                parent = _parent_of(line)
                if not parent.startswith("Comment/"):
                    self._tree.add(parent)
                self._tree.add(native_id, [parent])
            elif native_id:
                self._tree.add(native_id)
                self._resources.add(native_id)
                if url:
                    self._by_url[_path(url)] = native_id

    def records(self, table: Table) -> Iterator[Record]:
        """The records of one table."""
        kind = kind_of(table)
        if kind is None:
            detail = "a table that is neither of proposals or their like, nor of comments or people: not read"
            yield Anomaly(code="unparsed", locator=table.member, detail=detail)
            return
        yield from self._known.check(base_names(table.header) - _languages(table.header), f"{table.member}:1")
        for line in lines_of(table):
            if isinstance(line, Anomaly):
                yield line
            elif kind == "Comment":
                yield from self._comment(line, table)
            elif kind == "Resource":
                yield from self._resource(line, table)
            else:
                yield from self._people.listed(line, kind)

    def rest(self) -> Iterator[Record]:
        """What is known when all tables are read: threads whose resource is not here, and what is missing."""
        for name in sorted(self._threads - self._resources):
            yield Thread(
                native_id=name, kind=_KINDS.get(name.partition("/")[0], "discussion"), root_post=name
            )
        for thread, expected in sorted(self._expected.items()):
            if self._found[thread] < expected:
                self.is_cut = True
                detail = f"{expected} comments are counted, {self._found[thread]} are here"
                yield Anomaly(code="truncated", locator=thread, detail=detail, post=thread)

    def _is_new(self, native_id: str, line: Line) -> Iterator[Anomaly]:
        """Note a row; yields what is wrong with its id."""
        if not native_id:
            yield Anomaly(code="unparsed", locator=line.where, detail="no id")
        elif native_id in self.seen:
            detail = "a row with this id came before"
            yield Anomaly(code="duplicate", locator=line.where, detail=detail, post=native_id)
        self.seen.add(native_id)

    def _resource(self, line: Line, table: Table) -> Iterator[Record]:
        native_id = _id_of(line, "Resource", table)
        if wrong := list(self._is_new(native_id, line)):
            yield from wrong
            return
        created = line.moment("published_at", "created_at")
        self._see(created.at if created else None)
        yield from self._people.of_row(line)
        space = line.text("participatory_space/url", "participatory_space/id", "participatory_space") or None
        if space and space not in self._spaces:
            self._spaces.add(space)
            name = _path(space).rpartition("/")[2]
            yield Container(native_id=space, kind="petition_site", name=name or space)
        is_over = line.is_true("withdrawn") or line.text("state").casefold() in _OVER
        yield Thread(
            native_id=native_id,
            container=space,
            title=line.text("title") or None,
            kind=_KINDS.get(native_id.partition("/")[0], "discussion"),
            root_post=native_id,
            created_at=created.at if created else None,
            state="closed" if is_over else "open",
            url=line.text("url") or None,
        )
        yield self._opening(line, native_id, created)
        yield from backing(line, native_id, self._people)
        yield from self._outcome(line, native_id)
        if (expected := line.number("comments", "comments_count", "comments/count")) is not None:
            self._expected[native_id] = expected

    def _opening(self, line: Line, native_id: str, created: Moment | None) -> Post:
        body = line.text("body", "description")
        original = _NUMBER.search(line.text("original_proposal/url"))
        return Post(
            native_id=native_id,
            thread=native_id,
            author=self._people.writer(line),
            subtype="amendment" if line.is_true("is_amend") else None,
            parent=f"Proposal/{original[1]}" if original else None,
            parent_source="explicit" if original else None,
            created_at=created.at if created else None,
            created_raw=line.text("published_at", "created_at") or None,
            precision=created.precision if created else "none",
            tz_known=created.tz_known if created else False,
            body="\n\n".join(filter(None, (line.text("title"), body))),
            body_format=_format(body),
            url=line.text("url") or None,
            locator=line.where,
        )

    def _outcome(self, line: Line, post: str) -> Iterator[Record]:
        """What became of it: its state, and the answer of those who run the platform."""
        answered = line.moment("answered_at", "state_published_at", "withdrawn_at")
        self._see(answered.at if answered else None)
        if state := line.text("state"):
            yield Revision(
                post=post, number=1, field="state", after=state, created_at=answered.at if answered else None
            )
        if answer := line.text("answer"):
            yield from self._people.meet(Account(native_id="organisation", kind="organisation"))
            yield Post(
                native_id=f"{post}/answer",
                thread=post,
                author="organisation",
                kind="answer",
                parent=post,
                parent_source="explicit",
                created_at=answered.at if answered else None,
                precision=answered.precision if answered else "none",
                body=answer,
                body_format=_format(answer),
                locator=line.where,
            )

    def _comment(self, line: Line, table: Table) -> Iterator[Record]:
        native_id = _id_of(line, "Comment", table)
        if wrong := list(self._is_new(native_id, line)):
            yield from wrong
            return
        yield from self._people.of_row(line)
        post = self._comment_post(line, native_id)
        yield post
        parent = post.parent or ""
        if parent not in self._resources and (not parent.startswith("Comment/") or parent not in self._tree):
            detail = "what it answers is not in the export"
            yield Anomaly(code="orphan", locator=line.where, detail=detail, post=native_id)
        if post.created_at is None:
            yield Anomaly(code="bad_time", locator=line.where, detail="no possible time", post=native_id)

    def _comment_post(self, line: Line, native_id: str) -> Post:
        created, body = line.moment("created_at"), line.text("body")
        status = line.text("upstream_status").casefold()
        thread = self._thread(line, native_id)
        self._threads.add(thread)
        self._found[thread] += 1
        self._see(created.at if created else None)
        return Post(
            native_id=native_id,
            thread=thread,
            author=self._people.writer(line),
            kind="comment",
            subtype=_SIDES.get(line.text("alignment")),
            parent=_parent_of(line),
            parent_source="explicit",
            created_at=created.at if created else None,
            created_raw=line.text("created_at") or None,
            precision=created.precision if created else "none",
            tz_known=created.tz_known if created else False,
            body=body,
            body_format=_format(body),
            state="visible" if status in ("", "visible") else "unapproved",
            locator=line.where,
        )

    def _thread(self, line: Line, native_id: str) -> str:
        """The resource at the top of the answers, else the one the platform gives a link to."""
        root = self._tree.root(native_id)
        if not root.startswith("Comment/"):
            return root
        url = line.text("root_commentable_url")
        return self._by_url.get(_path(url), _path(url) or root)

    def _see(self, moment: datetime | None) -> None:
        self.latest = max(filter(None, (self.latest, moment)), default=None)


def _id_of(line: Line, kind: str, table: Table) -> str:
    given = line.text("id", "reference")
    if not given:
        return ""
    return f"{'Comment' if kind == 'Comment' else _resource_kind(table)}/{given}"


def _resource_kind(table: Table) -> str:
    """What Decidim calls the resources of a table, by the file's name: "Proposal" where it says nothing."""
    stem = PurePosixPath(table.member.casefold()).stem
    kinds = ("debate", "initiative", "result", "project", "meeting", "post")
    return next((kind.capitalize() for kind in kinds if kind in stem), "Proposal")


def _parent_of(line: Line) -> str:
    return f"{line.text('commentable_type').rpartition(':')[2] or 'Proposal'}/{line.text('commentable_id')}"


def _path(url: str) -> str:
    """A link's path, the same on every page of a resource; what is no link stays as it is."""
    try:
        return urlsplit(url).path.rstrip("/") or url
    except ValueError:
        return url


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.casefold()
    except ValueError:
        return ""


def _format(body: str) -> BodyFormat:
    return "html" if _MARKUP.search(body) else "text"


def _languages(header: tuple[str, ...]) -> set[str]:
    """Columns that are one language of another, whose base name is checked in their place."""
    return {
        column for column in header if column.rpartition("/")[0] in base_names(header) and column.count("/")
    }
