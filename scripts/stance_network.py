"""The network behind the stance model while it learns: what of it learns, how fast, and what it reads.

all-MiniLM-L6-v2 (the installed package) reads target, own words and the words answered together; a linear
layer over the first token and the mean tells favor, against, none. Word embeddings and the lowest layer stay
as they are, which keeps rare words in place and makes the download small; of the others, lower ones learn
more slowly.
"""

import random

import numpy as np
import torch
from figures import softmax
from stance_pairs import Pair
from transformers import BertModel

from forum_pulse.embeddings import model_folder
from forum_pulse.sentiment.cross_encoder import (
    Said,
    Tokens,
    batch,
    features,
    tokenise,
    tokenizer,
)
from forum_pulse.sentiment.stance import STANCES

TOKENS = 2048
"""Tokens in a batch, padding included."""
FROZEN = 1
"""Layers that stay as they are, from below."""
DECAY = 0.85
"""Learning rate of a layer in terms of the one above it."""


class Network(torch.nn.Module):
    """The installed model and a linear layer over its features."""

    def __init__(self) -> None:
        super().__init__()
        # Plain attention trains twice as fast as the fused on CPUs.
        self.bert = BertModel.from_pretrained(
            str(model_folder()), add_pooling_layer=False, local_files_only=True, attn_implementation="eager"
        )
        for layer in self.bert.encoder.layer:
            layer.attention.self.dropout.p = 0.0
        self.bert.embeddings.requires_grad_(requires_grad=False)
        for layer in self.bert.encoder.layer[:FROZEN]:
            layer.requires_grad_(requires_grad=False)
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(2 * self.bert.config.hidden_size, len(STANCES))

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits."""
        hidden = self.bert(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        return self.head(self.dropout(features(hidden, mask)))

    def learnt(self) -> dict[str, torch.Tensor]:
        """Parameters that learn, by name."""
        return {name: value.detach() for name, value in self.named_parameters() if value.requires_grad}

    def become(self, state: dict[str, torch.Tensor]) -> None:
        """Take over parameters that learn."""
        own = dict(self.named_parameters())
        with torch.no_grad():
            for name, value in state.items():
                own[name].copy_(value)

    def groups(self, rate: float) -> list[dict]:
        """Parameters with their learning rates: the head fastest, each layer below slower."""
        found = [{"params": list(self.head.parameters()), "lr": rate * 5}]
        layers = list(self.bert.encoder.layer[FROZEN:])
        for depth, layer in enumerate(reversed(layers)):
            found.append({"params": list(layer.parameters()), "lr": rate * DECAY**depth})
        for group in found:
            group["peak"] = group["lr"]
        return found


def batches(rows: list[Tokens], seed: int) -> list[list[int]]:
    """Row numbers of each batch: neighbours in length, in a random order."""
    rng = random.Random(seed)
    found: list[list[int]] = []
    for row in sorted(range(len(rows)), key=lambda row: len(rows[row].ids) + rng.random() * 4):
        if not found or (len(found[-1]) + 1) * len(rows[row].ids) > TOKENS:
            found.append([])
        found[-1].append(row)
    rng.shuffle(found)
    return found


def said(pairs: list[Pair]) -> list[Said]:
    """The pairs without their answers."""
    return [Said(pair.target, pair.text, pair.parent) for pair in pairs]


def whole(network: Network, pairs: list[Pair]) -> np.ndarray:
    """Probabilities of the network as it is, before its numbers are cut to eight bits."""
    rows = tokenise(tokenizer(), said(pairs))
    found = np.empty((len(rows), len(STANCES)))
    network.eval()
    with torch.inference_mode():
        for members in batches(rows, 0):
            longest = max(len(rows[row].ids) for row in members)
            found[members] = network(*batch([rows[row] for row in members], longest)).numpy()
    return softmax(found)
