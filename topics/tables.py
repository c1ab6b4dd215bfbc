"""Topics and themes as tables: post ids in, post ids out, so that the other rooms can join them.

Rows come out in the order of post ids, whatever the order they came in.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from .model import Topic, TopicModel
from .themes import ThemeModel

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
    ]
)
_REPRESENTATIVES = 10
_NEAREST = 60
"""Posts of a topic among which those that are unlike each other are sought."""
_OF_A_PERSON = 3
"""Posts of one person among them."""
_REPEATED = 0.9
"""Cosine from which one post says what another one does."""


def read_themes(posts: pa.Table, model: ThemeModel) -> pa.Table:
    """Which sentences of which posts raise a theme.

    Args:
        posts: columns post_id and own_text; a null text raises nothing.
        model: with the codebook.

    Returns:
        A row for each sentence and theme it raises (`THEME_SCHEMA`): [start, end) in own_text, score, and the
        cue or null. Ordered by post, place and the codebook's order.

    Raises:
        ConfigError: the codebook can't be read.
    """
    ids, texts = _ordered(posts)
    rows: list[dict[str, Any]] = [
        {
            "post_id": post_id,
            "theme": hit.theme,
            "start": hit.start,
            "end": hit.end,
            "score": hit.score,
            "cue": hit.cue,
        }
        for post_id, hits in zip(ids, model.read(texts), strict=True)
        for hit in hits
    ]
    return pa.Table.from_pylist(rows, schema=THEME_SCHEMA)


def read_topics(posts: pa.Table, model: TopicModel) -> tuple[pa.Table, list[Topic]]:
    """Find the topics of posts.

    Args:
        posts: columns post_id and own_text; with person_id, no person gives a topic two of its posts.
        model: fitted here.

    Returns:
        A row for each post (`TOPIC_SCHEMA`; topic_id -1 and null similarity where it has none), and the
        topics with `posts` filled: posts near the centre, nearest first, no two of them alike.

    Raises:
        ConfigError: a parameter of the model is impossible.
    """
    ids, texts = _ordered(posts)
    model.fit(texts)
    people = _people(posts, ids)
    topics = [
        replace(topic, posts=_representatives(model, topic.id, ids, texts, people)) for topic in model.topics_
    ]
    similarity = pa.array(model.similarity_, mask=np.isnan(model.similarity_))
    columns = [pa.array(ids, pa.string()), pa.array(model.labels_, pa.int32()), similarity]
    return pa.table(columns, schema=TOPIC_SCHEMA), topics


def _ordered(posts: pa.Table) -> tuple[list[str], list[str]]:
    """Ids and texts in the order of the ids."""
    by_id = posts.sort_by("post_id")
    ids = [str(post_id) for post_id in by_id["post_id"].to_pylist()]
    return ids, [text or "" for text in by_id["own_text"].to_pylist()]


def _people(posts: pa.Table, ids: list[str]) -> list[str]:
    """Who wrote each post; an unknown writer counts as one of their own."""
    if "person_id" not in posts.column_names:
        return ids
    known = posts.sort_by("post_id")["person_id"].to_pylist()
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
