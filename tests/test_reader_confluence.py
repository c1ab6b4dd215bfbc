"""Confluence content: versions of a page, comments above comments, likes with names, restricted pages."""

from collections.abc import Iterator

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
