"""Trains the stance and relevance weights and measures them: python scripts/train_stance.py --data DIR.

Learnt from sets whose licence allows it. Attitude: IBM ArgQ-Rank-30k train and Perspectrum train (arguments
for and against, under the statement and, where it can be told, the bare name of the thing); Senti4SD train
(how developers sound: positive is for, negative is against, neutral is neither); requests from CLINC150
under the name of their own intent (on the subject, yet neither). Relevance: the same arguments and
requests, against arguments under another target. The sets marked as measuring only are read after all is
fitted.

Regularisation and temperature come from cross-validation with whole motions held out. Train polarity first.
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
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from train_polarity import held_out_logits, senti4sd

from forum_pulse.embeddings import Embedder, default_embedder
from forum_pulse.sentiment.direction import direction
from forum_pulse.sentiment.polarity import FEATURES, PolarityClassifier
from forum_pulse.sentiment.pretrained import WEIGHTS, SoftmaxLayer, load_layer
from forum_pulse.sentiment.stance import STANCES, StanceClassifier, pair_features, tone_features

SEED = 0
STRENGTHS = (0.03, 0.1)
POLARITY_STRENGTH = 10.0
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


def attitude(pair: Pair) -> int:
    """The class learnt: towards the thing the target names, 0 for, 1 against, 2 neither."""
    opposite = {"favor": "against", "against": "favor", "none": "none"}
    return STANCES.index(pair.stance if direction(pair.target) == "for" else opposite[pair.stance])


def as_asked(pair: Pair) -> list[Pair]:
    """A request under the name of its intent and under statements for and against it: no form is telling."""
    forms = (pair.target, f"We should support {pair.target}", f"We should stop {pair.target}")
    return [Pair(form, pair.text, pair.stance) for form in forms]


def developers(data: Path, things: list[str]) -> tuple[list[Pair], np.ndarray]:
    """Posts of Senti4SD under names drawn from `things`, and their polarity by models that never saw them."""
    rows = senti4sd(data, "train3098itemPOLARITY.csv")
    stances = ("against", "none", "favor")
    rng = random.Random(SEED)
    pairs = [Pair(rng.choice(things), text, stances[label]) for text, label in rows]
    return pairs, softmax(
        held_out_logits(rows, POLARITY_STRENGTH) / load_layer("polarity.npz", FEATURES).temperature
    )


def pairs_of(pairs: list[Pair], embedder: Embedder) -> np.ndarray:
    """Features of the pairs as the classifier sees them, without tone."""
    return pair_features(embedder.encode([p.text for p in pairs]), embedder.encode([p.target for p in pairs]))


def fit(x: np.ndarray, y: np.ndarray, groups: np.ndarray, features: str) -> SoftmaxLayer:
    """Choose the strength of regularisation with whole groups held out, fit, calibrate."""
    held_out: dict[float, np.ndarray] = {}
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=300, tol=1e-3)
        logits = cross_val_predict(model, x, y, groups=groups, cv=GroupKFold(4), method="decision_function")
        held_out[strength] = logits if logits.ndim > 1 else np.column_stack([np.zeros_like(logits), logits])
        print(f"C={strength}: held-out balanced accuracy {balanced(held_out[strength], y):.3f}", flush=True)
    best = max(STRENGTHS, key=lambda strength: balanced(held_out[strength], y))
    temperature = calibrate(held_out[best], y)
    print(f"{features}: C={best}, temperature {temperature}, {len(y)} pairs, classes {np.bincount(y)}")
    coverage(held_out[best] / temperature, y)
    model = LogisticRegression(C=best, class_weight="balanced", max_iter=300, tol=1e-3).fit(x, y)
    if len(model.coef_) == 1:  # two classes: the first one's logit is 0
        model.coef_ = np.vstack([np.zeros_like(model.coef_), model.coef_])
        model.intercept_ = np.append(0, model.intercept_)
    return SoftmaxLayer(model.coef_.T, model.intercept_, temperature, features)


def balanced(logits: np.ndarray, y: np.ndarray) -> float:
    """Accuracy, each class counting alike."""
    return float(balanced_accuracy_score(y, logits.argmax(axis=1)))


def train(data: Path, arguments: list[Pair], embedder: Embedder) -> None:
    """Fit and save both layers."""
    kind = f"{embedder.name} {embedder.revision}"
    asked = [form for pair in requests(data, "train", 30) for form in as_asked(pair)]
    told = sorted({*arguments, *map(named, arguments)})
    things = sorted({pair.target for pair in map(named, arguments)} - {pair.target for pair in arguments})
    posts, held_out_tone = developers(data, [thing for thing in things if direction(thing) == "for"])

    elsewhere = mismatched(told, 0.8)
    pairs = sorted(told + asked) + elsewhere
    about = np.repeat([1, 0], [len(pairs) - len(elsewhere), len(elsewhere)])
    fit(pairs_of(pairs, embedder), about, groups(pairs), kind).save(WEIGHTS / "relevance.npz")

    first = sorted(told + asked)
    pairs = first + posts
    tone = np.vstack([PolarityClassifier().predict_proba([p.text for p in first]), held_out_tone])
    x = np.hstack([pairs_of(pairs, embedder), tone_features(tone)])
    y = np.array([attitude(pair) for pair in pairs])
    where = np.append(groups(first), [pair.text for pair in posts])
    fit(x, y, where, f"{kind} + {FEATURES}").save(WEIGHTS / "stance.npz")


def groups(pairs: list[Pair]) -> np.ndarray:
    """What each pair is about, the same for a statement and the bare name."""
    return np.array([named(pair).target.casefold() for pair in pairs])


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
        train(options.data, arguments, embedder)
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
        truth = np.array([STANCES.index(pair.stance) for pair in pairs])
        texts, targets = [pair.text for pair in pairs], [pair.target for pair in pairs]
        known = np.array([[r.favor, r.against, r.none] for r in classifier.read(texts, targets)])
        measured[name] = {
            "predict": figures(classifier.predict_proba(texts, targets), truth, STANCES),
            "read": figures(known, truth, STANCES),
        }
        print(name, *measured[name].items(), sep="\n  ", flush=True)
    (WEIGHTS / "stance.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
