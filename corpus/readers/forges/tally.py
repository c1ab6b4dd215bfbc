"""Reactions of one export: who is named in lists, how many a count says, never both for the same person."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ...model import Anomaly, Mechanism, Reaction, ReactionTotal, Record
from .told import Count, Vote

_Key = tuple[str, str, Mechanism]
_LISTED = "list of reactions"


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
        self._counts: dict[_Key, Count] = {}
        self._named: dict[_Key, _Named] = defaultdict(_Named)
        self._seen: set[str] = set()
        self._identified = self._unnamed = 0

    def add(self, told: Count | Vote) -> None:
        """Take note of a count or of an entry of a list."""
        key = (told.post, told.name, told.mechanism)
        if isinstance(told, Vote):
            if told.key not in self._seen:
                self._seen.add(told.key)
                self._named[key].add(told)
            return
        known = self._counts.get(key)
        if known is None or _rank(told) > _rank(known):
            self._counts[key] = told

    def resolve(self, posts: Iterable[str]) -> None:
        """Find the posts of lists that name theirs only in part: "?#2" is the one that ends in "#2".

        Where several or none do, the list stays an orphan.
        """
        partial = {post[1:] for post, _, _ in self._named if post.startswith("?")}
        ends: dict[str, set[str]] = defaultdict(set)
        for post in posts if partial else ():
            if (end := post[max(post.rfind("#"), post.rfind("/") + 1) :]) in partial:
                ends[end].add(post)
        for key in [key for key in self._named if key[0].startswith("?")]:
            found = ends.get(key[0][1:], set())
            if len(found) == 1:
                self._named[min(found), key[1], key[2]].join(self._named.pop(key))

    @property
    def has_counts(self) -> bool:
        """Whether objects say how many reacted."""
        return bool(self._counts)

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
        orphans: Counter[str] = Counter()
        for key in sorted(self._counts.keys() | self._named.keys()):
            named, count = self._named.get(key, _Named()), self._counts.get(key)
            if key[0] in posts:
                yield from self._of(key, named, count)
            elif named.accounts or named.gone:
                orphans[key[0]] += len(named.accounts) + named.gone
                if not key[0].startswith("?"):
                    yield from named.reactions(key)
        for post, number in sorted(orphans.items()):
            detail = f"{number} reactions to {post}, which is not in this export"
            yield Anomaly(code="orphan", locator=post, detail=detail)

    def _of(self, key: _Key, named: _Named, count: Count | None) -> Iterator[Record]:
        post, name, mechanism = key
        known = len(named.accounts)
        repeated = sum(named.repeated.values())
        for locator, number in sorted(named.repeated.items()):
            detail = f"{name}: {number} more by somebody who had reacted so: counted once"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=post)
        listed = known + named.gone
        # A platform that lists somebody twice counts them twice.
        total = listed if count is None else max(count.total - repeated, 0)
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
            source_field=count.field if count else _LISTED,
        )


def _rank(count: Count) -> tuple[str, int]:
    """The latest object knows best; of two that are equally late the higher number."""
    return count.as_of.isoformat() if count.as_of else "", count.total
