"""One post of GitHub as records: an opening post, a comment, a review, a comment on a line.

The interfaces spell the same fields differently (`created_at`, `createdAt`, `submittedAt`); everything here
reads all spellings.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct

from ....model import Anomaly, Post, PostKind, PostState, Revision
from ...json_values import Moment, moment, objects, text, whole
from ..told import Accepted, Told, Verdict, Version
from .people import Author, account_of, author_of
from .places import CommentKind, Place, comment_id, page_of
from .reactions import reactions_of

_CREATED = ("created_at", "createdAt", "submitted_at", "submittedAt", "publishedAt")
_UPDATED = ("updated_at", "updatedAt")
_SETTLED = {"APPROVED": True, "CHANGES_REQUESTED": False, "DISMISSED": False}
"""States of a review that say what its author holds; mere comments leave it as it was."""
_KINDS: dict[CommentKind, tuple[PostKind, str | None]] = {
    "issuecomment": ("comment", None),
    "discussioncomment": ("comment", None),
    "discussion_r": ("comment", "line"),
    "pullrequestreview": ("review", None),
}
_MOVES = ("issuecomment", "discussioncomment")
"""Comments whose time of change tells of an edit; comments on lines change when the code moves."""


class Shape(Struct, frozen=True, kw_only=True):
    """What is already settled of a post when its object is read."""

    native_id: str
    kind: PostKind
    subtype: str | None = None
    parent: str | None = None
    is_explicit: bool = False
    """Whether the object itself names what it answers."""
    moves: bool = False
    """Whether `updated_at` after `created_at` means that the text was changed."""
    state: PostState = "visible"


def comment_told(
    raw: dict[str, Any], place: Place, kind: CommentKind, parent: str | None = None
) -> Iterator[Told]:
    """A comment or review, and what hangs on it.

    Args:
        raw: its object.
        place: the thread it is known to be in.
        kind: what it is.
        parent: native id of what it answers, where what it lies in tells.
    """
    native_id = comment_id(raw, kind, place) or _made_up_id(raw, place)
    post_kind, subtype = _KINDS[kind]
    state = (text(raw.get("state")) or "").upper() if kind == "pullrequestreview" else ""
    answers = _answered(raw, place, kind) or parent
    shape = Shape(
        native_id=native_id,
        kind=post_kind,
        subtype=state.lower() or subtype,
        parent=answers or place.here,
        is_explicit=answers is not None,
        moves=kind in _MOVES,
        state="draft" if state == "PENDING" else "visible",
    )
    yield from post_told(raw, place, shape)
    if raw.get("isAnswer") is True:
        yield Accepted(post=native_id)
    if state in _SETTLED:
        author, given = author_of(raw, native_id), first_moment(raw, _CREATED)
        yield Verdict(
            post=place.here,
            account=None if author.is_gone else author.native_id,
            approves=_SETTLED[state],
            key=native_id,
            at=given.at if given else None,
            locator=place.locator,
        )


def post_told(raw: dict[str, Any], place: Place, shape: Shape) -> Iterator[Told]:
    """A post, its author, its former wordings and its reactions."""
    author = author_of(raw, shape.native_id)
    if author.account is not None:
        yield author.account
    created, updated = first_moment(raw, _CREATED), first_moment(raw, _UPDATED)
    for code, detail in _flaws(raw, created):
        yield Anomaly(code=code, locator=place.locator, detail=detail, post=shape.native_id)
    as_of = updated or created
    post = _post(raw, place, shape, author, (created, updated))
    yield Version(record=post, as_of=as_of.at if as_of else None)
    if post.state == "hidden":
        yield Revision(
            post=shape.native_id,
            number=1,
            field="state",
            before="visible",
            after="hidden",
            reason=text(raw.get("minimizedReason")),
        )
    yield from _former(raw, shape.native_id)
    yield from reactions_of(raw, shape.native_id, place, as_of.at if as_of else None)


def first_moment(raw: dict[str, Any], names: tuple[str, ...]) -> Moment | None:
    """The first of several fields that holds a time."""
    for name in names:
        told = raw.get(name)
        if isinstance(told, str) and (found := _moment(told)):
            return found
    return None


_moment = lru_cache(maxsize=64)(moment)
"""An object tells one time in several fields, and is asked for it in several places."""


def _post(
    raw: dict[str, Any],
    place: Place,
    shape: Shape,
    author: Author,
    times: tuple[Moment | None, Moment | None],
) -> Post:
    created, updated = times
    edited_at, edit_count = _edited(raw, shape, created, updated)
    body = raw.get("body")
    is_root = shape.parent is None
    source = None if is_root else "explicit" if shape.is_explicit else "thread_root"
    return Post(
        native_id=shape.native_id,
        thread=place.here,
        author=author.native_id,
        kind=shape.kind,
        subtype=shape.subtype,
        parent=shape.parent,
        parent_source=source,
        created_at=created.at if created else None,
        created_raw=created.raw if created else None,
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body=body if isinstance(body, str) else "",
        body_format="markdown" if isinstance(body, str) else "none",
        state="hidden" if raw.get("isMinimized") is True else shape.state,
        edited_at=edited_at,
        edit_count=edit_count,
        url=page_of(raw),
        locator=place.locator,
    )


def _edited(
    raw: dict[str, Any], shape: Shape, created: Moment | None, updated: Moment | None
) -> tuple[datetime | None, int | None]:
    """When and how often a post was changed, as far as its object tells."""
    edits = raw.get("userContentEdits")
    total = whole(edits.get("totalCount")) if isinstance(edits, dict) else None
    last = first_moment(raw, ("lastEditedAt",))
    told = raw.get("includesCreatedEdit")
    if last is not None or told is True or total:
        at = last or updated
        # The first of the edits that GitHub lists is the text as it was created.
        return at.at if at else None, max((total or 0) - 1, 1)
    if told is False or not shape.moves or created is None or updated is None:
        return None, None
    return (updated.at, None) if updated.at - created.at >= timedelta(seconds=1) else (None, None)


def _former(raw: dict[str, Any], post: str) -> Iterator[Told]:
    """Former wordings: every edit GitHub lists holds the whole text after it."""
    edits = raw.get("userContentEdits")
    if not edits:
        return
    dated = [
        (when.at, edit)
        for edit in objects(edits.get("nodes") if isinstance(edits, dict) else None)
        if (when := first_moment(edit, ("editedAt", "createdAt")))
    ]
    before: str | None = None
    for number, (at, edit) in enumerate(sorted(dated, key=lambda pair: pair[0])):
        after = text(edit.get("diff"))
        if number:
            editor = account_of(edit.get("editor"))
            yield Revision(
                post=post,
                number=number,
                field="body",
                before=before,
                after=after,
                account=editor.native_id if editor else None,
                created_at=at,
            )
        before = after


def _flaws(raw: dict[str, Any], created: Moment | None) -> Iterator[tuple[Any, str]]:
    """What is wrong with an object that can be read all the same, as (code, detail)."""
    if created is None and any(raw.get(name) is not None for name in _CREATED):
        yield "bad_time", f"created_at is {str(next(filter(None, map(raw.get, _CREATED)), None))[:40]!r}"
    elif created is None:
        yield "bad_time", "the time it was written is missing"
    body = raw.get("body")
    if body is not None and not isinstance(body, str):
        yield "unparsed", f"body is a {type(body).__name__}: not read"


def _answered(raw: dict[str, Any], place: Place, kind: CommentKind) -> str | None:
    """Native id of the comment that an object says it answers."""
    above = raw.get("replyTo")
    if isinstance(above, dict):
        return comment_id(above, kind, place)
    number = whole(raw.get("in_reply_to_id")) or whole(raw.get("parent_id"))
    return f"{place.repo}/{kind}-{number}" if number else None


def _made_up_id(raw: dict[str, Any], place: Place) -> str:
    """An id for a comment that has none: who wrote when in this thread."""
    author = author_of(raw, place.locator)
    created = first_moment(raw, _CREATED)
    who = author.native_id or "nobody"
    return f"{place.here}/{who}@{created.raw if created else place.locator}"
