"""Trains the stance cross-encoder: python scripts/train_stance.py --data DIR --work DIR.

all-MiniLM-L6-v2 (the installed package) reads target, own words and the words answered together; a linear
layer over the first token and the mean tells favor, against, none. Word embeddings and the lowest layer stay
as they are, which keeps rare words in place and makes the download small; of the others, lower ones learn
more slowly. The weights kept are a running average. Learnt from what `stance_pairs` and the train part of
`stance_bank` give, nothing else; the temperature is set on motions of IBM-30k dev and claims of Perspectrum
dev.

Seeded. A killed run goes on from its last checkpoint in the work folder.
"""

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from figures import calibrate, figures, softmax
from stance_bank import bank
from stance_pairs import Pair, Recipe, epoch_of_arguments, mismatched, negated, one_column, perspectrum

from forum_pulse.sentiment.cross_encoder import (
    FILE,
    CrossEncoder,
    Said,
    Tokens,
    base_model,
    batch,
    features,
    save,
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
AVERAGED_EVERY = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training with a learning rate that rises and falls once."""

    epochs: tuple[int, ...]
    rate: float
    recipe: Recipe
    answering: float = 0.0
    both: bool = False
    elsewhere: float = 0.0
    part: str = "train_1"
    """Files of the bank whose names begin so."""
    each: int = 20
    """How often an epoch fills each frame of the bank."""
    until: int | None = None
    """Steps after which the stage is left; None for its end."""


STAGES = (
    Stage((0, 1), 1.5e-4, Recipe(), until=300),
    Stage((2,), 1.5e-4, Recipe(longer=0.2, named=0.45, bare=0.4, answering=0.08), answering=0.2, until=450),
    Stage((3,), 1.2e-4, Recipe(0.75, 0.2, 0.45, 0.4, 0.08), answering=0.2, both=True, until=550),
    Stage((4, 5), 1.2e-4, Recipe(1.0, 0.2, 0.45, 0.4, 0.08), answering=0.2, both=True, until=600),
    Stage((6,), 1.2e-4, Recipe(0.7, 0.2, 0.45, 0.4, 0.08), 0.15, True, 0.12, "train_[12]", 7),
    Stage((7,), 1e-4, Recipe(0.2, 0.2, 0.45, 0.4, 0.08), 0.15, True, 0.12, "train", 7),
)
"""The first learns the task from whole statements, the second adds names, longer comments and replies, the
third shows each sentence of the bank under a statement for its target and under one against it, the fourth
goes on so with more of the arguments, the fifth takes a bank four times as large, until the rate has fallen
to nothing; the sixth, the whole of it."""


class Network(torch.nn.Module):
    """The installed model and a linear layer over its features."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = base_model()
        for layer in self.bert.encoder.layer:
            layer.attention.self.dropout.p = 0.0
        self.bert.embeddings.requires_grad_(requires_grad=False)
        for layer in self.bert.encoder.layer[:FROZEN]:
            layer.requires_grad_(requires_grad=False)
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(2 * self.bert.config.hidden_size, len(STANCES))

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits."""
        return self.head(self.dropout(features(self.bert, ids, types, mask)))

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


class Run:
    """Training through one stage, whose state can be kept and taken up again."""

    def __init__(self, network: Network, rate: float, steps: int) -> None:
        self.network, self.steps, self.step = network, steps, 0
        self.optimizer = torch.optim.AdamW(network.groups(rate), weight_decay=0.01, fused=True)
        self.average = {name: value.clone() for name, value in network.learnt().items()}

    def learn(self, seen: tuple[torch.Tensor, ...], truth: torch.Tensor) -> float:
        """One step; its loss."""
        torch.manual_seed(self.step)
        factor = min(1.0, (self.step + 1) / (0.06 * self.steps)) * max(0.02, 1 - self.step / self.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network(*seen)
        loss = torch.nn.functional.cross_entropy(logits.float(), truth, label_smoothing=0.05)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.step += 1
        if self.step % AVERAGED_EVERY == 0:
            kept = min(0.98, self.step / (self.step + 50))
            for name, value in self.network.learnt().items():
                self.average[name].lerp_(value, 1 - kept)
        return float(loss.detach())

    def keep(self, path: Path) -> None:
        """Write the state, whole or not at all."""
        state = {
            "step": self.step,
            "network": self.network.learnt(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def take_up(self, path: Path) -> None:
        """Go on from a state."""
        state = torch.load(path, weights_only=True)
        self.step, self.average = state["step"], state["average"]
        self.network.become(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])


def shown(data: Path, stage: Stage) -> Iterator[tuple[list[Tokens], list[int], int]]:
    """Tokens and classes of each epoch of a stage, and its number."""
    cut = tokenizer()
    for epoch in stage.epochs:
        pairs = epoch_of_arguments(data, epoch, stage.recipe)
        sentences = bank(
            stage.part,
            stage.each,
            epoch,
            answering=stage.answering,
            both=stage.both,
            elsewhere=stage.elsewhere,
        )
        pairs += [pair for _, pair in sentences]
        yield tokenise(cut, said(pairs)), [STANCES.index(pair.stance) for pair in pairs], epoch


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


def train(data: Path, work: Path, stage: Stage, network: Network, name: str) -> None:
    """Go through a stage; the network becomes the average of what it was on the way."""
    plan = [
        ([rows[row] for row in members], [classes[row] for row in members])
        for rows, classes, epoch in shown(data, stage)
        for members in batches(rows, epoch)
    ]
    run = Run(network, stage.rate, len(plan))
    state = work / f"{name}.pt"
    if state.exists():
        run.take_up(state)
    print(
        f"{name}: {sum(len(truth) for _, truth in plan)} pairs, {len(plan)} steps, from {run.step}",
        flush=True,
    )
    started, losses, count = time.perf_counter(), [], 0
    network.train()
    last = min(stage.until or len(plan), len(plan))
    while run.step < last:
        rows, truth = plan[run.step]
        longest = max(len(row.ids) for row in rows)
        losses.append(run.learn(batch(rows, longest), torch.tensor(truth)))
        count += len(rows)
        if run.step % 50 == 0:
            pace = count / (time.perf_counter() - started)
            print(f"step {run.step} loss {np.mean(losses[-50:]):.3f} {pace:.1f} pairs/s", flush=True)
        if run.step % 100 == 0 or run.step == last:
            run.keep(state)
    network.become(run.average)


def said(pairs: list[Pair]) -> list[Said]:
    """The pairs without their answers."""
    return [Said(pair.target, pair.text, pair.parent) for pair in pairs]


def ship(data: Path, network: Network) -> None:
    """Write the weights with the temperature that fits motions and claims never learnt from."""
    learnt = {name: value.numpy().copy() for name, value in network.learnt().items()}
    base = {f"bert.{name}": value.detach().numpy() for name, value in base_model().named_parameters()}
    own = one_column(data / "stance/ibm30k/data/ibm30k/raw_val_all_onecol.csv") + perspectrum(data, "dev")
    rng = random.Random(0)
    held_out = [negated(pair) if rng.random() < 0.2 else pair for pair in own] + mismatched(own, 0.2, 0)
    held_out = rng.sample(held_out, 2500)
    truth = np.array([STANCES.index(pair.stance) for pair in held_out])
    print(f"held-out motions, 32 bits: {figures(whole(network, held_out), truth, STANCES)}")
    sha256 = save(FILE, learnt, base, 1.0)
    probabilities = CrossEncoder(FILE, sha256).probabilities(said(held_out)).astype(np.float64)
    logits = np.log(np.maximum(probabilities, 1e-4))
    temperature = calibrate(logits, truth)
    sha256 = save(FILE, learnt, base, temperature)
    print(f"held-out motions, 8 bits: {figures(softmax(logits / temperature), truth, STANCES)}")
    coverage(softmax(logits / temperature), truth)
    print(
        f"temperature {temperature}, {FILE.stat().st_size / 1e6:.1f} MB; put into cross_encoder.py: {sha256}"
    )


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


def coverage(probabilities: np.ndarray, truth: np.ndarray) -> None:
    """Print how much is kept and how much of it is right at each bound for `abstain`."""
    for bound in (0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8):
        kept = probabilities.max(axis=1) >= bound
        right = (probabilities.argmax(axis=1) == truth)[kept].mean()
        print(f"abstain below {bound}: {kept.mean():.0%} kept, {right:.3f} of them right")


def main() -> None:
    """Train through the stages, calibrate, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with stance/ and topics/")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    network = Network()
    for number, stage in enumerate(STAGES, 1):
        train(options.data, options.work, stage, network, f"stage-{number}")
    ship(options.data, network)


if __name__ == "__main__":
    main()
