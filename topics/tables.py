"""Topics and themes as tables: post ids in, post ids out, so that the other rooms can join them.

Rows come out in the order of post ids, whatever the order they came in.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .model import Topic, TopicModel
from .passages import Passage, passage_batches
from .themes import ThemeHit

THEME_SCHEMA = pa.schema(
    [
        pa.field("post_id", pa.string(), nullable=False),
        pa.field("theme", pa.string(), nullable=False),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("score", pa.float64(), nullable=False),
        pa.field("cue", pa.string()),
    ]
)
TOPIC_SCHEMA = pa.schema(
    [
        pa.field("post_id", pa.string(), nullable=False),
        pa.field("topic_id", pa.int32(), nullable=False),
        pa.field("similarity", pa.float32()),
        pa.field("start", pa.int32()),
        pa.field("end", pa.int32()),
    ]
)
_LONG = 30
"""Words of a post from which its sentences may speak of topics of their own."""
_SENTENCE = 8
"""Words of a sentence that may."""
_REPRESENTATIVES = 10
_NEAREST = 60
"""Posts of a topic among which those that are unlike each other are sought."""
_OF_A_PERSON = 3
"""Posts of one person among them."""
_REPEATED = 0.9
"""Cosine from which one post says what another one does."""


class Assignment(Protocol):
    """Texts with their topics, and a way to tell the topics of others.

    Attributes:
        labels_: topic of each text, -1 where it has none.
        similarity_: cosine of each to its topic's centre, nan where it has none.
    """

    labels_: NDArray[np.int64]
    similarity_: NDArray[np.float32]

    def predict(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """The topic nearest to each text, -1 where none is near."""
        ...


def read_themes(posts: pa.Table, read: Callable[[list[str]], Sequence[list[ThemeHit]]]) -> pa.Table:
    """Which sentences of which posts raise a theme.

    Args:
        posts: columns post_id and own_text; a null text raises nothing.
        read: finds themes in texts, as `ThemeModel.read` does.

    Returns:
        A row for each sentence and theme it raises (`THEME_SCHEMA`): [start, end) in own_text, score, and the
        cue or null. Ordered by post, place and the codebook's order.

    Raises:
        ConfigError: the codebook can't be read.
    """
    ids, texts = ordered(posts)
    rows: list[dict[str, Any]] = [
        {
            "post_id": post_id,
            "theme": hit.theme,
            "start": hit.start,
            "end": hit.end,
            "score": hit.score,
            "cue": hit.cue,
        }
        for post_id, hits in zip(ids, read(texts), strict=True)
        for hit in hits
    ]
    return pa.Table.from_pylist(rows, schema=THEME_SCHEMA)


def read_topics(posts: pa.Table, model: TopicModel) -> tuple[pa.Table, list[Topic]]:
    """Find the topics of posts.

    Args:
        posts: columns post_id and own_text; with person_id, no person gives a topic two of its posts; with
            thread_id, each thread has its share of the sample that is grouped of very many.
        model: fitted here.

    Returns:
        Rows of `TOPIC_SCHEMA`, by post: the topic of the whole of it with the similarity to its centre, then
        each other topic that a sentence [start, end) of a long post comes near; topic_id -1 for a post that
        has neither. And the topics with `posts` filled: posts near the centre, nearest first, no two alike.

    Raises:
        ConfigError: a parameter of the model is impossible.
    """
    by_id = posts.sort_by("post_id")
    ids, texts = _said(by_id)
    model.fit(texts, strata=_threads(by_id))
    people = _people(by_id, ids)
    topics = [
        replace(topic, posts=_representatives(model, topic.id, ids, texts, people)) for topic in model.topics_
    ]
    return topics_of(model, ids, texts), topics


def topics_of(found: Assignment, ids: list[str], texts: list[str]) -> pa.Table:
    """The topics of posts as rows of `TOPIC_SCHEMA`, like `read_topics`.

    Args:
        found: the topics of the texts.
        ids: of the posts, sorted.
        texts: their own words.
    """
    return pa.Table.from_pylist(list(_rows(found, ids, texts)), schema=TOPIC_SCHEMA)


def ordered(posts: pa.Table) -> tuple[list[str], list[str]]:
    """Ids and own words of posts, in the order of the ids."""
    return _said(posts.sort_by("post_id"))


def _said(posts: pa.Table) -> tuple[list[str], list[str]]:
    ids = [str(post_id) for post_id in posts["post_id"].to_pylist()]
    return ids, [text or "" for text in posts["own_text"].to_pylist()]


def _rows(found: Assignment, ids: list[str], texts: list[str]) -> Iterator[dict[str, Any]]:
    beside = _of_sentences(found, texts)
    for row, (post_id, topic) in enumerate(zip(ids, found.labels_.tolist(), strict=True)):
        if topic >= 0 or row not in beside:
            similarity = float(found.similarity_[row]) if topic >= 0 else None
            yield {"post_id": post_id, "topic_id": topic, "similarity": similarity}
        for other, passage in beside.get(row, {}).items():
            yield {"post_id": post_id, "topic_id": other, "start": passage.start, "end": passage.end}


def _of_sentences(given: Assignment, texts: list[str]) -> dict[int, dict[int, Passage]]:
    """Topics that sentences of long posts come near, other than the post's own: with the first that does."""
    if not (given.labels_ >= 0).any():
        return {}
    long = [row for row, text in enumerate(texts) if len(text.split()) >= _LONG]
    found: dict[int, dict[int, Passage]] = {}
    for batch in passage_batches([texts[row] for row in long]):
        said = [(long[number], passage) for number, passage in batch if _is_full(passage)]
        labels = given.predict([passage.text for _, passage in said]).tolist()
        for (row, passage), topic in zip(said, labels, strict=True):
            if topic >= 0 and topic != given.labels_[row]:
                found.setdefault(row, {}).setdefault(topic, passage)
    return found


def _is_full(passage: Passage) -> bool:
    return len(passage.text.split()) >= _SENTENCE


def _threads(posts: pa.Table) -> list[str] | None:
    if "thread_id" not in posts.column_names:
        return None
    return [str(thread) for thread in posts["thread_id"].to_pylist()]


def _people(posts: pa.Table, ids: list[str]) -> list[str]:
    """Who wrote each post; an unknown writer counts as one of their own."""
    if "person_id" not in posts.column_names:
        return ids
    known = posts["person_id"].to_pylist()
    return [person or post_id for person, post_id in zip(known, ids, strict=True)]


def _representatives(
    model: TopicModel, topic_id: int, ids: list[str], texts: list[str], people: list[str]
) -> tuple[str, ...]:
    """Posts near a topic's centre, at most one of a person, and none that repeats a nearer one."""
    members = np.flatnonzero(model.labels_ == topic_id)
    nearest = members[np.argsort(-model.similarity_[members], kind="stable")].tolist()
    written: Counter[str] = Counter()
    rows: list[int] = []
    for row in nearest:
        written[people[row]] += 1
        if written[people[row]] <= _OF_A_PERSON and len(rows) < _NEAREST:
            rows.append(row)
    vectors = model.encode([texts[row] for row in rows])
    chosen: dict[str, int] = {}
    for number, row in enumerate(rows):
        is_new = (vectors[list(chosen.values())] @ vectors[number]).max(initial=0) < _REPEATED
        if is_new and people[row] not in chosen and len(chosen) < _REPRESENTATIVES:
            chosen[people[row]] = number
    return tuple(ids[rows[number]] for number in chosen.values())
