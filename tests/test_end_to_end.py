"""From real exports to files: offline, the same bytes whatever the order, nothing about a single person."""

import json
import random
import shutil
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from fakes import QuickEmbedder, QuickReader

from forum_pulse import config, pipeline
from forum_pulse.errors import ForumPulseError
from forum_pulse.run import Run

TABLES = {
    "summary.csv", "petitions.csv", "endorsements_over_time.csv", "themes.csv", "topics.csv", "stance.csv",
    "timeline.csv", "quotes.csv", "coverage.csv",
}  # fmt: skip
COLUMNS = {
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


@pytest.fixture(scope="module")
def demo(demo_forum: Path) -> Path:
    """A small demo forum."""
    return demo_forum


def run(demo: Path, out: Path, *exports: str) -> Run:
    """An analysis with models that take no time."""
    names = exports or ("slack", "discourse", "signatures.csv")
    settings = config.load(demo / "forum-pulse.toml")
    return pipeline.analyze(
        [demo / name for name in names],
        settings,
        out,
        embedder=QuickEmbedder(),
        stance_reader=QuickReader(),
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def report(demo_run: Run) -> Path:
    """The output of one run."""
    assert demo_run.folder is not None
    return demo_run.folder


def test_all_files_are_written(report: Path) -> None:
    """The nine tables, the report, the manifest."""
    assert {path.name for path in report.iterdir()} >= TABLES | {"report.html", "manifest.json"}


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_columns_are_those_of_the_contract(report: Path, name: str) -> None:
    """Others build on these names; more columns may follow."""
    header = (report / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert header[: len(COLUMNS[name].split())] == COLUMNS[name].split()


def test_two_runs_write_the_same_bytes(demo: Path, report: Path, tmp_path: Path) -> None:
    """Every file, the manifest and the report included."""
    run(demo, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(report)


def test_order_of_files_does_not_matter(demo: Path, report: Path, tmp_path: Path) -> None:
    """Exports in another order, their files created in another order, messages of a day shuffled."""
    shuffled = tmp_path / "forum"
    shuffled.mkdir()
    files = [path for path in demo.rglob("*") if path.is_file()]
    random.Random(5).shuffle(files)
    for path in files:
        (shuffled / path.relative_to(demo)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, shuffled / path.relative_to(demo))
    run(shuffled, tmp_path / "out", "signatures.csv", "discourse", "slack")
    assert contents(tmp_path / "out") == contents(report)


def test_hash_seed_does_not_matter(demo: Path, report: Path, tmp_path: Path) -> None:
    """A process with another order of sets writes the same bytes."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from test_end_to_end import run; "
        "run(Path(sys.argv[2]), Path(sys.argv[3]))"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parent), str(demo), str(tmp_path / "out")],
        check=True,
        env={"PYTHONHASHSEED": "77", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
    )
    assert contents(tmp_path / "out") == contents(report)


@pytest.mark.models
def test_no_socket_is_opened(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real models and an empty cache, nothing tries to reach anything; some threads are enough for all."""

    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("a socket was opened")

    threads = tmp_path / "forum"
    threads.mkdir()
    for path in sorted((demo / "discourse").glob("*.json"))[:12]:
        shutil.copy(path, threads)
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path / "cache"))
    found = pipeline.analyze(threads, None, tmp_path / "out")
    assert all(len(found[table]) for table in ("petitions", "topics", "themes", "stance"))


def test_no_handle_of_a_person_is_in_any_output(demo: Path, report: Path) -> None:
    """Names, ids, handles and addresses of the demo's people are in no file."""
    users = json.loads((demo / "slack" / "users.json").read_text(encoding="utf-8"))
    handles = {user["id"] for user in users} | {user["profile"].get("email") for user in users} - {None}
    everything = b"\n".join(contents(report).values()).decode("utf-8", "replace")
    assert [handle for handle in sorted(filter(None, handles)) if handle in everything] == []


def test_without_configuration_petitions_are_found(demo: Path, tmp_path: Path) -> None:
    """The sign-up sheet and the opening posts are recognised for what they are."""
    found = pipeline.analyze(
        [demo / "slack", demo / "discourse", demo / "signatures.csv"],
        None,
        tmp_path / "out",
        embedder=QuickEmbedder(),
        stance_reader=QuickReader(),
    )
    assert len(found["petitions"]) >= 1
    assert (found["petitions"]["origin"] == "detected").all()


def test_results_without_files(demo: Path) -> None:
    """The library gives tables by name and writes nothing unless told where."""
    result = pipeline.analyze(demo / "discourse", embedder=QuickEmbedder(), stance_reader=QuickReader())
    assert result.folder is None
    assert list(result["themes"].columns[:2]) == ["theme", "people"]


def test_a_codebook_that_can_not_be_read_is_told_before_anything_is_read(tmp_path: Path) -> None:
    """Reading, counting and embedding may take hours."""
    settings = config.Config(themes=config.ThemesConfig(codebook=str(tmp_path / "lost.yaml")))
    with pytest.raises(ForumPulseError, match=r"lost\.yaml"):
        pipeline.analyze(tmp_path / "no-export", settings)


def test_every_post_is_read_or_left_out_for_one_reason(tmp_path: Path) -> None:
    """Rows that name nobody are told as such, and what was read and what was not come to all posts."""
    lines = [
        f"{f'user{number}' if number % 4 else ''},Line {number} of the talk,2031-01-06"
        for number in range(20)
    ]
    forum = tmp_path / "forum.csv"
    forum.write_text("\n".join(["author,text,created_at", *lines]), encoding="utf-8")
    settings = config.Config(analysis=config.AnalysisConfig(as_of=date(2031, 2, 1)))
    run = pipeline.analyze(forum, settings, embedder=QuickEmbedder(), stance_reader=QuickReader())
    of_all = {row["what"]: row["count"] for row in run.published["coverage"].records() if row["of"] == "20"}
    assert {what: count for what, count in of_all.items() if count != "0"} == {
        "posts read": "15",
        "posts by nobody known left out": "5",
    }
