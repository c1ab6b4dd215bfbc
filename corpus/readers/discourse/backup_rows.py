"""Rows of a Discourse database as records: the second pass over a dump.

A post's row becomes the same shape as a post's JSON, so that both are understood in one place.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from ...model import (
    Account,
    Aggregate,
    Anomaly,
    Container,
    Record,
    Thread,
)
from ..json_values import moment
from .accounts import account_of
from .backup_polls import BackupPolls
from .backup_reactions import PLUGIN, BackupReactions
from .backup_survey import Survey
from .modifications import revisions_of
from .pg_dump import Row
from .posts import Place, post_number, records_of

_MESSAGES = "private_messages"
_TIMES = ("created_at", "updated_at", "deleted_at")
_CENTURIES = ("19", "20")


class BackupRows:
    """Turns rows into records.

    Args:
        survey: what the first pass found.
        reactions: tells who reacted.
        url: address of the forum, None where it is not known.
    """

    def __init__(self, survey: Survey, reactions: BackupReactions, url: str | None) -> None:
        self._latest = ""
        self._survey = survey
        self._url = url
        self._orphans: set[int] = set()
        self._has_messages = False
        self._reactions = reactions
        polls = BackupPolls(survey)
        self._told: dict[str, Callable[[Row], Iterator[Record]]] = {
            "categories": self._category,
            PLUGIN: reactions.reactor,
            "discourse_voting_votes": reactions.topic_vote,
            "poll_options": polls.option,
            "poll_votes": polls.vote,
            "polls": polls.poll,
            "post_actions": reactions.action,
            "post_custom_fields": polls.custom_field,
            "post_revisions": self._revision,
            "posts": self._post,
            "topic_voting_votes": reactions.topic_vote,
            "topics": self._topic,
            "users": self._user,
            "versions": self._version,
        }

    def records(self, row: Row) -> Iterator[Record]:
        """What one row tells."""
        self._see(row)
        yield from self._told[row.table](row)

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables that `records` knows."""
        return frozenset(self._told)

    @property
    def latest(self) -> datetime | None:
        """The latest moment any row tells of: the backup is no older."""
        found = moment(f"{self._latest}Z")
        return found.at if found else None

    def _see(self, row: Row) -> None:
        for column in _TIMES:
            # Times of one form sort as they stand; "infinity" and the far future are no times of rows.
            value = row.text(column) or ""
            if value.startswith(_CENTURIES):
                self._latest = max(self._latest, value)

    def _category(self, row: Row) -> Iterator[Record]:
        number = row.number("id")
        if number is None:
            yield row.unread("a category without an id")
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
            yield row.unread("a user without an id")
            return
        email = self._survey.emails.get(number) or row.text("email")
        yield replace(account, email=email, created_at=_at(row, "created_at"))

    def _topic(self, row: Row) -> Iterator[Record]:
        number = row.number("id")
        if number is None:
            yield row.unread("a topic without an id")
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
            created_at=_at(row, "created_at"),
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
            yield row.unread("a post without valid topic_id and post_number")
            return
        if not self._survey.knows(topic) and topic not in self._orphans:
            self._orphans.add(topic)
            detail = f"topic {topic} is not in the dump: its posts are taken for private"
            yield Anomaly(code="orphan", locator=row.locator, detail=detail)
        if likes := row.number("like_count"):
            self._reactions.counted(post, likes)
        place = Place(
            str(topic),
            row.locator,
            is_private=self._survey.is_private(topic),
            is_deleted=topic in self._survey.deleted,
            url=self._topic_url(topic),
        )
        yield from (record for record in records_of(raw, place) if not isinstance(record, Account))

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
            yield row.lost("an edit of a post that is not there")
        elif number is None or changes is None:
            yield row.unread("an edit without number or changes")
        else:
            yield from revisions_of(
                changes,
                post=post,
                number=number,
                account=row.text("user_id"),
                created_at=_at(row, "created_at"),
                locator=row.locator,
            )


def _at(row: Row, column: str) -> datetime | None:
    found = row.moment(column)
    return found.at if found else None


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
