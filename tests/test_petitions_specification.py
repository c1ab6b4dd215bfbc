"""The count under other definitions: each row recounted by hand, and nothing small shows through."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from petition_forum import START, Forum, at, count, figures, ingest

from forum_pulse.config import Config, PeopleConfig, PetitionConfig
from forum_pulse.corpus.store import Store
from forum_pulse.petitions import raise_flags, specify
from forum_pulse.petitions.position import REPEATS
from forum_pulse.report import SUPPRESSED, Published, build_tables, context_of, publish_all
from forum_pulse.report.html import to_html

FEW = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
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
DEEDS = ("sign", "sign and remove", "+1", "like", "like and remove", *SAYINGS)
Deeds = list[tuple[int, str, int]]
"""Who (by number), what, and on which day."""
DEED = st.tuples(st.integers(0, 25), st.sampled_from(DEEDS), st.integers(1, 40))
OPENS, CLOSES = at(0).date(), at(30).date()


def forum_of(deeds: Deeds) -> Forum:
    """A forum in which these deeds were done, after twelve people signed; some come too late."""
    forum = Forum()
    forum.thread()
    for number in range(12):
        forum.sign(f"plain{number}", days=1 + number * 1.3)
    for who, deed, day in deeds:
        name = f"p{who}"
        if deed in SAYINGS:
            forum.say(name, SAYINGS[deed], days=day)
        elif deed.startswith("sign"):
            forum.sign(name, days=day, removed=day + 2 if "remove" in deed else None)
        else:
            gone = {"removed_at": at(day + 1)} if "remove" in deed else {}
            how = {"mechanism": "like"} if deed.startswith("like") else {}
            forum.react(name, deed.split()[0].replace("like", "heart"), created_at=at(day), **how, **gone)
    return forum


def busy_forum() -> Forum:
    """A forum with seven or more at everything, so that hardly a figure is small."""
    forum = forum_of([])
    for number in range(7):
        forum.react(f"thumb{number}")
        forum.react(f"eyes{number}", "eyes")
        forum.react(f"like{number}", "heart", mechanism="like")
        forum.say(f"if{number}", "+1 if it stays optional", days=2 + number)
        forum.say(f"no{number}", "I oppose the petition", days=3 + number)
    return forum


@contextmanager
def specified(forum: Forum, people: PeopleConfig | None = None, **options: Any) -> Iterator[Store]:
    """The forum counted, flags raised and definitions counted, all in the store."""
    config = PetitionConfig(name="heron", threads=("list:1",), opens=OPENS, closes=CLOSES)
    with TemporaryDirectory() as folder, ingest(Path(folder), forum, people=people) as store:
        count(store, config, **options)
        flags = raise_flags(store)
        store.put("petition_flag", flags)
        specification, nested = specify(store, flags, **options)
        store.put("petition_specification", specification)
        store.put("petition_nested", nested)
        yield store


def rows(store: Store) -> dict[str, dict[str, Any]]:
    """The specification, by definition."""
    return {row["definition"]: row for row in store.sql("SELECT * FROM petition_specification").to_pylist()}


def walked(store: Store, row: dict[str, Any]) -> int:
    """The count of a row worked out by walking through the ledger, not by SQL (all words taken as plain)."""
    gone = {
        (like["post_id"], like["account_id"])
        for like in store.sql("SELECT * FROM reaction WHERE mechanism = 'like'").to_pylist()
        if like["removed_at"] is not None
    }
    held: dict[str, dict[str, Any]] = {}
    for act in store.sql("SELECT * FROM act ORDER BY act_id").to_pylist():
        reason = act["dropped"] if act["dropped"] not in REPEATS else None
        if reason == "outside the window" and row["days"] == "any":
            reason = act["besides"]
        if reason == "author of the petition" and row["authors"] == "counted":
            reason = None
        liked = act["besides"] == "a like is not support" and row["likes"] == "counted"
        if liked and reason == act["besides"] and (act["evidence_post_id"], act["account_id"]) not in gone:
            reason, act["stance"] = None, "support"
        if reason is not None or act["person_id"] is None:
            continue
        now = held.setdefault(act["person_id"], {"tiers": set(), "oppose": False, "if": False, "left": False})
        apply(now, act, ignore=row["withdrawals"] == "ignored")
    return sum(counts(now, row) for now in held.values())


def apply(now: dict[str, Any], act: dict[str, Any], *, ignore: bool) -> None:
    """What an act changes of what a person holds."""
    turned = act["mechanism"] == "changed_mind"
    lifted = act["mechanism"] == "objection_withdrawn"
    if act["stance"] == "support":
        now["tiers"].add(act["tier"])
        now["oppose"] = now["oppose"] and not turned
    elif act["stance"] == "oppose":
        now["oppose"] = True
        if turned:
            now["left"] = now["left"] or bool(now["tiers"])
            now["tiers"], now["if"] = set(), False
    elif act["stance"] == "conditional":
        now["if"] = True
    elif lifted:
        now["oppose"] = False
    elif act["stance"] == "withdraw" and not ignore:
        now["left"] = now["left"] or bool(now["tiers"])
        now["tiers"], now["if"] = set(), False
        now["oppose"] = now["oppose"] and not turned


def counts(now: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether what a person holds at the end is counted."""
    if now["tiers"]:
        strong = min(now["tiers"]) in row["tiers"].split("+")
        return strong and (not now["oppose"] or row["conflicted"] == "counted")
    return now["if"] and not now["oppose"] and not now["left"] and row["conditional"] == "counted"


@FEW
@given(deeds=st.lists(DEED, max_size=60))
def test_every_definition_is_a_recount_of_the_ledger(deeds: Deeds) -> None:
    """Walking through the acts gives each row's count; more and fewer lead there from the headline."""
    with specified(forum_of(deeds)) as store:
        found = rows(store)
        headline = found["the headline"]["counted"]
        for name, row in found.items():
            assert row["counted"] == headline + row["more"] - row["fewer"], name
            if row["words"] == "all" and row["left_out"] is None:
                assert row["counted"] == walked(store, row), name


@FEW
@given(deeds=st.lists(DEED, max_size=60))
def test_definitions_agree_with_the_totals(deeds: Deeds) -> None:
    """The headline is the headline; parts of the totals come back as definitions."""
    with specified(forum_of(deeds)) as store:
        found, totals = rows(store), figures(store)
        counted = {name: row["counted"] for name, row in found.items()}
        assert [name for name, row in found.items() if row["is_headline"]] == ["the headline"]
        assert counted["the headline"] == totals["counted"]
        assert counted["signed only"] == totals["signed"]
        assert counted["signed or said"] == totals["signed"] + totals["said"]
        assert counted["words beyond doubt"] == totals["low"]
        assert counted["conflicted counted"] == totals["counted"] + totals["conflicted"]
        assert counted["conditional counted"] == totals["counted"] + totals["conditional"]
        assert counted["all narrower choices at once"] <= min(
            counted[name] for name in ("signed only", "words beyond doubt")
        )


def test_each_choice_moves_the_count(tmp_path: Path) -> None:
    """One person hangs on each choice; two are on no roster; authors can be counted from the start."""
    forum = forum_of([])
    forum.who("opener", email="opener@example.org")
    forum.react("thumb")
    forum.say("talker", "I support the petition", days=4.2)
    forum.say(
        "hedger",
        "I support the petition but the deadline for all of the teams is rather silly, I think",
        days=7.7,
    )
    forum.react("liker", "heart", mechanism="like")
    forum.sign("leaver", removed=9)
    forum.say("torn", "I support the petition", days=8.9)
    forum.say("torn", "I oppose the petition", days=10)
    forum.say("careful", "+1 if it stays optional")
    forum.sign("late", days=33)
    path = tmp_path / "people.csv"
    listed = [f"plain{number}" for number in range(12)]
    for name in listed:
        forum.who(name, email=f"{name}@example.org")
    path.write_text("person,email\n" + "".join(f"{n},{n}@example.org\n" for n in listed), encoding="utf-8")
    with specified(forum, PeopleConfig(roster=path)) as store:
        moved = {name: (row["more"], row["fewer"]) for name, row in rows(store).items()}
    assert moved == {
        "the headline": (0, 0), "signed only": (0, 3), "words beyond doubt": (0, 1), "roster only": (0, 3),
        "signed or said": (0, 1), "plain likes counted": (1, 0), "withdrawals ignored": (1, 0),
        "conflicted counted": (1, 0), "conditional counted": (1, 0), "acts on any day": (1, 0),
        "authors counted": (1, 0), "all narrower choices at once": (0, 3), "all wider choices at once": (6, 0),
    }  # fmt: skip
    with specified(forum, count_authors=True) as store:
        found = rows(store)
    assert found["the headline"]["authors"] == "counted"
    assert found["authors by an act of their own"]["fewer"] == 1


def test_a_later_day_than_asked_for_stays_out() -> None:
    """Counting acts on any day reaches beyond the petition's days, never beyond the day of the count."""
    forum = forum_of([])
    forum.sign("late", days=33)
    forum.sign("later", days=36)
    with specified(forum, as_of=(START + timedelta(days=34)).date()) as store:
        assert rows(store)["acts on any day"]["more"] == 1


def published(store: Store) -> dict[str, Published]:
    return publish_all(build_tables(store))


def shown(table: Published, column: str = "counted") -> dict[str, int]:
    """Published counts by definition or flag."""
    key = table.columns[1]
    return {row[key]: int(row[column]) for row in table.records() if row[column] not in ("", SUPPRESSED)}


@FEW
@given(deeds=st.lists(DEED, min_size=10, max_size=90), burst=st.integers(0, 9))
def test_no_difference_of_published_counts_is_a_small_group(deeds: Deeds, burst: int) -> None:
    """Of two definitions of which one holds the other, both are published only if they differ by 5 or none."""
    forum = forum_of(deeds)
    for number in range(burst):
        forum.sign(f"burst{number}", days=20 + number * 0.0004)
    with specified(forum) as store:
        tables = published(store)
        counted = shown(tables["specification"])
        for pair in store.sql("SELECT * FROM petition_nested WHERE people < 5").to_pylist():
            names = {pair["outer"], pair["inner"]}
            assert (
                names == {"the headline", "words beyond doubt"}
                or not names <= counted.keys()
                or ("words beyond doubt" in names)
            )
        without = shown(tables["flags"], "counted_without")
        headline = figures(store)["counted"]
        assert all(headline - people >= 5 or headline == people for people in without.values())
        assert all(people >= 5 for people in shown(tables["flags"], "people").values() if people)


@FEW
@given(deeds=st.lists(DEED, min_size=10, max_size=90))
def test_definitions_give_way_to_the_petitions_own_figures(deeds: Deeds) -> None:
    """Whether or not they are published beside it, the petition's table shows the same."""
    with specified(forum_of(deeds)) as store:
        tables = build_tables(store)
        alone = publish_all({n: t for n, t in tables.items() if n not in ("flags", "specification")})
        together = publish_all(tables)
        assert all(together[name].rows == table.rows for name, table in alone.items())


def test_where_the_headline_is_hidden_no_definition_gives_it_back() -> None:
    """Four supporters: no count, under whatever definition, and no flag's."""
    forum = Forum()
    forum.thread()
    for number in range(4):
        forum.sign(f"few{number}", days=1 + number)
    for number in range(9):
        forum.react(f"like{number}", "heart", mechanism="like")
    with specified(forum) as store:
        tables = published(store)
    assert shown(tables["specification"]) == {}
    assert shown(tables["flags"], "counted_without") == {}


def test_the_page_shows_flags_and_definitions(tmp_path: Path) -> None:
    """Both sections stand in the report, with the headline's row marked and the burst's people."""
    forum = busy_forum()
    for number in range(8):
        forum.sign(f"burst{number}", days=20 + number * 0.0004)
    with specified(forum) as store:
        tables = published(store)
        page = to_html(tables, context_of(store, Config())).decode()
    assert "What would move the count" in page
    assert '<tr class="sum"><th scope="row">the headline</th><td class="n">27</td>' in page
    assert re.search(
        r'aria-label="Flags seen">.*<th scope="row">burst 1</th>\s*<td class="n">8</td><td class="n">19</td>',
        page,
        re.DOTALL,
    )
    assert tables["flags"].records()[0]["p_value"] == "<0.001"
    assert shown(tables["specification"])["without burst 1"] == 19
    assert shown(tables["specification"], "more")["plain likes counted"] == 7


def test_an_organisation_with_few_others_is_not_named(tmp_path: Path) -> None:
    """Where fewer than five of a team do not back the petition, its name would tell what they all think."""
    forum = busy_forum()
    teams = {"tools": 9, "moles": 30, "sales": 40}
    lines = ["person,email,organisation"]
    for team, size in teams.items():
        lines += [f"{team}{i},{team}{i}@example.org,{team}" for i in range(size)]
    for team, signers in (("tools", 8), ("moles", 18)):
        for number in range(signers):
            forum.who(f"{team}{number}", email=f"{team}{number}@example.org")
            forum.sign(f"{team}{number}", days=1 + number * 0.77)
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with specified(forum, PeopleConfig(roster=path)) as store:
        found = {row["flag"]: row for row in published(store)["flags"].records()}
    named = {row["organisation"]: row for flag, row in found.items() if flag.startswith("organisation")}
    assert named.keys() == {"", "moles"}
    assert (named[""]["people"], named[""]["expected"], named[""]["p_value"]) == ("8", "", "")
    assert named["moles"]["people"] == "18"
