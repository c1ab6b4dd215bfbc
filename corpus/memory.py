"""How much memory the database has while an export comes in.

Its default is most of the machine's, and it takes what it may; what does not fit waits in the workspace.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import duckdb

_DOUBLINGS = 5
"""How often more is tried before the default."""


class Memory:
    """What a connection may use.

    Args:
        connection: of the database.
        is_given: whether the caller said how much; then it stays so.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, is_given: bool) -> None:
        self._connection = connection
        self._is_given = is_given
        self._megabytes = 0

    @contextmanager
    def within(self, megabytes: int) -> Generator[None]:
        """Have no more than this; afterwards the default."""
        if self._is_given:
            yield
            return
        self._limit(megabytes)
        try:
            yield
        finally:
            self._connection.execute("RESET memory_limit")

    def enough_for(self, work: Callable[[], object]) -> None:
        """Do what leaves nothing behind where it fails; while memory runs out, again with twice as much.

        Not every step can wait on disk. The last time it has the default.

        Raises:
            duckdb.OutOfMemoryException: that, or what the caller gave, is not enough.
        """
        for _ in range(0 if self._is_given else _DOUBLINGS):
            try:
                work()
            except duckdb.OutOfMemoryException:
                self._limit(2 * self._megabytes)
            else:
                return
        if not self._is_given:
            self._connection.execute("RESET memory_limit")
        work()

    def _limit(self, megabytes: int) -> None:
        self._megabytes = megabytes
        self._connection.execute(f"SET memory_limit = '{megabytes}MB'")
