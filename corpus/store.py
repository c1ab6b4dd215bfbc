"""The store: one DuckDB file that holds what was said, by whom, in answer to what.

Beside it in the workspace lie two things only `identity` reads: the secret key of the pseudonyms and the
sealed file with the platforms' own account names. Everything downstream sees pseudonyms.

Ingest is one transaction per export and idempotent: the same export again changes nothing, a newer export of
the same forum updates posts and keeps what they said before as revisions.
"""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from ..config import Left
from ..errors import BrokenExportError, StoreError
from . import continuations, gaps, merge, schema, snapshots
from .memory import Memory
from .readers import Export, Reader, ReadOptions, read_all
from .registered import registered
from .writer import Pseudonyms, StagingWriter

STORE_FILE = "store.duckdb"
SEALED_FILE = "sealed.duckdb"
KEY_FILE = "pseudonym.key"
_STAGING_MEMORY = 64
"""Megabytes DuckDB may use while a reader is at work, which needs some too, however large the export."""
_MERGE_MEMORY = 130
"""Megabytes it may use when the reader is done."""

_SEALED_DDL = """
    CREATE TABLE IF NOT EXISTS sealed.handle (
        account_id VARCHAR PRIMARY KEY, instance VARCHAR, native_id VARCHAR,
        username VARCHAR, display_name VARCHAR, email VARCHAR);
    -- Whom posts quote and address, as their texts name them: an export read later may tell who that is.
    CREATE TABLE IF NOT EXISTS sealed.named (
        source_id VARCHAR, post_id VARCHAR, what VARCHAR, ordinal BIGINT, handle VARCHAR)"""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one ingest did."""

    source_id: str
    name: str
    posts: int
    anomalies: int
    already_known: bool


class Store:
    """A workspace folder, opened.

    Args:
        folder: made with mode 0700 if it is not there; an empty one gets that mode.
        memory_limit: what DuckDB may use, e.g. "2GB"; None leaves it its default, and little for ingest.

    Raises:
        StoreError: the folder can't be written, is in use by another run, or one of its files is gone. So
            ends a `with`, too, in which the store turns out to be damaged.
    """

    def __init__(self, folder: Path, *, memory_limit: str | None = None) -> None:
        self.folder = folder
        self._memory_limit = memory_limit
        try:
            _make_private(folder)
            settings: dict[str, Any] = {"memory_limit": memory_limit} if memory_limit else {}
            _clear_unbegun(folder / STORE_FILE)
            self.connection = duckdb.connect(str(folder / STORE_FILE), config=settings)
            self._check_whole()
            _clear_unbegun(folder / SEALED_FILE)
            self.pseudonyms = Pseudonyms(_key(folder / KEY_FILE))
            self.connection.execute(f"ATTACH '{_quoted(folder / SEALED_FILE)}' AS sealed")
            self._prepare()
        except (OSError, duckdb.Error) as error:
            raise StoreError(
                f"{folder}: the workspace can't be opened ({_first_line(error)})",
                hint="close other runs that use it, see that it may be written and the disk has room, or name"
                " another with --workspace",
            ) from error

    def _check_whole(self) -> None:
        """See that what was read still has its key and its names.

        A new key would make another person of everybody at the next ingest; without the names nobody's votes
        have an owner, and no text can be redacted.
        """
        gone = [name for name in (KEY_FILE, SEALED_FILE) if not _has_content(self.folder / name)]
        is_used = self.scalar("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'source'")
        if gone and is_used and self.scalar("SELECT count(*) FROM source"):
            self.close()
            raise StoreError(
                f"{self.folder}: {' and '.join(gone)} of this workspace is gone or empty",
                hint="put back a copy of it, or ingest the exports into a new workspace",
            )

    def _prepare(self) -> None:
        for name in (STORE_FILE, SEALED_FILE):
            (self.folder / name).chmod(0o600)
        self.connection.execute("SET TimeZone = 'UTC'")
        # DuckDB would draw its own into stdout, among the data. In a notebook without widgets it is off, and
        # setting it is an error.
        (drawn,) = self.connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0]
        if drawn:
            self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute(_SEALED_DDL)
        for statement in (*schema.ddl(), *gaps.ddl(), *continuations.ddl(), *snapshots.ddl()):
            self.connection.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        # What DuckDB finds when it reads a block: a wrong checksum (an error of no class), or no such block.
        # What it can't commit, because the disk is full, is an error of a transaction.
        failed = (duckdb.IOException, duckdb.TransactionException)
        if isinstance(error, failed) or type(error) is duckdb.Error:
            raise StoreError(
                f"{self.folder}: the workspace can't be read or written ({_first_line(error)})",
                hint="see that the disk has room; if the files are damaged, put back a copy of the folder, or"
                " ingest the exports into a new workspace",
            ) from error

    def close(self) -> None:
        """Close both files."""
        self.connection.close()

    def sql(self, query: str, parameters: Sequence[Any] | dict[str, Any] | None = None) -> pa.Table:
        """Ask the store; the answer is an Arrow table. Queries that feed an analysis end in ORDER BY."""
        return self.connection.sql(query, params=parameters).to_arrow_table()

    def scalar(self, query: str, parameters: Sequence[Any] | None = None) -> Any:
        """The first value of the first row of an answer, None where there is no row."""
        rows = self.connection.execute(query, parameters).fetchall()
        return rows[0][0] if rows else None

    def look_until(self, day: date | None) -> None:
        """Make `reading`, and who took part, end with this day; None shows everything again."""
        self.connection.execute("DELETE FROM horizon")
        if day is not None:
            self.connection.execute("INSERT INTO horizon SELECT CAST(? AS DATE) + INTERVAL 1 DAY", [day])

    def read_also(self, kinds: Sequence[Left]) -> None:
        """Let analysis read posts it leaves out by default, of these kinds and no others."""
        self.connection.execute("DELETE FROM scope")
        for kind in kinds:
            self.connection.execute("INSERT INTO scope VALUES (?)", [kind])

    def put(self, name: str, table: pa.Table) -> None:
        """Write a result table, in place of any former one of that name."""
        with registered(self.connection, "incoming", table):
            self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM incoming")

    def note_unread(self, paths: Sequence[str]) -> None:
        """Record what lies beside the exports and no reader knows, once."""
        for path in sorted(set(paths)):
            name, detail = Path(path).name, "no reader knows this file"
            self.connection.execute("DELETE FROM anomaly WHERE source_id IS NULL AND locator = ?", [name])
            self.connection.execute(
                "INSERT INTO anomaly (code, locator, detail) VALUES ('unread', ?, ?)", [name, detail]
            )

    def ingest(self, export: Export, reader: Reader, options: ReadOptions | None = None) -> Ingested:
        """Read one export into the store, in one transaction.

        Raises:
            ExportError: nothing of it can be read; the store is as before.
        """
        chosen = options or ReadOptions()
        source_id = merge.source_key(export.sha256, reader.name, chosen)
        if self.scalar("SELECT count(*) FROM source WHERE source_id = ?", [source_id]):
            return Ingested(source_id, export.path.name, 0, 0, already_known=True)
        memory = Memory(self.connection, is_given=self._memory_limit is not None)
        with StagingWriter(self.connection, source_id, self.pseudonyms, memory) as writer:
            with memory.within(_STAGING_MEMORY):
                writer.write(read_all(reader, export, chosen))
            posts = int(self.scalar("SELECT count(*) FROM stage_post"))
            if writer.source is None or posts == 0:
                raise BrokenExportError(
                    f"{export.path}: no post could be read as {reader.title}",
                    hint="look at the file, or name another format with --format",
                )
            row = merge.SourceRow(source_id, export, reader.name, writer.source)
            with memory.within(_MERGE_MEMORY):
                memory.enough_for(lambda: merge.into_store(self.connection, row))
            anomalies = int(self.scalar("SELECT count(*) FROM stage_anomaly"))
        return Ingested(source_id, export.path.name, posts, anomalies, already_known=False)


def _make_private(folder: Path) -> None:
    """Make the folder its owner's alone, also one that was made beforehand and is empty.

    The files' own modes are not enough: DuckDB makes its log (`*.wal`) and what memory does not hold
    (`*.tmp`) anew again and again, readable for everybody who gets into the folder.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if next(folder.iterdir(), None) is None:
        # Somebody else's folder that we may only write to stays as it is.
        with suppress(PermissionError):
            folder.chmod(0o700)


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _clear_unbegun(path: Path) -> None:
    """Remove the empty file that a full disk leaves of a database: DuckDB opens no such file."""
    if path.is_file() and not _has_content(path):
        path.unlink()


def _key(path: Path) -> bytes:
    """The workspace's secret, made once, readable by its owner only."""
    if not _has_content(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(32))
    return path.read_bytes()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
