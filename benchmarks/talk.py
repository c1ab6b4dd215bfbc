"""An endless forum, and how it is written to disk as an export: the same seed gives the same bytes.

Messages wrap the words of `forum_pulse.demo`, so their lengths are those of a forum; the JSON around them has
the fields and the spacing of the real thing. Used by `chat_exports.py` and `board_exports.py`.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from forum_pulse.demo.banks import load_banks, load_world
from forum_pulse.demo.compose import Composer
from forum_pulse.demo.dice import dice

_START = datetime(2024, 1, 1, 8, tzinfo=UTC)
PEOPLE, _THREAD = 2_000, 8
_SAYINGS = 4_000


@dataclass(frozen=True, slots=True)
class Said:
    """One message; messages are numbered from 1, `root` opened the thread, `parent` is what it answers."""

    number: int
    by: int
    at: datetime
    words: str
    root: int
    parent: int | None
    likes: tuple[int, ...]

    @property
    def is_root(self) -> bool:
        """Whether it opens a thread."""
        return self.parent is None

    def iso(self, end: str = "Z") -> str:
        """Its time, to the millisecond."""
        return f"{self.at:%Y-%m-%dT%H:%M:%S}.{self.number % 1000:03}{end}"

    @property
    def html(self) -> str:
        """Its words as a paragraph."""
        return f"<p>{self.words.replace('&', '&amp;').replace('<', '&lt;')}</p>"


class Talk:
    """An endless forum.

    Args:
        seed: another seed, another forum.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        roll, composer = dice(seed, "benchmark"), Composer(load_world(), load_banks("both"))
        topics = sorted(set(composer.banks.everyday) - {"starts", "tails"})
        self._sayings = [
            " ".join(
                composer.everyday(roll, roll.pick(topics), "replies").words
                for _ in range(1 + roll.chance(0.4) + 3 * roll.chance(0.2))
            )
            for _ in range(_SAYINGS)
        ]

    def __iter__(self) -> Iterator[Said]:
        at, number, roll = _START, 0, self._random
        while True:
            root = number + 1
            for place in range(roll.randint(1, 2 * _THREAD - 1)):
                number += 1
                at += timedelta(seconds=roll.randint(1, 120))
                parent = roll.randint(root, number - 1) if place else None
                likes = tuple(roll.sample(range(1, PEOPLE + 1), roll.randint(1, 4)))
                yield Said(
                    number, roll.randint(1, PEOPLE), at, roll.choice(self._sayings), root, parent,
                    likes if roll.random() < 0.25 else (),
                )  # fmt: skip

    def threads(self) -> Iterator[list[Said]]:
        """The same by thread."""
        thread: list[Said] = []
        for said in self:
            if said.is_root and thread:
                yield thread
                thread = []
            thread.append(said)


def write(path: Path, size: int, pieces: Iterator[bytes], end: bytes = b"") -> None:
    """Write pieces until the file is of the size."""
    written = 0
    with path.open("wb") as stream:
        for piece in pieces:
            written += stream.write(piece)
            if written >= size:
                break
        stream.write(end)


def write_files(folder: Path, size: int, files: Iterator[tuple[str, bytes]]) -> None:
    """Write files until the folder is of the size."""
    written = 0
    for name, content in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        written += target.write_bytes(content)
        if written >= size:
            break


def indented(head: str, entries: Iterator[Any], indent: int) -> Iterator[bytes]:
    """A list of objects below what stands before it, indented as Python and Qt write JSON."""
    yield head.encode()
    comma = "\n"
    for entry in entries:
        text = json.dumps(entry, indent=1, ensure_ascii=False).replace("\n", "\n" + " " * indent)
        yield f"{comma}{' ' * indent}{text}".encode()
        comma = ",\n"
