"""How well polarity is read on developers' texts and on tweets, beside VADER on the same texts.

    python benchmarks/polarity.py DATA

DATA is the folder of data sets (`sentiment/`); what is not there is left out. Only Senti4SD's training part
is learnt from; the other platforms label tone by rules of their own. VADER (Hutto and Gilbert 2014) is the
lexicon most people would take; its package is needed here only: pip install vaderSentiment. Its compound
score is cut at 0.05, as its authors advise. Intervals: 95 %, bootstrap over texts. Published on the first
set: macro-F1 0.87 (Calefato et al. 2018).
"""

import argparse
import csv
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from forum_pulse.sentiment import POLARITIES, PolarityClassifier
from forum_pulse.sentiment.evaluation import Judged, figures

SHOWN = ("macro-F1", "accuracy", *(f"{name}: F1" for name in POLARITIES))
Texts = list[tuple[str, int]]


def sets(data: Path) -> Iterator[tuple[str, Texts]]:
    """Name, texts and classes of every set that is there."""
    folder = data / "sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    files: dict[str, tuple[Path, Callable[[Path], Texts]]] = {
        "Senti4SD official test": (folder / "test1326itemPOLARITY.csv", senti4sd),
        "GitHub (Novielli et al.)": (data / "sentiment/se_crossplatform/datasets/github.csv", crossplatform),
        "Jira (Ortu et al.)": (data / "sentiment/se_crossplatform/datasets/jira.csv", crossplatform),
        "tweets (TweetEval test)": (data / "sentiment/tweeteval/datasets/sentiment/test_text.txt", tweets),
    }
    for name, (file, read) in files.items():
        if file.exists():
            yield name, read(file)


def senti4sd(path: Path) -> Texts:
    """One part of the official split."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [(text, POLARITIES.index(label)) for _, label, text in csv.reader(stream, delimiter=";")]


def crossplatform(path: Path) -> Texts:
    """One platform; labels -1, 0, 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [(row["text"], int(row["oracle"]) + 1) for row in csv.DictReader(stream)]


def tweets(path: Path) -> Texts:
    """A line a text; labels 0, 1, 2 in a file beside it."""
    labels = path.with_name("test_labels.txt").read_text("utf-8").split()
    return list(zip(path.read_text("utf-8").splitlines(), map(int, labels), strict=True))


def vader(texts: list[str]) -> np.ndarray:
    """Classes by VADER."""
    scores = np.array([ANALYZER.polarity_scores(text)["compound"] for text in texts])
    return 1 + (scores >= 0.05).astype(int) - (scores <= -0.05).astype(int)


def main() -> None:
    """Print two lines for each set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    wanted = parser.parse_args()
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    PolarityClassifier().predict(["loads what is loaded on use"])
    for name, rows in sets(wanted.data):
        texts, truth = [text for text, _ in rows], np.array([label for _, label in rows])
        print(f"{name}: {len(texts)} texts")
        for reader, read in (("polarity", own), ("VADER", vader)):
            started = time.process_time()
            predicted = read(texts)
            speed = len(texts) / (time.process_time() - started)
            found = {
                row["figure"]: row for row in figures(Judged(POLARITIES, truth, predicted, [""] * len(texts)))
            }
            told = "  ".join("{figure} {value:.3f} ({low:.3f}-{high:.3f})".format(**found[f]) for f in SHOWN)
            print(f"  {reader:<9} {told}  {speed:.0f} texts per CPU second", flush=True)


def own(texts: list[str]) -> np.ndarray:
    """Classes by ours."""
    return PolarityClassifier().predict_proba(texts).argmax(axis=1)


ANALYZER = SentimentIntensityAnalyzer()

if __name__ == "__main__":
    main()
