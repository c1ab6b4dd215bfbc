"""Calibration, and how good a classifier is in the figures the model card gives."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.metrics import f1_score, log_loss


def figures(probabilities: np.ndarray, truth: np.ndarray, names: tuple[str, ...]) -> dict[str, float | int]:
    """Macro-F1 over all classes and over the polar ones, calibration error, number of texts.

    Args:
        probabilities: shape (n, classes).
        truth: index of the right class, shape (n,).
        names: of the classes; "none" and "neutral" are not polar.

    Returns:
        n; macro_f1 (classes that occur); f1 of each class; accuracy; polar_f1 (texts with a polar label,
        choice between the two polar classes only); favg (mean F1 of the polar classes among all texts, as
        SemEval-2016 task 6 has it); ece (15 equal bins of the top probability); brier (sum over the classes,
        0 to 2).
    """
    predicted = probabilities.argmax(axis=1)
    polar = [index for index, name in enumerate(names) if name not in {"none", "neutral"}]
    of_polar = np.isin(truth, polar)
    each = f1_score(truth, predicted, labels=range(len(names)), average=None, zero_division=0)
    found: dict[str, float | int] = {
        "n": len(truth),
        "accuracy": (predicted == truth).mean(),
        "macro_f1": each[np.unique(truth)].mean(),
    }
    if of_polar.any():
        choice = np.array(polar)[probabilities[of_polar][:, polar].argmax(axis=1)]
        found["polar_f1"] = f1_score(truth[of_polar], choice, labels=polar, average="macro")
        found["favg"] = each[polar].mean()
    found |= {f"f1_{name}": value for name, value in zip(names, each, strict=True)}
    found["ece"] = calibration_error(probabilities, truth)
    found["brier"] = ((probabilities - np.eye(len(names))[truth]) ** 2).sum(axis=1).mean()
    return {name: value if name == "n" else round(float(value), 3) for name, value in found.items()}


class Interval(NamedTuple):
    """The middle 95 % of resampled figures."""

    low: float
    high: float


def intervals(
    probabilities: np.ndarray, truth: np.ndarray, names: tuple[str, ...], *, times: int = 100
) -> dict[str, Interval]:
    """Percentile intervals of each figure by bootstrap over texts, seeded."""
    rng = np.random.default_rng(0)
    drawn = [
        figures(probabilities[rows], truth[rows], names)
        for rows in (rng.integers(0, len(truth), len(truth)) for _ in range(times))
    ]
    return {
        name: Interval(*np.percentile([one[name] for one in drawn if name in one], [2.5, 97.5]))
        for name in drawn[0]
    }


def calibration_error(probabilities: np.ndarray, truth: np.ndarray) -> float:
    """Expected calibration error over 15 equal bins of the top probability (Guo et al. 2017)."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * 15).astype(int), 14)
    gaps = [abs(right[bins == b].sum() - confidence[bins == b].sum()) for b in np.unique(bins)]
    return float(sum(gaps) / len(truth))


def calibrate(logits: np.ndarray, y: np.ndarray) -> float:
    """The temperature with the least log loss (Guo et al. 2017)."""
    loss = minimize_scalar(lambda t: log_loss(y, softmax(logits / t)), bounds=(0.2, 5), method="bounded")
    return round(float(loss.x), 3)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Rows that sum to 1."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
