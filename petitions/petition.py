"""A petition: a statement people can back, the posts that put it, and the threads where it is answered.

`lay_out` writes the petitions to the store, as tables that all counting starts from:
petition(petition, ordinal, statement, origin, opens, closes, likes_count) and
petition_post(petition, thread_id, post_id, role), role being "opening" or "reply".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pyarrow as pa

from ..config import PetitionConfig
from ..corpus import emoji
from ..corpus.registered import registered
from ..corpus.store import Store

Origin = Literal["config", "detected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """A statement and where it was put to people.

    Attributes:
        statement: the words that are backed, as far as they are known.
        opening_posts: post ids that state it; reactions and polls on these are acts.
        threads: thread ids whose replies are read for acts.
        opens: first day that counts; None for no limit.
        closes: last day that counts; None for no limit.
    """

    name: str
    statement: str
    origin: Origin
    opening_posts: tuple[str, ...]
    threads: tuple[str, ...]
    opens: date | None = None
    closes: date | None = None
    config: PetitionConfig = field(default_factory=lambda: PetitionConfig(name=""))

    @property
    def likes_count(self) -> bool:
        """Whether plain likes endorse: only where the configuration names "like" itself."""
        return any(name.casefold().strip(": ") == "like" for name in self.config.endorse)

    def emoji(self) -> dict[str, str]:
        """Stance of each emoji that counts on the opening posts."""
        endorsing = {emoji.normalise(name) for name in self.config.endorse} or set(emoji.ENDORSING)
        opposing = {emoji.normalise(name) for name in self.config.oppose} or set(emoji.OPPOSING)
        return {
            **dict.fromkeys(sorted(opposing - endorsing), "oppose"),
            **dict.fromkeys(sorted(endorsing), "support"),
        }


def first_posts(store: Store, thread_ids: Iterable[str]) -> dict[str, str]:
    """The post that opens each thread: its root, else the first that answers none. It may have none."""
    wanted = pa.table({"thread_id": pa.array(sorted(set(thread_ids)), pa.string())})
    temporary(store, "wanted_thread", wanted)
    rows = store.connection.execute(
        """SELECT w.thread_id, coalesce(max(root.post_id),
                  arg_min(p.post_id, (coalesce(p.ordinal, 0),
                                      coalesce(p.created_at, TIMESTAMP '1970-01-01'), p.post_id))
                      FILTER (t.root_post_id IS NULL AND p.parent_post_id IS NULL AND p.kind <> 'system'))
           FROM wanted_thread w JOIN thread t USING (thread_id) JOIN post p USING (thread_id)
           LEFT JOIN post root ON root.post_id = t.root_post_id AND root.post_id = p.post_id
           GROUP BY w.thread_id ORDER BY w.thread_id"""
    ).fetchall()
    return {thread: post for thread, post in rows if post is not None}


def lay_out(store: Store, petitions: Sequence[Petition]) -> None:
    """Write the tables petition and petition_post, and the temporary petition_emoji."""
    store.put(
        "petition", _rows(_PETITION, [_head(place, petition) for place, petition in enumerate(petitions)])
    )
    temporary(
        store,
        "petition_emoji",
        _rows(
            _EMOJI,
            [
                {"petition": petition.name, "name_norm": name, "stance": stance}
                for petition in petitions
                for name, stance in petition.emoji().items()
            ],
        ),
    )
    pairs = [{"petition": p.name, "id": thread} for p in petitions for thread in sorted(set(p.threads))]
    temporary(store, "petition_thread", _rows(_PAIR, pairs))
    pairs = [{"petition": p.name, "id": post} for p in petitions for post in sorted(set(p.opening_posts))]
    temporary(store, "petition_opening", _rows(_PAIR, pairs))
    store.connection.execute(
        """CREATE OR REPLACE TABLE petition_post AS
           SELECT t.petition, p.thread_id, p.post_id,
                  CASE WHEN o.id IS NULL THEN 'reply' ELSE 'opening' END AS role
           FROM petition_thread t JOIN post p ON p.thread_id = t.id
           LEFT JOIN petition_opening o ON o.petition = t.petition AND o.id = p.post_id
           ORDER BY t.petition, p.thread_id, p.post_id"""
    )


def temporary(store: Store, name: str, table: pa.Table) -> None:
    """Make a table that goes when the store is closed."""
    with registered(store.connection, "incoming", table):
        store.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM incoming")


_PETITION = pa.schema(
    [
        ("petition", pa.string()),
        ("ordinal", pa.int64()),
        ("statement", pa.string()),
        ("origin", pa.string()),
        ("opens", pa.date32()),
        ("closes", pa.date32()),
        ("likes_count", pa.bool_()),
    ]
)
_EMOJI = pa.schema([("petition", pa.string()), ("name_norm", pa.string()), ("stance", pa.string())])
_PAIR = pa.schema([("petition", pa.string()), ("id", pa.string())])


def _head(place: int, petition: Petition) -> dict[str, Any]:
    return {
        "petition": petition.name,
        "ordinal": place,
        "statement": petition.statement,
        "origin": petition.origin,
        "opens": petition.opens,
        "closes": petition.closes,
        "likes_count": petition.likes_count,
    }


def _rows(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)
