"""How long the ledger takes, and how much memory, on a demo forum of any size.

    python benchmarks/ledger.py FOLDER [--posts 1000000] [--people 20000] [--seed 7] [--slowest 8]

FOLDER keeps the demo and the workspace it is read into, so that a second run measures at once. Reading is
timed apart, in a process of its own: the peak memory is that of finding the petitions, writing the ledger and
making its figures, from a workspace as a user would open it. On a busy machine look at the seconds of
processor time, which count all threads, beside those on the clock.
"""

import argparse
import os
import platform
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from forum_pulse import config, petitions
from forum_pulse.corpus.corpus import read
from forum_pulse.demo import write_demo

GOAL_SECONDS = 60
GOAL_MEGABYTES = 2_000
EXPORTS = ("slack", "discourse", "signatures.csv")


class Watched:
    """A connection that remembers how long each statement took."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.seconds: dict[str, float] = defaultdict(float)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, query: str, *rest: Any) -> Any:
        """Run a statement; its rows are fetched later, by the caller."""
        return self._timed(self._connection.execute, query, *rest)

    def sql(self, query: str, **more: Any) -> Any:
        """Ask; the answer is made when it is fetched."""
        return Answer(self._timed(self._connection.sql, query, **more), query, self.seconds)

    def _timed(self, what: Any, query: str, *rest: Any, **more: Any) -> Any:
        started = time.perf_counter()
        try:
            return what(query, *rest, **more)
        finally:
            self.seconds[query] += time.perf_counter() - started


class Answer:
    """A relation whose making counts for the statement it came from."""

    def __init__(self, relation: Any, query: str, seconds: dict[str, float]) -> None:
        self._relation, self._query, self._seconds = relation, query, seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._relation, name)

    def to_arrow_table(self) -> Any:
        """Fetch all."""
        started = time.perf_counter()
        found = self._relation.to_arrow_table()
        self._seconds[self._query] += time.perf_counter() - started
        return found


def prepare(folder: Path, posts: int, people: int, seed: int) -> tuple[Path, Path]:
    """The demo and the workspace it is read into; what is there already is taken as it is."""
    demo, workspace = folder / f"demo-{posts}-{people}-{seed}", folder / f"workspace-{posts}-{people}-{seed}"
    if not (demo / "truth.json").exists():
        with _Clock(f"writing {posts:,} posts by {people:,} people"):
            write_demo(demo, posts=posts, people=people, seed=seed)
    if not (workspace / "done").exists():
        with _Clock("reading them into a workspace"):
            subprocess.run(
                [sys.executable, __file__, str(folder), "--read", str(demo), str(workspace)], check=True
            )
        (workspace / "done").touch()
    return demo, workspace


def read_demo(demo: Path, workspace: Path) -> None:
    """Ingest the demo's exports."""
    people = config.load(demo / "forum-pulse.toml").people
    read([demo / name for name in EXPORTS], workspace=workspace, people=people).close()


def measure(demo: Path, workspace: Path, slowest: int) -> None:
    """Find, gather and count, and say what it took."""
    settings = config.load(demo / "forum-pulse.toml")
    with read(workspace=workspace, people=settings.people) as corpus:
        store = corpus.store
        print(f"{store.scalar('SELECT count(*) FROM post'):,} posts in the store")
        watched = Watched(store.connection)
        store.connection = watched  # type: ignore[assignment]
        detector = petitions.ActDetector()
        with _Clock("finding the configured petitions, ledger and figures"):
            found = petitions.find_petitions(store, settings.petitions, detector)
            petitions.build_ledger(store, found, detector)
        print(f"peak memory so far: {_megabytes():,.0f} MB (goal: {GOAL_MEGABYTES:,} MB)")
        for row in store.sql("SELECT petition, counted, low, high, acts FROM petition_totals").to_pylist():
            print("  ", row)
        with _Clock("the same with petitions to be detected"):
            found = petitions.find_petitions(store, (), detector)
            petitions.build_ledger(store, found, detector)
        print(f"{len(found)} petitions; peak memory: {_megabytes():,.0f} MB")
        print("slowest statements, both runs, seconds on the clock:")
        ranked = sorted(watched.seconds.items(), key=lambda pair: -pair[1])
        for query, seconds in ranked[:slowest]:
            print(f"{seconds:8.2f}  {' '.join(query.split())[:150]}")


class _Clock:
    """Prints how long a block took, on the clock and in processor time of this process and its children."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _processor()

    def __exit__(self, *_: object) -> None:
        wall, cpu = time.perf_counter() - self._wall, _processor() - self._cpu
        print(f"{self._what}: {wall:.1f} s on the clock, {cpu:.1f} s of processor", flush=True)


def _processor() -> float:
    return sum(os.times()[:4])


def _megabytes() -> float:
    """Peak resident memory of this process; the unit of `ru_maxrss` is the system's."""
    unit = 1 if sys.platform == "darwin" else 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Prepare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--slowest", type=int, default=8)
    parser.add_argument("--read", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read_demo(*options.read)
        return
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    options.folder.mkdir(parents=True, exist_ok=True)
    measure(*prepare(options.folder, options.posts, options.people, options.seed), options.slowest)


if __name__ == "__main__":
    main()
