"""Pages saved beside a Discourse forum's posts that name people: who reacted, liked, voted, and edited what.

A post itself comes with numbers only. The forum answers for a single post who stands behind them; such a
page does not say which post it is of, its address does. So a page is known by the name it was saved under:
the path of its address (`discourse-reactions/posts/12/reactions-users.json`, `posts/12/revisions/2.json`,
`post_action_users.json?id=12&post_action_type_id=2`, `polls/voters.json?post_id=12&poll_name=poll`), or its
last word with the post's number behind (`reactions-users-12.json`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...model import Anomaly, Record
from ..export import Export
from ..json_files import document_of, members_of
from ..json_values import moment, objects, text, whole
from .accounts import account_of
from .forum import Forum
from .reactions import LIKE, Named, Reactor, reactions_of
from .wording import revisions_of_page

_KINDS = {
    "reactions": re.compile(r"(?:posts/(\d+)/reactions-users|reactions-users[-_](\d+))\b"),
    "likes": re.compile(
        r"post_action_users(?:\.json[?@](?=.*\bpost_action_type_id=2\b)(?:.*&)?id=|[-_])(\d+)\b"
    ),
    "voters": re.compile(r"voters(?:\.json[?@](?:.*&)?post_id=|[-_])(\d+)\b"),
    "revisions": re.compile(r"posts/(\d+)/revisions/\d+\.json"),
}
_POLL_NAME = re.compile(r"[?&@]poll_name=([^&]+)")
_COUNTS = ("reactions", "reaction_users_count", "actions_summary")
_NUMBER = 18
"""Digits of a number that can be a post's."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A post that people of pages belong to, until all accounts are known."""

    native_id: str
    locator: str
    counts: dict[str, Any]


@dataclass(slots=True)
class Pages:
    """The pages of an export, by the post they are of.

    Args:
        export: what is read.
    """

    export: Export
    members: set[str] = field(default_factory=set[str])
    """Names of all pages."""
    _of: dict[int, dict[str, list[str]]] = field(default_factory=dict[int, dict[str, list[str]]])
    _waiting: dict[int, _Waiting] = field(default_factory=dict[int, _Waiting])

    def __post_init__(self) -> None:
        for member in members_of(self.export) if self.export.is_archive else ():
            for kind, name in _KINDS.items():
                found = name.search(member)
                number = next((part for part in found.groups() if part), "") if found else ""
                if number and len(number) <= _NUMBER:
                    self.members.add(member)
                    kinds = self._of.setdefault(int(number), defaultdict(list))
                    kinds[kind].append(member)

    def joined(self, raw: dict[str, Any]) -> dict[str, Any]:
        """A post with the voters that pages name added to its polls."""
        if not self._of:
            return raw
        members = self._of.get(_id(raw), {}).get("voters", [])
        polls = objects(raw.get("polls"))
        if not members or not polls:
            return raw
        polls = [{**poll, "preloaded_voters": _voters(poll)} for poll in polls]
        for member in members:
            document = document_of(self.export, member)
            voters = document.get("voters") if isinstance(document, dict) else None
            name = _POLL_NAME.search(member)
            for poll in polls:
                if isinstance(voters, dict) and (name is None or name[1] == poll.get("name")):
                    _add_voters(poll, voters)
        return {**raw, "polls": polls}

    def await_people(self, raw: dict[str, Any], native_id: str, locator: str) -> bool:
        """Note a post that pages tell more of; True where they say who reacted, and `records` will."""
        if not self._of or not (kinds := self._of.get(number := _id(raw))):
            return False
        counts = {
            key: raw[key] for key in ("reactions", "reaction_users_count", "actions_summary") if key in raw
        }
        self._waiting[number] = _Waiting(native_id, locator, counts)
        return "reactions" in kinds or "likes" in kinds

    def records(self, forum: Forum) -> Iterator[Record]:
        """What all pages say, once every account has been met; a page without its post is only named."""
        for number, kinds in sorted(self._of.items()):
            waiting = self._waiting.get(number)
            if waiting is None:
                for member in sorted(member for members in kinds.values() for member in members):
                    detail = f"about post {number}, which is not there"
                    yield Anomaly(code="metadata_only", locator=member, detail=detail)
                continue
            yield from self._people(waiting, kinds, forum)
            for member in kinds.get("revisions", ()):
                document = document_of(self.export, member)
                if isinstance(document, Anomaly):
                    yield document
                else:
                    yield from revisions_of_page(document, waiting.native_id, member, forum)

    def _people(self, waiting: _Waiting, kinds: dict[str, list[str]], forum: Forum) -> Iterator[Record]:
        """Reactions with the people that pages name; the plugin's pages hold the likes as well."""
        members = kinds.get("reactions") or kinds.get("likes", [])
        if not members:
            return
        people, counts = defaultdict[str, dict[str, Reactor]](dict), dict[str, int]()
        for member in members:
            flaws: list[tuple[Any, str]] = []
            document = document_of(self.export, member)
            entries = list(_entries(document))
            if not entries:
                flaws.append(("unparsed", "no list of people who reacted"))
            for name, count, users in entries:
                counts[name] = max(counts.get(name, 0), count)
                for user in users:
                    account = forum.known(account_of(user.get("id"), user))
                    if account is None:
                        flaws.append(("unknown_user", "a reaction by nobody"))
                        continue
                    yield account
                    at = moment(user.get("created_at"))
                    reactor = Reactor(account.native_id, at.at if at else None)
                    people[name].setdefault(account.native_id, reactor)
            for code, detail in flaws:
                yield Anomaly(code=code, locator=member, detail=detail, post=waiting.native_id)
        reactors = {name: list(named.values()) for name, named in people.items()}
        named = Named(reactors, counts if "reactions" in kinds else {})
        yield from reactions_of(waiting.counts, waiting.native_id, waiting.locator, named)


def _id(raw: dict[str, Any]) -> int:
    number = whole(raw.get("id"))
    return -1 if number is None else number


def _entries(document: Any) -> Iterator[tuple[str, int, list[dict[str, Any]]]]:
    """(reaction, how many, who of them is named) of a page."""
    if isinstance(document, dict):
        if isinstance(likers := document.get("post_action_users"), list):
            yield LIKE, 0, objects(likers)
        for entry in objects(document.get("reaction_users")):
            if name := text(entry.get("id")):
                yield name, max(whole(entry.get("count")) or 0, 0), objects(entry.get("users"))


def _voters(poll: dict[str, Any]) -> dict[str, list[Any]]:
    known = poll.get("preloaded_voters")
    known = known if isinstance(known, dict) else {}
    return {option: list(people) for option, people in known.items() if isinstance(people, list)}


def _add_voters(poll: dict[str, Any], voters: dict[str, Any]) -> None:
    """Add those a page names to the poll's own, each once."""
    options = {option.get("id") for option in objects(poll.get("options"))}
    named: dict[str, list[Any]] = poll["preloaded_voters"]
    for option, people in voters.items():
        if option in options:
            known = named.setdefault(option, [])
            seen = {_voter(entry) for entry in objects(known)}
            known.extend(entry for entry in objects(people) if _voter(entry) not in seen)


def _voter(entry: dict[str, Any]) -> Any:
    user = entry.get("user", entry)
    return whole(user.get("id")) if isinstance(user, dict) else None
