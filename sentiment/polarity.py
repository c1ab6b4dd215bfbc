"""Polarity: do the words of a text sound negative, neutral or positive?

Not stance: one can be against a policy in friendly words, and angry while backing the petition to mend things
(Mohammad et al. 2017, arXiv 1605.01655). The model is a calibrated logistic regression over hashed
character and word n-grams, trained on posts of software developers, since general sentiment tools read
"kill the process" as anger (Jongeling et al. 2017, doi 10.1007/s10664-016-9493-x). It looks at the letters,
with code, links and numbers made alike and emoticons by their side; at words within reach of a negation
apart; and at marks of tone that are no words (docs/models.md).
"""

import re
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ..estimator import Pretrained, texts_of
from .pretrained import load_layer, row_batches

Polarity = Literal["negative", "neutral", "positive"]
POLARITIES: tuple[Polarity, ...] = ("negative", "neutral", "positive")
FEATURES = "hashed n-grams 2"
"""Version of `ngram_features`; weights of another version are refused."""
_BUCKETS = 2**14
_WORD = r"\w+(?:['’]\w+)?|[^\w\s]+"
_NEGATION = re.compile(
    r"not|no|never|cannot|without|nothing|nobody|hardly|\w+n't",
)
_REACH = 4
"""How many words a negation reaches, unless a sign of punctuation stands before (Pang et al. 2002)."""
_ALIKE = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"https?://\S+|www\.\S+", " URLX "),
        (r"`[^`]*`", " CODEX "),
        (r"(?<!\w)@\w+", " USERX "),
        (r"\b\d+(?:\.\d+)*\b", " 0 "),
        (r"(?<!\w)[:;=8xX]-?[)\]dDpP]+(?!\w)", " SMILEX "),
        (r"(?<!\w)[:;=]['’]?-?[(\[/\\|]+(?!\w)", " FROWNX "),
        (r"(?<!\w)(?:\^_\^|<3|:-?\*)", " SMILEX "),
        (r"([!?.])\1+", r" \1\1 "),
        (r"(\w)\1{2,}", r"\1\1"),
        (r"’", "'"),
    )
)
"""What is put in the place of what says nothing by its letters; in this order."""


class PolarityReader(Protocol):
    """Anything that reads polarity: `PolarityClassifier`, or a better model of your own."""

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral, positive, in this order: shape (len(texts), 3)."""
        ...


class PolarityClassifier(Pretrained):
    """Polarity of texts, from their characters and words."""

    classes_ = np.array(POLARITIES)
    """The order of the probabilities."""

    def predict(self, texts: Sequence[str]) -> list[Polarity]:
        """The most probable polarity of each text."""
        return [POLARITIES[index] for index in self.predict_proba(texts).argmax(axis=1)]

    def predict_proba(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Probabilities of negative, neutral, positive, in this order: shape (len(texts), 3).

        Raises:
            ModelError: the weights are damaged.
        """
        texts = texts_of(texts)
        probabilities = np.empty((len(texts), len(POLARITIES)))
        layer = load_layer("polarity.npz", FEATURES)
        for rows in row_batches(len(texts)):
            probabilities[rows] = layer.probabilities(ngram_features(texts[rows]))
        return probabilities


def ngram_features(texts: Sequence[str]) -> Any:
    """What the model sees: a sparse row a text, made of four parts beside each other.

    Character 2-4-grams within words; word 1-2-grams (words include punctuation, which is where much of the
    tone is); words marked where a negation reaches them; and `_marks`. Hashed, so that no vocabulary ships.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import HashingVectorizer

    characters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 4), n_features=_BUCKETS)
    words = HashingVectorizer(token_pattern=_WORD, ngram_range=(1, 2), n_features=_BUCKETS)
    reached = HashingVectorizer(token_pattern=r"\S+", n_features=_BUCKETS)  # noqa: S106 - no password
    wellformed = [text.encode("utf-8", "replace").decode() for text in texts]
    alike = [_made_alike(text) for text in wellformed]
    marks = csr_matrix(np.array([_marks(text) for text in wellformed], dtype=float).reshape(-1, 7))
    parts = [characters.transform(alike), words.transform(alike)]
    return hstack([*parts, reached.transform([_reached(text) for text in alike]), marks], format="csr")


def _made_alike(text: str) -> str:
    for pattern, word in _ALIKE:
        text = pattern.sub(word, text)
    return text


def _reached(text: str) -> str:
    """The words, those a negation reaches with a mark: "not so good" is "not not_so not_good"."""
    found: list[str] = []
    left = 0
    for word in re.findall(_WORD, text.lower()):
        if _NEGATION.fullmatch(word):
            left = _REACH
            found.append(word)
        elif not word[0].isalnum() and word[0] != "_":
            left = 0
            found.append(word)
        else:
            found.append(f"not_{word}" if left > 0 else word)
            left -= 1
    return " ".join(found)


def _marks(text: str) -> list[float]:
    """Exclamation and question marks, shouting, length, a smile, a frown, thanks: 0 to about 0.5."""
    marks = (
        min(text.count("!"), 3) / 3,
        min(text.count("?"), 3) / 3,
        any(word.isupper() and len(word) > 2 for word in text.split()),  # noqa: PLR2004 - "OK" is no shouting
        np.log1p(len(text)) / 8,
        bool(re.search(r"[:;]-?\)", text)),
        bool(re.search(r":-?\(", text)),
        "thank" in text.lower(),
    )
    return [float(mark) / 2 for mark in marks]


def read_polarity(posts: pa.Table, classifier: PolarityReader) -> pa.Table:
    """Polarity of every post that has words of its own.

    Args:
        posts: columns post_id, own_text; one row a post. Posts without own words are left out.
        classifier: what reads them.

    Returns:
        Columns post_id, polarity, negative, neutral, positive (probabilities), in order of post_id.
    """
    rows = zip(posts["post_id"].to_pylist(), posts["own_text"].to_pylist(), strict=True)
    told = sorted((post, text) for post, text in rows if text and text.strip())
    probabilities = classifier.predict_proba([text for _, text in told])
    columns: dict[str, Any] = {
        "post_id": pa.array([post for post, _ in told], pa.string()),
        "polarity": pa.array([POLARITIES[index] for index in probabilities.argmax(axis=1)], pa.string()),
    }
    for index, name in enumerate(POLARITIES):
        columns[name] = pa.array(probabilities[:, index], pa.float64())
    return pa.table(columns)
