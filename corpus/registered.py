"""An Arrow table that SQL can name for a while."""

from collections.abc import Generator
from contextlib import contextmanager

import duckdb
import pyarrow as pa


@contextmanager
def registered(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Generator[None]:
    """Let statements on this connection read an Arrow table by a name, without copying it first.

    Args:
        connection: where the name is known.
        name: by which; it shadows a table of that name.
        table: what it stands for.
    """
    connection.register(name, table)
    try:
        yield
    finally:
        connection.unregister(name)
