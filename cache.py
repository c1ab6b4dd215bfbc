"""What has been computed once and need not be again: small vectors under hashes of what they came from.

Texts themselves are never kept. A cache can be lost, and then costs time; it never lies.
"""

import logging
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Vectors = NDArray[np.float32]
_MAPPED = 2**30
"""Bytes of a cache file that are read by memory mapping."""
_log = logging.getLogger(__name__)


def cache_directory() -> Path:
    """$FORUM_PULSE_CACHE, else $XDG_CACHE_HOME/forum-pulse, else ~/.cache/forum-pulse."""
    if own := os.environ.get("FORUM_PULSE_CACHE"):
        return Path(own).expanduser()
    shared = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The XDG rules: a relative path is to be ignored.
    return (shared if shared.is_absolute() else Path.home() / ".cache") / "forum-pulse"


class VectorFile:
    """A cache file: SQLite, one row a vector, each with a checksum since SQLite keeps none.

    A damaged file is begun anew, an unusable one (no permission, full disk) is done without; both are logged.

    Args:
        path: where it lies; its folder is made with mode 0700 if it is not there.
        dimension: length of a vector.
        precision: of a stored number, as numpy names it.
    """

    def __init__(self, path: Path, dimension: int, precision: str = "<f2") -> None:
        self.path = path
        self.dimension = dimension
        self.precision = np.dtype(precision)

    def read_into(self, unit: Vectors, row: dict[bytes, int]) -> set[bytes]:
        """Copy known vectors to their rows of `unit`; return their keys."""

        def read(db: sqlite3.Connection) -> set[bytes]:
            found: set[bytes] = set()
            for keys in chunks(list(row), 500):
                marks = ",".join("?" * len(keys))
                for key, blob in db.execute(f"SELECT key, vector FROM vector WHERE key IN ({marks})", keys):
                    if (vector := self._unpack(blob)) is not None:
                        unit[row[key]] = vector
                        found.add(key)
            return found

        return self._transact(read) or set()

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Those of the keys whose vectors are kept, and sound."""
        row = {key: index for index, key in enumerate(dict.fromkeys(keys))}
        return self.read_into(np.empty((len(row), self.dimension), dtype=np.float32), row)

    def add(self, vectors: Iterable[tuple[bytes, Vectors]]) -> None:
        """Keep vectors under their keys, all or none."""
        rows = [(key, self._pack(vector)) for key, vector in vectors]
        self._transact(lambda db: db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?)", rows))

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Do `work` in one transaction, in a new file if this one is damaged; None if there can be none."""
        for _ in range(2):
            try:
                self._make_private()
                with closing(sqlite3.connect(self.path, timeout=60)) as db, db:
                    db.execute(f"PRAGMA mmap_size = {_MAPPED}")
                    db.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, vector BLOB)")
                    return work(db)
            except (sqlite3.OperationalError, OSError) as error:
                _log.warning("%s: going on without the cache (%s)", self.path, error)
                return None
            except sqlite3.DatabaseError as error:
                _log.warning("%s: the cache is damaged and begun anew (%s)", self.path, error)
                self.path.unlink(missing_ok=True)
        return None

    def _make_private(self) -> None:
        """Others must not read it: from a vector one can guess at the words."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    def _pack(self, vector: Vectors) -> bytes:
        data = vector.astype(self.precision).tobytes()
        return data + zlib.crc32(data).to_bytes(4, "little")

    def _unpack(self, blob: bytes) -> Vectors | None:
        data, checksum = blob[:-4], blob[-4:]
        if (
            len(data) != self.precision.itemsize * self.dimension
            or zlib.crc32(data).to_bytes(4, "little") != checksum
        ):
            return None
        return np.frombuffer(data, dtype=self.precision).astype(np.float32)


def stored_precision(vectors: Vectors) -> Vectors:
    """Vectors with the values they have once they were stored as float16."""
    return vectors.astype(np.float16).astype(np.float32)


def chunks(items: list[T], size: int) -> Iterator[list[T]]:
    """Pieces of a list, `size` items each."""
    return (items[start : start + size] for start in range(0, len(items), size))
