"""Real Discourse exports: what their counts do not ask for (those stand in tests/samples)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import shared_folder

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.discourse.reader import DiscourseReader
from forum_pulse.corpus.store import Store


def samples(pattern: str) -> list[Any]:
    """Samples that are here; a single one, that skips, where none are."""
    folder = shared_folder()
    return sorted(folder.glob(f"exports/{pattern}")) if folder else [None]


def stored(path: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    if path is None:
        pytest.skip("real samples are not here (../shared)")
    with Store(tmp_path_factory.mktemp("workspace") / "ws") as store:
        store.ingest(Export(path), DiscourseReader())
        yield store


@pytest.fixture(scope="module", params=samples("discourse_topic_json/*/*[0-9].json"), ids=str)
def topic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    yield from stored(request.param, tmp_path_factory)


@pytest.fixture(scope="module", params=samples("discourse_posts_json/*/*"), ids=str)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    yield from stored(request.param, tmp_path_factory)


def test_a_topic_that_was_cut_off_says_so(topic: Store) -> None:
    """Fewer posts than the forum counts are one row with both numbers, and the export is not complete."""
    present, whole = topic.connection.execute(
        "SELECT count(*), any_value(posts_expected) FROM post JOIN thread USING (thread_id)"
    ).fetchall()[0]
    told = topic.connection.execute("SELECT detail FROM anomaly WHERE code = 'truncated'").fetchall()
    is_cut = present < whole
    assert told == ([(f"topic truncated {present}/{whole}",)] if is_cut else [])
    assert topic.scalar("SELECT complete FROM source") == ("no" if is_cut else "yes")


def test_likes_are_nobodys(topic: Store) -> None:
    """Counts are not turned into people, and come to what the forum says."""
    assert topic.scalar("SELECT count(*) FROM reaction WHERE identity <> 'count_only'") == 0
    assert topic.scalar("SELECT count(*) FROM reaction WHERE account_id IS NOT NULL") == 0
    assert topic.scalar("SELECT coalesce(sum(total), 0) FROM reaction_total") == topic.scalar(
        "SELECT coalesce(sum(n), 0) FROM reaction"
    )


def test_hidden_results_are_named(topic: Store) -> None:
    """A poll without results is a row, not a poll that nobody voted in."""
    hidden = "SELECT count(DISTINCT poll_id) FROM poll_option WHERE votes IS NULL"
    assert topic.scalar("SELECT count(*) FROM anomaly WHERE code = 'poll_without_results'") == topic.scalar(
        hidden
    )


def test_reactions_win_over_likes(folder: Store) -> None:
    """Of the two counts of one post only the plugin's is told."""
    fields = folder.connection.execute("SELECT DISTINCT source_field FROM reaction_total").fetchall()
    assert fields == [("reactions",)]


ATTRIBUTED = "(quoted_post_id IS NOT NULL OR is_named)"


def test_typed_quotes_are_spans(folder: Store) -> None:
    """Every typed quote is a span; those that say whose words they are, with their source."""

    def marks(pattern: str) -> int:
        return folder.scalar(f"SELECT sum(len(regexp_extract_all(body, '{pattern}')))::BIGINT FROM post")

    attributed = folder.scalar(f"SELECT count(*) FROM span WHERE kind = 'quote' AND {ATTRIBUTED}")
    assert attributed == marks(r"\[quote=")
    bare = folder.scalar(f"SELECT count(*) FROM span WHERE kind = 'quote' AND NOT {ATTRIBUTED}")
    assert bare >= marks(r"\[quote\b") - attributed
