"""A way to say it, and the pieces such ways are made of: "my name", "take off", "the list"."""

import re
from dataclasses import dataclass

from .wording import Label

MINE = (
    "(?:my|our) (?:(?:own|earlier|previous|old|initial) )*"
    "(?:name|signature|vote|voice|entry|support|endorsement|backing|approval|consent|thumbs[ -]up"
    "|lgtm|t?ack|\\+1|review|seconding|ballot|commitment|pledge"
    "|👍|:\\+1:)"
)
LIST = r"(?:list|petition|letter|signator\w+|sheet|count)"
END = r"(?=\s*(?:[.!,;:)]|$)|\s+(?:please|pls|thanks|if|once|unless|provided|only if|as long as)\b)"
"""Where what is said ends, or only a condition or a courtesy follows."""


def edged(pattern: str) -> re.Pattern[str]:
    """A pattern of words: blanks match any white space, the edges are those of words."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)".replace(" ", r"\s+"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern looked for within one sentence in lower case, and what it does."""

    label: Label
    reason: str
    pattern: str
    certain: bool = True


def same(label: Label, reason: str, *patterns: str, certain: bool = True) -> list[Phrase]:
    """Several patterns that do the same."""
    return [Phrase(label, reason, pattern, certain) for pattern in patterns]
