"""What is wrong with a codebook, said before it is used: overlap, dead cues, examples that hit other themes.

A finding names the theme, the sentence or cue, and what to do. None of them changes how the codebook reads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from ..embeddings import Embedder
from .codebook import Codebook, Theme
from .cues import CueFinder
from .examples import ENOUGH

Kind = Literal[
    "overlap", "dead cue", "shared cue", "misleading cue", "strayed example", "contradiction", "thin theme"
]

OVERLAP = 0.85
"""Cosine between the mean vectors of two themes from which their examples say the same."""
STRAYED = 0.2
"""An example is nearer to another theme's mean than to its own by more than this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    theme: str
    what: str
    """The cue, the sentence or the other theme."""
    remedy: str


def review(codebook: Codebook, embedder: Embedder) -> list[Finding]:
    """Look for what makes a codebook's counts misleading.

    Args:
        codebook: as it was read.
        embedder: of its sentences.

    Returns:
        The findings, in the codebook's order within each kind; none if nothing is wrong.
    """
    return [
        *_thin(codebook),
        *_contradictions(codebook),
        *_dead(codebook),
        *_shared(codebook),
        *_misleading(codebook),
        *_by_meaning(codebook, embedder),
    ]


def _thin(codebook: Codebook) -> Iterator[Finding]:
    for theme in codebook.themes:
        if len(theme.examples) < ENOUGH:
            yield Finding(
                "thin theme",
                theme.name,
                "1 example" if len(theme.examples) == 1 else f"{len(theme.examples)} examples",
                f"its cues alone count; give it {ENOUGH} examples or more, better 15",
            )


def _contradictions(codebook: Codebook) -> Iterator[Finding]:
    for theme in codebook.themes:
        for sentence in sorted({*theme.examples} & {*theme.counter_examples, *codebook.background}):
            yield Finding(
                "contradiction", theme.name, sentence, "an example can't be a counter-example or background"
            )


def _dead(codebook: Codebook) -> Iterator[Finding]:
    """Cues that a wider cue of the same theme already finds."""
    for theme in codebook.themes:
        for cue in theme.cues:
            wider = next((other for other in theme.cues if other != cue and _covers(other, cue)), None)
            if wider:
                yield Finding("dead cue", theme.name, cue, f"remove it, {wider!r} finds all it finds")


def _covers(wide: str, narrow: str) -> bool:
    """Whether `wide` is found wherever `narrow` is: in its plain words and with any endings."""
    plain = " ".join(word.removesuffix("*") for word in narrow.split())
    ended = " ".join(word.replace("*", "zz") for word in narrow.split())
    finder = CueFinder([[wide]])
    return all(finder.find(text)[0] is not None for text in (plain, ended))


def _shared(codebook: Codebook) -> Iterator[Finding]:
    for one, other in combinations(codebook.themes, 2):
        for cue in sorted({*map(str.casefold, one.cues)} & {*map(str.casefold, other.cues)}):
            yield Finding("shared cue", one.name, cue, f"it is a cue of {other.name!r} too: keep it in one")


def _misleading(codebook: Codebook) -> Iterator[Finding]:
    """Cues that are found in more examples of others than of their own theme."""
    for theme in codebook.themes:
        for cue in theme.cues:
            finder = CueFinder([[cue]])
            own = _found(finder, theme)
            others = {other.name: _found(finder, other) for other in codebook.themes if other != theme}
            worst = max(others, key=lambda name: (others[name], name), default=None)
            if worst and sum(others.values()) > max(1, own):
                remedy = f"narrow it: it is in {sum(others.values())} examples of others, {worst!r} first"
                yield Finding("misleading cue", theme.name, cue, remedy)


def _found(finder: CueFinder, theme: Theme) -> int:
    return sum(finder.find(example)[0] is not None for example in theme.examples)


def _by_meaning(codebook: Codebook, embedder: Embedder) -> Iterator[Finding]:
    """Themes whose examples mean the same, and examples that mean what another theme's do."""
    themes = [theme for theme in codebook.themes if len(theme.examples) >= ENOUGH]
    if len(themes) < 2:  # noqa: PLR2004 - nothing to compare
        return
    vectors = [embedder.encode(list(theme.examples)).astype(np.float64) for theme in themes]
    means = np.array([_unit(own.mean(axis=0)) for own in vectors])
    for one, other in combinations(range(len(themes)), 2):
        if means[one] @ means[other] >= OVERLAP:
            yield Finding("overlap", themes[one].name, themes[other].name, "merge the two, or sharpen both")
    for number, theme in enumerate(themes):
        rest = (vectors[number].sum(axis=0) - vectors[number]) / (len(theme.examples) - 1)
        own = (vectors[number] * rest).sum(axis=1) / np.linalg.norm(rest, axis=1)
        likeness = vectors[number] @ means.T
        likeness[:, number] = own
        for row in np.flatnonzero(likeness.max(axis=1) - own > STRAYED):
            nearest = themes[int(likeness[row].argmax())].name
            yield Finding(
                "strayed example",
                theme.name,
                theme.examples[row],
                f"it reads like {nearest!r}: move or reword it",
            )


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
