"""Flags: a planted oddity is seen, an even forum raises none, and no flag changes a count."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from petition_forum import START, Forum, at, count, figures, ingest

from forum_pulse import config, petitions
from forum_pulse.config import FlagsConfig, PeopleConfig
from forum_pulse.corpus.corpus import Corpus, recognise
from forum_pulse.corpus.store import Store
from forum_pulse.demo import write_demo
from forum_pulse.petitions import chance, raise_flags

MONTH = 30 * 24 * 60.0
MINUTES = (15.0, 60.0)


def even(seed: int) -> list[float]:
    """Moments of a month in which nothing is going on."""
    dice = np.random.default_rng(seed)
    return dice.uniform(0, MONTH, int(dice.integers(20, 150))).tolist()


def find(moments: list[float], alpha: float = 0.01, least: int = 2) -> list[chance.Burst]:
    return chance.bursts(moments, MINUTES, period=(0, MONTH), alpha=alpha, least=least)


def test_an_even_series_raises_no_more_alarms_than_alpha() -> None:
    """Of 300 even months at most 5% have a burst at alpha = 0.05, and some windows come near it."""
    alarms = [find(even(seed), alpha=0.05) for seed in range(300)]
    assert sum(map(bool, alarms)) <= 0.05 * 300
    assert any(find(even(seed), alpha=0.5) for seed in range(300))


def test_a_series_that_ebbs_with_day_and_night_raises_no_more_alarms_than_alpha() -> None:
    """Ten times as many by day as by night is no burst."""
    alarms = 0
    for seed in range(100):
        dice = np.random.default_rng(seed)
        moments = dice.uniform(0, MONTH, 400)
        by_day = (moments / 60 % 24 >= 8) & (moments / 60 % 24 < 18)
        kept = moments[by_day | (dice.uniform(size=400) < 0.1)]
        alarms += bool(find(kept.tolist(), alpha=0.05))
    assert alarms <= 5


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), place=st.floats(0, MONTH - 60), extra=st.integers(10, 30))
def test_a_planted_burst_is_found(seed: int, place: float, extra: int) -> None:
    """Ten or more within ten minutes stand out of a quiet month; the window holds them all."""
    dice = np.random.default_rng(seed)
    planted = (place + dice.uniform(0, 10, extra)).tolist()
    found = find(even(seed) + planted)
    assert found
    assert found[0].events >= extra
    assert found[0].start <= max(planted) <= found[0].start + found[0].length + 1e-9
    assert found[0].expected < extra


@given(seed=st.integers(0, 10_000), shift=st.sampled_from((0.0, 1e6)))
@settings(deadline=None, max_examples=20)
def test_bursts_depend_on_neither_order_nor_origin(seed: int, shift: float) -> None:
    """Shuffled and shifted moments give the same bursts, none overlapping."""
    moments = even(seed) + [500 + i / 8 for i in range(12)] + [9000 + i / 4 for i in range(12)]
    mixed = [moment + shift for moment in np.random.default_rng(seed).permutation(moments).tolist()]
    found = find(moments)
    again = chance.bursts(mixed, MINUTES, period=(shift, MONTH + shift), alpha=0.01, least=2)
    assert [(burst.events, burst.length) for burst in found] == [
        (burst.events, burst.length) for burst in again
    ]
    ends = sorted((burst.start, burst.start + burst.length) for burst in found)
    assert all(one[1] <= other[0] for one, other in pairwise(ends))


def test_few_or_simultaneous_moments_break_nothing() -> None:
    """No moment, one moment, all at once, and all at the edge."""
    assert find([]) == []
    assert find([5.0]) == []
    assert [burst.events for burst in find([7.0] * 30)] == [30]
    assert chance.bursts([3.0] * 9, [15.0], period=(3.0, 3.0), alpha=0.01, least=2) == []


def test_an_organisation_dominates_only_beyond_its_size_and_share() -> None:
    """Fisher's exact test by hand, Holm's correction, and the least share."""
    members = {"tools": 10, "sales": 45, "ships": 45}
    found = chance.over_represented({"tools": 9, "sales": 3}, members, alpha=0.01, share=0.25)
    assert [(entry.group, entry.chosen) for entry in found] == [("tools", 9)]
    assert found[0].expected == pytest.approx(1.2)
    assert found[0].p_value == pytest.approx(3 * chance.tail(9, 10, 12, 100))
    assert (
        chance.over_represented({"tools": 9, "sales": 18, "ships": 18}, members, alpha=0.01, share=0.25) == []
    )
    assert (
        chance.over_represented({"tools": 1, "sales": 5, "ships": 5}, members, alpha=0.01, share=0.05) == []
    )
    assert chance.tail(2, 2, 2, 4) == pytest.approx(1 / 6)


def test_groups_chosen_by_lot_dominate_no_more_often_than_alpha() -> None:
    """200 draws by lot among ten groups raise at most 5% alarms at alpha = 0.05."""
    groups = [f"g{i % 10}" for i in range(200)]
    members = {name: groups.count(name) for name in set(groups)}
    alarms = 0
    for seed in range(200):
        drawn = np.random.default_rng(seed).choice(groups, 60, replace=False).tolist()
        chosen = {name: drawn.count(name) for name in set(drawn)}
        alarms += bool(chance.over_represented(chosen, members, alpha=0.05, share=0.0))
    assert alarms <= 10


@given(value=st.floats(0.01, 10), others=st.lists(st.floats(0.01, 10), min_size=5, max_size=20, unique=True))
def test_ratios_are_told_apart_on_both_sides(value: float, others: list[float]) -> None:
    """The distance has two sides: a ratio turned upside down, among others turned so, is as far below."""
    far = chance.distance(value, others)
    turned = chance.distance(1 / value, [1 / other for other in others])
    assert far is None or turned == pytest.approx(-far, abs=1e-6)
    assert chance.distance(5.0, [1.0] * 9) is None


def flags(store: Store, config: FlagsConfig | None = None) -> dict[str, dict[str, Any]]:
    """The rows of the one petition, by flag."""
    return {row["flag"]: row for row in raise_flags(store, config).to_pylist()}


def steady(forum: Forum, people: int = 30) -> Forum:
    """One signature every seventeen hours or so, at odd minutes."""
    forum.thread()
    for number in range(people):
        forum.sign(f"steady{number}", days=0.5 + number * 0.71 + (number % 7) * 0.013)
    return forum


def test_a_burst_is_seen_and_changes_nothing(tmp_path: Path) -> None:
    """Twelve within ten minutes: the row says who many, when, and the count without them; the count stays."""
    forum = steady(Forum())
    for number in range(12):
        forum.sign(f"burst{number}", days=9.4 + number * 0.0006)
    forum.say("burst0", "please take my name off", days=11)
    with ingest(tmp_path, forum) as store:
        count(store)
        before = figures(store)
        row = flags(store)["burst 1"]
        assert figures(store) == before
        assert (row["verdict"], row["people"], row["acts"]) == ("seen", 11, 11)
        assert (row["counted"], row["counted_without"]) == (41, 30)
        assert row["week"] == (START + timedelta(days=7)).date()
        assert row["p_value"] < 0.001
        assert row["expected"] < 1


def test_reactions_without_a_time_are_no_burst(tmp_path: Path) -> None:
    """Forty thumbs inherit the time of the post they stand on; signatures with a date alone have no minute."""
    forum = steady(Forum())
    for number in range(40):
        forum.react(f"thumb{number}")
    for number in range(40):
        forum.sign(f"dated{number}", days=3 - 9 / 24)
    with ingest(tmp_path, forum) as store:
        count(store)
        assert flags(store)["burst"]["verdict"] == "not seen"


def test_with_few_times_the_flag_says_that_it_cant_tell(tmp_path: Path) -> None:
    """No times, no roster, no ages, no views: each kind has a row that says why."""
    forum = Forum()
    forum.thread()
    for number in range(9):
        forum.react(f"thumb{number}")
    with ingest(tmp_path, forum) as store:
        count(store)
        rows = flags(store)
        assert {row["verdict"] for row in rows.values()} == {"can't tell"}
        assert len(rows) == 5
        assert all(row["counted_without"] is None and row["people"] is None for row in rows.values())


def roster(folder: Path, members: dict[str, list[str]]) -> PeopleConfig:
    """A roster of people by organisation; their addresses are their names at example.org."""
    lines = ["person,email,organisation"]
    lines += [f"P-{name},{name}@example.org,{team}" for team, names in members.items() for name in names]
    path = folder / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return PeopleConfig(roster=path)


def test_an_organisation_that_dominates_is_seen(tmp_path: Path) -> None:
    """Nine of ten in one team sign, three of forty elsewhere."""
    members = {"tools": [f"t{i}" for i in range(10)], "sales": [f"s{i}" for i in range(40)]}
    forum = Forum()
    forum.thread()
    for place, name in enumerate(members["tools"][:9] + members["sales"][:3]):
        forum.who(name, email=f"{name}@example.org")
        forum.sign(name, days=1 + place * 0.9)
    people = roster(tmp_path, members)
    with ingest(tmp_path / "in", forum, people=people) as store:
        count(store)
        row = flags(store)["organisation 1"]
        assert (row["organisation"], row["people"], row["others"]) == ("tools", 9, 1)
        assert (row["counted"], row["counted_without"]) == (12, 3)
        assert flags(store, FlagsConfig(organisation_share=0.8))["organisation"]["verdict"] == "not seen"


def test_accounts_made_just_before_they_act_are_seen(tmp_path: Path) -> None:
    """Eight backers joined the day before; others who wrote, and eight more backers, joined long ago."""
    forum = Forum()
    forum.thread()
    for number in range(8):
        forum.who(f"new{number}", created_at=at(number))
        forum.sign(f"new{number}", days=number + 1)
        forum.who(f"old{number}", created_at=at(-300))
        forum.sign(f"old{number}", days=number + 1.4)
    for number in range(20):
        forum.who(f"other{number}", created_at=at(-200 + number))
        forum.say(f"other{number}", "Which editor is this about?", days=2 + number * 0.3)
    with ingest(tmp_path, forum) as store:
        count(store)
        row = flags(store)["new accounts"]
        assert (row["verdict"], row["people"], row["counted_without"]) == ("seen", 8, 8)
        assert row["p_value"] == pytest.approx(chance.tail(8, 8, 16, 36))
        assert flags(store, FlagsConfig(account_days=0))["new accounts"]["verdict"] == "not seen"


@pytest.mark.parametrize(("reactions", "verdict"), [(24, "seen"), (3, "not seen")])
def test_ratios_are_held_against_other_threads(tmp_path: Path, reactions: int, verdict: str) -> None:
    """Threads with five writers and one to four thumbs set the band."""
    forum = Forum()
    forum.thread()
    for number in range(5):
        forum.say(f"w{number}", "Which editor is this about?", days=1 + number)
    for number in range(reactions):
        forum.react(f"r{number}")
    for thread in range(2, 27):
        forum.thread(str(thread), author=f"a{thread}", body="The lift is slow.", title="Lift")
        for number in range(5):
            forum.say(f"w{number}", "So it is.", thread=str(thread), days=2 + number)
        for number in range(1 + thread % 4):
            forum.react(f"w{number}", post=f"{thread}/1")
    with ingest(tmp_path, forum) as store:
        count(store)
        row = flags(store, FlagsConfig(ratio_distance=1.0))["endorsing reactions per participant"]
        assert row["verdict"] == verdict
        assert row["counted_without"] is None


def office_hours(seed: int) -> Forum:
    """Three weeks as they are: busy first days, mornings and afternoons, lunch, weekends, accounts of many years."""
    lot = np.random.default_rng(seed)
    forum = Forum()
    forum.thread()
    for number in range(90):
        day = min(int(lot.exponential(4.0)), 20)
        if day % 7 in (5, 6) and lot.random() < 0.85:
            day += 2  # the forum opened on a Monday
        hours = lot.normal(*((1.5, 0.9) if lot.random() < 0.55 else (5.5, 1.3)))
        name = forum.who(f"staff{number}", created_at=at(-float(lot.uniform(30, 2500))))
        forum.say(name, "+1", days=day + max(hours, -1.0) / 24 + float(lot.uniform(0, 59)) / 86_400)
    for number in range(150):
        name = forum.who(f"reader{number}", created_at=at(-float(lot.uniform(1, 2500))))
        forum.say(name, "What does the old editor cost us?", days=float(lot.uniform(0.1, 20)))
    return forum


@pytest.mark.parametrize("night", [0, 11])
def test_a_night_of_new_accounts_is_seen_among_office_hours(night: int, tmp_path: Path) -> None:
    """Accounts of two days that sign within ten minutes of a Sunday night raise both flags, staff neither."""
    forum = office_hours(seed=2)
    for number in range(night):
        moment = 12 + 17.2 / 24 + number * 0.9 / 1440
        name = forum.who(f"night{number}", created_at=at(moment - 0.3 - number * 0.15))
        forum.say(name, "+1", days=moment)
    with ingest(tmp_path, forum) as store:
        count(store)
        rows = flags(store)
        burst = rows.get("burst 1") or rows["burst"]
        verdict = "seen" if night else "not seen"
        assert [burst["verdict"], rows["new accounts"]["verdict"]] == [verdict, verdict]
        if night:
            assert (burst["people"], rows["new accounts"]["people"]) == (11, 11)
            assert burst["week"] == date(2031, 3, 10)
            assert burst["counted_without"] == rows["new accounts"]["counted_without"] == 90


def test_the_burst_after_the_all_hands_link_is_seen(tmp_path: Path) -> None:
    """In the demo forum the link of 8 April sends a burst to the petition, and the counts stay as they are."""
    folder = tmp_path / "forum"
    write_demo(folder, seed=7, posts=1200, people=300)
    settings = config.load(folder / "forum-pulse.toml")
    with Corpus() as corpus:
        exports = [folder / "slack", folder / "discourse", folder / "signatures.csv"]
        corpus.add(recognise(exports), people=settings.people)
        detector = petitions.ActDetector()
        found = petitions.find_petitions(corpus.store, settings.petitions, detector)
        petitions.build_ledger(corpus.store, found, detector)
        before = petitions.totals(corpus.store)
        rows = raise_flags(corpus.store).to_pylist()
        weeks = [
            row["week"].isoformat()
            for row in rows
            if row["petition"] == "adopt-pellucet" and row["verdict"] == "seen" and row["flag"] == "burst 1"
        ]
        assert weeks == ["2026-04-06"]
        assert petitions.totals(corpus.store) == before
