"""What a sentence makes of an act in it: asked, denied, hedged, under a condition, or meant as said."""

import re
from dataclasses import replace

from . import conditions, proxies, turns
from .sentences import Sentence
from .speech import Cue

_WITH = re.compile(r"^\s+with\b")
_THAT = re.compile(r"^\s+(?:that\s+(?!we\b)|(?:it|there|this)(?:'s|\s+is|\s+was)\s)")


def in_sentence(sentence: Sentence, cue: Cue) -> Cue:
    """The cue as its sentence means it: asked, conditional, hedged, or with a reservation."""
    if cue.label == "neutral":
        return cue
    if reason := _why_another(sentence, cue):
        return replace(cue, label="neutral", reason=reason)
    before = sentence.lower[: cue.start - sentence.start]
    after = sentence.lower[cue.end - sentence.start :]
    said = sentence.lower[cue.start - sentence.start : cue.end - sentence.start]
    if cue.reason == "agree":
        after = _WITH.sub("", after)  # "agree with the change" sets no condition
    is_released = cue.reason == "opposed" and conditions.is_released(after)
    if is_released or conditions.is_conditional(before, after, is_past=said.endswith("ed")):
        return _under_condition(cue, after)
    cue = _turned(cue, before, after)
    if cue.label == "withdraw":
        return cue
    if (
        sentence.tokens[-1].kind == "emoji"
        and cue.start == sentence.tokens[-1].start
        and before.strip(" \t-–—,.!")
    ):
        # A thumb at the end of other words may only thank for them.
        thanks = turns.THANKS.search(before) is not None
        return replace(cue, label="neutral", reason="thanks") if thanks else replace(cue, certain=False)
    doubtful = (
        turns.HEDGE.search(sentence.lower)
        or turns.RESERVATION.search(after)
        or proxies.is_for_group(*_around(sentence, cue))
    )
    return replace(cue, certain=False) if doubtful else cue


def _why_another(sentence: Sentence, cue: Cue) -> str:
    """Why it is no act here and now: told to others, long ago, or asked; empty if none of these."""
    lower, at = sentence.lower, cue.start - sentence.start
    if turns.HOW_TO.match(lower):
        return "call"
    if sentence.is_question and not _stands_in_question(sentence, cue, lower[cue.end - sentence.start :]):
        return "question"
    if proxies.is_for_another(*_around(sentence, cue)):
        return "hearsay"
    said, after = lower[at : cue.end - sentence.start], lower[cue.end - sentence.start :]
    if said in turns.HELD and turns.is_former(lower[:at], after):
        return "past"
    is_past = said.partition(" ")[0].endswith("ed")
    return "past" if is_past and cue.label != "withdraw" and turns.LONG_AGO.search(lower[:at]) else ""


def _around(sentence: Sentence, cue: Cue) -> tuple[str, str]:
    """The words before and after it in its sentence, as they are written."""
    return sentence.text[: cue.start - sentence.start], sentence.text[cue.end - sentence.start :]


def _turned(cue: Cue, before: str, after: str) -> Cue:
    """The cue as the words right beside it turn it: "I don't back it any more", "nearly took it off"."""
    if cue.label == "oppose" and cue.reason == "opposed" and turns.ANY_LONGER.search(after):
        return replace(cue, label="withdraw", reason="withdrawn")
    if cue.label == "withdraw" and turns.ALMOST.search(before):
        return replace(cue, label="neutral", reason="not_done")
    if cue.reason == "agree" and _THAT.match(after) and turns.RESERVATION.search(after):
        return replace(cue, label="neutral", reason="in_part")
    if cue.reason == "signed" and turns.WOULD.search(before) and turns.ONLY_WOULD.match(after):
        return replace(cue, label="neutral", reason="not_done")
    if cue.reason == "count_me_in" and turns.DENIED.search(before):
        return replace(cue, label="oppose", reason="opposed")
    return cue


def _stands_in_question(sentence: Sentence, cue: Cue, after: str) -> bool:
    """Whether it is an act, then a question ("+1, when does it start?"), or a request ("Can you add me?")."""
    asks = turns.ASKING.match(sentence.lower) is not None
    if cue.label == "withdraw" or cue.reason == "count_me_in":
        return not asks or turns.REQUEST.search(sentence.lower) is not None
    starts_now = sentence.start == cue.start or not sentence.lower[: cue.start - sentence.start].strip()
    if starts_now and turns.NEW_QUESTION.search(after):
        return True
    return not asks and after.lstrip()[:1] in tuple(",–—:!.;(-")


def _under_condition(cue: Cue, after: str) -> Cue:
    """Support and refusal become conditional, opposition doubtful, a threat to withdraw nothing."""
    if cue.label == "withdraw":
        return replace(cue, label="neutral", reason="condition")
    if cue.label == "endorse" or (cue.reason == "opposed" and conditions.is_released(after)):
        return replace(cue, label="conditional")
    return replace(cue, certain=False)


def with_afterthought(sentence: Sentence, cue: Cue) -> Cue:
    """The act, less what a next sentence takes of it back: "But only if ...", "However, ..."."""
    if cue.label == "endorse" and conditions.is_added(sentence.lower):
        return replace(cue, label="conditional")
    if cue.label in ("endorse", "oppose") and turns.ADDED_RESERVATION.search(sentence.lower):
        return replace(cue, certain=False)
    return cue
