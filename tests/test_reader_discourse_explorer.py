"""Results of Discourse's Data Explorer: as JSON here, as CSV like any table."""

import json
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus.model import Anomaly, Post, Record, Source
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, load, names
from forum_pulse.corpus.readers.discourse.explorer import ExplorerReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError, ConfigError, ForumPulseError

Noun = TypeVar("Noun")
COLUMNS = ["id", "thread", "parent", "title", "author", "text", "created_at", "likes"]
ROWS: list[Any] = [
    ["5/1", 5, None, "The pier", "ada", "Open the pier.", "2031-05-01T09:00:00.000Z", 2],
    ["5/2", 5, "5/1", "The pier", "bo", "+1, and soon.", "2031-05-01T09:05:00.000Z", 0],
    "no row",
    ["5/3", 5],
]


def result(**fields: Any) -> dict[str, Any]:
    return {
        "success": True,
        "errors": [],
        "duration": 1.5,
        "result_count": 2,
        "params": {},
        "columns": COLUMNS,
        "default_limit": 1000,
        "relations": {"user": [{"id": 1, "username": "ada"}]},
        "colrender": {"4": "user"},
        "rows": ROWS,
    } | fields


def saved(folder: Path, document: Any, name: str = "pier.dcqresult.json") -> Path:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def read(path: Path, **options: Any) -> list[Record]:
    return list(ExplorerReader().read(Export(path), ReadOptions(**options)))


def of(kind: type[Noun], records: list[Record]) -> list[Noun]:
    return [record for record in records if isinstance(record, kind)]


def test_reader_keeps_the_protocol() -> None:
    """It is what the registry expects of a reader, and no real result was seen."""
    assert isinstance(ExplorerReader(), Reader)
    assert not ExplorerReader.verified


def test_rows_are_posts(tmp_path: Path) -> None:
    """A query with our column names gives posts and replies; what is no row is named."""
    records = read(saved(tmp_path, result()), instance="talk.example.org")
    posts = of(Post, records)
    assert [(p.native_id, p.thread, p.parent, p.body) for p in posts] == [
        ("5/1", "5", None, "Open the pier."),
        ("5/2", "5", "5/1", "+1, and soon."),
    ]
    sources = of(Source, records)
    assert {(s.format, s.instance) for s in sources} == {("discourse-explorer", "talk.example.org")}
    assert [(a.code, a.locator) for a in of(Anomaly, records)] == [
        ("unparsed", "pier.dcqresult.json:3"),
        ("unparsed", "pier.dcqresult.json:4"),
    ]


def test_columns_can_be_named(tmp_path: Path) -> None:
    """A query with other names is read by saying which column is what."""
    path = saved(tmp_path, result(columns=["a", "b", "c", "d", "e", "f", "g", "h"]))
    told = {"text": "f", "id": "a", "thread": "b", "author": "e"}
    assert [p.body for p in of(Post, read(path, columns=told))] == ["Open the pier.", "+1, and soon."]
    with pytest.raises(ConfigError):
        read(path, columns={"text": "z"})


def test_a_result_at_its_limit_may_be_cut_off(tmp_path: Path) -> None:
    """As many rows as the forum gives at most are no proof that there are no more."""
    records = read(saved(tmp_path, result(default_limit=2)))
    assert [a.code for a in of(Anomaly, records)].count("truncated") == 1


def test_unknown_fields_are_named(tmp_path: Path) -> None:
    """What a later version adds is said not to be read."""
    records = read(saved(tmp_path, result(charts=[1])))
    assert [a.detail for a in of(Anomaly, records) if a.code == "unknown_column"] == [
        "result: field 'charts' is unknown and was not read"
    ]


@pytest.mark.parametrize("document", ["{", result(rows=[]), result(rows=7), result(columns=None), [], "null"])
def test_nothing_to_read_is_an_error(tmp_path: Path, document: Any) -> None:
    """A result without rows is refused, with a remedy, and the file is named as the user knows it."""
    with pytest.raises(BrokenExportError) as caught:
        read(saved(tmp_path, document))
    assert caught.value.hint
    assert str(tmp_path) in caught.value.message


def test_columns_that_mean_nothing_name_the_users_file(tmp_path: Path) -> None:
    """An error about columns does not speak of files the user never saw."""
    path = saved(tmp_path, result(columns=list("abcdefgh")))
    with pytest.raises(ForumPulseError) as caught:
        read(path)
    assert str(path) in caught.value.message


def test_nobody_else_claims_it(tmp_path: Path) -> None:
    """It is no topic, no list and no table."""
    export = Export(saved(tmp_path, result()))
    assert [name for name in names() if load(name).sniff(export)] == ["discourse-explorer"]
    for path in sorted((Path(__file__).parent / "fixtures").rglob("*")):
        if path.is_file():
            assert not ExplorerReader().sniff(Export(path)), path.name


def test_csv_is_a_table(tmp_path: Path) -> None:
    """The same result as CSV needs no reader of its own."""
    text = ",".join(COLUMNS) + "\n5/1,5,,The pier,ada,Open the pier.,2031-05-01 09:00:00 UTC,2\n"
    export = Export(saved(tmp_path, text, "pier.csv"))
    assert [name for name in names() if load(name).sniff(export)] == ["tables"]


def test_store(tmp_path: Path) -> None:
    """It goes into the store."""
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(saved(tmp_path, result())), ExplorerReader())
        assert store.scalar("SELECT count(*) FROM post WHERE parent_status = 'root'") == 1


JUNK = (None, True, -1, 2**70, 1.5, "x", "\ud83d", "\0", [None], {"a": {"b": 1}})


def test_any_cell_may_be_anything(tmp_path: Path) -> None:
    """Whatever stands in a cell, the next row stays."""
    for column in range(len(COLUMNS)):
        for junk in JUNK:
            row = list(ROWS[0])
            row[column] = junk
            records = read(saved(tmp_path, result(rows=[row, ROWS[1]])))
            assert "+1, and soon." in {p.body for p in of(Post, records)}
