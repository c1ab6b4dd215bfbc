"""Signed numbers that are no votes: measures, sums, telephone numbers, lines changed, and counts of votes."""

import re

from . import wording as w
from .surroundings import Around

_CODE = re.compile(r"\w\(|[{}=<>]|\w_\w|::|\w\[")
"""In a sentence with these "-1" is a number."""
_OPENING = ("(", "[", "{", ",")
_TELEPHONE = 3
"""Digits that make a number after "+1" the rest of a telephone number."""
_FEW = 3


def is_number(around: Around) -> bool:
    """Units, sums, time zones, telephone numbers, lines changed."""
    if around.token.kind != "vote":
        return False
    left = around.tokens[around.place - 1].text if around.place else ""
    after = around.after
    is_sum = _is_sum(around)
    is_code = around.label == "oppose" and _CODE.search(around.sentence.text) is not None
    if is_sum or is_code or _is_beside_its_contrary(around):
        return True
    if left in _OPENING and after[:1] == (",",) and after[1:2] and after[1][-1].isdigit():
        return True
    is_told = left in w.COUNTED_BEFORE and not (
        left == "is" and around.place > 1 and _is_vote_of_mine(around)
    )
    if _has_unit(around) or is_told or left in ("=", "<", "/", "+"):
        return True
    if after[:1] == ("/",):
        return any(word[-1].isdigit() for word in after[1:_FEW])
    in_brackets = after[1:2] if after[:1] in (("(",), ("-",)) else after[:1]
    is_all = len(around.tokens) == around.place + 2
    return any(word.isdigit() and (len(word) >= _TELEPHONE or is_all) for word in in_brackets)


def _has_unit(around: Around) -> bool:
    """Whether a unit follows: "+1 day", "+1 more day", "+10日"."""
    after = around.after
    unit = after[1:2] if after[:1] and after[0] in w.UNIT_ADJECTIVES else after[:1]
    behind = around.tokens[around.place + 1 : around.place + 2]
    is_joined = any(token.start == around.token.end and token.text[0] in w.COUNTERS for token in behind)
    return is_joined or not w.UNITS.isdisjoint(unit)


def _is_beside_its_contrary(around: Around) -> bool:
    """Whether it is one of a pair without a mark between: "+1 -1", lines added and removed."""
    place = around.place
    beside = (*around.tokens[max(0, place - 1) : place], *around.tokens[place + 1 : place + 2])
    signs = {token.text[0] for token in beside if token.kind == "vote"}
    return signs - {around.token.text[0]} != set()


def _is_sum(around: Around) -> bool:
    """Whether it adds to a figure of its sentence: "84 people, and +1 in May", "22, this would be +1"."""
    before = around.tokens[: around.place]
    if not any(token.kind == "number" for token in before):
        return False
    if around.before == "be":
        return any(token.text == "would" for token in before)
    is_inside = around.after[:1] != () and around.after[0].isalpha() and around.after[0] not in w.FROM_HERE
    return is_inside and (around.before in ("and", "then") or around.token.text.endswith(("k", "m")))


def _is_vote_of_mine(around: Around) -> bool:
    """Whether "my vote is" stands before it."""
    before = [token.text for token in around.tokens[max(0, around.place - 3) : around.place - 1]]
    return before[-2:] in (["my", "vote"], ["our", "vote"])


def is_tally(around: Around) -> bool:
    """A count of votes: "40 +1", "+1 number 40", "+1: 14", "+1 votes needed"."""
    token, after = around.token, around.after
    left = around.tokens[around.place - 1] if around.place else None
    if token.kind == "vote" and left is not None and left.kind == "number" and left.end >= token.start - 1:
        return True
    if around.before in w.NUMERALS or ("one" in around.crossed and "for" not in around.crossed):
        return True
    if after[:1] and after[0] in ("number", "no", "nr", "#"):
        return any(word.isdigit() for word in after[1:_FEW])
    if after[:2] in (("count", ":"), ("votes", ":"), ("total", ":")):
        return True
    if after[:1] in ((":",), ("=",)):
        return after[1:2] != () and (after[1].isdigit() or _is_list_of_names(around))
    return after[:1] in (("vote",), ("votes",)) and after[1:2] in (("needed",), ("required",), ("so",))


def _is_list_of_names(around: Around) -> bool:
    """Whether names follow the colon: "+1: Ana, Tomasz and Mei"."""
    names = around.tokens[around.place + 2 :]
    return (
        len(names) > _FEW - 1
        and names[0].is_capitalised
        and names[1].text in (",", "and", "&")
        and names[2].is_capitalised
    )
