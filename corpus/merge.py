"""From staged tables into the store: one transaction that can be repeated and leaves no half of itself.

Each post belongs to the newest export that holds it; what older ones showed is kept by `snapshots`. Since
"newest" is decided by the exports' own clocks, the order in which they were ingested makes no difference.
"""

import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

import duckdb

from . import cleaning, continuations, gaps, model, schema, snapshots
from .parts import parts
from .readers import Export, ReadOptions

_HANGING = ("antecedent", "reaction_total", "poll", "attachment")
"""Tables whose rows hang on a post by `post_id`: they are replaced together with it."""
_OF_POLL = ("poll_option", "poll_vote")
_ONCE = {
    "reaction": "post_id, name_raw, mechanism, account_id, removed_at",
    "poll_vote": "option_id, account_id",
}
"""What one account does at most once, however often an export says so; what it took back it may do again."""
_AGAIN = {"reaction": "mechanism = 'signature'"}
"""What of it stays as often as it is there: a list is its rows, and which repeat the ledger says."""
_POSTS_AT_ONCE, _WORDS_AT_ONCE = 5_000, 500_000
"""Positions whose posts, and whose quotes and mentions, are put in together."""
_NO_TIME = datetime(1970, 1, 1)  # noqa: DTZ001 (the store keeps naive UTC)
"""Where readers put the end of a signature that ended nobody knows when: an export is not of that day."""
_SETTLED = (model.Container, model.Thread, model.Account, model.Reaction)
"""Records that are settled from what all exports say of them."""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What is known of one export when it is merged."""

    source_id: str
    export: Export
    reader: str
    source: model.Source


def source_key(sha256: str, reader: str, options: ReadOptions) -> str:
    """Identity of one reading of one export: its content, the reader and what the user told it."""
    told = f"{options.instance}\0{sorted(options.columns.items())}"
    return "s" + hashlib.sha256(f"{sha256}\0{reader}\0{told}".encode()).hexdigest()[:15]


def into_store(connection: duckdb.DuckDBPyConnection, row: SourceRow) -> None:
    """Merge the staged tables of one export.

    The sealed file is written first, in a transaction of its own (DuckDB writes one file a transaction): a
    crash in between leaves names without posts, which the next ingest finds and keeps.
    """
    with _whole(connection):
        _deduplicate(connection)
    _seal(connection, row)
    with _whole(connection):
        _add_source(connection, row)
        _rank_posts(connection, row.source_id)
        snapshots.record(connection)
        _replace_rows(connection)
        _tie_words(connection, row.source.instance)
        snapshots.settle(connection, row.source.instance)


@contextmanager
def _whole(connection: duckdb.DuckDBPyConnection) -> Generator[None]:
    """One transaction: all of it, or nothing."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")  # where that fails, for the disk is full, nothing is left to roll back


def _deduplicate(connection: duckdb.DuckDBPyConnection) -> None:
    """Of rows with one id in one export the first stays; posts that differ leave an anomaly."""
    connection.execute(
        """INSERT INTO stage_anomaly (position, source_id, code, locator, detail, post_id)
           SELECT position, source_id, 'duplicate', locator, 'a post with this id came before', post_id
           FROM stage_post
           QUALIFY row_number() OVER (PARTITION BY post_id ORDER BY position) > 1"""
    )
    for table, key in schema.KEYS.items():
        connection.execute(
            f"""DELETE FROM stage_{table} WHERE position NOT IN (
                    SELECT min(position) FROM stage_{table} GROUP BY {key})"""
        )
    for table, key in _ONCE.items():
        connection.execute(
            f"""DELETE FROM stage_{table}
                WHERE account_id IS NOT NULL AND NOT ({_AGAIN.get(table, "FALSE")})
                  AND position NOT IN (SELECT min(position) FROM stage_{table} GROUP BY {key})"""
        )
    for words in ("span", "mention"):
        connection.execute(
            f"DELETE FROM stage_{words} WHERE position NOT IN (SELECT position FROM stage_post)"
        )


def _seal(connection: duckdb.DuckDBPyConnection, row: SourceRow) -> None:
    """The platform's own names go to the sealed file, those of accounts and those that texts name.

    Of two that differ the least stays, so that the order of exports does not matter.
    """
    connection.execute(
        """INSERT INTO sealed.handle
           SELECT account_id, ?, native_id, username, display_name, email FROM stage_account
           WHERE native_id IS NOT NULL
           ON CONFLICT (account_id) DO UPDATE SET
               username = least(handle.username, excluded.username),
               display_name = least(handle.display_name, excluded.display_name),
               email = least(handle.email, excluded.email)""",
        [row.source.instance],
    )
    connection.execute("DELETE FROM sealed.named WHERE source_id = ?", [row.source_id])
    connection.execute(
        """INSERT INTO sealed.named
           SELECT ?, post_id, 'span', ordinal, lower(who) FROM stage_span WHERE who IS NOT NULL
           UNION ALL
           SELECT ?, post_id, 'mention', ordinal, lower(ltrim(handle, '@')) FROM stage_mention""",
        [row.source_id, row.source_id],
    )


def _add_source(connection: duckdb.DuckDBPyConnection, row: SourceRow) -> None:
    source = row.source
    moment = source.exported_at.replace(tzinfo=None) if source.exported_at else None
    if moment == _NO_TIME:
        moment = None
    connection.execute(
        """INSERT INTO source
           SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, min(created_at), max(created_at), ?, ?, ?, ?, ?, ?
           FROM stage_post""",
        [
            row.source_id, source.format, source.variant, source.instance, source.instance_url,
            row.export.path.name, row.export.sha256, version("forum-pulse"), cleaning.VERSION, moment,
            source.has_reaction_actors, source.has_reaction_counts, source.has_edit_history,
            source.has_deletions, source.complete, source.covers,
        ],
    )  # fmt: skip


def _rank_posts(connection: duckdb.DuckDBPyConnection, source_id: str) -> None:
    """`winning` holds the staged posts that are new or newer than what the store has of them."""
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE winning AS
           SELECT s.post_id FROM stage_post s
           LEFT JOIN post p ON p.post_id = s.post_id
           LEFT JOIN source former ON former.source_id = p.source_id
           CROSS JOIN (SELECT * FROM source WHERE source_id = ?) mine
           WHERE p.post_id IS NULL
              OR (coalesce(mine.exported_at, mine.window_to), mine.sha256)
               > (coalesce(former.exported_at, former.window_to), former.sha256)""",
        [source_id],
    )


def _replace_rows(connection: duckdb.DuckDBPyConnection) -> None:
    for table in _OF_POLL:
        connection.execute(
            f"""DELETE FROM {table} WHERE poll_id IN (
                    SELECT poll_id FROM poll WHERE post_id IN (SELECT post_id FROM winning))"""
        )
    for table in (*_HANGING, "span", "mention", "post"):
        connection.execute(f"DELETE FROM {table} WHERE post_id IN (SELECT post_id FROM winning)")
    gaps.fill(connection)
    for record, table in schema.TABLES.items():
        if record in _SETTLED:
            continue
        if record is model.Post:
            _insert_posts(connection)
            continue
        names = ", ".join(schema.stored_names(record))
        connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM stage_{table} {_only(table)}")
    _place_posts(connection)
    connection.execute(_OUTDATED)


def _insert_posts(connection: duckdb.DuckDBPyConnection) -> None:
    """The winning posts, some at a time: a million texts can't be put in order in little memory."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE entering AS
            SELECT position, {_PARENT_STATUS} AS parent_status
            FROM stage_post AS said WHERE post_id IN (SELECT post_id FROM winning)"""
    )
    names = ", ".join(schema.stored_names(model.Post))
    for part in parts(connection, "entering", _POSTS_AT_ONCE):
        connection.execute(
            f"""INSERT INTO post BY NAME
                SELECT {names}, plain, own_text, known.parent_status
                FROM (FROM stage_post WHERE position BETWEEN $start AND $end)
                JOIN (FROM entering WHERE position BETWEEN $start AND $end) AS known USING (position)
                ORDER BY position""",
            part,
        )


def _place_posts(connection: duckdb.DuckDBPyConnection) -> None:
    """What posts of other exports answer may have come only now; without any there is nothing to look for."""
    if connection.execute("SELECT count(*) > 1 FROM source").fetchall()[0][0]:
        continuations.settle(connection)
        connection.execute(
            f"""UPDATE post AS said SET parent_status = {_PARENT_STATUS}
                WHERE parent_status IS DISTINCT FROM {_PARENT_STATUS}"""
        )


_PARENT_STATUS = """CASE
    WHEN said.parent_post_id IS NULL THEN 'none'
    WHEN said.parent_post_id NOT IN (SELECT post_id FROM post UNION ALL SELECT post_id FROM winning)
        THEN 'absent'
    WHEN said.parent_post_id IN (SELECT root_post_id FROM thread) THEN 'root'
    ELSE 'present' END"""
"""Whether what a post answers is there, once the winning posts are: they may come in after it."""


_OUTDATED = """
    DELETE FROM aggregate WHERE rowid IN (
        SELECT a.rowid FROM aggregate a JOIN clock c USING (source_id)
        QUALIFY c.place < max(c.place) OVER (
            PARTITION BY a.thread_id, a.post_id, a.measure, a.dimension, a."key"))"""
"""What a newer export counts again."""


def _only(table: str) -> str:
    """Which staged rows go in: of posts and what hangs on them, those that won."""
    if table in _HANGING:
        return "WHERE post_id IN (SELECT post_id FROM winning) ORDER BY position"
    if table in _OF_POLL:
        return """WHERE poll_id IN (SELECT poll_id FROM stage_poll JOIN winning USING (post_id))
                  ORDER BY position"""
    return "ORDER BY position"


def _tie_words(connection: duckdb.DuckDBPyConnection, instance: str) -> None:
    """Quoted and addressed people become pseudonyms where a handle names just one account.

    All posts of the forum are looked at again: an account that one export tells of may be named in another.
    """
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE tied AS
           WITH known AS (
               SELECT handle, min(account_id) AS account_id FROM (
                   SELECT DISTINCT account_id,
                          lower(unnest([native_id, username, display_name, email])) AS handle
                   FROM sealed.handle WHERE instance = ?)
               WHERE handle IS NOT NULL AND handle <> ''
               GROUP BY handle HAVING count(*) = 1)
           SELECT n.what, n.post_id, n.ordinal, k.account_id
           FROM sealed.named n JOIN post p USING (post_id, source_id) JOIN source s USING (source_id)
           LEFT JOIN known k USING (handle)
           WHERE s.instance = ?""",
        [instance, instance],
    )
    for part in parts(connection, "stage_post", _WORDS_AT_ONCE):
        connection.execute(_SPANS, {"instance": instance, **part})
        connection.execute(_MENTIONS, part)
    for table, column in {"span": "quoted_account_id", "mention": "account_id"}.items():
        connection.execute(
            f"""UPDATE {table} SET {column} = t.account_id
                FROM tied t WHERE t.what = '{table}' AND t.post_id = {table}.post_id
                    AND t.ordinal = {table}.ordinal AND t.account_id IS DISTINCT FROM {table}.{column}"""
        )


_SPANS = """
    INSERT INTO span
    SELECT s.post_id, s.ordinal, s.start, s."end", s.kind, t.account_id, $instance || ':' || s.post,
           s.who IS NOT NULL
    FROM (FROM stage_span WHERE position BETWEEN $start AND $end) s JOIN winning USING (post_id)
    LEFT JOIN tied t ON t.what = 'span' AND t.post_id = s.post_id AND t.ordinal = s.ordinal
    ORDER BY s.position, s.ordinal"""
_MENTIONS = """
    INSERT INTO mention
    SELECT m.post_id, m.ordinal, t.account_id,
           CASE WHEN m.handle IN ('@all', '@here', '@channel', '@everyone') THEN 'all' ELSE 'user' END
    FROM (FROM stage_mention WHERE position BETWEEN $start AND $end) m JOIN winning USING (post_id)
    LEFT JOIN tied t ON t.what = 'mention' AND t.post_id = m.post_id AND t.ordinal = m.ordinal
    ORDER BY m.position, m.ordinal"""
