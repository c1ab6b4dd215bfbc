"""An export as a reader sees it: named members with bytes, whether file, folder or zip archive.

One view over the three keeps every reader free of archive handling, and keeps the guards in one place:
names that climb out, links, archives that unpack to far more than they weigh.
"""

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO

from ...errors import BrokenExportError, ExportError, UnsafeExportError

MAX_RATIO = 200
"""An archive member that grows more than this (above `RATIO_FLOOR` bytes) is taken for a bomb."""
RATIO_FLOOR = 50_000_000
MAX_MEMBERS = 2_000_000
_BLOCK = 1 << 20
_ENCODED = re.compile(r"\.[0-9A-F]{2}")
_ZIP_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Export:
    """A file, folder or zip archive, opened read-only.

    Args:
        path: what the user named.

    Raises:
        ExportError: there is nothing at `path`, or it can't be read.
        BrokenExportError: an archive that is truncated, or an export with nothing inside.
        UnsafeExportError: an archive with members that would escape or explode.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise ExportError(
                f"{path}: there is no such file or folder", hint="check the spelling of the path"
            )
        if not os.access(path, os.R_OK):
            raise ExportError(f"{path}: no permission to read it", hint=f"run: chmod -R u+r '{path}'")
        self._zip = self._open_zip() if path.is_file() and zipfile.is_zipfile(path) else None
        if self._zip is None and path.is_file() and path.suffix.lower() == ".zip":
            raise BrokenExportError(
                f"{path}: the zip archive is damaged or cut off", hint="download the export again"
            )
        if not self.members:
            raise BrokenExportError(f"{path}: nothing is inside", hint="export the forum again")

    @classmethod
    def try_open(cls, path: Path) -> "Export | None":
        """The export at `path`, or None where there is none to be read."""
        try:
            return cls(path)
        except ExportError:
            return None

    def _open_zip(self) -> zipfile.ZipFile:
        try:
            archive = zipfile.ZipFile(self.path)
        except (*_ZIP_FAILURES, OSError) as error:
            raise BrokenExportError(
                f"{self.path}: the zip archive is damaged or cut off ({error})",
                hint="download the export again",
            ) from error
        for info in archive.infolist():
            name = PurePosixPath(info.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts:
                raise UnsafeExportError(
                    f"{self.path}: member {info.filename!r} would be written outside the archive's folder",
                    hint="this is no ordinary export; ask where the file came from",
                )
            if info.file_size > RATIO_FLOOR and info.file_size > MAX_RATIO * max(info.compress_size, 1):
                raise UnsafeExportError(
                    f"{self.path}: member {info.filename!r} unpacks to {info.file_size:,} bytes from "
                    f"{info.compress_size:,}",
                    hint="unpack it yourself, look at it, and name the folder instead",
                )
        return archive

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names of all files inside, sorted, with forward slashes; a single file has its own name.

        Hidden files, links and what macOS adds to archives are left out.
        """
        if self._zip is not None:
            names = [info.filename for info in self._zip.infolist() if not info.is_dir()]
        elif self.path.is_dir():
            names = [
                entry.relative_to(self.path).as_posix()
                for entry in self.path.rglob("*")
                if entry.is_file() and not entry.is_symlink()
            ]
        else:
            return (self.path.name,)
        if len(names) > MAX_MEMBERS:
            raise UnsafeExportError(
                f"{self.path}: more than {MAX_MEMBERS:,} files", hint="name a smaller folder"
            )
        return tuple(sorted(name for name in names if not _is_litter(name)))

    @property
    def is_archive(self) -> bool:
        """Whether this is a folder or zip, not a single file."""
        return self._zip is not None or self.path.is_dir()

    def open(self, member: str) -> IO[bytes]:
        """Open one member for reading bytes.

        Raises:
            BrokenExportError: it can't be opened.
        """
        try:
            if self._zip is not None:
                return self._zip.open(member)
            return (self.path / member if self.path.is_dir() else self.path).open("rb")
        except (*_ZIP_FAILURES, OSError, KeyError) as error:
            raise BrokenExportError(f"{self.path}: {member} can't be read ({error})") from error

    def read(self, member: str) -> bytes:
        """All bytes of one member.

        Raises:
            BrokenExportError: it is damaged.
        """
        try:
            with self.open(member) as stream:
                return stream.read()
        except (*_ZIP_FAILURES, OSError) as error:
            raise BrokenExportError(
                f"{self.path}: {member} is damaged or cut off ({error})", hint="download the export again"
            ) from error

    def head(self, member: str, size: int = 65_536) -> bytes:
        """The first bytes of one member, for sniffing."""
        try:
            with self.open(member) as stream:
                return stream.read(size)
        except (*_ZIP_FAILURES, OSError) as error:
            raise BrokenExportError(f"{self.path}: {member} is damaged or cut off ({error})") from error

    def lines(self, member: str) -> Iterator[tuple[int, bytes]]:
        """The member's lines with their numbers from 1, streamed."""
        with self.open(member) as stream:
            yield from enumerate(stream, start=1)

    @cached_property
    def sha256(self) -> str:
        """Content hash: of the bytes of a file, of names and bytes of a folder's or archive's members.

        A folder and a zip of it have the same hash.
        """
        total = hashlib.sha256()
        for member in self.members:
            digest = self._digest(member)
            if not self.is_archive:
                return digest
            total.update(f"{member}\0{digest}\n".encode())
        return total.hexdigest()

    def _digest(self, member: str) -> str:
        digest = hashlib.sha256()
        try:
            with self.open(member) as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
        except (*_ZIP_FAILURES, OSError) as error:
            raise BrokenExportError(
                f"{self.path}: {member} is damaged or cut off ({error})", hint="download the export again"
            ) from error
        return digest.hexdigest()


def _is_litter(name: str) -> bool:
    """Hidden files; but ".E2.9C.94 ..." is how a Zulip archive names a topic that begins with a tick."""
    return any(
        part == "__MACOSX" or (part.startswith(".") and not _ENCODED.match(part))
        for part in PurePosixPath(name).parts
    )
