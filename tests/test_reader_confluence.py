"""Confluence content: versions of a page, comments above comments, likes with names, restricted pages."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from board_readers import FIXTURES, Asked, asked, utc

WIKI = FIXTURES / "confluence" / "wiki"
HOST = "wiki.mill.example"


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("confluence", WIKI, tmp_path_factory.mktemp("confluence")) as store:
        yield store


def test_newest_version_is_the_post(wiki: Asked) -> None:
    """Older versions are revisions, by whoever wrote them."""
    assert wiki.posts("own_text")["77"] == "Please sign, @k2."
    assert wiki.rows("SELECT number, before, reason FROM revision ORDER BY number") == [
        (1, "<p>Draft text</p>", "v1"),
        (2, "<p>Second text</p>", "v2"),
    ]
    assert wiki.rows(f"SELECT edit_count, edited_at FROM post WHERE post_id = '{HOST}:77'") == [
        (2, utc(2024, 1, 3, 10))
    ]
    assert wiki.one("SELECT has_edit_history FROM source") is True


def test_comments_answer_comments_or_the_page(wiki: Asked) -> None:
    """The last comment above is the parent; an absent one is an orphan's."""
    parents = wiki.posts("parent_post_id")
    assert parents["81"] == f"{HOST}:77"
    assert parents["82"] == f"{HOST}:81"
    assert wiki.rows("SELECT post_id FROM anomaly WHERE code = 'orphan'") == [(f"{HOST}:83",)]
    assert wiki.one("SELECT count(DISTINCT thread_id) FROM post") == 2


def test_likes_with_names_and_the_rest(wiki: Asked) -> None:
    """Two of three likes are known; the third stays a number."""
    likes = wiki.rows("SELECT identity, sum(n)::INT, max(created_at) FROM reaction GROUP BY 1 ORDER BY 1")
    assert likes == [("count_only", 1, None), ("identified", 2, utc(2024, 1, 5, 10))]
    assert wiki.rows("SELECT total, identified FROM reaction_total") == [(3, 2)]


def test_restricted_pages_and_their_comments_are_private(wiki: Asked) -> None:
    """Reading limited to one person holds for what is said below, too."""
    assert {post for post, private in wiki.posts("is_private").items() if private} == {"90", "91"}


def test_anonymous_is_nobody(wiki: Asked) -> None:
    """Who is not logged in is no person."""
    kind = wiki.one(
        f"SELECT a.kind FROM post JOIN account a ON account_id = author_account_id WHERE post_id = '{HOST}:82'"
    )
    assert kind == "anonymous"


def test_what_was_not_saved_is_told(wiki: Asked) -> None:
    """A list that goes on, and attachments."""
    assert wiki.codes() == {"orphan": 1, "truncated": 1, "metadata_only": 1}
    assert wiki.one("SELECT complete FROM source") == "no"
    assert wiki.one("SELECT count(*) FROM mention WHERE account_id IS NOT NULL") == 1


def content(number: int, *above: int, kind: str = "page", **fields: Any) -> dict[str, Any]:
    """One answer of a server; its people have a key and a name."""
    by = {"type": "known", "userKey": "k1", "username": "tessa", "displayName": "Tessa"}
    written = {"number": 1, "when": "2024-01-01T10:00:00Z", "by": by}
    return {
        "id": str(number), "type": kind, "title": "Plan", "version": written, "history": {"createdBy": by},
        "ancestors": [{"id": str(page), "type": "page"} for page in above],
        "body": {"storage": {"value": "<p>words</p>"}},
        "_links": {"self": f"https://{HOST}/rest/api/content/{number}"}, **fields,
    }  # fmt: skip


LIMITED = {"read": {"restrictions": {"user": {"results": [{"userKey": "k1"}], "size": 1}}}}


def wrote(folder: Path, *contents: dict[str, Any], **lists: Any) -> Path:
    """A folder with one list of content, an entry a line as some tools write it, and lists of likes."""
    folder.mkdir()
    lines = ",\n".join(json.dumps(entry) for entry in contents)
    (folder / "pages.json").write_text(f'{{"results": [\n{lines}\n]}}')
    for name, value in lists.items():
        (folder / f"{name}.json").write_text(json.dumps(value))
    return folder


def test_what_lies_below_a_restricted_page_is_private(tmp_path: Path):
    """Child pages at any depth and comments on them, by what they name above them or lie in."""
    folder = wrote(
        tmp_path / "wiki",
        content(11, 10),
        content(12, 10, 11),
        content(13, kind="comment", container={"id": "12", "type": "page"}),
        content(14, parentId="11"),
        content(10, restrictions=LIMITED, children={"page": {"results": [content(15)]}}),
        content(20, 21, kind="page"),
        content(21, 20, kind="page"),
        content(30, kind="folder", restrictions=LIMITED),
        content(31, 30),
        content(40),
        content(41, 40, 404),
    )
    with asked("confluence", folder, tmp_path / "store") as store:
        private = store.posts("is_private")
    assert {post for post, is_private in private.items() if is_private} == {
        "10", "11", "12", "13", "14", "15", "31",
    }  # fmt: skip
    assert {post for post, is_private in private.items() if not is_private} == {"20", "21", "40", "41"}


def test_who_likes_and_writes_is_one(tmp_path: Path):
    """A server's list of likes names people by user name, its content by key; who never wrote has a name only."""
    likes = {"likes": [{"user": {"name": name, "fullName": name.title()}} for name in ("tessa", "mona")]}
    folder = wrote(tmp_path / "wiki", content(77), likes_77=likes)
    with asked("confluence", folder, tmp_path / "store") as store:
        assert store.one("SELECT count(*) FROM account") == 2
        assert store.one(
            "SELECT count(*) FROM reaction JOIN post USING (post_id) WHERE account_id = author_account_id"
        ) == 1  # fmt: skip
