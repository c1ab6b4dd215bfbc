"""Twenty demo forums against their truth: is what rests on structure exact, does the range cover the truth?

    python benchmarks/demo_coverage.py [--seeds 20] [--posts 2500] [--people 600]

The first table runs the structural checks of `tests/test_truth.py` on every forum. The second sets the
printed range beside two numbers the truth knows: the supporters the exports name, and all who back the
petition, those included whom a platform only counts. A range must cover the first in 19 forums of 20.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from forum_pulse import petitions

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import test_truth

FIRST_SEED = 100
MISSES = 0.05
"""Of the forums, in how many a range may miss."""
CHECKS: dict[str, Callable[[test_truth.Counted], None]] = {
    "slack": lambda forum: test_truth.test_what_was_said_and_reacted_is_read_back_exactly(forum, "slack"),
    "discourse": lambda forum: test_truth.test_what_was_said_and_reacted_is_read_back_exactly(
        forum, "discourse"
    ),
    "sheet": test_truth.test_signatures_are_read_back_exactly,
    "people": test_truth.test_people_are_joined_exactly,
    "acts": test_truth.test_acts_that_rest_on_structure_are_counted_exactly,
    "supporters": test_truth.test_supporters_by_structure_alone_are_counted_exactly,
}


def passes(check: Callable[[test_truth.Counted], None], forum: test_truth.Counted) -> bool:
    """Whether a structural check holds."""
    try:
        check(forum)
    except AssertionError:
        return False
    return True


def ranges(forum: test_truth.Counted) -> list[dict[str, Any]]:
    """The printed range of each petition beside what is true."""
    _, truth, store = forum
    rows: list[dict[str, Any]] = []
    for row in petitions.totals(store).to_pylist():
        true = truth["petitions"][row["petition"]]["totals"]
        found = {name: row[name] for name in ("petition", "counted", "low", "high")}
        for name in ("supporters", "true_supporters"):
            found |= {name: true[name], f"{name} covered": row["low"] <= true[name] <= row["high"]}
        rows.append(found)
    return rows


def main() -> None:
    """Print both tables; exit code 1 if a check fails or a range misses too often."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--posts", type=int, default=2_500)
    parser.add_argument("--people", type=int, default=600)
    options = parser.parse_args()
    exact = Table("seed", *CHECKS, title=f"structure, {options.posts} posts, {options.people} people")
    covered = Table("seed", "petition", "low", "counted", "high", "named", "covered", "all", "covered")
    wrong, missed, missed_all = 0, 0, 0
    for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
        with (
            TemporaryDirectory() as folder,
            test_truth.counted_forum(
                Path(folder) / "demo", seed=seed, posts=options.posts, people=options.people
            ) as forum,
        ):
            found = ranges(forum)
            held = [passes(check, forum) for check in CHECKS.values()]
        exact.add_row(str(seed), *("exact" if one else "DIFFERS" for one in held))
        for row in found:
            figures = [row[name] for name in ("low", "counted", "high", "supporters")]
            both = [row["supporters covered"], row["true_supporters covered"]]
            named, everybody = ("yes" if one else "NO" for one in both)
            covered.add_row(
                str(seed), row["petition"], *map(str, figures), named, str(row["true_supporters"]), everybody
            )
        wrong += held.count(False)
        missed += not all(row["supporters covered"] for row in found)
        missed_all += not all(row["true_supporters covered"] for row in found)
        print(f"seed {seed} done", file=sys.stderr, flush=True)
    console = Console(width=110)
    console.print(exact)
    console.print(covered)
    print(f"structural checks that differ: {wrong} of {options.seeds * len(CHECKS)}")
    print(f"forums in which every range covers the named supporters: {options.seeds - missed}")
    print(f"forums in which every range covers all supporters: {options.seeds - missed_all}")
    sys.exit(int(wrong > 0 or missed > MISSES * options.seeds))


if __name__ == "__main__":
    main()
