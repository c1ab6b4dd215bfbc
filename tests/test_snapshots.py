"""Several exports of one forum: what came, what changed, what vanished, whatever order they are read in."""

import itertools
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import ListReader, export_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from forum_pulse.corpus.model import (
    Account,
    Aggregate,
    Container,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)
from forum_pulse.corpus.snapshots import changes
from forum_pulse.corpus.store import KEY_FILE, Store

MARCH, APRIL = (datetime(2026, month, 1) for month in (3, 4))  # noqa: DTZ001 (the store keeps naive UTC)


def post(number: int, body: str, *, thread: str = "1", author: str = "ann", day: int = 1) -> Post:
    return Post(
        native_id=f"{thread}/{number}", thread=thread, author=author, body=body,
        created_at=datetime(2026, 1, day, tzinfo=UTC),
    )  # fmt: skip


def like(account: str | None, *, post: str = "1/1", n: int = 1) -> Reaction:
    identity = "identified" if account else "count_only"
    return Reaction(post=post, name_raw="+1", mechanism="emoji", account=account, n=n, identity=identity)


def snapshot(
    month: int, records: Iterable[Record], *, threads: Iterable[Thread] = (), **source: Any
) -> ListReader:
    told = {"covers": "thread", "has_reaction_actors": "yes"} | source
    records = list(records)
    names = sorted({record.thread for record in records if isinstance(record, Post)})
    opened: list[Record] = [Container(native_id="c", kind="channel", name="c")]
    opened += threads or [Thread(native_id=name, container="c", root_post=f"{name}/1") for name in names]
    opened += [Account(native_id=name) for name in ("ann", "bob", "cleo", "dan")]
    at = datetime(2026, month, 1, tzinfo=UTC)
    return ListReader([*opened, *records], Source(format="list", instance="forum", exported_at=at, **told))


def months(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(r["what"], r["change"], r["n"], r["not_before"].month, r["not_after"].month) for r in rows]


def in_every_order(folder: Path, readers: list[ListReader], *queries: str) -> list[list[dict[str, Any]]]:
    """The answers to some queries, the same whatever order the snapshots were ingested in."""
    found: list[Any] = []
    for number, order in enumerate(itertools.permutations(enumerate(readers))):
        with Store(folder / f"ws{number}") as store:
            for place, reader in order:
                store.ingest(export_of(folder, f"content {place}"), reader)
            answers = [store.sql(query).to_pylist() for query in queries]
            found.append([changes(store.connection).to_pylist(), *answers])
    assert all(other == found[0] for other in found)
    return found[0]


def test_new_changed_and_vanished_posts(tmp_path: Path):
    """Each with the two dates between which it happened; a post that came back is no longer gone."""
    readers = [
        snapshot(2, [post(1, "root"), post(2, "any tool"), post(3, "me too"), post(4, "back soon")]),
        snapshot(3, [post(1, "root"), post(2, "approved tools"), post(3, "me too"), post(5, "hi", day=20)]),
        snapshot(4, [post(1, "root"), post(2, "our tool"), post(4, "back soon"), post(5, "hi", day=20)]),
    ]
    found, gone, edits, read = in_every_order(
        tmp_path,
        readers,
        "SELECT post_id, vanished_by FROM post WHERE vanished_by IS NOT NULL",
        "SELECT before, after, not_after FROM edit ORDER BY not_after",
        "SELECT count(*) AS n FROM post WHERE may_read(is_private, subtype, state, vanished_by)",
    )
    assert months(found) == [
        ("post", "changed", 1, 2, 3), ("post", "new", 1, 2, 3), ("post", "vanished", 1, 2, 3),
        ("post", "changed", 1, 3, 4), ("post", "new", 1, 3, 4), ("post", "vanished", 1, 3, 4),
    ]  # fmt: skip
    assert gone == [{"post_id": "forum:1/3", "vanished_by": APRIL}]
    assert [(row["before"], row["after"]) for row in edits] == [
        ("any tool", "approved tools"),
        ("approved tools", "our tool"),
    ]
    assert read == [{"n": 4}]


@pytest.mark.parametrize(
    ("covers", "thread", "day", "complete", "claimed"),
    [
        ("thread", "1", 5, "unknown", True),
        ("thread", "2", 5, "unknown", False),  # another thread: not what the newer export gives whole
        ("container", "2", 5, "unknown", True),
        ("nothing", "1", 5, "unknown", False),
        ("container", "1", 1, "unknown", False),  # before the newer export's window
        ("thread", "1", 5, "no", True),
        ("thread", "1", 25, "no", False),  # beyond where a truncated thread ends
    ],
)
def test_what_an_export_does_not_cover_has_not_vanished(
    tmp_path: Path, covers: str, thread: str, day: int, complete: str, claimed: bool
):
    """Missing means gone only where the export would have held it."""
    missing = post(9, "gone?", thread=thread, day=day)
    kept = [post(1, "a", day=3), post(2, "b", day=20)]
    older = snapshot(2, [*kept, missing])
    newer = snapshot(3, kept, covers=covers, complete=complete)
    found, gone = in_every_order(tmp_path, [older, newer], "SELECT 1 FROM post WHERE vanished_by IS NOT NULL")
    assert (len(gone) == 1) is claimed
    assert ("vanished" in [row["change"] for row in found]) is claimed


def test_a_reaction_that_vanished_is_a_dated_withdrawal(tmp_path: Path):
    """It stays with the moment by which it was gone; one that came back is whole."""
    root = post(1, "Sign here")
    readers = [
        snapshot(2, [root, like("bob"), like("cleo"), like("dan")]),
        snapshot(3, [root, like("bob")]),
        snapshot(4, [root, like("bob"), like("dan")]),
    ]
    found, reactions = in_every_order(
        tmp_path,
        readers,
        """SELECT h.native_id, r.removed_at, r.is_self, r.name_norm FROM reaction r
           JOIN sealed.handle h USING (account_id) ORDER BY 1""",
    )
    assert months(found) == [("reaction", "vanished", 2, 2, 3), ("reaction", "new", 1, 3, 4)]
    assert [(row["native_id"], row["removed_at"]) for row in reactions] == [
        ("bob", None), ("cleo", MARCH), ("dan", None),
    ]  # fmt: skip
    assert {(row["is_self"], row["name_norm"]) for row in reactions} == {(False, "+1")}


@pytest.mark.parametrize("newer", [{"has_reaction_actors": "no"}, {"unnamed": 1}])
def test_an_export_that_leaves_people_unnamed_proves_no_withdrawal(tmp_path: Path, newer: dict[str, Any]):
    """Who is not named may be among the unnamed."""
    root = post(1, "Sign here")
    rest = [like(None, n=1)] if newer.pop("unnamed", 0) else []
    readers = [snapshot(2, [root, like("bob")]), snapshot(3, [root, *rest], **newer)]
    found, removed = in_every_order(tmp_path, readers, "SELECT 1 FROM reaction WHERE removed_at IS NOT NULL")
    assert (found, removed) == ([], [])


@pytest.mark.parametrize("last", [[], ["cleo"]])
def test_a_withdrawal_shows_though_the_older_export_left_somebody_unnamed(tmp_path: Path, last: list[str]):
    """Only the newer one must name everybody: whom it lacks was seen before. A third may show it again."""
    root = post(1, "Sign here")
    readers = [
        snapshot(2, [root, like("bob"), like("cleo"), like(None, n=1)]),
        snapshot(3, [root, like("bob")]),
        snapshot(4, [root, like("bob"), *map(like, last)]),
    ]
    _, reactions = in_every_order(
        tmp_path, readers,
        """SELECT native_id, removed_at FROM reaction JOIN sealed.handle USING (account_id) ORDER BY 1""",
    )  # fmt: skip
    gone = None if last else MARCH
    assert [tuple(row.values()) for row in reactions] == [("bob", None), ("cleo", gone)]


def test_a_list_keeps_its_repeated_rows(tmp_path: Path):
    """What a newer list of the same petition lacks is taken back once, and what it repeats stays repeated."""
    root = post(1, "Sign here")

    def signed(name: str, day: int) -> Reaction:
        moment = datetime(2026, 1, day, tzinfo=UTC)
        return replace(like(name), name_raw="signed", mechanism="signature", created_at=moment)

    readers = [
        snapshot(2, [root, signed("bob", 2), signed("bob", 1), signed("cleo", 3), signed("cleo", 2)]),
        snapshot(3, [root, signed("bob", 1), signed("bob", 2), signed("dan", 5), signed("dan", 5)]),
    ]
    kept = """SELECT native_id, day(r.created_at) AS day, removed_at FROM reaction r
              JOIN sealed.handle USING (account_id) ORDER BY ALL"""
    changed, rows = in_every_order(tmp_path, readers, kept)
    assert [tuple(row.values()) for row in rows] == [
        ("bob", 1, None), ("bob", 2, None), ("cleo", 2, MARCH), ("dan", 5, None), ("dan", 5, None),
    ]  # fmt: skip
    assert [row["change"] for row in changed if row["what"] == "reaction"] == ["new", "vanished"]


def test_own_likes_of_another_export_come_off_the_unnamed_remainder(tmp_path: Path):
    """One of five unnamed is known from the user's own archive: one and four, never six."""
    forum = snapshot(
        2,
        [
            post(1, "Sign here"),
            like(None, n=5),
            ReactionTotal(
                post="1/1", name_raw="+1", mechanism="emoji", total=5, identified=0, source_field="count"
            ),
        ],
        has_reaction_actors="no",
    )
    archive = snapshot(3, [post(7, "mine", author="bob", thread="2"), like("bob")], covers="nothing")
    _, reactions = in_every_order(
        tmp_path, [forum, archive], "SELECT identity, n FROM reaction ORDER BY identity"
    )
    assert reactions == [{"identity": "count_only", "n": 4}, {"identity": "identified", "n": 1}]


@pytest.mark.parametrize("holds_the_post", [True, False])
@pytest.mark.parametrize(
    ("own", "full", "gone"),
    [
        (2, [], True),
        (4, [], False),  # liked after the whole forum was exported
        (2, [like(None, n=1)], False),  # may be the one who is not named
        (2, [replace(like("bob"), name_raw="clap")], False),  # what the like was, told in full
    ],
)
def test_an_own_like_that_a_newer_full_export_lacks_has_vanished(
    tmp_path: Path, own: int, full: list[Record], gone: bool, holds_the_post: bool
):
    """One user's export says what they liked then, not for ever."""
    root = post(1, "Sign here")
    held = [root] if holds_the_post else [post(7, "mine", author="bob", thread="2")]
    archive = snapshot(own, [*held, like("bob")], has_reaction_actors="own", covers="nothing")
    forum = snapshot(3, [root, like("cleo"), *full])
    changed, reactions = in_every_order(
        tmp_path, [archive, forum],
        """SELECT r.removed_at FROM reaction r JOIN sealed.handle h USING (account_id)
           WHERE h.native_id = 'bob' AND r.name_norm = '+1'""",
    )  # fmt: skip
    assert [row["removed_at"] for row in reactions] == [MARCH if gone else None]
    assert ("vanished" in [row["change"] for row in changed if row["what"] == "reaction"]) is gone


def test_when_a_like_was_taken_back_its_own_export_says_best(tmp_path: Path):
    """A full export tells only that it was gone by then."""
    root, day = post(1, "Sign here"), datetime(2026, 2, 9, tzinfo=UTC)
    told = {"has_reaction_actors": "own", "covers": "nothing"}
    readers = [
        snapshot(2, [root, like("bob")], **told),
        snapshot(3, [root, like("cleo")]),
        snapshot(4, [root, replace(like("bob"), removed_at=day)], **told),
    ]
    query = "SELECT removed_at FROM reaction JOIN sealed.handle USING (account_id) WHERE native_id = 'bob'"
    _, reactions = in_every_order(tmp_path, readers, query)
    assert reactions == [{"removed_at": day.replace(tzinfo=None)}]


def test_a_post_that_stands_twice_in_one_export_has_its_reactions_once(tmp_path: Path):
    """Overlapping pages repeat posts with all that hangs on them."""
    once = [post(1, "Sign here"), like("bob"), like("cleo")]
    _, reactions = in_every_order(
        tmp_path, [snapshot(2, [*once, *once])], "SELECT count(*) AS n FROM reaction"
    )
    assert reactions == [{"n": 2}]


def test_a_newer_count_takes_the_place_of_the_older(tmp_path: Path):
    """Counts of one thing do not pile up; what the newer export does not count stays; two of one export do."""
    score = Aggregate(thread="1", post="1/1", measure="score", value=3)
    bounties = [Aggregate(thread="1", post="1/1", measure="bounty", value=value) for value in (50, 100)]
    readers = [
        snapshot(2, [post(1, "root"), score, Aggregate(thread="1", measure="view", value=9)]),
        snapshot(3, [post(1, "root"), replace(score, value=5), *bounties]),
    ]
    found = in_every_order(tmp_path, readers, "SELECT measure, value FROM aggregate ORDER BY measure, value")[
        1
    ]
    assert [tuple(row.values()) for row in found] == [
        ("bounty", 50), ("bounty", 100), ("score", 5), ("view", 9),
    ]  # fmt: skip


def test_a_newer_export_that_says_less_takes_nothing_away(tmp_path: Path):
    """One user's own posts name a thread and nothing of it: state, place and title stay, the new title comes."""
    told = Thread(native_id="1", container="c", title="Old", root_post="1/1", state="closed")
    readers = [
        snapshot(2, [post(1, "root")], threads=[told]),
        snapshot(3, [post(2, "more")], threads=[Thread(native_id="1", root_post="1/1", title="New")]),
    ]
    found = in_every_order(tmp_path, readers, "SELECT container_id, title, state FROM thread")[1]
    assert [tuple(row.values()) for row in found] == [("forum:c", "New", "closed")]


@pytest.mark.parametrize("first", ["1/1", "1"])
def test_an_export_that_goes_on_where_another_ends_does_not_say_what_opens_a_thread(
    tmp_path: Path, first: str
):
    """It takes its own first post for that one, and its words on it are of another; the state is news."""
    opening, later = (
        datetime(2026, 1, 2, tzinfo=UTC),
        datetime(2026, 1, 9 if first == "1/1" else 1, tzinfo=UTC),
    )
    known = Thread(native_id="1", title="Old", root_post=first, created_at=opening, state="open")
    guessed = Thread(native_id="1", title="Re: Old", root_post="1/5", created_at=later, state="closed")
    silent = Thread(native_id="1", title="New")
    query = "SELECT root_post_id, title, created_at, state FROM thread"
    readers = [
        snapshot(2, [post(1, "root")], threads=[known]),
        snapshot(3, [post(5, "more")], threads=[guessed]),
    ]
    expected = [f"forum:{first}", "Old", opening.replace(tzinfo=None), "closed"]
    assert [list(row.values()) for row in in_every_order(tmp_path / "two", readers, query)[1]] == [expected]
    readers.append(snapshot(4, [post(6, "still more")], threads=[silent]))
    expected[1] = "New"
    assert [list(row.values()) for row in in_every_order(tmp_path / "three", readers, query)[1]] == [expected]


def test_people_in_texts_are_tied_alike_in_every_order(tmp_path: Path):
    """Who is quoted or addressed may be told by another export only; a name that two bear is nobody's."""
    asks = replace(
        post(1, '[quote="pia, post:9, topic:8"]\nold\n[/quote]\nWhat now, @otto?'), body_format="discourse"
    )
    agrees = replace(post(2, "@pia @max agreed", author="bob"), body_format="discourse")
    otto, pia = Account(native_id="7", username="otto"), Account(native_id="8", username="pia")
    readers = [
        snapshot(2, [asks, agrees]),
        snapshot(3, [post(1, "hello", thread="2"), otto, Account(native_id="9", username="Max")]),
        snapshot(
            4, [replace(agrees, native_id="3/1", thread="3"), pia, Account(native_id="6", username="max")]
        ),
    ]
    tied = """SELECT {words}.post_id, h.native_id FROM {words} LEFT JOIN sealed.handle h
              ON h.account_id = {words}.{column} {where} ORDER BY ALL"""
    _, quoted, addressed = in_every_order(
        tmp_path, readers,
        tied.format(words="span", column="quoted_account_id", where="WHERE kind = 'quote'"),
        tied.format(words="mention", column="account_id", where=""),
    )  # fmt: skip
    assert [(row["post_id"], row["native_id"]) for row in quoted] == [("forum:1/1", "8")]
    assert [(row["post_id"], row["native_id"]) for row in addressed] == [
        ("forum:1/1", "7"), ("forum:1/2", "8"), ("forum:1/2", None), ("forum:3/1", "8"), ("forum:3/1", None),
    ]  # fmt: skip


def test_two_exports_in_either_order_make_the_same_store(tmp_path: Path):
    """Every table, row for row; only what each export said by itself may stand in another order."""
    older = snapshot(2, [post(1, "root"), post(2, "@dan @eve yes"), like("bob"), like("cleo", post="1/2")])
    newer = snapshot(3, [post(1, "Root"), post(3, "later", author="eve", day=9), like("cleo"), like("fay")])
    made: list[dict[str, list[Any]]] = []
    for number, order in enumerate(((0, 1), (1, 0))):
        with Store(tmp_path / f"ws{number}") as store:
            (store.folder / KEY_FILE).write_bytes(b"0" * 32)
        with Store(tmp_path / f"ws{number}") as store:
            for place in order:
                store.ingest(export_of(tmp_path, f"content {place}"), (older, newer)[place])
            tables = store.connection.execute(
                "SELECT database_name || '.' || table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY 1"
            ).fetchall()
            made.append(
                {
                    name: sorted(store.connection.execute(f"FROM {name}").fetchall(), key=repr)
                    for (name,) in tables
                }
            )
    assert made[0] == made[1]
    assert len(made[0]) > 20


_WORDS = st.none() | st.sampled_from(["a", "b"])
_STATES = st.none() | st.sampled_from(["open", "closed"])
_KINDS = st.sampled_from([None, "human", "bot"])


@example([("a", "open", "bot", "b"), ("b", None, None, None), (None, "closed", "human", "a")], [2, 0, 1])
@example([("a", "open", "bot", "a"), ("b", None, None, None), (None, None, None, None)], [2, 0, 1])
@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(_WORDS, _STATES, _KINDS, _WORDS), min_size=3, max_size=3), st.permutations(range(3))
)
def test_gaps_are_filled_alike_in_every_order(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Any, ...]], order: list[int]
):
    """Of each field the newest export that says anything of it, whichever of them came first."""
    folder = tmp_path_factory.mktemp("orders")
    with Store(folder / "workspace") as store:
        for place in order:
            title, state, kind, name = told[place]
            thread = Thread(native_id="1", title=title, state=state, root_post="1/1")
            named = (
                [Account(native_id="eve", kind=kind, username=name, email=name and f"{name}@example.org")]
                if kind
                else []
            )
            reader = snapshot(2 + place, [post(1, "root", author="eve"), *named], threads=[thread])
            store.ingest(export_of(folder, f"content {place}"), reader)
        threads = store.sql("SELECT title, state FROM thread").to_pylist()
        accounts = store.sql(
            "SELECT kind, username, email FROM account JOIN sealed.handle USING (account_id) WHERE native_id = 'eve'"
        ).to_pylist()

    def newest(field: int) -> Any:
        return next((row[field] for row in reversed(told) if row[field]), None)

    name = min((row[3] for row in told if row[2] and row[3]), default=None)
    assert threads == [{"title": newest(0), "state": newest(1)}]
    assert accounts == [
        {"kind": newest(2) or "human", "username": name, "email": name and f"{name}@example.org"}
    ]


def test_history_is_joined_by_keys(tmp_path: Path) -> None:
    """A plan that holds each post against each thread takes minutes where a forum has a million posts."""
    said: list[Record] = [post(n, "Yes", thread=str(t)) for t in range(40) for n in range(1, 9)]
    with Store(tmp_path / "ws") as store:
        for month in (3, 4):
            store.ingest(export_of(tmp_path, f"{month}"), snapshot(month, [like("bob"), *said[month:]]))
        plans = [
            store.connection.execute(f"EXPLAIN SELECT * FROM {view}").fetchall()[0][1].lower()
            for view in ("post_history", "reaction_history", "change", "edit")
        ]
    for plan in plans:
        assert "hash join" in plan
        assert not re.search("nl join|nested loop|cross product", plan)
