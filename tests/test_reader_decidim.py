"""The Decidim reader on small invented open data that holds every trap of the format."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import xlsxwriter

from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, find
from forum_pulse.corpus.readers.petition_sites.decidim import DecidimReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "decidim"
PROPOSALS, COMMENTS = FOLDER / "port-open-data-proposals.csv", FOLDER / "port-open-data-proposal_comments.csv"


TOLD: dict[str, Any] = {
    "id": 1, "title": {"en": "A"}, "body": {"en": "B"}, "participatory_space": {"id": 1, "url": "https://x.example"},
    "component": {"id": 2}, "endorsements": {"total_count": 2, "user_endorsements": ["Ada", "Bo"]}, "votes": 3, "state": "accepted",
    "answer": {"en": "C"}, "published_at": "2031-03-03T09:00:00Z", "url": "https://x.example/proposals/1", "comments": 1,
}  # fmt: skip
"""A proposal as the interface gives it."""


def read(path: Path) -> list[model.Record]:
    return list(DecidimReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(FOLDER)


@pytest.mark.parametrize("path", [FOLDER, PROPOSALS, COMMENTS], ids=lambda path: path.name)
def test_is_the_reader_of_its_fixtures(path: Path):
    """It alone claims them; it was never seen to read a real site's data."""
    assert isinstance(DecidimReader(), Reader)
    assert not DecidimReader.verified
    assert find(Export(path)).name == "decidim"


def test_the_source(records: list[model.Record]):
    """The forum is the host that its links name; its variant lists the columns."""
    last = of(records, model.Source)[-1]
    assert (last.instance, last.complete, last.has_reaction_actors) == ("port.example", "unknown", "partial")
    assert "port-open-data-users.csv: id, name, nickname" in last.variant
    assert last.exported_at == datetime(2031, 4, 1, 10, tzinfo=UTC)


def test_proposals(records: list[model.Record]):
    """A text in whichever language there is one; HTML where it is; machine translations are nobody's words."""
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert posts["Proposal/12"].body == "Dredge the basin\n\n<p>It silts <b>up</b>.</p>"
    assert (posts["Proposal/12"].body_format, posts["Proposal/12"].author) == ("html", "User/7")
    assert (posts["Proposal/13"].body, posts["Proposal/13"].body_format) == ("Pinta el far\n\nBlanc.", "text")
    assert (posts["Proposal/13"].subtype, posts["Proposal/13"].parent) == ("amendment", "Proposal/12")
    answer = posts["Proposal/12/answer"]
    assert (answer.kind, answer.author, answer.created_at) == (
        "answer",
        "organisation",
        datetime(2031, 4, 1, 10, tzinfo=UTC),
    )
    assert {t.native_id: (t.kind, t.state) for t in of(records, model.Thread)} == {
        "Proposal/12": ("proposal", "open"),
        "Proposal/13": ("proposal", "closed"),
        "Proposal/77": ("proposal", None),
    }
    assert [(r.post, r.field, r.after) for r in of(records, model.Revision)] == [
        ("Proposal/12", "state", "accepted"),
        ("Proposal/13", "state", "withdrawn"),
    ]


def test_supports_are_counts_and_endorsements_names(records: list[model.Record]):
    """Each name once, a remainder for the others; names that can't be told apart are none."""
    found = [(r.post, r.name_raw, r.account, r.n, r.identity) for r in of(records, model.Reaction)]
    assert found == [
        ("Proposal/12", "support", None, 120, "count_only"),
        ("Proposal/12", "endorsement", "name:ada quay", 1, "name_only"),
        ("Proposal/12", "endorsement", "name:bo winch", 1, "name_only"),
        ("Proposal/12", "endorsement", None, 2, "count_only"),
        ("Proposal/13", "endorsement", None, 2, "count_only"),
    ]
    assert [(t.post, t.total, t.identified) for t in of(records, model.ReactionTotal)] == [
        ("Proposal/12", 120, 0),
        ("Proposal/12", 4, 2),
        ("Proposal/13", 2, 0),
    ]


def test_comments(records: list[model.Record]):
    """Answers in any order, their sides, and the thread of one whose parent is gone."""
    comments = {p.native_id: p for p in of(records, model.Post) if p.kind == "comment"}
    assert {n: (p.thread, p.parent, p.subtype, p.author) for n, p in comments.items()} == {
        "Comment/101": ("Proposal/12", "Proposal/12", "in_favor", "User/7"),
        "Comment/102": ("Proposal/12", "Comment/101", "neutral", "Group/4"),
        "Comment/103": ("Proposal/12", "Comment/102", "against", "User/8"),
        "Comment/104": ("Proposal/13", "Comment/99", "neutral", "name:gus"),
        "Comment/105": ("Proposal/77", "Proposal/77", None, "User/7"),
    }


def test_accounts(records: list[model.Record]):
    """A group is an organisation; the deleted and those known by name only have no stable id."""
    assert {a.native_id: (a.kind, a.is_stable_id) for a in of(records, model.Account)} == {
        "User/7": ("human", True),
        "User/8": ("human", True),
        "User/9": ("deleted", False),
        "Group/4": ("organisation", True),
        "name:gus": ("human", False),
        "name:ada quay": ("human", False),
        "name:bo winch": ("human", False),
        "organisation": ("organisation", True),
    }


def test_anomalies(records: list[model.Record]):
    """Everything odd says where."""
    assert Counter(
        (a.code, a.locator.removeprefix("port-open-data-")) for a in of(records, model.Anomaly)
    ) == {
        ("unparsed", "metrics.csv"): 1,
        ("bad_time", "proposal_comments.csv:5"): 1,
        ("orphan", "proposal_comments.csv:5"): 1,
        ("orphan", "proposal_comments.csv:6"): 1,
        ("unknown_column", "proposals.csv:1"): 1,
        ("count_mismatch", "proposals.csv:3"): 1,
        ("duplicate", "proposals.csv:4"): 1,
        ("unparsed", "proposals.csv:5"): 1,
    }


def test_comments_that_are_counted_but_not_here():
    """Proposals without their comments are told to be cut."""
    records = read(PROPOSALS)
    assert [(a.code, a.detail) for a in of(records, model.Anomaly) if a.code == "truncated"] == [
        ("truncated", "3 comments are counted, 0 are here")
    ]


def test_json_and_excel_say_the_same(tmp_path: Path):
    """An administrator's export holds one comment as nested JSON, or as a row of a sheet."""
    told = {"id": 1, "created_at": "2031-03-03T09:00:00Z", "body": "Aye", "author": {"id": 7, "name": "Cy"}, "alignment": 1, "depth": 0,
            "commentable_id": 12, "commentable_type": "Decidim::Proposals::Proposal", "root_commentable_url": None}  # fmt: skip
    (tmp_path / "comments.json").write_text(json.dumps([told, 7]))
    flat = {k: v for k, v in told.items() if k != "author"} | {"author/id": 7, "author/name": "Cy"}
    with xlsxwriter.Workbook(tmp_path / "comments.xlsx") as book:
        sheet = book.add_worksheet("Export")
        sheet.write_row(0, 0, list(flat))
        sheet.write_row(1, 0, [value or "" if value is None else value for value in flat.values()])
    found: list[set[str]] = []
    for name in ("comments.json", "comments.xlsx"):
        assert find(Export(tmp_path / name)).name == "decidim"
        (post,) = of(read(tmp_path / name), model.Post)
        found.append(
            {
                str(getattr(post, field))
                for field in ("native_id", "thread", "author", "subtype", "created_at", "body")
            }
        )
    assert found[0] == found[1]


def test_into_the_store(tmp_path: Path):
    """What the platform counts is what the store adds up to."""
    with Store(tmp_path) as store:
        store.ingest(Export(FOLDER), DecidimReader())
        query = """SELECT count(*) FROM reaction_total t WHERE total <> (
                       SELECT sum(n) FROM reaction r WHERE r.post_id = t.post_id AND r.name_raw = t.name_raw)"""
        assert store.scalar(query) == 0


def test_nothing_readable(tmp_path: Path):
    """A table of something else is refused in words."""
    (tmp_path / "x.csv").write_text("day;cumulative\n1;2\n")
    assert not DecidimReader().sniff(Export(tmp_path / "x.csv"))
    with pytest.raises(BrokenExportError, match="neither a proposal"):
        read(tmp_path / "x.csv")
