"""Who and where in a Teams export: lists of users, teams, channels and chats beside the messages.

An entry is known by its own names, not by its file's, so that an admin's export and pages saved from Graph
are one thing. All of it may be missing: names then come from the messages.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ...model import Account, Anomaly, Container, ContainerKind
from ..json_values import text
from .graph import account_of, at

Kind = Literal["message", "user", "member", "team", "channel", "chat", "other"]
_NAME = ("name", "displayname")
_MARKS: tuple[tuple[Kind, tuple[tuple[str, ...], ...]], ...] = (
    ("message", (("createddatetime",), ("messagetype", "lastediteddatetime", "replytoid"))),
    ("channel", (("membershiptype",),)),
    ("chat", (("chattype",),)),
    ("user", (("userprincipalname",),)),
    ("member", (("userid",), _NAME)),
    ("team", (("groupsid", "visibility"), _NAME)),
)
"""Kinds of entries, and names of which they have at least one each."""
_OPEN = ("", "public")
_TENANT = re.compile(r"[?&]tenantId=([0-9A-Fa-f-]{36})")
_TEAM_FILE = re.compile(r"(?:\A|/)channels_([^/]+)\.json\Z", re.IGNORECASE)


def kind_of(entry: Any) -> Kind:
    """What an entry of a list is."""
    if not isinstance(entry, dict):
        return "other"
    names = {str(name).casefold() for name in entry}
    for kind, marks in _MARKS:
        if all(names & set(mark) for mark in marks):
            return kind
    return "other"


class Place(Struct, frozen=True):
    """A channel or chat."""

    id: str
    name: str
    kind: ContainerKind
    is_private: bool
    parent: str | None = None


@dataclass(slots=True)
class Places:
    """What the lists say, and what messages add to it."""

    has_users: bool = False
    anomalies: list[Anomaly] = field(default_factory=list[Anomaly])
    _accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    _tenants: Counter[str] = field(default_factory=Counter[str])
    _teams: dict[str, Container] = field(default_factory=dict[str, Container])
    _places: dict[str, Place] = field(default_factory=dict[str, Place])

    @property
    def tenant(self) -> str | None:
        """Id of the company's tenant: the one that most channels and first messages name."""
        ranked = sorted(self._tenants.items(), key=lambda item: (-item[1], item[0]))
        return ranked[0][0] if ranked else None

    def see_tenant(self, entry: dict[str, Any]) -> None:
        """Note whose a channel or message is; an author may be a guest from elsewhere."""
        link = _TENANT.search(str(at(entry, "webUrl")))
        named = text(at(entry, "tenantId")) or text(at(entry, "from", "user", "tenantId"))
        found = link[1] if link else named
        if found:
            self._tenants[found.lower()] += 1

    def learn(self, kind: Kind, entry: dict[str, Any], member: str) -> None:
        """Take in one entry of a list."""
        if kind == "user":
            self._add_user(entry)
        elif kind == "member":
            self._add_member(entry)
        elif kind == "team":
            self._add_team(entry)
        elif kind == "channel":
            self._add_channel(entry, member)
        elif kind == "chat":
            self._add_chat(entry)

    def _add_user(self, entry: dict[str, Any]) -> None:
        if native_id := text(at(entry, "id")):
            self.has_users = True
            self._accounts[native_id] = Account(
                native_id=native_id,
                username=text(at(entry, "userPrincipalName")),
                display_name=text(at(entry, "displayName")),
                email=text(at(entry, "mail")),
            )

    def _add_member(self, entry: dict[str, Any]) -> None:
        if native_id := text(at(entry, "userId")):
            name = text(at(entry, "name")) or text(at(entry, "displayName"))
            username = text(at(entry, "userName")) or text(at(entry, "email"))
            self._accounts.setdefault(
                native_id, Account(native_id=native_id, username=username, display_name=name)
            )

    def _add_team(self, entry: dict[str, Any]) -> None:
        if native_id := text(at(entry, "groupsId")) or text(at(entry, "id")):
            name = text(at(entry, "name")) or text(at(entry, "displayName")) or native_id
            privacy = text(at(entry, "privacy")) or text(at(entry, "visibility")) or ""
            private = privacy.casefold() not in _OPEN
            self._teams[native_id] = Container(
                native_id=native_id, kind="group", name=name, is_private=private
            )

    def _add_channel(self, entry: dict[str, Any], member: str) -> None:
        if native_id := text(at(entry, "id")):
            file = _TEAM_FILE.search(member)
            private = (text(at(entry, "membershipType")) or "standard").casefold() != "standard"
            name = text(at(entry, "displayName")) or native_id
            self._places[native_id] = Place(native_id, name, "channel", private, file[1] if file else None)
            self.see_tenant(entry)

    def _add_chat(self, entry: dict[str, Any]) -> None:
        if native_id := text(at(entry, "id")):
            name = text(at(entry, "topic")) or native_id
            self._places[native_id] = Place(native_id, name, "group", is_private=True)

    def of(self, message: dict[str, Any], member: str) -> Place:
        """Where a message was written: its channel or chat, else what its file is called.

        Where no list tells, a channel is taken for open and everything else for private.
        """
        channel, team = text(at(message, "channelIdentity", "channelId")), self._team_of(message)
        native_id = channel or text(at(message, "chatId")) or member
        known = self._places.get(native_id)
        if known is None:
            kind: ContainerKind = "channel" if channel else "group"
            known = Place(native_id, native_id, kind, is_private=not channel, parent=team)
        parent = known.parent or team
        team_row = self._teams.get(parent) if parent else None
        private = known.is_private or (team_row is not None and team_row.is_private)
        place = replace(known, parent=parent, is_private=private)
        self._places[native_id] = place
        return place

    @staticmethod
    def _team_of(message: dict[str, Any]) -> str | None:
        return text(at(message, "channelIdentity", "teamId"))

    def meet(self, identities: Any, locator: str) -> str | None:
        """Id of the account of who speaks or reacts; one that the list of users lacks is noted once."""
        account = account_of(identities)
        if account is None:
            return None
        known = self._accounts.get(account.native_id)
        self._accounts[account.native_id] = _merged(known, account)
        if known is None and account.kind == "human" and self.has_users:
            detail = "not in the list of users"
            self.anomalies.append(Anomaly(code="unknown_user", locator=locator, detail=detail))
        return account.native_id

    def records(self) -> Iterator[Container | Account]:
        """All teams, channels, chats and accounts, by id."""
        teams = dict(self._teams)
        for _, place in sorted(self._places.items()):
            if place.parent and place.parent not in teams:
                teams[place.parent] = Container(native_id=place.parent, kind="group", name=place.parent)
            team = teams.get(place.parent) if place.parent else None
            yield Container(
                native_id=place.id,
                kind=place.kind,
                name=place.name,
                parent=place.parent,
                is_private=place.is_private or (team is not None and team.is_private),
            )
        yield from (team for _, team in sorted(teams.items()))
        yield from (account for _, account in sorted(self._accounts.items()))


def _merged(known: Account | None, seen: Account) -> Account:
    """What a list says goes before what a message says; a message fills its gaps."""
    if known is None or known.display_name or not seen.display_name:
        return known or seen
    return replace(known, display_name=seen.display_name)
