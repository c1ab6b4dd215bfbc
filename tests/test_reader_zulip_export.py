"""The reader of Zulip's own export on a small invented organisation, with every trap of the format."""

import shutil
import tarfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reader_checks import claimants, claimed, of, read
from whole_exports import FIXTURES

import forum_pulse
from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.zulip.export import ZulipExportReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

FOLDER = FIXTURES / "zulip_export"


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(ZulipExportReader(), FOLDER)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def test_is_a_reader():
    """It has the shape the registry expects, and says that no real export was read yet."""
    assert isinstance(ZulipExportReader(), Reader)
    assert not ZulipExportReader.verified


def test_knows_its_own_and_no_other():
    """Nobody else claims its fixtures, the reader of zulip-archive neither; it claims no other's."""
    assert claimants(FOLDER) == claimants(FOLDER / "messages-000001.json") == ["zulip-export"]
    assert claimed(ZulipExportReader()) == {"zulip_export"}


def test_a_tarball_reads_like_its_folder(tmp_path: Path, records: list[model.Record]):
    """As the server gives it, with uploads beside."""
    with tarfile.open(tmp_path / "zulip-export.tar.gz", "w:gz") as archive:
        archive.add(FOLDER, "zulip-export-x")
        archive.add(__file__, "zulip-export-x/uploads/2/ab/plan.pdf")
    assert claimants(tmp_path / "zulip-export.tar.gz") == ["zulip-export"]
    posts = of(read(ZulipExportReader(), tmp_path / "zulip-export.tar.gz"), model.Post)
    assert [post.native_id for post in posts] == [post.native_id for post in of(records, model.Post)]


def test_source(records: list[model.Record]):
    """The organisation is the forum; the latest moment it knows dates the export."""
    last = of(records, model.Source)[-1]
    assert (last.instance, last.has_edit_history, last.has_deletions) == ("harbour", True, True)
    assert last.exported_at == datetime(2031, 2, 27, 23, 15, tzinfo=UTC)


def test_containers(records: list[model.Record]):
    """Streams, private ones marked; conversations without names."""
    assert {(c.native_id, c.kind, c.name, c.is_private) for c in of(records, model.Container)} == {
        ("31", "channel", "quay", False),
        ("32", "channel", "crew", True),
        ("direct/7-8", "group", "direct messages", True),
        ("group/5", "group", "direct messages", True),
    }


def test_topics_are_threads(records: list[model.Record], posts: dict[str, model.Post]):
    """A resolved topic stays one thread, whatever case it is written in; its title bears no tick."""
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert (threads["31/dredging"].title, threads["31/dredging"].state) == ("Dredging", "closed")
    assert threads["31/dredging"].root_post == "101"
    assert threads["31/dredging"].created_at == posts["101"].created_at is not None
    assert {name for name, post in posts.items() if post.thread == "31/dredging"} == {
        "101", "102", "103", "110", "112", "113",
    }  # fmt: skip
    assert len(threads) == len(of(records, model.Thread))
    assert set(threads) == {post.thread for post in posts.values()}


def test_private_posts(posts: dict[str, model.Post]):
    """In private streams and conversations."""
    assert {name for name, post in posts.items() if post.is_private} == {"107", "108", "109"}


def test_kinds_and_states(posts: dict[str, model.Post]):
    """What the server says is no post; a message of the archive tables was deleted."""
    assert {name for name, post in posts.items() if post.kind == "system"} == {"103"}
    assert {name for name, post in posts.items() if post.state != "visible"} == {"110"}


def test_accounts(records: list[model.Record]):
    """Bots by their flag; who was deactivated stays a person, who was deleted has a stand-in."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {name: account.kind for name, account in accounts.items()} == {
        "1": "bot", "7": "human", "8": "human", "9": "bot", "10": "deleted", "12": "human", "77": "human",
    }  # fmt: skip
    assert accounts["7"].email == "ada@harbour.example"


def test_who_quotes_answers(posts: dict[str, model.Post]):
    """Whose words and which message, by id, for two people share a name; all others answer the first message."""
    assert (posts["102"].parent, posts["102"].parent_source) == ("101", "quote")
    assert (posts["112"].parent, posts["112"].parent_source) == ("101", "thread_root")
    cleaned = clean(posts["102"].body, posts["102"].body_format)
    assert cleaned.own_text == "+1 @Bo Winch"
    assert [(span.who, span.post) for span in cleaned.spans if span.kind == "quote"] == [("7", "101")]
    assert cleaned.mentions == ("12",)


def test_former_wordings(records: list[model.Record], posts: dict[str, model.Post]):
    """The oldest first, each with what came after it; a move to another stream and topic too."""
    changes = of(records, model.Revision)
    assert [(c.post, c.number, c.field, c.before, c.after, c.account, c.reason) for c in changes] == [
        ("101", 1, "body", "Dredge the basin", "Dredge the basin soon", "7", None),
        ("101", 2, "title", "chatter", "Dredging", "8", "moved from stream 32"),
        ("101", 3, "body", "Dredge the basin soon", "Dredge the basin now", "7", None),
    ]
    assert posts["101"].edited_at == datetime(2031, 2, 27, 23, 15, tzinfo=UTC)


def test_reactions(records: list[model.Record]):
    """Everybody is named; one to a message that is not here is told of, not counted."""
    assert {(r.post, r.name_raw, r.account, r.identity) for r in of(records, model.Reaction)} == {
        ("101", "+1", "8", "identified"),
        ("101", "+1", "9", "identified"),
        ("102", "crane", "7", "identified"),
    }
    assert {(t.post, t.name_raw): (t.total, t.identified) for t in of(records, model.ReactionTotal)} == {
        ("101", "+1"): (2, 2),
        ("102", "crane"): (1, 1),
    }


def test_polls(records: list[model.Record]):
    """Votes in the order of their events, those taken back gone; options and question added later."""
    polls = {poll.post: poll for poll in of(records, model.Poll)}
    assert set(polls) == {"104", "105"}
    assert (polls["104"].question, polls["104"].voters, polls["104"].is_public) == (
        "When do we dredge?",
        2,
        True,
    )
    options = [(o.native_id, o.text, o.votes) for o in of(records, model.PollOption) if o.poll == "104/poll"]
    assert options == [("canned,0", "May", 0), ("canned,1", "June", 1), ("8,1", "never", 1)]
    assert {(v.option, v.account) for v in of(records, model.PollVote)} == {("8,1", "8"), ("canned,1", "12")}


def test_a_poll_without_events_has_no_results(records: list[model.Record], posts: dict[str, model.Post]):
    """Its options stand in the message, and the message is no statement."""
    options = [(o.text, o.votes) for o in of(records, model.PollOption) if o.poll == "105/poll"]
    assert options == [("here", None), ("there", None)]
    assert clean(posts["105"].body, posts["105"].body_format).own_text == ""


def test_attachments(records: list[model.Record]):
    """On the messages that show them."""
    assert [(a.post, a.name, a.size) for a in of(records, model.Attachment)] == [("102", "plan.pdf", 9)]


def test_what_is_odd_is_told(records: list[model.Record]):
    """Unknown columns, users, recipients, times; rows of absent messages; events that can't be read."""
    assert Counter(a.code for a in of(records, model.Anomaly)) == {
        "unknown_column": 2, "unparsed": 4, "bad_time": 1, "unknown_user": 1, "duplicate": 1,
        "count_mismatch": 1, "poll_without_results": 1, "orphan": 1,
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_cut_off_is_told_once(tmp_path: Path, encoding: str):
    """In any encoding a file is read for the tables it holds."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.json"):
        text = path.read_text(encoding="utf-8").rstrip()
        whole = text if path.name == "realm.json" else text[:-1]
        path.write_text(whole, encoding=encoding)
    records = read(ZulipExportReader(), tmp_path)
    told = [row.locator for row in of(records, model.Anomaly) if row.code == "truncated"]
    assert set(told) == {path.name for path in tmp_path.glob("*.json")} - {"realm.json"}
    assert encoding != "utf-8" or len(told) == len(set(told))
    assert of(records, model.Source)[-1].complete == "no"
    assert len(of(records, model.Post)) == len(of(read(ZulipExportReader(), FOLDER), model.Post))


def test_nothing_to_read(tmp_path: Path):
    """One clear error."""
    (tmp_path / "realm.json").write_text('{"zerver_realm":[{"id":1,"string_id":"x"}]}')
    with pytest.raises(BrokenExportError, match="no message") as caught:
        list(ZulipExportReader().read(Export(tmp_path), ReadOptions()))
    assert "realm.json" in caught.value.hint


def test_store_and_recognition(tmp_path: Path):
    """Recognised without a format; ingest twice changes nothing; the quote finds its author and message."""
    with Store(tmp_path / "ws") as store:
        for _ in range(2):
            store.ingest(Export(FOLDER), ZulipExportReader())
        assert store.scalar("SELECT count(*) FROM post") == 12
        found = (
            "SELECT count(*) FROM span WHERE quoted_post_id = 'harbour:101' AND quoted_account_id IS NOT NULL"
        )
        assert store.scalar(found) == 1
        assert store.scalar("SELECT sum(n) FROM reaction") == store.scalar(
            "SELECT sum(total) FROM reaction_total"
        )
    assert len(forum_pulse.read(FOLDER).posts()) > 0
