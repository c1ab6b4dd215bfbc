"""Real Discourse exports: every figure of an independent count, asked of the store in SQL alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import shared_folder

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.discourse.reader import DiscourseReader
from forum_pulse.corpus.store import Store

TOPICS, POSTS = "discourse_topic_json", "discourse_posts_json"


def expected_of(family: str) -> dict[str, dict[str, Any]]:
    """Sample name -> figures, for samples that are here; nothing where the folder is not."""
    folder = shared_folder()
    if folder is None or not (folder / "exports" / family / "expected.json").exists():
        return {}
    figures = json.loads((folder / "exports" / family / "expected.json").read_text(encoding="utf-8"))
    return {name: row for name, row in figures.items() if sample(folder, family, name) is not None}


def sample(folder: Path, family: str, name: str) -> Path | None:
    """The sample's file or folder: topics are named with their forum, folders of posts without."""
    found = folder.glob(f"exports/{family}/{'*/' if family == POSTS else ''}{name}")
    return next(found, None)


def cases(family: str) -> list[Any]:
    """One case a sample; a single one, that skips, where none are here."""
    return sorted(expected_of(family)) or [None]


Stored = tuple[Store, dict[str, Any]]


def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, family: str
) -> Iterator[Stored]:
    folder = shared_folder()
    if folder is None or request.param is None:
        pytest.skip("real samples are not here (../shared)")
    path = sample(folder, family, request.param)
    assert path is not None
    with Store(tmp_path_factory.mktemp("workspace") / "ws") as store:
        store.ingest(Export(path), DiscourseReader())
        yield store, expected_of(family)[request.param]


@pytest.fixture(scope="module", params=cases(TOPICS))
def topic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    yield from stored(request, tmp_path_factory, TOPICS)


@pytest.fixture(scope="module", params=cases(POSTS))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    yield from stored(request, tmp_path_factory, POSTS)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    return store.connection.execute(query).fetchall()


def answers(store: Store, queries: dict[str, str]) -> dict[str, Any]:
    return {name: store.scalar(query) for name, query in queries.items()}


def same(store: Store, expected: dict[str, Any], queries: dict[str, str]) -> None:
    """Each query's answer is the expected figure of its name."""
    assert answers(store, queries) == {name: expected[name] for name in queries}


POST_TYPE = """CASE WHEN kind = 'system' THEN '3' WHEN subtype = 'whisper' THEN '4'
    WHEN subtype = 'moderator_action' THEN '2' ELSE '1' END"""


def test_posts_and_authors(topic: Stored) -> None:
    """Posts by type, and how many people wrote them."""
    store, expected = topic
    same(
        store,
        expected,
        {
            "posts_in_file": "SELECT count(*) FROM post",
            "authors_all": "SELECT count(DISTINCT author_account_id) FROM post",
            "authors_type1": f"SELECT count(DISTINCT author_account_id) FROM post WHERE {POST_TYPE} = '1'",
            "hidden": "SELECT count(*) FROM post WHERE state = 'hidden'",
            "user_deleted": "SELECT count(*) FROM post WHERE state = 'deleted_by_author'",
            "accepted_answers": "SELECT count(*) FROM post WHERE is_accepted",
            "posts_edited_version_gt1": "SELECT count(*) FROM post WHERE edit_count >= 1 AND edited_at IS NOT NULL",
        },
    )
    types = rows(store, f"SELECT {POST_TYPE} AS type, count(*) FROM post GROUP BY type")
    assert dict(types) == expected["by_post_type"]
    assert store.scalar("SELECT min(thread_id) FROM post").endswith(f":{expected['topic_id']}")
    assert store.scalar("SELECT count(*) FROM thread") == 1


def test_replies(topic: Stored) -> None:
    """Answers that name a post, and those whose post is not there."""
    store, expected = topic
    same(
        store,
        expected,
        {
            "replies_with_parent": "SELECT count(*) FROM post WHERE parent_source = 'explicit'",
            "replies_parent_absent": """SELECT count(*) FROM post
                WHERE parent_source = 'explicit' AND parent_status = 'absent'""",
        },
    )


def test_completeness(topic: Stored) -> None:
    """Truncation by count, gaps by number."""
    store, expected = topic
    present = expected["posts_in_file"]
    highest = store.scalar("SELECT max(ordinal) FROM post")
    whole = expected["stream_ids"] or None
    assert store.scalar("SELECT posts_expected FROM thread") == whole == expected["posts_count_field"]
    truncated = rows(store, "SELECT detail FROM anomaly WHERE code = 'truncated'")
    if whole and present < whole:
        assert truncated == [(f"topic truncated {present}/{whole}",)]
        assert store.scalar("SELECT complete FROM source") == "no"
    else:
        assert truncated == []
        assert highest == expected["highest_post_number"]
    if expected["gaps_in_post_numbers"] is not None:
        assert store.scalar("SELECT max(ordinal) - count(*) FROM post") == expected["gaps_in_post_numbers"]


def test_likes(topic: Stored) -> None:
    """Likes are numbers without names, and the platform's totals are all accounted for."""
    store, expected = topic
    same(
        store,
        expected,
        {
            "likes_total": "SELECT coalesce(sum(n), 0)::BIGINT FROM reaction WHERE mechanism = 'like'",
            "posts_with_like": "SELECT count(DISTINCT post_id) FROM reaction WHERE mechanism = 'like'",
        },
    )
    assert (
        store.scalar("SELECT count(*) FROM reaction WHERE identity <> 'count_only' OR account_id IS NOT NULL")
        == 0
    )
    assert store.scalar("SELECT coalesce(sum(total), 0) FROM reaction_total") == expected["likes_total"]


def test_polls(topic: Stored) -> None:
    """Name, voters, openness, type, state and votes by option, with unknown kept apart from none."""
    store, expected = topic
    types = {"single": "regular", "multiple": "multiple", "number": "number", "ranked": "ranked_choice"}
    found = [
        [question or name, voters, is_public, types[type_], status, votes]
        for question, name, voters, is_public, type_, status, votes in rows(
            store,
            """SELECT question, split_part(poll.poll_id, '/', 3), voters, is_public, type, status,
                      (SELECT list(votes ORDER BY o.ordinal) FROM poll_option o WHERE o.poll_id = poll.poll_id)
               FROM poll JOIN post USING (post_id) ORDER BY post.ordinal, poll.poll_id""",
        )
    ]
    # The figures name a poll by its title where it has one.
    assert found == expected["polls"]
    hidden = sum(None in poll[5] for poll in expected["polls"])
    assert store.scalar("SELECT count(*) FROM anomaly WHERE code = 'poll_without_results'") == hidden


def test_named_voters(topic: Stored) -> None:
    """Who voted what, as far as the forum names them; nobody is named in a secret poll."""
    store, expected = topic
    found = [
        (dict(zip(digests, named, strict=True)), people)
        for digests, named, people in rows(
            store,
            """WITH named AS (
                   SELECT o.poll_id, o.ordinal, split_part(o.option_id, '/', -1)[:6] AS digest,
                          count(v.account_id) AS named
                   FROM poll_option o LEFT JOIN poll_vote v USING (poll_id, option_id)
                   GROUP BY ALL)
               SELECT list(digest ORDER BY n.ordinal), list(named ORDER BY n.ordinal),
                      (SELECT count(DISTINCT account_id) FROM poll_vote v WHERE v.poll_id = n.poll_id)
               FROM named n JOIN poll USING (poll_id) JOIN post USING (post_id)
               GROUP BY n.poll_id, post.ordinal ORDER BY post.ordinal, n.poll_id""",
        )
    ]
    assert [
        {key: value or 0 for key, value in poll.items()} for poll in expected["poll_preloaded_voters"]
    ] == [poll for poll, _ in found]
    assert [people for _, people in found] == expected["poll_distinct_named_voters"]


def marks(pattern: str) -> str:
    """SQL: how often a mark stands in all bodies."""
    return f"SELECT coalesce(sum(len(regexp_extract_all(body, '{pattern}'))), 0)::BIGINT FROM post"


ATTRIBUTED = "(quoted_post_id IS NOT NULL OR is_named)"
"""Spans that say whose words or which post they are, as a plain block quote does not."""


def test_quotes_of_topics(topic: Stored) -> None:
    """Every quote of the page is a span with its source, and no plain block quote is taken for one.

    A bare link to a post of the forum is drawn as a quote without a person: here it is a preview.
    """
    store, expected = topic
    same(
        store,
        expected,
        {
            "quote_asides": f"SELECT count(*) FROM span WHERE kind IN ('quote', 'onebox') AND {ATTRIBUTED}",
            "quote_asides_with_username": marks('<aside class="quote[^>]*data-username='),
        },
    )
    assert store.scalar(marks('<aside class="quote')) == expected["quote_asides"]


def test_folder_of_posts(folder: Stored) -> None:
    """Posts saved one a file, with the reactions plugin's counts."""
    store, expected = folder
    same(
        store,
        expected,
        {
            "title": "SELECT title FROM thread",
            "posts": "SELECT count(*) FROM post",
            "authors": "SELECT count(DISTINCT author_account_id) FROM post",
            "highest_post_number": "SELECT max(ordinal) FROM post",
            "replies_with_parent": "SELECT count(*) FROM post WHERE parent_source = 'explicit'",
            "replies_parent_absent": """SELECT count(*) FROM post
                WHERE parent_source = 'explicit' AND parent_status = 'absent'""",
            "reactions_total": "SELECT sum(n)::BIGINT FROM reaction",
            "posts_edited_version_gt1": "SELECT count(*) FROM post WHERE edit_count >= 1",
            "revisions_beyond_first": "SELECT sum(edit_count)::BIGINT FROM post",
        },
    )
    assert (
        dict(rows(store, "SELECT name_raw, sum(n)::BIGINT FROM reaction GROUP BY name_raw"))
        == expected["reactions_by_emoji"]
    )
    assert rows(store, "SELECT DISTINCT source_field FROM reaction_total") == [("reactions",)]
    missing = rows(
        store,
        """SELECT n FROM range(1, (SELECT max(ordinal) + 1 FROM post)) numbers(n)
           WHERE n NOT IN (SELECT ordinal FROM post) ORDER BY n""",
    )
    assert [number for (number,) in missing] == expected["missing_post_numbers"]
    stale = expected["reactions_total"] != expected["reaction_users_count_sum"]
    assert store.scalar("SELECT count(*) > 0 FROM anomaly WHERE code = 'count_mismatch'") == stale


def test_quotes_of_posts(folder: Stored) -> None:
    """Typed quotes are spans; those that say whose words they are, as most do, with their source."""
    store, expected = folder
    same(
        store,
        expected,
        {
            "posts_with_quote_bbcode": "SELECT count(*) FROM post WHERE contains(body, '[quote')",
            "quote_bbcode_total": marks(r"\[quote\b"),
        },
    )
    attributed = store.scalar(f"SELECT count(*) FROM span WHERE kind = 'quote' AND {ATTRIBUTED}")
    assert attributed == store.scalar(marks(r"\[quote="))
    bare = expected["quote_bbcode_total"] - attributed
    assert store.scalar(f"SELECT count(*) FROM span WHERE kind = 'quote' AND NOT {ATTRIBUTED}") >= bare
