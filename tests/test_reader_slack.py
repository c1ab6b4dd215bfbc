"""The Slack reader on a small invented workspace that holds every trap of the format."""

import json
import shutil
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers.export import Export
from forum_pulse.corpus.readers.interface import Reader, ReadOptions
from forum_pulse.corpus.readers.registry import find
from forum_pulse.corpus.readers.slack.reader import SlackReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
HARBOUR = Path(__file__).parent / "fixtures" / "slack" / "harbour"
PETITION = "C1/1930000010.012300"


def read(path: Path, **options: str) -> list[model.Record]:
    return list(SlackReader().read(Export(path), ReadOptions(**options)))


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


def write(folder: Path, messages: object, name: str = "general/2031-03-01.json") -> Path:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(messages if isinstance(messages, str) else json.dumps(messages), encoding="utf-8")
    return folder


def test_is_a_reader():
    """It has the shape the registry expects."""
    assert isinstance(SlackReader(), Reader)


def test_source_comes_first_and_again_with_what_the_end_knows(records: list[model.Record]):
    """The forum is the team most users are of; a count above its list of names makes actors partial."""
    first, *rest = records
    last = rest.pop()
    assert isinstance(first, model.Source)
    assert isinstance(last, model.Source)
    assert not of(rest, model.Source)
    assert (first.format, first.instance, first.has_reaction_counts) == ("slack", "T77", True)
    assert (last.instance, last.has_reaction_actors) == ("T77", "partial")
    assert last.exported_at == max(post.created_at for post in of(rest, model.Post))


def test_a_given_instance_wins():
    """What the user calls the forum is its name."""
    assert {source.instance for source in of(read(HARBOUR, instance="quay"), model.Source)} == {"quay"}


def test_accounts(records: list[model.Record]):
    """Bots are known by flag, id or by posting as one; people who left stay people; nobody comes twice."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert len(accounts) == len(of(records, model.Account))
    assert accounts["U1"] == model.Account(
        native_id="U1", username="ada.quay", display_name="ada", email="ada.quay@harbour.example"
    )
    assert accounts["U2"].display_name == "Bo Winch"
    assert {name: account.kind for name, account in accounts.items()} == {
        "U1": "human", "U2": "human", "U3": "bot", "USLACKBOT": "bot", "U8": "human",
        "U5": "human", "U6": "human", "B1": "bot", "B2": "bot",
    }  # fmt: skip
    assert accounts["B1"].username == "Poll Bot"
    assert accounts["B2"].username == "Tides"
    assert accounts["U6"].display_name == "Cy Bollard"


def test_containers(records: list[model.Record]):
    """Listed channels without messages and folders without a listing are there; private ones are marked."""
    found = {c.native_id: (c.name, c.kind, c.is_private) for c in of(records, model.Container)}
    assert found == {
        "C1": ("general", "channel", False),
        "C2": ("quiet", "channel", False),
        "G1": ("crew", "channel", True),
        "D1": ("D1", "group", True),
        "unlisted": ("unlisted", "channel", True),
    }


def test_kinds(posts: dict[str, model.Post]):
    """What somebody says is a post, what happened is a system row, a deleted root is a tombstone."""
    assert Counter((post.kind, post.subtype) for post in posts.values()) == {
        ("post", None): 11,
        ("system", "channel_join"): 1,
        ("post", "bot_message"): 1,
        ("post", "me_message"): 1,
        ("post", "file_share"): 1,
        ("post", "file_comment"): 1,
        ("post", "thread_broadcast"): 1,
        ("tombstone", "tombstone"): 1,
    }


def test_a_root_post(posts: dict[str, model.Post]):
    """Time stamps keep all their digits, bodies stay as written, an edit is dated."""
    assert posts[PETITION] == model.Post(
        native_id=PETITION,
        thread=PETITION,
        author="U1",
        created_at=datetime(2031, 2, 27, 23, 6, 50, 12300, tzinfo=UTC),
        created_raw="1930000010.012300",
        precision="us",
        body="Please add :+1: if we should dredge the basin &amp; soon",
        body_format="mrkdwn",
        edited_at=datetime(2031, 2, 27, 23, 7, tzinfo=UTC),
        locator="general/2031-03-01.json:1",
    )


def test_replies(posts: dict[str, model.Post], records: list[model.Record]):
    """A reply in a later day's file, a broadcast one, an orphan and one below a tombstone keep their roots."""
    replies = {post.native_id: (post.thread, post.parent) for post in posts.values() if post.parent}
    assert replies == {
        "C1/1930090000.000000": (PETITION, PETITION),
        "C1/1930090001.000000": (PETITION, PETITION),
        "C1/1930090002.000000": ("C1/1929000000.000001", "C1/1929000000.000001"),
        "C1/1930090004.000000": ("C1/1930090003.000000", "C1/1930090003.000000"),
    }
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert len(threads) == len(of(records, model.Thread))
    assert set(threads) == {post.thread for post in posts.values()}
    assert threads[PETITION].posts_expected == 4
    assert threads["C1/1929000000.000001"].root_post == "C1/1929000000.000001"
    assert all(thread.container == thread.native_id.split("/")[0] for thread in threads.values())


def test_authors(posts: dict[str, model.Post]):
    """There on files, bots and messages without a user get the author there is, or none."""
    authors = {post.created_raw: post.author for post in posts.values() if post.native_id.startswith("C1/")}
    assert authors["1930000070.000000"] == "U1"
    assert authors["1930000030.000000"] == "B1"
    assert authors["1930000040.000000"] == "U3"
    assert authors["1930000090.000000"] is None


def test_an_app_without_text_says_it_in_blocks(posts: dict[str, model.Post]):
    """A poll's question stands in blocks and cards, not in `text`."""
    assert posts["C1/1930000030.000000"].body == "*Dredge?*\nvote below"


def test_a_number_for_a_time_stamp(posts: dict[str, model.Post]):
    """A stamp written as a number is brought to the usual form."""
    assert "C1/1930000080.500000" in posts


def test_private_channels(posts: dict[str, model.Post]):
    """Groups and direct messages are marked; the same stamp in three channels is three posts."""
    same = {name: post.is_private for name, post in posts.items() if name.endswith("/1930000000.000100")}
    assert same == {"C1/1930000000.000100": False, "G1/1930000000.000100": True, "D1/1930000000.000100": True}


def test_reactions(records: list[model.Record]):
    """Named people once each, the rest as one unnamed remainder, and the platform's total beside them."""
    reactions = of(records, model.Reaction)
    assert {reaction.post for reaction in reactions} == {PETITION}
    assert [(r.name_raw, r.account, r.n, r.identity) for r in reactions] == [
        ("+1", "U1", 1, "identified"),
        ("+1", "U2", 1, "identified"),
        ("+1", None, 3, "count_only"),
        ("+1::skin-tone-4", "U8", 1, "identified"),
        ("eyes", "U3", 1, "identified"),
        ("eyes", "U5", 1, "identified"),
    ]
    totals = of(records, model.ReactionTotal)
    assert [(t.name_raw, t.total, t.identified) for t in totals] == [
        ("+1", 5, 2),
        ("+1::skin-tone-4", 1, 1),
        ("eyes", 2, 2),
    ]
    for total in totals:
        assert total.total == sum(r.n for r in reactions if r.name_raw == total.name_raw)


def test_attachments(records: list[model.Record]):
    """Files and link cards are listed, without the access token of the export."""
    found = {(a.name, a.mime, a.url, a.size) for a in of(records, model.Attachment)}
    assert found == {
        ("Basin plan", None, "https://harbour.example/plan", None),
        ("vote below", None, None, None),
        ("chart.png", "image/png", "https://files.example/chart.png", 12),
        ("F2", None, None, None),
        ("chart.png", None, None, None),
    }


def test_anomalies(records: list[model.Record]):
    """Everything wrong in the export is a row that says where."""
    found = {(a.code, a.locator, a.post) for a in of(records, model.Anomaly)}
    assert len(of(records, model.Anomaly)) == len(found)
    assert found == {
        ("unparsed", "users.json:5", None),
        ("unparsed", "general/2031-03-01.json:1", PETITION),
        ("unparsed", "general/2031-03-01.json:7", None),
        ("unparsed", "general/2031-03-01.json:8", None),
        ("count_mismatch", "general/2031-03-01.json:1", PETITION),
        ("unknown_user", "general/2031-03-01.json:1", None),
        ("duplicate", "general/2031-03-02.json:2", "C1/1930090000.000000"),
        ("orphan", "general/2031-03-02.json:3", "C1/1930090002.000000"),
        ("truncated", "general/2031-03-01.json:1", PETITION),
        ("unparsed", "general/2031-03-03.json", None),
        ("unparsed", "general/2031-03-04.json", None),
        ("unparsed", "general/2031-03-05.json", None),
        ("unknown_place", "unlisted", None),
    }


def test_what_stands_before_a_cut_is_kept(posts: dict[str, model.Post]):
    """Of a truncated day file the whole messages are read."""
    assert posts["C1/1930180000.000000"].body == "before the cut"


@pytest.mark.parametrize("prefix", ["", "harbour export/"])
def test_a_zip_gives_what_the_folder_gives(tmp_path: Path, records: list[model.Record], prefix: str):
    """Zip or folder, one folder deep or not: the same records but for their locators."""
    archive = tmp_path / "harbour.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in sorted(HARBOUR.rglob("*.json")):
            target.write(file, prefix + file.relative_to(HARBOUR).as_posix())
    zipped = [str(record).replace(prefix, "") if prefix else str(record) for record in read(archive)]
    assert zipped == [str(record) for record in records]


def test_folder_names_are_matched_however_the_archive_spells_them(tmp_path: Path):
    """Decomposed accents, and UTF-8 names in an archive that does not say so, find their channel."""
    archive = tmp_path / "w.zip"
    message = [{"type": "message", "user": "U1", "text": "x", "ts": "1930000000.000100"}]
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr(
            "channels.json", json.dumps([{"id": "C1", "name": "café"}, {"id": "C2", "name": "チャネル"}])
        )
        target.writestr("cafe\u0301/2031-03-01.json", json.dumps(message))
        target.writestr("チャネル".encode().decode("cp437") + "/2031-03-01.json", json.dumps(message))
    assert {post.native_id.split("/")[0] for post in of(read(archive), model.Post)} == {"C1", "C2"}


def test_without_lists_names_come_from_messages(tmp_path: Path):
    """An export without users.json is read, and says so once."""
    profile = {"name": "ada", "display_name": "Ada", "real_name": "Ada Quay"}
    folder = write(
        tmp_path / "w",
        [
            {
                "type": "message",
                "user": "U1",
                "text": "x",
                "ts": "1930000000.000100",
                "user_profile": profile,
            },
            {"type": "message", "user": "U2", "text": "y", "ts": "1930000001.000100"},
            {"type": "message", "bot_id": "B1", "text": "z", "ts": "1930000002.000100"},
        ],
    )
    records = read(folder)
    assert SlackReader().sniff(Export(folder))
    assert of(records, model.Source)[0].instance == "slack"
    assert [(a.native_id, a.display_name, a.kind) for a in of(records, model.Account)] == [
        ("U1", "Ada", "human"), ("U2", None, "human"), ("B1", None, "bot"),
    ]  # fmt: skip
    assert [(a.code, a.locator) for a in of(records, model.Anomaly)] == [("unknown_user", "users.json")]


def test_an_older_reply_may_stand_before_its_root(tmp_path: Path):
    """Order within and among files makes no orphan and no second thread."""
    folder = write(
        tmp_path,
        [
            {
                "type": "message",
                "text": "r",
                "user": "U1",
                "ts": "1930000002.000000",
                "thread_ts": "1930000001.000000",
            }
        ],
    )
    write(
        folder,
        [{"type": "message", "text": "q", "user": "U1", "ts": "1930000001.000000"}],
        "general/2031-03-02.json",
    )
    records = read(folder)
    assert [thread.native_id for thread in of(records, model.Thread)] == ["general/1930000001.000000"]
    assert {a.code for a in of(records, model.Anomaly)} == {"unknown_user"}


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('\ufeff[{"ts": "1930000000.000100", "text": "bom", "type": "message"}]', "bom"),
        ('[{"ts": "1930000000.000100", "text": "lone \\ud83d half", "type": "message"}]', "lone \ud83d half"),
    ],
)
def test_what_a_strict_parser_refuses(tmp_path: Path, text: str, body: str):
    """A byte order mark and half an emoji cost nothing."""
    records = read(write(tmp_path, text))
    assert [post.body for post in of(records, model.Post)] == [body]
    assert {a.code for a in of(records, model.Anomaly)} == {"unknown_user"}


def test_wrong_bytes_are_replaced_and_told(tmp_path: Path):
    """A byte that is no UTF-8 costs itself only."""
    folder = write(tmp_path, "[]")
    (folder / "general/2031-03-01.json").write_bytes(b'[{"ts": "1930000000.000100", "text": "caf\xe9"}]')
    records = read(folder)
    assert [post.body for post in of(records, model.Post)] == ["caf\ufffd"]
    assert [a.detail for a in of(records, model.Anomaly) if a.code == "unparsed"] == [
        "bytes that are not UTF-8 were replaced"
    ]


def test_wrong_types_everywhere(tmp_path: Path):
    """A message whose fields are all of the wrong type is still a row."""
    folder = write(
        tmp_path,
        [{"ts": "1930000000.000100", "text": 7, "user": ["U1"], "thread_ts": {}, "subtype": 3, "edited": "yes",
          "reactions": {"name": "+1"}, "files": "f", "attachments": [None, 4], "blocks": 1, "comment": 2},
         {"ts": "1930000001.000100", "reactions": [{"name": "+1", "users": None, "count": "3"}]},
         {"ts": "1930000002.000100", "reply_count": 10**30, "reactions": [{"name": "+1", "users": ["U1"], "count": 10**30}]},
         None, 12, ["x"], {"ts": "yesterday"}],
    )  # fmt: skip
    records = read(folder)
    assert [(post.body, post.author, post.parent) for post in of(records, model.Post)] == [
        ("", None, None)
    ] * 3
    assert [total.total for total in of(records, model.ReactionTotal)] == [0, 1]
    assert Counter(a.code for a in of(records, model.Anomaly)) == {"unknown_user": 1, "unparsed": 4}


def test_nothing_readable_is_an_error(tmp_path: Path):
    """An export of which no message can be read is refused in words."""
    write(tmp_path, [], "users.json")
    with pytest.raises(BrokenExportError, match="no message"):
        read(write(tmp_path, "<html>"))


def test_several_workspaces_are_not_claimed(tmp_path: Path):
    """Two exports side by side are for the user to name one by one."""
    shutil.copytree(HARBOUR, tmp_path / "one")
    shutil.copytree(HARBOUR, tmp_path / "two")
    assert not SlackReader().sniff(Export(tmp_path))
    with pytest.raises(BrokenExportError, match="several workspaces"):
        read(tmp_path)


def test_an_export_of_another_kind_beside_it_is_not_swallowed(tmp_path: Path):
    """A folder that also holds another forum's file is not claimed."""
    shutil.copytree(HARBOUR, tmp_path / "one")
    assert SlackReader().sniff(Export(tmp_path))
    (tmp_path / "signatures.csv").write_text("name,signed on\n")
    assert not SlackReader().sniff(Export(tmp_path))


@pytest.mark.parametrize("name", ["posts/2031-03-01.json", "2031-03-01/topic.json", "data.csv"])
def test_foreign_files_are_not_claimed(tmp_path: Path, name: str):
    """Day files of something else, and files of other formats, are left alone."""
    assert not SlackReader().sniff(Export(write(tmp_path, [{"id": 1, "cooked": "<p>x</p>"}], name)))


def said(number: int, **fields: object) -> dict[str, object]:
    """A message of the minute with this number."""
    return {"type": "message", "user": "U1", "text": "words", "ts": f"19300{number:05}.000100", **fields}


def section(*elements: dict[str, object]) -> dict[str, object]:
    return {"type": "rich_text_section", "elements": list(elements)}


def rich(*parts: dict[str, object]) -> list[dict[str, object]]:
    return [{"type": "rich_text", "block_id": "b", "elements": list(parts)}]


def test_the_one_reader():
    """No other installed reader claims the workspace."""
    assert find(Export(HARBOUR)).name == "slack"


def test_blocks_tell_a_quote_from_a_typed_sign(tmp_path: Path):
    """Rich text says what is quoted; the plain text of both messages begins alike."""
    quote = {"type": "rich_text_quote", "elements": [{"type": "text", "text": "+1 & more\nlines"}]}
    after = section({"type": "text", "text": "not from me, "}, {"type": "user", "user_id": "U2"})
    typed = section({"type": "text", "text": "> 5 people <agree>"})
    folder = write(tmp_path, [
        said(1, text="&gt; +1 &amp; more\n&gt; lines\nnot from me, <@U2>", blocks=rich(quote, after)),
        said(2, text="&gt; 5 people &lt;agree&gt;", blocks=rich(typed)),
        said(3, text="&gt; quoted", blocks=None),
    ])  # fmt: skip
    cleaned = [clean(post.body, "mrkdwn") for post in of(read(folder), model.Post)]
    assert [body.own_text for body in cleaned] == ["not from me, @U2", "> 5 people <agree>", ""]
    assert [span.kind for span in cleaned[0].spans] == ["quote", "own"]
    assert cleaned[0].mentions == ("U2",)
    assert cleaned[0].plain.startswith("+1 & more\nlines")


def test_a_list_in_a_quote_is_quoted(tmp_path: Path):
    """It is a part of its own with a border; a list without one is the author's."""
    items = [section({"type": "text", "text": "+1 from Ada"}), section({"type": "text", "text": "I\nagree"})]
    code: dict[str, object] = {
        "type": "rich_text_preformatted",
        "border": 1,
        "elements": [{"type": "text", "text": "+1\n+1"}],
    }
    parts: list[dict[str, object]] = [
        {"type": "rich_text_list", "style": "bullet", "border": 1, "elements": items},
        section({"type": "text", "text": "why?"}),
        {"type": "rich_text_list", "style": "ordered", "border": 0, "elements": items[:1]},
        code,
    ]
    body = of(read(write(tmp_path, [said(1, text="", blocks=rich(*parts))])), model.Post)[0].body
    cleaned = clean(body, "mrkdwn")
    assert cleaned.own_text == "why?\n1. +1 from Ada"
    assert [(span.kind, cleaned.plain[span.start : span.end].strip()) for span in cleaned.spans] == [
        ("quote", "• +1 from Ada\n• I\nagree"), ("own", "why?\n1. +1 from Ada"), ("code", "+1\n+1"),
    ]  # fmt: skip


def test_blocks_in_every_shape(tmp_path: Path):
    """Lists, code, emoji, links and what calls people; unknown elements cost themselves only."""
    items = [section({"type": "text", "text": "one"}), section({"type": "text", "text": "two"})]
    parts = [
        section(
            {"type": "broadcast", "range": "here"}, {"type": "text", "text": " see "},
            {"type": "link", "url": "https://x.example", "text": "this"}, {"type": "emoji", "name": "+1"},
            {"type": "usergroup", "usergroup_id": "S1"}, {"type": "channel", "channel_id": "C1"},
            {"type": "text", "text": "gone", "style": {"strike": True}}, {"type": "hologram"}, {"type": ["x"]},
            {"type": "text", "text": "x=1", "style": {"code": True}}, {"type": "color", "value": "#fff"},
        ),
        {"type": "rich_text_list", "style": "ordered", "elements": items},
        {"type": "rich_text_list", "style": "bullet", "elements": items},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a < b"}]},
    ]  # fmt: skip
    body = of(read(write(tmp_path, [said(1, text="", blocks=rich(*parts))])), model.Post)[0].body
    assert body == (
        "<!here> see <https://x.example|this>:+1:<!subteam^S1><#C1>~gone~`x=1`#fff\n"
        "1. one\n2. two\n• one\n• two\n```a &lt; b```"
    )


def test_text_stays_where_blocks_say_no_more(tmp_path: Path):
    """A plain message keeps its text as it was written."""
    folder = write(
        tmp_path, [said(1, text="a *b* c", blocks=rich(section({"type": "text", "text": "a b c"})))]
    )
    assert of(read(folder), model.Post)[0].body == "a *b* c"


CORPORATE = [
    said(1, text="third wording", edited={"user": "U1", "ts": "1930000300.000000"}),
    said(5, subtype="message_changed", message=said(1, text="second wording"), original=said(1, text="first wording")),
    said(6, subtype="message_changed", message=said(1, text="third wording"),
         previous_message=said(1, text="second wording")),
    said(7, subtype="message_deleted", deleted_ts="1930000002.000100", previous_message=said(2, text="regretted")),
    said(8, subtype="message_deleted", user="U9", original=said(3, text="taken down", user="U2")),
    said(4, text="still here"),
    said(9, subtype="message_deleted", original=said(4, text="still here")),
    said(10, subtype="tombstone", user="USLACKBOT", text="This message was deleted."),
    said(11, subtype="message_deleted", original=said(10, text="root of a thread")),
    said(12, subtype="message_changed"),
]  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_edits_and_deletions_of_a_corporate_export(tmp_path: Path, order: int):
    """Old wordings are revisions; what was deleted is there, marked; an event is no post."""
    folder = write(tmp_path, CORPORATE[:5][::order])
    write(folder, CORPORATE[5:][::order], "general/2031-03-02.json")
    records = read(folder)
    posts = {post.native_id: post for post in of(records, model.Post)}
    assert {post.body: post.state for post in posts.values()} == {
        "third wording": "visible", "regretted": "deleted_by_author", "taken down": "removed",
        "still here": "deleted_by_author", "This message was deleted.": "removed",
    }  # fmt: skip
    assert len(of(records, model.Post)) == 5
    edited = next(post for post in posts.values() if post.body == "third wording")
    assert (edited.edit_count, edited.edited_at) == (2, datetime(2031, 2, 27, 23, 11, 40, tzinfo=UTC))
    revisions = {
        (r.number, r.field): (r.before, r.after)
        for r in of(records, model.Revision)
        if r.post == edited.native_id
    }
    assert revisions == {
        (1, "body"): ("first wording", "second wording"), (2, "body"): ("second wording", "third wording"),
    }  # fmt: skip
    gone = [(r.before, r.after) for r in of(records, model.Revision) if r.reason == "deleted"]
    assert ("root of a thread", "This message was deleted.") in gone
    assert ("visible", "removed") in gone
    assert len({thread.native_id for thread in of(records, model.Thread)}) == 5
    last = of(records, model.Source)[-1]
    assert (last.has_edit_history, last.has_deletions) == (True, True)
    assert [a.detail for a in of(records, model.Anomaly) if a.code == "unparsed"] == [
        "a change that does not say to which message"
    ]


def test_direct_messages_without_lists_are_private(tmp_path: Path):
    """Folders named as direct messages are private though no list says so."""
    for name in ("D024BE91L", "mpdm-ada--bo-1", "general"):
        write(tmp_path, [said(1)], f"{name}/2031-03-01.json")
    assert {c.native_id: c.is_private for c in of(read(tmp_path), model.Container)} == {
        "D024BE91L": True, "mpdm-ada--bo-1": True, "general": False,
    }  # fmt: skip


def test_a_folder_beside_the_list_of_public_channels_is_private(tmp_path: Path):
    """A private channel whose groups.json was left out, or a canvas's comments; the doubt is told."""
    write(tmp_path, [{"id": "C1", "name": "general"}], "channels.json")
    for name in ("general", "secret-lab", "FC:F06ABCDEF12:Plan", "D024BE91L"):
        write(tmp_path, [said(1)], f"{name}/2031-03-01.json")
    records = read(tmp_path)
    assert {p.native_id.partition("/")[0]: p.is_private for p in of(records, model.Post)} == {
        "C1": False, "secret-lab": True, "FC:F06ABCDEF12:Plan": True, "D024BE91L": True,
    }  # fmt: skip
    told = {a.locator for a in of(records, model.Anomaly) if a.code == "unknown_place"}
    assert told == {"secret-lab", "FC:F06ABCDEF12:Plan"}


def test_flags_of_private_channels(tmp_path: Path):
    """Tools that write one list for all mark direct and private ones by flags."""
    write(tmp_path, [{"id": f"C{n}", "name": f"c{n}", flag: True} for n, flag in enumerate(["is_im", "is_mpim", "is_group", "is_general"])], "channels.json")  # fmt: skip
    write(tmp_path, [said(1)], "c3/2031-03-01.json")
    flags = {c.native_id: c.is_private for c in of(read(tmp_path), model.Container)}
    assert flags == {"C0": True, "C1": True, "C2": True, "C3": False}


def test_two_channels_of_one_name(tmp_path: Path):
    """A folder that could be a private channel's is private, and the doubt is told."""
    write(tmp_path, [{"id": "C1", "name": "general"}], "channels.json")
    write(tmp_path, [{"id": "G1", "name": "general"}], "groups.json")
    records = read(write(tmp_path, [said(1)]))
    assert [post.is_private for post in of(records, model.Post)] == [True]
    assert [a.code for a in of(records, model.Anomaly) if a.code == "duplicate"] == ["duplicate"]


def test_a_renamed_channel_is_found_by_its_former_name(tmp_path: Path):
    """Day files in a folder of the old name belong to the channel."""
    write(tmp_path, [{"id": "C1", "name": "harbour", "previous_names": ["general", 7]}], "channels.json")
    records = read(write(tmp_path, [said(1)]))
    assert [post.native_id.split("/")[0] for post in of(records, model.Post)] == ["C1"]


def test_users_of_an_enterprise_grid(tmp_path: Path):
    """org_users.json is a list of users; when one was changed the export was not yet made."""
    write(tmp_path, [{"id": "U1", "name": "ada", "updated": 1940000000}], "org_users.json")
    records = read(write(tmp_path, [said(1)]))
    assert [a.username for a in of(records, model.Account)] == ["ada"]
    assert not [a for a in of(records, model.Anomaly) if a.code == "unknown_user"]
    assert of(records, model.Source)[-1].exported_at == datetime.fromtimestamp(1940000000, UTC)


def test_polls_of_apps_are_their_apps(tmp_path: Path):
    """A bot's poll has its words from blocks, with or without a subtype, and endorses nothing."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Dredge?*"}},
              {"type": "section", "text": {"type": "mrkdwn", "text": ":one: +1, I agree"}}]  # fmt: skip
    reactions = [{"name": "one", "users": ["U1"], "count": 1}]
    folder = write(tmp_path, [
        said(1, text="", user="U7", bot_id="B7", blocks=blocks, reactions=reactions),
        said(2, text="", subtype="bot_message", user=None, bot_id="B7", blocks=blocks),
    ])  # fmt: skip
    with Store(tmp_path / "ws") as store:
        store.ingest(Export(folder), SlackReader())
        assert store.scalar("SELECT count(*) FROM post WHERE body LIKE '*Dredge?*%agree'") == 2
        assert (
            store.scalar(
                "SELECT count(*) FROM post JOIN account ON account_id = author_account_id WHERE account.kind <> 'bot'"
            )
            == 0
        )


def test_exports_with_overlapping_windows(tmp_path: Path):
    """What two exports both hold is one post with the newer reactions, whichever is read first."""

    def reacted(*users: str) -> list[dict[str, object]]:
        return [{"name": "+1", "users": list(users), "count": len(users)}]

    root = {"thread_ts": said(1)["ts"], "reply_count": 1}
    early = write(tmp_path / "early", [said(1, **root, reactions=reacted("U1", "U2")), said(2, text="once")])
    late = write(
        tmp_path / "late",
        [said(1, **root, reactions=reacted("U2")), said(3, thread_ts=said(1)["ts"], text="reply")],
    )
    for order in ((early, late), (late, early)):
        with Store(tmp_path / f"ws {order[0].name}") as store:
            for folder in order:
                store.ingest(Export(folder), SlackReader())
            assert store.scalar("SELECT count(*) FROM post") == 3
            assert store.scalar("SELECT count(*) FROM reaction WHERE removed_at IS NULL") == 1
            assert store.scalar("SELECT count(*) FROM reaction WHERE removed_at IS NOT NULL") == 1
            assert store.scalar("SELECT sum(total) FROM reaction_total") == 1
            assert store.scalar("SELECT count(*) FROM post WHERE parent_status = 'root'") == 1
