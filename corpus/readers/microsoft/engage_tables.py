"""The tables of a Viva Engage export: which there are, whose they are, and what the small ones say.

Each folder is an export of its own: of a network (its folder bears the network's id), or of one user. The
tables of all folders are read as one.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar

from ....errors import ExportError
from ...model import Anomaly
from ..export import Export
from ..known_fields import KnownFields
from ..tables.rows import Row, Table, open_table
from ..tables.words import plain
from .engage_cells import Cells
from .engage_messages import COLUMNS, Edits
from .engage_network import Network

POSTS = ("messages", "likedmessages", "bestreplymessages")
"""Tables of messages, the fullest first."""
_PEOPLE = [
    "id", "user_id", "name", "full_name", "display_name", "email", "job_title", "location", "department",
    "deleted_by_id", "deleted_by_type", "deleted_by_name", "deleted_at", "joined_at", "created_at",
    "suspended_by_id", "suspended_by_type", "suspended_by_name", "suspended_at", "state", "api_url",
    "updated_at", "guid", "network_id", "admin_type", "type", "role", "title", "office_user_id",
]  # fmt: skip
_KNOWN: dict[str, list[str]] = {
    **{name: sorted(COLUMNS) for name in POSTS},
    "messageversions": [
        "id", "message_id", "version", "version_number", "body", "title", "modified_at", "updated_at",
        "edited_at", "created_at", "modified_by", "modified_by_id", "updated_by_id", "sender_id",
        "network_id", "thread_id", "group_id", "deleted_at",
    ],
    "answers": ["id", "message_id", "network_id", "thread_id", "voter_id", "created_at", "updated_at"],
    "users": _PEOPLE,
    "admins": _PEOPLE,
    "groups": [
        "id", "group_id", "name", "group_name", "full_name", "description", "privacy", "privacy_status",
        "private", "is_private", "in_private_group", "external", "is_external", "moderated", "api_url", "url",
        "link", "web_url", "created_by_id", "created_by_type", "creator_id", "created_at", "updated_at",
        "deleted_at", "network_id", "aad_guid", "office365_group_id",
    ],
    "networks": [
        "id", "network_id", "name", "url", "permalink", "created_at", "moderated", "has_usage_policy",
        "usage_policy", "user_count", "users", "type", "external",
    ],
    "files": [],
}  # fmt: skip
"""Tables that are read, by name in lower case, with the columns that are known; of Files.csv any will do."""
WORDLESS = (
    "messagethreadsoutbound.csv", "topics.csv", "pages.csv", "campaigns.csv", "broadcast.csv",
    "vivatopics.csv", "vivatopicapplications.csv", "vivatopiccurationstatelogs.csv",
    "engagetopicmigrationlog.csv", "engagetopicapplicationmigrationlog.csv",
)  # fmt: skip
"""Tables that hold nothing people said to each other."""
_MARKS = frozenset(
    [
        "replied_to_id", "thread_id", "sender_id", "sender_type", "in_private_group",
        "in_private_conversation", "deleted_by_id", "deleted_by_type", "delegate_id", "gdpr_delete_url",
    ]
)  # fmt: skip
"""Columns of a table of messages that stand together nowhere else; any of them may be missing."""
_ENOUGH = 3
_CELL = re.compile(r"[\w ]+")
_USER_ID = re.compile(r"user[ _-]?id\W{1,8}(\d{1,30})", re.IGNORECASE)


def has_messages(export: Export, member: str) -> bool:
    """Whether a CSV member's first line names enough columns of a table of messages."""
    if not member.lower().endswith(".csv"):
        return False
    try:
        head = export.head(member)
    except ExportError:
        return False
    line = next(iter(head.replace(b"\0", b"").decode("utf-8", "replace").splitlines()), "")
    return len({plain(cell) for cell in _CELL.findall(line)} & _MARKS) >= _ENOUGH


def _folder(member: str) -> str:
    return PurePosixPath(member).parent.as_posix()


class Tables:
    """The export's tables, opened one at a time, as often as needed.

    Attributes:
        found: member -> name of the table it is.
        files: id of an uploaded file -> its name.
        edits: message -> when it was edited.
        best: messages marked as the best reply.
        votes: whether there is a table of votes.
        has_likes: whether there is a table of what a user liked.
    """

    CHANGED: ClassVar[tuple[str, ...]] = ("modified_at", "edited_at", "updated_at", "created_at")

    def __init__(self, export: Export) -> None:
        self._export = export
        self._problems: dict[tuple[str, str], Anomaly] = {}
        self.found = dict(self._find())
        self.files: dict[str, str] = {}
        self.edits: dict[str, Edits] = {}
        self.best: set[str] = set()
        self.votes = "answers" in self.found.values()
        self.has_likes = "likedmessages" in self.found.values()
        self._networks: set[str] = set()
        self._owners: dict[str, str | None] = {}

    def _find(self) -> Iterator[tuple[str, str]]:
        for member in self._export.members:
            path = PurePosixPath(member)
            if path.suffix.lower() != ".csv" or "Files" in path.parts[:-1]:
                continue
            name = path.stem.casefold()
            if name in _KNOWN:
                yield member, name
            elif has_messages(self._export, member):
                yield member, "messages"

    def _note(self, anomaly: Anomaly) -> None:
        self._problems.setdefault((anomaly.locator, anomaly.detail), anomaly)

    def problems(self) -> Iterator[Anomaly]:
        """What was wrong with the tables read so far, each thing once."""
        yield from self._problems.values()

    def rows(self, *names: str) -> Iterator[tuple[str, Cells]]:
        """All rows of the tables of these names, in the order of the names and members."""
        for name in names:
            for member in sorted(member for member, found in self.found.items() if found == name):
                yield from ((member, cells) for cells in self._rows(member, name))

    def _rows(self, member: str, name: str) -> Iterator[Cells]:
        table = self._open(member)
        if table is None:
            return
        if known := _KNOWN[name]:
            columns = (plain(column) for column in table.header)
            unknown = KnownFields(PurePosixPath(member).name, known)
            for anomaly in unknown.check([c for c in columns if "draft" not in c], f"{member}:1"):
                self._note(anomaly)
        for row in table.rows():
            if isinstance(row, Row):
                yield Cells.of(row, member)
            else:
                self._note(row)

    def _open(self, member: str) -> Table | None:
        try:
            table = open_table(self._export, member)
        except ExportError:
            self._note(Anomaly(code="unparsed", locator=member, detail="can't be read as a table"))
            return None
        if table.problem:
            self._note(table.problem)
        return table

    def learn(self, network: Network) -> None:
        """Read the small tables."""
        for _, cells in self.rows("networks"):
            network.learn_network(cells)
            self._networks.add(cells.get("id", "network_id") or "")
        for _, cells in self.rows("users", "admins"):
            network.learn_user(cells)
        for member, cells in self.rows("groups"):
            network.learn_group(cells, cells.get("network_id") or self.network_of(member))
        for _, cells in self.rows("files"):
            if file := cells.get("file_id", "id"):
                self.files[file] = cells.get("name", "file_name") or f"uploadedfile:{file}"
        for _, cells in self.rows("bestreplymessages"):
            self.best.add(cells.get("id", "message_id") or "")
        for _, cells in self.rows("messageversions"):
            self._learn_version(cells)

    def _learn_version(self, cells: Cells) -> None:
        post, when = cells.get("message_id", "id"), cells.when(*self.CHANGED)
        if post:
            known = self.edits.get(post, Edits())
            times = (*known.times, when.at) if when else known.times
            self.edits[post] = Edits(times, known.untimed + (when is None))

    def network_of(self, member: str | None) -> str | None:
        """Id of the network whose folder a member lies in, or of the only one there is."""
        name = PurePosixPath(member or "").parent.name
        if name in self._networks:
            return name
        return next(iter(self._networks)) if len(self._networks) == 1 else None

    def is_liked(self, member: str) -> bool:
        """Whether this is a table of what a user liked."""
        return self.found.get(member) == "likedmessages"

    def owner(self, member: str) -> str | None:
        """Id of the user whose export this is.

        The request says so, or a table of users with one user, or messages that are all by one sender.
        """
        folder = _folder(member)
        if folder not in self._owners:
            self._owners[folder] = (
                self._requested(folder)
                or self._only(folder, "users", "id", "user_id")
                or self._only(folder, "messages", "sender_id")
            )
        return self._owners[folder]

    def _requested(self, folder: str) -> str | None:
        for member in self._export.members:
            if _folder(member) == folder and PurePosixPath(member).name.casefold() == "request.txt":
                found = _USER_ID.search(self._head(member))
                return found[1] if found else None
        return None

    def _head(self, member: str) -> str:
        try:
            return self._export.head(member).decode("utf-8", "replace")
        except ExportError:
            return ""

    def _only(self, folder: str, table: str, *columns: str) -> str | None:
        """What a column of this folder's table says, if it says one thing only."""
        said: set[str | None] = set()
        for member, name in self.found.items():
            if name == table and _folder(member) == folder:
                said.update(cells.get(*columns) for cells in self._rows(member, name))
        return next(iter(said)) if len(said) == 1 else None
