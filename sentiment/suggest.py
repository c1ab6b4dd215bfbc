"""Targets a forum speaks of: names and things that many people bring up, proposed for the configuration.

Entities and noun chunks as spaCy's small English model finds them, counted by distinct people. What it takes
for a person is not proposed, nor are places, days and times. But it takes most invented names for a person's:
such a name is a thing's if it is used like one ("we tried X", "the X licence", "on X") and never set apart as
people are when they are spoken to. A single common noun is only proposed if it names a kind of thing people
are for or against, such as "mandate" or "policy"; "time" and "morning" do not. What fits every workplace
("team", "tool") comes last.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ..corpus.language import english

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

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
_EVERYWHERE: Final = frozenset(noun for noun, kind in _KIND_OF.items() if kind != "policy")
"""What every workplace has."""
_NO_THINGS: Final = frozenset({"PERSON", "DATE", "TIME"})
_PLACES: Final = frozenset({"GPE", "LOC", "FAC"})
_TO_PEOPLE: Final = frozenset(
    {"ask", "bother", "call", "concern", "help", "know", "meet", "ping", "quote", "tell", "thank"}
)
"""What is done to people rather than to things."""
_AT_THINGS: Final = frozenset({"for", "on", "via"})
_SET_APART: Final = frozenset({"npadvmod", "ROOT", "appos", "intj"})
"""Parts of a sentence that are names of those spoken to or cited, if they are names."""
_USED: Final = 0.25
"""Share of its occurrences in which a name is used like a thing, from which on it is one."""
_APART: Final = 0.02
"""Share in which it stands apart, from which on it is a person's after all."""
_LONGEST: Final = 4
"""Words of a name."""
_TICKET: Final = re.compile(r"\d{3}")
"""Numbers that no name has, but tickets do."""
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
    as_person: int = 0
    as_place: int = 0
    used: int = 0
    apart: int = 0


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
        persons.update(ent.text.casefold() for ent in doc.ents if ent.label_ == "PERSON" and len(ent) > 1)
        for span in _spans(doc):
            _note(found.setdefault(_key(span), _Candidate()), span, post, person)
    named = {" ".join(name.casefold().split()) for name in known}
    rows_found = [
        row for key, candidate in found.items()
        if len(candidate.people) >= least and key not in named and _is_a_thing(candidate, persons)
        and (row := _row(candidate, least)) and row["name"].casefold() not in named
    ]  # fmt: skip
    rows_found.sort(
        key=lambda row: (row["name"].casefold() in _EVERYWHERE, -row["people"], -row["posts"], row["name"])
    )
    return pa.Table.from_pylist(rows_found[:limit], schema=_SCHEMA)


def _spans(doc: "Doc") -> Iterator["Span"]:
    """Noun chunks without articles, numbers and what else stands before the noun, and names outside them.

    A single word taken for a person is among them; a chunk that is all there is of a sentence ("Good point.")
    is not, for nothing is said about it.
    """
    never = [ent for ent in doc.ents if ent.label_ in _NO_THINGS]
    single = [ent for ent in never if ent.label_ == "PERSON" and len(ent) == 1]
    taken = {token.i for ent in never if ent not in single for token in ent}
    named = (ent for ent in doc.ents if ent.label_ in _THINGS)
    chunks = (chunk for chunk in doc.noun_chunks if chunk.root.dep_ != "ROOT" or chunk[0].pos_ != "ADJ")
    for stretch in (*single, *chunks, *named):
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
    whole = all(
        token.is_alpha or (token.shape_.strip("-Xxd.") == "" and not _TICKET.search(token.text))
        for token in kept
    )
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
    candidate.as_person += label == "PERSON"
    candidate.as_place += label in _PLACES
    candidate.used += len(span) == 1 and _is_used(span[0])
    candidate.apart += span.root.dep_ in _SET_APART
    if kind := _KIND_OF.get(span[-1].lemma_.casefold()) or _THINGS.get(label):
        candidate.kinds[kind] += 1


def _is_used(token: "Token") -> bool:
    """Whether a name stands where things do: something is done to it, is called after it, or is on it."""
    if token.dep_ in {"dobj", "nsubjpass"}:
        return token.head.lemma_.casefold() not in _TO_PEOPLE
    return (token.dep_ == "compound" and token.head.pos_ == "NOUN") or (
        token.dep_ == "pobj" and token.head.lower_ in _AT_THINGS
    )


def _is_a_thing(candidate: _Candidate, persons: Counter[str]) -> bool:
    others = sum(persons[spelling] for spelling in {s.casefold() for s in candidate.spellings})
    if candidate.as_person + others >= _PERSON * (candidate.seen + others):
        used, apart = candidate.used / candidate.seen, candidate.apart / candidate.seen
        return not others and used >= _USED and apart < _APART
    if 2 * candidate.as_place >= candidate.seen:
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
    # What the model takes for persons at times, it does not know: no more does it know an organisation there.
    kinds = candidate.kinds if not candidate.as_person else {}
    kind = min(
        kinds, key=lambda k: (-candidate.kinds[k], k), default="tool" if candidate.proper else "proposal"
    )
    return {
        "name": names[0], "kind": kind, "aliases": names[1:],
        "people": len(candidate.people), "posts": len(candidate.posts),
    }  # fmt: skip
