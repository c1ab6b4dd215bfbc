"""A trained softmax layer: what the small classifiers of several rooms ship as weights, and read.

One file a classifier, numbers only. Weights fit one kind of features, so they carry its name.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from .errors import ModelError


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
    def load(cls, path: Path, features: str | None = None) -> Self:
        """Read a weights file.

        Args:
            path: the file.
            features: what the weights must have been trained on.

        Raises:
            ModelError: it is missing or damaged, or was trained on other features.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                layer = cls(
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
        if features is not None and layer.features != features:
            raise ModelError(
                f"{path.name}: these weights read {layer.features}, not {features}",
                hint="leave out `embedder`, or train the weights anew (docs/models.md)",
            )
        return layer

    def save(self, path: Path) -> None:
        """Write a weights file that `load` reads: float16, no pickles."""
        np.savez_compressed(
            path,
            coefficients=self.coefficients.astype(np.float16),
            intercepts=self.intercepts.astype(np.float16),
            temperature=np.float64(self.temperature),
            features=np.str_(self.features),
        )

    def probabilities(self, rows: Any) -> NDArray[np.float64]:
        """Class probabilities of rows of features (dense or sparse), shape (n, classes).

        Rounded to six decimals: a matrix product's last bits depend on how many rows stand beside each other,
        and a reading must not.
        """
        logits = (rows.astype(np.float64) @ self.coefficients + self.intercepts) / self.temperature
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.round(exponentials / exponentials.sum(axis=1, keepdims=True), 6)
