"""Stance beside acts, and shares corrected by labels: the figures, and that the gate lets no small group through."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from forum_pulse import pipeline
from forum_pulse.config import Config, PrivacyConfig, load
from forum_pulse.corpus.store import Store
from forum_pulse.errors import ConfigError
from forum_pulse.report import SUPPRESSED, build_tables, publish_all
from forum_pulse.sentiment import Reading, corrected_shares, stance_labels

POSITIONS = {"supports": 30, "opposes": 12, "withdrew": 2}
READ = ["favor"] * 20 + ["against"] * 3 + [None] * 7 + ["against"] * 12 + ["none"] * 2 + ["favor"] * 9
"""By person: those who acted first, in the order above, then nine who only wrote."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A petition with 44 people who acted, 46 who wrote of it, 37 of them both."""
    with Store(tmp_path / "work") as made:
        acted = [position for position, people in POSITIONS.items() for _ in range(people)]
        put(
            made,
            "petition",
            [{"petition": "quieter", "statement": "Quieter rooms.", "origin": "configured", "ordinal": 1}],
        )
        put(
            made,
            "position",
            [
                {"petition": "quieter", "person_id": f"p{n:02d}", "position": p, "tier": "A"}
                for n, p in enumerate(acted)
            ],
        )
        put(made, "person_stance", [
            {"target": "quieter", "person_id": f"p{n:02d}", "stance": stance, "posts": 1}
            for n, stance in enumerate(READ) if stance
        ])  # fmt: skip
        put(made, "headline_target", [{"target": "quieter"}])
        yield made


def put(store: Store, name: str, rows: list[dict[str, Any]]) -> None:
    store.put(name, pa.Table.from_pylist(rows))


def test_acts_and_stance_side_by_side(store: Store):
    """What each group of people wrote; rows add up to those who acted, columns to those who wrote."""
    rows = {row["act"]: row for row in build_tables(store)["acts_and_stance"].to_pylist()}
    assert list(rows) == ["counted", "opposed", "withdrew", "conditional", "conflicted", "no act"]
    assert rows["counted"] == {
        "petition": "quieter", "act": "counted", "people": 30, "favor": 20, "against": 3, "none": 0, "mixed": 0,
        "unclear": 0, "silent": 7, "unread": 0,
    }  # fmt: skip
    assert (rows["opposed"]["people"], rows["opposed"]["against"]) == (12, 12)
    assert (rows["no act"]["people"], rows["no act"]["favor"], rows["no act"]["silent"]) == (9, 9, 0)
    stance = {row["stance"]: row["people"] for row in build_tables(store)["stance"].to_pylist()}
    for name, people in stance.items():
        assert sum(row[name] for row in rows.values()) == people


def test_the_side_is_that_of_the_act_and_of_words_only_without_one(store: Store):
    """Who took a name off the list, or backs on a condition, is neither for nor against by a model's reading."""
    positions = ("supports", "opposes", "withdrew", "conditional", "conflicted", None)
    put(store, "position", [
        {"petition": "quieter", "person_id": f"{position}-{stance}", "position": position}
        for position in positions[:-1] for stance in ("favor", "against")
    ])  # fmt: skip
    put(store, "person_stance", [
        {"target": "quieter", "person_id": f"{position}-{stance}", "stance": stance, "posts": 1}
        for position in positions for stance in ("favor", "against")
    ])  # fmt: skip
    put(store, "unread_person", [{"person_id": "nobody"}])
    store.connection.execute(pipeline._DIRECTION)
    rows = store.sql("SELECT * FROM direction ORDER BY person_id").to_pylist()
    assert {row["person_id"]: row["stance"] for row in rows if row["stance"] in ("favor", "against")} == {
        "supports-favor": "favor", "supports-against": "favor", "opposes-favor": "against",
        "opposes-against": "against", "None-favor": "favor", "None-against": "against",
    }  # fmt: skip


def test_who_was_not_drawn_has_no_side_and_is_not_called_silent(store: Store):
    """Else who acted would have more weight among the sides than who wrote; and they may have written much."""
    put(store, "unread_person", [{"person_id": f"p{n:02d}"} for n in range(27, 33)])
    put(store, "person_stance", [
        {"target": "quieter", "person_id": f"p{n:02d}", "stance": stance, "posts": 1}
        for n, stance in enumerate(READ) if stance and n not in range(27, 33)
    ])  # fmt: skip
    rows = {row["act"]: row for row in build_tables(store)["acts_and_stance"].to_pylist()}
    assert (rows["counted"]["people"], rows["counted"]["silent"], rows["counted"]["unread"]) == (30, 4, 3)
    assert (rows["opposed"]["against"], rows["opposed"]["unread"]) == (9, 3)
    store.connection.execute(pipeline._DIRECTION)
    sides = {row["person_id"] for row in store.sql("SELECT person_id FROM direction").to_pylist()}
    assert {"p26", "p33"} <= sides
    assert not sides & {f"p{n:02d}" for n in range(27, 33)}


def test_small_groups_are_hidden_beside_acts(store: Store):
    """Three supporters read as against are not shown, nor can they be reckoned from what is."""
    shown = publish_all(build_tables(store))
    rows = {row["act"]: row for row in shown["acts_and_stance"].records()}
    counted = rows["counted"]
    assert counted["against"] == SUPPRESSED
    assert [counted[name] for name in ("people", "favor", "silent")].count(SUPPRESSED) >= 1
    assert rows["withdrew"]["people"] == SUPPRESSED
    assert rows["no act"]["favor"] == "9"


def test_without_a_headline_petition_there_is_nothing_beside(tmp_path: Path):
    """An empty table, and none of corrected shares."""
    with Store(tmp_path / "work") as made:
        tables = build_tables(made, Config())
        assert tables["acts_and_stance"].num_rows == 0
        assert "stance_corrected" not in tables


class Biased:
    """Reads what is written in the text, but a third of those against as none."""

    def read(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Reading]:
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        stance, number = text.split()
        read = "none" if stance == "against" and int(number) % 3 == 0 else stance
        return Reading(read, 0, 0, 1, unclear=False)


def labels_file(folder: Path, size: int) -> Path:
    path = folder / "labels.csv"
    stances = ("favor", "against", "none")
    lines = [f"{stances[n % 3]} {n // 3},x,{stances[n % 3]}" for n in range(size)]
    path.write_text("\n".join(["text,target,stance", *lines]), encoding="utf-8")
    return path


def forum(people: int) -> tuple[pa.Table, pa.Table]:
    """Readings of people of whom six in ten are against, as `Biased` reads them, and who wrote what."""
    truth = ["favor" if n % 10 < 3 else "against" if n % 10 < 9 else "none" for n in range(people)]
    read = Biased().read([f"{stance} {n // 10}" for n, stance in enumerate(truth)], [])
    posts = pa.table(
        {"post_id": [f"{n}" for n in range(people)], "person_id": [f"p{n}" for n in range(people)]}
    )
    rows = [
        {"post_id": f"{n}", "target": "x", "stance": r.stance, "unclear": False} for n, r in enumerate(read)
    ]
    return pa.Table.from_pylist(rows), posts


def test_shares_are_corrected_for_the_readers_errors(tmp_path: Path):
    """Where a third of the against are taken for none, the true share comes back, within its interval."""
    readings, posts = forum(600)
    assert readings["stance"].to_pylist().count("against") / 600 == pytest.approx(0.4)
    labels = stance_labels(labels_file(tmp_path, 180))
    found = {row["stance"]: row for row in corrected_shares(readings, posts, labels, Biased()).to_pylist()}
    assert found["against"]["share"] == pytest.approx(0.6, abs=0.02)
    assert found["none"]["share"] == pytest.approx(0.1, abs=0.02)
    assert sum(row["share"] for row in found.values()) == pytest.approx(1)
    for row in found.values():
        assert row["share_low"] < row["share"] < row["share_high"]
        assert row["labels"] == 180
    assert corrected_shares(readings, posts, labels, Biased()).equals(
        corrected_shares(readings, posts, labels, Biased())
    )


class Perfect(Biased):
    """Reads what is written in the text."""

    def _read(self, text: str) -> Reading:
        return Reading(text.split(maxsplit=1)[0], 0, 0, 1, unclear=False)


def test_where_all_are_read_alike_the_interval_has_width(tmp_path: Path):
    """Twelve of twelve read against, by a reader that never erred: the others could be a few."""
    readings = pa.Table.from_pylist(
        [{"post_id": f"{n}", "target": "x", "stance": "against", "unclear": False} for n in range(12)]
    )
    posts = pa.table({"post_id": [f"{n}" for n in range(12)], "person_id": [f"p{n}" for n in range(12)]})
    labels = stance_labels(labels_file(tmp_path, 90))
    found = {row["stance"]: row for row in corrected_shares(readings, posts, labels, Perfect()).to_pylist()}
    assert [found["against"][end] for end in ("share", "share_high")] == pytest.approx([1, 1])
    assert 0.6 < found["against"]["share_low"] < 0.95
    assert [found["favor"][end] for end in ("share", "share_low")] == pytest.approx([0, 0], abs=1e-9)
    assert 0.05 < found["favor"]["share_high"] < 0.3


def test_a_person_counts_once_in_corrected_shares(tmp_path: Path):
    """Forty posts of one person weigh as one."""
    readings, posts = forum(100)
    more = pa.table({"post_id": [f"x{n}" for n in range(40)], "person_id": ["p0"] * 40})
    loud = pa.Table.from_pylist(
        [{"post_id": f"x{n}", "target": "x", "stance": "favor", "unclear": False} for n in range(40)]
    )
    labels = stance_labels(labels_file(tmp_path, 90))
    quiet = corrected_shares(readings, posts, labels, Biased())["share"].to_numpy()
    again = corrected_shares(
        pa.concat_tables([readings, loud]), pa.concat_tables([posts, more]), labels, Biased()
    )
    assert np.allclose(quiet, again["share"].to_numpy())


def test_few_labels_correct_nothing(tmp_path: Path):
    """Twenty-nine labels, or none of one stance."""
    readings, posts = forum(100)
    assert corrected_shares(readings, posts, None, Biased()).num_rows == 0
    for size in (29, 27):
        labels = stance_labels(labels_file(tmp_path, size))
        assert corrected_shares(readings, posts, labels, Biased()).num_rows == 0


def test_corrected_shares_stand_only_beside_large_groups(store: Store):
    """With a hidden count in stance.csv the estimate would tell it; without one it is published."""
    put(store, "stance_estimate", [
        {"target": "quieter", "stance": s, "share": v, "share_low": v - 0.1, "share_high": v + 0.1, "labels": 90}
        for s, v in (("favor", 0.6), ("against", 0.3), ("none", 0.1))
    ])  # fmt: skip
    tables = build_tables(store)
    assert {row["share"] for row in publish_all(tables)["stance_corrected"].records()} == {SUPPRESSED}
    open_to_all = publish_all(tables, PrivacyConfig(persons=1, quotes=1))["stance_corrected"]
    assert [row["share"] for row in open_to_all.records()] == ["0.600", "0.300", "0.100"]


def test_labels_are_named_in_the_configuration(tmp_path: Path):
    """Relative to the file; labels of something else are refused."""
    (tmp_path / "forum-pulse.toml").write_text('[stance]\nlabels = "labels.csv"\n')
    assert load(tmp_path / "forum-pulse.toml").stance.labels == tmp_path / "labels.csv"
    (tmp_path / "labels.csv").write_text("text,polarity\nfine,positive\n")
    with pytest.raises(ConfigError, match="labels of polarity"):
        stance_labels(tmp_path / "labels.csv")
