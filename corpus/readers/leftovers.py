"""What lies in an export and was never opened: told, so that nothing anybody needs is lost without a word.

No reader has to think of it: an export knows which of its members were opened, and all others are told, one
row a kind of file. Files that hold no records whatever the format (pictures, sound, licences) go without a
word, and so do those a reader names in `set_aside`.
"""

import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from ..model import Anomaly, Record
from .export import Export
from .interface import Reader, ReadOptions

_WORDLESS = frozenset(
    [
        ".pdf", ".png", ".jpg", ".jpeg", ".jfif", ".gif", ".bmp", ".svg", ".webp", ".heic", ".heif", ".avif",
        ".ico", ".tif", ".tiff", ".psd", ".mp3", ".mp4", ".m4a", ".m4v", ".mov", ".avi", ".mkv", ".webm",
        ".mpg", ".mpeg", ".3gp", ".ogg", ".oga", ".ogv", ".opus", ".wav", ".flac", ".aac", ".amr", ".tgs",
        ".css", ".scss", ".js", ".mjs", ".map", ".woff", ".woff2", ".ttf", ".otf", ".eot",
    ]
)  # fmt: skip
"""Pictures, sound, film and pages to print, as people attach them, and what makes a page look well."""
_SUFFIX = re.compile(r"\.(?=\d*[a-z])[a-z0-9]{1,8}")
"""What tells a kind of file, and is no date, number or end of a sentence."""
_ABOUT = ("readme*", "licen[cs]e*", "copying*", "notice*", "thumbs.db", "desktop.ini")
"""Names of files about the files beside them."""


def read_all(reader: Reader, export: Export, options: ReadOptions) -> Iterator[Record]:
    """Stream all a reader tells of an export, then what it did not open.

    Raises:
        ExportError: nothing of it can be read.
    """
    yield from reader.read(export, options)
    yield from unopened(export, getattr(reader, "set_aside", ()))


def unopened(export: Export, aside: Collection[str] = ()) -> Iterator[Anomaly]:
    """One row for each kind of file that was not opened: how many there are, and the first of them.

    Args:
        export: after it was read.
        aside: what holds no records; see `is_aside`.
    """
    kinds: dict[str, list[str]] = {}
    for member in export.members if export.is_archive else ():
        if member in export.opened or _is_wordless(member) or is_aside(member, aside):
            continue
        suffix = PurePosixPath(member.lower()).suffix
        kinds.setdefault(suffix if _SUFFIX.fullmatch(suffix) else "without suffix", []).append(member)
    for kind, members in sorted(kinds.items()):
        detail = f"not read: {len(members)} file{'s' if len(members) > 1 else ''} ({kind})"
        yield Anomaly(code="unread", locator=members[0], detail=detail)


def is_aside(member: str, aside: Collection[str]) -> bool:
    """Whether a member's path, from any folder on, fits one of the patterns; these are in lower case."""
    return any(fnmatchcase(f"/{member.lower()}", f"*/{pattern}") for pattern in aside)


def _is_wordless(member: str) -> bool:
    path = PurePosixPath(member.lower())
    return path.suffix in _WORDLESS or any(fnmatchcase(path.name, pattern) for pattern in _ABOUT)
