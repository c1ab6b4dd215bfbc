"""Readers against inputs that grow by coverage: `python tests/fuzz_readers.py [READER...] --seconds 90`.

Each reader is fuzzed by atheris in a process of its own (`pip install forum-pulse[fuzz]`). An input is one
byte, which says what file of what whole export is replaced and whether it stands alone, and the file's new
content. Half of the mutations are by the kind of the file (`hostile.damaged`), half are libFuzzer's. An error
that is no ForumPulseError is a finding: its first input is kept, the run goes on. What kills the process or
hangs is one too. The table of results goes to standard output.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

_SLOWEST, _LARGEST, _MEGABYTES = 20, 1 << 16, 2048
"""Seconds and bytes of one input, and memory of one process, past which libFuzzer reports a finding."""
_ALONE = 0x80
_STATISTIC = re.compile(r"stat::number_of_executed_units:\s+(\d+)|^#(\d+)\s.*?cov: (\d+)", re.MULTILINE)


class Target:
    """One reader, the exports it starts from, and the findings so far."""

    def __init__(self, name: str, findings: Path) -> None:
        import atheris

        with atheris.instrument_imports(include=["forum_pulse.corpus"], enable_loader_override=False):
            import hostile
            import reader_checks
            import whole_exports

            from forum_pulse.corpus.readers import load

            self.reader = load(name)
        self._damaged, self._survives = hostile.damaged, reader_checks.survives
        self._atheris = atheris
        self._findings = findings
        self._known: set[str] = set()
        self.root = Path(
            tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        )
        self.places: list[tuple[Path, str, bytes]] = []
        for number, files in enumerate(whole_exports.exports_of(name)):
            folder = whole_exports.write(self.root / f"{number}", files)
            self.places += [(folder, file, data) for file, data in files.items()]
        self.places = self.places[:_ALONE]

    def corpus(self) -> Path:
        """The first inputs: every file of every export as it is, among the others and alone."""
        folder = self.root / "corpus"
        folder.mkdir()
        for number, (_, _, data) in enumerate(self.places):
            for bit in (0, _ALONE):
                (folder / f"{number}-{bit}").write_bytes(bytes([number | bit]) + data)
        return folder

    def once(self, data: bytes) -> None:
        """Read one input; keep it if an error comes out that is not meant."""
        if not data:
            return
        folder, file, whole = self.places[(data[0] & ~_ALONE) % len(self.places)]
        alone = bool(data[0] & _ALONE)
        target = self.root / "alone" / Path(file).name if alone else folder / file
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data[1:])
        try:
            self._survives(self.reader, target if alone else folder)
        except Exception as error:  # noqa: BLE001 (whatever comes out is the finding)
            self._keep(error, data)
        finally:
            target.unlink() if alone else target.write_bytes(whole)

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """The next input from one that was tried."""
        dice = random.Random(seed)
        if not data or dice.random() < 0.5:
            return self._atheris.Mutate(data, most)
        _, file, _ = self.places[(data[0] & ~_ALONE) % len(self.places)]
        return (data[:1] + self._damaged(file, data[1:], dice))[:most]

    def _keep(self, error: Exception, data: bytes) -> None:
        frames = list(traceback.extract_tb(error.__traceback__))
        ours = [frame for frame in frames if "/corpus/" in frame.filename] or frames
        what = f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        if what not in self._known:
            self._known.add(what)
            stem = re.sub("[^A-Za-z0-9]+", "-", what)
            (self._findings / stem).write_bytes(data)
            (self._findings / f"{stem}.txt").write_text("".join(traceback.format_exception(error))[-8000:])


def fuzz(name: str, seconds: int, findings: Path) -> None:
    """Fuzz one reader in this process, which ends with it."""
    import atheris

    target = Target(name, findings)
    arguments = [
        sys.argv[0], str(target.corpus()), f"-max_total_time={seconds}", f"-timeout={_SLOWEST}", f"-max_len={_LARGEST}",
        f"-rss_limit_mb={_MEGABYTES}", "-print_final_stats=1", f"-artifact_prefix={findings}/native-", "-seed=1",
    ]  # fmt: skip
    atheris.Setup(arguments, target.once, custom_mutator=target.mutate)
    try:
        atheris.Fuzz()
    finally:
        shutil.rmtree(target.root, ignore_errors=True)


def run(name: str, seconds: int, findings: Path) -> str:
    """Fuzz one reader in a process of its own; the row of the table."""
    findings.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    command = [
        sys.executable,
        __file__,
        name,
        "--inside",
        "--seconds",
        str(seconds),
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
    """Fuzz the readers that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("readers", nargs="*", help="names as in `forum-pulse formats`; all if none")
    parser.add_argument("--seconds", type=int, default=90, help="time for each reader")
    parser.add_argument(
        "--findings", type=Path, default=Path("fuzz-findings"), help="folder for crashing inputs"
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        fuzz(chosen.readers[0], chosen.seconds, chosen.findings.resolve())
        return
    from forum_pulse.corpus.readers import names

    sys.stdout.write("reader\texecutions\tseconds\tedges\texit\tfindings\n")
    for name in chosen.readers or names():
        sys.stdout.write(run(name, chosen.seconds, chosen.findings.resolve() / name) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
