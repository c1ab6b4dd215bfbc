"""What a group of texts is called: terms it uses more than others, that several texts use, and no two alike.

The weighting is BERTopic's class-based TF-IDF (`weights`). A term must occur in `SHARED` distinct texts, so
that one writer's misspelling or a name dropped once never becomes a topic's name. Pairs of words are kept
where they are noun phrases of the group's central texts (`phrases`), if those are asked for. Among the best,
terms are taken by maximal marginal relevance (Carbonell and Goldstein, 1998): each time the one that weighs
much and is least like those taken.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..corpus.language import stop_words
from ..embeddings import StaticEmbedder
from .phrases import Phrases
from .weights import Weights, class_tfidf, shared_terms

TERMS = 10
"""Terms kept for each topic."""
SHARED = 5
"""Distinct texts a term must occur in."""
_NAME_TERMS = 3
_CANDIDATES = 30
"""Best terms among which the different ones are sought."""
_DIVERSITY = 0.4
"""Share that likeness to the terms already taken has in the choice; the weight has the rest."""
_ALIKE = 80.0
"""Two terms at least this alike (rapidfuzz ratio, 0 to 100) say the same: "licence", "licences"."""
_WORD = r"(?u)[^\W\d_][^\W_]+(?:-[^\W_]+)*"
_NOT_SPEECH = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|@\w[\w.-]*|:[a-z0-9_+-]+:", re.IGNORECASE)
_HINT = re.compile(r"[@:]|www\.", re.IGNORECASE)
"""Where it is missing there is none of these; most texts are settled by it."""
_FILLERS = (
    "able afaik ain also anybody anyone aren btw cannot comment comments couldn didn doesn don edit "
    "edited etc everybody everyone feel folks fwiw get getting guys hadn hasn haven hello hey hi imho imo "
    "isn just know let like ll lol lot mustn need needn needs ok okay one people please plus post posted "
    "posts re really replies reply right said say shouldn somebody someone something sure tbh tell thank "
    "thanks thing things think thread tried try trying use ve want wasn way weren won wouldn yeah yes"
)
"""Words of any forum, and what is left of contractions."""


def terms_of(
    texts: Sequence[str],
    groups: NDArray[np.int64],
    vectors: NDArray[np.float32],
    hidden: Iterable[str] = (),
    phrases: Phrases | None = None,
) -> list[tuple[str, ...]]:
    """The terms of each group, best first, without near-repeats.

    Args:
        texts: distinct texts, sorted.
        groups: of each text, -1 where it has none.
        vectors: of the texts.
        hidden: words that must not become terms.
        phrases: noun phrases of each group's central texts; None takes every pair of words.
    """
    speech = [_NOT_SPEECH.sub(" ", text) if _HINT.search(text) else text for text in texts]
    settings = _settings(hidden)
    terms = shared_terms(speech, SHARED, settings)
    weights = class_tfidf(speech, groups, vectors, terms, settings)
    chosen = [_best(row, terms, phrases.of(group) if phrases else None) for group, row in enumerate(weights)]
    return [_different(candidates) for candidates in chosen]


def name_of(terms: Sequence[str]) -> str:
    """A short name: the first terms, or a word for having none."""
    return ", ".join(terms[:_NAME_TERMS]) or "unnamed"


def hidden_words(hidden: Iterable[str]) -> set[str]:
    """The words that no term may hold: a full name hides each of its own."""
    return {word for words in hidden for word in re.findall(_WORD, words.lower())}


def _settings(hidden: Iterable[str]) -> dict[str, Any]:
    unfit = stop_words() | set(_FILLERS.split())
    unfit |= hidden_words(hidden)
    return {
        "stop_words": sorted(word for word in unfit if re.fullmatch(_WORD, word)),
        "token_pattern": _WORD,
        "ngram_range": (1, 2),
    }


def _best(weights: Weights, terms: list[str], phrases: set[str] | None) -> dict[str, float]:
    """The best candidates of a group; a pair of words must be a phrase where those are known."""
    usable = (
        column
        for column in np.argsort(-weights, kind="stable").tolist()
        if weights[column] > 0 and (phrases is None or " " not in terms[column] or terms[column] in phrases)
    )
    return {terms[column]: float(weights[column]) for column in islice(usable, _CANDIDATES)}


def _different(candidates: dict[str, float]) -> tuple[str, ...]:
    """Terms in order of marginal relevance, without those that a better one already says."""
    from rapidfuzz import fuzz

    left = list(candidates)
    if not left:
        return ()
    vectors = StaticEmbedder().encode(left)
    likeness = vectors @ vectors.T
    relevance = np.asarray(list(candidates.values())) / max(candidates.values())
    nearest = np.zeros(len(left))
    open_ = np.ones(len(left), dtype=bool)
    taken: list[str] = []
    while open_.any() and len(taken) < TERMS:
        gain = np.where(open_, (1 - _DIVERSITY) * relevance - _DIVERSITY * nearest, -np.inf)
        best = int(np.argmax(np.round(gain, 6)))
        term, words = left[best], set(left[best].split())
        open_[best] = False
        if any(words & set(other.split()) or fuzz.ratio(term, other) >= _ALIKE for other in taken):
            continue
        taken.append(term)
        nearest = np.maximum(nearest, likeness[:, best])
    return tuple(taken)
