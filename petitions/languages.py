"""Short forms of other languages ("de acuerdo", "d'accord", "支持"), read from `languages.toml`.

They are conventions, not grammar: what a form does is in the file, and nothing is inflected here.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from .wording import Label

_FILE = Path(__file__).parent / "languages.toml"
_GAP = r"(?:\S+ ){0,4}?"
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_WORD = re.compile(r"[^\W\d_]+")
_ALONE = "_alone"


@dataclass(frozen=True, slots=True)
class Form:
    """One short form: the act it is, the pattern that finds it, and how it may stand."""

    label: Label
    text: str
    is_alone: bool

    @property
    def is_unspaced(self) -> bool:
        """Whether it is written without blanks between words, and so has no edges."""
        return unicodedata.name(self.text[0], "").startswith(_UNSPACED)

    @property
    def pattern(self) -> str:
        """A regular expression without word edges; blanks match any white space."""
        found = re.escape(self.text).replace(r"\ ", " ").replace("… ", _GAP)
        return rf"^\W*{found}(?=\W*$)" if self.is_alone else found


def _forms() -> tuple[Form, ...]:
    languages = cast("dict[str, dict[str, list[str]]]", tomllib.loads(_FILE.read_text(encoding="utf-8")))
    found = {
        Form(cast("Label", key.removesuffix(_ALONE)), text, key.endswith(_ALONE))
        for acts in languages.values()
        for key, texts in acts.items()
        for text in texts
    }
    return tuple(sorted(found, key=lambda form: (-len(form.text), form.text, form.label)))


FORMS = _forms()
"""All forms, the longest first: of two that begin at one word the longer is meant."""
HINTS = frozenset(max(_WORD.findall(form.text), key=len) for form in FORMS if not form.is_unspaced)
"""The longest word of each form, for a quick look."""
UNSPACED_HINTS = "".join(sorted({form.text[0] for form in FORMS if form.is_unspaced}))
"""Letters that begin the forms written without blanks."""

_DENYING = r"(?:no|non|ne|nicht|niet|não|nao|nie|не|ne|nem|inte|ikke|ikkje|ei|değil|不|没|沒)"
_DENIED_BEFORE = re.compile(rf"(?<!\w){_DENYING}(?:\s+[^\W\d_]+){{0,3}}\s+$|[不没沒]$")
_DENIED_AFTER = re.compile(r"^(?:\s+[^\W\d_]+){0,2}\s+(?:nicht|niet|inte|ikke|ikkje|pas|değil)(?!\w)")
_DENIED_INSIDE = re.compile(rf"(?<!\w)(?:{_DENYING}|pas)(?!\w)")


def is_denied(sentence: str, start: int, end: int) -> bool:
    """Whether the form at [start, end) of a sentence (lower case) is denied, in whatever language.

    >>> is_denied("nie jestem za", 4, 13), is_denied("no, estoy a favor", 4, 17)
    (True, False)
    """
    return (
        _DENIED_BEFORE.search(sentence[:start]) is not None
        or _DENIED_INSIDE.search(sentence[start:end]) is not None
        or _DENIED_AFTER.match(sentence[end:]) is not None
    )
