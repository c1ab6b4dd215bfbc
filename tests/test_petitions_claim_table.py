"""Claims gathered over a forum: which are the same, who disputes them, what the ledger shows, what goes out."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from petition_forum import START, Forum, count, figures, ingest

from forum_pulse.corpus.store import Store
from forum_pulse.petitions import add_claims
from forum_pulse.petitions.position import held_at
from forum_pulse.report import SUPPRESSED, Published, build_tables, publish_all

pytestmark = pytest.mark.models

USED = "70% of engineers used it in January."
Build = Callable[[Forum], Store]


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Build]:
    """Ingest a forum, build the ledger of its petition, find the claims."""
    stores: list[Store] = []

    def build(forum: Forum) -> Store:
        stores.append(ingest(tmp_path / str(len(stores)), forum))
        count(stores[-1])
        add_claims(stores[-1])
        return stores[-1]

    yield build
    for store in stores:
        store.close()


def claims(store: Store) -> dict[str, dict[str, Any]]:
    return {row["claim"]: row for row in store.sql("SELECT * FROM claim ORDER BY ordinal").to_pylist()}


def published(store: Store) -> Published:
    return publish_all(build_tables(store))["claims"]


def forum_with(*said: tuple[str, str], **opening: Any) -> Forum:
    forum = Forum()
    forum.thread(**opening)
    for author, words in said:
        forum.say(author, words, days=2)
    return forum


def test_who_says_the_same_is_counted_once(read: Build) -> None:
    """Same figure, deed and time in other words; a person twice; something left unsaid joins the fuller claim."""
    said = [
        ("ann", USED),
        ("ann", "I repeat: 70 per cent of engineers used it in January."),
        ("ben", "According to the memo, 70% of devs used it in January 2031."),
        ("cho", "70% used it, they say."),
        ("dee", "71% of engineers used it in January."),
    ]
    found = claims(read(forum_with(*said)))
    assert {name: (row["people"], row["posts"]) for name, row in found.items()} == {
        "70% of engineers use it, January 2031": (3, 4),
        "71% of engineers use it, January 2031": (1, 1),
    }
    assert found["70% of engineers use it, January 2031"]["said_by"].startswith("the poster")


def test_the_order_of_posts_does_not_matter(read: Build) -> None:
    """Any order of records gives the same claims."""
    said = [
        (f"p{i}", words)
        for i, words in enumerate(
            [
                USED,
                "70% use it.",
                "1,500 engineers signed.",
                "1,500 people signed it.",
                "80% weekly target, again.",
            ]
            * 2
        )
    ]
    tables = []
    for seed in range(2):
        forum = forum_with(*said)
        random.Random(seed).shuffle(forum.records)
        tables.append(claims(read(forum)))
    assert tables[0] == tables[1]


def test_a_team_of_ones_own_is_nobody_elses(read: Build) -> None:
    """Two people who speak of their teams make two claims."""
    found = claims(read(forum_with(("ann", "80% of my team uses it."), ("ben", "80% of my team uses it."))))
    assert [row["people"] for row in found.values()] == [1, 1]


def test_disputes_are_of_people_in_direct_replies(read: Build) -> None:
    """One who disputes twice is one; the author's own doubt, and replies to others, are none."""
    forum = forum_with()
    stated = forum.say("ann", USED)
    forum.say("ben", "Source?", answers=stated)
    forum.say("ben", "That's not true.", answers=stated)
    forum.say("cho", "That number is inflated.", answers=stated)
    forum.say("ann", "I doubt it myself now, the number is wrong.", answers=stated)
    forum.say("dee", "Source?")
    (row,) = claims(read(forum)).values()
    assert row["disputed_by"] == 2


def test_private_and_hidden_posts_are_not_read(read: Build) -> None:
    """As everywhere."""
    forum = forum_with()
    forum.say("ann", USED, is_private=True)
    forum.say("ben", USED, state="deleted")
    assert claims(read(forum)) == {}


def supported(people: int, *more: tuple[str, str, float]) -> Forum:
    """A petition that so many sign, one a day, some of them in doubtful words; and what else is said."""
    forum = Forum()
    forum.thread()
    for i in range(people):
        words = "+1" if i % 3 else "+1 for more charts in the weekly report of the platform group, as we said"
        forum.say(f"s{i:02d}", words, days=i)
    for i in range(0, people, 4):
        forum.say(f"s{i:02d}", "Please remove my name.", days=i + 5.5)
    forum.react(None, n=3)
    forum.say("unsure", "One more name for you: mine.", days=3)
    for author, words, days in more:
        forum.say(author, words, days=days)
    return forum


def test_what_was_held_on_a_day_is_what_the_ledger_says_as_of_it(read: Build) -> None:
    """Counted, low and high of every day, against a ledger built as of that day."""
    store = read(supported(14))
    days = [(START + timedelta(days=i)).date() for i in range(0, 24, 3)]
    held = held_at(store, [("heron", day) for day in days])
    for day in days:
        count(store, as_of=day)
        expected = figures(store)
        got = held["heron", day]
        assert (got.counted, got.low, got.high) == tuple(
            expected[name] for name in ("counted", "low", "high")
        )


def test_the_ledger_stands_beside_claims_of_support(read: Build) -> None:
    """As at the end of the week it was first said, and from that week's start to its end."""
    store = read(supported(14, ("ann", "Over 100 engineers signed.", 10), ("ben", "70% of us use it.", 10)))
    found = claims(store)
    signed, used = found["100 engineers signed (heron)"], found["70% of people use it"]
    week = START.date() + timedelta(days=7)
    weeks = {row["week"]: row["net"] for row in store.sql("SELECT * FROM petition_weeks").to_pylist()}
    assert (signed["ledger"], signed["ledger_before"]) == (weeks[week], weeks[START.date()])
    assert signed["ledger_low"] <= signed["ledger_before"] <= signed["ledger"] <= signed["ledger_high"]
    assert signed["verdict"] == "the ledger shows fewer"
    assert (used["ledger"], used["verdict"]) == (None, "the ledger can't speak to it")


def test_before_anybody_backs_it_the_ledger_shows_none(read: Build) -> None:
    """A figure stated in the opening post itself."""
    store = read(forum_with(body="Over 300 engineers signed on paper. Please sign below."))
    (row,) = claims(store).values()
    assert (row["ledger"], row["ledger_week"], row["verdict"]) == (0, None, "the ledger shows fewer")


def test_a_claim_goes_out_when_enough_people_state_it(read: Build) -> None:
    """Five people are enough, four are not: their claim is left out and counted as left out."""
    said = [(f"a{i}", USED) for i in range(5)] + [(f"b{i}", "31% of engineers tried it.") for i in range(4)]
    out = published(read(forum_with(*said)))
    assert [row["claim"] for row in out.records()] == ["70% of engineers use it, January 2031"]
    assert out.left_out == 1
    assert out.records()[0]["people"] == "5"


@pytest.mark.parametrize(("readers", "shown"), [(9, True), (8, False)])
def test_an_announcement_that_many_answer_is_shown_without_who_repeats_it(
    read: Build, readers: int, shown: bool
) -> None:
    """Ten people in the thread, its author with them; fewer are too few. Few repeat it: how many stays hidden."""
    said = [(f"a{i}", "Thanks for telling us.") for i in range(readers)]
    out = published(read(forum_with(*said, body="71% of engineers used it in January.")))
    assert [row["people"] for row in out.records()] == ([SUPPRESSED] if shown else [])


def test_an_announcement_about_a_few_people_is_not_shown(read: Build) -> None:
    """A figure below k is a small group, whoever states it."""
    said = [(f"a{i}", "Thanks for telling us.") for i in range(12)]
    assert published(read(forum_with(*said, body="3 engineers signed so far."))).records() == []


def test_a_week_that_is_hidden_stays_hidden_beside_a_claim(read: Build) -> None:
    """Three or four supporters at the end of the first week: the claim must not tell that."""
    forum = supported(0, *((f"c{i}", "Some 40 engineers signed.", 5.0) for i in range(6)))
    for i in range(3):
        forum.say(f"s{i}", "+1", days=i)
    for i in range(3, 30):
        forum.say(f"s{i}", "+1", days=10)
    (row,) = published(read(forum)).records()
    assert row["people"] == "6"
    assert {row[name] for name in ("ledger", "ledger_low", "ledger_high", "verdict")} == {SUPPRESSED}


def test_nothing_of_anybodys_own_words_goes_out(read: Build) -> None:
    """Names, teams and turns of phrase stay behind: a claim is told in set words."""
    said = [
        (f"a{i}", f"Marisol from Zanzibar says 70% of the gorgeous engineers used it, argh {i}!")
        for i in range(6)
    ]
    out = published(read(forum_with(*said)))
    cells = " ".join(cell for row in out.rows for cell in row)
    assert out.rows
    assert not any(word in cells for word in ("Marisol", "Zanzibar", "gorgeous", "argh"))
    assert isinstance(date.fromisoformat(out.records()[0]["first_week"]), date)
