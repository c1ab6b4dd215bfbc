"""How fast stance is read as a forum meets it, beside a plain `CrossEncoder.predict` loop in the same run.

    python benchmarks/stance_speed.py [--pairs 200] [--forum EXPORT... --config FILE] [--data DATA]

The pairs are those of the demo forum, or of another one: every post that is about a target. Each line is a
step from the plain loop to what an analysis does, with how many pairs are left to read, and pairs of the
forum settled per CPU second (one thread); nothing is cached.
The plain loop runs the same network with an untrained head, which takes the same time.

Then what two savings cost in macro-F1: to read only the passage around the name (comments of more than
seventy words of VAST dev, if DATA, the folder of data sets, is given), and to let the static embedder settle
as "none" what lies far from its target (own workplace sentences, and those of `written_*.tsv` held out). The
second is not done: what is off target by its words is often about it by its thread.
"""

import argparse
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))

import numpy as np
import pyarrow as pa
import stance_pairs
import torch
from sentence_transformers import CrossEncoder
from sklearn.metrics import f1_score
from stance_bank import bank
from stance_written import written

from forum_pulse import config, pipeline, sentiment
from forum_pulse.corpus.corpus import read
from forum_pulse.demo import write_demo
from forum_pulse.embeddings import StaticEmbedder, model_folder
from forum_pulse.sentiment.cross_encoder import Said, shipped
from forum_pulse.sentiment.stance import STANCES
from forum_pulse.sentiment.targets import Target, named, passage

Pair = tuple[str, str, str]
LONG = 70
"""Words beyond which a post is read in part."""


def forum(exports: list[Path], settings: config.Config) -> tuple[list[Pair], list[Pair], pa.Table]:
    """Pairs a reader without rules would be asked (whole texts), pairs ours is asked, and the readings."""
    with read(exports, people=settings.people) as corpus:
        store = corpus.store
        found = pipeline.count_petitions(store, settings)
        posts = store.sql(
            "SELECT post_id, thread_id, parent_post_id, own_text, is_root FROM reading ORDER BY post_id"
        )
        titles = {
            row["thread_id"]: row["title"]
            for row in store.sql("SELECT thread_id, title FROM thread WHERE title IS NOT NULL").to_pylist()
        }
    targets = sentiment.all_targets({p.name: p.statement for p in found}, settings.targets)
    threads = {p.name: p.threads for p in found}
    inquiry = sentiment.Inquiry.of(posts, targets, petition_threads=threads, titles=titles)
    asked = list(zip(*inquiry.questions, strict=True))
    readings = inquiry.answered([sentiment.Reading("none", 0, 0, 1, unclear=False)] * len(asked))
    words = dict(zip(posts["post_id"].to_pylist(), posts["own_text"].to_pylist(), strict=True))
    parents = dict(zip(posts["post_id"].to_pylist(), posts["parent_post_id"].to_pylist(), strict=True))
    statement = {target.name: target.text for target in targets}
    plain = [
        (words[row["post_id"]], statement[row["target"]], words.get(parents[row["post_id"]] or "", ""))
        for row in readings.select(["post_id", "target"]).to_pylist()
    ]
    return plain, asked, readings


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main() -> None:
    """Print a line for each step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=200, help="how many to time, drawn at random (seeded)")
    parser.add_argument("--forum", type=Path, nargs="*", help="exports; the demo forum without them")
    parser.add_argument("--config", type=Path, help="their forum-pulse.toml")
    parser.add_argument("--data", type=Path, help="folder of data sets, for the cost of reading passages")
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    with tempfile.TemporaryDirectory() as folder:
        exports, settings = wanted.forum, wanted.config
        if not exports:
            write_demo(Path(folder), seed=7, posts=2500, people=600)
            exports = [Path(folder) / name for name in ("slack", "discourse", "signatures.csv")]
            settings = Path(folder) / "forum-pulse.toml"
        plain, asked, readings = forum(exports, config.load(settings) if settings else config.Config())
    report(plain, asked, readings, wanted.pairs)
    if wanted.data:
        around_the_name(wanted.data / "stance/vast/raw_val_all_onecol.csv", wanted.pairs)
    for name, pairs in (("own workplace sentences", bank("test", 4, 0)), ("held out", written("dev"))):
        settled_beforehand(name, [pair for _, pair in pairs])


def around_the_name(path: Path, size: int) -> None:
    """Long comments in full, as far as the model's window goes, and the passage around the name."""
    pairs = [pair for pair in stance_pairs.one_column(path) if len(pair.text.split()) > LONG]
    pairs = random.Random(0).sample(pairs, min(size, len(pairs)))
    spans = [named(pair.text, Target(pair.target).pattern) for pair in pairs]
    cut = [replace(pair, text=passage(pair.text, span)) for pair, span in zip(pairs, spans, strict=True)]
    print(
        f"VAST dev, {len(pairs)} comments of more than {LONG} words, {sum(map(bool, spans))} name the target"
    )
    for name, shown in (("in full", pairs), ("around the name", cut)):
        started = time.process_time()
        read = probabilities(shown)
        speed = len(pairs) / (time.process_time() - started)
        print(f"  {name:<16} macro-F1 {macro_f1(shown, read.argmax(axis=1)):.3f}  {speed:5.1f} pairs/CPU s")


def settled_beforehand(name: str, pairs: list[stance_pairs.Pair]) -> None:
    """What a first reader by static embeddings settles as none at several bounds, and what that costs."""
    embedder = StaticEmbedder()
    text, target, parent = (
        embedder.encode([getattr(pair, part) or " " for pair in pairs])
        for part in ("text", "target", "parent")
    )
    answers = np.array([bool(pair.parent) for pair in pairs])
    near = np.maximum((text * target).sum(axis=1), np.where(answers, (parent * target).sum(axis=1), -1))
    read = probabilities(pairs).argmax(axis=1)
    print(f"{name}, {len(pairs)} pairs: macro-F1 {macro_f1(pairs, read):.3f}")
    for bound in (0.0, 0.05, 0.1, 0.2):
        first = np.where(near < bound, STANCES.index("none"), read)
        print(f"  none below {bound:<4} {(near < bound).mean():4.0%} settled  {macro_f1(pairs, first):.3f}")


def probabilities(pairs: list[stance_pairs.Pair]) -> np.ndarray:
    """Of favor, against, none, by the shipped model."""
    return shipped().probabilities([Said(pair.target, pair.text, pair.parent) for pair in pairs])


def macro_f1(pairs: list[stance_pairs.Pair], read: np.ndarray) -> float:
    """Over the three stances."""
    truth = [STANCES.index(pair.stance) for pair in pairs]
    return float(f1_score(truth, read, labels=range(len(STANCES)), average="macro"))


def report(plain: list[Pair], asked: list[Pair], readings: pa.Table, size: int) -> None:
    """Time a sample of each kind of pair, and print what it comes to for the whole forum."""
    drawn = random.Random(0)
    distinct = sorted(set(asked))
    model = CrossEncoder(str(model_folder()), num_labels=3, device="cpu", local_files_only=True)
    own = shipped()
    told = [
        (target, f"{text} {parent}") for text, target, parent in drawn.sample(plain, min(size, len(plain)))
    ]
    ours = [
        Said(target, text, parent)
        for text, target, parent in drawn.sample(distinct, min(size, len(distinct)))
    ]
    model.predict(told[:8])
    own.probabilities(ours[:8])
    loop = timed(lambda: [model.predict([pair]) for pair in told[: size // 2]]) / len(told[: size // 2])
    batched = timed(lambda: model.predict(told)) / len(told)
    buckets = timed(lambda: own.probabilities(ours)) / len(ours)
    bases = dict(zip(*np.unique(readings["basis"].to_pylist(), return_counts=True), strict=True))
    print(f"{len(plain)} readings: " + ", ".join(f"{name} {count}" for name, count in sorted(bases.items())))
    for step, count, cost in (
        ("CrossEncoder.predict, a pair at a time", len(plain), loop),
        ("CrossEncoder.predict, one call", len(plain), batched),
        ("by length, around the name", len(plain), buckets),
        ("and no model for statements and echoes", len(asked), buckets),
        ("and each distinct pair once", len(distinct), buckets),
    ):
        speed = len(plain) / (count * cost)
        print(f"  {step:<42} {count:6} pairs read  {speed:7.1f} readings/CPU s  {speed * loop:5.2f} x")


if __name__ == "__main__":
    main()
