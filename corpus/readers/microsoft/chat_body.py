"""The body of a Teams message: HTML with the people it names and the words it quotes put in their places.

Teams keeps apart what a reader must see together: `<at id="0">` has its person in Mentions, `<attachment>`
its quoted or forwarded message in Attachments. Both are written into the HTML in forms that the cleaner
knows, so that quoted words are credited to who wrote them.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from ...cleaning import clean
from ...model import Attachment, BodyFormat
from ..json_values import objects, parse, text
from .graph import account_of, at

_AT = re.compile(r'<at\b[^>]*?\bid="?(\d+)"?[^>]*>', re.IGNORECASE)
_SLOT = re.compile(
    r'<attachment\b[^>]*?\bid="?([^">]+)"?[^>]*>(?:\s*</attachment>)?(?:<br\s*/?>)?', re.IGNORECASE
)
_FRAME = re.compile(r"<(/?)aside\b", re.IGNORECASE)
_QUOTED = ("messagereference", "forwardedmessagereference")
_CARD = "application/vnd.microsoft.card."
_POLL = re.compile(r"\b(?:polls?|forms)\b", re.IGNORECASE)


def body_of(message: dict[str, Any], place: str) -> tuple[str, BodyFormat]:
    """The body, whole, and how it is written.

    Args:
        message: as exported.
        place: id of its channel or chat, where what it quotes was written too.
    """
    content = at(message, "body", "content")
    content = content if isinstance(content, str) else ""
    quotes = dict(_quotes(message, place))
    if str(at(message, "body", "contentType")).casefold() == "text":
        if not quotes:
            return content, "text"
        content = html.escape(content).replace("\n", "<br>")
    # Nobody can write the frame that a quote gets here.
    content = _FRAME.sub(r"<\1div", content)
    people = dict(_people(message))
    content = _AT.sub(lambda slot: _named(slot, people), content)
    content = _SLOT.sub(lambda slot: quotes.pop(slot[1], ""), content)
    return "".join(quotes.values()) + content, "html"


def quoted_of(message: dict[str, Any]) -> str | None:
    """Id of the message of the same chat that this one quotes, which is how one answers in a chat."""
    for _, kind, content in _references(message):
        if kind == "messagereference" and (quoted := text(at(content, "messageId"))):
            return quoted
    return None


def title_of(message: dict[str, Any]) -> str | None:
    """The subject; an announcement has its headline in a card."""
    if subject := text(at(message, "subject")):
        return subject
    for attachment in objects(at(message, "attachments")):
        if at(attachment, "contentType") == f"{_CARD}announcement":
            return text(at(_json(at(attachment, "content")), "title"))
    return None


def attachments_of(message: dict[str, Any], post: str) -> Iterator[Attachment]:
    """Files, links and cards."""
    for attachment in objects(at(message, "attachments")):
        kind = text(at(attachment, "contentType"))
        if (kind or "").casefold() not in _QUOTED:
            url = text(at(attachment, "contentUrl"))
            yield Attachment(
                post=post, name=text(at(attachment, "name")) or kind or "attachment", mime=kind, url=url
            )


def is_poll(message: dict[str, Any]) -> bool:
    """Whether this is the card of an app that asks for votes; the export has none of them."""
    cards = [
        str(at(attachment, "content"))
        for attachment in objects(at(message, "attachments"))
        if str(at(attachment, "contentType")).startswith(_CARD)
    ]
    app = at(message, "from", "application")
    return bool(cards) and isinstance(app, dict) and _POLL.search(str(at(app, "displayName"))) is not None


def _references(message: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Quoted and forwarded messages: id of the attachment, its kind, its content."""
    for attachment in objects(at(message, "attachments")):
        kind = str(at(attachment, "contentType")).casefold()
        if kind in _QUOTED:
            yield str(at(attachment, "id")), kind, _json(at(attachment, "content"))


def _json(content: Any) -> Any:
    if not isinstance(content, str):
        return content
    try:
        return parse(content.encode("utf-8", "replace"))
    except ValueError:
        return None


def _quotes(message: dict[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for slot, kind, content in _references(message):
        if kind == "messagereference":
            who = account_of(at(content, "messageSender"))
            words = html.escape(str(at(content, "messagePreview") or ""))
            name, number = html.escape(place), html.escape(str(at(content, "messageId") or slot))
            frame = f'<aside class="quote" data-topic="{name}" data-post="{number}"'
            yield slot, f"{frame}{_by(who.native_id if who else None)}>{words}</aside>"
        else:
            who = account_of(at(content, "originalMessageSender"))
            original = clean(str(at(content, "originalMessageContent") or ""), "html").plain
            words = html.escape(original).replace("\n", "<br>") or "[...]"
            frame = '<div class="moz-forward-container"'
            yield slot, f"{frame}{_by(who.native_id if who else None)}>{words}</div>"


def _by(who: str | None) -> str:
    return f' data-username="{html.escape(who)}"' if who else ""


def _people(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Who is meant by each mention: an account, or everybody of a chat, channel or team."""
    for mention in objects(at(message, "mentions")):
        account = account_of(at(mention, "mentioned"))
        if account is not None:
            yield str(at(mention, "id")), account.native_id
        elif isinstance(at(mention, "mentioned", "conversation"), dict):
            yield str(at(mention, "id")), "all"


def _named(slot: re.Match[str], people: dict[str, str]) -> str:
    who = people.get(slot[1])
    return f'<at id="{slot[1]}"{_by(who)}>' if who else slot[0]
