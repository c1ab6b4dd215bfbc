"""Topics: groups of posts nobody named beforehand, found in the words themselves.

Discovery, not measurement: another seed draws other borders, so `stability_` says how much, every text that
fits nowhere stays unassigned and is counted, and a small forum gets no topics rather than invented ones.
Questions that need the same answer every week belong to a codebook (`themes`).

The same words get the same topic: texts are folded (case, white space), each distinct one is clustered once,
in the order of its content, and its label is copied to every text that says it. So neither repetition nor the
order of the input moves a border. Very short texts ("+1", "thanks") say nothing about a topic and stay out.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..config import Quality
from ..embeddings import Embedder, default_embedder
from ..errors import ConfigError, ForumPulseError
from .clustering import Clusterer
from .estimator import Estimator
from .naming import fit_engine, name_of

FLOOR = 100
"""Distinct texts of `FLOOR_WORDS` words or more below which no topic is claimed."""
FLOOR_WORDS = 5
CLUSTERED_WORDS = 4
"""Words a text needs to be clustered."""
SMALLEST = 10
_MOST_TOPICS = 200
_EXAMPLES = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of texts that are about the same thing."""

    id: int
    """Its number in `labels_`: 0 is the largest."""
    name: str
    terms: tuple[str, ...]
    """What its texts say more than others, best first."""
    size: int
    """Texts, repetitions included."""
    representatives: tuple[int, ...]
    """Indices of the distinct texts nearest to its centre, nearest first."""
    posts: tuple[str, ...] = ()
    """Post ids of the nearest posts, one per person; filled by `read_topics`."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many texts have a topic, and why the others have none. The last three add up to the first."""

    texts: int
    assigned: int
    too_short: int
    unassigned: int


@dataclass(frozen=True, slots=True)
class _Distinct:
    """The distinct texts in the order of their content, and where each stands in the input."""

    texts: list[str]
    rows: list[NDArray[np.int64]] = field(repr=False)

    @classmethod
    def of(cls, texts: Sequence[str], rows: Sequence[int]) -> "_Distinct":
        found: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            found[_fold(texts[row])].append(row)
        keys = sorted(found)
        spellings = [min(texts[row] for row in found[key]) for key in keys]
        return cls(spellings, [np.asarray(found[key], dtype=np.int64) for key in keys])


class TopicModel(Estimator):
    """Finds topics in texts: sentence embeddings, EVoC clusters, c-TF-IDF names by BERTopic.

    Args:
        quality: which embeddings. "balanced" is all-MiniLM-L6-v2. "fast" is meant for a lighter model that
            this version does not have yet: for now it gives the same result in the same time.
        seed: the only source of randomness.
        min_topic_size: fewest distinct texts of a topic; None means 10, or a 200th of the distinct texts
            where that is more.
        n_topics: how many; None takes the number with the highest silhouette. Where fewer groups than that
            are dense enough, there are fewer topics.
        hidden: words that must not name a topic, such as people's names; a full name hides each of its words.
        embedder: in place of the one `quality` stands for.

    Attributes:
        labels_: topic id of each text, int64 (n,); -1 where it has none.
        topics_: the topics, largest first.
        similarity_: cosine of each text to its topic's centre, float32 (n,); nan without topic.
        coverage_: how many texts have a topic.
        stability_: agreement between runs with different seeds, 0 to 1 (adjusted mutual information); nan
            without topics.
        note_: why there are no topics; empty where there are.
    """

    def __init__(
        self,
        quality: Quality = "balanced",
        *,
        seed: int = 0,
        min_topic_size: int | None = None,
        n_topics: int | None = None,
        hidden: Sequence[str] = (),
        embedder: Embedder | None = None,
    ) -> None:
        self.quality = quality
        self.seed = seed
        self.min_topic_size = min_topic_size
        self.n_topics = n_topics
        self.hidden = hidden
        self.embedder = embedder

    def fit(self, texts: Sequence[str]) -> Self:
        """Find the topics of `texts`.

        Raises:
            ConfigError: a parameter is impossible.
        """
        self._check()
        words = [_count_words(text) for text in texts]
        long_enough = [row for row, count in enumerate(words) if count >= CLUSTERED_WORDS]
        distinct = _Distinct.of(texts, long_enough)
        self._forget(len(texts))
        substantial = sum(_count_words(text) >= FLOOR_WORDS for text in distinct.texts)
        if substantial < FLOOR:
            self.note_ = (
                f"no topics claimed: {substantial} distinct texts of {FLOOR_WORDS} words or more, "
                f"fewer than {FLOOR}"
            )
        else:
            self._group(distinct)
        assigned = int((self.labels_ >= 0).sum())
        self.coverage_ = Coverage(
            len(texts), assigned, len(texts) - len(long_enough), len(long_enough) - assigned
        )
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Topic ids of new texts, (n,): the nearest topic, -1 for texts too short or near none.

        A text `fit` has seen keeps its group in nearly all cases, not in all: clusters are no spheres.
        """
        if not hasattr(self, "labels_"):
            raise ForumPulseError("this TopicModel has no topics yet", hint="call fit(texts) first")
        labels = np.full(len(texts), -1, dtype=np.int64)
        rows = [row for row, text in enumerate(texts) if _count_words(text) >= CLUSTERED_WORDS]
        if rows and self.topics_:
            groups = self._clusterer.predict(self._encode([texts[row] for row in rows]))
            labels[rows] = np.where(groups >= 0, self._id_of_group[groups], -1)
        return labels

    def _check(self) -> None:
        if self.quality not in ("fast", "balanced"):
            raise ConfigError(f"quality: {self.quality!r} is unknown", hint='choose "fast" or "balanced"')
        if self.min_topic_size is not None and self.min_topic_size < 2:  # noqa: PLR2004 - one is no group
            raise ConfigError(f"min_topic_size: {self.min_topic_size} is too small", hint="2 is the least")
        if self.n_topics is not None and self.n_topics < 2:  # noqa: PLR2004 - one topic tells nothing
            raise ConfigError(f"n_topics: {self.n_topics} is too small", hint="2 is the least")

    def _forget(self, count: int) -> None:
        self.labels_ = np.full(count, -1, dtype=np.int64)
        self.similarity_ = np.full(count, np.nan, dtype=np.float32)
        self.topics_: list[Topic] = []
        self.stability_ = float("nan")
        self.note_ = ""

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        return (self.embedder or default_embedder()).encode(texts)

    def _group(self, distinct: _Distinct) -> None:
        """Cluster the distinct texts and copy each one's topic to all its rows."""
        vectors = self._encode(distinct.texts)
        least = self.min_topic_size or max(SMALLEST, len(vectors) // _MOST_TOPICS)
        self._clusterer = Clusterer(min_size=least, n_clusters=self.n_topics, seed=self.seed)
        groups, terms = fit_engine(distinct.texts, vectors, self._clusterer, self.hidden)
        if not terms:
            self.note_ = f"no topics claimed: no group of {least} or more distinct texts stands out"
            return
        self.stability_ = self._clusterer.stability_
        similarity = vectors @ self._clusterer.centroids_.T
        repeats = np.asarray([len(rows) for rows in distinct.rows])
        sizes = np.bincount(groups[groups >= 0], weights=repeats[groups >= 0]).astype(int)
        order = sorted(terms, key=lambda group: (-sizes[group], name_of(terms[group]), group))
        self._id_of_group = np.argsort(order)
        for text in np.flatnonzero(groups >= 0):
            self.labels_[distinct.rows[text]] = self._id_of_group[groups[text]]
            self.similarity_[distinct.rows[text]] = similarity[text, groups[text]]
        for number, group in enumerate(order):
            members = np.flatnonzero(groups == group)
            nearest = members[np.argsort(-similarity[members, group], kind="stable")][:_EXAMPLES]
            self.topics_.append(
                Topic(
                    id=number,
                    name=name_of(terms[group]),
                    terms=terms[group],
                    size=int(sizes[group]),
                    representatives=tuple(int(distinct.rows[text][0]) for text in nearest),
                )
            )


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _count_words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))
