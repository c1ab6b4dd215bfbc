"""How well stance is read where an analysis reads it: posts of the demo forum, whose truth is known.

    python benchmarks/stance_demo.py [--seed 7]

Every reading a model gives (posts that name a target, answer one that does, or stand in a thread about it) is
held against what the writer of the demo noted, by what made the post one about the target. What the notes do
not speak of is none. The demo's sentences are made, and none of them was learnt from. Intervals: 95 %,
bootstrap over persons.
"""

import argparse
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from forum_pulse import config, pipeline, sentiment
from forum_pulse.corpus.corpus import read
from forum_pulse.demo import write_demo
from forum_pulse.sentiment import STANCES
from forum_pulse.sentiment.evaluation import Judged, confusion, figures

SHOWN = ("accuracy", "macro-F1", "polar F1", "ECE", "unclear, share", "accuracy where clear")
MODELLED = ("names", "answers", "thread")


def readings(folder: Path) -> list[dict[str, Any]]:
    """Readings of the demo forum in a folder, each with its true stance and the person who wrote it."""
    truth = {
        post.split(":", 1)[1]: told
        for post, told in orjson.loads((folder / "truth.json").read_bytes())["posts"].items()
    }
    settings = config.load(folder / "forum-pulse.toml")
    with read(
        [folder / name for name in ("slack", "discourse", "signatures.csv")], people=settings.people
    ) as corpus:
        store = corpus.store
        found = pipeline.count_petitions(store, settings)
        posts = store.sql("SELECT * FROM reading ORDER BY post_id")
        titled = store.sql("SELECT thread_id, title FROM thread WHERE title IS NOT NULL").to_pylist()
    inquiry = sentiment.Inquiry.of(
        posts,
        sentiment.all_targets({p.name: p.statement for p in found}, settings.targets),
        petition_threads={p.name: p.threads for p in found},
        titles={row["thread_id"]: row["title"] for row in titled},
    )
    reader = sentiment.StanceClassifier(cache=folder / "cache")
    rows = inquiry.answered(reader.read(*inquiry.questions))
    named = ((row, truth.get(row["post_id"].split(":", 1)[1])) for row in rows.to_pylist())
    told = [
        row | {"true": post["stance"].get(row["target"], "none"), "person": post["person"]}
        for row, post in named
        if post
    ]
    return [row for row in told if row["true"] in STANCES and row["basis"] in MODELLED]


def judged(rows: list[dict[str, Any]]) -> Judged:
    """Readings beside their truth."""
    return Judged(
        STANCES,
        np.array([STANCES.index(row["true"]) for row in rows]),
        np.array([STANCES.index(row["stance"]) for row in rows]),
        [row["person"] for row in rows],
        np.array([[row[stance] for stance in STANCES] for row in rows]),
        np.array([row["unclear"] for row in rows]),
    )


def main() -> None:
    """Print figures of all readings and of those on each basis, and the confusion table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=7, help="of the demo forum")
    wanted = parser.parse_args()
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder), seed=wanted.seed, posts=2500, people=600)
        rows = readings(Path(folder))
    for basis in ("all", *MODELLED):
        own = [row for row in rows if basis in {"all", row["basis"]}]
        found = {row["figure"]: row for row in figures(judged(own))}
        told = "  ".join("{figure} {value:.3f} ({low:.3f}-{high:.3f})".format(**found[f]) for f in SHOWN)
        print(f"{basis}: {len(own)} readings  {told}")
    for row in confusion(judged(rows)):
        print("  " + "  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
