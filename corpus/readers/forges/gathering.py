"""Joining what the objects of a forge's export tell, in two passes.

The first pass learns what is small: which object has a post's latest state, threads, accounts, who reacted,
who approved. The second lets the posts through, each once, in its latest state. So neither the order nor the
names of the files matter, and no text is held in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ...model import Account, Anomaly, Container, Post, Record, Revision, Thread
from .tally import Tally
from .told import Accepted, Count, Expected, Private, Told, Verdict, Version, Vote, Whole
from .verdicts import Verdicts

_NEVER = datetime.min.replace(tzinfo=UTC)
_HELD_BACK = (Count, Vote, Verdict, Expected, Accepted, Whole, Private, Account, Container)
_KINDS: dict[tuple[str, str | None], str] = {("comment", "line"): "line"}


class _Best(Struct, frozen=True):
    """The latest state of a post met so far."""

    as_of: datetime
    is_gone: bool
    locator: str
    thread: str
    is_first: bool = True

    @property
    def rank(self) -> tuple[datetime, bool, str]:
        return self.as_of, self.is_gone, self.locator


class Gathering:
    """Everything the objects tell together.

    `learn` all that is told, then `tell` it all again, then ask for `records`.
    """

    def __init__(self) -> None:
        self._posts: dict[str, _Best] = {}
        self._authors: dict[str, str | None] = {}
        self._threads: dict[str, Version] = {}
        self._present: dict[str, Counter[str]] = defaultdict(Counter)
        self._expected: dict[str, dict[tuple[str, str], Expected]] = defaultdict(dict)
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

    @property
    def has_posts(self) -> bool:
        """Whether any post was met."""
        return bool(self._posts)

    @property
    def has_edit_history(self) -> bool:
        """Whether any former wording was met."""
        return any(field in ("body", "title") for _, field in self._edits)

    def learn(self, told: Told) -> None:
        """Take note of one thing, first pass."""
        if isinstance(told, Version):
            self._see(told.as_of)
            self._learn_version(told)
        elif isinstance(told, Count | Vote):
            self.tally.add(told)
        elif isinstance(told, Verdict):
            self._see(told.at)
            self.verdicts.add(told)
        elif isinstance(told, Account):
            self._meet(told)
        else:
            self._learn_rest(told)

    def _learn_rest(self, told: Told) -> None:
        if isinstance(told, Container):
            known = self._containers.get(told.native_id)
            if known is None or (known.name, told.name) == (known.native_id, told.name):
                self._containers[told.native_id] = told
        elif isinstance(told, Expected):
            parts = self._expected[told.thread]
            known_part = parts.get((told.what, told.part))
            if known_part is None or told.number > known_part.number:
                parts[told.what, told.part] = told
        elif isinstance(told, Accepted):
            self._accepted.add(told.post)
        elif isinstance(told, Whole):
            self._is_whole = True
            self._see(told.at)
        elif isinstance(told, Private):
            self._private.add(told.thread)
        elif isinstance(told, Revision):
            self._edits[told.post, told.field].add(told.created_at or _NEVER)

    def _see(self, moment: datetime | None) -> None:
        if moment and (self.latest is None or moment > self.latest):
            self.latest = moment

    def _learn_version(self, version: Version) -> None:
        record = version.record
        if isinstance(record, Thread):
            known = self._threads.get(record.native_id)
            self._threads[record.native_id] = _merged(known, version) if known else version
            return
        is_gone = record.state in ("deleted_by_author", "removed")
        self.has_deletions |= is_gone
        best = _Best(version.as_of or _NEVER, is_gone, record.locator, record.thread)
        former = self._posts.get(record.native_id)
        if former is None:
            self._present[record.thread][_KINDS.get((record.kind, record.subtype), record.kind)] += 1
        if former is None or best.rank > former.rank:
            self._posts[record.native_id] = best
            self._authors[record.native_id] = record.author

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

    def tell(self, told: Told) -> Iterator[Record]:
        """What of one thing goes into the store as it passes, second pass."""
        if isinstance(told, Version):
            if isinstance(told.record, Post):
                yield from self._tell_post(told.record, told.as_of)
        elif isinstance(told, Revision):
            yield from self._tell_revision(told)
        elif not isinstance(told, _HELD_BACK):
            yield told

    def _tell_post(self, post: Post, as_of: datetime | None) -> Iterator[Record]:
        best = self._posts[post.native_id]
        if (as_of or _NEVER, post.locator) != (best.as_of, best.locator) or not best.is_first:
            if post.thread != best.thread:
                detail = f"a post of another thread, {best.thread}, has the same id: left out"
                yield Anomaly(code="duplicate", locator=post.locator, detail=detail, post=post.native_id)
            return
        self._posts[post.native_id] = replace(best, is_first=False)
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

    def records(self) -> Iterator[Record]:
        """All that was held back, sorted, and what is missing."""
        yield from (self._containers[key] for key in sorted(self._containers))
        yield from (self._accounts[key] for key in sorted(self._accounts))
        for key in sorted(self._threads):
            thread = self._threads[key].record
            assert isinstance(thread, Thread)
            yield replace(thread, posts_expected=self._size(key))
            yield from self._missing(key)
        self.tally.resolve(self._authors)
        yield from self.tally.records(self._authors)
        yield from self.verdicts.records(self._authors)

    def _numbers(self, thread: str) -> dict[str, int]:
        numbers: Counter[str] = Counter()
        for (what, _), expected in self._expected[thread].items():
            numbers[what] += expected.number
        return numbers

    def _size(self, thread: str) -> int | None:
        numbers, present = self._numbers(thread), self._present[thread]
        if not numbers:
            return None
        counted = sum(max(numbers.get(what, 0), present[what]) for what in numbers.keys() | present.keys())
        return counted + (not present["post"])

    def _missing(self, thread: str) -> Iterator[Anomaly]:
        present = self._present[thread]
        for what, number in sorted(self._numbers(thread).items()):
            if present[what] < number:
                expected = next(entry for key, entry in self._expected[thread].items() if key[0] == what)
                name = {"line": "review comments", "review": "reviews"}.get(what, "comments")
                detail = f"{thread} truncated: {present[what]}/{number} {name}"
                yield Anomaly(code="truncated", locator=expected.locator, detail=detail)

    def found(self) -> dict[str, Any]:
        """What the source turned out to hold; ask after `records`."""
        return {
            "exported_at": self.latest,
            "has_reaction_actors": self.tally.actors(approvals=self.verdicts.has_approvals),
            "has_reaction_counts": self.tally.has_counts,
            "has_edit_history": self.has_edit_history,
            "has_deletions": self.has_deletions,
            "complete": self.complete,
            "covers": "container" if self._is_whole else "nothing",
        }

    @property
    def complete(self) -> Literal["yes", "no", "unknown"]:
        """Whether every thread has as many posts as the forge says, as far as it says so."""
        if any(True for thread in self._threads for _ in self._missing(thread)):
            return "no"
        told = all(self._expected.get(thread) for thread in self._threads)
        return "yes" if self._threads and told else "unknown"


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
