"""Threads that go on in another export: an answer joins the conversation of what it answers.

Some formats know conversations only by who answers whom. Where what the first post of such a thread answers
came with another export, the thread is a part of that post's. Which parts belong together is asked of what
each export said, so the order in which exports were ingested makes no difference.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from . import gaps, model
from .readers.reply_tree import ReplyTree
from .registered import registered


def ddl() -> Iterator[str]:
    """CREATE statements of which threads go on in which."""
    yield "CREATE TABLE IF NOT EXISTS continuation (thread_id VARCHAR, head_id VARCHAR, container_id VARCHAR)"


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Join the parts of conversations, once the posts of the staged export are in the store."""
    connection.execute(_ANSWERED)
    tree = ReplyTree()
    edges = connection.execute(_EDGES).fetchall()
    for thread, above in edges:
        tree.add(thread, [above])
    # What goes on nowhere itself; of a thread already added the first word stays.
    for _, above in edges:
        tree.add(above)
    threads = [thread for thread, _ in edges]
    heads = pa.table(
        {
            "thread_id": pa.array(threads, pa.string()),
            "head_id": pa.array(map(tree.root, threads), pa.string()),
        }
    )
    with registered(connection, "headed", heads):
        for statement in (_MOVED, "DELETE FROM continuation", _CONTINUE):
            connection.execute(statement)
    if connection.execute("SELECT count(*) FROM moved").fetchall()[0][0]:
        _move(connection)


def _move(connection: duckdb.DuckDBPyConnection) -> None:
    """Hang posts, and counts of them, on the threads they belong to, and drop the threads that were parts."""
    for statement in (_HANGING, _POSTS, _COUNTS, _PARTS, _WHOLE):
        connection.execute(statement)
    gaps.settle(connection, model.Thread, "parted")


_ANSWERED = """
    UPDATE post SET parent_post_id = chosen.answered_post_id
    FROM (SELECT a.post_id, arg_min(a.answered_post_id, (q.post_id IS NULL, a.ordinal)) AS answered_post_id
          FROM antecedent a LEFT JOIN post q ON q.post_id = a.answered_post_id
          GROUP BY a.post_id) chosen
    WHERE chosen.post_id = post.post_id AND chosen.answered_post_id <> post.parent_post_id"""

_EDGES = """
    WITH opening AS (
        SELECT p.post_id, p.source_id, p.parent_post_id
        FROM post p
        WHERE p.parent_post_id IS NOT NULL AND p.post_id IN (
            SELECT thread_id FROM thread_told WHERE by_answers AND root_post_id = thread_id)),
    -- What each export said, for threads of the store may be joined already.
    above AS (
        SELECT o.post_id, s.thread_id
        FROM opening o JOIN post q ON q.post_id = o.parent_post_id
        JOIN sighting s ON s.post_id = q.post_id AND s.source_id = q.source_id)
    SELECT o.post_id, CASE s.thread_id WHEN o.post_id THEN a.thread_id ELSE s.thread_id END AS above_id
    FROM opening o JOIN sighting s ON s.post_id = o.post_id AND s.source_id = o.source_id
    LEFT JOIN above a ON a.post_id = o.post_id
    WHERE above_id <> o.post_id
    ORDER BY o.post_id"""
"""Where the first post of a thread lies by the newest export, else what it answers."""

_MOVED = """
    CREATE OR REPLACE TEMP TABLE moved AS
    SELECT thread_id, coalesce(h.head_id, thread_id) AS head_id,
           coalesce(t.container_id, c.container_id) AS container_id
    FROM headed h FULL JOIN continuation c USING (thread_id) LEFT JOIN thread t USING (thread_id)"""
"""Threads that are parts of others, and those that were and are no more: each export may say anew."""
_CONTINUE = "INSERT INTO continuation FROM moved WHERE head_id <> thread_id"

_HANGING = """
    CREATE OR REPLACE TEMP TABLE hanging AS
    SELECT s.post_id, m.head_id
    FROM moved m JOIN sighting s USING (thread_id) JOIN post p USING (post_id, source_id)"""
_POSTS = """
    UPDATE post SET thread_id = h.head_id FROM hanging h
    WHERE h.post_id = post.post_id AND h.head_id <> post.thread_id"""
_COUNTS = """
    UPDATE aggregate SET thread_id = h.head_id FROM hanging h
    WHERE h.post_id = aggregate.post_id AND h.head_id <> aggregate.thread_id"""
_PARTS = "DELETE FROM thread WHERE thread_id IN (SELECT thread_id FROM continuation)"
_WHOLE = """
    CREATE OR REPLACE TEMP TABLE parted AS
    SELECT row_number() OVER (ORDER BY thread_id) AS position, thread_id, min(t.source_id) AS source_id
    FROM moved m JOIN thread_told t USING (thread_id) WHERE m.head_id = m.thread_id
    GROUP BY thread_id"""
