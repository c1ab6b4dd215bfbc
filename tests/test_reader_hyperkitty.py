"""The HyperKitty reader on small invented pages that hold every trap of the format."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, find
from forum_pulse.corpus.readers.mail.hyperkitty import HyperkittyReader
from forum_pulse.corpus.readers.mail.mbox import MboxReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "hyperkitty"


def read(path: Path) -> list[model.Record]:
    return list(HyperkittyReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(FOLDER)


def test_is_the_reader_of_its_fixtures(records: list[model.Record]):
    """It alone claims them; it was never seen to read a real archive."""
    assert isinstance(HyperkittyReader(), Reader)
    assert not HyperkittyReader.verified
    for path in (FOLDER, *FOLDER.iterdir()):
        assert find(Export(path)).name == "hyperkitty"
    last = of(records, model.Source)[-1]
    assert (last.complete, last.exported_at) == ("no", datetime(2031, 3, 2, 9, tzinfo=UTC))


def test_mails(records: list[model.Record]):
    """Threads by hash, whatever the order; a parent that is not here keeps its hash."""
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert {n: (p.thread, p.parent, p.author) for n, p in posts.items()} == {
        "a@x": ("a@x", None, "ada@harbour.example"),
        "b@x": ("a@x", "a@x", "bo@dock.example"),
        "c@x": ("c@x", "GONE", None),
    }
    assert posts["a@x"].created_at == datetime(2031, 3, 1, 8, tzinfo=UTC)
    assert {t.native_id: t.title for t in of(records, model.Thread)} == {"a@x": "Dredge", "c@x": "before"}
    assert [c.native_id for c in of(records, model.Container)] == ["talk.harbour.example"]
    assert [(a.post, a.name) for a in of(records, model.Attachment)] == [("b@x", "tide.png")]
    assert {a.native_id: a.display_name for a in of(records, model.Account)} == {
        "ada@harbour.example": None,
        "bo@dock.example": "Bo Winch",
    }


def test_an_address_that_the_list_rewrote(tmp_path: Path):
    """It is its owner's, as in the mbox of the list."""
    told = {
        "mailinglist": "https://x.y/api/list/talk@l.x/",
        "message_id": "a@x",
        "message_id_hash": "A",
        "sender": {"address": "ada=40x.y (a) dmarc.l.x"},
        "content": "Dredge it.",
    }
    (tmp_path / "a.json").write_text(json.dumps(told))
    assert [a.native_id for a in of(read(tmp_path), model.Account)] == ["ada@x.y"]


def test_votes_are_counts(records: list[model.Record]):
    """Likes and dislikes, in the old place and the new, without people."""
    found = [(r.post, r.name_raw, r.mechanism, r.n, r.identity) for r in of(records, model.Reaction)]
    assert found == [
        ("a@x", "likes", "like", 3, "count_only"),
        ("b@x", "likes", "like", 2, "count_only"),
        ("b@x", "dislikes", "downvote", 1, "count_only"),
    ]


def test_anomalies(records: list[model.Record]):
    """Everything odd says where."""
    assert Counter((a.code, a.locator) for a in of(records, model.Anomaly)) == {
        ("duplicate", "page1.json:1"): 1,
        ("unknown_column", "page1.json:1"): 1,
        ("bad_time", "page1.json:2"): 1,
        ("unparsed", "page1.json:4"): 1,
        ("metadata_only", "d@x"): 1,
    }


def test_pages_and_archive_of_one_list_meet(tmp_path: Path):
    """A mail that is in the mbox and on a page is one post by one account on one list."""
    (tmp_path / "x.mbox").write_bytes(
        b"From a@b Sat Mar  1 09:00:00 2031\nFrom: Ada <ada@harbour.example>\nMessage-ID: <a@x>\n"
        b"List-Id: Talk <talk.harbour.example>\nDate: Sat, 1 Mar 2031 09:00:00 +0100\n\nDredge it.\n"
    )
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(tmp_path / "x.mbox"), MboxReader())
        store.ingest(Export(FOLDER / "page1.json"), HyperkittyReader())
        assert store.scalar("SELECT count(*) FROM post") == 3
        assert store.scalar("SELECT count(*) FROM container") == 1
        assert store.scalar("SELECT count(*) FROM account") == 2
        assert store.scalar("SELECT count(*) FROM post WHERE parent_status = 'absent'") == 1


def test_a_list_without_words(tmp_path: Path):
    """A page that lists mails only is refused in words."""
    page = json.loads((FOLDER / "page1.json").read_text())
    page["results"] = page["results"][3:4]
    (tmp_path / "x.json").write_text(json.dumps(page))
    with pytest.raises(BrokenExportError, match="no mail with its words"):
        read(tmp_path / "x.json")


def test_mails_without_a_hash_are_threads_of_their_own(tmp_path: Path):
    """Nothing ties them together but that both lack it."""
    page = [{"message_id": f"<{name}@x>", "mailinglist": "l", "content": name} for name in "ab"]
    (tmp_path / "x.json").write_text(json.dumps(page))
    assert {post.thread for post in of(read(tmp_path / "x.json"), model.Post)} == {"a@x", "b@x"}
