"""Noun phrases of the texts in the middle of each group: "release notes", but not "notes changed".

Parsing is slow beside everything else here, so only a few texts of each group are parsed, and those not far.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..corpus.language import english

_LONGEST = 600
"""Characters of a text that are parsed."""
_WORD = re.compile(r"[^\W\d_][^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Pairs of words that stand side by side in a noun phrase, by group."""

    pairs: tuple[frozenset[str], ...]

    def of(self, group: int) -> set[str]:
        """The pairs of a group's central texts."""
        return set(self.pairs[group])


def read_phrases(central: Sequence[Sequence[str]]) -> Phrases:
    """Parse the central texts of each group."""
    parser = english("tok2vec", "tagger", "attribute_ruler", "parser")
    owners = [group for group, texts in enumerate(central) for _ in texts]
    found: list[set[str]] = [set() for _ in central]
    texts = (text[:_LONGEST] for texts in central for text in texts)
    for group, document in zip(owners, parser.pipe(texts, batch_size=64), strict=True):
        for chunk in document.noun_chunks:
            words = _WORD.findall(chunk.text.lower())
            found[group].update(f"{one} {two}" for one, two in pairwise(words))
    return Phrases(tuple(map(frozenset, found)))
