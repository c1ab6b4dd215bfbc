"""How well stance is read on public sets and on our own workplace sentences, and how fast.

    python benchmarks/stance.py DATA [--texts 1000]

DATA is the folder of data sets (`stance/`, `topics/`); what is not there is left out. Only IBM-30k train,
Perspectrum train and our own sentences are learnt from; all else is unseen, the sets without a clear licence
were never tuned on, and our own held out were looked at while learning. The baseline is logistic regression
over frozen all-MiniLM-L6-v2 vectors of text and target, fitted on
12,000 of the same arguments at the start of each run; a rule tells which way a target points. Intervals:
95 %, bootstrap over texts. Published figures are those of the sets' authors or later work, mostly by far
larger models, some trained on the very targets.
"""

import argparse
import csv
import json
import platform
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

from direction import direction
from figures import judged
from stance_bank import bank
from stance_pairs import OPPOSITE, Pair, arguments, mismatched, named, one_column, perspectrum
from stance_written import written

from forum_pulse.embeddings import default_embedder
from forum_pulse.sentiment.cross_encoder import Said, shipped
from forum_pulse.sentiment.evaluation import figures
from forum_pulse.sentiment.stance import STANCES

Scores = Callable[[list[Pair]], np.ndarray]
PUBLISHED = {
    "IBM-30k test, unseen motions": "accuracy over 0.90 (BERT-type, large)",
    "Perspectrum dev": "F1 0.71 (BERT), 0.91 (people), on test",
    "VAST dev, zero-shot": "macro-F1 0.66 (BERT-joint), 0.77 (TATA), on test, trained on VAST",
    "VAST, sentiment swapped": "none at hand",
    "SemEval-2016 task 6 A test, zero-shot": "Favg 0.69 (SVM), 0.71 (BERTweet), trained on these targets",
    "COVID-19 val": "macro-F1 0.75 to 0.83 (CT-BERT-DAN), trained on these targets",
    "GWSD": "accuracy 0.75 (BERT, trained on it; 200 texts)",
    "RumourEval-2017 replies": "macro-F1 0.43 over four classes (Turing), trained on it",
}
CLIMATE = "Climate change is a serious concern"


def sets(data: Path) -> Iterator[tuple[str, list[Pair]]]:
    """Name and pairs of every set that is there."""
    stance = data / "stance"
    ibm = one_column(stance / "ibm30k/data/ibm30k/raw_test_all_onecol.csv")
    yield "IBM-30k test, unseen motions", ibm
    yield "the same and half as many mismatched", ibm + mismatched(ibm, 0.5, 0)
    yield "the same under bare names", [named(pair) or pair for pair in ibm]
    yield "Perspectrum dev", perspectrum(data, "dev")
    yield "own workplace sentences", [pair for _, pair in bank("test", 8, 0)]
    yield "own, written by hand, held out", [pair for _, pair in written("dev")]
    unseen: dict[str, tuple[str, Callable[[Path], list[Pair]]]] = {
        "VAST dev, zero-shot": ("vast/raw_val_all_onecol.csv", one_column),
        "VAST, sentiment swapped": ("vast/vast_test-sentswap.csv", swapped),
        "SemEval-2016 task 6 A test, zero-shot": (
            "semeval2016/data/semeval2016/raw_test_all_onecol.csv",
            one_column,
        ),
        "COVID-19 val": ("covid19/data/covid19/raw_val_all_onecol.csv", one_column),
        "GWSD": ("gwsd/GWSD.tsv", gwsd),
        "RumourEval-2017 replies": ("rumoureval2017/train_dev.jsonl", rumours),
    }
    for name, (file, read) in unseen.items():
        if (stance / file).exists():
            yield name, read(stance / file)


def swapped(path: Path) -> list[Pair]:
    """VAST's adversarial test: words of feeling exchanged, the stance as it was."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found: list[Pair] = []
    for row in rows:
        text = row["post"]
        for old, new in (change for sentence in json.loads(row["change_lst"]) for change in sentence):
            text = re.sub(rf"\b{re.escape(old)}\b", new, text, flags=re.IGNORECASE)
        found.append(Pair(row["new_topic"], text, ("against", "favor", "none")[int(row["label"])]))
    return found


def gwsd(path: Path) -> list[Pair]:
    """Sentences from the news; the stance most probable after eight readers."""
    names = {"agree": "favor", "disagree": "against", "neutral": "none"}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["agree"]]
    return [
        Pair(CLIMATE, row["sentence"], names[max(names, key=lambda name: float(row[name]))]) for row in rows
    ]


def rumours(path: Path) -> list[Pair]:
    """Replies towards the rumour that opens their thread; queries and comments are neither."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    text = {row["id"]: row["text"] for row in rows}
    names = {"support": "favor", "deny": "against"}
    return [
        Pair(text[row["thread"]], row["text"], names.get(row["label"], "none"), text.get(row["parent"], ""))
        for row in rows
        if row["id"] != row["thread"] and row["thread"] in text
    ]


def model(pairs: list[Pair]) -> np.ndarray:
    """Probabilities by the shipped cross-encoder, nothing cached."""
    return shipped().probabilities([Said(pair.target, pair.text, pair.parent) for pair in pairs])


def baseline(data: Path, cache: Path | None) -> Scores:
    """Logistic regression over [u, |u-v|, u*v], fitted on 12,000 pairs: as they are, named, mismatched."""
    from sklearn.linear_model import LogisticRegression

    embedder = default_embedder(cache)
    own = arguments(data)
    told = sorted({*own, *filter(None, map(named, own))})
    told = random.Random(0).sample(told + mismatched(told, 0.3, 0), 12_000)

    def seen(pairs: list[Pair]) -> np.ndarray:
        u = embedder.encode([pair.text for pair in pairs])
        v = embedder.encode([pair.target for pair in pairs])
        return np.hstack([u, np.abs(u - v), u * v])

    def against(pair: Pair) -> bool:
        return direction(pair.target) == "against"

    def scores(pairs: list[Pair]) -> np.ndarray:
        probabilities, turned = learnt.predict_proba(seen(pairs)), [against(pair) for pair in pairs]
        probabilities[turned] = probabilities[turned][:, [1, 0, 2]]
        return probabilities

    learnt = LogisticRegression(C=0.1, max_iter=60, tol=1e-3)
    attitudes = [OPPOSITE[pair.stance] if against(pair) else pair.stance for pair in told]
    learnt.fit(seen(told), [STANCES.index(attitude) for attitude in attitudes])
    return scores


def line(name: str, probabilities: np.ndarray, truth: np.ndarray) -> str:
    """One row of the table."""
    found = {row["figure"]: row for row in figures(judged(probabilities, truth, STANCES))}
    told = "  ".join(
        "{figure} {value:.3f} ({low:.3f}-{high:.3f})".format(**found[figure])
        for figure in ("polar F1", "macro-F1", "Favg", "ECE", "Brier")
    )
    return f"  {name:<9} {told}"


def by_kind(name: str, pairs: list[tuple[str, Pair]]) -> None:
    """How many of our own sentences of each kind are read right."""
    right = model([pair for _, pair in pairs]).argmax(axis=1) == [STANCES.index(p.stance) for _, p in pairs]
    for kind in sorted({kind for kind, _ in pairs}):
        of_kind = [ok for ok, (own, _) in zip(right, pairs, strict=True) if own == kind]
        print(f"  {name}, {kind}: {np.mean(of_kind):.3f} of {len(of_kind)} right")


def main() -> None:
    """Print two lines for each set, and speed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--texts", type=int, help="at most so many of each set, drawn at random (seeded)")
    parser.add_argument("--cache", type=Path, help="cache of embeddings, for the baseline")
    wanted = parser.parse_args()
    data = wanted.data
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    plain, count, seconds = baseline(data, wanted.cache), 0, 0.0
    shipped()
    for name, whole in sets(data):
        pairs = random.Random(0).sample(whole, min(len(whole), wanted.texts or len(whole)))
        truth = np.array([STANCES.index(pair.stance) for pair in pairs])
        started = time.perf_counter()
        read = model(pairs)
        seconds += time.perf_counter() - started
        count += len(pairs)
        print(f"{name}: {len(pairs)} of {len(whole)} texts; published: {PUBLISHED.get(name, '-')}")
        print(line("model", read, truth), line("baseline", plain(pairs), truth), sep="\n", flush=True)
    by_kind("workplace", bank("test", 8, 0))
    by_kind("held out", written("dev"))
    print(f"{count} pairs in {seconds:.0f} s: {count / seconds:.0f} pairs/s")


if __name__ == "__main__":
    main()
