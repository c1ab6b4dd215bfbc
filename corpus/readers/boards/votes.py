"""Votes by known people, with what was taken back, and what a platform counts beyond them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ...model import Aggregate, Anomaly, Mechanism, Reaction, ReactionTotal, Record

_NAMES: dict[str, tuple[str, Mechanism]] = {
    "up": ("upvote", "upvote"),
    "down": ("downvote", "downvote"),
    "boost": ("boost", "boost"),
}


@dataclass(slots=True)
class _Vote:
    locator: str
    given: datetime | None = None
    removed: datetime | None = None
    is_removed: bool = False


class Votes:
    """Who voted how on which post: ids and times only; an account has one vote of a kind on a post."""

    def __init__(self) -> None:
        self._votes: dict[tuple[str, str, str], _Vote] = {}
        self._totals: dict[tuple[str, str], tuple[str, int]] = {}

    def give(self, post: str, account: str, way: str, *, at: datetime | None, locator: str) -> None:
        """Note a vote; `way` is "up", "down" or "boost"."""
        vote = self._votes.setdefault((post, account, way), _Vote(locator))
        if at is not None and (vote.given is None or at > vote.given):
            vote.given = at

    def take_back(self, post: str, account: str, way: str, *, at: datetime | None, locator: str) -> None:
        """Note that a vote was taken back, whether the vote itself was met or not."""
        vote = self._votes.setdefault((post, account, way), _Vote(locator))
        vote.is_removed = True
        if at is not None and (vote.removed is None or at > vote.removed):
            vote.removed = at

    def count(self, post: str, way: str, *, thread: str, total: int) -> None:
        """Note what the platform says the number of votes is."""
        known = self._totals.get((post, way))
        if known is None or total > known[1]:
            self._totals[post, way] = (thread, total)

    @property
    def posts(self) -> Iterator[tuple[str, str]]:
        """Posts that are voted on, with where that is said."""
        return iter({post: vote.locator for (post, _, _), vote in self._votes.items()}.items())

    @property
    def has_voters(self) -> bool:
        """Whether anybody is known who voted."""
        return bool(self._votes)

    @property
    def has_totals(self) -> bool:
        """Whether the platform counts."""
        return bool(self._totals)

    def records(self, latest: datetime | None) -> Iterator[Record]:
        """Reactions, sorted, and totals.

        Args:
            latest: the latest moment the export knows: when an undated vote was taken back at the latest.
        """
        identified: dict[tuple[str, str], int] = {}
        for (post, account, way), vote in sorted(self._votes.items()):
            name, mechanism = _NAMES[way]
            # Only a vote dated after it was taken back was given again.
            again = vote.given is not None and vote.removed is not None and vote.given > vote.removed
            removed = (vote.removed or latest) if vote.is_removed and not again else None
            if vote.is_removed and not again and removed is None:
                detail = "a vote was taken back, nothing says when: left out"
                yield Anomaly(code="bad_time", locator=vote.locator, detail=detail, post=post)
                continue
            if removed is None:
                identified[post, way] = identified.get((post, way), 0) + 1
            yield Reaction(
                post=post,
                name_raw=name,
                mechanism=mechanism,
                account=account,
                created_at=vote.given,
                removed_at=removed,
            )
        yield from self._counted(identified)

    def _counted(self, identified: dict[tuple[str, str], int]) -> Iterator[Record]:
        """A number beside known voters is their total; a number alone is an aggregate, never support."""
        for (post, way), (thread, total) in sorted(self._totals.items()):
            known = identified.get((post, way), 0)
            if not known:
                yield Aggregate(thread=thread, post=post, measure=f"{way}s", value=total)
                continue
            name, mechanism = _NAMES[way]
            if total < known:
                detail = f"{known} known {name}s, {total} counted"
                yield Anomaly(code="count_mismatch", locator=post, detail=detail, post=post)
            elif total > known:
                yield Reaction(
                    post=post, name_raw=name, mechanism=mechanism, n=total - known, identity="count_only"
                )
            yield ReactionTotal(
                post=post,
                name_raw=name,
                mechanism=mechanism,
                total=max(total, known),
                identified=known,
                source_field=f"{name}s",
            )
