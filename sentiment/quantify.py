"""Shares of stances corrected for the reader's errors, once people have labelled some texts.

A reader that takes a tenth of those against for neutral makes the against look fewer than they are. Labels
tell how often it does (the confusion matrix), and the shares that would show as the readings do are found by
turning that matrix round: "adjusted count" (Forman 2008, doi 10.1007/s10618-008-0097-y), for several classes
as non-negative least squares (Hopkins and King 2010).
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .labels import LEAST, Item, Labels
from .stance import STANCES, Reading, StanceReader

LEAST_OF_EACH: Final = 5
"""Labels every stance needs."""
DRAWS: Final = 300
_PRIOR: Final = 0.5
"""Of each kind of reading, added to what was seen (Jeffreys): what never occurred is rare, not impossible."""
_READ: Final = (*STANCES, "unclear")
_SCHEMA: Final = pa.schema(
    [("target", pa.string()), ("stance", pa.string())]
    + [(name, pa.float64()) for name in ("share", "share_low", "share_high")]
    + [("labels", pa.int64())]
)


def corrected_shares(
    readings: pa.Table, posts: pa.Table, labels: Labels | None, reader: StanceReader, *, seed: int = 0
) -> pa.Table:
    """Shares of favor, against and none towards each target among people, corrected.

    Each person counts once, spread over the person's posts. How the reader errs is learnt from all labels
    together. Intervals: 95%, percentiles of what persons and labels leave possible (Dirichlet draws of the
    readings and of each row of errors at once). Resampling would leave no width where all are read alike.

    Args:
        readings: as `Inquiry.answered` gives them.
        posts: columns post_id, person_id.
        labels: of stance; as much like the forum's posts as can be; None where nobody labelled.
        reader: what made the readings.
        seed: of the draws.

    Returns:
        Columns target, stance, share, share_low, share_high, labels (how many); no rows where there are too
        few labels (30, and 5 of each stance), which says nothing about a reader.
    """
    truth = labels.truth if labels else {}
    if len(truth) < LEAST or min(list(truth.values()).count(stance) for stance in STANCES) < LEAST_OF_EACH:
        return _SCHEMA.empty_table()
    errors = _errors(truth, reader)
    person = dict(zip(posts["post_id"].to_pylist(), posts["person_id"].to_pylist(), strict=True))
    rows: list[dict[str, Any]] = []
    for target, spread in _spread(readings, person).items():
        shares = _solved(spread.mean(axis=0), errors)
        low, high = np.percentile(_drawn(spread.sum(axis=0), errors, seed), [2.5, 97.5], axis=0)
        low, high = np.minimum(low, shares), np.maximum(high, shares)
        rows += [
            {"target": target, "stance": stance, "share": shares[place], "share_low": low[place],
             "share_high": high[place], "labels": len(truth)}
            for place, stance in enumerate(STANCES)
        ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _errors(truth: dict[Item, str], reader: StanceReader) -> NDArray[np.float64]:
    """How many labels of each stance were read as what: true by read."""
    items = list(truth)
    found = reader.read(
        [item.text for item in items], [item.target for item in items], [item.parent for item in items]
    )
    errors = np.zeros((len(STANCES), len(_READ)))
    for item, reading in zip(items, found, strict=True):
        errors[STANCES.index(truth[item]), _READ.index(_name(reading))] += 1
    return errors


def _name(reading: Reading) -> str:
    return "unclear" if reading.unclear else reading.stance


def _spread(readings: pa.Table, person: Mapping[Any, Any]) -> dict[str, NDArray[np.float64]]:
    """By target: a row a person, what share of the person's posts was read as what."""
    counts: dict[str, dict[str, NDArray[np.float64]]] = {}
    columns = (readings[name].to_pylist() for name in ("post_id", "target", "stance", "unclear"))
    for post, target, stance, unclear in zip(*columns, strict=True):
        if (who := person.get(post)) is not None:
            row = counts.setdefault(target, {}).setdefault(who, np.zeros(len(_READ)))
            row[_READ.index("unclear" if unclear else stance)] += 1
    return {
        target: np.array([own[who] / own[who].sum() for who in sorted(own)])
        for target, own in sorted(counts.items())
    }


def _drawn(read: NDArray[np.float64], errors: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    drawn = [
        _solved(rng.dirichlet(read + _PRIOR), np.array([rng.dirichlet(row + _PRIOR) for row in errors]))
        for _ in range(DRAWS)
    ]
    return np.array(drawn)


def _solved(read: NDArray[np.float64], errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shares that come nearest to reading as `read` does, given how often what is read as what."""
    from scipy.optimize import nnls  # heavy: only where there are labels

    rates = (errors / errors.sum(axis=1, keepdims=True)).T
    heavy = 1e3  # shares add up to 1: an equation that outweighs the others
    shares, _ = nnls(np.vstack([rates, np.full((1, len(STANCES)), heavy)]), np.append(read, heavy))
    return shares / shares.sum()
