"""Trains the stance cross-encoder: python scripts/train_stance.py --data DIR --work DIR.

The weights kept of a stage are a running average of what the network (`stance_network`) was on the way; what
ships is a mean over the last stages. Learnt from
what `stance_pairs` and the train parts of `stance_bank` and `stance_written` give, nothing else; the
temperature is set on motions of IBM-30k dev, claims of Perspectrum dev and their dev parts.

Seeded. A killed run goes on from its last checkpoint in the work folder.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import stance_written
import torch
from stance_bank import bank
from stance_network import Network, batches, said
from stance_pairs import Recipe, epoch_of_arguments
from stance_release import ship

from forum_pulse.sentiment.cross_encoder import Tokens, batch, precision, tokenise, tokenizer
from forum_pulse.sentiment.stance import STANCES

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
    written: int = 0
    """How often an epoch shows each sentence of `stance_written`."""
    unrelated: float = 0.0
    """Share of these that also answer posts on another thing."""


STAGES = (
    Stage((0, 1), 1.5e-4, Recipe(), until=300),
    Stage((2,), 1.5e-4, Recipe(longer=0.2, named=0.45, bare=0.4, answering=0.08), answering=0.2, until=450),
    Stage((3,), 1.2e-4, Recipe(0.75, 0.2, 0.45, 0.4, 0.08), answering=0.2, both=True, until=550),
    Stage((4, 5), 1.2e-4, Recipe(1.0, 0.2, 0.45, 0.4, 0.08), answering=0.2, both=True, until=600),
    Stage((6,), 1.2e-4, Recipe(0.7, 0.2, 0.45, 0.4, 0.08), 0.15, True, 0.12, "train_[12]", 7),
    Stage((7,), 1e-4, Recipe(0.2, 0.2, 0.45, 0.4, 0.08), 0.15, True, 0.12, "train", 7),
    Stage((8,), 1.2e-4, Recipe(0.3, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.1, "train", 2, written=4),
    Stage((9,), 1.2e-4, Recipe(0.25, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.1, "train", 4, written=4),
    Stage(
        (12,), 1.2e-4, Recipe(0.15, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.1, "train", 2,
        until=700, written=2, unrelated=0.3,
    ),
    Stage(
        (13,), 1.2e-4, Recipe(0.1, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.1, "train", 3,
        written=1, unrelated=0.3,
    ),
    Stage(
        (14,), 1.2e-4, Recipe(0.06, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.08, "train", 2,
        written=1, unrelated=0.2,
    ),
    Stage(
        (15,), 1.2e-4, Recipe(0.1, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.15, "train", 3,
        written=1, unrelated=0.3,
    ),
    Stage(
        (16,), 1e-4, Recipe(0.3, 0.2, 0.45, 0.4, 0.08), 0.1, True, 0.15, "train", 2,
        written=1, unrelated=0.3,
    ),
)  # fmt: skip
"""The first learns the task from whole statements, the second adds names, longer comments and replies, the
third shows each sentence of the bank under a statement for its target and under one against it, the fourth
goes on so with more of the arguments, the fifth takes a bank four times as large, until the rate has fallen
to nothing; the sixth, the whole of it; the seventh and the eighth add the sentences written by hand, of which
there were then a sixth; the next three take all of them, and answers that speak of something else; the last
two came with the fourth files of the bank, which turn on what a sentence does with a reason."""
SHARES = {11: 0.3, 12: 0.35, 13: 0.35}
"""What ships is the mean of the weights after these stages (Wortsman et al., "Model soups", 2022): what the
last two learn of the bank costs some of the lines written one by one, and the mean keeps most of both."""


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
        with torch.autocast("cpu", torch.bfloat16, enabled=precision() == "bfloat16"):
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
        pairs += stance_written.shown(
            stage.written,
            epoch,
            answering=stage.answering,
            elsewhere=stage.elsewhere,
            unrelated=stage.unrelated,
        )
        yield tokenise(cut, said(pairs)), [STANCES.index(pair.stance) for pair in pairs], epoch


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
    mean = {name: torch.zeros_like(value) for name, value in network.learnt().items()}
    for number, stage in enumerate(STAGES, 1):
        train(options.data, options.work, stage, network, f"stage-{number}")
        for name, value in network.learnt().items():
            mean[name] += SHARES.get(number, 0.0) * value
    network.become(mean)
    ship(options.data, network)


if __name__ == "__main__":
    main()
