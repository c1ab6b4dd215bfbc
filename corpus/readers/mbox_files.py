"""Mail archives cut into single messages, one at a time, whatever their size.

A message begins at a "From " line. Bodies may hold such lines too, since not every archiver escapes them; so
one counts only when it looks like an envelope (an address and a date, or nothing more) and a header follows.
"""

import gzip
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...errors import UnsafeExportError
from ..model import Anomaly
from .export import MAX_RATIO, RATIO_FLOOR, Export

SUFFIXES = (".mbox", ".mbx", ".txt", ".mbox.gz", ".mbx.gz", ".txt.gz")
_LONGEST = 1 << 20
_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, OSError)

_DATED = re.compile(rb"From (?=.*\d{1,2}:\d{2}).*\b(?:19|20)\d{2}\b")
_BARE = re.compile(rb"From[ \t]*(?:\S+[ \t]*)?\r?\n?\Z")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")

_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELDS = re.compile(
    rb"^(message-id|in-reply-to|references|from|date|subject)[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE
)
_IN_BRACKETS = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class RawMail:
    """One message as bytes, and where it stands."""

    member: str
    line: int
    data: bytes

    @property
    def locator(self) -> str:
        """Member and line of its "From " line."""
        return f"{self.member}:{self.line}"

    @cached_property
    def _fields(self) -> dict[str, str]:
        """First value of each header that says which message this is and what it answers."""
        blank = _BLANK.search(self.data)
        head = _FOLD.sub(b"", self.data[: blank.start()] if blank else self.data)
        found: dict[str, str] = {}
        for name, value in _FIELDS.findall(head):
            found.setdefault(name.decode().lower(), value.decode("utf-8", "replace").strip())
        return found

    @cached_property
    def native_id(self) -> str:
        """The Message-ID; without one, a hash of what tells a message from others."""
        given = self._fields.get("message-id", "")
        bracketed = _IN_BRACKETS.search(given)
        name = "".join((bracketed[1] if bracketed else given).strip("<>").split())
        return name or f"sha:{self._digest()}"

    @cached_property
    def answers(self) -> tuple[str, ...]:
        """Ids this may answer: In-Reply-To, then References from the last to the first."""
        named = _ids(self._fields.get("in-reply-to", ""))
        return tuple(dict.fromkeys([*named, *reversed(_ids(self._fields.get("references", "")))]))

    def _digest(self) -> str:
        blank = _BLANK.search(self.data)
        body = self.data[blank.end() :] if blank else b""
        digest = hashlib.sha256(b"\n".join(line.rstrip() for line in body.strip().split(b"\n")))
        for name in ("from", "date", "subject"):
            digest.update(b"\0" + self._fields.get(name, "").encode())
        return digest.hexdigest()[:32]


def _ids(value: str) -> list[str]:
    """Message-IDs in a header; brackets may be missing, prose may stand around them."""
    found = _IN_BRACKETS.findall(value) or ([value] if "@" in value and " " not in value else [])
    return ["".join(name.split()) for name in found]


def is_mail(export: Export, member: str) -> bool:
    """Whether a member begins as a mail archive does."""
    head = export.head(member, 4096)
    if member.lower().endswith(".gz"):
        try:
            head = zlib.decompressobj(31).decompress(head, 4096)
        except zlib.error:
            return False
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").partition(b"\n")
    return bool((_DATED.match(first) or _BARE.match(first)) and _HEADER.match(rest))


def raw_mails(export: Export, member: str) -> Iterator[RawMail | Anomaly]:
    """The messages of one member, and an anomaly for what stands before the first or is cut off."""
    start, lines, stray = 0, list[bytes](), 0
    blank = True
    for number, line, following in _pairs(export, member):
        if isinstance(line, Anomaly):
            yield line
        elif _is_envelope(line, following, after_blank=blank):
            if start:
                yield RawMail(member, start, b"".join(lines))
            start, lines = number, []
        elif start:
            lines.append(line)
        elif line.strip(b"\xef\xbb\xbf\r\n\t "):
            stray = stray or number
        blank = not isinstance(line, Anomaly) and not line.strip()
    if stray:
        detail = "text before the first message" if start else "no message: not one 'From ' line of an mbox"
        yield Anomaly(code="unparsed", locator=f"{member}:{stray}", detail=detail)
    if start:
        yield RawMail(member, start, b"".join(lines))


def _is_envelope(line: bytes, following: bytes, *, after_blank: bool) -> bool:
    if not line.startswith(b"From") or not _HEADER.match(following):
        return False
    return bool(_DATED.match(line) or (after_blank and _BARE.match(line)))


def _pairs(export: Export, member: str) -> Iterator[tuple[int, bytes | Anomaly, bytes]]:
    """Numbered lines, each with the one after it."""
    former: bytes | None = None
    number = 0
    for line in _lines(export, member):
        if isinstance(line, Anomaly):
            yield number, line, b""
            continue
        if former is not None:
            yield number, former, line
        former = line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line
        number += 1
    if former is not None:
        yield number, former, b""


def _lines(export: Export, member: str) -> Iterator[bytes | Anomaly]:
    total = 0
    try:
        with export.open(member) as packed:
            stream = gzip.GzipFile(fileobj=packed) if member.lower().endswith(".gz") else packed
            while line := stream.readline(_LONGEST):
                yield line
                total += len(line)
                if total > RATIO_FLOOR and total > MAX_RATIO * max(packed.tell(), 1):
                    raise UnsafeExportError(
                        f"{export.path}: {member} unpacks to more than {MAX_RATIO} times its size",
                        hint="unpack it yourself, look at it, and name the file instead",
                    )
    except _FAILURES:
        yield Anomaly(code="truncated", locator=member, detail=f"damaged or cut off after {total:,} bytes")
