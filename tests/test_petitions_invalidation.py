"""Batches of acts that shall not count: named, shown beforehand, lifted again."""

import json
from datetime import date
from pathlib import Path

import pytest
from petition_forum import Forum, at, count, figures, ingest, reasons
from typer.testing import CliRunner

from forum_pulse.cli import app
from forum_pulse.config import Config, InvalidationConfig, PetitionConfig, load
from forum_pulse.errors import ConfigError
from forum_pulse.petitions import raise_flags, specify
from forum_pulse.petitions.invalidation import preview
from forum_pulse.petitions.specification import WIDEST

THROWAWAY = InvalidationConfig(
    name="throw-away", reason="Addresses anybody can make", email_domains=("mail.drop",)
)
HOUR = InvalidationConfig(name="that day", since=date(2031, 3, 8), until=date(2031, 3, 9))


@pytest.fixture
def forum() -> Forum:
    """Nine who sign: three with throw-away addresses, one of them also reacting, four within one day."""
    forum = Forum()
    forum.thread()
    for number in range(9):
        name = f"p{number}"
        forum.who(
            name, email=f"{name}@{'MAIL.drop' if number < 3 else 'acme.example'}", created_at=at(number - 20)
        )
        forum.sign(name, days=5.1 if 2 <= number < 6 else 1)
    forum.react("p0")
    return forum


def test_a_rule_takes_acts_out_and_says_so(forum: Forum, tmp_path: Path):
    """By address, whatever its case; each act bears the rule's name, and the waterfall its reason."""
    with ingest(tmp_path, forum) as store:
        count(store, invalidations=[THROWAWAY])
        assert figures(store)["counted"] == 6
        assert reasons(store)["invalidated: throw-away"] == 4
        rows = store.sql("SELECT step, acts, people, note FROM waterfall").to_pylist()
        step = next(row for row in rows if row["step"] == "invalidated: throw-away")
    assert (step["acts"], step["people"], step["note"]) == (4, 3, "Addresses anybody can make")


@pytest.mark.parametrize(
    ("rule", "message", "hint"),
    [
        (InvalidationConfig(name="r", petition="herron"), "no petition 'herron'", "'heron'"),
        (
            InvalidationConfig(name="r", petition="swan", active=False),
            "no petition 'swan'",
            "petitions: heron",
        ),
        (InvalidationConfig(name="r", mechanisms=("signatures",)), "mechanism 'signatures'", "'signature'"),
        (InvalidationConfig(name="r", mechanisms=("pol",)), "mechanism 'pol'", "'poll'"),
    ],
)
def test_a_rule_that_names_what_there_is_not_is_refused(
    forum: Forum, tmp_path: Path, rule: InvalidationConfig, message: str, hint: str
):
    """It would take out nothing, and nobody would notice."""
    with ingest(tmp_path, forum) as store, pytest.raises(ConfigError) as error:
        count(store, invalidations=[rule])
    assert message in error.value.message
    assert hint in error.value.hint


def test_a_rule_may_name_an_emoji_that_nobody_used(forum: Forum, tmp_path: Path):
    """It may be used tomorrow."""
    rule = InvalidationConfig(name="r", petition="heron", mechanisms=("heart", "partyblob"))
    with ingest(tmp_path, forum) as store:
        count(store, invalidations=[rule])
        assert figures(store)["counted"] == 9


@pytest.mark.parametrize(
    "name", ["thumbsup", ":thumbsup:", ":+1::skin-tone-3:", "👍", "👍🏽", "+1", "Thumbs_Up"]
)
def test_an_emoji_is_meant_however_it_is_spelt(tmp_path: Path, name: str):
    """As reactions are: a thumb by any name takes out the thumbs, and nothing else."""
    forum = Forum()
    forum.thread()
    forum.react("ann", "thumbsup")
    forum.react("bo", "👍🏿")
    forum.react("cy", "heart")
    with ingest(tmp_path, forum) as store:
        count(store, invalidations=[InvalidationConfig(name="thumbs", mechanisms=(name,))])
        assert figures(store)["counted"] == 1


@pytest.mark.parametrize("name", ["Signature", "partyblobs"])
def test_a_name_is_near_what_people_did_in_any_spelling(tmp_path: Path, name: str):
    """A capital changes nothing, a letter too many is refused."""
    forum = Forum()
    forum.thread()
    forum.sign("ann")
    forum.react("bo", ":partyblob:")
    rule = InvalidationConfig(name="r", mechanisms=(name,))
    with ingest(tmp_path, forum) as store:
        if name == "Signature":
            count(store, invalidations=[rule])
            assert figures(store)["counted"] == 0
            return
        with pytest.raises(ConfigError, match="partyblobs") as error:
            count(store, invalidations=[rule])
        assert error.value.hint == "did you mean 'partyblob'?"


def test_a_lifted_rule_does_nothing_and_shows_what_it_would_do(forum: Forum, tmp_path: Path):
    """Preview and undo: the same figures whether it is active or not."""
    lifted = InvalidationConfig(name="throw-away", email_domains=("@mail.drop",), active=False)
    with ingest(tmp_path, forum) as store:
        count(store, invalidations=[lifted])
        counted = figures(store)["counted"]
        shown = preview(store, [lifted]).to_pylist()
        count(store, invalidations=[THROWAWAY])
        active = preview(store, [THROWAWAY]).to_pylist()
    assert counted == 9
    assert [{**row, "active": None} for row in shown] == [{**row, "active": None} for row in active]
    assert (shown[0]["acts"], shown[0]["people"], shown[0]["leaving"]) == (4, 3, 3)


def test_all_that_a_rule_says_must_be_true(forum: Forum, tmp_path: Path):
    """Of the four of one day, one has a throw-away address; who also acted otherwise stays."""
    both = InvalidationConfig(name="both", since=HOUR.since, until=HOUR.until, email_domains=("mail.drop",))
    signed = InvalidationConfig(name="signed", mechanisms=("signature",), email_domains=("mail.drop",))
    young = InvalidationConfig(name="young", accounts_since=date(2031, 2, 16))
    counted = []
    with ingest(tmp_path, forum) as store:
        for rule in (HOUR, both, signed, young):
            count(store, invalidations=[rule])
            (row,) = preview(store, [rule]).to_pylist()
            counted.append((figures(store)["counted"], row["acts"], row["people"], row["leaving"]))
    assert counted == [(5, 4, 4, 4), (8, 1, 1, 1), (7, 3, 3, 2), (5, 4, 4, 4)]


@pytest.mark.parametrize("active", [True, False])
def test_who_leaves_is_who_counts_by_the_batch_alone(active: bool, tmp_path: Path):
    """Not who had withdrawn, opposed or said it again; the unnamed are acts of the batch, too."""
    forum = Forum()
    forum.thread()
    forum.sign("only", days=1)
    forum.sign("withdrew", days=1, removed=5)
    forum.sign("again", days=1)
    forum.say("again", "+1", days=6)
    forum.sign("torn", days=1)
    forum.say("torn", "-1", days=7)
    forum.react(None, "signed", mechanism="signature", n=4, created_at=at(1))
    forum.sign("other", days=3)
    rule = InvalidationConfig(name="day", since=at(1).date(), until=at(2).date(), active=active)
    with ingest(tmp_path, forum) as store:
        count(store, invalidations=[rule])
        (row,) = preview(store, [rule]).to_pylist()
        assert figures(store)["counted"] == (2 if active else 3)
    assert (row["acts"], row["people"], row["leaving"]) == (8, 4, 1)


def test_no_other_definition_brings_back_what_a_rule_took_out(tmp_path: Path):
    """Neither acts outside the window nor authors."""
    forum = Forum()
    forum.thread()
    for name in ("j0", "j1", "opener"):
        forum.who(name, email=f"{name}@mail.drop")
    forum.sign("j0", days=20)
    forum.sign("j1", days=1)
    forum.sign("kim", days=1)
    forum.sign("late", days=20)
    config = PetitionConfig(name="heron", threads=("list:1",), closes=at(10).date())
    with ingest(tmp_path, forum) as store:
        count(store, config, invalidations=[THROWAWAY])
        assert reasons(store) == {
            "author of the petition": 1,
            "invalidated: throw-away": 1,
            "outside the window": 2,
        }
        rows = specify(store, raise_flags(store))[0].to_pylist()
    found = {row["definition"]: row["counted"] for row in rows}
    assert (found["acts on any day"], found["authors counted"], found[WIDEST]) == (2, 1, 2)


def test_a_rule_that_means_everything_is_refused(tmp_path: Path):
    """A rule without a condition would strike every act; two rules of one name could not be told apart."""
    path = tmp_path / "forum-pulse.toml"
    for text in (
        '[[invalidations]]\nname = "x"\nreason = "no"\n',
        '[[invalidations]]\nname = "x"\nsince = 2031-01-01\n[[invalidations]]\nname = "x"\nsince = 2031-01-01\n',
    ):
        path.write_text(text)
        with pytest.raises(ConfigError, match="x"):
            load(path)
    path.write_text('[[invalidations]]\nname = "x"\nemail_domains = ["mail.drop"]\nactive = false\n')
    assert load(path) == Config(
        invalidations=(InvalidationConfig(name="x", email_domains=("mail.drop",), active=False),)
    )


def test_the_command_shows_what_a_rule_takes_out(tmp_path: Path):
    """Active or lifted; fewer than five people are suppressed; without rules it says where they belong."""
    domains = ["mail.drop"] * 12 + ["temp.post"] * 10 + ["acme.example"] * 40
    lines = [f"Adopt the Heron,s{n}@{at},2031-03-0{1 + n % 3}" for n, at in enumerate(domains)]
    (tmp_path / "signatures.csv").write_text("\n".join(["petition,email,signed", *lines]))
    (tmp_path / "forum-pulse.toml").write_text(
        '[[invalidations]]\nname = "drop"\nemail_domains = ["mail.drop"]\nactive = false\n'
        '[[invalidations]]\nname = "day"\nsince = 2031-03-03\nemail_domains = ["mail.drop"]\nactive = false\n'
        '[[invalidations]]\nname = "temp"\nemail_domains = ["temp.post"]\n'
    )
    runner = CliRunner()
    told = ["petitions", "invalidations", str(tmp_path / "signatures.csv"), "-q", "--json"]
    done = runner.invoke(app, [*told, "--config", str(tmp_path / "forum-pulse.toml")])
    rows = {row["rule"]: row for row in json.loads(done.stdout)["invalidations"]}
    assert {name: (row["active"], row["people"], row["leaving"]) for name, row in rows.items()} == {
        "drop": ("False", 12, 12),
        "day": ("False", "suppressed", "suppressed"),
        "temp": ("True", 10, 10),
    }
    assert isinstance(runner.invoke(app, told).exception, ConfigError)
