"""How much a term says about a group: class-based TF-IDF by a BERTopic that runs on our vectors and groups.

Grootendorst, 2022: weight = share of the group's words * log(1 + average words of a group / uses of the
term); the square root of the share is taken, so that a word repeated in one text does not name a topic.
"""

import sys
import warnings
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..absence import without

Weights = NDArray[np.float64]

_UNUSED = ("torch", "transformers", "sentence_transformers", "umap", "hdbscan", "huggingface_hub")
"""What BERTopic can do without (its "lightweight installation"), and would load nearly seven eighths for."""


def shared_terms(texts: Sequence[str], least: int, settings: dict[str, Any]) -> list[str]:
    """The terms that enough texts use, in alphabetical order; none at all where there is no word to count.

    BERTopic joins a group's texts before counting, so its own `min_df` would count groups.

    Args:
        texts: whose words and pairs of words are counted.
        least: distinct texts a term must occur in; where no term does, one will do.
        settings: of scikit-learn's CountVectorizer.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    for fewest in (least, 1):
        try:
            found = CountVectorizer(min_df=fewest, **settings).fit(texts)
        except ValueError:  # no term is left
            continue
        return sorted(found.vocabulary_)
    return []


def class_tfidf(
    texts: Sequence[str],
    groups: NDArray[np.int64],
    vectors: NDArray[np.float32],
    terms: Sequence[str],
    settings: dict[str, Any],
) -> Weights:
    """Weight of each term in each group, (groups, terms).

    Args:
        texts: what was grouped.
        groups: of each text, numbered from 0 on; texts of group -1 count as one more group, which is not
            returned.
        vectors: of the texts.
        terms: as `shared_terms` gives them.
        settings: of scikit-learn's CountVectorizer.
    """
    number = int(groups.max(initial=-1)) + 1
    if not terms or not number:
        return np.zeros((number, len(terms)))
    engine = _engine(groups, terms, settings)
    engine.fit(list(texts), vectors)
    rows = engine.c_tf_idf_.toarray()
    theirs = np.asarray(engine.topics_)
    row_of = np.zeros(number, dtype=np.int64)
    # It numbers groups by size, and the texts without group, if there are any, fill the first row.
    row_of[groups[groups >= 0]] = theirs[groups >= 0] - theirs.min(initial=0)
    return rows[row_of]


class _Grouped:
    """Groups that were found, in the shape BERTopic asks of a clusterer."""

    def __init__(self, labels: NDArray[np.int64]) -> None:
        self.labels_ = labels

    def fit(self, X: object, y: object = None) -> Self:  # noqa: ARG002, N803 - the names BERTopic uses
        """Nothing is left to do."""
        return self


def _engine(groups: NDArray[np.int64], terms: Sequence[str], settings: dict[str, Any]) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    bertopic = _bertopic()
    return bertopic.BERTopic(
        language="multilingual",  # "english" would cut every letter that is not ASCII
        umap_model=bertopic.dimensionality.BaseDimensionalityReduction(),
        hdbscan_model=_Grouped(groups),
        vectorizer_model=CountVectorizer(vocabulary=terms, **settings),
        ctfidf_model=bertopic.vectorizers.ClassTfidfTransformer(reduce_frequent_words=True),
        verbose=False,
    )


@cache
def _bertopic() -> Any:
    """The library in its lightweight form: without the models whose work is done before it is asked.

    Whoever imports it afterwards gets it whole, for what was left out here is left out of this copy alone.
    """
    before = {name: module for name, module in sys.modules.items() if _is_bertopic(name)}
    with warnings.catch_warnings(), without(*_UNUSED):  # importing it would silence every UserWarning
        bertopic = import_module("bertopic")
        for part in ("dimensionality", "vectorizers"):
            import_module(f"bertopic.{part}")
    if not before:
        for name in filter(_is_bertopic, list(sys.modules)):
            del sys.modules[name]
    return bertopic


def _is_bertopic(module: str) -> bool:
    return module.partition(".")[0] == "bertopic"
