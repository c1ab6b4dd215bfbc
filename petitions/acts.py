"""Does this post, in its author's own words, back the petition, oppose it, or take the backing back?

Plain rules with reasons: each sentence is searched for phrases, votes and verbs, the words around them decide
who speaks and whether it is meant, and of several acts in one post the last clear one stands; a withdrawal
stands whatever comes after. The rules rather miss an act than make one up: a missed "+1" lowers a count by
one, an invented one makes the count indefensible. What no rule could read goes to a small trained reader,
whose acts are never beyond doubt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ..estimator import Pretrained, texts_of
from . import conditions, learned, turns
from .act import NO_ACT, Act
from .judgements import judgement_in
from .languages import is_denied
from .meaning import in_sentence, with_afterthought
from .opposition import answers_petition
from .phrases import phrases_in
from .sentences import Sentence, lower_case, sentences
from .speech import Cue, verb_cue
from .votes import vote_cue
from .wording import VERBS, Label

_OF_PETITION = frozenset({"signed", "count_me_in"})
_MOST_SENTENCES = 5
"""Sentences of a post beyond which a guess about one of them is left."""
_LONG_POST = 1500
"""Characters, likewise."""
_SHORT_ANSWER = 8
"""Words after "me too" or "this" beyond which the sentence is about something else."""


class ActDetector(Pretrained):
    """Reads acts of backing in words: by rules, and by a small trained reader where no rule has a say.

    Args:
        learned: whether the trained reader is asked at all (`learned`); without it only rules speak.

    >>> ActDetector().predict(["+1", "+1 day", "Ana said +1", "+1 if it stays free", "take my name off"])
    ['endorse', 'neutral', 'neutral', 'conditional', 'withdraw']
    """

    classes_ = np.array(learned.LABELS)
    """The labels there are."""

    def __init__(self, *, learned: bool = True) -> None:
        self.learned = learned

    def predict(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None) -> list[Label]:
        """One of "endorse", "oppose", "withdraw", "conditional", "neutral" for each text."""
        return [act.label for act in self.read(texts, contexts)]

    def read(self, texts: Sequence[str], contexts: Sequence[str | None] | None = None) -> list[Act]:
        """The act of each text, with its evidence.

        Args:
            texts: own words of posts.
            contexts: what each text answers; a question there makes a bare "yes" or "no" clear, agreeing with
                an objection backs what is answered if that is one, and what is signed in answer to a
                contributor agreement is that.
        """
        texts = texts_of(texts)
        answered = list(contexts) if contexts is not None else [None] * len(texts)
        acts = [_read(text, context) for text, context in zip(texts, answered, strict=True)]
        return _with_guesses(texts, answered, acts) if self.learned else acts


def _with_guesses(texts: Sequence[str], contexts: Sequence[str | None], acts: list[Act]) -> list[Act]:
    """The acts, those of posts in which no rule found anything read by the trained reader."""
    asked = [
        (place, sentence)
        for place, act in enumerate(acts)
        if act.reason == "no_act"
        for sentence in _unread(texts[place])
    ]
    found: dict[int, list[tuple[Sentence, learned.Guess]]] = {}
    for (place, sentence), guess in zip(
        asked, learned.guess([sentence.text for _, sentence in asked]), strict=True
    ):
        found.setdefault(place, []).append((sentence, guess))
    for place, guesses in found.items():
        acts[place] = _towards(_guessed(guesses), texts[place], contexts[place] or "")
    return acts


def _unread(text: str) -> list[Sentence]:
    """The sentences of a post that the trained reader may be asked about; none of a long post."""
    if len(text) > _LONG_POST or not learned.plays_a_part(lower_case(text)):
        return []
    said = list(islice(sentences(text, _leave), _MOST_SENTENCES + 1))
    if len(said) > _MOST_SENTENCES:
        return []
    return [sentence for sentence in said if not sentence.is_question and learned.may_read(sentence.lower)]


def _leave(_: str) -> bool:
    return False


def _guessed(guesses: Sequence[tuple[Sentence, learned.Guess]]) -> Act:
    cues = [
        Cue(guess.label, "learned", *learned.span(sentence, guess.label), certain=False)
        for sentence, guess in guesses
        if guess.label != "neutral"
    ]
    said = [sentence for sentence, _ in guesses]
    act = _decide(cues, said) if cues else NO_ACT
    return replace(
        act,
        names_petition=_names_petition(act, said),
        possible=act.label == "neutral" and any(guess.is_possible for _, guess in guesses),
    )


def _read(text: str, context: str | None) -> Act:
    if not turns.may_hold_act(lower_case(text)):
        return NO_ACT
    cues: list[Cue] = []
    said: list[Sentence] = []
    is_agreement = turns.TO_A_BOT.search(text) or turns.AGREEMENT.search(context or "")
    for sentence in sentences(text, turns.may_hold_act):
        found = [in_sentence(sentence, cue) for cue in _cues(sentence, context)]
        found = [cue for cue in found if not (cue.reason == "signed" and is_agreement)]
        if turns.POINTER.match(sentence.text) and sentence.text.strip() != text.strip():
            continue
        if not found and cues:
            cues[-1] = with_afterthought(sentence, cues[-1])
        cues += found
        said.append(sentence)
    if cues and turns.SARCASM.search(lower_case(text)):
        return Act("neutral", "sarcasm", cues[-1].start, cues[-1].end, certain=False)
    act = _decide(cues, said)
    return _towards(replace(act, names_petition=_names_petition(act, said)), text, context or "")


def _towards(act: Act, text: str, context: str) -> Act:
    """The act as it bears on what it answers.

    Agreeing with an objection backs that objection; and where something is to be stopped, "a bad idea" may be
    just that.
    """
    is_agreeing = act.label == "oppose" and act.reason == "agree"
    if (is_agreeing or act.reason == "objection_withdrawn") and turns.is_objection(context):
        return replace(act, label="endorse" if is_agreeing else "withdraw")
    if act.label == "oppose" and turns.is_against(context) and not _is_clear_no(act, text, context):
        return replace(act, label="neutral", possible=True)
    return act


def _is_clear_no(act: Act, text: str, context: str) -> bool:
    return answers_petition(act, text) or (act.reason == "no" and "?" in context)


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
    judged = judgement_in(sentence)
    if judged and not _overlaps([(cue.start, cue.end) for cue in found], judged.start, judged.end):
        found.append(judged)
    return sorted(found, key=lambda cue: cue.start)


def _phrase_cues(sentence: Sentence) -> Iterator[Cue]:
    for phrase, start, end in phrases_in(sentence.lower):
        if (
            phrase.reason == "language"
            and phrase.label == "endorse"
            and is_denied(sentence.lower, start, end)
        ):
            phrase = replace(phrase, label="oppose")  # noqa: PLW2901
        yield Cue(phrase.label, phrase.reason, sentence.start + start, sentence.start + end, phrase.certain)


def _overlaps(claimed: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in claimed)


def _answer(sentence: Sentence, context: str | None) -> Cue | None:
    """Sentences that are an answer as a whole: "Yes please", "Me too", "ACK"."""
    answer = Cue("endorse", "", sentence.start, sentence.start + len(sentence.text.rstrip()))
    if match := turns.ACK.match(sentence.text):
        arrived = not match["kind"] and turns.ACKNOWLEDGED.match(match["more"])
        end = sentence.start + match.start("more")
        return replace(answer, label="neutral" if arrived else "endorse", reason="ack", end=end)
    if sentence.is_question:
        return None
    match = turns.ME_TOO.match(sentence.lower)
    more = len((match["more"] or "").split()) if match else 0
    if match and more <= _SHORT_ANSWER and not turns.is_objection(match["more"] or ""):
        return replace(answer, reason="me_too", certain=more <= 1)
    return _yes_or_no(sentence.lower, answer, context or "")


def _yes_or_no(text: str, answer: Cue, context: str) -> Cue | None:
    """A bare yes or no: clear only where something was asked."""
    asked = "?" in context
    if turns.YES.match(text):
        return replace(answer, reason="yes", certain=asked or "please" in text or "without" in text)
    if turns.YES_TO.match(text):
        return replace(answer, reason="yes", certain=False)
    yes = turns.YES_UNDER_CONDITION.match(text)
    if yes and ("but only" in yes.group() or conditions.CONDITION.match(text, yes.end())):
        return replace(answer, label="conditional", reason="yes")
    if not turns.NO.match(text):
        return None
    label: Label = "neutral" if "objection" in context.lower() else "oppose"
    return replace(answer, label=label, reason="no", certain=asked or label == "neutral")


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
