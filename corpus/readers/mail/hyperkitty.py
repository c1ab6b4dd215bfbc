"""Pages of the HyperKitty API, the archive of Mailman 3: mails as JSON, with likes and dislikes.

Ids, lists and addresses are brought to what the mail reader makes of them, and the forum is the same, so that
the pages and the archive of one list meet: each mail is one post. Pages that list mails give no words; what
they say of a mail is told as missing, not read as an empty post.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import (
    Account,
    Anomaly,
    Attachment,
    Container,
    Mechanism,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)  # fmt: skip
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of, is_export_of, members_of
from ..json_values import moment, objects, text, whole
from ..known_fields import KnownFields
from ..reply_tree import ReplyTree
from .message import bare, topic_of

_OBFUSCATED = re.compile(r"\s*\(a\)\s*|\s+at\s+", re.IGNORECASE)
_HASH = re.compile(r"/(?:email|message|thread)/([^/?#]+)/?(?:[?#].*)?\Z")
_LIST = re.compile(r"/list/([^/?#]+)")
_COUNTS: tuple[tuple[str, Mechanism], ...] = (("likes", "like"), ("dislikes", "downvote"))
_KNOWN = (
    "url", "mailinglist", "message_id", "message_id_hash", "thread", "sender", "sender_name", "subject",
    "date", "parent", "children", "votes", "likes", "dislikes", "content", "attachments",
)  # fmt: skip


class HyperkittyReader:
    """JSON files of pages and mails, or a folder or archive of them."""

    name = "hyperkitty"
    title = "Mailman 3 archive pages (HyperKitty API JSON)"
    verified = False

    def sniff(self, export: Export) -> bool:
        """JSON of mails with their hashes."""
        return is_export_of(export, _is_ours, beside=lambda _: False)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the mails of all files.

        Raises:
            BrokenExportError: there is no mail with words in it.
        """
        source = Source(format=self.name, instance=options.instance or "mbox", has_reaction_counts=True)
        yield source
        archive = _Archive()
        for member in members_of(export):
            document = document_of(export, member)
            if not isinstance(document, Anomaly):
                for mail in _mails(document, member):
                    archive.look(mail)
        for member in members_of(export):
            document = document_of(export, member)
            if isinstance(document, Anomaly):
                yield document
                continue
            for mail in _mails(document, member):
                yield from archive.records(mail)
        yield from archive.rest()
        if not archive.seen:
            raise BrokenExportError(
                f"{export.path}: there is no mail with its words in it",
                hint="save each mail's own page (.../api/list/LIST/email/HASH/), or export the list as mbox",
            )
        complete = "no" if archive.listed - archive.seen else "unknown"
        yield replace(source, exported_at=archive.latest, complete=complete)


def _is_ours(head: bytes) -> bool:
    return b'"message_id_hash"' in head and b'"mailinglist"' in head


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail of a page."""

    where: str
    told: dict[str, Any]

    @property
    def native_id(self) -> str:
        return "".join((text(self.told.get("message_id")) or "").strip("<> ").split())

    @property
    def hash(self) -> str:
        """What links name the mail by; without it none can, and its id keeps it apart from others."""
        return text(self.told.get("message_id_hash")) or self.native_id

    def points_to(self, name: str) -> str:
        """The hash at the end of a link to a mail or thread."""
        found = _HASH.search(text(self.told.get(name)) or "")
        return found[1] if found else ""


def _mails(document: Any, member: str) -> Iterator[_Mail]:
    """All mails of a document: a page of them, a list, or one alone."""
    listed = document.get("results", [document]) if isinstance(document, dict) else document
    for index, told in enumerate(objects(listed)):
        yield _Mail(f"{member}:{index}" if len(listed) > 1 else member, told)


@dataclass(slots=True)
class _Archive:
    """What must be remembered of mails: ids, hashes, lists and people, no texts."""

    seen: set[str] = field(default_factory=set[str])
    listed: set[str] = field(default_factory=set[str])
    latest: datetime | None = None
    _tree: ReplyTree = field(default_factory=ReplyTree)
    _ids: dict[str, str] = field(default_factory=dict[str, str])
    _lists: set[str] = field(default_factory=set[str])
    _people: set[str] = field(default_factory=set[str])
    _threads: set[str] = field(default_factory=set[str])
    _known: KnownFields = field(default_factory=lambda: KnownFields("email", _KNOWN))

    def look(self, mail: _Mail) -> None:
        """Learn a mail's id, and what it answers by hash."""
        if mail.native_id:
            self.listed.add(mail.native_id)
            self._ids.setdefault(mail.hash, mail.native_id)
            above = mail.points_to("parent")
            self._tree.add(mail.hash, [above] if above else [])

    def records(self, mail: _Mail) -> Iterator[Record]:
        """The records of one mail."""
        yield from self._known.check(mail.told, mail.where)
        native_id = mail.native_id
        if not native_id:
            yield Anomaly(code="unparsed", locator=mail.where, detail="no mail, or one without an id")
            return
        if not isinstance(mail.told.get("content"), str):
            return
        if native_id in self.seen:
            detail = "this Message-ID came before"
            yield Anomaly(code="duplicate", locator=mail.where, detail=detail, post=native_id)
            return
        self.seen.add(native_id)
        name = self._list(mail)
        if name and name not in self._lists:
            self._lists.add(name)
            yield Container(native_id=name, kind="list", name=name)
        author = yield from self._sender(mail)
        post = self._post(mail, author)
        if post.thread not in self._threads:
            self._threads.add(post.thread)
            yield Thread(
                native_id=post.thread,
                container=name or None,
                title=topic_of(text(mail.told.get("subject")) or "") or None,
                root_post=post.thread,
                created_at=post.created_at if post.thread == native_id else None,
            )
        yield post
        if post.created_at is None:
            yield Anomaly(code="bad_time", locator=mail.where, detail="no possible time", post=native_id)
        yield from _votes(mail)
        for file in objects(mail.told.get("attachments")):
            called = text(file.get("name")) or "file"
            yield Attachment(post=native_id, name=called, mime=text(file.get("content_type")))

    def rest(self) -> Iterator[Anomaly]:
        """How many mails are listed without their words."""
        bare = sorted(self.listed - self.seen)
        if bare:
            detail = f"{len(bare)} mails are listed without their words: their own pages are not here"
            yield Anomaly(code="metadata_only", locator=bare[0], detail=detail)

    def _post(self, mail: _Mail, author: str | None) -> Post:
        sent = moment(mail.told.get("date"))
        if sent and (self.latest is None or sent.at > self.latest):
            self.latest = sent.at
        above = mail.points_to("parent")
        root = mail.points_to("thread")
        top = root if root in self._ids else self._tree.root(mail.hash)
        return Post(
            native_id=mail.native_id,
            thread=self._ids.get(top, mail.native_id),
            author=author,
            parent=self._ids.get(above, above) or None,
            parent_source="header" if above else None,
            created_at=sent.at if sent else None,
            created_raw=sent.raw if sent else None,
            precision=sent.precision if sent else "none",
            tz_known=sent.tz_known if sent else True,
            body=mail.told["content"],
            body_format="mail",
            url=text(mail.told.get("url")),
            locator=mail.where,
        )

    @staticmethod
    def _list(mail: _Mail) -> str:
        """The list as mails name it in List-Id: its address with a dot."""
        found = _LIST.search(text(mail.told.get("mailinglist")) or "")
        return found[1].replace("@", ".").casefold() if found else ""

    def _sender(self, mail: _Mail) -> Generator[Account, None, str | None]:
        """The sender's account if it is new; gives its id."""
        told = mail.told.get("sender")
        sender: dict[str, Any] = told if isinstance(told, dict) else {}
        address = bare(_OBFUSCATED.sub("@", text(sender.get("address")) or ""))
        if address and address not in self._people:
            self._people.add(address)
            is_address = "@" in address
            yield Account(
                native_id=address,
                display_name=text(mail.told.get("sender_name")) or text(sender.get("name")),
                email=address if is_address else None,
                is_stable_id=is_address,
            )
        return address or None


def _votes(mail: _Mail) -> Iterator[Reaction | ReactionTotal]:
    """Likes and dislikes: counts without people, beside the mail or in an object of their own."""
    votes = mail.told.get("votes")
    told: dict[str, Any] = votes if isinstance(votes, dict) else mail.told
    for name, mechanism in _COUNTS:
        total = whole(told.get(name))
        if total is None or total <= 0:
            continue
        yield Reaction(
            post=mail.native_id, name_raw=name, mechanism=mechanism, n=total, identity="count_only"
        )
        yield ReactionTotal(
            post=mail.native_id,
            name_raw=name,
            mechanism=mechanism,
            total=total,
            identified=0,
            source_field=name,
        )
