"""Who says a word, and is it meant: votes ("+1") and verbs ("agree") looked at with the words around them.

From a vote or verb the reading goes left, over adverbs and auxiliaries, until it meets the speaker: the
writer, somebody else (hearsay), or those who are asked to act (a call). Negations on the way are counted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from . import wording as w
from .sentences import Sentence, Token

Speaker = Literal["writer", "nobody", "called", "other", "doubt"]


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of a post that may be an act, with the rule that found it."""

    label: w.Label
    reason: str
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a verb, and how. "nobody" is a verb without subject: the writer's, or an imperative."""

    speaker: Speaker
    negated: bool = False
    undone: bool = False
    tentative: bool = False
    is_bare: bool = True
    """Whether nothing stands between speaker and verb."""


_VOTE = re.compile(r"(?P<sign>[+±–-])\s?(?P<value>\d+(?:[.,]\d+)*|∞)(?P<suffix>'?[a-z]+)?(?P<unit>[%°])?$")
_ONES = re.compile(r"1(?:0+|1+|,000(?:,000)*)?|∞|2")
_PLUS = frozenset(
    {
        ":+1:",
        ":thumbsup:",
        ":plus1:",
        ":heavy_plus_sign:",
        "👍",
        "➕",
        "plus one",
        "plus-one",
        "plus 1",
        "plus-1",
    }
)
_MINUS = frozenset({":-1:", ":thumbsdown:", "👎", "minus one"})


def voice(tokens: Sequence[Token], place: int) -> Voice:
    """Who says the verb at `place`, and whether it is negated, not done, or only likely."""
    negations, undone, tentative, at = 0, False, False, place - 1
    while at >= 0 and (_is_negation(tokens[at].text) or _is_filler(tokens[at].text)):
        said = tokens[at].text
        undone |= said in w.UNDONE
        negations += _is_negation(said)
        tentative |= said in w.TENTATIVE
        at -= 1
    bare = at == place - 1
    if at < 0 or tokens[at].kind in ("mark", "vote", "emoji"):
        return Voice("nobody", negations % 2 == 1, undone, tentative, bare)
    said = tokens[at].text
    if said in w.FIRST_PERSON:
        return _writer(tokens, at, Voice("writer", negations % 2 == 1, undone, tentative, bare))
    speaker: Speaker = "other"
    if said in w.CALLING:
        speaker = "called"
    elif said in w.SUBORDINATE:
        speaker = "doubt"
    elif said in w.CONNECTIVES:
        speaker = "nobody"
    return Voice(speaker, negations % 2 == 1, undone, tentative, bare)


def _writer(tokens: Sequence[Token], at: int, said: Voice) -> Voice:
    """ "I" as the speaker, unless the clause is doubted ("not sure I") or denied ("don't think I")."""
    before = [token.text for token in tokens[max(0, at - 3) : at]]
    if before and before[-1] in w.SUBORDINATE:
        return Voice("doubt")
    denied = any(word in ("think", "believe", "feel") for word in before) and any(map(_is_negation, before))
    tentative = said.tentative or tokens[at].text in w.TENTATIVE
    return Voice("writer", said.negated != denied, said.undone, tentative, said.is_bare)


def _is_negation(word: str) -> bool:
    return word in w.NEGATIONS or word.endswith("n't") or word in w.UNDONE


def _is_filler(word: str) -> bool:
    return word in w.FILLERS or (word.endswith("ly") and word not in ("only", "reply", "apply", "family"))


def verb_cue(sentence: Sentence, place: int) -> Cue | None:
    """Read the verb at `place`; None where it is used in another sense."""
    tokens, token = sentence.tokens, sentence.tokens[place]
    verb = w.VERBS[token.text]
    said = voice(tokens, place)
    if verb.needs_object and not _is_backable(tokens, place):
        return None
    label, reason, certain = verb.label, verb.reason, not said.tentative
    if said.undone or (said.negated and token.text in ("signed", "co-signed")):
        label, reason = "neutral", "not_done"
    elif said.speaker in ("other", "called", "doubt"):
        label = "neutral"
        reason = {"other": "hearsay", "called": "call", "doubt": "undecided"}[said.speaker]
    elif said.speaker == "nobody" and said.is_bare and not verb.alone:
        label, reason = "neutral", "call"
    elif said.negated:
        label, reason = ("oppose", "opposed") if label == "endorse" else ("neutral", "no_objection")
    elif reason == "agree" and (found := _agreed_with(tokens, place)):
        label, certain = found
    return Cue(label, reason, token.start, token.end, certain)


def _agreed_with(tokens: Sequence[Token], place: int) -> tuple[w.Label, bool] | None:
    """ "Agree with" an objection opposes; with a named person, or "that ...", it may be about something else."""
    following = [token.text for token in tokens[place + 1 : place + 7]]
    if w.OPPONENTS.intersection(following):
        return "oppose", False
    if following[:1] == ["that"] and len(following) > 1 and following[1].isalpha():
        return "endorse", False
    named = following[:1] == ["with"] and len(tokens) > place + 2
    if named and (tokens[place + 2].kind == "handle" or tokens[place + 2].is_capitalised):
        return "endorse", False
    return None


def _is_backable(tokens: Sequence[Token], place: int) -> bool:
    """Whether what follows is a thing one can back: the end, "this", "the petition", "adopting ...", a name."""
    if place + 1 >= len(tokens):
        return tokens[place].text not in w.STRICT
    following = tokens[place + 1]
    word = following.text
    if word in ("the", "a", "an", "such", "our", "their", "your", "his", "her", "of"):
        return any(token.text in w.NOUNS for token in tokens[place + 2 : place + 6])
    is_strict = tokens[place].text in w.STRICT
    if following.kind == "mark":
        return not is_strict
    is_gerund = word.endswith("ing") and len(word) > 5
    return (
        word in w.OBJECTS
        or following.kind in ("vote", "emoji", "handle")
        or (not is_strict and (word in w.EMPHATIC or word in w.CONTINUATIONS))
        or is_gerund
        or following.is_capitalised
    )


def vote_cue(sentence: Sentence, place: int) -> Cue | None:
    """Read the signed number, emoji or "plus one" at `place`; None for an emoji that is no vote."""
    token = sentence.tokens[place]
    label, reason, certain = _weigh(token)
    if label is None:
        return None if token.kind == "emoji" else Cue("neutral", reason, token.start, token.end)
    if trouble := _trouble(sentence, place, label):
        return Cue("neutral", trouble, token.start, token.end)
    following = [other.text for other in sentence.tokens[place + 1 : place + 7]]
    if (
        label == "endorse"
        and following[:1] in (["to"], ["on"], ["for"])
        and w.OPPONENTS.intersection(following)
    ):
        return Cue("oppose", "agree", token.start, token.end, certain=False)
    if following[:2] in (["from", "the"], ["from", "our"], ["from", "all"], ["from", "a"]):
        certain = False
    return Cue(label, reason, token.start, token.end, certain)


def _weigh(token: Token) -> tuple[w.Label | None, str, bool]:
    """What a vote says by itself: label (None for no vote), reason, and whether it is a full vote."""
    text = token.text.rstrip("\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff").split("::skin")[0]
    text = f"{text}:" if token.text != text and text.startswith(":") and not text.endswith(":") else text
    if text in _PLUS or text.endswith("thumbs up") or text.endswith("thumb up"):
        return "endorse", "plus_one", True
    if text in _MINUS or text.startswith(("thumbs down", "thumb down", "thumbs-down")):
        return "oppose", "minus_one", True
    found = _VOTE.fullmatch(text)
    if found is None:
        return None, "number", True
    if found["sign"] == "±" or found["value"].startswith("0"):
        return None, "abstain", True
    if found["suffix"] in ("s", "'s"):
        return None, "tally", True
    if (
        not _ONES.fullmatch(found["value"])
        or found["unit"]
        or found["suffix"] not in (None, *_VERBAL, "k", "m")
    ):
        return None, "number", True
    plain = found["value"] != "2"
    return ("endorse", "plus_one", plain) if found["sign"] == "+" else ("oppose", "minus_one", plain)


_VERBAL = ("d", "'d", "ed", "'ed", "ing", "'ing", "'in")


def _trouble(sentence: Sentence, place: int, label: w.Label) -> str:
    """Why a vote is none: a number, a tally, hearsay, a call, a mention; empty if it is the writer's."""
    tokens = sentence.tokens
    return _counted(tokens, place) or _beside(tokens, place) or _before(sentence, place, label)


def _counted(tokens: Sequence[Token], place: int) -> str:
    """Sums, units, telephone numbers, tallies: what stands directly beside the vote."""
    token, left = tokens[place], tokens[place - 1] if place else None
    right = [other.text for other in tokens[place + 1 : place + 4]]
    if token.kind == "vote":
        unit = right[1:2] if right and right[0] in w.UNIT_ADJECTIVES else right[:1]
        if w.UNITS.intersection(unit) or (
            left and (left.text in w.COUNTED_BEFORE or left.text in ("=", "<", "/", "+"))
        ):
            return "number"
        if left and left.kind == "number" and left.end >= token.start - 1:
            return "tally"
        if (
            len(right) > 1
            and right[0] in ("/", "(", "-")
            and right[1].isdigit()
            and len(right[1]) >= (1 if right[0] == "/" else 3)
        ):
            return "number"
        if tokens[place + 1 : place + 2] and tokens[place + 1].kind == "number":
            return "number"
        if right[:1] == ["/"] and any(word[-1].isdigit() for word in right):
            return "number"
    if right[:1] and right[0] in ("number", "no", "nr", "#") and any(word.isdigit() for word in right):
        return "tally"
    if right[:2] and right[0] in (":", "=") and right[1].isdigit():
        return "tally"
    return (
        "tally"
        if right[:2] and right[0] in ("vote", "votes") and right[1] in ("needed", "required", "so")
        else ""
    )


def _beside(tokens: Sequence[Token], place: int) -> str:
    """Who the vote is from, where it says so; and calls: "+1 this if you agree"."""
    right = [other.text for other in tokens[place + 1 : place + 12]]
    if right[:1] == ["from"] and len(right) > 1 and right[1] not in w.FROM_HERE:
        return "hearsay"
    if right[:3] == ["on", "behalf", "of"]:
        return "hearsay"
    for at in range(len(right) - 2):
        if right[at : at + 2] == ["if", "you"] and right[at + 2] in w.CALLED_FOR:
            return "call"
    return ""


def _before(sentence: Sentence, place: int, label: w.Label) -> str:
    tokens, at = sentence.tokens, place - 1
    crossed: set[str] = set()
    while at >= 0 and (tokens[at].text in w.ENLARGED or _is_filler(tokens[at].text)):
        crossed.add(tokens[at].text)
        at -= 1
    if crossed & {"was", "were", "been"} or (at >= 0 and tokens[at].text in w.FORMER):
        return "past"
    if _is_spoken_of(sentence, place, label, crossed):
        return "mention"
    if at < 0 or tokens[at].kind in ("mark", "handle", "vote", "emoji"):
        return "hearsay" if _is_listed(tokens, at) else ""
    said = tokens[at].text
    if crossed & {"my", "our"}:
        return ""
    if _is_negation(said):
        return "" if any(token.text == "enough" for token in tokens[place:]) else "negated"
    if said in w.SAYING:
        return (
            ""
            if voice(tokens, at).speaker in ("writer", "nobody") and said not in ("get", "gets", "got")
            else "hearsay"
        )
    return _neighbour(sentence, place, at, label)


def _neighbour(sentence: Sentence, place: int, at: int, label: w.Label) -> str:
    """The word before a vote, once articles and adverbs are left out."""
    tokens, said = sentence.tokens, sentence.tokens[at].text
    if said in w.OTHERS:
        return "hearsay"
    if said in w.CALLING:
        return "call"
    if said in w.DETERMINERS:
        return "mention"
    if said in w.SUBORDINATE:
        return "call"
    is_name = tokens[at].is_capitalised and said not in w.CONNECTIVES and said not in w.FIRST_PERSON
    if is_name and (at == 0 or tokens[at - 1].text in ("and", ",")) and len(tokens) <= at + 3:
        return "hearsay"
    follows = tokens[place + 1].text if place + 1 < len(tokens) else ""
    is_last = not follows or tokens[place + 1].kind in ("mark", "emoji", "vote")
    spoken = said in w.FIRST_PERSON or said in w.CONNECTIVES or is_last or follows in w.DIRECTIONS
    if label == "oppose" and tokens[place].kind == "vote":
        changed = w.CHANGED.search(sentence.text) is not None
        return "" if spoken and (changed or said not in ("to", "is", "of", "at", "and", "or")) else "number"
    return "" if spoken else "mention"


def _is_spoken_of(sentence: Sentence, place: int, label: w.Label, crossed: set[str]) -> bool:
    """ "A +1 would help", "bringing my plus one", "set it to -1": no votes, though nobody else casts them."""
    tokens = sentence.tokens
    if place + 1 < len(tokens) and tokens[place + 1].text in w.STATED_OF:
        return True
    if crossed & {"a", "an"} and not crossed & {"my", "our"} and place + 1 < len(tokens):
        return tokens[place + 1].kind != "mark" and tokens[place + 1].text not in w.DIRECTIONS
    if crossed & {"my", "our"} and tokens[place].text.startswith("plus"):
        return True
    is_value = label == "oppose" and tokens[place].kind == "vote" and "to" in crossed
    return is_value and w.CHANGED.search(sentence.text) is None


def _is_listed(tokens: Sequence[Token], at: int) -> bool:
    """ "Ana: +1": somebody lists the votes of others."""
    return (
        at == 1 and tokens[at].text == ":" and tokens[0].is_capitalised and tokens[0].text not in w.HEADINGS
    )
