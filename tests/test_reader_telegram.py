"""The Telegram reader on a small invented group, and on a whole account's export, with every trap of both."""

import json
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
from forum_pulse.corpus.readers.chats.telegram import TelegramReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

RESULT = FIXTURES / "telegram" / "result.json"


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(TelegramReader(), RESULT)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def account_export(folder: Path) -> Path:
    """A whole account: several chats of all kinds, two of them left."""

    def chat(number: int, kind: str, **more: object) -> dict[str, object]:
        message = {"id": 1, "type": "message", "date_unixtime": "1930000000", "text": f"in {kind}"}
        return {"name": f"chat {number}", "type": kind, "id": number, "messages": [message | more]}

    who = {"from": "Ada Lind", "from_id": "user11"}
    document = {
        "about": "Here is the data",
        "personal_information": {"user_id": 11, "first_name": "Ada"},
        "chats": {
            "about": "chats",
            "list": [
                chat(12, "personal_chat", **who),
                chat(13, "bot_chat", **{"from": "Tides", "from_id": "user13"}),
                chat(11, "saved_messages", **who),
                chat(21, "private_group", **who),
                chat(22, "private_supergroup", **who),
                chat(23, "public_supergroup", **who),
                chat(24, "private_channel"),
            ],
        },
        "left_chats": {"about": "left", "list": [chat(25, "public_channel"), chat(26, "new_kind", **who)]},
    }
    (folder / "result.json").write_text(json.dumps(document))
    return folder / "result.json"


def test_is_a_reader():
    """It has the shape the registry expects."""
    assert isinstance(TelegramReader(), Reader)


def test_knows_its_own_and_no_other(tmp_path: Path):
    """Nobody else claims its fixtures; it claims no other's."""
    assert claimants(RESULT) == claimants(RESULT.parent) == ["telegram"]
    assert claimants(account_export(tmp_path)) == ["telegram"]
    assert claimed(TelegramReader()) == {"telegram"}


def test_exact_time_is_preferred(posts: dict[str, model.Post]):
    """The clock of the exporting computer has no zone; it is taken where there is nothing better, and said."""
    assert (posts["700/2"].created_at, posts["700/2"].tz_known) == (
        datetime(2031, 2, 27, 23, 6, 40, tzinfo=UTC),
        True,
    )
    assert (posts["700/8"].created_at, posts["700/8"].tz_known) == (datetime(2031, 3, 1, tzinfo=UTC), False)
    assert posts["700/2"].edited_at == datetime(2031, 2, 27, 23, 7, 40, tzinfo=UTC)


def test_a_topic_is_a_thread(records: list[model.Record], posts: dict[str, model.Post]):
    """Messages hang on the service message that made it; answers keep what they answer."""
    (thread,) = [thread for thread in of(records, model.Thread) if thread.native_id == "700/1"]
    assert (thread.title, thread.root_post, thread.container) == ("Dredging", "700/1", "700")
    assert posts["700/2"].thread == posts["700/3"].thread == "700/1"
    assert posts["700/3"].parent == "700/2"
    assert (posts["700/4"].thread, posts["700/4"].parent) == ("700/4", "700/99")


def test_kinds(posts: dict[str, model.Post]):
    """Service messages and what could not be exported are no posts of people."""
    assert {(p.native_id, p.subtype) for p in posts.values() if p.kind == "system"} == {
        ("700/1", "topic_created"),
        ("700/10", "unsupported"),
    }


def test_accounts(records: list[model.Record]):
    """Numbers and "user12" are one spelling; a null name is a deleted account; a channel is no human."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {name: (a.kind, a.is_stable_id) for name, a in accounts.items()} == {
        "user11": ("human", True), "user12": ("human", True), "user13": ("deleted", True),
        "user14": ("human", True), "channel800": ("organisation", True),
    }  # fmt: skip


def test_reactions(records: list[model.Record]):
    """The few named last are identified, the rest is a number; their clock is set by the message's."""
    mine = [r for r in of(records, model.Reaction) if r.post == "700/2"]
    assert {(r.name_raw, r.account, r.n, r.identity) for r in mine} == {
        ("👍", "user12", 1, "identified"),
        ("👍", "user13", 1, "identified"),
        ("👍", None, 3, "count_only"),
        ("custom:crane.webp", None, 1, "count_only"),
        ("paid", None, 2, "count_only"),
    }
    assert mine[0].created_at == datetime(2031, 2, 28, 0, 6, 40, tzinfo=UTC)
    totals = {r.name_raw: (r.total, r.identified) for r in of(records, model.ReactionTotal)}
    assert totals == {"👍": (5, 2), "custom:crane.webp": (1, 0), "paid": (2, 0)}


def test_poll_votes_are_numbers(records: list[model.Record], posts: dict[str, model.Post]):
    """More votes than voters: one may choose several. The question is what its author says."""
    (poll,) = of(records, model.Poll)
    assert (poll.question, poll.type, poll.status, poll.voters) == ("Dredge?", "multiple", "closed", 3)
    assert [(option.text, option.votes) for option in of(records, model.PollOption)] == [
        ("yes", 3), ("also yes", 2),
    ]  # fmt: skip
    assert not of(records, model.PollVote)
    assert posts["700/6"].body == "Dredge?"


def test_formatted_text(posts: dict[str, model.Post]):
    """Quotes, code and struck-out words are not own words; people are named, by id where there is one."""
    cleaned = clean(posts["700/3"].body, posts["700/3"].body_format)
    assert cleaned.own_text == "+1 from me @adalind Cy\n<b>"
    assert [span.kind for span in cleaned.spans] == ["quote", "own", "code", "own"]
    assert cleaned.mentions == ("adalind", "user13")


def test_forwarded_words_are_their_authors(posts: dict[str, model.Post]):
    """Another's words, by name; but a channel's own post in its discussion group is its own."""
    (span,) = clean(posts["700/5"].body, posts["700/5"].body_format).spans
    assert (span.kind, span.who) == ("forward", "Dee Far")
    assert clean(posts["700/7"].body, posts["700/7"].body_format).own_text == "From the desk"


def test_attachments(records: list[model.Record]):
    """A file by its name; one that was not exported by its kind."""
    assert [a.name for a in of(records, model.Attachment)] == ["photo", "plan.pdf"]


def test_what_is_odd_is_told(records: list[model.Record]):
    """Nobody named, an absent answer, a message twice, no id, a time that is none, a new field."""
    assert Counter(a.code for a in of(records, model.Anomaly)) == {
        "unknown_user": 2, "orphan": 1, "duplicate": 1, "unparsed": 1, "bad_time": 1, "metadata_only": 1,
        "unknown_column": 1,
    }  # fmt: skip


def test_a_whole_account(tmp_path: Path):
    """Every chat, also those that were left; all but public ones are private; direct ones bear no name."""
    records = read(TelegramReader(), account_export(tmp_path))
    containers = {c.native_id: c for c in of(records, model.Container)}
    assert {name for name, c in containers.items() if not c.is_private} == {"23", "25"}
    assert {name for name, c in containers.items() if c.name == "direct messages"} == {"11", "12", "13"}
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert {name for name, post in posts.items() if not post.is_private} == {"23/1", "25/1"}
    accounts = {a.native_id: a.kind for a in of(records, model.Account)}
    assert accounts == {
        "user11": "human", "user13": "bot", "channel24": "organisation", "channel25": "organisation",
    }  # fmt: skip
    assert posts["25/1"].author == "channel25"


def test_the_head_may_come_last(tmp_path: Path):
    """Keys of an object have no order."""
    document = json.loads(RESULT.read_text(encoding="utf-8"))
    turned = dict(reversed(document.items()))
    (tmp_path / "result.json").write_text(json.dumps(turned))
    assert of(read(TelegramReader(), tmp_path / "result.json"), model.Post) == of(
        read(TelegramReader(), RESULT), model.Post
    )


def test_control_characters_as_telegram_writes_them(tmp_path: Path):
    r"""It writes "\x0B", which is no JSON; wherever it stands in the file."""
    head = '{"name":"n","type":"public_supergroup","id":7,"messages":['
    for padding in (0, 65_500, 65_534, 65_535, 65_536):
        blanks = " " * padding
        message = (
            '{"id":1,"type":"message","from_id":"user1","from":"A","date_unixtime":"1930000000","text":"%s"}'
        )
        body = message % r"a\x0Bb \\x0B \\\x0B"
        (tmp_path / "result.json").write_text(head + blanks + body + "]}")
        (post,) = of(read(TelegramReader(), tmp_path / "result.json"), model.Post)
        assert post.body == "a\x0bb \\x0B \\\x0b"


def test_cut_off_file(tmp_path: Path):
    """What stands before the cut is read, and the cut is told."""
    data = RESULT.read_bytes()
    (tmp_path / "result.json").write_bytes(data[: len(data) // 2])
    records = read(TelegramReader(), tmp_path / "result.json")
    assert [a.code for a in of(records, model.Anomaly)].count("truncated") == 1
    assert of(records, model.Post)
    assert of(records, model.Source)[-1].complete == "no"


def test_nothing_to_read(tmp_path: Path):
    """One clear error."""
    (tmp_path / "result.json").write_text('{"name":"n","type":"personal_chat","id":1,"messages":[]}')
    with pytest.raises(BrokenExportError, match="no message") as caught:
        list(TelegramReader().read(Export(tmp_path / "result.json"), ReadOptions()))
    assert "JSON" in caught.value.hint


def test_store_and_recognition(tmp_path: Path):
    """Recognised without a format; ingest twice changes nothing; a mention by id finds its account."""
    with Store(tmp_path / "ws") as store:
        for _ in range(2):
            store.ingest(Export(RESULT), TelegramReader())
        assert store.scalar("SELECT count(*) FROM post") == 12
        assert store.scalar("SELECT count(*) FROM mention WHERE account_id IS NOT NULL") == 1
        assert store.scalar("SELECT sum(n) FROM reaction") == store.scalar(
            "SELECT sum(total) FROM reaction_total"
        )
    assert len(forum_pulse.read(RESULT).posts()) > 0


def test_only_a_single_chat_is_whole(records: list[model.Record], tmp_path: Path):
    """A whole account's export may hold nothing but one's own messages."""
    assert of(records, model.Source)[-1].covers == "container"
    account = read(TelegramReader(), account_export(tmp_path))
    assert of(account, model.Source)[-1].covers == "nothing"
