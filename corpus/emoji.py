"""Reactions under one name each, and what they mean in a discussion.

The same thumb is 👍, "+1", "thumbsup", "THUMBS_UP" or "like", in five skin tones. `normalise` makes it "+1".
`valence` sorts the names: agreement and disagreement, warmth (a heart is not a signature), signs that say
neither, and signs not known here, such as a team's own. What counts as an endorsement is narrower than
agreement and stands in `ENDORSING`: thumb, plus and heart on the opening post; eyes, laughter and check marks
never. The vocabulary is `emoji.toml`.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

Valence = Literal["agree", "disagree", "warm", "neutral", "unknown"]

_KNOWN: tuple[Valence, ...] = ("agree", "disagree", "warm", "neutral")
_SKIN_TONE = re.compile(
    r"::?skin-tone-[1-6]:?|[_-](?:medium[_-])?(?:light|dark|medium)[_-]skin[_-]tone|_tone[1-5]$"
)
_UNSEEN = re.compile("[\U0001f3fb-\U0001f3ff\ufe0e\ufe0f]")
_GENDER = re.compile("\u200d[♀♂]$")
_EDGES = ":" + "".join(filter(str.isspace, map(chr, range(0x3001))))


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    canonical: dict[str, str]
    valence: dict[str, Valence]
    endorsing: frozenset[str]
    opposing: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    source = (files(__package__ or "") / "emoji.toml").read_text("utf-8")
    table = tomllib.loads(source)
    canonical: dict[str, str] = {}
    valence: dict[str, Valence] = {}
    for meaning in _KNOWN:
        for name, aliases in table[meaning].items():
            valence[name] = meaning
            for alias in (name, *aliases):
                canonical[alias] = name
    return _Vocabulary(canonical, valence, frozenset(table["endorsing"]), frozenset(table["opposing"]))


@lru_cache(maxsize=4096)
def normalise(name_raw: str) -> str:
    """Give a reaction its one name.

    Drops colons, skin tone, variation selectors and case, then looks the rest up; a name or sign not in the
    vocabulary comes back as it is, so that a team's own emoji can be configured by name.

    >>> [normalise(name) for name in ("👍🏽", "thumbsup", ":+1::skin-tone-2:", "THUMBS_UP", "partyblob")]
    ['+1', '+1', '+1', '+1', 'partyblob']
    """
    name = _UNSEEN.sub("", name_raw.strip()).casefold()
    name = _GENDER.sub("", _SKIN_TONE.sub("", name)).strip(_EDGES).replace(" ", "_")
    return _vocabulary().canonical.get(name, name)


def valence(name: str) -> Valence:
    """Say what a reaction means in a discussion: agreement, disagreement, warmth, neither, or not known.

    >>> [valence(name) for name in ("+1", "-1", "tada", "eyes", "partyblob")]
    ['agree', 'disagree', 'warm', 'neutral', 'unknown']
    """
    return _vocabulary().valence.get(normalise(name), "unknown")


ENDORSING: frozenset[str] = _vocabulary().endorsing
"""Reactions that endorse an opening post, unless configured otherwise."""
OPPOSING: frozenset[str] = _vocabulary().opposing
"""Reactions that oppose it."""
