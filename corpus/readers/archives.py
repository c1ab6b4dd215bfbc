"""What lies behind an export: one file, a folder, a zip, a tar; each as names and bytes.

Names that climb out of the archive, links, and members that unpack to far more than they weigh are refused
here. Nothing is ever unpacked to a path an archive names.
"""

import io
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, cast

import zstandard

from ...errors import BrokenExportError, UnsafeExportError
from .compression import COMPRESSIONS, compression_of, decompressed, is_bomb, refusal

DOCUMENTS = (".xlsx", ".xlsm")
"""Zip archives by their build that are one document to everybody."""
FAILURES = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, zstandard.ZstdError, EOFError,
    NotImplementedError, RuntimeError, OSError, UnicodeError,
)  # fmt: skip
"""What the libraries raise over a damaged archive."""
MISREAD = (*FAILURES, ValueError, LookupError)
"""What they raise over a directory of one that is damaged."""

_TAR_MAGIC, _TAR_MAGIC_AT, _TAR_BLOCK = b"ustar", 257, 512
_ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", *(f".tar{suffix}" for suffix in COMPRESSIONS))
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
        with path.open("rb") as stream:
            self.compression = compression_of(stream)

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
        file: its bytes, open as long as this is.
        shown: what to call it in messages.
    """

    def __init__(self, file: IO[bytes], shown: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
        except MISREAD as error:
            raise _damaged(shown, error) from error
        for info in self._archive.infolist():
            check_name(info.filename, shown)
            if is_bomb(info.file_size, info.compress_size):
                raise refusal(shown, info.filename)

    def names(self) -> list[str]:
        """Names of its files."""
        return [info.filename for info in self._archive.infolist() if info.filename and not info.is_dir()]

    def open(self, name: str) -> IO[bytes]:
        """Open one of them."""
        return self._archive.open(name)


class Tar:
    """A tar archive, compressed or not; a compressed one is unpacked to a temporary tar for random access.

    Args:
        file: its bytes, open as long as this is.
        shown: what to call it in messages.
    """

    def __init__(self, file: IO[bytes], shown: Path) -> None:
        suffix = compression_of(file)
        try:
            self._file = _unpacked(file, suffix, shown) if suffix else file
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
    file = path.open("rb")
    if archive := _archive_in(file, shown):
        return archive
    file.close()
    if is_archive_name(shown.name):
        raise _damaged(shown, None)
    return SingleFile(path, shown.name)


def nested(packed: IO[bytes], shown: Path) -> Members:
    """The files of an archive that lies in another; its bytes wait in a file without a name meanwhile.

    Args:
        packed: its bytes.
        shown: what to call it in messages.

    Raises:
        BrokenExportError: it is damaged or cut off.
        UnsafeExportError: it has members that would escape or explode.
    """
    if archive := _archive_in(_copied(packed), shown):
        return archive
    raise _damaged(shown, None)


def _archive_in(file: IO[bytes], shown: Path) -> Zip | Tar | None:
    """The archive that a file is, which keeps it open; None where it is none."""
    if zipfile.is_zipfile(file) and not shown.name.lower().endswith(DOCUMENTS):
        return Zip(file, shown)
    return Tar(file, shown) if _is_tar(file, shown) else None


def is_archive_name(name: str) -> bool:
    """Whether a file of this name should be an archive."""
    return name.lower().endswith(_ARCHIVES)


def _is_tar(file: IO[bytes], shown: Path) -> bool:
    """Whether a file is a tar archive, judged by its bytes, compressed or not."""
    suffix = compression_of(file)
    # As much as the first block of any of them takes.
    head = io.BytesIO(file.read(_BLOCK if suffix else _TAR_BLOCK))
    file.seek(0)
    try:
        with decompressed(head, suffix, shown) if suffix else head as opened:
            block = opened.read(_TAR_BLOCK)
    except (*FAILURES, UnsafeExportError):
        return False
    return block[_TAR_MAGIC_AT:].startswith(_TAR_MAGIC)


def _unpacked(packed: IO[bytes], suffix: str, shown: Path) -> IO[bytes]:
    with decompressed(packed, suffix, shown) as stream:
        return _copied(stream)


def _copied(stream: IO[bytes]) -> IO[bytes]:
    """The same bytes in a file that can be read anywhere, and that has no name to be left behind by."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (returned open)
    shutil.copyfileobj(stream, file, _BLOCK)
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


def _damaged(shown: Path, error: Exception | None) -> BrokenExportError:
    why = f" ({error})" if error and str(error) else ""
    return BrokenExportError(
        f"{shown}: the archive is damaged or cut off{why}", hint="download the export again"
    )
