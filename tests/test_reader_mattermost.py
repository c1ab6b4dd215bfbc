"""The Mattermost reader on a small invented export and on pages of its API, with every trap of both."""

import json
import re
import shutil
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from reader_checks import claimants, claimed, of, read
from whole_exports import FIXTURES

import forum_pulse
from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.chats.mattermost import MattermostReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

BULK = FIXTURES / "mattermost" / "harbour.jsonl"
PAGES = FIXTURES / "mattermost_pages"


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(MattermostReader(), BULK)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    return {post.body: post for post in of(records, model.Post)}


@pytest.fixture(scope="module")
def pages() -> list[model.Record]:
    return read(MattermostReader(), PAGES)


def test_is_a_reader():
    """It has the shape the registry expects."""
    assert isinstance(MattermostReader(), Reader)


def test_knows_its_own_and_no_other():
    """Nobody else claims its fixtures, lines that look like a table included; it claims no other's."""
    assert claimants(BULK) == claimants(PAGES) == claimants(PAGES / "page0.json") == ["mattermost"]
    assert claimed(MattermostReader()) == {"mattermost", "mattermost_pages"}


def test_a_zip_with_files_beside_the_lines(tmp_path: Path, records: list[model.Record]):
    """As `mmctl export download` gives it: the lines and a folder of attachments; what else lies there is told."""
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(BULK, "import.jsonl")
        archive.writestr("data/plan.pdf", b"%PDF")
        archive.writestr("notes.txt", b"words")
    assert claimants(tmp_path / "export.zip") == ["mattermost"]
    packed = read(MattermostReader(), tmp_path / "export.zip")
    assert len(of(packed, model.Post)) == len(of(records, model.Post))
    beside = len(of(packed, model.Anomaly)) - len(of(records, model.Anomaly))
    assert (beside, [a.detail for a in of(packed, model.Anomaly) if a.locator == "notes.txt"]) == (
        1, ["not read: 1 file (.txt)"],
    )  # fmt: skip


def test_made_ids_are_stable_and_hide_names(records: list[model.Record], tmp_path: Path):
    """The order of lines changes no id, and no id holds a user name."""
    lines = BULK.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "turned.jsonl").write_text(lines[0] + "".join(lines[:0:-1]), encoding="utf-8")
    turned = of(read(MattermostReader(), tmp_path / "turned.jsonl"), model.Post)
    mine = of(records, model.Post)
    assert {post.native_id for post in turned if "of two" not in post.body} == {
        post.native_id for post in mine if "of two" not in post.body
    }
    assert len({post.native_id for post in mine}) == len(mine)
    made = [name for post in mine for name in (post.native_id, post.thread)]
    made += [container.native_id for container in of(records, model.Container)]
    assert [name for name in made if not re.fullmatch("[0-9a-f]{20}", name)] == []


def test_two_posts_of_one_millisecond_stay_two(posts: dict[str, model.Post]):
    """Author, channel and moment alike: the text tells them apart."""
    assert posts["first of two"].native_id != posts["second of two"].native_id


def test_containers(records: list[model.Record]):
    """Teams hold channels; private channels and direct conversations are marked, listed or not."""
    found = {(c.name, c.kind, c.is_private) for c in of(records, model.Container)}
    assert found == {
        ("Dockside", "category", False),
        ("The Quay", "channel", False),
        ("Crew", "channel", True),
        ("direct messages of 2", "group", True),
        ("direct messages of 3", "group", True),
    }


def test_private_posts(posts: dict[str, model.Post]):
    """Whatever is said in a private place is private, answers included."""
    private = {body for body, post in posts.items() if post.is_private}
    assert private == {"between us", "quite", "psst", "three of us"}


def test_accounts(records: list[model.Record]):
    """People who left stay people; bots are listed as such; who posts by a webhook is not its owner."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {name: account.kind for name, account in accounts.items()} == {
        "ada": "human", "bo": "human", "cy": "human", "tides": "bot", "zed": "human", "webhook:Deploy": "app",
    }  # fmt: skip
    assert accounts["ada"].display_name == "Ada Lind"
    assert accounts["bo"].display_name == "Bo W"
    assert accounts["ada"].email == "ada@harbour.example"


def test_a_webhook_does_not_speak_for_its_owner(posts: dict[str, model.Post]):
    """What an app says in its attachments is read, and credited to the app."""
    assert posts["Build 7\npassed"].author == "webhook:Deploy"


def test_replies_hang_on_their_root(posts: dict[str, model.Post]):
    """One level: every answer answers the first post."""
    root = posts["We should dredge the basin.\n+1 if you agree"]
    assert root.parent is None
    assert posts["+1"].parent == posts["+1"].thread == root.native_id == root.thread
    assert posts["+1"].parent_source == "explicit"


def test_reactions(records: list[model.Record], posts: dict[str, model.Post]):
    """Named, dated to the millisecond; one without a name is told of."""
    root = posts["We should dredge the basin.\n+1 if you agree"].native_id
    mine = [r for r in of(records, model.Reaction) if r.post == root]
    assert {(r.name_raw, r.account, r.identity) for r in mine} == {
        ("+1", "bo", "identified"),
        ("+1", "cy", "identified"),
        ("crane", "bo", "identified"),
    }
    assert mine[0].created_at == datetime(2031, 2, 27, 23, 6, 41, 1000, tzinfo=UTC)
    totals = {r.name_raw: (r.total, r.identified) for r in of(records, model.ReactionTotal) if r.post == root}
    assert totals == {"+1": (2, 2), "crane": (1, 1)}


def test_edits_deletions_and_system_posts(posts: dict[str, model.Post], records: list[model.Record]):
    """An edit is dated; a deleted post stays, marked; what happened is no post of a person."""
    assert posts["We should dredge the basin.\n+1 if you agree"].edited_at == datetime(
        2031, 2, 27, 23, 7, 40, tzinfo=UTC
    )
    assert posts["gone"].state == "deleted_by_author"
    joined = posts["bo joined the channel."]
    assert (joined.kind, joined.subtype) == ("system", "system_join_channel")
    last = of(records, model.Source)[-1]
    assert last.has_deletions
    assert last.exported_at == datetime(2031, 2, 27, 23, 7, 40, tzinfo=UTC)


def test_what_is_odd_is_told(records: list[model.Record]):
    """Broken lines, lines without content, an unlisted author, a time that is none."""
    assert Counter(a.code for a in of(records, model.Anomaly)) == {
        "unparsed": 4, "unknown_user": 1, "bad_time": 1,
    }  # fmt: skip


def test_attachments(records: list[model.Record]):
    """By the last part of their path."""
    assert [a.name for a in of(records, model.Attachment)] == ["basin plan.pdf"]


def test_pages_posts(pages: list[model.Record]):
    """Ids are the platform's; a root on two pages comes once; removed by another is not deleted."""
    posts = {post.native_id: post for post in of(pages, model.Post)}
    assert {
        name: (post.thread, post.parent, post.state, post.is_private) for name, post in posts.items()
    } == {
        "p1": ("p1", None, "visible", False),
        "p2": ("p2", None, "visible", False),
        "p3": ("p1", "p1", "visible", False),
        "p5": ("p0", "p0", "visible", False),
        "p6": ("p6", None, "removed", False),
        "p7": ("p7", None, "visible", True),
    }
    threads = {thread.native_id: thread for thread in of(pages, model.Thread)}
    assert threads["p1"].posts_expected == 2
    assert len(threads) == len(of(pages, model.Thread))


def test_pages_former_wording(pages: list[model.Record]):
    """A row with `original_id` is what that post said before."""
    (change,) = of(pages, model.Revision)
    assert (change.post, change.number, change.before) == ("p2", 1, "now with a comma here")
    assert of(pages, model.Source)[-1].has_edit_history


def test_pages_say_what_they_lack(pages: list[model.Record]):
    """A post of `order` that is absent, an absent root, reactions that were not asked for."""
    assert Counter(a.code for a in of(pages, model.Anomaly)) == {
        "truncated": 1, "orphan": 1, "metadata_only": 1,
    }  # fmt: skip
    assert of(pages, model.Source)[-1].complete == "no"


def test_pages_names(pages: list[model.Record]):
    """Users and channels that lie beside: bots are known, direct messages too."""
    assert {a.native_id: a.kind for a in of(pages, model.Account)} == {
        "u1": "human",
        "u2": "human",
        "u3": "bot",
    }
    assert {(c.native_id, c.is_private) for c in of(pages, model.Container)} == {("c1", False), ("c2", True)}


def test_nothing_to_read(tmp_path: Path):
    """One clear error."""
    (tmp_path / "empty.jsonl").write_text('{"type":"version","version":1}\n')
    with pytest.raises(BrokenExportError, match="no post") as caught:
        list(MattermostReader().read(Export(tmp_path / "empty.jsonl"), ReadOptions()))
    assert "mmctl" in caught.value.hint


def test_store_and_recognition(tmp_path: Path):
    """Recognised without a format; quotes are kept apart; ingest twice changes nothing."""
    with Store(tmp_path / "ws") as store:
        for _ in range(2):
            store.ingest(Export(BULK), MattermostReader())
        assert store.scalar("SELECT count(*) FROM post") == 15
        assert store.scalar("SELECT own_text FROM post WHERE body LIKE '> dredge%'") == "no, too dear @bo"
        assert store.scalar("SELECT sum(n) FROM reaction") == store.scalar(
            "SELECT sum(total) FROM reaction_total"
        )
    assert len(forum_pulse.read(PAGES).posts()) > 0


def test_only_the_bulk_export_is_whole(records: list[model.Record], pages: list[model.Record]):
    """What a page lacks has not vanished."""
    assert {source.covers for source in of(records, model.Source)} == {"container"}
    assert {source.covers for source in of(pages, model.Source)} == {"nothing"}


def test_a_channel_that_no_answer_describes_is_private(tmp_path: Path):
    """Pages alone do not tell a channel from direct messages; the doubt is told once a channel."""
    for page in ("page0.json", "page1.json"):
        shutil.copy(PAGES / page, tmp_path)
    records = read(MattermostReader(), tmp_path)
    assert {post.is_private for post in of(records, model.Post)} == {True}
    assert {c.native_id: c.is_private for c in of(records, model.Container)} == {"c1": True, "c2": True}
    assert [a.code for a in of(records, model.Anomaly)].count("unknown_place") == 2


def test_a_post_without_a_channel_is_private(tmp_path: Path):
    """It may have been said anywhere."""
    page = json.loads((PAGES / "page0.json").read_bytes())
    for post in page["posts"].values():
        post["channel_id"] = None
    (tmp_path / "page.json").write_text(json.dumps(page), encoding="utf-8")
    shutil.copy(PAGES / "channels.json", tmp_path)
    records = read(MattermostReader(), tmp_path)
    assert {post.is_private for post in of(records, model.Post)} == {True}
    assert [a.code for a in of(records, model.Anomaly)].count("unknown_place") == 1
