"""One Telegram message as records.

Times come twice: `date` on the clock of the computer that exported, without its zone, and `date_unixtime`.
The second is taken where it is there; the difference tells the zone for those times that stand alone, such
as a reaction's. Formatted text comes in pieces, which are put together as HTML so that quotes, code and
mentions keep what they are; plain text stays plain.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from typing import Any

from msgspec.structs import replace

from ...model import Account, Anomaly, Attachment, Poll, PollOption, Post, Record
from ..json_values import epoch, moment, objects, text, whole
from .chronicle import Chronicle

# Fields of a message, as words; those of services (calls, gifts, payments) are left out on purpose.
KNOWN = frozenset(
    "id type date date_unixtime edited edited_unixtime from from_id text text_entities author via_bot "  # noqa: SIM905
    "reply_to_message_id reply_to_peer_id forwarded_from forwarded_from_id saved_from saved_from_id poll "
    "reactions photo photo_file_size file file_name file_size mime_type media_type thumbnail "
    "thumbnail_file_size duration_seconds width height performer title sticker_emoji actor actor_id action "
    "members message_id inline_bot_buttons contact_information contact_vcard location_information "
    "live_location_period_seconds place_name address game_title game_description game_link game_message_id "
    "score invoice_information invoice_message_id discard_reason information_text inviter media_spoiler "
    "self_destruct_period_seconds new_title new_icon_emoji_id topic_icon_emoji boosts period emoticon "
    "schedule_date duration signature views forwards amount currency months".split()
)
_ACCOUNT = re.compile(r"(user|channel|chat)?(-?\d{1,20})\Z")
_ANONYMOUS = "Anonymous"
_TAGS = {
    "code": "code", "pre": "pre", "blockquote": "blockquote", "expandable_blockquote": "blockquote",
    "strikethrough": "s",
}  # fmt: skip
_MEDIA = ("photo", "file")
_NO_FILE = "("
"""How a path begins that says why there is no file."""
_WHOLE_ZONE = timedelta(minutes=15)


def bare(value: Any) -> str | None:
    """The number in an id, which may be a number, digits, or "user12"."""
    number = whole(value)
    found = _ACCOUNT.match(str(value) if number is not None else text(value) or "")
    return found[2] if found else None


def _account_id(value: Any) -> str | None:
    """An account's id as newer versions write it; older ones give a user's bare number."""
    found = _ACCOUNT.match(text(value) or str(whole(value)))
    return f"{found[1] or 'user'}{found[2]}" if found else None


def account_of(message: dict[str, Any], speaker: Account | None) -> Account | None:
    """Who wrote a message, or did what a service message tells.

    A name that is null is a deleted account; its id, if given, is still its own.

    Args:
        message: the message.
        speaker: who speaks where it names nobody.
    """
    key = "actor" if message.get("type") == "service" and "actor_id" in message else "from"
    return _account(message, key) or speaker


def _account(entry: dict[str, Any], key: str) -> Account | None:
    native_id, name = _account_id(entry.get(f"{key}_id")), text(entry.get(key))
    if native_id is None and name is None:
        return None
    if native_id is None:
        return Account(native_id=f"name:{name}", display_name=name, is_stable_id=False)
    if not native_id.startswith("user"):
        return Account(native_id=native_id, display_name=name, kind="organisation")
    is_gone = key in entry and name is None
    return Account(native_id=native_id, display_name=name, kind="deleted" if is_gone else "human")


def post_of(message: dict[str, Any], place: Post) -> Post:
    """The post, at a place already known."""
    created = epoch(message.get("date_unixtime")) or moment(message.get("date"))
    edited = epoch(message.get("edited_unixtime")) or moment(message.get("edited"))
    raw = created.raw if created else message.get("date") or message.get("date_unixtime")
    body, is_html = _body(message)
    kind = message.get("type")
    return replace(
        place,
        kind="post" if kind == "message" else "system",
        subtype=_subtype(message),
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw),
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body=body,
        body_format="html" if is_html else "text",
        edited_at=edited.at if edited else None,
    )


def _subtype(message: dict[str, Any]) -> str | None:
    if message.get("type") != "message":
        return text(message.get("action")) or text(message.get("type"))
    if isinstance(message.get("poll"), dict):
        return "poll"
    return "forward" if _is_forwarded(message) else None


def _is_forwarded(message: dict[str, Any]) -> bool:
    """Whether it holds another's words; a channel's post in its own discussion group does not."""
    return "forwarded_from" in message and (
        message["forwarded_from"] is None or message["forwarded_from"] != message.get("from")
    )


def _body(message: dict[str, Any]) -> tuple[str, bool]:
    """The text, and whether it is HTML; a poll's question is what its author says."""
    written, poll = message.get("text"), message.get("poll")
    parts: list[Any] = written if isinstance(written, list) else [written]
    if not any(parts) and isinstance(poll, dict):
        parts = [_plain(poll.get("question"))]
    is_forwarded = _is_forwarded(message)
    is_html = is_forwarded or any(isinstance(part, dict) for part in parts)
    if not is_html:
        return "".join(part for part in parts if isinstance(part, str)), False
    body = "".join(map(_piece, parts))
    if is_forwarded:
        whose = text(message.get("forwarded_from"))
        name = f' data-username="{escape(whose)}"' if whose else ""
        body = f'<div class="forwarded-message"{name}>{body}</div>'
    return body, True


def _plain(value: Any) -> str:
    """A text that may come in pieces, without its form."""
    if not isinstance(value, list):
        return text(value) or ""
    return "".join(
        part if isinstance(part, str) else text(part.get("text")) or ""
        for part in value
        if isinstance(part, str | dict)
    )


def _piece(part: Any) -> str:
    if not isinstance(part, dict):
        return escape(part).replace("\n", "<br>") if isinstance(part, str) else ""
    kind, words = text(part.get("type")) or "", escape(text(part.get("text")) or "")
    if kind == "mention":
        return f'<span class="mention">{words}</span>'
    if kind == "mention_name":
        whom = _account_id(part.get("user_id"))
        return f'<span class="mention" data-account="{escape(whom or "")}">{words}</span>'
    if kind != "pre":
        words = words.replace("\n", "<br>")
    tag = _TAGS.get(kind)
    return f"<{tag}>{words}</{tag}>" if tag else words


def poll_of(message: dict[str, Any], post: str, locator: str) -> Iterator[Record]:
    """The poll a message holds: votes are numbers, nobody is named."""
    poll = message.get("poll")
    if not isinstance(poll, dict):
        if poll is not None:
            yield Anomaly(code="unparsed", locator=locator, detail="poll is no object", post=post)
        return
    answers, voters = objects(poll.get("answers")), whole(poll.get("total_voters"))
    votes = [whole(answer.get("voters")) for answer in answers]
    native_id = f"{post}/poll"
    yield Poll(
        native_id=native_id,
        post=post,
        question=_plain(poll.get("question")) or None,
        # Only more votes than voters tell that one may choose several.
        type="multiple" if voters is not None and sum(filter(None, votes)) > voters else "single",
        status="closed" if poll.get("closed") is True else "open",
        voters=voters,
    )
    for ordinal, (answer, count) in enumerate(zip(answers, votes, strict=True)):
        shown = _plain(answer.get("text"))
        yield PollOption(poll=native_id, native_id=str(ordinal), ordinal=ordinal, text=shown, votes=count)


def reactions_of(message: dict[str, Any], post: str, chronicle: Chronicle, locator: str) -> Iterator[Record]:
    """Reactions: a count, and the few who reacted last by name."""
    offset = _offset(message)
    for reaction in objects(message.get("reactions")):
        name = _sign(reaction)
        if name is None:
            yield Anomaly(code="unparsed", locator=locator, detail="a reaction without a name", post=post)
            continue
        people: dict[str, datetime | None] = {}
        for entry in objects(reaction.get("recent")):
            account = _account(entry, "from")
            if account is not None:
                yield from chronicle.introduce(account)
                when = epoch(entry.get("date_unixtime")) or moment(entry.get("date"))
                at = when.at - (timedelta() if when.tz_known else offset) if when else None
                people.setdefault(account.native_id, at)
        total = whole(reaction.get("count"))
        yield from chronicle.reactions(post, name, people, total, "reactions.count", locator)


def _sign(reaction: dict[str, Any]) -> str | None:
    kind = text(reaction.get("type"))
    if kind == "paid":
        return "paid"
    custom = text(reaction.get("document_id"))
    return text(reaction.get("emoji")) or (f"custom:{custom.rpartition('/')[2]}" if custom else None)


def _offset(message: dict[str, Any]) -> timedelta:
    """How far the exporting computer's clock was from UTC, where a message has both times."""
    local, exact = moment(message.get("date")), epoch(message.get("date_unixtime"))
    if local is None or exact is None or local.tz_known:
        return timedelta()
    return round((local.at - exact.at) / _WHOLE_ZONE) * _WHOLE_ZONE


def attachments_of(message: dict[str, Any], post: str) -> Iterator[Attachment]:
    """Photos and files; one that was not exported keeps its kind."""
    for key in _MEDIA:
        path = text(message.get(key))
        if path is None:
            continue
        name = text(message.get("file_name")) if key == "file" else None
        kind = text(message.get("media_type")) or key
        yield Attachment(
            post=post,
            name=name or (kind if path.startswith(_NO_FILE) else path.rpartition("/")[2]),
            mime=text(message.get("mime_type")),
            size=whole(message.get("file_size") or message.get("photo_file_size")),
        )
