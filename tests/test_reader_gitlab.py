"""The GitLab reader on small invented pages and a project export that hold every trap of both."""

import io
import json
import tarfile
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
from forum_pulse.corpus.readers.forges.gitlab.reader import GitlabReader
from forum_pulse.errors import BrokenExportError

READER = GitlabReader()
WEB = "https://git.quay.example/dock/crane"


def person(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": number, "username": name.lower(), "name": name, "state": "active", **more}


ADA, BO, CY = person(1, "Ada"), person(2, "Bo"), person(3, "Cy")
GHOST, ROBOT = person(8, "ghost"), person(9, "project_7_bot_ab12")


def day(number: int, milliseconds: int = 0) -> str:
    return f"2031-03-{number:02}T09:00:00.{milliseconds:03}Z"


def at(number: int) -> datetime:
    return datetime(2031, 3, number, 9, tzinfo=UTC)


def issue(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 100 + number, "iid": number, "project_id": 7, "title": f"Crane {number}", "state": "opened",
        "description": "Move it?", "author": ADA, "created_at": day(1), "updated_at": day(9), "upvotes": 0,
        "downvotes": 0, "user_notes_count": 0, "confidential": False, "web_url": f"{WEB}/-/issues/{number}",
        "references": {"short": f"#{number}", "full": f"dock/crane#{number}"}, **more,
    }  # fmt: skip


def note(number: int, author: Any = BO, about: int = 101, kind: str = "Issue", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "type": None, "body": "+1", "author": author, "created_at": day(2), "updated_at": day(2),
        "system": False, "noteable_id": about, "noteable_type": kind, "noteable_iid": 1, "project_id": 7, **more,
    }  # fmt: skip


def award(number: int, name: str, user: Any, kind: str, about: int) -> dict[str, Any]:
    return {
        "id": number, "name": name, "user": user, "created_at": day(3), "updated_at": day(3),
        "awardable_id": about, "awardable_type": kind,
    }  # fmt: skip


MERGE = {
    **issue(3, state="merged", target_branch="main", web_url=f"{WEB}/-/merge_requests/3", draft=False),
    "references": {"full": "dock/crane!3"}, "user_notes_count": 1,
}  # fmt: skip
PAGES: dict[str, Any] = {
    "issues.json": [
        issue(1, upvotes=4, downvotes=1, user_notes_count=5),
        issue(2, confidential=True, state="closed", author=GHOST, user_notes_count=1),
    ],
    "merge_requests.json": [MERGE],
    "issues/1/notes.json": [
        note(11),
        note(12, ADA, body="closed", system=True),
        note(13, CY, body="Not for all.", internal=True, updated_at=day(4)),
        note(14, ROBOT, body="Reminder."),
    ],
    "issues/1/discussions.json": [
        {"id": "d1", "individual_note": False, "notes": [
            note(16, CY, body=">>>\nMove it?\n>>>\nNo, @bo.", type="DiscussionNote", created_at=day(5), updated_at=day(5)),
            note(15, ADA, body="Why?", type="DiscussionNote", created_at=day(4), updated_at=day(4)),
        ]},
    ],
    "issues/2/notes.json": [note(21, BO, 102)],
    "merge_requests/3/notes.json": [
        note(31, BO, 103, "MergeRequest", body="approved this merge request", system=True, created_at=day(3)),
        note(32, CY, 103, "MergeRequest", body="approved this merge request", system=True, created_at=day(3)),
        note(33, CY, 103, "MergeRequest", body="unapproved this merge request", system=True, created_at=day(5)),
        note(34, CY, 103, "MergeRequest", body="I approved this merge request too early", type="DiffNote"),
    ],
    "merge_requests/3/approvals.json": {"id": 103, "iid": 3, "project_id": 7, "approved_by": [{"user": BO}]},
    "issues/1/award_emoji.json": [
        award(1, "thumbsup", BO, "Issue", 101), award(2, "thumbsup", CY, "Issue", 101),
        award(3, "thumbsup", GHOST, "Issue", 101), award(4, "rocket", CY, "Issue", 101),
        award(5, "heart", ADA, "Note", 11), award(6, "heart", ADA, "Issue", 999),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("gitlab"), PAGES)


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
    """The host is the forum's name; all comments the issues count are here."""
    last = records[-1]
    assert isinstance(last, model.Source)
    assert (last.instance, last.variant, last.complete) == ("git.quay.example", "rest", "yes")
    assert (last.has_reaction_actors, last.exported_at) == ("partial", at(9))


def test_threads(records: list[model.Record]):
    """Issues and merge requests, in their project, joined with their notes by id."""
    threads = {thread.native_id: thread for thread in of(records, model.Thread)}
    assert {key: (thread.kind, thread.state) for key, thread in threads.items()} == {
        "issue/101": ("issue", "open"), "issue/102": ("issue", "closed"), "merge_request/103": ("pull", "closed"),
    }  # fmt: skip
    assert [container.name for container in of(records, model.Container)] == ["dock/crane"]
    assert threads["issue/101"].posts_expected == 7


def test_posts(posts: dict[str, model.Post]):
    """System notes are no comments; a discussion's notes answer its first by time."""
    assert posts["note/12"].kind == "system"
    assert (posts["note/11"].parent, posts["note/11"].parent_source) == ("issue/101", "thread_root")
    assert (posts["note/16"].parent, posts["note/16"].parent_source) == ("note/15", "explicit")
    assert (posts["merge_request/103"].subtype, posts["note/34"].subtype) == ("merged", "diff")
    assert {key: post.edited_at for key, post in posts.items() if post.edited_at} == {"note/13": at(4)}


def test_words(posts: dict[str, model.Post]):
    """GitLab's quote of many lines is no own word."""
    cleaned = clean(posts["note/16"].body, "markdown")
    assert (cleaned.own_text, cleaned.mentions) == ("No, @bo.", ("bo",))
    assert [cleaned.plain[span.start : span.end] for span in cleaned.spans if span.kind == "quote"] == [
        "Move it?"
    ]
    assert clean(">>> a\nb", "markdown").own_text == ""
    assert clean("```\n>>>\n```\nsaid >>> so", "markdown").own_text == "said >>> so"


def test_confidential_and_internal_is_private(posts: dict[str, model.Post]):
    """The whole confidential issue with its notes, which do not say so themselves, and the internal note."""
    assert {key for key, post in posts.items() if post.is_private} == {"issue/102", "note/21", "note/13"}


def test_accounts(records: list[model.Record], posts: dict[str, model.Post]):
    """Tokens of projects are bots; the ghost is somebody else each time."""
    accounts = {account.native_id: account for account in of(records, model.Account)}
    assert {key: account.kind for key, account in accounts.items()} == {
        "1": "human", "2": "human", "3": "human", "9": "bot", "ghost/issue/102": "deleted",
    }  # fmt: skip
    assert not accounts["ghost/issue/102"].is_stable_id
    assert posts["issue/102"].author == "ghost/issue/102"


def test_awards_are_named_or_counted_never_both(records: list[model.Record]):
    """Of four thumbs two are named, one is the ghost's and one is not listed; an award to nothing is reported."""
    found = {
        (entry.post, entry.name_raw, entry.account): (entry.n, entry.identity)
        for entry in of(records, model.Reaction)
        if entry.mechanism == "award"
    }
    assert found == {
        ("issue/101", "thumbsup", "2"): (1, "identified"),
        ("issue/101", "thumbsup", "3"): (1, "identified"),
        ("issue/101", "thumbsup", None): (2, "count_only"),
        ("issue/101", "thumbsdown", None): (1, "count_only"),
        ("issue/101", "rocket", "3"): (1, "identified"),
        ("note/11", "heart", "1"): (1, "identified"),
        ("issue/999", "heart", "1"): (1, "identified"),
    }
    orphans = [entry for entry in of(records, model.Anomaly) if entry.code == "orphan"]
    assert [entry.detail for entry in orphans] == ["1 reactions to issue/999, which is not in this export"]


def test_approvals(records: list[model.Record]):
    """System notes tell who approved and who took it back; the approvals page adds nobody twice."""
    given = [entry for entry in of(records, model.Reaction) if entry.mechanism == "approval"]
    assert {(entry.post, entry.account, entry.created_at, entry.removed_at) for entry in given} == {
        ("merge_request/103", "2", at(3), None), ("merge_request/103", "3", at(3), at(5)),
    }  # fmt: skip


def row(number: int, notes: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "iid": number, "title": f"Crane {number}", "description": "Move it?", "author_id": 1, "state": "opened",
        "created_at": day(1), "updated_at": day(9), "last_edited_at": None, "confidential": False, "notes": notes,
        "award_emoji": [], **more,
    }  # fmt: skip


def row_note(author: int, body: str, when: int, **more: Any) -> dict[str, Any]:
    return {
        "note": body, "noteable_type": "Issue", "author_id": author, "author": {"name": f"P{author}"},
        "created_at": day(when), "updated_at": day(when, 3), "last_edited_at": day(when, 3), "system": False,
        "project_id": 7, "discussion_id": f"d{when}", "award_emoji": [], **more,
    }  # fmt: skip


ISSUES = [
    row(1, [
        row_note(2, "+1", 2, award_emoji=[{"name": "thumbsup", "user_id": 1, "created_at": day(3)}]),
        row_note(3, "Never.", 3, last_edited_at=day(6)),
        row_note(1, "closed", 4, system=True, system_note_metadata={"action": "closed"}),
        row_note(2, "To 3.", 5, discussion_id="d3"),
    ], award_emoji=[{"name": "thumbsup", "user_id": 2, "created_at": day(2)}]),
    row(2, [], confidential=True, state="closed"),
]  # fmt: skip
MERGES = [row(1, [], target_branch="main", state="merged", approvals=[{"user_id": 2, "created_at": day(4)}])]


def lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in rows).encode()


PROJECT: dict[str, Any] = {
    "VERSION": "0.2.4",
    "tree/project.json": {"description": "Cranes"},
    "tree/project/issues.ndjson": lines(ISSUES) + b"{broken\n[]\n",
    "tree/project/merge_requests.ndjson": lines(MERGES),
    "tree/project/labels.ndjson": lines([{"title": "bug"}]),
    "tree/project/project_members.ndjson": lines(
        [{"user_id": 2, "user": {"id": 2, "username": "bo", "public_email": "bo@quay.example"}}]
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project") / "crane.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, page in PROJECT.items():
            raw = page if isinstance(page, bytes) else json.dumps(page).encode()
            about = tarfile.TarInfo(f"./{name}")
            about.size = len(raw)
            archive.addfile(about, io.BytesIO(raw))
    return path


def test_project_export(project: Path):
    """Rows without ids: issues by number, notes by author and time; names come from members and notes."""
    records = read(READER, project)
    posts = posts_of(records)
    assert len(posts) == 7
    assert {post.thread for post in posts.values()} == {"issue/#1", "issue/#2", "merge_request/#1"}
    notes = {post.body: post for post in posts.values() if post.kind == "comment"}
    assert notes["To 3."].parent == notes["Never."].native_id
    assert {body for body, post in notes.items() if post.edited_at} == {"Never."}
    assert next(post.subtype for post in posts.values() if post.kind == "system") == "closed"
    assert posts["issue/#2"].is_private
    assert of(records, model.Account)[1] == model.Account(
        native_id="2", username="bo", display_name="P2", email="bo@quay.example"
    )
    given = {
        (entry.post.partition("/2@")[0], entry.account, entry.mechanism)
        for entry in of(records, model.Reaction)
    }
    assert given == {
        ("issue/#1", "1", "award"),
        ("issue/#1", "2", "award"),
        ("merge_request/#1", "2", "approval"),
    }
    assert [entry.locator.rpartition("/")[2] for entry in of(records, model.Anomaly)] == [
        "issues.ndjson:3", "issues.ndjson:4",
    ]  # fmt: skip
    last = records[-1]
    assert isinstance(last, model.Source)
    assert (last.variant, last.has_reaction_actors, last.covers) == ("project export", "yes", "container")


def test_a_folder_reads_as_its_archive(tmp_path: Path, project: Path):
    """Unpacked or not, the same records."""
    write(tmp_path, PROJECT)
    assert read(READER, tmp_path)[1:] == read(READER, project)[1:]


def test_it_is_recognised_and_stored(folder: Path, project: Path):
    """No format named: the reader finds both forms, and the store holds them."""
    for path, size in ((folder, 14), (project, 7)):
        with forum_pulse.read(path) as corpus:
            assert corpus.store.scalar("SELECT count(*) FROM post") == size
            assert corpus.posts().num_rows < size


def test_no_other_reader_claims_it(folder: Path, project: Path):
    """Folder, archive and single pages are known to this reader alone."""
    assert claimants(folder) == claimants(project) == ["gitlab"]
    assert [claimants(folder / name) for name in PAGES] == [["gitlab"]] * len(PAGES)


@pytest.mark.parametrize(
    "path", sorted(FIXTURES.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_it_claims_no_other_fixture(path: Path):
    """Exports of other systems."""
    export = Export.try_open(path)
    assert export is None or not READER.sniff(export)


def test_words_that_others_use_too_prove_nothing(tmp_path: Path):
    """Other forums know approvals and notes as well."""
    page = [{"approved_by": None, "notes": 3, "body": "x", "author": "ada", "created_at": 1}]
    assert not READER.sniff(Export(write(tmp_path, {"a.json": page})))


def test_one_id_for_two_notes_is_reported(tmp_path: Path):
    """Pages of two instances in one folder: the second note is not silently lost."""
    write(tmp_path, {"a.json": [note(11)], "b.json": [note(11, about=777, updated_at=day(1))]})
    details = [
        entry.detail for entry in of(read(READER, tmp_path), model.Anomaly) if entry.code == "duplicate"
    ]
    assert details == ["a post of another thread, issue/101, has the same id: left out"]


def test_other_answers_of_the_interface(tmp_path: Path):
    """Lists of people, damaged files and words where objects should be."""
    pages = {
        "a.json": [issue(1), "word"],
        "b.json": [{"access_level": 30, "id": 1}],
        "c.json": "{",
        "d.txt": "x",
    }
    assert codes(read(READER, write(tmp_path, pages))) == {
        "metadata_only", "unparsed", "unread",
    }  # fmt: skip


def test_nothing_to_read(tmp_path: Path):
    """Awards alone are an error that says what to do."""
    with pytest.raises(BrokenExportError, match="no issue, merge request or note"):
        read(READER, write(tmp_path, {"b.json": PAGES["issues/1/award_emoji.json"]}))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_files(tmp_path: Path, share: float):
    """A file that ends in the middle is an anomaly beside what can be read."""
    rows = lines(ISSUES)
    write(tmp_path, {"tree/project/issues.ndjson": rows[: int(len(rows) * share)]})
    write(tmp_path, {"tree/project/merge_requests.ndjson": lines(MERGES)})
    assert "unparsed" in codes(read(READER, tmp_path))
