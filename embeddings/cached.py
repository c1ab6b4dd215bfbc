"""An embedder that remembers on disk, with the same answers as one that does not."""

import hashlib
from pathlib import Path

import numpy as np

from ..cache import VectorFile, Vectors, chunks, stored_precision
from .interface import Embedder

_CHUNK = 2048
"""Vectors computed and stored at a time: what a crash can lose."""


class CachedEmbedder:
    """An embedder that remembers on disk, with the same answers as one that does not.

    Vectors are kept under a hash of model name, revision, cleaning version and text, never the text itself. A
    damaged cache is rebuilt, an unusable one (no permission, full disk) is done without; both are logged.

    Args:
        inner: computes what is not yet known.
        directory: where the cache file lies; made with mode 0700 if it is not there.
        cleaning: version of the rules that made the texts, so that a change of rules starts afresh.
    """

    def __init__(self, inner: Embedder, directory: Path, *, cleaning: str = "") -> None:
        self.inner = inner
        self.directory = directory
        self.cleaning = cleaning
        self.name = inner.name
        self.revision = inner.revision
        self.dimension = inner.dimension

    def encode(self, texts: list[str]) -> Vectors:
        """Embed texts as `inner` does, rounded to float16, computing only what is not in the cache."""
        store = self._store()
        by_key = {self._key(text): text for text in texts}
        keys = sorted(by_key)
        row = {key: index for index, key in enumerate(keys)}
        unit = np.empty((len(keys), self.dimension), dtype=np.float32)
        known = store.read_into(unit, row)
        for chunk in chunks([key for key in keys if key not in known], _CHUNK):
            fresh = stored_precision(self.inner.encode([by_key[key] for key in chunk]))
            unit[[row[key] for key in chunk]] = fresh
            store.add(zip(chunk, fresh, strict=True))
        return unit[[row[self._key(text)] for text in texts]]

    def unknown(self, texts: list[str]) -> list[str]:
        """The distinct texts among these that `encode` would have to compute, in the order given."""
        by_key = {self._key(text): text for text in texts}
        known = self._store().known(by_key)
        return [text for key, text in by_key.items() if key not in known]

    def _store(self) -> VectorFile:
        return VectorFile(self.directory / "embeddings-1.sqlite", self.dimension)

    def _key(self, text: str) -> bytes:
        fields = (self.name, self.revision, self.cleaning, text)
        return hashlib.sha256("\0".join(fields).encode("utf-8", "surrogatepass")).digest()
