"""How much memory the database has while an export comes in.

Its default is most of the machine's, and it takes what it may; what does not fit waits in the workspace.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import duckdb


class Memory:
    """What a connection may use.

    Args:
        connection: of the database.
        is_given: whether the caller said how much; then it stays so.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, is_given: bool) -> None:
        self._connection = connection
        self._is_given = is_given

    @contextmanager
    def within(self, limit: str) -> Generator[None]:
        """Have no more than this, e.g. "64MB"; afterwards the default."""
        if self._is_given:
            yield
            return
        self._connection.execute(f"SET memory_limit = '{limit}'")
        try:
            yield
        finally:
            self._connection.execute("RESET memory_limit")

    def enough_for(self, work: Callable[[], object]) -> None:
        """Do what leaves nothing behind where it fails; if memory runs out, once more with all there is.

        Not every step can wait on disk.
        """
        try:
            work()
        except duckdb.OutOfMemoryException:
            if self._is_given:
                raise
            self._connection.execute("RESET memory_limit")
            work()
