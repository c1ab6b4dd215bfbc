"""Proposed targets: things many people speak of, never a person, as TOML that can be pasted."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from forum_pulse.config import PrivacyConfig, load
from forum_pulse.report import Redactor
from forum_pulse.report.suggestions import publish_suggestions, suggestions_toml
from forum_pulse.sentiment.suggest import suggest_targets

SAID = [
    "The usage quota makes no sense to me.",
    "We asked Marlene Okafor about the usage quota and our Vellum editor.",
    "I like the Vellum editor, but the usage quotas must go.",
    "Who decided on the usage quota? Marlene Okafor did.",
    "Marlene Okafor said the Vellum editor stays; I lost time on the usage quota.",
    "The usage quota again. Marlene Okafor knows. I have no time.",
    "Marlene Okafor wrote about the Vellum editor yesterday.",
]


@pytest.fixture(scope="module")
def found() -> pa.Table:
    return suggest_targets(forum(SAID), least=4)


def forum(texts: list[str], persons: int = 99) -> pa.Table:
    return pa.table({
        "post_id": [f"p{n}" for n in range(len(texts))],
        "person_id": [f"a{n % persons}" for n in range(len(texts))],
        "own_text": texts,
    })  # fmt: skip


def names(table: pa.Table) -> list[str]:
    return [name.casefold() for name in table["name"].to_pylist()]


@pytest.mark.models
def test_things_by_distinct_people(found: pa.Table):
    """What enough people speak of, with its people and posts; no article before it; a person is no target."""
    rows = {row["name"].casefold(): row for row in found.to_pylist()}
    assert rows["usage quota"]["people"] == 6
    assert rows["usage quota"]["posts"] == 6
    assert rows["usage quota"]["kind"] == "policy"
    assert rows["vellum editor"]["kind"] == "tool"
    assert not any("okafor" in name or "marlene" in name for name in rows)
    assert "time" not in rows


@pytest.mark.models
def test_one_loud_person_proposes_nothing():
    """A hundred posts of one person are one person; what the configuration names is not proposed again."""
    assert suggest_targets(forum(SAID * 20, persons=1)).num_rows == 0
    assert "usage quota" not in names(suggest_targets(forum(SAID), least=4, known=["Usage  Quota"]))


@pytest.mark.models
def test_order_of_posts_does_not_matter(found: pa.Table):
    """The same proposals in the same order."""
    assert suggest_targets(forum(SAID).take([6, 3, 0, 1, 5, 4, 2]), least=4).equals(found)


@pytest.mark.models
def test_names_the_model_takes_for_persons():
    """An invented name that is used like a thing is proposed, before what every workplace has; people are not."""
    told = [
        "We tried Marcello for a week.", "I use Marcello on my laptop.", "Please approve Marcello, the team wants it.",
        "My team pays for Marcello.", "The team should drop Marcello.", "The company bought Marcello, says Gustavo.",
        "Gustavo, can you look?", "Gustavo wrote that the team is fine.", "Thanks, Gustavo, for the team.",
        "Gustavo said so to the team.", "I asked Gustavo about the team.", "See STO-8841.", "Is STO-8841 done?",
        "I saw STO-8841.", "We closed STO-8841.", "Good point.", "Good point!", "Good point.", "Good point.",
    ]  # fmt: skip
    found = suggest_targets(forum(told), least=4)
    assert names(found) == ["marcello", "team"]
    assert found["kind"].to_pylist() == ["tool", "organisation"]


def proposals(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"kind": "tool", "aliases": [], "people": 9, "posts": 12, **row} for row in rows]
    )


def test_names_of_accounts_and_small_groups_stay_out():
    """Whatever was found: the gate's threshold, and the handles, hold once more; aliases too."""
    shown = publish_suggestions(
        proposals(
            {"name": "Vellum", "aliases": ["vellum editor", "Okafor's vellum"]},
            {"name": "the Okafor plan"},
            {"name": "Rarity", "people": 4},
        ),
        Redactor(frozenset({"Marlene Okafor"})),
        PrivacyConfig(),
    )
    assert [(row["name"], row["aliases"]) for row in shown.records()] == [("Vellum", "vellum editor")]


def test_the_toml_can_be_pasted(tmp_path: Path):
    """It is read back as configuration, odd names included."""
    shown = publish_suggestions(
        proposals({"name": 'The "Big" Plan', "kind": "proposal", "aliases": ["plan"]}, {"name": "C++"}),
        Redactor(frozenset()),
        PrivacyConfig(),
    )
    (tmp_path / "forum-pulse.toml").write_text(suggestions_toml(shown), encoding="utf-8")
    targets = load(tmp_path / "forum-pulse.toml").targets
    assert [(t.name, t.kind, t.aliases) for t in targets] == [
        ('The "Big" Plan', "proposal", ("plan",)),
        ("C++", "tool", ()),
    ]
