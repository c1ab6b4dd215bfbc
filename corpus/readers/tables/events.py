"""Signatures from a list of events: who came onto a list and who left it, each with its time.

Such lists come from the history of a letter kept under version control, and from audit logs of petition
sites. A signature lasts from the event that made it to the one that ended it; who came back has two. A name
that leaves and comes back in one moment was only moved. Second copies of a name are told, not counted.
Answers to a form that asks for support are events too: who says yes comes, who says no later leaves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from ...model import Anomaly, Identity, Reaction
from .words import BACKS, DECLINES, LEAVES, MENDS, SIGNS, plain, says

_Kind = Literal["signs", "leaves", "declines"]
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opening:
    """Who signs which opening post; no account where that is not known."""

    root: str
    account: str | None
    identity: Identity

    def signature(self, created: datetime | None, removed: datetime | None) -> Reaction:
        """The signature that lasts from one time to another, None where it has no end."""
        return Reaction(
            post=self.root,
            name_raw="signed",
            mechanism="signature",
            account=self.account,
            created_at=created,
            removed_at=removed,
            identity=self.identity,
        )


@dataclass(frozen=True, slots=True)
class _Event:
    kind: _Kind
    at: datetime | None
    where: str


@dataclass(slots=True)
class Events:
    """Events and answers of all lists of an export; no texts are kept, only whose they are and when."""

    _noted: dict[Opening, list[_Event]] = field(default_factory=dict[Opening, list[_Event]])
    _unknown: set[str] = field(default_factory=set[str])

    def note(self, opening: Opening, said: str, at: datetime | None, where: str) -> Iterator[Anomaly]:
        """Note one event; yields an anomaly where its word is not known."""
        word = plain(said)
        if word in MENDS:
            return
        kind: _Kind | None = "signs" if word in SIGNS else "leaves" if word in LEAVES else None
        if kind is not None:
            self._noted.setdefault(opening, []).append(_Event(kind, at, where))
            return
        detail = f"event {said!r} is not known: such rows change nothing" if said else "no event"
        yield from self._unheard(word, detail, where)

    def answer(self, opening: Opening, said: str, at: datetime | None, where: str) -> Iterator[Anomaly]:
        """Note an answer to a question for support; yields an anomaly where it is not understood."""
        kind: _Kind = "signs" if says(said, BACKS) else "declines"
        self._noted.setdefault(opening, []).append(_Event(kind, at, where))
        if said and kind == "declines" and not says(said, DECLINES):
            detail = f"answer {said!r} is neither yes nor no: such rows are taken for no signatures"
            yield from self._unheard(plain(said), detail, where)

    def _unheard(self, word: str, detail: str, where: str) -> Iterator[Anomaly]:
        """An anomaly for a word that is not known, once."""
        if word not in self._unknown:
            self._unknown.add(word)
            yield Anomaly(code="unknown_alias", locator=where, detail=detail)

    def signatures(self) -> Iterator[Reaction | Anomaly]:
        """All signatures, person by person."""
        for opening, events in self._noted.items():
            # Equal times keep the order of the rows: that is the order in which things were done.
            events.sort(key=lambda event: event.at or _LAST)
            yield from _unnamed(opening, events) if opening.account is None else _lasting(opening, events)


def _lasting(opening: Opening, events: list[_Event]) -> Iterator[Reaction | Anomaly]:
    """One person's signatures on one list."""
    since: _Event | None = None
    ended: tuple[_Event, _Event] | None = None
    for event in events:
        if event.kind == "signs" and since is not None:
            detail = "this person is on the list already"
            yield Anomaly(code="duplicate", locator=event.where, detail=detail, post=opening.root)
        elif event.kind == "signs" and ended and event.at is not None and ended[1].at == event.at:
            since, ended = ended[0], None
        elif event.kind == "signs":
            since = event
        elif since is None:
            if event.kind == "leaves":
                detail = "taken off a list it is not on"
                yield Anomaly(code="orphan", locator=event.where, detail=detail, post=opening.root)
        else:
            if ended:
                yield _ended(opening, *ended)
            since, ended = None, (since, event)
    if ended:
        yield _ended(opening, *ended)
    if since:
        yield opening.signature(since.at, None)


def _ended(opening: Opening, since: _Event, end: _Event) -> Reaction:
    """A signature that was taken back, at the latest known time where the end has none."""
    return opening.signature(since.at, end.at or since.at or _FIRST)


def _unnamed(opening: Opening, events: list[_Event]) -> Iterator[Reaction | Anomaly]:
    """Signatures of nobody known: each is one more; which of them ended can't be told."""
    for event in events:
        if event.kind == "signs":
            yield opening.signature(event.at, None)
        elif event.kind == "leaves":
            detail = "somebody without a name was taken off the list"
            yield Anomaly(code="orphan", locator=event.where, detail=detail, post=opening.root)
