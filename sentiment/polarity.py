"""Polarity: do the words of a text sound negative, neutral or positive?

Not stance: one can be against a policy in friendly words, and angry while backing the petition to mend things
(Mohammad et al. 2017, arXiv 1605.01655). The model is a calibrated logistic regression over hashed
character and word n-grams, trained on posts of software developers, since general sentiment tools read
"kill the process" as anger (Jongeling et al. 2017, doi 10.1007/s10664-016-9493-x). It looks at the letters,
not at sentence embeddings: those know the subject of a post better than its tone, and made this model worse
(docs/models.md).
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .pretrained import Pretrained, load_layer, row_batches

Polarity = Literal["negative", "neutral", "positive"]
POLARITIES: tuple[Polarity, ...] = ("negative", "neutral", "positive")
FEATURES = "hashed n-grams 1"
"""Version of `ngram_features`; weights of another version are refused."""
_BUCKETS = 2**14
_WORD = r"\w+(?:['’]\w+)?|[^\w\s]+"


class PolarityReader(Protocol):
    """Anything that reads polarity: `PolarityClassifier`, or a better model of your own."""

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral, positive, in this order: shape (len(texts), 3)."""
        ...


class PolarityClassifier(Pretrained):
    """Polarity of texts, from their characters and words."""

    def predict(self, texts: Sequence[str]) -> list[Polarity]:
        """The most probable polarity of each text."""
        return [POLARITIES[index] for index in self.predict_proba(texts).argmax(axis=1)]

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral, positive, in this order: shape (len(texts), 3).

        Raises:
            ModelError: the weights are damaged.
        """
        if isinstance(texts, str):
            raise TypeError("texts is a list of strings")
        probabilities = np.empty((len(texts), len(POLARITIES)))
        layer = load_layer("polarity.npz", FEATURES)
        for rows in row_batches(len(texts)):
            probabilities[rows] = layer.probabilities(ngram_features(texts[rows]))
        return probabilities


def ngram_features(texts: Sequence[str]) -> Any:
    """What the model sees: a sparse row a text, of character 2-4-grams within words beside word 1-2-grams.

    Words include punctuation, which is where much of the tone is. Hashed, so that no vocabulary need ship.
    """
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import HashingVectorizer

    characters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), n_features=_BUCKETS)
    words = HashingVectorizer(token_pattern=_WORD, ngram_range=(1, 2), n_features=_BUCKETS)
    wellformed = [text.encode("utf-8", "replace").decode() for text in texts]
    return hstack([characters.transform(wellformed), words.transform(wellformed)], format="csr")


def read_polarity(posts: pa.Table, classifier: PolarityReader) -> pa.Table:
    """Polarity of every post that has words of its own.

    Args:
        posts: columns post_id, own_text; one row a post. Posts without own words are left out.
        classifier: what reads them.

    Returns:
        Columns post_id, polarity, negative, neutral, positive (probabilities), in order of post_id.
    """
    rows = zip(posts["post_id"].to_pylist(), posts["own_text"].to_pylist(), strict=True)
    told = sorted((post, text) for post, text in rows if text and text.strip())
    probabilities = classifier.predict_proba([text for _, text in told])
    columns: dict[str, Any] = {
        "post_id": pa.array([post for post, _ in told], pa.string()),
        "polarity": pa.array([POLARITIES[index] for index in probabilities.argmax(axis=1)], pa.string()),
    }
    for index, name in enumerate(POLARITIES):
        columns[name] = pa.array(probabilities[:, index], pa.float64())
    return pa.table(columns)
