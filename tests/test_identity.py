"""Accounts to persons: by e-mail, by alias file, never by name alone."""

from pathlib import Path

import pytest
from fakes import ListReader, conversation, export_of

from forum_pulse.config import PeopleConfig
from forum_pulse.corpus.addresses import canonical_email
from forum_pulse.corpus.identity import Identified, link
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


@pytest.mark.parametrize(
    "cell", ["hidden", "[redacted]", "n/a", "-", " ", "a***@example.org", "bea...@example.org", "at example"]
)
def test_what_stands_in_place_of_an_address_joins_nobody(tmp_path: Path, cell: str) -> None:
    """Exports that mask addresses give everybody the same; an address of another export stays."""
    store, result = linked(
        tmp_path,
        [
            Account(native_id="1", email=cell, display_name="Sam Li", username="one"),
            Account(native_id="2", email=cell, display_name="Sam Li", username="other"),
        ],
        roster=f"person,email\nP1,{cell}\nP2,{cell}\n",
    )
    assert result.joined == 0
    assert groups(store) == [{"1"}, {"2"}, {"ann"}]
    assert store.scalar("SELECT count(*) FROM roster") == 2
    assert store.scalar("SELECT persons FROM suspicion") == 0
    assert store.scalar("SELECT count(email) FROM sealed.handle") == 0


def test_an_address_outlives_an_export_that_masks_it(tmp_path: Path) -> None:
    """Of two exports one tells the address; "[hidden]" would come before it in the alphabet."""
    store = Store(tmp_path / "ws")
    for place, email in enumerate(("ann@example.org", "[hidden]")):
        told = [*conversation(("ann", f"hello {place}")), Account(native_id="9", email=email)]
        store.ingest(export_of(tmp_path, str(place)), ListReader(told))
    found = store.scalar("SELECT email FROM sealed.handle WHERE native_id = '9'")
    assert found == "ann@example.org"


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


def test_spaces_around_cells_do_not_matter(tmp_path: Path) -> None:
    """Spreadsheets and hands leave them; names stay two names where they differ by more."""
    store, result = linked(
        tmp_path,
        [Account(native_id=name) for name in ("1", "2", "3")],
        aliases="account, person\n1,Bea \n 2, Bea\n3,bea\n",
    )
    assert groups(store) == [{"1", "2"}, {"3"}, {"ann"}]
    assert result.unknown_aliases == ()


def test_lines_of_aliases_that_join_nobody_are_counted(tmp_path: Path) -> None:
    """Without a person, without an account, with an unknown one: no merge, and not in silence."""
    store, result = linked(
        tmp_path,
        [Account(native_id=name) for name in ("1", "2", "3")],
        aliases="account,person\n1,\n2, \n,\n,P1\nnobody,P1\n3,P1\n",
        bots="account\nci-*\n",
    )
    assert result.joined == 0
    assert result.unknown_aliases == ("", "1", "2", "ci-*", "nobody")
    strays = "SELECT locator FROM anomaly WHERE code = 'unknown_alias' ORDER BY ALL"
    lines = [*(f"aliases.csv:{line}" for line in (2, 3, 5, 6)), "bots.csv:2"]
    assert [row["locator"] for row in store.sql(strays).to_pylist()] == lines
    link(store, PeopleConfig())
    assert store.sql(strays).num_rows == 0


def test_roster_rows_without_a_person_are_people_of_their_own(tmp_path: Path) -> None:
    """Told apart by their addresses, else by their lines; a line without a word is nobody."""
    store, _ = linked(
        tmp_path,
        [Account(native_id="1", email="bea@example.org"), Account(native_id="2", email="carl@example.org")],
        roster="person,email,role\n,bea@example.org,engineer\n ,carl@example.org,sales\n,,sales\n,n/a,sales\n,,\n",
    )
    rows = store.sql(
        "SELECT r.role, h.native_id FROM roster r LEFT JOIN person_account USING (person_id) LEFT JOIN sealed.handle h USING (account_id) ORDER BY ALL"
    ).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("engineer", "1"), ("sales", "2"), ("sales", None), ("sales", None),
    ]  # fmt: skip


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
