"""Topics that still stand: where hardly anything is new, posts join the groups the last run found.

Grouping all texts anew for a handful of posts takes as long as the first time, and it moves borders for no
reason anybody could see. So a workspace keeps what was grouped, and its next run gives new texts to the
nearest group, as the first run did with texts that EVoC left out. Groups, their names and what is said of
their recurrence stay until `FEW` of the texts are new or gone; then all are grouped anew.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..corpus.store import Store
from ..embeddings import Embedder
from .clustering import Labels, Vectors, nearest
from .distinct import Distinct
from .model import TopicModel, nearest_topics
from .naming import hidden_words

FEW = 0.05
"""Share of the texts that were grouped from which on new and missing ones together are too many."""
_VERSION = "1"
"""Changes whenever topics of the same texts could come out differently."""
_JOINED = " Texts that came since, fewer than one in twenty, joined the nearest group."
_FIT = pa.schema([("settings", pa.string()), ("told", pa.string())])
_TEXT = pa.schema([("key", pa.binary()), ("topic_id", pa.int64()), ("similarity", pa.float32())])


class Standing:
    """The topics of a workspace's last grouping, given to posts old and new.

    Args:
        topics: of the workspace, with their centres and floors.
        known: the texts that were grouped (`_TEXT`).
        told: how that was done.
        embedder: that was used.

    Attributes:
        labels_: topic of each text, by the workspace's numbers; -1 where it has none.
        similarity_: cosine of each text to its topic's centre; nan without topic.
        told_: how the texts came to their topics.
    """

    def __init__(self, topics: pa.Table, known: pa.Table, told: str, embedder: Embedder) -> None:
        self._ids: Labels = np.asarray([*topics["topic_id"].to_pylist(), -1], dtype=np.int64)
        self._centres: Vectors = np.asarray(topics["centre"].to_pylist(), dtype=np.float32)
        self._floors: Vectors = topics["floor"].to_numpy()
        self._known = known
        self.told_ = told
        self._embedder = embedder

    def join(self, texts: Sequence[str]) -> bool:
        """Give texts their topics, unless too many of them are new, or too many of the known ones gone.

        Returns:
            Whether these topics stand.
        """
        distinct = Distinct.of(texts)
        places = pc.index_in(pa.array(distinct.keys, pa.binary()), value_set=self._known["key"])
        fresh = np.flatnonzero(places.is_null())
        gone = self._known.num_rows - (len(places) - len(fresh))
        if len(fresh) + gone >= FEW * self._known.num_rows:
            return False
        known = places.fill_null(0).to_numpy()
        labels = self._known["topic_id"].to_numpy()[known]
        similarity = self._known["similarity"].to_numpy()[known]
        if len(fresh):
            self.told_ += _JOINED
            labels[fresh], similarity[fresh] = self._nearest([distinct.texts[place] for place in fresh])
        self.labels_ = np.full(len(texts), -1, dtype=np.int64)
        self.similarity_ = np.full(len(texts), np.nan, dtype=np.float32)
        for place, rows in enumerate(distinct.rows):
            self.labels_[rows], self.similarity_[rows] = labels[place], similarity[place]
        return True

    def predict(self, texts: Sequence[str]) -> Labels:
        """The topic of each text whose centre is nearest, -1 for texts too short or near none."""
        return self._ids[nearest_topics(texts, self._embedder, self._centres, self._floors)]

    def _nearest(self, texts: list[str]) -> tuple[Labels, Vectors]:
        """Topic and similarity of texts that are long enough."""
        vectors = self._embedder.encode(texts)
        rows = nearest(vectors, self._centres, self._floors)
        similarity = np.einsum("ij,ij->i", vectors, self._centres[rows])
        return self._ids[rows], np.where(rows >= 0, similarity, np.nan).astype(np.float32)


def remember(store: Store, model: TopicModel, ids: Sequence[int], told: str) -> None:
    """Keep in the workspace what was grouped, and how.

    Args:
        store: of the workspace.
        model: that did it.
        ids: the workspace's number of each of its topics.
        told: how it was done.
    """
    first = np.asarray([rows[0] for rows in model.distinct_.rows], dtype=np.int64)
    columns = [
        pa.array(model.distinct_.keys, pa.binary()),
        pa.array(np.asarray([*ids, -1], dtype=np.int64)[model.labels_[first]]),
        pa.array(model.similarity_[first]),
    ]
    store.put("topic_text", pa.table(columns, schema=_TEXT))
    fit = {"settings": _settings(model), "told": told}
    store.put("topic_fit", pa.Table.from_pylist([fit], schema=_FIT))


def forget(store: Store) -> None:
    """Let no topics stand until others are remembered: those of a run that stops midway never do."""
    store.connection.execute("DROP TABLE IF EXISTS topic_fit")


def recall(store: Store, model: TopicModel, topics: pa.Table) -> Standing | None:
    """What was grouped last, unless it was done otherwise or its names have become somebody's.

    Args:
        store: of the workspace.
        model: not fitted: its settings and its embedder must be those of that time.
        topics: of the workspace's last run.
    """
    tables = store.sql(
        """SELECT table_name FROM information_schema.tables
           WHERE table_catalog = current_catalog() ORDER BY table_name"""
    )
    if not topics.num_rows or not {"topic_fit", "topic_text"} <= set(tables["table_name"].to_pylist()):
        return None
    (fit,) = store.sql("SELECT * FROM topic_fit").to_pylist()
    said = {word for terms in topics["terms"].to_pylist() for word in str(terms).replace(",", " ").split()}
    if model.embedder is None or fit["settings"] != _settings(model) or said & hidden_words(model.hidden):
        return None
    return Standing(topics, store.sql("SELECT * FROM topic_text ORDER BY key"), fit["told"], model.embedder)


def _settings(model: TopicModel) -> str:
    """All that decides on groups but the texts and the names that are hidden."""
    embedder = model.embedder and f"{model.embedder.name} {model.embedder.revision}"
    return repr((_VERSION, embedder, model.quality, model.min_topic_size, model.n_topics, model.seed))
