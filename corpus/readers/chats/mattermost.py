"""Mattermost: the bulk export, one JSON object a line, and pages of posts as the API gives them.

The bulk export has no ids: posts, channels and direct conversations are named by a digest of what tells them
apart (channel, author, moment), so that a later export names them alike and no user name stands in an id.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ....errors import BrokenExportError, ExportError
from ...model import Account, Anomaly, Container, Post, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_files import is_export_of
from ..json_stream import lines_of
from ..json_values import epoch, objects, text
from .chronicle import Chronicle
from .mattermost_api import has_pages, pages_of
from .mattermost_posts import account_of, attachments_of, author_of, post_of, reactions_of

_LINES = (b"version", b"role", b"team", b"channel", b"user", b"bot", b"post", b"scheme")
_PLACES = frozenset(["team", "channel", "user", "bot", "direct_channel"])
_POSTS = frozenset(["post", "direct_post"])
_KNOWN = _PLACES | _POSTS
_BEGINNING = re.compile(rb'\s*\{\s*"type"\s*:\s*"(?:direct_)?post"')


class MattermostReader:
    """Mattermost bulk export or API pages."""

    name = "mattermost"
    title = "Mattermost bulk export and API posts"
    verified = True
    set_aside = ("data/*",)
    """Files of posts, which are named by their posts."""

    def sniff(self, export: Export) -> bool:
        """Lines with a type and what is of that type, or pages with `order` and `posts`."""
        bulk = [member for member in export.members if is_bulk(export, member)]
        return bool(bulk) or is_export_of(export, has_pages, _has_names)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the export.

        Raises:
            BrokenExportError: not one post can be read.
        """
        bulk = [member for member in export.members if is_bulk(export, member)]
        source = Source(
            format=self.name,
            instance=options.instance or self.name,
            has_reaction_actors="yes",
            has_reaction_counts=True,
            # Of pages nobody knows which are missing.
            covers="container" if bulk else "nothing",
        )
        yield source
        chronicle = Chronicle()
        if bulk:
            reading = _Bulk(export, chronicle)
            for member in bulk:
                yield from reading.read(member)
        else:
            yield from pages_of(export, chronicle)
        if not chronicle.posts:
            raise BrokenExportError(
                f"{export.path}: no post of it can be read", hint="export again: mmctl export create"
            )
        yield chronicle.close(source)


def is_bulk(export: Export, member: str) -> bool:
    """Whether a member begins with a line of the bulk export."""
    if export.is_archive and not member.lower().endswith((".jsonl", ".json")):
        return False
    try:
        line = export.head(member).lstrip().partition(b"\n")[0].replace(b" ", b"")
    except ExportError:
        return False
    return any(line.startswith(b'{"type":"%s","%s":' % (kind, kind)) for kind in _LINES)


def _has_names(head: bytes) -> bool:
    """Whether it is a list of users or channels, which may lie beside pages of posts."""
    return b'"id"' in head and (b'"username"' in head or b'"display_name"' in head)


def _is_post(line: bytes) -> bool:
    return _BEGINNING.match(line) is not None


def made_id(*parts: str | int | None) -> str:
    """A name for what has none: the same parts give the same name, and do not show in it."""
    return sha256("\0".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:20]


@dataclass(slots=True)
class _Bulk:
    """One bulk export while it is read."""

    export: Export
    chronicle: Chronicle
    channels: dict[str, bool] = field(default_factory=dict[str, bool])
    """Native id of each channel -> whether it is private."""
    channel_ids: dict[tuple[str | None, str | None], str] = field(
        default_factory=dict[tuple[str | None, str | None], str]
    )
    texts: dict[int, int] = field(default_factory=dict[int, int])
    """Hash of the made id of each post that opens a thread -> that of its text: there are millions."""

    def read(self, member: str) -> Iterator[Record]:
        # Accounts and channels first: a part of the export may hold only posts.
        yield from self._pass(member, _PLACES)
        yield from self._pass(member, _POSTS)

    def _pass(self, member: str, kinds: frozenset[str]) -> Iterator[Record]:
        for found in lines_of(self.export, member, _is_post if kinds is _PLACES else None):
            if isinstance(found, Anomaly):
                if kinds is _POSTS:
                    self.chronicle.is_truncated |= found.code == "truncated"
                    yield found
                continue
            locator, entry = found
            kind = text(entry.get("type")) if isinstance(entry, dict) else None
            what = entry.get(kind) if kind is not None else None
            if kind in kinds and isinstance(what, dict):
                yield from self._entry(kind, what, locator)
            elif kinds is _POSTS and (kind is None or (kind in _KNOWN and not isinstance(what, dict))):
                yield Anomaly(code="unparsed", locator=locator, detail="a line without type or content")

    def _entry(self, kind: str, what: dict[str, Any], locator: str) -> Iterator[Record]:
        if kind in ("user", "bot"):
            account = account_of(what, text(what.get("username")), is_bot=kind == "bot")
            if account is not None:
                yield from self.chronicle.introduce(account)
        elif kind == "team":
            name = text(what.get("name")) or ""
            shown = text(what.get("display_name")) or name
            yield Container(native_id=made_id("team", name), kind="category", name=shown)
        elif kind == "channel":
            yield from self._channel(what, "name")
        elif kind == "direct_channel":
            yield from self._conversation(what)
        else:
            yield from self._post(kind, what, locator)

    def _channel(self, what: dict[str, Any], key: str) -> Iterator[Container]:
        team, name = text(what.get("team")), text(what.get(key))
        native_id = self._channel_id(team, name)
        if native_id not in self.channels:
            self.channels[native_id] = what.get("type") == "P"
            yield Container(
                native_id=native_id,
                kind="channel",
                name=text(what.get("display_name")) or name or "",
                parent=made_id("team", team) if team else None,
                is_private=self.channels[native_id],
            )

    def _channel_id(self, team: str | None, name: str | None) -> str:
        key = (team, name)
        if key not in self.channel_ids:
            self.channel_ids[key] = made_id("channel", team, name)
        return self.channel_ids[key]

    def _conversation(self, what: dict[str, Any]) -> Iterator[Container]:
        native_id, people = _members(what)
        if native_id not in self.channels:
            self.channels[native_id] = True
            yield Container(
                native_id=native_id, kind="group", name=f"direct messages of {people}", is_private=True
            )

    def _post(self, kind: str, what: dict[str, Any], locator: str) -> Iterator[Record]:
        if kind == "direct_post":
            yield from self._conversation(what)
            channel = _members(what)[0]
        else:
            channel = self._channel_id(text(what.get("team")), text(what.get("channel")))
            if channel not in self.channels:
                yield from self._channel(what, "channel")
        root = _name(channel, None, what, self.texts)
        yield Thread(native_id=root, container=channel, root_post=root, created_at=_time(what))
        yield from self._message(root, root, channel, what, locator)
        replies = what.get("replies")
        if replies is not None and not isinstance(replies, list):
            yield Anomaly(code="unparsed", locator=locator, detail="replies are no list", post=root)
        texts: dict[int, int] = {}
        for reply in objects(replies):
            yield from self._message(_name(channel, root, reply, texts), root, channel, reply, locator)

    def _message(
        self, native_id: str, root: str, channel: str, what: dict[str, Any], locator: str
    ) -> Iterator[Record]:
        author = author_of(what, text(what.get("user")))
        if author is None:
            yield Anomaly(code="unknown_user", locator=locator, detail="user is no name", post=native_id)
        else:
            yield from self._stranger(author, locator)
        post = post_of(
            what,
            Post(
                native_id=native_id,
                thread=root,
                author=author.native_id if author else None,
                parent=root if native_id != root else None,
                parent_source="explicit" if native_id != root else None,
                is_private=self.channels.get(channel, False),
                locator=locator,
            ),
        )
        if post.created_at is None:
            detail = f"create_at is {str(what.get('create_at'))[:40]!r}"
            yield Anomaly(code="bad_time", locator=locator, detail=detail, post=native_id)
        self.chronicle.posts += 1
        self.chronicle.see(post.created_at, post.edited_at)
        self.chronicle.has_deletions |= post.state != "visible"
        yield post
        yield from reactions_of(what.get("reactions"), "user", native_id, self.chronicle, locator)
        yield from attachments_of(what, native_id)

    def _stranger(self, author: Account, locator: str) -> Iterator[Record]:
        """An author whom no line lists; in a file of nothing but posts everybody is one."""
        has_users = bool(self.chronicle.accounts)
        for account in self.chronicle.introduce(author):
            yield account
            if has_users and account.kind == "human":
                yield Anomaly(code="unknown_user", locator=locator, detail="not in the list of users")


def _name(channel: str, root: str | None, what: dict[str, Any], texts: dict[int, int]) -> str:
    """The made id of a post; of two by one author in one millisecond, text tells the second apart.

    Args:
        channel: native id of the channel.
        root: made id of the post it answers, None where it opens a thread.
        what: the post.
        texts: hashes of the ids and texts of posts among which it may have such a neighbour.
    """
    native_id = made_id(channel, root, text(what.get("user")), str(what.get("create_at")))
    words = text(what.get("message"))
    if texts.setdefault(hash(native_id), hash(words)) != hash(words):
        native_id = made_id(native_id, made_id(words))
    return native_id


def _members(what: dict[str, Any]) -> tuple[str, int]:
    """A conversation's made id and how many are in it; newer exports list participants with settings."""
    listed = what.get("members") or what.get("channel_members") or what.get("participants")
    names = {
        name
        for entry in (listed if isinstance(listed, list) else [])
        if (name := text(entry.get("username") if isinstance(entry, dict) else entry))
    }
    return made_id("direct", *sorted(names)), len(names)


def _time(what: dict[str, Any]) -> Any:
    created = epoch(what.get("create_at"), per_second=1000)
    return created.at if created else None
