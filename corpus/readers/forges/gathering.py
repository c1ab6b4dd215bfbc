"""Joining what the objects of a forge's export tell.

What is small is learnt as it comes: which object has a post's latest state, threads, accounts, who reacted,
who approved. The posts wait outside of memory and are let through at the end, each once, in its latest state.
So neither the order nor the names of the files matter, and no text is held in memory.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec.structs import replace

from ...model import Account, Anomaly, Container, Poll, PollOption, Post, Record, Revision, Thread
from ..spool import Spool
from .latest import Latest
from .sizes import Sizes
from .tally import Tally
from .told import Accepted, Count, Expected, Private, Told, Verdict, Version, Vote, Whole
from .verdicts import Verdicts

_NEVER = datetime.min.replace(tzinfo=UTC)


class Gathering:
    """Everything the objects tell together: `take` all of it, then ask for `records`."""

    def __init__(self) -> None:
        self._posts = Latest()
        self._waiting: Spool[Post | Revision | Poll | PollOption | Anomaly] = Spool()
        self._threads: dict[str, Version] = {}
        self._shell: Version | None = None
        """The last state of a thread that was taken: each of its posts tells the same."""
        self._sizes = Sizes()
        self._accounts: dict[str, Account] = {}
        self._containers: dict[str, Container] = {}
        self._accepted: set[str] = set()
        self._private: set[str] = set()
        self._edits: dict[tuple[str, str], set[datetime]] = defaultdict(set)
        self._told_edits: set[tuple[Any, ...]] = set()
        self.tally = Tally()
        self.verdicts = Verdicts()
        self._is_whole = False
        self.latest: datetime | None = None
        """The latest moment any object tells of: the export is no older."""
        self.has_deletions = False
        self._is_complete: Literal["yes", "no", "unknown"] = "unknown"
        self._takers: dict[type[Told], Callable[[Any], None]] = {
            Version: self._take_version,
            Count: self.tally.add_count,
            Vote: self.tally.add_vote,
            Verdict: self._take_verdict,
            Expected: self._sizes.expect,
            Accepted: lambda told: self._accepted.add(told.post),
            Private: lambda told: self._private.add(told.thread),
            Whole: self._take_whole,
            Account: self._meet,
            Container: self._take_container,
            Revision: self._take_revision,
            **dict.fromkeys((Poll, PollOption, Anomaly), self._waiting.add),
        }

    @property
    def has_posts(self) -> bool:
        """Whether any post was met."""
        return bool(self._posts)

    @property
    def has_edit_history(self) -> bool:
        """Whether any former wording was met."""
        return any(field in ("body", "title") for _, field in self._edits)

    def take(self, told: Told) -> None:
        """Take note of one thing."""
        self._takers[type(told)](told)

    def _take_container(self, told: Container) -> None:
        known = self._containers.get(told.native_id)
        if known is None or (known.name, told.name) == (known.native_id, told.name):
            self._containers[told.native_id] = told

    def _take_verdict(self, told: Verdict) -> None:
        self._see(told.at)
        self.verdicts.add(told)

    def _take_whole(self, told: Whole) -> None:
        self._is_whole = True
        self._see(told.at)

    def _take_revision(self, told: Revision) -> None:
        self._edits[told.post, told.field].add(told.created_at or _NEVER)
        self._waiting.add(told)

    def _see(self, moment: datetime | None) -> None:
        if moment and (self.latest is None or moment > self.latest):
            self.latest = moment

    def _take_version(self, version: Version) -> None:
        self._see(version.as_of)
        record = version.record
        if isinstance(record, Thread):
            if version is self._shell:
                return
            self._shell = version
            known = self._threads.get(record.native_id)
            self._threads[record.native_id] = _merged(known, version) if known else version
            return
        self._posts.add(record, version.as_of)
        self.has_deletions |= record.state in ("deleted_by_author", "removed")
        self._waiting.add(record)

    def _meet(self, account: Account) -> None:
        """Names fill gaps; of two that differ the least stays, so that the order of files does not matter."""
        known = self._accounts.get(account.native_id)
        if known == account:
            return
        if known is None:
            self._accounts[account.native_id] = account
            return
        names = {
            field: min(filter(None, (getattr(known, field), getattr(account, field))), default=None)
            for field in ("username", "display_name", "email")
        }
        kind = account.kind if known.kind == "human" else known.kind
        self._accounts[account.native_id] = replace(known, kind=kind, **names)

    def _told(self) -> Iterator[Record]:
        """What waited, as it goes into the store."""
        self._posts.settle()
        state = 0
        for record in self._waiting:
            if isinstance(record, Post):
                yield from self._tell_post(record, state)
                state += 1
            elif isinstance(record, Revision):
                yield from self._tell_revision(record)
            else:
                yield record

    def _tell_post(self, post: Post, state: int) -> Iterator[Record]:
        thread = self._posts.thread(state)
        if not self._posts.is_latest(state):
            if post.thread != thread:
                detail = f"a post of another thread, {thread}, has the same id: left out"
                yield Anomaly(code="duplicate", locator=post.locator, detail=detail, post=post.native_id)
            return
        self._sizes.meet(post, thread)
        self.tally.meet(post.native_id)
        if post.parent is not None and post.parent not in self._posts:
            detail = "what it answers is not in the export"
            yield Anomaly(code="orphan", locator=post.locator, detail=detail, post=post.native_id)
        if post.author is None and post.kind != "system":
            detail = "the export does not say who wrote it"
            yield Anomaly(code="unknown_user", locator=post.locator, detail=detail, post=post.native_id)
        is_accepted = post.is_accepted or post.native_id in self._accepted
        is_private = post.is_private or post.thread in self._private
        if (is_accepted, is_private) != (post.is_accepted, post.is_private):
            post = replace(post, is_accepted=is_accepted, is_private=is_private)
        yield post

    def _tell_revision(self, revision: Revision) -> Iterator[Revision]:
        key = (revision.post, revision.field, revision.created_at, hash((revision.before, revision.after)))
        if key in self._told_edits:
            return
        self._told_edits.add(key)
        moments = sorted(self._edits[revision.post, revision.field])
        yield replace(revision, number=moments.index(revision.created_at or _NEVER) + 1)

    def _tell_threads(self) -> Iterator[Record]:
        """The threads and what they lack; they are gone afterwards, for reactions need as much memory."""
        self._sizes.settle()
        for key in sorted(self._threads):
            thread = self._threads[key].record
            assert isinstance(thread, Thread)
            yield replace(thread, posts_expected=self._sizes.size(key))
            yield from self._sizes.missing(key)
        self._is_complete = self._sizes.complete(self._threads)
        self._threads.clear()
        self._sizes = Sizes()

    def records(self) -> Iterator[Record]:
        """The posts, then all that was held back, sorted, and what is missing."""
        # Bound to this object they would keep it when it has told all.
        self._takers.clear()
        yield from self._told()
        yield from (self._containers[key] for key in sorted(self._containers))
        yield from (self._accounts[key] for key in sorted(self._accounts))
        yield from self._tell_threads()
        self.tally.resolve()
        yield from self.tally.records(self._posts)
        yield from self.verdicts.records(self._posts)

    def found(self) -> dict[str, Any]:
        """What the source turned out to hold; ask after `records`."""
        return {
            "exported_at": self.latest,
            "has_reaction_actors": self.tally.actors(approvals=self.verdicts.has_approvals),
            "has_reaction_counts": self.tally.has_counts,
            "has_edit_history": self.has_edit_history,
            "has_deletions": self.has_deletions,
            "complete": self._is_complete,
            "covers": "container" if self._is_whole else "nothing",
        }


def _merged(known: Version, other: Version) -> Version:
    """The later of two states of a thread, its gaps filled from the earlier one."""
    if known == other:
        return known
    ours, theirs = _freshness(known), _freshness(other)
    # What else they say decides between two that are as fresh, so that the order of files does not matter.
    is_later = theirs > ours or (theirs == ours and repr(other.record) > repr(known.record))
    later, earlier = (other, known) if is_later else (known, other)
    gaps = {
        field: told
        for field in ("container", "title", "created_at", "state", "url", "root_post")
        if getattr(later.record, field) is None and (told := getattr(earlier.record, field)) is not None
    }
    return Version(record=replace(later.record, **gaps), as_of=later.as_of) if gaps else later


def _freshness(version: Version) -> tuple[datetime, bool]:
    return version.as_of or _NEVER, version.record.state not in (None, "open")
