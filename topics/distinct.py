"""What is grouped: each distinct text once, in the order of its content."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

import numpy as np
from numpy.typing import NDArray

CLUSTERED_WORDS = 4
"""Words a text needs to be clustered."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct texts that are long enough, in the order of their content.

    Attributes:
        texts: one spelling of each; case and white space make no difference.
        rows: where each stands in the input.
        keys: a hash of each.
    """

    texts: list[str]
    rows: list[NDArray[np.int64]] = field(repr=False)
    keys: list[bytes] = field(repr=False)

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Gather them.

        Args:
            texts: in any order; those of fewer than `CLUSTERED_WORDS` words are left out.
        """
        found: dict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(texts):
            if count_words(text) >= CLUSTERED_WORDS:
                found[_fold(text)].append(row)
        folded = sorted(found)
        return cls(
            [min(texts[row] for row in found[text]) for text in folded],
            [np.asarray(found[text], dtype=np.int64) for text in folded],
            [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in folded],
        )

    def drawn(self, at_most: int, strata: Sequence[str] | None = None) -> NDArray[np.int64]:
        """So many of the texts that every stratum has its share; all where there are no more.

        Drawn systematically: the texts stand in order of stratum and hash, and one in so many is taken.

        Args:
            at_most: how many.
            strata: what each text of the input is part of; a text counts with the first it stands in.

        Returns:
            Rows of `texts`, ascending.
        """
        if len(self.texts) <= at_most:
            return np.arange(len(self.texts))
        parts = [min(strata[int(row)] for row in rows) if strata else "" for rows in self.rows]
        order = sorted(range(len(parts)), key=lambda row: (parts[row], self.keys[row]))
        places = np.linspace(0, len(order) - 1, at_most).astype(np.int64)
        return np.sort(np.asarray(order, dtype=np.int64)[places])


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
