"""Polarity: do the words of a text sound negative, neutral or positive?

Not stance: one can be against a policy in friendly words, and angry about a build while backing the petition to
mend it (Mohammad et al. 2017, arXiv 1605.01655). The model is a calibrated logistic regression on sentence
embeddings, trained on posts of software developers, since general sentiment tools read "kill the process" as
anger (Jongeling et al. 2017, doi 10.1007/s10664-016-9493-x). Figures: docs/models.md.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..embeddings import Embedder
from .pretrained import Pretrained, row_batches

Polarity = Literal["negative", "neutral", "positive"]
POLARITIES: tuple[Polarity, ...] = ("negative", "neutral", "positive")


class PolarityReader(Protocol):
    """Anything that reads polarity: `PolarityClassifier`, or a better model of your own."""

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral, positive, in this order: shape (len(texts), 3)."""
        ...


class PolarityClassifier(Pretrained):
    """Polarity of texts, from their embeddings.

    Args:
        embedder: the embedder the weights were trained on; None stands for `default_embedder()`.
    """

    _weights = "polarity.npz"

    def __init__(self, embedder: Embedder | None = None) -> None:
        self.embedder = embedder

    def predict(self, texts: Sequence[str]) -> list[Polarity]:
        """The most probable polarity of each text."""
        return [POLARITIES[index] for index in self.predict_proba(texts).argmax(axis=1)]

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral, positive, in this order: shape (len(texts), 3).

        Raises:
            ModelError: the weights are damaged, or were trained on another embedder.
        """
        if isinstance(texts, str):
            raise TypeError("texts is a list of strings")
        probabilities = np.empty((len(texts), len(POLARITIES)))
        if not texts:
            return probabilities
        embedder, layer = self._ready()
        unit = embedder.encode(list(texts))
        for rows in row_batches(len(texts)):
            probabilities[rows] = layer.probabilities(unit[rows])
        return probabilities


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
    columns: dict[str, pa.Array] = {
        "post_id": pa.array([post for post, _ in told], pa.string()),
        "polarity": pa.array([POLARITIES[index] for index in probabilities.argmax(axis=1)], pa.string()),
    }
    for index, name in enumerate(POLARITIES):
        columns[name] = pa.array(probabilities[:, index], pa.float64())
    return pa.table(columns)
