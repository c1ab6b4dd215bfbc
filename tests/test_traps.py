"""What in a format looks like one thing and is another, where no reader's own tests come upon it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from reader_checks import of, posts_of, read
from test_reader_github import API, issue
from test_reader_github import comment as github_comment
from test_reader_stack_exchange import HISTORY, POSTS, xml
from test_reader_viva_engage import message as engage_message
from whole_exports import as_json, write

from forum_pulse.corpus import cleaning, model
from forum_pulse.corpus.readers import load


def topic(*posts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Discourse topic, as its page tells it."""
    whole = [
        {
            "id": 100 + number, "topic_id": 1, "post_number": number, "post_type": 1, "user_id": 5,
            "username": "ada", "name": "", "cooked": "<p>words</p>", "created_at": "2031-03-01T09:00:00.000Z",
            "actions_summary": [{"id": 2, "can_act": True}], "version": 1, **post,
        }
        for number, post in enumerate(posts, start=1)
    ]  # fmt: skip
    stream = {"posts": whole, "stream": [post["id"] for post in whole]}
    return {"id": 1, "title": "Salt & tar", "posts_count": len(whole), "post_stream": stream} | fields


def test_discourse_titles_names_and_numbers_that_are_absent(tmp_path: Path):
    """A title for pages is HTML; an empty name is none; an action that is offered is none that was done."""
    records = read(load("discourse"), write(tmp_path, {"1.json": topic({}, fancy_title="Salt &amp; tar")}))
    assert [thread.title for thread in of(records, model.Thread)] == ["Salt & tar"]
    assert [account.display_name for account in of(records, model.Account)] == [None]
    assert not of(records, model.Reaction) + of(records, model.ReactionTotal)


def test_discourse_users_below_zero_are_no_people(tmp_path: Path):
    """The system and the bot that greets newcomers."""
    said = ({"user_id": -1, "username": "system"}, {"user_id": -2, "username": "discobot"})
    records = read(load("discourse"), write(tmp_path, {"1.json": topic({}, *said)}))
    assert {account.username: account.kind for account in of(records, model.Account)} == {
        "ada": "human", "system": "system", "discobot": "bot",
    }  # fmt: skip


@pytest.mark.parametrize(
    "subtype",
    ["channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive",
     "bot_add", "bot_remove", "pinned_item", "reminder_add", "group_join", "group_topic"],
)  # fmt: skip
def test_slack_tells_what_happened_in_the_words_of_people(subtype: str, tmp_path: Path):
    """Such a row names a user and has a text, and nobody wrote it."""
    said = {"type": "message", "ts": "1930000000.000100", "user": "U1", "text": "<@U1> +1"}
    rows = [said, said | {"ts": "1930000001.000100", "subtype": subtype}]
    records = read(
        load("slack"), write(tmp_path, {"users.json": [], "channels.json": [], "a/2031-02-28.json": rows})
    )
    assert [post.kind for post in of(records, model.Post)] == ["post", "system"]


@pytest.mark.parametrize("kind", ["poll", "praise", "question"])
def test_engage_rows_that_votes_belong_to_have_none(kind: str, tmp_path: Path):
    """A poll is a post with words; the interface writes its times with blanks."""
    told = engage_message(1, message_type=kind, created_at="2031/02/27 20:59:10 +0000", thread_id=1)
    (post,) = of(read(load("viva-engage"), write(tmp_path, {"page.json": {"messages": [told]}})), model.Post)
    assert (post.kind, post.created_at) == ("post", datetime(2031, 2, 27, 20, 59, 10, tzinfo=UTC))


def test_engage_users_who_left_stay_people(tmp_path: Path):
    """Booleans are written large or small; who was suspended or deleted wrote what they wrote."""
    header = (
        "id,thread_id,sender_id,sender_type,group_id,body,created_at,in_private_group,in_private_conversation"
    )
    rows = "1,1,11,User,5,hello,2031-02-27T23:06:40,TRUE,FALSE\n2,2,12,User,6,there,2031-02-27T23:06:41,false,False\n"
    users = "id,name,email,state,suspended_at,deleted_at\n11,Ada,a@b.example,soft_delete,,2031-03-01\n12,Bo,b@b.example,active,2031-03-01,\n"
    files = {"Messages.csv": f"\ufeff{header}\n{rows}", "Users.csv": users}
    records = read(load("viva-engage"), write(tmp_path, files))
    assert [post.is_private for post in posts_of(records).values()] == [True, False]
    assert {account.native_id: account.kind for account in of(records, model.Account)} == {
        "11": "human", "12": "human",
    }  # fmt: skip


@pytest.mark.parametrize("tags", ["<crane><paint>", "|crane|paint|"])
def test_stack_exchange_writes_tags_in_two_ways(tags: str, tmp_path: Path):
    """Old dumps in angles, new ones between bars: the same tags."""
    records = read(
        load("stack-exchange"), write(tmp_path, {"Posts.xml": xml("posts", [POSTS[1] | {"Tags": tags}])})
    )
    assert [row.after for row in of(records, model.Revision) if row.field == "tags"] == ["crane paint"]


def test_stack_exchange_rows_that_change_nothing(tmp_path: Path):
    """A suggestion is no edit till it is applied; a bump by the community changes no word."""
    history = [HISTORY[0], *({**HISTORY[1], "PostHistoryTypeId": kind, "Text": "9"} for kind in (24, 50, 52))]
    files = {"Posts.xml": xml("posts", POSTS), "PostHistory.xml": xml("posthistory", history)}
    records = read(load("stack-exchange"), write(tmp_path, files))
    assert not [row for row in of(records, model.Revision) if row.field == "body" and row.after == "9"]


def test_stack_exchange_posts_that_are_neither_question_nor_answer(tmp_path: Path):
    """Orphaned wikis and nominations are posts of their own; pages about tags are nobody's word."""
    rows = [{**POSTS[1], "Id": kind, "PostTypeId": kind} for kind in (1, 3, 4, 5, 6, 7)]
    records = read(load("stack-exchange"), write(tmp_path, {"Posts.xml": xml("posts", rows)}))
    assert set(posts_of(records)) == {"1", "3", "6"}


def test_github_answers_of_a_discussion_name_their_parent_by_number(tmp_path: Path):
    """Comments of the REST interface have a parent of their own, besides the discussion."""
    url = f"{API}/discussions/4"
    pages = {
        "discussions.json": [issue(4, url=url, html_url="https://github.com/quay/crane/discussions/4", category={"id": 1})],
        "comments.json": [
            {**github_comment(number, 4), "parent_id": parent, "discussion_url": url,
             "url": f"{url}/comments/{number}", "html_url": f"https://github.com/quay/crane/discussions/4#discussioncomment-{number}"}
            for number, parent in ((31, None), (32, 31))
        ],
    }  # fmt: skip
    posts = posts_of(read(load("github"), write(tmp_path, pages)))
    (answer,) = (post for name, post in posts.items() if name.endswith("32"))
    assert (answer.parent or "").endswith("31")


def test_github_answers_by_mail_quote_without_saying_so():
    """Who answers by mail sends the mail's own quote along, with who wrote it."""
    body = "+1 from me\r\n\r\nOn Mon, Mar 3, 2031 at 9:00 AM Bo Winch <notifications@github.example> wrote:\r\n\r\n> Move it?\r\n> —\r\n> Reply to this email directly\r\n"
    assert cleaning.clean(body, "markdown").own_text == "+1 from me"


def test_mail_with_an_envelope_that_is_no_ascii_and_no_date(tmp_path: Path):
    """The line before a mail may hold any bytes; a mail without a time is a mail."""
    mail = b"From b\xf6@harbour.example Sat Mar  1 09:00:00 2031\nFrom: B <b@harbour.example>\nSubject: tar\nMessage-ID: <%d@h>\n\nwords\n\n"
    (tmp_path / "list.mbox").write_bytes(mail % 1 + mail % 2)
    posts = posts_of(read(load("mbox"), tmp_path / "list.mbox"))
    assert {(name, post.body.strip(), post.created_at) for name, post in posts.items()} == {
        ("1@h", "words", None), ("2@h", "words", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["uj", "ul", "ut", "au", "ru", "r", "rm", "room_changed_topic", "subscription-role-added", "discussion-created"]
)  # fmt: skip
def test_rocket_chat_tells_what_happened_in_messages(kind: str, tmp_path: Path):
    """A row with a type is no word of the user it names; one of them stands for what was deleted."""
    said = {
        "_id": "m1",
        "rid": "R1",
        "msg": "+1",
        "ts": "2031-03-01T09:00:00.000Z",
        "u": {"_id": "u1", "username": "ada"},
    }
    rows = [said, said | {"_id": "m2", "t": kind, "msg": "ada"}]
    posts = posts_of(read(load("rocket-chat"), write(tmp_path, {"messages.json": {"messages": rows}})))
    assert posts["m1"].kind == "post"
    assert posts["m2"].kind == ("tombstone" if kind == "rm" else "system")


def test_mattermost_lines_without_posts_and_null_lists(tmp_path: Path):
    """A bulk export begins with its version and roles; what there is none of is null."""
    post = {"team": "dock", "channel": "quay", "user": "ada", "message": "tar", "create_at": 1930000000000}
    lines = [
        {"type": "version", "version": 1, "info": {"generator": "mattermost"}},
        {"type": "role", "role": {"name": "x"}},
        {"type": "bot", "bot": {"username": "tides", "owner": "ada"}},
        {"type": "post", "post": post | {"reactions": None, "replies": None, "props": None}},
    ]
    records = read(load("mattermost"), write(tmp_path, {"import.jsonl": b"\n".join(map(as_json, lines))}))
    assert [post.body for post in of(records, model.Post)] == ["tar"]
    assert {account.username: account.kind for account in of(records, model.Account)}["tides"] == "bot"
