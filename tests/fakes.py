"""Stand-ins for the language models, so that a test takes milliseconds."""

import hashlib

import numpy as np
from numpy.typing import NDArray


class FakeEmbedder:
    """Unit vectors from hashed words: texts that share words are near each other.

    Attributes:
        calls: the lists of texts `encode` was given.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.name = "fake"
        self.revision = "0" * 12
        self.dimension = dimension
        self.calls: list[list[str]] = []

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimension), rows of length 1."""
        self.calls.append(list(texts))
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = np.full(self.dimension, 1e-3)
        for word in text.lower().split():
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "little")
            total += np.random.default_rng(seed).standard_normal(self.dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)
