"""The command line: one clear message, a hint, exit code 2, nothing half-written."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from forum_pulse.demo.forum import LEAST_PEOPLE, LEAST_POSTS

TOPIC = {
    "id": 7,
    "title": "Hello",
    "post_stream": {
        "posts": [
            {
                "id": 1,
                "post_number": 1,
                "topic_id": 7,
                "user_id": 1,
                "username": "ann",
                "cooked": "<p>Hi</p>",
                "created_at": "2026-01-01T00:00:00Z",
                "post_type": 1,
            }
        ],
        "stream": [1],
    },
}


def forum_pulse(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-c", "from forum_pulse.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def text_file(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, this is no export.\n")
    return path


def empty_folder(tmp_path: Path) -> Path:
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


def empty_file(tmp_path: Path) -> Path:
    path = tmp_path / "topic.json"
    path.touch()
    return path


def cut_zip(tmp_path: Path) -> Path:
    path = tmp_path / "slack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("users.json", "[]" * 500)
    path.write_bytes(path.read_bytes()[:-80])
    return path


def utf16_topic(tmp_path: Path) -> Path:
    path = tmp_path / "topic.json"
    path.write_bytes(json.dumps(TOPIC).encode("utf-16"))
    return path


def mixed_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    (folder / "chat" / "general").mkdir(parents=True)
    (folder / "chat" / "users.json").write_text("[]")
    (folder / "chat" / "channels.json").write_text('[{"id": "C1", "name": "general"}]')
    (folder / "chat" / "general" / "2026-01-01.json").write_text(
        '[{"type": "message", "user": "U1", "text": "hi", "ts": "1767225600.000100"}]'
    )
    (folder / "forum").mkdir()
    (folder / "forum" / "hello.7.json").write_text(json.dumps(TOPIC))
    return folder


@pytest.mark.parametrize(
    ("make", "says", "hint"),
    [
        (text_file, "no reader knows this file", "--format"),
        (empty_folder, "nothing is inside", "export"),
        (empty_file, "topic.json", ""),
        (cut_zip, "damaged or cut off", "download"),
        (utf16_topic, "topic.json", ""),
        (lambda tmp_path: tmp_path / "nowhere", "no such file or folder", "spelling"),
    ],
)
def test_bad_exports_get_one_message_and_write_nothing(tmp_path: Path, make, says: str, hint: str) -> None:
    """Exit code 2, the file named, a remedy, no traceback, no output folder."""
    out = tmp_path / "out"
    done = forum_pulse("analyze", make(tmp_path), "-o", out)
    assert done.returncode == 2
    assert says in done.stderr
    assert hint in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not out.exists()


def topic_file(tmp_path: Path) -> Path:
    path = tmp_path / "hello.7.json"
    path.write_text(json.dumps(TOPIC))
    return path


def test_unknown_key_of_the_configuration_is_refused(tmp_path: Path) -> None:
    """Before anything is read, with the nearest known key."""
    config = tmp_path / "forum-pulse.toml"
    config.write_text("[privcy]\n")
    done = forum_pulse("analyze", topic_file(tmp_path), "-o", tmp_path / "out", "--config", config)
    assert (done.returncode, "privacy" in done.stderr, (tmp_path / "out").exists()) == (2, True, False)


def test_output_that_can_not_be_written_is_refused_before_the_work(tmp_path: Path) -> None:
    """A file in the way of the folder is named."""
    (tmp_path / "out").write_text("in the way")
    done = forum_pulse("analyze", topic_file(tmp_path), "-o", tmp_path / "out")
    assert done.returncode == 2
    assert "out" in done.stderr
    assert (tmp_path / "out").read_text() == "in the way"


@pytest.mark.parametrize(
    "arguments",
    [["analyze"], ["analyze", "x"], ["nonsense"], ["analyze", "x", "-o", "y", "--as-of", "monday"]],
)
def test_wrong_calls_end_with_2(arguments: list[str]) -> None:
    """Usage errors share the exit code of wrong input."""
    done = forum_pulse(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_the_demo_command_asks_for_as_much_as_the_story_needs(tmp_path: Path) -> None:
    """A forum too small for its story is refused by the command line itself, before anything is written."""
    for option, least in (("--posts", LEAST_POSTS), ("--people", LEAST_PEOPLE)):
        done = forum_pulse("demo", tmp_path / "demo", option, str(least - 1))
        assert (done.returncode, str(least) in done.stderr) == (2, True)
    assert not (tmp_path / "demo").exists()


def test_formats_lists_the_built_in_readers() -> None:
    """Plug-ins and built-ins come through one door."""
    done = forum_pulse("formats")
    assert all(name in done.stdout for name in ("discourse", "mbox", "slack", "tables", "zulip-archive"))


def test_a_folder_of_several_exports_is_read_as_each_of_them(tmp_path: Path) -> None:
    """Beside each other, in archives, in archives inside archives; what nobody knows is named."""
    folder = mixed_folder(tmp_path)
    packed = tmp_path / "inner.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "deep/hello.9.json", json.dumps({**TOPIC, "id": 9}).replace('"topic_id": 7', '"topic_id": 9')
        )
        archive.writestr("notes.docx", b"x")
    packed.rename(folder / "inner.zip")
    done = forum_pulse("inspect", folder, "--json", "-q")
    found = json.loads(done.stdout)
    assert [(row["name"], row["format"], row["posts"]) for row in found["sources"]] == [
        ("chat", "slack", 1), ("forum", "discourse", 1), ("inner.zip", "discourse", 1),
    ]  # fmt: skip
    assert ("files that were not read", "notes.docx") in [
        (row["finding"], row["example"]) for row in found["findings"]
    ]


def test_workspace_by_name_is_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ingest, then inspect without naming the export; the folder is where the user's data belongs."""
    monkeypatch.setenv("FORUM_PULSE_DATA", str(tmp_path / "data"))
    assert "1 posts" in forum_pulse("ingest", topic_file(tmp_path), "--workspace", "acme").stdout
    assert "known already" in forum_pulse("ingest", topic_file(tmp_path), "--workspace", "acme").stdout
    assert (tmp_path / "data" / "acme" / "store.duckdb").exists()
    assert "discourse" in forum_pulse("inspect", "--workspace", "acme").stdout


@pytest.mark.parametrize("command", ["inspect", "edits", "analyze", "ingest"])
def test_nothing_to_read_is_said(tmp_path: Path, command: str) -> None:
    """Neither an export nor a workspace, and a workspace that is not there."""
    rest = ["-o", tmp_path / "out"] if command == "analyze" else []
    for arguments in ([], ["--workspace", tmp_path / "nowhere"]):
        done = forum_pulse(command, *arguments, *rest)
        assert (done.returncode, "hint:" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert not (tmp_path / "nowhere").exists()


def topic_saying(tmp_path: Path, words: str, day: int) -> Path:
    topic = json.loads(json.dumps(TOPIC))
    post = topic["post_stream"]["posts"][0]
    post |= {"cooked": f"<p>{words}</p>", "version": day, "updated_at": f"2026-01-{day:02}T00:00:00Z"}
    path = tmp_path / f"hello-{day}.7.json"
    path.write_text(json.dumps(topic))
    return path


def test_edits_show_the_words_and_not_the_person(tmp_path: Path) -> None:
    """What was taken out of a post between two exports, with their dates and without names."""
    older = topic_saying(tmp_path, "You may use any approved tool, says ann.", 2)
    newer = topic_saying(tmp_path, "You may use Tamberlo, says ann.", 9)
    done = forum_pulse("edits", older, newer, "-q")
    assert "[-any approved tool,-]" in done.stdout
    assert "{+Tamberlo,+}" in done.stdout
    assert "between 2026-01-02 00:00 and 2026-01-09 00:00" in done.stdout
    assert "ann" not in done.stdout.replace("annotated", "")
    rows = json.loads(forum_pulse("edits", newer, older, "-q", "--json").stdout)
    assert [row["opening_post"] for row in rows] == [True]
    assert "ann" not in json.dumps(rows)


def test_private_words_are_read_only_when_asked_for(tmp_path: Path) -> None:
    """`--include private` reads a private topic, and the manifest says so."""
    path = tmp_path / "hello.7.json"
    path.write_text(json.dumps({**TOPIC, "archetype": "private_message"}))
    edited = topic_saying(tmp_path, "Hi", 2)
    assert forum_pulse("inspect", path, "-q").stdout.count("posts left out as private") == 1
    edited.write_text(edited.read_text().replace('"id": 7,', '"id": 7, "archetype": "private_message",', 1))
    newer = topic_saying(tmp_path, "Hi there", 9)
    newer.write_text(newer.read_text().replace('"id": 7,', '"id": 7, "archetype": "private_message",', 1))
    assert "there" not in forum_pulse("edits", edited, newer, "-q").stdout
    assert "{+there+}" in forum_pulse("edits", edited, newer, "-q", "--include", "private").stdout
    wrong = forum_pulse("edits", edited, "-q", "--include", "secrets")
    assert (wrong.returncode, "private" in wrong.stderr) == (2, True)


@pytest.mark.parametrize(("format", "file"), [("convokit", "utterances.jsonl"), ("parquet", "post.parquet")])
def test_export_for_other_tools(tmp_path: Path, format: str, file: str) -> None:
    """Files that others read; an unknown format and a folder in use are refused."""
    out = tmp_path / "corpus"
    assert forum_pulse("export", topic_file(tmp_path), "--format", format, "-o", out).returncode == 0
    assert (out / file).exists()
    again = forum_pulse("export", topic_file(tmp_path), "--format", format, "-o", out)
    assert (again.returncode, "hint:" in again.stderr) == (2, True)
    wrong = forum_pulse("export", topic_file(tmp_path), "--format", "xml", "-o", out)
    assert (wrong.returncode, "convokit" in wrong.stderr) == (2, True)


def test_scripts_get_json(tmp_path: Path) -> None:
    """One object on stdout, of the formats and of what was ingested; nothing else."""
    known = json.loads(forum_pulse("formats", "--json").stdout)["formats"]
    assert {
        "format": "slack",
        "reads": known[[row["format"] for row in known].index("slack")]["reads"],
        "verified": True,
    } in known
    older, newer = topic_saying(tmp_path, "Any approved tool", 2), topic_saying(tmp_path, "Tamberlo", 9)
    done = forum_pulse("ingest", older, newer, "--workspace", tmp_path / "w", "--json")
    told = json.loads(done.stdout)
    assert [(row["name"], row["posts"]) for row in told["exports"]] == [(older.name, 1), (newer.name, 1)]
    assert len(told["changes"]) == 1
