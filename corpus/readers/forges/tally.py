"""Reactions of one export: who is named in lists, how many a count says, never both for the same person."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sys import intern
from typing import Literal, get_args

from msgspec.structs import replace

from ...model import Anomaly, Mechanism, Reaction, ReactionTotal, Record
from ..spool import Spool
from .told import Count, Vote

_Key = tuple[str, str, Mechanism]
_MECHANISMS: dict[Mechanism, Mechanism] = {name: name for name in get_args(Mechanism)}
_LISTED = "list of reactions"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class _Named:
    """The entries of the lists for one post and sign."""

    accounts: dict[str, datetime | None] = field(default_factory=dict[str, datetime | None])
    gone: int = 0
    """People who left the forge: known to be one each, not who."""
    repeated: Counter[str] = field(default_factory=Counter[str])
    """Locators of entries by somebody who had reacted so already."""

    def add(self, vote: Vote) -> None:
        if vote.account is None:
            self.gone += 1
        elif vote.account in self.accounts:
            self.repeated[vote.locator] += 1
            former = self.accounts[vote.account]
            self.accounts[vote.account] = min(filter(None, (former, vote.at)), default=None)
        else:
            self.accounts[vote.account] = vote.at

    def reactions(self, key: _Key) -> Iterator[Reaction]:
        """Those of known people."""
        post, name, mechanism = key
        for account, at in sorted(self.accounts.items()):
            yield Reaction(post=post, name_raw=name, mechanism=mechanism, account=account, created_at=at)

    def join(self, other: "_Named") -> None:
        """Take over the entries of a list of the same."""
        for account, at in other.accounts.items():
            known = self.accounts.setdefault(account, at)
            self.accounts[account] = min(filter(None, (known, at)), default=None)
        self.gone = max(self.gone, other.gone)
        self.repeated += other.repeated


class Tally:
    """Counts and lists of reactions, joined by post and sign."""

    def __init__(self) -> None:
        self._waiting: Spool[Count] = Spool()
        self._reacted: dict[str, str] = {}
        """Posts to which anybody reacted: of all others a count says only that nobody did."""
        self._counts: dict[tuple[str, Mechanism], tuple[Count, ...]] = {}
        """Of each post what no later object says again."""
        self._totals: dict[tuple[tuple[str, int], ...], Mapping[str, int]] = {}
        self._named: dict[_Key, _Named] = defaultdict(_Named)
        self._partial: dict[str, set[str]] = {}
        """Ends of ids by which lists name their posts, and the posts that end so."""
        self._seen: set[str] = set()
        self._identified = self._unnamed = 0
        self.has_counts = False
        """Whether objects say how many reacted."""

    def add_count(self, told: Count) -> None:
        """Take note of a count."""
        self.has_counts = True
        self._waiting.add(told)
        if any(told.totals.values()):
            self._reacted.setdefault(told.post, told.post)

    def add_vote(self, told: Vote) -> None:
        """Take note of an entry of a list."""
        if told.key not in self._seen:
            self._seen.add(told.key)
            self._named[told.post, told.name, told.mechanism].add(told)
            if told.post.startswith("?"):
                self._partial.setdefault(told.post[1:], set())

    def meet(self, post: str) -> None:
        """Take note of a post that is there; after all entries of lists."""
        if self._partial and (end := post[max(post.rfind("#"), post.rfind("/") + 1) :]) in self._partial:
            self._partial[end].add(post)

    def _settle(self) -> None:
        """Keep of each post's counts what no later one says again, for posts to which anybody reacted."""
        self._reacted.update((post, post) for post, _, _ in self._named)
        for told in self._waiting:
            post = self._reacted.get(told.post)
            if post is not None:
                self._settle_count(told, post)

    def _settle_count(self, told: Count, post: str) -> None:
        # The same few numbers and words again and again: one object for all that are alike.
        totals = self._totals.setdefault(tuple(told.totals.items()), told.totals)
        mechanism: Mechanism = _MECHANISMS[told.mechanism]
        told = replace(told, post=post, mechanism=mechanism, totals=totals, field=intern(told.field))
        known = self._counts.get((post, mechanism), ())
        if not any(_outdates(count, told) for count in known):
            kept = (count for count in known if not _outdates(told, count))
            self._counts[post, mechanism] = (*kept, told)

    def resolve(self) -> None:
        """Find the posts of lists that name theirs only in part: "?#2" is the one that ends in "#2".

        Where several or none do, the list stays an orphan.
        """
        for key in [key for key in self._named if key[0].startswith("?")]:
            found = self._partial[key[0][1:]]
            if len(found) == 1:
                self._named[min(found), key[1], key[2]].join(self._named.pop(key))

    def actors(self, *, approvals: bool) -> Literal["yes", "no", "partial"]:
        """Whether everybody who is counted is named; ask after `records`.

        Args:
            approvals: whether there are approvals, which always name their authors.
        """
        if not (self._identified or approvals):
            return "no"
        return "partial" if self._unnamed else "yes"

    def records(self, posts: Container[str]) -> Iterator[Record]:
        """Reactions with their totals.

        To a post that is not here only those of known people are told, with an anomaly: another export may
        hold the post.
        """
        self._settle()
        orphans: Counter[str] = Counter()
        counted: set[_Key] = {
            (post, name, mechanism)
            for (post, mechanism), counts in self._counts.items()
            for count in counts
            for name, total in count.totals.items()
            if total
        }
        for key in sorted(counted | self._named.keys()):
            named = self._named.get(key) or _Named()
            if key[0] in posts:
                yield from self._of(key, named, self._counted(key))
            elif named.accounts or named.gone:
                orphans[key[0]] += len(named.accounts) + named.gone
                if not key[0].startswith("?"):
                    yield from named.reactions(key)
        for post, number in sorted(orphans.items()):
            detail = f"{number} reactions to {post}, which is not in this export"
            yield Anomaly(code="orphan", locator=post, detail=detail)

    def _counted(self, key: _Key) -> tuple[int, str] | None:
        """What the latest object says, of two that are equally late the higher number; and where."""
        post, name, mechanism = key
        told = [
            (count.as_of or _NEVER, count.totals[name], count.field)
            for count in self._counts.get((post, mechanism), ())
            if name in count.totals
        ]
        return max(told)[1:] if told else None

    def _of(self, key: _Key, named: _Named, count: tuple[int, str] | None) -> Iterator[Record]:
        post, name, mechanism = key
        known = len(named.accounts)
        repeated = sum(named.repeated.values())
        for locator, number in sorted(named.repeated.items()):
            detail = f"{name}: {number} more by somebody who had reacted so: counted once"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=post)
        listed = known + named.gone
        # A platform that lists somebody twice counts them twice.
        total = listed if count is None else max(count[0] - repeated, 0)
        if listed > total:
            detail = f"{name}: the count says {total}, the list names {listed}"
            yield Anomaly(code="count_mismatch", locator=post, detail=detail, post=post)
            total = listed
        if not total:
            return
        yield from named.reactions(key)
        if total > known:
            yield Reaction(
                post=post, name_raw=name, mechanism=mechanism, n=total - known, identity="count_only"
            )
        self._identified += known
        self._unnamed += total - known
        yield ReactionTotal(
            post=post,
            name_raw=name,
            mechanism=mechanism,
            total=total,
            identified=known,
            source_field=count[1] if count else _LISTED,
        )


def _outdates(count: Count, other: Count) -> bool:
    """Whether nothing of the other counts: this one is later and tells of the same signs, or is like it."""
    if count.as_of == other.as_of:
        return count.totals == other.totals
    return (count.as_of or _NEVER) > (other.as_of or _NEVER) and count.totals.keys() >= other.totals.keys()
