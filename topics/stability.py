"""How much of a grouping is in the data, and how much in the sample of them that happened to be there.

Halves of the texts, drawn without replacement, are grouped anew (Hennig, 2007; Lange et al., 2004). Where
the groups are real, each half shows the same ones: the adjusted Rand index to the whole grouping is near 1,
and every group has a counterpart with nearly the same members. One that has none in most halves is weak: it
may be a passing arrangement of a few posts. A half is grouped from one start, not from several, which errs
to the safe side.
"""

from dataclasses import dataclass

import numpy as np

from .clustering import Clusterer, Labels, Vectors

HALVES = 10
LARGEST = 5000
"""Texts in a half at most."""


@dataclass(frozen=True, slots=True)
class Stability:
    """What grouping halves of the texts came to."""

    agreement: float
    """Mean adjusted Rand index between the halves' groupings and the whole one; nan without groups."""
    recurs: tuple[float, ...]
    """For each group the mean Jaccard index with its nearest counterpart in the halves."""


def stability(
    vectors: Vectors, labels: Labels, clusterer: Clusterer, *, halves: int = HALVES, seed: int = 0
) -> Stability:
    """Group halves of the vectors as the whole was grouped.

    Args:
        vectors: unit vectors, (n, dimension).
        labels: their groups, -1 for none.
        clusterer: that made them; it stays as it is.
        halves: how many.
        seed: of the draws.
    """
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(seed)
    size = min(len(vectors) // 2, LARGEST)
    least = max(2, round(clusterer.min_size * size / clusterer.grouped_))
    agreements: list[float] = []
    counterparts: list[list[float]] = []
    for _ in range(halves):
        rows = np.sort(rng.choice(len(vectors), size=size, replace=False))
        half = Clusterer(min_size=least, n_clusters=clusterer.n_clusters, runs=1)
        again = half.fit(vectors[rows]).labels_
        agreements.append(float(adjusted_rand_score(labels[rows], again)))
        counterparts.append(_nearest(labels[rows], again, int(labels.max()) + 1))
    return Stability(float(np.mean(agreements)), tuple(np.mean(counterparts, axis=0).tolist()))


def _nearest(labels: Labels, again: Labels, groups: int) -> list[float]:
    """Jaccard index of each group with the most similar group of the other grouping."""
    both = np.zeros((groups + 1, int(again.max(initial=-1)) + 2))
    np.add.at(both, (labels + 1, again + 1), 1)
    either = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    shares = both / np.maximum(either, 1)
    return shares[1:, 1:].max(axis=1, initial=0.0).tolist()
