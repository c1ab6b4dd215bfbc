"""An export as a reader sees it: named members with bytes, whether file, folder or archive.

One view over all of them keeps every reader free of archive handling. A compressed member (`posts.json.gz`)
bears its name without that suffix and is decompressed as it is opened.
"""

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO

from ...errors import BrokenExportError, ExportError, UnsafeExportError, hint_for_missing
from .archives import (
    FAILURES,
    Members,
    SingleFile,
    is_archive_name,
    members_of,
    nested,
)
from .compression import COMPRESSIONS, decompressed

MAX_MEMBERS = 2_000_000
_BLOCK = 1 << 20
_HEAD_BLOCK = 512
_ENCODED = re.compile(r"\.[0-9A-F]{2}")


class Export:
    """A file, a folder, an archive, or a part of one, opened read-only.

    Args:
        path: what the user named.

    Raises:
        ExportError: there is nothing at `path`, or it can't be read.
        BrokenExportError: an archive that is truncated, or an export with nothing inside.
        UnsafeExportError: an archive with members that would escape or explode.
    """

    _left_out: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise ExportError(f"{path}: there is no such file or folder", hint=hint_for_missing(path))
        if not os.access(path, os.R_OK):
            raise ExportError(f"{path}: no permission to read it", hint=f"run: chmod -R u+r '{path}'")
        self._set(path, members_of(path, path), "")

    def _set(self, shown: Path, backing: Members, prefix: str) -> None:
        """Show the members below `prefix`; a prefix that is a whole name shows one file."""
        self.path = shown
        self._backing = backing
        self._prefix = prefix
        self.is_archive = not isinstance(backing, SingleFile) and (not prefix or prefix.endswith("/"))
        self.opened: set[str] = set()
        """Members that were opened to be read, not only looked at or hashed."""
        if not self.members:
            raise BrokenExportError(f"{shown}: nothing is inside", hint="export the forum again")

    @classmethod
    def try_open(cls, path: Path) -> "Export | None":
        """The export at `path`, or None where there is none to be read."""
        try:
            return cls(path)
        except ExportError:
            return None

    def parts(self) -> list["Export"]:
        """What lies directly inside, each as an export of its own: sub-folders, archives, files.

        Raises:
            ExportError: an archive inside is damaged or unsafe.
        """
        if not self.is_archive:
            return []
        names = dict.fromkeys(name[: name.index("/") + 1] if "/" in name else name for name in self.members)
        return [self.part(name) for name in names]

    def without(self, names: Collection[str]) -> "Export":
        """This export without some of its members, and without whole folders (names that end in "/")."""
        rest = type(self).__new__(type(self))
        rest._left_out = (*self._left_out, *names)  # noqa: SLF001 (our own, not yet made)
        rest._set(self.path, self._backing, self._prefix)  # noqa: SLF001
        return rest

    def part(self, name: str) -> "Export":
        """One member, or one folder (a name that ends in "/"), as an export of its own.

        Raises:
            ExportError: it is an archive that is damaged or unsafe.
        """
        shown = self.path / name.rstrip("/")
        if not name.endswith("/") and is_archive_name(stored := self._stored[name]):
            try:
                with self._backing.open(stored) as stream:
                    return self._view(shown, nested(stream, shown), "")
            except FAILURES as error:
                raise self._damaged(name, error) from error
        prefix = self._prefix + name if name.endswith("/") else self._stored[name]
        return self._view(shown, self._backing, prefix)

    @classmethod
    def _view(cls, shown: Path, backing: Members, prefix: str) -> "Export":
        part = cls.__new__(cls)
        part._set(shown, backing, prefix)  # noqa: SLF001 (our own, not yet made)
        return part

    @cached_property
    def _stored(self) -> dict[str, str]:
        """Name of a member as readers see it -> its name in the folder or archive."""
        names = self._backing.names()
        if len(names) > MAX_MEMBERS:
            raise UnsafeExportError(
                f"{self.path}: more than {MAX_MEMBERS:,} files", hint="name a smaller folder"
            )
        if not self.is_archive:
            name = self._prefix or names[0]
            return {_plain(PurePosixPath(name).name): name}
        mine = sorted(name for name in names if name.startswith(self._prefix) and not _is_litter(name))
        whole = {name.removeprefix(self._prefix): name for name in mine}
        # A file that lies here both compressed and plain keeps both names.
        plain = {(name if _plain(name) in whole else _plain(name)): stored for name, stored in whole.items()}
        return {name: stored for name, stored in plain.items() if not self._is_left_out(name)}

    def _is_left_out(self, member: str) -> bool:
        return any(
            member.startswith(name) if name.endswith("/") else member == name for name in self._left_out
        )

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names of all files inside, sorted, with forward slashes; a single file has its own name.

        Hidden files, links and what macOS adds to archives are left out.
        """
        return tuple(sorted(self._stored))

    def open(self, member: str) -> IO[bytes]:
        """Open one member for reading bytes.

        Raises:
            BrokenExportError: it can't be opened.
        """
        stream = self._bytes_of(member)
        self.opened.add(member)
        return stream

    def _bytes_of(self, member: str) -> IO[bytes]:
        try:
            stored = self._stored[member]
            stream = self._backing.open(stored)
            suffix = self._compression(stored)
            return decompressed(stream, suffix, self.path / member) if suffix else stream
        except (*FAILURES, KeyError) as error:
            raise BrokenExportError(f"{self.path}: {member} can't be read ({error})") from error

    def _compression(self, stored: str) -> str | None:
        """How a member is compressed: by its suffix; a single file by its first bytes."""
        if isinstance(self._backing, SingleFile):
            return self._backing.compression
        suffix = PurePosixPath(stored).suffix.lower()
        return suffix if suffix in COMPRESSIONS and not is_archive_name(stored) else None

    def read(self, member: str) -> bytes:
        """All bytes of one member.

        Raises:
            BrokenExportError: it is damaged.
        """
        try:
            with self.open(member) as stream:
                return stream.read()
        except FAILURES as error:
            raise self._damaged(member, error) from error

    def head(self, member: str, size: int = 65_536) -> bytes:
        """The first bytes of one member, for sniffing: of a damaged one what can still be read.

        Raises:
            BrokenExportError: nothing of it can be read.
        """
        try:
            with self._bytes_of(member) as stream:
                return stream.read(size)
        except FAILURES:
            return self._salvaged(member, size)

    def _salvaged(self, member: str, size: int) -> bytes:
        """What can be read of the first bytes of a damaged member."""
        found = b""
        try:
            with self._bytes_of(member) as stream:
                while len(found) < size and (block := stream.read(min(_HEAD_BLOCK, size - len(found)))):
                    found += block
        except FAILURES as error:
            if not found:
                raise self._damaged(member, error) from error
        return found

    def glimpse(self, member: str) -> bytes:
        """The first bytes of one member, nothing where it can't be read."""
        try:
            return self.head(member)
        except ExportError:
            return b""

    def lines(self, member: str) -> Iterator[tuple[int, bytes]]:
        """The member's lines with their numbers from 1, streamed."""
        with self.open(member) as stream:
            yield from enumerate(stream, start=1)

    @cached_property
    def sha256(self) -> str:
        """Content hash: of the bytes of a file, of names and bytes of a folder's or archive's members.

        A folder and an archive of it have the same hash, compressed or not.
        """
        total = hashlib.sha256()
        for member in self.members:
            digest = self._digest(member)
            if not self.is_archive:
                return digest
            total.update(f"{member}\0{digest}\n".encode("utf-8", "surrogatepass"))
        return total.hexdigest()

    def _digest(self, member: str) -> str:
        digest = hashlib.sha256()
        try:
            with self._bytes_of(member) as stream:
                while block := stream.read(_BLOCK):
                    digest.update(block)
        except FAILURES as error:
            raise self._damaged(member, error) from error
        return digest.hexdigest()

    def _damaged(self, member: str, error: Exception) -> BrokenExportError:
        return BrokenExportError(
            f"{self.path}: {member} is damaged or cut off ({error})", hint="download the export again"
        )


def _plain(name: str) -> str:
    """A member's name without the suffix of its compression."""
    suffix = PurePosixPath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in COMPRESSIONS and not is_archive_name(name) else name


def _is_litter(name: str) -> bool:
    """Hidden files; but ".E2.9C.94 ..." is how a Zulip archive names a topic that begins with a tick."""
    return any(
        part == "__MACOSX" or (part.startswith(".") and not _ENCODED.match(part))
        for part in PurePosixPath(name).parts
    )
