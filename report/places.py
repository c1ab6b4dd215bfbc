"""Where topics lie to each other, on a plane: alike ones near, others far.

The centres of the topics, vectors of hundreds of dimensions, are laid out along the two directions in which
they differ most (principal components; Pearson, 1901). Only topics whose people may be counted have a place,
and only they settle where the others lie.
"""

from typing import Final

import pyarrow as pa

from ..corpus.store import Store

_CENTRES: Final = """
    SELECT topic_id, centre FROM topic WHERE topic_id IN (SELECT unnest($topics)) ORDER BY topic_id"""
_LEAST: Final = 3
"""Topics a plane takes: two always lie on a line."""

Places = dict[int, tuple[float, float]]


def with_places(topics: pa.Table, store: Store, k: int) -> pa.Table:
    """The table topics with columns x and y, empty where a topic has no place.

    Args:
        topics: with the columns topic and people.
        store: holds the topics' centres.
        k: the least number of people a topic with a place has.
    """
    rows = topics.select(["topic", "people"]).to_pylist()
    places = _places(store, [row["topic"] for row in rows if row["people"] >= k])
    for axis, name in enumerate(("x", "y")):
        cells = [places[row["topic"]][axis] if row["topic"] in places else None for row in rows]
        topics = topics.append_column(name, pa.array(cells, pa.float64()))
    return topics


def _places(store: Store, topics: list[int]) -> Places:
    """Coordinates from -1 to 1 with two decimals: a place to draw, not a vector to search with."""
    # Needed only where topics are laid out.
    import numpy as np

    rows = store.sql(_CENTRES, {"topics": topics})
    if rows.num_rows < _LEAST:
        return {}
    centres = np.asarray(rows["centre"].to_pylist(), dtype=np.float64)
    left, sizes, _ = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)
    plane = left[:, :2] * sizes[:2]
    plane *= np.sign(plane[np.abs(plane).argmax(axis=0), [0, 1]])  # an axis has no direction of its own
    plane = np.round(plane / max(float(np.abs(plane).max()), 1e-9), 2) + 0.0  # no -0.00
    numbers: list[int] = rows["topic_id"].to_numpy().tolist()
    return {topic: (x, y) for topic, (x, y) in zip(numbers, plane.tolist(), strict=True)}
