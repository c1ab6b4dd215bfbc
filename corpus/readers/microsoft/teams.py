"""Microsoft Teams: an admin's or GDPR export folder, and `chatMessage` pages saved from Graph.

In a channel a root message with its replies is a conversation; a chat is one conversation as a whole, in
which one answers by quoting. The same chat lies in the folder of each of its members: what comes again is
left out, without a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Post, PostState, Reaction, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_files import is_export_of, members_of
from ..json_stream import Entries
from ..json_values import Moment, epoch, moment, text
from ..leftovers import is_aside
from ..places import Names
from .chat_body import attachments_of, body_of, is_poll, quoted_of, title_of
from .chat_reactions import reactions_of
from .graph import at
from .places import Place, Places, kind_of

_CREATED = re.compile(rb'"createdDateTime"\s*:', re.IGNORECASE)
_MESSAGE = re.compile(rb'"(?:lastEditedDateTime|replyToId)"\s*:', re.IGNORECASE)
_LIST = re.compile(
    rb'"(?:userPrincipalName|membershipType|groupsId|chatType|userId)"\s*:|\A\s*\[\s*\]\s*\Z', re.IGNORECASE
)
_LISTS = ("value",)
_SILENT = ("teaminstalledapps*.json", "teamssettings*.json", "meetings*.json")
"""Files of an admin's export that hold no words."""
_WHOLE = re.compile(r"(?:\A|/)(?:teams|users)/[^/]+/messages_[^/]+\.json\Z", re.IGNORECASE)
"""Files of an admin's export that hold a team's channels or a person's chats whole; pages of Graph do not."""
_NO_WORDS = "<systemeventmessage/>"


class TeamsReader:
    """Teams export or Graph pages, as file, folder or archive."""

    name = "teams"
    title = "Microsoft Teams admin export or Graph chatMessage JSON"
    verified = True
    set_aside = _SILENT

    def sniff(self, export: Export) -> bool:
        """Lists of Teams messages, beside lists of users, teams and channels."""
        return is_export_of(export, _has_messages, _is_list)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the messages; accounts, channels and conversations follow at the end.

        Raises:
            BrokenExportError: not one message can be read.
        """
        places, notes = Places(), _Notes()
        problems: list[Anomaly] = []
        for member in members_of(export):
            if not is_aside(member, _SILENT):
                problems.extend(_learn(export, member, places, notes))
        source = Source(
            format=self.name,
            instance=options.instance or places.tenant or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            has_deletions=True,
            covers="container" if any(map(_WHOLE.search, notes.members)) else "nothing",
        )
        yield source
        yield from problems
        for member in notes.members:
            for locator, message in _messages(export, member, notes):
                yield from _message(message, member, locator, places, notes)
        if not notes.posts:
            raise BrokenExportError(
                f"{export.path}: no Teams message of it can be read",
                hint="name the folder TeamsDataExport, or a page of messages saved from Graph",
            )
        yield from notes.endings()
        yield from places.anomalies
        yield from places.records()
        yield replace(
            source,
            has_reaction_actors="partial" if notes.has_unnamed else "yes",
            exported_at=notes.latest,
            complete="no" if notes.is_cut else "unknown",
        )


def _has_messages(head: bytes) -> bool:
    return _CREATED.search(head) is not None and _MESSAGE.search(head) is not None


def _is_list(head: bytes) -> bool:
    return _LIST.search(head) is not None


@dataclass(slots=True)
class _Notes:
    """What is known only at the end: conversations, and replies whose root has not come."""

    members: list[str] = field(default_factory=list[str])
    """Files that hold messages."""
    posts: Names = field(default_factory=Names)
    waiting: dict[str, list[tuple[str, str]]] = field(default_factory=dict[str, list[tuple[str, str]]])
    """What has not come yet -> the posts that answer it, and where they stand."""
    threads: dict[str, Thread] = field(default_factory=dict[str, Thread])
    pages: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """What Graph calls a list -> files of it that name a next page; "" for one that is the last."""
    has_unnamed: bool = False
    is_cut: bool = False
    latest: datetime | None = None

    def see(self, value: Any) -> None:
        when = moment(value)
        if when is not None and (self.latest is None or when.at > self.latest):
            self.latest = when.at

    def endings(self) -> Iterator[Record]:
        """Threads, orphans, and lists whose last page is not here."""
        yield from (thread for _, thread in sorted(self.threads.items()))
        for _, replies in sorted(self.waiting.items()):
            for post, locator in replies:
                detail = "what this answers is not in the export"
                yield Anomaly(code="orphan", locator=locator, detail=detail, post=post)
        for named, members in sorted(self.pages.items()):
            if all(members):
                self.is_cut = True
                detail = f"{named or 'messages'}: the page after this one is not in the export"
                yield Anomaly(code="truncated", locator=max(members), detail=detail)


def _learn(export: Export, member: str, places: Places, notes: _Notes) -> Iterator[Anomaly]:
    """Read a list of users or places; of a file of messages only note that it is one."""
    entries = Entries(export, member, _LISTS)
    other = 0
    for _, entry in entries:
        kind = kind_of(entry)
        if kind == "message":
            notes.members.append(member)
            places.see_tenant(entry)
            return
        other += kind == "other"
        if kind != "other":
            places.learn(kind, entry, member)
    if entries.problem:
        yield entries.problem
    if other:
        detail = f"{other} entries are neither messages nor users, teams or channels"
        yield Anomaly(code="unparsed", locator=member, detail=detail)


def _messages(export: Export, member: str, notes: _Notes) -> Iterator[tuple[str, Any]]:
    """The entries of a file of messages; then whether Graph says that there are more."""
    entries = Entries(export, member, _LISTS)
    for index, entry in entries:
        yield f"{member}:{index}", entry
    if entries.problem:
        yield member, entries.problem
    if entries.beside:
        named = str(at(entries.beside, "@odata.context") or "")
        more = bool(text(at(entries.beside, "@odata.nextLink")))
        notes.pages.setdefault(named, []).append(member if more else "")


def _message(message: Any, member: str, locator: str, places: Places, notes: _Notes) -> Iterator[Record]:
    if isinstance(message, Anomaly):
        yield message
        return
    number = text(at(message, "id"))
    if kind_of(message) != "message" or number is None:
        yield Anomaly(code="unparsed", locator=locator, detail="not a message with an id")
        return
    place = places.of(message, member)
    native_id = f"{place.id}/{number}"
    if notes.posts.add(native_id):
        notes.waiting.pop(native_id, None)
        yield from _records(message, place, number, locator, places, notes)
    replies = at(message, "replies")
    for index, reply in enumerate(replies if isinstance(replies, list) else []):
        yield from _message(reply, member, f"{locator}/replies/{index}", places, notes)
    if text(at(message, "replies@odata.nextLink")):
        notes.is_cut = True
        detail = "not all replies of this message are in the export"
        yield Anomaly(code="truncated", locator=locator, detail=detail, post=native_id)


def _records(
    message: dict[str, Any], place: Place, number: str, locator: str, places: Places, notes: _Notes
) -> Iterator[Record]:
    created = moment(at(message, "createdDateTime")) or epoch(number, per_second=1000)
    post = _post(message, place, number, created, places.meet(at(message, "from"), locator), locator)
    _note_thread(message, place, post, notes)
    if created is None:
        raw = str(at(message, "createdDateTime"))[:80]
        yield Anomaly(code="bad_time", locator=locator, detail=raw, post=post.native_id)
    yield post
    for record in reactions_of(message, post.native_id, places, locator):
        notes.has_unnamed |= isinstance(record, Reaction) and record.account is None
        yield record
    yield from attachments_of(message, post.native_id)
    if is_poll(message):
        detail = "an app's card asks for votes; the export has none"
        yield Anomaly(code="poll_without_results", locator=locator, detail=detail, post=post.native_id)
    for name in ("createdDateTime", "lastModifiedDateTime", "lastEditedDateTime", "deletedDateTime"):
        notes.see(at(message, name))


def _post(
    message: dict[str, Any],
    place: Place,
    number: str,
    created: Moment | None,
    author: str | None,
    locator: str,
) -> Post:
    root, quoted = text(at(message, "replyToId")), quoted_of(message)
    root = None if root == number else root
    parent = root or (quoted if quoted != number else None)
    body, body_format = body_of(message, place.id)
    edited = moment(at(message, "lastEditedDateTime"))
    kind = text(at(message, "messageType"))
    source: Literal["explicit", "quote"] = "explicit" if root else "quote"
    return Post(
        native_id=f"{place.id}/{number}",
        thread=_thread(place, root or number),
        author=author,
        kind="system" if _is_system(message, author, body) else "post",
        subtype=kind if kind and kind.casefold() != "message" else None,
        parent=f"{place.id}/{parent}" if parent else None,
        parent_source=source if parent else None,
        created_at=created.at if created else None,
        created_raw=created.raw if created else None,
        precision=created.precision if created else "none",
        tz_known=created.tz_known if created else False,
        body=body,
        body_format=body_format,
        state=_state(message),
        edited_at=edited.at if edited else None,
        is_private=place.is_private,
        url=text(at(message, "webUrl")),
        locator=locator,
    )


def _thread(place: Place, root: str) -> str:
    return f"{place.id}/{root}" if place.kind == "channel" else place.id


def _is_system(message: dict[str, Any], author: str | None, body: str) -> bool:
    """What happened, not what somebody says; an unknown type with an author and words is a message."""
    if (text(at(message, "messageType")) or "message").casefold() == "message":
        return False
    return author is None or body.strip().casefold().replace(" ", "") in ("", _NO_WORDS)


def _state(message: dict[str, Any]) -> PostState:
    """Deleted, or kept from readers by a rule; the export does not say who deleted it."""
    if at(message, "deletedDateTime"):
        return "deleted_by_author"
    blocked = "block" in str(at(message, "policyViolation", "dlpAction")).casefold()
    return "hidden" if blocked else "visible"


def _note_thread(message: dict[str, Any], place: Place, post: Post, notes: _Notes) -> None:
    """A channel's thread is its root's; until that comes, what a reply says of it must do."""
    if place.kind != "channel":
        named = place.name if place.name != place.id else None
        notes.threads.setdefault(post.thread, Thread(native_id=post.thread, container=place.id, title=named))
    elif post.native_id == post.thread:
        notes.threads[post.thread] = Thread(
            native_id=post.thread,
            container=place.id,
            title=title_of(message),
            root_post=post.native_id,
            created_at=post.created_at,
            url=post.url,
        )
    else:
        notes.threads.setdefault(
            post.thread, Thread(native_id=post.thread, container=place.id, root_post=post.thread)
        )
    if post.parent and post.parent not in notes.posts:
        notes.waiting.setdefault(post.parent, []).append((post.native_id, post.locator))
