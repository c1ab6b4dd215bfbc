"""Does this post, in its author's own words, back the petition, oppose it, or take the backing back?

Plain rules with reasons: each sentence is searched for phrases, votes and verbs, the words around them decide
who speaks and whether it is meant, and of several acts in one post the last clear one stands; a withdrawal
stands whatever comes after. The rules rather miss an act than make one up: a missed "+1" lowers a count by
one, an invented one makes the count indefensible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import turns
from .phrases import ANY_PHRASE, PHRASES
from .sentences import Sentence, lower_case, sentences
from .speech import Cue, verb_cue
from .votes import vote_cue
from .wording import VERBS, Label

_OF_PETITION = frozenset({"signed", "count_me_in"})
_SHORT_ANSWER = 8
"""Words after "me too" or "this" beyond which the sentence is about something else."""
_WINDOW = 14
"""Characters beside a condition in which the phrases lie that make it none ("let me know if")."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a text does, with the stretch [start, end) of it that shows this and the rule that read it.

    Attributes:
        certain: False where a careful reader could doubt it: hedges, reservations, mixed signals.
        names_petition: whether the words speak of the petition itself, so that they count whatever post they
            answer: "signed", "I support the proposal"; a "+1" speaks of the post it answers.
    """

    label: Label
    reason: str
    start: int = 0
    end: int = 0
    certain: bool = True
    names_petition: bool = False


NO_ACT = Act("neutral", "no_act")


class ActDetector:
    """Reads acts of backing in words. Has no parameters and learns nothing.

    >>> ActDetector().predict(["+1", "+1 day", "Ana said +1", "+1 if it stays free", "take my name off"])
    ['endorse', 'neutral', 'neutral', 'conditional', 'withdraw']
    """

    def predict(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None) -> list[Label]:
        """One of "endorse", "oppose", "withdraw", "conditional", "neutral" for each text."""
        return [act.label for act in self.read(texts, contexts)]

    def read(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None) -> list[Act]:
        """The act of each text, with its evidence.

        Args:
            texts: own words of posts.
            contexts: what each text answers; only a question there makes a bare "yes" or "no" clear.
        """
        answered = contexts if contexts is not None else [None] * len(texts)
        return [_read(text, context) for text, context in zip(texts, answered, strict=True)]


def _read(text: str, context: str | None) -> Act:
    if not turns.may_hold_act(lower_case(text)):
        return NO_ACT
    cues: list[Cue] = []
    said: list[Sentence] = []
    for sentence in sentences(text, turns.may_hold_act):
        found = [_in_sentence(sentence, cue) for cue in _cues(sentence, context)]
        if not found and cues:
            cues[-1] = _with_afterthought(sentence, cues[-1])
        cues += found
        said.append(sentence)
    if cues and turns.SARCASM.search(lower_case(text)):
        return Act("neutral", "sarcasm", cues[-1].start, cues[-1].end, certain=False)
    act = _decide(cues, said)
    return replace(act, names_petition=_names_petition(act, said))


def _names_petition(act: Act, said: Sequence[Sentence]) -> bool:
    if act.label == "neutral":
        return False
    if act.label == "withdraw" or act.reason in _OF_PETITION:
        return True
    place = [sentence for sentence in said if sentence.start <= act.start]
    return bool(place) and turns.PETITION.search(place[-1].lower) is not None


def _cues(sentence: Sentence, context: str | None) -> list[Cue]:
    """All cues of one sentence, in the order of its words; a sentence that is an answer has just one."""
    if not sentence.tokens:
        return []
    if answer := _answer(sentence, context):
        return [answer]
    found = list(_phrase_cues(sentence))
    claimed = [(cue.start, cue.end) for cue in found]
    for place, token in enumerate(sentence.tokens):
        if _overlaps(claimed, token.start, token.end):
            continue
        cue = None
        if token.text in VERBS:
            cue = verb_cue(sentence, place)
        elif token.kind in ("vote", "emoji") or token.text.startswith(("thumb", "two thumb")):
            cue = vote_cue(sentence, place)
        if cue:
            found.append(cue)
    return sorted(found, key=lambda cue: cue.start)


def _phrase_cues(sentence: Sentence) -> Iterator[Cue]:
    for match in ANY_PHRASE.finditer(sentence.lower):
        phrase = PHRASES[(match.lastindex or 1) - 1]
        start, end = sentence.start + match.start(), sentence.start + match.end()
        yield Cue(phrase.label, phrase.reason, start, end, phrase.certain)


def _overlaps(claimed: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in claimed)


def _answer(sentence: Sentence, context: str | None) -> Cue | None:
    """Sentences that are an answer as a whole: "Yes please", "Me too", "ACK"."""
    answer = Cue("endorse", "", sentence.start, sentence.start + len(sentence.text.rstrip()))
    if match := turns.ACK.match(sentence.text):
        arrived = turns.ACKNOWLEDGED.match(match["more"].lstrip().lower())
        return replace(answer, label="neutral" if arrived else "endorse", reason="ack")
    if sentence.is_question:
        return None
    match = turns.ME_TOO.match(sentence.lower)
    more = len((match["more"] or "").split()) if match else 0
    if match and more <= _SHORT_ANSWER:
        return replace(answer, reason="me_too", certain=more <= 1)
    return _yes_or_no(sentence.lower, answer, context or "")


def _yes_or_no(text: str, answer: Cue, context: str) -> Cue | None:
    """A bare yes or no: clear only where something was asked."""
    asked = "?" in context
    if turns.YES.match(text):
        return replace(answer, reason="yes", certain=asked or "please" in text)
    yes = turns.YES_UNDER_CONDITION.match(text)
    if yes and turns.CONDITION.match(text, yes.end()):
        return replace(answer, label="conditional", reason="yes")
    if not turns.NO.match(text):
        return None
    label: Label = "neutral" if "objection" in context.lower() else "oppose"
    return replace(answer, label=label, reason="no", certain=asked or label == "neutral")


def _in_sentence(sentence: Sentence, cue: Cue) -> Cue:
    """The cue as its sentence means it: asked, conditional, hedged, or with a reservation."""
    if cue.label == "neutral":
        return cue
    before = sentence.lower[: cue.start - sentence.start]
    after = sentence.lower[cue.end - sentence.start :]
    if sentence.is_question and not _stands_in_question(sentence, cue, after):
        return replace(cue, label="neutral", reason="question")
    said = sentence.lower[cue.start - sentence.start : cue.end - sentence.start]
    if _is_conditional(before, after, is_past=said.endswith("ed")):
        return _under_condition(cue, after)
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
    doubtful = turns.HEDGE.search(sentence.lower) or turns.RESERVATION.search(after)
    return replace(cue, certain=False) if doubtful else cue


def _stands_in_question(sentence: Sentence, cue: Cue, after: str) -> bool:
    """Whether it is an act, then a question ("+1, when does it start?"), or a request ("Can you add me?")."""
    asks = turns.ASKING.match(sentence.lower) is not None
    if cue.label == "withdraw" or cue.reason == "count_me_in":
        return not asks or turns.REQUEST.search(sentence.lower) is not None
    return not asks and after.lstrip()[:1] in tuple(",–—:!.;(-")


def _is_conditional(before: str, after: str, *, is_past: bool) -> bool:
    if first := turns.CONDITION_FIRST.match(before):
        return not turns.NO_CONDITION.search(before[: first.end() + _WINDOW])
    patterns = [turns.CONDITION]
    if not is_past:
        patterns.append(turns.ONCE)
    if turns.FUTURE.search(before):
        patterns.append(turns.LATER)
    return any(
        not turns.NO_CONDITION.search(after[max(0, match.start() - _WINDOW) : match.end() + _WINDOW])
        for pattern in patterns
        for match in pattern.finditer(after)
    )


def _under_condition(cue: Cue, after: str) -> Cue:
    """Support and refusal become conditional, opposition doubtful, a threat to withdraw nothing."""
    if cue.label == "withdraw":
        return replace(cue, label="neutral", reason="condition")
    if cue.label == "endorse" or (cue.reason == "opposed" and turns.RELEASE.search(after)):
        return replace(cue, label="conditional")
    return replace(cue, certain=False)


def _with_afterthought(sentence: Sentence, cue: Cue) -> Cue:
    """The act, less what a next sentence takes of it back: "But only if ...", "However, ..."."""
    if cue.label == "endorse" and turns.ADDED_CONDITION.search(sentence.lower):
        return replace(cue, label="conditional")
    if cue.label in ("endorse", "oppose") and turns.ADDED_RESERVATION.search(sentence.lower):
        return replace(cue, certain=False)
    return cue


def _decide(cues: Sequence[Cue], said: Sequence[Sentence]) -> Act:
    """The last clear act; a withdrawal whatever comes after; a change of mind by what it leads to."""
    live = [cue for cue in cues if cue.label != "neutral"]
    withdrawals = [cue for cue in live if cue.label == "withdraw"]
    if withdrawals and live[-1].label == "oppose" and live[-1].certain:
        return replace(_act(live[-1]), reason="changed_mind")  # takes the name off and turns against it
    if withdrawals:
        return _act(withdrawals[-1])
    if changed := _change_of_mind(live, said):
        return changed
    if not live:
        # An objection taken back is worth more to the ledger than another reason for no act.
        lifted = [cue for cue in cues if cue.reason == "objection_withdrawn"]
        return _act((lifted or list(cues))[-1]) if cues else NO_ACT
    chosen = ([cue for cue in live if cue.certain] or live)[-1]
    mixed = {"endorse", "oppose"} <= {cue.label for cue in live}
    return _act(replace(chosen, certain=chosen.certain and not mixed))


def _change_of_mind(live: Sequence[Cue], said: Sequence[Sentence]) -> Act | None:
    """What a text that says so has changed to; without a word of that it takes back what was said before."""
    places = [
        (sentence.start + match.start(), sentence.start + match.end(), match.group())
        for sentence in said
        for match in turns.CHANGED.finditer(sentence.lower)
    ]
    if not places:
        return None
    start, end, words = places[-1]
    after = [cue for cue in live if cue.start >= end]
    votes = [cue for cue in live if cue.end <= start and cue.reason in ("plus_one", "minus_one", "vote")]
    if chosen := after or votes:
        return replace(_act(chosen[-1]), reason="changed_mind")
    if turns.CHANGED_ALONE.search(words):
        return Act("withdraw", "changed_mind", start, end)
    return None


def _act(cue: Cue) -> Act:
    return Act(cue.label, cue.reason, cue.start, cue.end, cue.certain)
