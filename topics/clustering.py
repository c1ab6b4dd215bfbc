"""From vectors to groups: EVoC, made repeatable, its small groups joined as far as a stated rule says.

EVoC (Tutte Institute, 2024) embeds a nearest-neighbour graph of the vectors and finds dense groups in it. It
has three weaknesses for our purpose. Its result depends on the number of threads: so it runs on one. It
depends on the seed: so it runs with several, the best run is kept, and how far they agree is the stability.
And it splits plain groups into many (made of four subjects, two thousand texts came back as forty): so the
centres of its finest groups are joined step by step (average linkage, cosine), and the cut with the highest
mean silhouette is taken (Rousseeuw, 1987; cosine; what EVoC leaves out counts with the nearest group).
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
JUDGED = 2000
"""Vectors the silhouette is computed on at most: it takes all pairs."""
CORE = 5.0
"""Percentile of a group's own similarities to its centre that an outsider must reach to be let in."""
_EVERY_CUT = 20
"""Up to so many groups each number is tried, above it each about a tenth larger than the last."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """One way to group the vectors."""

    labels: Labels
    """The group of every vector, for those EVoC leaves out the nearest."""
    core: NDArray[np.bool_]
    """Which vectors EVoC itself put into a group."""
    silhouette: float


class Clusterer:
    """EVoC in the shape BERTopic asks of a clusterer: `fit`, then `labels_`.

    The result depends on the vectors, their order and the seed; sort them first.

    Args:
        min_size: fewest members of a group.
        n_clusters: how many groups; None lets the silhouette decide. Fewer come where fewer are found.
        seed: of the first run; the others count up from it.

    Attributes:
        labels_: group of each vector, -1 where none is near enough, int64 (n,).
        centroids_: unit vectors, (groups, dimension).
        floors_: least similarity to the centroid that makes a member, (groups,).
        stability_: mean adjusted mutual information (Vinh et al., 2010) between the runs' best cuts,
            0 to 1; nan where fewer than two runs found groups.
    """

    def __init__(self, *, min_size: int, n_clusters: int | None = None, seed: int = 0) -> None:
        self.min_size = min_size
        self.n_clusters = n_clusters
        self.seed = seed

    def fit(self, X: Vectors, y: None = None) -> Self:  # noqa: ARG002, N803 - the names BERTopic uses
        """Group unit vectors, (n, dimension)."""
        with _one_thread():
            distances = _Distances(X)
            runs = (self._best_cut(X, seed, distances) for seed in range(self.seed, self.seed + RUNS))
            best = [cut for cut in runs if cut]
            chosen = max(best, key=lambda cut: cut.silhouette, default=None)
            labels = (
                np.where(chosen.core, chosen.labels, -1) if chosen else np.full(len(X), -1, dtype=np.int64)
            )
            self.stability_ = _agreement([cut.labels for cut in best])
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

    def _best_cut(self, vectors: Vectors, seed: int, distances: "_Distances") -> _Cut | None:
        """One run's best grouping, None where it found fewer than two groups."""
        finest = self._finest_groups(vectors, seed)
        centroids = _centroids(vectors, finest)
        if len(centroids) < 2:  # noqa: PLR2004 - one group is none
            return None
        core = finest >= 0
        whole = np.where(core, finest, (vectors @ centroids.T).argmax(axis=1))
        wanted = (
            [min(self.n_clusters, len(centroids))] if self.n_clusters else _numbers_to_try(len(centroids))
        )
        cuts = (group_of[whole] for group_of in _joined(centroids, wanted))
        return max(
            (_Cut(labels, core, distances.silhouette(labels)) for labels in cuts),
            key=lambda cut: cut.silhouette,
        )

    def _finest_groups(self, vectors: Vectors, seed: int) -> Labels:
        from evoc import EVoC  # numba: seconds, and minutes of compiling on the very first use

        model: Any = EVoC(random_state=seed, base_min_cluster_size=self.min_size).fit(vectors)
        return _gapless(np.asarray(model.cluster_layers_[0], dtype=np.int64))


class _Distances:
    """Cosine distances between the vectors, or an even selection of them."""

    def __init__(self, vectors: Vectors) -> None:
        from sklearn.metrics import pairwise_distances

        self._rows = np.unique(np.linspace(0, len(vectors) - 1, JUDGED).astype(np.int64))
        self._between = pairwise_distances(vectors[self._rows], metric="cosine")

    def silhouette(self, labels: Labels) -> float:
        """Mean silhouette of a grouping; -1 where the selection shows one group only."""
        from sklearn.metrics import silhouette_score

        judged = labels[self._rows]
        if not 1 < len(np.unique(judged)) < len(judged):
            return -1.0
        return float(silhouette_score(self._between, judged, metric="precomputed"))


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


def _numbers_to_try(count: int) -> list[int]:
    numbers = {*range(2, min(count, _EVERY_CUT) + 1), count}
    step = float(_EVERY_CUT)
    while (step := step * 1.1) < count:
        numbers.add(round(step))
    return sorted(numbers)


def _joined(centroids: Vectors, numbers: list[int]) -> Generator[Labels]:
    """For each of the given numbers of groups, the group of each centroid."""
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(centroids, method="average", metric="cosine")
    for number in numbers:
        yield _gapless(fcluster(tree, number, criterion="maxclust").astype(np.int64))


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
