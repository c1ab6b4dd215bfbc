"""Stray files beside a recognised export: whatever the format, none is passed over without a word."""

import os
from pathlib import Path, PurePosixPath

import pytest
import whole_exports
from reader_checks import of, read

import forum_pulse
from forum_pulse.corpus.inspection import inspect
from forum_pulse.corpus.model import Anomaly, Record
from forum_pulse.corpus.readers import Export, load, names

STRAYS = {
    "stray.json": {"colour": "red", "weights": [1, 2]}, "strays.json": [{"colour": "red"}],
    "stray.jsonl": '{"colour": "red"}\n{"colour": "blue"}\n', "stray.csv": "colour,weight\nred,4\n",
    "stray.txt": "what we spoke of\n", "stray.xml": "<colours/>", "stray.sql": "SELECT 1;",
    "stray.html": "<p>red</p>", "stray.docx": "x", "stray": "x",
}  # fmt: skip
SILENT = ("stray.PNG", "stray.pdf", "stray.m4a", "README.md", "LICENSE")


def top(folder: Path) -> Path:
    """The folder that all files of an export lie in."""
    return folder / os.path.commonpath([PurePosixPath(name).parent for name in Export(folder).members])


def strewn(folder: Path, files: whole_exports.Files) -> Path:
    """An export with strays at its top and in its last folder."""
    whole_exports.write(folder, files)
    last = max(PurePosixPath(name).parent for name in files)
    for place in {top(folder), folder / last}:
        whole_exports.write(place, STRAYS)
    return folder


def unread(records: list[Record]) -> dict[str, str]:
    return {row.locator: row.detail for row in of(records, Anomaly) if row.code == "unread"}


@pytest.mark.parametrize("name", names())
def test_each_stray_is_told(name: str, tmp_path: Path):
    """By a row about it where the reader opened it, else by the row of its kind of file."""
    for number, files in enumerate(whole_exports.exports_of(name)):
        folder = strewn(tmp_path / str(number), files)
        records = read(load(name), folder)
        told = {row.locator.partition(":")[0] for row in of(records, Anomaly)}
        counted = unread(records).values()
        kinds = {PurePosixPath(stray).suffix or "without suffix" for stray in STRAYS}
        missed = {kind for kind in kinds if not any(f"({kind})" in detail for detail in counted)}
        strays = [member for member in Export(folder).members if "stray" in member]
        assert {
            stray for stray in strays if (PurePosixPath(stray).suffix or "without suffix") in missed
        } <= told


@pytest.mark.parametrize("name", ["slack", "discourse", "zulip-archive", "telegram", "mattermost", "github"])
def test_a_row_a_kind_of_file_with_its_number(name: str, tmp_path: Path):
    """However many there are; pictures, sound, documents to print, read-mes and licences need no word."""
    folder = whole_exports.write(tmp_path / "export", next(iter(whole_exports.exports_of(name))))
    before = unread(read(load(name), folder))
    whole_exports.write(folder, dict.fromkeys(("minutes/a.odt", "minutes/b.ODT", "votes.dbf", *SILENT), "x"))
    after = unread(read(load(name), folder))
    assert {locator: after[locator] for locator in after.keys() - before.keys()} == {
        "minutes/a.odt": "not read: 2 files (.odt)", "votes.dbf": "not read: 1 file (.dbf)",
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in names() if getattr(load(name), "set_aside", ())])
def test_what_a_reader_sets_aside_needs_no_word(name: str, tmp_path: Path):
    """Files of its format that hold no records."""
    folder = whole_exports.write(tmp_path, next(iter(whole_exports.exports_of(name))))
    before = unread(read(load(name), folder))
    patterns: tuple[str, ...] = load(name).set_aside  # pyright: ignore[reportAttributeAccessIssue]
    for pattern in patterns:
        aside = top(folder) / pattern.replace("*", "Part")
        if not aside.exists():
            whole_exports.write(aside.parent, {aside.name: "{}"})
    assert unread(read(load(name), folder)) == before


def test_strays_of_a_mixed_folder(tmp_path: Path):
    """Between two exports and inside one of them; inspection shows each kind with an example."""
    for name in ("slack", "discourse"):
        whole_exports.write(tmp_path / name, next(iter(whole_exports.exports_of(name))))
    whole_exports.write(tmp_path, {"minutes.odt": "x", "slack/poll.dbf": "x", "slack/more/poll.dbf": "x"})
    with forum_pulse.read(tmp_path) as corpus:
        found = inspect(corpus.store).findings.to_pylist()
    told = {(row["name"], row["example"]): row["detail"] for row in found if "not read" in row["finding"]}
    assert told["", "minutes.odt"] == "no reader knows this file"
    assert told["slack", "more/poll.dbf"] == "not read: 2 files (.dbf)"
