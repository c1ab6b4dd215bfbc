"""A small forum for tests of counting: said in a few lines, read through the store like any export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from fakes import ListReader, export_of

from forum_pulse.config import PeopleConfig, PetitionConfig
from forum_pulse.corpus import identity
from forum_pulse.corpus.model import (
    Account,
    Poll,
    PollOption,
    PollVote,
    Post,
    Reaction,
    Record,
    Source,
    Thread,
)
from forum_pulse.corpus.store import Store
from forum_pulse.petitions import ActDetector, Petition, build_ledger, find_petitions

START = datetime(2031, 3, 3, 9, tzinfo=UTC)
"""A Monday."""
STATEMENT = "We ask to adopt the Heron editor. Please sign below."


def at(days: float) -> datetime:
    """So many days after the petition was opened."""
    return START + timedelta(days=days)


@dataclass
class Forum:
    """Records of one forum, said one by one; every name that acts becomes an account."""

    format: str = "list"
    instance: str = "forum"
    exported_at: datetime | None = None
    records: list[Record] = field(default_factory=list)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)

    def who(self, name: str, **more: Any) -> str:
        """Declare an account, or say more of it."""
        self.accounts.setdefault(name, {}).update(more)
        return name

    def thread(
        self, native: str = "1", author: str | None = "opener", body: str = STATEMENT, **more: Any
    ) -> str:
        """A thread and its opening post "NATIVE/1"."""
        post = {key: more.pop(key) for key in ("state", "is_private", "created_at") if key in more}
        self.records.append(
            Thread(native_id=native, root_post=f"{native}/1", **{"title": "Adopt the Heron editor", **more})
        )
        self.post(native, author, body, days=0, **post)
        return f"{native}/1"

    def post(
        self,
        thread: str,
        author: str | None,
        body: str,
        *,
        days: float | None = 1,
        answers: str | None = None,
        **more: Any,
    ) -> str:
        """A post of a thread; `answers` names the post it replies to."""
        number = self.posts[thread] = self.posts.get(thread, 0) + 1
        native = f"{thread}/{number}"
        if author is not None:
            self.who(author)
        default = {
            "created_at": None if days is None else at(days),
            "parent": answers,
            "parent_source": "explicit" if answers else None,
            "body_format": "text",
        }
        self.records.append(
            Post(
                native_id=native,
                thread=thread,
                ordinal=number,
                author=author,
                body=body,
                **{**default, **more},
            )
        )
        return native

    def say(self, author: str, body: str, *, days: float = 1, thread: str = "1", **more: Any) -> str:
        """A reply to the opening post."""
        return self.post(thread, author, body, days=days, **{"answers": f"{thread}/1", **more})

    def react(
        self,
        author: str | None,
        name: str = "+1",
        *,
        post: str = "1/1",
        mechanism: Any = "emoji",
        **more: Any,
    ) -> None:
        """A reaction; without an author so many unnamed ones (n)."""
        if author is None:
            more["identity"] = "count_only"
        else:
            self.who(author)
        self.records.append(Reaction(post=post, name_raw=name, mechanism=mechanism, account=author, **more))

    def sign(
        self, author: str, *, days: float | None = 1, removed: float | None = None, post: str = "1/1"
    ) -> None:
        """A signature on a list, perhaps taken back."""
        self.react(
            author,
            "signed",
            post=post,
            mechanism="signature",
            created_at=None if days is None else at(days),
            removed_at=None if removed is None else at(removed),
        )

    def poll(
        self, options: Mapping[str, int | None], *, post: str = "1/1", name: str = "poll", **more: Any
    ) -> None:
        """A poll with options and the votes shown for each."""
        self.records.append(Poll(native_id=name, post=post, **more))
        for place, (text, votes) in enumerate(options.items()):
            self.records.append(PollOption(poll=name, native_id=text, ordinal=place, text=text, votes=votes))

    def vote(self, author: str, option: str, *, poll: str = "poll", **more: Any) -> None:
        """A named vote."""
        self.records.append(PollVote(poll=poll, option=option, account=self.who(author), **more))

    def build(self) -> list[Record]:
        """All records, accounts first."""
        accounts = [Account(native_id=name, username=name, **more) for name, more in self.accounts.items()]
        return [*accounts, *self.records]


def ingest(folder: Path, *forums: Forum, people: PeopleConfig | None = None) -> Store:
    """Read forums into a store and link persons."""
    folder.mkdir(exist_ok=True, parents=True)
    store = Store(folder / "workspace")
    for place, forum in enumerate(forums):
        source = Source(format=forum.format, instance=forum.instance, exported_at=forum.exported_at)
        export = export_of(folder, f"{forum.instance}{place}", f"{forum.instance.replace(':', '-')}.json")
        store.ingest(export, ListReader(forum.build(), source))
    identity.link(store, people or PeopleConfig())
    return store


def count(
    store: Store, *configs: PetitionConfig, detector: ActDetector | None = None, **more: Any
) -> list[Petition]:
    """Find the petitions and build the ledger; by default the petition of thread 1."""
    detector = detector or ActDetector()
    wanted = configs or (PetitionConfig(name="heron", threads=("list:1",)),)
    found = find_petitions(store, wanted, detector)
    build_ledger(store, found, detector, **more)
    return found


def figures(store: Store, petition: str = "heron") -> dict[str, Any]:
    """The row of totals of a petition."""
    rows = store.sql("SELECT * FROM petition_totals").to_pylist()
    return next(row for row in rows if row["petition"] == petition)


def positions(store: Store, petition: str = "heron") -> dict[str, str]:
    """Account name -> position: for tests only, the package has no such view."""
    rows = store.connection.execute(
        """SELECT h.native_id, p.position FROM position p JOIN person_account USING (person_id)
           JOIN sealed.handle h USING (account_id) WHERE p.petition = ? ORDER BY 1""",
        [petition],
    ).fetchall()
    return dict(rows)


def reasons(store: Store) -> dict[str, int]:
    """Reason -> number of dropped acts."""
    rows = store.connection.execute(
        "SELECT dropped, sum(n)::BIGINT FROM act WHERE dropped IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return dict(rows)


def steps(table: pa.Table) -> dict[str, int]:
    """Step -> acts of a waterfall with one petition."""
    return {row["step"]: row["acts"] for row in table.to_pylist()}
