"""Who and where in a Slack export: the lists of users and channels beside the day files.

Everything here may be missing or say less than the messages do: names then come from the messages
themselves, a folder that no list knows is a channel of its own name. It is private where the public channels
are listed: whoever took groups.json out of an export left the folders.
"""

import contextlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Account, Anomaly, Container
from ..export import Export
from ..json_values import epoch

_PUBLIC = "channels.json"
LISTS = (_PUBLIC, "groups.json", "mpims.json", "dms.json")
USERS = ("users.json", "org_users.json")
_DAY = re.compile(r"^(?:(?:(?P<root>.+)/)?(?P<folder>[^/]+)/)?\d{4}-\d{2}-\d{2}\.json$")
_CLOSED = ("is_private", "is_im", "is_mpim", "is_group")
"""Flags of a channel that not everybody may read."""
_DIRECT = re.compile(r"(?:D[A-Z0-9]{7,}|mpdm-.+)\Z")
"""Folders of direct messages, known by their names where no list tells."""
_FOREIGN = (".json", ".jsonl", ".ndjson", ".zip", ".gz", ".csv", ".mbox", ".sql", ".xml")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in an export the workspace lies: `root` ("" or "folder/") and each channel folder's day files."""

    root: str
    days: dict[str, tuple[str, ...]]

    @classmethod
    def find(cls, export: Export) -> "Layout | None":
        """The one workspace of this export; None where there is none, or more beside it."""
        days: dict[str, list[str]] = {}
        roots: set[str] = set()
        for member in export.members:
            if match := _DAY.match(member):
                roots.add(f"{match['root']}/" if match["root"] else "")
                days.setdefault(_plain(match["folder"] or _own_folder(export)), []).append(member)
        if len(roots) != 1:
            return None
        root = roots.pop()
        if any(not name.startswith(root) and name.lower().endswith(_FOREIGN) for name in export.members):
            return None
        return cls(root, {folder: tuple(days[folder]) for folder in sorted(days)})

    def has_lists(self, export: Export) -> bool:
        """Whether a list of users or channels stands at the root."""
        return any(self.root + name in export.members for name in (*LISTS, *USERS))


def _own_folder(export: Export) -> str:
    """The channel's name where the export is a channel folder or a single day file."""
    return export.path.resolve().name if export.is_archive else export.path.resolve().parent.name


class Channel(Struct, frozen=True):
    """A conversation: its id where a list gives one, else its folder's name."""

    id: str
    name: str
    is_private: bool
    former_names: tuple[str, ...] = ()


class Directory:
    """The lists of one export, read.

    Args:
        export: where they are.
        layout: what `Layout.find` saw.
    """

    def __init__(self, export: Export, layout: Layout) -> None:
        self.anomalies: list[Anomaly] = []
        self.accounts: dict[str, Account] = {}
        self.latest: datetime | None = None
        """When a user was last changed: the export was made then or later."""
        self._teams: Counter[str] = Counter()
        for name in USERS:
            for user in self._entries(export, layout.root + name):
                self._add_user(user)
        self.has_users = bool(self.accounts)
        self._channels = {name: self._list(export, layout.root + name) for name in LISTS}
        self._by_folder = self._folders()
        self._are_public_listed = layout.root + _PUBLIC in export.members
        self.anomalies += self._unlisted(layout)

    @property
    def team(self) -> str | None:
        """The workspace's id: the team most users are of (guests from elsewhere have their own)."""
        ranked = sorted(self._teams.items(), key=lambda item: (-item[1], item[0]))
        return ranked[0][0] if ranked else None

    def channel(self, folder: str) -> Channel:
        """The channel whose messages lie in this folder."""
        private = self._are_public_listed or _DIRECT.match(folder) is not None
        return self._by_folder.get(folder) or Channel(folder, folder, is_private=private)

    def _unlisted(self, layout: Layout) -> Iterator[Anomaly]:
        """Folders that should be listed if they were a public channel's."""
        for folder in layout.days if self._are_public_listed else ():
            if folder not in self._by_folder and _DIRECT.match(folder) is None:
                detail = f"no list names this folder, and {_PUBLIC} lists the public ones: taken for private"
                yield Anomaly(code="unknown_place", locator=layout.root + folder, detail=detail)

    def containers(self, layout: Layout) -> Iterator[Container]:
        """All channels that a list or a folder names, once each."""
        listed = [channel for channels in self._channels.values() for channel in channels]
        known = {channel.id: channel for channel in [*map(self.channel, layout.days), *listed]}
        dms = {channel.id for name in ("mpims.json", "dms.json") for channel in self._channels[name]}
        for channel in sorted(known.values(), key=lambda channel: channel.id):
            yield Container(
                native_id=channel.id,
                kind="group" if channel.id in dms else "channel",
                name=channel.name,
                is_private=channel.is_private,
            )

    def _list(self, export: Export, member: str) -> list[Channel]:
        private = not member.endswith(_PUBLIC)
        return [
            Channel(
                entry["id"],
                str(entry.get("name") or entry["id"]),
                private or any(entry.get(flag) is True for flag in _CLOSED),
                tuple(name for name in _list(entry.get("previous_names")) if isinstance(name, str)),
            )
            for entry in self._entries(export, member)
        ]

    def _folders(self) -> dict[str, Channel]:
        """Folder names lead to channels; the id names a folder too (direct messages have nothing else).

        A channel that was renamed may lie in a folder of its former name. What lies in a folder that two
        channels could mean is private if either is.
        """
        found: dict[str, Channel] = {}
        listed = [channel for channels in self._channels.values() for channel in channels]
        for channel in listed:
            first = found.setdefault(_plain(channel.name), channel)
            if first.id != channel.id:
                found[_plain(channel.name)] = replace(
                    first, is_private=first.is_private or channel.is_private
                )
                detail = f"two channels are called so: {first.id} and {channel.id}"
                self.anomalies.append(Anomaly(code="duplicate", locator=channel.name, detail=detail))
        for channel in listed:
            for name in (channel.id, *channel.former_names):
                found.setdefault(_plain(name), channel)
        return found

    def _entries(self, export: Export, member: str) -> Iterator[dict[str, Any]]:
        """The objects of a list that have an id; what is wrong with the others is noted."""
        if member not in export.members:
            return
        entries, problem = load_array(export, member)
        if problem:
            self.anomalies.append(problem)
        for index, entry in enumerate(entries):
            if isinstance(entry, dict) and isinstance(entry.get("id"), str) and entry["id"]:
                yield entry
            else:
                self.anomalies.append(Anomaly(code="unparsed", locator=f"{member}:{index}", detail="no id"))

    def _add_user(self, user: dict[str, Any]) -> None:
        self.accounts.setdefault(user["id"], account_of(user["id"], user))
        updated = epoch(user.get("updated"))
        if updated and (self.latest is None or updated.at > self.latest):
            self.latest = updated.at
        if isinstance(team := user.get("team_id"), str) and team:
            self._teams[team] += 1


def account_of(user_id: str, user: dict[str, Any]) -> Account:
    """An account from an entry of users.json or a message's `user_profile`."""
    profile = user.get("profile")
    profile = profile if isinstance(profile, dict) else user
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    is_bot = user_id == "USLACKBOT" or user.get("is_bot") is True or user.get("is_workflow_bot") is True
    return Account(
        native_id=user_id,
        username=_word(user.get("name")),
        display_name=next(filter(None, map(_word, names)), None),
        email=_word(profile.get("email")),
        kind="bot" if is_bot else "human",
    )


def load_array(
    export: Export, member: str, only_with: tuple[bytes, ...] = ()
) -> tuple[list[Any], Anomaly | None]:
    """A member that should be a JSON array, as far as it can be read, and what is wrong with it.

    Args:
        export: where the member lies.
        member: its name.
        only_with: words without any of which the member is not parsed at all.
    """
    try:
        data = export.read(member)
    except BrokenExportError:
        return [], Anomaly(code="unparsed", locator=member, detail="damaged or cut off")
    if only_with and not any(word in data for word in only_with):
        return [], None
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _salvage(data, member)
    if isinstance(value, list):
        return value, None
    return [], Anomaly(code="unparsed", locator=member, detail="not a list")


def _salvage(data: bytes, member: str) -> tuple[list[Any], Anomaly | None]:
    """Read what a strict parser refuses: a byte order mark, lone surrogates, wrong bytes, a cut-off end."""
    text = data.decode("utf-8-sig", "replace")
    items: list[Any] = []
    decoder = json.JSONDecoder()
    position = text.find("[") + 1
    detail = "not JSON"
    while position:
        position = _next_item(text, position)
        if text[position : position + 1] in ("]", ""):
            detail = "" if text[position:].strip() == "]" else f"cut off after {len(items)} entries"
            break
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            detail = f"broken after {len(items)} entries"
            break
        items.append(item)
    if not detail and b"\xef\xbf\xbd" not in data and "\ufffd" in text:
        detail = "bytes that are not UTF-8 were replaced"
    return items, Anomaly(code="unparsed", locator=member, detail=detail) if detail else None


def _next_item(text: str, position: int) -> int:
    match = re.compile(r"[\s,]*").match(text, position)
    return match.end() if match else position


def _plain(name: str) -> str:
    """A folder name as a list would write it.

    Archives from a Mac decompose accents, and some hold UTF-8 names without saying so, which are then
    decoded as code page 437.
    """
    with contextlib.suppress(UnicodeError):
        name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
