"""The stance model made ready to ship: its temperature, its file, and how much of it may be trusted."""

import random
from pathlib import Path

import numpy as np
from figures import calibrate, figures, softmax
from stance_bank import bank
from stance_network import Network, said, whole
from stance_pairs import Pair, mismatched, negated, one_column, perspectrum
from stance_written import written

from forum_pulse.sentiment.cross_encoder import FILE, CrossEncoder, base_weights, save
from forum_pulse.sentiment.stance import STANCES


def ship(data: Path, network: Network) -> None:
    """Write the weights, with the temperature that fits what was held out: motions, claims, own sentences."""
    learnt = {name: value.numpy().copy() for name, value in network.learnt().items()}
    base = {f"bert.{name}": values for name, values in base_weights().items()}
    parts = {"motions and claims": public(data), "own sentences": own()}
    sha256 = save(FILE, learnt, base, 1.0)
    encoder = CrossEncoder(FILE, sha256)
    truth, logits = {}, {}
    for name, pairs in parts.items():
        truth[name] = np.array([STANCES.index(pair.stance) for pair in pairs])
        logits[name] = np.log(np.maximum(encoder.probabilities(said(pairs)).astype(np.float64), 1e-4))
        print(f"{name}, 32 bits: {figures(whole(network, pairs), truth[name], STANCES)}")
    temperature = calibrate(np.vstack([*logits.values()]), np.concatenate([*truth.values()]))
    sha256 = save(FILE, learnt, base, temperature)
    for name in parts:
        probabilities = softmax(logits[name] / temperature)
        print(f"{name}, 8 bits: {figures(probabilities, truth[name], STANCES)}")
        coverage(probabilities, truth[name])
    print(
        f"temperature {temperature}, {FILE.stat().st_size / 1e6:.1f} MB; put into cross_encoder.py: {sha256}"
    )


def public(data: Path) -> list[Pair]:
    """Held-out motions and claims: as they are, denied, and under a wrong one."""
    pairs = one_column(data / "stance/ibm30k/data/ibm30k/raw_val_all_onecol.csv") + perspectrum(data, "dev")
    rng = random.Random(0)
    turned = [negated(pair) if rng.random() < 0.2 else pair for pair in pairs]
    return rng.sample(turned + mismatched(pairs, 0.2, 0), 1200)


def own() -> list[Pair]:
    """As many of our own sentences that are looked at while learning."""
    return random.Random(0).sample([pair for _, pair in bank("dev", 4, 0) + written("dev")], 1200)


def coverage(probabilities: np.ndarray, truth: np.ndarray) -> None:
    """Print how much is kept and how much of it is right at each bound for `abstain`."""
    for bound in (0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8):
        kept = probabilities.max(axis=1) >= bound
        right = (probabilities.argmax(axis=1) == truth)[kept].mean()
        print(f"abstain below {bound}: {kept.mean():.0%} kept, {right:.3f} of them right")
