"""A post being read aloud: text in the order it stands, each stretch in somebody's voice.

Every format says the same few things to a `Transcript`: here is text, here a line ends, here a quote begins
and ends. The transcript settles white space, takes ballot templates and device signatures out of the
author's stretches, and turns the rest into a `Cleaned` with spans that cover it in order.

The one rule of nesting: the outermost voice wins. A quote inside a quote, or code inside it, belongs to the
outer quote, so one quote is one span and spans never overlap.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from ..model import Cleaned, Span, SpanKind
from .attribution import Attribution, read_attribution
from .machine_text import MachineText, find_machine_text

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u200b\u2060\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\ud800-\udfff]"
)
_RUN_OF_BLANKS = re.compile(r"[ \t]{2,}|\t")
_EMPTY_LINES = re.compile(r"\n{3,}")
_NAMED_EVERYBODY = {"all": "@all", "channel": "@all", "everyone": "@all", "group": "@all", "here": "@here"}
_AT_NAME = re.compile(r"(?<![\w@/.+-])@([\w](?:[\w.-]*\w)?)(?:/[\w-]+)?")
_ELLIPSIS = "[...]"


def sane(text: str) -> str:
    """Settle what no reader sees: one kind of line break, of blank and of accent, no control characters.

    Lone surrogates, which UTF-8 can't hold, become U+FFFD; the zero-width joiner stays, emoji need it.
    """
    if _ODD.search(text):
        text = _SURROGATES.sub("\ufffd", _BREAKS.sub("\n", text))
        text = _INVISIBLE.sub("", _BLANKS.sub(" ", text))
    return unicodedata.normalize("NFC", text)


def everybody(name: str) -> str | None:
    """Say "@all" or "@here" where a mentioned name stands for everybody, else None."""
    return _NAMED_EVERYBODY.get(name.casefold())


def named_in(text: str) -> list[str]:
    """Find "@name" in plain text, without the sign; e-mail addresses and paths are not names."""
    if "@" not in text:
        return []
    names = [match[1] for match in _AT_NAME.finditer(text)]
    return [everybody(name) or name for name in names]


@dataclass(slots=True)
class _Stretch:
    kind: SpanKind
    who: str | None = None
    post: str | None = None
    parts: list[str] = field(default_factory=list[str])
    mentions: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """Who is addressed, with the number of parts said before."""


class Transcript:
    """Collects text and voices; `finish` makes the `Cleaned`.

    Args:
        collapse: treat runs of blanks as one, as HTML does; code keeps them always.
        angled: lines of own words that begin with ">" are quotes (a habit where Markdown is not rendered).
        machine_text: look for ballot templates and device signatures in own words.
    """

    def __init__(self, *, collapse: bool = False, angled: bool = False, machine_text: bool = True) -> None:
        self._collapse = collapse
        self._angled = angled
        self._machine_text = machine_text
        self._stretches = [_Stretch("own")]
        self._depth = 0
        self._at_line_start = True

    @property
    def kind(self) -> SpanKind:
        """Whose words the next text will be."""
        return self._stretches[-1].kind

    def say(self, text: str) -> None:
        """Add text to the current voice."""
        self._stretches[-1].parts.append(text)
        if self._at_line_start and not text.isspace():
            self._at_line_start = False

    def line(self) -> None:
        """Begin a new line, unless one has just begun."""
        if not self._at_line_start:
            self._stretches[-1].parts.append("\n")
            self._at_line_start = True

    def gap(self) -> None:
        """End the paragraph."""
        self._stretches[-1].parts.append("\n\n")
        self._at_line_start = True

    def begin(self, kind: SpanKind, who: str | None = None, post: str | None = None) -> None:
        """Change the voice; inside another's voice this only counts the nesting."""
        self._depth += 1
        if self._depth == 1:
            self._stretches.append(_Stretch(kind, who, post))

    def end(self) -> None:
        """Go back to the author's voice; a quote of nothing readable keeps its place as "[...]"."""
        self._depth -= 1
        if self._depth:
            return
        stretch = self._stretches[-1]
        if stretch.kind == "quote" and not "".join(stretch.parts).strip():
            stretch.parts.append(_ELLIPSIS)
        self._stretches.append(_Stretch("own"))

    def mention(self, name: str) -> None:
        """Note that the author addresses somebody; inside another's words it means nothing."""
        if self.kind == "own" and name:
            stretch = self._stretches[-1]
            stretch.mentions.append((len(stretch.parts), name))

    def last_line(self, lines: int = 1) -> str:
        """The last written line (or few, joined) of the author's current stretch; "" if there is none."""
        return self._tail(lines)[0]

    def attribute_tail(self, lines: int = 1) -> None:
        """Make the last lines of the author's stretch an attribution: they introduce what comes next."""
        words, start = self._tail(lines)
        stretch = self._stretches[-1]
        kept, left = 0, start
        while kept < len(stretch.parts) and left >= len(stretch.parts[kept]):
            left -= len(stretch.parts[kept])
            kept += 1
        # Who is named in the attribution is not addressed.
        stretch.mentions = [(said, name) for said, name in stretch.mentions if said < kept]
        stretch.parts[kept:] = [stretch.parts[kept][:left]] if left else []
        self._stretches += [_Stretch("attribution", parts=[words]), _Stretch("own")]

    def take_attribution(self) -> Attribution | None:
        """Read the last one to three lines as "On ... X wrote:" and take them out of the author's words."""
        if self._depth or self.kind != "own":
            return None
        for lines in (1, 2, 3):
            found = read_attribution(self.last_line(lines))
            if found is not None:
                self.attribute_tail(lines)
                return found
        return None

    def finish(self) -> Cleaned:
        """Settle white space and lay the stretches end to end."""
        settled = [part for stretch in self._stretches for part in self._settle(stretch)]
        plain: list[str] = []
        spans: list[Span] = []
        at = 0
        for stretch, text in settled:
            spans.append(
                Span(start=at, end=at + len(text), kind=stretch.kind, who=stretch.who, post=stretch.post)
            )
            plain.append(text)
            at += len(text) + 1
        mentions = dict.fromkeys(name for stretch in self._stretches for _, name in stretch.mentions)
        return Cleaned(plain="\n".join(plain), spans=tuple(spans), mentions=tuple(mentions))

    def _tail(self, lines: int) -> tuple[str, int]:
        """The last `lines` lines that hold something, joined with blanks, and where the first begins."""
        text = "".join(self._stretches[-1].parts)
        kept: list[str] = []
        start = len(text)
        while start > 0 and len(kept) < lines:
            end = start
            start = text.rfind("\n", 0, end) + 1
            words = text[start:end].strip()
            if words:
                kept.append(words)
            start = start if len(kept) == lines or start == 0 else start - 1
        return " ".join(reversed(kept)), start

    def _settle(self, stretch: _Stretch) -> list[tuple[_Stretch, str]]:
        text = sane("".join(stretch.parts))
        if not text or text.isspace():
            return []
        if stretch.kind == "code":
            lines = [line.rstrip() for line in text.split("\n")]
            return [(stretch, "\n".join(lines).strip("\n"))]
        if self._collapse:
            lines = [line.strip() for line in _RUN_OF_BLANKS.sub(" ", text).split("\n")]
        else:
            lines = [line.rstrip() for line in text.split("\n")]
        text = _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
        if stretch.kind != "own" or not self._machine_text:
            return [(stretch, text)]
        return self._split(stretch, text, find_machine_text(text, angled=self._angled))

    @staticmethod
    def _split(stretch: _Stretch, text: str, machine: list[MachineText]) -> list[tuple[_Stretch, str]]:
        pieces: list[tuple[_Stretch, str]] = []
        at = 0
        for start, end, kind, who in machine:
            pieces += [(stretch, text[at:start].strip()), (_Stretch(kind, who), text[start:end].strip())]
            at = end
        pieces.append((stretch, text[at:].strip()))
        return [(voice, words) for voice, words in pieces if words]
