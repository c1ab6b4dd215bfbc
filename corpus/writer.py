"""From a stream of records to staged tables: names made global, accounts made pseudonyms, posts cleaned.

Works in batches of bounded size, so memory does not grow with the export.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
from msgspec.structs import asdict, replace

from . import cleaning, emoji, model, schema
from .addresses import as_address
from .memory import Memory
from .registered import registered

BATCH = 5_000
_MIN_YEAR, _MAX_YEAR = 1970, 2200


class Pseudonyms:
    """Keyed names for accounts and persons (HMAC-SHA-256, 64 bits shown).

    Without the key nobody can tell from a name which account it stands for, not even by trying all accounts.

    Args:
        key: the workspace's secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.account = lru_cache(maxsize=200_000)(self._account)

    def _account(self, instance: str, native_id: str) -> str:
        return "a" + self._digest(f"account\0{instance}\0{native_id}")

    def post(self, post_id: str) -> str:
        """Pseudonym of a post, for files that leave the workspace: an id may hold an address or a name."""
        return "m" + self._digest(f"post\0{post_id}")

    def person(self, natural_key: str) -> str:
        """Pseudonym of a person, from the least of the names that make them up."""
        return "p" + self._digest(f"person\0{natural_key}")

    def _digest(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:16]


class StagingWriter:
    """Fills temporary tables `stage_*` of a DuckDB connection from records.

    Args:
        connection: where the staging tables are made.
        source_id: the export these records come from.
        pseudonyms: how accounts are named.
        memory: what the connection may use.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        source_id: str,
        pseudonyms: Pseudonyms,
        memory: Memory,
    ) -> None:
        self._connection = connection
        self._memory = memory
        self._source_id = source_id
        self._pseudonyms = pseudonyms
        self._rows: dict[type, list[Any]] = defaultdict(list)
        self.source: model.Source | None = None
        for record, table in schema.TABLES.items():
            fields = [(f.name, f.type) for f in schema.arrow_schema(record)]
            fields += schema.DERIVED.get(table, {}).items()
            body = ", ".join(f"{name} {schema.sql_type(kind)}" for name, kind in fields)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE stage_{table} (position BIGINT, {body})")
        for statement in _EXTRA:
            connection.execute(statement)
        self._position = 0
        self._declared: set[str] = set()
        self._referenced: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the tables: they hold as much as the export."""
        staged = (
            "SELECT table_name FROM duckdb_tables() WHERE temporary AND starts_with(table_name, 'stage_')"
        )
        for (name,) in self._connection.execute(staged).fetchall():
            self._connection.execute(f"DROP TABLE temp.{name}")

    def write(self, records: Iterable[model.Record]) -> None:
        """Stage all records of one export. The reader must have yielded its `Source` first."""
        for record in records:
            if isinstance(record, model.Source):
                self.source = _storable(record)
                continue
            kind = type(record)
            rows = self._rows[kind]
            rows.append(record)
            if len(rows) >= BATCH:
                self._flush(kind)
        for kind in list(self._rows):
            self._flush(kind)
        self._rows[model.Account] = self._undeclared()
        if self._rows[model.Account]:
            unlisted = self._values(self._rows[model.Account], schema.columns(model.Account)[0])
            self._insert("stage_unlisted", pa.table({"account_id": unlisted}))
        self._flush(model.Account)

    def _undeclared(self) -> list[model.Account]:
        """Accounts that act but that no export has listed: known by their id alone."""
        known = {row[0] for row in self._connection.execute("SELECT account_id FROM account").fetchall()}
        missing = sorted(self._referenced - self._declared)
        return [
            model.Account(native_id=native_id)
            for native_id in missing
            if self._pseudonyms.account(self._instance, native_id) not in known
        ]

    def _flush(self, kind: type) -> None:
        rows = self._rows.pop(kind, [])
        if not rows:
            return
        table = pa.table(
            [self._values(rows, column) for column in schema.columns(kind)],
            names=[column.name for column in schema.columns(kind)],
        )
        table = table.add_column(0, "source_id", pa.array([self._source_id] * len(rows)))
        positions = pa.array(range(self._position, self._position + len(rows)), pa.int64())
        self._position += len(rows)
        table = table.add_column(0, "position", positions)
        if kind is model.Post:
            table = self._cleaned(table)
        if kind is model.Reaction:
            table = _normalised(table)
        self._insert(f"stage_{schema.TABLES[kind]}", table)

    def _insert(self, name: str, batch: pa.Table) -> None:
        with registered(self._connection, "incoming", batch):
            into = f"INSERT INTO {name} BY NAME SELECT * FROM incoming"
            self._memory.enough_for(lambda: self._connection.execute(into))

    def _values(self, rows: list[Any], column: schema.Column) -> "pa.Array[Any]":
        values: list[Any] = [getattr(row, column.field) for row in rows]
        instance = self._instance
        if column.reference == "id":
            values = [None if value is None else f"{instance}:{_text(value)}" for value in values]
        elif column.reference == "option":
            polls: list[str] = [row.poll for row in rows]
            values = [
                f"{instance}:{_text(poll)}/{_text(value)}" for poll, value in zip(polls, values, strict=True)
            ]
        elif column.reference == "account":
            seen = self._declared if column.field == "native_id" else self._referenced
            seen.update(value for value in values if value is not None)
            name = self._pseudonyms.account
            values = [None if value is None else name(instance, value) for value in values]
        elif column.field == "email":
            values = [as_address(None if value is None else _text(value)) for value in values]
        elif pa.types.is_timestamp(column.type):
            values = [_utc(value) for value in values]
        elif pa.types.is_string(column.type):
            values = [None if value is None else _text(value) for value in values]
        return pa.array(values, column.type)

    @property
    def _instance(self) -> str:
        if self.source is None:
            raise AssertionError("a reader yields its Source before anything else")
        return self.source.instance

    def _cleaned(self, posts: pa.Table) -> pa.Table:
        """Posts with their own words; whose the other words are and whom they address is staged beside."""
        batch = posts.select(["post_id", "body", "body_format"]).combine_chunks().to_batches()[0]
        cleaned = pa.Table.from_batches([cleaning.clean_batch(batch)])
        with registered(self._connection, "cleaned", cleaned.append_column("position", posts["position"])):
            for into in _WORDS:
                self._memory.enough_for(lambda into=into: self._connection.execute(into))
        for name in ("plain", "own_text"):
            posts = posts.append_column(name, cleaned[name])
        return posts


def _normalised(reactions: pa.Table) -> pa.Table:
    """Reactions with the common name and the valence of their emoji."""
    names = reactions["name_raw"].to_pylist()
    normal = {name: emoji.normalise(name) for name in set(names)}
    return reactions.append_column(
        "name_norm", pa.array([normal[name] for name in names], pa.string())
    ).append_column("valence", pa.array([emoji.valence(normal[name]) for name in names], pa.string()))


_WORDS = (
    """INSERT INTO stage_span
       SELECT position, post_id, i - 1, s.start, s."end", s.kind, s.who, s.post
       FROM (SELECT position, post_id, unnest(spans) AS s, generate_subscripts(spans, 1) AS i
             FROM cleaned)""",
    """INSERT INTO stage_mention
       SELECT position, post_id, i - 1, m
       FROM (SELECT position, post_id, unnest(mentions) AS m, generate_subscripts(mentions, 1) AS i
             FROM cleaned)""",
)
_EXTRA = (
    """CREATE OR REPLACE TEMP TABLE stage_span (
        position BIGINT, post_id VARCHAR, ordinal BIGINT, start BIGINT, "end" BIGINT,
        kind VARCHAR, who VARCHAR, post VARCHAR)""",
    """CREATE OR REPLACE TEMP TABLE stage_mention (
        position BIGINT, post_id VARCHAR, ordinal BIGINT, handle VARCHAR)""",
    # Accounts that act and that no list of the export names.
    "CREATE OR REPLACE TEMP TABLE stage_unlisted (account_id VARCHAR)",
)


def _storable(source: model.Source) -> model.Source:
    """The source with texts a database can hold; its instance begins every id."""
    texts = {name: _text(value) for name, value in asdict(source).items() if isinstance(value, str)}
    return replace(source, **texts)


def _utc(moment: datetime | None) -> datetime | None:
    """Naive UTC, or nothing for clocks that no forum can have had."""
    if moment is None:
        return None
    if moment.tzinfo is not None:
        try:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        except (OverflowError, ValueError):
            return None
    return moment if _MIN_YEAR <= moment.year <= _MAX_YEAR else None


def _text(value: str) -> str:
    """Text a database can hold: no lone surrogates, no NUL."""
    if "\0" in value:
        value = value.replace("\0", "�")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value
