"""What a Viva Engage export knows beside its messages: people, groups, networks, likes.

Ids of messages, people and groups are one series over all networks, so exports of several users, and
networks in folders of their own, are joined by id alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from ...model import Account, AccountKind, Anomaly, Container, Reaction, ReactionTotal, Record
from .engage_cells import Cells

_MACHINES = ("bot", "guide", "system", "application", "app")
_OPEN = ("", "public", "open", "false", "no", "0")
PRIVATE = "private messages"
"""Container of conversations outside of any group."""


@dataclass(slots=True)
class Network:
    """Accounts and containers by id; what comes first stays, what comes later fills its gaps."""

    accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    containers: dict[str, Container] = field(default_factory=dict[str, Container])

    def meet(self, native_id: str | None, name: str | None, email: str | None, kind: str = "") -> str | None:
        """Id of an account: its own, else its address; who has but a name has no stable id."""
        key = native_id or (f"email:{email.casefold()}" if email else f"name:{name}" if name else None)
        if key is None:
            return None
        machine = any(word in kind.casefold() for word in _MACHINES)
        seen: AccountKind = "bot" if machine else "human"
        known = self.accounts.get(key) or Account(
            native_id=key, kind=seen, is_stable_id=native_id is not None or email is not None
        )
        self.accounts[key] = replace(
            known, display_name=known.display_name or name, email=known.email or email
        )
        return key

    def learn_user(self, cells: Cells) -> None:
        """A row of Users.csv or Admins.csv."""
        name = cells.get("name", "full_name", "display_name")
        self.meet(cells.get("id", "user_id"), name, cells.get("email"))

    def learn_group(self, cells: Cells, network: str | None) -> None:
        """A row of Groups.csv."""
        native_id = cells.get("id", "group_id")
        privacy = cells.get("privacy", "privacy_status", "private", "is_private", "in_private_group") or ""
        if native_id:
            name = cells.get("name", "group_name", "full_name")
            self.group(native_id, name, network, is_private=privacy.casefold() not in _OPEN)

    def learn_network(self, cells: Cells) -> None:
        """A row of Networks.csv."""
        if native_id := cells.get("id", "network_id"):
            self.network(native_id, cells.get("name"))

    def network(self, native_id: str, name: str | None = None) -> str:
        """The container of a network."""
        key = f"network {native_id}"
        known = self.containers.get(key)
        if known is None or (name and known.name == native_id):
            self.containers[key] = Container(native_id=key, kind="category", name=name or native_id)
        return key

    def group(self, native_id: str, name: str | None, network: str | None, *, is_private: bool) -> str:
        """The container of a group; private as soon as anything says so."""
        key = f"group {native_id}"
        parent = self.network(network) if network else None
        known = self.containers.get(key) or Container(
            native_id=key, kind="group", name=native_id, parent=parent
        )
        named = name if name and known.name == native_id else known.name
        self.containers[key] = replace(
            known, name=named, parent=known.parent or parent, is_private=known.is_private or is_private
        )
        return key

    def private_messages(self) -> str:
        """The container of private conversations."""
        self.containers[PRIVATE] = Container(native_id=PRIVATE, kind="group", name=PRIVATE, is_private=True)
        return PRIVATE

    def is_private(self, container: str | None) -> bool:
        """Whether a container is known to be private."""
        known = self.containers.get(container) if container else None
        return known is not None and known.is_private

    def records(self) -> Iterator[Record]:
        """All containers and accounts, by id."""
        yield from (self.containers[key] for key in sorted(self.containers))
        yield from (self.accounts[key] for key in sorted(self.accounts))


@dataclass(slots=True)
class Likes:
    """Likes and votes by message: who is known, and how many there are in all, where that is told."""

    known: dict[str, dict[str, bool]] = field(default_factory=dict[str, dict[str, bool]])
    """Message -> account -> whether its id is known, not only its name."""
    totals: dict[str, int] = field(default_factory=dict[str, int])
    unowned: dict[str, int] = field(default_factory=dict[str, int])
    """Message -> likes by people whose export does not say who they are."""

    def add(self, post: str, account: str, *, is_id: bool = True) -> None:
        """One person likes a message, told once or several times."""
        people = self.known.setdefault(post, {})
        people[account] = people.get(account, False) or is_id

    def records(self) -> Iterator[Record]:
        """A row for each person, one for the unnamed rest, and the platform's total where it is told."""
        for post in sorted({*self.known, *self.totals, *self.unowned}):
            people = self.known.get(post, {})
            for account, is_id in people.items():
                yield Reaction(
                    post=post, name_raw="like", mechanism="like", account=account,
                    identity="identified" if is_id else "name_only",
                )  # fmt: skip
            told = self.totals.get(post)
            rest = self.unowned.get(post, 0) if told is None else told - len(people)
            if rest > 0:
                yield Reaction(post=post, name_raw="like", mechanism="like", n=rest, identity="count_only")
            if told is None:
                continue
            if rest < 0:
                detail = f"liked_by.count is {told}, but {len(people)} people are known to like it"
                yield Anomaly(code="count_mismatch", locator=post, detail=detail, post=post)
            yield ReactionTotal(
                post=post, name_raw="like", mechanism="like", total=max(told, len(people)),
                identified=len(people), source_field="liked_by.count",
            )  # fmt: skip
