"""Where a theme is looked for: sentences, with their place in the post.

A post of ten sentences that mentions the price once is about the price in that one sentence; the mean of all
ten is about nothing in particular.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..corpus.language import sentences

_AT_ONCE = 32768
"""Passages looked at together."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch [start, end) of a text, without white space around it."""

    text: str
    start: int
    end: int


def split_passages(texts: Sequence[str]) -> Iterator[list[Passage]]:
    """The sentences of each text, in order; none for a blank one."""
    for text in texts:
        yield [Passage(text[start:end], start, end) for start, end in sentences(text)]


def passage_batches(texts: Sequence[str]) -> Iterator[list[tuple[int, Passage]]]:
    """The sentences of all texts with the number of their text, some thousands at a time."""
    batch: list[tuple[int, Passage]] = []
    for number, passages in enumerate(split_passages(texts)):
        batch.extend((number, passage) for passage in passages)
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
