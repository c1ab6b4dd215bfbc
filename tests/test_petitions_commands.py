"""The petition commands: figures through the gate, nobody shown, and a recount that can tell what is wrong."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from petition_forum import Forum, ingest
from typer.testing import CliRunner

from forum_pulse import config as configuration
from forum_pulse import pipeline
from forum_pulse.cli import app
from forum_pulse.config import Config
from forum_pulse.corpus import identity
from forum_pulse.corpus.store import Store
from forum_pulse.errors import ConfigError
from forum_pulse.report import SUPPRESSED, context_of
from forum_pulse.report.csvfiles import to_csv
from forum_pulse.report.manifest import to_manifest
from forum_pulse.report.petition_views import publish_petitions
from forum_pulse.report.publishing import publish_report

CONFIG = """
[[petitions]]
name = "heron"
threads = ["list:1"]
poll_option = "Sign"
[[petitions]]
name = "osprey"
threads = ["list:2"]
"""
FIGURES = [
    "counted",
    "low",
    "high",
    "signed",
    "said",
    "reacted",
    "withdrew",
    "opposed",
    "conditional",
    "conflicted",
    "acts",
    "denominator",
    "share",
    "share_low",
    "share_high",
]


def forum() -> Forum:
    """Two petitions. heron: 8 on day 0, 6 in week 1, 3 in week 3 (all in all 17), 2 withdrawn, 6 against."""
    made = Forum()
    made.thread("1")
    made.poll({"Sign": None, "No": None})
    for place in range(8):
        made.sign(f"first{place}", days=0.5)
    for place in range(6):
        made.say(f"second{place}", "+1", days=8)
        made.say(f"against{place}", "I oppose the petition", days=9)
    for place in range(3):
        made.sign(f"third{place}", days=22)
    for place in range(2):
        made.sign(f"gone{place}", days=1, removed=23)
    made.react(None, "+1", n=4)
    made.thread("2", title="Keep the Osprey")
    for place in range(7):
        made.react(f"first{place}", post="2/1")
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of the forum, its configuration, and what a report would say of it."""
    folder = tmp_path_factory.mktemp("petitions")
    with ingest(folder, forum()) as store:
        write(store, folder / "report", Config(petitions=configured(folder).petitions))
    return folder


def configured(folder: Path) -> Config:
    (folder / "forum-pulse.toml").write_text(CONFIG, encoding="utf-8")
    return configuration.load(folder / "forum-pulse.toml")


def write(store: Store, out: Path, settings: Config) -> None:
    """The part of a report that verify reads, made by the code that makes reports."""
    pipeline.count_petitions(store, settings)
    pipeline.scrutinise_petitions(store, settings)
    published = publish_petitions(store, settings, names=identity.handles(store))
    files = {f"{name}.csv": to_csv(table) for name, table in published.items()}
    files["manifest.json"] = to_manifest(published, context_of(store, settings), files)
    out.mkdir()
    for name, content in files.items():
        (out / name).write_bytes(content)


def given(folder: Path) -> list[str]:
    return ["--workspace", str(folder / "workspace"), "--config", str(folder / "forum-pulse.toml"), "-q"]


def run(*arguments: str, code: int = 0) -> str:
    """What a petition command prints."""
    done = CliRunner().invoke(app, ["petitions", *arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def rows_of(out: Path, name: str = "petitions") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((out / f"{name}.csv").read_text(encoding="utf-8"))))


def test_the_list_names_petitions_with_their_range(folder: Path) -> None:
    """Name, origin, threads, counted, low, high; the one act of who opened it hides none of them."""
    rows = json.loads(run("list", *given(folder), "--json"))["petitions"]
    names = ("petition", "origin", "threads", "counted", "low", "high")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("heron", "config", 1, 17, 17, 21),
        ("osprey", "config", 1, 7, 7, 7),
    ]
    assert "osprey" in run("list", *given(folder))


def test_flags_and_definitions_are_made_only_where_they_are_shown(folder: Path, tmp_path: Path) -> None:
    """Counting again leaves none of a former ledger in the workspace, and publishes the same petitions."""
    settings = configured(folder)
    scrutiny = (
        "SELECT count(*) FROM duckdb_tables() WHERE table_name IN ('petition_flag', 'petition_specification')"
    )
    with ingest(tmp_path, forum()) as store:
        published: list[list[dict[str, str]]] = []
        for makes in (True, False):
            pipeline.count_petitions(store, settings)
            if makes:
                pipeline.scrutinise_petitions(store, settings)
            assert store.scalar(scrutiny) == (2 if makes else 0)
            tables = publish_petitions(store, settings, names=identity.handles(store))
            published.append(tables["petitions"].records())
        assert published[0] == published[1]


def test_one_petition_is_shown_with_its_rules(folder: Path) -> None:
    """Figures, steps and weeks as they are published; the rules in words."""
    shown = json.loads(run("show", "heron", *given(folder), "--json"))
    figures = {row["figure"]: row["value"] for row in shown["figures"]}
    assert [figures[name] for name in ("counted", "signed", "said", "withdrew")] == [17, 11, 6, SUPPRESSED]
    assert figures["denominator_kind"] == "participants"
    assert shown["from acts to persons"][0]["step"] == "all acts"
    assert shown["from acts to persons"][-1] == {
        "step": "counted", "acts": 17, "people": 17,
        "note": "distinct persons who support the petition",
    }  # fmt: skip
    published = [
        row for row in rows_of(folder / "report", "endorsements_over_time") if row["petition"] == "heron"
    ]
    assert [[str(cell) for cell in row.values()] for row in shown["by week"]] == [
        [row[name] for name in ("week", "gross", "withdrawn", "net")] for row in published
    ]
    rules = " ".join(row["rule"] for row in shown["rules"])
    assert "1 thread, 1 opening post." in rules
    assert "votes for 'Sign' back it" in rules
    assert "Acts of any day count." in rules


def test_a_name_that_is_not_there_gets_the_nearest(folder: Path) -> None:
    """An error with a hint, exit code 2 on the command line."""
    with pytest.raises(ConfigError) as error:
        run("show", "heorn", *given(folder))
    assert error.value.hint == "did you mean 'heron'?"


def on(folder: Path, day: str) -> dict[str, dict[str, Any]]:
    """What as-of says of a day, by petition."""
    (rows,) = json.loads(run("as-of", day, *given(folder), "--json")).values()
    return {row["petition"]: row for row in rows}


def test_as_of_before_within_and_after(folder: Path) -> None:
    """Nobody before the beginning, those of the first days within, the final count at the end."""
    before, within, after = (on(folder, day) for day in ("2031-03-02", "2031-03-10", "2031-12-31"))
    assert {row["counted"] for row in before.values()} == {row["high"] for row in before.values()} == {0}
    assert [within["heron"][name] for name in ("counted", "low", "high", "final")] == [10, 10, 14, 17]
    assert [after["heron"][name] for name in ("counted", "low", "high")] == [17, 17, 21]
    # The workspace is left with the final ledger.
    assert json.loads(run("list", *given(folder), "--json"))["petitions"][0]["counted"] == 17


def test_a_day_that_would_give_a_small_group_away_is_hidden(folder: Path) -> None:
    """After the three of week 3 and before the withdrawals a count would tell both small groups."""
    row = on(folder, "2031-03-25")["heron"]
    assert [row[name] for name in ("counted", "low", "high", "final")] == [SUPPRESSED] * 3 + [17]


def test_a_report_is_equal_to_its_recount(folder: Path) -> None:
    """Every figure has a verdict; what is hidden is so rightly."""
    told = json.loads(run("verify", str(folder / "report"), *given(folder), "--json"))["recount"]
    assert set(FIGURES) <= {row["figure"] for row in told if row["petition"] == "heron"}
    assert {row["verdict"] for row in told} == {"equal", "rightly suppressed"}
    assert all(row["recounted"] == row["published"] for row in told if row["verdict"] == "equal")
    assert f"equal: all {len(told)}" in run("verify", str(folder / "report"), *given(folder))


def changed(folder: Path, to: Path, change: Callable[[list[dict[str, str]]], Any], *, sign: bool) -> str:
    """A copy of the report with other figures; with `sign` its manifest says it was written so."""
    rows = rows_of(folder / "report")
    change(rows)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    manifest = json.loads((folder / "report" / "manifest.json").read_text(encoding="utf-8"))
    if sign:
        manifest["files"]["petitions.csv"] = sha256(stream.getvalue().encode()).hexdigest()
    to.mkdir()
    (to / "petitions.csv").write_text(stream.getvalue(), encoding="utf-8")
    (to / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return str(to)


WRONG = (
    ("counted", "18", "not equal"),
    ("low", "16", "not equal"),
    ("high", "500", "not equal"),
    # Of 26 who took part, 17 back it, 6 are against and one opened it: the share would tell who withdrew.
    ("share", "0.001", "should be suppressed"),
    ("acts", "", "not equal"),
    ("signed", "many", "not equal"),
    ("said", SUPPRESSED, "suppressed without need"),
    ("withdrew", "2", "should be suppressed"),
    ("first_week", "2031-01-06", "not equal"),
)


def test_every_wrong_figure_is_found_and_no_other(folder: Path, tmp_path: Path) -> None:
    """Exit code 1, the figures named, and nothing told that the gate hides."""
    wrong = {figure: cell for figure, cell, _ in WRONG}
    report = changed(folder, tmp_path / "report", lambda rows: rows[0].update(wrong), sign=True)
    told = json.loads(run("verify", report, *given(folder), "--json", code=1))["recount"]
    bad = [row for row in told if row["verdict"] not in ("equal", "rightly suppressed")]
    assert {(row["petition"], row["figure"], row["published"], row["verdict"]) for row in bad} == {
        ("heron", *expected) for expected in WRONG
    }
    assert {row["figure"]: row["recounted"] for row in bad}["counted"] == "17"
    assert {row["recounted"] for row in bad if "suppressed" in row["verdict"]} == {""}


def test_what_earlier_reports_hide_is_no_fault(folder: Path, tmp_path: Path) -> None:
    """A count and its weeks, suppressed though they are large enough: equal all the same, and not told."""
    hidden = dict.fromkeys(("counted", "first_week", "last_week"), SUPPRESSED)
    report = changed(folder, tmp_path / "report", lambda rows: rows[0].update(hidden), sign=True)
    without_reason = json.loads(run("verify", report, *given(folder), "--json", code=1))["recount"]
    assert {row["figure"] for row in without_reason if row["verdict"] == "suppressed without need"} == set(
        hidden
    )
    manifest = json.loads((Path(report) / "manifest.json").read_text(encoding="utf-8"))
    (Path(report) / "manifest.json").write_text(json.dumps(manifest | {"kept_back": 3}), encoding="utf-8")
    told = json.loads(run("verify", report, *given(folder), "--json"))["recount"]
    assert {row["recounted"] for row in told if row["published"] == SUPPRESSED} == {""}


@pytest.fixture
def later(folder: Path, tmp_path: Path) -> Path:
    """A workspace with two reports, the second held against the first, so that it hides other cells than alone."""
    shutil.copytree(folder / "workspace", tmp_path / "workspace")
    (tmp_path / "workspace" / "published.json").unlink(missing_ok=True)
    settings = configured(tmp_path)
    early = replace(settings, analysis=replace(settings.analysis, as_of=configuration.date(2031, 3, 25)))
    with Store(tmp_path / "workspace") as store:
        for chosen, name in ((early, "before"), (settings, "report")):
            pipeline.count_petitions(store, chosen)
            pipeline.scrutinise_petitions(store, chosen)
            publish_report(store, chosen, tmp_path / name, names=frozenset())
    return tmp_path


def test_a_report_is_checked_beside_those_it_was_held_against(later: Path) -> None:
    """The earlier ones are in the workspace: both are equal, in whatever order they are checked."""
    for name in ("report", "before", "report"):
        told = json.loads(run("verify", str(later / name), *given(later), "--json"))["recount"]
        assert {row["verdict"] for row in told} == {"equal", "rightly suppressed"}


def put(denominator: str, rows: list[dict[str, str]]) -> None:
    rows[0].update(denominator=denominator)


def test_what_stands_in_place_of_what_earlier_reports_hide_is_no_fault(later: Path) -> None:
    """They are not here: no figure is called wrong that the gate alone would hide, and none is told right, either."""
    (later / "workspace" / "published.json").unlink()
    for place, guess in enumerate(("26", "25")):
        report = changed(later, later / f"guess{place}", partial(put, guess), sign=True)
        told = json.loads(run("verify", report, *given(later), "--json"))["recount"]
        row = next(row for row in told if row["figure"] == "denominator" and row["petition"] == "heron")
        assert row["verdict"] == "shown beside earlier reports that are not here"
        assert row["recounted"] == ""
    small = changed(later, later / "small", lambda rows: rows[0].update(withdrew="2"), sign=True)
    assert "should be suppressed" in run("verify", small, *given(later), code=1)


def test_cells_under_no_column_are_a_change_like_any_other(folder: Path, tmp_path: Path) -> None:
    """A row with more cells than the header has columns is no crash."""
    report = Path(changed(folder, tmp_path / "report", lambda rows: rows, sign=False))
    text = (report / "petitions.csv").read_text(encoding="utf-8")
    (report / "petitions.csv").write_text(text.rstrip("\n") + ",more,cells\n", encoding="utf-8")
    assert "changed since it was written" in run("verify", str(report), *given(folder), code=1)


def test_a_file_that_was_touched_or_cut_is_found(folder: Path, tmp_path: Path) -> None:
    """Another file than the manifest's, and a petition that is left out."""
    touched = changed(folder, tmp_path / "a", lambda rows: rows.reverse(), sign=False)
    assert "changed since it was written" in run("verify", touched, *given(folder), code=1)
    cut = changed(folder, tmp_path / "b", lambda rows: rows.pop(), sign=True)
    assert "not in the file" in run("verify", cut, *given(folder), code=1)


def test_other_exports_other_names_and_no_report_are_wrong_input(folder: Path, tmp_path: Path) -> None:
    """Each says what is missing; exit code 2 on the command line."""
    ingest(tmp_path / "other", Forum(records=forum().records[:2], accounts={"opener": {}})).close()
    other = ["--workspace", str(tmp_path / "other" / "workspace"), "-q"]
    renamed = changed(folder, tmp_path / "c", lambda rows: rows[0].update(petition="other"), sign=True)
    with pytest.raises(ConfigError, match="no petition here is named other"):
        run("verify", renamed, *given(folder))
    with pytest.raises(ConfigError, match=r"manifest\.json: can't be read"):
        run("verify", str(tmp_path), *other)
    manifest = json.loads((folder / "report" / "manifest.json").read_text(encoding="utf-8"))
    manifest["inputs"][0] |= {"sha256": "0", "name": "march.zip"}
    (tmp_path / "c" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"other exports \(missing: march\.zip; not in the report: "):
        run("verify", str(tmp_path / "c"), *other)
    (tmp_path / "c" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"no report's"):
        run("verify", str(tmp_path / "c"), *other)


def test_the_manifest_says_how_to_count_again(folder: Path, tmp_path: Path) -> None:
    """A report as of a day, with authors counted and another threshold, is recounted so."""
    settings = configured(folder)
    analysis = replace(
        settings.analysis, as_of=configuration.date(2031, 3, 20), count_authors=True, include=("deleted",)
    )
    privacy = replace(settings.privacy, persons=2)
    with Store(folder / "workspace") as store:
        write(store, tmp_path / "report", replace(settings, analysis=analysis, privacy=privacy))
    row = rows_of(tmp_path / "report")[0]
    assert (row["counted"], row["signed"], row["said"]) == ("17", "10", "7")
    assert "equal: all" in run("verify", str(tmp_path / "report"), *given(folder))


def test_no_command_shows_a_person(folder: Path) -> None:
    """No account's name and no pseudonym in anything printed."""
    printed = "".join(
        run(*arguments, *given(folder))
        for arguments in (
            ("list",),
            ("show", "heron"),
            ("as-of", "2031-03-10"),
            ("verify", str(folder / "report")),
        )
    )
    assert not [name for name in forum().accounts if name in printed.replace("opener", "")]
    assert re.search(r"\b[0-9a-f]{16,}\b", printed) is None


@pytest.mark.parametrize("command", ["list", "show", "as-of", "verify"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    """Help says what the command does and shows one call."""
    assert f"forum-pulse petitions {command}" in run(command, "--help")
