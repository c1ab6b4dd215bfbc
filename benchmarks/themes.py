"""How well the shipped codebook finds themes, and how fast: micro-F1 over posts and themes, unseen forums.

    python benchmarks/themes.py [--seeds 11 12] [--posts 1200] [--bank b] [--sentences FILE]

The truth is the demo forum's own (truth.json), and posts composed of sentences that no codebook holds. A post
counts once, however often it stands in the forum. CPU time is the process's; the first set pays for loading.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from forum_pulse.demo import write_demo
from forum_pulse.topics import ThemeModel

Labelled = list[tuple[str, set[str]]]


def demo_posts(seed: int, posts: int, bank: str) -> Labelled:
    """Distinct texts of a demo forum with their themes."""
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder) / "demo", seed=seed, posts=posts, people=posts // 4, bank=bank)
        told = json.loads((Path(folder) / "demo" / "truth.json").read_text(encoding="utf-8"))["posts"]
    texts: dict[str, set[str]] = {}
    for post in told.values():
        texts.setdefault(post["words"], set(post["themes"]))
    return list(texts.items())


def composed(path: Path, count: int, seed: int = 0) -> Labelled:
    """Posts of none to two sentences with a theme, among others without."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    talk = [text for themes, _, text in rows if themes == "-"]
    raised = [(set(themes.split(",")), text) for themes, _, text in rows if themes != "-"]
    dice = random.Random(seed)
    return [_compose(dice, raised, talk) for _ in range(count)]


def _compose(
    dice: random.Random, raised: list[tuple[set[str], str]], talk: list[str]
) -> tuple[str, set[str]]:
    chosen = dice.sample(raised, dice.choices([0, 1, 2], [3, 5, 2])[0])
    fillers = dice.sample(talk, dice.choices([0, 1, 2], [4, 4, 2])[0] or (not chosen))
    sentences = [text for _, text in chosen] + fillers
    dice.shuffle(sentences)
    return " ".join(sentences), set().union(*(themes for themes, _ in chosen))


def score(model: ThemeModel, posts: Labelled) -> str:
    """Micro-F1, precision and recall, the themes with most errors, and the CPU time."""
    started = time.process_time()
    found = model.predict([text for text, _ in posts])
    seconds = time.process_time() - started
    pairs = list(zip(found, (themes for _, themes in posts), strict=True))
    right, wrong, missed = _errors(pairs, model.themes)
    hits = sum(right.values())
    f1 = 2 * hits / (2 * hits + sum(wrong.values()) + sum(missed.values()))
    precision, recall = hits / (hits + sum(wrong.values())), hits / (hits + sum(missed.values()))
    worst = sorted(model.themes, key=lambda name: -(wrong[name] + missed[name]))[:3]
    errors = ", ".join(f"{name} {wrong[name]} wrong {missed[name]} missed" for name in worst)
    return f"F1 {f1:.3f}  P {precision:.3f}  R {recall:.3f}  {seconds:6.1f} s CPU  {errors}"


def _errors(pairs: list[tuple[set[str], set[str]]], names: list[str]) -> tuple[dict[str, int], ...]:
    right = {name: sum(name in found and name in true for found, true in pairs) for name in names}
    wrong = {name: sum(name in found and name not in true for found, true in pairs) for name in names}
    missed = {name: sum(name not in found and name in true for found, true in pairs) for name in names}
    return right, wrong, missed


def sets(wanted: argparse.Namespace) -> Iterator[tuple[str, Labelled]]:
    """What is measured on."""
    for bank in wanted.bank:
        for seed in wanted.seeds:
            yield f"demo, bank {bank}, seed {seed}", demo_posts(seed, wanted.posts, bank)
    yield "composed of sentences", composed(wanted.sentences, wanted.posts)


def main() -> None:
    """Print one line for each set of posts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12])
    parser.add_argument("--posts", type=int, default=1200)
    parser.add_argument("--bank", nargs="+", default=["both"])
    parser.add_argument("--sentences", type=Path, default=Path("tests/fixtures/themes/bank.tsv"))
    wanted = parser.parse_args()
    model = ThemeModel()
    print(f"command: {' '.join(sys.argv)}")
    for name, posts in sets(wanted):
        print(f"{name}: {len(posts)} posts  {score(model, posts)}", flush=True)


if __name__ == "__main__":
    main()
