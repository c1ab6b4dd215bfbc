"""What the waterfall may show beside the positions of a petition."""

from pathlib import Path

import pytest
from petition_forum import Forum, count, ingest

from forum_pulse.config import Config, PetitionConfig
from forum_pulse.report import SUPPRESSED, publish_all
from forum_pulse.report.tables import build_tables

Rows = dict[str, dict[str, str]]


def forum(*, backing: int = 20, taken_back: int = 0, against: int = 0, author_signs: bool = False) -> Forum:
    """A petition, opened in thread 1; everybody acts once, but for those who take their support back."""
    made = Forum()
    made.thread("1")
    for place in range(backing + taken_back):
        made.say(f"backer{place}", "+1, I support this.", days=1)
    for place in range(taken_back):
        made.say(f"backer{place}", "I withdraw my support.", days=2)
    for place in range(against):
        made.say(f"critic{place}", "I oppose the petition.", days=2)
    if author_signs:
        made.sign("opener")
    return made


def published(folder: Path, made: Forum) -> tuple[dict[str, str], Rows]:
    """The petition, and the steps of its waterfall by name."""
    with ingest(folder, made) as store:
        count(store, PetitionConfig(name="heron", threads=("list:1",)))
        tables = build_tables(store, Config())
    shown = publish_all(tables)
    (petition,) = shown["petitions"].records()
    return petition, {row["step"]: row for row in shown["waterfall"].records()}


@pytest.mark.parametrize("author_signs", [False, True])
def test_all_who_acted_less_those_counted_tell_no_single_person(tmp_path: Path, author_signs: bool) -> None:
    """Beside 20 who are counted, 21 and who opened it, whom everybody sees, would be one who took it back."""
    petition, steps = published(tmp_path, forum(taken_back=1, author_signs=author_signs))
    assert petition["counted"] == str(20 + author_signs)
    assert petition["withdrew"] == SUPPRESSED
    assert steps["all acts"]["people"] == SUPPRESSED


@pytest.mark.parametrize("author_signs", [False, True])
def test_who_opened_a_petition_hides_nobody_else(tmp_path: Path, author_signs: bool) -> None:
    """What the author of a petition did otherwise takes nothing from what is told of opposition."""
    petition, steps = published(tmp_path, forum(against=12, author_signs=author_signs))
    assert (petition["opposed"], steps["opposition"]["people"]) == ("12", "12")
    assert steps["opposition"]["acts"] == "12"
    assert petition["counted"] == steps["counted"]["people"] == str(20 + author_signs)


def test_all_acts_are_told_where_all_who_acted_are_not(tmp_path: Path) -> None:
    """How many acts there were tells nothing of three withdrawals, where many acted more than once."""
    made = forum(taken_back=3)
    for place in range(3, 10):
        made.sign(f"backer{place}")
    petition, steps = published(tmp_path, made)
    assert steps["all acts"]["people"] == SUPPRESSED
    assert steps["all acts"]["acts"] == petition["acts"] == "34"


@pytest.mark.parametrize("against", [6, 12])
def test_who_is_against_now_and_all_who_ever_were_tell_of_nobody(tmp_path: Path, against: int) -> None:
    """One who spoke against it supports it besides: of opposition and who is against, one figure is hidden."""
    made = forum(against=against)
    made.say("critic0", "+1, I support this.", days=3)
    for place in range(9):
        made.say(f"guest{place}", "The menu of the cafeteria is on the wiki.")
        made.sign(f"backer{place}")
    for place in range(1, 6):
        made.say(f"critic{place}", "-1, I am against this petition.", days=4)
    petition, steps = published(tmp_path, made)
    assert petition["conflicted"] == SUPPRESSED
    assert (petition["opposed"], steps["opposition"]["people"]) == (str(against - 1), SUPPRESSED)
