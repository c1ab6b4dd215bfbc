"""Stance read of people drawn by chance: who is drawn, that it is a fair draw, and that the report says so."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from fakes import QuickEmbedder, QuickReader, read_stances

from forum_pulse import config, pipeline
from forum_pulse.config import AnalysisConfig, Config, StanceConfig
from forum_pulse.errors import ConfigError
from forum_pulse.report import SUPPRESSED
from forum_pulse.run import Run
from forum_pulse.sentiment import QUICK, Reading, Target, undrawn_people

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def posts_of(people: int, each: int = 3, later: int = 0) -> list[dict[str, object]]:
    """So many people with so many posts each, of which some lie after the others."""
    return [
        {"post_id": f"f:{person}-{n}", "person_id": f"p{person:05d}", "created_at": DAY + timedelta(hours=n)}
        for person in range(people)
        for n in range(each + later)
    ]


def drawn(rows: list[dict[str, object]], at_most: int, seed: int = 0) -> set[object]:
    table = pa.Table.from_pylist(rows)
    return {row["person_id"] for row in rows} - undrawn_people(table, at_most, seed=seed)


def test_as_many_are_drawn_as_are_asked_for():
    """And everybody where no more wrote."""
    assert len(drawn(posts_of(500), 200)) == 200
    assert len(drawn(posts_of(200), 200)) == 200
    assert undrawn_people(pa.Table.from_pylist(posts_of(20)), 200) == frozenset()


def test_the_draw_depends_on_neither_order_nor_pseudonyms():
    """Pseudonyms differ from workspace to workspace, and files are read in any order."""
    rows = posts_of(400)
    mixed = random.Random(1).sample(rows, k=len(rows))
    assert drawn(rows, 100) == drawn(mixed, 100)
    renamed = [row | {"person_id": f"x{row['person_id']}"} for row in rows]
    assert {f"x{person}" for person in drawn(rows, 100)} == drawn(renamed, 100)
    assert drawn(rows, 100, seed=1) != drawn(rows, 100)


def test_next_month_nearly_the_same_people_are_drawn():
    """Later posts move nobody; of a fifth more people a fifth of the places go to new ones."""
    before, after = drawn(posts_of(1000), 300), drawn(posts_of(1200, later=2), 300)
    assert drawn(posts_of(1000, later=2), 300) == before
    assert 220 <= len(before & after) < 300


def test_shares_among_the_drawn_are_those_among_all():
    """Of 100 draws of 500 out of 4,000, about 95 lie within two standard errors of the truth: three tenths."""
    rows = posts_of(4000, each=1)
    against = {row["person_id"] for n, row in enumerate(rows) if n % 10 < 3}
    shares = [len(drawn(rows, 500, seed) & against) / 500 for seed in range(100)]
    near = sum(abs(share - 0.3) < 2 * (0.3 * 0.7 / 500) ** 0.5 for share in shares)
    assert near >= 90
    assert abs(sum(shares) / len(shares) - 0.3) < 0.01


class Asked:
    """Is in favour of everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def read(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Reading]:
        self.texts += texts
        return [Reading("favor", 0.9, 0.05, 0.05, unclear=False) for _ in texts]


def test_only_the_drawn_are_read_and_what_they_echo():
    """An echo has the stance of what it answers, whoever wrote that; a post that was not drawn has no row."""
    told = [
        ("1", "ida", None, "Shall we talk about Bazel?"),
        ("2", "jo", "1", "Bazel builds are quick."),
        ("3", "kim", "2", "hard disagree"),
        ("4", "jo", "1", "Bazel has good rules, too."),
        ("5", "kim", "1", "Bazel is what my team uses."),
    ]
    posts = pa.Table.from_pylist(
        [
            {"post_id": post, "thread_id": "t", "parent_post_id": parent, "own_text": text, "is_root": not parent,
             "person_id": person}
            for post, person, parent, text in told
        ]
    )  # fmt: skip
    reader = Asked()
    rows = read_stances(posts, [Target("Bazel", "tool")], reader, unread={"ida", "jo"}).to_pylist()
    assert {row["post_id"]: row["stance"] for row in rows} == {"3": "against", "5": "favor"}
    assert sorted(reader.texts) == ["Bazel builds are quick.", "Bazel is what my team uses."]


@pytest.mark.parametrize(
    ("people", "quality", "wrote", "left"),
    [
        (None, "fast", QUICK + 100, 100),
        (None, "fast", QUICK, 0),
        (None, "balanced", QUICK + 100, 0),
        (None, "accurate", QUICK + 100, 0),
        (0, "fast", QUICK + 100, 0),
        (50, "balanced", 60, 10),
    ],
)
def test_who_is_read_follows_configuration_then_quality(people: int, quality: str, wrote: int, left: int):
    """Everybody by default; a quick analysis of a big forum draws."""
    settings = Config(stance=StanceConfig(people=people), analysis=AnalysisConfig(quality=quality))
    assert len(pipeline._unread(pa.Table.from_pylist(posts_of(wrote, each=1)), settings)) == left


def test_fewer_than_nobody_can_not_be_drawn(tmp_path: Path):
    """It is told with its section."""
    (tmp_path / "forum-pulse.toml").write_text("[stance]\npeople = -1\n")
    with pytest.raises(ConfigError, match=r"\[stance\] people = -1"):
        config.load(tmp_path / "forum-pulse.toml")


@pytest.fixture(scope="module")
def sampled(demo_forum: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small demo forum, of whose people some sixty are read."""
    settings = replace(config.load(demo_forum / "forum-pulse.toml"), stance=StanceConfig(people=60))
    return pipeline.analyze(
        [demo_forum / name for name in ("slack", "discourse", "signatures.csv")],
        settings,
        tmp_path_factory.mktemp("sampled") / "report",
        embedder=QuickEmbedder(),
        stance_reader=QuickReader(),
    )


def shown(run: Run, table: str, column: str) -> list[int]:
    cells = [row[column] for row in run.published[table].records()]
    return [int(cell) for cell in cells if cell not in ("", SUPPRESSED)]


def read_of(run: Run) -> Counter[str]:
    """By target, people whose stance is shown."""
    found = Counter[str]()
    for row in run.published["stance"].records():
        found[row["target"]] += 0 if row["people"] == SUPPRESSED else int(row["people"])
    return found


def test_counts_are_of_the_drawn(sampled: Run, demo_run: Run):
    """No side has more people than were drawn; who raises a theme is counted among all, as before."""
    for name in ("stance on", "pushback"):
        figures = [
            row["value"] for row in sampled.published["summary"].records() if row["measure"].startswith(name)
        ]
        assert all(int(figure) <= 60 for figure in figures if figure != SUPPRESSED)
    assert 0 < max(read_of(sampled).values()) <= 60 < max(read_of(demo_run).values())
    for column in ("people_for", "people_against", "endorsers"):
        assert max(shown(sampled, "themes", column), default=0) <= 60
    assert not any(row["answered_by"] + row["answer"] for row in sampled.published["themes"].records())
    of_all = {row["theme"]: row["people"] for row in demo_run.published["themes"].records()}
    of_drawn = {row["theme"]: row["people"] for row in sampled.published["themes"].records()}
    assert of_drawn.keys() == of_all.keys()
    assert all(
        of_drawn[name] in (SUPPRESSED, people) for name, people in of_all.items() if people != SUPPRESSED
    )
    assert shown(sampled, "petitions", "counted") == shown(demo_run, "petitions", "counted")


def test_the_report_says_of_whom_it_speaks(sampled: Run, demo_run: Run):
    """In the coverage, beside the figures, in both reports; and not a word of it where everybody was read."""
    rows = {row["what"]: row for row in sampled.published["coverage"].records()}
    wrote = {row["measure"]: row for row in sampled.published["summary"].records()}["people"]["value"]
    assert (rows["people whose stance was read"]["count"], rows["people whose stance was read"]["of"]) == (
        "60",
        wrote,
    )
    unread = shown(sampled, "acts_and_stance", "unread")
    assert sum(unread) > 0
    assert sampled.folder
    assert demo_run.folder
    for name in ("report.html", "report.md"):
        told = (sampled.folder / name).read_text(encoding="utf-8")
        places = 3 if name.endswith("html") else 2
        assert told.count(f"60 people drawn by chance from the {wrote} who wrote") == places
        assert "not read" in told
        assert "drawn by chance" not in (demo_run.folder / name).read_text(encoding="utf-8")
    notes = [
        row["note"]
        for row in sampled.published["summary"].records()
        if row["measure"].startswith("stance on")
    ]
    assert notes
    assert all(note.endswith("among the people drawn") for note in notes)
