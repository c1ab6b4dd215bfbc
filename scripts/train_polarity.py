"""Trains `sentiment/weights/polarity.npz` and measures it: python scripts/train_polarity.py --data DIR.

Learnt from the training part of Senti4SD (Calefato et al. 2018; posts of Stack Overflow, MIT licence). The
sets marked as measuring only are read after all is fitted. Features and the strength of regularisation were
chosen by cross-validation on the training part alone.
"""

import argparse
import csv
import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from figures import calibrate, figures
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from forum_pulse.sentiment.polarity import FEATURES, POLARITIES, PolarityClassifier, ngram_features
from forum_pulse.sentiment.pretrained import WEIGHTS, SoftmaxLayer

STRENGTHS = (3.0, 10.0)
SMOOTHINGS = (0.3, 1.0)


def senti4sd(data: Path, name: str) -> list[tuple[str, int]]:
    """Texts and classes of one part of the official split."""
    folder = data / "sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return sorted((text, POLARITIES.index(label)) for _, label, text in csv.reader(stream, delimiter=";"))


def scaled(x: csr_matrix, own: np.ndarray, smoothing: float) -> diags:
    """What each feature says of a class: the log ratio of how often it stands in its texts and in others.

    Logistic regression on features scaled so takes short texts better than plain regression (Wang and
    Manning 2012, "Baselines and Bigrams").
    """
    inside, outside = (np.asarray(abs(x[rows]).sum(axis=0)).ravel() + smoothing for rows in (own, ~own))
    return diags(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))


def one_against_rest(x: csr_matrix, y: np.ndarray, strength: float, smoothing: float) -> SoftmaxLayer:
    """Regressions of each class against the others, as one layer over the plain features."""
    coefficients, intercepts = [], []
    for label in range(len(POLARITIES)):
        scale = scaled(x, y == label, smoothing)
        model = LogisticRegression(C=strength, max_iter=500).fit(x @ scale, y == label)
        coefficients.append(scale @ model.coef_[0])
        intercepts.append(model.intercept_[0])
    return SoftmaxLayer(np.array(coefficients).T, np.array(intercepts), 1.0, FEATURES)


def held_out_logits(x: csr_matrix, y: np.ndarray, strength: float, smoothing: float) -> np.ndarray:
    """Logits for each text by a model that was not trained on it."""
    logits = np.zeros((len(y), len(POLARITIES)))
    for learnt, left in StratifiedKFold(5, shuffle=True, random_state=0).split(x, y):
        layer = one_against_rest(x[learnt], y[learnt], strength, smoothing)
        logits[left] = x[left] @ layer.coefficients + layer.intercepts
    return logits


def fit(rows: list[tuple[str, int]]) -> SoftmaxLayer:
    """Choose the strength of regularisation and the smoothing, fit, calibrate."""
    x, y = ngram_features([text for text, _ in rows]), np.array([label for _, label in rows])
    held_out = {choice: held_out_logits(x, y, *choice) for choice in product(STRENGTHS, SMOOTHINGS)}
    scores = {at: f1_score(y, logits.argmax(axis=1), average="macro") for at, logits in held_out.items()}
    best = max(scores, key=lambda choice: scores[choice])
    temperature = calibrate(held_out[best], y)
    print(f"held-out macro-F1 {scores}; C, smoothing {best}, temperature {temperature}", flush=True)
    return replace(one_against_rest(x, y, *best), temperature=temperature)


def crossplatform(data: Path, name: str) -> list[tuple[str, int]]:
    """Texts and classes of one platform (labels -1, 0, 1)."""
    with (data / "sentiment/se_crossplatform/datasets" / name).open(encoding="utf-8", newline="") as stream:
        return sorted((row["text"], int(row["oracle"]) + 1) for row in csv.DictReader(stream))


def main() -> None:
    """Train, save, measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with sentiment/")
    options = parser.parse_args()
    fit(senti4sd(options.data, "train3098itemPOLARITY.csv")).save(WEIGHTS / "polarity.npz")
    sets = {
        "Senti4SD official test": senti4sd(options.data, "test1326itemPOLARITY.csv"),
        "GitHub (Novielli et al.)": crossplatform(options.data, "github.csv"),
        "Jira (Ortu et al.)": crossplatform(options.data, "jira.csv"),
    }
    measured = {}
    for name, rows in sets.items():
        probabilities = PolarityClassifier().predict_proba([text for text, _ in rows])
        measured[name] = figures(probabilities, np.array([label for _, label in rows]), POLARITIES)
        print(name, measured[name])
    (WEIGHTS / "polarity.json").write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
