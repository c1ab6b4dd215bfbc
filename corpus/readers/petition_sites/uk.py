"""Petitions of the UK Parliament: the JSON of the petitions site, and of the older data service.

Who signed is never told, only how many, in all and by country, constituency and region. These numbers differ
by design (constituencies and regions are of the United Kingdom only, and signatures found to be false are
taken out without trace), so none is checked against another.

The site gives one petition a file or pages of them (`data.attributes`); the older service gave lists whose
values are wrapped (`{"_value": ...}`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import (
    Account,
    Aggregate,
    Anomaly,
    Container,
    Post,
    PostState,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)  # fmt: skip
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of, is_export_of, members_of
from ..json_values import moment, text
from .uk_pages import Pages, Petition

_SITE = "petition.parliament.uk"
_GOVERNMENT = "government"
_OLD = re.compile(rb'"numberOfSignatures"\s*:')
_NEW = re.compile(rb'"type"\s*:\s*"(?:archived-)?petition"')
_OPEN = frozenset({"open"})
_HELD: dict[str, PostState] = {
    "hidden": "hidden",
    "removed": "removed",
    **dict.fromkeys(("pending", "validated", "sponsored", "flagged", "dormant"), "unapproved"),
}
"""States of petitions that the public does not see, as states of their text."""


class UkPetitionsReader:
    """One JSON file, or a folder or archive of them."""

    name = "uk-petitions"
    title = "UK Parliament petitions (JSON)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """JSON that counts signatures of petitions."""
        return is_export_of(export, _is_ours, beside=lambda _: False)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the petitions of all files.

        Raises:
            BrokenExportError: there is no petition in it.
        """
        source = Source(
            format=self.name,
            instance=options.instance or _SITE,
            instance_url=f"https://{_SITE}",
            has_reaction_counts=True,
        )
        yield source
        yield Container(native_id=_SITE, kind="petition_site", name=_SITE)
        pages = Pages()
        site = _Site()
        for member in members_of(export):
            document = document_of(export, member)
            if isinstance(document, Anomaly):
                yield document
                continue
            for found in pages.petitions(document, member):
                yield from site.records(found) if isinstance(found, Petition) else (found,)
        yield from pages.missing()
        if not site.seen:
            raise BrokenExportError(
                f"{export.path}: there is no petition in it",
                hint=f"save https://{_SITE}/petitions/NUMBER.json or a page of the list",
            )
        yield replace(source, exported_at=site.latest, complete="no" if pages.is_cut else "unknown")


def _is_ours(head: bytes) -> bool:
    if _OLD.search(head):
        return b"data.parliament.uk" in head
    return bool(_NEW.search(head)) and b'"action"' in head and b'"signature_count"' in head


@dataclass(slots=True)
class _Site:
    """Turns petitions into records; remembers ids only."""

    seen: set[str] = field(default_factory=set[str])
    latest: datetime | None = None
    _people: set[str] = field(default_factory=set[str])

    def records(self, petition: Petition) -> Iterator[Record]:
        """The records of one petition."""
        where, native_id = petition.locator, petition.native_id
        if not native_id or not petition.title:
            lacks = "number" if not native_id else "text"
            yield Anomaly(code="unparsed", locator=where, detail=f"a petition without a {lacks}")
            return
        if native_id in self.seen:
            count = "no" if petition.count is None else petition.count
            detail = f"petition {native_id} came before ({count} signatures, {petition.state})"
            yield Anomaly(code="duplicate", locator=where, detail=detail, post=native_id)
            return
        self.seen.add(native_id)
        self.latest = max(filter(None, (self.latest, petition.latest)), default=None)
        author = petition.creator and " ".join(petition.creator.casefold().split())
        if author and petition.creator and author not in self._people:
            self._people.add(author)
            yield Account(native_id=author, display_name=petition.creator, is_stable_id=False)
        yield _thread(petition)
        yield _statement(petition, author or None)
        yield from _signatures(petition)
        yield from self._response(petition)
        if petition.created is None:
            yield Anomaly(code="bad_time", locator=where, detail="no time of creation", post=native_id)

    def _response(self, petition: Petition) -> Iterator[Record]:
        parts = (text(petition.response.get(name)) for name in ("summary", "details"))
        body = "\n\n".join(part for part in parts if part)
        if not body:
            return
        if _GOVERNMENT not in self._people:
            self._people.add(_GOVERNMENT)
            yield Account(native_id=_GOVERNMENT, display_name="Government", kind="organisation")
        when = moment(petition.response.get("created_at")) or moment(petition.response.get("responded_on"))
        edited = moment(petition.response.get("updated_at"))
        yield Post(
            native_id=f"{petition.native_id}/response",
            thread=petition.native_id,
            author=_GOVERNMENT,
            kind="answer",
            parent=petition.native_id,
            parent_source="explicit",
            created_at=when.at if when else None,
            created_raw=when.raw if when else None,
            precision=when.precision if when else "none",
            body=body,
            edited_at=edited.at if edited and when and edited.at > when.at else None,
            locator=petition.locator,
        )


def _thread(petition: Petition) -> Thread:
    state: Literal["open", "closed"] = "open" if petition.state in _OPEN else "closed"
    return Thread(
        native_id=petition.native_id,
        container=_SITE,
        title=petition.title,
        kind="petition",
        root_post=petition.native_id,
        created_at=petition.opened.at if petition.opened else None,
        state=state,
        url=petition.url,
    )


def _statement(petition: Petition, author: str | None) -> Post:
    created = petition.created
    return Post(
        native_id=petition.native_id,
        thread=petition.native_id,
        author=author,
        created_at=created.at if created else None,
        created_raw=created.raw if created else None,
        precision=created.precision if created else "none",
        body="\n\n".join(part for part in (petition.title, petition.body) if part),
        state=_HELD.get(petition.state, "visible"),
        url=petition.url,
        locator=petition.locator,
    )


def _signatures(petition: Petition) -> Iterator[Record]:
    """How many signed: people without names, and the number as the site gives it, in all and by place."""
    post, count = petition.native_id, petition.count
    if count is None or count < 0:
        detail = f"{petition.source_field} is no count of signatures"
        yield Anomaly(code="unparsed", locator=petition.locator, detail=detail, post=post)
        return
    yield Aggregate(thread=post, post=post, measure="signature_count", value=count)
    for dimension, key, value in petition.places:
        yield Aggregate(
            thread=post, post=post, measure="signature_count", dimension=dimension, key=key, value=value
        )
    if count:
        yield Reaction(post=post, name_raw="signed", mechanism="signature", n=count, identity="count_only")
    yield ReactionTotal(
        post=post,
        name_raw="signed",
        mechanism="signature",
        total=count,
        identified=0,
        source_field=petition.source_field,
    )
