"""The Teams reader on an invented company that holds every trap of the format."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers import Export, ReadOptions, find
from forum_pulse.corpus.readers.interface import Reader
from forum_pulse.corpus.readers.microsoft.teams import TeamsReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FIXTURES = Path(__file__).parent / "fixtures"
HARBOUR = FIXTURES / "teams" / "TeamsDataExport"
TENANT = "7e000000-0000-4000-8000-00000000007e"
TEAM = "7ea00000-0000-4000-8000-000000000001"
ADA, BO, CY, DEE = (f"0e000000-0000-4000-8000-00000000000{number}" for number in range(1, 5))
OPEN, LOCKED, BACK = "19:open@thread.tacv2", "19:priv@thread.tacv2", "19:back@thread.tacv2"
CHAT = "19:0e01_0e02@unq.gbl.spaces"


def number(index: int) -> str:
    return str(1930000000007 + index * 1000)


PETITION = f"{OPEN}/{number(0)}"


def read(path: Path, **options: str) -> list[model.Record]:
    return list(TeamsReader().read(Export(path), ReadOptions(**options)))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


@pytest.fixture(scope="module")
def records() -> list[model.Record]:
    return read(HARBOUR)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    found = of(records, model.Post)
    assert len({post.native_id for post in found}) == len(found)
    return {post.native_id: post for post in found}


def message(index: int, **fields: Any) -> dict[str, Any]:
    """A Graph message, in camelCase."""
    return {
        "id": number(index),
        "messageType": "message",
        "createdDateTime": "2031-02-27T23:06:40.007Z",
        "replyToId": None,
        "from": {"user": {"id": ADA, "displayName": "Ada Quay", "userIdentityType": "aadUser"}},
        "body": {"contentType": "html", "content": "<p>hello</p>"},
        "channelIdentity": {"teamId": TEAM, "channelId": OPEN},
        "reactions": [],
        **fields,
    }


def save(folder: Path, document: Any, name: str = "messages.json") -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return folder


def test_is_the_one_reader():
    """It has the registry's shape, knows its own export and no other reader does."""
    assert isinstance(TeamsReader(), Reader)
    assert find(Export(HARBOUR)).name == "teams"
    assert find(Export(HARBOUR / "teams" / TEAM / f"messages_{TEAM}.json")).name == "teams"


def test_claims_nothing_else():
    """Fixtures of other formats are left alone."""
    others = [path for path in FIXTURES.iterdir() if path.name != "teams"]
    files = [file for path in others for file in path.rglob("*") if file.is_file()]
    assert files
    assert not [path for path in (*others, *files) if TeamsReader().sniff(Export(path))]


def test_source(records: list[model.Record]):
    """The forum is the tenant; somebody who reacted without an id makes actors partial."""
    first, last = of(records, model.Source)
    assert records[0] is first
    assert (first.format, first.instance, first.has_reaction_counts) == ("teams", TENANT, True)
    assert (last.has_reaction_actors, last.has_deletions, last.complete) == ("partial", True, "unknown")
    assert last.exported_at == datetime(2031, 3, 9, 10, tzinfo=UTC)
    assert {source.instance for source in of(read(HARBOUR, instance="quay"), model.Source)} == {"quay"}


def test_containers(records: list[model.Record]):
    """Private teams, channels with members of their own and chats are private."""
    found = {c.native_id: (c.name, c.kind, c.is_private, c.parent) for c in of(records, model.Container)}
    assert found == {
        TEAM: ("Harbour", "group", False, None),
        TEAM[:-1] + "2": ("Back office", "group", True, None),
        OPEN: ("General", "channel", False, TEAM),
        LOCKED: ("Locked", "channel", True, TEAM),
        BACK: ("General", "channel", True, TEAM[:-1] + "2"),
        CHAT: (CHAT, "group", True, None),
    }


def test_accounts(records: list[model.Record]):
    """Listed people, members, people only a message knows, apps and visitors."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert len(accounts) == len(of(records, model.Account))
    assert accounts[ADA] == model.Account(
        native_id=ADA, username="ada@harbour.example", display_name="Ada Quay", email="ada@harbour.example"
    )
    assert (accounts[BO].email, accounts[DEE].display_name, accounts[CY].display_name) == (
        None,
        "Dee Fender",
        "Cy Bollard",
    )
    assert {a.native_id: a.kind for a in accounts.values() if a.kind != "human"} == {
        "a9900000-0000-4000-8000-000000000001": "bot",
        "teamsvisitor:12": "anonymous",
    }
    assert not accounts["teamsvisitor:12"].is_stable_id


def test_posts(posts: dict[str, model.Post]):
    """The same number in two channels is two posts; a chat in two people's folders is read once."""
    assert Counter(post.native_id.split("/")[0] for post in posts.values()) == {
        OPEN: 12, LOCKED: 1, BACK: 1, CHAT: 2,
    }  # fmt: skip
    assert {post.native_id.split("/")[0] for post in posts.values() if post.is_private} == {
        LOCKED,
        BACK,
        CHAT,
    }
    root = posts[PETITION]
    assert (root.thread, root.author, root.parent, root.precision) == (PETITION, ADA, None, "ms")
    assert root.created_at == datetime(2031, 2, 27, 23, 6, 40, 7000, tzinfo=UTC)
    assert root.edited_at is None


def test_system_rows_and_states(posts: dict[str, model.Post]):
    """What happened is no post; deleted and blocked messages are kept with their state."""
    assert {p.native_id: p.subtype for p in posts.values() if p.kind == "system"} == {
        f"{OPEN}/{number(4)}": "unknownFutureValue",
        f"{OPEN}/{number(5)}": "systemEventMessage",
    }
    assert {p.native_id: p.state for p in posts.values() if p.state != "visible"} == {
        f"{OPEN}/{number(6)}": "deleted_by_author",
        f"{OPEN}/{number(10)}": "hidden",
    }


def test_replies(posts: dict[str, model.Post], records: list[model.Record]):
    """Replies keep their root, also one that is absent; an edit is dated by its own field only."""
    reply = posts[f"{OPEN}/{number(3)}"]
    assert (reply.thread, reply.parent, reply.parent_source) == (PETITION, PETITION, "explicit")
    assert [p.native_id for p in posts.values() if p.edited_at] == [reply.native_id]
    orphan = posts[f"{OPEN}/{number(7)}"]
    assert orphan.parent == f"{OPEN}/1929000000001"
    assert [a.post for a in of(records, model.Anomaly) if a.code == "orphan"] == [orphan.native_id]
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert len(threads) == len(of(records, model.Thread))
    assert set(threads) == {post.thread for post in posts.values()}
    assert (threads[PETITION].title, threads[PETITION].root_post) == ("Dredge the basin", PETITION)
    assert threads[f"{OPEN}/{number(9)}"].title == "Spring tide"
    assert threads[orphan.parent].root_post == orphan.parent


def test_a_chat_is_one_conversation(posts: dict[str, model.Post]):
    """In a chat one answers by quoting, and the quoted words are whose they are."""
    answer = posts[f"{CHAT}/{number(21)}"]
    assert (answer.thread, answer.parent, answer.parent_source) == (CHAT, f"{CHAT}/{number(20)}", "quote")
    cleaned = clean(answer.body, answer.body_format)
    assert cleaned.own_text == "no, never"
    quote = next(span for span in cleaned.spans if span.kind == "quote")
    assert (quote.who, quote.post) == (ADA, f"{CHAT}/{number(20)}")
    assert cleaned.plain[quote.start : quote.end] == "shall we <dredge>?"


def test_forwarded_words_are_the_senders(posts: dict[str, model.Post]):
    """Markup in a forwarded message can't slip its words out of it."""
    post = posts[f"{OPEN}/{number(8)}"]
    cleaned = clean(post.body, post.body_format)
    assert cleaned.own_text == "see this"
    forward = next(span for span in cleaned.spans if span.kind == "forward")
    assert forward.who == BO
    assert cleaned.plain[forward.start : forward.end] == "+1 from me\n\noutside"


def test_words(posts: dict[str, model.Post]):
    """A person named in pieces is one mention, a channel's name is everybody, emoji are signs."""
    cleaned = clean(posts[f"{OPEN}/{number(1)}"].body, "html")
    assert cleaned.mentions == (ADA, "@all")
    assert cleaned.own_text == "Ada Quay I disagree, General"
    assert clean(posts[f"{OPEN}/{number(3)}"].body, "html").own_text == "me too 👍"
    assert (
        clean('<p><customemoji id="x" alt="partyblob"></customemoji></p>', "html").own_text == ":partyblob:"
    )


def test_reactions(records: list[model.Record]):
    """Each reaction has its person and time; one taken back has its end; one put back stands."""
    found = [r for r in of(records, model.Reaction) if r.post == PETITION]
    standing = [(r.name_raw, r.account, r.identity) for r in found if r.removed_at is None]
    assert standing == [
        ("like", ADA, "identified"), ("like", BO, "identified"), ("👍🏽", BO, "identified"),
        ("custom", DEE, "identified"), ("custom", DEE, "identified"), ("like", None, "count_only"),
    ]  # fmt: skip
    gone = [r for r in found if r.removed_at]
    assert [(r.name_raw, r.account) for r in gone] == [("like", CY)]
    assert gone[0].created_at == datetime(2031, 2, 27, 23, 20, tzinfo=UTC)
    assert gone[0].removed_at == datetime(2031, 2, 28, 8, tzinfo=UTC)
    totals = {t.name_raw: (t.total, t.identified) for t in of(records, model.ReactionTotal)}
    assert totals == {"like": (3, 2), "👍🏽": (1, 1), "custom": (2, 2)}


def test_a_custom_emoji_goes_by_its_name(tmp_path: Path):
    """Where the export has the name of a custom emoji, it is told."""
    reaction = {
        "reactionType": "custom", "displayName": "partyblob", "createdDateTime": "2031-02-28T00:00:00Z",
        "user": {"user": {"id": BO, "displayName": None}},
    }  # fmt: skip
    records = read(save(tmp_path, [message(0, reactions=[reaction])]))
    assert [r.name_raw for r in of(records, model.Reaction)] == ["partyblob"]


def test_anomalies(records: list[model.Record]):
    """Everything the export lacks is told once, and nothing else."""
    found = Counter(anomaly.code for anomaly in of(records, model.Anomaly))
    assert found == {"unknown_user": 1, "orphan": 1, "poll_without_results": 1}


def test_attachments(records: list[model.Record]):
    """Files and cards are listed, quoted messages are not attachments."""
    assert {(a.name, a.url) for a in of(records, model.Attachment)} == {
        ("plan.xlsx", "https://harbour.example/plan.xlsx"),
        ("application/vnd.microsoft.card.announcement", None),
        ("application/vnd.microsoft.card.adaptive", None),
    }


@pytest.mark.parametrize("wrapped", ["list", "page", "single", "lines"])
def test_graph_pages(tmp_path: Path, wrapped: str):
    """A list, a page, one message and messages line by line are the same."""
    written = message(0, subject="Hello")
    document: Any = {
        "list": [written],
        "page": {"@odata.context": "x", "value": [written]},
        "single": written,
        "lines": f"\ufeff{json.dumps(written)}\n{json.dumps(message(1, replyToId=number(0)))}\n",
    }[wrapped]
    save(tmp_path, document)
    assert find(Export(tmp_path)).name == "teams"
    records = read(tmp_path)
    assert [post.author for post in of(records, model.Post)] == [ADA] * (2 if wrapped == "lines" else 1)
    assert of(records, model.Thread)[0].title == "Hello"
    assert not of(records, model.Anomaly)


def test_replies_inside_a_message(tmp_path: Path):
    """Replies that Graph expands inside their root are posts; more of them elsewhere is a cut."""
    inner = message(1, replyToId=number(0))
    whole = message(0, replies=[inner], **{"replies@odata.nextLink": "https://graph.example/next"})
    records = read(save(tmp_path, [whole]))
    assert [post.parent for post in of(records, model.Post)] == [None, PETITION]
    assert [a.code for a in of(records, model.Anomaly)] == ["truncated"]
    assert of(records, model.Source)[-1].complete == "no"


def test_a_page_that_names_another(tmp_path: Path):
    """The last page names no next one; where all name one, messages are missing."""
    link = {"@odata.context": "x", "@odata.nextLink": "https://graph.example/next"}
    save(tmp_path, {**link, "value": [message(0)]}, "1.json")
    records = read(tmp_path)
    assert [(a.code, a.locator) for a in of(records, model.Anomaly)] == [("truncated", "1.json")]
    assert of(records, model.Source)[-1].complete == "no"
    save(tmp_path, {"@odata.context": "x", "value": [message(1)]}, "2.json")
    assert not of(read(tmp_path), model.Anomaly)


def test_plain_text_bodies(tmp_path: Path):
    """A text body stays text; with a quote its signs are escaped, not read as tags."""
    quote = {
        "id": "q1", "contentType": "messageReference",
        "content": json.dumps({"messageId": number(5), "messagePreview": "+1", "messageSender": None}),
    }  # fmt: skip
    texts = [
        message(0, body={"contentType": "text", "content": "a <b> c"}),
        message(1, body={"contentType": "text", "content": "no <b>"}, attachments=[quote]),
        message(2, body={"contentType": "html", "content": '<aside class="quote">mine</aside>'}),
    ]
    bodies = [clean(p.body, p.body_format).own_text for p in of(read(save(tmp_path, texts)), model.Post)]
    assert bodies == ["a <b> c", "no <b>", "mine"]


def test_what_stands_before_a_cut_is_kept(tmp_path: Path):
    """Of a truncated file the whole messages are read, and the cut is told."""
    save(tmp_path, json.dumps([message(0), message(1)])[:-40])
    records = read(tmp_path)
    assert [post.native_id for post in of(records, model.Post)] == [PETITION]
    assert [(a.code, a.detail) for a in of(records, model.Anomaly)] == [
        ("unparsed", "cut off after 1 entries")
    ]


def test_nothing_readable_is_an_error(tmp_path: Path):
    """Lists without any message are no export of a forum."""
    save(tmp_path, [{"Id": "x", "UserPrincipalName": "a@b.example"}], "usersList.json")
    with pytest.raises(BrokenExportError, match="no Teams message"):
        read(tmp_path)


def test_store(tmp_path: Path):
    """What analysis reads is public; the store keeps the rest; order of members does not matter."""
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(HARBOUR), TeamsReader())
        assert store.scalar("SELECT count(*) FROM post") == 16
        assert store.scalar("SELECT count(*) FROM post WHERE is_private") == 4
        assert store.scalar("SELECT count(*) FROM reaction WHERE is_self") == 1
        assert store.scalar("SELECT sum(n) FROM reaction WHERE removed_at IS NULL AND name_norm = '+1'") == 4
        named = """SELECT count(*) FROM span s JOIN post p ON p.post_id = s.quoted_post_id
                   WHERE s.kind = 'quote' AND s.quoted_account_id = p.author_account_id"""
        assert store.scalar(named) == 1
