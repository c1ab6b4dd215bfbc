"""Short replies that say nothing but yes or no to what they answer: "this", "agreed", "hard disagree", "+1".

Such a reply has no words a model could read a stance from; it takes the stance of the post it answers, or the
opposite one. The rule is a list of phrases that must be the whole of the reply, beside words that only stress
them, mentions, and emoji of the same mind (`corpus.emoji`): whoever adds a reason is read for the reason.
"""

import re
from typing import Final, Literal

from ..corpus.emoji import valence

Echo = Literal["same", "opposite"]


def _phrases(table: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in table.replace("\n", ",").split(",")) - {""}


_SAME: Final = _phrases("""
    agree, agreed, concur, second, seconded, endorse, support, this, this is it, this times a hundred
    ++, plus one, same, ditto, likewise, me too, us too, hear hear, exactly, precisely, indeed, amen
    preach, qft, spot on, well said, well put, nailed it, bingo, true, correct, right, absolutely
    totally, definitely, of course, 100%, yes, yep, yup, yeah, aye, yes please, yes this
    couldn't agree more, could not agree more, my thoughts exactly, exactly this, what she said
    what he said, what they said, what you said, you are right, you're right, feel the same
    no objection, no objections, in agreement
""")
_OPPOSITE: Final = _phrases("""
    disagree, disagreed, dissent, object, not, no, nope, nah, nay, no way, no thanks, no thank you, pass
    not at all, do not agree, don't agree, dont agree, cannot agree, can't agree, do not concur
    don't concur, not true, wrong, this is wrong, that's wrong, that is wrong, couldn't disagree more
    could not disagree more, minus one
""")
_BEFORE: Final = _phrases("""
    i, we, yes, yep, yeah, no, nope, sorry, very, so, much, totally, fully, completely, absolutely
    strongly, 100%, wholeheartedly, definitely, certainly, really, quite, also, still, respectfully
    hard, strong, firm, big, huge, clear, just, simply, have, to, must, of, course, thanks, but, am, all
    kind, regretfully
""")
_AFTER: Final = _phrases("""
    with, on, to, for, from, you, this, that, it, all, everything, the, above, here, too, completely
    totally, fully, 100%, me, us, so, much, please, entirely, more, as, well, again, indeed, exactly
    sorry
""")
_VOTE: Final = re.compile(r"(?P<sign>[+−-]) ?(?:1+|10+)")
_EMOJI: Final = re.compile(
    r":[\w+'-]+:(?::skin-tone-\d:)?|[\U0001f300-\U0001faff☀-➿⬀-⯿][\U0001f3fb-\U0001f3ff\ufe0e\ufe0f\u200d♀♂]*"
)
_MENTION: Final = re.compile(r"<?@[\w.|-]+>?")
_SIDE: Final[dict[str, Echo]] = {"agree": "same", "disagree": "opposite", "+": "same"}
_LONGEST: Final = 60
"""Characters; a longer reply has something of its own to say."""


def echo(text: str) -> Echo | None:
    """Whether a reply only agrees with what it answers, or only disagrees; None for any other reply.

    >>> [echo(text) for text in ("This.", "Hard disagree 👎", "+1 :100:", "+1, builds got faster", "👀")]
    ['same', 'opposite', 'same', None, None]
    """
    if len(text) > _LONGEST or "?" in text:
        return None
    sides: set[Echo] = {side for sign in _EMOJI.findall(text) if (side := _SIDE.get(valence(str(sign))))}
    words = _MENTION.sub(" ", _EMOJI.sub(" ", text)).casefold().replace("’", "'")
    # "^" alone points at the post above: "this".
    plain = re.sub(r"[^\w+%'−-]+", " ", words).split() or ["this"] * ("^" in words)
    if plain:
        said = _said(plain)
        if said is None:
            return None
        sides.add(said)
    return sides.pop() if len(sides) == 1 else None


def _said(words: list[str]) -> Echo | None:
    """What words come to when those that only stress them are left out, from either end."""
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            phrase = " ".join(words[start:end])
            if vote := _VOTE.fullmatch(phrase):
                return _SIDE.get(vote["sign"], "opposite")
            if phrase in _SAME or phrase in _OPPOSITE:
                return "same" if phrase in _SAME else "opposite"
            if words[end - 1] not in _AFTER:
                break
        if words[start] not in _BEFORE:
            break
    return None
