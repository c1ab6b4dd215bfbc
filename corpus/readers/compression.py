"""Compressed files: how they are told from others, and what comes out of them, as far as it may.

What is packed can be small and unpack to more than a disk holds, so what comes out is weighed against what
went in.
"""

import bz2
import gzip
import io
import lzma
from pathlib import Path
from typing import IO, cast

import zstandard

from ...errors import UnsafeExportError

_MAX_RATIO = 200
_RATIO_FLOOR = 50_000_000
"""Bytes up to which anything may unpack."""
COMPRESSIONS = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\x00", ".zst": b"\x28\xb5\x2f\xfd"}
"""Suffixes of compressed files and the bytes they begin with."""

_WINDOW = 1 << 31
"""Largest zstandard window: what the public Reddit archives are packed with."""


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so many bytes from so few are more than a file that means no harm can hold."""
    return unpacked > max(_RATIO_FLOOR, _MAX_RATIO * max(packed, 1))


def compression_of(file: IO[bytes]) -> str | None:
    """The suffix that stands for how a file is compressed, judged by its first bytes; None if it is not."""
    file.seek(0)
    head = file.read(6)
    file.seek(0)
    return next((suffix for suffix, magic in COMPRESSIONS.items() if head.startswith(magic)), None)


def decompressed(packed: IO[bytes], suffix: str, shown: Path) -> IO[bytes]:
    """The content of a compressed stream, which stops at what grows too much.

    Args:
        packed: the compressed bytes; closed with what is returned.
        suffix: one of `COMPRESSIONS`.
        shown: what to call it in messages.
    """
    if suffix == ".gz":
        inner: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=packed))
    elif suffix == ".bz2":
        inner = cast("IO[bytes]", bz2.BZ2File(packed))
    elif suffix == ".xz":
        inner = cast("IO[bytes]", lzma.LZMAFile(packed))  # noqa: SIM115 (returned open)
    else:
        reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        inner = cast("IO[bytes]", reader.stream_reader(packed, read_across_frames=True))
    return cast("IO[bytes]", io.BufferedReader(_Guarded(inner, packed, shown)))


class _Guarded(io.RawIOBase):
    """A decompressing stream that counts what comes out against what went in."""

    def __init__(self, inner: IO[bytes], packed: IO[bytes], shown: Path) -> None:
        super().__init__()
        self._inner, self._packed, self._shown = inner, packed, shown
        self._total = 0

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: "memoryview | bytearray", /) -> int:  # type: ignore[override]
        """Fill the buffer with what comes next."""
        data = self._inner.read(len(buffer))
        self._total += len(data)
        if is_bomb(self._total, self._packed.tell()):
            raise refusal(self._shown, self._shown.name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close it and what it reads from."""
        self._inner.close()
        self._packed.close()
        super().close()


def refusal(shown: Path, name: str) -> UnsafeExportError:
    """What to say of a bomb."""
    return UnsafeExportError(
        f"{shown}: {name!r} unpacks to more than {_MAX_RATIO} times its size",
        hint="unpack it yourself, look at it, and name the folder instead",
    )
