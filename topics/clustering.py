"""From vectors to groups: EVoC, made repeatable, with its layer chosen by a stated rule.

EVoC (Tutte Institute, 2024) embeds a nearest-neighbour graph of the vectors and cuts the density tree of
that embedding at several heights: layers, from fine to coarse. Alone it has two weaknesses for our purpose:
its result depends on the number of threads, and on the seed more than one would like. So it runs on one
thread, several times, and of all layers of all runs the one with the highest mean silhouette (Rousseeuw, 1987;
cosine, unassigned vectors taken with their nearest group) is kept. How far the runs agree is the stability.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Vectors = NDArray[np.float32]

RUNS = 5
"""Seeds tried; their agreement is the stability."""
JUDGED = 3000
"""Vectors the silhouette is computed on at most: it takes all pairs."""
CORE = 5.0
"""Percentile of a group's own similarities to its centre that an outsider must reach to be let in."""


@dataclass(frozen=True, slots=True)
class _Layer:
    labels: Labels
    score: tuple[float, float]
    """Fit to the number of groups asked for, then mean silhouette."""


class Clusterer:
    """EVoC in the shape BERTopic asks of a clusterer: `fit`, then `labels_`.

    The result depends on the vectors, their order and the seed; sort them first.

    Args:
        min_size: fewest members of a group.
        n_clusters: how many groups to aim for; None lets the silhouette decide.
        seed: of the first run; the others count up from it.

    Attributes:
        labels_: group of each vector, -1 where none is near enough, int64 (n,).
        centroids_: unit vectors, (groups, dimension).
        floors_: least similarity to the centroid that makes a member, (groups,).
        stability_: mean adjusted mutual information (Vinh et al., 2010) between the runs' best layers,
            0 to 1; nan where fewer than two runs found groups.
    """

    def __init__(self, *, min_size: int, n_clusters: int | None = None, seed: int = 0) -> None:
        self.min_size = min_size
        self.n_clusters = n_clusters
        self.seed = seed

    def fit(self, X: Vectors, y: None = None) -> Self:  # noqa: ARG002, N803 - the names BERTopic uses
        """Group unit vectors, (n, dimension)."""
        with _one_thread():
            best = self._best_of_each_run(X)
            chosen = max(best, key=lambda layer: layer.score, default=None)
            labels = np.full(len(X), -1, dtype=np.int64) if chosen is None else chosen.labels
            self.stability_ = _agreement([layer.labels for layer in best])
            self.centroids_ = _centroids(X, labels)
            self.floors_ = _floors(X, labels, self.centroids_)
            outside = labels < 0
            self.labels_ = labels.copy()
            self.labels_[outside] = self.predict(X[outside])
        return self

    def predict(self, X: Vectors) -> Labels:  # noqa: N803
        """The nearest group of each vector, -1 where it is farther than nearly all members are."""
        if not len(self.centroids_) or not len(X):
            return np.full(len(X), -1, dtype=np.int64)
        similarity = X @ self.centroids_.T
        nearest = similarity.argmax(axis=1)
        near_enough = similarity[np.arange(len(X)), nearest] >= self.floors_[nearest]
        return np.where(near_enough, nearest, -1).astype(np.int64)

    def _best_of_each_run(self, vectors: Vectors) -> list[_Layer]:
        """The best layer of every run that found at least two groups."""
        judge = _Judge(vectors)
        best: list[_Layer] = []
        for seed in range(self.seed, self.seed + RUNS):
            layers = [
                _Layer(labels, (self._fit_to_wish(labels), judge.silhouette(labels)))
                for labels in self._layers(vectors, seed)
                if labels.max() >= 1
            ]
            if layers:
                best.append(max(layers, key=lambda layer: layer.score))
        return best

    def _layers(self, vectors: Vectors, seed: int) -> list[Labels]:
        from evoc import EVoC  # numba: seconds, and minutes of compiling on the very first use

        model: Any = EVoC(
            random_state=seed, base_min_cluster_size=self.min_size, approx_n_clusters=self.n_clusters
        ).fit(vectors)
        return [_gapless(np.asarray(layer, dtype=np.int64)) for layer in model.cluster_layers_]

    def _fit_to_wish(self, labels: Labels) -> float:
        return 0.0 if self.n_clusters is None else -abs(float(labels.max()) + 1 - self.n_clusters)


class _Judge:
    """Mean silhouette of a grouping, on an even selection of the vectors."""

    def __init__(self, vectors: Vectors) -> None:
        from sklearn.metrics import pairwise_distances

        self._vectors = vectors
        self._rows = np.unique(np.linspace(0, len(vectors) - 1, JUDGED).astype(np.int64))
        self._distances = pairwise_distances(vectors[self._rows], metric="cosine")

    def silhouette(self, labels: Labels) -> float:
        """Mean over all vectors, the unassigned ones taken with the nearest group; -1 below two groups."""
        from sklearn.metrics import silhouette_score

        nearest = (self._vectors @ _centroids(self._vectors, labels).T).argmax(axis=1)
        judged = np.where(labels < 0, nearest, labels)[self._rows]
        if not 1 < len(np.unique(judged)) < len(judged):
            return -1.0
        return float(silhouette_score(self._distances, judged, metric="precomputed"))


@contextmanager
def _one_thread() -> Generator[None]:
    """EVoC's block sizes follow the number of threads, and a parallel sum's last bits do too."""
    import numba
    from threadpoolctl import threadpool_limits

    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        numba.set_num_threads(before)


def _gapless(labels: Labels) -> Labels:
    """The same groups numbered from 0 on."""
    gapless = np.full_like(labels, -1)
    _, gapless[labels >= 0] = np.unique(labels[labels >= 0], return_inverse=True)
    return gapless


def _agreement(groupings: list[Labels]) -> float:
    from sklearn.metrics import adjusted_mutual_info_score

    pairs = [adjusted_mutual_info_score(one, other) for one, other in combinations(groupings, 2)]
    return float(np.mean(pairs)) if pairs else float("nan")


def _centroids(vectors: Vectors, labels: Labels) -> Vectors:
    count = int(labels.max(initial=-1)) + 1
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float64)
    np.add.at(sums, labels[labels >= 0], vectors[labels >= 0])
    return (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)


def _floors(vectors: Vectors, labels: Labels, centroids: Vectors) -> Vectors:
    own = [vectors[labels == group] @ centre for group, centre in enumerate(centroids)]
    return np.asarray([np.percentile(similarity, CORE) for similarity in own], dtype=np.float32)
