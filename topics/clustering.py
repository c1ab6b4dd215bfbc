"""From vectors to groups: EVoC, made repeatable, its small groups joined as far as a stated rule says.

EVoC (Tutte Institute, 2024) embeds a nearest-neighbour graph of the vectors and finds dense groups in it. It
has three weaknesses for our purpose. Its result depends on the number of threads: so it runs on one. It
depends on the seed: so it runs with the same few ones always, the best run is kept, and `stability` says how
much another sample of the texts would change. And it splits plain groups into many (made of four subjects,
two thousand texts came back as forty): so the centres of its finest groups are joined step by step (Ward,
1963), and the cut with the highest simplified silhouette is taken: how much nearer to each vector its own
centre is than the next one (Rousseeuw, 1987; Hruschka et al., 2004; what EVoC leaves out counts with the
nearest group). Halving the texts nearly always separates well and says little: two groups are taken only
where they stand out.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Vectors = NDArray[np.float32]

JUDGED = 10_000
"""Vectors a silhouette is the mean of at most."""
CORE = 20.0
"""Percentile of a group's own similarities to its centre that an outsider must reach to be let in; learnt by
`scripts/topic_floor.py` from requests held out, some of intents that were grouped and some of others."""
_EVERY_CUT = 20
"""Up to so many groups each number is tried, above it each about a tenth larger than the last."""
RUNS = 3
"""Starts of EVoC, the best of which is kept; "fast" has one (docs/models.md)."""
_OUTSTANDING = 0.05
"""By how much the silhouette of two groups must be better than any other's."""


class Clusterer:
    """EVoC with its groups joined.

    The result depends on the vectors and their order; sort them first.

    Args:
        min_size: fewest members of a group.
        n_clusters: how many groups; None lets the silhouette decide. Fewer come where fewer are found.
        runs: starts of EVoC.

    Attributes:
        labels_: group of each vector, -1 where none is near enough, int64 (n,).
        centroids_: unit vectors, (groups, dimension).
        floors_: least similarity to the centroid that makes a member, (groups,).
        grouped_: how many vectors EVoC saw.
    """

    def __init__(self, *, min_size: int, n_clusters: int | None = None, runs: int = RUNS) -> None:
        self.min_size = min_size
        self.n_clusters = n_clusters
        self.runs = runs

    def fit(self, vectors: Vectors, drawn: NDArray[np.int64] | None = None) -> Self:
        """Group vectors.

        Args:
            vectors: unit vectors, (n, dimension).
            drawn: rows of a sample that is grouped, ascending; the others go to its groups. None takes all.
        """
        drawn = np.arange(len(vectors)) if drawn is None else drawn
        sample = vectors[drawn]
        self.grouped_ = len(sample)
        with _one_thread():
            cuts = [self._best_cut(sample, state) for state in range(self.runs)]
            core, _ = max(cuts, key=lambda cut: cut[1])
            self.centroids_ = _centroids(sample, core)
            self.floors_ = _floors(sample, core, self.centroids_)
            self.labels_ = np.full(len(vectors), -1, dtype=np.int64)
            self.labels_[drawn] = core
            outside = self.labels_ < 0
            self.labels_[outside] = self.predict(vectors[outside])
        return self

    def predict(self, vectors: Vectors) -> Labels:
        """The nearest group of each vector, -1 where it is farther than nearly all members are."""
        return nearest(vectors, self.centroids_, self.floors_)

    def _best_cut(self, vectors: Vectors, state: int) -> tuple[Labels, float]:
        """One run's groups under their best cut, and its silhouette; -1 where EVoC leaves a vector out."""
        finest = self._finest_groups(vectors, state)
        centres = _centroids(vectors, finest)
        if len(centres) < 2:  # noqa: PLR2004 - one group is none
            return np.full(len(vectors), -1, dtype=np.int64), -1.0
        whole = np.where(finest >= 0, finest, (vectors @ centres.T).argmax(axis=1))
        wanted = [min(self.n_clusters, len(centres))] if self.n_clusters else _numbers_to_try(len(centres))
        judge = _Judge(vectors, whole)
        cuts = dict(zip(wanted, _cuts(centres, wanted), strict=True))
        scores = {number: judge.silhouette(cut) for number, cut in cuts.items()}
        best = max(scores, key=lambda number: scores[number] - _OUTSTANDING * (number == 2))  # noqa: PLR2004
        return np.where(finest >= 0, cuts[best][finest], -1), scores[best]

    def _finest_groups(self, vectors: Vectors, state: int) -> Labels:
        from evoc import EVoC  # numba: seconds, and minutes of compiling on the very first use

        model: Any = EVoC(random_state=state, base_min_cluster_size=self.min_size, max_layers=1).fit(vectors)
        return _gapless(np.asarray(model.cluster_layers_[0], dtype=np.int64))


def is_compiled() -> bool:
    """Whether EVoC was compiled on this machine before; else its first use takes minutes.

    Numba keeps what it compiled in $NUMBA_CACHE_DIR or in the package's folder; where it keeps it elsewhere,
    because that can't be written, nothing is known and the answer is yes.
    """
    spec = find_spec("evoc")
    if spec is None or spec.origin is None:
        return True
    own = os.environ.get("NUMBA_CACHE_DIR")
    folder = Path(own) if own else Path(spec.origin).parent
    return any(folder.rglob("*.nbi")) or not (own or os.access(folder, os.W_OK))


def nearest(vectors: Vectors, centres: Vectors, floors: Vectors) -> Labels:
    """The row of each vector's nearest centre, -1 where even that is farther than the centre's floor."""
    if not len(centres) or not len(vectors):
        return np.full(len(vectors), -1, dtype=np.int64)
    similarity = vectors @ centres.T
    closest = similarity.argmax(axis=1)
    near_enough = similarity[np.arange(len(vectors)), closest] >= floors[closest]
    return np.where(near_enough, closest, -1).astype(np.int64)


class _Judge:
    """Simplified silhouettes of any way to join the finest groups, each from one product of matrices."""

    def __init__(self, vectors: Vectors, finest: Labels) -> None:
        rows = np.unique(np.linspace(0, len(vectors) - 1, JUDGED).astype(np.int64))
        sums = _sums(vectors, finest)
        self._home = finest[rows]
        self._to_sums = vectors[rows].astype(np.float64) @ sums.T
        self._between = sums @ sums.T

    def silhouette(self, group_of: Labels) -> float:
        """Mean of (b - a) / max(a, b): a is the cosine distance to the own centre, b to the nearest other.

        Args:
            group_of: for each of the finest groups the one it is joined into.
        """
        joined = np.eye(int(group_of.max()) + 1)[group_of]
        lengths = np.sqrt(np.einsum("fg,fh,hg->g", joined, self._between, joined, optimize=True))
        similarity = self._to_sums @ joined / lengths
        rows, own_group = np.arange(len(self._home)), group_of[self._home]
        own = 1 - similarity[rows, own_group]
        similarity[rows, own_group] = -np.inf
        other = 1 - similarity.max(axis=1)
        return round(float(np.mean((other - own) / np.maximum(np.maximum(own, other), 1e-6))), 6)


def _sums(vectors: Vectors, labels: Labels) -> NDArray[np.float64]:
    """Sum of each group's vectors, (groups, dimension); -1 is no group."""
    from scipy.sparse import csr_array

    members = np.flatnonzero(labels >= 0)
    shape = (int(labels.max(initial=-1)) + 1, len(vectors))
    return csr_array((np.ones(len(members)), (labels[members], members)), shape=shape) @ vectors


def _centroids(vectors: Vectors, labels: Labels) -> Vectors:
    sums = _sums(vectors, labels)
    return (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)


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


def _cuts(centres: Vectors, numbers: list[int]) -> Generator[Labels]:
    """For each of the given numbers of groups, the group of each centre."""
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(centres, method="ward")
    for number in numbers:
        yield _gapless(fcluster(tree, number, criterion="maxclust").astype(np.int64))


def _gapless(labels: Labels) -> Labels:
    """The same groups numbered from 0 on."""
    gapless = np.full_like(labels, -1)
    _, gapless[labels >= 0] = np.unique(labels[labels >= 0], return_inverse=True)
    return gapless


def _floors(vectors: Vectors, labels: Labels, centres: Vectors) -> Vectors:
    own = [vectors[labels == group] @ centre for group, centre in enumerate(centres)]
    return np.asarray([np.percentile(similarity, CORE) for similarity in own], dtype=np.float32)
