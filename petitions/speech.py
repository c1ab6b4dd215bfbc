"""Who says a verb ("agree", "signed"), and is it meant.

From the verb the reading goes left, over adverbs and auxiliaries, until it meets the speaker: the writer,
somebody else (hearsay), or those who are asked to act (a call). Negations on the way are counted. Where that
ends at somebody else though the writer is named too, the sentence is parsed (`syntax`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from . import wording as w
from .sentences import Sentence, Token
from .syntax import clause

Speaker = Literal["writer", "group", "nobody", "called", "other", "doubt"]

_NOT_THE_WRITER: dict[Speaker, str] = {"other": "hearsay", "called": "call", "doubt": "undecided"}
_OBJECTING = w.words("oppose opposes opposed opposing object objects objected objecting")
_REACH = 5
"""How many words beside a verb are searched for who speaks, and for what is agreed with."""
_SHORTEST_GERUND = 6
_SHORT_CLAUSE = 3
"""Words before "and" that still leave a verb after it without a subject."""


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
    former: bool = False
    tentative: bool = False
    is_bare: bool = True
    """Whether nothing stands between speaker and verb."""


def is_negation(word: str) -> bool:
    """Whether a word turns what follows into its contrary."""
    return word in w.NEGATIONS or word in w.UNDONE or word.endswith("n't")


def is_filler(word: str) -> bool:
    """Whether a word may stand between a speaker and a verb: adverbs, auxiliaries, "happy to"."""
    return word in w.FILLERS or (word.endswith("ly") and word not in w.NO_ADVERBS)


def voice(tokens: Sequence[Token], place: int) -> Voice:
    """Who says the verb at `place`, and whether it is negated, not done, or only likely."""
    at = place - 1
    while at >= 0 and (is_negation(tokens[at].text) or is_filler(tokens[at].text)):
        at -= 1
    between = [token.text for token in tokens[at + 1 : place]]
    said = Voice(
        _speaker(tokens, at),
        negated=sum(map(is_negation, between)) % 2 == 1,
        undone=not w.UNDONE.isdisjoint(between) or any(words.issubset(between) for words in w.INTENDED),
        former=not w.PAST.isdisjoint(between),
        tentative=not w.TENTATIVE.isdisjoint(between),
        is_bare=not between,
    )
    return _writer(tokens, at, said) if said.speaker == "writer" else said


def _speaker(tokens: Sequence[Token], at: int) -> Speaker:
    if at < 0 or tokens[at].kind in ("mark", "vote", "emoji") or _is_called_by_name(tokens, at):
        return "nobody"
    if tokens[at].text in w.CONNECTIVES:
        # "Read it twice and signed" is the writer's; "three of them read it and signed" is not.
        is_short = at <= _SHORT_CLAUSE
        return "nobody" if is_short or any(t.text in w.FIRST_PERSON for t in tokens[:at]) else "other"
    if _is_own_group(tokens, at):
        return "group"
    kinds: tuple[tuple[frozenset[str], Speaker], ...] = (
        (w.FIRST_PERSON, "writer"),
        (w.CALLING, "called"),
        (w.SUBORDINATE, "doubt"),
    )
    for words, speaker in kinds:
        if tokens[at].text in words:
            return speaker
    return "other"


def _is_own_group(tokens: Sequence[Token], at: int) -> bool:
    """Whether a clause begins with a group the writer speaks for: "our council", not "some of my team"."""
    if tokens[at].text not in w.OWN_GROUPS:
        return False
    for start in range(at - 1, max(-1, at - 4), -1):
        if tokens[start].text in ("our", "my"):
            return start == 0 or tokens[start - 1].kind == "mark" or tokens[start - 1].text in w.CONNECTIVES
    return False


def _is_called_by_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether a handle and one word are all: "@ana agreed!" speaks to her, "@ana agreed with me" of her."""
    return at == 0 and tokens[0].kind == "handle" and all(token.kind == "mark" for token in tokens[2:])


def _writer(tokens: Sequence[Token], at: int, said: Voice) -> Voice:
    """The writer as speaker, unless the clause is doubted ("not sure I") or denied ("don't think I")."""
    before = [token.text for token in tokens[max(0, at - 3) : at]]
    if before and before[-1] in w.SUBORDINATE:
        return Voice("doubt")
    if not w.CLAIMING.isdisjoint(before) and any(map(is_negation, before)):
        return Voice("other")
    denied = not w.BELIEVING.isdisjoint(before) and any(map(is_negation, before))
    tentative = said.tentative or tokens[at].text in w.TENTATIVE
    return replace(said, negated=said.negated != denied, tentative=tentative)


def _heard_again(sentence: Sentence, place: int, said: Voice) -> Voice:
    """The voice as the parse has it, where words leave open who speaks: "I and the night shift support"."""
    before = {token.text for token in sentence.tokens[:place]}
    is_first = not w.FIRST_PERSON.isdisjoint(before) or "myself" in before
    is_second = is_first and not w.REPORTING.isdisjoint(before)
    if not (is_first if said.speaker == "other" else is_second and said.speaker == "writer"):
        return said
    found = clause(sentence.text, sentence.tokens[place].start - sentence.start)
    if found is None:
        return said
    if found.is_reported or not found.is_writer:
        return replace(said, speaker="other")
    return replace(said, speaker="writer", negated=found.is_denied, is_bare=False)


def verb_cue(sentence: Sentence, place: int) -> Cue | None:
    """Read the verb at `place`; None where it is used in another sense."""
    tokens, token = sentence.tokens, sentence.tokens[place]
    verb = w.VERBS[token.text]
    if reason := _why_another(tokens, place):
        return Cue("neutral", reason, token.start, token.end)
    is_of_objectors = _agrees_or_not(token.text, verb) and _names_objectors(_words_after(tokens, place))
    if verb.needs_object and not is_of_objectors and not _is_backable(tokens, place):
        return None
    said = _heard_again(sentence, place, voice(tokens, place))
    if reason := _why_no_act(token.text, verb, said):
        return Cue("neutral", reason, token.start, token.end)
    label, certain = verb.label, not said.tentative and said.speaker != "group"
    is_that = place + 1 < len(tokens) and tokens[place + 1].text == "that"
    if said.negated or verb.label == "oppose":
        if is_of_objectors:
            return Cue("endorse", "agree", token.start, token.end, certain=False)
        # "I disagree that it was late" may be about something else.
        clear = certain and not (token.text == "disagree" and is_that)
        return Cue(
            "oppose", verb.reason if verb.label == "oppose" else "opposed", token.start, token.end, clear
        )
    if verb.reason == "agree":
        label, clear = _agreed_with(tokens, place)
        certain = certain and clear
    elif tokens[place + 1 : place + 2] and tokens[place + 1].is_capitalised:
        certain = False  # "I support Heron": what is asked for, or its rival
    return Cue(label, verb.reason, token.start, token.end, certain)


def _agrees_or_not(word: str, verb: w.Verb) -> bool:
    return verb.reason == "agree" or word.startswith("disagree")


def _names_objectors(words: Sequence[str]) -> bool:
    """Whether what is agreed with, or not, is an objection or who objects: "with those who oppose it"."""
    return not w.OPPONENTS.isdisjoint(words) or (words[:1] == ["with"] and not _OBJECTING.isdisjoint(words))


def _words_after(tokens: Sequence[Token], place: int) -> list[str]:
    return [token.text for token in tokens[place + 1 : place + 2 + _REACH]]


def _why_another(tokens: Sequence[Token], place: int) -> str:
    """Why the words after a verb make it no act of the writer's on this thing, empty if they don't."""
    after = tokens[place + 1 : place + 4]
    words = [token.text for token in after]
    if [token.kind for token in after[:2]] == ["mark", "number"]:
        return "tally"  # "against: 2"
    is_signed = w.VERBS[tokens[place].text].reason == "signed"
    aim = 1 if words[:1] in (["this"], ["it"]) else 0
    if (
        is_signed
        and words[aim : aim + 1] == ["for"]
        and any(t.is_capitalised for t in after[aim + 1 : aim + 2])
    ):
        return "hearsay"  # "signing for Ana"
    is_other = not w.ARTICLES.isdisjoint(words[:1]) and not w.DISTANT.isdisjoint(words[1:])
    return "other_thing" if is_other else ""  # "I support the other proposal"


def _why_no_act(word: str, verb: w.Verb, said: Voice) -> str:
    """Why the words say no act, empty if they do."""
    if said.former:
        return "past"
    if said.undone or (said.negated and word in ("signed", "co-signed")):
        return "not_done"
    if said.speaker in _NOT_THE_WRITER:
        return _NOT_THE_WRITER[said.speaker]
    if said.speaker == "nobody" and said.is_bare and not verb.alone:
        return "call"
    return "no_objection" if said.negated and verb.label == "oppose" else ""


def _agreed_with(tokens: Sequence[Token], place: int) -> tuple[w.Label, bool]:
    """Label and certainty: agreeing with an objection opposes, with a person may be about something else."""
    following = tokens[place + 1 : place + 2 + _REACH]
    words = _words_after(tokens, place)
    if _names_objectors(words):
        return "oppose", False
    is_that = words[:1] == ["that"] and words[1:2] != [] and words[1].isalpha()
    is_named = (
        words[:1] == ["with"]
        and words[1:2] != []
        and (following[1].kind == "handle" or following[1].is_capitalised)
    )
    return "endorse", not (is_that or is_named)


def _is_thing(word: str) -> bool:
    """Whether one can back it, one or several: "proposal", "proposals", "of this"."""
    return word in w.NOUNS or word.removesuffix("s") in w.NOUNS or word in ("this", "it", "that", "them")


def _is_backable(tokens: Sequence[Token], place: int) -> bool:
    """Whether a thing one can back follows: "this", "the petition", "adopting ...", a name, or the end."""
    is_strict = tokens[place].text in w.STRICT
    if place + 1 < len(tokens) and tokens[place + 1].text in ("to", "with", "of"):
        place += 1  # opposed to, object to, disagree with, supportive of
    if place + 1 >= len(tokens) or tokens[place + 1].kind == "mark":
        return not is_strict
    following = tokens[place + 1]
    word = following.text
    if word in w.ARTICLES or (
        word in w.GATHERING and place + 2 < len(tokens) and tokens[place + 2].kind == "word"
    ):
        return any(_is_thing(token.text) for token in tokens[place + 2 : place + _REACH + 1])
    if word in w.EMPHATIC or word in w.CONTINUATIONS:
        return not is_strict
    is_gerund = word.endswith("ing") and len(word) >= _SHORTEST_GERUND
    return (
        word in w.OBJECTS
        or following.kind in ("vote", "emoji", "handle")
        or is_gerund
        or following.is_capitalised
    )
