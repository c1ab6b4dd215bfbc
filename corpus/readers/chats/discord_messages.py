"""One message of a DiscordChatExporter file as records.

The exporter writes names in place of the ids in a mention ("@Ada Lind"); who is meant stands in `mentions`,
so the mark that was typed is put back, not inside other words ("bo@ada.org"). What a message forwards is
kept as a quote: others' words.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from msgspec.structs import replace

from ...model import Account, AccountKind, Anomaly, Attachment, Post, Record
from ..json_values import moment, objects, text, whole
from .chronicle import Chronicle

_WORDS = frozenset(["Default", "Reply", "20", "23", "ChatInputCommand", "ContextMenuCommand"])
"""Types in which somebody says something; all others tell what happened in the channel."""
_STARTERS = frozenset(["21", "ThreadStarterMessage"])
_NO_ANSWERS = frozenset(["ChannelPinnedMessage", "ThreadCreated", "6", "18", *_STARTERS])
# "_" marks italics; Thai, kana, Chinese and Korean are written without blanks around a name.
_LETTER = r"[^\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_DELETED = "456226577798135808"
"""The id under which Discord shows every account that was deleted long ago."""


def account_of(user: Any) -> Account | None:
    """The account of an author or reacting user; None where there is no id."""
    number = text(user.get("id")) if isinstance(user, dict) else None
    if number is None:
        return None
    name = text(user.get("name"))
    return Account(
        native_id=number,
        username=name,
        display_name=text(user.get("nickname")),
        kind=_kind(user, number, name or ""),
        is_stable_id=number != _DELETED,
    )


def _kind(user: dict[str, Any], number: str, name: str) -> AccountKind:
    if user.get("isBot") is True:
        return "bot"
    is_gone = number == _DELETED or name == "Deleted User" or name.startswith("deleted_user_")
    return "deleted" if is_gone else "human"


def _reference(message: dict[str, Any]) -> tuple[str | None, str | None]:
    """Room and id of the message that this one points at."""
    reference = message.get("reference")
    if not isinstance(reference, dict):
        return None, None
    return text(reference.get("channelId")), text(reference.get("messageId"))


def answered(message: dict[str, Any], room: str) -> str | None:
    """Native id of what a message answers; to pin, to forward or to branch off is no answer."""
    channel, number = _reference(message)
    if number is None or str(message.get("type")) in _NO_ANSWERS or _is_forward(message):
        return None
    return f"{channel or room}/{number}"


def starter_of(message: dict[str, Any]) -> str | None:
    """Native id of the message that a thread began with, where this message tells it."""
    channel, number = _reference(message)
    is_starter = str(message.get("type")) in _STARTERS and channel is not None and number is not None
    return f"{channel}/{number}" if is_starter else None


def _is_forward(message: dict[str, Any]) -> bool:
    reference = message.get("reference")
    kind = reference.get("type") if isinstance(reference, dict) else None
    return kind == "Forward" or isinstance(message.get("forwardedMessage"), dict)


def post_of(message: dict[str, Any], place: Post) -> Post:
    """The post, at a place already known."""
    created, edited = moment(message.get("timestamp")), moment(message.get("timestampEdited"))
    raw, kind = message.get("timestamp"), text(message.get("type")) or "Default"
    return replace(
        place,
        kind="post" if kind in _WORDS else "system",
        subtype="Forward" if _is_forward(message) else None if kind == "Default" else kind,
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw),
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body=_body(message),
        body_format="discord",
        edited_at=edited.at if edited else None,
    )


def _body(message: dict[str, Any]) -> str:
    body = text(message.get("content")) or ""
    named: dict[str, str] = {}
    for user in objects(message.get("mentions")):
        number = text(user.get("id"))
        for name in (text(user.get("nickname")), text(user.get("name"))):
            if number is not None and name is not None:
                named[name] = min(number, named.get(name, number))
    if named and "@" in body:
        body = _mention(named).sub(lambda found: f"<@{named[found[1]]}>", body)
    forwarded = message.get("forwardedMessage")
    words = text(forwarded.get("content")) if isinstance(forwarded, dict) else None
    quoted = "".join(f"> {line}\n" for line in words.split("\n")) if words else ""
    return quoted + body


def _mention(names: Collection[str]) -> re.Pattern[str]:
    """Finds "@" with a name, of names that begin alike the longest; the word may not go on at either end."""
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(f"(?<!{_LETTER})@({'|'.join(map(re.escape, longest_first))})(?!_*{_LETTER})")


def reactions_of(message: dict[str, Any], post: str, chronicle: Chronicle, locator: str) -> Iterator[Record]:
    """Reactions: newer versions of the exporter name the users, older ones give a number only."""
    for reaction in objects(message.get("reactions")):
        emoji = reaction.get("emoji")
        name = text(emoji.get("name")) or text(emoji.get("code")) if isinstance(emoji, dict) else None
        if name is None:
            yield Anomaly(code="unparsed", locator=locator, detail="a reaction without a name", post=post)
            continue
        accounts = [account for user in objects(reaction.get("users")) if (account := account_of(user))]
        yield from chronicle.introduce(*accounts)
        people = dict.fromkeys(account.native_id for account in accounts)
        total = whole(reaction.get("count"))
        yield from chronicle.reactions(post, name, people, total, "reactions.count", locator)


def attachments_of(message: dict[str, Any], post: str) -> Iterator[Attachment]:
    """Files, stickers, and cards of links or apps."""
    forwarded = message.get("forwardedMessage")
    for holder in (message, forwarded if isinstance(forwarded, dict) else {}):
        for file in objects(holder.get("attachments")):
            size, url = whole(file.get("fileSizeBytes")), text(file.get("url"))
            yield Attachment(post=post, name=text(file.get("fileName")) or "file", url=url, size=size)
        for sticker in objects(holder.get("stickers")):
            yield Attachment(
                post=post, name=text(sticker.get("name")) or "sticker", url=text(sticker.get("sourceUrl"))
            )
        for card in objects(holder.get("embeds")):
            url = text(card.get("url"))
            yield Attachment(post=post, name=text(card.get("title")) or url or "embed", url=url)
