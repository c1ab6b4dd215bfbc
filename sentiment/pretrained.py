"""What the classifiers of this room share: a trained softmax layer, and scikit-learn's manners.

The weights are one small file a classifier, learnt by `scripts/train_stance.py` and
`scripts/train_polarity.py`; beside each lies what it measures (JSON); docs/models.md tells what it was
learnt from. Weights fit one kind of features only, so they carry its name and refuse any other.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"
_BATCH = 4096
"""Rows scored at a time, so that memory does not grow with the corpus."""


@dataclass(frozen=True, slots=True)
class SoftmaxLayer:
    """Multinomial logistic regression with a temperature (Guo et al. 2017, arXiv 1706.04599).

    Args:
        coefficients: shape (features, classes).
        intercepts: shape (classes,).
        temperature: divides the logits; above 1 makes probabilities more modest.
        features: what the layer was trained on, e.g. "all-MiniLM-L6-v2 53aa51172d14".
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    temperature: float
    features: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a weights file.

        Raises:
            ModelError: it is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                return cls(
                    coefficients=arrays["coefficients"].astype(np.float64),
                    intercepts=arrays["intercepts"].astype(np.float64),
                    temperature=float(arrays["temperature"]),
                    features=str(arrays["features"]),
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelError(
                f"{path}: the weights can't be read ({error})",
                hint="run: pip install --force-reinstall forum-pulse",
            ) from error

    def save(self, path: Path) -> None:
        """Write a weights file that `load` reads: float16, no pickles."""
        np.savez_compressed(
            path,
            coefficients=self.coefficients.astype(np.float16),
            intercepts=self.intercepts.astype(np.float16),
            temperature=np.float64(self.temperature),
            features=np.str_(self.features),
        )

    def probabilities(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Class probabilities of rows of features (dense or sparse), shape (n, classes).

        Rounded to six decimals: a matrix product's last bits depend on how many rows stand beside each other,
        and a reading must not.
        """
        logits = (rows.astype(np.float64) @ self.coefficients + self.intercepts) / self.temperature
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.round(exponentials / exponentials.sum(axis=1, keepdims=True), 6)


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
    layer = SoftmaxLayer.load(WEIGHTS / name)
    if layer.features != features:
        raise ModelError(
            f"{name}: these weights read {layer.features}, not {features}",
            hint="leave out `embedder`, or train the weights anew (docs/models.md)",
        )
    return layer


def row_batches(rows: int) -> Iterator[slice]:
    """Slices that cover `rows` rows, a batch each."""
    return (slice(start, start + _BATCH) for start in range(0, rows, _BATCH))
