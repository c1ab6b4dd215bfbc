"""Targets a forum speaks of: names and things that many people bring up, proposed for the configuration.

Entities and noun chunks as spaCy's small English model finds them, counted by distinct people. What it takes
for a person is never proposed, nor are days and times. A single common noun is only proposed if it names a
kind of thing people are for or against, such as "mandate" or "policy"; "time" and "morning" do not.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ..corpus.language import english

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

_THINGS: Final[dict[str, str]] = {
    "ORG": "organisation", "PRODUCT": "tool", "LAW": "policy", "WORK_OF_ART": "proposal", "EVENT": "proposal",
}  # fmt: skip
_KIND_OF: Final[dict[str, str]] = {
    noun: kind
    for kind, nouns in {
        "policy": "policy mandate rule target quota guideline requirement ban",
        "tool": "tool agent assistant editor app platform system model",
        "organisation": "team company committee council board department",
    }.items()
    for noun in nouns.split()
}
_NO_THINGS: Final = frozenset({"PERSON", "DATE", "TIME"})
_LONGEST: Final = 4
"""Words of a name."""
_PERSON: Final = 0.2
"""Share of its occurrences in which the model takes a stretch for a person, from which on it is one."""
_SCHEMA: Final = pa.schema(
    [("name", pa.string()), ("kind", pa.string()), ("aliases", pa.list_(pa.string()))]
    + [(name, pa.int64()) for name in ("people", "posts")]
)


@dataclass(slots=True)
class _Candidate:
    """What has been seen of one name."""

    spellings: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    people: set[str] = field(default_factory=set[str])
    posts: set[str] = field(default_factory=set[str])
    kinds: Counter[str] = field(default_factory=Counter[str])
    seen: int = 0
    proper: int = 0


def suggest_targets(
    posts: pa.Table, *, least: int = 5, limit: int = 20, known: Sequence[str] = ()
) -> pa.Table:
    """What people speak of, those first of whom most people do.

    Args:
        posts: columns post_id, person_id, own_text.
        least: fewest people behind a name, and behind each of its spellings.
        limit: most names.
        known: names and aliases that need not be proposed.

    Returns:
        Columns name, kind (a guess), aliases, people, posts.
    """
    rows = zip(*(posts[name].to_pylist() for name in ("post_id", "person_id", "own_text")), strict=True)
    told = sorted(row for row in rows if row[1] is not None and row[2])
    language = english("tok2vec", "tagger", "attribute_ruler", "lemmatizer", "parser", "ner")
    found: dict[str, _Candidate] = {}
    persons: Counter[str] = Counter()
    for doc, (post, person, _) in zip(language.pipe([text for *_, text in told]), told, strict=True):
        persons.update(ent.text.casefold() for ent in doc.ents if ent.label_ == "PERSON")
        for span in _spans(doc):
            _note(found.setdefault(_key(span), _Candidate()), span, post, person)
    named = {" ".join(name.casefold().split()) for name in known}
    rows_found = [
        row for key, candidate in found.items()
        if len(candidate.people) >= least and key not in named and _is_a_thing(candidate, persons)
        and (row := _row(candidate, least)) and row["name"].casefold() not in named
    ]  # fmt: skip
    rows_found.sort(key=lambda row: (-row["people"], -row["posts"], row["name"]))
    return pa.Table.from_pylist(rows_found[:limit], schema=_SCHEMA)


def _spans(doc: "Doc") -> Iterator["Span"]:
    """Noun chunks without articles, numbers and what else stands before the noun, and names outside them."""
    taken = {token.i for ent in doc.ents if ent.label_ in _NO_THINGS for token in ent}
    named = (ent for ent in doc.ents if ent.label_ in _THINGS)
    for stretch in (*doc.noun_chunks, *named):
        span = _trimmed(stretch)
        if span is not None and not any(token.i in taken for token in span):
            taken.update(token.i for token in span)
            yield span


def _trimmed(span: "Span") -> "Span | None":
    start, end = span.start, span.end
    while start < end and (span.doc[start].pos_ not in {"NOUN", "PROPN", "ADJ"} or span.doc[start].is_stop):
        start += 1
    while end > start and span.doc[end - 1].pos_ not in {"NOUN", "PROPN"}:
        end -= 1
    kept = span.doc[start:end]
    whole = all(token.is_alpha or token.shape_.strip("-Xxd.") == "" for token in kept)
    return kept if 0 < len(kept) <= _LONGEST and whole and len(kept.text) > 2 else None  # noqa: PLR2004 - no initials


def _key(span: "Span") -> str:
    return " ".join([*(token.lower_ for token in span[:-1]), span[-1].lemma_.casefold()])


def _note(candidate: _Candidate, span: "Span", post: str, person: str) -> None:
    candidate.spellings.setdefault(span.text, set()).add(person)
    candidate.people.add(person)
    candidate.posts.add(post)
    candidate.seen += 1
    # A capital at the start of a sentence says nothing.
    candidate.proper += span[0].is_title and not span[0].is_sent_start
    label = span[0].ent_type_
    if kind := _KIND_OF.get(span[-1].lemma_.casefold()) or _THINGS.get(label):
        candidate.kinds[kind] += 1


def _is_a_thing(candidate: _Candidate, persons: Counter[str]) -> bool:
    as_person = sum(persons[spelling.casefold()] for spelling in {s.casefold() for s in candidate.spellings})
    if as_person >= _PERSON * (candidate.seen + as_person):
        return False
    single = all(" " not in spelling for spelling in candidate.spellings)
    is_of_a_kind = any(spelling.casefold() in _KIND_OF for spelling in candidate.spellings)
    return not single or is_of_a_kind or 2 * candidate.proper >= candidate.seen


def _row(candidate: _Candidate, least: int) -> dict[str, Any] | None:
    """Its commonest spelling, and the others that differ by more than case, of enough people each."""
    people: dict[str, set[str]] = {}
    shown: dict[str, Counter[str]] = {}
    for spelling, own in candidate.spellings.items():
        people.setdefault(spelling.casefold(), set()).update(own)
        shown.setdefault(spelling.casefold(), Counter())[spelling] = len(own)
    folded = sorted((s for s in people if len(people[s]) >= least), key=lambda s: (-len(people[s]), s))
    if not folded:
        return None
    names = [min(shown[s], key=lambda spelling: (-shown[s][spelling], spelling)) for s in folded]
    kind = min(
        candidate.kinds,
        key=lambda k: (-candidate.kinds[k], k),
        default="tool" if candidate.proper else "proposal",
    )
    return {
        "name": names[0], "kind": kind, "aliases": names[1:],
        "people": len(candidate.people), "posts": len(candidate.posts),
    }  # fmt: skip
