"""The fast embedder: a vector for each token of MiniLM's vocabulary, and their mean for a text.

Trained by `scripts/train_static.py` to reproduce MiniLM's vectors (docs/models.md). It knows nothing of the
order of words, and reads some hundred times as many texts a second. The file holds eight-bit rows with a
scale each; the tokenizer is the installed model's, so none ships.
`sentence_transformers.models.StaticEmbedding` gives the same vectors from the same rows, but neither it nor
torch is loaded here.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..cache import Vectors, chunks, stored_precision
from ..errors import ModelError
from .installed import tokenizer

FILE = Path(__file__).parent / "weights" / "static.safetensors"
SHA256 = "30b7543728e7599496a957e6f80e2208cce75f25a2d9dde21aaa74bc47a074e8"
"""Of the weights this release was measured with."""
_EMPTY = 101
"""The token that stands for a text without any: [CLS]."""
_CHUNK = 4096


class StaticEmbedder:
    """Mean of token vectors, on any machine without a model to load but 8 MB of rows.

    A text is read to its end, however long. Values are rounded to float16, as all embedders' are.
    """

    def __init__(self) -> None:
        self.name = "forum-pulse-static"
        self.revision = SHA256[:12]
        self.dimension = 256

    def encode(self, texts: list[str]) -> Vectors:
        """Embed texts: shape (len(texts), 256), rows of length 1 within 0.001.

        Raises:
            ModelError: the weights or the tokenizer are missing or are not the ones measured with.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.vstack([_embed(chunk) for chunk in chunks(texts, _CHUNK)])


def quantised(rows: Vectors) -> dict[str, NDArray[Any]]:
    """Token vectors in eight bits with a scale for each row, as the file holds them."""
    scales = np.maximum(np.abs(rows).max(axis=1) / 127, 1e-6).astype(np.float16)
    return {
        "rows": np.round(rows / scales.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8),
        "scales": scales,
    }


def restored(arrays: Mapping[str, NDArray[Any]]) -> Vectors:
    """Token vectors from what the file holds."""
    return arrays["rows"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]


def _embed(texts: list[str]) -> Vectors:
    """Unit vectors; each text's sum runs over its own tokens in their order, whatever its neighbours are."""
    from scipy.sparse import csr_array

    # A lone surrogate is no text to the tokeniser.
    wellformed = [text.encode("utf-8", "replace").decode() for text in texts]
    found = tokenizer().encode_batch_fast(wellformed, add_special_tokens=False)
    tokens = [encoding.ids or [_EMPTY] for encoding in found]
    ends = np.cumsum([0, *map(len, tokens)])
    ids = np.fromiter(chain.from_iterable(tokens), dtype=np.int32, count=int(ends[-1]))
    rows = _rows()
    ones = np.ones(len(ids), dtype=np.float32)
    sums = csr_array((ones, ids, ends), shape=(len(texts), len(rows))) @ rows
    return stored_precision(sums / np.linalg.norm(sums, axis=1, keepdims=True))


@cache
def _rows() -> Vectors:
    from safetensors.numpy import load

    hint = "reinstall forum-pulse"
    try:
        content = FILE.read_bytes()
    except OSError as error:
        raise ModelError(f"{FILE}: can't be read ({error})", hint=hint) from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ModelError(f"{FILE}: not the file this release was measured with", hint=hint)
    return restored(load(content))
