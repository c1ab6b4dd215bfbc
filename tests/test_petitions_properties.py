"""What must hold for any petition: order does not matter, more support never counts less, all adds up."""

import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from petition_forum import Forum, at, count, figures, ingest, positions

from forum_pulse.config import PetitionConfig
from forum_pulse.corpus.store import Store
from forum_pulse.petitions import over_time
from forum_pulse.petitions.position import REPEATS
from forum_pulse.petitions.recount import FIGURES, recount

PEOPLE = ("ada", "ben", "cleo", "dan")
SAYINGS = {
    "support": "I support the petition",
    "hedged": "I support the petition but the deadline is silly",
    "oppose": "I oppose the petition",
    "withdraw": "please take my name off",
    "conditional": "+1 if it stays optional",
    "turned": "I changed my mind, I support the petition",
    "turned away": "I changed my mind, I oppose the petition",
    "lifted": "I withdraw my objection",
}
DEEDS = (
    "sign", "sign and remove", "+1", "-1", "eyes", "heart", "like", "unnamed", "vote", "vote against",
    "post elsewhere", *SAYINGS,
)  # fmt: skip
ALONE = ("sign", "+1", "heart", "vote", "support", "post elsewhere")
"""Deeds by which somebody who does nothing else supports."""
ELSEWHERE = "I support the petition, and this is the reason: the old editor loses work."
BOT = "robot"
Deed = tuple[str, str, int]
Scenes = list[list[Deed]]
"""What happens to several petitions, each with people of its own: one store answers for all of them."""
SCENES = st.lists(
    st.lists(
        st.tuples(st.sampled_from((*PEOPLE, BOT)), st.sampled_from(DEEDS), st.integers(1, 20)),
        min_size=1,
        max_size=12,
    ),
    min_size=8,
    max_size=16,
)
FEW = settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))


def forum_of(scenes: Scenes, *, mailbox: Callable[[str], str] | None = None) -> Forum:
    """The forum in which these deeds were done, a thread for each scene."""
    forum = Forum()
    for number, deeds in enumerate(scenes):
        forum.who(f"{BOT}{number}", kind="bot")
        forum.thread(str(number))
        forum.thread(f"{number}b")
        forum.poll({"Sign": None, "Don't sign": None}, post=f"{number}/1", name=f"poll{number}")
        for name, deed, day in deeds:
            do(forum, str(number), f"{name}{number}", deed, day)
    for name in list(forum.accounts):
        if mailbox:
            forum.who(name, email=mailbox(name))
    return forum


def do(forum: Forum, thread: str, name: str, deed: str, day: int) -> None:
    """One thing one person does."""
    post = f"{thread}/1"
    if deed in SAYINGS:
        forum.say(name, SAYINGS[deed], days=day, thread=thread)
    elif deed == "post elsewhere":
        for place in (thread, f"{thread}b"):
            forum.say(name, ELSEWHERE, days=day, thread=place)
    elif deed.startswith("vote"):
        option = "Don't sign" if "against" in deed else "Sign"
        forum.vote(name, option, poll=f"poll{thread}", created_at=at(day))
    elif deed == "unnamed":
        forum.react(None, n=day, post=post)
    elif deed.startswith("sign"):
        forum.sign(name, days=day, removed=day + 3 if "remove" in deed else None, post=post)
    else:
        mechanism = "like" if deed == "like" else "emoji"
        forum.react(name, deed, mechanism=mechanism, created_at=at(day), post=post)


def configs(scenes: Scenes) -> list[PetitionConfig]:
    """A petition for each scene, named by its number."""
    return [
        PetitionConfig(name=str(number), threads=(f"list:{number}", f"list:{number}b"))
        for number in range(len(scenes))
    ]


Outcome = list[tuple[dict[str, Any], dict[str, str]]]


def outcome(scenes: Scenes, forum: Forum | None = None, **options: Any) -> Outcome:
    """Totals and positions of each scene."""
    with TemporaryDirectory() as folder, ingest(Path(folder), forum or forum_of(scenes)) as store:
        count(store, *configs(scenes), **options)
        return [(figures(store, str(number)), positions(store, str(number))) for number in range(len(scenes))]


def counted(outcomes: Outcome) -> list[int]:
    """The headline of each scene."""
    return [row["counted"] for row, _ in outcomes]


def by_walking(acts: pa.Table) -> dict[str, int]:
    """Positions worked out from the ledger by walking through it, not by SQL."""
    held: dict[str, dict[str, bool]] = defaultdict(lambda: defaultdict(bool))
    for act in acts.sort_by("act_id").to_pylist():
        if act["person_id"] is None or act["dropped"] not in (None, *REPEATS):
            continue
        now, turned = held[act["person_id"]], act["mechanism"] == "changed_mind"
        if act["stance"] == "support":
            now["support"], now["oppose"] = True, now["oppose"] and not turned
        elif act["stance"] == "oppose":
            now["oppose"], now["support"] = True, now["support"] and not turned
        elif act["mechanism"] == "objection_withdrawn":
            now["oppose"] = False
        elif act["stance"] == "withdraw":
            now["support"] = False
            now["oppose"] = now["oppose"] and not turned
    return {
        "counted": sum(one["support"] and not one["oppose"] for one in held.values()),
        "conflicted": sum(one["support"] and one["oppose"] for one in held.values()),
        "opposed": sum(one["oppose"] and not one["support"] for one in held.values()),
    }


@FEW
@given(scenes=SCENES)
def test_headline_is_a_recount_of_the_ledger_and_the_waterfall_adds_up(scenes: Scenes) -> None:
    """Count, conflict and opposition follow from the ledger by a second, plainer way; steps sum to the count."""
    with TemporaryDirectory() as folder, ingest(Path(folder), forum_of(scenes)) as store:
        count(store, *configs(scenes))
        for number in range(len(scenes)):
            row = figures(store, str(number))
            acts = store.sql("SELECT * FROM act WHERE petition = ?", [str(number)])
            assert {name: row[name] for name in ("counted", "conflicted", "opposed")} == by_walking(acts)
            check_sums(store, str(number), row)
            again = recount(store, persons=1)[str(number)]
            assert again == pytest.approx({name: row[name] for name in FIGURES})


def check_sums(store: Store, petition: str, row: dict[str, Any]) -> None:
    """Everything that must add up, for one petition."""
    steps = store.sql("SELECT * FROM waterfall WHERE petition = ? ORDER BY ordinal", [petition]).to_pylist()
    assert steps[0]["acts"] - sum(step["acts"] for step in steps[1:-1]) == steps[-1]["acts"] == row["counted"]
    assert steps[0]["acts"] == row["acts"]
    assert row["counted"] == row["signed"] + row["said"] + row["reacted"]
    assert row["low"] <= row["counted"] <= row["high"]
    weeks = store.sql("SELECT * FROM petition_weeks WHERE petition = ? ORDER BY week", [petition]).to_pylist()
    assert (weeks[-1]["net"] if weeks else 0) == row["counted"]
    assert all(min(week["gross"], week["withdrawn"], week["net"]) >= 0 for week in weeks)


@FEW
@given(scenes=SCENES, seed=st.integers(0, 99))
def test_the_order_of_the_records_makes_no_difference(scenes: Scenes, seed: int) -> None:
    """The same export with its records in another order gives the same figures and positions."""
    shuffled = forum_of(scenes)
    random.Random(seed).shuffle(shuffled.records)
    assert outcome(scenes, shuffled) == outcome(scenes)


@FEW
@given(scenes=SCENES, deed=st.sampled_from(ALONE), day=st.integers(1, 20))
def test_one_more_supporter_counts_one_more(scenes: Scenes, deed: str, day: int) -> None:
    """A person who only supports raises the count by one, whatever others do."""
    more = [[*deeds, ("newcomer", deed, day)] for deeds in scenes]
    assert counted(outcome(more)) == [people + 1 for people in counted(outcome(scenes))]


@FEW
@given(scenes=SCENES, name=st.sampled_from(PEOPLE))
def test_a_withdrawal_at_the_end_leaves_nobody_supporting(scenes: Scenes, name: str) -> None:
    """Whoever takes the name off last does not support, and nobody else is touched."""
    after = outcome([[*deeds, (name, "withdraw", 40)] for deeds in scenes])
    for number, (_, before) in enumerate(outcome(scenes)):
        row, held = after[number]
        mine = f"{name}{number}"
        assert held.get(mine) not in ("supports", "conflicted", "conditional")
        assert row["counted"] == sum(p == "supports" for who, p in before.items() if who != mine)


@FEW
@given(scenes=SCENES)
def test_joining_two_accounts_never_raises_the_count(scenes: Scenes) -> None:
    """Two accounts found to be one person count at most as much as before."""

    def joined(name: str) -> str:
        return f"{name.replace('ben', 'ada')}@example.org"

    # A person's change of mind can end what the other account had said, and so free it of a conflict.
    tame = [[deed for deed in deeds if deed[1] not in ("lifted", "turned")] for deeds in scenes]
    before = counted(outcome(tame))
    after = counted(outcome(tame, forum_of(tame, mailbox=joined)))
    assert all(one <= other for one, other in zip(after, before, strict=True))


@FEW
@given(scenes=SCENES, name=st.sampled_from(PEOPLE), day=st.integers(1, 25))
def test_a_withdrawal_never_raises_the_count(scenes: Scenes, name: str, day: int) -> None:
    """Whenever it comes, and whatever comes after it."""
    # To take the name off can end one half of a conflict; then it makes an opponent, never a supporter.
    before = counted(outcome(scenes))
    after = counted(outcome([[*deeds, (name, "withdraw", day)] for deeds in scenes]))
    assert all(one <= other for one, other in zip(after, before, strict=True))


@FEW
@given(scenes=SCENES, day=st.integers(0, 30))
def test_as_of_any_day_is_the_weekly_net_cut_at_that_day(scenes: Scenes, day: int) -> None:
    """The ledger that ends with a day counts whom the series of the whole ledger shows at its end."""
    last = at(day).date()
    with TemporaryDirectory() as folder, ingest(Path(folder), forum_of(scenes)) as store:
        count(store, *configs(scenes))
        nets = {str(number): 0 for number in range(len(scenes))}
        for row in over_time(store, cut=last).to_pylist():
            if row["week"] <= last:
                nets[row["petition"]] = row["net"]
        count(store, *configs(scenes), as_of=last)
        assert {name: figures(store, name)["counted"] for name in nets} == nets


@FEW
@given(scenes=SCENES)
def test_as_of_the_last_day_is_the_final_count(scenes: Scenes) -> None:
    """Counting as of a day after everything gives the same as counting without a day."""
    assert outcome(scenes, as_of=at(60).date()) == outcome(scenes)
