"""How much a term says about a group: class-based TF-IDF as BERTopic weighs it (Grootendorst, 2022).

    weight = sqrt(share of the group's words) * log(1 + average words of a group / uses of the term)

The formula is the whole of what BERTopic would do here, since vectors and groups are ours; importing it
costs more than ten seconds (docs/decisions.md). A test holds the weights to BERTopic's own.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float64]


def counted(texts: Sequence[str], least: int, settings: dict[str, Any]) -> tuple[Any, list[str]]:
    """Uses of each term in each text, a sparse matrix, and the terms.

    Args:
        texts: whose words and pairs of words are counted.
        least: distinct texts a term must occur in; where no term does, one will do.
        settings: of scikit-learn's CountVectorizer.

    Returns:
        (texts, terms) and the terms in alphabetical order; none at all where there is no word to count.
    """
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import CountVectorizer

    for fewest in (least, 1):
        vectorizer = CountVectorizer(min_df=fewest, **settings)
        try:
            counts = vectorizer.fit_transform(texts)
        except ValueError:  # no term is left
            continue
        return csr_array(counts), vectorizer.get_feature_names_out().tolist()
    return csr_array((len(texts), 0), dtype=np.int64), []


def class_tfidf(counts: Any, groups: NDArray[np.int64]) -> Weights:
    """Weight of each term in each group, (groups, terms).

    Args:
        counts: uses of each term in each text, sparse, (texts, terms).
        groups: of each text; texts of group -1 count as one more group, which is not returned.
    """
    from scipy.sparse import csr_array

    number = int(groups.max(initial=-1)) + 1
    ones = np.ones(len(groups), dtype=np.int64)
    member = csr_array((ones, (groups + 1, np.arange(len(groups)))), shape=(number + 1, len(groups)))
    uses = (member @ counts).toarray()[1 if (groups >= 0).all() else 0 :]
    words = uses.sum(axis=1, keepdims=True)
    rarity = np.log1p(int(words.mean()) / uses.sum(axis=0)) if uses.size else np.zeros(uses.shape[1])
    shares = uses / np.maximum(words, 1)
    return (np.sqrt(shares) * rarity)[-number:] if number else np.zeros((0, uses.shape[1]))
