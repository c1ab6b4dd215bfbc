"""What lies behind an export: one file, a folder, a zip, a tar; each as names and bytes.

The guards stand here: names that climb out of the archive, links, members that unpack to far more than they
weigh. Nothing is ever unpacked to a path an archive names.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, cast

import zstandard

from ...errors import BrokenExportError, UnsafeExportError

MAX_RATIO = 200
"""What grows more than this (above `RATIO_FLOOR` bytes) when unpacked is taken for a bomb."""
RATIO_FLOOR = 50_000_000
DOCUMENTS = (".xlsx", ".xlsm")
"""Zip archives by their build that are one document to everybody."""
COMPRESSIONS = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\x00", ".zst": b"\x28\xb5\x2f\xfd"}
"""Suffixes of compressed files and the bytes they begin with."""
FAILURES = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, zstandard.ZstdError, EOFError,
    NotImplementedError, RuntimeError, OSError, UnicodeError,
)  # fmt: skip
"""What the libraries raise over a damaged archive."""
MISREAD = (*FAILURES, ValueError, LookupError)
"""What they raise over a directory of one that is damaged."""

_TAR_MAGIC, _TAR_MAGIC_AT, _TAR_BLOCK = b"ustar", 257, 512
_ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", *(f".tar{suffix}" for suffix in COMPRESSIONS))
_WINDOW = 1 << 31
"""Largest zstandard window: what the public Reddit archives are packed with."""
_BLOCK = 1 << 20


class Members(Protocol):
    """Files by name, forward slashes in them, in no particular order."""

    def names(self) -> list[str]:
        """Names of all files."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """The bytes of one file as they are stored."""
        ...


class Folder:
    """All files of a folder; links are left out."""

    def __init__(self, path: Path) -> None:
        self._path, self._root = path, str(path)

    def names(self) -> list[str]:
        """Paths below the folder."""
        return self._listed

    @cached_property
    def _listed(self) -> list[str]:
        # Whoever looks at a part of the folder asks for all of it.
        return [
            entry.relative_to(self._path).as_posix()
            for entry in self._path.rglob("*")
            if entry.is_file() and not entry.is_symlink()
        ]

    def open(self, name: str) -> IO[bytes]:
        """Open one of them."""
        return open(f"{self._root}/{name}", "rb")  # noqa: PTH123 (a path object costs more than opening does)


class SingleFile:
    """One file under its own name."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self.compression = compression_of(path)

    def names(self) -> list[str]:
        """The one name."""
        return [self._name]

    def open(self, name: str) -> IO[bytes]:
        """Open it."""
        del name
        return self._path.open("rb")


class Zip:
    """A zip archive.

    Args:
        path: the file.
        shown: what to call it in messages.
    """

    def __init__(self, path: Path, shown: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(path)
        except MISREAD as error:
            raise _damaged(shown, error) from error
        for info in self._archive.infolist():
            check_name(info.filename, shown)
            if info.file_size > RATIO_FLOOR and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                raise _explodes(shown, info.filename)

    def names(self) -> list[str]:
        """Names of its files."""
        return [info.filename for info in self._archive.infolist() if info.filename and not info.is_dir()]

    def open(self, name: str) -> IO[bytes]:
        """Open one of them."""
        return self._archive.open(name)


class Tar:
    """A tar archive, compressed or not; a compressed one is unpacked to a temporary tar for random access.

    Args:
        path: the file.
        shown: what to call it in messages.
    """

    def __init__(self, path: Path, shown: Path) -> None:
        suffix = compression_of(path)
        try:
            self._file = _unpacked(path, suffix, shown) if suffix else path.open("rb")
            self._archive = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115 (open as long as we are)
            self._infos = {info.name.removeprefix("./"): info for info in self._archive if info.isfile()}
        except MISREAD as error:
            raise _damaged(shown, error) from error
        for name in self._infos:
            check_name(name, shown)

    def names(self) -> list[str]:
        """Names of its files; links and devices are left out."""
        return list(self._infos)

    def open(self, name: str) -> IO[bytes]:
        """Open one of them."""
        return cast("IO[bytes]", self._archive.extractfile(self._infos[name]))


def members_of(path: Path, shown: Path) -> Members:
    """The files behind a path.

    Args:
        path: a file or folder that exists.
        shown: what to call it in messages; its name is that of a single file.

    Raises:
        BrokenExportError: an archive that is damaged or cut off.
        UnsafeExportError: an archive with members that would escape or explode.
    """
    if path.is_dir():
        return Folder(path)
    if zipfile.is_zipfile(path) and not shown.name.lower().endswith(DOCUMENTS):
        return Zip(path, shown)
    if is_tar(path):
        return Tar(path, shown)
    if is_archive_name(shown.name):
        raise _damaged(shown, None)
    return SingleFile(path, shown.name)


def is_archive_name(name: str) -> bool:
    """Whether a file of this name should be an archive."""
    return name.lower().endswith(_ARCHIVES)


def is_tar(path: Path) -> bool:
    """Whether a file is a tar archive, judged by its bytes, compressed or not."""
    try:
        with path.open("rb") as stream:
            suffix = compression_of(path)
            opened = decompressed(stream, suffix, path) if suffix else stream
            block = opened.read(_TAR_BLOCK)
    except (*FAILURES, UnsafeExportError):
        return False
    return block[_TAR_MAGIC_AT:].startswith(_TAR_MAGIC)


def compression_of(path: Path) -> str | None:
    """The suffix that stands for how a file is compressed, judged by its first bytes; None if it is not."""
    with path.open("rb") as stream:
        head = stream.read(6)
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
        if self._total > RATIO_FLOOR and self._total > MAX_RATIO * max(self._packed.tell(), 1):
            raise _explodes(self._shown, self._shown.name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close it and what it reads from."""
        self._inner.close()
        self._packed.close()
        super().close()


def copied(stream: IO[bytes], name: str) -> Path:
    """A temporary file with the bytes of an archive that lies inside another; the caller deletes it."""
    with tempfile.NamedTemporaryFile(prefix="forum-pulse-", suffix=f"-{name[-40:]}", delete=False) as file:
        while block := stream.read(_BLOCK):
            file.write(block)
    return Path(file.name)


def _unpacked(path: Path, suffix: str, shown: Path) -> IO[bytes]:
    file = tempfile.TemporaryFile(prefix="forum-pulse-")  # noqa: SIM115 (returned open)
    with decompressed(path.open("rb"), suffix, shown) as stream:
        while block := stream.read(_BLOCK):
            file.write(block)
    file.seek(0)
    return cast("IO[bytes]", file)


def check_name(name: str, shown: Path) -> None:
    """Refuse a member that would be written outside the archive's folder.

    Raises:
        UnsafeExportError: its name climbs out.
    """
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise UnsafeExportError(
            f"{shown}: member {name!r} would be written outside the archive's folder",
            hint="this is no ordinary export; ask where the file came from",
        )


def _explodes(shown: Path, name: str) -> UnsafeExportError:
    return UnsafeExportError(
        f"{shown}: {name!r} unpacks to more than {MAX_RATIO} times its size",
        hint="unpack it yourself, look at it, and name the folder instead",
    )


def _damaged(shown: Path, error: Exception | None) -> BrokenExportError:
    why = f" ({error})" if error and str(error) else ""
    return BrokenExportError(
        f"{shown}: the archive is damaged or cut off{why}", hint="download the export again"
    )
