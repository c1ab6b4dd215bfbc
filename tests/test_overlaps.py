"""Petitions on one opening post: subtracting one from the other must not give the few they differ by."""

from datetime import date
from pathlib import Path

from petition_forum import Forum, count, ingest

from forum_pulse.config import PetitionConfig
from forum_pulse.report import SUPPRESSED, build_tables, publish_all

THREADS = ("list:1",)


def forum(late: int, *, reacting: int = 0) -> Forum:
    """Twenty sign in the first week, so many a week later; others only react."""
    made = Forum()
    made.thread("1")
    for number in range(20):
        made.sign(f"early{number:02}", days=1)
    for number in range(late):
        made.sign(f"late{number:02}", days=9)
    for number in range(reacting):
        made.react(f"fan{number:02}", "tada")
    return made


def counted(folder: Path, made: Forum, *configs: PetitionConfig) -> dict[str, tuple[str, str]]:
    """Counted and signed of each petition, as published."""
    store = ingest(folder, made)
    count(store, *configs)
    rows = publish_all(build_tables(store))["petitions"].records()
    return {row["petition"]: (row["counted"], row["signed"]) for row in rows}


HERON = PetitionConfig(name="heron", threads=THREADS)
ON_TIME = PetitionConfig(name="heron-on-time", threads=THREADS, closes=date(2031, 3, 10))


def test_who_signed_late_is_not_told_by_the_petition_that_closed(tmp_path: Path) -> None:
    """One came late: the smaller count goes. With six both stay, and so they do if nobody came."""
    assert counted(tmp_path / "1", forum(1), HERON, ON_TIME) == {
        "heron": ("21", "21"), "heron-on-time": (SUPPRESSED, SUPPRESSED),
    }  # fmt: skip
    for late in (0, 6):
        shown = counted(tmp_path / f"{late} late", forum(late), HERON, ON_TIME)
        assert shown == {"heron": (str(20 + late),) * 2, "heron-on-time": ("20", "20")}


def test_figures_of_both_are_hidden_by_week_as_well(tmp_path: Path) -> None:
    """Of eight who sign in the second week, two do after one of the petitions closed."""
    made = forum(0)
    for number in range(8):
        made.sign(f"then{number}", days=7 if number < 6 else 9)
    store = ingest(tmp_path, made)
    count(store, HERON, ON_TIME)
    weeks = publish_all(build_tables(store))["endorsements_over_time"].records()
    gross = {(row["petition"], row["week"]): row["gross"] for row in weeks}
    second = [gross[name, "2031-03-10"] for name in ("heron", "heron-on-time")]
    assert SUPPRESSED in second
    assert {gross[name, "2031-03-03"] for name in ("heron", "heron-on-time")} == {"20"}


def test_petitions_of_different_people_or_threads_are_left_alone(tmp_path: Path) -> None:
    """One counts reactions that the other does not, and closed before six came: neither holds the other."""
    made = forum(6, reacting=8)
    tada = PetitionConfig(name="tada", threads=THREADS, endorse=("tada",), closes=date(2031, 3, 10))
    plain = PetitionConfig(name="plain", threads=THREADS, endorse=("+1",))
    shown = counted(tmp_path / "a", made, plain, tada)
    assert {name: cells[0] for name, cells in shown.items()} == {"plain": "26", "tada": "28"}
    made = forum(0)
    made.thread("2")
    for number in range(21):
        made.sign(f"early{number:02}", post="2/1")
    shown = counted(tmp_path / "b", made, HERON, PetitionConfig(name="other", threads=("list:2",)))
    assert {name: cells[0] for name, cells in shown.items()} == {"heron": "20", "other": "21"}
