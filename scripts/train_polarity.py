"""Trains `sentiment/weights/polarity.npz` and measures it: python scripts/train_polarity.py --data DIR.

Learnt from the training part of Senti4SD (Calefato et al. 2018; posts of Stack Overflow, MIT licence). The
sets marked as measuring only are read after all is fitted.
"""

import argparse
import csv
import json
from pathlib import Path

import numpy as np
from figures import calibrate, figures
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from forum_pulse.sentiment.polarity import FEATURES, POLARITIES, PolarityClassifier, ngram_features
from forum_pulse.sentiment.pretrained import WEIGHTS, SoftmaxLayer

STRENGTHS = (3.0, 10.0, 30.0)


def senti4sd(data: Path, name: str) -> list[tuple[str, int]]:
    """Texts and classes of one part of the official split."""
    folder = data / "sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return sorted((text, POLARITIES.index(label)) for _, label, text in csv.reader(stream, delimiter=";"))


def held_out_logits(rows: list[tuple[str, int]], strength: float) -> np.ndarray:
    """Logits for each text by a model that was not trained on it."""
    x, y = ngram_features([text for text, _ in rows]), [label for _, label in rows]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_predict(
        LogisticRegression(C=strength, max_iter=500), x, y, cv=folds, method="decision_function"
    )


def fit(rows: list[tuple[str, int]]) -> SoftmaxLayer:
    """Choose the strength of regularisation, fit, calibrate."""
    x, y = ngram_features([text for text, _ in rows]), np.array([label for _, label in rows])
    held_out = {strength: held_out_logits(rows, strength) for strength in STRENGTHS}
    scores = {c: f1_score(y, logits.argmax(axis=1), average="macro") for c, logits in held_out.items()}
    best = max(scores, key=lambda strength: scores[strength])
    temperature = calibrate(held_out[best], y)
    print(f"held-out macro-F1 {scores}; C={best}, temperature {temperature}")
    model = LogisticRegression(C=best, max_iter=500).fit(x, y)
    return SoftmaxLayer(model.coef_.T, model.intercept_, temperature, FEATURES)


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
