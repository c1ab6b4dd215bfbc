"""Lines in an author's own stretch that nobody wrote: ballot templates, device signatures.

A vote is often announced with the ballot to fill in ("[ ] +1 accept"); quoting it or posting it is no vote.
A filled box ("[x] +1") is the author's choice and stays own words.
"""

import re
from typing import NamedTuple

from ..model import SpanKind

_EMPTY_BOX = re.compile(r"\s{0,8}(?:[-*•]\s{1,4})?(?:\[\s{0,3}\]|☐|\(\s{1,3}\))\s{0,4}[+\-−–±]?\s?[01]\b")
_ANGLE = re.compile(r">{1,9}\s?[\w\"'“«(\[*@]")
DEVICE_LINE = re.compile(
    r"\s{0,4}(?:Sent (?:from|via|with) (?:my |Mail|Outlook|Yahoo|Proton|Android|Samsung|BlackBerry|Spark|Superhuman|the)"
    r"|Get Outlook for |Von mein\w{1,3} .{1,40} gesendet|Gesendet (?:von|mit) |Envoyé de(?:puis)? mon "
    r"|Enviado des?de mi |Enviado do meu |Inviato da(?:l mio)? |Verzonden vanaf mijn |Skickat från min )",
    re.IGNORECASE,
)
_AFTER_DEVICE_LINE = 2
"""A device signature ends its stretch; more lines than this after it and it was a sentence."""


class MachineText(NamedTuple):
    """Characters [start, end) of a stretch that nobody wrote."""

    start: int
    end: int
    kind: SpanKind


def find_machine_text(text: str, *, angled: bool = False) -> list[MachineText]:
    """Find empty ballot lines and device signatures; with `angled`, also lines that quote with ">".

    Neighbouring lines of a kind come back as one, in order.
    """
    boxes = "[" in text or "☐" in text or "(" in text
    device = DEVICE_LINE.search(text) is not None
    if not (boxes or device or (angled and ">" in text)):
        return []
    found: list[MachineText] = []
    at = 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        end = at + len(line)
        kind = _kind_of(line, angled=angled)
        if kind is None and device and DEVICE_LINE.match(line) and _ends_here(lines, number):
            found.append(MachineText(at, len(text), "signature"))
            break
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


def _ends_here(lines: list[str], number: int) -> bool:
    return sum(1 for line in lines[number + 1 :] if line.strip()) <= _AFTER_DEVICE_LINE
