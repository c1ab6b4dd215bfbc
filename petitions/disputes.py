"""Replies that dispute a figure: that deny it, doubt it, set another against it, or ask where it comes from.

Rules, in own words only: a denial ("that's not true", "the number is inflated"), a doubt ("I doubt that",
"hard to believe"), a question for the source ("source?", "who counted?"), or another figure put against it
("more like 40%", "not 70%"). A reply that repeats one of a post's figures speaks of that figure alone, any
other of all of them.
"""

import re
from collections.abc import Sequence

from .figures import Figure, figures
from .sentences import sentences


def _phrase(pattern: str) -> re.Pattern[str]:
    """A pattern that begins and ends at the edges of words."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


_FALSE = (
    r"(?:not|never|hardly) (?:\w+ )?(?:true|right|correct|accurate|real|possible|what i see|what we see)"
    r"|untrue|false"
    r"|(?:just |simply |plain(?:ly)? |flat[- ]out )?wrong|nonsense|misleading|bogus|made[- ]up|fake|inflated"
    r"|exaggerat\w+|incorrect|inaccurate|a lie|a myth|bullshit|rubbish|cherry[- ]picked|off by|way off"
    r"|impossible"
)
_THAT = (
    r"(?:\d\S*|that|this|it|these|those|which|(?:the|that|this|your|their|these|those) (?:\S+"
    r" )?(?:numbers?|figures?|counts?"
    r"|stat\w*|percentages?|claims?|data|tally|share|\d\S*))"
)
_IS = r"(?:'s|s| is| are| was| were| looks?| seems?| sounds?| can't be| cannot be| isn't| aren't| wasn't)"
_DENIAL = _phrase(
    rf"{_THAT}{_IS}(?: \w+){{0,2}} (?:{_FALSE})|(?:isn't|aren't|wasn't|can't be|cannot be) (?:\w+"
    rf" )?(?:true|right|correct"
    r"|accurate)|(?:i|we) (?:do not|don't|can't|cannot) (?:\w+ )?(?:believe|trust|buy) (?:that|this|it"
    r"|those|these|the"
    r"|your|a word)|(?:doesn't|does not|don't) add up|(?:double|twice)[- ]count\w*|counted (?:twice"
    r"|double)|no way (?:that"
    r"|it's|\d)|nowhere near|not even close|far (?:fewer|less|from \d\S*)|(?:made|making) (?:that|this"
    r"|it) up|citation needed"
    r"|(?:i'm|i am) (?:\w+ )?(?:sceptical|skeptical|not convinced|unconvinced)|hard to believe|difficult"
    r" to believe"
    r"|(?:i|we) (?:\w+ )?(?:doubt|question|dispute) (?:it|that|this|those|these|the|your|\d)"
    r"|^\W*(?:false|wrong|nonsense"
    r"|bogus|not true|untrue)\b"
)
_NO_DENIAL = _phrase(
    r"not (?:wrong|false|made[- ]up|inflated|misleading|exaggerat\w+)|(?:isn't|aren't|wasn't) (?:wrong"
    r"|false|inflated)"
    r"|(?:don't|do not|no) doubt|nothing wrong|(?:i|we) (?:was|were|am|are) wrong|wrong with"
)
_SOURCE = _phrase(
    r"sources?|citations?|proof|evidence|says who|according to (?:who|whom|what)|who (?:counted|says"
    r"|said|told you)"
    r"|where (?:does|do|did|is|are) (?:that|this|the|those|these|your|you)[^?]*(?:come from|get|from"
    r"|number|figure)"
    r"|how (?:was|were|is|are|did|do|does)[^?]*(?:count\w*|measur\w*|calculat\w*|know|comput\w*"
    r"|arrive\w*|get (?:that|to))"
    r"|based on what|(?:is|are) (?:that|this|those|these|the \w+)[^?]*(?:true|right|correct|verified"
    r"|real|accurate)"
    r"|really"
)
_INSTEAD = re.compile(
    r"\b(?:more like|rather|closer to|not(?: even)?|nearer(?: to)?|at best|hardly|barely|i"
    r" (?:count(?:ed)?|see|get)(?: only)?"
    r"|actually)\s*(?:about |around |only )?$"
)
_SHORT = 12
"""Words of a question that asks for the source; a longer one asks for more."""


def disputes(reply: str, stated: Sequence[Figure]) -> list[bool]:
    """Which of the figures a post states a direct reply disputes.

    >>> from .figures import figures
    >>> disputes("Source?", list(figures("70% used it")))
    [True]
    """
    named: set[tuple[float, float]] = set()
    is_disputed = False
    for sentence in sentences(reply, lambda _: False):
        lower = " ".join(sentence.lower.split())
        found = list(figures(lower))
        named |= {(figure.low, figure.high) for figure in found}
        is_disputed = (
            is_disputed or _denies(lower) or _asks(lower) or any(_sets_against(lower, f) for f in found)
        )
    if not is_disputed:
        return [False] * len(stated)
    repeated = [(figure.low, figure.high) in named for figure in stated]
    return repeated if any(repeated) else [True] * len(stated)


def _denies(lower: str) -> bool:
    return _DENIAL.search(lower) is not None and _NO_DENIAL.search(lower) is None


def _asks(lower: str) -> bool:
    return lower.endswith("?") and len(lower.split()) <= _SHORT and _SOURCE.search(lower) is not None


def _sets_against(lower: str, figure: Figure) -> bool:
    return _INSTEAD.search(lower[: figure.start]) is not None
