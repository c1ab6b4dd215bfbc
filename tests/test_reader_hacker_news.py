"""Hacker News items: threads from parents alone, polls, what is dead and what is deleted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from board_readers import FIXTURES, Asked, asked

FOLDER = FIXTURES / "hacker_news"


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with asked("hacker-news", FOLDER / "items.ndjson", tmp_path_factory.mktemp("hn")) as store:
        yield store


def test_threads_are_found_through_parents(items: Asked) -> None:
    """A comment before its parent in the file, and one whose story is absent."""
    threads = items.posts("thread_id")
    assert threads["902"] == threads["901"] == "hacker-news:900"
    assert threads["905"] == threads["906"] == "hacker-news:777"
    assert items.rows("SELECT post_id FROM anomaly WHERE code = 'orphan' ORDER BY 1") == [
        ("hacker-news:905",),
        ("hacker-news:921",),
    ]


def test_dead_and_deleted(items: Asked) -> None:
    """Both stay in the store, neither is read by analysis."""
    states = items.posts("state")
    assert (states["903"], states["904"]) == ("deleted_by_author", "hidden")
    assert items.posts("author_account_id")["903"] is None


def test_quotes_by_italics_and_angle(items: Asked) -> None:
    """A paragraph in italics is quoted, a stressed word is not."""
    assert items.posts("own_text")["902"] == "I do not.\nStill no."


def test_poll_options_are_counts(items: Asked) -> None:
    """Options stand in the order of the poll; one that is absent is told, one without poll is kept."""
    options = items.rows("SELECT text, votes, ordinal FROM poll_option ORDER BY ordinal")
    assert options == [("Monday", 3, 1), ("Friday", 7, 2)]
    assert items.one("SELECT count(*) FROM poll_vote") == 0
    assert items.one("SELECT count(*) FROM anomaly WHERE detail LIKE '1 of 3 options%'") == 1
    assert items.posts("subtype")["921"] == "pollopt"


def test_scores_are_aggregates(items: Asked) -> None:
    """A story's points have no voters."""
    assert items.one("SELECT count(*) FROM reaction") == 0
    assert (
        items.one("SELECT value FROM aggregate WHERE measure = 'score' AND post_id = 'hacker-news:900'") == 12
    )


def test_missing_comments_are_told(items: Asked) -> None:
    """Story 900 says five comments and four are here."""
    detail = items.one("SELECT detail FROM anomaly WHERE code = 'truncated' AND post_id = 'hacker-news:900'")
    assert detail == "story truncated 5/6"
    assert items.one("SELECT complete FROM source") == "no"


def test_algolia_item_nests(tmp_path: Path) -> None:
    """Children are answers, a child without author and text was deleted."""
    with asked("hacker-news", FOLDER / "algolia_item.json", tmp_path) as item:
        assert item.posts("parent_post_id")["952"] == "hacker-news:951"
        assert item.posts("state")["952"] == "deleted_by_author"
        assert item.one("SELECT count(*) FROM thread") == 1


def test_algolia_search_is_a_part(tmp_path: Path) -> None:
    """A hit names its story; more pages mean more hits."""
    with asked("hacker-news", FOLDER / "algolia_search.json", tmp_path) as search:
        assert search.posts("thread_id")["961"] == "hacker-news:960"
        assert search.one("SELECT complete FROM source") == "no"
        assert search.posts("own_text")["961"] == "Found it"
