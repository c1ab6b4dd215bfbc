"""One Rocket.Chat message as records.

Who quotes a message sends a link to it, and what was quoted comes as an attachment: the two are put together
as the platform shows them, so that the words stay with whoever said them. The caption of a picture is the
author's words though it stands with the file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ...model import Account, Anomaly, Attachment, Post, PostKind, PostState, Record
from ..json_values import objects, text, whole
from .chronicle import Chronicle
from .rocket_chat_files import id_of, time_of

_WORDS = frozenset([None, "e2e"])
_LINK = re.compile(r"\s{0,9}\[ ?\]\(([^()\s]{1,1000})\)[ ]?")
_MESSAGE = re.compile(r"[?&]msg=\w")


def account_of(user: dict[str, Any]) -> Account | None:
    """The account of a user, whether a document of its own or the `u` of a message."""
    native_id = id_of(user.get("_id"))
    if native_id is None:
        return None
    emails = objects(user.get("emails"))
    created = time_of(user.get("createdAt"))
    is_bot = user.get("type") in ("bot", "app") or native_id == "rocket.cat"
    return Account(
        native_id=native_id,
        username=text(user.get("username")),
        display_name=text(user.get("name")),
        email=text(emails[0].get("address")) if emails else None,
        kind="bot" if is_bot else "human",
        created_at=created.at if created else None,
    )


def author_of(message: dict[str, Any]) -> Account | None:
    """Who wrote a message: its user, or the integration that posts in that user's name."""
    if message.get("bot"):
        bot = message["bot"]
        name = text(message.get("alias")) or (text(bot.get("i")) if isinstance(bot, dict) else None) or "bot"
        return Account(native_id=f"bot:{name}", display_name=name, kind="app", is_stable_id=False)
    user = message.get("u")
    return account_of(user) if isinstance(user, dict) else None


def post_of(message: dict[str, Any], place: Post) -> Post:
    """The post, at a place already known."""
    created, edited = time_of(message.get("ts")), time_of(message.get("editedAt"))
    kind = text(message.get("t"))
    raw = created.raw if created else message.get("ts")
    return replace(
        place,
        kind=_kind(kind),
        subtype=kind,
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw)[:60],
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else True,
        body="" if kind == "e2e" else _body(message),
        body_format="rocket_chat",
        state=_state(message, kind),
        edited_at=edited.at if edited else None,
    )


def _kind(kind: str | None) -> PostKind:
    if kind == "rm":
        return "tombstone"
    return "post" if kind in _WORDS else "system"


def _state(message: dict[str, Any], kind: str | None) -> PostState:
    if kind == "rm":
        return "removed"
    return "hidden" if message.get("_hidden") is True else "visible"


def _body(message: dict[str, Any]) -> str:
    body = text(message.get("msg")) or ""
    cards = objects(message.get("attachments"))
    quotes = {link: card for card in cards if (link := text(card.get("message_link")))}
    shown: list[str] = []
    while (found := _LINK.match(body)) is not None and found[1] in quotes:
        shown.append(_quote(found[1], quotes.pop(found[1])))
        body = body[found.end() :]
    shown += [_quote(link, card) for link, card in quotes.items()]
    captions = [words for card in cards if (words := text(card.get("description")))]
    return "".join(shown) + "\n".join(filter(None, [body, *captions]))


def _quote(link: str, card: dict[str, Any]) -> str:
    """What a message quotes, under a line that says whose words and which message they are."""
    words = text(card.get("text")) or text(card.get("description")) or ""
    name = re.sub(r"[\[\]\n]", " ", text(card.get("author_name")) or "").strip()[:200]
    head = f"[{name}]({link}):\n" if _MESSAGE.search(link) else ""
    return head + "".join(f"> {line}\n" for line in words.split("\n"))


def reactions_of(
    message: dict[str, Any], post: str, people: Mapping[str, str], chronicle: Chronicle, locator: str
) -> Iterator[Record]:
    """Reactions by user name.

    Args:
        message: the message.
        post: its native id.
        people: user name -> native id, as far as the export tells.
        chronicle: the notes of this reading.
        locator: where the message stands.
    """
    reactions = message.get("reactions")
    if reactions is not None and not isinstance(reactions, dict):
        yield Anomaly(code="unparsed", locator=locator, detail="reactions are no object", post=post)
    for name, reaction in reactions.items() if isinstance(reactions, dict) else ():
        listed = reaction.get("usernames") if isinstance(reaction, dict) else None
        if not isinstance(listed, list) or not name:
            yield Anomaly(code="unparsed", locator=locator, detail="a reaction without users", post=post)
            continue
        names = [username for entry in listed if (username := text(entry))]
        for username in names:
            if username not in people:
                account = Account(native_id=f"@{username}", username=username, is_stable_id=False)
                yield from chronicle.introduce(account)
        actors = dict.fromkeys(people.get(username, f"@{username}") for username in names)
        yield from chronicle.reactions(post, name, actors, None, "reactions.usernames", locator)


def attachments_of(message: dict[str, Any], post: str) -> Iterator[Attachment]:
    """Files and cards; a quoted message is none."""
    file = message.get("file")
    mime = text(file.get("type")) if isinstance(file, dict) else None
    for card in objects(message.get("attachments")):
        if "message_link" not in card:
            yield Attachment(
                post=post,
                name=text(card.get("title")) or "attachment",
                mime=text(card.get("image_type")) or mime,
                url=text(card.get("title_link")),
                size=whole(card.get("image_size")),
            )
