"""A store written for other tools: as a ConvoKit corpus, or as Parquet tables.

Both hold pseudonyms only, and of posts only those that may be read (see `Store.read_also`). The corpus is
what analysis reads (own words of posts by people); the tables are the store's own. Words stay as they were
written: whoever is named in them stays named.
"""

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow.parquet as pq

from ..errors import OutputError
from ..partial import made_beside
from . import schema
from .store import Store

_CONVERSATION = "coalesce(t.root_post_id, r.thread_id)"
_UTTERANCES = f"""
    SELECT r.post_id, {_CONVERSATION} AS conversation, r.own_text, r.person_id, r.parent_post_id,
           r.created_at
    FROM reading r LEFT JOIN thread t USING (thread_id)
    ORDER BY conversation, r.created_at NULLS LAST, r.post_id"""
_CONVERSATIONS = f"""
    SELECT {_CONVERSATION} AS conversation, max(t.title)
    FROM reading r LEFT JOIN thread t USING (thread_id) GROUP BY ALL ORDER BY conversation"""
_SPEAKERS = "SELECT DISTINCT person_id FROM reading ORDER BY person_id"
_ROWS = 65_536

_MAY_READ = "may_read(is_private, subtype, state, vanished_by)"
_PRIVATE = f"(SELECT post_id FROM post WHERE NOT {_MAY_READ})"
_OPEN_THREADS = f"""thread_id NOT IN (
        SELECT thread_id FROM thread JOIN container USING (container_id) WHERE is_private)
    AND (thread_id IN (SELECT thread_id FROM post WHERE {_MAY_READ})
         OR thread_id NOT IN (SELECT thread_id FROM post))"""
_PUBLIC = {
    "container": "NOT is_private",
    "thread": _OPEN_THREADS,
    "post": _MAY_READ,
    "aggregate": f"({_OPEN_THREADS}) AND (post_id IS NULL OR post_id NOT IN {_PRIVATE})",
    "anomaly": f"post_id IS NULL OR post_id NOT IN {_PRIVATE}",
    "poll_option": f"poll_id NOT IN (SELECT poll_id FROM poll WHERE post_id IN {_PRIVATE})",
    "poll_vote": f"poll_id NOT IN (SELECT poll_id FROM poll WHERE post_id IN {_PRIVATE})",
}
"""Which rows of a table may be read; tables whose rows hang on a post follow the post."""
_OF_POST = ("antecedent", "reaction", "reaction_total", "poll", "revision", "attachment", "span", "mention")
_OTHERS = ("source", "span", "mention", "person", "person_account", "roster")
"""Tables of the store that are no record type's."""


def write_convokit(store: Store, folder: Path) -> None:
    """Write what analysis reads as a ConvoKit corpus: five files that `convokit.Corpus(folder)` opens.

    Speakers, utterances and conversations bear keyed pseudonyms, the same in every corpus written from this
    workspace. An utterance may answer one that is not in the corpus: it was deleted, hidden or private.

    Args:
        store: after ingest, its accounts linked to persons.
        folder: made if it is not there.

    Raises:
        OutputError: the folder is not empty or can't be written, or there is nothing to write.
    """
    if not store.scalar("SELECT count(*) FROM reading"):
        raise OutputError(
            f"{folder}: there is nothing to write: no visible, public post by a person",
            hint="read an export into the workspace first",
        )
    name = store.pseudonyms.post
    with _filled(folder) as partial:
        with _new(partial / "utterances.jsonl") as file:
            for row in _rows(store, _UTTERANCES):
                file.write(orjson.dumps(_utterance(row, name)) + b"\n")
        _write_map(partial / "speakers.json", ((row[0], {}) for row in _rows(store, _SPEAKERS)))
        titled = ((name(row[0]), {"title": row[1] or ""}) for row in _rows(store, _CONVERSATIONS))
        _write_map(partial / "conversations.json", titled)
        for file_name, content in (("corpus.json", {}), ("index.json", _INDEX)):
            with _new(partial / file_name) as file:
                file.write(orjson.dumps(content))


_INDEX = {
    "utterances-index": {},
    "speakers-index": {},
    "conversations-index": {"title": ["<class 'str'>"]},
    "overall-index": {},
    "version": 1,
    "vectors": [],
}
"""What the corpus's metadata are, as ConvoKit wants it told."""


def _utterance(row: tuple[Any, ...], name: Any) -> dict[str, Any]:
    post, conversation, words, person, parent, at = row
    return {
        "id": name(post),
        "conversation_id": name(conversation),
        "text": words,
        "speaker": person,
        "meta": {},
        "reply-to": None if parent is None else name(parent),
        "timestamp": _seconds(at),
        "vectors": [],
    }


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.replace(tzinfo=UTC).timestamp())


def _write_map(path: Path, entries: Iterable[tuple[str, dict[str, str]]]) -> None:
    """One JSON object of many entries, written entry by entry."""
    with _new(path) as file:
        file.write(b"{")
        for number, (name, meta) in enumerate(entries):
            value = orjson.dumps({"meta": meta, "vectors": []})
            file.write((b",\n" if number else b"\n") + orjson.dumps(name) + b":" + value)
        file.write(b"\n}")


def write_parquet(store: Store, folder: Path) -> None:
    """Write each table of the store as `TABLE.parquet`, readable by its owner only.

    Of posts that may not be read, private, hidden or deleted ones, nothing is written.

    Args:
        store: after ingest.
        folder: made if it is not there.

    Raises:
        OutputError: the folder is not empty or can't be written.
    """
    with _filled(folder) as partial:
        for table in sorted({*schema.TABLES.values(), *_OTHERS}):
            _write_table(store, table, partial / f"{table}.parquet")


def _write_table(store: Store, table: str, path: Path) -> None:
    shown = f"post_id NOT IN {_PRIVATE}" if table in _OF_POST else _PUBLIC.get(table, "TRUE")
    query = f"SELECT * FROM {table} WHERE {shown} ORDER BY ALL"
    batches = store.connection.sql(query).to_arrow_reader(_ROWS)
    with _new(path) as file, pq.ParquetWriter(file, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def _rows(store: Store, query: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a query in Arrow batches: the connection is free for nothing else meanwhile."""
    for batch in store.connection.sql(query).to_arrow_reader(_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


@contextmanager
def _filled(folder: Path) -> Generator[Path]:
    """Where to write what goes into a new or empty folder, whole or not at all."""
    try:
        if folder.exists() and next(folder.iterdir(), None) is not None:
            raise OutputError(
                f"{folder}: the folder is not empty", hint="name a new folder; nothing is overwritten"
            )
        with made_beside(folder, mode=0o700) as partial:
            yield partial
    except OSError as error:
        raise OutputError(
            f"{folder}: can't be written ({error.strerror or error})", hint="check permissions and free space"
        ) from error


def _new(path: Path) -> IO[bytes]:
    """A new file for its owner only."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
