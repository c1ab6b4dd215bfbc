"""Attacks on what is published: hundreds of small forums, and no small group recovered from any."""

import json
import os
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest
from small_forums import Attacker, SmallForum, settled_corners

from forum_pulse.config import PrivacyConfig
from forum_pulse.report import POLICIES, SUPPRESSED, Memory, publish_all
from forum_pulse.report.people import SMALLER, slices_table
from forum_pulse.report.releases import together

FORUMS = int(os.environ.get("FORUM_PULSE_FORUMS", "300"))
"""A thousand take six minutes: FORUM_PULSE_FORUMS=1000."""
COMPARED = 10
"""Of so many forums one is looked at again, a week later."""


@pytest.mark.parametrize("start", range(0, FORUMS, 100))
def test_no_small_group_follows_from_a_report_or_from_two(start: int) -> None:
    """Every cell, every sum within and across tables, every difference between two reports.

    In none of a hundred forums can the size of a group of 1 to 4 be told, be it a hidden cell, the rest of a
    group or those who came or went between the reports; nor, from the slices, what all of a corner hold.
    """
    for seed in range(start, start + 100):
        forum, memory, attacker = SmallForum(Random(seed)), Memory(), Attacker()
        true = forum.tables()
        first = publish_all(true, memory=memory)
        attacker.reads(1, true, first)
        assert attacker.knows() == [], f"forum {seed}"
        if "supporters" in first:
            assert settled_corners(forum.corners(), first["supporters"].records()) == [], f"forum {seed}"
        if seed % COMPARED == 0:
            memory.keep(first)
            forum.grow()
            true = forum.tables()
            attacker.reads(2, true, publish_all(true, memory=memory))
            attacker.subtracts(1, 2)
            assert attacker.knows() == [], f"forum {seed}, the second report"


@pytest.mark.parametrize("seed", range(4))
def test_no_small_group_follows_from_a_series_of_reports(seed: int) -> None:
    """Week by week, each report is held against all before it."""
    forum, memory, attacker = SmallForum(Random(seed)), Memory(), Attacker()
    for run in range(4):
        true = forum.tables()
        published = publish_all(true, memory=memory)
        memory.keep(published)
        attacker.reads(run, true, published)
        for earlier in range(run):
            attacker.subtracts(earlier, run)
        assert attacker.knows() == [], f"report {run}"
        forum.grow()


def test_the_attacker_would_find_what_is_not_protected() -> None:
    """Two reports of which neither knows the other give somebody away in most forums."""
    found = 0
    for seed in range(10):
        forum, attacker = SmallForum(Random(seed)), Attacker()
        for run in (1, 2):
            true = forum.tables()
            attacker.reads(run, true, publish_all(true))
            forum.grow()
        attacker.subtracts(1, 2)
        found += bool(attacker.knows())
    assert found >= 5


def petition(**counts: int) -> dict[str, pa.Table]:
    """The tables of a forum in which so many signed, said and reacted."""
    return petition_forum(**counts).tables()


def petition_forum(**counts: int) -> SmallForum:
    """A forum in which so many signed, said and reacted."""
    forum = SmallForum(Random(0))
    forum.roster = False
    forum.people = []
    for tier, n in counts.items():
        before = len(forum.people)
        forum.join(n, last=1)
        for person in forum.people[before:]:
            person.position, person.tier, person.week = "supports", tier, 0
    before = len(forum.people)
    forum.join(20, last=1)
    for person in forum.people[before:]:
        person.position = "opposes"
    return forum


def headline(tables: dict[str, pa.Table], memory: Memory) -> str:
    published = publish_all(tables, memory=memory)
    memory.keep(published)
    return published["petitions"].records()[0]["counted"]


def test_a_count_that_moved_by_a_few_waits_until_it_moved_by_five(tmp_path: Path) -> None:
    """30, then 32: hidden; then 35: shown. Another Memory of the same workspace knows it, too."""
    assert headline(petition(signed=30), Memory(tmp_path)) == "30"
    assert headline(petition(signed=32), Memory(tmp_path)) == SUPPRESSED
    assert headline(petition(signed=35), Memory(tmp_path)) == "35"
    assert headline(petition(signed=32), Memory()) == "32"


def test_the_same_report_comes_out_as_it_did(tmp_path: Path) -> None:
    """Also after others were made."""
    for n, cell in ((30, "30"), (32, SUPPRESSED), (36, "36"), (30, "30"), (32, SUPPRESSED)):
        assert headline(petition(signed=n), Memory(tmp_path)) == cell


def test_a_folder_is_held_against_its_manifest(tmp_path: Path) -> None:
    """Without a workspace the manifest says what was shown; one that is none says nothing."""
    shown = together(table.told for table in publish_all(petition(signed=30)).values())
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"published": shown.to_json(), "published_before": []}))
    assert headline(petition(signed=32), Memory(out=tmp_path)) == SUPPRESSED
    manifest.write_text("{}")
    assert headline(petition(signed=32), Memory(out=tmp_path)) == "32"


def test_a_group_of_one_mind_is_not_told() -> None:
    """All who raise a theme are against it; all but two of those who took part support."""
    rows = [
        {"theme": "cost", "people": 14, "people_for": 0, "people_against": 14},
        {"theme": "speed", "people": 14, "people_for": 0, "people_against": 12},
        {"theme": "trust", "people": 14, "people_for": 0, "people_against": 9},
    ]
    fixed = {"posts": 30, "share_low": 0.1, "share_high": 0.2, "trend": "steady", "share": 0.15}
    fixed |= dict.fromkeys(
        ("posts_for", "posts_against", "endorsers", "top_author_share", "answered_by", "answer")
    )
    shown = publish_all({"themes": pa.Table.from_pylist([{**row, **fixed} for row in rows])})["themes"]
    assert [(row["theme"], row["people_against"]) for row in shown.records()] == [
        ("trust", "9"), ("cost", SUPPRESSED), ("speed", SUPPRESSED),
    ]  # fmt: skip


def closed_early(forum: SmallForum, week: int) -> SmallForum:
    """The same petition without those who came in some week or later."""
    early = SmallForum(Random(0))
    early.people = [person for person in forum.people if person.week < week]
    early.roster, early.weeks = forum.roster, forum.weeks
    return early


def side_by_side(forum: SmallForum, other: SmallForum) -> dict[str, pa.Table]:
    """The tables of two petitions on one opening post, "p" of all people and "q" of some of them."""
    tables = forum.tables()
    for name, table in other.tables().items():
        if "petition" in POLICIES[name].keys:
            rows = [row | {"petition": "q"} for row in table.to_pylist()]
            tables[name] = pa.Table.from_pylist(
                [*tables[name].to_pylist(), *rows], schema=tables[name].schema
            )
    kinds = ("counted", "signed", "said", "reacted", "withdrew", "opposed", "conditional", "conflicted")
    holds = pa.array([[f"q/{kind}" for kind in kinds], None], pa.list_(pa.string()))
    rest = tables["petitions"].drop_columns(["holds"])
    return tables | {"petitions": rest.append_column("holds", holds)}


@pytest.mark.parametrize("seed", range(20))
def test_petitions_on_one_post_do_not_tell_who_came_late(seed: int) -> None:
    """One of them closes a week earlier: no figure of one less that of the other is a group of 1 to 4."""
    forum = SmallForum(Random(seed))
    published = publish_all(side_by_side(forum, closed_early(forum, forum.weeks - 1)))
    for name, table in published.items():
        policy = POLICIES[name]
        if "petition" not in policy.keys:
            continue
        rows = {tuple(row[key] for key in policy.keys): row for row in table.records()}
        for key, row in rows.items():
            other = rows.get(("q", *key[1:]), row)
            for column in policy.persons:
                shown = [some[column] for some in (row, other) if column in some]
                if len(shown) == 2 and all(cell.isdigit() for cell in shown):
                    assert abs(int(shown[0]) - int(shown[1])) not in range(1, 5), (name, key, column)


def test_two_petitions_with_people_of_their_own_are_not_held_against_each_other() -> None:
    """Two answers to one poll, of 30 and 32 people: their difference is nobody."""
    tables = side_by_side(petition_forum(signed=32), petition_forum(signed=30))
    apart = tables["petitions"].drop_columns(["holds"])
    apart = apart.append_column("holds", pa.array([None, None], pa.list_(pa.string())))
    for given, cells in ((tables, ["32", SUPPRESSED]), (tables | {"petitions": apart}, ["32", "30"])):
        assert [row["counted"] for row in publish_all(given)["petitions"].records()] == cells


def test_slices_that_cross_do_not_settle_a_corner() -> None:
    """Site s0 is all of role r0 and two of r1: its people less those of r0 are what those two hold."""
    corners = [
        {
            "role": role,
            "organisation": "unknown",
            "site": site,
            "tenure": "unknown",
            "eligible": n,
            "people": some,
        }
        for role, site, n, some in (("r0", "s0", 12, 6), ("r1", "s0", 2, 2), ("r1", "s1", 28, 12))
    ]
    slices = {
        name: [
            {"petition": "p", "slice": name, "value": value,
             **{c: sum(int(str(k[c])) for k in corners if k[name] == value) for c in ("eligible", "people")}}
            for value in sorted({str(corner[name]) for corner in corners})
        ]
        for name in ("role", "site")
    }  # fmt: skip
    shown = slices_table([(slices, corners)], 5)["supporters"].to_pylist()
    assert {row["value"] for row in shown if row["slice"] == "role"} == {"r0", "r1"}
    assert {row["value"] for row in shown if row["slice"] == "site"} <= {SMALLER}


def test_rounded_counts_are_multiples_everywhere() -> None:
    """Counts and both ends of ranges; shares are those of the rounded counts."""
    published = publish_all(SmallForum(Random(5)).tables(), PrivacyConfig(round=5))
    for name in ("petitions", "themes", "stance", "endorsements_over_time", "waterfall"):
        for row in published[name].records():
            counts = [row[c] for c in ("counted", "low", "people", "posts", "gross", "net") if c in row]
            assert all(cell == SUPPRESSED or int(cell) % 5 == 0 for cell in counts), row
    for row in published["stance"].records():
        if row["people"] not in ("0", SUPPRESSED):
            whole = int(row["people"]) / float(row["share"])
            assert whole == pytest.approx(5 * round(whole / 5), rel=0.01)


def test_noise_is_one_draw_a_figure_and_its_budget_is_told() -> None:
    """A figure that stands in two tables has one value; what all cost is stated."""
    pytest.importorskip("opendp", reason="an extra: forum-pulse[dp]")
    memory = Memory()
    tables = petition(signed=30)
    published = publish_all(tables, PrivacyConfig(epsilon=0.1), memory=memory)
    again = publish_all(tables, PrivacyConfig(epsilon=0.1))
    (row,) = published["petitions"].records()
    specification = published["specification"].records()
    assert row != again["petitions"].records()[0]
    assert memory.spent == pytest.approx(0.1 * round(memory.spent / 0.1))
    assert memory.spent > 1
    assert specification
