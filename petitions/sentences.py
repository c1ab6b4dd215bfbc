"""From a post's own words to sentences of tokens that keep their places in the text.

What the author does not say here and now is blanked first, letter by letter: quoted lines and quotations,
code, links, struck-out text, and the lines of a vote form that nobody ticked.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .wording import MISSPELT

_BLOCKS = re.compile(
    r"```[\s\S]*?(?:```|\Z)|\{(?P<block>code|noformat|quote)(?::[^}\n]{0,80})?\}[\s\S]{0,9999}?\{(?P=block)\}"
    r"|\{\{[^}\n]{1,300}\}\}"
)
_BLANKED = re.compile(
    r"^[ \t]*>.*$|`[^`\n]+`|~~.+?~~|https?://\S+|\S+@\S+\.\w+"
    r"|“[^”\n]{1,300}”|„[^“\n]{1,300}“|«[^»\n]{1,300}»|(?<!\w)\"[^\"\n]{1,300}\"(?!\w)|(?<!\w)'[^'\n]{1,60}'(?!\w)",
    re.MULTILINE,
)
_EMPHASIS = re.compile(r"\{color(?::[#\w]{1,20})?\}|(?<![\w:])[*_]+|[*_]+(?![\w:])")
_ONE_FORM = str.maketrans("’\u00a0\ufe0f−－＋０１２３４５６７８９", "'  --+0123456789")
_WRAPPED = re.compile(r"(?<=\S)\n(?=[a-zà-ÿ])")
_BOX = re.compile(r"^[ \t]*(?:[-*][ \t]+)?\[(?P<tick>[ \txX✓✔]*)\].*$", re.MULTILINE)
_LEGEND = re.compile(
    r"^[ \t]*(?:[-*][ \t]+)?(?:\[[ \t]*)?(?P<vote>[+-]?[01])[ \t]*\]?[ \t]*[:=–—-]?[ \t]+[^\W\d].*$",
    re.MULTILINE,
)
_INLINE_BOXES = re.compile(r"^(?=.*\[[ \txX✓✔]*\].*\[[ \txX✓✔]*\]).*$", re.MULTILINE)
_UNTICKED = re.compile(r"\[[ \t]*\][^\[\n]*")
# A sentence is cut after so many characters, so that reading stays linear in the length of any text.
_SENTENCE = re.compile(r"(?:[^.!?;\n。！？]|[.](?=\w)){1,400}[.!?;。！？)]{0,20}")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN = re.compile(
    r"(?P<phrase>\b(?:in\s+(?:(?:full|strong|total|complete)\s+)?(?:favou?r|support)|on\s+board|all\s+for"
    r"|(?:stands?|standing|stood)\s+(?:behind|by|with)|vot(?:e|ed|es|ing)\s+(?:yes|for|in\s+favou?r|no"
    r"|against)"
    r"|(?:two\s+)?thumbs?[\s-]up|thumbs?[\s-]down|no\s+longer|looks?\s+good\s+to\s+me"
    r"|sounds?\s+good\s+to\s+me"
    r"|ship\s+it)\b)"
    r"|(?P<emoji>:[a-z0-9_+-]+:(?::skin-tone-\d:)?|[👍👎➕][\U0001f3fb-\U0001f3ff]?)"
    r"|(?P<vote>(?<![\w.+/=^#\\-])(?:\+{1,9}\s?|±\s?|[-–])(?:\d+(?:[.,]\d+)*|∞)(?:'?[a-z]+\b)?(?:%|°)?"
    r"|\bplus[\s-]?(?:one|1)\b|(?<!\S)\+one\b|\bminus\sone\b)"
    r"|(?P<handle>@[\w.-]*\w)"
    r"|(?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<mark>[^\w\s])",
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, phrase, vote, emoji or mark in lower case; [start, end) is its place in the post."""

    text: str
    kind: str
    start: int
    end: int
    is_capitalised: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, as written and in lower case of the same length, its place, and its tokens."""

    text: str
    lower: str
    start: int
    tokens: tuple[Token, ...]

    @property
    def is_question(self) -> bool:
        """Whether it ends with a question mark."""
        return "?" in self.text[-4:]


def sentences(text: str, is_worth_reading: Callable[[str], bool]) -> Iterator[Sentence]:
    """The sentences of a post's own words, without what the author does not say here and now.

    Args:
        text: own words of a post.
        is_worth_reading: asked of each sentence in lower case; what it refuses is not taken apart, and has
            no tokens.
    """
    shown = _stated(text)
    for found in _SENTENCE.finditer(shown):
        sentence = found.group()
        if not sentence.isspace():
            lower = lower_case(sentence)
            tokens = _tokens(sentence, lower, found.start()) if is_worth_reading(lower) else ()
            yield Sentence(sentence, lower, found.start(), tuple(tokens))


def _stated(text: str) -> str:
    shown = _EMPHASIS.sub(_blank, text.translate(_ONE_FORM))
    shown = _forms(_BLOCKS.sub(_blank, shown))
    blanked = _BLANKED.sub(_blank, shown)
    if not blanked.strip(" \n\t.,!") and "\n>" not in f"\n{shown}":
        blanked = shown  # one whole quotation: somebody put their own "+1" in quotation marks
    return _WRAPPED.sub(" ", blanked)


def _forms(text: str) -> str:
    """Vote forms: of a form with ticks only the ticked lines stay, a form without ticks says nothing."""
    text = _INLINE_BOXES.sub(lambda line: _UNTICKED.sub(_blank, line.group()), text)
    boxes = list(_BOX.finditer(text))
    if any(box["tick"].strip() for box in boxes):
        return _keep(text, [box.span() for box in boxes if box["tick"].strip()])
    text = _BOX.sub(_blank, text)
    if len({line["vote"] for line in _LEGEND.finditer(text)}) > 1:
        return _LEGEND.sub(_blank, text)
    return text


def _keep(text: str, spans: list[tuple[int, int]]) -> str:
    kept = [" "] * len(text)
    for start, end in spans:
        inside = text.index("]", start) + 1
        kept[inside:end] = text[inside:end]
        kept[end : end + 1] = text[end : end + 1]
    return "".join(kept)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


def lower_case(text: str) -> str:
    """Lower case of the same length: the few letters that would become two stay as they are."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)


def _tokens(sentence: str, lower: str, offset: int) -> Iterator[Token]:
    for found in _TOKEN.finditer(lower):
        start, end = found.span()
        said, kind = lower[start:end], str(found.lastgroup)
        plain = " ".join(said.split()) if kind in ("phrase", "vote") else _STRETCHED.sub(r"\1", said)
        yield Token(MISSPELT.get(plain, plain), kind, offset + start, offset + end, sentence[start].isupper())
