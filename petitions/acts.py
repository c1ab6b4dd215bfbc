"""Does this post, in its author's own words, back the petition, oppose it, or take the backing back?

Plain rules with reasons: each sentence is searched for phrases, votes and verbs (`wording`), the words around
decide who speaks and whether it is meant (`speech`), and of several acts in one post the last clear one
stands; a withdrawal stands whatever comes after. The rules rather miss an act than make one up: a missed "+1"
lowers a count by one, an invented one makes the count indefensible.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from . import wording as w
from .sentences import Sentence, sentences
from .speech import Cue, verb_cue, vote_cue
from .wording import Label

_ANSWERED_ACK = re.compile(
    r"^\W*(?:will|thanks|thx|i'll|on\s+it|noted|looking|let\s+me|got\s+it|and\b|that\b|the\b)", re.IGNORECASE
)
_ADDED_CONDITION = re.compile(
    r"^\W*(?:but\s+)?(?:only\s+(?:if|once|when)|provided|as\s+long\s+as|on\s+(?:the\s+)?condition|conditional)\b",
    re.IGNORECASE,
)
_ADDED_RESERVATION = re.compile(r"^\W*(?:but|however|although|though|that\s+said|except)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"^\W*(?:and\s+|so\s+|but\s+|wait,?\s+)*(?:who|what|when|where|why|how|which|do|does|did|is|are|am|was|were|can|could|would|should"
    r"|shall|will|may|has|have|had|any|anyone|if|isn't|aren't|don't|doesn't|shouldn't|wouldn't)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^\W*(?:can|could|would|will)\s+(?:you|someone|somebody|the\s+\w+|we)\b|\bplease\b", re.IGNORECASE
)
_THANKS = re.compile(
    r"\b(?:thanks|thank\s+you|thx|will\s+do|on\s+it|noted|done|fixed|ok|okay|got\s+it)\b", re.IGNORECASE
)
_STRONG_CHANGE = re.compile(r"chang|second\s+thought", re.IGNORECASE)
_RELEASE = re.compile(r"^\W*(?:\w+\W+){0,6}(?:unless|until)\b", re.IGNORECASE)
_FUTURE = re.compile(r"\b(?:will|would|'ll|'d|happy\s+to|glad\s+to|willing\s+to|ready\s+to)\b", re.IGNORECASE)
_RELATIVE = frozenset({"plus_one", "minus_one", "agree", "me_too", "yes", "no", "lgtm", "ack"})
_OF_PETITION = frozenset({"signed", "count_me_in"})


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

    >>> ActDetector().predict(["+1", "+1 day", "Ana said +1", "+1 if it stays free", "please take my name off"])
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
    if not w.HINT.search(text):
        return NO_ACT
    cues: list[Cue] = []
    said: list[Sentence] = []
    for sentence in sentences(text):
        found = list(_cues(sentence, context))
        if not found and cues:
            _add_afterthought(sentence, cues)
        cues += found
        said.append(sentence)
    if not cues and not any(w.CHANGED.search(sentence.text) for sentence in said):
        return NO_ACT
    if cues and w.SARCASM.search(text):
        return Act("neutral", "sarcasm", cues[-1].start, cues[-1].end, certain=False)
    act = _decide(cues, said)
    return replace(act, names_petition=act.reason in _OF_PETITION or _names_petition(act, said))


def _names_petition(act: Act, said: Sequence[Sentence]) -> bool:
    if act.label == "withdraw":
        return True
    place = [sentence for sentence in said if sentence.start <= act.start]
    return bool(place) and w.PETITION_NOUN.search(place[-1].text) is not None


def _add_afterthought(sentence: Sentence, cues: list[Cue]) -> None:
    """ "But only if ..." or "However, ..." after an act takes something of it back."""
    if cues[-1].label == "endorse" and _ADDED_CONDITION.search(sentence.text):
        cues[-1] = replace(cues[-1], label="conditional")
    elif cues[-1].label in ("endorse", "oppose") and _ADDED_RESERVATION.search(sentence.text):
        cues[-1] = replace(cues[-1], certain=False)


def _cues(sentence: Sentence, context: str | None) -> Iterator[Cue]:
    """Cues of one sentence in the order of its words, questions and conditions heeded."""
    found = sorted(_raw_cues(sentence, context), key=lambda cue: cue.start)
    alone = not any(cue.label == "endorse" and cue.reason != "plus_one" for cue in found)
    for cue in found:
        yield cue if cue.label == "neutral" else _in_sentence(sentence, cue, alone)


def _raw_cues(sentence: Sentence, context: str | None) -> Iterator[Cue]:
    if answer := _answer(sentence, context):
        yield answer
        return
    claimed: list[tuple[int, int]] = []
    for phrase in w.PHRASES:
        for match in phrase.pattern.finditer(sentence.text):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            if match.group() and not _overlaps(claimed, start, end):
                claimed.append((start, end))
                yield Cue(phrase.label, phrase.reason, start, end, phrase.certain)
    for place, token in enumerate(sentence.tokens):
        if _overlaps(claimed, token.start, token.end):
            continue
        cue = None
        if token.text in w.VERBS:
            cue = verb_cue(sentence, place)
        elif token.kind in ("vote", "emoji") or token.text.startswith(("thumb", "two thumb")):
            cue = vote_cue(sentence, place)
        if cue:
            yield cue


def _overlaps(claimed: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in claimed)


def _answer(sentence: Sentence, context: str | None) -> Cue | None:
    """Sentences that are an answer as a whole: "Yes please", "Me too", "ACK"."""
    start, end = sentence.start, sentence.start + len(sentence.text.rstrip())
    asked = context is not None and "?" in context
    if match := w.ACK.match(sentence.text):
        if _ANSWERED_ACK.match(match["more"]) or match["more"].lstrip().startswith(","):
            return Cue("neutral", "acknowledged", start, end)
        return Cue("endorse", "ack", start, end)
    if sentence.is_question:
        return None
    if w.YES.match(sentence.text):
        return Cue("endorse", "yes", start, end, asked or "please" in sentence.text.lower())
    if w.NO.match(sentence.text):
        if context is not None and "objection" in context.lower():
            return Cue("neutral", "no_objection", start, end)
        return Cue("oppose", "no", start, end, asked)
    if match := w.ENDORSING_ANSWERS.match(sentence.text):
        more = len((match["more"] or "").split())
        return Cue("endorse", "me_too", start, end, certain=more <= 1) if more <= 8 else None
    return None


def _in_sentence(sentence: Sentence, cue: Cue, alone: bool) -> Cue:
    """The cue as its sentence means it: asked, conditional, hedged, or with a reservation."""
    before, after = sentence.text[: cue.start - sentence.start], sentence.text[cue.end - sentence.start :]
    if sentence.is_question and not _stands_in_question(sentence, cue, after):
        return replace(cue, label="neutral", reason="question")
    if _is_conditional(before, after):
        if cue.label == "withdraw":
            return replace(cue, label="neutral", reason="condition")
        if cue.label == "endorse" or (cue.reason == "opposed" and _RELEASE.search(after)):
            return replace(cue, label="conditional")
        cue = replace(cue, certain=False)
    if (
        cue.reason == "plus_one"
        and sentence.text[cue.start - sentence.start] not in "+p"
        and alone
        and before.strip(" \t-–—,.!")
    ):
        if _THANKS.search(before):
            return replace(cue, label="neutral", reason="thanks")
        return replace(cue, certain=False)
    if cue.label == "withdraw":
        return cue
    if w.HEDGE.search(sentence.text) or w.RESERVATION.search(after):
        return replace(cue, certain=False)
    return cue


def _stands_in_question(sentence: Sentence, cue: Cue, after: str) -> bool:
    """ "+1, when does it start?" is an act and then a question; "Can you add my name?" is a request."""
    if cue.label == "withdraw" or cue.reason == "count_me_in":
        return _REQUEST.search(sentence.text) is not None or not _ASKING.match(sentence.text)
    return (
        not _ASKING.match(sentence.text) and re.match(r"\s*[,–—:!.;(-]|\s+(?:and|but)\s", after) is not None
    )


def _is_conditional(before: str, after: str) -> bool:
    for match in w.CONDITION.finditer(after):
        weak = match.group().lower() in w.WEAK_CONDITION
        window = after[max(0, match.start() - 14) : match.end() + 14]
        if not w.NO_CONDITION.search(window) and (not weak or _FUTURE.search(before)):
            return True
    if match := re.match(
        r"\W*(?:but\s+|and\s+|so\s+|yes,?\s+)?(?P<condition>if|once|unless|provided|assuming|(?:as|so)\s+long\s+as)\b.*",
        before,
        re.IGNORECASE,
    ):
        return not w.NO_CONDITION.search(match.group()[:40])
    return False


def _decide(cues: Sequence[Cue], said: Sequence[Sentence]) -> Act:
    """The last clear act of a post; a withdrawal whatever comes after; a change of mind by what it leads to."""
    live = [cue for cue in cues if cue.label != "neutral"]
    withdrawals = [cue for cue in live if cue.label == "withdraw"]
    if changed := _change(said):
        return _changed(live, withdrawals, *changed)
    if withdrawals:
        return _act(withdrawals[-1])
    if not live:
        # The reason that ends an opposition is worth more to the ledger than another.
        lifted = [cue for cue in cues if cue.reason == "objection_withdrawn"]
        return _act((lifted or list(cues))[-1])
    chosen = [cue for cue in live if cue.certain] or live
    mixed = {"endorse", "oppose"} <= {cue.label for cue in live}
    return _act(chosen[-1], certain=chosen[-1].certain and not mixed)


def _change(said: Sequence[Sentence]) -> tuple[int, int, bool] | None:
    """Where a text says that its author thinks otherwise now, and whether that alone ends an act."""
    for sentence in reversed(said):
        for match in w.CHANGED.finditer(sentence.text):
            strong = _STRONG_CHANGE.search(match.group()) is not None
            return sentence.start + match.start(), sentence.start + match.end(), strong
    return None


def _changed(live: Sequence[Cue], withdrawals: Sequence[Cue], start: int, end: int, strong: bool) -> Act:
    after = [cue for cue in live if cue.start >= end]
    before = [cue for cue in live if cue.end <= start and cue.reason in ("plus_one", "minus_one", "vote")]
    if withdrawals:
        return _act(withdrawals[-1])
    if chosen := after or before:
        return replace(_act(chosen[-1]), reason="changed_mind")
    if strong:
        return Act("withdraw", "changed_mind", start, end)
    return _act(live[-1]) if live else NO_ACT


def _act(cue: Cue, certain: bool | None = None) -> Act:
    return Act(cue.label, cue.reason, cue.start, cue.end, cue.certain if certain is None else certain)
