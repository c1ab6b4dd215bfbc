"""Approvals: what each reviewer of a change holds, and when it changed.

A person's latest verdict is their position. An approval is a reaction to the change's opening post, also
where the review has no text; a later contrary verdict takes it back on its day, and approving once more makes
it stand from then on. Each person has one approval at most; every step of theirs stays as a review.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from datetime import UTC, datetime

from ...model import Anomaly, Reaction
from .told import Verdict

_NEVER = datetime.min.replace(tzinfo=UTC)


class Verdicts:
    """All verdicts of an export, by change and reviewer."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str | None], dict[str, Verdict]] = defaultdict(dict)

    def add(self, verdict: Verdict) -> None:
        """Take note of a verdict; the same one twice counts once."""
        self._given[verdict.post, verdict.account][verdict.key] = verdict

    @property
    def has_approvals(self) -> bool:
        """Whether anybody approved anything."""
        return any(verdict.approves for given in self._given.values() for verdict in given.values())

    def records(self, posts: Container[str]) -> Iterator[Reaction | Anomaly]:
        """The approvals; those of changes that are not here leave an anomaly."""
        orphans: dict[str, int] = defaultdict(int)
        for post, account in sorted(self._given, key=lambda key: (key[0], key[1] or "")):
            verdicts = sorted(self._given[post, account].values(), key=_when)
            if post not in posts:
                orphans[post] += any(verdict.approves for verdict in verdicts)
            if account is not None:
                yield from _held(verdicts)
            elif post in posts:
                yield from (_approval(verdict, None) for verdict in verdicts if verdict.approves)
        for post, number in sorted(orphans.items()):
            if number:
                detail = f"{number} people approved {post}, whose opening post is not in this export"
                yield Anomaly(code="orphan", locator=post, detail=detail)


def _held(verdicts: list[Verdict]) -> Iterator[Reaction]:
    """The person's approval as it stands after all verdicts, if they ever approved."""
    since: Verdict | None = None
    until: datetime | None = None
    for verdict in verdicts:
        if verdict.approves:
            since = verdict if since is None or until or since.at is None else since
            until = None
        elif since is not None:
            until = until or verdict.at or since.at
            since = since if until else None
    if since is not None:
        yield _approval(since, until)


def _approval(verdict: Verdict, until: datetime | None) -> Reaction:
    return Reaction(
        post=verdict.post,
        name_raw="approved",
        mechanism="approval",
        account=verdict.account,
        created_at=verdict.at,
        removed_at=until,
        identity="count_only" if verdict.account is None else "identified",
    )


def _when(verdict: Verdict) -> tuple[datetime, str]:
    return verdict.at or _NEVER, verdict.key
