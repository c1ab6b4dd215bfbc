"""All readers of boards: each claims its own exports only, and no file can crash one."""

import gzip
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pytest
from board_readers import FIXTURES

import forum_pulse
from forum_pulse.corpus.model import Record
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, load, names
from forum_pulse.errors import BrokenExportError

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
ODD: tuple[Any, ...] = (
    None, True, -1, 10**30, 1e308, "", "\ud800", "a\0b", "../../etc", "=1+1", [], {}, [[[]]], {"id": {}}, "9" * 400,
)  # fmt: skip


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


def values(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in a JSON document."""
    if path:
        yield path
    entries = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in entries:
        yield from values(value, (*path, key))


def changed(document: Any, path: tuple[Any, ...], value: Any, *, delete: bool) -> Any:
    copy = json.loads(json.dumps(document))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if delete:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


def spoiled(text: str, chance: random.Random) -> str:
    """A file with one value of the wrong kind, one missing, or an end too early."""
    how = chance.randrange(4)
    if how == 0:
        return text[: chance.randrange(len(text))]
    try:
        lines = [json.loads(text)]
    except ValueError:
        lines = []
        for line in text.splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                at = chance.randrange(len(text))
                return text[:at] + chance.choice(["'", "\\", "(", "<", "&", "\0", ";", "é"]) + text[at + 1 :]
    which = chance.randrange(len(lines))
    places = list(values(lines[which]))
    if places:
        lines[which] = changed(lines[which], chance.choice(places), chance.choice(ODD), delete=how == 1)
    return "\n".join(json.dumps(line) for line in lines)


def swallow(reader: Reader, path: Path) -> None:
    export = Export.try_open(path)
    if export is None:
        return
    reader.sniff(export)
    with suppress(BrokenExportError):
        for record in reader.read(export, ReadOptions()):
            assert isinstance(record, get_args(Record))


@pytest.mark.parametrize(("path", "format"), EXPORTS.items())
def test_no_damage_crashes_a_reader(path: str, format: str, tmp_path: Path) -> None:
    """Values of the wrong kind, missing ones, files cut off: records or one clear error."""
    source, reader, chance = FIXTURES / path, load(format), random.Random(path)
    files = sorted(source.rglob("*")) if source.is_dir() else [source]
    for number in range(120):
        victim = chance.choice(files)
        folder = tmp_path / f"{number}"
        folder.mkdir()
        for file in files:
            text = file.read_text(encoding="utf-8")
            text = spoiled(text, chance) if file == victim else text
            (folder / file.name).write_text(text, encoding="utf-8", errors="replace", newline="")
        swallow(reader, folder if source.is_dir() else folder / source.name)


@pytest.mark.parametrize("format", OURS)
@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        "null",
        "[1, 2]",
        '"x"',
        '{"data": {"data": {"data": []}}}',
        "<dataset>",
        "\x00" * 99,
    ],
)
def test_no_rubbish_crashes_a_reader(format: str, content: str, tmp_path: Path) -> None:
    """Files that are nothing at all."""
    for name in ("rubbish.json", "rubbish.xml", "rubbish.sql"):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        swallow(load(format), path)


def test_all_are_installed() -> None:
    """The registry lists them, those without a real sample as experimental."""
    assert set(OURS) <= set(names())
    assert [name for name in OURS if not load(name).verified] == ["phpbb"]


@pytest.mark.parametrize(("path", "format"), EXPORTS.items())
def test_reading_twice_gives_the_same(path: str, format: str) -> None:
    """Nothing depends on chance."""
    reader, export = load(format), Export(FIXTURES / path)
    assert list(reader.read(export, ReadOptions())) == list(reader.read(export, ReadOptions()))


@pytest.mark.parametrize("format", OURS)
def test_damaged_archives_are_not_claimed(format: str, tmp_path: Path) -> None:
    """A compressed file that is cut off is nobody's, and no traceback."""
    whole = gzip.compress((FIXTURES / "phpbb" / "mill.sql").read_bytes())
    for name in ("cut.json.gz", "cut.sql.gz", "RC_2024-01.gz"):
        path = tmp_path / name
        path.write_bytes(whole[:20])
        assert not load(format).sniff(Export(path))
        swallow(load(format), path)
