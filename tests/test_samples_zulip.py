"""Real zulip-archive topics: what must hold beyond the figures of `samples/zulip_archive.toml`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import shared_folder

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.zulip.archive import ZulipArchiveReader
from forum_pulse.corpus.store import Store

FOLDER = shared_folder()


@pytest.fixture(
    scope="module",
    params=sorted(FOLDER.glob("exports/zulip_archive/*/*.json") if FOLDER else []) or [None],
    ids=lambda path: path.name if path else "none",
)
def topic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path: Path | None = request.param
    if path is None:
        pytest.skip("real samples are not here (../shared)")
    with Store(tmp_path_factory.mktemp("workspace") / "ws") as store:
        store.ingest(Export(path), ZulipArchiveReader())
        yield store


def test_nobody_has_a_stable_id(topic: Store) -> None:
    """Only display names are known."""
    assert topic.scalar("SELECT bool_and(NOT is_stable_id) FROM account")


def test_mentions_are_some_of_the_marks(topic: Store) -> None:
    """Marked-up names that the author addresses in own words are mentions; quoted ones are not."""
    marks = (
        """SELECT coalesce(sum(len(regexp_extract_all(body, '<span class="user-mention"'))), 0) FROM post"""
    )
    assert 0 <= topic.scalar("SELECT count(*) FROM mention") <= topic.scalar(marks)


def test_who_quotes_answers(topic: Store) -> None:
    """As many quotes name their message as posts answer by quoting."""
    assert topic.scalar("SELECT count(*) FROM post WHERE parent_source = 'quote'") == topic.scalar(
        "SELECT count(*) FROM span WHERE kind = 'quote' AND quoted_post_id IS NOT NULL"
    )
