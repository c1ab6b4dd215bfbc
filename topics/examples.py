"""How a theme is recognised without its cues: a sentence that is like its examples and unlike all the others.

One ridge regression per theme (Hoerl and Kennard, 1970) on sentence embeddings: its examples are 1, the
examples of other themes, its counter-examples and ordinary talk are 0. A sentence must also have an example
near it, since a regression has no idea of what lies far from all it has seen. The thresholds are those with
the best F1 over all themes when every sentence is judged by a regression that has not seen it; for ridge
these leave-one-out values have a closed form (the PRESS statistic: Allen, 1974). Ordinary talk weighs as much
in that F1 as it does in a forum, where most sentences raise no theme at all.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder
from .codebook import Codebook
from .cues import CueFinder
from .lessons import Lessons

Vectors = NDArray[np.float32]
Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

ENOUGH = 5
"""Examples a theme needs to be recognised by likeness; with fewer, its cues alone count."""
_PENALTY = 2.0
"""Of the ridge; leave-one-out F1 is flat from 0.5 to 3."""
_LONERS = 15.0
"""Percent of a theme's examples that may lie farther from all others than what still counts as near."""
_DECIMALS = 4
"""Scores are rounded, so that the last bits of a matrix product decide nothing."""


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
    _weights: Scores
    """(dimension + 1, themes), the intercept last."""
    _neighbourhood: "_Neighbourhood"

    def judge(self, vectors: Vectors, cued: Flags) -> tuple[Scores, Flags]:
        """Which themes are raised by sentences with these unit vectors and cues, (n, themes).

        Returns:
            The likeness to each theme, about 1 like the examples and about 0 unlike, and which are raised.
        """
        scores = np.round(_with_intercept(vectors) @ self._weights, _DECIMALS)
        return scores, self.raised(scores, self._neighbourhood.holds(vectors), cued)

    def raised(self, scores: Scores, near: Flags, cued: Flags) -> Flags:
        """The rule itself: near and like enough, or a cue and not too unlike."""
        by_likeness = self.learnt & near & (scores >= self.threshold)
        return by_likeness | (cued & (~self.learnt | (scores >= self.cue_threshold)))


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
    inputs = _with_intercept(vectors)
    weights = np.zeros((inputs.shape[1], len(learnt)))
    unseen = np.zeros(lessons.truth.shape)
    for theme in np.flatnonzero(learnt):
        use = lessons.known[:, theme]
        weights[:, theme], unseen[use, theme] = _ridge(inputs[use], lessons.truth[use, theme])
    neighbourhood = _Neighbourhood.of(vectors, lessons.truth)
    near = neighbourhood.holds_example(vectors, lessons.truth)
    unseen = np.round(unseen, _DECIMALS)
    threshold, cue_threshold = _thresholds(unseen, near, lessons, learnt)
    likeness = Likeness(threshold, cue_threshold, 0.0, learnt, weights, neighbourhood)
    f1 = _f1(likeness.raised(unseen, near, lessons.cued), lessons.truth, lessons.weights())
    return replace(likeness, f1=f1)


def _ridge(inputs: Scores, truth: Flags) -> tuple[Scores, Scores]:
    """Weights, and what each row would get from a fit without it."""
    gram = inputs.T @ inputs + _PENALTY * np.eye(inputs.shape[1])
    projection: Scores = np.linalg.solve(gram, inputs.T).astype(np.float64)
    weights = projection @ truth
    leverage = np.einsum("ij,ji->i", inputs, projection)
    return weights, (inputs @ weights - leverage * truth) / (1 - leverage)


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
    candidates = np.unique(scores[truth & (weights > 0)])
    if not len(candidates):
        return float("inf")
    best = max(candidates, key=lambda score: (_f1(scores >= score, truth, weights), -score))
    below = scores[(weights > 0) & (scores < best)]
    return float((best + below.max()) / 2) if len(below) else float(best)


def _f1(found: Flags, wanted: Flags, weights: Scores) -> float:
    return float(2 * weights[found & wanted].sum() / max(1.0, weights[found].sum() + weights[wanted].sum()))


def _to_nearest_other(vectors: Vectors) -> Scores:
    """The cosine of each unit vector to the nearest other one."""
    between = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    np.fill_diagonal(between, -1.0)
    return np.round(between.max(axis=1), _DECIMALS)


def _with_intercept(vectors: Vectors) -> Scores:
    return np.column_stack([vectors.astype(np.float64), np.ones(len(vectors))])
