"""Lemmy's own posts, comments, people and communities: as its API shows them, and as its database holds them.

An API view is `{post | comment, creator, community, counts}`; a row of the database is the inner object
alone. A comment's `path` ("0.24.27") names everything above it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ...model import Account, Anomaly, Container, Post, PostState, Record, Thread
from ..json_values import Moment, moment, text, whole
from ..known_fields import KnownFields

Kind = Literal["post", "comment", "message"]

_SHARED = (
    "id creator_id ap_id local removed deleted published published_at updated updated_at language_id score "
    "upvotes downvotes scaled_rank hot_rank hot_rank_active controversy_rank report_count "
    "unresolved_report_count federation_pending locked"
)
_POST = (
    "name url body community_id nsfw embed_title embed_description thumbnail_url embed_video_url "
    "featured_community featured_local url_content_type alt_text scheduled_publish_time "
    "scheduled_publish_time_at newest_comment_time_at newest_comment_time_necro_at comments "
    "non_1_upvotes embed_video_width embed_video_height"
)
_COMMENT = "content post_id path distinguished child_count community_id"
_MESSAGE = "content recipient_id read"


def known_fields() -> dict[Kind, KnownFields]:
    """What each kind of row may hold, for one reading."""
    return {
        "post": KnownFields("post", f"{_SHARED} {_POST}".split()),
        "comment": KnownFields("comment", f"{_SHARED} {_COMMENT}".split()),
        "message": KnownFields("private message", f"{_SHARED} {_MESSAGE}".split()),
    }


@dataclass(frozen=True, slots=True)
class Row:
    """A post, comment or private message, with what an API view says beside it."""

    kind: Kind
    data: dict[str, Any]
    view: dict[str, Any]
    locator: str

    @property
    def native_id(self) -> str | None:
        """Kind and number, "post/55" or "comment/24": both are numbered from 1."""
        number = whole(self.data.get("id"))
        return None if number is None else f"{self.kind}/{number}"

    @property
    def thread(self) -> str | None:
        """The post it stands below, or the conversation of two people."""
        if self.kind == "post":
            return self.native_id
        if self.kind == "message":
            pair = sorted(str(whole(self.data.get(key))) for key in ("creator_id", "recipient_id"))
            return f"messages/{'-'.join(pair)}"
        number = whole(self.data.get("post_id"))
        return None if number is None else f"post/{number}"

    @property
    def parent(self) -> str | None:
        """What it answers."""
        if self.kind != "comment":
            return None
        path = (text(self.data.get("path")) or "").split(".")
        above = path[-2] if len(path) > 1 else "0"
        return f"comment/{above}" if above.isdigit() and above != "0" else self.thread

    @property
    def community(self) -> dict[str, Any]:
        """The community, where the view shows it."""
        found = self.view.get("community")
        return found if isinstance(found, dict) else {}

    @property
    def counts(self) -> dict[str, Any]:
        """Numbers: beside the row, or in it since version 1."""
        found = self.view.get("counts")
        return found if isinstance(found, dict) else self.data

    @property
    def created(self) -> Moment | None:
        """When it was written."""
        return moment(self.data.get("published")) or moment(self.data.get("published_at"))


def rows_of(data: dict[str, Any], locator: str) -> Iterator[Row]:
    """The rows in a view, or the row this is."""
    views: tuple[tuple[Kind, str], ...] = (
        ("comment", "comment"),
        ("message", "private_message"),
        ("post", "post"),
    )
    for kind, key in views:
        inner = data.get(key)
        if isinstance(inner, dict) and "id" in inner:
            yield Row(kind, inner, data, locator)
            return
    if "path" in data and "content" in data:
        yield Row("comment", data, {}, locator)
    elif "recipient_id" in data and "content" in data:
        yield Row("message", data, {}, locator)
    elif "community_id" in data and "name" in data:
        yield Row("post", data, {}, locator)


def account_of(person: Any) -> Account | None:
    """A person's row."""
    number = whole(person.get("id")) if isinstance(person, dict) else None
    if number is None:
        return None
    created = moment(person.get("published")) or moment(person.get("published_at"))
    return Account(
        native_id=str(number),
        username=text(person.get("name")),
        display_name=text(person.get("display_name")),
        kind="bot" if person.get("bot_account") is True else "human",
        created_at=created.at if created else None,
    )


def container_of(community: dict[str, Any]) -> Container | None:
    """A community's row."""
    number = whole(community.get("id"))
    if number is None:
        return None
    name = text(community.get("title")) or text(community.get("name")) or f"community {number}"
    return Container(native_id=str(number), kind="category", name=name, is_private=is_private(community))


def is_private(community: dict[str, Any]) -> bool:
    """Whether only its members see it."""
    return str(community.get("visibility", "")).lower() == "private"


def post_of(row: Row, native_id: str, thread: str) -> Post:
    """A row as a post."""
    data, created = row.data, row.created
    edited = moment(data.get("updated")) or moment(data.get("updated_at"))
    creator = row.view.get("creator")
    author = whole(data.get("creator_id"))
    if author is None and isinstance(creator, dict):
        author = whole(creator.get("id"))
    raw = data.get("published", data.get("published_at"))
    return Post(
        native_id=native_id,
        thread=thread,
        author=None if author is None else str(author),
        kind="comment" if row.kind == "comment" else "post",
        subtype="distinguished" if data.get("distinguished") is True else None,
        parent=row.parent,
        parent_source="explicit" if row.parent else None,
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw)[:80],
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body=text(data.get("body" if row.kind == "post" else "content")) or "",
        body_format="markdown",
        state=_state(data),
        edited_at=edited.at if edited else None,
        is_private=row.kind == "message" or is_private(row.community),
        url=text(data.get("ap_id")),
        locator=row.locator,
    )


def _state(data: dict[str, Any]) -> PostState:
    if data.get("removed") is True:
        return "removed"
    return "deleted_by_author" if data.get("deleted") is True else "visible"


def thread_of(row: Row) -> Thread:
    """The conversation a post opens."""
    data, comments = row.data, whole(row.counts.get("comments"))
    community = whole(data.get("community_id"))
    return Thread(
        native_id=str(row.thread),
        container=None if community is None else str(community),
        title=text(data.get("name")),
        root_post=row.native_id,
        created_at=row.created.at if row.created else None,
        state="deleted" if _state(data) != "visible" else "closed" if data.get("locked") is True else "open",
        posts_expected=None if comments is None or comments < 0 else comments + 1,
        url=text(data.get("ap_id")),
    )


def problems_of(row: Row, known: dict[Kind, KnownFields], native_id: str) -> Iterator[Record]:
    """What of a row was not understood."""
    yield from known[row.kind].check(row.data, row.locator)
    if row.created is None:
        detail = f"published is {str(row.data.get('published'))[:40]!r}"
        yield Anomaly(code="bad_time", locator=row.locator, detail=detail, post=native_id)
