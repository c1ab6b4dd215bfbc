"""A row of Messages.csv, LikedMessages.csv or BestReplyMessages.csv as a post of its conversation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ...model import Attachment, BodyFormat, Post, PostKind, PostState, Thread
from .engage_cells import Cells
from .engage_network import Network

COLUMNS = frozenset(
    [
        "id", "replied_to_id", "parent_id", "thread_id", "conversation_id", "group_id", "group_name",
        "participants", "in_private_group", "in_private_conversation", "sender_id", "sender_type",
        "sender_name", "sender_email", "body", "delegate_id", "api_url", "attachments", "deleted_by_id",
        "deleted_by_type", "created_at", "deleted_at", "title", "html_body", "message_type",
        "gdpr_delete_url", "network_id",
    ]
)  # fmt: skip
_OPEN_GRAPH = re.compile(
    r'opengraphobject:\[\s*(?P<id>\w{0,40})\s*:\s*(?P<url>[^\s"]{0,4000}?)\s*:\s*title="(?P<title>[^"]{0,4000})"'
    r"[^\[\]]{0,9000}\]",
    re.IGNORECASE,
)
_UPLOADED = re.compile(r"uploadedfile:\s*(\w{1,40})", re.IGNORECASE)
_REST = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Edits:
    """What MessageVersions.csv says of one message."""

    times: tuple[datetime, ...] = ()
    untimed: int = 0

    def after(self, created: datetime | None) -> tuple[int, datetime | None]:
        """How many versions came after the first wording, and when the last did."""
        later = [when for when in self.times if created is None or when > created]
        return len(later) + self.untimed, max(later, default=None)


@dataclass(frozen=True, slots=True)
class Known:
    """What the other tables say of a message before its row is read."""

    root: str
    network: str | None
    edits: Edits
    is_best: bool


def post_of(cells: Cells, native_id: str, known: Known, network: Network) -> Post:
    """The post a row is."""
    parent = parent_of(cells, native_id)
    created = cells.when("created_at")
    body, body_format = _body(cells)
    place = place_of(cells, known.network, network)
    sender_type = cells.get("sender_type") or ""
    sender = network.meet(
        cells.get("sender_id"), cells.get("sender_name"), cells.get("sender_email"), sender_type
    )
    edit_count, edited_at = known.edits.after(created.at if created else None)
    kind = cells.get("message_type")
    return Post(
        native_id=native_id,
        thread=known.root,
        author=sender,
        kind=_kind(cells),
        subtype=kind if kind and kind.casefold() != "update" else None,
        parent=parent,
        parent_source=None if parent is None else "explicit" if cells.get("replied_to_id") else "thread_root",
        created_at=created.at if created else None,
        created_raw=cells.get("created_at"),
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else False,
        body=body,
        body_format=body_format,
        state=_state(cells),
        edited_at=edited_at,
        edit_count=edit_count or None,
        is_accepted=known.is_best,
        is_private=is_private(cells) or network.is_private(place),
        locator=cells.locator,
    )


def thread_of(cells: Cells, native_id: str, known: Known, network: Network) -> Thread:
    """The conversation of a row, as far as the row tells: its root knows most."""
    is_root = known.root == native_id
    created = cells.when("created_at") if is_root else None
    asks = is_root and (cells.get("message_type") or "").casefold() == "question"
    return Thread(
        native_id=known.root,
        container=place_of(cells, known.network, network),
        title=cells.get("title") if is_root else None,
        kind="question" if asks else "discussion",
        root_post=known.root,
        created_at=created.at if created else None,
    )


def parent_of(cells: Cells, native_id: str) -> str | None:
    """What a message answers: another message, else the first of its conversation."""
    parent = cells.get("replied_to_id", "parent_id", "thread_id")
    return None if parent == native_id else parent


def is_private(cells: Cells) -> bool:
    """Whether the row itself says that not everybody may read it."""
    return cells.is_true("in_private_group") or cells.is_true("in_private_conversation")


def place_of(cells: Cells, network_id: str | None, network: Network) -> str | None:
    """The group, the private messages, or the network at large."""
    group = cells.get("group_id")
    if group:
        return network.group(
            group, cells.get("group_name"), network_id, is_private=cells.is_true("in_private_group")
        )
    if cells.is_true("in_private_conversation"):
        return network.private_messages()
    return network.network(network_id) if network_id else None


def attachments_of(cells: Cells, post: str, files: dict[str, str]) -> Iterator[Attachment]:
    """Link cards and files; what else the column names is kept as it stands."""
    written = cells.get("attachments") or ""
    for card in _OPEN_GRAPH.finditer(written):
        yield Attachment(post=post, name=card["title"] or card["url"] or "link", url=card["url"] or None)
    rest = _OPEN_GRAPH.sub(" ", written)
    for file in _UPLOADED.finditer(rest):
        yield Attachment(post=post, name=files.get(file[1], f"uploadedfile:{file[1]}"))
    for other in _REST.split(_UPLOADED.sub(" ", rest)[:4000]):
        if other:
            yield Attachment(post=post, name=other[:200])


def is_poll(cells: Cells) -> bool:
    """Whether the message asks for votes; the export has none of them."""
    return "poll" in (cells.get("message_type") or "").casefold() or (
        re.search(r"\bpoll:", cells.get("attachments") or "", re.IGNORECASE) is not None
    )


def _body(cells: Cells) -> tuple[str, BodyFormat]:
    body = cells.body("body")
    if not body.strip() and (html := cells.get("html_body")):
        return html, "html"
    return body, "engage"


def _kind(cells: Cells) -> PostKind:
    return "system" if (cells.get("message_type") or "").casefold() == "system" else "post"


def _state(cells: Cells) -> PostState:
    """Deleted by its author unless somebody else is named; a draft whatever the column is called."""
    if cells.get("deleted_at"):
        by, sender = cells.get("deleted_by_id"), cells.get("sender_id")
        return "removed" if by is not None and by != sender else "deleted_by_author"
    drafts = [value.strip().casefold() for name, value in cells.values.items() if "draft" in name]
    return (
        "draft" if any(value not in ("false", "f", "0", "no", "published") for value in drafts) else "visible"
    )
