"""The Rocket.Chat reader on small invented collections: API pages, mongoexport and mongodump, with every trap."""

import builtins
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bson
import pytest
from reader_checks import claimants, claimed, of, read
from whole_exports import FIXTURES

import forum_pulse
from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.chats.rocket_chat import RocketChatReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError, ExportError

FOLDER = FIXTURES / "rocket_chat"


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(RocketChatReader(), FOLDER)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def documents(name: str) -> list[dict[str, Any]]:
    """One of the fixture's collections."""
    (found,) = [
        value
        for value in json.loads((FOLDER / name).read_text(encoding="utf-8")).values()
        if isinstance(value, list)
    ]
    return found


def dated(document: dict[str, Any], spelt: Any) -> dict[str, Any]:
    """A document with its times spelt another way."""
    return {
        key: spelt(datetime.fromisoformat(value))
        if key in ("ts", "editedAt", "createdAt") and isinstance(value, str) and "T" in value
        else value
        for key, value in document.items()
    }


def dump(folder: Path) -> Path:
    """The collections as mongodump writes them, others beside."""
    for name, source in (
        ("rocketchat_message", "messages.json"),
        ("rocketchat_room", "rooms.json"),
        ("users", "users.json"),
    ):
        data = b"".join(bson.encode(dated(document, lambda at: at)) for document in documents(source))
        (folder / f"{name}.bson").write_bytes(data)
        (folder / f"{name}.metadata.json").write_text('{"indexes":[]}')
    (folder / "rocketchat_settings.bson").write_bytes(bson.encode({"_id": "secret", "value": "x"}))
    return folder


def test_is_a_reader():
    """It has the shape the registry expects."""
    assert isinstance(RocketChatReader(), Reader)


def test_knows_its_own_and_no_other(tmp_path: Path):
    """Nobody else claims its fixtures; it claims no other's."""
    assert claimants(FOLDER) == claimants(FOLDER / "messages.json") == ["rocket-chat"]
    assert claimants(dump(tmp_path)) == ["rocket-chat"]
    assert claimed(RocketChatReader()) == {"rocket_chat"}


def told(records: list[model.Record]) -> list[Any]:
    """What was read, without where it stood."""
    return [
        (
            post.native_id,
            post.thread,
            post.parent,
            post.author,
            post.created_at,
            post.body,
            post.state,
            post.is_private,
        )
        for post in of(records, model.Post)
    ] + sorted(
        (reaction.post, reaction.name_raw, reaction.account) for reaction in of(records, model.Reaction)
    )


def test_a_dump_reads_like_the_pages(tmp_path: Path, records: list[model.Record]):
    """BSON with dates of its own; other collections of the dump are told."""
    dumped = read(RocketChatReader(), dump(tmp_path))
    assert told(dumped) == told(records)
    assert {row.code for row in of(dumped, model.Anomaly)} == {
        row.code for row in of(records, model.Anomaly)
    } - {"truncated"} | {"unread"}


@pytest.mark.parametrize(
    "spelt",
    [
        lambda at: {"$date": at.isoformat()},
        lambda at: {"$date": int(at.timestamp() * 1000)},
        lambda at: {"$date": {"$numberLong": str(int(at.timestamp() * 1000))}},
    ],
)
def test_mongoexport_reads_like_the_pages(tmp_path: Path, records: list[model.Record], spelt: Any):
    """A document a line, in the three spellings of a date; as an array it is the same."""
    for name in ("messages", "rooms", "users"):
        lines = [json.dumps(dated(document, spelt)) for document in documents(f"{name}.json")]
        (tmp_path / f"{name}.json").write_text("\n".join(lines) + "\n")
    assert told(read(RocketChatReader(), tmp_path)) == told(records)
    assert claimants(tmp_path) == ["rocket-chat"]
    (tmp_path / "messages.json").write_text("[" + ",\n".join(lines for lines in _lines(tmp_path)) + "]")
    assert told(read(RocketChatReader(), tmp_path)) == told(records)


def _lines(folder: Path) -> list[str]:
    return (folder / "messages.json").read_text().splitlines()


def test_without_the_decoder_there_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It names the extra and another way out."""
    importing = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "bson" or name.startswith("bson."):
            raise ImportError(name)
        return importing(name, *rest, **more)

    dump(tmp_path)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ExportError, match="pymongo") as caught:
        list(RocketChatReader().read(Export(tmp_path), ReadOptions()))
    assert "forum-pulse[bson]" in caught.value.hint
    assert "mongoexport" in caught.value.hint


def test_rooms(records: list[model.Record]):
    """Private groups, direct messages (told by their id alone) and visitors' chats are marked; discussions nest."""
    assert {(c.native_id, c.kind, c.name, c.parent, c.is_private) for c in of(records, model.Container)} == {
        ("r1", "channel", "The Quay", None, False),
        ("r2", "channel", "crew", None, True),
        ("d1", "channel", "Berth plan", "r1", False),
        ("u1u2", "group", "direct messages", None, True),
        ("l1", "room", "a visitor's chat", None, True),
    }


def test_private_posts(posts: dict[str, model.Post]):
    """As their rooms."""
    assert {name for name, post in posts.items() if post.is_private} == {"m9", "m10", "m16"}


def test_a_discussion_is_as_private_as_where_it_was_begun(tmp_path: Path):
    """When no document describes it."""
    begun = {
        "_id": "b1",
        "rid": "r2",
        "msg": "Hush",
        "u": {"_id": "u1"},
        "t": "discussion-created",
        "drid": "d2",
    }
    inside = {"_id": "b2", "rid": "d2", "msg": "secret", "u": {"_id": "u1"}}
    (tmp_path / "messages.json").write_text(json.dumps({"messages": [inside, begun]}))
    (tmp_path / "rooms.json").write_text((FOLDER / "rooms.json").read_text())
    posts = {post.native_id: post for post in of(read(RocketChatReader(), tmp_path), model.Post)}
    assert posts["b2"].is_private


def test_threads(records: list[model.Record], posts: dict[str, model.Post]):
    """`tmid` names the first message, here or not; shown in the channel too, a reply stays a reply."""
    assert posts["m2"].thread == posts["m3"].thread == posts["m2"].parent == "m1"
    assert (posts["m4"].thread, posts["m4"].parent) == ("m0", "m0")
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert threads["m1"].posts_expected == 3
    assert threads["m8"].container == "d1"
    assert set(threads) == {post.thread for post in posts.values()}


def test_kinds(posts: dict[str, model.Post]):
    """A type tells what happened; encrypted words are somebody's, unreadable; removed ones leave a tombstone."""
    assert {(p.native_id, p.kind, p.subtype) for p in posts.values() if p.subtype} == {
        ("m5", "system", "uj"),
        ("m6", "tombstone", "rm"),
        ("m7", "system", "discussion-created"),
        ("m13", "post", "e2e"),
    }
    assert posts["m13"].body == ""
    assert posts["m6"].state == "removed"


def test_accounts(records: list[model.Record]):
    """Bots by type; an integration is not the user it posts as; a name without id is a weak identity."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {name: (a.kind, a.is_stable_id) for name, a in accounts.items()} == {
        "u1": ("human", True), "u2": ("human", True), "u3": ("human", True), "rocket.cat": ("bot", True),
        "@zed": ("human", False), "bot:Deploy": ("app", False), "v1": ("human", True),
    }  # fmt: skip
    assert accounts["u1"].email == "ada@harbour.example"


def test_reactions(records: list[model.Record]):
    """User names become the accounts they belong to, each once."""
    assert {(r.post, r.name_raw, r.account, r.identity) for r in of(records, model.Reaction)} == {
        ("m1", ":+1:", "u2", "identified"),
        ("m1", ":+1:", "@zed", "identified"),
    }
    assert [(t.total, t.identified) for t in of(records, model.ReactionTotal)] == [(2, 2)]


def test_a_quoted_message_is_its_authors(posts: dict[str, model.Post]):
    """The link and the attachment together say whose words and which message; strikes and quotes go too."""
    cleaned = clean(posts["m2"].body, "rocket_chat")
    assert cleaned.own_text == "+1 from me"
    assert [(span.who, span.post) for span in cleaned.spans if span.kind == "quote"] == [("ada", "m1")]
    assert clean(posts["m3"].body, "rocket_chat").own_text == "I disagree @bo"


def test_former_wording(records: list[model.Record], posts: dict[str, model.Post]):
    """A hidden message with a parent is what that one said before; it stays hidden."""
    (change,) = of(records, model.Revision)
    assert (change.post, change.before, change.account) == ("m3", "I agree", "u3")
    assert posts["m3old"].state == "hidden"
    assert posts["m3"].edited_at == datetime(2031, 3, 1, 10, 5, tzinfo=UTC)


def test_a_caption_is_the_authors(posts: dict[str, model.Post], records: list[model.Record]):
    """It stands with the file."""
    assert posts["m12"].body == "The plan"
    assert [(a.name, a.mime, a.size) for a in of(records, model.Attachment)] == [
        ("plan.pdf", "application/pdf", 5)
    ]


def test_what_is_odd_is_told(records: list[model.Record]):
    """A reaction without users, an absent root, a message twice, no room, no time, pages that are missing."""
    assert Counter(a.code for a in of(records, model.Anomaly)) == {
        "unparsed": 2, "orphan": 1, "duplicate": 1, "bad_time": 1, "metadata_only": 1, "truncated": 1,
    }  # fmt: skip
    assert of(records, model.Source)[-1].complete == "no"


def test_nothing_to_read(tmp_path: Path):
    """One clear error."""
    (tmp_path / "rooms.json").write_text((FOLDER / "rooms.json").read_text())
    with pytest.raises(BrokenExportError, match="no message") as caught:
        list(RocketChatReader().read(Export(tmp_path), ReadOptions()))
    assert "rocketchat_message.bson" in caught.value.hint


def test_survives_a_broken_dump(tmp_path: Path):
    """Cut anywhere, and with any byte of the first documents changed."""
    data = (dump(tmp_path) / "rocketchat_message.bson").read_bytes()
    forms = [data[:end] for end in range(0, len(data), 97)]
    forms += [data[:at] + bytes([data[at] ^ 0x7F]) + data[at + 1 :] for at in range(0, 700, 5)]
    for form in forms:
        (tmp_path / "rocketchat_message.bson").write_bytes(form)
        try:
            records = read(RocketChatReader(), tmp_path)
        except BrokenExportError:
            continue
        assert of(records, model.Post)


def test_store_and_recognition(tmp_path: Path):
    """Recognised without a format; ingest twice changes nothing; a quote finds its author and message."""
    with Store(tmp_path / "ws") as store:
        for _ in range(2):
            store.ingest(Export(FOLDER), RocketChatReader())
        assert store.scalar("SELECT count(*) FROM post") == 16
        assert (
            store.scalar(
                "SELECT count(*) FROM span WHERE quoted_post_id = 'rocket-chat:m1' AND quoted_account_id IS NOT NULL"
            )
            == 1
        )
    assert len(forum_pulse.read(FOLDER).posts()) > 0


def test_only_a_collection_is_whole(records: list[model.Record], tmp_path: Path):
    """What a page lacks has not vanished."""
    assert {source.covers for source in of(records, model.Source)} == {"nothing"}
    dumped = read(RocketChatReader(), dump(tmp_path))
    assert {source.covers for source in of(dumped, model.Source)} == {"container"}
