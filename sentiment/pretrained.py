"""The weights of this room's classifiers: where they lie, and how they are read.

The layer is one small file, learnt by `scripts/train_polarity.py`; beside it lies what it measures (JSON);
docs/models.md tells what it was learnt from. Weights fit one kind of features only, so they carry its name
and refuse any other.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ..softmax import SoftmaxLayer

WEIGHTS = Path(__file__).parent / "weights"
_BATCH = 4096
"""Rows scored at a time, so that memory does not grow with the corpus."""


@cache
def load_layer(name: str, features: str) -> SoftmaxLayer:
    """The layer in `weights/NAME`, read once.

    Raises:
        ModelError: it is missing or damaged, or was trained on other features than `features`.
    """
    return SoftmaxLayer.load(WEIGHTS / name, features)


def row_batches(rows: int) -> Iterator[slice]:
    """Slices that cover `rows` rows, a batch each."""
    return (slice(start, start + _BATCH) for start in range(0, rows, _BATCH))
