"""Claims: figures about support or use that somebody states, read from their own words.

"1,500 engineers signed", "management says 70% of us used it in January", "the 80% weekly target". A look at
the words picks the few sentences that may hold one; these spaCy parses. A figure is a claim when it counts
people (or is a share of them) and, in the parse, hangs closely enough from a word of signing, backing, using,
adopting, wanting or aiming. What else is a number (prices, versions, hours, shares of a machine) is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..corpus.language import english
from . import claim_words as w
from .claim_grammar import deed_of, said_by
from .claim_words import Deed
from .counted import REACH, Place, place_of
from .figures import FIGURE, Figure, figures
from .sentences import sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST = 400
"""Characters of a sentence beyond which it is not parsed."""
_BATCH = 256
_WHOLE = 100
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_FAR = 60
"""Characters in which these stand."""
_BREAK = re.compile(r"[,;:–—]|\b(?:and|but|while|to|whereas)\b")
_NEXT = re.compile(r",\s+(?:and|but|while|whereas)\b|;")
_WHOLLY_QUOTED = re.compile(r"\s*(?:\"[^\"]*\"|“[^”]*”|„[^“]*“|«[^»]*»|`[^`]*`)\s*")


@dataclass(frozen=True, slots=True)
class Mention:
    """One figure about support or use as one post states it.

    Attributes:
        figure: the number, normalised.
        counted: whom it counts: "engineers", "people" where nothing narrower is said, "a team" for a share of
            the writer's or somebody's own team.
        deed: what they do; "target" is what somebody wants them to do.
        negated: whether they are said not to do it.
        said_by: in whose mouth it is put, by kind; "the poster" for nobody else's. Never a name.
        words: the part of the sentence that speaks of it, in lower case: for when it is said to hold.
    """

    figure: Figure
    counted: str
    deed: Deed
    negated: bool
    said_by: str
    words: str
    start: int = 0
    end: int = 0


class ClaimDetector:
    """Finds claims in own words. The language model loads with the first sentence that may hold one."""

    def read(self, texts: Sequence[str]) -> list[list[Mention]]:
        """The claims of each text, in order.

        Args:
            texts: own words of posts; what they quote within quotation marks is left out.
        """
        found: list[list[Mention]] = [[] for _ in texts]
        candidates = [(place, *one) for place, text in enumerate(texts) for one in _candidates(text)]
        if not candidates:
            return found
        model = english("tok2vec", "tagger", "attribute_ruler", "parser", "ner")
        # What is posted again and again is read once.
        distinct = list(dict.fromkeys(text for _, text, _, _ in candidates))
        read = {
            text: list(_claims(doc))
            for text, doc in zip(distinct, model.pipe(distinct, batch_size=_BATCH), strict=True)
        }
        for place, text, start, end in candidates:
            found[place] += [replace(mention, start=start, end=end) for mention in read[text]]
        return found


def _candidates(text: str) -> Iterator[tuple[str, int, int]]:
    """Sentences that hold a figure, somebody to count and something to do; with their places."""
    if not FIGURE.search(text.lower()) or _WHOLLY_QUOTED.fullmatch(text):
        return
    for sentence in sentences(text, lambda _: False):
        said = " ".join(sentence.text.split())
        if len(said) <= _LONGEST and not said.endswith("?") and may_hold_claim(said.lower()):
            yield _as_edited(said), sentence.start, sentence.start + len(sentence.text)


def may_hold_claim(lower: str) -> bool:
    """A quick look before the parse: False only for sentences (lower case) in which no rule finds any."""
    spoken = set(_WORD.findall(lower))
    if spoken.isdisjoint(w.VERBS) and spoken.isdisjoint(w.NOUNS):
        return False
    return any(_may_count(lower, figure) for figure in figures(lower))


def _may_count(lower: str, figure: Figure) -> bool:
    """Whether a figure is a percentage, or has people or what they do beside it."""
    if lower[figure.end - 1] in "%％t" and figure.unit == "percent":
        return True
    after = _WORD.findall(lower, figure.end, figure.end + _FAR)[: REACH + 1]
    if not w.PEOPLE.keys().isdisjoint(after) or not w.COUNTS_ALONE.isdisjoint(after):
        return True
    if figure.unit == "percent":
        return False
    if any(w.VERBS.get(word) in ("sign", "support", "oppose") for word in after[:3]):
        return True
    before = _WORD.findall(lower, max(0, figure.start - _FAR), figure.start)[-REACH:]
    return not w.COUNTS_BEFORE.isdisjoint(before)


def _as_edited(said: str) -> str:
    """As the parser learnt to read sentences: begun with a capital, ended with a stop."""
    said = said.lstrip("-*•> ")
    return f"{said[:1].upper()}{said[1:]}" + ("" if said[-1:] in ".!:;" else ".")


def _claims(doc: "Doc") -> Iterator[Mention]:
    lower = doc.text.lower()
    if len(lower) != len(doc.text):
        return
    found = list(figures(lower))
    for number, figure in enumerate(found):
        place = place_of(doc, figure)
        if place is None or _is_unreal(lower, figure, place):
            continue
        done = deed_of(doc, place)
        if done is None:
            continue
        deed, negated = done
        if figure.high >= _WHOLE and not place.is_based and deed in ("support", "oppose", "want"):
            continue  # "I agree 100%"
        counted = "a team" if w.OWN_TEAM.search(lower) else place.counted
        begin, stop = _stretch(lower, found, number)
        source = said_by(doc, place, deed, range(begin, stop))
        yield Mention(figure, counted, deed, negated, source, lower[begin:stop])


def _stretch(lower: str, found: Sequence[Figure], number: int) -> tuple[int, int]:
    """The part of a sentence that speaks of one of its figures: from the last break on."""
    begin = 0
    if number > 0:
        cut = _BREAK.search(lower, found[number - 1].end, found[number].start)
        begin = cut.end() if cut else found[number - 1].end
    following = found[number + 1].start if number + 1 < len(found) else len(lower)
    cut = (_BREAK if number + 1 < len(found) else _NEXT).search(lower, found[number].end, following)
    return begin, cut.start() if cut else following


def _is_unreal(lower: str, figure: Figure, place: Place) -> bool:
    """Whether the figure is supposed, or a difference, or none of a group."""
    before = lower[: figure.start]
    clause = before.rsplit(",", 1)[-1]
    if figure.unit == "people" and (figure.high < 2 or w.MORE.search(before)):  # noqa: PLR2004 - one is no figure
        return True
    if not place.is_based and w.SAME.search(before):
        return True
    return w.HYPOTHETICAL.search(clause) is not None
