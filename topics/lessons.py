"""A codebook's sentences as a table: what each says of each theme, and how much it weighs."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .codebook import Codebook, ordinary_talk
from .cues import CueFinder

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Distinct sentences in the order of their content, and arrays of shape (sentences, themes) on them.

    Attributes:
        texts: the sentences.
        truth: it is an example of the theme.
        known: False where nobody said: a counter-example of one theme may raise another, and so may a
            sentence that carries another theme's cue.
        cued: it carries one of the theme's cues.
        talk_weight: what a sentence of ordinary talk counts; any other counts 1.
        is_talk: it is ordinary talk, (n,).
    """

    texts: list[str]
    truth: Flags
    known: Flags
    cued: Flags
    is_talk: Flags
    talk_weight: float

    @classmethod
    def of(cls, codebook: Codebook, finder: CueFinder, prevalence: float) -> Self:
        """Gather a codebook's sentences and ordinary talk.

        Args:
            codebook: the themes.
            finder: of their cues.
            prevalence: share of a forum's sentences that raise some theme: talk weighs accordingly.
        """
        talk = {*ordinary_talk(), *codebook.background}
        examples = [set(theme.examples) for theme in codebook.themes]
        counters = [set(theme.counter_examples) for theme in codebook.themes]
        texts = sorted(talk.union(*examples, *counters))
        truth, counter = _membership(texts, examples), _membership(texts, counters)
        cued = np.array([[cue is not None for cue in finder.find(text)] for text in texts])
        is_example = truth.any(axis=1)
        is_talk = np.array([text in talk for text in texts]) & ~is_example
        said = (is_example | is_talk)[:, None] & ~cued
        weight = is_example.sum() * (1 - prevalence) / prevalence / max(1, is_talk.sum())
        return cls(texts, truth, truth | counter | said, cued, is_talk, float(weight))

    def weights(self) -> NDArray[np.float64]:
        """What each sentence counts for each theme, (n, themes); 0 where nobody said."""
        return np.where(self.is_talk, self.talk_weight, 1.0)[:, None] * self.known


def _membership(texts: list[str], groups: list[set[str]]) -> Flags:
    return np.array([[text in group for group in groups] for text in texts])
