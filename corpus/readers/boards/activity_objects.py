"""ActivityPub objects as the fediverse's forums send them: pages, notes, articles, and who wrote them.

A field that names another object holds its address, the object itself, or a list of either.
"""

from collections.abc import Iterator
from typing import Any

from ...model import (
    Account,
    AccountKind,
    Attachment,
    BodyFormat,
    Container,
    Poll,
    PollOption,
    Post,
    PostState,
)
from ..json_values import Moment, moment, objects, text, whole

POSTS = frozenset(["Page", "Note", "Article", "Question", "ChatMessage"])
ACTORS: dict[str, AccountKind] = {
    "Person": "human",
    "Service": "bot",
    "Application": "app",
    "Group": "organisation",
    "Organization": "organisation",
}
CARRIERS = ("Create", "Update", "Announce")
"""Activities that carry an object of their own."""
_LISTS = ("orderedItems", "items", "first")
_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_MARKDOWN = "text/markdown"


def address(value: Any) -> str | None:
    """The address a field names, the first of several."""
    if isinstance(value, list):
        return next((found for entry in value if (found := address(entry))), None)
    if isinstance(value, dict):
        return text(value.get("id")) or text(value.get("href"))
    return text(value)


def addresses(value: Any) -> set[str]:
    """All addresses a field names."""
    entries = value if isinstance(value, list) else [value]
    return {found for entry in entries if (found := address(entry))}


def changed_at(data: dict[str, Any]) -> Moment | None:
    """When this version of an object was written."""
    return moment(data.get("updated")) or moment(data.get("published"))


def body_of(data: dict[str, Any]) -> tuple[str, BodyFormat]:
    """What was typed where the object tells it, else what was rendered."""
    source = data.get("source")
    if isinstance(source, dict) and source.get("mediaType") == _MARKDOWN and text(source.get("content")):
        return str(source["content"]), "markdown"
    content = text(data.get("content"))
    if content is None and isinstance(languages := data.get("contentMap"), dict):
        content = next((found for _, value in sorted(languages.items()) if (found := text(value))), None)
    return content or "", "markdown" if data.get("mediaType") == _MARKDOWN else "cooked"


def is_private(data: dict[str, Any]) -> bool:
    """Whether it was sent to named people or followers only; an object that names nobody is public."""
    receivers = addresses(data.get("to")) | addresses(data.get("cc")) | addresses(data.get("audience"))
    told = "to" in data or "cc" in data
    return data.get("type") == "ChatMessage" or (told and receivers.isdisjoint(_PUBLIC))


def post_of(data: dict[str, Any], native_id: str, thread: str, state: PostState, locator: str) -> Post:
    """An object as a post."""
    body, body_format = body_of(data)
    published, updated = moment(data.get("published")), moment(data.get("updated"))
    is_edited = updated is not None and (published is None or updated.at != published.at)
    parent = address(data.get("inReplyTo"))
    return Post(
        native_id=native_id,
        thread=thread,
        author=address(data.get("attributedTo")) or address(data.get("actor")),
        kind="post" if parent is None else "comment",
        subtype="distinguished" if data.get("distinguished") is True else None,
        parent=parent,
        parent_source="explicit" if parent else None,
        created_at=published.at if published else None,
        created_raw=published.raw if published else text(data.get("published")),
        precision=published.precision if published else "none",
        tz_known=published.tz_known if published else True,
        body=body,
        body_format=body_format,
        state=state,
        edited_at=updated.at if updated and is_edited else None,
        is_private=is_private(data),
        url=address(data.get("url")) or native_id,
        locator=locator,
    )


def account_of(actor: str, known: dict[str, Any] | None = None) -> Account:
    """An actor by address; its name is the address's last part where no actor object tells it."""
    told = known or {}
    return Account(
        native_id=actor,
        username=text(told.get("preferredUsername"))
        or actor.rstrip("/").rpartition("/")[2].lstrip("@")
        or None,
        display_name=text(told.get("name")),
        kind=ACTORS.get(str(told.get("type")), "human"),
    )


def container_of(group: str, known: dict[str, Any] | None = None) -> Container:
    """A group (Lemmy's community, NodeBB's category) by address."""
    told = known or {}
    name = text(told.get("name")) or text(told.get("preferredUsername"))
    return Container(
        native_id=group, kind="category", name=name or group.rstrip("/").rpartition("/")[2] or group
    )


def attachments_of(data: dict[str, Any], native_id: str) -> Iterator[Attachment]:
    """Files and links that hang on an object."""
    for entry in objects(data.get("attachment")):
        url = text(entry.get("href")) or address(entry.get("url"))
        if url:
            mime = text(entry.get("mediaType"))
            yield Attachment(post=native_id, name=text(entry.get("name")) or url, mime=mime, url=url)


def unfolded(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """An object and those it carries, outermost first; collections give way to what they hold."""
    pending: list[Any] = [data]
    while pending:
        found = pending.pop()
        if not isinstance(found, dict):
            continue
        kind = text(found.get("type")) or ""
        inner = found.get("object")
        lists = [key for key in _LISTS if key in found]
        if lists and "ollection" in kind:
            for key in reversed(lists):
                pending.extend(reversed(found[key]) if isinstance(found[key], list) else [found[key]])
            continue
        # A group announces activities; a person who announces an address shares it.
        if not (kind == "Announce" and isinstance(inner, dict)):
            yield kind, found
        if kind in CARRIERS and isinstance(inner, dict):
            pending.append(inner)


def poll_records(data: dict[str, Any], native_id: str) -> Iterator[Poll | PollOption]:
    """The poll of a question; who voted is never told."""
    options = objects(data.get("oneOf")) or objects(data.get("anyOf"))
    if not options:
        return
    end = moment(data.get("closed")) or moment(data.get("endTime"))
    yield Poll(
        native_id=native_id,
        post=native_id,
        question=text(data.get("name")),
        type="single" if objects(data.get("oneOf")) else "multiple",
        is_public=False,
        status="closed" if data.get("closed") else "open",
        voters=whole(data.get("votersCount")),
        closes_at=end.at if end else None,
    )
    for ordinal, option in enumerate(options, start=1):
        replies = option.get("replies")
        yield PollOption(
            poll=native_id,
            native_id=str(ordinal),
            ordinal=ordinal,
            text=text(option.get("name")) or "",
            votes=whole(replies.get("totalItems")) if isinstance(replies, dict) else None,
        )
