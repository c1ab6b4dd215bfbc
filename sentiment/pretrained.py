"""What the classifiers of this room share: where their weights lie, and scikit-learn's manners.

The layer is one small file, learnt by `scripts/train_polarity.py`; beside it lies what it measures (JSON);
docs/models.md tells what it was learnt from. Weights fit one kind of features only, so they carry its name
and refuse any other.
"""

import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Self

from ..softmax import SoftmaxLayer

WEIGHTS = Path(__file__).parent / "weights"
_BATCH = 4096
"""Rows scored at a time, so that memory does not grow with the corpus."""


class Pretrained:
    """scikit-learn's contract for what comes trained: parameters kept as given, work done on use."""

    def get_params(self, deep: bool = True) -> dict[str, object]:  # noqa: ARG002 - scikit-learn's signature
        """Constructor parameters by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: object) -> Self:
        """Change constructor parameters.

        Raises:
            ValueError: there is no parameter of that name.
        """
        known = self.get_params()
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(known)}"
                )
            setattr(self, name, value)
        return self


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
