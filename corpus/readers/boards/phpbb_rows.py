"""phpBB's rows: posts, topics, users, polls and private messages, each as records.

A post names no post it answers. What it quotes with a number is its parent; else its topic's first post.
Poster 1 is everybody who was not logged in, and everybody whose account was deleted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...cleaning.bbcode import clean_bbcode
from ...cleaning.s9e import clean_s9e, is_s9e
from ...model import Account, Anomaly, Attachment, Container, Post, PostState
from ..json_values import Moment, epoch
from ..known_fields import KnownFields
from .table_rows import TableRow

NOBODY = "1"
MESSAGES = "private_messages"
_ANONYMOUS = ("0", NOBODY)
_STATES: dict[str, PostState] = {"0": "unapproved", "2": "removed", "3": "unapproved"}
_QUOTED = re.compile(r"\bpost_id=[\"']?(?:&quot;)?(\d{1,18})")
_QUOTED_MESSAGE = re.compile(r"\bmsg_id=[\"']?(?:&quot;)?(\d{1,18})")
_BOT = "2"

KNOWN = {
    "posts": "post_id topic_id forum_id poster_id icon_id poster_ip post_time post_reported post_approved "
    "enable_bbcode enable_smilies enable_magic_url enable_sig post_username post_subject post_text "
    "post_checksum post_attachment bbcode_bitfield bbcode_uid post_postcount post_edit_time "
    "post_edit_reason post_edit_user post_edit_count post_edit_locked post_visibility "
    "post_delete_time post_delete_reason post_delete_user",
    "topics": "topic_id forum_id icon_id topic_attachment topic_approved topic_reported topic_title "
    "topic_poster topic_time topic_time_limit topic_views topic_replies topic_replies_real "
    "topic_status topic_type topic_first_post_id topic_first_poster_name topic_first_poster_colour "
    "topic_last_post_id topic_last_poster_id topic_last_poster_name topic_last_poster_colour "
    "topic_last_post_subject topic_last_post_time topic_last_view_time topic_moved_id topic_bumped "
    "topic_bumper poll_title poll_start poll_length poll_max_options poll_last_vote poll_vote_change "
    "topic_visibility topic_delete_time topic_delete_reason topic_delete_user topic_posts_approved "
    "topic_posts_unapproved topic_posts_softdeleted",
    "poll_options": "poll_option_id topic_id poll_option_text poll_option_total",
    "poll_votes": "topic_id poll_option_id vote_user_id vote_user_ip",
    "privmsgs": "msg_id root_level author_id icon_id author_ip message_time enable_bbcode enable_smilies "
    "enable_magic_url enable_sig message_subject message_text message_edit_reason message_edit_user "
    "message_attachment bbcode_bitfield bbcode_uid message_edit_time message_edit_count to_address "
    "bcc_address message_reported",
    "drafts": "draft_id user_id topic_id forum_id save_time draft_subject draft_message",
    "thanks": "post_id poster_id user_id topic_id forum_id thanks_time",
}
"""Columns of the tables that are read row by row."""


def known_fields() -> dict[str, KnownFields]:
    """What each table may hold, for one reading."""
    return {table: KnownFields(table, columns.split()) for table, columns in KNOWN.items()}


def number(row: TableRow, column: str) -> str | None:
    """An id: digits, and not the 0 that stands for none."""
    value = (row.values.get(column) or "").strip()
    return value.lstrip("0") or None if value.isascii() and value.isdigit() else None


def count(row: TableRow, column: str) -> int | None:
    """A number that a database can hold."""
    value = number(row, column)
    if value is None:
        return 0 if (row.values.get(column) or "").strip() == "0" else None
    return int(value) if len(value) <= len(str(1 << 62)) - 1 else None


def time_of(row: TableRow, column: str) -> Moment | None:
    """A time; 0 is none."""
    return epoch(value) if (value := number(row, column)) else None


def words_of(markup: str | None) -> str:
    """A poll's question or option without marks."""
    return (clean_s9e if is_s9e(markup or "") else clean_bbcode)(markup or "").plain


def account_of(row: TableRow) -> Account | None:
    """A row of the users."""
    native_id = number(row, "user_id")
    if native_id is None:
        return None
    if native_id == NOBODY:
        return Account(
            native_id=NOBODY, username=row.values.get("username"), kind="anonymous", is_stable_id=False
        )
    joined = time_of(row, "user_regdate")
    return Account(
        native_id=native_id,
        username=row.values.get("username") or None,
        email=row.values.get("user_email") or None,
        kind="bot" if row.values.get("user_type") == _BOT else "human",
        created_at=joined.at if joined else None,
    )


def guest_of(row: TableRow) -> Account | None:
    """Who is named on a post of nobody's."""
    name = row.values.get("post_username")
    if row.values.get("poster_id") not in _ANONYMOUS:
        return None
    if not name:
        return Account(native_id=NOBODY, kind="anonymous", is_stable_id=False)
    return Account(native_id=f"guest:{name}", display_name=name, kind="anonymous", is_stable_id=False)


def container_of(row: TableRow) -> Container | None:
    """A forum; one with a password is private."""
    native_id = number(row, "forum_id")
    if native_id is None:
        return None
    return Container(
        native_id=native_id,
        kind="category",
        name=row.values.get("forum_name") or f"forum {native_id}",
        parent=number(row, "parent_id"),
        is_private=bool(row.values.get("forum_password")),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands: its topic, that one's first post, and whether only some may see it."""

    thread: str
    root: str | None
    is_private: bool = False


def post_of(row: TableRow, native_id: str, place: Place) -> Post:
    """A row of the posts."""
    body = row.values.get("post_text") or ""
    quoted = next((found for found in _QUOTED.findall(body) if found != native_id), None)
    parent = quoted or (place.root if place.root != native_id else None)
    guest = guest_of(row)
    return Post(
        native_id=native_id,
        thread=place.thread,
        author=guest.native_id if guest else number(row, "poster_id"),
        kind="post" if parent is None else "comment",
        parent=parent,
        parent_source=("quote" if quoted else "thread_root") if parent else None,
        **_written(row, "post"),
        body=body,
        state=_state(row),
        is_private=place.is_private,
    )


def message_of(row: TableRow) -> Post | None:
    """A row of the private messages."""
    own = number(row, "msg_id")
    if own is None:
        return None
    body, root = row.values.get("message_text") or "", number(row, "root_level")
    quoted = next((found for found in _QUOTED_MESSAGE.findall(body) if found != own), None)
    parent = quoted or root
    return Post(
        native_id=f"pm/{own}",
        thread=f"pm/{root or own}",
        author=number(row, "author_id"),
        kind="comment" if parent else "post",
        parent=f"pm/{parent}" if parent else None,
        parent_source=("quote" if quoted else "explicit") if parent else None,
        **_written(row, "message"),
        body=body,
        is_private=True,
    )


def draft_of(row: TableRow) -> Post | None:
    """A row of the drafts: what was never sent."""
    own = number(row, "draft_id")
    if own is None:
        return None
    topic, saved = number(row, "topic_id"), time_of(row, "save_time")
    body = row.values.get("draft_message") or ""
    return Post(
        native_id=f"draft/{own}",
        thread=topic or f"draft/{own}",
        author=number(row, "user_id"),
        created_at=saved.at if saved else None,
        precision=saved.precision if saved else "none",
        body=body,
        body_format="s9e" if is_s9e(body) else "bbcode",
        state="draft",
        is_private=True,
        locator=row.locator,
    )


def _written(row: TableRow, prefix: str) -> dict[str, Any]:
    """What posts and messages have in common: when written and changed, in which marks."""
    at, edited = time_of(row, f"{prefix}_time"), time_of(row, f"{prefix}_edit_time")
    raw = row.values.get(f"{prefix}_time")
    return {
        "created_at": at.at if at else None,
        "created_raw": raw,
        "precision": at.precision if at else "none",
        "body_format": "s9e" if is_s9e(row.values.get(f"{prefix}_text") or "") else "bbcode",
        "edited_at": edited.at if edited else None,
        "edit_count": count(row, f"{prefix}_edit_count"),
        "locator": row.locator,
    }


def _state(row: TableRow) -> PostState:
    visibility = row.values.get("post_visibility", row.values.get("post_approved"))
    state = _STATES.get(visibility or "", "visible")
    poster = number(row, "poster_id")
    is_own = poster not in (None, NOBODY) and number(row, "post_delete_user") == poster
    return "deleted_by_author" if state == "removed" and is_own else state


def attachment_of(row: TableRow) -> Attachment | Anomaly:
    """A row of the attachments; some were uploaded and never posted."""
    own = number(row, "post_msg_id")
    if own is None:
        return Anomaly(code="orphan", locator=row.locator, detail="an attachment of no post: left out")
    values = row.values
    name = values.get("real_filename") or f"attachment {values.get('attach_id')}"
    mime, size = values.get("mimetype") or None, count(row, "filesize")
    return Attachment(
        post=f"pm/{own}" if values.get("in_message") == "1" else own, name=name, mime=mime, size=size
    )


def problems_of(row: TableRow, table: str, known: dict[str, KnownFields]) -> Iterator[Anomaly]:
    """Columns of a row that are not known."""
    if table in known:
        yield from known[table].check(row.values, row.locator)
