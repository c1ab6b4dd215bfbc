"""Trains the static embedder: python scripts/train_static.py --data DIR --glosses DIR --work DIR.

A text's vector is the mean of its tokens' vectors, so embedding is a look-up. The vectors start as
model2vec's (Tulkens and van Dongen, 2024): each token of the vocabulary goes through MiniLM alone and is
weighted by how rare it is (SIF: Arora et al., 2017). A ridge regression turns such means towards MiniLM's
vectors of whole texts, brought to fewer dimensions by their singular vectors. From there the token vectors
learn to reproduce MiniLM's vectors: their direction, and which texts of a batch are nearest to which.

Seeded. MiniLM's vectors are kept in the work folder chunk by chunk, so a killed run goes on where it was;
the training itself takes minutes.
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from static_texts import teaching_texts
from tokenizers import Tokenizer

from forum_pulse.embeddings import model_folder, tokenizer
from forum_pulse.embeddings.static import FILE, quantised, restored
from forum_pulse.embeddings.transformer import load_model
from forum_pulse.sentiment.cross_encoder import precision

Vectors = NDArray[np.float32]
CHUNK = 4096
WINDOW = 256
"""Tokens MiniLM reads of a text."""
READ_TOKENS = 3072
DIMENSION = 256
COMMON = 1996
"""The first vocabulary entry that is a word ("the"); from here on they are sorted by frequency."""
RARITY = 1e-3
"""Of SIF: tokens more frequent than this weigh less."""
PENALTY = 1.0
"""Of the ridge regression."""
BATCH = 512
EPOCHS = 15
RATE = 2e-3
"""Learning rate, falling to nothing along half a cosine."""
DROPPED = 0.15
"""Share of tokens left out while training."""
TEMPERATURE = 0.07
"""Of similarities within a batch: the smaller, the more the nearest texts count."""
HELD_OUT = 3000


def main() -> None:
    """Teach, train, quantise, write, and say how near the held-out texts came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--glosses", type=Path, required=True, help="a WordNet 3.0 database folder")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--texts", type=int, help="learn from so many only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=FILE)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(given.seed)
    texts = teaching_texts(given.data, given.glosses, given.seed)[: given.texts]
    tokens = tokenised(tokenizer(), texts)
    teacher = Teacher()
    aims = teacher.vectors([ids.tolist() for ids in tokens], given.work, "texts")
    vocabulary = [[token] for token in range(tokenizer().get_vocab_size())]
    alone = by_rarity(teacher.vectors(vocabulary, given.work, "tokens"))
    aims = aims @ principal(aims)
    learning, held = slice(HELD_OUT, None), slice(HELD_OUT)
    start = turned(alone, tokens[learning], aims[learning])
    print(f"held out, before training: cosine {nearness(start, tokens[held], aims[held]):.4f}")
    trained = train(start, tokens[learning], aims[learning], tokens[held], aims[held])
    weights = quantised(trained)
    save_file(weights, given.out)
    print(f"held out, in eight bits: cosine {nearness(restored(weights), tokens[held], aims[held]):.4f}")
    print(f"{given.out}: sha256 {hashlib.sha256(given.out.read_bytes()).hexdigest()}")


class Teacher:
    """MiniLM, in sixteen bits where the processor multiplies them; vectors turn by less than a degree."""

    def __init__(self) -> None:
        self._model = load_model(model_folder()).to(getattr(torch, precision()))
        self._first, self._last = (tokenizer().token_to_id(name) for name in ("[CLS]", "[SEP]"))

    def vectors(self, tokens: list[list[int]], work: Path, name: str) -> Vectors:
        """Vectors of token lists, (n, 384), each chunk kept as soon as it is there."""
        chunks: list[Vectors] = []
        for start in range(0, len(tokens), CHUNK):
            path = work / f"{name}-{start:06}.npy"
            if not path.exists():
                partial = path.with_suffix(".part.npy")
                np.save(partial, self._read(tokens[start : start + CHUNK]).astype(np.float16))
                partial.rename(path)
                print(f"{min(start + CHUNK, len(tokens))} of {len(tokens)} {name}", flush=True)
            chunks.append(np.load(path))
        return np.concatenate(chunks).astype(np.float32)

    def _read(self, tokens: list[list[int]]) -> Vectors:
        """Vectors of token lists, those of like length read together."""
        framed = [[self._first, *ids[: WINDOW - 2], self._last] for ids in tokens]
        order = sorted(range(len(framed)), key=lambda row: len(framed[row]))
        found = np.empty((len(framed), 384), dtype=np.float32)
        while order:
            longest = len(framed[order[-1]])
            rows = [order.pop() for _ in range(min(len(order), max(1, READ_TOKENS // longest)))]
            ids = torch.zeros((len(rows), longest), dtype=torch.long)
            mask = torch.zeros_like(ids)
            for place, row in enumerate(rows):
                ids[place, : len(framed[row])] = torch.tensor(framed[row])
                mask[place, : len(framed[row])] = 1
            with torch.inference_mode():
                given = self._model({"input_ids": ids, "attention_mask": mask})["sentence_embedding"]
            found[rows] = torch.nn.functional.normalize(given.float()).numpy()
        return found


def by_rarity(vectors: Vectors) -> Vectors:
    """Vectors of the vocabulary's tokens, the common ones made shorter."""
    rank = np.maximum(np.arange(len(vectors)) - COMMON, 0) + 1.0
    rank[:COMMON] = len(vectors)  # brackets, letters, what is never used
    frequency = (1 / rank) / (1 / rank).sum()
    return vectors * (RARITY / (RARITY + frequency)).astype(np.float32)[:, None]


def principal(vectors: Vectors) -> Vectors:
    """The directions that keep most of the vectors' lengths, (384, DIMENSION)."""
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(directions[:, ::-1][:, :DIMENSION])


def tokenised(splitter: Tokenizer, texts: list[str]) -> list[NDArray[np.int64]]:
    """Token ids of each text, at least one."""
    return [
        np.asarray(found.ids or [splitter.token_to_id("[CLS]")])
        for found in splitter.encode_batch_fast(texts, add_special_tokens=False)
    ]


def turned(rows: Vectors, tokens: list[NDArray[np.int64]], aims: Vectors) -> Vectors:
    """Token vectors under the linear map that brings their means nearest to the aims."""
    means = means_of(rows, tokens)
    gram = means.T @ means + PENALTY * np.eye(means.shape[1])
    return (rows @ np.linalg.solve(gram, means.T @ aims)).astype(np.float32)


def means_of(rows: Vectors, tokens: list[NDArray[np.int64]]) -> Vectors:
    """The mean token vector of each text."""
    return np.stack([rows[ids].mean(axis=0) for ids in tokens])


def nearness(rows: Vectors, tokens: list[NDArray[np.int64]], aims: Vectors) -> float:
    """Mean cosine between the texts' vectors and the aims."""
    found = means_of(rows, tokens)
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(aims, axis=1)
    return float(((found * aims).sum(axis=1) / lengths).mean())


def train(
    start: Vectors,
    tokens: list[NDArray[np.int64]],
    aims: Vectors,
    held_tokens: list[NDArray[np.int64]],
    held_aims: Vectors,
) -> Vectors:
    """Token vectors that reproduce the aims; those of tokens never seen stay as they are."""
    bag = torch.nn.EmbeddingBag.from_pretrained(
        torch.from_numpy(start * np.sqrt(len(start) / np.square(start).sum())),
        freeze=False,
        mode="mean",
        sparse=True,
    )
    optimizer = torch.optim.SparseAdam(bag.parameters(), lr=RATE)
    goals = torch.nn.functional.normalize(torch.from_numpy(aims))
    steps = EPOCHS * (len(tokens) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(EPOCHS):
        lost = 0.0
        for rows in batches(len(tokens), epoch):
            ids, offsets = dropped([tokens[row] for row in rows], epoch)
            found = torch.nn.functional.normalize(bag(ids, offsets))
            loss = distance(found, goals[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            lost += loss.item()
        near = nearness(bag.weight.detach().numpy(), held_tokens, held_aims)
        print(f"epoch {epoch}: loss {lost * BATCH / len(tokens):.4f}, cosine {near:.4f}", flush=True)
    return bag.weight.detach().numpy()


def distance(found: torch.Tensor, goals: torch.Tensor) -> torch.Tensor:
    """How far directions and nearest texts are from what they should be."""
    directions = 1 - (found * goals).sum(dim=1).mean()
    neighbours = torch.nn.functional.kl_div(
        neighbourhood(found), neighbourhood(goals), reduction="batchmean", log_target=True
    )
    return directions + neighbours


def neighbourhood(vectors: torch.Tensor) -> torch.Tensor:
    """Log-probabilities of each of the batch's other texts to be taken for a text's nearest."""
    similarity = vectors @ vectors.T / TEMPERATURE
    return torch.log_softmax(similarity.fill_diagonal_(-1e4), dim=1)


def batches(count: int, epoch: int) -> Iterator[list[int]]:
    """Rows in an order of the epoch's own, a batch at a time; the last few wait for the next epoch."""
    order = np.random.default_rng(epoch).permutation(count)
    yield from order[: count - count % BATCH].reshape(-1, BATCH).tolist()


def dropped(tokens: list[NDArray[np.int64]], epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and offsets of a batch, some tokens left out, never all of a text."""
    rng = np.random.default_rng((epoch, len(tokens[0]), int(tokens[0][0])))
    kept = [ids[chosen] if (chosen := rng.random(len(ids)) >= DROPPED).any() else ids for ids in tokens]
    offsets = np.cumsum([0, *(len(ids) for ids in kept[:-1])])
    return torch.from_numpy(np.concatenate(kept)), torch.from_numpy(offsets)


if __name__ == "__main__":
    main()
