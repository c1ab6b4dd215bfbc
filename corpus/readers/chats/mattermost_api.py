"""Pages of posts as Mattermost's API gives them: `{"order": [...], "posts": {id: post}}`.

Users and channels come from other calls; where their answers lie beside the pages, names and privacy are
known, else a channel is its id, and private: a post does not tell a channel from direct messages. An edited
post's former wording is a row of its own with `original_id`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...model import Anomaly, Container, Post, Record, Revision, Thread
from ..export import Export
from ..json_files import document_of, members_of
from ..json_values import epoch, objects, text, whole
from ..reply_tree import ReplyTree
from .chronicle import Chronicle
from .mattermost_posts import account_of, attachments_of, author_of, post_of, reactions_of

_PRIVATE = {"P": "channel", "D": "group", "G": "group"}


def has_pages(head: bytes) -> bool:
    """Whether a file begins like a page of posts."""
    return (
        head.lstrip().startswith(b"{")
        and b'"posts"' in head
        and all(key in head for key in (b'"create_at"', b'"channel_id"', b'"root_id"'))
    )


def pages_of(export: Export, chronicle: Chronicle) -> Iterator[Record]:
    """All records of a file or folder of pages."""
    reading = _Pages(chronicle)
    for member in members_of(export):
        yield from reading.look(document_of(export, member), member)
    for member in members_of(export):
        document = document_of(export, member)
        if _is_page(document):
            yield from reading.page(document, member)


def _is_page(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("posts"), dict)


@dataclass(slots=True)
class _Pages:
    """What must be known across pages."""

    chronicle: Chronicle
    tree: ReplyTree = field(default_factory=ReplyTree)
    private: dict[str | None, bool] = field(default_factory=dict[str | None, bool])
    """Id of each channel met -> whether it is private."""
    threads: set[str] = field(default_factory=set[str])
    wordings: dict[str, int] = field(default_factory=dict[str, int])

    def look(self, document: Any, member: str) -> Iterator[Record]:
        """The first time: who answers whom, and the names that lie beside."""
        if isinstance(document, Anomaly):
            yield document
        elif _is_page(document):
            for key, post in document["posts"].items():
                if isinstance(post, dict) and not text(post.get("original_id")):
                    root = text(post.get("root_id"))
                    self.tree.add(text(post.get("id")) or key, [root] if root else [])
        else:
            named = objects(document) if isinstance(document, list) else objects([document])
            known = [record for entry in named for record in self._named(entry)]
            yield from known
            if not known:
                yield Anomaly(code="unparsed", locator=member, detail="no page of posts, users or channels")

    def _named(self, entry: dict[str, Any]) -> Iterator[Record]:
        native_id = text(entry.get("id"))
        if native_id is None:
            return
        if "username" in entry:
            account = account_of(entry, native_id)
            yield from self.chronicle.introduce(account) if account else ()
        elif (kind := entry.get("type")) in ("O", *_PRIVATE) and native_id not in self.private:
            self.private[native_id] = kind != "O"
            is_group = kind in ("D", "G")
            name = "direct messages" if is_group else text(entry.get("display_name"))
            yield Container(
                native_id=native_id,
                kind="group" if is_group else "channel",
                name=name or native_id,
                is_private=kind != "O",
            )

    def page(self, document: dict[str, Any], member: str) -> Iterator[Record]:
        """The posts of one page, in the order of time."""
        posts: dict[str, Any] = document["posts"]
        listed = document.get("order")
        missing = (
            [key for key in listed if isinstance(key, str) and key not in posts]
            if isinstance(listed, list)
            else []
        )
        if missing:
            yield self.chronicle.truncated(member, f"{len(missing)} posts of `order` are not in the page")
        for key, post in sorted(posts.items(), key=lambda item: _order(item[1], item[0])):
            locator = f"{member}:{key}"
            if not isinstance(post, dict):
                yield Anomaly(code="unparsed", locator=locator, detail="a post that is no object")
                continue
            native_id = text(post.get("id")) or key
            if text(post.get("original_id")):
                yield self._wording(post)
            elif self.tree.tell(native_id):
                # Pages overlap: a thread's root comes with every page that holds an answer to it.
                yield from self._post(native_id, post, locator)

    def _wording(self, post: dict[str, Any]) -> Revision:
        current = post["original_id"]
        self.wordings[current] = self.wordings.get(current, 0) + 1
        self.chronicle.has_edit_history = True
        replaced = epoch(post.get("delete_at") or post.get("update_at"), per_second=1000)
        return Revision(
            post=current,
            number=self.wordings[current],
            field="body",
            before=text(post.get("message")) or "",
            account=text(post.get("user_id")),
            created_at=replaced.at if replaced else None,
        )

    def _post(self, native_id: str, what: dict[str, Any], locator: str) -> Iterator[Record]:
        channel = text(what.get("channel_id"))
        author = author_of(what, text(what.get("user_id")))
        if author is None:
            yield Anomaly(code="unknown_user", locator=locator, detail="user_id is no id", post=native_id)
        else:
            yield from self.chronicle.introduce(author)
        if channel not in self.private:
            yield from self._unknown(channel, locator)
        parent = self.tree.parent(native_id)
        root = parent if parent is not None and parent not in self.tree else self.tree.root(native_id)
        post = post_of(
            what,
            Post(
                native_id=native_id,
                thread=root,
                author=author.native_id if author else None,
                parent=parent,
                parent_source="explicit" if parent else None,
                is_private=self.private[channel],
                locator=locator,
            ),
        )
        if parent is None or parent not in self.tree:
            yield from self._thread(root, channel, what if parent is None else {})
        yield post
        self.chronicle.posts += 1
        self.chronicle.see(post.created_at, post.edited_at)
        self.chronicle.has_deletions |= post.state != "visible"
        yield from self._odd(post, what)
        metadata = what.get("metadata")
        reactions = metadata.get("reactions") if isinstance(metadata, dict) else None
        if what.get("has_reactions") is True and not reactions:
            detail = "has reactions, which this page does not hold"
            yield Anomaly(code="metadata_only", locator=locator, detail=detail, post=native_id)
        yield from reactions_of(reactions, "user_id", native_id, self.chronicle, locator)
        yield from attachments_of(what, native_id)

    def _unknown(self, channel: str | None, locator: str) -> Iterator[Record]:
        """A channel that no answer describes may be anybody's direct messages."""
        self.private[channel] = True
        detail = "nothing tells whether its channel is public: taken for private; save /channels/ID beside it"
        yield Anomaly(code="unknown_place", locator=locator, detail=detail)
        if channel is not None:
            yield Container(native_id=channel, kind="channel", name=channel, is_private=True)

    def _thread(self, root: str, channel: str | None, what: dict[str, Any]) -> Iterator[Thread]:
        if root in self.threads:
            return
        self.threads.add(root)
        replies = whole(what.get("reply_count"))
        created = epoch(what.get("create_at"), per_second=1000)
        yield Thread(
            native_id=root,
            container=channel,
            root_post=root,
            created_at=created.at if created else None,
            posts_expected=replies + 1 if replies else None,
        )

    def _odd(self, post: Post, what: dict[str, Any]) -> Iterator[Anomaly]:
        if post.parent is not None and post.parent not in self.tree:
            detail = "the thread's first post is not in the export"
            yield Anomaly(code="orphan", locator=post.locator, detail=detail, post=post.native_id)
        if post.created_at is None:
            detail = f"create_at is {str(what.get('create_at'))[:40]!r}"
            yield Anomaly(code="bad_time", locator=post.locator, detail=detail, post=post.native_id)


def _order(post: Any, key: str) -> tuple[int, str]:
    created = whole(post.get("create_at")) if isinstance(post, dict) else None
    return created or 0, key
