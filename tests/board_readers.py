"""Public boards read into a store, for tests to ask by SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forum_pulse.corpus.readers import Export, ReadOptions, load
from forum_pulse.corpus.store import Store

FIXTURES = Path(__file__).parent / "fixtures"


def utc(*parts: int) -> datetime:
    """A moment as the store holds it: in UTC, without saying so."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


class Asked:
    """A store, and short ways to ask it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows; the forum's name in front of ids is left on."""
        return self.store.connection.execute(query).fetchall()

    def one(self, query: str) -> Any:
        """The first value."""
        return self.store.scalar(query)

    def posts(self, column: str) -> dict[str, Any]:
        """Native id of each post -> a column of it."""
        instance = len(self.one("SELECT instance FROM source")) + 1
        return {row[0][instance:]: row[1] for row in self.rows(f"SELECT post_id, {column} FROM post")}

    def codes(self) -> dict[str, int]:
        """How many anomalies of each code."""
        return dict(self.rows("SELECT code, count(*) FROM anomaly GROUP BY code"))


@contextmanager
def asked(format: str, path: Path, workspace: Path) -> Iterator[Asked]:
    """A fixture, ingested by one reader."""
    with Store(workspace) as store:
        store.ingest(Export(path), load(format), ReadOptions())
        yield Asked(store)
