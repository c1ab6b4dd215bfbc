"""Stance: is a text in favour of a target, against it, or neither (SemEval-2016 task 6)?

The plain baseline. A text and its target are embedded, the pair is described by [u, |u-v|, u*v] (InferSent:
Conneau et al. 2017; without v, since no stance can be read off the target alone), and a calibrated logistic
regression reads the text's attitude towards the thing the target names. Whether the target is for or
against that thing is read by rule (`direction`); in favour is who agrees.

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
    """Anything that reads stances: `StanceClassifier`, or a better model of your own."""

    def read(self, texts: Sequence[str], targets: Sequence[str]) -> list[Reading]:
        """Read each text towards the target at the same place."""
        ...


class StanceClassifier(Pretrained):
    """Stance of texts towards targets, from embeddings of both.

    A target is best given as a statement ("We should keep the old build tool"); a bare name ("the old build
    tool") works less well.

    Args:
        embedder: the embedder the weights were trained on; None stands for `default_embedder()`.
        abstain: readings whose best probability is below this are marked unclear.
    """

    def __init__(self, embedder: Embedder | None = None, *, abstain: float = 0.5) -> None:
        self.embedder = embedder
        self.abstain = abstain

    def predict(self, texts: Sequence[str], targets: Sequence[str]) -> list[Stance]:
        """The most probable stance of each text towards the target at the same place."""
        return [STANCES[index] for index in self.predict_proba(texts, targets).argmax(axis=1)]

    def predict_proba(self, texts: Sequence[str], targets: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of favor, against, none, in this order: shape (len(texts), 3).

        Raises:
            ValueError: texts and targets differ in number.
            ModelError: the weights are damaged, or were trained on another embedder.
        """
        _check_pairs(texts, targets)
        probabilities = np.empty((len(texts), len(STANCES)))
        if not texts:
            return probabilities
        embedder = self.embedder or self._own_embedder
        layer = load_layer("stance.npz", f"{embedder.name} {embedder.revision}")
        u, v = embedder.encode(list(texts)), embedder.encode(list(targets))
        for rows in row_batches(len(texts)):
            probabilities[rows] = layer.probabilities(pair_features(u[rows], v[rows]))
        opposing = {target for target in set(targets) if direction(target) == "against"}
        turned = [index for index, target in enumerate(targets) if target in opposing]
        probabilities[turned] = probabilities[turned][:, [1, 0, 2]]
        return probabilities

    def read(self, texts: Sequence[str], targets: Sequence[str]) -> list[Reading]:
        """Stance, probabilities and whether it is unclear, for each text and the target at the same place."""
        return [
            Reading(STANCES[int(row.argmax())], *map(float, row), unclear=bool(row.max() < self.abstain))
            for row in self.predict_proba(texts, targets)
        ]

    @cached_property
    def _own_embedder(self) -> Embedder:
        return default_embedder()


def pair_features(text: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the model sees of pairs of unit vectors, (n, d) each: [u, |u-v|, u*v], shape (n, 3d)."""
    return np.hstack([text, np.abs(text - target), text * target])


def _check_pairs(texts: Sequence[str], targets: Sequence[str]) -> None:
    if isinstance(texts, str) or isinstance(targets, str):
        raise TypeError("texts and targets are lists of strings, one target for each text")
    if len(texts) != len(targets):
        raise ValueError(f"{len(texts)} texts but {len(targets)} targets; give one target for each text")
