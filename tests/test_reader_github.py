"""The GitHub reader on small invented pages that hold every trap of its interfaces."""

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from reader_checks import claimants, codes, of, posts_of, read
from whole_exports import FIXTURES, write

import forum_pulse
from forum_pulse.corpus import model
from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.readers import Export, Reader
from forum_pulse.corpus.readers.forges.github.reader import GithubReader
from forum_pulse.errors import BrokenExportError

READER = GithubReader()
API, WEB = "https://api.github.com/repos/quay/crane", "https://github.com/quay/crane"
ADA, BO = {"login": "ada-quay", "id": 1, "type": "User"}, {"login": "BoWinch", "id": 2, "type": "User"}
CY = {"login": "cy-tide", "id": 3, "type": "User"}
LIFT = {"login": "lift[bot]", "id": 9, "type": "Bot"}


def day(number: int, hour: int = 9) -> str:
    return f"2031-03-{number:02}T{hour:02}:00:00Z"


def at(number: int, hour: int = 9) -> datetime:
    return datetime(2031, 3, number, hour, tzinfo=UTC)


def counts(**some: int) -> dict[str, int]:
    named = {
        "heart": 0,
        "+1": 0,
        "-1": 0,
        **{{"plus": "+1", "minus": "-1"}.get(k, k): v for k, v in some.items()},
    }
    return {**named, "total_count": sum(named.values())}


def issue(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 1000 + number, "number": number, "title": f"Crane {number}", "state": "open", "user": ADA,
        "body": "Let us move the crane.\r\n\r\nWho agrees?", "created_at": day(1), "updated_at": day(9),
        "html_url": f"{WEB}/issues/{number}", "url": f"{API}/issues/{number}", "comments": 0,
        "author_association": "OWNER", **more,
    }  # fmt: skip


def comment(number: int, thread: int = 1, user: Any = BO, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "user": user, "body": "+1 from me", "created_at": day(2), "updated_at": day(2),
        "html_url": f"{WEB}/issues/{thread}#issuecomment-{number}", "issue_url": f"{API}/issues/{thread}",
        "url": f"{API}/issues/comments/{number}", **more,
    }  # fmt: skip


def review(
    number: int, user: Any, state: str, when: str | None, thread: int = 2, **more: Any
) -> dict[str, Any]:
    return {
        "id": number, "user": user, "body": "", "state": state, "submitted_at": when,
        "html_url": f"{WEB}/pull/{thread}#pullrequestreview-{number}", "pull_request_url": f"{API}/pulls/{thread}",
        **more,
    }  # fmt: skip


PULL = issue(
    2,
    html_url=f"{WEB}/pull/2",
    state="closed",
    pull_request={"url": f"{API}/pulls/2", "merged_at": day(8)},
    comments=1,
)
PAGES: dict[str, Any] = {
    "issues.json": [issue(1, comments=4, reactions=counts(plus=4, heart=1)), PULL],
    "issues/1/comments.json": [
        comment(11),
        comment(12, user=None, body="me too"),
        comment(13, user=LIFT, body="Stale soon."),
        comment(14, user=CY, body="@ada-quay no\r\n\r\n> Who agrees?\r\n\r\nNot me.", updated_at=day(3)),
    ],
    "issues/2/comments.json": [comment(21, 2, CY, html_url=f"{WEB}/pull/2#issuecomment-21")],
    "issues/1/reactions.json": [
        {"id": 1, "user": BO, "content": "+1", "created_at": day(4)},
        {"id": 2, "user": CY, "content": "+1", "created_at": day(5)},
        {"id": 3, "user": BO, "content": "+1", "created_at": day(6)},
        {"id": 4, "user": None, "content": "+1", "created_at": day(6)},
        {"id": 5, "user": LIFT, "content": "heart", "created_at": day(6)},
    ],
    "issues/comments/11/reactions.json": [{"id": 7, "user": ADA, "content": "heart", "created_at": day(4)}],
    "pulls/2/reviews.json": [
        review(31, BO, "APPROVED", day(3)),
        review(32, BO, "COMMENTED", day(4)),
        review(33, BO, "CHANGES_REQUESTED", day(5), body="Please wait."),
        review(34, CY, "APPROVED", day(3)),
        review(35, CY, "APPROVED", day(6)),
        review(36, LIFT, "DISMISSED", day(6)),
        review(37, {}, "APPROVED", day(6)),
        review(38, ADA, "PENDING", None),
    ],
    "pulls/2/comments.json": [
        {
            **comment(41, 2, CY, html_url=f"{WEB}/pull/2#discussion_r41", updated_at=day(7)),
            "pull_request_url": f"{API}/pulls/2", "diff_hunk": "@@", "pull_request_review_id": 34,
        },
        {
            **comment(42, 2, ADA, html_url=f"{WEB}/pull/2#discussion_r42"),
            "pull_request_url": f"{API}/pulls/2", "diff_hunk": "@@", "in_reply_to_id": 41,
        },
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("github"), PAGES)


@pytest.fixture(scope="module")
def records(folder: Path) -> list[model.Record]:
    return read(READER, folder)


@pytest.fixture(scope="module")
def posts(records: list[model.Record]) -> dict[str, model.Post]:
    return posts_of(records)


def test_is_a_reader():
    """It has the shape the registry expects."""
    assert isinstance(READER, Reader)


def test_source(records: list[model.Record]):
    """The host is the forum's name; the count-only remainder makes actors partial; reviews are missing nowhere."""
    first, last = records[0], records[-1]
    assert isinstance(first, model.Source)
    assert isinstance(last, model.Source)
    assert (first.instance, first.instance_url) == ("github.com", "https://github.com")
    assert (last.has_reaction_actors, last.has_reaction_counts) == ("partial", True)
    assert (last.exported_at, last.complete) == (at(9), "yes")


def test_a_given_instance_wins(folder: Path):
    """What the user calls the forge is its name."""
    assert {source.instance for source in of(read(READER, folder, instance="x"), model.Source)} == {"x"}


def test_threads(records: list[model.Record]):
    """Issues and pull requests share numbers; a pull request in the list of issues is still one."""
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert threads["quay/crane#1"].kind == "issue"
    assert threads["quay/crane#1"].posts_expected == 5
    assert (threads["quay/crane#2"].kind, threads["quay/crane#2"].state) == ("pull", "closed")
    assert {thread.container for thread in threads.values()} == {"quay/crane"}
    assert [container.name for container in of(records, model.Container)] == ["quay/crane"]


def test_posts(posts: dict[str, model.Post]):
    """Everything joins its thread by address; what answers what is said, or known from where it stands."""
    assert {key.removeprefix("quay/crane") for key in posts} == {
        "#1", "#2", "/issuecomment-11", "/issuecomment-12", "/issuecomment-13", "/issuecomment-14",
        "/issuecomment-21", "/discussion_r-41", "/discussion_r-42",
        *(f"/pullrequestreview-{number}" for number in range(31, 39)),
    }  # fmt: skip
    line, answer = posts["quay/crane/discussion_r-41"], posts["quay/crane/discussion_r-42"]
    assert (line.parent, line.parent_source, line.subtype) == ("quay/crane#2", "thread_root", "line")
    assert (answer.parent, answer.parent_source) == (line.native_id, "explicit")
    assert posts["quay/crane#2"].subtype == "merged"
    assert posts["quay/crane/issuecomment-21"].thread == "quay/crane#2"
    assert posts["quay/crane/pullrequestreview-38"].state == "draft"


def test_edits_show_where_the_time_of_change_means_one(posts: dict[str, model.Post]):
    """A comment's does; an issue's changes with every label, a line comment's when the code moves."""
    assert posts["quay/crane/issuecomment-14"].edited_at == at(3)
    assert {key for key, post in posts.items() if post.edited_at} == {"quay/crane/issuecomment-14"}


def test_words(posts: dict[str, model.Post]):
    """Line breaks are settled, quotes are not the quoter's words, people are addressed."""
    cleaned = clean(posts["quay/crane/issuecomment-14"].body, "markdown")
    assert cleaned.own_text == "@ada-quay no\nNot me."
    assert cleaned.mentions == ("ada-quay",)
    mailed = "Fine by me.\r\n\r\nOn Mon, Mar 3, 2031 at 9:00 AM Ada Quay <notifications@github.com> wrote:\r\n\r\n> +1"
    spans = {span.kind: span.who for span in clean(mailed, "markdown").spans}
    assert spans["quote"] == "Ada Quay"
    assert clean(mailed, "markdown").own_text == "Fine by me."


def test_accounts(records: list[model.Record], posts: dict[str, model.Post]):
    """Bots are bots; whoever deleted their account is somebody else each time."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {key for key, account in accounts.items() if account.kind == "human"} == {
        "ada-quay",
        "bowinch",
        "cy-tide",
    }
    assert accounts["lift[bot]"].kind == "bot"
    gone = [account for account in accounts.values() if account.kind == "deleted"]
    assert len(gone) == 2
    assert not any(account.is_stable_id for account in gone)
    assert posts["quay/crane/issuecomment-12"].author in accounts


def test_reactions_are_named_or_counted_never_both(records: list[model.Record]):
    """Four thumbs: two people, one of them listed twice, and one whose account is gone."""
    mine = [
        entry
        for entry in of(records, model.Reaction)
        if (entry.post, entry.name_raw) == ("quay/crane#1", "+1")
    ]
    assert {(entry.account, entry.n, entry.identity) for entry in mine} == {
        ("bowinch", 1, "identified"), ("cy-tide", 1, "identified"), (None, 1, "count_only"),
    }  # fmt: skip
    assert [entry.created_at for entry in mine if entry.account == "bowinch"] == [at(4)]
    totals = {(entry.post, entry.name_raw): entry for entry in of(records, model.ReactionTotal)}
    assert (totals["quay/crane#1", "+1"].total, totals["quay/crane#1", "+1"].identified) == (3, 2)
    for key, total in totals.items():
        parts = [entry for entry in of(records, model.Reaction) if (entry.post, entry.name_raw) == key]
        assert sum(entry.n for entry in parts) == total.total
    assert totals["quay/crane/issuecomment-11", "heart"].source_field == "list of reactions"
    assert [entry.detail for entry in of(records, model.Anomaly) if entry.code == "duplicate"] == [
        "+1: 1 more by somebody who had reacted so: counted once"
    ]


def test_approvals_are_what_a_reviewer_holds_at_the_end(records: list[model.Record]):
    """Approving twice is one approval; a comment changes nothing; asking for changes takes it back."""
    given = [entry for entry in of(records, model.Reaction) if entry.mechanism == "approval"]
    assert {entry.post for entry in given} == {"quay/crane#2"}
    assert {(entry.account, entry.created_at, entry.removed_at, entry.identity) for entry in given} == {
        ("bowinch", at(3), at(5), "identified"),
        ("cy-tide", at(3), None, "identified"),
        (None, at(6), None, "count_only"),
    }


def test_an_approval_given_again_stands_again(tmp_path: Path):
    """Whoever objected in between approves from the later day on; nobody approves twice."""
    states = [("APPROVED", 3), ("CHANGES_REQUESTED", 4), ("APPROVED", 5)]
    reviews = [review(number, BO, state, day(when)) for number, (state, when) in enumerate(states, start=1)]
    write(tmp_path, {"a.json": [PULL], "b.json": list(reversed(reviews))})
    given = [entry for entry in of(read(READER, tmp_path), model.Reaction) if entry.mechanism == "approval"]
    assert [(entry.created_at, entry.removed_at) for entry in given] == [(at(5), None)]


def test_pages_without_their_thread(tmp_path: Path):
    """Comments of an issue that was not saved name it; approvals of such a pull request are reported."""
    write(tmp_path, {"c.json": [comment(11)], "r.json": [review(31, BO, "APPROVED", day(3))]})
    records = read(READER, tmp_path)
    assert posts_of(records)["quay/crane/issuecomment-11"].parent == "quay/crane#1"
    orphans = [entry.detail for entry in of(records, model.Anomaly) if entry.code == "orphan"]
    assert len(orphans) == 3
    assert "1 people approved quay/crane#2, whose opening post is not in this export" in orphans


def test_pages_in_exports_of_their_own_join_in_the_store(tmp_path: Path):
    """The pull request in one export, its reviews in another: the approval finds its post."""
    write(tmp_path, {"a/pulls.json": [PULL], "b/reviews.json": [review(31, BO, "APPROVED", day(3))]})
    with forum_pulse.read([tmp_path / "a", tmp_path / "b"]) as corpus:
        found = corpus.store.connection.execute("SELECT post_id FROM reaction WHERE mechanism = 'approval'")
        assert found.fetchall() == [("github.com:quay/crane#2",)]


def test_reactions_to_what_is_unknown_are_reported(tmp_path: Path):
    """A file's name that tells nothing, and a post that is not here: neither is silent, nothing is guessed."""
    page = [{"id": 1, "user": BO, "content": "+1", "created_at": day(4)}]
    write(tmp_path, {"a.json": [issue(1)], "votes.json": page, "issues/7/reactions.json": page})
    records = read(READER, tmp_path)
    assert not of(records, model.Reaction)
    assert len([entry for entry in of(records, model.Anomaly) if entry.code == "orphan"]) == 2


def test_an_issue_saved_without_its_comments_is_truncated(tmp_path: Path):
    """The issue counts its comments; none is here."""
    records = read(READER, write(tmp_path, {"a.json": issue(1, comments=3)}))
    assert [entry.detail for entry in of(records, model.Anomaly)] == ["quay/crane#1 truncated: 0/3 comments"]
    last = records[-1]
    assert isinstance(last, model.Source)
    assert last.complete == "no"


GRAPHQL = {
    "data": {
        "repository": {
            "nameWithOwner": "quay/crane",
            "discussions": {
                "totalCount": 3,
                "nodes": [
                    {
                        "number": 5, "title": "Which paint?", "body": "Blue?", "url": f"{WEB}/discussions/5",
                        "author": {"login": "ada-quay"}, "createdAt": day(1), "updatedAt": day(9),
                        "category": {"name": "Q&A", "isAnswerable": True}, "upvoteCount": 7,
                        "answer": {"id": "DC_2", "url": f"{WEB}/discussions/5#discussioncomment-52"},
                        "poll": {"question": "Paint?", "totalVoteCount": 9, "options": {"nodes": [
                            {"id": "o1", "option": "blue", "totalVoteCount": 6},
                            {"id": "o2", "option": "red", "totalVoteCount": 3}]}},
                        "comments": {"totalCount": 2, "nodes": [
                            {
                                "id": "DC_1", "url": f"{WEB}/discussions/5#discussioncomment-51", "body": "Spam!",
                                "author": None, "createdAt": day(2), "isMinimized": True, "minimizedReason": "spam",
                                "upvoteCount": 1, "replies": {"totalCount": 2, "nodes": [
                                    {"id": "DC_3", "databaseId": 53, "body": "+1", "createdAt": day(3),
                                     "author": {"login": "lift", "__typename": "Bot"}}]},
                            },
                            {
                                "databaseId": 52, "body": "Blue, now.", "author": {"login": "cy-tide"},
                                "createdAt": day(2), "lastEditedAt": day(4), "includesCreatedEdit": True,
                                "userContentEdits": {"totalCount": 3, "nodes": [
                                    {"editedAt": day(4), "editor": {"login": "cy-tide"}, "diff": "Blue, now."},
                                    {"editedAt": day(3), "editor": {"login": "cy-tide"}, "diff": "Blue."},
                                    {"editedAt": day(2), "editor": {"login": "cy-tide"}, "diff": "Red."}]},
                                "reactionGroups": [
                                    {"content": "THUMBS_UP", "reactors": {"totalCount": 5, "nodes": [
                                        {"login": "ada-quay"}, {"login": "BoWinch"}]}},
                                    {"content": "EYES", "reactors": {"totalCount": 0}}],
                            },
                        ]},
                    }
                ],
            },
        }
    }
}  # fmt: skip


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> list[model.Record]:
    return read(READER, write(tmp_path_factory.mktemp("graphql"), {"answer.json": GRAPHQL}) / "answer.json")


def test_discussions(answer: list[model.Record]):
    """Two levels of answers, the accepted one, what was hidden and why."""
    posts = posts_of(answer)
    assert {key.rpartition("-")[2] for key in posts} == {"quay/crane#5", "51", "52", "53"}
    reply = posts["quay/crane/discussioncomment-53"]
    assert (reply.parent, reply.parent_source) == ("quay/crane/discussioncomment-51", "explicit")
    assert {key for key, post in posts.items() if post.is_accepted} == {"quay/crane/discussioncomment-52"}
    assert posts["quay/crane/discussioncomment-51"].state == "hidden"
    hidden = [entry for entry in of(answer, model.Revision) if entry.field == "state"]
    assert [(entry.post, entry.after, entry.reason) for entry in hidden] == [
        ("quay/crane/discussioncomment-51", "hidden", "spam")
    ]
    assert of(answer, model.Thread)[0].kind == "question"


def test_former_wordings(answer: list[model.Record]):
    """The first listed edit is the text as it was created; each later one is a change."""
    edits = [entry for entry in of(answer, model.Revision) if entry.field == "body"]
    assert [(entry.number, entry.before, entry.after, entry.created_at) for entry in edits] == [
        (1, "Red.", "Blue.", at(3)), (2, "Blue.", "Blue, now.", at(4)),
    ]  # fmt: skip
    post = posts_of(answer)["quay/crane/discussioncomment-52"]
    assert (post.edited_at, post.edit_count) == (at(4), 2)
    last = answer[-1]
    assert isinstance(last, model.Source)
    assert last.has_edit_history


def test_votes_without_names(answer: list[model.Record]):
    """Upvotes have no actors; of five thumbs two are named."""
    found = {
        (entry.post.rpartition("-")[2], entry.name_raw, entry.account): (entry.n, entry.identity)
        for entry in of(answer, model.Reaction)
    }
    assert found == {
        ("quay/crane#5", "upvote", None): (7, "count_only"),
        ("51", "upvote", None): (1, "count_only"),
        ("52", "+1", "ada-quay"): (1, "identified"),
        ("52", "+1", "bowinch"): (1, "identified"),
        ("52", "+1", None): (3, "count_only"),
    }
    assert [(option.text, option.votes) for option in of(answer, model.PollOption)] == [
        ("blue", 6),
        ("red", 3),
    ]
    assert of(answer, model.Poll)[0].voters == 9


def test_cut_off_answers(answer: list[model.Record]):
    """Fewer nodes than the total: in the list of discussions and among the answers of one comment."""
    details = sorted(entry.detail for entry in of(answer, model.Anomaly) if entry.code == "truncated")
    assert details == ["discussions truncated: 1/3", "quay/crane#5 truncated: 3/4 comments"]


def test_gh_command(tmp_path: Path):
    """`gh issue list --json`: bots named otherwise, groups without zeros, edits without a time."""
    listed = [
        {
            "number": 3, "title": "Rust", "body": "It rusts.", "state": "OPEN", "createdAt": day(1),
            "author": {"id": "U_1", "is_bot": False, "login": "ada-quay", "name": "Ada Quay"},
            "url": f"{WEB}/issues/3", "reactionGroups": [{"content": "HEART", "users": {"totalCount": 2}}],
            "comments": [
                {
                    "id": "IC_1", "url": f"{WEB}/issues/3#issuecomment-61", "author": {"login": "app/lift"},
                    "body": "Noted.", "createdAt": day(2), "includesCreatedEdit": True, "isMinimized": False,
                    "reactionGroups": [],
                }
            ],
        },
        {
            "number": 4, "title": "Oil", "body": "Oiled.", "state": "MERGED", "createdAt": day(1), "comments": [],
            "author": {"login": "ada-quay"}, "url": f"{WEB}/pull/4", "reviews": [
                {"id": "PRR_1", "author": {"login": "BoWinch"}, "body": "", "state": "APPROVED",
                 "submittedAt": day(3), "reactionGroups": []}],
        },
    ]  # fmt: skip
    records = read(READER, write(tmp_path, {"issues.json": listed}) / "issues.json")
    posts = posts_of(records)
    assert posts["quay/crane/issuecomment-61"].author == "lift[bot]"
    assert posts["quay/crane/issuecomment-61"].edit_count == 1
    assert posts["quay/crane#3"].edit_count is None
    assert posts["quay/crane#4"].subtype == "merged"
    approvals = [entry.account for entry in of(records, model.Reaction) if entry.mechanism == "approval"]
    assert approvals == ["bowinch"]


def event(action: str, comment: dict[str, Any], **more: Any) -> dict[str, Any]:
    subject = issue(5, html_url=f"{WEB}/discussions/5", category={"is_answerable": False})
    return {
        "action": action, "discussion": subject, "comment": comment, "sender": BO,
        "repository": {"full_name": "quay/crane", "html_url": WEB}, **more,
    }  # fmt: skip


def remark(body: str, when: str) -> dict[str, Any]:
    return {
        "id": 71, "discussion_id": 5, "parent_id": None, "user": BO, "body": body, "created_at": day(2),
        "updated_at": when, "html_url": f"{WEB}/discussions/5#discussioncomment-71",
    }  # fmt: skip


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_webhooks_tell_one_post_in_several_states(tmp_path: Path, order: tuple[int, ...]):
    """The latest state counts, whatever the files are called; the former words stay as a revision."""
    payloads = [
        event("created", remark("Yes.", day(2))),
        event("edited", remark("No.", day(3)), changes={"body": {"from": "Yes."}}),
        event("deleted", remark("No.", day(3))),
    ]
    write(tmp_path, {f"{name}.json": payload for name, payload in zip(order, payloads, strict=True)})
    records = read(READER, tmp_path)
    post = posts_of(records)["quay/crane/discussioncomment-71"]
    assert (post.body, post.state) == ("No.", "deleted_by_author")
    edits = [(entry.number, entry.before, entry.after) for entry in of(records, model.Revision)]
    assert edits == [(1, "Yes.", "No.")]
    last = records[-1]
    assert isinstance(last, model.Source)
    assert last.has_deletions


def test_webhook_of_an_answer_and_of_a_moderator(tmp_path: Path):
    """The answer is accepted; a post that somebody else deleted was removed."""
    answered = event("answered", remark("No.", day(3)))
    answered["answer"] = answered.pop("comment")
    records = read(READER, write(tmp_path / "a", {"a.json": answered}))
    assert posts_of(records)["quay/crane/discussioncomment-71"].is_accepted
    removed = event("deleted", remark("No.", day(3)), sender=CY)
    records = read(READER, write(tmp_path / "b", {"b.json": removed}))
    assert posts_of(records)["quay/crane/discussioncomment-71"].state == "removed"


ARCHIVE = {
    "magic": "E!vIA5L86J2I", "timestamp": "2031-03-20T10:00:00.5+00:00", "repo": "quay/crane", "labels": [],
    "issues": [
        {
            "number": 1, "id": "I_1", "title": "Move", "url": f"{WEB}/issues/1", "state": "CLOSED", "author": "ada-quay",
            "body": "Move it?", "createdAt": day(1), "updatedAt": day(9), "comments": [
                {"author": "BoWinch", "body": "+1", "createdAt": day(2), "updatedAt": day(2)},
                {"author": "BoWinch", "body": "still +1", "createdAt": day(3), "updatedAt": day(4)}],
        }
    ],
    "pulls": [
        {
            "number": 2, "id": "P_2", "title": "Moved", "url": f"{WEB}/pull/2", "state": "MERGED", "author": "ada-quay",
            "body": "", "createdAt": day(1), "updatedAt": day(9), "mergedAt": day(9), "comments": [], "reviews": [
                {"id": "R_1", "author": "BoWinch", "state": "APPROVED", "body": "", "createdAt": day(3),
                 "updatedAt": day(3), "comments": [
                     {"originalPosition": 3, "body": "Nice.", "createdAt": day(3), "updatedAt": day(8)},
                     {"originalPosition": 9, "body": "Good.", "createdAt": day(3), "updatedAt": day(8)}]}],
        }
    ],
}  # fmt: skip


def test_archive(tmp_path: Path):
    """Bare logins, comments without ids, comments on lines by the review's author."""
    records = read(READER, write(tmp_path, {"archive.json": ARCHIVE}) / "archive.json")
    posts = posts_of(records)
    assert len(posts) == 7
    assert [post.author for post in posts.values() if post.subtype == "line"] == ["bowinch", "bowinch"]
    assert [post.edited_at for post in posts.values() if post.edited_at] == [at(4)]
    last = records[-1]
    assert isinstance(last, model.Source)
    assert (last.complete, last.has_reaction_actors, last.covers) == ("yes", "yes", "container")
    assert last.exported_at == datetime(2031, 3, 20, 10, 0, 0, 500_000, tzinfo=UTC)


def test_other_answers_of_the_interface(tmp_path: Path):
    """Searches, lists of people and error messages are told apart from posts."""
    pages = {
        "a.json": {"total_count": 9, "incomplete_results": False, "items": [issue(1)]},
        "b.json": {"users": [ADA], "teams": []},
        "c.json": {"message": "Not Found", "documentation_url": "https://docs.github.com"},
        "d.json": "{",
        "e.txt": "notes",
    }
    records = read(READER, write(tmp_path, pages))
    assert codes(records) == {"truncated", "metadata_only", "unparsed", "unread"}
    assert set(posts_of(records)) == {"quay/crane#1"}


def test_the_same_page_twice_adds_nothing(tmp_path: Path, folder: Path, records: list[model.Record]):
    """Overlapping pages: each post and each reaction once."""
    write(tmp_path, PAGES)
    write(tmp_path, {f"again/{name}": page for name, page in PAGES.items()})
    again = read(READER, tmp_path)
    assert posts_of(again).keys() == posts_of(records).keys()
    assert of(again, model.Reaction) == of(records, model.Reaction)


def test_it_is_recognised_and_stored(folder: Path):
    """No format named: the reader finds it, and the store holds it."""
    with forum_pulse.read(folder) as corpus:
        assert corpus.store.scalar("SELECT count(*) FROM post") == 17
        assert corpus.store.scalar("SELECT count(*) FROM reaction WHERE mechanism = 'approval'") == 3
        addressed = "SELECT count(*) FROM mention WHERE account_id IS NOT NULL"
        assert corpus.store.scalar(addressed) == 1


def test_no_other_reader_claims_it(folder: Path, tmp_path: Path):
    """Every kind of page is known to this reader alone."""
    assert claimants(folder) == ["github"]
    pages = {"g.json": GRAPHQL, "a.json": ARCHIVE, "w.json": event("created", remark("Yes.", day(2)))}
    write(tmp_path, pages)
    assert [claimants(tmp_path / name) for name in pages] == [["github"]] * 3


@pytest.mark.parametrize(
    "path", sorted(FIXTURES.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_it_claims_no_other_fixture(path: Path):
    """Exports of other systems, which may link to GitHub."""
    export = Export.try_open(path)
    assert export is None or not READER.sniff(export)


def test_nothing_to_read(tmp_path: Path):
    """A folder of people only is an error that says what to do."""
    with pytest.raises(BrokenExportError, match="no issue, comment or review"):
        read(READER, write(tmp_path, {"b.json": {"users": [ADA]}}))


def test_nested_without_end(tmp_path: Path):
    """Answers in answers, lists in lists: reading ends and says so."""
    deep: Any = remark("Yes.", day(2))
    for _ in range(200):
        deep = {**remark("Yes.", day(2)), "replies": {"nodes": [deep]}}
    pages = {"a.json": issue(1, comments={"nodes": [deep]}), "b.json": "[" * 500 + "]" * 500}
    records = read(READER, write(tmp_path, pages))
    assert "nested too deeply: left out" in {entry.detail for entry in of(records, model.Anomaly)}


EDITED = event("edited", remark("N", day(3)), changes={"body": {"from": "Y"}})


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_files(tmp_path: Path, share: float):
    """A file that ends in the middle is an anomaly beside what can be read."""
    whole = json.dumps(PAGES["issues/1/comments.json"])
    write(tmp_path, {"a.json": [issue(1)], "b.json": whole[: int(len(whole) * share)]})
    assert "unparsed" in codes(read(READER, tmp_path))
