"""How `analyze` grows with the forum: time by stage, peak memory, growth exponents, and a second run.

    python benchmarks/scale.py [--posts 1000 10000] [--quality balanced]

Each size is a demo forum, analysed in a process of its own with an empty cache and a workspace. The second
run reads the same forum with its last Slack messages, which the first was not shown. A growth exponent of 1
is linear; it is the slope of log time over log posts between one size and the next.

Wall time depends on what else the machine does; CPU time beside it is that of all threads of this process,
and in the sum of the stance model's as well. Garbage is looked for as seldom as the command line does.
"""

import argparse
import gc
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SECOND = 0.01
"""Share of the posts that only the second run sees."""


def analyse(folder: Path, out: Path, workspace: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    """One analysis in this process."""
    from dataclasses import replace

    from forum_pulse import cli, config, pipeline

    gc.set_threshold(cli.YOUNG)
    settings = config.load(folder / "forum-pulse.toml")
    settings = replace(settings, analysis=config.with_typed(settings.analysis, {"quality": wanted.quality}))
    if wanted.codebook == "auto":
        settings = replace(settings, themes=config.ThemesConfig())
    began: dict[str, float] = {}
    stages: dict[str, float] = {}

    def heard(stage: str, seconds: float | None, *_: object) -> None:
        began.setdefault(stage, time.process_time())
        if seconds is not None:
            stages[stage] = time.process_time() - began[stage]
            print(f"    {stage}: {seconds:.1f} s, {stages[stage]:.1f} s CPU", file=sys.stderr, flush=True)

    started = time.perf_counter()
    run = pipeline.analyze(
        [folder / "slack", folder / "discourse", folder / "signatures.csv"],
        settings,
        out,
        workspace=workspace,
        watcher=heard,
    )
    # The stance model reads in a process of its own; their peaks together are the most there can have been.
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "stages": dict(run.seconds),
        "stages_cpu": stages,
        "wall": time.perf_counter() - started,
        "cpu": sum(one.ru_utime + one.ru_stime for one in used),
        "memory": sum(one.ru_maxrss for one in used) / 2**20,
    }


def in_own_process(folder: Path, out: Path, workspace: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    """The same in a fresh process, so that its memory and imports are its own."""
    # -P: coverage.py beside this file would be taken for the library of that name.
    command = [sys.executable, "-P", __file__, "--one", str(folder), str(out), str(workspace)]
    command += ["--quality", wanted.quality, "--codebook", wanted.codebook]
    environment = {**os.environ, "FORUM_PULSE_CACHE": str(workspace.parent / "cache")}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def hide_last(slack: Path, posts: int, aside: Path) -> list[tuple[Path, Path]]:
    """Move the last days of a Slack export aside until they hold so many messages; what was moved where."""
    moved: list[tuple[Path, Path]] = []
    hidden = 0
    for day in sorted(slack.glob("*/*.json"), key=lambda path: (path.name, path.parent.name), reverse=True):
        if hidden >= posts:
            break
        hidden += len(json.loads(day.read_bytes()))
        place = aside / f"{day.parent.name} {day.name}"
        day.rename(place)
        moved.append((place, day))
    return moved


def measure(posts: int, folder: Path, wanted: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first and the second run on a forum of this size."""
    from forum_pulse.demo import write_demo

    demo, aside = folder / "demo", folder / "aside"
    aside.mkdir(parents=True)
    write_demo(demo, seed=1, posts=posts, people=max(80, min(posts // 4, 20_000)))
    moved = hide_last(demo / "slack", max(1, int(SECOND * posts)), aside)
    first = in_own_process(demo, folder / "first", folder / "workspace", wanted)
    for place, day in moved:
        place.rename(day)
    second = in_own_process(demo, folder / "second", folder / "workspace", wanted)
    return first, second


def report(posts: int, first: dict[str, Any], second: dict[str, Any]) -> None:
    """Stages of both runs, side by side."""
    print(
        f"\n{posts:,} posts: {first['wall']:.1f} s wall, {first['cpu']:.1f} s CPU, {first['memory']:.2f} GiB"
    )
    shares = (second[clock] / first[clock] for clock in ("wall", "cpu"))
    print(
        f"  after {SECOND:.0%} new posts: {second['wall']:.1f} s, {second['cpu']:.1f} s CPU; "
        + " and ".join(f"{share:.0%}" for share in shares)
    )
    cpu, again = first["stages_cpu"], second["stages_cpu"]
    for stage, seconds in sorted(first["stages"].items(), key=lambda item: -item[1]):
        print(
            f"  {stage:<22} {seconds:8.1f} s {cpu[stage]:8.1f} s CPU   "
            f"again {second['stages'].get(stage, 0.0):8.1f} s {again.get(stage, 0.0):8.1f} s CPU"
        )


def growth(before: tuple[int, dict[str, Any]], after: tuple[int, dict[str, Any]]) -> None:
    """Exponents from one size to the next, the worst first; stages under a second say nothing."""
    ratio = math.log(after[0] / before[0])
    stages = {
        stage: math.log(seconds / before[1]["stages"][stage]) / ratio
        for stage, seconds in after[1]["stages"].items()
        if seconds >= 1 and before[1]["stages"].get(stage, 0) > 0
    }
    worst = ", ".join(
        f"{name} {slope:.2f}" for name, slope in sorted(stages.items(), key=lambda item: -item[1])
    )
    total = math.log(after[1]["wall"] / before[1]["wall"]) / ratio
    memory = math.log(after[1]["memory"] / before[1]["memory"]) / ratio
    print(f"  growth from {before[0]:,}: time {total:.2f}, memory {memory:.2f}; {worst}", flush=True)


def main() -> None:
    """Print each size and how it grew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--quality", default="balanced")
    parser.add_argument(
        "--codebook", default="demo", help="demo: the one of its configuration; auto: what fits"
    )
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder without it")
    parser.add_argument("--one", type=Path, nargs=3, metavar=("FORUM", "OUT", "WORKSPACE"), help="for itself")
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(analyse(*wanted.one, wanted)))
        return
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    former: tuple[int, dict[str, Any]] | None = None
    for posts in sorted(wanted.posts):
        with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
            first, second = measure(posts, Path(folder), wanted)
        report(posts, first, second)
        if former:
            growth(former, (posts, first))
        former = (posts, first)


if __name__ == "__main__":
    main()
