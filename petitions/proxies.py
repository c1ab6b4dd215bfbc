"""Acts done for somebody else: "on behalf of Bo", "+1 for Ana, who is on leave", "as Bo's proxy".

What is done for a person is that person's, and hearsay here. Who speaks for a group of their own ("on behalf
of my team") speaks for themselves, too: of such an act only the writer is counted, with doubt.
"""

import re

_PERSON = (
    r"(?:manager|boss|lead|supervisor|director|colleague|co-?worker|team-?mate|friend|neighbou?r|deputy|buddy"
    r"|wife|husband|partner|spouse|brother|sister|mother|father|son|daughter|intern|trainee|assistant)"
)
_A_PERSON = (
    rf"(?:(?:my|our|the|an?|another|one|his|her|their)\s+(?:\w+\s+)?{_PERSON}"
    r"|(?:two|three|some|several)\s+\w+)\b"
)
_GROUP = r"(?:my|our|the|this|us|all|every\w*|both|those|many|most|each)\b"
_NAME = r"(?:@[\w.-]*\w|(?-i:[^\W\d_a-z])[\w.-]*)"
_NAMES = rf"{_NAME}(?:\s+{_NAME})?(?:(?:\s*,\s*|\s+(?:and|&)\s+){_NAME}(?:\s+{_NAME})?)*"
_FOR_ANOTHER = (
    rf"(?:on\s+behalf\s+of\s+(?:{_A_PERSON}|(?!{_GROUP})\S)|in\s+the\s+name\s+of\s+(?:{_A_PERSON}|{_NAME})"
    r"|(?:as|by)\s+(?:\S+\s+)?proxy\b)"
)
_FOR_GROUP = rf"on\s+behalf\s+of\s+{_GROUP}"
_HEAD = r"^\W*(?:\w+\W+){0,2}"
_AIM = (
    r"^\W*(?:(?:this|it|that|them|too|also|here|in|down|yes|no|for|and|as\s+well|(?:the|your)\s+\w+)\W+){0,4}"
)
_AWAY = r"(?:on\s+(?:leave|holiday|vacation)|away|absent|ill|sick|offline|out\s+of\s+(?:the\s+)?office)\b"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_WITH_ME = _pattern(r"\b(?:myself|ourselves|we)\b|\band\s+me\b")
_BEFORE = _pattern(
    rf"{_HEAD}(?:{_FOR_ANOTHER}|(?:speaking|acting|standing\s+in)\s+for\s+(?:{_A_PERSON}|{_NAME}))"
)
_AFTER = _pattern(
    rf"{_AIM}{_FOR_ANOTHER}"
    rf"|^\W*(?:(?:this|it|the\s+\w+)\s+)?(?:for|from)\s+(?:(?:my|our)\s+(?:\w+\s+)?{_PERSON}\b"
    rf"|{_NAMES}(?:\s+(?:too|as\s+well))?\s*[,(–—-]+\s*(?:(?:who|she|he)\b|whose\b|{_AWAY}))"
)
"""Somebody who is spoken about, as things are not: "for Ana, who ..."."""
_ONE = _pattern(_A_PERSON)
_GROUP_BEFORE = _pattern(_HEAD + _FOR_GROUP)
_GROUP_AFTER = _pattern(_AIM + _FOR_GROUP)


def is_for_another(before: str, after: str) -> bool:
    """Whether an act is done for somebody else alone, by the words around it in its sentence, as written."""
    return _is_for_others(before, after) and not (_WITH_ME.search(before) or _WITH_ME.search(after))


def is_for_group(before: str, after: str) -> bool:
    """Whether it is done for others and for the writer, who is one of them."""
    is_group = _GROUP_BEFORE.match(before) or _GROUP_AFTER.match(after)
    return is_group is not None or _is_for_others(before, after)


def _is_for_others(before: str, after: str) -> bool:
    return _BEFORE.match(before) is not None or _AFTER.match(after) is not None


def is_person(words: str) -> bool:
    """Whether words, in lower case, stand for one person who is not the writer: "my manager"."""
    return _ONE.fullmatch(words) is not None
