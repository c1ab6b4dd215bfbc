"""How a theme is recognised without its cues: a sentence that is like its examples and unlike all the others.

One ridge regression per theme (Hoerl and Kennard, 1970) on sentence embeddings: its examples are 1, the
examples of other themes, its counter-examples and ordinary talk are 0. Nothing is set by eye. Penalty and
thresholds are those with the best F1 over all themes when every sentence is judged by a regression that has
not seen it; for ridge these leave-one-out values have a closed form (the PRESS statistic: Allen, 1974).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder
from .codebook import Codebook, ordinary_talk
from .cues import CueFinder

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

ENOUGH = 5
"""Examples a theme needs to be recognised by likeness; with fewer, its cues alone count."""
_PENALTIES = (0.3, 1.0, 3.0)
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

    def score(self, vectors: NDArray[np.float32]) -> Scores:
        """Likeness of unit vectors to each theme, (n, themes): about 1 like the examples, about 0 unlike."""
        return np.round(_with_intercept(vectors) @ self._weights, _DECIMALS)

    def raised(self, scores: Scores, cued: Flags) -> Flags:
        """Which themes are raised, (n, themes), given the scores and which cues were found."""
        by_likeness = self.learnt & (scores >= self.threshold)
        return by_likeness | (cued & (~self.learnt | (scores >= self.cue_threshold)))


@dataclass(frozen=True, slots=True)
class _Lessons:
    """The codebook's sentences and what is known of each for each theme, (sentences, themes)."""

    texts: list[str]
    truth: Flags
    known: Flags
    """False where nobody said: a counter-example of one theme may raise another, and so may an
    example of one theme that carries a cue of another."""
    cued: Flags


def learn(codebook: Codebook, finder: CueFinder, embedder: Embedder) -> Likeness:
    """Fit and calibrate on the codebook's own sentences."""
    from threadpoolctl import threadpool_limits

    lessons = _lessons(codebook, finder)
    learnt = lessons.truth.sum(axis=0) >= ENOUGH
    vectors = embedder.encode(lessons.texts)
    with threadpool_limits(1):
        return max(
            (_calibrate(_with_intercept(vectors), lessons, learnt, penalty) for penalty in _PENALTIES),
            key=lambda likeness: likeness.f1,
        )


def _lessons(codebook: Codebook, finder: CueFinder) -> _Lessons:
    count = len(codebook.themes)
    no_theme, all_themes = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
    talk = (*ordinary_talk(), *codebook.background)
    rows: dict[str, tuple[Flags, Flags]] = dict.fromkeys(talk, (no_theme, all_themes))
    for number, theme in enumerate(codebook.themes):
        this = np.arange(count) == number
        for text in theme.counter_examples:
            truth, known = rows.get(text, (no_theme, no_theme))
            rows[text] = (truth & ~this, known | this)
    for number, theme in enumerate(codebook.themes):
        this = np.arange(count) == number
        for text in theme.examples:
            truth, _ = rows.get(text, (no_theme, no_theme))
            rows[text] = (truth | this, all_themes)
    texts = sorted(rows)
    cued = np.array([[cue is not None for cue in finder.find(text)] for text in texts]).reshape(-1, count)
    truth = np.array([rows[text][0] for text in texts])
    known = np.array([rows[text][1] for text in texts])
    is_example = truth.any(axis=1, keepdims=True)
    return _Lessons(texts, truth, known & (truth | ~(is_example & cued)), cued)


def _calibrate(inputs: Scores, lessons: _Lessons, learnt: Flags, penalty: float) -> Likeness:
    weights = np.zeros((inputs.shape[1], len(learnt)))
    unseen = np.zeros(lessons.truth.shape)
    for theme in np.flatnonzero(learnt):
        use = lessons.known[:, theme]
        weights[:, theme], unseen[use, theme] = _ridge(inputs[use], lessons.truth[use, theme], penalty)
    unseen = np.round(unseen, _DECIMALS)
    judged = lessons.known & learnt
    threshold = _best_threshold(unseen, lessons.truth, judged)
    cue_threshold = min(threshold, _best_threshold(unseen, lessons.truth, judged & lessons.cued))
    if not (judged & lessons.cued & ~lessons.truth).any():  # no cue has ever misled: believe them
        cue_threshold = float("-inf")
    likeness = Likeness(threshold, cue_threshold, 0.0, learnt, weights)
    raised = likeness.raised(unseen, lessons.cued)
    f1 = _f1(raised[lessons.known], lessons.truth[lessons.known])
    return Likeness(threshold, cue_threshold, f1, learnt, weights)


def _ridge(inputs: Scores, truth: Flags, penalty: float) -> tuple[Scores, Scores]:
    """Weights, and what each row would get from a fit without it."""
    gram = inputs.T @ inputs + penalty * np.eye(inputs.shape[1])
    projection: Scores = np.linalg.solve(gram, inputs.T).astype(np.float64)
    weights = projection @ truth
    leverage = np.einsum("ij,ji->i", inputs, projection)
    return weights, (inputs @ weights - leverage * truth) / (1 - leverage)


def _best_threshold(scores: Scores, truth: Flags, judged: Flags) -> float:
    """The threshold with the highest F1, halfway to the next lower score; infinite if nothing is wanted."""
    given, wanted = scores[judged], truth[judged]
    if not wanted.any():
        return float("inf")
    best = max(np.unique(given[wanted]), key=lambda score: (_f1(given >= score, wanted), -score))
    below = given[given < best]
    return float((best + below.max()) / 2) if len(below) else float(best)


def _f1(found: Flags, wanted: Flags) -> float:
    return 2 * float((found & wanted).sum()) / max(1.0, float(found.sum() + wanted.sum()))


def _with_intercept(vectors: NDArray[np.float32]) -> Scores:
    return np.column_stack([vectors.astype(np.float64), np.ones(len(vectors))])
