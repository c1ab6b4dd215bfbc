"""Every command of the app: help with an example, a place in docs/commands.md, and a kind word for typos."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from conftest import ROOT
from typer.testing import CliRunner

from forum_pulse.cli import app
from forum_pulse.commands.pace import Paces
from forum_pulse.commands.terminal import ExitCode, complain, progress, share_done, show, time_left
from forum_pulse.errors import ForumPulseError, hint_for_missing
from forum_pulse.report.listings import rows_listing

DOCUMENT = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group: Any, *path: str) -> Iterator[tuple[str, Any]]:
    """Name and command of everything that can be called."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield " ".join([*path, name]), command


COMMANDS = dict(commands(typer.main.get_command(app)))
every_command = pytest.mark.parametrize("name", COMMANDS)


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts if option.startswith("--")}


def section(name: str) -> str:
    """What docs/commands.md says under a command's heading."""
    found = re.search(rf"^## forum-pulse {name}\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md lacks a section '## forum-pulse {name}'"
    return found[1]


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-c", "from forum_pulse.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


@every_command
def test_help_says_what_it_does_and_shows_a_call(name: str) -> None:
    """An example that calls this very command, and a word on every option."""
    command = COMMANDS[name]
    examples = re.findall(r"^\s*Example: (.+)$", command.help, re.MULTILINE)
    assert [example.startswith(f"forum-pulse {name}") for example in examples] == [True], (
        f"the docstring of {name} needs one line 'Example: forum-pulse {name} ...'"
    )
    silent = [parameter.name for parameter in command.params if not parameter.help]
    assert silent == []
    shown = CliRunner().invoke(app, [*name.split(), "--help"])
    assert (shown.exit_code, "Example: forum-pulse" in shown.stdout) == (0, True)


@every_command
def test_the_document_shows_the_same_call(name: str) -> None:
    """The example of the help stands under the command's heading."""
    (example,) = re.findall(r"^\s*Example: (.+)$", COMMANDS[name].help, re.MULTILINE)
    assert example in section(name)


@every_command
def test_the_document_tells_of_every_option(name: str) -> None:
    """Under the command's heading or among those that are shared."""
    shared = DOCUMENT.partition("## Options that most commands share")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(--[a-z-]+)`", shared + section(name)))
    lacking = options(COMMANDS[name]) - told
    assert not lacking, f"docs/commands.md does not tell of {sorted(lacking)} under 'forum-pulse {name}'"


def test_the_document_tells_of_nothing_else() -> None:
    """No command and no option that is not there."""
    assert set(re.findall(r"^## forum-pulse (.+)$", DOCUMENT, re.MULTILINE)) == set(COMMANDS)
    there = {option for command in COMMANDS.values() for option in options(command)}
    there |= {"--help", "--install-completion", "--show-completion"}
    assert set(re.findall(r"`(?:forum-pulse )?(--[a-z-]+)", DOCUMENT)) <= there


def test_exit_codes_are_documented() -> None:
    """Each of them, and no other."""
    table = DOCUMENT.partition("## Exit codes")[2].partition("\n## ")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == set(ExitCode)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["analyse", "x"], "'analyze'"),
        (["petitions", "lst"], "'list'"),
        (["analyze", "x", "-o", "y", "--confg", "z"], "--config"),
        (["petitions", "audit", "x", "--sampel", "9"], "--sample"),
    ],
)
def test_a_typo_is_answered_with_what_is_meant(arguments: list[str], meant: str) -> None:
    """Commands, commands of commands, options."""
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, meant in done.stderr) == (ExitCode.WRONG_INPUT, True)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["inspect", "x", "--format", "slak"], "'slack'"),
        (["analyze", "x", "-o", "y", "--quality", "fats"], "'fast'"),
        (["export", "x", "-o", "y", "--format", "convokti"], "'convokit'"),
        (["inspect", "x", "--format", "9"], "known formats: confluence, "),
    ],
)
def test_a_mistyped_choice_is_answered_with_the_nearest(
    arguments: list[str], meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or with all there are, where none is like it."""
    monkeypatch.chdir(tmp_path)
    Path("x").write_text("text")
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, ForumPulseError)
    assert meant in done.exception.hint


def test_a_wrong_path_is_answered_with_the_nearest(tmp_path: Path) -> None:
    """Wherever the typo is; where nothing is alike, the folder is named."""
    (tmp_path / "März 2026").mkdir()
    (tmp_path / "März 2026" / "slack-export.zip").touch()
    export = tmp_path / "März 2026" / "slack-export.zip"
    assert str(export) in hint_for_missing(tmp_path / "März 2026" / "slak-export.zip")
    assert str(export) in hint_for_missing(tmp_path / "März 2062" / "slack-export.zip")
    assert str(export) in hint_for_missing(tmp_path / "März 2026" / "Slack-Export.ZIP")
    assert str(tmp_path) in hint_for_missing(tmp_path / "quite-another")
    assert hint_for_missing(Path("slak")) != ""


def test_the_shell_completes_commands_and_options() -> None:
    """What the installed script asks the program for."""
    shell = {"_FORUM_PULSE_COMPLETE": "complete_bash", "COMP_CWORD": "1"}
    assert run(**shell, COMP_WORDS="forum-pulse ana").stdout.split() == ["analyze"]
    shell["COMP_CWORD"] = "2"
    assert run(**shell, COMP_WORDS="forum-pulse analyze --conf").stdout.split() == ["--config"]


def test_no_color_means_no_escape_codes(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not even where a terminal is claimed."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    complain("[red]x[/red]: wrong", "mend it")
    assert "\x1b[31m" in capfd.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    complain("[red]x[/red]: wrong", "mend it")
    assert capfd.readouterr().err == "error: [red]x[/red]: wrong\nhint: mend it\n"


def test_progress_says_each_stage_once_where_nobody_looks(capfd: pytest.CaptureFixture[str]) -> None:
    """In a log: a line a stage, none with --quiet, nothing on stdout."""
    with progress(quiet=False) as watcher:
        watcher("reading", None)
        watcher("reading", None, 0.5)
        watcher("reading", 1.25)
    assert capfd.readouterr() == ("", "reading: 1.2 s\n")
    with progress(quiet=True) as watcher:
        watcher("reading", 1.25)
    assert capfd.readouterr() == ("", "")


def test_progress_at_a_terminal_shows_a_bar_with_the_time_left(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A stage that knows how far it is has a share done, and what is over stays as a line."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path))
    with progress(quiet=False) as watcher:
        watcher("reading stance", None, 0.0, 500)
        watcher("reading stance", None, 0.5, 500)
        watcher("reading stance", 3.0, 0.0, 500)
        watcher("publishing", None)
    shown = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", capfd.readouterr().err)
    assert re.search(r"reading stance .*\d:\d\d:\d\d left", shown)
    assert "done reading stance 3.0 s" in shown


@pytest.mark.parametrize(
    ("elapsed", "share", "expected", "done"),
    [
        (3.0, 0.5, 100.0, 0.5),  # what it says itself goes before what was expected
        (3.0, 0.0, 12.0, 0.25),
        (30.0, 0.0, 12.0, 0.98),  # late, and not done
        (3.0, 1.0, 12.0, 0.98),
        (3.0, 0.0, 0.0, None),
    ],
)
def test_how_much_is_done_is_said_or_expected(
    elapsed: float, share: float, expected: float, done: float | None
) -> None:
    """By the share a stage tells, else by the time it was expected to take, else by nothing."""
    assert share_done(elapsed, share, expected) == done


def test_the_time_left_is_said_in_words() -> None:
    """By pace where the stage says how far it is; late stages are nearly done, unknown ones say nothing."""
    assert time_left(30.0, 0.25, 5.0) == "0:01:30 left"
    assert time_left(0.0, 0.0, 75.0) == "0:01:15 left"
    assert time_left(90.0, 0.0, 75.0) == "nearly done"
    assert time_left(90.0, 0.0, 0.0) == ""


def test_paces_are_learnt_from_run_to_run(tmp_path: Path) -> None:
    """By stage, as factors of a curve of its size; a file that can't be read or written is done without."""
    paces = Paces(tmp_path / "paces.json")
    first = paces.expected("finding topics", 1000)
    assert 0 < first < paces.expected("finding topics", 100_000)
    assert paces.expected("finding topics", 0) == 0.0
    paces.learn("finding topics", 1000, 3 * first)
    paces.keep()
    again = Paces(tmp_path / "paces.json")
    assert again.expected("finding topics", 1000) == pytest.approx(3 * first)
    assert again.expected("publishing", 1000) == Paces(tmp_path / "none").expected("publishing", 1000)
    again.learn("finding topics", 1000, first)
    assert again.expected("finding topics", 1000) == pytest.approx(2 * first)
    (tmp_path / "paces.json").write_text('{"finding topics": "fast"}')
    assert Paces(tmp_path / "paces.json").expected("finding topics", 1000) == first
    Paces(tmp_path / "paces.json" / "below").keep()


INTERRUPTED = """
import os, signal, sys, threading
from forum_pulse import cli
from forum_pulse.corpus import inspection

# Whoever runs the tests in the background may have them ignore it, which our command heeds.
signal.signal(signal.{number}, signal.SIG_DFL)

def busy(store):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.{number})).start()
    {busy}

inspection.inspect = busy
sys.argv = ["forum-pulse", "inspect", sys.argv[1], "-q"]
cli.main()
"""
# Some seconds: where another thread than the main one took it up, DuckDB hears of a signal at its end.
QUERY = (
    'store.connection.execute("SELECT count(*) FROM range(100000000) a, range(200) b WHERE a.range % 7 = 3")'
)


@pytest.fixture
def forum(tmp_path: Path) -> Path:
    path = tmp_path / "forum.csv"
    path.write_text("author,text,created_at\nann,Hello all,2031-01-06\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("busy", [QUERY, "threading.Event().wait(60)"])
def test_an_interrupted_run_ends_with_its_code_and_one_line(forum: Path, busy: str, number: str) -> None:
    """Whether a query runs, which tells it as an error of its own, or not; nobody's words stay behind."""
    temporary = forum.parent / "temporary"
    temporary.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(busy=busy, number=number), str(forum)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert ended.returncode == 128 + signal.Signals[number]
    assert list(temporary.iterdir()) == []
    assert ended.stderr.strip().splitlines() == [
        "error: interrupted; no report was written, a workspace keeps the exports it has read"
    ]


CALLED = "import sys; from forum_pulse import cli; sys.argv[0] = 'forum-pulse'; cli.main()"
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_a_full_disk_under_the_output_is_told(how: list[str]) -> None:
    """In one message, not as a defect of ours, and not as a finding either."""
    with FULL.open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", CALLED, "formats", *how],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert [line.partition(": ")[0] for line in ended.stderr.splitlines()] == ["error", "hint"]
    assert "No space left" in ended.stderr


def test_who_takes_no_more_output_is_told_of_no_finding() -> None:
    """`| head -1`: exit code 1 would say that a check found something wrong."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-c", CALLED, "formats"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_narrow_terminal_cuts_no_figure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines are longer than the terminal then; 12 is not shown as 1, and no column is lost."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "24")
    row = {"petition": "a-petition-with-a-long-name", "counted": 15, "low": 12, "high": 125}
    show(rows_listing([row], title="petitions"))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert shown.splitlines()[1].split() == list(row)
    assert shown.splitlines()[2].split()[1:] == ["15", "12", "125"]
    assert "".join(line[:14].strip() for line in shown.splitlines()[2:]) == row["petition"]
