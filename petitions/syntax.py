"""Who does what in a sentence whose words alone leave it open: spaCy's parse, asked about one verb.

"The whole night shift and I support this" is the writer's act, "my lead thinks I support this" is not, and
between the verb and its subject lie words that no list foresees. Matchers over the dependencies find the
subject, those joined with it, who reports it, and what denies it. Parsing takes milliseconds, so only
sentences are parsed in which the word rules and the first person disagree.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ..corpus.language import english
from .wording import words

if TYPE_CHECKING:
    from spacy.matcher import DependencyMatcher
    from spacy.tokens import Token

_WRITER = sorted(words("i we me myself us"))
_SUBJECT = {"IN": ["nsubj", "nsubjpass"]}
_ABOVE = frozenset(words("prep pobj advmod acomp attr xcomp conj pcomp dobj"))
"""Dependencies along which a word shares the subject of what it hangs from: "am [happy [to sign]]"."""
_LONE_I = re.compile(r"(?<!\w)i(?!\w)")
_PARTS = ("tok2vec", "tagger", "parser")
_LONGEST = 400
"""Characters of a sentence beyond which it is not parsed."""


def _below(left: str, name: str, **attributes: object) -> dict[str, object]:
    return {"LEFT_ID": left, "REL_OP": ">", "RIGHT_ID": name, "RIGHT_ATTRS": attributes}


_PATTERNS: dict[str, list[dict[str, object]]] = {
    "subject": [_below("verb", "who", DEP=_SUBJECT)],
    "writer": [_below("verb", "who", DEP=_SUBJECT, LOWER={"IN": _WRITER})],
    "writer_joined": [
        _below("verb", "who", DEP=_SUBJECT),
        {
            "LEFT_ID": "who",
            "REL_OP": ">>",
            "RIGHT_ID": "joined",
            "RIGHT_ATTRS": {"LOWER": {"IN": _WRITER}, "DEP": {"IN": ["conj", "appos", "nsubj"]}},
        },
    ],
    "denied": [_below("verb", "not", DEP="neg")],
    "denied_joint": [
        _below("verb", "who", DEP=_SUBJECT),
        _below("who", "neither", LOWER={"IN": ["neither", "nor"]}),
    ],
}
"""What may hang from a verb, by name."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What the parse says of a verb.

    Attributes:
        is_writer: the writer is its subject, alone or with others.
        is_reported: it stands in what somebody else says or thinks.
        is_denied: an odd number of negations bears on it.
    """

    is_writer: bool
    is_reported: bool
    is_denied: bool


@lru_cache(maxsize=4096)
def clause(sentence: str, place: int) -> Clause | None:
    """The clause of the word at a place of a sentence; None without one, or in a sentence too long."""
    if len(sentence) > _LONGEST:
        return None
    doc = english(*_PARTS)(_as_edited(sentence))
    at = next((token for token in doc if token.idx <= place < token.idx + len(token)), None)
    if at is None:
        return None
    found = _found(doc)
    own = list(_chain(at, found))
    above = own[-1].head if own[-1].dep_ in ("ccomp", "relcl") else None
    over = list(_chain(above, found)) if above is not None else []
    denials = sum(_is_any(found, verb, "denied", "denied_joint") for verb in (*own, *over))
    return Clause(
        is_writer=any(_is_any(found, verb, "writer", "writer_joined") for verb in own),
        is_reported=bool(over) and not any(_is_any(found, verb, "writer", "writer_joined") for verb in over),
        is_denied=denials % 2 == 1,
    )


def _as_edited(sentence: str) -> str:
    """The sentence as the parser learnt to read them, letters in place: a capital "I", a full stop."""
    written = _LONE_I.sub("I", sentence).rstrip()
    return written if written.endswith((".", "!", "?")) else written + "."


def _chain(token: "Token", found: dict[str, set[int]]) -> Iterator["Token"]:
    """The word and those above it, up to the one that has a subject of its own."""
    while True:
        yield token
        # "happy to sign" shares its subject, "asked to sign" and "used to sign" say something else of it.
        is_told_of = token.dep_ == "xcomp" and not token.head.tag_.startswith("JJ")
        if token.i in found["subject"] or token.dep_ not in _ABOVE or is_told_of or token.head is token:
            return
        token = token.head


def _is_any(found: dict[str, set[int]], verb: "Token", *names: str) -> bool:
    return any(verb.i in found[name] for name in names)


def _found(doc: Any) -> dict[str, set[int]]:
    """For each pattern the places of the verbs it holds for."""
    places: dict[str, set[int]] = {name: set() for name in _PATTERNS}
    language, matcher = english(*_PARTS), _matcher()
    for number, match in matcher(doc):
        places[language.vocab.strings[number]].add(match[0])
    return places


@cache
def _matcher() -> "DependencyMatcher":
    from spacy.matcher import DependencyMatcher

    matcher = DependencyMatcher(english(*_PARTS).vocab)
    for name, below in _PATTERNS.items():
        matcher.add(name, [[{"RIGHT_ID": "verb", "RIGHT_ATTRS": {}}, *below]])
    return matcher
