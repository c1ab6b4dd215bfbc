"""Small stand-ins that several tests share: a reader of given records, models that take no time."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from forum_pulse.corpus.model import Account, Post, Record, Source, Thread
from forum_pulse.corpus.readers import Export, ReadOptions
from forum_pulse.embeddings import SentenceEmbedder
from forum_pulse.sentiment import STANCES, Inquiry, Reading, StanceReader, Target


class ListReader:
    """Yields the records it was given, whatever the export."""

    name = "list"
    title = "a list of records"
    verified = False

    def __init__(self, records: Sequence[Record], source: Source | None = None) -> None:
        self.records = records
        self.source = source or Source(format="list", instance="forum")

    def sniff(self, export: Export) -> bool:
        return True

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        yield self.source
        yield from self.records


def export_of(folder: Path, content: str = "content", name: str = "export.json") -> Export:
    """An export file with this content: its hash is its identity."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return Export(path)


def conversation(*posts: tuple[str, str], thread: str = "1") -> list[Record]:
    """A thread of (author, body) pairs; the first is its root, the rest answer it."""
    records: list[Record] = [Thread(native_id=thread, title="A thread", root_post=f"{thread}/1")]
    records += [
        Account(native_id=author, username=author) for author in sorted({author for author, _ in posts})
    ]
    for number, (author, body) in enumerate(posts, start=1):
        records.append(
            Post(
                native_id=f"{thread}/{number}",
                thread=thread,
                ordinal=number,
                author=author,
                body=body,
                body_format="text",
                parent=None if number == 1 else f"{thread}/1",
                parent_source=None if number == 1 else "explicit",
            )
        )
    return records


class FakeEmbedder:
    """Unit vectors from hashed words: texts that share words are near each other.

    Attributes:
        calls: the lists of texts `encode` was given.
    """

    def __init__(self, dimension: int = 64) -> None:
        self.name = f"fake-{dimension}"
        self.revision = "0" * 12
        self.dimension = dimension
        self.calls: list[list[str]] = []

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimension), rows of length 1."""
        self.calls.append(list(texts))
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = np.full(self.dimension, 1e-3)
        for word in text.lower().split():
            total += _word_vector(word, self.dimension)
        return (total / np.linalg.norm(total)).astype(np.float32)


@cache
def _word_vector(word: str, dimension: int) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "little")
    return np.random.default_rng(seed).standard_normal(dimension)


class QuickEmbedder(FakeEmbedder):
    """Takes the place of the real model, so that its weights are accepted, and no time."""

    def __init__(self) -> None:
        real = SentenceEmbedder()
        super().__init__(real.dimension)
        self.name, self.revision = real.name, real.revision


class QuickReader:
    """Takes the place of the stance model: a stance by the letters of text and target."""

    def read(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Reading]:
        kinds = [
            zlib.crc32(f"{text}\0{target}".encode()) % 4 for text, target in zip(texts, targets, strict=True)
        ]
        return [Reading(STANCES[kind % 3], 0.4, 0.3, 0.3, unclear=kind == 3) for kind in kinds]


def read_stances(posts: pa.Table, targets: Sequence[Target], reader: StanceReader, **about: Any) -> pa.Table:
    """Stances of the posts that are about a target, the reader being asked for all at once."""
    inquiry = Inquiry.of(posts, targets, **about)
    return inquiry.answered(reader.read(*inquiry.questions))
