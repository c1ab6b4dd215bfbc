"""A large staged table some rows at a time: what is put in order or grouped at once must fit into memory."""

from collections.abc import Iterator

import duckdb


def parts(connection: duckdb.DuckDBPyConnection, table: str, size: int) -> Iterator[dict[str, int]]:
    """Bounds of positions, `start` and `end`, that together hold all rows of a table.

    Args:
        connection: where the table is.
        table: any that has a `position`.
        size: positions in a part; other tables' rows may take some of them.
    """
    bounds = f"SELECT coalesce(min(position), 0), coalesce(max(position), -1) FROM {table}"
    first, last = connection.execute(bounds).fetchall()[0]
    for start in range(first, last + 1, size):
        yield {"start": start, "end": start + size - 1}
