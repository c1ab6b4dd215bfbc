"""The Discord reader on a small invented server exported with DiscordChatExporter, with every trap of it."""

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
from forum_pulse.corpus.readers.chats.discord import DiscordReader
from forum_pulse.corpus.readers.chats.discord_messages import post_of
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

HARBOUR = FIXTURES / "discord"
QUAY = HARBOUR / "Harbour - quay [100].json"


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(DiscordReader(), HARBOUR)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def test_is_a_reader():
    """It has the shape the registry expects."""
    assert isinstance(DiscordReader(), Reader)


def test_knows_its_own_and_no_other():
    """Nobody else claims its fixtures; it claims no other's."""
    assert claimants(HARBOUR) == claimants(QUAY) == ["discord"]
    assert claimed(DiscordReader()) == {"discord"}


def test_source(records: list[model.Record]):
    """The server is the forum; the export has its own date; a missing part makes it incomplete."""
    last = of(records, model.Source)[-1]
    assert (last.instance, last.complete, last.has_reaction_actors) == ("9", "no", "partial")
    assert last.exported_at == datetime(2031, 4, 1, tzinfo=UTC)


def test_containers(records: list[model.Record]):
    """Channels in categories; a thread's channel without a file; direct messages private, without names."""
    assert {(c.native_id, c.kind, c.name, c.parent, c.is_private) for c in of(records, model.Container)} == {
        ("50", "category", "Docks", None, False),
        ("100", "channel", "quay", "50", False),
        ("200", "channel", "secrets", None, False),
        ("300", "group", "direct messages", None, True),
    }


def test_a_thread_continues_the_message_it_began_with(
    records: list[model.Record], posts: dict[str, model.Post]
):
    """One conversation over two files, with the thread's title; answers inside keep what they answer."""
    (thread,) = [thread for thread in of(records, model.Thread) if thread.native_id == "100/1001"]
    assert (thread.title, thread.container, thread.root_post) == ("Dredging", "100", "100/1001")
    assert posts["100/1001"].thread == posts["100/1002"].thread == posts["1001/1101"].thread == "100/1001"
    assert (posts["1001/1101"].parent, posts["1001/1101"].parent_source) == ("100/1001", "thread_root")
    assert (posts["1001/1102"].parent, posts["1001/1102"].parent_source) == ("1001/1101", "explicit")


def test_a_thread_alone_begins_with_its_first_message(
    records: list[model.Record], posts: dict[str, model.Post]
):
    """Where the channel it branched off is not here; a private one's posts are private."""
    (thread,) = [thread for thread in of(records, model.Thread) if thread.native_id == "200/2000"]
    assert (thread.title, thread.root_post) == ("Hush", "2000/2001")
    assert posts["2000/2001"].parent is None
    assert posts["2000/2001"].is_private
    assert posts["300/3001"].is_private
    assert sum(post.is_private for post in posts.values()) == 2


def test_parts_are_one_channel(posts: dict[str, model.Post], records: list[model.Record]):
    """A message of part three answers one of the first; the second is missing and missed."""
    assert posts["100/1010"].thread == "100/1001"
    assert "parts missing: 2" in [a.detail for a in of(records, model.Anomaly) if a.code == "truncated"]


def test_kinds(posts: dict[str, model.Post]):
    """What somebody says is a post; pins, new threads and their first line are not, nor do they answer."""
    assert {(p.native_id, p.subtype) for p in posts.values() if p.kind == "system"} == {
        ("100/1004", "ChannelPinnedMessage"),
        ("100/1008", "ThreadCreated"),
        ("1001/1100", "21"),
    }
    assert posts["100/1004"].parent is None
    assert posts["100/1003"].parent == "100/999"


def test_accounts(records: list[model.Record]):
    """Bots by their flag; the one id under which deleted accounts go is no person."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {name: (a.kind, a.is_stable_id) for name, a in accounts.items()} == {
        "11": ("human", True), "12": ("human", True), "13": ("human", True), "14": ("bot", True),
        "456226577798135808": ("deleted", False),
    }  # fmt: skip
    assert (accounts["11"].username, accounts["11"].display_name) == ("ada", "Ada Lind")


def test_reactions(records: list[model.Record]):
    """New exports name the users, old ones count only; the rest of a count has no name."""
    mine = [r for r in of(records, model.Reaction) if r.post == "100/1001"]
    assert {(r.name_raw, r.account, r.n, r.identity) for r in mine} == {
        ("👍", "11", 1, "identified"),
        ("👍", "13", 1, "identified"),
        ("👍", None, 1, "count_only"),
        ("crane", None, 2, "count_only"),
    }
    totals = of(records, model.ReactionTotal)
    for total in totals:
        parts = [
            r for r in of(records, model.Reaction) if (r.post, r.name_raw) == (total.post, total.name_raw)
        ]
        assert sum(r.n for r in parts) == total.total
        assert sum(r.identity == "identified" for r in parts) == total.identified


def test_a_mention_is_put_back(posts: dict[str, model.Post]):
    """The exporter's "@Ada Lind" becomes the mark again, so that it is known who is meant."""
    body = posts["100/1001"].body
    assert body == "Dredge the basin! <@11> @everyone"
    assert clean(body, "discord").mentions == ("11", "@all")


def test_quotes_and_forwards_are_not_own_words(posts: dict[str, model.Post]):
    """A quoted line ends with its line; a forwarded message is another's."""
    assert clean(posts["100/1002"].body, "discord").own_text == "+1 from me"
    assert posts["100/1007"].subtype == "Forward"
    assert posts["100/1007"].parent is None
    assert clean(posts["100/1007"].body, "discord").own_text == "my view"


def test_edit_and_attachments(posts: dict[str, model.Post], records: list[model.Record]):
    """The time of the last edit; files, stickers, cards and what was forwarded."""
    assert posts["100/1001"].edited_at == datetime(2031, 3, 1, 10, 1, tzinfo=UTC)
    assert [a.name for a in of(records, model.Attachment)] == ["plan.pdf", "Wave", "Tides", "f.txt"]


def test_what_is_odd_is_told(records: list[model.Record]):
    """Counts that do not hold, a message twice, one without id, an absent answer, a time that is none."""
    assert Counter(a.code for a in of(records, model.Anomaly)) == {
        "truncated": 1, "count_mismatch": 2, "duplicate": 1, "unparsed": 2, "orphan": 1, "bad_time": 1,
    }  # fmt: skip


def test_a_window_of_dates_is_not_complete(tmp_path: Path):
    """Exported with --after: the channel has more."""
    document = json.loads((HARBOUR / "Direct Messages - Bo [300].json").read_text(encoding="utf-8"))
    document["dateRange"]["after"] = "2031-01-01T00:00:00+00:00"
    (tmp_path / "dm.json").write_text(json.dumps(document))
    last = of(read(DiscordReader(), tmp_path / "dm.json"), model.Source)[-1]
    assert (last.complete, last.instance) == ("no", "discord")


def test_nothing_to_read(tmp_path: Path):
    """One clear error."""
    document = json.loads(QUAY.read_text(encoding="utf-8")) | {"messages": []}
    (tmp_path / "empty.json").write_text(json.dumps(document))
    with pytest.raises(BrokenExportError, match="no message") as caught:
        list(DiscordReader().read(Export(tmp_path / "empty.json"), ReadOptions()))
    assert "Json" in caught.value.hint


def test_store_and_recognition(tmp_path: Path):
    """Recognised without a format; ingest twice changes nothing; the parts of a count make its total."""
    with Store(tmp_path / "ws") as store:
        for _ in range(2):
            store.ingest(Export(HARBOUR), DiscordReader())
        assert store.scalar("SELECT count(*) FROM post") == 14
        assert store.scalar("SELECT count(*) FROM mention WHERE account_id IS NOT NULL") == 1
        assert store.scalar("SELECT sum(n) FROM reaction") == store.scalar(
            "SELECT sum(total) FROM reaction_total"
        )
    assert len(forum_pulse.read(HARBOUR).posts()) > 0


def test_whole_only_with_the_channels_of_all_threads(records: list[model.Record], tmp_path: Path):
    """A thread's posts lie in the channel it branched off."""
    assert of(records, model.Source)[-1].covers == "nothing"
    (tmp_path / QUAY.name).write_bytes(QUAY.read_bytes())
    assert of(read(DiscordReader(), tmp_path), model.Source)[-1].covers == "container"


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("@Ada +1", "<@7> +1"),
        ("(@ada), _@Ada_ and **@ada**!", "(<@7>), _<@7>_ and **<@7>**!"),
        ("bo@ada.org, @Ada1, @ada_lind", "bo@ada.org, @Ada1, @ada_lind"),
        ("@Ada Lind (she), @Ada Lind", "<@8>, <@9>"),
        ("@太郎さん、よろしく@ada様", "<@10>さん、よろしく<@7>様"),
        ("@7 and @8", "@7 and <@11>"),
        ("@Ada@8", "<@7>@8"),
    ],
)
def test_mentions_are_no_parts_of_words(said: str, body: str):
    """Names hold blanks and signs, and may be what a mention of another is written with."""
    names = {"7": ("ada", "Ada"), "8": ("ada.l", "Ada Lind (she)"), "9": ("al", "Ada Lind"),
             "10": ("taro", "太郎"), "11": ("8", "Eight")}  # fmt: skip
    mentions = [{"id": number, "name": name, "nickname": shown} for number, (name, shown) in names.items()]
    message = {"content": said, "mentions": [*mentions, "no user", {"name": "nobody"}]}
    assert post_of(message, model.Post(native_id="1", thread="1")).body == body
