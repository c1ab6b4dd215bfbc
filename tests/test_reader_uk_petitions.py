"""The UK Parliament reader on small invented petitions that hold every trap of both its formats."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, find
from forum_pulse.corpus.readers.petition_sites.uk import UkPetitionsReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "uk_petitions"


def read(path: Path) -> list[model.Record]:
    return list(UkPetitionsReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(FOLDER)


def test_is_the_reader_of_its_fixtures(records: list[model.Record]):
    """It alone claims them, together and each alone; the source tells what the files can't."""
    assert isinstance(UkPetitionsReader(), Reader)
    for path in (FOLDER, *FOLDER.iterdir()):
        assert find(Export(path)).name == "uk-petitions"
    last = of(records, model.Source)[-1]
    assert (last.complete, last.has_reaction_actors, last.has_reaction_counts) == ("no", "no", True)
    assert last.exported_at == datetime(2031, 4, 2, 9, tzinfo=UTC)


def test_threads(records: list[model.Record]):
    """A petition is a thread; every state but open is closed to signatures."""
    assert {t.native_id: (t.title, t.state, t.kind) for t in of(records, model.Thread)} == {
        "700001": ("Dredge the inner basin", "open", "petition"),
        "700002": ("Paint the lighthouse", "closed", "petition"),
        "700003": ("Under review", "closed", "petition"),
        "700004": ("Hidden away", "closed", "petition"),
        "100001": ("Ring the fog bell", "open", "petition"),
        "100002": ("Mend the crane", "closed", "petition"),
    }


def test_the_statement_and_the_response(records: list[model.Record]):
    """The root post is the whole text; the government answers; what the public can't see is marked."""
    posts = {post.native_id: post for post in of(records, model.Post)}
    root = posts["700001"]
    assert root.body == "Dredge the inner basin\n\nIt silts up.\n\nBoats ground at low tide."
    assert (root.author, root.created_at) == ("ada quay", datetime(2031, 3, 1, 9, tzinfo=UTC))
    response = posts["700001/response"]
    assert (response.kind, response.parent, response.edited_at) == (
        "answer",
        "700001",
        datetime(2031, 3, 21, 10, tzinfo=UTC),
    )
    assert {n: p.state for n, p in posts.items() if p.state != "visible"} == {
        "700003": "unapproved",
        "700004": "hidden",
    }
    assert {a.native_id: (a.kind, a.is_stable_id) for a in of(records, model.Account)} == {
        "ada quay": ("human", False),
        "cy bollard": ("human", False),
        "government": ("organisation", True),
    }


def test_signatures_are_counts(records: list[model.Record]):
    """Nobody is named: one unnamed remainder, its total, and aggregates by place that need not add up."""
    assert {(r.post, r.n, r.identity, r.account) for r in of(records, model.Reaction)} == {
        ("700001", 1203, "count_only", None),
        ("700003", 5, "count_only", None),
        ("100001", 31, "count_only", None),
        ("100002", 7, "count_only", None),
    }
    assert {t.post: t.total for t in of(records, model.ReactionTotal)}["700002"] == 0
    places = [(a.dimension, a.key, a.value) for a in of(records, model.Aggregate) if a.thread == "700001"]
    assert places == [
        (None, None, 1203),
        ("country", "Norland", 1200),
        ("country", "Sudland", 3),
        ("constituency", "Lee and Luv", 700),
        ("region", "North", 900),
    ]


def test_anomalies(records: list[model.Record]):
    """What is odd is a row that says where."""
    assert Counter((a.code, a.locator) for a in of(records, model.Anomaly)) == {
        ("unknown_column", "700001.json"): 1,
        ("duplicate", "old.json:1"): 1,
        ("duplicate", "page.json:0"): 1,
        ("bad_time", "page.json:2"): 1,
        ("unparsed", "page.json:3"): 1,
        ("unparsed", "page.json:4"): 1,
        ("unparsed", "page.json:5"): 1,
        ("truncated", "page.json"): 1,
    }


def test_all_pages_of_a_list(tmp_path: Path):
    """Where each next page is here nothing is missing."""
    for page, following in ((1, 2), (2, None)):
        links = {
            "self": f"https://x.example/p?page={page}",
            "next": following and f"https://x.example/p?page={following}",
        }
        told = {
            "action": f"Petition {page}",
            "state": "open",
            "signature_count": page,
            "created_at": "2031-03-01T09:00:00Z",
        }
        data = [{"type": "petition", "id": page, "attributes": told}]
        (tmp_path / f"{page}.json").write_text(json.dumps({"links": links, "data": data}))
    records = read(tmp_path)
    assert of(records, model.Anomaly) == []
    assert of(records, model.Source)[-1].complete == "unknown"


def test_into_the_store(tmp_path: Path):
    """How many signed a petition is asked by SQL."""
    with Store(tmp_path) as store:
        store.ingest(Export(FOLDER), UkPetitionsReader())
        assert store.scalar("SELECT sum(n) FROM reaction WHERE mechanism = 'signature'") == 1246


def test_nothing_readable(tmp_path: Path):
    """JSON of another kind is not claimed, and refused in words when forced."""
    (tmp_path / "x.json").write_text('{"data": 7}')
    assert not UkPetitionsReader().sniff(Export(tmp_path / "x.json"))
    with pytest.raises(BrokenExportError, match="no petition"):
        read(tmp_path / "x.json")
