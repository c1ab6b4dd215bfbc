"""The layers of BERT (Devlin et al., 2019) in torch's own modules.

transformers has them, too, and takes four seconds more to be imported. Weights come under the
names it gives them, and the same weights give the same numbers (tested).
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Weights = Mapping[str, NDArray[np.float32]]

_HEAD_WIDTH: Final = 32
_EPSILON: Final = 1e-12
_EMBEDDINGS: Final = "embeddings."
_LAYERS: Final = "encoder.layer."
_PARTS: Final = {
    "self_attn.out_proj": "attention.output.dense",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm1": "attention.output.LayerNorm",
    "norm2": "output.LayerNorm",
}
"""Torch's names of a layer's parts -> BERT's."""


class Encoder(nn.Module):
    """all-MiniLM-L6-v2 or a model shaped like it: word pieces in, a vector for each out.

    Args:
        weights: by the names of a `BertModel`'s parameters.
    """

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.words, self.places, self.types = (
            nn.Embedding.from_pretrained(_tensor(weights[f"{_EMBEDDINGS}{kind}_embeddings.weight"]))
            for kind in ("word", "position", "token_type")
        )
        width = self.words.embedding_dim
        self.norm = nn.LayerNorm(width, _EPSILON)
        self.norm.load_state_dict(_part(weights, f"{_EMBEDDINGS}LayerNorm"))
        depth = sum(name.endswith(".intermediate.dense.bias") for name in weights)
        inner = len(weights[f"{_LAYERS}0.intermediate.dense.bias"])
        layer = nn.TransformerEncoderLayer(
            width, width // _HEAD_WIDTH, inner, activation="gelu", layer_norm_eps=_EPSILON, batch_first=True
        )
        self.layers = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        for number, own in enumerate(self.layers.layers):
            own.load_state_dict(_layer(weights, f"{_LAYERS}{number}."))
        self.eval()

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Hidden states: shape (n, length, width) for ids, types and mask of shape (n, length)."""
        places = self.places.weight[: ids.shape[1]]
        seen = self.norm(self.words(ids) + places + self.types(types))
        return self.layers(seen, src_key_padding_mask=mask == 0)


def _layer(weights: Weights, prefix: str) -> dict[str, torch.Tensor]:
    """One layer's weights by torch's names; it holds queries, keys and values in one matrix."""
    found = {
        f"{own}.{kind}": value
        for own, theirs in _PARTS.items()
        for kind, value in _part(weights, prefix + theirs).items()
    }
    asked = [_part(weights, f"{prefix}attention.self.{part}") for part in ("query", "key", "value")]
    for kind in ("weight", "bias"):
        found[f"self_attn.in_proj_{kind}"] = torch.cat([part[kind] for part in asked])
    return found


def _part(weights: Weights, name: str) -> dict[str, torch.Tensor]:
    return {kind: _tensor(weights[f"{name}.{kind}"]) for kind in ("weight", "bias")}


def _tensor(values: NDArray[np.float32]) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32))
