"""Trains `petitions/weights/acts.npz` and measures it: python scripts/train_acts.py --data DIR.

Learnt from invented sentences (`acts_bank.toml`: patterns with slots, openings, reasons and typing errors;
`acts_written.tsv`: comments written one by one), and, for what is no act, from requests of CLINC150 (CC BY
3.0) and sentences of Senti4SD's training part (MIT).
Patterns are held out whole for calibration, so that it is measured on turns of phrase it has not seen. The
sentences of tests/fixtures/acts/held_out.toml were written apart, and are read after all is fitted.
"""

import argparse
import csv
import json
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from figures import calibrate, figures, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from forum_pulse.petitions import ActDetector
from forum_pulse.petitions.grams import FEATURES, features
from forum_pulse.petitions.learned import LABELS, MOST_WORDS, SURE, WEIGHTS
from forum_pulse.petitions.sentences import sentences
from forum_pulse.softmax import SoftmaxLayer

HERE = Path(__file__).parent
HELD_OUT = HERE.parent / "tests/fixtures/acts/held_out.toml"
SEED = 7
STRENGTH = 30.0
EACH = 20
"""At most so many sentences of one pattern."""
TALK = 2000
"""Sentences of each collection of everyday talk."""
_SLOT = re.compile(r"\{(\w+)\}|\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_SHORTEST = 12
"""Letters of a text in which a slip may happen."""
_NOT_TALK = {"yes", "no", "maybe", "cancel"}
"""Intents of CLINC150 that may be an act in an answer."""


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """A sentence, its act, and the pattern or the place it comes from."""

    text: str
    label: str
    group: str


class Maker:
    """Makes sentences of patterns, the same ones for the same seed."""

    def __init__(self, bank: dict[str, Any]) -> None:
        self._bank = bank
        self._rng = random.Random(SEED)

    def make(self) -> Iterator[Example]:
        """Sentences of every pattern, more where it has more to choose from."""
        for label in LABELS:
            for number, pattern in enumerate(self._bank[label]["patterns"]):
                choices = 2 + 2 * pattern.count("|") + 6 * pattern.count("{")
                made = {self._styled(self._filled(pattern), label) for _ in range(min(EACH, choices))}
                yield from (Example(text, label, f"{label} {number}") for text in sorted(made))

    def _filled(self, pattern: str) -> str:
        while slot := _SLOT.search(pattern):
            choices = self._bank["slots"][slot[1]] if slot[1] else _alternatives(slot[2])
            pattern = pattern[: slot.start()] + self._rng.choice(choices) + pattern[slot.end() :]
        return re.sub(r" +", " ", pattern).strip()

    def _styled(self, text: str, label: str) -> str:
        """Capitals and marks as people set them or not, a slip, an opening, a reason."""
        chance = self._rng.random
        if chance() < 0.6:
            text = text[0].upper() + text[1:] + ("" if text[-1] in "?!." else self._rng.choice("...!"))
        elif chance() < 0.4:
            text = text.lower().replace("'", "")
        if chance() < 0.07:
            text = self._slipped(text)
        if chance() < 0.15:
            text = self._filled(self._rng.choice(self._bank["openings"][label])) + " " + text
        if chance() < 0.1 and text[-1] in ".!":
            text += self._filled(self._rng.choice(self._bank["endings"][label]))
        return text

    def _slipped(self, text: str) -> str:
        at = self._rng.randrange(len(text))
        if not text[at : at + 2].isalpha() or len(text) < _SHORTEST:
            return text
        swapped = text[at + 1 : at + 2] + text[at]
        return (
            text[:at]
            + self._rng.choice([text[at + 1 : at + 2], swapped, text[at : at + 2] * 2])
            + text[at + 2 :]
        )


def _alternatives(choices: str) -> list[str]:
    """The parts of "a|b (c|d)|e", whose inner brackets stay whole."""
    found, depth = [""], 0
    for letter in choices:
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return found


def written() -> list[Example]:
    """Comments written one by one: kind, act, what is answered, text; those of one sentence."""
    with (HERE / "acts_written.tsv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Example(row["text"], row["act"], f"written {number}")
        for number, row in enumerate(rows)
        if len(list(sentences(row["text"], _leave))) == 1
    ]


def _leave(_: str) -> bool:
    return False


def talk(data: Path) -> list[Example]:
    """Everyday sentences that are no acts, but for those in which a rule finds one."""
    rng = random.Random(SEED)
    requests = json.loads((data / "topics/clinc150/data/data_full.json").read_text("utf-8"))["train"]
    asked = sorted(text for text, intent in requests if intent not in _NOT_TALK)
    folder = data / "sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    with (folder / "train3098itemPOLARITY.csv").open(encoding="utf-8", newline="") as stream:
        posts = [row[2] for row in csv.reader(stream, delimiter=";")]
    cut = {part.strip() for post in posts for part in re.split(r"(?<=[.!?])\s+", post)}
    told = sorted(part for part in cut if 2 <= len(part.split()) <= MOST_WORDS)
    chosen = rng.sample(asked, TALK) + rng.sample(told, TALK)
    acts = ActDetector(learned=False).predict(chosen)
    return [
        Example(text, "neutral", f"talk {number}")
        for number, (text, act) in enumerate(zip(chosen, acts, strict=True))
        if act == "neutral"
    ]


def fit(examples: list[Example]) -> SoftmaxLayer:
    """Fit, and calibrate on patterns held out whole."""
    x = features([example.text for example in examples])
    y = np.array([LABELS.index(example.label) for example in examples])
    groups = [example.group for example in examples]
    model = LogisticRegression(C=STRENGTH, max_iter=150, tol=1e-3)
    found = cross_val_predict(model, x, y, groups=groups, cv=GroupKFold(4), method="decision_function")
    logits = np.asarray(found, dtype=np.float64)
    temperature = calibrate(logits, y)
    model.fit(x, y)
    layer = SoftmaxLayer(np.asarray(model.coef_).T, np.asarray(model.intercept_), temperature, FEATURES)
    print(f"temperature {temperature}")
    report("patterns held out", softmax(logits / temperature), y)
    return layer


def report(name: str, probabilities: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    """Figures of a set, and how right the sure acts are."""
    found = figures(probabilities, y, LABELS)
    best = probabilities.argmax(axis=1)
    for index, label in enumerate(LABELS[:-1]):
        sure = (best == index) & (probabilities[:, index] >= SURE)
        found[f"sure_{label}"] = int(sure.sum())
        found[f"sure_{label}_precision"] = round(float((y[sure] == index).mean()), 3) if sure.any() else 0.0
    print(name, found)
    return found


def held_out() -> list[Example]:
    """The English sentences written apart."""
    bank = tomllib.loads(HELD_OUT.read_text(encoding="utf-8"))
    return [
        Example(text, label, kind)
        for label, kinds in bank.items()
        for kind, texts in kinds.items()
        if kind != "languages"
        for text in texts
    ]


def main() -> None:
    """Train, save, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with topics/ and sentiment/")
    options = parser.parse_args()
    bank = tomllib.loads((HERE / "acts_bank.toml").read_text(encoding="utf-8"))
    examples = [*Maker(bank).make(), *written(), *talk(options.data)]
    print(f"{len(examples)} sentences, {len({example.group for example in examples})} patterns and places")
    layer = fit(examples)
    WEIGHTS.parent.mkdir(exist_ok=True)
    layer.save(WEIGHTS)
    rows = held_out()
    probabilities = SoftmaxLayer.load(WEIGHTS).probabilities(features([row.text for row in rows]))
    measured = report("held out", probabilities, np.array([LABELS.index(row.label) for row in rows]))
    WEIGHTS.with_suffix(".json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
