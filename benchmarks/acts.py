"""How well acts in words are read, by class, and how fast.

    python benchmarks/acts.py [ENDORSE_DEV.csv]

Reads the sentences of tests/fixtures/acts/held_out.toml, the replies of replies_held_out.toml and the
comments of comments.tsv, which were written apart from those the detector learnt from (of the comments only
the "unseen" were never looked at while rules were written), and, when given, comments labelled by others
(columns text, label, context; "not_endorse" is all but the three acts it names). For each set and for either
half of it (parted by a hash of the text, so that a rule written with one half in view is measured on the
other): the confusion table, and precision, recall and F1 of each act with 95% percentile intervals over a
thousand resamples.
"""

import argparse
import csv
import hashlib
import platform
import sys
import time
import tomllib
from pathlib import Path

import numpy as np

from forum_pulse.petitions import ActDetector

HELD_OUT = Path(__file__).parent.parent / "tests/fixtures/acts/held_out.toml"
REPLIES = HELD_OUT.with_name("replies_held_out.toml")
COMMENTS = HELD_OUT.with_name("comments.tsv")
RESAMPLES = 1000
Rows = list[tuple[str, str, str | None]]


def held_out() -> Rows:
    """Our own sentences: text, label, no context."""
    bank = tomllib.loads(HELD_OUT.read_text(encoding="utf-8"))
    return [
        (text, label, None) for label, kinds in bank.items() for texts in kinds.values() for text in texts
    ]


def replies() -> Rows:
    """Our own replies: text, label, what they answer."""
    sets = tomllib.loads(REPLIES.read_text(encoding="utf-8"))["set"]
    return [(text, label, found["context"]) for found in sets for text, label in found["rows"]]


def comments(part: str) -> Rows:
    """Our own comments of a part, "seen" or "unseen": text, label, what they answer."""
    with COMMENTS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["text"], row["act"], row["context"] or None) for row in rows if row["part"] == part]


def labelled(path: Path) -> Rows:
    """Comments of others: text, label, what they answer."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [(row["text"], row["label"], row["context"]) for row in csv.DictReader(stream)]


def is_first_half(text: str) -> bool:
    """Which half a text belongs to."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def main() -> None:
    """Print the tables of every set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("labelled", type=Path, nargs="?")
    wanted = parser.parse_args()
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    sets = {"own sentences": held_out(), "own replies": replies()}
    sets |= {f"own comments, {part}": comments(part) for part in ("seen", "unseen")}
    if wanted.labelled:
        sets[wanted.labelled.stem] = labelled(wanted.labelled)
    ActDetector().predict(
        ["I, like my whole team, support this", "we want it"]
    )  # loads what is loaded on use
    for name, rows in sets.items():
        for way, detector in (("rules", ActDetector(learned=False)), ("rules and reader", ActDetector())):
            started = time.perf_counter()
            found = detector.predict([row[0] for row in rows], [row[2] for row in rows])
            speed = len(rows) / (time.perf_counter() - started)
            print(f"\n{name}, {way}: {len(rows)} texts, {speed:.0f} a second")
            report(rows, list(found))
    speed_of_talk()


def report(rows: Rows, found: list[str]) -> None:
    """The tables of one set."""
    labels = sorted({label for _, label, _ in rows})
    rest = "not_endorse" if "not_endorse" in labels else "neutral"
    read = np.array([label if label in labels else rest for label in found])
    truth = np.array([label for _, label, _ in rows])
    columns = sorted({*read, *truth})
    print(f"  {'true, read as':<14}" + "".join(f"{column:>13}" for column in columns))
    for label in labels:
        counts = "".join(f"{int(((truth == label) & (read == column)).sum()):13}" for column in columns)
        print(f"  {label:<14}{counts}")
    first = np.array([is_first_half(text) for text, _, _ in rows])
    for part, chosen in (("all", first | True), ("first half", first), ("second half", ~first)):
        for label in labels:
            print(f"  {part:<12} {label:<12} " + figures(truth[chosen] == label, read[chosen] == label))


def figures(truth: np.ndarray, read: np.ndarray) -> str:
    """Precision, recall and F1 with intervals."""
    rng = np.random.default_rng(0)
    draws = rng.integers(len(truth), size=(RESAMPLES, len(truth)))
    sampled = np.array([scores(truth[draw], read[draw]) for draw in draws])
    low, high = np.percentile(sampled, (2.5, 97.5), axis=0)
    parts = zip(("precision", "recall", "F1"), scores(truth, read), low, high, strict=True)
    return "  ".join(f"{name} {value:.3f} ({bottom:.2f}-{top:.2f})" for name, value, bottom, top in parts)


def scores(truth: np.ndarray, read: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall, F1; what can't be known is 0."""
    right = int((truth & read).sum())
    precision = right / max(int(read.sum()), 1)
    recall = right / max(int(truth.sum()), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def speed_of_talk() -> None:
    """How fast everyday posts are read, of which few are acts."""
    talk = [text for text, label, _ in held_out() if label == "neutral"]
    posts = [f"{text} {talk[(at * 7) % len(talk)]}" for at, text in enumerate(talk * 10)]
    plain = ["The build was slow again today.", "Lunch is at noon in the garden.", "See the wiki page."]
    for name, texts in (("traps, two sentences each", posts), ("everyday talk", plain * 2000)):
        started = time.perf_counter()
        ActDetector().predict(texts)
        print(f"\n{name}: {len(texts) / (time.perf_counter() - started):.0f} posts a second")


if __name__ == "__main__":
    main()
