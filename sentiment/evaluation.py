"""How far readings can be trusted: held against labels, with intervals.

Intervals are percentiles of resamples drawn over persons, not texts: somebody's posts resemble each other.
Since every figure comes from sums over persons, resamples are products of matrices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .labels import LEAST, Labels

Figures = dict[str, NDArray[np.float64]]
RESAMPLES: Final = 1000
BINS: Final = 15
_POLAR: Final = frozenset({"favor", "against", "negative", "positive"})


@dataclass(frozen=True, slots=True)
class Judged:
    """Readings beside the truth, row by row.

    Args:
        classes: in the order of the columns of `probabilities`.
        truth: index of the right class, shape (n,).
        predicted: index of the class that was read, shape (n,).
        persons: who wrote each text; "" stands for somebody else each time.
        probabilities: shape (n, classes), rows that sum to 1; None if the reader gives none.
        unclear: whether the reader abstains, shape (n,); None if it never does.
    """

    classes: tuple[str, ...]
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    persons: Sequence[str]
    probabilities: NDArray[np.float64] | None = None
    unclear: NDArray[np.bool_] | None = None


def figures(judged: Judged, *, seed: int = 0, resamples: int = RESAMPLES) -> list[dict[str, Any]]:
    """Figure, value, low and high, one row a figure; 95% intervals by bootstrap over persons.

    macro-F1 is over the classes that occur in the truth; Favg the mean F1 of the two sides among all texts
    (SemEval-2016 task 6); polar F1 is macro-F1 among the texts that take a side by a reader made to choose
    one; ECE the expected calibration error over 15 equal bins of the highest probability (Guo et al. 2017);
    Brier the squared error summed over the classes, 0 to 2.
    """
    parts, count = _parts(judged)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples)
    weights = np.vstack([np.ones((1, count)), drawn])
    found = _figures(judged, {name: np.tensordot(weights, part, 1) for name, part in parts.items()})
    rows: list[dict[str, Any]] = []
    for name, values in found.items():
        low, high = (
            np.nanpercentile(values[1:], [2.5, 97.5]) if not np.isnan(values[1:]).all() else (None, None)
        )
        value = None if np.isnan(values[0]) else float(values[0])
        rows.append({"figure": name, "value": value, "low": _plain(low), "high": _plain(high)})
    return rows


def confusion(judged: Judged) -> list[dict[str, Any]]:
    """One row a true class: how many of its texts were read as what, and as unclear."""
    unclear = np.zeros(len(judged.truth), dtype=bool) if judged.unclear is None else judged.unclear
    rows: list[dict[str, Any]] = []
    for index, name in enumerate(judged.classes):
        own = judged.truth == index
        row: dict[str, Any] = {"true": name}
        row |= {
            f"read {other}": int((own & ~unclear & (judged.predicted == place)).sum())
            for place, other in enumerate(judged.classes)
        }
        rows.append(row | {"unclear": int((own & unclear).sum())})
    return rows


def agreement(labels: Labels) -> list[dict[str, Any]]:
    """How far coders agree: Cohen's kappa for each two, Krippendorff's alpha (nominal) for all of them.

    Returns:
        Rows of figure, coders, items, value, note; "insufficient data" below thirty items labelled by both.
    """
    # Heavy: only when several people labelled.
    from krippendorff import alpha
    from sklearn.metrics import cohen_kappa_score

    said = {
        coder: {row.item: row.value for row in labels.rows if row.coder == coder} for coder in labels.coders
    }
    rows: list[dict[str, Any]] = []
    for one, other in combinations(said, 2):
        items = [item for item in said[one] if item in said[other]]
        pairs = [[said[coder][item] for item in items] for coder in (one, other)]
        value = (
            float(cohen_kappa_score(*pairs))
            if len(items) >= LEAST and len({*pairs[0], *pairs[1]}) > 1
            else None
        )
        rows.append(
            _agreed("Cohen's kappa", f"{one or '(no name)'}, {other or '(no name)'}", len(items), value)
        )
    items = dict.fromkeys(row.item for row in labels.rows)
    shared = [item for item in items if sum(item in of_coder for of_coder in said.values()) > 1]
    if len(said) > 1:
        values = sorted({row.value for row in labels.rows})
        table = [
            [values.index(v) if (v := own.get(item)) else np.nan for item in shared] for own in said.values()
        ]
        enough = len(shared) >= LEAST and len(values) > 1
        value = float(alpha(np.array(table), level_of_measurement="nominal")) if enough else None
        rows.append(_agreed("Krippendorff's alpha", f"all {len(said)}", len(shared), value))
    return rows


def _agreed(figure: str, coders: str, items: int, value: float | None) -> dict[str, Any]:
    # Coders who all say the same one thing agree, but no chance-corrected figure can show it.
    known = None if value is None or np.isnan(value) else value
    note = "" if known is not None else "insufficient data"
    return {"figure": figure, "coders": coders, "items": items, "value": known, "note": note}


def _plain(value: float | None) -> float | None:
    return None if value is None else float(value)


def _parts(judged: Judged) -> tuple[Figures, int]:
    """What each person adds to the sums that figures are made of: arrays of shape (persons, ...)."""
    size = len(judged.classes)
    names = [person or f"\0{place}" for place, person in enumerate(judged.persons)]
    distinct, person = np.unique(names, return_inverse=True)
    parts: Figures = {"confusion": np.zeros((len(distinct), size, size))}
    np.add.at(parts["confusion"], (person, judged.truth, judged.predicted), 1)
    if judged.unclear is not None:
        parts["clear"] = np.zeros((len(distinct), 2))
        right = ~judged.unclear & (judged.predicted == judged.truth)
        np.add.at(parts["clear"], person, np.column_stack([~judged.unclear, right]))
    if judged.probabilities is None:
        return parts, len(distinct)
    best = judged.probabilities.max(axis=1)
    bins = np.minimum((best * BINS).astype(int), BINS - 1)
    parts["gap"] = np.zeros((len(distinct), BINS))
    np.add.at(parts["gap"], (person, bins), (judged.predicted == judged.truth) - best)
    parts["brier"] = np.zeros(len(distinct))
    np.add.at(parts["brier"], person, ((judged.probabilities - np.eye(size)[judged.truth]) ** 2).sum(axis=1))
    polar = [index for index, name in enumerate(judged.classes) if name in _POLAR]
    if polar:
        sided = np.isin(judged.truth, polar)
        choice = np.array(polar)[judged.probabilities[:, polar].argmax(axis=1)]
        parts["polar"] = np.zeros((len(distinct), size, size))
        np.add.at(parts["polar"], (person[sided], judged.truth[sided], choice[sided]), 1)
    return parts, len(distinct)


def _figures(judged: Judged, sums: Figures) -> Figures:
    """Figures of the whole and of each resample, shape (1 + resamples,)."""
    matrix = sums["confusion"]
    texts = matrix.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        precision, recall, f1 = _f1(matrix)
        polar = [index for index, name in enumerate(judged.classes) if name in _POLAR]
        found = {"accuracy": np.trace(matrix, axis1=1, axis2=2) / texts, "macro-F1": _macro(f1, matrix)}
        if polar:
            found["Favg"] = np.nan_to_num(f1[:, polar]).mean(axis=1)
        if polar and "polar" in sums:
            found["polar F1"] = _f1(sums["polar"])[2][:, polar].mean(axis=1)
        for index, name in enumerate(judged.classes):
            found |= {
                f"{name}: precision": precision[:, index],
                f"{name}: recall": recall[:, index],
                f"{name}: F1": f1[:, index],
            }
        if "gap" in sums:
            found["ECE"] = np.abs(sums["gap"]).sum(axis=1) / texts
            found["Brier"] = sums["brier"] / texts
        if "clear" in sums:
            found["unclear, share"] = 1 - sums["clear"][:, 0] / texts
            found["accuracy where clear"] = sums["clear"][:, 1] / sums["clear"][:, 0]
    return found


def _f1(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Precision, recall and F1 by class, NaN where neither truth nor readings have it."""
    right, read, true = np.diagonal(matrix, axis1=1, axis2=2), matrix.sum(axis=1), matrix.sum(axis=2)
    return right / read, right / true, 2 * right / (read + true)


def _macro(f1: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    occurs = matrix.sum(axis=2) > 0
    return np.where(occurs, np.nan_to_num(f1), 0).sum(axis=1) / occurs.sum(axis=1)
