"""The CONSUL reader on small invented open data that holds every trap of the format."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, find
from forum_pulse.corpus.readers.petition_sites.consul import ConsulReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "consul"


def read(path: Path) -> list[model.Record]:
    return list(ConsulReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(FOLDER)


@pytest.mark.parametrize("name", ["", "proposals.csv", "debates.csv", "comments.csv", "votes.csv"])
def test_is_the_reader_of_its_fixtures(name: str):
    """It alone claims them; it was never seen to read a real site's data."""
    assert isinstance(ConsulReader(), Reader)
    assert not ConsulReader.verified
    assert find(Export(FOLDER / name)).name == "consul"


def test_threads_and_their_first_posts(records: list[model.Record]):
    """Proposals and debates; one that was given up is closed and says why."""
    assert {t.native_id: (t.kind, t.state) for t in of(records, model.Thread)} == {
        "Proposal/1": ("proposal", "open"),
        "Proposal/2": ("proposal", "closed"),
        "Debate/1": ("discussion", "open"),
        "Debate/9": ("discussion", None),
    }
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert posts["Proposal/1"].body == "Dredge the basin\n\nDig.\n\n<p>It silts up.</p>"
    assert (posts["Proposal/1"].body_format, posts["Proposal/1"].created_at) == (
        "html",
        datetime(2031, 3, 1, 9, tzinfo=UTC),
    )
    (revision,) = of(records, model.Revision)
    assert (revision.post, revision.after, revision.reason) == ("Proposal/2", "retired", "It is white now.")


def test_comments(records: list[model.Record]):
    """Their ancestry is the way down to them; the one above may be gone, or they may have none."""
    assert {p.native_id: (p.thread, p.parent) for p in of(records, model.Post) if p.parent} == {
        "Comment/10": ("Proposal/1", "Proposal/1"),
        "Comment/11": ("Proposal/1", "Comment/10"),
        "Comment/12": ("Proposal/1", "Comment/11"),
        "Comment/13": ("Proposal/1", "Comment/99"),
        "Comment/14": ("Debate/9", "Debate/9"),
        "Notification/1/2031-03-20 09": ("Proposal/1", "Proposal/1"),
    }


def test_votes_are_never_counted_twice(records: list[model.Record]):
    """Votes one by one where they stand so, and of the count only the remainder."""
    sums: Counter[tuple[str, str]] = Counter()
    for reaction in of(records, model.Reaction):
        assert (reaction.identity, reaction.account) == ("count_only", None)
        sums[reaction.post, reaction.name_raw] += reaction.n
    assert sums == {
        ("Proposal/1", "up"): 30,
        ("Proposal/2", "up"): 2,
        ("Debate/1", "up"): 2,
        ("Debate/1", "down"): 3,
        ("Comment/10", "up"): 3,
        ("Comment/10", "down"): 1,
    }
    dated = [r for r in of(records, model.Reaction) if r.created_at is not None]
    assert Counter(r.post for r in dated) == {"Proposal/1": 2, "Proposal/2": 2, "Debate/1": 1}


def test_anomalies(records: list[model.Record]):
    """Everything odd says where."""
    assert Counter((a.code, a.locator) for a in of(records, model.Anomaly)) == {
        ("unknown_column", "comments.csv:1"): 1,
        ("unknown_column", "proposals.csv:1"): 1,
        ("orphan", "comments.csv:5"): 1,
        ("orphan", "comments.csv:6"): 1,
        ("bad_time", "comments.csv:6"): 1,
        ("count_mismatch", "proposals.csv:3"): 1,
        ("duplicate", "proposals.csv:4"): 1,
        ("orphan", "votes"): 1,
    }


def test_into_the_store(tmp_path: Path):
    """The store holds what the tables hold."""
    with Store(tmp_path) as store:
        store.ingest(Export(FOLDER), ConsulReader())
        assert store.scalar("SELECT sum(n) FROM reaction WHERE mechanism = 'upvote'") == 37
        assert store.scalar("SELECT count(*) FROM post WHERE parent_status = 'absent'") == 2


def test_votes_alone(tmp_path: Path):
    """A table of votes says nothing of what they are for."""
    with pytest.raises(BrokenExportError, match="neither a proposal"):
        read(FOLDER / "votes.csv")
