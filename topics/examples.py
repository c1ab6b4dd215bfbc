"""How a theme is recognised: a sentence that is like its examples and unlike all the others.

One kernel ridge regression per theme (Saunders et al., 1998; `ridge`): its examples are 1, the examples of
other themes, its counter-examples and ordinary talk are 0. Alike are embeddings near each other, so that a
theme may consist of several things, and words that are shared. A sentence must also have an example near it,
since a regression has no idea of what lies far from all it has seen. The thresholds are those with the best
F1 over all themes when every sentence is judged by a regression that has not seen it. Ordinary talk weighs as
much in that F1 as it does in a forum, where most sentences raise no theme at all.

Wording costs nothing beside an embedding, and an embedding can add only so much to a score. So a sentence
whose wording leaves it too far below the threshold is never embedded (`Likeness.worth`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder
from .codebook import Codebook
from .cues import CueFinder
from .lessons import Lessons
from .ridge import alike, regress
from .wording import Wording

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

ENOUGH = 5
"""Examples a theme needs to be recognised by likeness; with fewer, its cues alone count."""
_AT_ONCE = 2048
"""Sentences compared with all lessons at a time."""
_LONERS = 5.0
"""Percent of a theme's examples that may lie farther from all others than what still counts as near."""
_DECIMALS = 4
"""Scores are rounded, so that the last bits of a matrix product decide nothing."""
_EQUAL = 12
"""Decimals to which values of F1 are told apart."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Scores sentences against a codebook's examples.

    Attributes:
        threshold: score from which a sentence raises a theme.
        cue_threshold: the same for a sentence with one of the theme's cues; -inf where a cue is enough.
        f1: of both rules together, over all themes, leave-one-out on the codebook's own sentences.
        learnt: which themes have enough examples, (themes,).
    """

    threshold: float
    cue_threshold: float
    f1: float
    learnt: Flags
    _weights: "_Weights"
    _neighbourhood: "_Neighbourhood"
    _wording: Wording

    def by_words(self, texts: Sequence[str], cued: Flags) -> Scores:
        """The part of the scores that needs no embedding, (n, themes)."""
        return self._wording.rows(texts, cued) @ self._weights.words + self._weights.intercept

    def worth(self, by_words: Scores, cued: Flags) -> Flags:
        """Which sentences could raise a theme, whatever nearly all embeddings would add, (n,)."""
        reachable = by_words + self._weights.most >= min(self.threshold, self.cue_threshold)
        return np.asarray((self.learnt & reachable).any(axis=1) | cued.any(axis=1))

    def judge(self, by_words: Scores, vectors: Vectors, cued: Flags) -> tuple[Scores, Flags]:
        """Which themes are raised by sentences with these unit vectors and cues, (n, themes).

        Returns:
            The likeness to each theme, about 1 like the examples and about 0 unlike, and which are raised.
        """
        scores = np.round(by_words + self._weights.by_meaning(vectors), _DECIMALS)
        return scores, self.raised(scores, self._neighbourhood.holds(vectors), cued)

    def raised(self, scores: Scores, near: Flags, cued: Flags) -> Flags:
        """The rule itself: like no other theme more, near and like enough; or a cue and not too unlike."""
        best = scores >= np.where(self.learnt, scores, -np.inf).max(axis=1, keepdims=True)
        by_likeness = self.learnt & near & best & (scores >= self.threshold)
        return by_likeness | (cued & (~self.learnt | (scores >= self.cue_threshold)))


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each part of a sentence adds to the score of each theme."""

    lessons: Scores
    """Unit vectors of what was learnt from, (lessons, dimension)."""
    duals: Scores
    """What likeness to each lesson adds, (lessons, themes)."""
    words: Scores
    """(stems and cues, themes)"""
    intercept: Scores
    """(themes,)"""
    most: Scores
    """What nearly no example's embedding exceeds, (themes,)."""

    def by_meaning(self, vectors: Vectors) -> Scores:
        """The part of the scores that comes from embeddings, (n, themes)."""
        parts = [
            alike(vectors[start : start + _AT_ONCE].astype(np.float64), self.lessons) @ self.duals
            for start in range(0, len(vectors), _AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.duals.shape[1]))


@dataclass(frozen=True, slots=True)
class _Neighbourhood:
    """What is near to a theme's examples: as near as most of them have another example."""

    examples: list[Vectors]
    """For each theme the unit vectors of its examples."""
    floors: Scores
    """For each theme the least cosine to the nearest example."""

    @classmethod
    def of(cls, vectors: Vectors, truth: Flags) -> "_Neighbourhood":
        examples = [vectors[own] for own in truth.T]
        floors = [
            np.percentile(_to_nearest_other(own), _LONERS) if len(own) > 1 else -1.0 for own in examples
        ]
        return cls(examples, np.round(floors, _DECIMALS))

    def holds(self, vectors: Vectors) -> Flags:
        """Which vectors are near to which theme, (n, themes)."""
        near = [
            np.round((vectors.astype(np.float64) @ own.T).max(axis=1, initial=-1.0), _DECIMALS) >= floor
            for own, floor in zip(self.examples, self.floors, strict=True)
        ]
        return np.column_stack(near)

    def holds_example(self, vectors: Vectors, truth: Flags) -> Flags:
        """The same for the examples themselves, none of them its own neighbour."""
        near = self.holds(vectors)
        for theme, own in enumerate(self.examples):
            if len(own) > 1:
                near[truth[:, theme], theme] = _to_nearest_other(own) >= self.floors[theme]
        return near


def learn(codebook: Codebook, finder: CueFinder, embedder: Embedder, prevalence: float) -> Likeness:
    """Fit and calibrate on the codebook's own sentences.

    Args:
        codebook: themes with their sentences.
        finder: of the codebook's cues.
        embedder: of the sentences here and of those to be read.
        prevalence: share of a forum's sentences that raise some theme, above 0 and at most 1.
    """
    from threadpoolctl import threadpool_limits

    lessons = Lessons.of(codebook, finder, prevalence)
    learnt = lessons.truth.sum(axis=0) >= ENOUGH
    vectors = embedder.encode(lessons.texts)
    with threadpool_limits(1):
        return _calibrate(vectors, lessons, learnt)


def _calibrate(vectors: Vectors, lessons: Lessons, learnt: Flags) -> Likeness:
    wording = Wording.of(lessons.texts)
    words = wording.rows(lessons.texts, lessons.cued)
    found = regress(vectors, words, lessons.truth, lessons.known & learnt)
    duals = found.duals
    meaning = vectors.astype(np.float64)
    weights = _Weights(meaning, duals, words.T @ duals, duals.sum(axis=0), found.most)
    neighbourhood = _Neighbourhood.of(vectors, lessons.truth)
    near = neighbourhood.holds_example(vectors, lessons.truth)
    unseen = np.round(found.unseen, _DECIMALS)
    threshold, cue_threshold = _thresholds(unseen, near, lessons, learnt)
    likeness = Likeness(threshold, cue_threshold, 0.0, learnt, weights, neighbourhood, wording)
    f1 = _f1(likeness.raised(unseen, near, lessons.cued), lessons.truth, lessons.weights())
    return replace(likeness, f1=f1)


def _thresholds(scores: Scores, near: Flags, lessons: Lessons, learnt: Flags) -> tuple[float, float]:
    """The thresholds without and with a cue."""
    judged = lessons.weights() * learnt
    plain = _best_threshold(np.where(near, scores, -1.0), lessons.truth, judged)
    cued = judged * lessons.cued
    if not cued[~lessons.truth].any():  # no cue has ever misled: believe them
        return plain, float("-inf")
    return plain, min(plain, _best_threshold(scores, lessons.truth, cued))


def _best_threshold(scores: Scores, truth: Flags, weights: Scores) -> float:
    """The threshold with the highest F1, halfway to the next lower score; infinite if nothing is wanted."""
    counted = weights > 0
    values, rank = np.unique(scores[counted], return_inverse=True)
    weight, wanted = weights[counted], truth[counted]
    if not wanted.any():
        return float("inf")
    found = np.cumsum(np.bincount(rank, weight, len(values))[::-1])[::-1]
    right = np.cumsum(np.bincount(rank, weight * wanted, len(values))[::-1])[::-1]
    # Sums of the same weights in another order differ in their last bits, and must tie.
    f1 = np.round(2 * right / (found + weight[wanted].sum()), _EQUAL)
    best = int(f1.argmax())
    return float((values[best] + values[max(best - 1, 0)]) / 2)


def _f1(found: Flags, wanted: Flags, weights: Scores) -> float:
    return float(2 * weights[found & wanted].sum() / max(1.0, weights[found].sum() + weights[wanted].sum()))


def _to_nearest_other(vectors: Vectors) -> Scores:
    """The cosine of each unit vector to the nearest other one."""
    between = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    np.fill_diagonal(between, -1.0)
    return np.round(between.max(axis=1), _DECIMALS)
