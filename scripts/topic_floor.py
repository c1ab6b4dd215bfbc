"""How near a text must lie to a topic to be let in: python scripts/topic_floor.py --data DIR.

Prints, for percentiles of a group's own similarities, how well texts nobody grouped are let in or kept out;
the best is `topics.clustering.CORE`. Two thirds of the intents of BANKING77's and CLINC150's training parts
are grouped; what is held out are other texts of these intents, which belong into the group most of their
intent is in, and texts of the other intents and of none, which belong outside. Both kinds weigh the same.
"""

import argparse
import json
import random
from collections import Counter
from csv import DictReader
from pathlib import Path

import numpy as np

from forum_pulse.embeddings import StaticEmbedder
from forum_pulse.topics.clustering import Clusterer

PERCENTILES = (0, 1, 2, 5, 10, 15, 20, 30, 40, 50)
GROUPED, HELD = 30, 10
"""Texts of an intent."""
Rows = list[tuple[str, str]]


def main() -> None:
    """Print a table for each collection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for name, rows, strange in (
        ("BANKING77", banking77(given.data), []),
        ("CLINC150", *clinc150(given.data)),
    ):
        print(f"{name}: percentile, let in right, kept out right, mean")
        for percentile, inside, outside in measure(rows, strange, random.Random(given.seed)):
            print(f"  {percentile:3}  {inside:.3f}  {outside:.3f}  {(inside + outside) / 2:.3f}")


def banking77(data: Path) -> Rows:
    """Text and intent of the training part."""
    with (data / "topics/banking77/banking_data/train.csv").open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row["category"]) for row in DictReader(stream)]


def clinc150(data: Path) -> tuple[Rows, list[str]]:
    """Text and intent of the training part, and requests of no intent."""
    full = json.loads((data / "topics/clinc150/data/data_full.json").read_text(encoding="utf-8"))
    return [(text, intent) for text, intent in full["train"]], [text for text, _ in full["oos_train"]]


def measure(rows: Rows, strange: list[str], rng: random.Random) -> list[tuple[int, float, float]]:
    """Share of right decisions about texts that belong inside and outside, for each percentile."""
    embedder = StaticEmbedder()
    by_intent: dict[str, list[str]] = {}
    for text, intent in rows:
        by_intent.setdefault(intent, []).append(text)
    intents = rng.sample(sorted(by_intent), k=len(by_intent))
    known, unknown = intents[: 2 * len(intents) // 3], intents[2 * len(intents) // 3 :]
    drawn = {intent: rng.sample(own, k=min(len(own), GROUPED + HELD)) for intent, own in by_intent.items()}
    grouped = sorted((text, intent) for intent in known for text in drawn[intent][:GROUPED])
    inside = [(text, intent) for intent in known for text in drawn[intent][GROUPED:]]
    outside = strange + [text for intent in unknown for text in drawn[intent][GROUPED:]]
    vectors = embedder.encode([text for text, _ in grouped])
    clusterer = Clusterer(min_size=10, runs=1).fit(vectors)
    home = {
        intent: Counter(
            int(group)
            for (_, own), group in zip(grouped, clusterer.labels_, strict=True)
            if own == intent and group >= 0
        ).most_common(1)
        for intent in known
    }
    right = np.asarray([home[intent][0][0] if home[intent] else -1 for _, intent in inside])
    near_in = embedder.encode([text for text, _ in inside]) @ clusterer.centroids_.T
    near_out = embedder.encode(outside) @ clusterer.centroids_.T
    own = [vectors[clusterer.labels_ == group] @ centre for group, centre in enumerate(clusterer.centroids_)]
    found: list[tuple[int, float, float]] = []
    for percentile in PERCENTILES:
        floors = np.asarray([np.percentile(similarity, percentile) for similarity in own])
        taken, refused = (decide(near, floors) for near in (near_in, near_out))
        found.append((percentile, float((taken == right).mean()), float((refused == -1).mean())))
    return found


def decide(similarity: np.ndarray, floors: np.ndarray) -> np.ndarray:
    """The nearest group of each text, -1 below its floor."""
    nearest = similarity.argmax(axis=1)
    return np.where(similarity[np.arange(len(nearest)), nearest] >= floors[nearest], nearest, -1)


if __name__ == "__main__":
    main()
