"""What the rest of the house asks of a language model: a text in, a unit vector out."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into unit vectors; the same text gives the same vector whatever stands beside it.

    Attributes:
        name: what the model is, e.g. "all-MiniLM-L6-v2".
        revision: first 12 hex digits of the weights' SHA-256.
        dimension: length of a vector.
    """

    name: str
    revision: str
    dimension: int

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimension), rows of length 1."""
        ...
