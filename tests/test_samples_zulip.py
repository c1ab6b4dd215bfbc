"""Real zulip-archive topics: every figure of an independent count, asked of the store in SQL alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import shared_folder

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.zulip.archive import ZulipArchiveReader
from forum_pulse.corpus.store import Store

Stored = tuple[Store, dict[str, Any]]


def family() -> Path | None:
    folder = shared_folder()
    return folder / "exports" / "zulip_archive" if folder else None


def expected() -> dict[str, dict[str, Any]]:
    """Sample name -> figures, for samples that are here; nothing where the folder is not."""
    folder = family()
    if folder is None or not (folder / "expected.json").exists():
        return {}
    figures = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return {name: row for name, row in figures.items() if list(folder.glob(f"*/{name}"))}


@pytest.fixture(scope="module", params=sorted(expected()) or [None])
def topic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    folder = family()
    if folder is None or request.param is None:
        pytest.skip("real samples are not here (../shared)")
    with Store(tmp_path_factory.mktemp("workspace") / "ws") as store:
        store.ingest(Export(next(folder.glob(f"*/{request.param}"))), ZulipArchiveReader())
        yield store, expected()[request.param]


def same(stored: Stored, queries: dict[str, str]) -> None:
    """Each query's answer is the expected figure of its name."""
    store, figures = stored
    assert {name: store.scalar(query) for name, query in queries.items()} == {
        name: figures[name] for name in queries
    }


def test_messages(topic: Stored) -> None:
    """How many, by how many names, from when to when."""
    same(
        topic,
        {
            "messages": "SELECT count(*) FROM post",
            "senders": "SELECT count(DISTINCT author_account_id) FROM post",
            "first_ts": "SELECT epoch(min(created_at))::BIGINT FROM post",
            "last_ts": "SELECT epoch(max(created_at))::BIGINT FROM post",
            "poll_commands": "SELECT count(*) FROM anomaly WHERE code = 'poll_without_results'",
        },
    )
    store, _ = topic
    assert store.scalar("SELECT bool_and(NOT is_stable_id) FROM account")


def test_mentions(topic: Stored) -> None:
    """Marked-up names in the bodies; those the author addresses in own words are mentions."""
    mark = """SELECT coalesce(sum(len(regexp_extract_all(body, '<span class="user-mention{}'))), 0)::BIGINT FROM post"""
    same(topic, {"user_mention_spans": mark.format("")})
    store, _ = topic
    assert 0 <= store.scalar("SELECT count(*) FROM mention") <= store.scalar(mark.format('"'))


def test_plain_endorsements(topic: Stored) -> None:
    """How many messages open with "+1" or a thumb, in own words."""
    same(
        topic,
        {
            "msgs_starting_plus1_or_thumb": """SELECT count(*) FROM post
                WHERE regexp_matches(trim(own_text), '^(\\+1|:\\+1:|:thumbs_up:|\U0001f44d)')"""
        },
    )


def test_quotes(topic: Stored) -> None:
    """Quotes, and those that name what they quote; who quotes a message answers it."""
    same(
        topic,
        {
            "blockquotes": "SELECT count(*) FROM span WHERE kind = 'quote'",
            "said_links": "SELECT count(*) FROM span WHERE kind = 'quote' AND quoted_post_id IS NOT NULL",
        },
    )
    store, figures = topic
    assert store.scalar("SELECT count(*) FROM post WHERE parent_source = 'quote'") == figures["said_links"]
