"""Is this export whole? What a store says of what it was given, before anybody counts anything."""

from dataclasses import dataclass

import pyarrow as pa

from .store import Store


@dataclass(frozen=True, slots=True)
class Inspection:
    """Two tables.

    Attributes:
        sources: one row an export: name, format, posts, threads, accounts, first and
            last day, complete (yes, no, unknown), reactors (whether those who react are named).
        findings: one row a kind of oddity: name, finding, count, of, example (where one is), detail.
    """

    sources: pa.Table
    findings: pa.Table


def inspect(store: Store) -> Inspection:
    """Look for what an export lacks or says wrongly.

    Args:
        store: after ingest.
    """
    return Inspection(store.sql(_SOURCES), store.sql(_FINDINGS))


_SOURCES = """
    SELECT s.name, s.format, count(p.post_id) AS posts, count(DISTINCT p.thread_id) AS threads,
           count(DISTINCT p.author_account_id) AS accounts, min(p.created_at)::DATE AS first,
           max(p.created_at)::DATE AS last, s.complete, s.has_reaction_actors AS reactors
    FROM source s LEFT JOIN post p USING (source_id)
    GROUP BY ALL ORDER BY s.name, s.format, first, posts"""

# Each finding is (what, rows that have it, out of which rows); the others are the readers' own anomalies.
_FINDINGS = """
    WITH parent AS (
        SELECT p.source_id, p.locator, p.created_at < a.created_at AS is_early
        FROM post p JOIN post a ON a.post_id = p.parent_post_id),
    -- How long a thread is, is the word of one export: of the newest that says it, at its own time.
    counting AS (
        SELECT thread_id, arg_max(source_id, c.place) AS source_id, arg_max(c.moment, c.place) AS moment
        FROM thread_told JOIN clock c USING (source_id) WHERE posts_expected IS NOT NULL GROUP BY thread_id),
    length AS (
        SELECT t.thread_id, coalesce(c.source_id, t.source_id) AS source_id, t.posts_expected, c.moment
        FROM thread t LEFT JOIN counting c USING (thread_id)),
    there AS (
        SELECT t.thread_id, count(*) AS n
        FROM length t JOIN post p USING (thread_id)
        WHERE p.source_id = t.source_id
           OR (coalesce(p.created_at <= t.moment, TRUE) AND coalesce(p.vanished_by > t.moment, TRUE))
        GROUP BY ALL),
    checked AS (
        SELECT t.source_id, 'threads with posts missing' AS finding,
               t.posts_expected > coalesce(n.n, 0) AS has, t.thread_id AS locator, '' AS detail
        FROM length t LEFT JOIN there n USING (thread_id)
        UNION ALL SELECT source_id, 'answers to posts that are not there', parent_status = 'absent', locator,
                         'orphans' FROM post WHERE parent_post_id IS NOT NULL
        UNION ALL SELECT source_id, 'answers older than what they answer', is_early, locator, 'clock'
                  FROM parent
        UNION ALL SELECT source_id, 'posts without a time', created_at IS NULL, locator, '' FROM post
        UNION ALL SELECT source_id, 'posts whose clock has no zone', NOT tz_known, locator, 'taken for UTC'
                  FROM post WHERE created_at IS NOT NULL
        UNION ALL SELECT p.source_id, 'posts later than the export itself', p.created_at > s.exported_at,
                         p.locator, 'clock' FROM post p JOIN source s USING (source_id)
                  WHERE p.created_at IS NOT NULL AND s.exported_at IS NOT NULL
        UNION ALL SELECT source_id, 'posts by nobody known', author_account_id IS NULL, locator, '' FROM post
        UNION ALL SELECT source_id, 'posts left out as private', is_private, locator, '' FROM post
        UNION ALL SELECT source_id, 'posts left out as hidden, deleted or unapproved', state <> 'visible',
                         locator, '' FROM post
        UNION ALL SELECT source_id, 'posts that a newer export lacks', vanished_by IS NOT NULL, locator, ''
                  FROM post),
    ballot AS (
        SELECT o.source_id, coalesce(o.votes, 0) AS votes, count(v.account_id) AS named
        FROM poll_option o LEFT JOIN poll_vote v USING (option_id)
        GROUP BY o.source_id, o.option_id, o.votes),
    counted AS (
        SELECT source_id, finding, count(*) FILTER (has) AS n, count(*) AS total,
               min(locator) FILTER (has) AS example, any_value(detail) AS detail
        FROM checked GROUP BY ALL
        UNION ALL
        SELECT source_id, 'reactions by people who are not named',
               coalesce(sum(n) FILTER (identity = 'count_only'), 0)::BIGINT, sum(n)::BIGINT, NULL,
               'count-only'
        FROM reaction GROUP BY source_id
        UNION ALL
        SELECT source_id, 'votes in polls by people who are not named',
               sum(greatest(votes - named, 0))::BIGINT, sum(greatest(votes, named))::BIGINT, NULL,
               'count-only'
        FROM ballot GROUP BY source_id
        UNION ALL
        SELECT source_id, 'record: ' || code, count(*), NULL, min(locator), arg_min(detail, locator)
        FROM anomaly WHERE code <> 'unread' GROUP BY source_id, code
        UNION ALL
        SELECT source_id, 'files that were not read', count(*), NULL, min(locator), detail
        FROM anomaly WHERE code = 'unread' GROUP BY source_id, detail)
    SELECT coalesce(s.name, '') AS name, finding, n AS count, total AS "of", example, c.detail
    FROM counted c LEFT JOIN source s USING (source_id)
    WHERE n > 0 ORDER BY name, s.format, finding, example"""
