"""What is kept while a chat is read: who was met, what the end of the export tells, reactions told apart.

Chats differ in their files and agree in this: an account is introduced when it first speaks, a reaction has
named people and a number, and the latest moment the export knows decides which of two exports is newer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from ...model import Account, Anomaly, Reaction, ReactionTotal, Record, Source


@dataclass(slots=True)
class Chronicle:
    """The notes of one reading."""

    accounts: set[str] = field(default_factory=set[str])
    posts: int = 0
    latest: datetime | None = None
    has_deletions: bool = False
    has_edit_history: bool = False
    is_truncated: bool = False
    _named: bool = False
    _unnamed: bool = False

    def see(self, *moments: datetime | None) -> None:
        """Note times that the export knows of."""
        for moment in moments:
            if moment is not None and (self.latest is None or moment > self.latest):
                self.latest = moment

    def introduce(self, *accounts: Account) -> Iterator[Account]:
        """Those of the accounts that were not met before."""
        for account in accounts:
            if account.native_id not in self.accounts:
                self.accounts.add(account.native_id)
                yield account

    def truncated(self, locator: str, detail: str) -> Anomaly:
        """Note that something is missing, as a row."""
        self.is_truncated = True
        return Anomaly(code="truncated", locator=locator, detail=detail)

    def reactions(
        self,
        post: str,
        name: str,
        people: Mapping[str, datetime | None],
        total: int | None,
        field: str,
        locator: str,
    ) -> Iterator[Record]:
        """One sign under one post: each named person, the unnamed remainder, what the platform says.

        Args:
            post: native id of the post.
            name: the sign as the export names it.
            people: native id of each account that reacted so -> when.
            total: the platform's own count; None where it gives none.
            field: where in the export the count stands.
            locator: where the post stands.
        """
        if total is not None and (total < len(people) or total < 0):
            detail = f"{name}: count {total}, but {len(people)} people named"
            yield Anomaly(code="count_mismatch", locator=locator, detail=detail, post=post)
        for account, when in people.items():
            self._named = True
            self.see(when)
            yield Reaction(post=post, name_raw=name, mechanism="emoji", account=account, created_at=when)
        whole = max(total or 0, len(people))
        if whole > len(people):
            self._unnamed = True
            rest = whole - len(people)
            yield Reaction(post=post, name_raw=name, mechanism="emoji", n=rest, identity="count_only")
        yield ReactionTotal(
            post=post,
            name_raw=name,
            mechanism="emoji",
            total=whole,
            identified=len(people),
            source_field=field,
        )

    def close(self, source: Source, *, exported_at: datetime | None = None) -> Source:
        """The source with what only the end knows."""
        return replace(
            source,
            exported_at=exported_at or self.latest,
            has_reaction_actors="partial"
            if self._named and self._unnamed
            else "no"
            if self._unnamed
            else source.has_reaction_actors,
            has_deletions=self.has_deletions,
            has_edit_history=self.has_edit_history,
            complete="no" if self.is_truncated else source.complete,
        )
