"""What a group of texts is called: BERTopic's class-based TF-IDF over words that several texts use.

The grouping is ours (`clustering`), the weighting is BERTopic's (Grootendorst, 2022): a term weighs much
where one group uses it often and the others do not. A term must occur in `SHARED` distinct texts, so that one
writer's misspelling or a name dropped once never becomes a topic's name.
"""

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .clustering import Clusterer

TERMS = 10
"""Terms kept for each topic."""
SHARED = 5
"""Distinct texts a term must occur in."""
_NAME_TERMS = 3
_ALIKE = 80.0
"""Two terms at least this alike (rapidfuzz ratio, 0 to 100) say the same: "licence", "licences"."""
_WORD = r"(?u)[^\W\d_][^\W_]+(?:-[^\W_]+)*"
_NOT_SPEECH = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|@\w[\w.-]*|:[a-z0-9_+-]+:", re.IGNORECASE)
_FILLERS = (
    "able afaik ain also anybody anyone aren btw cannot comment comments couldn didn doesn don edit "
    "edited etc everybody everyone feel folks fwiw get getting guys hadn hasn haven hello hey hi imho imo "
    "isn just know let like ll lol lot mustn need needn needs ok okay one people please plus post posted "
    "posts re really replies reply right said say shouldn somebody someone something sure tbh tell thank "
    "thanks thing things think thread tried try trying use ve want wasn way weren won wouldn yeah yes"
)
"""Words of any forum, and what is left of contractions."""


def fit_engine(
    texts: Sequence[str], vectors: NDArray[np.float32], clusterer: Clusterer, hidden: Iterable[str] = ()
) -> tuple[NDArray[np.int64], dict[int, tuple[str, ...]]]:
    """Group texts and find the terms of each group, by a BERTopic that runs on our vectors and clusterer.

    Args:
        texts: distinct texts, sorted.
        vectors: their unit vectors.
        clusterer: fitted here.
        hidden: words that must not become terms.

    Returns:
        The clusterer's label of each text, and the terms of each label, best first, without near-repeats.
    """
    with warnings.catch_warnings():  # importing it would silence every UserWarning of the process
        from bertopic import BERTopic
        from bertopic.dimensionality import BaseDimensionalityReduction
        from bertopic.vectorizers import ClassTfidfTransformer

    speech = [_NOT_SPEECH.sub(" ", text) for text in texts]
    vectorizer = _vectorizer(speech, hidden)
    if vectorizer is None:
        groups = clusterer.fit(vectors).labels_
        return groups, dict.fromkeys(range(len(clusterer.centroids_)), ())
    engine: Any = BERTopic(
        language="multilingual",  # "english" would cut every letter that is not ASCII
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=clusterer,
        vectorizer_model=vectorizer,
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        top_n_words=3 * TERMS,  # some go as near-repeats
        verbose=False,
    )
    engine.fit(speech, vectors)
    ours = dict(zip(engine.topics_, clusterer.labels_.tolist(), strict=True))
    terms = {
        ours[theirs]: _distinct([term for term, weight in weighted if term and weight > 0])
        for theirs, weighted in engine.get_topics().items()
        if theirs >= 0
    }
    return clusterer.labels_, terms


def name_of(terms: Sequence[str]) -> str:
    """A short name: the first terms, or a word for having none."""
    return ", ".join(terms[:_NAME_TERMS]) or "unnamed"


def _vectorizer(texts: Sequence[str], hidden: Iterable[str]) -> Any:
    """Counts words and pairs of words that enough texts share; None where there are no words to count.

    BERTopic joins a group's texts before counting, so its own `min_df` would count groups.
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from spacy.lang.en.stop_words import STOP_WORDS

    stop_words = STOP_WORDS | set(_FILLERS.split())
    stop_words |= {word for words in hidden for word in re.findall(_WORD, words.lower())}
    settings: dict[str, Any] = {
        "stop_words": sorted(word for word in stop_words if re.fullmatch(_WORD, word)),
        "token_pattern": _WORD,
        "ngram_range": (1, 2),
    }
    for least in (SHARED, 1):
        try:
            counted = CountVectorizer(min_df=least, **settings).fit(texts)
        except ValueError:  # no term is left
            continue
        return CountVectorizer(vocabulary=sorted(counted.vocabulary_), **settings)
    return None


def _distinct(terms: Sequence[str]) -> tuple[str, ...]:
    """Terms in order, without those that a better one already says."""
    from rapidfuzz import fuzz

    kept: list[str] = []
    for term in terms:
        words = set(term.split())
        if not any(words & set(better.split()) or fuzz.ratio(term, better) >= _ALIKE for better in kept):
            kept.append(term)
    return tuple(kept[:TERMS])
