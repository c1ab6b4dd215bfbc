"""The roster: who is eligible, who has left, what groups may be shown, and who may be two."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from petition_forum import Forum, count, figures, ingest

from forum_pulse.config import Config, PeopleConfig
from forum_pulse.corpus.people_files import is_people_file
from forum_pulse.corpus.suspicion import Handle, suspected
from forum_pulse.errors import ConfigError
from forum_pulse.report import SUPPRESSED, build_tables, people, publish_all


def roster(folder: Path, *rows: str, header: str = "person,email,role,site,hired,left") -> PeopleConfig:
    """A roster file."""
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / "people.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return PeopleConfig(roster=path)


def signed_by(*names: str, days: float = 3) -> Forum:
    """A petition opened on 3 March 2031 that these people signed."""
    forum = Forum()
    forum.thread()
    for name in names:
        forum.who(name, email=f"{name}@heron.example")
        forum.sign(name, days=days)
    return forum


def test_who_left_before_it_opened_or_came_after_it_closed_is_not_eligible(tmp_path: Path) -> None:
    """Ben left a day before, cleo on the day itself; dan came after the last day that counts."""
    known = roster(
        tmp_path,
        "1,ada@heron.example,engineer,,2020-01-01,",
        "2,ben@heron.example,engineer,,2020-01-01,2031-03-02",
        "3,cleo@heron.example,engineer,,2020-01-01,2031-03-03",
        "4,dan@heron.example,engineer,,2031-04-01,",
    )
    with ingest(tmp_path, signed_by("ada"), people=known) as store:
        count(store)
        assert figures(store)["denominator"] == 3
        count(store, as_of=date(2031, 3, 20))
        assert figures(store)["denominator"] == 2


@pytest.mark.parametrize(
    ("column", "meant"),
    [("e-mail", "email"), ("Email", "email"), ("organization", "organisation")],
)
def test_a_misspelt_column_is_refused(tmp_path: Path, column: str, meant: str) -> None:
    """It would be ignored otherwise, and with it who is who."""
    known = roster(tmp_path, "1,ada@heron.example", header=f"person,{column}")
    with pytest.raises(ConfigError) as error, ingest(tmp_path, signed_by("ada"), people=known):
        pass
    assert f"unknown column {column!r}" in error.value.message
    assert repr(meant) in error.value.hint


def test_a_roster_that_joins_nobody_is_refused(tmp_path: Path) -> None:
    """Its share would be 0 of so many, whoever signed. One person who is there is enough."""
    strangers = [f"{number},stranger{number}@heron.example" for number in range(3)]
    known = roster(tmp_path / "a", *strangers, header="person,email")
    refused = pytest.raises(ConfigError, match="none of its 3 people has an account")
    with ingest(tmp_path / "a", signed_by("ada"), people=known) as store, refused:
        count(store)
    known = roster(tmp_path / "b", *strangers, "4,ada@heron.example", header="person,email")
    with ingest(tmp_path / "b", signed_by("ada"), people=known) as store:
        count(store)
        assert figures(store)["share"] == 0.25


def test_columns_of_other_names_are_the_users_own(tmp_path: Path) -> None:
    """A title is no site, and what stands beside all of ours is no misspelling of one."""
    known = roster(tmp_path, "1,ada@heron.example,Dr,7,x", header="person,email,title,person_id,manager")
    with ingest(tmp_path, signed_by("ada"), people=known) as store:
        count(store)
        assert (figures(store)["denominator"], figures(store)["share"]) == (1, 1.0)


def test_support_that_began_after_the_last_day_is_not_of_the_eligible(tmp_path: Path) -> None:
    """Both sign on day 3; for ada that is after leaving. The count has both, the share one of two."""
    known = roster(
        tmp_path,
        "1,ada@heron.example,engineer,,2020-01-01,2031-03-05",
        "2,ben@heron.example,engineer,,2020-01-01,2031-03-06",
    )
    with ingest(tmp_path, signed_by("ada", "ben"), people=known) as store:
        count(store)
        row = figures(store)
    assert (row["counted"], row["denominator"], row["counted_in_denominator"]) == (2, 2, 1)


def test_slices_add_up_and_tenure_is_reckoned_at_the_opening(tmp_path: Path) -> None:
    """Full years from hiring to the day it opened; who is not on the roster stands in each slice."""
    known = roster(
        tmp_path,
        "1,ada@heron.example,engineer,Ulm,2030-03-04,",
        "2,ben@heron.example,engineer,Ulm,2030-03-03,",
        "3,cleo@heron.example,designer,,2028-03-03,",
        "4,dan@heron.example,,,,",
    )
    with ingest(tmp_path, signed_by("ada", "ben", "cleo", "guest"), people=known) as store:
        count(store)
        rows = store.sql("SELECT slice, value, eligible, people FROM supporter_slice").to_pylist()
    found = {(row["slice"], row["value"]): (row["eligible"], row["people"]) for row in rows}
    assert found == {
        ("role", "engineer"): (2, 2), ("role", "designer"): (1, 1), ("role", "unknown"): (1, 0),
        ("role", "not on the roster"): (None, 1),
        ("site", "Ulm"): (2, 2), ("site", "unknown"): (2, 1), ("site", "not on the roster"): (None, 1),
        ("tenure", "under 1 year"): (1, 1), ("tenure", "1 to 2 years"): (1, 1),
        ("tenure", "3 to 5 years"): (1, 1), ("tenure", "unknown"): (1, 0),
        ("tenure", "not on the roster"): (None, 1),
    }  # fmt: skip


def test_a_roster_of_groups_is_published_without_small_ones(tmp_path: Path) -> None:
    """60 engineers, 30 of sales, 4 lawyers who all signed, 2 guests: nobody can be picked out."""
    rows = [f"e{i},e{i}@heron.example,engineer,," for i in range(60)]
    rows += [f"s{i},s{i}@heron.example,sales,," for i in range(30)]
    rows += [f"l{i},l{i}@heron.example,legal,," for i in range(4)]
    known = roster(tmp_path, *rows, header="person,email,role,site,hired")
    names = [f"e{i}" for i in range(20)] + [f"s{i}" for i in range(9)] + [f"l{i}" for i in range(4)]
    with ingest(tmp_path, signed_by(*names, "guest1", "guest2"), people=known) as store:
        count(store)
        tables = build_tables(store, Config())
    published = publish_all(tables)
    (headline,) = published["petitions"].records()
    assert {name: headline[name] for name in ("counted", "signed", "share", "denominator", "acts")} == {
        "counted": "35", "signed": "35", "share": "0.372", "denominator": "94", "acts": SUPPRESSED,
    }  # fmt: skip
    # The one act of who opened it is hidden, and all acts with it; the headline is not.
    assert [(row["step"], row["people"]) for row in published["waterfall"].records()] == [
        ("all acts", SUPPRESSED), ("author of the petition", SUPPRESSED), ("counted", "35"),
    ]  # fmt: skip
    # The two guests are hidden, and the smaller groups cover them; the engineers stand.
    assert [tuple(row.values())[2:6] for row in published["supporters"].records()] == [
        ("engineer", "20", "40", "60"),
        ("smaller groups", SUPPRESSED, SUPPRESSED, "34"),
        ("not on the roster", SUPPRESSED, "", ""),
    ]


GROUPS = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 60)).map(lambda pair: (pair[0], min(pair))), max_size=12
)


@given(GROUPS, st.integers(2, 6))
def test_pooling_keeps_sums_and_shows_no_group_that_answers_for_its_members(
    groups: list[tuple[int, int]], k: int
) -> None:
    """No group of one mind about it, none small, unless all there are come to that."""
    rows = [
        {"petition": "p", "slice": "role", "value": f"r{i}", "eligible": eligible, "people": people}
        for i, (eligible, people) in enumerate(groups)
    ]
    shown = people.pooled(rows, k)
    for name in ("eligible", "people"):
        assert sum(row[name] for row in shown) == sum(row[name] for row in rows)
    if len(shown) > 1:
        assert all(0 < row["people"] < row["eligible"] >= 2 * k for row in shown)


def test_a_date_of_the_roster_that_cant_be_is_named(tmp_path: Path) -> None:
    """No date, or left before being hired: with file and line, the person's key in the roster and the remedy."""
    with pytest.raises(ConfigError, match=r"people\.csv:2: left = '5 May' of '1'"):
        ingest(tmp_path / "a", signed_by("ada"), people=roster(tmp_path, "1,a@x.example,,,,5 May"))
    with pytest.raises(ConfigError, match="before being hired"):
        ingest(
            tmp_path / "b", signed_by("ada"), people=roster(tmp_path, "1,a@x.example,,,2030-01-02,2030-01-01")
        )


@pytest.mark.parametrize(
    ("encoding", "delimiter", "above"),
    [("utf-8-sig", ";", ""), ("utf-16", "\t", ""), ("cp1252", ";", "sep=;\r\n"), ("utf-8", "|", "\r\n\r\n")],
)
def test_a_roster_saved_by_a_spreadsheet_is_read(
    tmp_path: Path, encoding: str, delimiter: str, above: str
) -> None:
    """Parted and encoded as spreadsheets do, it gives the same people; so is it known beside an export."""
    text = "person,email,site\r\n1,ada@x.example,Zürich\r\n2,bea@x.example,Ulm\r\n,,\r\n"
    listed = tmp_path / "people.csv"
    listed.write_bytes((above + text.replace(",", delimiter)).encode(encoding))
    with ingest(tmp_path, signed_by("ada"), people=PeopleConfig(roster=listed)) as store:
        rows = store.sql("SELECT site FROM roster ORDER BY site").to_pylist()
        assert [row["site"] for row in rows] == ["Ulm", "Zürich"]
    assert is_people_file(listed.read_bytes()[:1024])


def test_service_accounts_go_by_pattern(tmp_path: Path) -> None:
    """`svc-*` in bots.csv takes every such account out; what fits nobody is told."""
    forum = signed_by("svc-build", "svc-deploy", "ada")
    listed = tmp_path / "bots.csv"
    listed.write_text("account\nsvc-*\n*@robots.example\n", encoding="utf-8")
    with ingest(tmp_path, forum, people=PeopleConfig(bots=listed)) as store:
        count(store)
        assert figures(store)["counted"] == 1


def test_one_name_and_a_like_handle_is_a_suspicion_and_no_more(tmp_path: Path) -> None:
    """Two accounts of one name with nearly one handle are counted as two, and as a suspicion of two."""
    forum = signed_by("odile.varga", "odile_varga2", "o.brunner")
    for name in ("odile.varga", "odile_varga2", "o.brunner"):
        forum.who(name, display_name="Odile Varga")
    with ingest(tmp_path, forum) as store:
        count(store)
        assert figures(store)["counted"] == 3
        coverage = {row["what"]: row for row in build_tables(store, Config())["coverage"].to_pylist()}
    assert coverage["persons who may be somebody else too"]["count"] == 2


def test_names_alone_handles_alone_and_one_person_twice_are_no_suspicion() -> None:
    """Namesakes with other handles, a shared first name, and accounts that are joined already."""
    assert suspected([Handle("a", "Kim Ode", "kode", ""), Handle("b", "Kim Ode", "ursa", "")]) == set()
    assert suspected([Handle("a", "Kim", "kimo", ""), Handle("b", "Kim", "kimo", "")]) == set()
    assert suspected([Handle("a", "Kim Ode", "kode", ""), Handle("a", "Kim Ode", "kode", "")]) == set()
    alike = [Handle("b", "Kim Odé", "kode", ""), Handle("a", "KIM ODE", "x", "k.ode")]
    assert suspected(alike) == {("a", "b")}
