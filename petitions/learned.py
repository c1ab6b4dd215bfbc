"""Acts in the writer's own turn of phrase, for which no rule exists: a small trained reader.

"Put a hand up for me here" backs a petition, and no list of phrases ends. What the rules leave open goes to a
multinomial logistic regression over the words of a sentence and the parts they play (`grams`), learnt by
`scripts/train_acts.py` from invented sentences (docs/models.md). It may say "I don't know": between the sure
acts and the sure rest lies a band which counts for nothing, yet widens the range.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..softmax import SoftmaxLayer
from .grams import FEATURES, features, grams, plays_a_part
from .sentences import Sentence
from .wording import Label

WEIGHTS = Path(__file__).parent / "weights" / "acts.npz"
LABELS: tuple[Label, ...] = ("endorse", "oppose", "withdraw", "conditional", "neutral")
SURE = 0.7
"""Probability from which an act is taken as read (docs/models.md tells how often that is right)."""
POSSIBLE = 0.5
"""Probability of "neutral" below which a sentence may be an act, though nobody can say which."""
MOST_WORDS = 24
"""Words of a sentence beyond which the reader has seen too few like it."""
_SHOWN = 3
_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Guess:
    """What a sentence is most likely to do, how likely, and whether it may be any act at all."""

    label: Label
    probability: float
    is_possible: bool


def guess(sentences: Sequence[str]) -> list[Guess]:
    """Read sentences that no rule could read.

    A sentence is "neutral" unless one act is `SURE`; `is_possible` tells that it may be one all the same.

    Raises:
        ModelError: the weights are missing or damaged.
    """
    found: list[Guess] = []
    for start in range(0, len(sentences), _BATCH):
        probabilities = _layer().probabilities(features(sentences[start : start + _BATCH]))
        for row, best in zip(probabilities, probabilities.argmax(axis=1), strict=True):
            label: Label = LABELS[best] if row[best] >= SURE else "neutral"
            found.append(Guess(label, float(row[best]), is_possible=bool(row[-1] < POSSIBLE)))
    return found


def may_read(sentence: str) -> bool:
    """Whether a sentence (lower case) is short enough and has a word that plays a part in acts."""
    return len(sentence.split()) <= MOST_WORDS and plays_a_part(sentence)


def span(sentence: Sentence, label: Label) -> tuple[int, int]:
    """Start and end, in the post, of the words that speak most for a label."""
    shown = evidence(sentence.text, label) or [(sentence.text, 0, len(sentence.text))]
    return sentence.start + shown[0][1], sentence.start + shown[0][2]


def evidence(sentence: str, label: Label) -> list[tuple[str, int, int]]:
    """The words that speak most for a label: text, start and end, strongest first."""
    column = LABELS.index(label)
    weights = _layer().coefficients
    weighed: list[tuple[float, int, int]] = []
    for gram in grams(sentence):
        weight = weights[gram.bucket, column] - np.delete(weights[gram.bucket], column).max()
        if gram.end > gram.start and weight > 0:
            weighed.append((-float(weight), gram.start, gram.end))
    return [(sentence[start:end], start, end) for _, start, end in sorted(weighed)[:_SHOWN]]


@cache
def _layer() -> SoftmaxLayer:
    return SoftmaxLayer.load(WEIGHTS, FEATURES)
