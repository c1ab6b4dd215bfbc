"""Stance: is a text in favour of a target, against it, or neither (SemEval-2016 task 6)?

The plain baseline. A text and its target are embedded, the pair is described by [u, |u-v|, u*v] (InferSent:
Conneau et al. 2017; without v, since no stance can be read off the target alone) and by the text's polarity,
and a calibrated logistic regression reads the attitude towards the thing the target names. Whether the target
is for or against that thing is read by rule (`direction`); in favour is who agrees. A second layer reads
whether the text is about the target at all; where that is known it is not asked.

It knows arguments in whole sentences best; irony, short replies and neutral talk about the target are where
it errs (figures: docs/models.md). So a reading carries its probabilities, and one not sure enough says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder, default_embedder
from .direction import direction
from .polarity import FEATURES, PolarityClassifier
from .pretrained import Pretrained, load_layer, row_batches

Stance = Literal["favor", "against", "none"]
STANCES: tuple[Stance, ...] = ("favor", "against", "none")


@dataclass(frozen=True, slots=True)
class Reading:
    """How one text stands towards one target.

    Args:
        stance: the most probable stance.
        favor: calibrated probability; so are `against` and `none`.
        unclear: whether even the most probable stance is too doubtful to count.
    """

    stance: Stance
    favor: float
    against: float
    none: float
    unclear: bool


class StanceReader(Protocol):
    """Anything that reads stances of texts known to be about their targets."""

    def read(self, texts: Sequence[str], targets: Sequence[str]) -> list[Reading]:
        """Read each text towards the target at the same place."""
        ...


class StanceClassifier(Pretrained):
    """Stance of texts towards targets, from embeddings of both and the polarity of the text.

    `predict` takes any text and says none for one that is about something else; `read` takes it as known that
    each text is about its target (it names it, or answers it), which this model can judge by subject only.

    Args:
        embedder: the embedder the weights were trained on; None stands for `default_embedder()`.
        abstain: readings whose best probability is below this are marked unclear.
    """

    def __init__(self, embedder: Embedder | None = None, *, abstain: float = 0.5) -> None:
        self.embedder = embedder
        self.abstain = abstain

    def predict(self, texts: Sequence[str], targets: Sequence[str]) -> list[Stance]:
        """The most probable stance of each text towards the target at the same place, about it or not."""
        return [STANCES[index] for index in self.predict_proba(texts, targets).argmax(axis=1)]

    def predict_proba(self, texts: Sequence[str], targets: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of favor, against, none, in this order: shape (len(texts), 3).

        Raises:
            ValueError: texts and targets differ in number.
            ModelError: the weights are damaged, or were trained on another embedder.
        """
        probabilities, about = self._score(texts, targets)
        polar = np.round(probabilities[:, :2] * about[:, None], 6)
        return np.column_stack([polar, 1 - polar.sum(axis=1)])

    def read(self, texts: Sequence[str], targets: Sequence[str]) -> list[Reading]:
        """Stance, probabilities and whether it is unclear, of texts known to be about their targets.

        Raises:
            ValueError: texts and targets differ in number.
            ModelError: the weights are damaged, or were trained on another embedder.
        """
        return [
            Reading(STANCES[int(row.argmax())], *map(float, row), unclear=bool(row.max() < self.abstain))
            for row in self._score(texts, targets)[0]
        ]

    def _score(self, texts: Sequence[str], targets: Sequence[str]) -> tuple[NDArray[np.float64], ...]:
        """Probabilities of stances given that the text is about the target, and that it is about it."""
        _check_pairs(texts, targets)
        stances, about = np.empty((len(texts), len(STANCES))), np.empty(len(texts))
        if not texts:
            return stances, about
        embedder = self.embedder or self._own_embedder
        kind = f"{embedder.name} {embedder.revision}"
        u, v = embedder.encode(list(texts)), embedder.encode(list(targets))
        tone = PolarityClassifier().predict_proba(texts)
        for rows in row_batches(len(texts)):
            pairs = pair_features(u[rows], v[rows])
            about[rows] = load_layer("relevance.npz", kind).probabilities(pairs)[:, 1]
            layer = load_layer("stance.npz", f"{kind} + {FEATURES}")
            stances[rows] = layer.probabilities(np.hstack([pairs, tone_features(tone[rows])]))
        opposing = {target for target in set(targets) if direction(target) == "against"}
        turned = [index for index, target in enumerate(targets) if target in opposing]
        stances[turned] = stances[turned][:, [1, 0, 2]]
        return stances, about

    @cached_property
    def _own_embedder(self) -> Embedder:
        return default_embedder()


def pair_features(text: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the model sees of pairs of unit vectors, (n, d) each: [u, |u-v|, u*v], shape (n, 3d)."""
    return np.hstack([text, np.abs(text - target), text * target])


def tone_features(polarity: NDArray[np.float64]) -> NDArray[np.float32]:
    """What it sees of the polarity of texts, shape (n, 3): log-probabilities on the scale of the rest."""
    return (0.3 * np.log(np.maximum(polarity, 1e-4))).astype(np.float32)


def _check_pairs(texts: Sequence[str], targets: Sequence[str]) -> None:
    if isinstance(texts, str) or isinstance(targets, str):
        raise TypeError("texts and targets are lists of strings, one target for each text")
    if len(texts) != len(targets):
        raise ValueError(f"{len(texts)} texts but {len(targets)} targets; give one target for each text")
