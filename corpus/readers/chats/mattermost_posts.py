"""One Mattermost post as records, whether a line of the bulk export or an object of the API.

A webhook posts in the name of the user who set it up: those words are an app's, not that user's.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ...model import Account, Anomaly, Attachment, Post, PostKind, PostState, Record
from ..json_values import epoch, objects, text, whole
from .chronicle import Chronicle

_THOUSAND = 1000


def account_of(what: dict[str, Any], native_id: str | None, *, is_bot: bool = False) -> Account | None:
    """The account a user or bot is; None where it has no name."""
    if native_id is None:
        return None
    names = [name for key in ("first_name", "last_name") if (name := text(what.get(key)))]
    shown = text(what.get("display_name")) or text(what.get("nickname")) or " ".join(names) or None
    created = epoch(what.get("create_at"), per_second=_THOUSAND)
    return Account(
        native_id=native_id,
        username=text(what.get("username")),
        display_name=shown,
        email=text(what.get("email")),
        kind="bot" if is_bot or what.get("is_bot") is True else "human",
        created_at=created.at if created else None,
    )


def author_of(what: dict[str, Any], user: str | None) -> Account | None:
    """Who says it: the user, a bot, or the app behind a webhook."""
    props = _props(what)
    if _is_on(props.get("from_webhook")):
        name = text(props.get("override_username")) or text(props.get("webhook_display_name")) or "webhook"
        return Account(native_id=f"webhook:{name}", display_name=name, kind="app", is_stable_id=False)
    if user is None:
        return None
    is_bot = _is_on(props.get("from_bot")) or _is_on(props.get("from_plugin"))
    return Account(native_id=user, kind="bot" if is_bot else "human")


def _props(what: dict[str, Any]) -> dict[str, Any]:
    props = what.get("props")
    return props if isinstance(props, dict) else {}


def _is_on(value: Any) -> bool:
    """Flags are texts ("true") in most versions."""
    return value is True or value == "true"


def post_of(what: dict[str, Any], place: Post) -> Post:
    """The post, at a place already known."""
    created = epoch(what.get("create_at"), per_second=_THOUSAND)
    raw = what.get("create_at")
    kind = text(what.get("type"))
    return replace(
        place,
        kind=_kind(kind),
        subtype=kind,
        created_at=created.at if created else None,
        created_raw=None if raw is None else str(raw),
        precision="ms" if created else "none",
        body=text(what.get("message")) or "\n".join(_card_words(what)),
        body_format="markdown",
        state=_state(what),
        edited_at=_moment(what.get("edit_at")),
    )


def _kind(kind: str | None) -> PostKind:
    return "system" if kind is not None and kind.startswith("system_") else "post"


def _state(what: dict[str, Any]) -> PostState:
    if not _moment(what.get("delete_at")):
        return "visible"
    by = text(_props(what).get("deleteBy"))
    return "removed" if by is not None and by != what.get("user_id") else "deleted_by_author"


def _moment(value: Any) -> datetime | None:
    """A time in milliseconds; 0 stands for never."""
    found = epoch(value, per_second=_THOUSAND) if value else None
    return found.at if found else None


def _card_words(what: dict[str, Any]) -> Iterator[str]:
    """What an app's message says that has no text of its own."""
    for card in objects(_props(what).get("attachments")):
        shown = [words for key in ("pretext", "title", "text") if (words := text(card.get(key)))]
        fallback = text(card.get("fallback"))
        yield from shown or ([fallback] if fallback else [])


def reactions_of(
    reactions: Any, actor: str, post: str, chronicle: Chronicle, locator: str
) -> Iterator[Record]:
    """Each person's reactions to a post, dated to the millisecond.

    Args:
        reactions: the list, or None.
        actor: the key that names who reacted: "user" in the bulk export, "user_id" in the API.
        post: native id of the post.
        chronicle: the notes of this reading.
        locator: where the post stands.
    """
    if reactions is not None and not isinstance(reactions, list):
        yield Anomaly(code="unparsed", locator=locator, detail="reactions are no list", post=post)
    people: dict[str, dict[str, datetime | None]] = {}
    for reaction in objects(reactions):
        name, account = text(reaction.get("emoji_name")), text(reaction.get(actor))
        if name is None or account is None:
            detail = "a reaction without name or person"
            yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
            continue
        people.setdefault(name, {}).setdefault(account, _moment(reaction.get("create_at")))
    for name, actors in people.items():
        yield from chronicle.reactions(post, name, actors, None, "reactions", locator)


def attachments_of(what: dict[str, Any], post: str) -> Iterator[Attachment]:
    """Files: by path in the bulk export, with name and size in the API."""
    for file in objects(what.get("attachments")):
        path = text(file.get("path"))
        yield Attachment(post=post, name=path.rpartition("/")[2] if path else "file")
    metadata = what.get("metadata")
    for file in objects(metadata.get("files") if isinstance(metadata, dict) else None):
        yield Attachment(
            post=post,
            name=text(file.get("name")) or text(file.get("id")) or "file",
            mime=text(file.get("mime_type")),
            size=whole(file.get("size")),
        )
