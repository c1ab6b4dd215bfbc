"""What a figure's people do, and who says so: asked of the parse of one sentence.

Every word that may say what is done is weighed by its way to the figure along the parse; the nearest one has
it, unless it is done to the people instead of by them ("we support 1,500 engineers").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import claim_words as w
from .claim_words import Deed
from .counted import Place

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FARTHEST = 5
_STEP = {"conj": 2, "advcl": 3, "ccomp": 2, "parataxis": 3, "punct": 2, "dep": 2}
"""What it costs to go from a word to the one it hangs from; 1 where nothing is said."""
_SUBJECTS = ("nsubj", "nsubjpass")
_ORDERS_WITHIN = 3
"""How far over the deed the word that wants it done may stand."""
_OBJECTS = ("dobj", "pobj", "dative", "oprd")


@dataclass(frozen=True, slots=True)
class _Way:
    """From a figure to a word along the parse."""

    token: int
    cost: int
    steps: tuple[tuple[int, str, bool], ...]
    """(token, dependency, whether it leads up) of each step."""


def deed_of(doc: "Doc", place: Place) -> tuple[Deed, bool] | None:
    """What those counted do, and whether they are said not to; None if nothing about support or use."""
    ways = {way.token: way for way in _ways(doc, place)}
    target = next((i for i in ways if w.NOUNS.get(doc[i].lower_) == "target"), None)
    if target is not None and place.is_share:
        return "target", False
    found: list[tuple[int, int, int, Deed]] = [
        (way.cost, abs(i - place.anchor), i, deed)
        for i, way in ways.items()
        if (deed := _deed(doc, way)) is not None
    ]
    if not found:
        return None
    _, _, best, deed = min(found)
    if _is_ordered(doc, best, place, deed):
        return "target", False
    negated = _is_denied(doc[best])
    if deed == "stop using" and doc[best].lower_ == "stopped":
        return deed, False
    return deed, negated


def _ways(doc: "Doc", place: Place) -> Iterator[_Way]:
    """All words near the figure, the nearest first."""
    open_ways = [_Way(place.anchor, 0, ())]
    open_ways += [_Way(i, 0, ()) for i in place.tokens if i != place.anchor]
    seen: set[int] = set()
    while open_ways:
        open_ways.sort(key=lambda way: (way.cost, way.token))
        way = open_ways.pop(0)
        if way.token in seen or way.cost > _FARTHEST:
            continue
        seen.add(way.token)
        yield way
        token = doc[way.token]
        if token.head.i != token.i:
            cost = way.cost + _STEP.get(token.dep_, 1)
            open_ways.append(_Way(token.head.i, cost, (*way.steps, (token.head.i, token.dep_, True))))
        open_ways += [
            _Way(child.i, way.cost + _STEP.get(child.dep_, 1), (*way.steps, (child.i, child.dep_, False)))
            for child in token.children
        ]


def _deed(doc: "Doc", way: _Way) -> Deed | None:
    """What a word says those counted do, None if it says nothing of them."""
    token = doc[way.token]
    word = token.lower_
    is_verb = token.pos_ in ("VERB", "AUX") or (word in w.VERBS and word not in w.NOUNS)
    deed = w.VERBS.get(word) if is_verb else w.NOUNS.get(word)
    if deed is None or deed == "target" or _is_other_sense(doc, token, is_verb=is_verb):
        return None
    if is_verb and not _does(doc, way):
        return None
    return "oppose" if word in w.VOTING and _has(token, "against") else deed


def _is_other_sense(doc: "Doc", token: Any, *, is_verb: bool) -> bool:
    """Whether a word that may be a deed is none here."""
    word = token.lower_
    if word in ("users", "user"):
        return w.ACTIVE.isdisjoint(t.lower_ for t in doc[max(0, token.i - 3) : token.i])
    if word == "board":
        return doc[token.i - 1].lower_ != "on"
    if word == "stopped":
        return not _has(token, "using")
    if word in w.ASKING:
        return not any(map(_asks, token.children))
    return not is_verb and any(child.lower_ in w.RESOURCES for child in token.lefts)


def _has(token: Any, word: str) -> bool:
    return any(child.lower_ == word for child in token.children)


def _asks(child: Any) -> bool:
    return child.lower_ in ("for", "that") or child.dep_ in ("xcomp", "ccomp")


def _does(doc: "Doc", way: _Way) -> bool:
    """Whether those counted do the verb, rather than have it done to them."""
    verb = doc[way.token]
    if not way.steps:
        return True
    _, dependency, is_up = way.steps[-1]
    if is_up:
        if dependency == "nsubjpass":
            return verb.lower_ in w.MIDDLE
        through = {doc[i].lower_ for i, _, _ in way.steps[:-1]}
        return dependency not in _OBJECTS and (dependency != "prep" or "by" in through)
    if dependency in ("relcl", "acl"):
        subjects = [child.lower_ for child in verb.children if child.dep_ in _SUBJECTS]
        return not subjects or subjects[0] in ("who", "that", "which")
    return dependency not in _OBJECTS


def _is_ordered(doc: "Doc", verb: int, place: Place, deed: Deed) -> bool:
    """Whether the deed is what somebody wants: "we want 80% to use it", "80% must use it"."""
    if deed not in ("use", "adopt", "sign"):
        return False
    token = doc[verb]
    if any(child.lower_ in w.MUST for child in token.children if child.dep_ == "aux"):
        return True
    anchor = doc[place.anchor]
    if place.is_share and anchor.dep_ == "dobj" and anchor.head.lower_ in w.ORDERING:
        return True
    return any(_orders(above, link, place) for above, link in _above(token))


def _above(token: Any) -> Iterator[tuple[Any, str]]:
    """The words over a verb, each with how what lies below hangs from it."""
    for _ in range(_ORDERS_WITHIN):
        if token.head.i == token.i:
            return
        yield token.head, token.dep_
        token = token.head


def _orders(above: Any, link: str, place: Place) -> bool:
    """Whether a word over the deed wants it done: "we want 80% to ...", "80% are required to ..."."""
    word = above.lower_
    if word in w.ORDERED:
        return link == "xcomp" or (link == "ccomp" and word not in w.TELLING)
    if word not in w.ORDERING or link not in ("xcomp", "ccomp", "dobj", "advcl"):
        return False
    return not {child.i for child in above.children if child.dep_ in _SUBJECTS} & set(place.tokens)


def _is_denied(token: Any) -> bool:
    return any(child.dep_ == "neg" or child.lower_ in ("never", "neither") for child in token.children)


def said_by(doc: "Doc", place: Place, deed: Deed, near: range) -> str:
    """In whose mouth a figure is put, by kind.

    Args:
        doc: the sentence.
        place: where the figure stands.
        deed: what those counted do.
        near: the characters of the sentence that speak of this figure and no other.
    """
    anchor = doc[place.anchor]
    over = {anchor.i, *(token.i for token in anchor.ancestors)}
    for token in doc:
        kind = w.SOURCES.get(token.lower_)
        if kind is not None and token.i not in place.tokens and _speaks(token, deed, over, near):
            return kind
    for entity in doc.ents:
        root = entity.root
        is_one = entity.label_ in ("PERSON", "ORG") and root.lower_ not in w.SOURCES
        if is_one and _speaks(root, deed, over, near):
            return "somebody else" if entity.label_ == "PERSON" else "an organisation"
    return "somebody else" if w.HEARSAY.search(doc.text.lower()) else "the poster"


def _speaks(token: Any, deed: Deed, over: set[int], near: range) -> bool:
    """Whether a noun is the one who says the figure (`over` it in the parse), or where it is read."""
    verbs = w.SAYING | w.ORDERING if deed == "target" else w.SAYING - w.HOLDING
    head = token.head
    if token.dep_ in _SUBJECTS:
        return head.lower_ in verbs and head.i in over
    if token.idx not in near:
        return False
    is_named = w.SOURCES.get(token.lower_) in w.NAMED_SOURCES
    if token.dep_ == "poss":
        return is_named and (deed == "target" or head.lower_ in w.SOURCES)
    if token.dep_ == "pobj":
        if head.lower_ == "to":
            return head.head.lower_ in ("according", "accord")
        return is_named and head.lower_ in ("per", "from", "by", "via", "in") and _is_read(token, head.lower_)
    is_first = token.i <= 1 and token.i + 1 < len(token.doc)
    return is_first and is_named and token.doc[token.i + 1].text == ":"


def _is_read(token: Any, preposition: str) -> bool:
    """Whether what follows a preposition is where the figure is read, not who does the deed."""
    kind = w.SOURCES[token.lower_]
    return kind in ("a document", "a measurement") or (
        preposition in ("per", "from") and kind == "management"
    )
