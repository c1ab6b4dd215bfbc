"""Readers, archives and cleaning against inputs that grow by coverage: `python tests/fuzz_readers.py --seconds 90`.

Each target (a reader by its name, "archives", "cleaning") is fuzzed by atheris in a process of its own
(`pip install forum-pulse[fuzz]`); see `fuzz_targets` for what an input is. An error that is not meant is a
finding: its first input is kept, the run goes on. What kills the process or hangs is one too. The table of
results goes to standard output.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

_SLOWEST, _LARGEST, _MEGABYTES = 20, 1 << 16, 2048
"""Seconds and bytes of one input, and memory of one process, past which libFuzzer reports a finding."""
_STATISTIC = re.compile(r"stat::number_of_executed_units:\s+(\d+)|^#(\d+)\s.*?cov: (\d+)", re.MULTILINE)


def fuzz(name: str, seconds: int, seed: int, findings: Path) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["forum_pulse.corpus"], enable_loader_override=False):
        import fuzz_targets

        target = fuzz_targets.target(name, findings)
    arguments = [
        sys.argv[0], str(target.corpus()), f"-max_total_time={seconds}", f"-timeout={_SLOWEST}", f"-max_len={_LARGEST}",
        f"-rss_limit_mb={_MEGABYTES}", "-print_final_stats=1", f"-artifact_prefix={findings}/native-", f"-seed={seed}",
    ]  # fmt: skip
    atheris.Setup(arguments, target.once, custom_mutator=target.mutate)
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(target.root, ignore_errors=True)


def run(name: str, seconds: int, seed: int, findings: Path) -> str:
    """Fuzz one target in a process of its own; the row of the table."""
    findings.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    command = [
        sys.executable,
        __file__,
        name,
        "--inside",
        "--seconds",
        str(seconds),
        "--seed",
        str(seed),
        "--findings",
        str(findings),
    ]
    said = subprocess.run(
        command, capture_output=True, text=True, errors="replace", check=False, env=os.environ
    )
    (findings / "run.log").write_text(said.stderr[-20_000:])
    matches = list(_STATISTIC.finditer(said.stderr))
    runs = max((int(found[1] or found[2]) for found in matches), default=0)
    edges = max((int(found[3]) for found in matches if found[3]), default=0)
    kept = sorted(path.name for path in findings.iterdir() if path.suffix not in {".txt", ".log"})
    spent = time.monotonic() - began
    return "\t".join(
        [name, str(runs), f"{spent:.0f}", str(edges), str(said.returncode), ", ".join(kept) or "none"]
    )


def main() -> None:
    """Fuzz the targets that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "targets", nargs="*", help="as in `forum-pulse formats`, or archives, cleaning; all if none"
    )
    parser.add_argument("--seconds", type=int, default=90, help="time for each target")
    parser.add_argument("--seed", type=int, default=1, help="another one tries other inputs")
    parser.add_argument(
        "--findings", type=Path, default=Path("fuzz-findings"), help="folder for crashing inputs"
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        fuzz(chosen.targets[0], chosen.seconds, chosen.seed, chosen.findings.resolve())
        return
    from forum_pulse.corpus.readers import names

    sys.stdout.write("target\texecutions\tseconds\tedges\texit\tfindings\n")
    for name in chosen.targets or ("archives", "cleaning", *names()):
        sys.stdout.write(run(name, chosen.seconds, chosen.seed, chosen.findings.resolve() / name) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
