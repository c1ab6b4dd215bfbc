"""Votes of a dump: how many a post got each day, almost never whose.

The site keeps voters secret: only bookmarks and bounties name a user, and every time is cut to the day. Votes
on posts that were deleted since remain, without their posts.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from ...model import Aggregate, Anomaly, Mechanism, Reaction, ReactionTotal, Record
from .catalogue import UNKNOWN, Catalogue, Row
from .rows import number_of

_COUNTED: dict[int, Mechanism] = {2: "upvote", 3: "downvote"}
_BOOKMARK, _BOUNTY = 5, 8
_OTHERS = {
    1: "accept",
    4: "offensive",
    6: "close",
    7: "reopen",
    9: "bounty_close",
    10: "deletion",
    11: "undeletion",
    12: "spam",
    13: "inform_moderator",
    14: "inform_moderator",
    15: "moderator_review",
    16: "approved_edit",
}
"""Votes about a post's fate or form; their numbers are kept, they endorse nothing."""


class Votes:
    """The votes of a dump, row by row; `rest` tells what can be known only at the end.

    Args:
        catalogue: what was learnt of all posts.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._day: datetime | None = None
        self._today: Counter[tuple[int, int]] = Counter()
        self._totals = {kind: catalogue.posts.zeros() for kind in _COUNTED}
        """By kind of vote and place of the post."""
        self._others: Counter[tuple[int, int]] = Counter()
        self._bookmarks: Counter[tuple[int, bool]] = Counter()
        self._bookmarked: set[tuple[int, int]] = set()
        self._lost: dict[int, Counter[int]] = {}

    def records(self, row: Row, locator: str) -> Iterator[Record]:
        """What one vote adds; up and down votes are handed out when their day is over."""
        post, kind = number_of(row, "PostId"), number_of(row, "VoteTypeId")
        when = self._catalogue.moment(row, "CreationDate")
        if post is None or kind is None:
            yield Anomaly(code="unparsed", locator=locator, detail="a vote without post or type: left out")
        elif post not in self._catalogue.posts:
            self._lost.setdefault(kind, Counter())[post] += 1
        elif kind in _COUNTED:
            day = when.at if when else None
            if day != self._day:
                yield from self._handed_out()
                self._day = day
            self._today[post, kind] += 1
        elif kind == _BOOKMARK:
            yield from self._bookmark(post, number_of(row, "UserId"), when.at if when else None)
        elif kind == _BOUNTY:
            thread, amount = str(self._catalogue.thread(post)), number_of(row, "BountyAmount")
            yield Aggregate(thread=thread, post=str(post), measure="bounty", value=amount or 0)
        elif kind in _OTHERS:
            self._others[post, kind] += 1
        else:
            detail = f"VoteTypeId {kind} is unknown: left out"
            yield Anomaly(code="unknown_column", locator=locator, detail=detail, post=str(post))

    def _handed_out(self) -> Iterator[Record]:
        for (post, kind), n in sorted(self._today.items()):
            self._totals[kind][self._catalogue.posts.find(post)] += n
            name = _COUNTED[kind]
            yield Reaction(
                post=str(post),
                name_raw=name,
                mechanism=name,
                n=n,
                created_at=self._day,
                identity="count_only",
            )
        self._today.clear()

    def _bookmark(self, post: int, user: int | None, when: datetime | None) -> Iterator[Record]:
        """Somebody keeps a post for later: that is no endorsement."""
        if user is not None:
            if (post, user) in self._bookmarked:
                return
            self._bookmarked.add((post, user))
        self._bookmarks[post, user is not None] += 1
        yield Reaction(
            post=str(post),
            name_raw="bookmark",
            mechanism="bookmark",
            account=None if user is None else str(user),
            created_at=when,
            identity="count_only" if user is None else "identified",
        )

    def rest(self, locator: str) -> Iterator[Record]:
        """The last day's votes, the totals, and what belongs to no post that is here."""
        yield from self._handed_out()
        for post in self._catalogue.posts:
            place = self._catalogue.posts.find(post)
            for kind, totals in self._totals.items():
                if totals[place]:
                    yield _total(post, _COUNTED[kind], totals[place], 0)
        for post in sorted({post for post, _ in self._bookmarks}):
            known, unknown = self._bookmarks[post, True], self._bookmarks[post, False]
            yield _total(post, "bookmark", known + unknown, known)
        for (post, kind), number in sorted(self._others.items()):
            thread = str(self._catalogue.thread(post))
            yield Aggregate(
                thread=thread,
                post=str(post),
                measure="vote",
                dimension="type",
                key=_OTHERS[kind],
                value=number,
            )
        for kind, posts in sorted(self._lost.items()):
            name = (
                _COUNTED.get(kind) or _OTHERS.get(kind) or {5: "bookmark", 8: "bounty"}.get(kind, str(kind))
            )
            detail = f"{posts.total()} {name} votes on {len(posts)} posts that are not in the dump: left out"
            yield Anomaly(code="orphan", locator=locator, detail=detail)
        yield from self._mismatch(locator)

    def _mismatch(self, locator: str) -> Iterator[Record]:
        """Scores that are not what the votes come to."""
        votes = zip(self._catalogue.scores, self._totals[2], self._totals[3], strict=True)
        differing = sum(score not in (up - down, UNKNOWN) for score, up, down in votes)
        if differing:
            detail = f"{differing} posts whose Score is not their up votes less their down votes"
            yield Anomaly(code="count_mismatch", locator=locator, detail=detail)

    @property
    def has_bookmarks(self) -> bool:
        """Whether anybody's bookmark was met: the only votes with a name."""
        return bool(self._bookmarked)


def _total(post: int, name: Mechanism, total: int, identified: int) -> ReactionTotal:
    return ReactionTotal(
        post=str(post),
        name_raw=name,
        mechanism=name,
        total=total,
        identified=identified,
        source_field="Votes.xml",
    )
