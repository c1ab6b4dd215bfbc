"""The store's tables, derived from the nouns of `model`.

One record type is one table. A field becomes a column of its own name, except references: what a reader
calls `post` is `post_id` here (the forum's name in front), an account is a keyed pseudonym. Columns that
the store works out itself stand in `DERIVED`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pyarrow as pa
from msgspec.structs import fields

from . import model

TABLES: dict[type, str] = {
    model.Container: "container",
    model.Thread: "thread",
    model.Account: "account",
    model.Post: "post",
    model.Antecedent: "antecedent",
    model.Reaction: "reaction",
    model.ReactionTotal: "reaction_total",
    model.Poll: "poll",
    model.PollOption: "poll_option",
    model.PollVote: "poll_vote",
    model.Revision: "revision",
    model.Attachment: "attachment",
    model.Aggregate: "aggregate",
    model.Anomaly: "anomaly",
}

KEYS: dict[str, str] = {
    "container": "container_id",
    "thread": "thread_id",
    "account": "account_id",
    "post": "post_id",
    "poll": "poll_id",
    "poll_option": "option_id",
}
"""Tables whose rows have an id of their own. All others hang on a post, a poll or a thread."""

_REFERENCES = {
    "thread": "thread_id",
    "container": "container_id",
    "post": "post_id",
    "root_post": "root_post_id",
    "answered": "answered_post_id",
    "poll": "poll_id",
    "option": "option_id",
}
_ACCOUNTS = {"author": "author_account_id", "account": "account_id"}
_PARENTS = {"post": "parent_post_id", "container": "parent_id"}

SEALED = ("native_id", "username", "display_name", "email")
"""Fields of an account that name a human: they go to the sealed file, never into the store."""

DERIVED: dict[str, dict[str, pa.DataType]] = {
    "post": {
        "parent_status": pa.string(),
        "plain": pa.string(),
        "own_text": pa.string(),
        "vanished_by": pa.timestamp("us"),
    },
    "reaction": {"name_norm": pa.string(), "valence": pa.string(), "is_self": pa.bool_()},
}

Namer = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Column:
    """How one field of a record becomes one column."""

    field: str
    name: str
    type: pa.DataType
    reference: Literal["none", "id", "account", "option"]


def _arrow_type(annotation: Any) -> pa.DataType:
    if get_origin(annotation) is Literal:
        return pa.string()
    options = [option for option in get_args(annotation) if option is not NoneType] or [annotation]
    if get_origin(options[0]) is Literal:
        return pa.string()
    types: dict[Any, pa.DataType] = {
        str: pa.string(), int: pa.int64(), bool: pa.bool_(), datetime: pa.timestamp("us"),
    }  # fmt: skip
    return types[options[0]]


@cache
def columns(record: type) -> tuple[Column, ...]:
    """The columns of a record type's table, in the order of its fields."""
    table = TABLES[record]
    hints = get_type_hints(record)
    found = [_column(table, field.name, _arrow_type(hints[field.name])) for field in fields(record)]
    if record is model.Account:
        # Staged beside its pseudonym, for the sealed file.
        found.append(Column("native_id", "native_id", pa.string(), "none"))
    return tuple(found)


def _column(table: str, field: str, kind: pa.DataType) -> Column:
    if field in _ACCOUNTS or (table == "account" and field == "native_id"):
        return Column(field, _ACCOUNTS.get(field, "account_id"), kind, "account")
    if field == "native_id":
        return Column(field, KEYS[table], kind, "option" if table == "poll_option" else "id")
    if field == "option":
        return Column(field, "option_id", kind, "option")
    if field == "parent":
        return Column(field, _PARENTS[table], kind, "id")
    if field in _REFERENCES:
        return Column(field, _REFERENCES[field], kind, "id")
    return Column(field, field, kind, "none")


@cache
def arrow_schema(record: type) -> pa.Schema:
    """Arrow schema of what the writer stages: the record's columns plus the export it came from."""
    return pa.schema(
        [("source_id", pa.string()), *((column.name, column.type) for column in columns(record))]
    )


def ddl() -> Iterator[str]:
    """CREATE TABLE statements of the whole store."""
    yield _SOURCE
    for record, table in TABLES.items():
        staged = [(name, kind) for name, kind in _stored(record)]
        derived = list(DERIVED.get(table, {}).items())
        body = ", ".join(f"{name} {sql_type(kind)}" for name, kind in staged + derived)
        yield f"CREATE TABLE IF NOT EXISTS {table} ({body})"
    yield from (
        _BY_ANSWERS,
        _SPAN,
        _MENTION,
        _PERSON,
        _PERSON_ACCOUNT,
        _ROSTER,
        _ROSTER_LEFT,
        _SUSPICION,
        _HORIZON,
        _SCOPE,
        _MAY_READ,
        _MAY_LOOK,
        _IS_WRITTEN,
        _READING,
    )


def _stored(record: type) -> Iterator[tuple[str, pa.DataType]]:
    for entry in arrow_schema(record):
        if not (record is model.Account and entry.name in SEALED):
            yield entry.name, entry.type


def stored_names(record: type) -> list[str]:
    """Names of the columns that go from the staging table into the store."""
    return [name for name, _ in _stored(record)]


def sql_type(kind: pa.DataType) -> str:
    """DuckDB's name of an Arrow type."""
    return {"string": "VARCHAR", "int64": "BIGINT", "bool": "BOOLEAN", "timestamp[us]": "TIMESTAMP"}[
        str(kind)
    ]


_SOURCE = """CREATE TABLE IF NOT EXISTS source (
    source_id VARCHAR, format VARCHAR, variant VARCHAR, instance VARCHAR, instance_url VARCHAR, name VARCHAR,
    sha256 VARCHAR, reader_version VARCHAR, cleaning_version VARCHAR, exported_at TIMESTAMP,
    window_from TIMESTAMP, window_to TIMESTAMP, has_reaction_actors VARCHAR, has_reaction_counts BOOLEAN,
    has_edit_history BOOLEAN, has_deletions BOOLEAN, complete VARCHAR, covers VARCHAR)"""
# Of threads that a former version read nobody knows what made them: they stay as they are.
_BY_ANSWERS = "ALTER TABLE thread ADD COLUMN IF NOT EXISTS by_answers BOOLEAN"
_SPAN = """CREATE TABLE IF NOT EXISTS span (
    post_id VARCHAR, ordinal BIGINT, start BIGINT, "end" BIGINT, kind VARCHAR,
    quoted_account_id VARCHAR, quoted_post_id VARCHAR, is_named BOOLEAN)"""
_MENTION = """CREATE TABLE IF NOT EXISTS mention (
    post_id VARCHAR, ordinal BIGINT, account_id VARCHAR, kind VARCHAR)"""
_PERSON = "CREATE TABLE IF NOT EXISTS person (person_id VARCHAR, rank BIGINT, is_bot BOOLEAN)"
_PERSON_ACCOUNT = """CREATE TABLE IF NOT EXISTS person_account (
    person_id VARCHAR, account_id VARCHAR, method VARCHAR)"""
_ROSTER = """CREATE TABLE IF NOT EXISTS roster (
    person_id VARCHAR, role VARCHAR, organisation VARCHAR, site VARCHAR, hired DATE)"""
# Workspaces of a former version know nobody's last day; the roster is read again anyway.
_ROSTER_LEFT = "ALTER TABLE roster ADD COLUMN IF NOT EXISTS left_on DATE"
# How many persons may be somebody else too: a number, never who.
_SUSPICION = "CREATE TABLE IF NOT EXISTS suspicion (persons BIGINT, pairs BIGINT)"
# What one run looks at, emptied whenever a store is opened: the next run may ask for something else.
# Until when the forum is looked at (`--as-of`); no row: to the end.
_HORIZON = "CREATE OR REPLACE TABLE horizon (until TIMESTAMP)"
# What else than visible, public posts is read: the `Left` kinds somebody asked for.
_SCOPE = "CREATE OR REPLACE TABLE scope (what VARCHAR)"
_MAY_READ = """CREATE OR REPLACE MACRO may_read(is_private, subtype, state, vanished_by) AS
    (NOT is_private OR CASE WHEN subtype = 'whisper' THEN 'whispers' ELSE 'private' END
                       IN (SELECT what FROM scope))
    AND (state = 'visible' OR CASE state WHEN 'hidden' THEN 'hidden' WHEN 'unapproved' THEN 'unapproved'
                                         WHEN 'draft' THEN 'unapproved' ELSE 'deleted' END
                              IN (SELECT what FROM scope))
    AND (vanished_by IS NULL OR 'deleted' IN (SELECT what FROM scope))"""
_MAY_LOOK = """CREATE OR REPLACE MACRO may_look(moment) AS
    moment IS NULL OR moment < coalesce((SELECT max(until) FROM horizon), 'infinity')"""
# Else it is a notice of the platform.
_IS_WRITTEN = "CREATE OR REPLACE MACRO is_written(kind) AS kind IN ('post', 'comment', 'answer', 'review')"
# What text analysis reads: posts by humans that may be read.
_READING = """CREATE OR REPLACE VIEW reading AS
    SELECT p.post_id, p.thread_id, p.parent_post_id, p.parent_source, pa.person_id, n.rank AS person_rank,
           p.created_at, p.own_text, p.post_id = t.root_post_id AS is_root, p.source_id
    FROM post p
    JOIN person_account pa ON pa.account_id = p.author_account_id
    JOIN person n ON n.person_id = pa.person_id AND NOT n.is_bot
    LEFT JOIN thread t ON t.thread_id = p.thread_id
    WHERE may_read(p.is_private, p.subtype, p.state, p.vanished_by)
      AND is_written(p.kind)
      AND p.own_text <> ''
      AND may_look(p.created_at)"""
