"""Where words leave doubt: what makes the printed range wider than the count.

Rules read words, and rules misread. Instead of a guessed error rate the range asks, person by person, whether
the count rests on a reading that somebody could contest. Two kinds of words can be contested: an act that
stands in a longer sentence, which may bend it ("+1 for more charts"), and a short first-person sentence that
speaks of names, lists, votes or backing, but that no rule could read ("one more name for you: mine").
"""

import re

PLAIN_WORDS = 7
"""Words of a sentence up to which an act in it is beyond doubt: "I fully support this proposal, +1"."""
_BRIEF_WORDS = 14
"""Words of a sentence up to which it may be an act that no rule could read."""

_SENTENCE = re.compile(r"[^.!?\n]*[.!?\n]?")
_WORD = re.compile(r"[+-]?\w[\w'’-]*")
_FIRST_PERSON = re.compile(r"\b(?:i|i['’](?:m|d|ll|ve)|me|my|mine|myself|we|our|ours|us)\b", re.IGNORECASE)
_BACKING = re.compile(
    r"(?:^|(?<=\s))[+-]1\b|\b(?:yes|no|aye|nay|in favou?r|on board|for (?:it|this)|with (?:you|this)|"
    r"behind (?:it|this)|"
    r"against|oppos\w+|object\w*|support\w*|sign\w*|back(?:s|ed|ing)?|endors\w+|vot(?:e|es|ed|ing)|voices?|names?|lists?|"
    r"count|entry|withdraw\w*|remov\w+|delet\w+|strik\w+|cross me|retract\w*|changed my mind)\b",
    re.IGNORECASE,
)


def is_plain(text: str, start: int, end: int) -> bool:
    """Whether the act at [start, end) stands in a short sentence, where little can bend it."""
    for sentence in _SENTENCE.finditer(text):
        if (
            sentence.start() < max(end, start + 1)
            and sentence.end() > start
            and _words(sentence.group()) > PLAIN_WORDS
        ):
            return False
    return True


def may_be_act(text: str) -> bool:
    """Whether a sentence of the text may back, oppose or withdraw, though no rule could read it."""
    return any(
        _BACKING.search(sentence)
        and (_FIRST_PERSON.search(sentence) or sentence.lstrip()[:2] in ("+1", "-1"))
        for sentence in _SENTENCE.findall(text)
        if 0 < _words(sentence) <= _BRIEF_WORDS
    )


def _words(sentence: str) -> int:
    return len(_WORD.findall(sentence))
