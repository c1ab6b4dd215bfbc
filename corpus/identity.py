"""Accounts to persons, by stated rules; the only place where raw handles are read.

Two accounts are one person when they are the same account, share a canonical e-mail address, or stand under
one name in `aliases.csv`. A shared display name never joins two accounts. What leaves this module is keyed
pseudonyms and roles.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import pyarrow as pa

from ..config import PeopleConfig
from .addresses import as_address, canonical_email
from .people_files import Row, roster_row, rows_of
from .registered import registered
from .store import Store
from .suspicion import Handle, suspected

_MECHANICAL = ("bot", "app", "system")
_NOBODY = ("deleted", "anonymous", "organisation")
"""Kinds of accounts that are no known human; an organisation that signs is not one more person."""
_WILD = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Identified:
    """What linking did."""

    persons: int
    bots: int
    joined: int
    """Accounts that were joined to another account's person."""
    unknown_aliases: tuple[str, ...] = ()
    """Handles of aliases.csv or bots.csv that no account bears, or more than one, or that have no person."""


class Stray(NamedTuple):
    """A line of aliases.csv or bots.csv that says nothing of anybody."""

    where: str
    detail: str
    handle: str


@dataclass(slots=True)
class _Graph:
    """Names that belong together, as edges; persons are its connected parts."""

    nodes: dict[str, int] = field(default_factory=dict[str, int])
    edges: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def node(self, name: str) -> int:
        return self.nodes.setdefault(name, len(self.nodes))

    def join(self, one: str, other: str) -> None:
        self.edges.append((self.node(one), self.node(other)))

    def parts(self) -> Iterator[list[str]]:
        """The connected parts, each sorted, in order of their least name."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        size = len(self.nodes)
        if not size:
            return
        rows, columns = zip(*self.edges, strict=True) if self.edges else ((), ())
        matrix = coo_array(([1] * len(self.edges), (rows, columns)), shape=(size, size))
        labels = connected_components(matrix, directed=False)[1]
        groups: dict[int, list[str]] = defaultdict(list)
        for name, label in zip(self.nodes, labels, strict=True):
            groups[int(label)].append(name)
        yield from sorted(sorted(group) for group in groups.values())


def link(store: Store, people: PeopleConfig) -> Identified:
    """Fill the tables person, person_account and roster.

    Args:
        store: after ingest; former persons are replaced.
        people: where aliases.csv, bots.csv and the roster lie.

    Raises:
        ConfigError: one of these files is missing or lacks a column.
    """
    accounts = _accounts(store)
    finder = _Finder(accounts)
    graph = _Graph()
    for key, account in accounts.items():
        graph.node(key)
        if account["email"]:
            graph.join(key, _mailbox(account["email"]))
    for row in rows_of(people.aliases, ("account", "person")):
        if person := row.cells["person"]:
            for key in finder.find(row):
                graph.join(key, f"person:{person}")
        else:
            finder.strays.append(Stray(row.where, "no person is named", row.cells["account"]))
    bots = {key for row in rows_of(people.bots, ("account",)) for key in finder.find_like(row)}
    listed = dict(_listed(graph, rows_of(people.roster, ("person",))))
    done = _write(store, graph, _Known(accounts, bots, listed))
    _refill(store, "suspicion", [_suspicion(store, accounts)])
    _report(store, finder.strays)
    return replace(done, unknown_aliases=tuple(sorted({stray.handle for stray in finder.strays})))


def handles(store: Store) -> frozenset[str]:
    """Everything by which a person could be named in a text: for redaction, never for showing.

    Bots are left out: their names ("Releases") are words that quotes need.
    """
    rows = store.connection.execute(
        """SELECT h.native_id, h.username, h.display_name, h.email FROM sealed.handle h
           WHERE NOT EXISTS (SELECT 1 FROM person_account JOIN person n USING (person_id)
                             WHERE account_id = h.account_id AND n.is_bot)"""
    )
    return frozenset(name for row in rows.fetchall() for name in row if name)


def accounts_at(store: Store, domains: Sequence[str]) -> list[str]:
    """Pseudonyms of the accounts whose e-mail address is at one of these domains."""
    rows = store.connection.execute(
        """SELECT account_id FROM sealed.handle
           WHERE list_contains($domains, lower(split_part(email, '@', 2))) ORDER BY account_id""",
        {"domains": [domain.strip().lower().removeprefix("@") for domain in domains]},
    )
    return [row[0] for row in rows.fetchall()]


def _mailbox(address: str) -> str:
    """The name of a mailbox in the graph."""
    return f"email:{canonical_email(address)}"


def _listed(graph: _Graph, roster: Iterable[Row]) -> Iterator[tuple[str, Row]]:
    """Names in the graph of those on the roster; who has neither a name nor an address is somebody else."""
    for row in roster:
        address = as_address(row.cells.get("email"))
        person = row.cells["person"]
        name = f"person:{person}" if person else _mailbox(address) if address else f"row:{row.where}"
        graph.node(name)
        if address:
            graph.join(name, _mailbox(address))
        yield name, row


def _report(store: Store, strays: Iterable[Stray]) -> None:
    """Count them in every report, by their lines: what stands there is somebody's name."""
    store.connection.execute("DELETE FROM anomaly WHERE source_id IS NULL AND code = 'unknown_alias'")
    for stray in strays:
        store.connection.execute(
            "INSERT INTO anomaly (code, locator, detail) VALUES ('unknown_alias', ?, ?)", stray[:2]
        )


def _accounts(store: Store) -> dict[str, dict[str, Any]]:
    """Natural key (forum and native id) -> account, sorted; without those that stand for nobody known."""
    rows = store.connection.execute(
        f"""SELECT h.instance || ':' || h.native_id, h.account_id, a.kind, s.format, h.*
            FROM sealed.handle h JOIN account a USING (account_id)
            LEFT JOIN source s ON s.source_id = a.source_id
            WHERE a.kind NOT IN {_NOBODY} ORDER BY 1"""
    )
    names = ["key", "account_id", "kind", "format", *(column[0] for column in rows.description[4:])]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}


class _Finder:
    """Finds the account a handle in a user's file means: `HANDLE` or `FORMAT-OR-FORUM:HANDLE`."""

    def __init__(self, accounts: Mapping[str, Mapping[str, Any]]) -> None:
        self.strays: list[Stray] = []
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._addresses = {key: str(a["email"]).casefold() for key, a in accounts.items() if a["email"]}
        for key, account in accounts.items():
            for name in ("native_id", "username", "display_name"):
                if account[name]:
                    handle = str(account[name]).casefold()
                    for prefix in ("", f"{account['format']}:", f"{account['instance']}:"):
                        self._keys[f"{prefix}{handle}".casefold()].add(key)

    def find(self, row: Row) -> list[str]:
        """The name in the graph of the one account of a line; what fits none or several is a stray.

        An e-mail address is such a name itself, whoever bears it.
        """
        handle = row.cells["account"]
        if address := as_address(handle):
            return [_mailbox(address)]
        found = sorted(self._keys.get(handle.casefold(), ()))
        if len(found) != 1:
            self.strays.append(Stray(row.where, "it fits no account, or several", handle))
            return []
        return found

    def find_like(self, row: Row) -> list[str]:
        """As `find`, but `svc-*` means every account with such a handle or address."""
        pattern = row.cells["account"]
        if not _WILD & set(pattern):
            return self.find(row)
        like = pattern.casefold()
        found = {key for name, keys in self._keys.items() if fnmatchcase(name, like) for key in keys}
        found |= {key for key, address in self._addresses.items() if fnmatchcase(address, like)}
        if not found:
            self.strays.append(Stray(row.where, "it fits no account", pattern))
        return sorted(found)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the names in the graph."""

    accounts: Mapping[str, Mapping[str, Any]]
    bots: set[str]
    listed: Mapping[str, Row]
    """The roster."""


def _write(store: Store, graph: _Graph, known: _Known) -> Identified:
    accounts, bots, listed = known.accounts, known.bots, known.listed
    persons: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    eligible: list[dict[str, Any]] = []
    for part in graph.parts():
        mine = [name for name in part if name in accounts]
        rows = [listed[name] for name in part if name in listed]
        if not mine and not rows:
            continue
        person_id = store.pseudonyms.person(part[0])
        is_bot = any(name in bots for name in part) or any(accounts[n]["kind"] in _MECHANICAL for n in mine)
        persons.append({"person_id": person_id, "rank": len(persons), "is_bot": is_bot})
        links += [
            {
                "person_id": person_id,
                "account_id": accounts[name]["account_id"],
                "method": _method(part),
            }
            for name in mine
        ]
        eligible += [{"person_id": person_id, **roster_row(row)} for row in rows[:1]]
    _refill(store, "person", persons)
    _refill(store, "person_account", links)
    _refill(store, "roster", eligible)
    return Identified(
        persons=sum(not person["is_bot"] for person in persons),
        bots=sum(person["is_bot"] for person in persons),
        joined=len(links) - len({row["person_id"] for row in links}),
    )


def _suspicion(store: Store, accounts: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """How many persons may be somebody else too."""
    people = store.connection.execute(
        """SELECT account_id, person_id FROM person_account JOIN person n USING (person_id)
           WHERE NOT n.is_bot"""
    )
    person_of = dict(people.fetchall())
    known = [
        Handle(
            person_of[account["account_id"]],
            account["display_name"] or "",
            account["username"] or "",
            (account["email"] or "").partition("@")[0],
        )
        for account in accounts.values()
        if account["account_id"] in person_of
    ]
    pairs = suspected(known)
    return {"persons": len({person for pair in pairs for person in pair}), "pairs": len(pairs)}


def _method(part: list[str]) -> str:
    """Why these accounts are one person."""
    if any(name.startswith("person:") for name in part):
        return "manual"
    return "email" if sum(not name.startswith("email:") for name in part) > 1 else "same_id"


def _refill(store: Store, table: str, rows: list[dict[str, Any]]) -> None:
    store.connection.execute(f"DELETE FROM {table}")
    if rows:
        with registered(store.connection, "incoming", pa.Table.from_pylist(rows)):
            store.connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
