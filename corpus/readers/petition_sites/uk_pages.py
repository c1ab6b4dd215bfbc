"""Petitions in the documents of the UK Parliament's two services, brought to one shape."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...model import Anomaly
from ..json_values import Moment, moment, objects, text, whole
from ..known_fields import KnownFields

_KNOWN = (
    "action", "background", "additional_details", "committee_note", "state", "signature_count", "created_at",
    "updated_at", "rejected_at", "opened_at", "open_at", "closed_at", "stopped_at", "locked_at",
    "moderation_threshold_reached_at", "response_threshold_reached_at", "government_response_at",
    "debate_threshold_reached_at", "scheduled_debate_date", "debate_outcome_at", "creator_name", "rejection",
    "government_response", "debate", "departments", "topics", "signatures_by_country", "archived_at",
    "signatures_by_constituency", "signatures_by_region", "other_parliamentary_business", "anonymized_at",
    "last_signed_at",
)  # fmt: skip
_KNOWN_OLD = (
    "_about", "type", "isPrimaryTopicOf", "created", "identifier", "label", "numberOfSignatures",
    "sponsorPrinted", "status", "additionalInformation", "attributedTo",
)  # fmt: skip
_PLACES = ("country", "constituency", "region")


@dataclass(frozen=True, slots=True)
class Petition:
    """One petition, whichever service it came from."""

    native_id: str
    title: str
    body: str
    state: str
    count: int | None
    source_field: str
    created: Moment | None
    opened: Moment | None
    creator: str | None
    url: str | None
    locator: str
    response: dict[str, Any] = field(default_factory=dict[str, Any])
    places: tuple[tuple[str, str, int], ...] = ()
    latest: datetime | None = None


@dataclass(slots=True)
class Pages:
    """Finds petitions in documents, and notes pages that point to one that is not here."""

    is_cut: bool = False
    _read: set[str] = field(default_factory=set[str])
    _next: dict[str, str] = field(default_factory=dict[str, str])
    _fields: KnownFields = field(default_factory=lambda: KnownFields("petition", _KNOWN))
    _old_fields: KnownFields = field(default_factory=lambda: KnownFields("petition", _KNOWN_OLD))

    def petitions(self, document: Any, member: str) -> Iterator[Petition | Anomaly]:
        """All petitions of one document."""
        wrapped = mapping(document)
        if "data" in wrapped:
            self._note_page(mapping(wrapped.get("links")), member)
            data = wrapped["data"]
            entries = data if isinstance(data, list) else [data]
        else:
            listed = mapping(wrapped.get("result")).get("items", document)
            entries = listed if isinstance(listed, list) else [listed]
        for index, entry in enumerate(entries):
            where = f"{member}:{index}" if len(entries) > 1 else member
            if isinstance(entry, dict) and isinstance(entry.get("attributes"), dict):
                yield from self._fields.check(entry["attributes"], where)
                yield _new(entry, where)
            elif isinstance(entry, dict) and "numberOfSignatures" in entry:
                yield from self._old_fields.check(entry, where)
                yield _old(entry, where)
            else:
                yield Anomaly(code="unparsed", locator=where, detail="no petition")

    def _note_page(self, links: dict[str, Any], member: str) -> None:
        if here := text(links.get("self")):
            self._read.add(here)
        if following := text(links.get("next")):
            self._next[following] = member

    def missing(self) -> Iterator[Anomaly]:
        """One anomaly for each page that another one names as the next and that is not here."""
        for following, member in sorted(self._next.items()):
            if following not in self._read:
                self.is_cut = True
                detail = "a page that names a next one, which is not here"
                yield Anomaly(code="truncated", locator=member, detail=detail)


def _new(entry: dict[str, Any], where: str) -> Petition:
    told: dict[str, Any] = entry["attributes"]
    parts = (text(told.get(name)) for name in ("background", "additional_details"))
    opened = moment(told.get("opened_at")) or moment(told.get("open_at"))
    times = (moment(value) for name, value in told.items() if name.endswith("_at"))
    return Petition(
        native_id=_native_id(entry.get("id")),
        title=text(told.get("action")) or "",
        body="\n\n".join(part for part in parts if part),
        state=text(told.get("state")) or "",
        count=whole(told.get("signature_count")),
        source_field="signature_count",
        created=moment(told.get("created_at")) or opened,
        opened=opened,
        creator=text(told.get("creator_name")),
        url=text(mapping(entry.get("links")).get("self")),
        locator=where,
        response=mapping(told.get("government_response")),
        places=tuple(_places(told)),
        latest=max((time.at for time in times if time), default=None),
    )


def _places(told: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    for dimension in _PLACES:
        for place in objects(told.get(f"signatures_by_{dimension}")):
            name, count = text(place.get("name")), whole(place.get("signature_count"))
            if name and count is not None and count >= 0:
                yield dimension, name, count


def _old(entry: dict[str, Any], where: str) -> Petition:
    created = moment(_bare(entry.get("created")))
    sponsors = entry.get("sponsorPrinted")
    return Petition(
        native_id=_native_id(_bare(entry.get("identifier"))),
        title=text(_bare(entry.get("label"))) or "",
        body=text(_bare(entry.get("additionalInformation"))) or "",
        state=text(_bare(entry.get("status"))) or "",
        count=whole(_bare(entry.get("numberOfSignatures"))),
        source_field="numberOfSignatures",
        created=created,
        opened=created,
        creator=text(_bare(next(iter(sponsors), None) if isinstance(sponsors, list) else sponsors)),
        url=text(entry.get("_about")),
        locator=where,
        latest=created.at if created else None,
    )


def _bare(value: Any) -> Any:
    return value.get("_value") if isinstance(value, dict) else value


def _native_id(value: Any) -> str:
    return str(number) if (number := whole(value)) is not None else text(value) or ""


def mapping(value: Any) -> dict[str, Any]:
    """The object, or an empty one where it is none."""
    return value if isinstance(value, dict) else {}
