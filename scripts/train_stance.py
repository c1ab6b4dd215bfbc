"""Trains `sentiment/weights/stance.npz` and measures it: python scripts/train_stance.py --data DIR.

Learnt from sets whose licence allows it: IBM ArgQ-Rank-30k train and Perspectrum train (arguments for and
against), the same arguments under another motion, and requests from CLINC150 under the name of their own
intent (on the subject, yet no stance: none). Every target stands half of the time as a statement ("We
should ban zoos"), half as a bare name ("zoos"), so that the form gives no class away. The sets marked as
measuring only are read after all is fitted.

Regularisation and temperature come from cross-validation with whole motions held out.
"""

import argparse
import csv
import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from figures import calibrate, figures, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GroupKFold, cross_val_predict

from forum_pulse.embeddings import Embedder, default_embedder
from forum_pulse.sentiment.direction import direction
from forum_pulse.sentiment.pretrained import WEIGHTS, SoftmaxLayer
from forum_pulse.sentiment.stance import STANCES, StanceClassifier, pair_features

SEED = 0
STRENGTHS = (0.03, 0.1)
_STATEMENTS = (
    re.compile(
        r"We (?:should|must) (?:fight for the abolition of|\w+) (?:the (?:use|development) of )?(.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(.+) should be (?:legal(?:i[sz]ed)?|banned|abandoned|abolished|ended|a criminal offence)\.?",
        re.IGNORECASE,
    ),
    re.compile(r"(.+) brings? more harm than good", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A text, what it is about, and its stance."""

    target: str
    text: str
    stance: str


def one_column(path: Path) -> list[Pair]:
    """A file with the columns Tweet, Target 1, Stance 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Pair(row["Target 1"], row["Tweet"], row["Stance 1"].lower()) for row in csv.DictReader(stream)
        ]


def perspectrum(data: Path, part: str) -> list[Pair]:
    """Perspectives (each wording of them) towards claims of one part of the official split."""
    folder = data / "stance/perspectrum/data/dataset"
    split = json.loads((folder / "dataset_split_v1.0.json").read_text("utf-8"))
    pool = {
        p["pId"]: p["text"] for p in json.loads((folder / "perspective_pool_v1.0.json").read_text("utf-8"))
    }
    names = {"SUPPORT": "favor", "UNDERMINE": "against"}
    return [
        Pair(claim["text"], pool[number], names[perspective["stance_label_3"]])
        for claim in json.loads((folder / "perspectrum_with_answers_v1.0.json").read_text("utf-8"))
        if split[str(claim["cId"])] == part
        for perspective in claim["perspectives"]
        for number in perspective["pids"]
    ]


def requests(data: Path, part: str, each: int) -> list[Pair]:
    """CLINC150: requests under the name of their intent, `each` an intent."""
    rows = json.loads((data / "topics/clinc150/data/data_full.json").read_text("utf-8"))[part]
    by_intent: dict[str, list[str]] = {}
    for text, intent in sorted(rows):
        by_intent.setdefault(intent.replace("_", " "), []).append(text)
    rng = random.Random(SEED)
    return [Pair(name, text, "none") for name, texts in by_intent.items() for text in rng.sample(texts, each)]


def mismatched(pairs: Iterable[Pair], share: float) -> list[Pair]:
    """A share of the texts, each under another target of the same set: none."""
    ordered = sorted(pairs)
    targets = sorted({pair.target for pair in ordered})
    rng = random.Random(SEED)
    chosen = rng.sample(ordered, int(share * len(ordered)))
    return [Pair(rng.choice([t for t in targets if t != pair.target]), pair.text, "none") for pair in chosen]


def named(pair: Pair) -> Pair:
    """The same pair under the bare name of what its target speaks of; a name is always for it."""
    match = next((m for pattern in _STATEMENTS if (m := pattern.fullmatch(pair.target))), None)
    if match is None:
        return pair
    return Pair(match[1], pair.text, STANCES[attitude(pair)])


def both_forms(pairs: list[Pair]) -> list[Pair]:
    """Half of the statements as bare names, half of the bare names as statements."""
    rng = random.Random(SEED)
    mixed: list[Pair] = []
    for pair in sorted(pairs):
        other = named(pair)
        if other is pair and pair.stance == "none" and not re.search(r"should|must|is|are", pair.target):
            other = Pair(f"We should {rng.choice(('support', 'stop'))} {pair.target}", pair.text, "none")
        mixed.append(rng.choice((pair, other)))
    return mixed


def attitude(pair: Pair) -> int:
    """The class learnt: towards the thing the target names, 0 for, 1 against, 2 neither."""
    opposite = {"favor": "against", "against": "favor", "none": "none"}
    return STANCES.index(pair.stance if direction(pair.target) == "for" else opposite[pair.stance])


def fit(pairs: list[Pair], embedder: Embedder) -> SoftmaxLayer:
    """Choose the strength of regularisation, fit, calibrate."""
    x = pair_features(embedder.encode([p.text for p in pairs]), embedder.encode([p.target for p in pairs]))
    y = np.array([attitude(pair) for pair in pairs])
    motions = np.array([named(pair).target.casefold() for pair in pairs])
    held_out: dict[float, np.ndarray] = {}
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300, tol=1e-3)
        folds = GroupKFold(5)
        held_out[strength] = cross_val_predict(
            model, x, y, groups=motions, cv=folds, method="decision_function"
        )
        print(f"C={strength}: held-out accuracy {accuracy_score(y, held_out[strength].argmax(axis=1)):.3f}")
    best = max(STRENGTHS, key=lambda strength: accuracy_score(y, held_out[strength].argmax(axis=1)))
    temperature = calibrate(held_out[best], y)
    print(f"C={best}, temperature {temperature:.3f}, {len(y)} pairs, classes {np.bincount(y)}")
    coverage(held_out[best] / temperature, y)
    model = LogisticRegression(C=best, class_weight="balanced", max_iter=300, tol=1e-3).fit(x, y)
    name = f"{embedder.name} {embedder.revision}"
    return SoftmaxLayer(model.coef_.T, model.intercept_, temperature, name)


def coverage(logits: np.ndarray, y: np.ndarray) -> None:
    """Print how much is kept and how much of it is right at each bound for `abstain`."""
    probabilities = softmax(logits)
    for bound in (0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8):
        kept = probabilities.max(axis=1) >= bound
        right = (probabilities.argmax(axis=1) == y)[kept].mean()
        print(f"abstain below {bound}: {kept.mean():.0%} kept, {right:.3f} of them right")


def main() -> None:
    """Train, save, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with stance/ and topics/")
    parser.add_argument("--cache", type=Path, help="cache of embeddings")
    parser.add_argument(
        "--measure", action="store_true", help="measure the weights that are there, train none"
    )
    options = parser.parse_args()
    embedder = default_embedder(options.cache)
    ibm = options.data / "stance/ibm30k/data/ibm30k"
    arguments = one_column(ibm / "raw_train_all_onecol.csv") + perspectrum(options.data, "train")
    if not options.measure:
        none = mismatched(arguments, 0.4) + requests(options.data, "train", 30)
        fit(both_forms(arguments + none), embedder).save(WEIGHTS / "stance.npz")
    unseen = one_column(ibm / "raw_test_all_onecol.csv")
    sets = {
        "IBM-30k test, 15 unseen motions": unseen,
        "IBM-30k test and half as many mismatched": unseen + mismatched(unseen, 0.5),
        "IBM-30k test under bare names": [named(pair) for pair in unseen],
        "Perspectrum dev": perspectrum(options.data, "dev"),
        "CLINC150 val, under own intent": requests(options.data, "val", 10),
        "SemEval-2016 task 6 A test": options.data
        / "stance/semeval2016/data/semeval2016/raw_test_all_onecol.csv",
        "VAST dev": options.data / "stance/vast/raw_val_all_onecol.csv",
    }
    classifier = StanceClassifier(embedder)
    measured = {}
    for name, source in sets.items():
        pairs = one_column(source) if isinstance(source, Path) else source
        probabilities = classifier.predict_proba([p.text for p in pairs], [p.target for p in pairs])
        measured[name] = figures(probabilities, np.array([STANCES.index(p.stance) for p in pairs]), STANCES)
        print(name, measured[name])
    (WEIGHTS / "stance.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
