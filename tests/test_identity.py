"""Accounts to persons: by e-mail, by alias file, never by name alone."""

from pathlib import Path

import pytest
from fakes import ListReader, conversation, export_of

from forum_pulse.config import PeopleConfig
from forum_pulse.corpus.identity import Identified, canonical_email, link
from forum_pulse.corpus.model import Account, Record, Source
from forum_pulse.corpus.store import Store
from forum_pulse.errors import ConfigError


def linked(
    tmp_path: Path, accounts: list[Account], other: list[Account] | None = None, **files: str
) -> tuple[Store, Identified]:
    """A store with these accounts (the second list on another forum), linked by the given files."""
    store = Store(tmp_path / "ws")
    records: list[Record] = [*conversation(("ann", "hello")), *accounts]
    store.ingest(
        export_of(tmp_path),
        ListReader(
            [r for r in records if not (isinstance(r, Account) and r.username == "ann")]
            + [Account(native_id="ann")]
        ),
    )
    if other:
        store.ingest(
            export_of(tmp_path, "other"),
            ListReader([*conversation(("zoe", "hi")), *other], Source(format="chat", instance="T9")),
        )
    paths: dict[str, Path] = {}
    for name, text in files.items():
        paths[name] = tmp_path / f"{name}.csv"
        paths[name].write_text(text, encoding="utf-8")
    return store, link(store, PeopleConfig(**paths))


def groups(store: Store) -> list[set[str]]:
    """Which native ids are one person."""
    rows = store.connection.execute(
        "SELECT list(h.native_id) FROM person_account JOIN sealed.handle h USING (account_id) GROUP BY person_id"
    ).fetchall()
    return sorted((set(row[0]) for row in rows), key=sorted)


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("Ann@Example.org", "ann@example.org"),
        ("ann+forum@example.org", "ann@example.org"),
        ("a.n.n@example.org", "ann@example.org"),
        ("A.n.n+x@googlemail.com", "ann@gmail.com"),
        ("ann-list@yahoo.com", "ann@yahoo.com"),
        ("+odd@example.org", "+odd@example.org"),
    ],
)
def test_canonical_email(address: str, canonical: str) -> None:
    """Rules are data: case, labels and dots go, synonymous domains are one."""
    assert canonical_email(address) == canonical


def test_same_canonical_email_joins_across_forums(tmp_path: Path) -> None:
    """An address with a label on one platform and without on the other is one person."""
    store, result = linked(
        tmp_path,
        [Account(native_id="1", email="bea@example.org")],
        [Account(native_id="U1", email="Bea+chat@example.org")],
    )
    assert {"1", "U1"} in groups(store)
    assert result.joined == 1


def test_same_display_name_never_joins(tmp_path: Path) -> None:
    """Two people may share a name."""
    store, result = linked(
        tmp_path,
        [Account(native_id="1", display_name="Sam Li"), Account(native_id="2", display_name="Sam Li")],
    )
    assert {"1"} in groups(store)
    assert {"2"} in groups(store)
    assert result.joined == 0


def test_alias_file_joins_by_any_handle(tmp_path: Path) -> None:
    """A handle may carry the format or forum in front; what names nobody, or two accounts, is reported."""
    store, result = linked(
        tmp_path,
        [
            Account(native_id="1", username="bea"),
            Account(native_id="2", display_name="Sam Li"),
            Account(native_id="3", display_name="Sam Li"),
        ],
        [Account(native_id="U1", username="bea"), Account(native_id="U2")],
        aliases="account,person\nlist:bea,P1\nT9:BEA,P1\nchat:U2,P1\nnobody,P2\nSam Li,P3\n",
    )
    assert {"1", "U1", "U2"} in groups(store)
    assert result.unknown_aliases == ("Sam Li", "nobody")


def test_alias_file_may_name_an_address_that_several_accounts_share(tmp_path: Path) -> None:
    """They are one person already; the alias adds a third account."""
    store, result = linked(
        tmp_path,
        [Account(native_id="1", email="bea@example.org"), Account(native_id="2", username="beatrix")],
        [Account(native_id="U1", email="bea@example.org")],
        aliases="account,person\nbea@example.org,P1\nbeatrix,P1\n",
    )
    assert {"1", "2", "U1"} in groups(store)
    assert result.unknown_aliases == ()


def test_roster_joins_by_email_and_by_person(tmp_path: Path) -> None:
    """Who is eligible is linked to the accounts; those who never wrote stand in the roster too."""
    store, _ = linked(
        tmp_path,
        [Account(native_id="1", email="bea@example.org"), Account(native_id="2", username="carl")],
        roster="person,email,role,hired\nP1,bea@example.org,engineer,2020-02-01\nP2,,sales,\nP3,quiet@example.org,sales,\n",
        aliases="account,person\ncarl,P2\n",
    )
    rows = store.sql(
        "SELECT r.role, h.native_id FROM roster r LEFT JOIN person_account USING (person_id) LEFT JOIN sealed.handle h USING (account_id) ORDER BY ALL"
    ).to_pylist()
    assert [tuple(row.values()) for row in rows] == [("engineer", "1"), ("sales", "2"), ("sales", None)]


def test_bots_by_kind_and_by_file(tmp_path: Path) -> None:
    """What the platform or bots.csv calls a bot is a person that never counts."""
    store, result = linked(
        tmp_path,
        [Account(native_id="1", kind="bot"), Account(native_id="2", username="deploybot")],
        bots="account\ndeploybot\n",
    )
    assert result.bots == 2
    assert store.scalar("SELECT count(*) FROM person WHERE is_bot") == 2


def test_deleted_accounts_are_nobody(tmp_path: Path) -> None:
    """One id that stands for many people makes no person."""
    store, _ = linked(tmp_path, [Account(native_id="[deleted]", kind="deleted", is_stable_id=False)])
    assert groups(store) == [{"ann"}]


def test_rank_does_not_depend_on_the_key(tmp_path: Path) -> None:
    """Two workspaces have other pseudonyms and the same order of persons."""
    orders = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        store, _ = linked(folder, [Account(native_id=str(n)) for n in range(9)])
        rows = store.connection.execute(
            "SELECT h.native_id, person_id FROM person JOIN person_account USING (person_id) JOIN sealed.handle h USING (account_id) ORDER BY rank"
        ).fetchall()
        orders.append(rows)
    assert [row[0] for row in orders[0]] == [row[0] for row in orders[1]]
    assert not {row[1] for row in orders[0]} & {row[1] for row in orders[1]}


def test_file_without_its_column_is_refused(tmp_path: Path) -> None:
    """The message names file, line and column."""
    with pytest.raises(ConfigError) as error:
        linked(tmp_path, [], aliases="who,person\nx,y\n")
    assert "aliases.csv:1" in error.value.message
    assert "account" in error.value.message
