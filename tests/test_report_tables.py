"""The tables of a report, from a small forum whose figures are known."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from forum_pulse.config import Config, PrivacyConfig, TargetConfig
from forum_pulse.corpus.store import Store
from forum_pulse.report import (
    POLICIES,
    SUPPRESSED,
    Redactor,
    build_tables,
    context_of,
    publish_all,
    write_report,
)
from forum_pulse.report.vocabulary import vocabulary

START = datetime(2031, 1, 6, 9)  # noqa: DTZ001 - the store keeps UTC without a zone
PEOPLE = [f"p{i:02d}" for i in range(24)]
AGAINST = (
    "Nobody asked our team before the usage target was set. "
    "Each seat costs more than the licences of all our other tools."
)
SECOND = AGAINST.index("Each")
FOR = "Ilse Quade showed us the assistant on Monday; my build scripts took an hour instead of a day."
CONFIG = Config(targets=(TargetConfig(name="Quill", aliases=("the assistant",)),))


def put(store: Store, name: str, rows: list[dict[str, Any]]) -> None:
    store.put(name, pa.Table.from_pylist(rows))


def insert(store: Store, name: str, rows: list[dict[str, Any]]) -> None:
    store.connection.register("rows", pa.Table.from_pylist(rows))
    store.connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM rows")
    store.connection.unregister("rows")


def post(number: int, person: str, *, text: str, days: int | None = 0, **more: Any) -> dict[str, Any]:
    at = None if days is None else START + timedelta(days=days)
    return {
        "post_id": f"f:{number:03d}", "thread_id": f"t{number % 3}", "author_account_id": f"a-{person}",
        "created_at": at, "own_text": text, "kind": "post", "state": "visible", "is_private": False,
        "source_id": "s1",
    } | more  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """24 people: 14 against Quill, 10 for it; one post each, and some that are not read."""
    with Store(tmp_path / "work") as made:
        insert(
            made,
            "source",
            [
                {
                    "source_id": "s1",
                    "format": "slack",
                    "name": "/somewhere/else/export.zip",
                    "sha256": "ab" * 32,
                }
            ],
        )
        insert(made, "person", [{"person_id": p, "rank": i, "is_bot": False} for i, p in enumerate(PEOPLE)])
        insert(made, "person", [{"person_id": "bot", "rank": 99, "is_bot": True}])
        insert(
            made,
            "person_account",
            [{"person_id": p, "account_id": f"a-{p}", "method": "same id"} for p in [*PEOPLE, "bot"]],
        )
        sides = ["against"] * 14 + ["favor"] * 10
        posts = [
            post(
                i,
                p,
                text=f"{AGAINST if side == 'against' else FOR} {chr(97 + i) * 9} {chr(98 + i) * 7}.",
                days=7 * (i % 2),
            )
            for i, (p, side) in enumerate(zip(PEOPLE, sides, strict=True))
        ]
        posts.append(post(50, "p00", text="An undated afterthought.", days=None))
        posts.append(post(51, "bot", text="Build green."))
        posts.append(post(52, "p01", text="Only for us.", is_private=True))
        posts.append(post(53, "p02", text="", days=1))
        insert(made, "post", posts)
        ids = [f"f:{i:03d}" for i in range(24)]
        put(made, "post_theme", [
            {"post_id": i, "theme": theme, "start": SECOND * (theme == "cost"), "end": SECOND * (theme == "cost") + 9, "score": 0.5}
            for i, side in zip(ids, sides, strict=True)
            for theme in (["forced_adoption", "cost"] if side == "against" else ["forced_adoption"])
        ])  # fmt: skip
        put(made, "post_stance", [
            {"post_id": i, "target": "Quill", "stance": side, "favor": 0.1, "against": 0.1, "none": 0.8, "unclear": False, "basis": "names"}
            for i, side in zip(ids, sides, strict=True)
        ])  # fmt: skip
        put(made, "person_stance", [
            {"target": "Quill", "person_id": p, "stance": side, "posts": 1} for p, side in zip(PEOPLE, sides, strict=True)
        ])  # fmt: skip
        put(
            made,
            "direction",
            [{"person_id": p, "stance": side} for p, side in zip(PEOPLE, sides, strict=True)],
        )
        put(made, "headline_target", [{"target": "Quill"}])
        put(
            made,
            "codebook_fit",
            [{"codebook": "b.yaml", "people": 30, "everybody": 40, "fits": True, "used": True}],
        )
        put(made, "theme_trend", [{"theme": "cost", "trend": "rising"}])
        put(made, "post_topic", [{"post_id": i, "topic_id": 0 if n < 20 else 1} for n, i in enumerate(ids)])
        put(
            made,
            "topic",
            [
                {
                    "topic_id": 0,
                    "name": "builds",
                    "terms": "build, cache, oquade",
                    "recurrence": "weak",
                    "centre": [1.0, 0.0],
                },
                {"topic_id": 1, "name": "tea", "terms": "tea", "recurrence": "recurs", "centre": [0.0, 1.0]},
            ],
        )
        put(
            made,
            "event",
            [{"name": "memo", "date": date(2031, 1, 8)}, {"name": "outage", "date": date(2031, 2, 4)}],
        )
        insert(made, "anomaly", [{"source_id": "s1", "code": "orphan", "locator": "x"}] * 3)
        yield made


def rows(tables: dict[str, pa.Table], name: str, key: str) -> dict[Any, dict[str, Any]]:
    return {row[key]: row for row in tables[name].to_pylist()}


def test_every_table_fits_its_policy(store: Store) -> None:
    """All tables, each with the columns its policy knows, the contract's first and in order."""
    tables = build_tables(store, CONFIG)
    # Without a roster, an audit or labels there is nothing to say of them.
    assert set(tables) == set(POLICIES) - {
        "supporters",
        "audit",
        "signature_lists",
        "stance_corrected",
        "changes",
    }
    shown = publish_all(tables)
    contract = {
        "petitions": "petition counted low high signed said reacted withdrew opposed conditional conflicted acts denominator share",
        "endorsements_over_time": "petition week gross withdrawn net",
        "themes": "theme people posts people_for people_against share_low share_high trend",
        "topics": "topic name people posts people_against terms recurrence",
        "stance": "target stance people posts share share_low share_high",
        "timeline": "week posts people event",
        "quotes": "theme stance quote week",
        "coverage": "what count of share note",
        "summary": "measure value low high note",
    }
    for name, columns in contract.items():
        wanted = columns.split()
        assert list(shown[name].columns[: len(wanted)]) == wanted


def test_themes_count_people_by_side(store: Store) -> None:
    """24 people raise forced adoption, 14 of them against; cost is raised by the 14 only."""
    themes = rows(build_tables(store, CONFIG), "themes", "theme")
    assert {k: themes["forced_adoption"][k] for k in ("people", "posts", "people_for", "people_against")} == {
        "people": 24, "posts": 24, "people_for": 10, "people_against": 14,
    }  # fmt: skip
    assert (themes["cost"]["people_for"], themes["cost"]["trend"]) == (0, "rising")
    assert themes["cost"]["share"] == pytest.approx(14 / 24)
    assert themes["cost"]["share_low"] == pytest.approx(0.3883, abs=1e-3)  # Wilson, by hand


def test_stance_has_every_row_and_adds_up(store: Store) -> None:
    """All five stances stand there, also those nobody takes."""
    stance = rows(build_tables(store, CONFIG), "stance", "stance")
    assert {name: row["people"] for name, row in stance.items()} == {
        "favor": 10, "against": 14, "none": 0, "mixed": 0, "unclear": 0,
    }  # fmt: skip
    assert sum(row["share"] for row in stance.values()) == pytest.approx(1)


def test_topics_end_with_the_unassigned(store: Store) -> None:
    """The row of posts without a topic is there even when every post has one, and names are taken out of terms."""
    tables = build_tables(store, CONFIG, names=frozenset({"oquade"}))
    topics = tables["topics"].to_pylist()
    assert [row["name"] for row in topics] == ["builds", "tea", "unassigned"]
    assert topics[0]["terms"] == "build, cache"
    assert [row["recurrence"] for row in topics] == ["weak", "recurs", None]
    assert publish_all(tables)["topics"].records()[1]["name"] == SUPPRESSED


def test_timeline_has_every_week_and_the_events(store: Store) -> None:
    """Weeks are Mondays; an event after the last post has a row of its own; undated posts stay out."""
    timeline = rows(build_tables(store, CONFIG), "timeline", "week")
    assert {week: (row["posts"], row["event"]) for week, row in timeline.items()} == {
        date(2031, 1, 6): (12, "memo"), date(2031, 1, 13): (12, None), date(2031, 2, 3): (0, "outage"),
    }  # fmt: skip


def test_coverage_counts_what_was_not_read(store: Store) -> None:
    """Private, bot, empty and undated posts, posts without a result, and anomalies, each in a row."""
    coverage = rows(build_tables(store, CONFIG), "coverage", "what")
    found = {what: row["count"] for what, row in coverage.items() if row["count"]}
    assert found == {
        "posts read": 25, "private posts left out": 1, "posts by bots left out": 1, "posts without own words": 1,
        "posts without a date": 1, "posts without a topic": 1, "posts without a theme": 1,
        "posts without a stance": 1, "anomaly: orphan": 3,
    }  # fmt: skip
    assert coverage["posts read"]["of"] == 28
    reasons = [row["count"] for what, row in coverage.items() if row["of"] == 28]
    assert sum(reasons) == 28


def test_summary_repeats_figures_of_the_other_tables(store: Store) -> None:
    """People, posts, stance and the top pushback, with the figures they repeat."""
    summary = rows(build_tables(store, CONFIG), "summary", "measure")
    assert {m: summary[m]["value"] for m in ("people", "posts", "threads", "period")} == {
        "people": "24", "posts": "25", "threads": "3", "period": "2031-01-06 to 2031-01-13",
    }  # fmt: skip
    assert summary["pushback: cost"]["value"] == "14"
    assert summary["stance on Quill: favor"]["figure"] == "stance/Quill/favor/people"


@pytest.mark.models
def test_quotes_are_one_a_person_without_names(store: Store) -> None:
    """Both sides are quoted, whole sentences, nobody twice in a theme, the colleague's name gone."""
    quotes = build_tables(store, CONFIG, names=frozenset({"Ilse", "Quade"}))["quotes"].to_pylist()
    sides = {(row["theme"], row["stance"]) for row in quotes}
    assert ("forced_adoption", "favor") in sides
    assert ("forced_adoption", "against") in sides
    assert all("Ilse" not in row["quote"] and "Quade" not in row["quote"] for row in quotes)
    assert any(row["quote"].startswith("[name] showed us the assistant") for row in quotes)
    assert all(row["people"] >= 10 for row in quotes)


def test_quotes_need_ten_people(store: Store) -> None:
    """With a threshold above both sides nobody is quoted."""
    config = Config(targets=CONFIG.targets, privacy=PrivacyConfig(quotes=15))
    assert build_tables(store, config)["quotes"].num_rows == 0


def add_petitions(store: Store, *petitions: tuple[str, int, int]) -> None:
    """Petitions as (name, supporters, those of them on the roster of 90), in the order of the ledger."""
    put(store, "petition", [
        {"petition": name, "statement": "Ask oquade.", "origin": "config", "ordinal": place}
        for place, (name, _, _) in enumerate(petitions)
    ])  # fmt: skip
    zeros = dict.fromkeys(("said", "reacted", "withdrew", "opposed", "conditional", "conflicted", "acts"), 0)
    put(store, "petition_totals", [
        zeros | {"petition": name, "counted": n, "low": n, "high": n, "signed": n, "denominator": 90,
                 "denominator_kind": "roster", "counted_in_denominator": inside}
        for name, n, inside in sorted(petitions)
    ])  # fmt: skip


def test_petitions_keep_the_order_of_the_ledger(store: Store) -> None:
    """The first one is the headline, whatever its size; names in a statement are taken out."""
    add_petitions(store, ("ours", 20, 20), ("big", 60, 60))
    put(
        store,
        "petition_weeks",
        [{"petition": "ours", "week": date(2031, 1, 6), "gross": 20, "withdrawn": 0, "net": 20}],
    )
    petitions = build_tables(store, CONFIG, names=frozenset({"oquade"}))["petitions"].to_pylist()
    assert [row["petition"] for row in petitions] == ["ours", "big"]
    assert petitions[0]["statement"] == "Ask [name]."
    assert (petitions[0]["first_week"], petitions[1]["first_week"]) == (date(2031, 1, 6), None)


def test_a_share_does_not_tell_a_few_outsiders_apart(store: Store) -> None:
    """Three supporters beyond the roster count as inside; thirty do not."""
    add_petitions(store, ("a-few", 60, 57), ("many", 60, 30))
    tables = build_tables(store, CONFIG)
    shares = {row["petition"]: row["share"] for row in tables["petitions"].to_pylist()}
    assert shares == {"a-few": pytest.approx(60 / 90), "many": pytest.approx(30 / 90)}
    assert "backing" not in publish_all(tables)["petitions"].columns


def test_an_empty_store_gives_a_report_that_says_so(tmp_path: Path) -> None:
    """No posts, no petitions, no targets: every table is there, and the page is written."""
    with Store(tmp_path / "empty") as empty:
        shown = publish_all(build_tables(empty))
        files = write_report(tmp_path / "out", shown, context_of(empty, Config()))
    assert {path.suffix for path in files} == {".html", ".md", ".csv", ".xlsx", ".json"}
    assert shown["petitions"].rows == ()


def test_context_holds_no_paths(store: Store) -> None:
    """Inputs are named by file, not by where they lay."""
    context = context_of(store, CONFIG)
    assert [entry.name for entry in context.inputs] == ["export.zip"]
    assert context.target == "Quill"
    assert context.parameters["codebook"] == "b.yaml"
    assert context.methods[-1] == ("Codebooks", "b.yaml: used.")


def test_the_report_says_why_a_codebook_is_not_used(store: Store) -> None:
    """Nobody chose one and none fits: each is named with the reason, and the manifest names none."""
    names = ("ai-tool-mandate", "return-to-office")
    rows = [{"codebook": name, "people": 3, "everybody": 40, "fits": False, "used": False} for name in names]
    store.put("codebook_fit", pa.Table.from_pylist(rows))
    context = context_of(store, CONFIG)
    assert context.parameters["codebook"] is None
    assert all(f"{name}: considered and not used" in context.methods[-1][1] for name in names)


def test_the_forum_tells_words_from_names(store: Store) -> None:
    """What five people write in small letters is a word, even if a colleague bears it; what ten write is a thing."""
    insert(
        store,
        "post",
        [
            post(100 + i, person, text="We had a talk per team, and ilse liked Java; Ilse said so.")
            for i, person in enumerate(PEOPLE[:12])
        ],
    )
    words = vocabulary(store)
    assert {"had", "per"} <= words.everyday
    assert "ilse" not in words.everyday
    assert "java" in words.familiar
    names = Redactor(frozenset({"Ilse", "Per", "Had"}), words=words)
    assert (
        names.without_names("We had it per team, ilse; ask Had.") == "We had it per team, [name]; ask [name]."
    )
