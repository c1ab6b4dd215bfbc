"""One Slack message as records: the post, its author, reactions and files.

A message's `ts` is its id within the channel and its time at once; it stays a string, for a float would lose
digits. Who reacted is listed by user, without a time; where `count` says more than the list, the rest is
kept as an unnamed remainder.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ...model import Account, Anomaly, Attachment, Post, PostKind, Reaction, ReactionTotal, Record
from ..json_values import objects
from . import blocks
from .directory import Channel, Directory, account_of

_WORDS = frozenset({"", "file_share", "me_message", "thread_broadcast", "file_comment", "bot_message"})
"""Subtypes in which somebody says something; all others tell what happened in the channel."""
_TS = re.compile(r"(\d{1,11})(?:\.(\d{1,6}))?\Z")
_LARGEST = 1 << 53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ATTACHED = frozenset({"files", "file", "attachments"})
"""Where a message names what hangs on it."""
_TOKEN = re.compile(r"\?t=xox.*\Z")


def ts_of(value: Any) -> str | None:
    """A time stamp as Slack writes it, "1589993300.012300"; None where the value is none."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        value = f"{value:.6f}"
    return value if isinstance(value, str) and _TS.match(value) else None


def number_of(value: Any) -> int | None:
    """A count or size as one; None for what can't be one."""
    return value if type(value) is int and 0 <= value <= _LARGEST else None


def moment(ts: str) -> datetime:
    """The time a `ts` stands for, in UTC."""
    seconds, _, fraction = ts.partition(".")
    return _EPOCH + timedelta(0, int(seconds), int(fraction.ljust(6, "0")))


class Speakers:
    """Accounts as messages show them: listed users, and those only a message knows.

    Args:
        directory: the export's lists.
    """

    def __init__(self, directory: Directory) -> None:
        self._has_users = directory.has_users
        self._seen = set(directory.accounts)

    def author(self, message: dict[str, Any]) -> str | None:
        """Native id of who wrote a message: a user, the commenter on a file, or a bot."""
        user, bot = message.get("user"), message.get("bot_id")
        if message.get("subtype") == "bot_message":
            user = bot or user or _bot_name(message)
        elif not user and isinstance(comment := message.get("comment"), dict):
            user = comment.get("user")
        chosen = user or bot
        return chosen if isinstance(chosen, str) else None

    def introduce(
        self, message: dict[str, Any], author: str | None, locator: str
    ) -> Iterable[Account | Anomaly]:
        """Accounts that this message is the first to name."""
        # Of a million messages all but a few name nobody new.
        if author in self._seen and not message.get("bot_id"):
            return ()
        return self._introduce(message, author, locator)

    def _introduce(
        self, message: dict[str, Any], author: str | None, locator: str
    ) -> Iterator[Account | Anomaly]:
        bot = message.get("bot_id")
        if isinstance(bot, str) and bot and bot not in self._seen:
            self._seen.add(bot)
            yield Account(native_id=bot, username=_bot_name(message), kind="bot")
        if author and author not in self._seen:
            self._seen.add(author)
            yield self._newcomer(message, author)
            if self._has_users and not isinstance(message.get("user_profile"), dict) and not bot:
                yield Anomaly(code="unknown_user", locator=locator, detail="not in the list of users")

    def reactor(self, user: str, locator: str) -> Iterable[Account | Anomaly]:
        """The account of somebody who reacts and is not listed."""
        return () if user in self._seen else self._reactor(user, locator)

    def _reactor(self, user: str, locator: str) -> Iterator[Account | Anomaly]:
        self._seen.add(user)
        yield Account(native_id=user)
        if self._has_users:
            yield Anomaly(code="unknown_user", locator=locator, detail="not in the list of users")

    @staticmethod
    def _newcomer(message: dict[str, Any], author: str) -> Account:
        profile = message.get("user_profile")
        if isinstance(profile, dict):
            return account_of(author, profile)
        if author == "USLACKBOT" or message.get("bot_id") or message.get("subtype") == "bot_message":
            return Account(native_id=author, username=_bot_name(message), kind="bot")
        return Account(native_id=author)


def _bot_name(message: dict[str, Any]) -> str | None:
    profile = message.get("bot_profile")
    name = profile.get("name") if isinstance(profile, dict) else None
    chosen = name or message.get("username")
    return chosen if isinstance(chosen, str) and chosen else None


def post_of(message: dict[str, Any], ts: str, channel: Channel, author: str | None, locator: str) -> Post:
    """The post a message is."""
    subtype = _subtype(message)
    root = ts_of(message.get("thread_ts")) or ts
    edited = message.get("edited")
    edited_ts = ts_of(edited.get("ts")) if isinstance(edited, dict) else None
    is_reply = root != ts
    native_id = f"{channel.id}/{ts}"
    thread = f"{channel.id}/{root}" if is_reply else native_id
    return Post(
        native_id=native_id,
        thread=thread,
        author=author,
        kind=_kind(subtype),
        subtype=subtype or None,
        parent=thread if is_reply else None,
        parent_source="explicit" if is_reply else None,
        created_at=moment(ts),
        created_raw=ts,
        precision="us",
        body=body_of(message),
        body_format="mrkdwn",
        state="removed" if subtype == "tombstone" else "visible",
        edited_at=moment(edited_ts) if edited_ts else None,
        is_private=channel.is_private,
        locator=locator,
    )


def _subtype(message: dict[str, Any]) -> str:
    subtype = message.get("subtype")
    return subtype if isinstance(subtype, str) else ""


def _kind(subtype: str) -> PostKind:
    if subtype == "tombstone":
        return "tombstone"
    return "post" if subtype in _WORDS else "system"


def body_of(message: dict[str, Any]) -> str:
    """The text, or its rich text where that says more.

    An app's message that has no text says it in blocks or attachments (polls do).
    """
    text = message.get("text")
    is_app = _subtype(message) == "bot_message" or bool(message.get("bot_id"))
    if not is_app and (rich := blocks.body_of(message)):
        return rich
    if isinstance(text, str) and (text or not is_app):
        return text
    return "\n".join(_app_words(message)) if is_app else ""


def _app_words(message: dict[str, Any]) -> Iterator[str]:
    for block in objects(message.get("blocks")):
        if isinstance(text := block.get("text"), dict) and isinstance(words := text.get("text"), str):
            yield words
    for card in objects(message.get("attachments")):
        shown = [
            card[key] for key in ("pretext", "title", "text") if isinstance(card.get(key), str) and card[key]
        ]
        fallback = card.get("fallback")
        yield from shown or ([fallback] if isinstance(fallback, str) else [])


def reactions_of(message: dict[str, Any], post: str, speakers: Speakers, locator: str) -> Iterator[Record]:
    """Each named person's reaction, the unnamed remainder, and the platform's own total."""
    for reaction in objects(message.get("reactions")):
        name, count = reaction.get("name"), reaction.get("count")
        listed = reaction.get("users")
        users = (
            list(dict.fromkeys([user for user in listed if isinstance(user, str)]))
            if isinstance(listed, list)
            else []
        )
        if not isinstance(name, str) or not name:
            yield Anomaly(code="unparsed", locator=locator, detail="a reaction without a name", post=post)
            continue
        total = number_of(count)
        total = len(users) if total is None else total
        if total < len(users):
            detail = f"{name}: count {total}, but {len(users)} people named"
            yield Anomaly(code="count_mismatch", locator=locator, detail=detail, post=post)
        for user in users:
            yield from speakers.reactor(user, locator)
            yield Reaction(post=post, name_raw=name, mechanism="emoji", account=user)
        if total > len(users):
            rest = total - len(users)
            yield Reaction(post=post, name_raw=name, mechanism="emoji", n=rest, identity="count_only")
        yield ReactionTotal(
            post=post,
            name_raw=name,
            mechanism="emoji",
            total=max(total, len(users)),
            identified=len(users),
            source_field="reactions.count",
        )


def attachments_of(message: dict[str, Any], post: str) -> Iterator[Attachment]:
    """Files, and cards unfurled from links. Addresses lose the access token that exports carry."""
    for file in (*objects(message.get("files")), *objects([message.get("file")])):
        size, mime = file.get("size"), file.get("mimetype")
        yield Attachment(
            post=post,
            name=_first(file, "name", "title", "id") or "file",
            mime=mime if isinstance(mime, str) else None,
            url=_url(_first(file, "permalink", "url_private")),
            size=number_of(size),
        )
    for card in objects(message.get("attachments")):
        yield Attachment(
            post=post,
            name=_first(card, "title", "service_name", "fallback", "from_url") or "attachment",
            url=_url(_first(card, "from_url", "title_link", "original_url")),
        )


def _url(url: str | None) -> str | None:
    return _TOKEN.sub("", url) if url else None


def _first(entry: dict[str, Any], *keys: str) -> str | None:
    return next((entry[key] for key in keys if isinstance(entry.get(key), str) and entry[key]), None)
