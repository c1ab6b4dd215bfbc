"""How fast every main format is read, beside a parser that only parses the same bytes, and in what memory.

    python benchmarks/readers.py [--megabytes 100] [--formats slack telegram ...]
                                 [--ways parse least read ingest]

For each format an export of that size is written (`chat_exports.py`, `board_exports.py`), then children
measure in turn: "parse" parses the same bytes with the format's parser and throws the values away (orjson by
file, by line, or of a big document whole; lxml.iterparse; of dumps, mail and CSV see the column "parser"),
"least" does what no reader in Python can do without: it parses, looks at each value of each record once,
parses each time and makes the records; "read" takes every record from the reader, "ingest" stores them with
all cleaning. Seconds are of the processor (user and system), so what else the machine does weighs little;
memory is the child's peak, the interpreter and its libraries included.
"""

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import board_exports as boards
import chat_exports as chats
from talk import Talk


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is measured: its reader, what writes it, and the parser it is held against."""

    reader: str
    write: Callable[[Path, int, Talk], None]
    parser: str


FORMATS = {
    "slack": Format("slack", chats.slack, "orjson, by file"),
    "discourse topics": Format("discourse", boards.discourse, "orjson, by file"),
    "discourse-backup": Format("discourse-backup", boards.discourse_backup, "lines split at tabs"),
    "mattermost": Format("mattermost", chats.mattermost, "orjson, by line"),
    "telegram": Format("telegram", chats.telegram, "orjson, by file"),
    "teams": Format("teams", chats.teams, "orjson, by file"),
    "zulip-export": Format("zulip-export", chats.zulip, "orjson, by file"),
    "reddit": Format("reddit", boards.reddit, "orjson, by line of zstd"),
    "github": Format("github", boards.github, "orjson, by file"),
    "stack-exchange": Format("stack-exchange", boards.stack_exchange, "lxml iterparse"),
    "mbox": Format("mbox", boards.mbox, "email, by mail"),
    "tables, CSV": Format("tables", boards.table_csv, "csv"),
    "tables, JSONL": Format("tables", boards.table_jsonl, "orjson, by line"),
    "convokit": Format("convokit", boards.convokit, "orjson, by line"),
}
WAYS = ("parse", "least", "read", "ingest")
_RATIOS, _PEAKS = WAYS[1:], ("parse", "read", "ingest")
_MORE = (*(f"{way}/parse" for way in _RATIOS), *(f"{way} peak MB" for way in _PEAKS), "records")


def parse(folder: Path, parser: str) -> int:
    """Parse every file and let the values go; gives how many there were."""
    return sum(_PARSERS[parser](path) for path in sorted(folder.rglob("*")) if path.is_file())


def _by_file(path: Path) -> int:
    import orjson

    orjson.loads(path.read_bytes())
    return 1


def _by_line(path: Path) -> int:
    import orjson

    with path.open("rb") as stream:
        return sum(orjson.loads(line) is not None for line in stream)


def _by_packed_line(path: Path) -> int:
    import io

    import orjson
    import zstandard

    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
        return sum(orjson.loads(line) is not None for line in io.BufferedReader(stream, 1 << 20))


def _iterparse(path: Path) -> int:
    from lxml import etree

    number = 0
    for _, element in etree.iterparse(path):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
        number += 1
    return number


def _dump_lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(len(line.split(b"\t")) for line in stream)


def _rows(path: Path) -> int:
    import csv

    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream))


def _mails(path: Path) -> int:
    from email import message_from_bytes, policy

    number, mail = 0, bytearray()
    with path.open("rb") as stream:
        for line in stream:
            if line.startswith(b"From ") and mail:
                message_from_bytes(bytes(mail), policy=policy.compat32)
                mail.clear()
                number += 1
            mail += line
    return number


_PARSERS: dict[str, Callable[[Path], int]] = {
    "orjson, by file": _by_file,
    "orjson, by line": _by_line,
    "orjson, by line of zstd": _by_packed_line,
    "lxml iterparse": _iterparse,
    "lines split at tabs": _dump_lines,
    "csv": _rows,
    "email, by mail": _mails,
}


def _seconds() -> float:
    """What this process has taken of the processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    before = _seconds()
    number = work()
    return _seconds() - before, number


def _made_again(records: Iterator[Any]) -> tuple[float, int]:
    """How long it takes to look at the values of records and to make them, and how many there are."""
    from msgspec.structs import asdict

    seconds, number = 0.0, 0
    while batch := list(islice(records, 10_000)):
        told = [
            (
                type(record),
                {
                    name: value.isoformat() if isinstance(value, datetime) else value
                    for name, value in asdict(record).items()
                    if value is not None
                },
            )
            for record in batch
        ]
        seconds += _timed(lambda told=told: sum(1 for kind, fields in told if _made(kind, fields)))[0]
        number += len(batch)
    return seconds, number


def _made(kind: type[Any], fields: dict[str, Any]) -> Any:
    return kind(
        **{
            name: datetime.fromisoformat(value) if name.endswith("_at") else value
            for name, value in fields.items()
            if isinstance(value, str | int)
        }
    )


def _work(way: str, folder: Path, known: Format) -> tuple[float, int]:
    """Seconds of the processor, with all that is needed imported, and how many values, records or posts."""
    import orjson
    from lxml import etree

    if way == "parse":
        assert orjson, etree
        return _timed(lambda: parse(folder, known.parser))
    from forum_pulse.corpus.readers import Export, ReadOptions, load
    from forum_pulse.corpus.store import Store

    reader = load(known.reader)
    if way == "least":
        seconds, number = _made_again(reader.read(Export(folder), ReadOptions()))
        return seconds + _timed(lambda: parse(folder, known.parser))[0], number
    if way == "read":
        return _timed(lambda: sum(1 for _ in reader.read(Export(folder), ReadOptions())))

    def ingest() -> int:
        with (
            tempfile.TemporaryDirectory() as workspace,
            Store(Path(workspace), memory_limit="300MB") as store,
        ):
            return store.ingest(Export(folder), reader).posts

    return _timed(ingest)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one child took."""

    seconds: float
    megabytes: float
    number: int


def child(way: str, folder: Path, name: str) -> None:
    """Do one thing once and print what it took."""
    seconds, number = _work(way, folder, FORMATS[name])
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, number)


def measured(way: str, folder: Path, name: str) -> Measured:
    """Let a child do it: memory is its own then."""
    command = [sys.executable, __file__, "--child", way, "--folder", str(folder), "--formats", name]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return Measured(float(said[0]), float(said[1]), int(said[2]))


def lines(names: list[str], ways: list[str], size: int, seed: int) -> Iterator[str]:
    """The table, a line as soon as it is known."""
    yield "| format | MB | parser | " + " | ".join((*(f"{way} s" for way in WAYS), *_MORE)) + " |"
    yield f"|{'---|' * (3 + len(WAYS) + len(_MORE))}"
    for name in names:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "export"
            folder.mkdir()
            FORMATS[name].write(folder, size, Talk(seed))
            bytes_ = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            took = {way: measured(way, folder, name) for way in ways}
            yield _line(name, bytes_ / 1e6, took)
            shutil.rmtree(folder)


def _line(name: str, megabytes: float, took: dict[str, Measured]) -> str:
    seconds = [f"{took[way].seconds:.2f}" if way in took else "" for way in WAYS]
    ratios = [
        f"{took[way].seconds / took['parse'].seconds:.1f}" if {way, "parse"} <= took.keys() else ""
        for way in _RATIOS
    ]
    peaks = [f"{took[way].megabytes:.0f}" if way in took else "" for way in _PEAKS]
    records = str(took["read"].number) if "read" in took else ""
    cells = [f"{name:<16}", f"{megabytes:.0f}", FORMATS[name].parser, *seconds, *ratios, *peaks, records]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table, or be one of the children."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--child", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        child(wanted.child, wanted.folder, wanted.formats[0])
        return
    system = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    print(f"machine: {system}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}")
    print(f"command: {' '.join(sys.argv)}\n")
    for line in lines(wanted.formats, wanted.ways, wanted.megabytes * 1_000_000, wanted.seed):
        print(line, flush=True)


if __name__ == "__main__":
    main()
