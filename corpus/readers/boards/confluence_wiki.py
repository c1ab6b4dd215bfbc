"""What Confluence's answers tell together: versions of each page, its comments, who likes what."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...model import Account, Anomaly, Reaction, ReactionTotal, Record, Revision, Thread
from ..json_values import moment, objects, text
from .confluence_content import TYPES, Content, account_of
from .tally import Tally


@dataclass(slots=True)
class _Known:
    """What is known of one id before it is read."""

    versions: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Number and time of each version that is here, sorted."""
    is_restricted: bool = False
    above: set[str] = field(default_factory=set[str])
    """What it lies below."""


class Wiki:
    """Gathers versions from a first look, then makes records of all content."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.host: str | None = None
        self.has_revisions = self.is_cut = self.has_counts = False
        self._known: dict[str, _Known] = {}
        self._by_name: dict[str, Account] = {}
        """User name -> who it is: a server's lists of likes know names only, all other answers keys, too."""
        self._done: set[tuple[str, tuple[int, str]]] = set()
        self._spaces: set[str] = set()
        self._threads: dict[str, Thread] = {}
        self._likes: dict[tuple[str, str], tuple[datetime | None, str]] = {}
        self._counts: dict[str, int] = {}
        self._unread: dict[str, tuple[int, str]] = {}

    @property
    def has_likes(self) -> bool:
        """Whether anybody is known who likes something."""
        return bool(self._likes)

    def look(self, content: Content) -> None:
        """Note a version; what is no post can lie above pages and limit who reads them."""
        native_id = content.native_id
        if native_id is None:
            return
        known = self._known.setdefault(native_id, _Known())
        version = _version(content)
        if version not in known.versions:
            known.versions = sorted([*known.versions, version])
        known.is_restricted |= content.is_restricted
        known.above |= content.above
        for account in (content.author, content.editor):
            if account is not None and account.username not in (None, account.native_id):
                self._by_name.setdefault(account.username, account)
        if content.host and (self.host is None or content.host < self.host):
            self.host = content.host

    def records(self, content: Content) -> Iterator[Record]:
        """One version's records."""
        native_id, thread = content.native_id, content.page
        if content.type not in TYPES:
            number, locator = self._unread.get(content.type, (0, content.locator))
            self._unread[content.type] = (number + 1, locator)
            return
        if native_id is None or thread is None:
            missing = "id" if native_id is None else "page"
            detail = f"a {content.type} without {missing}: left out"
            yield Anomaly(code="unparsed", locator=content.locator, detail=detail)
            return
        version = _version(content)
        if (native_id, version) in self._done:
            yield Anomaly(
                code="duplicate", locator=content.locator, detail="this version came before", post=native_id
            )
            return
        self._done.add((native_id, version))
        for account in (content.author, content.editor):
            yield from self.tally.meet(account)
        self.tally.see(content.changed.at if content.changed else None)
        if version == self._known[native_id].versions[-1]:
            yield from self._newest(content, native_id, thread)
        elif content.has_body:
            yield self._revision(content, native_id)

    def _revision(self, content: Content, native_id: str) -> Revision:
        self.has_revisions = True
        editor, changed = content.editor, content.changed
        version = content.data["version"] if isinstance(content.data.get("version"), dict) else {}
        return Revision(
            post=native_id,
            number=content.number or 0,
            field="body",
            before=content.body[0],
            account=editor.native_id if editor else None,
            created_at=changed.at if changed else None,
            reason=text(version.get("message")),
        )

    def _newest(self, content: Content, native_id: str, thread: str) -> Iterator[Record]:
        space = content.space
        if space is not None and space.native_id not in self._spaces:
            self._spaces.add(space.native_id)
            yield space
        yield self.tally.add(content.post(native_id, thread, self._is_private(native_id)))
        if content.created is None:
            detail = "nothing says when it was written"
            yield Anomaly(code="bad_time", locator=content.locator, detail=detail, post=native_id)
        if not content.has_body:
            detail = "its text was not saved (expand=body.storage)"
            yield Anomaly(code="metadata_only", locator=content.locator, detail=detail, post=native_id)
        if content.likes is not None and content.likes >= 0:
            self._counts[native_id] = content.likes
        if thread == native_id or thread not in self._threads:
            is_page = thread == native_id
            self._threads[thread] = Thread(
                native_id=thread,
                container=space.native_id if space else None,
                title=text(content.data.get("title")) if is_page else None,
                root_post=thread,
                created_at=content.created.at if content.created and is_page else None,
                state="deleted" if is_page and content.data.get("status") == "trashed" else "open",
                url=content.url if is_page else None,
            )

    def _is_private(self, native_id: str) -> bool:
        """Whether reading it or anything above it is limited: limits hold for all that lies below."""
        met, pending = {native_id}, [native_id]
        while pending:
            known = self._known.get(pending.pop())
            if known is None:
                continue
            if known.is_restricted:
                return True
            pending += known.above - met
            met |= known.above
        return False

    def likes(self, place: str, data: dict[str, Any]) -> Iterator[Record]:
        """Who likes what; `place` holds the content's id and where the list stands, a line each."""
        liked, _, locator = place.partition("\n")
        entries = objects(data.get("likes")) or objects(data.get("results"))
        if not liked:
            detail = f"{len(entries)} likes, nothing says of what: name the file after the page's number"
            yield Anomaly(code="unparsed", locator=locator, detail=detail)
            return
        for entry in entries:
            account = account_of(entry.get("user", entry))
            at = moment(entry.get("likeDate")) or moment(entry.get("date"))
            if account is None:
                yield Anomaly(code="unknown_user", locator=locator, detail="a like by nobody", post=liked)
                continue
            if account.native_id == account.username:
                account = self._by_name.get(account.native_id, account)
            yield from self.tally.meet(account)
            self._likes.setdefault((liked, account.native_id), (at.at if at else None, locator))

    def rest(self) -> Iterator[Record]:
        """Threads, likes, and what was not read."""
        yield from (self._threads[thread] for thread in sorted(self._threads))
        identified: dict[str, int] = {}
        for (post, account), (at, locator) in sorted(self._likes.items()):
            identified[post] = identified.get(post, 0) + 1
            if post not in self.tally:
                detail = f"a like of {post}, which is not in the export"
                yield Anomaly(code="orphan", locator=locator, detail=detail)
            yield Reaction(post=post, name_raw="like", mechanism="like", account=account, created_at=at)
        for post, total in sorted(self._counts.items()):
            yield from self._counted(post, total, identified.get(post, 0))
        for kind, (number, locator) in sorted(self._unread.items()):
            detail = f"{number} of type {kind[:40]!r} hold no post: not read"
            yield Anomaly(code="metadata_only", locator=locator, detail=detail)

    def _counted(self, post: str, total: int, known: int) -> Iterator[Record]:
        self.has_counts = True
        if total < known:
            yield Anomaly(
                code="count_mismatch", locator=post, detail=f"{known} likes known, {total} counted", post=post
            )
        elif total > known:
            yield Reaction(
                post=post, name_raw="like", mechanism="like", n=total - known, identity="count_only"
            )
        if total or known:
            yield ReactionTotal(
                post=post,
                name_raw="like",
                mechanism="like",
                total=max(total, known),
                identified=known,
                source_field="metadata.likes.count",
            )


def _version(content: Content) -> tuple[int, str]:
    """Sorts versions: by number, then by time; an entry of a list without text comes before all others."""
    changed = content.changed
    return (content.number or 0) if content.has_body else -1, changed.at.isoformat() if changed else ""
