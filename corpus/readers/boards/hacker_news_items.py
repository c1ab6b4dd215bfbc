"""Hacker News items: the official API's (`by`, `kids`, epoch seconds) and Algolia's (`author`, `children`).

Both become an `Item`, so that one description of a post serves both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...model import Account, Aggregate, Anomaly, Attachment, Post, PostState, Record
from ..json_values import Moment, epoch, moment, objects, text, whole

TYPES = ("story", "comment", "job", "poll", "pollopt")
_TAGS = ("job", "pollopt", "poll", "comment", "story")
"""Types as Algolia's tags name them; an item bears one of them, "ask_hn" and the like beside."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item, whichever API told it."""

    native_id: str
    type: str
    locator: str
    author: str | None
    time: Moment | None
    raw_time: str | None
    body: str
    title: str | None
    url: str | None
    parent: str | None
    """What it answers; for an option of a poll, the poll."""
    story: str | None
    score: int | None
    answers: int | None
    """How many direct answers it names."""
    expected: int | None
    """How many comments stand below it."""
    parts: tuple[str, ...]
    state: PostState


def item_of(data: dict[str, Any], locator: str) -> Item | None:
    """Read one object of either API; None where it has no id."""
    native_id = _id(data.get("id")) or _id(data.get("objectID"))
    if native_id is None:
        return None
    is_algolia = "objectID" in data or "created_at" in data or "children" in data
    return (_algolia if is_algolia else _firebase)(data, native_id, locator)


def _firebase(data: dict[str, Any], native_id: str, locator: str) -> Item:
    kids, parts = data.get("kids"), data.get("parts")
    kind = text(data.get("type")) or "comment"
    raw = data.get("time")
    return Item(
        native_id=native_id,
        type=kind,
        locator=locator,
        author=text(data.get("by")),
        time=epoch(raw),
        raw_time=None if raw is None else str(raw)[:80],
        body=text(data.get("text")) or "",
        title=text(data.get("title")),
        url=text(data.get("url")),
        parent=_id(data.get("poll")) if kind == "pollopt" else _id(data.get("parent")),
        story=None,
        score=whole(data.get("score")),
        answers=len(kids) if isinstance(kids, list) else None,
        expected=whole(data.get("descendants")),
        parts=tuple(part for entry in parts if (part := _id(entry))) if isinstance(parts, list) else (),
        state="deleted_by_author"
        if data.get("deleted") is True
        else "hidden"
        if data.get("dead") is True
        else "visible",
    )


def _algolia(data: dict[str, Any], native_id: str, locator: str) -> Item:
    tags = data.get("_tags")
    kind = text(data.get("type")) or next(
        (tag for tag in _TAGS if isinstance(tags, list) and tag in tags), "comment"
    )
    raw = data.get("created_at_i", data.get("created_at"))
    body = text(data.get("text")) or text(data.get("comment_text")) or text(data.get("story_text")) or ""
    author = text(data.get("author"))
    children = data.get("children")
    options = objects(data.get("options"))
    return Item(
        native_id=native_id,
        type=kind,
        locator=locator,
        author=author,
        time=epoch(data.get("created_at_i")) or moment(data.get("created_at")),
        raw_time=None if raw is None else str(raw)[:80],
        body=body,
        title=text(data.get("title")),
        url=text(data.get("url")),
        parent=_id(data.get("parent_id")),
        story=_id(data.get("story_id")),
        score=whole(data.get("points")),
        answers=len(children) if isinstance(children, list) else None,
        expected=whole(data.get("num_comments")),
        parts=tuple(part for option in options if (part := _id(option.get("id")))),
        state="visible" if author or body or data.get("title") else "deleted_by_author",
    )


def _id(value: Any) -> str | None:
    number = whole(value)
    if number is not None:
        return str(number)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else None


def account_of(item: Item) -> Account | None:
    """Who wrote it; a deleted item no longer says."""
    return Account(native_id=item.author, username=item.author) if item.author else None


def post_of(item: Item, thread: str) -> Post:
    """The item as a post of a thread."""
    is_answer = item.parent is not None
    return Post(
        native_id=item.native_id,
        thread=thread,
        author=item.author,
        kind="poll" if item.type in ("poll", "pollopt") else "comment" if is_answer else "post",
        subtype=item.type if item.type in TYPES else None,
        parent=item.parent,
        parent_source="explicit" if is_answer else None,
        created_at=item.time.at if item.time else None,
        created_raw=item.raw_time,
        precision=item.time.precision if item.time else "none",
        body=item.body,
        body_format="hackernews",
        state=item.state,
        url=f"https://news.ycombinator.com/item?id={item.native_id}",
        locator=item.locator,
    )


def beside(item: Item, thread: str) -> Iterator[Record]:
    """Numbers without parts, the page linked to, and what could not be read."""
    if item.time is None and item.state == "visible":
        yield Anomaly(
            code="bad_time", locator=item.locator, detail=f"time is {item.raw_time!r}", post=item.native_id
        )
    if item.type not in TYPES:
        detail = f"unknown type {item.type[:40]!r}"
        yield Anomaly(code="unparsed", locator=item.locator, detail=detail, post=item.native_id)
    for measure, value in (("score", item.score), ("answers", item.answers)):
        if value is not None:
            yield Aggregate(thread=thread, post=item.native_id, measure=measure, value=value)
    if item.url:
        yield Attachment(post=item.native_id, name=item.url, url=item.url)
