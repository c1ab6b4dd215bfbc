"""Themes: the concerns of a codebook, found in each post, sentence by sentence.

A theme says what a sentence is about, never which side its writer takes: the examples speak for both. A
sentence raises a theme if it carries one of its cues (words anybody can check), or if it is like its examples
(`examples`); which of the two it was is in the hit. The same sentence always gives the same answer, whatever
stands around it, so counts of two weeks can be compared.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder, default_embedder
from ..errors import ConfigError
from ..estimator import Estimator, texts_of
from .codebook import Codebook, load_codebook
from .cues import CueFinder
from .examples import Likeness, learn
from .passages import passage_batches

_FEWEST_WORDS = 3
"""A shorter sentence is like anything; only a cue can give it a theme."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class ThemeHit:
    """A sentence that raises a theme."""

    theme: str
    start: int
    end: int
    """The sentence is text[start:end]."""
    score: float
    """Likeness to the theme's examples: about 1 like them, about 0 unlike."""
    cue: str | None
    """The cue as written, None where likeness alone decided."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A codebook made usable, and the parameters it was made with."""

    parameters: dict[str, Any]
    names: list[str]
    finder: CueFinder
    likeness: Likeness
    encoder: Embedder


class ThemeModel(Estimator):
    """Finds a codebook's themes in texts.

    The codebook is all it knows, read and calibrated at the first use; `fit` does that early, and no more.

    Args:
        codebook: a built-in codebook's name, a YAML file, or a `Codebook`.
        prevalence: share of the sentences read that raise some theme, roughly. It sets how sure a reading
            must be: lower for a whole forum, higher for the threads about the matter.
        embedder: in place of `default_embedder()`.
    """

    _learns = False

    def __init__(
        self,
        codebook: str | Path | Codebook = "ai-tool-mandate",
        *,
        prevalence: float = 0.2,
        embedder: Embedder | None = None,
    ) -> None:
        self.codebook = codebook
        self.prevalence = prevalence
        self.embedder = embedder

    def fit(self, texts: Sequence[str] = (), y: Any = None) -> Self:
        """Read and calibrate the codebook now; the texts are not looked at.

        Raises:
            ConfigError: the codebook can't be read.
        """
        del texts, y
        self._ready()
        return self

    @property
    def classes_(self) -> NDArray[np.str_]:
        """Names of the themes, as scikit-learn calls them."""
        return np.array(self.themes)

    @property
    def themes(self) -> list[str]:
        """Names of the themes, in the codebook's order.

        Raises:
            ConfigError: the codebook can't be read.
        """
        return self._ready().names

    @property
    def likeness(self) -> Likeness:
        """The calibrated thresholds and the F1 they have on the codebook's own sentences, leave-one-out."""
        return self._ready().likeness

    def predict(self, texts: Sequence[str]) -> list[set[str]]:
        """The themes each text raises.

        Raises:
            ConfigError: the codebook can't be read.
        """
        return [{hit.theme for hit in hits} for hits in self.read(texts)]

    def read(self, texts: Sequence[str]) -> list[list[ThemeHit]]:
        """The sentences of each text that raise a theme, in order; one hit for each sentence and theme.

        Raises:
            ConfigError: the codebook can't be read.
        """
        texts, ready = texts_of(texts), self._ready()
        hits: list[list[ThemeHit]] = [[] for _ in texts]
        for batch in passage_batches(texts):
            # Each distinct sentence of them once.
            found = _raised(ready, sorted({passage.text for _, passage in batch}))
            for number, passage in batch:
                hits[number].extend(
                    ThemeHit(name, passage.start, passage.end, score, cue)
                    for name, score, cue in found.get(passage.text, ())
                )
        return hits

    def _ready(self) -> _Ready:
        """Read and calibrate the codebook, once for each setting of the parameters."""
        ready: _Ready | None = getattr(self, "_made", None)
        if ready and ready.parameters == self.get_params():
            return ready
        if not 0 < self.prevalence <= 1:
            raise ConfigError(
                f"prevalence: {self.prevalence} is impossible", hint="a share above 0, at most 1"
            )
        codebook = self.codebook if isinstance(self.codebook, Codebook) else load_codebook(self.codebook)
        finder = CueFinder(theme.cues for theme in codebook.themes)
        encoder = self.embedder or default_embedder()
        likeness = learn(codebook, finder, encoder, self.prevalence)
        names = [theme.name for theme in codebook.themes]
        self._made = _Ready(self.get_params(), names, finder, likeness, encoder)
        return self._made


def _raised(ready: _Ready, sentences: list[str]) -> dict[str, list[tuple[str, float, str | None]]]:
    """Theme, score and cue of every theme that each of these distinct sentences raises."""
    cues = [ready.finder.find(sentence) for sentence in sentences]
    cued = np.array([[cue is not None for cue in row] for row in cues])
    long_enough = np.array([len(_WORD.findall(sentence)) >= _FEWEST_WORDS for sentence in sentences])
    rows = np.flatnonzero(long_enough | cued.any(axis=1))
    if not len(rows):
        return {}
    by_words = ready.likeness.by_words([sentences[row] for row in rows], cued[rows])
    worth = ready.likeness.worth(by_words, cued[rows])
    rows, by_words = rows[worth], by_words[worth]
    if not len(rows):
        return {}
    vectors = ready.encoder.encode([sentences[row] for row in rows])
    scores, raised = ready.likeness.judge(by_words, vectors, cued[rows])
    raised &= long_enough[rows, None] | cued[rows]
    return {
        sentences[row]: [
            (name, float(scores[place, theme]), cues[row][theme])
            for theme, name in enumerate(ready.names)
            if raised[place, theme]
        ]
        for place, row in enumerate(rows)
        if raised[place].any()
    }
