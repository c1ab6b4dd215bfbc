"""Cues: phrases that give a theme away, found whatever their case, spacing and kind of apostrophe or dash."""

import re
from collections.abc import Iterable

_DASHES = "[-‐‑–]"
_APOSTROPHES = "['’]"


class CueFinder:
    """Finds the first cue of each theme in a text.

    A word that ends in `*` takes any ending: "slow* down" finds "slowing down".

    Args:
        cues: the phrases of each theme.
    """

    def __init__(self, cues: Iterable[Iterable[str]]) -> None:
        self._patterns = [_pattern(phrases) for phrases in cues]

    def find(self, text: str) -> list[str | None]:
        """For each theme the words found, as written, or None."""
        small = _small(text)
        matches = (pattern and pattern.search(small) for pattern in self._patterns)
        return [text[match.start() : match.end()] if match else None for match in matches]


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    # The longest first: an alternation takes the first that fits.
    ordered = sorted(set(map(_small, phrases)), key=lambda phrase: (-len(phrase), phrase))
    if not ordered:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_phrase, ordered))})(?!\w)")


def _small(text: str) -> str:
    """In small letters, as many as before: among these one finds in a third of the time IGNORECASE takes."""
    return text.replace("\u0130", "i").lower()  # the one letter that becomes two: Turkish dotted capital I


def _phrase(phrase: str) -> str:
    return r"\s+".join(_word(word) for word in phrase.split())


def _word(word: str) -> str:
    stem = re.escape(word.rstrip("*")).replace("\\-", _DASHES)
    return re.sub("['’]", _APOSTROPHES, stem) + (r"\w*" if word.endswith("*") else "")
