"""Mail archives cut into single messages, one at a time, whatever their size.

A message begins at a "From " line. Bodies may hold such lines too, since not every archiver escapes them; so
one counts only when it looks like an envelope (an address and a date, or nothing more) and a header follows.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export

SUFFIXES = (".mbox", ".mbx", ".txt")
_LONGEST = 1 << 20
_LINES_KEPT = 1000
_BOM = b"\xef\xbb\xbf"

_DATED = re.compile(rb"From (?=.*\d{1,2}:\d{2}).*\b(?:19|20)\d{2}\b")
_BARE = re.compile(rb"From[ \t]*(?:\S+[ \t]*)?\r?\n?\Z")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")

_BLANK = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELDS = frozenset((b"message-id", b"in-reply-to", b"references", b"from", b"date", b"subject", b"list-id"))
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
        for line in head.split(b"\n"):
            name, _, value = line.partition(b":")
            if (name := name.strip().lower()) in _FIELDS:
                found.setdefault(name.decode(), value.decode("utf-8", "replace").strip())
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

    @property
    def subject(self) -> str:
        """The subject as it is written."""
        return self._fields.get("subject", "")

    @property
    def date(self) -> str:
        """The date as it is written."""
        return self._fields.get("date", "")

    @property
    def list_id(self) -> str:
        """The list it was sent to, "" where it does not say."""
        return self._fields.get("list-id", "").casefold()

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
    first, _, rest = head.removeprefix(_BOM).lstrip(b"\r\n").partition(b"\n")
    return bool((_DATED.match(first) or _BARE.match(first)) and _HEADER.match(rest))


def raw_mails(export: Export, member: str) -> Iterator[RawMail | Anomaly]:
    """The messages of one member, and an anomaly for what stands before the first or is cut off."""
    start, stray, number = 0, 0, 0
    lines: list[bytes] = []
    former, is_envelope = b"", False
    for line in _lines(export, member):
        if isinstance(line, Anomaly):
            yield line
            continue
        number += 1
        if is_envelope and _HEADER.match(line):
            # The line above was no text: a message begins.
            lines.pop()
            if start:
                yield RawMail(member, start, b"".join(lines))
            elif any(map(bytes.strip, lines)):
                stray = 1
            start, lines = number - 1, []
        is_envelope = line.startswith(b"From") and _may_open(line, after_blank=not former.strip())
        former = line
        lines.append(line)
        if not start and len(lines) > _LINES_KEPT:
            lines, stray = lines[-1:], 1
    if stray or not start:
        detail = "text before the first message" if start else "no message: not one 'From ' line of an mbox"
        yield Anomaly(code="unparsed", locator=f"{member}:1", detail=detail)
    if start:
        yield RawMail(member, start, b"".join(lines))


def _may_open(line: bytes, *, after_blank: bool) -> bool:
    return bool(_DATED.match(line) or (after_blank and _BARE.match(line)))


def _lines(export: Export, member: str) -> Iterator[bytes | Anomaly]:
    total = 0
    try:
        with export.open(member) as stream:
            while line := stream.readline(_LONGEST):
                yield line if total else line.removeprefix(_BOM)
                total += len(line)
    except FAILURES:
        yield Anomaly(code="truncated", locator=member, detail=f"damaged or cut off after {total:,} bytes")
