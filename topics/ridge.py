"""Kernel ridge regressions on a codebook's sentences, one a theme, and what each says of a sentence unseen.

Two sentences are alike by a Gaussian of the distance of their embeddings and by the words they share. What a
regression says of a sentence it has not seen has a closed form (the PRESS statistic: Allen, 1974). The same
sentences give the same regressions, so they are kept beside the embeddings: thousands of sentences take
seconds.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..cache import VectorFile, cache_directory

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

_PENALTY = 0.3
"""Of the ridge."""
_SHARPNESS = 3.0
"""How fast likeness falls with the distance of two embeddings: it is exp(sharpness * (cosine - 1))."""
_NEARLY_ALL = 99.0
"""Percent of the codebook's sentences whose embeddings add no more than what the sieve allows for."""


@dataclass(frozen=True, slots=True)
class Regressions:
    """One for each theme; a theme without known sentences has zeros.

    Attributes:
        duals: what likeness to each sentence adds to the score, (sentences, themes).
        unseen: the score of each sentence by a regression that has not seen it, (sentences, themes).
        most: what nearly no sentence's embedding exceeds, (themes,).
    """

    duals: Scores
    unseen: Scores
    most: Scores

    def packed(self) -> Vectors:
        """All numbers in one row, as the cache keeps them."""
        return np.concatenate([self.duals.ravel(), self.unseen.ravel(), self.most]).astype(np.float32)

    @classmethod
    def unpacked(cls, numbers: Vectors, shape: tuple[int, int]) -> Self:
        """From such a row.

        Args:
            numbers: as `packed` gives them.
            shape: (sentences, themes).
        """
        size = shape[0] * shape[1]
        duals, unseen, most = np.split(numbers.astype(np.float64), [size, 2 * size])
        return cls(duals.reshape(shape), unseen.reshape(shape), most)


def regress(vectors: Vectors, words: Any, truth: Flags, known: Flags) -> Regressions:
    """Fit the regressions, or take them from the cache: the answer is the same, to single precision.

    Args:
        vectors: unit vectors of the sentences, (n, dimension).
        words: sparse rows of their words, (n, stems).
        truth: which sentence is an example of which theme, (n, themes).
        known: which sentence says something of which theme, (n, themes).
    """
    size = 2 * truth.size + truth.shape[1]
    store = VectorFile(cache_directory() / "themes-1.sqlite", size, "<f4")
    key = _key(vectors, words, truth, known)
    kept = np.empty((1, size), dtype=np.float32)
    if not store.read_into(kept, {key: 0}):
        kept[0] = _fit(vectors.astype(np.float64), words, truth, known).packed()
        store.add([(key, kept[0])])
    return Regressions.unpacked(kept[0], truth.shape)


def alike(vectors: Scores, lessons: Scores) -> Scores:
    """Likeness of unit vectors by meaning, 1 for the same one, (vectors, lessons)."""
    return np.exp(_SHARPNESS * (vectors @ lessons.T - 1))


def _key(vectors: Vectors, words: Any, truth: Flags, known: Flags) -> bytes:
    """Hash of all that the regressions depend on."""
    digest = hashlib.sha256(repr((_PENALTY, _SHARPNESS, _NEARLY_ALL, truth.shape, words.shape)).encode())
    for part in (vectors, words.data, words.indices, words.indptr, truth, known):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.digest()


def _fit(meaning: Scores, words: Any, truth: Flags, known: Flags) -> Regressions:
    by_meaning = alike(meaning, meaning)
    between = by_meaning + (words @ words.T).toarray() + 1.0
    duals, unseen = np.zeros(truth.shape), np.zeros(truth.shape)
    inverse = _inverse(between + _PENALTY * np.eye(len(between)))
    for theme in np.flatnonzero(known.any(axis=0)):
        duals[:, theme], unseen[:, theme] = _ridge(inverse, known[:, theme], truth[:, theme])
    return Regressions(duals, unseen, np.percentile(by_meaning @ duals, _NEARLY_ALL, axis=0))


def _inverse(products: Scores) -> Scores:
    """Of a symmetric, positive definite matrix, by Cholesky: half the work of the general way."""
    from scipy.linalg import get_lapack_funcs

    factorise, invert = get_lapack_funcs(("potrf", "potri"), (products,))
    lower, _ = invert(factorise(products, lower=True)[0], lower=True)
    below: Scores = np.tril(lower)
    return below + np.tril(lower, -1).T


def _ridge(inverse: Scores, known: Flags, truth: Flags) -> tuple[Scores, Scores]:
    """Dual weights of the known rows, and what each row would get from a fit without it.

    Args:
        inverse: of the products of all rows with the penalty on the diagonal, (n, n). That of the known rows
            alone follows from it (Schur complement), far cheaper than one inversion a theme.
        known: which rows take part, (n,).
        truth: what each row is, (n,).
    """
    unknown = ~known
    across = inverse[:, unknown]
    bridge = np.linalg.solve(inverse[np.ix_(unknown, unknown)], across.T)
    wanted = (truth & known).astype(np.float64)
    duals: Scores = np.where(known, inverse @ wanted - across @ (bridge @ wanted), 0.0)
    diagonal = np.diag(inverse) - np.einsum("ij,ji->i", across, bridge)
    return duals, np.where(known, wanted - duals / np.where(known, diagonal, 1.0), 0.0)
