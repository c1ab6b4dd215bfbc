"""The Viva Engage reader on an invented network, three users' exports, and pages of the REST interface."""

import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers import Export, ReadOptions, find
from forum_pulse.corpus.readers.interface import Reader
from forum_pulse.corpus.readers.microsoft.engage import VivaEngageReader
from forum_pulse.corpus.readers.registry import find_all
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FIXTURES = Path(__file__).parent / "fixtures"
HARBOUR = FIXTURES / "viva_engage"
NETWORK = HARBOUR / "network"


def read(path: Path, **options: str) -> list[model.Record]:
    return list(VivaEngageReader().read(Export(path), ReadOptions(**options)))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(NETWORK)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def table(folder: Path, text: str, name: str = "Messages.csv") -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return folder


def test_is_the_one_reader():
    """A network, a user's export, several of them and a lone table are known, and by no other reader."""
    assert isinstance(VivaEngageReader(), Reader)
    assert not VivaEngageReader.verified
    for path in (HARBOUR, NETWORK, HARBOUR / "bo", NETWORK / "Messages.csv"):
        assert find(Export(path)).name == "viva-engage"


def test_claims_nothing_else():
    """Fixtures of other formats are left alone, and tables stay tables."""
    others = [path for path in FIXTURES.iterdir() if path.name != "viva_engage"]
    files = [file for path in others for file in path.rglob("*") if file.is_file()]
    assert files
    assert not [path for path in (*others, *files) if VivaEngageReader().sniff(Export(path))]
    assert find(Export(FIXTURES / "tables" / "forum.csv")).name == "tables"


def test_source(records: list[model.Record]):
    """A network export knows no likes; versions are edits; deletions are marked."""
    first, last = of(records, model.Source)
    assert records[0] is first
    assert (first.format, first.instance) == ("viva-engage", "viva-engage")
    assert (last.has_reaction_actors, last.has_edit_history, last.has_deletions) == ("own", True, True)
    assert last.exported_at == datetime(2031, 3, 2, 10, tzinfo=UTC)


def test_a_root_post(posts: dict[str, model.Post], records: list[model.Record]):
    """Literal line breaks are lines, "null" is nothing, an announcement's title is the thread's."""
    root = posts["1001"]
    assert (root.thread, root.parent, root.author, root.subtype) == ("1001", None, "11", "announcement")
    assert root.body == "Please like this if we should dredge the basin.\n\nThanks, [[user:12]]"
    assert clean(root.body, root.body_format).mentions == ("12",)
    thread = next(thread for thread in of(records, model.Thread) if thread.native_id == "1001")
    assert (thread.title, thread.container) == ("Dredge the basin", "group 501")


def test_replies(posts: dict[str, model.Post], records: list[model.Record]):
    """A reply answers whom it names, also to an absent message."""
    replies = {p.native_id: (p.thread, p.parent, p.parent_source) for p in posts.values() if p.parent}
    assert replies == {
        "1002": ("1001", "1001", "explicit"),
        "1003": ("1001", "1002", "explicit"),
        "1004": ("1001", "900", "explicit"),
    }
    assert [a.post for a in of(records, model.Anomaly) if a.code == "orphan"] == [None, "1004"]
    assert clean(posts["1003"].body, "engage").own_text == "not from me"


def test_private(posts: dict[str, model.Post], records: list[model.Record]):
    """Private groups and conversations are marked, on posts and on containers."""
    assert {p.native_id for p in posts.values() if p.is_private} == {"1008", "1009"}
    assert {c.name: c.is_private for c in of(records, model.Container)} == {
        "Harbour": False, "Harbour talk": False, "Crew only": True, "Lighthouse": True,
        "private messages": True,
    }  # fmt: skip


def test_states_and_kinds(posts: dict[str, model.Post]):
    """Deleted by whom, drafts and system rows."""
    assert {p.native_id: p.state for p in posts.values() if p.state != "visible"} == {
        "1005": "deleted_by_author", "1006": "removed", "1011": "draft",
    }  # fmt: skip
    assert [p.native_id for p in posts.values() if p.kind == "system"] == ["1007"]


def test_accounts(records: list[model.Record]):
    """Most senders have no row in Users.csv: the message names them; a name alone is no stable id."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert accounts["11"] == model.Account(
        native_id="11", display_name="Ada Quay", email="ada@harbour.example"
    )
    assert accounts["90"].kind == "bot"
    assert not accounts["name:Dee Fender"].is_stable_id
    assert {"12", "14"} <= set(accounts)


def test_edits(posts: dict[str, model.Post], records: list[model.Record]):
    """MessageVersions.csv gives old wording and the time of the last edit."""
    assert (posts["1002"].edit_count, posts["1002"].edited_at) == (
        2,
        datetime(2031, 2, 27, 23, 10, 50, tzinfo=UTC),
    )
    assert [(r.number, r.after) for r in of(records, model.Revision)] == [(1, "+2"), (2, "+1")]


def test_votes(records: list[model.Record]):
    """Answers.csv says who voted for which answer, and when."""
    assert [(r.post, r.account, r.mechanism, r.created_at) for r in of(records, model.Reaction)] == [
        ("1002", "14", "upvote", datetime(2031, 3, 2, 10, tzinfo=UTC))
    ]


def test_attachments(records: list[model.Record]):
    """Link cards with commas in their titles, files by their names where Files.csv has them."""
    assert [(a.post, a.name, a.url) for a in of(records, model.Attachment)] == [
        ("1001", "Basin, plan", "https://harbour.example/plan"),
        ("1001", "plan.pdf", None),
        ("1001", "uploadedfile:9002", None),
    ]


def test_anomalies(records: list[model.Record]):
    """A column nobody knows, a message without id, a second one with an id, a time that is none."""
    assert Counter((a.code, a.detail) for a in of(records, model.Anomaly)) == {
        ("unknown_column", "Messages.csv: field 'mood' is unknown and was not read"): 1,
        ("unparsed", "a message without an id"): 1,
        ("duplicate", "this message came before"): 1,
        ("bad_time", "yesterday"): 1,
        ("poll_without_results", "a poll; who voted for what is not exported"): 1,
        ("orphan", "what this answers is not in the export"): 1,
        ("orphan", "a vote for a message that is not in the export"): 1,
    }


def test_likes_of_several_users():
    """Each user's export gives that user's likes; one that names nobody gives a like by nobody known."""
    records = read(HARBOUR)
    likes = [
        (r.post, r.account, r.n, r.identity) for r in of(records, model.Reaction) if r.name_raw == "like"
    ]
    assert likes == [
        ("1001", "12", 1, "identified"),
        ("1001", "13", 1, "identified"),
        ("1001", None, 1, "count_only"),
        ("1020", "12", 1, "identified"),
    ]
    assert not of(records, model.ReactionTotal)
    assert [a.locator for a in of(records, model.Anomaly) if a.code == "unknown_user"] == [
        "nobody/LikedMessages.csv:2"
    ]
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert len(posts) == len(of(records, model.Post)) == 13
    assert posts["1020"].is_private


def test_exports_of_users_join_in_the_store(tmp_path: Path):
    """Read one by one or together, the same people like the same post."""
    question = """SELECT count(DISTINCT r.account_id) FROM reaction r JOIN post USING (post_id)
                  WHERE r.name_raw = 'like' AND r.identity = 'identified'"""
    with Store(tmp_path / "together") as store:
        store.ingest(Export(HARBOUR), VivaEngageReader())
        assert store.scalar(question) == 2
        assert store.scalar("SELECT count(*) FROM mention WHERE account_id IS NOT NULL") == 1
    for order in (("network", "bo", "cy"), ("cy", "network", "bo"), ("bo", "cy", "network")):
        with Store(tmp_path / " ".join(order)) as store:
            for name in order:
                store.ingest(Export(HARBOUR / name), VivaEngageReader())
            assert store.scalar(question) == 2
            assert store.scalar("SELECT count(*) FROM reaction WHERE removed_at IS NOT NULL") == 0
            assert store.scalar("SELECT count(*) FROM post") == 13


def test_zips_of_several_users(tmp_path: Path):
    """A folder of archives, one a user, is a folder of exports of one network."""
    for name in ("bo", "cy"):
        shutil.make_archive(str(tmp_path / "exports" / name), "zip", HARBOUR / name)
    found = find_all(Export(tmp_path / "exports"))
    assert [reader.name for _, reader in found.exports] == ["viva-engage"] * 2


@pytest.mark.parametrize(
    "missing", ["thread_id", "replied_to_id", "sender_id", "created_at", "body", "group_id"]
)
def test_any_column_may_be_missing(tmp_path: Path, missing: str):
    """Without a column its meaning is missing, and nothing else."""
    header = [
        "id",
        "replied_to_id",
        "thread_id",
        "group_id",
        "sender_id",
        "body",
        "created_at",
        "in_private_group",
    ]
    rows = [
        {"id": "1", "thread_id": "1", "sender_id": "11", "body": "a", "created_at": "2031-02-27T23:06:40"},
        {"id": "2", "replied_to_id": "1", "thread_id": "1", "sender_id": "12", "body": "b", "group_id": "5"},
    ]
    kept = [name for name in header if name != missing]
    lines = [",".join(kept), *(",".join(row.get(name, "") for name in kept) for row in rows)]
    table(tmp_path, "\n".join(lines) + "\n")
    records = read(tmp_path)
    assert {post.thread for post in of(records, model.Post)} == {"1"}
    assert len(of(records, model.Post)) == 2
    if missing != "body":
        assert find(Export(tmp_path)).name == "viva-engage"


def test_networks_in_folders(tmp_path: Path):
    """Each network's folder is a container by the name Networks.csv gives."""
    table(tmp_path, "id,name\n7,Home\n8,Partners\n", "Networks.csv")
    for network, number in (("7", "1"), ("8", "2")):
        text = f"id,thread_id,sender_id,body,in_private_group\n{number},{number},11,hi,false\n"
        table(tmp_path, text, f"{network}/Messages.csv")
    records = read(tmp_path)
    names = {c.native_id: c.name for c in of(records, model.Container)}
    assert {t.native_id: names[t.container or ""] for t in of(records, model.Thread)} == {
        "1": "Home", "2": "Partners",
    }  # fmt: skip


def message(number: int, **fields: Any) -> dict[str, Any]:
    """A message as the REST interface gives it."""
    return {
        "id": number, "sender_id": 11, "replied_to_id": None, "created_at": "2031/02/27 23:06:40 +0100",
        "network_id": 7, "message_type": "update", "sender_type": "user", "group_id": 501, "thread_id": 1001,
        "body": {"parsed": "hello [[user:12]]", "plain": "hello Bo Winch", "rich": "hello"},
        "system_message": False, "direct_message": False, "privacy": "public", "attachments": [],
        "liked_by": {"count": 0, "names": []}, **fields,
    }  # fmt: skip


def page(folder: Path, document: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "page.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def test_rest_likes(tmp_path: Path):
    """Of five likes two are by known ids, one by a name, two by nobody named."""
    liked = {
        "count": 5,
        "names": [{"full_name": "Bo Winch", "user_id": 12}, {"full_name": "Cy Bollard", "user_id": 13},
                  {"full_name": "Dee Fender"}],
    }  # fmt: skip
    records = read(page(tmp_path, [message(1001, liked_by=liked)]))
    assert [(r.account, r.n, r.identity) for r in of(records, model.Reaction)] == [
        ("12", 1, "identified"), ("13", 1, "identified"), ("name:Dee Fender", 1, "name_only"),
        (None, 2, "count_only"),
    ]  # fmt: skip
    total = of(records, model.ReactionTotal)[0]
    assert (total.total, total.identified) == (5, 3)
    assert find(Export(tmp_path)).name == "viva-engage"


def test_rest_page(tmp_path: Path):
    """References name people and groups, a thread's size shows what is missing, and so does the page."""
    document = {
        "threaded_extended": {"1001": [message(1002, replied_to_id=1001), message(1001)]},
        "messages": [
            message(1001, title="Hello", attachments=[{"type": "ymodule", "name": "plan", "web_url": "https://x.example"}]),
            message(1003, thread_id=1003, direct_message=True, group_id=None),
            message(1004, thread_id=1004, group_id=502, privacy="private"),
            message(1005, thread_id=1005, system_message=True, weather="sunny"),
        ],
        "references": [
            {"type": "user", "id": 11, "full_name": "Ada Quay"},
            {"type": "group", "id": 501, "full_name": "Harbour talk", "privacy": "public"},
            {"type": "thread", "id": 1001, "stats": {"updates": 9}},
        ],
        "meta": {"older_available": True},
    }  # fmt: skip
    records = read(page(tmp_path, document))
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert len(posts) == len(of(records, model.Post)) == 5
    assert posts["1001"].created_at == datetime(2031, 2, 27, 22, 6, 40, tzinfo=UTC)
    assert posts["1001"].body == "hello [[user:12]]"
    assert {number for number, post in posts.items() if post.is_private} == {"1003", "1004"}
    assert posts["1005"].kind == "system"
    assert (posts["1002"].thread, posts["1002"].parent) == ("1001", "1001")
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert (threads["1001"].title, threads["1001"].posts_expected) == ("Hello", 9)
    assert {a.native_id: a.display_name for a in of(records, model.Account)} == {"11": "Ada Quay"}
    assert Counter(a.code for a in of(records, model.Anomaly)) == {"truncated": 1, "unknown_column": 1}
    assert of(records, model.Source)[-1].complete == "no"


def test_a_count_below_its_names(tmp_path: Path):
    """More names than the count says is told; nobody is lost."""
    liked = {"count": 1, "names": [{"user_id": 12}, {"user_id": 13}, "Dee Fender", 7, None]}
    records = read(page(tmp_path, [message(1001, liked_by=liked)]))
    assert len(of(records, model.Reaction)) == 3
    assert [a.code for a in of(records, model.Anomaly)] == ["count_mismatch"]


def test_words():
    """People, groups and tags in brackets; what is quoted addresses nobody."""
    cleaned = clean("[[user:12]] and [[group:5|crew]] on [[tag:4|tide]]\n> [[user:13]] +1\nmine", "engage")
    assert cleaned.mentions == ("12", "@crew")
    assert cleaned.own_text == "@user and crew on #tide\nmine"


def test_nothing_readable_is_an_error(tmp_path: Path):
    """Tables without any message are no export of a forum."""
    table(tmp_path, "id,thread_id,sender_id,replied_to_id\n")
    with pytest.raises(BrokenExportError, match="no Viva Engage message"):
        read(tmp_path)
