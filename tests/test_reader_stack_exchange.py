"""The Stack Exchange reader on a small invented dump and pages of the API that hold every trap of both."""

import json
import random
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec
import pytest
from reader_checks import claimants, codes, of, posts_of, read
from whole_exports import FIXTURES, write

import forum_pulse
from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers import Export, Reader, ReadOptions
from forum_pulse.corpus.readers.stack_exchange.reader import StackExchangeReader
from forum_pulse.errors import BrokenExportError

READER = StackExchangeReader()
Row = dict[str, Any]


def day(number: int) -> str:
    return f"2031-03-{number:02}T09:00:00.123"


def midnight(number: int) -> str:
    return f"2031-03-{number:02}T00:00:00.000"


def at(number: int) -> datetime:
    return datetime(2031, 3, number, tzinfo=UTC)


def xml(root: str, rows: list[Row], *, bom: bool = True) -> bytes:
    body = "".join(
        f"  <row {' '.join(f'{k}={quoteattr(str(v))}' for k, v in row.items())} />\r\n" for row in rows
    )
    text = f'<?xml version="1.0" encoding="utf-8"?>\r\n<{root}>\r\n{body}</{root}>'
    return (b"\xef\xbb\xbf" if bom else b"") + text.encode()


POSTS: list[Row] = [
    {"Id": 2, "PostTypeId": 2, "ParentId": 1, "CreationDate": day(2), "Score": 1, "Body": "<p>Blue &amp; fast.</p>",
     "OwnerUserId": 12, "CommentCount": 0, "LastEditDate": day(5), "LastEditorUserId": 11},
    {"Id": 1, "PostTypeId": 1, "AcceptedAnswerId": 2, "CreationDate": day(1), "Score": 2, "ViewCount": 40,
     "Body": "<blockquote><p>Paint it.</p></blockquote><p>Which paint?</p>", "OwnerUserId": 11, "Title": "Paint & co",
     "Tags": "|crane|paint|", "AnswerCount": 2, "CommentCount": 4, "ClosedDate": day(8)},
    {"Id": 3, "PostTypeId": 2, "ParentId": 1, "CreationDate": day(3), "Score": -1, "Body": "<p>Red.</p>",
     "OwnerDisplayName": "user23", "CommunityOwnedDate": day(6)},
    {"Id": 4, "PostTypeId": 5, "CreationDate": day(1), "Body": "<p>About cranes.</p>", "OwnerUserId": -1},
    {"Id": 5, "PostTypeId": 2, "ParentId": 99, "CreationDate": day(3), "Score": 0, "Body": "<p>Green.</p>",
     "OwnerDisplayName": "Dee"},
    {"Id": 6, "PostTypeId": 1, "CreationDate": day(4), "Score": 0, "Body": "<p>Bump.</p>", "OwnerUserId": -1,
     "Title": "Old", "AnswerCount": 1, "CommentCount": 0},
]  # fmt: skip
COMMENTS: list[Row] = [
    {"Id": 1, "PostId": 1, "Score": 3, "Text": "Same here +1", "CreationDate": day(2), "UserId": 12},
    {"Id": 2, "PostId": 1, "Score": 0, "Text": "@bowinch why `so`?", "CreationDate": day(3), "UserId": 11},
    {
        "Id": 3,
        "PostId": 1,
        "Score": 0,
        "Text": "@nobody here",
        "CreationDate": day(3),
        "UserDisplayName": "user7",
    },
    {"Id": 4, "PostId": 77, "Score": 0, "Text": "Lost.", "CreationDate": day(3), "UserId": 11},
    {"Id": 5, "PostId": 1, "Score": 0, "Text": "@Ada because.", "CreationDate": day(4), "UserId": 12},
]
VOTES: list[Row] = [
    {"Id": 1, "PostId": 1, "VoteTypeId": 2, "CreationDate": midnight(2)},
    {"Id": 2, "PostId": 1, "VoteTypeId": 2, "CreationDate": midnight(2)},
    {"Id": 3, "PostId": 1, "VoteTypeId": 5, "UserId": 13, "CreationDate": midnight(2)},
    {"Id": 4, "PostId": 2, "VoteTypeId": 1, "CreationDate": midnight(3)},
    {"Id": 5, "PostId": 1, "VoteTypeId": 2, "CreationDate": midnight(3)},
    {"Id": 6, "PostId": 1, "VoteTypeId": 3, "CreationDate": midnight(3)},
    {"Id": 7, "PostId": 3, "VoteTypeId": 3, "CreationDate": midnight(3)},
    {"Id": 8, "PostId": 88, "VoteTypeId": 2, "CreationDate": midnight(3)},
    {"Id": 9, "PostId": 88, "VoteTypeId": 2, "CreationDate": midnight(4)},
    {"Id": 10, "PostId": 1, "VoteTypeId": 6, "CreationDate": midnight(8)},
    {"Id": 11, "PostId": 1, "VoteTypeId": 8, "UserId": 13, "BountyAmount": 50, "CreationDate": midnight(8)},
    {"Id": 12, "PostId": 1, "VoteTypeId": 5, "UserId": 13, "CreationDate": midnight(9)},
]
USERS: list[Row] = [
    {"Id": -1, "DisplayName": "Community", "CreationDate": day(1)},
    {"Id": 11, "DisplayName": "Ada Quay", "CreationDate": day(1), "Reputation": 101, "AboutMe": "<p>x</p>"},
    {"Id": 12, "DisplayName": "Bo Winch", "CreationDate": day(1)},
    {"Id": 13, "DisplayName": "Cy", "CreationDate": day(1)},
]
HISTORY: list[Row] = [
    {"Id": 1, "PostHistoryTypeId": 2, "PostId": 2, "RevisionGUID": "a", "CreationDate": day(2), "UserId": 12, "Text": "Blue."},
    {"Id": 2, "PostHistoryTypeId": 5, "PostId": 2, "RevisionGUID": "b", "CreationDate": day(5), "UserId": 11,
     "Text": "Blue & fast.", "Comment": "speed"},
    {"Id": 3, "PostHistoryTypeId": 4, "PostId": 1, "RevisionGUID": "c", "CreationDate": day(6), "UserId": 11, "Text": "Paint & co"},
    {"Id": 4, "PostHistoryTypeId": 6, "PostId": 1, "RevisionGUID": "c", "CreationDate": day(6), "UserId": 11, "Text": "|crane|"},
    {"Id": 5, "PostHistoryTypeId": 10, "PostId": 1, "RevisionGUID": "d", "CreationDate": day(8), "Comment": "103"},
    {"Id": 6, "PostHistoryTypeId": 8, "PostId": 3, "RevisionGUID": "e", "CreationDate": day(8), "UserDisplayName": "user9", "Text": "Red."},
    {"Id": 7, "PostHistoryTypeId": 5, "PostId": 88, "RevisionGUID": "f", "CreationDate": day(8), "UserId": 11, "Text": "gone"},
    {"Id": 8, "PostHistoryTypeId": 50, "PostId": 6, "RevisionGUID": "g", "CreationDate": day(9), "UserId": -1},
]  # fmt: skip
DUMP = {
    "Posts.xml": xml("posts", POSTS), "Comments.xml": xml("comments", COMMENTS), "Votes.xml": xml("votes", VOTES),
    "Users.xml": xml("users", USERS), "PostHistory.xml": xml("posthistory", HISTORY), "Badges.xml": xml("badges", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("dump") / "cranes.stackexchange.com", DUMP)


@pytest.fixture(scope="module")
def records(folder: Path) -> list[model.Record]:
    return read(READER, folder)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    return posts_of(records)


def details(records: list[model.Record], code: str) -> list[str]:
    return [entry.detail for entry in of(records, model.Anomaly) if entry.code == code]


def test_is_a_reader():
    """It has the shape the registry expects, and says that it has seen no real dump."""
    assert isinstance(READER, Reader)
    assert not READER.verified


def test_source(records: list[model.Record]):
    """The folder bears the site's name; only bookmarks have actors."""
    last = records[-1]
    assert isinstance(last, model.Source)
    assert (last.instance, last.variant) == ("cranes.stackexchange.com", "dump")
    assert (last.has_reaction_actors, last.has_reaction_counts, last.has_edit_history) == (
        "partial",
        True,
        True,
    )
    assert last.exported_at == at(9)
    assert last.complete == "no"


def test_threads(records: list[model.Record]):
    """Questions open threads; how many posts there should be is told; pages about tags are left out."""
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert {key: (thread.kind, thread.state, thread.title) for key, thread in threads.items()} == {
        "1": ("question", "closed", "Paint & co"), "6": ("question", "open", "Old"),
    }  # fmt: skip
    assert threads["1"].posts_expected == 7
    assert details(records, "truncated") == ["question 6 truncated: 1/2 posts and comments"]
    assert "1 tag wikis: left out" in details(records, "metadata_only")


def test_posts(posts: dict[str, model.Post]):
    """Answers name their question, before it or after it in the file."""
    assert set(posts) == {"1", "2", "3", "5", "6", *(f"comment/{number}" for number in range(1, 6))}
    assert (posts["2"].kind, posts["2"].thread, posts["2"].parent) == ("answer", "1", "1")
    assert posts["2"].edited_at == datetime(2031, 3, 5, 9, 0, 0, 123_000, tzinfo=UTC)
    assert {key for key, post in posts.items() if post.is_accepted} == {"2"}
    assert posts["3"].subtype == "community_wiki"
    assert posts["1"].precision == "ms"
    assert clean(posts["1"].body, posts["1"].body_format).own_text == "Which paint?"
    assert clean(posts["2"].body, posts["2"].body_format).own_text == "Blue & fast."


def test_comments_answer_their_post_or_whom_they_address(posts: dict[str, model.Post]):
    """A "@name" at the beginning means that person's last comment there, if one person fits."""
    above = {key: (post.parent, post.parent_source) for key, post in posts.items() if post.kind == "comment"}
    assert above == {
        "comment/1": ("1", "explicit"),
        "comment/2": ("comment/1", "inferred"),
        "comment/3": ("1", "explicit"),
        "comment/4": ("77", "explicit"),
        "comment/5": ("comment/2", "inferred"),
    }
    assert clean(posts["comment/2"].body, "markdown").mentions == ("bowinch",)


def test_orphans(records: list[model.Record]):
    """An answer without its question, a comment without its post, votes and changes of deleted posts."""
    assert sorted(details(records, "orphan")) == [
        "1 changes to 1 posts that are not in the dump: left out",
        "2 upvote votes on 1 posts that are not in the dump: left out",
        "the post 77 is not in the dump",
        "the question 99 is not in the dump",
    ]


def test_accounts(records: list[model.Record], posts: dict[str, model.Post]):
    """The community is a bot; "user23" stays one person, any other bare name may be anybody."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert accounts["-1"].kind == "bot"
    assert accounts["11"].display_name == "Ada Quay"
    assert (posts["3"].author, posts["5"].author) == ("@user23", "@Dee")
    assert (accounts["@user23"].kind, accounts["@user23"].is_stable_id) == ("deleted", True)
    assert (accounts["@Dee"].kind, accounts["@Dee"].is_stable_id) == ("deleted", False)


def test_votes_are_numbers_by_day(records: list[model.Record]):
    """Up and down by post and day without names; a bookmark names its user and is counted once."""
    found = [
        (entry.post, entry.name_raw, entry.n, entry.account, entry.created_at, entry.identity)
        for entry in of(records, model.Reaction)
    ]
    assert sorted(found, key=str) == [
        ("1", "bookmark", 1, "13", at(2), "identified"),
        ("1", "downvote", 1, None, at(3), "count_only"),
        ("1", "upvote", 1, None, at(3), "count_only"),
        ("1", "upvote", 2, None, at(2), "count_only"),
        ("3", "downvote", 1, None, at(3), "count_only"),
        ("comment/1", "upvote", 3, None, None, "count_only"),
    ]
    totals = {
        (entry.post, entry.name_raw): (entry.total, entry.identified)
        for entry in of(records, model.ReactionTotal)
    }
    assert totals == {
        ("1", "bookmark"): (1, 1), ("1", "upvote"): (3, 0), ("1", "downvote"): (1, 0), ("3", "downvote"): (1, 0),
        ("comment/1", "upvote"): (3, 0),
    }  # fmt: skip
    assert details(records, "count_mismatch") == [
        "1 posts whose Score is not their up votes less their down votes"
    ]


def test_numbers_without_parts(records: list[model.Record]):
    """Scores, views, bounties and votes about a post's fate are kept and endorse nothing."""
    found = {(entry.post, entry.measure, entry.key): entry.value for entry in of(records, model.Aggregate)}
    assert found == {
        ("1", "score", None): 2, ("2", "score", None): 1, ("3", "score", None): -1, ("5", "score", None): 0,
        ("6", "score", None): 0, (None, "view", None): 40, ("1", "bounty", None): 50, ("1", "vote", "close"): 1,
        ("2", "vote", "accept"): 1,
    }  # fmt: skip


def test_history(records: list[model.Record]):
    """One save is one number; states, rollbacks and who did it."""
    found = [
        (entry.post, entry.number, entry.field, entry.before, entry.after, entry.account, entry.reason)
        for entry in of(records, model.Revision)
    ]
    assert found == [
        ("2", 1, "body", None, "Blue.", "12", None),
        ("2", 2, "body", None, "Blue & fast.", "11", "speed"),
        ("1", 1, "title", None, "Paint & co", "11", None),
        ("1", 1, "tags", None, "crane", "11", None),
        ("1", 2, "state", "open", "closed", None, "103"),
        ("3", 1, "body", None, "Red.", "@user9", "rollback"),
    ]


def test_without_history_tags_come_from_the_post(tmp_path: Path):
    """A dump of posts only: tags are kept, what is missing is said."""
    path = write(tmp_path, {"posts.xml": xml("posts", POSTS, bom=False)}) / "posts.xml"
    records = read(READER, path)
    assert [(entry.post, entry.field, entry.after) for entry in of(records, model.Revision)] == [
        ("1", "tags", "crane paint")
    ]
    assert len([detail for detail in details(records, "truncated") if "not in the dump" in detail]) == 3


def test_order_of_rows_does_not_matter(tmp_path: Path, records: list[model.Record]):
    """Posts and votes shuffled: the same posts, the same sums."""
    shuffle = random.Random(3).sample
    mixed = {
        **DUMP,
        "Posts.xml": xml("posts", shuffle(POSTS, len(POSTS))),
        "Votes.xml": xml("votes", shuffle(VOTES, 12)),
    }
    again = read(READER, write(tmp_path, mixed))
    assert {key: post.body for key, post in posts_of(again).items()} == {
        key: post.body for key, post in posts_of(records).items()
    }
    assert of(again, model.ReactionTotal) == of(records, model.ReactionTotal)


def test_damaged_characters_are_passed_over(tmp_path: Path):
    """XML forbids some characters; the rows after them are read and the fault is reported."""
    broken = xml("posts", POSTS).replace(b"Which paint?", b"Which &#x1F; paint &nosuch; \x01?")
    records = read(READER, write(tmp_path, {**DUMP, "Posts.xml": broken}))
    assert set(posts_of(records)) >= {"1", "2", "3", "6"}
    assert "unparsed" in codes(records)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE posts [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>
<posts><row Id="1" PostTypeId="1" CreationDate="2031-03-01T00:00:00" OwnerUserId="1" Title="&c;" Body="&d;"/></posts>"""


def test_entities_are_never_expanded(tmp_path: Path):
    """A file that defines entities is not read at all."""
    with pytest.raises(BrokenExportError):
        read(READER, write(tmp_path / "a", {"Posts.xml": BOMB}))
    comments = BOMB.replace(b"posts", b"comments")
    records = read(READER, write(tmp_path / "b", {**DUMP, "Comments.xml": comments}))
    assert "it defines a document type, as no dump does: not read" in details(records, "truncated")
    assert not any(post.kind == "comment" for post in posts_of(records).values())


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_truncated_files(tmp_path: Path, share: float):
    """What stands before the end is read, and that it ends is said."""
    cut = DUMP["Posts.xml"][: int(len(DUMP["Posts.xml"]) * share)]
    records = read(READER, write(tmp_path, {**DUMP, "Posts.xml": cut}))
    assert posts_of(records)
    assert [entry for entry in of(records, model.Anomaly) if "what follows may be missing" in entry.detail]
    last = records[-1]
    assert isinstance(last, model.Source)
    assert last.complete == "no"


def test_a_text_beyond_all_measure_is_reported(tmp_path: Path):
    """The parser refuses it, and with it what follows: that is said."""
    rows = [
        POSTS[1],
        {**POSTS[0], "Body": "x" * 11_000_000},
        *({**POSTS[5], "Id": number} for number in range(100, 3000)),
    ]
    records = read(READER, write(tmp_path, {"Posts.xml": xml("posts", rows)}))
    assert len(posts_of(records)) < 2900
    assert [detail for detail in details(records, "truncated") if "what follows may be missing" in detail]


def test_unknown_fields_and_types_are_loud(tmp_path: Path):
    """A new attribute, a new kind of post, a new kind of vote."""
    rows = [{**POSTS[1], "Mood": "fine"}, {**POSTS[5], "PostTypeId": 44}]
    votes = [{"Id": 1, "PostId": 1, "VoteTypeId": 99, "CreationDate": midnight(2)}, {"Id": 2}]
    pages = {"Posts.xml": xml("posts", rows), "Votes.xml": xml("votes", votes), "notes.txt": "x"}
    records = read(READER, write(tmp_path, pages))
    assert details(records, "unknown_column") == [
        "posts.xml: field 'Mood' is unknown and was not read", "VoteTypeId 99 is unknown: left out",
    ]  # fmt: skip
    assert [detail for detail in details(records, "unparsed") if "44" in detail]
    assert "a vote without post or type: left out" in details(records, "unparsed")


def test_a_whole_dump_is_complete(tmp_path: Path):
    """As many posts and comments as the site counts, and all files."""
    pages = {**DUMP, "Posts.xml": xml("posts", [POSTS[0], POSTS[1], POSTS[2]])}
    last = read(READER, write(tmp_path, pages))[-1]
    assert isinstance(last, model.Source)
    assert last.complete == "yes"


def test_memory_does_not_grow_with_the_texts(tmp_path: Path):
    """Thirty megabytes of bodies stream through in a fraction of that."""
    row = {"PostTypeId": 1, "CreationDate": day(1), "Body": "word " * 2000, "OwnerUserId": 1}
    write(tmp_path, {"Posts.xml": xml("posts", [{"Id": number, **row} for number in range(1, 3001)])})
    tracemalloc.start()
    count = sum(isinstance(record, model.Post) for record in READER.read(Export(tmp_path), ReadOptions()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3000
    assert peak < 6_000_000


def test_it_is_recognised_and_stored(folder: Path, tmp_path: Path):
    """No format named, folder or zip: the reader finds it, and the store holds it."""
    with forum_pulse.read(folder) as corpus:
        assert corpus.store.scalar("SELECT count(*) FROM post") == 10
        assert corpus.store.scalar("SELECT sum(n) FROM reaction WHERE identity = 'count_only'") == 8
        assert corpus.store.scalar("SELECT count(*) FROM reading") == 6
    with zipfile.ZipFile(tmp_path / "cranes.stackexchange.com.zip", "w") as archive:
        for name, page in DUMP.items():
            archive.writestr(name, page)
    assert claimants(tmp_path / "cranes.stackexchange.com.zip") == ["stack-exchange"]


def question(number: int, **more: Any) -> dict[str, Any]:
    return {
        "question_id": number, "title": "Paint &amp; co", "body": "<p>Which?</p>", "creation_date": 1_930_000_000,
        "owner": {"user_id": 11, "display_name": "Ada &#39;Q&#39;", "user_type": "registered"}, "score": 2,
        "up_vote_count": 3, "down_vote_count": 1, "tags": ["crane", "paint"], "view_count": 5, "answer_count": 1,
        "link": f"https://quay.stackenterprise.co/questions/{number}/paint", "is_answered": True, **more,
    }  # fmt: skip


ANSWER = {
    "answer_id": 2, "question_id": 1, "body_markdown": "Blue &amp; `fast`", "creation_date": 1_930_000_100,
    "is_accepted": True, "score": 1, "owner": {"user_type": "does_not_exist", "display_name": "user23"},
}  # fmt: skip
COMMENT = {
    "comment_id": 7, "post_id": 2, "body": "<b>+1</b>", "creation_date": 1_930_000_200, "score": 4, "edited": True,
    "owner": {"user_id": -1, "display_name": "Community"},
}  # fmt: skip
API = {
    "1.json": {
        "items": [question(1, answers=[ANSWER])],
        "has_more": True,
        "quota_max": 300,
        "quota_remaining": 9,
    },
    "2.json": {"items": [COMMENT], "has_more": False, "quota_max": 300, "quota_remaining": 8},
}


def test_api(tmp_path: Path):
    """Seconds since 1970, escaped titles, a comment on its own page, votes as numbers."""
    records = read(READER, write(tmp_path, API))
    posts = posts_of(records)
    assert {key: (post.thread, post.parent) for key, post in posts.items()} == {
        "1": ("1", None), "2": ("1", "1"), "comment/7": ("1", "2"),
    }  # fmt: skip
    assert posts["1"].created_at == datetime.fromtimestamp(1_930_000_000, UTC)
    assert clean(posts["2"].body, posts["2"].body_format).own_text == "Blue & fast"
    assert posts["2"].is_accepted
    assert of(records, model.Thread)[0].title == "Paint & co"
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert accounts["11"].display_name == "Ada 'Q'"
    assert (accounts["-1"].kind, accounts["@user23"].kind) == ("bot", "deleted")
    found = [(entry.post, entry.name_raw, entry.n, entry.identity) for entry in of(records, model.Reaction)]
    assert found == [("1", "upvote", 3, "count_only"), ("1", "downvote", 1, "count_only")]
    last = records[-1]
    assert isinstance(last, model.Source)
    assert (last.instance, last.complete) == ("quay.stackenterprise.co", "unknown")


def test_api_tells_what_it_cut_off(tmp_path: Path):
    """has_more on the last page, fewer answers than counted, pages without texts, fields nobody knows."""
    page = {
        "items": [question(1, answer_count=4, answers=[ANSWER], mood="fine"), 3, {"x": 1}],
        "has_more": True,
    }
    without = {key: value for key, value in question(2).items() if key != "body"}
    page["items"].append(without)
    records = read(READER, write(tmp_path, {"1.json": {**page, "quota_max": 1}, "2.json": "{", "3.json": []}))
    assert details(records, "truncated") == [
        "question 1 truncated: 1/4 answers and comments", "the last page says has_more: the rest was not fetched",
    ]  # fmt: skip
    assert codes(records) >= {"unknown_column", "metadata_only", "unparsed"}
    last = records[-1]
    assert isinstance(last, model.Source)
    assert last.complete == "no"


def test_no_other_reader_claims_it(folder: Path, tmp_path: Path):
    """Dump, single file and pages are known to this reader alone."""
    write(tmp_path, API)
    for path in (folder, folder / "Posts.xml", tmp_path, tmp_path / "1.json"):
        assert claimants(path) == ["stack-exchange"]


@pytest.mark.parametrize(
    "path", sorted(FIXTURES.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_it_claims_no_other_fixture(path: Path):
    """Exports of other systems."""
    export = Export.try_open(path)
    assert export is None or not READER.sniff(export)


def test_two_sites_in_one_folder_are_not_mixed(tmp_path: Path):
    """Their numbers would be taken for one another's."""
    write(tmp_path, {"a/Posts.xml": DUMP["Posts.xml"], "b/Posts.xml": DUMP["Posts.xml"]})
    assert not READER.sniff(Export(tmp_path))


def as_list(rows: list[Row]) -> str:
    """The rows as an administrator's export has them: names in camel case, numbers as such."""
    return json.dumps([{name[:1].lower() + name[1:]: value for name, value in row.items()} for row in rows])


def test_an_export_of_a_team_reads_like_a_dump(tmp_path: Path, records: list[model.Record]):
    tables = {"posts": POSTS, "comments": COMMENTS, "votes": VOTES, "users": USERS, "posthistory": HISTORY}
    path = write(tmp_path, {f"team/{name}.json": as_list(rows) for name, rows in tables.items()})
    assert READER.sniff(Export(path))

    def told(found: list[model.Record]) -> list[model.Record]:
        kinds = (model.Post, model.Thread, model.Account, model.Revision, model.Reaction, model.ReactionTotal)
        return [
            msgspec.structs.replace(record, locator=None) if isinstance(record, model.Post) else record
            for record in found
            if isinstance(record, kinds)
        ]

    assert told(read(READER, path)) == told(records)


def test_an_export_of_a_team_in_its_own_words(tmp_path: Path):
    rows = [
        {"id": 1, "postType": "question", "creationDate": "2031-03-01T09:00:00Z", "bodyMarkdown": "**Which** paint?",
         "title": "Paint", "tags": ["crane", "paint"], "ownerUserId": 11, "mood": "calm", "closedDate": None},
        {"id": 2, "postType": "answer", "parentId": 1, "creationDate": "2031-03-02T09:00:00Z", "body": "<p>Blue.</p>"},
        {"id": 3, "postType": "article", "creationDate": "2031-03-03T09:00:00Z", "title": "How we paint", "body": "x"},
        "no row",
    ]  # fmt: skip
    path = write(tmp_path, {"posts.json": json.dumps(rows), "badges.json": "[]", "votes.json": "[{"})
    found = read(READER, path)
    posts = posts_of(found)
    assert (posts["1"].body, posts["1"].body_format, posts["2"].parent) == (
        "**Which** paint?",
        "markdown",
        "1",
    )
    assert {record.kind for record in of(found, model.Thread)} == {"question", "discussion"}
    assert [record.after for record in of(found, model.Revision)] == ["crane paint"]
    assert "posts.json: field 'Mood' is unknown and was not read" in details(found, "unknown_column")
    assert any("no object" in detail for detail in details(found, "unparsed"))
    assert any(
        "votes.json" in record.locator for record in of(found, model.Anomaly) if record.code == "truncated"
    )
    assert claimants(path) == ["stack-exchange"]


def test_other_files_of_these_names_are_no_export_of_a_team(tmp_path: Path):
    path = write(tmp_path, {"posts.json": '[{"id": 1, "title": "x"}]', "users.json": "[]"})
    assert not READER.sniff(Export(path))
