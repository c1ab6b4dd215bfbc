"""Lines in an author's own stretch that are not theirs: ballot templates, device signatures, bare quotes.

A vote is often announced with the ballot to fill in ("[ ] +1 accept"); quoting it or posting it is no vote.
A filled box ("[x] +1") is the author's choice and stays own words.
"""

import re
from typing import NamedTuple

from ..model import SpanKind
from .headers import read_headers

_EMPTY_BOX = re.compile(r"\s{0,8}(?:[-*•]\s{1,4})?(?:\[\s{0,3}\]|☐|\(\s{1,3}\))\s{0,4}[+\-−–±]?\s?[01]\b")
_ANGLE = re.compile(r">{1,9}(?:\s{1,4}\S|[\w\"'“«(\[*@])")
_DEVICE_LINE = re.compile(
    r"\s{0,4}(?:Sent (?:from|via|with) (?:my |Mail|Outlook|Yahoo|Proton|Android|Samsung|BlackBerry|Spark)"
    r"|Get Outlook for |Von mein\w{1,3} .{1,40} gesendet|Gesendet (?:von|mit) |Envoyé de(?:puis)? mon "
    r"|Enviado des?de mi |Enviado do meu |Inviato da(?:l mio)? |Verzonden vanaf mijn |Skickat från min )",
    re.IGNORECASE,
)
_AFTER_DEVICE_LINE = 2
"""A device signature ends its stretch; more lines than this after it and it was a sentence."""


class MachineText(NamedTuple):
    """Characters [start, end) of a stretch that its author did not write."""

    start: int
    end: int
    kind: SpanKind
    who: str | None = None


def find_machine_text(text: str, *, angled: bool = False) -> list[MachineText]:
    """Find empty ballot lines and device signatures.

    With `angled` (HTML of mail and old forums) also what is quoted without any tag: lines that begin with
    ">", and everything from a block of header lines on. Neighbouring lines of a kind come back as one.
    """
    device = _DEVICE_LINE.search(text) is not None
    if not (device or angled or any(mark in text for mark in "[☐(")):
        return []
    found: list[MachineText] = []
    lines = text.split("\n")
    last = _last_lines_from(lines) if device else len(lines)
    at = 0
    for number, line in enumerate(lines):
        if number >= last and _DEVICE_LINE.match(line):
            return [*found, MachineText(at, len(text), "signature")]
        headers_end, sender = read_headers(lines, number) if angled else (number, None)
        if headers_end > number:
            return [*found, MachineText(at, len(text), "quote", sender)]
        kind, end = _kind_of(line, angled=angled), at + len(line)
        if kind is not None and found and found[-1].kind == kind and found[-1].end + 1 == at:
            found[-1] = MachineText(found[-1].start, end, kind)
        elif kind is not None:
            found.append(MachineText(at, end, kind))
        at = end + 1
    return found


def _kind_of(line: str, *, angled: bool) -> SpanKind | None:
    if _EMPTY_BOX.match(line):
        return "template"
    return "quote" if angled and _ANGLE.match(line) else None


def _last_lines_from(lines: list[str]) -> int:
    """Where the few last lines begin, among which a device signature can stand."""
    full = [number for number, line in enumerate(lines) if line.strip()]
    return full[-_AFTER_DEVICE_LINE - 1 :][0] if full else len(lines)
