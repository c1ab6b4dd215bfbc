"""The stance cross-encoder: target, own words and the words they answer, read together.

all-MiniLM-L6-v2 fine-tuned: its first token and the mean of all tokens, through one linear layer, give favor,
against, none. What ships is the difference training made to the installed model, in int8 with a scale for
each row: word embeddings and the lowest layer stayed as they are, so no vocabulary need ship and rare words
keep their place.

As with embeddings, a pair's probabilities depend on the pair alone: each padded length has one batch size,
filled up with empty rows, and one thread a batch. That rules out int8 as the libraries do it: they scale
activations by the batch. On processors that multiply bfloat16 it is used, at more than twice the speed;
readings differ by some thousandths from those of other processors.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..cache import chunks
from ..embeddings import model_folder, side_by_side, tokenizer
from ..errors import ModelError

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

FILE = Path(__file__).parent / "weights" / "stance.safetensors"
SHA256 = "ca0f8992be5ffd08118a0c6f9a759b9a870d93913b25f90cc5b7c270243ea1aa"
"""Of the weights this release was measured with; its first digits name the model in caches."""
_CLS, _SEP = 101, 102
_TARGET, _PARENT = 40, 40
_LENGTHS = (24, 32, 48, 64, 96, 128)
"""Padded lengths in tokens; longer pairs lose the end of the own words."""
_BATCH_TOKENS = 1536
_HEAD = ("head.weight", "head.bias")


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """A text to be read towards a target, with the text it answers (may be empty)."""

    target: str
    text: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the model reads: token ids, and which of them are the text's own (1)."""

    ids: list[int]
    types: list[int]


class CrossEncoder:
    """The shipped model, loaded.

    Args:
        path: weights file as `save` writes it.
        sha256: what its hash must be.

    Raises:
        ModelError: the weights, or the installed model they build on, are missing or not the right ones.
    """

    def __init__(self, path: Path = FILE, sha256: str = SHA256) -> None:
        import torch

        from .encoder import Encoder

        differences, self._temperature = load_arrays(path, sha256)
        self._head = [torch.from_numpy(differences.pop(name)) for name in _HEAD]
        self._tokenizer = tokenizer()
        self._encoder = Encoder(_tuned(differences)).to(getattr(torch, precision()))

    def probabilities(self, pairs: Sequence[Said]) -> NDArray[np.float32]:
        """Probabilities of favor, against, none: shape (len(pairs), 3), rounded to four decimals."""
        from scipy.special import softmax

        found = np.empty((len(pairs), 3), dtype=np.float32)
        tokens = tokenise(self._tokenizer, pairs)
        bucket = np.searchsorted(_LENGTHS, [len(row.ids) for row in tokens])
        batches = [
            (rows, length)
            for number, length in enumerate(_LENGTHS)
            for rows in chunks(np.flatnonzero(bucket == number).tolist(), _BATCH_TOKENS // length)
        ]

        def read(batch: tuple[list[int], int]) -> NDArray[np.float64]:
            rows, length = batch
            return self._logits([tokens[row] for row in rows], length)

        for (rows, _), logits in zip(batches, side_by_side(read, batches), strict=True):
            found[rows] = softmax(logits, axis=1)
        return np.round(found, 4)

    def _logits(self, rows: list[Tokens], length: int) -> NDArray[np.float64]:
        """One batch, filled up with empty rows, so that its shape depends on `length` alone."""
        import torch

        size = _BATCH_TOKENS // length
        empty = Tokens([_CLS, _SEP], [0, 0])
        with torch.inference_mode():
            ids, types, mask = batch(rows + [empty] * (size - len(rows)), length)
            seen = features(self._encoder(ids, types, mask), mask)
            logits = torch.nn.functional.linear(seen, *self._head)
        return logits[: len(rows)].numpy().astype(np.float64) / self._temperature


@cache
def precision() -> str:
    """Numbers the model computes with on this machine: "bfloat16" or "float32"."""
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        flags = ""
    return "bfloat16" if re.search(r"\b(?:amx_bf16|avx512_bf16)\b", flags) else "float32"


@cache
def shipped() -> CrossEncoder:
    """The model of this release, loaded once."""
    return CrossEncoder()


def base_weights() -> dict[str, NDArray[np.float32]]:
    """The installed model's, by the names of a `BertModel`'s parameters.

    Raises:
        ModelError: its files are missing or are not the ones this release was measured with.
    """
    from safetensors.numpy import load_file

    return load_file(model_folder() / "model.safetensors")


def tokenise(tokenizer: "Tokenizer", pairs: Sequence[Said]) -> list[Tokens]:
    """[CLS] target [SEP] own words [SEP] words answered [SEP], cut to the longest length."""
    target, text, parent = (
        _pieces(tokenizer, [getattr(pair, part) for pair in pairs]) for part in ("target", "text", "parent")
    )
    return [_joined(*parts) for parts in zip(target, text, parent, strict=True)]


def batch(rows: Sequence[Tokens], length: int) -> tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]:
    """Ids, types and mask of rows, padded to `length`."""
    import torch

    ids, types, mask = (np.zeros((len(rows), length), dtype=np.int64) for _ in range(3))
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = row.ids
        types[number, : len(row.ids)] = row.types
        mask[number, : len(row.ids)] = 1
    return torch.from_numpy(ids), torch.from_numpy(types), torch.from_numpy(mask)


def features(hidden: "torch.Tensor", mask: "torch.Tensor") -> "torch.Tensor":
    """What the linear layer sees: the first token beside the mean of all, shape (n, 768)."""
    import torch

    hidden = hidden.float()
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return torch.cat([hidden[:, 0], (hidden * weight).sum(1) / weight.sum(1)], 1)


def save(
    path: Path, learnt: Mapping[str, NDArray[np.float32]], base: Mapping[str, NDArray[np.float32]],
    temperature: float,
) -> str:  # fmt: skip
    """Write weights: the head as it is, the rest as int8 differences from the installed model.

    Returns:
        SHA-256 of the file.
    """
    from safetensors.numpy import save_file

    arrays: dict[str, NDArray[np.generic]] = {}
    for name, values in sorted(learnt.items()):
        if name in _HEAD:
            arrays[name] = values.astype(np.float32)
        else:
            whole, scale = packed(values - base[name])
            arrays[name], arrays[f"{name}:scale"] = whole, scale
    save_file(arrays, path, metadata={"temperature": str(temperature)})
    return hashlib.sha256(path.read_bytes()).hexdigest()


def packed(values: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers to 127, and for each row (a vector is one row) what one of them is worth."""
    scale = np.abs(values).max(axis=-1, keepdims=True) / 127
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.round(values / scale).astype(np.int8), scale


def load_arrays(path: Path = FILE, sha256: str = SHA256) -> tuple[dict[str, NDArray[np.float32]], float]:
    """Head and differences by name, and the temperature.

    Raises:
        ModelError: the file is missing or not the right one.
    """
    from safetensors import safe_open

    hint = "run: pip install --force-reinstall forum-pulse"
    try:
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: the weights can't be read ({error})", hint=hint) from error
    if actual != sha256:
        raise ModelError(f"{path}: not the weights this release was measured with", hint=hint)
    with safe_open(path, framework="numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
        temperature = float(file.metadata()["temperature"])
    scales = {name: arrays.pop(name) for name in list(arrays) if name.endswith(":scale")}
    whole = {
        name: values if name in _HEAD else values.astype(np.float32) * scales[f"{name}:scale"]
        for name, values in arrays.items()
    }
    return whole, temperature


def _tuned(differences: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The fine-tuned model's weights: the installed one's and what training changed."""
    weights = base_weights()
    for name, difference in differences.items():
        own = name.removeprefix("bert.")
        weights[own] = weights[own] + difference
    return weights


def _pieces(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[list[int]]:
    """Word pieces of texts; a lone surrogate is no text to the tokeniser."""
    wellformed = [text.encode("utf-8", "replace").decode() for text in texts]
    distinct = sorted(set(wellformed))
    cut = tokenizer.encode_batch(distinct, add_special_tokens=False)
    by_text = dict(zip(distinct, cut, strict=True))
    return [by_text[text].ids for text in wellformed]


def _joined(target: list[int], text: list[int], parent: list[int]) -> Tokens:
    target, parent = target[:_TARGET], parent[:_PARENT]
    answered = [*parent, _SEP] if parent else []
    text = text[: _LENGTHS[-1] - len(target) - len(answered) - 3]
    ids = [_CLS, *target, _SEP, *text, _SEP, *answered]
    return Tokens(ids, [0] * (len(target) + 2) + [1] * (len(text) + 1) + [0] * len(answered))
