"""A forum that has been read: the face of the store for people who write Python.

`read` does what every analysis starts with: find the reader of each export, ingest them all, join accounts to
persons. Without a workspace the store lives in a private temporary folder and goes with the object.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import pyarrow as pa

from ..config import PeopleConfig
from ..errors import ConfigError
from . import identity, readers
from .readers import Export, ReadOptions
from .store import STORE_FILE, Ingested, Store


class Corpus:
    """Threads, posts, reactions and the persons behind them.

    Args:
        workspace: where the store is kept; None for a temporary one.
        memory_limit: what the store may use in memory, e.g. "2GB".
    """

    def __init__(self, workspace: Path | None = None, *, memory_limit: str | None = None) -> None:
        self._temporary = None if workspace else TemporaryDirectory(prefix="forum-pulse-")
        folder = workspace or Path(str(self._temporary and self._temporary.name))
        self.store = Store(folder, memory_limit=memory_limit)
        self.identified = identity.Identified(persons=0, bots=0, joined=0)
        self.ingested: list[Ingested] = []
        self._people: PeopleConfig | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.store.__exit__(kind, error, trace)
        finally:
            self.close()

    def close(self) -> None:
        """Close the store; a temporary one is deleted."""
        self.store.close()
        if self._temporary:
            self._temporary.cleanup()

    @property
    def size(self) -> int:
        """How many posts there are, of any kind."""
        return int(self.store.scalar("SELECT count(*) FROM post"))

    def add(
        self,
        found: readers.Recognised,
        options: ReadOptions | None = None,
        people: PeopleConfig | None = None,
    ) -> None:
        """Ingest exports and link accounts to persons. Their order makes no difference."""
        self.store.note_unread(found.unread)
        for export, reader in sorted(found.exports, key=lambda pair: (pair[1].name, pair[0].sha256)):
            self.ingested.append(self.store.ingest(export, reader, options))
        self._people = people or PeopleConfig()
        self.identify(self._people)

    def identify(self, people: PeopleConfig) -> None:
        """Link accounts to persons anew.

        Args:
            people: roster, aliases and bots; where none of them is named, those the exports were read with,
                and in a workspace of which none was read, persons stay as they are.

        Raises:
            ConfigError: one of these files is missing or lacks a column.
        """
        chosen = self._people if people == PeopleConfig() else people
        if chosen is not None:
            self.identified = identity.link(self.store, chosen)

    def threads(self) -> pa.Table:
        """All threads: thread_id, title, kind, state, created_at, posts_expected, posts (present)."""
        return self.store.sql(
            """SELECT t.thread_id, t.title, t.kind, t.state, t.created_at, t.posts_expected,
                      count(p.post_id) AS posts
               FROM thread t LEFT JOIN post p USING (thread_id) GROUP BY ALL ORDER BY t.thread_id"""
        )

    def posts(self) -> pa.Table:
        """What analysis reads, one row a post: ids, pseudonymous person, time and own words.

        As all tables here it is Arrow: `.to_pandas()` makes a DataFrame, `polars.from_arrow(...)` one of
        Polars.
        Private, hidden and deleted posts, bots and system messages are not among them, unless this corpus
        was counted or analysed since with a configuration that includes them; one that counts as of a day
        leaves out what came later.
        """
        return self.store.sql("SELECT * EXCLUDE (person_rank, source_id) FROM reading ORDER BY post_id")

    def reactions(self) -> pa.Table:
        """One row a reaction; `identity` keeps those by a known person and bare counts apart."""
        return self.store.sql(
            """SELECT r.post_id, pa.person_id, r.n, r.name_norm AS name, r.valence, r.mechanism, r.identity,
                      r.created_at, r.removed_at
               FROM reaction r LEFT JOIN person_account pa USING (account_id)
               ORDER BY r.post_id, r.mechanism, r.name_norm, r.identity, r.created_at, r.n"""
        )

    def anomalies(self) -> pa.Table:
        """What the exports lack or say wrongly: code, locator, detail."""
        return self.store.sql(
            "SELECT code, locator, detail, post_id FROM anomaly ORDER BY code, locator, detail, post_id"
        )


def recognise(paths: Sequence[Path], format: str | None = None) -> readers.Recognised:
    """Open exports and find the reader of each; a folder or archive may hold several.

    Args:
        paths: what the user named.
        format: name of the reader for all of them; None to find it.

    Raises:
        ExportError: one of them is missing, unreadable, unknown or ambiguous.
    """
    chosen = readers.load(format) if format else None
    total = readers.Recognised()
    for path in paths:
        export = Export(path)
        found = readers.Recognised([(export, chosen)]) if chosen else readers.find_all(export)
        total.exports += found.exports
        total.unread += found.unread
    return total


def read(
    path: Path | str | Sequence[Path | str] = (),
    format: str | None = None,
    *,
    workspace: Path | str | None = None,
    columns: Mapping[str, str] | None = None,
    instance: str | None = None,
    people: PeopleConfig | None = None,
) -> Corpus:
    """Read one or several exports, or open a workspace that has read some before.

    Args:
        path: a file, folder or archive, or several; none for what the workspace holds.
        format: name of a reader; None to recognise it.
        workspace: folder to keep the store in; None for a temporary one.
        columns: for tables: our column name -> the file's column name.
        instance: name of the forum, where the export does not say.
        people: roster, aliases and bots.

    Raises:
        ExportError: nothing could be read.
        ConfigError: there is neither an export nor a workspace.
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(entry) for entry in path]
    folder = None if workspace is None else Path(workspace)
    if not paths and folder is None:
        raise ConfigError("nothing to read", hint="name an export, or a workspace with --workspace")
    if not paths and folder is not None and not (folder / STORE_FILE).exists():
        raise ConfigError(
            f"{folder}: there is no such workspace",
            hint="make it with: forum-pulse ingest EXPORT --workspace NAME",
        )
    found = recognise(paths, format)
    corpus = Corpus(folder)
    with ExitStack() as failing:
        failing.push(corpus)
        corpus.add(found, ReadOptions(instance=instance, columns=dict(columns or {})), people)
        failing.pop_all()
    return corpus
