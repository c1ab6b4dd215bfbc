"""A vote in a sentence and what stands around it: the articles it wears, the word before, the words after."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import wording as w
from .sentences import Sentence, Token
from .speech import is_filler, is_negation

MARKS = ("mark", "handle", "vote", "emoji")


@dataclass(frozen=True, slots=True)
class Around:
    """A vote and what stands around it.

    Attributes:
        crossed: articles and adverbs directly before it ("a", "big", "my").
        at: place of the first word before those, -1 if there is none.
        after: the words after it.
    """

    sentence: Sentence
    place: int
    label: w.Label
    crossed: frozenset[str]
    at: int
    after: tuple[str, ...]

    @property
    def tokens(self) -> Sequence[Token]:
        """Those of its sentence."""
        return self.sentence.tokens

    @property
    def token(self) -> Token:
        """The vote itself."""
        return self.tokens[self.place]

    @property
    def before(self) -> str:
        """The word before, articles and adverbs left out; empty at the start and after marks."""
        return "" if self.at < 0 or self.tokens[self.at].kind in MARKS else self.tokens[self.at].text

    @property
    def is_mine(self) -> bool:
        """Whether "my" stands before it."""
        return not self.crossed.isdisjoint(("my", "our"))


def surroundings(sentence: Sentence, place: int, label: w.Label) -> Around:
    """The vote at `place` of a sentence, and what stands around it."""
    tokens, at = sentence.tokens, place - 1
    while at >= 0 and _is_passed_over(tokens[at].text):
        at -= 1
    crossed = frozenset(token.text for token in tokens[at + 1 : place])
    after = tuple(token.text for token in tokens[place + 1 :])
    return Around(sentence, place, label, crossed, at, after)


def _is_passed_over(word: str) -> bool:
    return word in w.ENLARGED or (is_filler(word) and not is_negation(word))
