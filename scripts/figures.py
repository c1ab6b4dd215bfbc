"""Calibration, and the figures of a classifier as the training scripts print and keep them."""

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.metrics import log_loss

from forum_pulse.sentiment.evaluation import Judged
from forum_pulse.sentiment.evaluation import figures as measured

_KEYS = {
    "accuracy": "accuracy", "macro-F1": "macro_f1", "polar F1": "polar_f1", "Favg": "favg", "ECE": "ece",
    "Brier": "brier",
}  # fmt: skip


def judged(probabilities: np.ndarray, truth: np.ndarray, names: tuple[str, ...]) -> Judged:
    """Readings beside the truth, each text by somebody else."""
    return Judged(names, truth, probabilities.argmax(axis=1), [""] * len(truth), probabilities)


def figures(probabilities: np.ndarray, truth: np.ndarray, names: tuple[str, ...]) -> dict[str, float | int]:
    """Number of texts and the figures of `sentiment.evaluation`, F1 by class among them, to three decimals.

    Args:
        probabilities: shape (n, classes).
        truth: index of the right class, shape (n,).
        names: of the classes.
    """
    keys = _KEYS | {f"{name}: F1": f"f1_{name}" for name in names}
    rows = measured(judged(probabilities, truth, names), resamples=0)
    found = {keys[row["figure"]]: round(row["value"] or 0.0, 3) for row in rows if row["figure"] in keys}
    return {"n": len(truth), **found}


def calibrate(logits: np.ndarray, y: np.ndarray) -> float:
    """The temperature with the least log loss (Guo et al. 2017)."""
    loss = minimize_scalar(lambda t: log_loss(y, softmax(logits / t)), bounds=(0.2, 5), method="bounded")
    return round(float(loss.x), 3)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Rows that sum to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
