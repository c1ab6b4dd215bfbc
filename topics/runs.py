"""Topics from one run to the next: the same thing keeps its number, what is new gets a new one.

A run's topics stay in the workspace with their centres. A topic of the next run is the same as a former one
if the posts that both runs know agree (Jaccard index), or, where few posts are known to both, if the centres
lie close together. Each is matched once, so that the matches are the best in sum (Kuhn, 1955).
"""

import re
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..corpus.store import Store
from .model import Topic, TopicModel
from .stability import HALVES
from .standing import forget, recall, remember
from .tables import TOPIC_SCHEMA, ordered, read_topics, topics_of

SAME_MEMBERS = 0.3
"""Least Jaccard index, among the posts of both runs, of one topic in two runs."""
SAME_CENTRE = 0.9
"""Least cosine between the centres that does for one, if the embedder is the same."""
KEYWORD_PEOPLE = 5
"""People who must use a keyword that stands in place of topics."""
_WHOLE = """
    SELECT post_id, topic_id FROM post_topic WHERE topic_id >= 0 AND start IS NULL ORDER BY post_id"""
"""Posts by the topic of the whole of them; what else their sentences touch depends on the centres."""
_SCHEMA = pa.schema(
    [
        ("topic_id", pa.int64()),
        ("name", pa.string()),
        ("terms", pa.string()),
        ("recurrence", pa.string()),
        ("embedder", pa.string()),
        ("centre", pa.list_(pa.float32())),
        ("floor", pa.float32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Former:
    """What the last run of a workspace found."""

    assigned: pa.Table
    """post_id and topic_id."""
    topics: pa.Table
    """As `topic_table` wrote them."""


def find_topics(store: Store, posts: pa.Table, model: TopicModel) -> str:
    """Find topics, give them the numbers of the last run, and keep all of it in the store.

    Where few texts are new since the workspace's posts were grouped, they join its groups (`standing`).

    Args:
        store: of the workspace: gets the tables `post_topic` and `topic`.
        posts: as `read_topics` takes them.
        model: fitted here, unless the last groups stand.

    Returns:
        How it was done and how far it can be trusted, in a sentence or two.
    """
    former = former_topics(store)
    standing = recall(store, model, former.topics) if former else None
    if standing:
        ids, texts = ordered(posts)
        if standing.join(texts):
            store.put("post_topic", topics_of(standing, ids, texts))
            return standing.told_
    forget(store)
    assigned, topics = read_topics(posts, model)
    agreement = model.check_stability().agreement
    recurs = [topic.recurs for topic in model.topics_]
    topics = [replace(topic, recurs=share) for topic, share in zip(topics, recurs, strict=True)]
    assigned, topics = keep_ids(assigned, topics, model, former)
    store.put("post_topic", assigned)
    store.put("topic", topic_table(topics, model) if topics else _in_place_of_topics(posts, model))
    told = _told(topics, model, agreement)
    remember(store, model, [topic.id for topic in topics], told)
    return told


def _told(topics: list[Topic], model: TopicModel, agreement: float) -> str:
    if model.note_:
        return f"{model.note_[0].upper()}{model.note_[1:]}."
    there = len(model.distinct_.texts)
    sample = (
        f"Of {there:,} distinct texts {model.grouped_:,} were grouped, drawn so that each thread has its "
        "share; the others went to the nearest group. "
    )
    return (
        f"{len(topics)} groups of alike texts (EVoC), named by the words they use more than others. "
        f"{sample if model.grouped_ < there else ''}"
        f"Grouping {HALVES} halves of the texts anew agrees to {agreement:.2f} (adjusted Rand index, 1 is "
        f"the same); {sum(topic.is_weak for topic in topics)} groups are weak: they do not come back."
    )


def former_topics(store: Store) -> Former | None:
    """The topics of the workspace's last run, None where there was none."""
    columns = store.sql(
        """SELECT column_name FROM information_schema.columns
           WHERE table_name IN ('topic', 'post_topic') AND table_catalog = current_catalog()
           ORDER BY column_name"""
    )
    # A workspace of an earlier version keeps less.
    if not {*_SCHEMA.names, *TOPIC_SCHEMA.names} <= set(columns["column_name"].to_pylist()):
        return None
    return Former(
        store.sql(_WHOLE),
        store.sql("SELECT * FROM topic WHERE topic_id >= 0 ORDER BY topic_id"),
    )


def keep_ids(
    assigned: pa.Table, topics: list[Topic], model: TopicModel, former: Former | None
) -> tuple[pa.Table, list[Topic]]:
    """Give topics the numbers they had, and new ones numbers nothing had.

    Args:
        assigned: as `read_topics` gives it.
        topics: likewise, in the order of their ids.
        model: that found them.
        former: what the last run found.
    """
    if former is None or not former.topics.num_rows:
        return assigned, topics
    known: list[int] = former.topics["topic_id"].to_numpy().tolist()
    kept = _matched(assigned, model, former)
    fresh = iter(range(max(known) + 1, max(known) + 1 + len(topics)))
    ids = [known[kept[topic.id]] if topic.id in kept else next(fresh) for topic in topics]
    new_id = np.asarray([*ids, -1], dtype=np.int32)  # the last is that of -1
    column = pa.array(new_id[assigned["topic_id"].to_numpy()], pa.int32())
    place = assigned.schema.get_field_index("topic_id")
    table = assigned.set_column(place, assigned.schema.field(place), column)
    return table, [replace(topic, id=number) for topic, number in zip(topics, ids, strict=True)]


def topic_table(topics: list[Topic], model: TopicModel) -> pa.Table:
    """Topics as the store keeps them, with the centres the model found."""
    rows = [
        {
            "topic_id": topic.id,
            "name": topic.name,
            "terms": ", ".join(topic.terms),
            "recurrence": "weak" if topic.is_weak else "recurs",
            "embedder": model.embedder_,
            "centre": centre,
            "floor": floor,
        }
        for topic, centre, floor in zip(
            topics, model.centroids_.tolist(), model.floors_.tolist(), strict=True
        )
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _in_place_of_topics(posts: pa.Table, model: TopicModel) -> pa.Table:
    """What is said of the texts without topic where all are: why, and the words that most of them share."""
    words = ", ".join(word for word in model.keywords_ if _people_who_say(word, posts) >= KEYWORD_PEOPLE)
    row = {"topic_id": -1, "name": f"unassigned: {model.reason_}", "terms": words or None}
    return pa.Table.from_pylist([row], schema=_SCHEMA)


def _people_who_say(word: str, posts: pa.Table) -> int:
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    said = zip(posts["person_id"].to_pylist(), posts["own_text"].to_pylist(), strict=True)
    return len({person for person, text in said if text and pattern.search(text)})


def _matched(assigned: pa.Table, model: TopicModel, former: Former) -> dict[int, int]:
    """For each topic that was there before, its row among the former ones."""
    from scipy.optimize import linear_sum_assignment

    likeness = _shared_members(assigned, len(model.topics_), former)
    alike = likeness >= SAME_MEMBERS
    if set(former.topics["embedder"].to_pylist()) == {model.embedder_}:
        before = np.asarray(former.topics["centre"].to_pylist(), dtype=np.float32)
        nearness = model.centroids_ @ before.T
        alike |= nearness >= SAME_CENTRE
        likeness = likeness + 0.5 * nearness
    rows, columns = linear_sum_assignment(np.where(alike, likeness, 0.0), maximize=True)
    return {int(one): int(other) for one, other in zip(rows, columns, strict=True) if alike[one, other]}


def _shared_members(assigned: pa.Table, count: int, former: Former) -> NDArray[np.float64]:
    """Jaccard index of each topic with each former one, among the posts that have a topic in both runs."""
    both = assigned.filter((pc.field("topic_id") >= 0) & pc.field("start").is_null()).join(
        former.assigned, "post_id", join_type="inner", right_suffix="_before"
    )
    row_of = {topic: row for row, topic in enumerate(former.topics["topic_id"].to_pylist())}
    before = [row_of[topic] for topic in both["topic_id_before"].to_pylist()]
    together = np.zeros((count, len(row_of)))
    np.add.at(together, (both["topic_id"].to_numpy(), np.asarray(before, dtype=np.int64)), 1)
    either = together.sum(axis=1, keepdims=True) + together.sum(axis=0, keepdims=True) - together
    return together / np.maximum(either, 1)
