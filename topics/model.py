"""Topics: groups of posts nobody named beforehand, found in the words themselves.

Discovery, not measurement: another sample of the posts would draw other borders, so `check_stability` says
how much, every text that fits nowhere stays unassigned and is counted, and a small forum gets no topics
rather than invented ones. Questions that need the same answer every week belong to a codebook (`themes`).

The same words get the same topic: texts are folded (case, white space), each distinct one is clustered once,
in the order of its content, and its label is copied to every text that says it. So neither repetition nor
the order of the input moves a border. Very short texts ("+1", "thanks") say nothing about a topic and stay
out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from ..config import Quality
from ..embeddings import Embedder, choose
from ..errors import ConfigError, ForumPulseError
from ..estimator import Estimator, texts_of
from .clustering import RUNS, Clusterer, is_compiled, nearest
from .distinct import CLUSTERED_WORDS, Distinct, count_words
from .naming import name_of, terms_of
from .phrases import read_phrases
from .stability import Stability, stability

FLOOR = 100
"""Distinct texts of `FLOOR_WORDS` words or more below which no topic is claimed."""
WORDLESS = 30
"""Distinct texts of `FLOOR_WORDS` words or more below which there are no keywords either."""
FLOOR_WORDS = 5
SMALLEST = 10
RECURRING = 0.6
"""Mean Jaccard index below which a group is not to be trusted (Hennig, 2007)."""
_MOST_TOPICS = 250
"""A topic has at least that share of the texts; chosen on BANKING77 (docs/models.md)."""
GROUPED = 25_000
"""Distinct texts that are grouped; of more a sample is, and the rest go to its groups."""
_CENTRAL = 8
"""Texts of a topic whose noun phrases are read."""
_EXAMPLES = 5


def stage(texts: int) -> str:
    """What finding topics among so many texts is called while it goes on; the first time takes longer."""
    compiling = texts >= FLOOR and not is_compiled()
    return "finding topics (compiling once, some minutes)" if compiling else "finding topics"


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
    """Post ids of posts near the centre and unlike each other, one per person; filled by `read_topics`."""
    recurs: float = float("nan")
    """How much of it comes back when half of the texts are grouped, 0 to 1; filled by `check_stability`."""

    @property
    def is_weak(self) -> bool:
        """Whether it does not come back: less of it than `RECURRING` does; never before it was checked."""
        return self.recurs < RECURRING


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many texts have a topic, and why the others have none. The last three add up to the first."""

    texts: int
    assigned: int
    too_short: int
    unassigned: int


class TopicModel(Estimator):
    """Finds topics in texts: sentence embeddings, EVoC clusters, names by BERTopic's c-TF-IDF.

    Args:
        quality: which embeddings. "fast" is our static model, starts EVoC once and takes every pair of words
            for a name, "balanced" is all-MiniLM-L6-v2; None takes one by the number of texts
            (`embeddings.choose`). "accurate" stands for a model of yours and needs `embedder`.
        min_topic_size: fewest distinct texts of a topic; None means 10, or a 200th of the distinct texts
            where that is more.
        n_topics: how many; None takes the number with the highest silhouette. Where fewer groups than that
            are dense enough, there are fewer topics.
        hidden: words that must not name a topic, such as people's names; a full name hides each of its words.
        embedder: in place of the one `quality` stands for.
        seed: of the halves `check_stability` draws; topics themselves depend on none.

    Attributes:
        labels_: topic id of each text, int64 (n,); -1 where it has none.
        topics_: the topics, largest first.
        centroids_: their centres, unit vectors, (topics, dimension).
        floors_: least cosine to its centre that makes a text part of a topic, (topics,).
        similarity_: cosine of each text to its topic's centre, float32 (n,); nan without topic.
        coverage_: how many texts have a topic.
        distinct_: the distinct texts, each of which was grouped once.
        grouped_: how many of them EVoC saw: all, or of more than `GROUPED` a sample.
        embedder_: name and revision of the embedder.
        keywords_: where texts are too few for topics, the words most of them share.
        reason_: why there are no topics, in a few words; empty where there are.
        note_: the same with figures.
    """

    _kind = "clusterer"

    def __init__(
        self,
        quality: Quality | None = None,
        *,
        min_topic_size: int | None = None,
        n_topics: int | None = None,
        hidden: Sequence[str] = (),
        embedder: Embedder | None = None,
        seed: int = 0,
    ) -> None:
        self.quality: Quality | None = quality
        self.min_topic_size = min_topic_size
        self.n_topics = n_topics
        self.hidden = hidden
        self.embedder = embedder
        self.seed = seed

    def fit(
        self,
        texts: Sequence[str],
        y: object = None,  # noqa: ARG002 - scikit-learn's signature
        *,
        strata: Sequence[str] | None = None,
    ) -> Self:
        """Find the topics of `texts`.

        Args:
            texts: in any order.
            y: not looked at.
            strata: what each text is part of, such as a thread: each has its share of a sample.

        Raises:
            ConfigError: a parameter is impossible.
        """
        self._check()
        texts = texts_of(texts)
        self.distinct_ = Distinct.of(texts)
        long_enough = sum(map(len, self.distinct_.rows))
        self._forget(len(texts))
        long = (text for text in self.distinct_.texts if count_words(text) >= FLOOR_WORDS)
        substantial = sum(1 for _ in islice(long, FLOOR))
        if substantial >= FLOOR:
            self._group(self.distinct_, strata)
        else:
            self._say_little(self.distinct_, substantial)
        assigned = int((self.labels_ >= 0).sum())
        self.coverage_ = Coverage(len(texts), assigned, len(texts) - long_enough, long_enough - assigned)
        return self

    def predict(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Topic ids of new texts, (n,): the nearest topic, -1 for texts too short or near none.

        A text `fit` has seen keeps its group in nearly all cases, not in all: clusters are no spheres.
        """
        if not hasattr(self, "labels_"):
            raise ForumPulseError("this TopicModel has no topics yet", hint="call fit(texts) first")
        texts = texts_of(texts)
        if not self.topics_:
            return np.full(len(texts), -1, dtype=np.int64)
        return nearest_topics(texts, self._embedder, self.centroids_, self.floors_)

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Vectors of texts by the model's embedder, (n, dimension)."""
        return self._embedder.encode(texts)

    def check_stability(self) -> Stability:
        """Group halves of the texts anew, and fill in how much of each topic comes back.

        Raises:
            ForumPulseError: nothing was fitted yet.
        """
        if not hasattr(self, "labels_"):
            raise ForumPulseError("this TopicModel has no topics yet", hint="call fit(texts) first")
        if not self.topics_:
            return Stability(float("nan"), ())
        groups = np.where(self._clusterer.labels_ >= 0, self._id_of_group[self._clusterer.labels_], -1)
        found = stability(self._vectors, groups, self._clusterer, seed=self.seed)
        self.topics_ = [
            replace(topic, recurs=share) for topic, share in zip(self.topics_, found.recurs, strict=True)
        ]
        return found

    def _check(self) -> None:
        known = get_args(Quality)
        if self.quality is not None and self.quality not in known:
            raise ConfigError(
                f"quality: {self.quality!r} is unknown", hint=f"choose from: {', '.join(known)}"
            )
        if self.min_topic_size is not None and self.min_topic_size < 2:  # noqa: PLR2004 - one is no group
            raise ConfigError(f"min_topic_size: {self.min_topic_size} is too small", hint="2 is the least")
        if self.n_topics is not None and self.n_topics < 2:  # noqa: PLR2004 - one topic tells nothing
            raise ConfigError(f"n_topics: {self.n_topics} is too small", hint="2 is the least")

    def _forget(self, count: int) -> None:
        self.labels_ = np.full(count, -1, dtype=np.int64)
        self.similarity_ = np.full(count, np.nan, dtype=np.float32)
        self.topics_: list[Topic] = []
        self.centroids_ = np.zeros((0, 0), dtype=np.float32)
        self.floors_ = np.zeros(0, dtype=np.float32)
        self.grouped_ = 0
        self.embedder_ = ""
        self.keywords_: tuple[str, ...] = ()
        self.reason_ = ""
        self.note_ = ""

    def _say_little(self, distinct: Distinct, substantial: int) -> None:
        """Keywords in place of topics, and the reason."""
        self.note_ = (
            f"no topics claimed: {substantial} distinct texts of {FLOOR_WORDS} words or more, "
            f"fewer than {FLOOR}"
        )
        self.reason_ = "too few texts for topics"
        if substantial < WORDLESS:
            self.reason_ += " or keywords"
            self.note_ += f"; nor keywords: fewer than {WORDLESS}"
            return
        everything = np.zeros(len(distinct.texts), dtype=np.int64)
        nowhere = np.zeros((len(distinct.texts), 1), dtype=np.float32)
        (self.keywords_,) = terms_of(distinct.texts, everything, nowhere, self.hidden)

    def _group(self, distinct: Distinct, strata: Sequence[str] | None) -> None:
        """Cluster the distinct texts and copy each one's topic to all its rows."""
        self._embedder = self.embedder or choose(self.quality, texts=len(distinct.texts)).embedder
        self.embedder_ = f"{self._embedder.name} {self._embedder.revision}"
        self._vectors = self.encode(distinct.texts)
        drawn = distinct.drawn(GROUPED, strata)
        least = self.min_topic_size or max(SMALLEST, len(self._vectors) // _MOST_TOPICS)
        of_drawn = max(2, round(least * len(drawn) / len(self._vectors)))
        runs = 1 if self.quality == "fast" else RUNS
        self._clusterer = Clusterer(min_size=of_drawn, n_clusters=self.n_topics, runs=runs)
        self.grouped_ = self._clusterer.fit(self._vectors, drawn).grouped_
        groups = self._clusterer.labels_
        if not len(self._clusterer.centroids_):
            self.reason_ = "no group of texts stands out"
            self.note_ = f"no topics claimed: no group of {least} or more distinct texts stands out"
            return
        similarity = self._vectors @ self._clusterer.centroids_.T
        central = _most_central(groups, similarity)
        terms = self._terms(distinct.texts, groups, central)
        repeats = np.asarray([len(rows) for rows in distinct.rows])
        sizes = np.bincount(groups[groups >= 0], weights=repeats[groups >= 0]).astype(int)
        order = sorted(range(len(terms)), key=lambda group: (-sizes[group], name_of(terms[group]), group))
        self._id_of_group = np.argsort(order)
        self.centroids_ = self._clusterer.centroids_[order]
        self.floors_ = self._clusterer.floors_[order]
        for text in np.flatnonzero(groups >= 0):
            self.labels_[distinct.rows[text]] = self._id_of_group[groups[text]]
            self.similarity_[distinct.rows[text]] = similarity[text, groups[text]]
        for number, group in enumerate(order):
            self.topics_.append(
                Topic(
                    id=number,
                    name=name_of(terms[group]),
                    terms=terms[group],
                    size=int(sizes[group]),
                    representatives=tuple(int(distinct.rows[text][0]) for text in central[group][:_EXAMPLES]),
                )
            )

    def _terms(
        self, texts: list[str], groups: NDArray[np.int64], central: list[list[int]]
    ) -> list[tuple[str, ...]]:
        own = [[texts[row] for row in rows] for rows in central]
        phrases = None if self.quality == "fast" else read_phrases(own)
        return terms_of(texts, groups, self._vectors, self.hidden, phrases)


def nearest_topics(
    texts: Sequence[str], embedder: Embedder, centres: NDArray[np.float32], floors: NDArray[np.float32]
) -> NDArray[np.int64]:
    """The row of each text's nearest centre, -1 where it is too short or farther than the centre's floor."""
    found = np.full(len(texts), -1, dtype=np.int64)
    rows = [row for row, text in enumerate(texts) if count_words(text) >= CLUSTERED_WORDS]
    if rows:
        found[rows] = nearest(embedder.encode([texts[row] for row in rows]), centres, floors)
    return found


def _most_central(groups: NDArray[np.int64], similarity: NDArray[np.float32]) -> list[list[int]]:
    """The texts nearest to each group's centre, nearest first."""
    members = [np.flatnonzero(groups == group) for group in range(similarity.shape[1])]
    return [
        rows[np.argsort(-similarity[rows, group], kind="stable")][:_CENTRAL].tolist()
        for group, rows in enumerate(members)
    ]
