"""What the classifiers of this room share: a trained softmax layer over embeddings, and scikit-learn's manners.

The weights are one small file a classifier, learnt by `scripts/train_stance.py` and `scripts/train_polarity.py`;
beside each lies a card (JSON) with what it was learnt from and what it measures. Weights fit one embedding
model only, so they carry its name and revision and refuse any other.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..embeddings import Embedder, default_embedder
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
        model: name and revision of the embeddings the layer was trained on, e.g. "all-MiniLM-L6-v2 53aa51172d14".
    """

    coefficients: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    temperature: float
    model: str

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
                    model=str(arrays["model"]),
                )
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise ModelError(
                f"{path}: the weights can't be read ({error})",
                hint="run: pip install --force-reinstall forum-pulse",
            ) from error

    def save(self, path: Path) -> None:
        """Write a weights file that `load` reads: float32, no pickles."""
        np.savez(
            path,
            coefficients=self.coefficients.astype(np.float32),
            intercepts=self.intercepts.astype(np.float32),
            temperature=np.float64(self.temperature),
            model=np.str_(self.model),
        )

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Class probabilities, shape (n, classes).

        Rounded to six decimals: a matrix product's last bits depend on how many rows stand beside each other,
        and a reading must not.
        """
        logits = (features.astype(np.float64) @ self.coefficients + self.intercepts) / self.temperature
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.round(exponentials / exponentials.sum(axis=1, keepdims=True), 6)


class Pretrained:
    """scikit-learn's contract for a classifier that comes trained: parameters stored as given, work done on use.

    Attributes:
        embedder: the embedder to use; None stands for `default_embedder()`.
    """

    embedder: Embedder | None
    _weights: str

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

    @cached_property
    def _own_embedder(self) -> Embedder:
        return default_embedder()

    def _ready(self) -> tuple[Embedder, SoftmaxLayer]:
        """The embedder and the weights that fit it."""
        embedder = self.embedder or self._own_embedder
        layer = _load_once(WEIGHTS / self._weights)
        if layer.model != (given := f"{embedder.name} {embedder.revision}"):
            raise ModelError(
                f"{self._weights}: these weights read embeddings of {layer.model}, not of {given}",
                hint=f"leave out `embedder`, or train the weights anew on {given} (see docs/models.md)",
            )
        return embedder, layer


def row_batches(rows: int) -> Iterator[slice]:
    """Slices that cover `rows` rows, a batch each."""
    return (slice(start, start + _BATCH) for start in range(0, rows, _BATCH))


@cache
def _load_once(path: Path) -> SoftmaxLayer:
    return SoftmaxLayer.load(path)
