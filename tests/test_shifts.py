"""Time: jumps, differences before and after, words that rose; each must be found, and none where there is none."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from petition_forum import Forum, ingest

from forum_pulse.config import EventConfig
from forum_pulse.corpus import identity
from forum_pulse.corpus.store import Store
from forum_pulse.report import Redactor, ReportContext, build_tables, publish_all, shifts
from forum_pulse.report.view import view
from forum_pulse.topics import read_shifts, read_trends
from forum_pulse.topics.changes import difference, jumps, risers, terms_of
from forum_pulse.topics.tables import TOPIC_SCHEMA
from forum_pulse.topics.weeks import whole_weeks


def test_a_jump_is_found_at_its_week():
    """Ten weeks of about fifty people, then ten of about a hundred and fifty."""
    dice = np.random.default_rng(1)
    people = [*dice.poisson(50, 10), *dice.poisson(150, 10)]
    assert jumps([int(count) for count in people]) == [10]


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_no_jump(seed: int):
    """Thirty weeks of the same level have none."""
    assert jumps([int(count) for count in np.random.default_rng(seed).poisson(60, 30)]) == []


def test_a_short_or_constant_series_has_no_jump():
    """Eleven weeks are too few, whatever they hold."""
    assert jumps([1] * 5 + [90] * 6) == []
    assert jumps([7] * 30) == []


def test_the_difference_is_people_a_week():
    """Twenty people come every week afterwards and never before: twenty more a week, and surely more than none."""
    weeks = np.array([[0, 4]] * 20 + [[2, 2]] * 30)
    told = difference(weeks, 4, 4, seed=0)
    assert told.change == 20
    assert 0 < told.low < 20 < told.high


def test_one_loud_person_is_no_difference():
    """A single newcomer among a hundred regulars may be chance."""
    told = difference(np.array([[4, 4]] * 100 + [[0, 4]]), 4, 4, seed=0)
    assert told.change == 1
    assert told.low <= 0


def test_a_theme_nobody_raised_before_has_an_interval_with_width():
    """Twelve newcomers surely are more than none, how many more is not sure; a single one may be chance."""
    told = difference(np.array([[0, 1]] * 12), 4, 4, seed=0)
    assert told.change == 3
    assert 1 < told.low < 2
    assert 4 < told.high < 6
    assert difference(np.array([[0, 1]]), 4, 4, seed=0).low == 0
    gone = difference(np.array([[1, 0]] * 12), 4, 4, seed=0)
    assert gone.low < -4 < -2 < gone.high < 0


@pytest.mark.parametrize(("before", "after"), [(0.01, 0.01), (0, 0.02), (0, 0.05), (0.05, 0), (0.02, 0.06)])
def test_the_interval_holds_the_true_difference(before: float, after: float):
    """Two hundred people, each raising a theme in a week with some chance: in 19 of 20 forums, or more."""
    chance, people, forums, held = np.random.default_rng(1), 200, 120, 0
    for seed in range(forums):
        weeks = np.column_stack([chance.binomial(4, before, people), chance.binomial(4, after, people)])
        told = difference(weeks, 4, 4, seed)
        held += told.low <= people * (after - before) <= told.high
    assert held / forums > 0.92


def test_the_same_seed_draws_the_same():
    """And the order of people does not matter."""
    weeks = np.array([[0, 3], [1, 1], [4, 0], [2, 3]])
    assert difference(weeks, 4, 4, seed=3) == difference(weeks[::-1], 4, 4, seed=3)
    assert difference(np.empty((0, 2), dtype=np.int64), 4, 4, seed=3).change == 0


def test_words_that_rose_are_found_and_common_ones_are_not():
    """'outage' goes from 1 to 40 people; 'meeting' stays where it was; 'rare' is said by two."""
    before = Counter({"meeting": 50, "outage": 1, "lunch": 40})
    after = Counter({"meeting": 50, "outage": 40, "lunch": 42, "rare": 2})
    everywhere = {"meeting": 300, "outage": 60, "lunch": 280, "rare": 2}
    found = risers(before, after, everywhere)
    assert [riser.term for riser in found] == ["outage"]
    assert (found[0].before, found[0].after) == (1, 40)
    assert risers(before, Counter(), everywhere) == []


def test_a_word_of_fewer_people_than_before_did_not_rise():
    """Where everybody falls silent, what half as many still say has gained in share alone."""
    before = Counter({"quota": 12, **{f"word{number}": 30 for number in range(40)}})
    after = Counter({"quota": 11, **{f"word{number}": 2 for number in range(40)}})
    assert risers(before, after, before + after) == []
    assert [riser.term for riser in risers(before, after + Counter(quota=2), before + after)] == ["quota"]


@pytest.mark.filterwarnings("error")
def test_a_forum_with_one_word_has_no_risers():
    """It has no others to rise above, and that is no division by zero."""
    assert risers(Counter(quota=1), Counter(quota=9), {"quota": 10}) == []


def test_terms_are_words_without_names_and_stop_words():
    """Each once, in small letters."""
    text = "The Outage, the outage of Monday was on us, said Ada. v2 is up."
    assert terms_of(text, {"ada"}) == {"outage", "monday", "said"}
    assert terms_of("Ada's way, Ada’s own, an Ada-like plan, jean-luc", {"ada", "jean-luc"}) == {
        "way",
        "plan",
    }


def test_events_of_the_configuration_and_jumps(tmp_path):
    """A jump in the week of a known event is that event; another one is told as detected."""
    from forum_pulse.topics.shifts import _detected

    dice = np.random.default_rng(1)
    people = [*dice.poisson(50, 10), *dice.poisson(150, 10)]
    first = date(2026, 1, 5)
    weeks = [
        {"week": date.fromordinal(first.toordinal() + 7 * number), "people": int(count)}
        for number, count in enumerate(people)
    ]
    assert [(row["name"], row["date"]) for row in _detected(weeks, ())] == [
        ("more people write (detected)", date(2026, 3, 16))
    ]
    assert _detected(weeks, [EventConfig(name="memo", date=date(2026, 3, 12))]) == []


def talk(folder: Path) -> Store:
    """Ten weeks of a dozen people; from the fifth week on they speak of a freeze, and of Maribel Okafor."""
    people = ["maribel.okafor", "jose.alvarez", *(f"p{number}" for number in range(10))]
    forum = Forum()
    forum.thread(body="What are you at?", title="Small talk")
    for week in range(10):
        for number, name in enumerate(people):
            freeze = " Maribel's freeze, and José, and Okafor." if week > 4 else ""
            others = " ".join(f"word{week}of{number}number{place}" for place in range(20))
            forum.say(name, f"Builds, {others}.{freeze}", days=7 * week + number / 2)
    store = ingest(folder, forum)
    store.put("post_theme", pa.schema([("post_id", pa.string()), ("theme", pa.string())]).empty_table())
    return store


def test_two_events_of_one_name_in_a_week_are_one(tmp_path: Path):
    """Two outages of a week have the same weeks around them; an outage of another week is another row."""
    days = (date(2031, 4, 7), date(2031, 4, 9), date(2031, 4, 14))
    with talk(tmp_path) as store:
        read_shifts(store, [EventConfig(name="outage", date=day) for day in days])
        assert store.sql("SELECT * FROM event").num_rows == 3
        assert store.sql("SELECT week FROM shift ORDER BY week")["week"].to_pylist() == [days[0], days[2]]
        shown = publish_all(shifts.tables(store))
    assert [row["week"] for row in shown["shifts"].records()] == ["2031-04-07", "2031-04-14"]


def test_a_week_the_export_ends_in_is_no_drop(tmp_path: Path):
    """Twelve weeks of forty people, then a Monday of three: a part of a week is told, and compared with nothing."""
    forum = Forum()
    for week in range(14):
        for person in range(3 if week == 13 else 40):
            forum.say(
                f"p{person}",
                f"Builds of branch{week}week{person} failed.",
                days=7 * week + (person % 5 if week < 13 else 0),
            )
    with ingest(tmp_path, forum) as store:
        query = """SELECT post_id, 'builds' AS theme, 1.0::DOUBLE AS score, 0::BIGINT AS "start", 6::BIGINT AS "end", NULL AS cue
            FROM reading ORDER BY post_id"""
        store.put("post_theme", store.sql(query))
        store.put("post_topic", TOPIC_SCHEMA.empty_table())
        span = whole_weeks(store)
        assert span is not None
        assert (span.last - span.first).days == 12 * 7
        read_trends(store)
        assert store.sql("SELECT trend FROM theme_trend")["trend"].to_pylist() == ["steady"]
        last = span.last + timedelta(weeks=1)
        near, far = (EventConfig(name="memo", date=last - timedelta(weeks=n)) for n in (3, 4))
        read_shifts(store, [near, far])
        assert store.sql("SELECT week FROM shift GROUP BY week")["week"].to_pylist() == [far.date]
        notes = build_tables(store)["timeline"]["note"].to_pylist()
    assert notes == [None] * 13 + ["what was read ends in it"]


def test_which_weeks_are_whole(tmp_path: Path):
    """From the Monday of the first week, to the Friday of the last, as far as posts tell."""
    for name, first, last, weeks in (("a", 0, 11, 2), ("b", 1, 11, 1), ("c", 0, 10, 1), ("d", 2, 3, -1)):
        forum = Forum()
        forum.say("ada", "Builds.", days=first)
        forum.say("bo", "Builds again.", days=last)
        with ingest(tmp_path / name, forum) as store:
            span = whole_weeks(store)
            assert span is not None
            assert (span.last - span.first).days == 7 * (weeks - 1)


def test_words_that_rose_are_nobodys_name(tmp_path: Path):
    """Neither a part of a handle, nor with an ending, nor with accents the handle lacks."""
    with talk(tmp_path) as store:
        names = identity.handles(store)
        read_shifts(store, [EventConfig(name="memo", date=date(2031, 4, 7))], hidden=names)
        found = shifts.tables(store, Redactor(names).without_names)["risers"]
    assert found["term"].to_pylist() == ["freeze"]


def test_the_page_keeps_events_of_one_name_apart():
    """What is found by itself bears one name whenever it happens: each week has its own rows and words."""
    weeks = [date(2031, 4, 7), date(2031, 9, 1)]
    name = "more people write (detected)"
    tables = {
        "shifts": pa.table({
            "event": [name] * 2, "week": weeks, "theme": ["all posts"] * 2, "before": [20, 30],
            "after": [30, 50], "change": [4.0, 6.0], "low": [1.0, -1.0], "high": [7.0, 9.0],
        }),
        "risers": pa.table({
            "event": [name] * 2, "week": weeks, "term": ["freeze", "thaw"], "before": [0, 0], "after": [20, 20],
            "score": [5.0, 5.0], "behind": [20, 20],
        }),
    }  # fmt: skip
    told = view(publish_all(tables), ReportContext())["shifts"]
    assert [(one["week"], len(one["rows"]), one["rose"], one["moved"]) for one in told] == [
        ("2031-04-07", 1, ["freeze"], ["all posts"]),
        ("2031-09-01", 1, ["thaw"], []),
    ]
