"""Messages of Viva Engage as its REST interface gives them, brought to the columns of Messages.csv."""

import re
from collections.abc import Iterator
from typing import Any

from ...model import Anomaly
from ..json_values import objects, text, whole
from .engage_cells import Cells
from .engage_network import Likes, Network
from .graph import at

LISTS = ("messages", "value")
KEYS = frozenset(
    [
        "id", "sender_id", "delegate_id", "replied_to_id", "created_at", "network_id", "message_type",
        "sender_type", "url", "web_url", "group_id", "body", "thread_id", "client_type", "client_url",
        "system_message", "direct_message", "chat_client_sequence", "language", "notified_user_ids",
        "privacy", "attachments", "liked_by", "supplemental_reply", "content_excerpt", "group_created_id",
        "title", "conversation_id", "broadcast_id", "scheduled_send_at", "published_at", "updated_at",
        "in_private_conversation", "content_edited_at",
    ]
)  # fmt: skip
"""Keys of a message that are read, or say nothing that is asked for."""
_MARKS = (rb'"replied_to_id"', rb'"thread_id"', rb'"sender_id"')


def has_messages(head: bytes) -> bool:
    """Whether the first bytes of a JSON file show messages of the REST interface."""
    return all(mark in head for mark in _MARKS) and re.search(rb'"(?:liked_by|network_id)"', head) is not None


def cells_of(message: dict[str, Any], locator: str) -> Cells:
    """A message as a row of Messages.csv."""
    body = at(message, "body")
    told = {
        name: _word(message.get(name))
        for name in ("id", "sender_id", "replied_to_id", "created_at", "network_id", "message_type",
                     "sender_type", "group_id", "thread_id", "title", "delegate_id", "conversation_id")
    }  # fmt: skip
    words = [body] if isinstance(body, str) else [at(body, "parsed"), at(body, "plain")]
    told["body"] = next((word for word in words if text(word)), "")
    told["html_body"] = _word(at(body, "rich"))
    told["message_type"] = "system" if message.get("system_message") is True else told["message_type"]
    private = message.get("direct_message") is True or message.get("in_private_conversation") is True
    closed = str(message.get("privacy") or "public").casefold() != "public"
    told["in_private_conversation"] = "true" if private or (closed and not told["group_id"]) else ""
    told["in_private_group"] = "true" if closed and told["group_id"] else ""
    told["attachments"] = ""
    return Cells({name: value for name, value in told.items() if value}, locator)


def attachments_of(message: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Names and addresses of what hangs on a message."""
    for attachment in objects(message.get("attachments")):
        names = (text(attachment.get(key)) for key in ("name", "title", "type"))
        name = next(filter(None, names), "attachment")
        yield name, text(attachment.get("web_url")) or text(attachment.get("url"))


def learn_likes(message: dict[str, Any], post: str, network: Network, likes: Likes) -> None:
    """The count, and the few people it names: by id, or by their name only."""
    liked = message.get("liked_by")
    count = whole(at(liked, "count"))
    for person in _names(at(liked, "names")):
        native_id = _word(person.get("user_id")) or _word(person.get("id"))
        account = network.meet(native_id, text(person.get("full_name")), None)
        if account is not None:
            likes.add(post, account, is_id=native_id is not None)
    if count is not None and count >= 0:
        likes.totals[post] = max(count, likes.totals.get(post, 0))


def _names(names: Any) -> list[dict[str, Any]]:
    people = names if isinstance(names, list) else []
    known = ({"full_name": person} if isinstance(person, str) else person for person in people)
    return [person for person in known if isinstance(person, dict)]


def learn_references(beside: dict[str, Any], network: Network, expected: dict[str, int]) -> None:
    """People, groups and sizes of conversations that a page lists beside its messages."""
    for reference in objects(beside.get("references")):
        native_id, kind = _word(reference.get("id")), reference.get("type")
        if native_id is None:
            continue
        if kind == "user":
            network.meet(native_id, text(reference.get("full_name")), text(reference.get("email")))
        elif kind == "group":
            closed = str(reference.get("privacy") or "public").casefold() != "public"
            network.group(native_id, text(reference.get("full_name")), None, is_private=closed)
        elif kind == "thread" and (updates := whole(at(reference, "stats", "updates"))):
            expected[native_id] = updates


def threaded(beside: dict[str, Any]) -> Iterator[Any]:
    """Further messages of the conversations of a page."""
    extended = beside.get("threaded_extended")
    for messages in extended.values() if isinstance(extended, dict) else ():
        yield from messages if isinstance(messages, list) else ()


def older_of(beside: dict[str, Any], locator: str) -> Iterator[Anomaly]:
    """A word about messages that the interface has and the page has not."""
    if at(beside, "meta", "older_available") is True:
        detail = "older messages are not in the export"
        yield Anomaly(code="truncated", locator=locator, detail=detail)


def _word(value: Any) -> str | None:
    """An id, which is a number or a text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:40]
    return text(value)
