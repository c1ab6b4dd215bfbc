"""Rows of a Discourse database as records: the second pass over a dump.

A post's row becomes the same shape as a post's JSON, so that both are understood in one place. Likes and the
reactions plugin overlap: while its like sync is on, a reaction is kept as a like too. Who reacted through the
plugin is told with that reaction, and their like is left out.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from ...model import (
    Account,
    Aggregate,
    Anomaly,
    Container,
    Mechanism,
    Reaction,
    ReactionTotal,
    Record,
    Thread,
)
from .accounts import account_of
from .backup_polls import BackupPolls
from .backup_survey import LIKE, Survey
from .modifications import revisions_of
from .pg_dump import Row
from .posts import Place, post_number, records_of

_MESSAGES = "private_messages"
_MECHANISMS: dict[str, Mechanism] = {LIKE: "like", "bookmark": "bookmark", "vote": "upvote"}
"""Kinds of action that are no flag: their names -> what they are."""
_PLUGIN = "discourse_reactions_reaction_users"


class BackupRows:
    """Turns rows into records, and counts what only the end can tell.

    Args:
        survey: what the first pass found.
        url: address of the forum, None where it is not known.

    Attributes:
        latest: the latest moment any row tells of.
        has_remainder: whether a counter says more than there are names.
    """

    def __init__(self, survey: Survey, url: str | None) -> None:
        self.latest: datetime | None = None
        self.has_remainder = False
        self._survey = survey
        self._url = url
        self._orphans: set[int] = set()
        self._has_messages = False
        self._like_counts: dict[int, int] = {}
        self._likes: Counter[int] = Counter()
        self._echoes: Counter[int] = Counter()
        self._flags: Counter[int] = Counter()
        self._reacted: Counter[int] = Counter()
        polls = BackupPolls(survey)
        self._told: dict[str, Callable[[Row], Iterator[Record]]] = {
            "categories": self._category,
            _PLUGIN: self._reactor,
            "discourse_voting_votes": self._topic_vote,
            "poll_options": polls.option,
            "poll_votes": polls.vote,
            "polls": polls.poll,
            "post_actions": self._action,
            "post_custom_fields": polls.custom_field,
            "post_revisions": self._revision,
            "posts": self._post,
            "topic_voting_votes": self._topic_vote,
            "topics": self._topic,
            "users": self._user,
            "versions": self._version,
        }

    def records(self, row: Row) -> Iterator[Record]:
        """What one row tells."""
        yield from self._told[row.table](row)

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables that `records` knows."""
        return frozenset(self._told)

    def totals(self) -> Iterator[Record]:
        """After the last row: what the forum's counters say against the names there are."""
        for post in sorted(self._like_counts.keys() | self._likes.keys()):
            known = self._likes[post] - self._echoes[post]
            counted = self._like_counts.get(post, 0) - self._echoes[post]
            yield from self._total(post, "like", "like", counted, known, "posts.like_count")
        for reaction, (post, name) in sorted(self._survey.reactions.items()):
            known = self._reacted[reaction]
            yield from self._total(post, name, "emoji", known, known, _PLUGIN)
        for post, flags in sorted(self._flags.items()):
            if place := self._survey.place(post):
                native_id = f"{place[0]}/{place[1]}"
                yield Aggregate(thread=str(place[0]), post=native_id, measure="flag", value=flags)

    def _total(
        self, post: int, name: str, mechanism: Mechanism, total: int, known: int, field: str
    ) -> Iterator[Record]:
        native_id = self._survey.native_id(post)
        if native_id is None or not (total or known):
            return
        yield ReactionTotal(
            post=native_id,
            name_raw=name,
            mechanism=mechanism,
            total=total,
            identified=known,
            source_field=field,
        )
        if total != known:
            detail = f"{name}: {field} says {total}, but {known} people are known"
            yield Anomaly(code="count_mismatch", locator="posts", detail=detail, post=native_id)
        if total > known:
            self.has_remainder = True
            yield Reaction(
                post=native_id, name_raw=name, mechanism=mechanism, n=total - known, identity="count_only"
            )

    def _at(self, row: Row, column: str) -> datetime | None:
        found = row.moment(column)
        if found and (self.latest is None or found.at > self.latest):
            self.latest = found.at
        return found.at if found else None

    def _category(self, row: Row) -> Iterator[Record]:
        number = row.number("id")
        if number is None:
            yield _unread(row, "a category without an id")
            return
        yield Container(
            native_id=str(number),
            kind="category",
            name=row.text("name") or f"category {number}",
            parent=row.text("parent_category_id"),
            is_private=number in self._survey.restricted,
        )

    def _user(self, row: Row) -> Iterator[Record]:
        number = row.number("id")
        account = account_of(number, {"username": row.text("username"), "name": row.text("name")})
        if number is None or account is None:
            yield _unread(row, "a user without an id")
            return
        email = self._survey.emails.get(number) or row.text("email")
        yield replace(account, email=email, created_at=self._at(row, "created_at"))

    def _topic(self, row: Row) -> Iterator[Record]:
        number = row.number("id")
        if number is None:
            yield _unread(row, "a topic without an id")
            return
        is_message = number in self._survey.private
        if is_message and not self._has_messages:
            self._has_messages = True
            yield Container(native_id=_MESSAGES, kind="room", name="private messages", is_private=True)
        yield Thread(
            native_id=str(number),
            container=_MESSAGES if is_message else row.text("category_id"),
            title=row.text("title"),
            kind="question" if number in self._survey.questions else "discussion",
            root_post=f"{number}/1",
            created_at=self._at(row, "created_at"),
            state=_state(row),
            url=self._topic_url(number),
        )
        if views := row.number("views"):
            yield Aggregate(thread=str(number), measure="view", value=views)

    def _topic_url(self, topic: int) -> str | None:
        return f"{self._url}/t/-/{topic}" if self._url else None

    def _post(self, row: Row) -> Iterator[Record]:
        post, topic = row.number("id"), row.number("topic_id")
        raw = {
            "post_number": row.number("post_number"),
            "user_id": row.number("user_id"),
            "raw": row.value("raw"),
            "cooked": row.value("cooked"),
            "created_at": _utc(row, "created_at"),
            "updated_at": _utc(row, "last_version_at") or _utc(row, "updated_at"),
            "post_type": row.number("post_type"),
            "action_code": row.text("action_code"),
            "reply_to_post_number": row.number("reply_to_post_number"),
            "version": row.number("version") or row.number("cached_version"),
            "hidden": row.is_true("hidden"),
            "user_deleted": row.is_true("user_deleted") or _is_own_deletion(row),
            "deleted_at": row.text("deleted_at"),
            "accepted_answer": post in self._survey.answers,
        }
        if post is None or topic is None or post_number(raw) is None:
            yield _unread(row, "a post without valid topic_id and post_number")
            return
        if not self._survey.knows(topic) and topic not in self._orphans:
            self._orphans.add(topic)
            detail = f"topic {topic} is not in the dump: its posts are taken for private"
            yield Anomaly(code="orphan", locator=row.locator, detail=detail)
        self._at(row, "updated_at")
        if likes := row.number("like_count"):
            self._like_counts[post] = likes
        place = Place(
            str(topic),
            row.locator,
            is_private=self._survey.is_private(topic),
            is_deleted=topic in self._survey.deleted,
            url=self._topic_url(topic),
        )
        yield from (record for record in records_of(raw, place) if not isinstance(record, Account))

    def _action(self, row: Row) -> Iterator[Record]:
        """A like, a bookmark, a vote of old, or a flag, of which only the number is told."""
        post, user = row.number("post_id"), row.number("user_id")
        native_id = self._survey.native_id(post)
        name = self._survey.types.get(row.number("post_action_type_id") or 0)
        if post is None or native_id is None or user is None:
            yield _lost(row, "an action on a post that is not there")
        elif name is None:
            yield _unread(row, f"an action of unknown type {row.text('post_action_type_id')}")
        elif name not in _MECHANISMS:
            self._flags[post] += 1
        else:
            removed = self._at(row, "deleted_at")
            if name == LIKE and removed is None:
                self._likes[post] += 1
                if self._survey.has_reacted(post, user):
                    self._echoes[post] += 1
                    return
            yield Reaction(
                post=native_id,
                name_raw=name,
                mechanism=_MECHANISMS[name],
                account=str(user),
                created_at=self._at(row, "created_at"),
                removed_at=removed,
            )

    def _reactor(self, row: Row) -> Iterator[Record]:
        reaction, user = row.number("reaction_id"), row.number("user_id")
        post, name = self._survey.reactions.get(reaction or 0, (None, ""))
        native_id = self._survey.native_id(post)
        if reaction is None or native_id is None or user is None:
            yield _lost(row, "a reaction to a post that is not there")
            return
        self._reacted[reaction] += 1
        yield Reaction(
            post=native_id,
            name_raw=name,
            mechanism="emoji",
            account=str(user),
            created_at=self._at(row, "created_at"),
        )

    def _topic_vote(self, row: Row) -> Iterator[Record]:
        """A vote for a topic, by the topic voting plugin: kept on the topic's first post."""
        topic, user = row.number("topic_id"), row.number("user_id")
        if topic is None or user is None or not self._survey.knows(topic):
            yield _lost(row, "a vote for a topic that is not there")
            return
        yield Reaction(
            post=f"{topic}/1",
            name_raw="vote",
            mechanism="upvote",
            account=str(user),
            created_at=self._at(row, "created_at"),
        )

    def _revision(self, row: Row) -> Iterator[Record]:
        yield from self._edit(row, self._survey.native_id(row.number("post_id")))

    def _version(self, row: Row) -> Iterator[Record]:
        """An edit of a post or a topic, as kept until 2013."""
        edited = row.number("versioned_id")
        is_topic = row.text("versioned_type") == "Topic"
        native_id = f"{edited}/1" if is_topic and edited is not None else self._survey.native_id(edited)
        yield from self._edit(row, native_id)

    def _edit(self, row: Row, post: str | None) -> Iterator[Record]:
        number, changes = row.number("number"), row.text("modifications")
        if post is None:
            yield _lost(row, "an edit of a post that is not there")
        elif number is None or changes is None:
            yield _unread(row, "an edit without number or changes")
        else:
            yield from revisions_of(
                changes,
                post=post,
                number=number,
                account=row.text("user_id"),
                created_at=self._at(row, "created_at"),
                locator=row.locator,
            )


def _state(row: Row) -> Literal["open", "closed", "archived", "deleted"]:
    if row.text("deleted_at"):
        return "deleted"
    return "archived" if row.is_true("archived") else "closed" if row.is_true("closed") else "open"


def _utc(row: Row, column: str) -> str | None:
    value = row.text(column)
    return f"{value}Z" if value else None


def _is_own_deletion(row: Row) -> bool:
    deleter = row.text("deleted_by_id")
    return deleter is not None and deleter == row.text("user_id")


def _lost(row: Row, what: str) -> Anomaly:
    return Anomaly(code="orphan", locator=row.locator, detail=f"{what}: left out")


def _unread(row: Row, what: str) -> Anomaly:
    return Anomaly(code="unparsed", locator=row.locator, detail=f"{row.table}: {what}: left out")
