"""Who signed an open letter: one entry a name, told apart as people and organisations.

Letters kept under version control name their signers in Markdown lists and tables, or in YAML, one list or
one file for each. A name is what the line says before a comma, bracket or dash; whom it stands for is decided
when all names are known: one name with two different links is two people.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ...model import Account, Aggregate, Anomaly, Reaction

ORGANISATION = re.compile(
    r"\b(?:organi[sz]ations?|organi[sz]ational|orgs?|compan(?:y|ies)|institutions?|institutional|associations?|"
    r"ngos?|collectives?|organisationen|vereine|entreprises)\b",
    re.IGNORECASE,
)
PEOPLE = re.compile(r"\b(?:individuals?|people|persons?|personen|personnes|personas)\b", re.IGNORECASE)
SIGNED = re.compile(
    r"\b(?:sign(?:ed|ees?|ers?|ator(?:y|ies)|atures?)|undersigned|co-?signed|endorse(?:d|rs|ments)|supporters?|"
    r"unterzeichne\w*|unterschrift\w*|signataires?|firmantes?|firmas)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"<?\[?\(?(?:add |put |insert )?your (?:full )?name\b", re.IGNORECASE)
_NOBODY = frozenset(("anonymous", "anonym", "anonyme", "anónimo", "name withheld", "withheld"))
_WITHDRAWN = re.compile(r"[(\[](?:withdrawn|removed|retracted|zurückgezogen)\b", re.IGNORECASE)
_STRUCK = re.compile(r"~~.*~~", re.DOTALL)
_LINK = re.compile(r"\[((?:[^\[\]]|\\.)*)\]\(\s*<?([^()\s<>]*)[^()]*\)|<(https?://[^<>\s]+)>")
_MARKS = re.compile(r"[*_`~\\]+|<[^<>]{0,200}>")
_END_OF_NAME = re.compile(r"\s*[,;(\[|]|\s+[-–—/]+\s+|\s*[–—]\s*|:\s")
_BRACKET = re.compile(r"\s*[(\[]|\s+[–—]\s+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line or file of a letter that names a signer.

    Attributes:
        name: the name alone.
        words: all the entry says, to tell a line that stands twice from two lines of one name.
        link: where the name leads, "" where it leads nowhere.
        group: heading or key of the list it stands in.
    """

    name: str
    words: str
    where: str
    link: str = ""
    group: str = ""
    is_organisation: bool = False
    signed: datetime | None = None
    withdrawn: datetime | None = None


def entry_of(words: str, where: str, group: str, *, is_organisation: bool) -> Entry | None:
    """The signer a line of a list names; None where it names none."""
    link = next((found[2] or found[3] or "" for found in _LINK.finditer(words)), "")
    bare = _MARKS.sub("", _LINK.sub(lambda found: found[1] or "", words)).strip()
    # What stands before a link is the name, if anything does: "Ada [@ada](...)".
    before = _MARKS.sub("", words.partition("[")[0]).strip()
    ends = _BRACKET if is_organisation else _END_OF_NAME
    name = ends.split(before or bare, maxsplit=1)[0].strip(" .,;:-–—") or bare
    if not any(letter.isalnum() for letter in name):
        return None
    gone = _WITHDRAWN.search(bare) or _STRUCK.fullmatch(words.strip())
    return Entry(
        name, " ".join(bare.split()), where, link, group, is_organisation, None, _EPOCH if gone else None
    )


def is_placeholder(name: str) -> bool:
    """Whether a line keeps a place for a name: "Your name here"."""
    return bool(_PLACEHOLDER.match(name))


@dataclass(slots=True)
class Signers:
    """All entries of one letter: their accounts, signatures and counts, whatever order they stand in."""

    thread: str
    root: str
    entries: list[Entry] = field(default_factory=list[Entry])
    latest: datetime | None = None
    has_unnamed: bool = False

    def add(self, entries: Iterable[Entry]) -> None:
        """Note entries."""
        self.entries.extend(entries)

    def records(self) -> Iterator[Account | Reaction | Aggregate | Anomaly]:
        """Everything that is known of the signers."""
        links: dict[str, set[str]] = defaultdict(set)
        for entry in self.entries:
            links[_key(entry)].add(_address(entry.link))
        lists: Counter[str] = Counter()
        seen: dict[str, set[str]] = {}
        for entry in self.entries:
            if is_placeholder(entry.name):
                detail = "a place for a name, no name"
                yield Anomaly(code="unparsed", locator=entry.where, detail=detail, post=self.root)
                continue
            lists[entry.group] += 1
            yield from self._one(entry, links[_key(entry)], seen)
        for name, count in sorted(lists.items()):
            yield Aggregate(
                thread=self.thread,
                post=self.root,
                measure="signatures",
                dimension="list",
                key=name,
                value=count,
            )

    def _one(
        self, entry: Entry, links: set[str], seen: dict[str, set[str]]
    ) -> Iterator[Account | Reaction | Anomaly]:
        for moment in (entry.signed, entry.withdrawn):
            if moment is not None and (self.latest is None or moment > self.latest):
                self.latest = moment
        if _key(entry) in _NOBODY:
            self.has_unnamed = True
            yield Reaction(
                post=self.root,
                name_raw="signed",
                mechanism="signature",
                created_at=entry.signed,
                removed_at=entry.withdrawn,
                identity="count_only",
            )
            return
        account = _account(entry, links)
        if account not in seen:
            yield Account(
                native_id=account,
                display_name=entry.name,
                kind="organisation" if entry.is_organisation else "human",
                is_stable_id=False,
            )
        elif entry.withdrawn is None:
            same = entry.words in seen[account]
            detail = "this line came before" if same else "this name came before, with other words"
            yield Anomaly(code="duplicate", locator=entry.where, detail=detail, post=self.root)
        seen.setdefault(account, set()).add(entry.words)
        yield Reaction(
            post=self.root,
            name_raw="signed",
            mechanism="signature",
            account=account,
            created_at=entry.signed,
            removed_at=entry.withdrawn,
            identity="name_only",
        )


def _key(entry: Entry) -> str:
    name = " ".join(entry.name.casefold().split())
    return f"organisation:{name}" if entry.is_organisation else name


def _account(entry: Entry, links: set[str]) -> str:
    """A name, and its link where others of that name have another."""
    named = links - {""}
    address = _address(entry.link)
    return f"{_key(entry)} <{address}>" if len(named) > 1 and address else _key(entry)


def _address(link: str) -> str:
    """A link without what may differ for one page."""
    address = link.strip().casefold().removeprefix("mailto:").partition("://")
    return (address[2] or address[0]).removeprefix("www.").rstrip("/")
