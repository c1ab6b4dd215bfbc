"""Is this "+1" a vote, and the writer's: signed numbers, thumbs and "plus one" with the words around them.

A vote is taken for the writer's unless one of the checks in `_TROUBLES` finds what else it is: a number, a
tally, hearsay, a call to vote, a vote of former days, or a word about votes.
"""

import re
from collections.abc import Callable

from . import wording as w
from .proxies import is_person
from .sentences import Sentence, Token
from .signed_numbers import is_number, is_tally
from .speech import Cue, is_negation, voice
from .surroundings import MARKS, Around, surroundings
from .turns import CHANGED, RECEIPT

_SIGNED = re.compile(r"(?P<sign>[+±–-])\s?(?P<value>\d+(?:[.,]\d+)*|∞)(?P<suffix>'?[a-z]+)?(?P<unit>[%°])?$")
_FULL = re.compile(r"1(?:0+|1+|,000(?:,000)*)?|∞|2")
_SUFFIXES = frozenset({None, "d", "'d", "ed", "'ed", "ing", "'ing", "k", "m"})
_MANY_PLUS = re.compile(r"^\++\s?")
_SKIN_TONE = re.compile("[\U0001f3fb-\U0001f3ff]|:skin-tone-[1-6]:$")
_PLUS = frozenset(
    {
        ":+1:",
        ":thumbsup:",
        ":plus1:",
        ":heavy_plus_sign:",
        "👍",
        "➕",
        "plus one",
        "plus 1",
        "plusone",
        "plus1",
        "+one",
    }
)
_MINUS = frozenset({":-1:", ":thumbsdown:", "👎", "minus one"})
_BEING = w.words("are is we we're")
_POINTING = w.words("a all an both everything it my our that the these this those your")
_FEW = 3
_REACH = 6
"""How many words after a vote are searched for what it is cast on."""


def vote_cue(sentence: Sentence, place: int) -> Cue | None:
    """Read the signed number, emoji or "plus one" at `place`; None for an emoji that is no vote."""
    token = sentence.tokens[place]
    label, reason = _weigh(token)
    if label is None:
        return None if token.kind == "emoji" else Cue("neutral", reason, token.start, token.end)
    around = surroundings(sentence, place, label)
    for trouble, is_so in _TROUBLES:
        if is_so(around):
            return Cue("neutral", trouble, token.start, token.end)
    aim = around.after[:_REACH]
    if label == "endorse" and aim[:1] in (("to",), ("on",), ("for",)) and not w.OPPONENTS.isdisjoint(aim):
        return Cue("oppose", "agree", token.start, token.end, certain=False)
    return Cue(label, reason, token.start, token.end, certain=_is_certain(around))


def _is_certain(around: Around) -> bool:
    """Whether it is a full vote, and the writer's alone: of a whole group only the writer is counted."""
    is_half = around.token.kind == "vote" and "2" in around.token.text
    is_group = around.after[:1] == ("from",) and not w.MYSELF.issuperset(around.after[1:2])
    return not (is_half or is_group or _may_be_one_more(around))


def _may_be_one_more(around: Around) -> bool:
    """Whether it may be no vote, but one more of a thing: "we are +1 on testers", not "we are +1 on this"."""
    if around.before not in _BEING or around.after[:1] != ("on",):
        return False
    return not all(word in _POINTING or word.endswith("ing") for word in around.after[1:2])


def _weigh(token: Token) -> tuple[w.Label | None, str]:
    """What a vote says by itself: its label, None if it is no vote, and the reason."""
    text = _MANY_PLUS.sub("+", _SKIN_TONE.sub("", token.text)).replace("plus-", "plus ")
    if text in _PLUS or text.endswith(("thumbs up", "thumb up", "thumbs-up")):
        return "endorse", "plus_one"
    if text in _MINUS or text.startswith(("thumbs down", "thumb down", "thumbs-down")):
        return "oppose", "minus_one"
    found = _SIGNED.fullmatch(text)
    if found and (found["sign"] == "±" or found["value"].startswith("0")):
        return None, "abstain"
    if found and found["suffix"] in ("s", "'s"):
        return None, "tally"
    if found and _FULL.fullmatch(found["value"]) and not found["unit"] and found["suffix"] in _SUFFIXES:
        return ("endorse", "plus_one") if found["sign"] == "+" else ("oppose", "minus_one")
    return None, "number"


def _is_of_others(around: Around) -> bool:
    """Somebody else's vote: "+1 from Ana, she can't", "they +1", "Ana: +1", "Ana +1"."""
    after, tokens, at = around.after, around.tokens, around.at
    if after[:1] == ("from",) and after[1:2] and after[1] not in w.FROM_HERE and not around.is_mine:
        # "+1 from Ana, she can't" is hers; "+1 from Lima" may be a place, and stays the writer's, with doubt.
        is_capitalised = tokens[around.place + 2].is_capitalised
        return not is_capitalised or not w.OTHERS.isdisjoint(after[2:7])
    if _is_listed(around) or (around.before in w.OTHERS and not around.is_mine):
        return True
    if not around.before or around.is_mine or not tokens[at].is_capitalised or is_negation(around.before):
        return False
    if around.before.endswith("'s"):
        return around.before not in w.CONTRACTIONS  # "adding Ana's +1"
    is_name = around.before not in w.CONNECTIVES | w.FIRST_PERSON | w.SAYING | w.CALLING
    starts = at == 0 or tokens[at - 1].text in ("and", ",") or tokens[at - 1].text in w.RELAYING
    return is_name and starts and len(tokens) <= at + _FEW


def _is_listed(around: Around) -> bool:
    """A vote under somebody's name: "Ana: +1", "Ana (by phone): +1", "signing for Ana: +1"."""
    if around.at < 1 or around.tokens[around.at].text != ":":
        return False
    head = [token for token in around.tokens[: around.at] if token.kind in ("word", "handle", "mark")]
    if head[-1:] and head[-1].text == ")":
        head = head[: next((at for at, token in enumerate(head) if token.text == "("), 0)]
    if not head or head[0].text in w.CONNECTIVES - w.RELAYING | w.TOPICS or head[-1].text in w.HEADINGS:
        return False
    if head[-1].text in w.SAYING:
        return voice(head, len(head) - 1).speaker == "other"
    if is_person(" ".join(token.text for token in head)):
        return True
    if len(head) > 1 and not w.RELAYING.isdisjoint(token.text for token in head[-_FEW:-1]):
        return head[-1].is_capitalised or head[-1].kind == "handle"
    names = [token for token in head if token.text not in ("and", "&", ",")]
    return bool(names) and all(token.kind == "word" and token.is_capitalised for token in names)


def _is_reported(around: Around) -> bool:
    """A vote that is told of: "Ana said +1", but not "I said +1"."""
    if around.before not in w.SAYING or around.is_mine:
        return False
    is_writer = voice(around.tokens, around.at).speaker in ("writer", "nobody")
    return not is_writer or around.before in w.OBTAINING


def _is_call(around: Around) -> bool:
    """A vote that is asked for: "please +1", "react with +1", "+1 this if you agree"."""
    asked = w.CALLING | w.SUBORDINATE
    if "to" in around.crossed and CHANGED.search(around.sentence.lower):
        return False
    if around.before in asked and not around.is_mine:
        return voice(around.tokens, around.at).speaker != "writer"
    after = around.after
    return any(
        after[at : at + 2] == ("if", "you") and after[at + 2 : at + 3] and after[at + 2] in w.CALLED_FOR
        for at in range(min(len(after), 9))
    )


def _is_former(around: Around) -> bool:
    """A vote of former days: "I was +1 at first", "from +1 to -1"."""
    return not around.crossed.isdisjoint(("was", "were", "been")) or around.before in w.FORMER


def _is_negated(around: Around) -> bool:
    """A vote that is denied: "not a +1", but not "can't +1 this enough"."""
    before = around.before
    if before == "yet":  # "not yet +1", but not "slow, yet +1"
        before = around.tokens[max(0, around.at - 1)].text
        return is_negation(before) and before != "yet"
    return is_negation(before) and not around.is_mine and "enough" not in around.after


def _is_withheld(around: Around) -> bool:
    """A vote that is held back: "holding my +1 until Friday", "withholding my +1"."""
    before = (token.text for token in around.tokens[max(0, around.at - 1) : around.at + 1])
    return around.is_mine and not w.WITHHOLDING.isdisjoint(before)


def _is_mention(around: Around) -> bool:
    """A word about votes: "a +1 would help", "bringing my plus one", "your +1", "set it to -1"."""
    if _is_stated_of(around):
        return True
    speaker = voice(around.tokens, around.at).speaker if around.before in w.VOTING else "other"
    if speaker == "writer" or (speaker == "nobody" and around.before == "voting"):
        return False
    if around.is_mine:
        return around.token.text.startswith("plus")
    return _is_told_of(around)


def _is_told_of(around: Around) -> bool:
    """The same of a vote that nothing says to be the writer's."""
    after, crossed = around.after, around.crossed
    if not crossed.isdisjoint(("a", "an")) and after:
        return around.tokens[around.place + 1].kind != "mark" and after[0] not in w.DIRECTIONS
    changed = CHANGED.search(around.sentence.lower) is not None
    if changed and "to" in crossed:
        return False
    is_value = around.label == "oppose" and around.token.kind == "vote" and not changed
    if is_value and ("to" in crossed or around.before in ("is", "of", "at", "and", "or")):
        return True
    return around.before in w.DETERMINERS or not _is_spoken(around)


def _is_stated_of(around: Around) -> bool:
    """Whether the words beside it speak of it, or say that it is lacking, or nobody's."""
    after = around.after
    is_nobodys = after[:1] in (("to",), ("for",)) and not w.NOBODY.isdisjoint(after[1:2])
    is_thumb = around.token.kind == "emoji" and around.place == 0  # "👍 would love this" is one
    is_subject = after[:1] != () and after[0] in w.STATED_OF and not is_thumb
    return is_nobodys or is_subject or _is_lacking(around)


def _is_lacking(around: Around) -> bool:
    """Whether its clause says that votes are lacking: "we still need three +1"."""
    for token in reversed(around.tokens[: around.place]):
        if token.kind == "mark":
            return False
        if token.text in w.LACKING:
            return True
    return False


def _is_spoken(around: Around) -> bool:
    """Whether the words beside it let it be a vote: it starts or ends the sentence, or "from me" follows."""
    if not around.before or around.before in w.FIRST_PERSON | w.CONNECTIVES | w.SAYING:
        return True
    if is_negation(around.before) or around.after[:1] in (("from",), ("here",)):
        return True
    if around.label == "oppose" and around.token.kind == "vote":
        return False  # "assigned -1": numbers are more often negative than people
    if not around.after or around.after[0] in w.DIRECTIONS:
        return True
    return around.tokens[around.place + 1].kind in ("mark", "emoji", "vote")


def _is_report(around: Around) -> bool:
    """A line in a machine's report: "-1 core tests. The patch fails ..."."""
    tokens = around.tokens
    if around.token.kind != "vote" or any(token.kind not in MARKS for token in tokens[: around.place]):
        return False
    if around.after[:1] == ("|",) or (around.place and tokens[around.place - 1].text == "|"):
        return True  # a row of a table
    until = next((at for at, word in enumerate(around.after) if not word[0].isalpha()), len(around.after))
    return (
        0 < until <= _FEW
        and w.CHECKS.issuperset(around.after[:until])
        and around.after[until:] in ((), (".",))
    )


def _is_receipt(around: Around) -> bool:
    """A thumb that says a message has arrived: "👍 will fix it"."""
    rest = around.sentence.lower[around.token.end - around.sentence.start :]
    return around.token.kind == "emoji" and RECEIPT.match(rest) is not None


def _is_legend(around: Around) -> bool:
    """How to vote, not a vote: "please use +1 for yes and -1 for no"."""
    tokens = around.tokens
    signs = {
        label for token in tokens if token.kind in ("vote", "emoji") for label in [_weigh(token)[0]] if label
    }
    return len(signs) > 1 and tokens[0].text in w.LEGEND and w.FIRST_PERSON.isdisjoint(t.text for t in tokens)


_TROUBLES: tuple[tuple[str, Callable[[Around], bool]], ...] = (
    ("number", is_number),
    ("report", _is_report),
    ("thanks", _is_receipt),
    ("call", _is_legend),
    ("tally", is_tally),
    ("hearsay", _is_of_others),
    ("hearsay", _is_reported),
    ("call", _is_call),
    ("past", _is_former),
    ("negated", _is_negated),
    ("not_done", _is_withheld),
    ("mention", _is_mention),
)
