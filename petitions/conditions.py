"""Conditions: what an act hangs on, before it, after it, or in the next sentence.

"+1 if it stays free", "when legal agrees, I'll sign", "add a date and I'll sign". What only tells when
something was ("signed when I joined", "it hurts when it breaks") sets none.
"""

import re

from .phrase import edged

_WINDOW = 14
"""Characters beside a condition in which the phrases lie that make it none ("let me know if")."""
_MENDED = (
    "(?:fixed|addressed|resolved|removed|dropped|changed|corrected|sorted|gone|clarified|reworded|green)"
)
CONDITION = edged(
    "iff?|should (?:you|it|they|the|this|that|these|those|we|he|she)|provided|providing|(?:as|so) long as"
    "|on (?:the )?condition|assuming|unless|subject to"
    "|conditional(?:ly)?|contingent"
    "|modulo|pending|depend(?:s|ing) on|a version (?:that|without|in which)"
    "|with the (?:change|caveat|condition|understanding|proviso)s?|on one condition|but only"
    rf"|with (?:the|that|this|those|these) (?:\w+ ){{0,4}}{_MENDED}"
    r"|(?:up)?on (?:\w+ ){0,2}(?:approval|sign-?off|confirmation|clarification|completion) (?:by|from|of)"
    r"|(?:a?waiting (?:on|for) |awaiting )(?:the )?(?:legal|security|audit|sign-?off)"
)
_ONCE = edged(
    r"(?<!at\s)once|as soon as|not before|the (?:day|moment)"
    rf"|(?:after|when) (?:\w+ ){{1,4}}(?:(?:is|are|gets?|has been|have been) )+(?:\w+ )?{_MENDED}"
)
"""A condition except after the past: "+1 once", but not "signed once I had read it"."""
_LATER = edged(
    r"when|after|until|without|minus|with (?:one|two|some|a few) changes?"
    r"|with (?:(?:a|an|some) )?(?:(?!her\b)\w+er|different|other|changed|proper|clear) \w+"
)
"""A condition only after words about the future: "happy to sign when", but not "signed after lunch"."""
_AIM = (
    r"(?:\s+(?:from|to|on|for|of|with|here|too|as\s+well|me|us|it|them|this|that"
    r"|(?:the|this|that|my|our|your)\s+(?!(?:when|even|especially|also)\b)\w+)){0,3}"
)
_PAST = (
    r"(?:was|were|had|did|didn't|came|went|broke|got|saw|heard|found|left|took|told|said|began|started"
    r"|(?<!\bis\s)(?<!\bare\s)(?<!\bbe\s)(?<!\bbeen\s)(?<!\bgets\s)(?<!'s\s)(?<!\bhas\s)(?<!\bhave\s)"
    r"(?<!\bnot\s)(?<!\bnow\s)(?<!\bwhen\s)(?!need\b|speed\b|feed\b|indeed\b)\w{2,}ed)"
)
_WHEN = re.compile(
    rf"^{_AIM}(?:\s+(?:only|but\s+only)|\s*,)?\s+(?:when|whenever\s+(?!you\b)\w+)\b(?!\s+it\s+comes\s+to\b|\s+you\s+(?:say|write|put)\b)"
    rf"(?![^.;!?]*(?:\b{_PAST}\b|\?))"
    rf"|^{_AIM}\s+after\s+(?!\w+ing\b|what\b)(?:\w+\s+){{1,5}}(?:is|are|has|have|gets|signs|agrees|approves)\b"
    rf"|^{_AIM}\s+only\s+(?:when|after|with|where)\b"
)
"""Right after an act and in the present it is one, unlike in "+1, I was there when it broke"."""
_ONLY = re.compile(r"\bonly\s+(?:an?\s+)?$")
_ONLY_THEN = re.compile(rf"^{_AIM}\s+(?:when|after|with|where)\b")
_FUTURE = edged(r"will|would|\w+'(?:ll|d)|(?:happy|glad|willing|ready) to")
_NO_CONDITION = edged(
    r"if (?:that|it|this)(?:'s| is) (?:allowed|ok|okay|fine)|if it (?:still|even) counts"
    r"|(?:let me know|ask|ping|see|wonder\w*|check|tell me|shout|know|even|as|what|not sure|unsure) if"
    r"|if (?:you (?:need|want|like|have|ask)|any\w*|possible|i (?:may|might|could|can|understand|am|had"
    r"|recall)|i'm|only for"
    r"|not|nothing|it (?:helps|matters)|ever|only)|once (?:again|more)|pending since"
)
_CONDITION_FIRST = re.compile(
    r"^\W*(?:(?:but|and|so|yes,?|only)\s+)*(?:conditional(?:ly)?|subject\s+to|should\s+(?!i\b)[^,?]+(?=,)"
    r"|iff?|once|unless|provided|assuming|when|until|without|(?:as"
    r"|so)\s+soon\s+as|(?:as|so)\s+long\s+as"
    rf"|with\s+(?:that|this|those|these|the)\s+(?:\w+\s+){{0,3}}{_MENDED})\b",
)
_CONDITION_MIDWAY = re.compile(
    r"(?:[,;:]|\bbut|\band|\bso|\bthen)\s+(?:only\s+)?(?:if|once|provided|assuming|unless)\b[^,;]*[,;]"
    r"\s*(?:then\s+)?(?:[\w']+\s+){0,4}$"
)
"""Before an act, in the middle of a sentence: "I can't say yes yet, but if it works, ..."."""
_BARGAIN = re.compile(
    r"^\W*(?:(?:please|just|but|so|though|then)\W+)*(?:add|address|answer|change|clear|cut|delete|drop|exempt"
    r"|fix|give|guarantee|include|keep|leave\s+out|limit|make|move|promise|publish|put|remove|rename|replace"
    r"|show|sort|split|start|strike|swap|take\s+out|tell|turn)\b(?!\s+(?:me|my|us|our)\b)[^.]*\band"
    r"\s+(?:(?:i|we|you|my|our|it)\b[^.]*)?$|\bstands?\s+(?:or|and)\s+falls?\s+with\b"
)
"""Before an act it makes a condition of what is asked for: "add a date and I'll sign"."""
_ADDED = re.compile(
    r"^\W*(?:but\s+)?(?:only\s+(?:if|once|when|after)|provided|as\s+long\s+as|on\s+(?:the\s+)?condition"
    r"|conditional)\b",
)
_RELEASE = re.compile(r"^\W*(?:\w+\W+){0,6}(?:unless|until)\b")
"""After a refusal it makes it a condition: "I won't sign unless ..."."""


def is_conditional(before: str, after: str, *, is_past: bool) -> bool:
    """Whether an act hangs on something, by the words before and after it in its sentence.

    Args:
        before: the sentence up to the act, in lower case.
        after: the sentence from the act on.
        is_past: whether the act is told in the past.
    """
    if first := _CONDITION_FIRST.match(before):
        return not _NO_CONDITION.search(before[: first.end() + _WINDOW])
    if _BARGAIN.search(before):
        return True
    if (midway := _CONDITION_MIDWAY.search(before)) and not _NO_CONDITION.search(midway.group()):
        return True
    if _WHEN.match(after) or (_ONLY.search(before) and _ONLY_THEN.match(after)):
        return True
    patterns = [CONDITION]
    if not is_past:
        patterns.append(_ONCE)
    if _FUTURE.search(before):
        patterns.append(_LATER)
    return any(
        not _NO_CONDITION.search(after[max(0, match.start() - _WINDOW) : match.end() + _WINDOW])
        for pattern in patterns
        for match in pattern.finditer(after)
    )


def is_released(after: str) -> bool:
    """Whether a refusal holds only unless or until something: "I won't sign unless ..."."""
    return _RELEASE.search(after) is not None


def is_added(sentence: str) -> bool:
    """Whether a sentence makes the act before it conditional: "But only if ..."."""
    return _ADDED.search(sentence) is not None
