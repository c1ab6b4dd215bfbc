"""Tables of signatures: people, when they signed, perhaps when they took it back, and a remark.

A petition is a thread whose first post is the statement; a row is a signature on it, and a comment below it
if there is a remark. A signature that was withdrawn keeps both dates. Where a row says that it does not
stand (withdrawn, invalid, not confirmed) but not since when, it is taken not to have stood from the start:
its end is its own time, or the first day of the calendar of computers where it has none.

A table may also list events ("sign", "remove") or answers ("yes", "no") rather than signatures; `events`
makes signatures of them.
"""

from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePosixPath

from ...model import Account, Aggregate, Anomaly, Post, Reaction, Record, Thread
from .cells import Cells, Latest, People, Person, content_id
from .events import Events, Opening
from .rows import Row
from .times import Moment
from .words import BACKS, FALLEN, NO, SIGNS, STANDS, YES, plain, says

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIMENSIONS = ("role", "organisation", "site", "region", "country")


@dataclass(slots=True)
class SignatureRows:
    """Turns rows of all signature tables of an export into records."""

    people: People
    latest: Latest
    count: int = 0
    has_unnamed: bool = False
    only_petition: str | None = None
    """The export's one petition, where it has just one: remarks kept apart from the list belong to it."""
    _petitions: set[str] = field(default_factory=set[str])
    _comments: set[str] = field(default_factory=set[str])
    _statuses: set[str] = field(default_factory=set[str])
    _signed: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _places: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    _events: Events = field(default_factory=Events)

    def records(self, row: Row, cells: Cells) -> Iterator[Record]:
        """The records of one row."""
        person = Person(None)
        for met in self.people.meet(row, cells, email_first=True):
            if isinstance(met, Account):
                yield met
            else:
                person = met
        signed = cells.moment(row, "signed")
        if person.account is None and signed is None:
            yield Anomaly(code="unparsed", locator=cells.where(row), detail="neither a person nor a time")
            return
        petition, root, opening = self._petition(row, cells)
        yield from opening
        self.count += 1
        if "event" in cells.columns:
            yield from self._event(row, cells, root, person, signed)
        elif not cells.is_remarks:
            yield from self._signature(row, cells, root, person, signed)
            if _backs(row, cells):
                self._count_places(row, cells, petition)
        if "event" not in cells.columns or plain(cells.text(row, "event")) in SIGNS:
            yield from self._comment(row, cells, (petition, root), person, signed)

    def rest(self) -> Iterator[Record]:
        """What is known when all rows are read: signatures made of events, and signers by place and role."""
        for record in self._events.signatures():
            if isinstance(record, Reaction):
                self.latest.see(record.created_at)
                self.latest.see(record.removed_at)
            yield record
        for (petition, dimension, key), value in sorted(self._places.items()):
            yield Aggregate(thread=petition, measure="signatures", dimension=dimension, key=key, value=value)

    def _petition(self, row: Row, cells: Cells) -> tuple[str, str, list[Record]]:
        """A petition's thread and first post, and their records where they are new."""
        stem = PurePosixPath(cells.member).stem
        title = cells.word(row, "title")
        petition = title or (self.only_petition if cells.is_remarks else None) or stem
        root = f"{petition}/statement"
        if petition in self._petitions:
            return petition, root, []
        self._petitions.add(petition)
        name = title or petition.replace("_", " ").replace("-", " ")
        body = cells.text(row, "statement") or name
        return petition, root, [
            Thread(native_id=petition, title=name, kind="petition", root_post=root),
            Post(native_id=root, thread=petition, body=body, locator=cells.where(row)),
        ]  # fmt: skip

    def _signature(
        self, row: Row, cells: Cells, root: str, person: Person, signed: Moment | None
    ) -> Iterator[Record]:
        if "signed" in cells.columns and signed is None:
            yield cells.bad_time(row, "signed", root)
        created = signed.at if signed else None
        removed = yield from self._end(row, cells, root, created)
        self.latest.see(created)
        self.latest.see(removed)
        opening = self._opening(root, person)
        if "supports" in cells.columns and (removed is None or not _backs(row, cells)):
            said = cells.word(row, "supports")
            yield from self._events.answer(opening, said, created, cells.where(row))
            return
        if opening.account is not None and removed is None:
            if (root, opening.account) in self._signed:
                told = "this name is" if person.by == "name" else "this person is"
                detail = f"{told} on the list already"
                yield Anomaly(code="duplicate", locator=cells.where(row), detail=detail, post=root)
            self._signed.add((root, opening.account))
        yield opening.signature(created, removed)

    def _opening(self, root: str, person: Person) -> Opening:
        """Who signs what."""
        is_one = person.account is not None and person.kind in ("human", "organisation")
        self.has_unnamed |= not is_one
        identity = "count_only" if not is_one else "name_only" if person.by == "name" else "identified"
        return Opening(root, person.account if is_one else None, identity)

    def _event(
        self, row: Row, cells: Cells, root: str, person: Person, when: Moment | None
    ) -> Iterator[Anomaly]:
        if when is None:
            yield cells.bad_time(row, "signed", root)
        said = cells.text(row, "event")
        opening = self._opening(root, person)
        yield from self._events.note(opening, said, when.at if when else None, cells.where(row))

    def _count_places(self, row: Row, cells: Cells, petition: str) -> None:
        """Count rows by what they say of a signer's place and role: no account has room for that."""
        for dimension in _DIMENSIONS:
            if key := cells.word(row, dimension):
                self._places[petition, dimension, key] += 1

    def _end(
        self, row: Row, cells: Cells, root: str, created: datetime | None
    ) -> Generator[Anomaly, None, datetime | None]:
        """When a signature ended, None where it stands; yields what is odd about it."""
        said = cells.word(row, "withdrawn")
        moment = cells.moment(row, "withdrawn") if said else None
        if moment:
            if created and moment.at < created:
                detail = "withdrawn before it was signed"
                yield Anomaly(code="clock", locator=cells.where(row), detail=detail, post=root)
            return moment.at
        status = plain(cells.word(row, "status"))
        if status and status not in STANDS | FALLEN and status not in self._statuses:
            self._statuses.add(status)
            detail = f"status {cells.text(row, 'status')!r} is not known: such signatures are taken to stand"
            yield Anomaly(code="unknown_alias", locator=cells.where(row), detail=detail)
        if said and said.casefold() not in NO | YES:
            yield cells.bad_time(row, "withdrawn", root)
        is_over = status in FALLEN or (bool(said) and said.casefold() not in NO) or _is_waiting(row, cells)
        return (created or _EPOCH) if is_over else None

    def _comment(
        self, row: Row, cells: Cells, petition: tuple[str, str], person: Person, signed: Moment | None
    ) -> Iterator[Record]:
        thread, root = petition
        text = cells.text(row, "comment")
        if not text:
            return
        native_id = f"{thread}/{content_id(person.account or '', cells.text(row, 'signed'), text)}"
        if native_id in self._comments:
            detail = "this comment came before"
            yield Anomaly(code="duplicate", locator=cells.where(row), detail=detail, post=native_id)
            return
        self._comments.add(native_id)
        self.latest.see(signed.at if signed else None)
        yield Post(
            native_id=native_id,
            thread=thread,
            author=person.account,
            kind="comment",
            parent=root,
            parent_source="explicit",
            created_at=signed.at if signed else None,
            created_raw=cells.text(row, "signed") or None,
            precision=signed.precision if signed else "none",
            tz_known=signed.tz_known if signed else False,
            body=text,
            is_private=cells.is_private(row),
            locator=cells.where(row),
        )


def _backs(row: Row, cells: Cells) -> bool:
    """Whether the signer says yes, where signers are asked."""
    return "supports" not in cells.columns or says(cells.word(row, "supports"), BACKS)


def _is_waiting(row: Row, cells: Cells) -> bool:
    """Whether a list says who confirmed, and this signer did not: a blank there is a no."""
    if "confirmed" not in cells.columns:
        return False
    said = plain(cells.word(row, "confirmed"))
    return not said or says(said, NO) or said in FALLEN
