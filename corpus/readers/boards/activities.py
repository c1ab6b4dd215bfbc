"""ActivityPub activities: what was created, changed, deleted, voted on, and taken back.

Votes arrive as activities of their own, often without a time, in any order and before or after what they are
about. So everything is looked at twice: first what became of each object, then the objects themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...model import Anomaly, Post, PostState, Record, Revision, Thread
from ..json_values import moment, text, whole
from ..reply_tree import ReplyTree
from .activity_objects import (
    ACTORS,
    CARRIERS,
    POSTS,
    account_of,
    address,
    addresses,
    attachments_of,
    body_of,
    changed_at,
    container_of,
    poll_records,
    post_of,
    unfolded,
)
from .tally import Tally
from .votes import Votes

_WAYS = {"Like": "up", "Dislike": "down", "Announce": "boost"}


@dataclass(frozen=True, slots=True)
class _Deletion:
    actor: str | None
    is_moderation: bool
    locator: str


@dataclass(slots=True)
class _Object:
    """What is known of an object before it is read."""

    versions: list[str] = field(default_factory=list[str])
    """When each version was written, sorted."""
    author: str | None = None


class Activities:
    """All that the activities tell together."""

    def __init__(self, tally: Tally, votes: Votes) -> None:
        self._tally, self._votes = tally, votes
        self._tree = ReplyTree()
        self._objects: dict[str, _Object] = {}
        self._actors: dict[str, dict[str, Any]] = {}
        self._groups: set[str] = set()
        self._given: dict[str, tuple[str, str, str]] = {}
        """Address of a vote -> post, account and way."""
        self._undone: list[tuple[str, datetime | None, str]] = []
        self._shared: list[tuple[str, str, datetime | None, str]] = []
        self._deleted: dict[str, _Deletion] = {}
        self._restored: set[str] = set()
        self._unread: dict[str, tuple[int, str]] = {}
        self._done: set[tuple[str, str]] = set()
        self._threads: dict[str, Thread] = {}
        self._containers: set[str] = set()
        self.has_revisions = False

    def look(self, data: dict[str, Any], locator: str) -> None:
        """Note what an object or activity tells of others."""
        for kind, inner in unfolded(data):
            if kind in POSTS or kind == "Tombstone":
                self._look_at(inner, kind, locator)
            elif kind in ACTORS and text(inner.get("id")):
                self._actors[str(inner["id"])] = inner
                if kind == "Group":
                    self._groups.add(str(inner["id"]))
            elif kind in _WAYS:
                self._vote(inner, kind, locator)
            elif kind == "Delete":
                self._delete(inner, locator)
            elif kind == "Undo":
                self._undo(inner, locator)
            elif kind not in CARRIERS:
                number, first = self._unread.get(kind, (0, locator))
                self._unread[kind] = (number + 1, first)

    def _look_at(self, data: dict[str, Any], kind: str, locator: str) -> None:
        native_id = text(data.get("id"))
        if native_id is None:
            return
        if kind == "Tombstone":
            self._deleted.setdefault(native_id, _Deletion(None, is_moderation=False, locator=locator))
            return
        parent = address(data.get("inReplyTo"))
        self._tree.add(native_id, (parent,) if parent else ())
        self._groups |= addresses(data.get("audience"))
        known = self._objects.setdefault(native_id, _Object())
        known.author = address(data.get("attributedTo")) or known.author
        version = _version(data)
        if version not in known.versions:
            known.versions = sorted([*known.versions, version])

    def _vote(self, data: dict[str, Any], kind: str, locator: str) -> None:
        actor, target = address(data.get("actor")), address(data.get("object"))
        if actor is None or target is None:
            return
        at, own = moment(data.get("published")), text(data.get("id"))
        self._tally.see(at.at if at else None)
        if own is not None:
            self._given[own] = (target, actor, _WAYS[kind])
        if kind == "Announce":
            self._shared.append((target, actor, at.at if at else None, locator))
        else:
            self._votes.give(target, actor, _WAYS[kind], at=at.at if at else None, locator=locator)

    def _delete(self, data: dict[str, Any], locator: str) -> None:
        target = address(data.get("object"))
        if target is not None:
            is_moderation = text(data.get("summary")) is not None
            self._deleted[target] = _Deletion(address(data.get("actor")), is_moderation, locator)

    def _undo(self, data: dict[str, Any], locator: str) -> None:
        at = moment(data.get("published"))
        inner = data.get("object")
        if not isinstance(inner, dict):
            if undone := address(inner):
                self._undone.append((undone, at.at if at else None, locator))
            return
        kind, target = str(inner.get("type")), address(inner.get("object"))
        actor = address(inner.get("actor")) or address(data.get("actor"))
        if target is not None and kind == "Delete":
            self._restored.add(target)
        elif target is not None and actor is not None and kind in _WAYS:
            self._votes.take_back(target, actor, _WAYS[kind], at=at.at if at else None, locator=locator)

    def settle(self) -> None:
        """Tell people who share from groups, which pass on all they get, and take back what was only named.

        Call when everything was looked at.
        """
        for target, actor, at, locator in self._shared:
            if actor not in self._groups:
                self._votes.give(target, actor, "boost", at=at, locator=locator)
        for undone, at, locator in self._undone:
            if undone in self._given:
                post, account, way = self._given[undone]
                self._votes.take_back(post, account, way, at=at, locator=locator)
        for target in self._restored:
            self._deleted.pop(target, None)

    def records(self, data: dict[str, Any], locator: str) -> Iterator[Record]:
        """The posts in an object or activity."""
        for kind, inner in unfolded(data):
            if kind in POSTS:
                yield from self._post(inner, locator)
            for key in ("actor", "attributedTo"):
                actor = address(inner.get(key))
                if actor is not None:
                    yield from self._tally.meet(account_of(actor, self._told(actor)))

    def _told(self, actor: str) -> dict[str, Any] | None:
        return self._actors.get(actor) or ({"type": "Group"} if actor in self._groups else None)

    def _post(self, data: dict[str, Any], locator: str) -> Iterator[Record]:
        native_id = text(data.get("id"))
        if native_id is None:
            yield Anomaly(code="unparsed", locator=locator, detail="a post without id: left out")
            return
        known, version = self._objects[native_id], _version(data)
        if (native_id, version) in self._done:
            return
        self._done.add((native_id, version))
        if version != known.versions[-1]:
            self.has_revisions = True
            yield Revision(
                post=native_id,
                number=known.versions.index(version) + 1,
                field="body",
                before=body_of(data)[0],
                account=known.author,
                created_at=_at(data),
            )
            return
        post = post_of(data, native_id, self._thread(native_id), self._state(native_id), locator)
        if post.created_at is None:
            detail = f"published is {str(data.get('published'))[:40]!r}"
            yield Anomaly(code="bad_time", locator=locator, detail=detail, post=native_id)
        yield self._tally.add(post)
        yield from attachments_of(data, native_id)
        yield from poll_records(data, native_id)
        likes = data.get("likes")
        total = whole(likes.get("totalItems")) if isinstance(likes, dict) else None
        if total is not None and total >= 0:
            self._votes.count(native_id, "up", thread=post.thread, total=total)
        yield from self._place(data, post)

    def _place(self, data: dict[str, Any], post: Post) -> Iterator[Record]:
        group = address(data.get("audience"))
        if group is not None and group not in self._containers:
            self._containers.add(group)
            yield container_of(group, self._actors.get(group))
        if post.thread == post.native_id or post.thread not in self._threads:
            is_root = post.thread == post.native_id
            self._threads[post.thread] = Thread(
                native_id=post.thread,
                container=group,
                title=text(data.get("name")) if is_root else None,
                root_post=post.thread,
                created_at=post.created_at if is_root else None,
                url=post.url if is_root else post.thread,
                by_answers=True,
            )

    def _thread(self, native_id: str) -> str:
        """Its first post; where that is not here, the topmost one that is named."""
        root = self._tree.root(native_id)
        above = self._tree.parent(root)
        return above if above is not None and above not in self._tree else root

    def _state(self, native_id: str) -> PostState:
        deletion = self._deleted.get(native_id)
        if deletion is None:
            return "visible"
        author = self._objects[native_id].author if native_id in self._objects else None
        by_other = author is not None and deletion.actor is not None and deletion.actor != author
        return "removed" if deletion.is_moderation or by_other else "deleted_by_author"

    def rest(self) -> Iterator[Record]:
        """Threads; what is voted on or deleted and not here; what was not read."""
        absent = {target: deletion.locator for target, deletion in self._deleted.items()}
        absent |= dict(self._votes.posts)
        for target in sorted(absent.keys() - self._objects.keys()):
            if target in self._tally:
                continue
            state = self._state(target)
            yield Anomaly(
                code="orphan",
                locator=absent[target],
                detail="it is about a post that is not here",
                post=target,
            )
            yield self._tally.add(
                Post(
                    native_id=target,
                    thread=target,
                    kind="tombstone",
                    state="hidden" if state == "visible" else state,
                    locator=absent[target],
                )
            )
            self._threads.setdefault(target, Thread(native_id=target, root_post=target, by_answers=True))
        yield from (self._threads[thread] for thread in sorted(self._threads))
        for kind, (number, locator) in sorted(self._unread.items()):
            detail = f"{number} of type {kind[:40]!r} hold no post: not read"
            yield Anomaly(code="unparsed", locator=locator, detail=detail)


def _version(data: dict[str, Any]) -> str:
    written = changed_at(data)
    return written.at.isoformat() if written else ""


def _at(data: dict[str, Any]) -> datetime | None:
    written = changed_at(data)
    return written.at if written else None
