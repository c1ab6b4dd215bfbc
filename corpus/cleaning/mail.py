"""Plain-text mail: whose words each line is, judged line by line from the top.

Quotes are marked by ">" or, in Outlook's and many phones' way, only announced: by "On ... wrote:", by
"-----Original Message-----", or by a block of header lines. What an announcement without ">" brings is a
quote to the end. Interleaved replies stay the author's, stretch by stretch; signatures, sign-offs with a
name, list footers and disclaimers do not.
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from ..model import Cleaned, SpanKind
from .attribution import Attribution, read_attribution
from .headers import read_headers, read_sender, unmarked
from .signature import is_footer, is_signature_mark, sign_off_at
from .transcript import Transcript, named_in, sane

_QUOTED = re.compile(r"\s{0,3}(?:[A-Z]{2,3})?>|\s{0,3}\|\s?>")
_UNSTUFFED = re.compile(r">From \S")
_ORIGINAL = re.compile(
    r"\s{0,3}[-_*]{2,}\s*(?:Original|Ursprüngliche|Message d'origine|Mensaje original|Messaggio originale"
    r"|Oorspronkelijk)[\w ]{0,30}[-_*]{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"\s{0,3}(?:-{2,}\s*(?:Forwarded|Weitergeleitete|Message transféré|Mensaje reenviado|Messaggio inoltrato)"
    r"[\w ]{0,30}-{2,}|Begin forwarded message:|Anfang der weitergeleiteten (?:Nachricht|E-Mail):)\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s{0,3}[_-]{10,}\s*$")
_PATCH = re.compile(r"diff --git a/|Index: \S+\n={20}|--- a/\S")
_ARMOUR = re.compile(r"-----(BEGIN|END) PGP ([A-Z ]{4,30})-----\s*$")
_WRAPPED_OVER = 4
_BEFORE_QUOTE = 3


@dataclass(slots=True)
class _Section:
    kind: SpanKind
    who: str | None = None
    lines: list[str] = field(default_factory=list[str])


def clean_mail(body: str) -> Cleaned:
    """Clean the text part of a mail."""
    body = sane(body)
    transcript = Transcript()
    for section in _Letter(body.split("\n")).sections():
        text = "\n".join(section.lines)
        if section.kind == "own":
            _tell_own(transcript, section.lines)
            continue
        if text.strip() or section.kind == "quote":
            transcript.begin(section.kind, section.who)
            transcript.say(text)
            transcript.end()
    return transcript.finish()


def _tell_own(transcript: Transcript, lines: list[str]) -> None:
    cut = sign_off_at(lines)
    own = "\n".join(lines[:cut])
    transcript.say(own + "\n")
    for name in named_in(own):
        transcript.mention(name)
    if cut < len(lines):
        transcript.begin("signature")
        transcript.say("\n".join(lines[cut:]))
        transcript.end()


class _Letter:
    """One pass over a mail's lines."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._quoted = _quoted_lines(lines)
        self._last_quoted = max((i for i, quoted in enumerate(self._quoted) if quoted), default=-1)
        self._next_full = _next_full_lines(lines)
        self._attributions = _find_attributions(lines, self._quoted)
        self._sections = [_Section("own")]
        self._rest = False
        self._introduced: str | None = None

    def sections(self) -> list[_Section]:
        """Cut the mail, in order."""
        number = 0
        while number < len(self._lines):
            number = self._quote_to_the_end(number) if self._rest else self._step(number)
        return self._sections

    def _step(self, number: int) -> int:
        line = self._lines[number]
        if self._quoted[number]:
            return self._quote(number)
        if number in self._attributions:
            after = self._attribution(number)
            if after is not None:
                return after
        announced = self._announcement(number)
        if announced is not None:
            return announced
        if line.startswith("-----") and (armour := _ARMOUR.match(line)):
            return self._armour(number, armour[2])
        here = self._sections[-1].kind
        if here != "signature" and (is_footer(self._lines, number) or is_signature_mark(self._lines, number)):
            self._open("signature")
        elif here == "own" and _PATCH.match("\n".join(self._lines[number : number + 2])):
            self._open("code")
        elif here not in ("own", "signature", "code"):
            self._open("own")
        self._sections[-1].lines.append(line[1:] if _UNSTUFFED.match(line) else line)
        return number + 1

    def _open(self, kind: SpanKind, who: str | None = None) -> None:
        self._sections.append(_Section(kind, who))

    def _quote(self, number: int) -> int:
        """Take a block of marked lines, and blank ones between them."""
        self._open("quote", self._introduced)
        self._introduced = None
        section = self._sections[-1]
        while number < len(self._lines):
            if not self._quoted[number]:
                following = self._next_full[number]
                if following == number or following == len(self._lines) or not self._quoted[following]:
                    break
            section.lines.append(unmarked(self._lines[number]))
            number += 1
        if section.who is None:
            first = next((line for line in section.lines if line.strip()), "")
            section.who = read_sender(first)
        return number

    def _quote_to_the_end(self, number: int) -> int:
        if self._sections[-1].kind != "signature" and is_footer(self._lines, number):
            self._open("signature")
        self._sections[-1].lines.append(unmarked(self._lines[number]))
        return number + 1

    def _attribution(self, number: int) -> int | None:
        after, found = self._attributions[number]
        following = after
        for _ in range(_BEFORE_QUOTE):
            following = self._next_full[following] if following < len(self._lines) else following
            if following < len(self._lines) and self._quoted[following]:
                break
            following = min(following + 1, len(self._lines))
        else:
            if not found.dated or self._last_quoted >= after:
                return None
            self._rest = True
        self._open("attribution", found.who)
        self._sections[-1].lines += self._lines[number:after]
        self._introduced = found.who
        if self._rest:
            self._open("quote", found.who)
        return after

    def _announcement(self, number: int) -> int | None:
        """Read "-----Original Message-----", a forward's mark or a bare block of header lines."""
        line = self._lines[number]
        forwarded = _FORWARDED.match(line) is not None
        marked = forwarded or _ORIGINAL.match(line) is not None
        start = number
        if marked or _RULE.match(line):
            start = self._next_full[number + 1] if number + 1 < len(self._lines) else len(self._lines)
        end, who = read_headers(self._lines, start)
        if end == start and not marked:
            return None
        end = max(end, number + 1)
        self._open("attribution", who)
        self._sections[-1].lines += self._lines[number:end]
        self._open("forward" if forwarded else "quote", who)
        self._rest = True
        return end

    def _armour(self, number: int, what: str) -> int:
        """Take PGP's lines: only the head of a signed message, the whole of anything else."""
        start = number
        number += 1
        if what == "SIGNED MESSAGE":
            while number < len(self._lines) and self._lines[number].strip():
                number += 1
        else:
            while number < len(self._lines) and not _ARMOUR.match(self._lines[number]):
                number += 1
            number = min(number + 1, len(self._lines))
        self._open("signature")
        self._sections[-1].lines += self._lines[start:number]
        self._open("own")
        return number


def _quoted_lines(lines: list[str]) -> list[bool]:
    quoted = [_QUOTED.match(line) is not None for line in lines]
    for number, line in enumerate(lines):
        # Mailbox files put ">" before "From " at a line's start; alone among unquoted lines it is no quote.
        if quoted[number] and _UNSTUFFED.match(line):
            neighbours = [
                quoted[i] for i in (number - 1, number + 1) if 0 <= i < len(lines) and lines[i].strip()
            ]
            quoted[number] = any(neighbours)
    return quoted


def _next_full_lines(lines: list[str]) -> list[int]:
    """For each line the number of the first one from there on that is not blank, or len(lines)."""
    following = [len(lines)] * (len(lines) + 1)
    for number in range(len(lines) - 1, -1, -1):
        following[number] = number if lines[number].strip() else following[number + 1]
    return following


def _find_attributions(lines: list[str], quoted: list[bool]) -> dict[int, tuple[int, Attribution]]:
    """Find attributions by their closing colon: first line -> (line after, attribution)."""
    found: dict[int, tuple[int, Attribution]] = {}
    for end, line in enumerate(lines):
        if quoted[end] or not line.rstrip().endswith((":", "：")):
            continue
        joined = ""
        best: tuple[int, Attribution] | None = None
        for start in islice(range(end, -1, -1), _WRAPPED_OVER):
            if quoted[start] or not lines[start].strip() or (start < end and _ends_sentence(lines[start])):
                break
            joined = f"{lines[start].strip()} {joined}".strip()
            attribution = read_attribution(joined)
            if attribution is not None and (best is None or (attribution.dated and not best[1].dated)):
                best = (start, attribution)
            if best is not None and best[1].dated:
                break
        if best is not None:
            found[best[0]] = (end + 1, best[1])
    return found


def _ends_sentence(line: str) -> bool:
    return line.rstrip().endswith((".", "?", "!", ":"))
