"""One Discourse post as records: the post, its author, its reactions, its polls.

Posts are numbered within their topic, and replies name that number, so a post's id here is "TOPIC/NUMBER".
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ...model import Account, Anomaly, BodyFormat, Post, PostKind, PostState, Record
from ..json_values import Moment, moment, text, whole
from .accounts import account_of
from .polls import polls_of
from .reactions import flaws_of, reactions_of

_FIELDS: dict[str, type | tuple[type, ...]] = {
    "raw": str,
    "cooked": str,
    "user_id": int,
    "username": str,
    "post_type": int,
    "reply_to_post_number": int,
    "version": int,
    "hidden": bool,
    "user_deleted": bool,
    "reactions": list,
    "reaction_users_count": int,
    "actions_summary": list,
    "polls": (list, dict),
}
"""What we read of a post beside its numbers and times, and the type it must have."""
MAX_NUMBER = 1_000_000
"""Discourse closes topics at 10,000 posts; a number far beyond is damage."""
_REGULAR, _MODERATOR_ACTION, _SMALL_ACTION, _WHISPER = 1, 2, 3, 4


class Place(Struct, frozen=True):
    """Where a post stands.

    Args:
        topic: native id of the thread.
        locator: member and index in the export.
        is_private: whether the topic is a private message or lies in a category not everybody may read.
        is_deleted: whether the topic was deleted, which hides its posts without marking them.
        url: address of the topic, None where the forum's host is not known.
    """

    topic: str
    locator: str
    is_private: bool = False
    is_deleted: bool = False
    url: str | None = None


def post_number(raw: dict[str, Any]) -> int | None:
    """The post's number within its topic, None where it has none that can be."""
    number = whole(raw.get("post_number"))
    return number if number is not None and 1 <= number <= MAX_NUMBER else None


def records_of(raw: dict[str, Any], place: Place, *, with_reactions: bool = True) -> Iterator[Record]:
    """All records of one post that has a `post_number`; its reactions may be told elsewhere."""
    native_id = f"{place.topic}/{raw['post_number']}"
    author = account_of(raw.get("user_id"), raw)
    created = moment(raw.get("created_at"))
    if author:
        yield author
    for code, detail in _flaws(raw, author, created):
        yield Anomaly(code=code, locator=place.locator, detail=detail, post=native_id)
    yield _post(raw, place, native_id, author, created)
    if with_reactions:
        yield from reactions_of(raw, native_id, place.locator)
    if raw.get("polls"):
        yield from polls_of(raw, native_id, place.locator)


def _flaws(raw: dict[str, Any], author: Account | None, created: Moment | None) -> Iterator[tuple[Any, str]]:
    """What is wrong with a post that can be read all the same, as (code, detail)."""
    if author is None or not author.is_stable_id:
        yield "unknown_user", "no user id" if author else "neither user id nor user name"
    if created is None:
        yield "bad_time", f"created_at is {str(raw.get('created_at'))[:40]!r}"
    for name, expected in _FIELDS.items():
        value = raw.get(name)
        if value is not None and not isinstance(value, expected):
            yield "unparsed", f"{name} is a {type(value).__name__}: not read"
    yield from flaws_of(raw)
    if not isinstance(raw.get("raw"), str) and not isinstance(raw.get("cooked"), str):
        yield "unparsed", "neither raw nor cooked is a text"
    if not _REGULAR <= _type(raw) <= _WHISPER:
        yield "unparsed", f"unknown post_type {str(raw.get('post_type'))[:40]!r}: kept as a system post"


def _post(
    raw: dict[str, Any],
    place: Place,
    native_id: str,
    author: Account | None,
    created: Moment | None,
) -> Post:
    number = raw["post_number"]
    kind, subtype = _kind(raw)
    body, body_format = _body(raw)
    answers = whole(raw.get("reply_to_post_number"))
    if answers == number:
        answers = None
    parent = answers or (1 if number > 1 else None)
    edits = (whole(raw.get("version")) or 1) - 1
    updated = moment(raw.get("updated_at")) if edits > 0 else None
    return Post(
        native_id=native_id,
        thread=place.topic,
        ordinal=number,
        author=author.native_id if author else None,
        kind=kind,
        subtype=subtype,
        parent=f"{place.topic}/{parent}" if parent else None,
        parent_source=("explicit" if answers else "thread_root") if parent else None,
        created_at=created.at if created else None,
        created_raw=text(raw.get("created_at")),
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body=body,
        body_format=body_format,
        state=_state(raw, place),
        edited_at=updated.at if updated else None,
        edit_count=edits if edits > 0 else None,
        is_accepted=raw.get("accepted_answer") is True,
        is_private=place.is_private or subtype == "whisper",
        url=f"{place.url}/{number}" if place.url else None,
        locator=place.locator,
    )


def _type(raw: dict[str, Any]) -> int:
    value = raw.get("post_type")
    return _REGULAR if value is None else whole(value) or 0


def _kind(raw: dict[str, Any]) -> tuple[PostKind, str | None]:
    type_ = _type(raw)
    if type_ == _REGULAR:
        return "post", None
    if type_ == _MODERATOR_ACTION:
        return "post", "moderator_action"
    if type_ == _WHISPER:
        return "post", "whisper"
    action = text(raw.get("action_code")) if type_ == _SMALL_ACTION else None
    return "system", action or ("small_action" if type_ == _SMALL_ACTION else "unknown")


def _is_text_hidden(raw: dict[str, Any]) -> bool:
    """Whether the words are gone: a notice stands in their place."""
    return raw.get("cooked_hidden") is True


def _body(raw: dict[str, Any]) -> tuple[str, BodyFormat]:
    """What the author typed, else the rendered page."""
    if _is_text_hidden(raw):
        return "", "none"
    if isinstance(raw.get("raw"), str):
        return raw["raw"], "discourse"
    if isinstance(raw.get("cooked"), str):
        return raw["cooked"], "cooked"
    return "", "none"


def _state(raw: dict[str, Any], place: Place) -> PostState:
    if raw.get("user_deleted") is True:
        return "deleted_by_author"
    if raw.get("deleted_at") or place.is_deleted:
        return "removed"
    return "hidden" if raw.get("hidden") is True else "visible"
