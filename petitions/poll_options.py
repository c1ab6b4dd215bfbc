"""How the options of a poll read: by themselves, and beside what the petition asks.

"Adopt Heron" backs a petition to adopt it, and "keep what we have" opposes that. A petition to keep something
or to drop it turns that round, so options that name what it names are read by whether both want it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from .sentences import lower_case
from .turns import PETITION
from .wording import words

OptionStance = Literal["support", "oppose", "conditional"]

_I = r"^\W*(?:i(?:'d|'ll|'m|\s+would|\s+will|\s+am)?\s+)?"
_KEEP = r"(?:keep|retain|preserve|stay(?:\s+with)?|stick\s+(?:with|to)|leave(?=\s+(?:it|them|things|as)\b))"
_FOR = re.compile(
    rf"{_I}(?:(?:strongly|fully|gladly|would"
    r"|do)\s+)*(?:yes|yep|sign|support|agree|adopt|for|in\s+favou?r"
    r"|approve|accept|count\s+me\s+in|endorse|back|aye|pro|ja|oui|sí|si|dafür|pour|a\s+favor)\b"
    r"|^\W*\+\s?1\b|👍|^✅",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    rf"{_I}(?:(?:strongly)\s+)*(?:no|nope|nay|not|don't"
    r"|do\s+not|won't|would\s+not|wouldn't|against|oppose|disagree"
    rf"|reject|refuse|decline|{_KEEP}|con|nein|non|dagegen|contre|en\s+contra)\b|^\W*[-−]\s?1\b|👎|^❌",
    re.IGNORECASE,
)
_KEEPING = re.compile(_I + _KEEP + r"\b", re.IGNORECASE)
_YES = re.compile(_I + r"(?:yes|yep|aye|sign|ja|oui|sí|si)\b", re.IGNORECASE)
_CONDITIONAL = re.compile(
    r"\b(?:but|if|once|unless|with\s+changes|with\s+conditions|provided|later|not\s+yet)\b", re.IGNORECASE
)
_NEITHER = re.compile(
    r"\b(?:opinion|preference|sure|idea|undecided|abstain|matter|care|mind)\b", re.IGNORECASE
)
_TELLING = re.compile(r"\b(?!(?:the|and|for|our|all|with|this|that|not)\b)[^\W_]{3,}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STAY_WITH = re.compile(r"\b(stay(?:ing)?|stick(?:ing)?)\s+(?:with|to)\b")
_ASIDE = re.compile(r"[.,;:!?()\n–—]|\s-\s")

_KEEPERS = words(
    "keep keeps keeping retain retaining preserve preserving maintain maintaining save saving stay staying"
    " stick sticking continue continuing leave"
)
_ENDERS = words(
    "drop dropping stop stopping end ending abolish abolishing remove removing scrap scrapping cancel"
    " cancelling canceling repeal repealing revoke revoking undo undoing abandon abandoning ban banning"
    " replace replacing close closing rid"
)
_STARTERS = words("adopt adopting introduce introducing approve accept support supporting back endorse")
_WANTED = _KEEPERS | _STARTERS | words("yes for")
_UNWANTED = _ENDERS | words(
    "no nope nay not never don't dont won't wouldn't cannot can't against oppose opposing reject rejecting"
    " refuse decline instead"
)
"""Each of these turns what is wanted into its contrary."""
_LIGHT = words(
    "the a an our my all any this that these those it them to of we i i'm i'd i'll am would will do in favour"
    " favor please with strongly fully get"
)
_BOUNDS = words(
    "and or but so because for with than if over by who which should must while whereas when where after"
    " before"
)
_GAP = 3
"""Words that may stand within what is named: "drop the mandate" in "drop the 80% usage mandate"."""
_REACH = 8
"""Words before what is named in which it is said whether it is wanted."""
_MOST_SAID = 400
"""Characters of an opening post that are read for what it asks."""


def option_stance(text: str) -> OptionStance | None:
    """How a poll option reads by itself; None for "no opinion" and for options about something else.

    >>> [option_stance(text) for text in ("Sign", "Don't sign", "Yes, but later", "No opinion", "Team B")]
    ['support', 'oppose', 'conditional', None, None]
    """
    if _NEITHER.search(text):
        return None
    if _AGAINST.search(text):
        return "oppose"
    if _FOR.search(text):
        return "conditional" if _CONDITIONAL.search(text) else "support"
    return None


def option_stances(options: Mapping[str, str], statement: str, opening: str) -> dict[str, OptionStance]:
    """How the options of one poll read, asked about a petition.

    Args:
        options: key -> text.
        statement: of the petition.
        opening: words of the post that the poll stands on.

    Returns:
        Key -> stance, of those that have one.
    """
    asked = [*_clauses(statement), *_clauses(opening[:_MOST_SAID])]
    beside: dict[str, OptionStance | None] = {key: _beside(text, asked) for key, text in options.items()}
    alone: dict[str, OptionStance | None] = {
        key: _alone(text, asked) for key, text in options.items() if not beside[key]
    }
    backing = {key: options[key] for key, stance in alone.items() if stance == "support"}
    rivals = _rivals(backing, statement, is_named="support" in beside.values())
    read: dict[str, OptionStance] = {}
    for key in options:
        stance = beside[key] or (None if key in rivals else alone[key])
        if stance is not None:
            read[key] = stance
    return read


def _beside(text: str, asked: Sequence[Sequence[str]]) -> OptionStance | None:
    """How an option reads beside what is asked, clause by clause; None where it names nothing of it."""
    if _NEITHER.search(text):
        return None
    head, named = _wish(text)
    is_asked = _is_asked(head, named, asked)
    if is_asked is None:
        return None
    if _is_wanted(head) != is_asked:
        return "oppose"
    return "conditional" if _CONDITIONAL.search(text) else "support"


def _alone(text: str, asked: Sequence[Sequence[str]]) -> OptionStance | None:
    """How it reads by itself; what else is kept, if something is to be kept or to end, can't be told."""
    first = _first(asked, _KEEPERS | _STARTERS | _UNWANTED)
    is_of_change = first in _STARTERS or not first
    return option_stance(text) if is_of_change or not _KEEPING.match(text) else None


def _wish(text: str) -> tuple[list[str], list[str]]:
    """An option as what it says of a thing, and the words for the thing: "don't keep", "remote Fridays"."""
    said = _CONDITIONAL.split(text, maxsplit=1)[0]
    clause = next(iter(_clauses(said)), [])
    place = next((at for at, word in enumerate(clause) if word not in _LIGHT | _WANTED | _UNWANTED), None)
    return clause[:place], [] if place is None else clause[place:]


def _is_asked(head: Sequence[str], named: Sequence[str], asked: Sequence[Sequence[str]]) -> bool | None:
    """Whether what an option names is asked for, True, or is to end, False; None where that is not said."""
    if (_WANTED | _UNWANTED).isdisjoint(head) or PETITION.search(" ".join(named)):
        return None
    if not named:
        deed = _first(asked, _KEEPERS | _STARTERS | _ENDERS)
        if deed not in _KEEPERS | _ENDERS or (_KEEPERS | _ENDERS).isdisjoint(head):
            return None
        said = next(clause for clause in asked if deed in clause)
        return _is_wanted(said[: said.index(deed) + 1])
    for clause in asked:
        place = _place(named, clause)
        before = clause[max(0, place - _REACH) : place] if place is not None else []
        bound = max((at + 1 for at, word in enumerate(before) if word in _BOUNDS), default=0)
        if not (_WANTED | _UNWANTED).isdisjoint(before[bound:]):
            return _is_wanted(before[bound:])
    return None


def _is_wanted(said: Sequence[str]) -> bool:
    return sum(word in _UNWANTED for word in said) % 2 == 0


def _first(asked: Sequence[Sequence[str]], among: frozenset[str]) -> str:
    """The first of some words in what is asked, empty if none of them is."""
    return next((word for clause in asked for word in clause if word in among), "")


def _place(named: Sequence[str], clause: Sequence[str]) -> int | None:
    """Where all words of a thing stand in a clause, in their order and near each other."""
    wanted = [word for word in named if word not in _LIGHT]
    for start, word in enumerate(clause):
        if not wanted or word != wanted[0]:
            continue
        at = start
        for following in wanted[1:]:
            beside = clause[at + 1 : at + 2 + _GAP]
            if following not in beside:
                break
            at += 1 + beside.index(following)
        else:
            return start
    return None


def _clauses(text: str) -> list[list[str]]:
    plain = _STAY_WITH.sub(r"\1", lower_case(text).replace("’", "'"))
    found = (_WORD.findall(part) for part in _ASIDE.split(plain))
    return [clause for clause in found if clause]


def _rivals(backing: Mapping[str, str], statement: str, *, is_named: bool) -> set[str]:
    """Options of a poll that back something else: "Adopt Osprey" beside "Adopt Heron", asked about Heron.

    Args:
        backing: options that read as support by themselves.
        statement: of the petition.
        is_named: whether a further option is what the petition names.
    """
    things = {
        option: frozenset(_TELLING.findall(_FOR.sub("", text, count=1).casefold()))
        for option, text in backing.items()
    }
    told = [words for words in things.values() if words]
    if is_named:
        return {option for option, words in things.items() if words and not _YES.match(backing[option])}
    if len(told) < 2:  # noqa: PLR2004  one thing has no rival
        return set()
    stated = frozenset(_TELLING.findall(statement.casefold())) - frozenset.intersection(*told)
    meant = {option for option, words in things.items() if words & stated}
    return {option for option, words in things.items() if words} - meant if len(meant) == 1 else set()
