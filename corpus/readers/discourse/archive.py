"""The archive a Discourse user downloads of their own: everything one person wrote, and what they liked.

All posts are by one account, which the archive names in its preferences or its file name. Where a post
stands is told by its address alone. Likes the person gave are told with time and taken back or not; of likes
received there is a number. What was deleted is there without a mark, and what a post answers is not said.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from ....errors import BrokenExportError, ExportError
from ...model import (
    Account,
    Anomaly,
    Container,
    Post,
    Reaction,
    ReactionTotal,
    Record,
    Source,
    Thread,
)
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of
from ..json_values import moment, text
from ..known_fields import KnownFields
from ..tables.rows import Row, open_table
from .accounts import account_of
from .posts import Place, post_number, records_of
from .reactions import LIKE

_COLUMNS = frozenset({"topic_title", "is_pm", "url"})
"""Columns that stand together in no other table."""
_LIKES = "likes.csv"
_POST_COLUMNS = _COLUMNS | {
    "categories", "category", "sub_category", "post", "post_raw", "post_cooked", "like_count", "reply_count",
    "created_at",
}  # fmt: skip
_LIKE_COLUMNS = frozenset(
    ["id", "post_id", "topic_id", "post_number", "created_at", "updated_at", "deleted_at", "deleted_by"]
)
_URL = re.compile(r"/t/(?:[^/]+/)?(\d{1,18})/(\d{1,9})/?(?:[?#].*)?\Z")
_FILE = re.compile(r"user[_-]archive-(.+?)-\d{6}-\d{6}(?:-\d+)?(?:\.|\Z)")
_YES = frozenset(
    [
        "yes", "true", "ja", "oui", "sí", "si", "sì", "sim", "da", "да", "tak", "ano", "áno", "igen", "kyllä",
        "evet", "hai", "jah", "jā", "taip", "ναι", "так", "כן", "نعم", "بله", "はい", "是", "예", "네", "có",
    ]
)  # fmt: skip
"""How forums say yes to a topic being a message; the word is in the forum's language."""
_NO_CATEGORY = ("", "-")
_MESSAGES = "private_messages"
_UNNAMED = "@owner of the archive"


class UserArchiveReader:
    """A Discourse user's own archive: the zip, its folder, or the table of posts alone."""

    name = "discourse-user-archive"
    title = "Discourse user archive (user_archive.csv, likes.csv)"
    verified = False
    set_aside = ("auth_tokens.csv", "auth_token_logs.csv", "badges.csv", "bookmarks.csv",
                 "category_preferences.csv", "user_archive_profile.csv", "visits.csv")  # fmt: skip
    """What the person did besides writing and liking."""

    def sniff(self, export: Export) -> bool:
        """One table has the columns of a user's posts."""
        return _posts_of(export) is not None

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream one person's posts, then the likes they gave.

        Raises:
            BrokenExportError: the table of posts is missing or has no row that can be read.
        """
        member = _posts_of(export)
        if member is None:
            raise BrokenExportError(
                f"{export.path}: there is no user_archive.csv in it",
                hint="download the archive again from your user page, under Activity",
            )
        host = _host(export, member)
        source = Source(
            format=self.name,
            instance=options.instance or host or "discourse",
            instance_url=f"https://{host}" if host else None,
            has_reaction_actors="own",
            has_reaction_counts=True,
            complete="no",
        )
        yield source
        archive = _Archive(_owner(export, member), host)
        yield from archive.begin(member)
        for row in _rows(export, member, _POST_COLUMNS):
            yield from (row,) if isinstance(row, Anomaly) else archive.post(row, f"{member}:{row.line}")
        if not archive.has_posts:
            raise BrokenExportError(
                f"{export.path}: no row of {member} says where its post stands",
                hint="download the archive again from your user page, under Activity",
            )
        likes = _beside(member, _LIKES)
        if likes in export.members:
            for row in _rows(export, likes, _LIKE_COLUMNS):
                yield from (row,) if isinstance(row, Anomaly) else archive.like(row, f"{likes}:{row.line}")
        yield replace(source, exported_at=archive.latest)


class _Archive:
    """Rows of one person's tables as records.

    Args:
        owner: whose archive it is, None where it does not say.
        host: the forum's.
    """

    def __init__(self, owner: Account | None, host: str | None) -> None:
        self._owner = owner
        self._author = owner.native_id if owner else _UNNAMED
        self._host = host
        self._threads: set[str] = set()
        self._containers: set[str] = set()
        self._posts: set[str] = set()
        self.latest: datetime | None = None

    @property
    def has_posts(self) -> bool:
        """Whether any post was read."""
        return bool(self._posts)

    def begin(self, member: str) -> Iterator[Record]:
        """Whose archive it is."""
        yield self._owner or Account(native_id=_UNNAMED, is_stable_id=False)
        if self._owner is None:
            detail = "the archive does not say whose it is: keep the name it was downloaded under"
            yield Anomaly(code="unknown_user", locator=member, detail=detail)

    def post(self, row: Row, locator: str) -> Iterator[Record]:
        """A row of the table of posts."""
        found = _URL.search(str(row.values.get("url")))
        raw: dict[str, Any] = {
            "post_number": int(found[2]) if found else None,
            "raw": row.values.get("post_raw", row.values.get("post")),
            "cooked": row.values.get("post_cooked"),
            "created_at": _utc(row, "created_at"),
        }
        if found is None or post_number(raw) is None:
            yield Anomaly(code="unparsed", locator=locator, detail="its url names no post: left out")
            return
        topic = str(int(found[1]))
        native_id = f"{topic}/{raw['post_number']}"
        if native_id in self._posts:
            detail = "a post of this topic and number came before: left out"
            yield Anomaly(code="duplicate", locator=locator, detail=detail, post=native_id)
            return
        self._posts.add(native_id)
        self._see(row, "created_at")
        url = f"https://{self._host}/t/-/{topic}" if self._host else None
        place = Place(topic, locator, is_private=_is_message(row), url=url)
        yield from self._thread(row, place)
        for record in records_of(raw, place, with_reactions=False):
            if isinstance(record, Post):
                yield replace(record, author=self._author)
            # Whose posts these are stands beside them, not in each.
            elif not (isinstance(record, Anomaly) and record.code == "unknown_user"):
                yield record
        yield from _received(row, native_id)

    def like(self, row: Row, locator: str) -> Iterator[Record]:
        """A row of the table of likes: what the person thought of someone else's post."""
        topic, number = _number(row, "topic_id"), _number(row, "post_number")
        if topic is None or number is None:
            yield Anomaly(code="orphan", locator=locator, detail="a like of a post that is gone: left out")
            return
        yield Reaction(
            post=f"{topic}/{number}",
            name_raw=LIKE,
            mechanism="like",
            account=self._author,
            created_at=self._see(row, "created_at"),
            removed_at=self._see(row, "deleted_at"),
        )

    def _thread(self, row: Row, place: Place) -> Iterator[Record]:
        if place.topic in self._threads:
            return
        self._threads.add(place.topic)
        names = str(row.values.get("categories") or row.values.get("category") or "")
        container = _MESSAGES if place.is_private else None if names in _NO_CATEGORY else f"category {names}"
        if container and container not in self._containers:
            self._containers.add(container)
            yield Container(
                native_id=container,
                kind="room" if place.is_private else "category",
                name="private messages" if place.is_private else names.replace("|", " / "),
                is_private=place.is_private,
            )
        yield Thread(
            native_id=place.topic,
            container=container,
            title=text(row.values.get("topic_title")),
            root_post=f"{place.topic}/1",
            url=place.url,
        )

    def _see(self, row: Row, column: str) -> datetime | None:
        found = moment(_utc(row, column))
        if found and (self.latest is None or found.at > self.latest):
            self.latest = found.at
        return found.at if found else None


def _posts_of(export: Export) -> str | None:
    """The member that holds a user's posts: a table whose first line names their columns."""
    for member in export.members:
        if member.lower().endswith(".csv"):
            try:
                head = export.head(member).decode("utf-8-sig", "replace")
            except ExportError:
                continue
            if {cell.strip('" ') for cell in next(iter(head.splitlines()), "").split(",")} >= _COLUMNS:
                return member
    return None


def _host(export: Export, member: str) -> str | None:
    """The forum's host, as the first address with one tells."""
    for row in _rows(export, member, _POST_COLUMNS):
        if isinstance(row, Row) and _URL.search(url := str(row.values.get("url"))):
            try:
                return urlsplit(url).hostname
            except ValueError:
                continue
    return None


def _owner(export: Export, member: str) -> Account | None:
    """Whose archive it is: by its preferences, else by the name of a file or folder."""
    preferences = _beside(member, "preferences.json")
    if preferences in export.members:
        document = document_of(export, preferences)
        user = document.get("user", document) if isinstance(document, dict) else None
        if isinstance(user, dict) and (account := account_of(user.get("id"), user)):
            return replace(account, email=text(user.get("email")))
    for name in (export.path.name, member):
        if found := _FILE.search(name):
            return account_of(None, {"username": found[1]})
    return None


def _beside(member: str, name: str) -> str:
    folder, slash, _ = member.rpartition("/")
    return f"{folder}{slash}{name}"


def _rows(export: Export, member: str, known: frozenset[str]) -> Iterator[Row | Anomaly]:
    """The rows of a table, and a word about columns that are unknown."""
    try:
        table = open_table(export, member)
    except BrokenExportError as error:
        yield Anomaly(code="unparsed", locator=member, detail=error.message)
        return
    yield from [table.problem] if table.problem else []
    yield from KnownFields(member, known).check(table.header, f"{member}:1")
    yield from table.rows()


def _utc(row: Row, column: str) -> str:
    """A time as Ruby writes it, in a form that names its zone by a letter."""
    return re.sub(r" UTC\Z", "Z", str(row.values.get(column) or ""))


def _number(row: Row, column: str) -> int | None:
    value = str(row.values.get(column) or "")
    return int(value) if re.fullmatch(r"\d{1,18}", value, re.ASCII) else None


def _is_message(row: Row) -> bool:
    """Whether a topic is a message. A word we do not know is judged by the category, which messages lack."""
    word = str(row.values.get("is_pm") or "").strip().casefold()
    category = str(row.values.get("categories", row.values.get("category")) or "").strip()
    return word in _YES or category in _NO_CATEGORY


def _received(row: Row, post: str) -> Iterator[Reaction | ReactionTotal]:
    """Likes the post got: a number."""
    if count := _number(row, "like_count"):
        yield Reaction(post=post, name_raw=LIKE, mechanism="like", n=count, identity="count_only")
        yield ReactionTotal(
            post=post, name_raw=LIKE, mechanism="like", total=count, identified=0, source_field="like_count"
        )
