"""One message of a Zulip export as records: the post, and what it said before it was edited or moved."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ...model import Anomaly, Poll, PollOption, Post, Revision
from ..json_values import epoch, objects, parse, whole

MESSAGE_FIELDS = frozenset(
    "id sender recipient subject content rendered_content rendered_content_version date_sent pub_date "  # noqa: SIM905
    "sending_client last_edit_time last_moved_time edit_history has_attachment has_image has_link realm type "
    "is_channel_message archive_transaction".split()
)
_RESOLVED = "\N{HEAVY CHECK MARK} "
_NORMAL = 1
# "@_**Ada Lind|7** [said](https://.../near/55):" above a fenced quote.
_QUOTED = re.compile(r"@_\*\*[^\n]{0,2000}/near/(\d{1,15})[^\n]{0,200}[:：][ ]*\n\s{0,20}[`~]{3,40} ?quote")
_BULLET = re.compile(r"[*+-] +")


def quoted_message(body: str) -> str | None:
    """Id of the message that this one quotes first, None where it quotes none."""
    found = _QUOTED.search(body)
    return found[1] if found else None


def topic_of(message: dict[str, Any]) -> tuple[str, bool]:
    """A message's topic without the mark of a resolved one, and whether it bears it."""
    title = message.get("subject")
    title = title if isinstance(title, str) else ""
    return title.removeprefix(_RESOLVED), title.startswith(_RESOLVED)


def post_of(message: dict[str, Any], place: Post, *, is_machine: bool) -> Post:
    """The post, at a place already known.

    Args:
        message: the row.
        place: a post with ids, author and state.
        is_machine: whether the server itself is the author.
    """
    raw = message.get("date_sent", message.get("pub_date"))
    created, edited = epoch(raw), epoch(message.get("last_edit_time"))
    body = message.get("content")
    body = body if isinstance(body, str) else ""
    is_notice = is_machine or message.get("type", _NORMAL) != _NORMAL
    return replace(
        place,
        kind="system" if is_notice else "post",
        subtype="poll" if body.startswith("/poll") else None,
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw),
        precision=created.precision if created else "none",
        body=body,
        body_format="zulip_markdown",
        edited_at=edited.at if edited else None,
    )


def revisions_of(message: dict[str, Any], post: Post) -> Iterator[Revision | Anomaly]:
    """Former wordings and topics, the oldest first; the history stands in the row as JSON text."""
    told = message.get("edit_history")
    if told in (None, "", "[]"):
        return
    try:
        history = parse(told.encode("utf-8", "surrogatepass")) if isinstance(told, str) else told
    except ValueError:
        history = None
    if not isinstance(history, list):
        detail = "edit_history is no list"
        yield Anomaly(code="unparsed", locator=post.locator, detail=detail, post=post.native_id)
        return
    body, title = post.body, topic_of(message)[0]
    found: list[Revision] = []
    for number, entry in reversed(list(enumerate(reversed(objects(history)), start=1))):
        when, editor = epoch(entry.get("timestamp")), whole(entry.get("user_id"))
        change = Revision(
            post=post.native_id,
            number=number,
            field="body",
            account=None if editor is None else str(editor),
            created_at=when.at if when else None,
        )
        former = entry.get("prev_content")
        if isinstance(former, str):
            found.append(replace(change, before=former, after=body))
            body = former
        topic = entry.get("prev_topic", entry.get("prev_subject"))
        stream = whole(entry.get("prev_stream"))
        if isinstance(topic, str) or stream is not None:
            before = topic if isinstance(topic, str) else title
            reason = None if stream is None else f"moved from stream {stream}"
            found.append(replace(change, field="title", before=before, after=title, reason=reason))
            title = before
    yield from reversed(found)


def poll_without_votes(post: Post) -> Iterator[Poll | PollOption | Anomaly]:
    """The poll a message's text opens, where the export has no events of it."""
    lines = [line.strip() for line in post.body.split("\n")]
    native_id = f"{post.native_id}/poll"
    question = lines[0].removeprefix("/poll").strip()
    yield Poll(
        native_id=native_id,
        post=post.native_id,
        question=question or None,
        type="multiple",
        results_visibility="not exported",
    )
    options = [_BULLET.sub("", line, count=1) for line in lines[1:] if line]
    for ordinal, option in enumerate(options):
        yield PollOption(poll=native_id, native_id=str(ordinal), ordinal=ordinal, text=option)
    detail = f"poll with {len(options)} options: the export has no votes"
    yield Anomaly(code="poll_without_results", locator=post.locator, detail=detail, post=post.native_id)
