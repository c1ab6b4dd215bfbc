"""All readers of boards: each claims its own exports only, and no file can crash one."""

import gzip
import json
from pathlib import Path

import pytest
from board_readers import FIXTURES
from reader_checks import survives

import forum_pulse
from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, ReadOptions, load, names

EXPORTS = {
    "confluence/wiki": "confluence",
    "convokit/mill": "convokit",
    "hacker_news/algolia_item.json": "hacker-news",
    "hacker_news/algolia_search.json": "hacker-news",
    "hacker_news/items.ndjson": "hacker-news",
    "lemmy/activities.json": "lemmy",
    "lemmy/api": "lemmy",
    "lemmy/rows.ndjson": "lemmy",
    "phpbb/mill.sql": "phpbb",
    "phpbb/mill.xml": "phpbb",
    "phpbb/mill_postgres.sql": "phpbb",
    "reddit/dump": "reddit",
    "reddit/thread.json": "reddit",
}
OURS = sorted(set(EXPORTS.values()))


@pytest.mark.parametrize(("path", "format"), EXPORTS.items())
def test_one_reader_claims_each(path: str, format: str) -> None:
    """Without --format the right reader is found."""
    with forum_pulse.read(FIXTURES / path) as corpus:
        assert corpus.store.scalar("SELECT format FROM source") == format


@pytest.mark.parametrize("format", OURS)
def test_none_claims_what_is_of_others(format: str) -> None:
    """Fixtures of other formats, file by file and folder by folder."""
    reader = load(format)
    mine = {FIXTURES / path for path, name in EXPORTS.items() if name == format}
    for path in FIXTURES.rglob("*"):
        is_mine = any(path == own or own in path.parents or path in own.parents for own in mine)
        if not is_mine and path.parent.name != "convokit" and (export := Export.try_open(path)) is not None:
            assert not reader.sniff(export), path


def test_all_are_installed() -> None:
    """The registry lists them, those without a real sample as experimental."""
    assert set(OURS) <= set(names())
    assert [name for name in OURS if not load(name).verified] == ["phpbb"]


@pytest.mark.parametrize(("path", "format"), EXPORTS.items())
def test_reading_twice_gives_the_same(path: str, format: str) -> None:
    """Nothing depends on chance."""
    reader, export = load(format), Export(FIXTURES / path)
    assert list(reader.read(export, ReadOptions())) == list(reader.read(export, ReadOptions()))


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("confluence/wiki/comments_77.json", "confluence"),
        ("hacker_news/algolia_item.json", "hacker-news"),
        ("lemmy/api/comments.json", "lemmy"),
        ("reddit/thread.json", "reddit"),
    ],
)
def test_an_answer_with_an_entry_a_line(path: str, format: str, tmp_path: Path) -> None:
    """It is one document for all its lines, and no entry is lost."""
    document = json.loads((FIXTURES / path).read_bytes())
    answer = json.dumps(document[-1] if isinstance(document, list) else document)
    told: list[list[str]] = []
    for number, written in enumerate((answer, answer.replace("[{", "[\n{").replace("}, {", "},\n{"))):
        file = tmp_path / f"{number}.json"
        file.write_text(written)
        records = load(format).read(Export(file), ReadOptions())
        told.append([record.native_id for record in records if isinstance(record, model.Post)])
    assert told[0] == told[1]
    assert len(told[0]) > 1


@pytest.mark.parametrize("format", OURS)
def test_damaged_archives_are_not_claimed(format: str, tmp_path: Path) -> None:
    """A compressed file that is cut off is nobody's, and no traceback."""
    whole = gzip.compress((FIXTURES / "phpbb" / "mill.sql").read_bytes())
    for name in ("cut.json.gz", "cut.sql.gz", "RC_2024-01.gz"):
        path = tmp_path / name
        path.write_bytes(whole[:20])
        assert not load(format).sniff(Export(path))
        assert survives(load(format), path) == []
