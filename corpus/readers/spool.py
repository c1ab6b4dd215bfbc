"""Records that are wanted a second time, kept outside of memory.

Some exports can be told only when all of them was seen: which of two states of a post is the later one, what
was accepted. Then each record waits here, in a file without a name that ends with the process, instead of
being read twice or held in memory.
"""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.msgpack import Decoder, Encoder

Kept = TypeVar("Kept", bound=Struct)

_RUN = 512
_IN_MEMORY = 1 << 23
"""Bytes up to which no file is needed."""


class Spool(Generic[Kept]):
    """Structs in the order in which they were added; to be gone through when all are there."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (closed where it is gone through)
        self._encoder = Encoder()
        self._run: list[Kept] = []
        self._runs: list[tuple[type[Kept], int] | list[Kept]] = []
        """Kind and bytes of each run in the file, or the run itself where it can't be written."""

    def add(self, record: Kept) -> None:
        """Keep a record."""
        if self._run and (type(record) is not type(self._run[0]) or len(self._run) == _RUN):
            self._put()
        self._run.append(record)

    def _put(self) -> None:
        try:
            data = self._encoder.encode(self._run)
        except (UnicodeEncodeError, OverflowError):
            # Half emoji and numbers beyond 64 bits are rare; they stay as they are.
            self._runs.append(self._run)
        else:
            self._file.write(data)
            self._runs.append((type(self._run[0]), len(data)))
        self._run = []

    def __iter__(self) -> Iterator[Kept]:
        """Every record, equal to what was added; they are gone afterwards."""
        if self._run:
            self._put()
        self._file.seek(0)
        decoders: dict[type[Kept], Decoder[Any]] = {}
        with self._file:
            for run in self._runs:
                if isinstance(run, list):
                    yield from run
                    continue
                kind, size = run
                if kind not in decoders:
                    decoders[kind] = Decoder(list[kind])
                yield from decoders[kind].decode(self._file.read(size))
