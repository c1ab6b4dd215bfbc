"""What CONSUL's rows say: threads, posts and votes without voters, in the store's nouns."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from ...model import (
    Account,
    Aggregate,
    Anomaly,
    BodyFormat,
    Mechanism,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Revision,
    Thread,
)  # fmt: skip
from ..known_fields import KnownFields
from ..reply_tree import ReplyTree
from ..tables.rows import Table
from ..tables.times import Moment
from .platform_tables import Line, People, lines_of

Kind = Literal["Proposal", "Debate", "Comment", "Vote", "Notification", "Beside"]
_Sign = tuple[str, Mechanism, str]

COMMENT = frozenset({"commentable_id", "commentable_type", "cached_votes_up"})
RESOURCE = frozenset({"title", "description", "cached_votes_up", "comments_count"})
VOTE = frozenset({"votable_id", "votable_type", "vote_flag"})
_NOTIFICATION = frozenset({"title", "body", "proposal_id"})
_BESIDE = (frozenset({"name", "taggings_count"}), frozenset({"tag_id", "taggable_id"}), frozenset({"name"}))
_SIGNS: tuple[_Sign, ...] = (("up", "upvote", "cached_votes_up"), ("down", "downvote", "cached_votes_down"))
_KNOWN = frozenset(
    """
    id title description external_url cached_votes_up cached_votes_down cached_votes_total comments_count
    hot_score confidence_score created_at summary video_url geozone_id retired_at retired_reason
    retired_explanation proceeding sub_proceeding proposal_type commentable_id commentable_type body ancestry
    parent_id parentId userId userName userType votable_id votable_type vote_flag proposal_id
    """.split()  # noqa: SIM905 - a list of words is read best as words
)


def kind_of(table: Table) -> Kind | None:
    """What the rows of a table are; None where its columns are of nothing that is known."""
    columns = frozenset(table.header)
    if columns >= RESOURCE:
        # A debate is for and against; a proposal only gathers support.
        return "Debate" if "cached_votes_down" in columns else "Proposal"
    marked: tuple[tuple[frozenset[str], Kind], ...] = (
        (COMMENT, "Comment"), (VOTE, "Vote"), (_NOTIFICATION, "Notification"),
    )  # fmt: skip
    for marks, kind in marked:
        if columns >= marks:
            return kind
    return "Beside" if any(columns >= marks for marks in _BESIDE) else None


@dataclass(slots=True)
class Forum:
    """What must be remembered of the tables: ids, who answers whom and counts, no texts."""

    seen: set[str] = field(default_factory=set[str])
    latest: datetime | None = None
    is_cut: bool = False
    _tree: ReplyTree = field(default_factory=ReplyTree)
    _people: People = field(default_factory=People)
    _known: KnownFields = field(default_factory=lambda: KnownFields("table", _KNOWN))
    _resources: set[str] = field(default_factory=set[str])
    _threads: set[str] = field(default_factory=set[str])
    _votes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _expected: dict[str, int] = field(default_factory=dict[str, int])
    _found: Counter[str] = field(default_factory=Counter[str])

    def look(self, table: Table) -> None:
        """Learn what there is, what comments answer, and how many votes there are of each."""
        kind = kind_of(table)
        for line in lines_of(table):
            if isinstance(line, Anomaly):
                continue
            if kind == "Comment":
                self._tree.add(_topic(line))
                self._tree.add(f"Comment/{line.text('id')}", [_parent(line), _topic(line)])
            elif kind in ("Proposal", "Debate"):
                self._tree.add(f"{kind}/{line.text('id')}")
                self._resources.add(f"{kind}/{line.text('id')}")
            elif kind == "Vote":
                self._votes[_votable(line), _sign(line)[0]] += 1

    def records(self, table: Table) -> Iterator[Record]:
        """The records of one table."""
        kind = kind_of(table)
        if kind is None:
            yield Anomaly(code="unparsed", locator=table.member, detail="a table of unknown kind: not read")
            return
        if kind == "Beside":
            return
        yield from self._known.check(table.header, f"{table.member}:1")
        for line in lines_of(table):
            if isinstance(line, Anomaly):
                yield line
            elif kind == "Vote":
                yield from self._vote(line)
            else:
                yield from self._row(line, kind)

    def rest(self) -> Iterator[Record]:
        """Threads whose first post is not here, votes for what is not here, comments that are missing."""
        for name in sorted(self._threads - self._resources):
            yield Thread(native_id=name, kind=_thread_kind(name), root_post=name)
        lost = sum(count for (post, _), count in self._votes.items() if post not in self.seen)
        if lost:
            yield Anomaly(code="orphan", locator="votes", detail=f"{lost} votes are for what is not here")
        for thread, expected in sorted(self._expected.items()):
            if self._found[thread] < expected:
                self.is_cut = True
                detail = f"{expected} comments are counted, {self._found[thread]} are here"
                yield Anomaly(code="truncated", locator=thread, detail=detail, post=thread)

    def _row(self, line: Line, kind: Kind) -> Iterator[Record]:
        given = line.text("id") or (line.text("created_at") if kind == "Notification" else "")
        native_id = (
            f"{kind}/{line.text('proposal_id')}/{given}" if kind == "Notification" else f"{kind}/{given}"
        )
        if not given or native_id in self.seen:
            code, detail = ("duplicate", "a row with this id came before") if given else ("unparsed", "no id")
            yield Anomaly(code=code, locator=line.where, detail=detail, post=native_id if given else None)
            return
        self.seen.add(native_id)
        created = line.moment("created_at")
        self._see(created)
        if kind in ("Proposal", "Debate"):
            yield from self._resource(line, native_id, created)
        else:
            yield from self._comment(line, kind, native_id, created)
        yield from self._counts(line, native_id)
        if created is None:
            yield Anomaly(code="bad_time", locator=line.where, detail="no possible time", post=native_id)

    def _resource(self, line: Line, native_id: str, created: Moment | None) -> Iterator[Record]:
        retired = line.moment("retired_at")
        self._see(retired)
        yield Thread(
            native_id=native_id,
            title=line.text("title") or None,
            kind=_thread_kind(native_id),
            root_post=native_id,
            created_at=created.at if created else None,
            state="closed" if retired else "open",
        )
        body = "\n\n".join(filter(None, (line.text(part) for part in ("title", "summary", "description"))))
        yield _post(line, native_id, native_id, body, created)
        if retired:
            reason = line.text("retired_explanation", "retired_reason") or None
            yield Revision(
                post=native_id, number=1, field="state", after="retired", created_at=retired.at, reason=reason
            )
        if (expected := line.number("comments_count")) is not None:
            self._expected[native_id] = expected

    def _comment(self, line: Line, kind: Kind, native_id: str, created: Moment | None) -> Iterator[Record]:
        if kind == "Notification":
            parent = thread = f"Proposal/{line.text('proposal_id')}"
            body = "\n\n".join(filter(None, (line.text("title"), line.text("body"))))
        else:
            parent, thread, body = _parent(line), _topic(line), line.text("body")
            self._found[thread] += 1
        self._threads.add(thread)
        author: Account | None = None
        if name := line.text("userName", "userId"):
            author = self._people.named(name)
            if user := line.text("userId"):
                author = Account(native_id=f"User/{user}", display_name=line.text("userName") or None)
            yield from self._people.meet(author)
        post = _post(line, native_id, thread, body, created)
        yield replace(
            post,
            author=author.native_id if author else None,
            kind="comment" if kind == "Comment" else "post",
            subtype=None if kind == "Comment" else "notification",
            parent=parent,
            parent_source="explicit",
        )
        if parent not in self._tree or (parent == thread and thread not in self._resources):
            detail = "what it answers is not in the export"
            yield Anomaly(code="orphan", locator=line.where, detail=detail, post=native_id)

    def _vote(self, line: Line) -> Iterator[Reaction]:
        post, (name, mechanism, _) = _votable(line), _sign(line)
        when = line.moment("created_at")
        self._see(when)
        if post in self.seen or post in self._tree:
            yield Reaction(
                post=post,
                name_raw=name,
                mechanism=mechanism,
                created_at=when.at if when else None,
                identity="count_only",
            )

    def _counts(self, line: Line, post: str) -> Iterator[Record]:
        """Votes that are counted, less those that stand in the table of votes."""
        for name, mechanism, column in _SIGNS:
            total, dated = line.number(column), self._votes[post, name]
            if total is None or total < 0:
                continue
            if total > dated:
                yield Reaction(
                    post=post, name_raw=name, mechanism=mechanism, n=total - dated, identity="count_only"
                )
            elif dated > total:
                detail = f"{dated} votes stand in the table of votes, {total} are counted ({column})"
                yield Anomaly(code="count_mismatch", locator=line.where, detail=detail, post=post)
            yield ReactionTotal(
                post=post, name_raw=name, mechanism=mechanism, total=total, identified=0, source_field=column
            )
        for measure in ("hot_score", "confidence_score"):
            if (score := line.number(measure)) is not None and post.partition("/")[0] != "Comment":
                yield Aggregate(thread=post, post=post, measure=measure, value=score)

    def _see(self, moment: Moment | None) -> None:
        self.latest = max(filter(None, (self.latest, moment.at if moment else None)), default=None)


def _post(line: Line, native_id: str, thread: str, body: str, created: Moment | None) -> Post:
    form: BodyFormat = "html" if "</" in body or "<br" in body else "text"
    return Post(
        native_id=native_id,
        thread=thread,
        created_at=created.at if created else None,
        created_raw=line.text("created_at") or None,
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else False,
        body=body,
        body_format=form,
        url=line.text("external_url") or None,
        locator=line.where,
    )


def _thread_kind(name: str) -> Literal["proposal", "discussion"]:
    return "proposal" if name.startswith("Proposal/") else "discussion"


def _topic(line: Line) -> str:
    return f"{line.text('commentable_type') or 'Proposal'}/{line.text('commentable_id')}"


def _parent(line: Line) -> str:
    """The comment above, else what is commented on; "-1" and "0" stand for none."""
    above = line.text("ancestry", "parent_id", "parentId").rpartition("/")[2]
    return f"Comment/{above}" if above not in ("", "-1", "0") else _topic(line)


def _votable(line: Line) -> str:
    return f"{line.text('votable_type')}/{line.text('votable_id')}"


def _sign(line: Line) -> _Sign:
    return _SIGNS[0] if line.is_true("vote_flag") else _SIGNS[1]
