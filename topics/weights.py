"""How much a term says about a group: BERTopic's class-based TF-IDF of our groups.

Grootendorst, 2022: weight = share of the group's words * log(1 + average words of a group / uses of the
term); the square root of the share is taken, so that a word repeated in one text does not name a topic.
"""

import sys
import warnings
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..absence import without

Weights = NDArray[np.float64]

_UNUSED = ("torch", "transformers", "sentence_transformers", "umap", "hdbscan", "huggingface_hub")
"""What BERTopic can do without (its "lightweight installation"), and would load nearly seven eighths for."""


def shared_terms(texts: Sequence[str], least: int, settings: dict[str, Any]) -> tuple[list[str], Any]:
    """The terms that enough texts use, in alphabetical order, and how often each text uses each.

    Args:
        texts: whose words and pairs of words are counted.
        least: distinct texts a term must occur in; where no term does, one will do.
        settings: of scikit-learn's CountVectorizer.

    Returns:
        Terms, none at all where there is no word to count, and a matrix (texts, terms).
    """
    from sklearn.feature_extraction.text import CountVectorizer

    for fewest in (least, 1):
        counter = CountVectorizer(min_df=fewest, **settings)
        try:
            uses = counter.fit_transform(texts)
        except ValueError:  # no term is left
            continue
        return counter.get_feature_names_out().tolist(), uses
    return [], np.zeros((len(texts), 0))


def class_tfidf(uses: Any, groups: NDArray[np.int64]) -> Weights:
    """Weight of each term in each group, (groups, terms).

    Args:
        uses: of each term in each text, as `shared_terms` gives them.
        groups: of each text, numbered from 0 on; texts of group -1 count as one more group, which is not
            returned.
    """
    from scipy.sparse import csr_matrix  # BERTopic multiplies by *, which for arrays means each by each

    number = int(groups.max(initial=-1)) + 1
    if not uses.shape[1] or not number:
        return np.zeros((number, uses.shape[1]))
    outside = 1 if (groups < 0).any() else 0
    rows = np.where(groups < 0, number, groups)
    members = (np.ones(len(groups)), (rows, np.arange(len(groups))))
    theirs = csr_matrix(members, shape=(number + outside, len(groups))) @ uses
    weigh = _bertopic().vectorizers.ClassTfidfTransformer(reduce_frequent_words=True)
    return weigh.fit(theirs).transform(theirs).toarray()[:number]


@cache
def _bertopic() -> Any:
    """The library in its lightweight form: without the models whose work is done before it is asked.

    Whoever imports it afterwards gets it whole, for what was left out here is left out of this copy alone.
    """
    before = {name: module for name, module in sys.modules.items() if _is_bertopic(name)}
    with warnings.catch_warnings(), without(*_UNUSED):  # importing it would silence every UserWarning
        bertopic = import_module("bertopic")
        import_module("bertopic.vectorizers")
    if not before:
        for name in filter(_is_bertopic, list(sys.modules)):
            del sys.modules[name]
    return bertopic


def _is_bertopic(module: str) -> bool:
    return module.partition(".")[0] == "bertopic"
