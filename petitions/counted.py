"""Whom a figure counts: people, in the words right after it, or by what is done right beside it.

A number counts people by its noun ("1,500 of our engineers"), by what they leave ("1,500 signatures"), or
by a verb of signing with no noun at all ("1,150 have signed"). A share is of people if it says so; with no
base it must be a percentage, and nothing near it may speak of machines or money.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import claim_words as w
from .figures import Figure

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

REACH = 5
"""Words between a figure and the noun it counts."""
_NEAR = 4
"""Words to either side of a share with no base in which machines and money would claim it."""
_PRONOUNS = frozenset(("us", "you", "them"))
_ENDS_NOUN = frozenset(("SCONJ", "CCONJ", "PUNCT", "X", "SYM", "VERB"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: its tokens with the noun it counts, the one of them to start from, and whom."""

    tokens: tuple[int, ...]
    anchor: int
    counted: str
    is_share: bool = False
    is_based: bool = True
    """Whether it is said what the share is of."""


def place_of(doc: "Doc", figure: Figure) -> Place | None:
    """Where a figure stands in the parse and whom it counts, None if it counts no people."""
    span = doc.char_span(figure.start, figure.end, alignment_mode="expand")
    if span is None:
        return None
    if figure.unit == "percent":
        return _share(doc, span, figure)
    if any(entity.label_ == "MONEY" and _overlap(entity, span) for entity in doc.ents):
        return None
    return _number(doc, span)


def _overlap(one: Any, other: Any) -> bool:
    return one.start < other.end and other.start < one.end


def _number(doc: "Doc", span: "Span") -> Place | None:
    """A plain number: of people by the noun it counts, or by a verb of signing right after it."""
    for token in doc[span.end : span.end + REACH]:
        word = token.lower_
        if word in w.COUNTS_ALONE or (word in w.PEOPLE and word not in w.WHOLES):
            if word in _PRONOUNS and doc[token.i - 1].lower_ != "of":
                return None
            return Place(tuple(range(span.start, token.i + 1)), token.i, w.PEOPLE.get(word, "people"))
        if word in w.WHOLES:
            return None
        if word in w.UNITS or token.pos_ in _ENDS_NOUN or word in w.VERBS:
            break
    is_bare = _is_done_next(doc, span) or _is_done_before(doc, span)
    return Place(tuple(range(span.start, span.end)), span.root.i, "people") if is_bare else None


def _is_done_next(doc: "Doc", span: "Span") -> bool:
    """Whether a verb of signing follows: "1,500 have signed"."""
    after = [token for token in doc[span.end : span.end + _NEAR] if token.pos_ not in ("AUX", "ADV")]
    return after != [] and after[0].pos_ == "VERB" and w.VERBS.get(after[0].lower_) in w.BACKING


def _is_done_before(doc: "Doc", span: "Span") -> bool:
    """Whether it ends what it counts: "signatures: 1,500", "signed by 1,500", "daily active users: 70"."""
    if span.end < len(doc) and doc[span.end].pos_ not in ("PUNCT", "ADP", "CCONJ", "ADV"):
        return False
    before = {token.lower_ for token in doc[max(0, span.start - REACH) : span.start]}
    is_by = "by" in before and any(w.VERBS.get(word) in w.BACKING for word in before)
    is_use = "users" in before and not w.ACTIVE.isdisjoint(before)
    return is_by or is_use or not w.COUNTS_ALONE.isdisjoint(before)


def _share(doc: "Doc", span: "Span", figure: Figure) -> Place | None:
    """A share: of people, or with no base but use, support or a target named beside it."""
    words = [token.lower_ for token in doc[span.end : span.end + REACH]]
    base = _base(words)
    if base is not None:
        end = span.end + base + 1
        return Place(tuple(range(span.start, end)), span.root.i, w.PEOPLE[words[base]], is_share=True)
    near = {token.lower_ for token in doc[max(0, span.start - _NEAR) : span.end + _NEAR]}
    is_percentage = doc.text[figure.end - 1] in "%％t"
    is_of_things = words[:1] == ["of"] or (words and words[0] in w.THINGS) or not w.RESOURCES.isdisjoint(near)
    if not is_percentage or is_of_things:
        return None
    return Place(tuple(range(span.start, span.end)), span.root.i, "people", is_share=True, is_based=False)


def _base(words: list[str]) -> int | None:
    """Which of the words after a share names those it is of."""
    for place, word in enumerate(words):
        if word in w.PEOPLE and (word not in _PRONOUNS or "of" in words[:place]):
            return place
        if (word in w.VERBS and place > 0 and words[0] != "of") or (words[0] == "of" and word in w.THINGS):
            return None
    return None
