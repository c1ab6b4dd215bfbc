"""The map of topics: laid out from centres the same way each time, drawn from what is published alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from forum_pulse.corpus.store import Store
from forum_pulse.report import SUPPRESSED, Published, publish_all
from forum_pulse.report.drawing import Chart
from forum_pulse.report.places import with_places
from forum_pulse.report.topic_map import topic_map

CENTRES = {0: [1.0, 0.0, 0.1], 1: [0.9, 0.1, 0.0], 2: [0.0, 1.0, 0.0], 3: [0.0, 0.0, 1.0], 7: [0.1, 0.9, 0.1]}
PEOPLE = {0: 40, 1: 30, 2: 20, 3: 3, 7: 12, -1: 50}


def placed(
    folder: Path, centres: dict[int, list[float]], people: dict[int, int]
) -> dict[int, tuple[float, float]]:
    table = pa.table({"topic": list(people), "people": list(people.values())})
    with Store(folder) as store:
        rows = [{"topic_id": topic, "centre": centre} for topic, centre in centres.items()]
        kind = pa.schema([("topic_id", pa.int64()), ("centre", pa.list_(pa.float32()))])
        store.put("topic", pa.Table.from_pylist(rows, schema=kind))
        return {
            row["topic"]: (row["x"], row["y"])
            for row in with_places(table, store, 5).to_pylist()
            if row["x"] is not None
        }


def test_alike_topics_lie_near_each_other(tmp_path: Path) -> None:
    """In both pairs; coordinates fill the plane and have two decimals."""
    found = placed(tmp_path, CENTRES, PEOPLE)

    def apart(one: int, other: int) -> float:
        return float(np.hypot(*np.subtract(found[one], found[other])))

    assert max(apart(0, 1), apart(2, 7)) < 0.4 * min(apart(0, 2), apart(1, 7))
    cells = [cell for place in found.values() for cell in place]
    assert max(map(abs, cells)) == 1.0
    assert cells == [round(cell, 2) for cell in cells]


def test_a_topic_of_few_people_moves_nothing(tmp_path: Path) -> None:
    """It has no place, and the others lie as if it were not there; nor does the order of rows matter."""
    found = placed(tmp_path / "a", CENTRES, PEOPLE)
    assert set(found) == {0, 1, 2, 7}
    fewer = {topic: centre for topic, centre in reversed(CENTRES.items()) if topic != 3}
    assert placed(tmp_path / "b", fewer, dict(reversed(PEOPLE.items()))) == found


def test_two_topics_make_no_map(tmp_path: Path) -> None:
    """They would always lie on a line."""
    assert placed(tmp_path, CENTRES, {0: 40, 2: 20, 3: 4}) == {}


def drawn(chart: Chart, width: int = 880) -> list[dict[str, Any]]:
    """The records that a picture is made of: circles with their people, and names."""

    def records(part: Any) -> Iterator[dict[str, Any]]:
        if isinstance(part, dict):
            for value in part.values():
                yield from records(value)
        elif isinstance(part, list):
            for value in part:
                if isinstance(value, dict) and "name" in value and "x" in value:
                    yield value
                else:
                    yield from records(value)

    return list(records(chart.altair(width).to_dict()))


def published(*topics: tuple[str, int, int, int]) -> Published:
    """A table of topics: name, people, for, against."""
    rows = [
        {
            "topic": number, "name": name, "people": people, "posts": 2 * people, "people_against": against,
            "terms": name, "recurrence": "recurs", "people_for": backing, "trend": "steady", "posts_for": None,
            "posts_against": None, "endorsers": None, "top_author_share": 0.2, "answered_by": None,
            "answer": None, "x": number / 10, "y": 0.5 - number / 10,
        }
        for number, (name, people, backing, against) in enumerate(topics)
    ]  # fmt: skip
    schema = pa.Table.from_pylist(rows).schema
    for name, kind in (("posts_for", pa.int64()), ("posts_against", pa.int64()), ("endorsers", pa.int64()),
                       ("answered_by", pa.int64()), ("answer", pa.string())):  # fmt: skip
        schema = schema.set(schema.get_field_index(name), pa.field(name, kind))
    return publish_all({"topics": pa.Table.from_pylist(rows, schema=schema)})["topics"]


def test_what_is_not_shown_is_not_drawn() -> None:
    """Neither the circle nor the name; its coordinates read suppressed."""
    table = published(("bread, oven", 40, 10, 20), ("secret, few", 3, 1, 1), ("rain, roof", 25, 9, 8))
    assert {row["x"] for row in table.records()} == {"0.000", "0.200", SUPPRESSED}
    chart = topic_map(table, "Quill")
    assert chart is not None
    assert "2 topics; the largest, bread, oven, with 40 people" in chart.description
    for width, svg in ((880, chart.wide), (320, chart.narrow)):
        assert {record["name"] for record in drawn(chart, width)} == {"bread, oven", "rain, roof"}
        assert "rain, roof" in svg
        assert "secret" not in svg


@pytest.mark.parametrize(
    ("backing", "against", "side"),
    [(10, 20, "against"), (20, 10, "for"), (11, 10, "neither"), (2, 20, "neither")],
)
def test_a_circle_has_the_colour_of_its_side(backing: int, against: int, side: str) -> None:
    """Where both sides may be shown and one has half as many again."""
    table = published(("bread, oven", 60, backing, against), ("rain", 30, 10, 10), ("snow", 20, 5, 10))
    chart = topic_map(table, "Quill")
    assert chart is not None
    assert {record["side"] for record in drawn(chart) if record.get("people") == 60} == {side}


def test_names_do_not_lie_on_each_other() -> None:
    """Topics at one spot: some names are left out rather than written over others."""
    table = published(*[(f"topic number {n}", 40 - n, 10, 10) for n in range(25)])
    chart = topic_map(table, None)
    assert chart is not None
    spots = list({(record["x"], record["y"]) for record in drawn(chart) if "people" not in record})
    assert 3 <= len(spots) <= 18
    wide = 6.4 * len("topic number 1")
    for place, (x, y) in enumerate(spots):
        assert not any(abs(x - left) < wide and abs(y - top) < 14 for left, top in spots[place + 1 :])


def test_no_places_no_map() -> None:
    """A forum of two topics has a table and no picture."""
    table = published(("bread", 40, 10, 20))
    assert topic_map(table, None) is not None
    empty = publish_all({"topics": pa.table({name: pa.array([], pa.string()) for name in table.columns})})
    assert topic_map(empty["topics"], None) is None
