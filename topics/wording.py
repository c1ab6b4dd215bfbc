"""What a sentence is made of: pieces of its words, and the cues it carries, as numbers beside its meaning.

An embedding says what a sentence is about in general; which of two neighbouring concerns it raises often
hangs on single words ("quota", "seat", "waiver"), which it blurs. Words are cut after a few letters, so that
"approve", "approval" and "approved" are one; alone and in pairs of neighbours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

_WEIGHT = 0.44
"""Length of a sentence's vector of words; its embedding has length 1."""
_CUE = 0.38
"""What one cue adds."""
_LETTERS = 5
_SHARED = 2
"""Lessons a stem must occur in."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """Turns sentences into sparse rows: stems and pairs weighted by tf-idf, then for each theme its cue."""

    _counter: Any

    @classmethod
    def of(cls, lessons: Sequence[str]) -> Self:
        """Learn which stems there are, and how common each is.

        Args:
            lessons: the codebook's sentences and ordinary talk, sorted.
        """
        from sklearn.feature_extraction.text import TfidfVectorizer

        analyzer: Any = _stems  # the stubs know only names
        counter = TfidfVectorizer(analyzer=analyzer, min_df=min(_SHARED, len(lessons)), sublinear_tf=True)
        return cls(counter.fit(lessons))

    def rows(self, texts: Sequence[str], cued: Flags) -> Any:
        """A sparse matrix with a row for each text.

        Args:
            texts: sentences.
            cued: which of them carries a cue of which theme, (n, themes).
        """
        from scipy.sparse import csr_matrix, hstack

        return hstack([self._counter.transform(texts) * _WEIGHT, csr_matrix(cued * _CUE)], format="csr")


def _stems(text: str) -> list[str]:
    words = [word[:_LETTERS] for word in _WORD.findall(text.casefold())]
    return words + [f"{one} {other}" for one, other in pairwise(words)]
