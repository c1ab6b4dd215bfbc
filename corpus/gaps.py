"""What several exports of one forum say of one channel, thread or account: the newest word on each field.

Where the newest export is silent, an older one still speaks; of what opens a thread those speak first that
know it. What each export says is kept, so which word is the newest is decided by the exports' own clocks and
never by the order in which they were ingested.
"""

from collections.abc import Iterator

import duckdb

from . import model, schema
from .parts import parts

_RECORDS = (model.Container, model.Thread, model.Account)
_AT_ONCE = 500_000
"""Positions whose rows are put together at once: all that exports say of them is in memory then."""


def ddl() -> Iterator[str]:
    """CREATE statements of what each export said."""
    for record in _RECORDS:
        table = schema.TABLES[record]
        columns = {entry.name: entry.type for entry in schema.arrow_schema(record)}
        body = ", ".join(f"{name} {schema.sql_type(columns[name])}" for name in schema.stored_names(record))
        yield f"CREATE TABLE IF NOT EXISTS {table}_told ({body})"
    yield "ALTER TABLE thread_told ADD COLUMN IF NOT EXISTS by_answers BOOLEAN"


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep what the staged export says, and put what all of them say together in the place of the rows."""
    for record in _RECORDS:
        table, key = schema.TABLES[record], schema.KEYS[schema.TABLES[record]]
        names = schema.stored_names(record)
        listed = ", ".join(names)
        connection.execute(
            # Rows of a store that a former version made are what one export said.
            f"""INSERT INTO {table}_told ({listed}) SELECT {listed} FROM {table}
                WHERE {key} IN (SELECT {key} FROM stage_{table})
                  AND {key} NOT IN (SELECT {key} FROM {table}_told)"""
        )
        connection.execute(f"INSERT INTO {table}_told ({listed}) SELECT {listed} FROM stage_{table}")
        if record is model.Account:
            connection.execute(_UNSAID)
        settle(connection, record, f"stage_{table}")


def settle(connection: duckdb.DuckDBPyConnection, record: type, chosen: str) -> None:
    """Put what all exports say together in the place of some rows.

    Args:
        connection: the store's.
        record: whose rows.
        chosen: a table of the rows' ids, each with a `position` and the `source_id` that brings it.
    """
    table, key = schema.TABLES[record], schema.KEYS[schema.TABLES[record]]
    connection.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {chosen})")
    fields = [name for name in schema.stored_names(record) if name not in (key, "source_id")]
    words = ", ".join(f"arg_max({name}, {_weight(name)}) FILTER ({name} IS NOT NULL)" for name in fields)
    others = ", ".join(fields)
    begins = _BEGINS if record is model.Thread else "FALSE"
    for part in parts(connection, chosen, _AT_ONCE):
        connection.execute(
            f"""INSERT INTO {table} ({key}, source_id, {others})
                WITH said AS (
                    SELECT t.*, s.source_id AS staged, s.position, coalesce(c.place, 0) AS place,
                           {begins} AS begins
                    FROM {chosen} s JOIN {table}_told t USING ({key})
                    LEFT JOIN clock c ON c.source_id = t.source_id
                    WHERE s.position BETWEEN $start AND $end)
                SELECT {key}, coalesce(arg_max(source_id, place) FILTER (place > 0), min(staged)), {words}
                FROM said GROUP BY {key} ORDER BY min(position)""",
            part,
        )


_OPENING = frozenset({"root_post_id", "created_at", "title"})


def _weight(name: str) -> str:
    """By what the words of exports on a field are held against each other."""
    return "(begins, place)" if name in _OPENING else "place"


_BEGINS = """
    t.root_post_id IS NULL OR t.root_post_id = first_value(t.root_post_id) OVER (
        PARTITION BY t.thread_id
        ORDER BY t.root_post_id IS NULL, t.root_post_id <> t.thread_id, t.created_at NULLS LAST,
                 coalesce(c.place, 0) DESC)"""
"""Whether an export takes no later post of a thread for its opening one, as one does that goes on where
another ends: what it says of the opening post is then of another post, however new it is. A post that bears
the thread's id opens it, else the earliest does that an export holds to open it."""


_UNSAID = """
    UPDATE account_told SET source_id = NULL FROM stage_unlisted u, stage_account s
    WHERE u.account_id = account_told.account_id AND s.account_id = u.account_id
      AND account_told.source_id = s.source_id"""
"""Of accounts that no list of the export names nothing is said: they outdo nothing another export knows."""
