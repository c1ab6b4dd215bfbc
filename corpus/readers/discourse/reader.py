"""Discourse JSON: topics as `/t/ID.json` gives them, posts saved one a file, or both mixed.

A forum is saved in many small files: topics (whole, in pages, or cut off after 20 posts), posts, and lists
that hold no posts at all. Every member is looked at for what it is, whatever its name. Posts stream through;
only what is small stays in memory: one entry for each topic, category and account, which many members tell
parts of. Of a topic we keep which post numbers came by, so that a second copy of a post adds nothing to any
count, and a topic with fewer posts than the forum says is reported as truncated.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ....errors import BrokenExportError, ExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of, is_export_of, members_of
from ..json_values import whole
from .forum import Forum, Topic
from .pages import Pages
from .posts import Place, post_number, records_of

_POSTS = re.compile(rb'"post_stream"\s*:|"post_number"\s*:\s*\d|"chunk_size"\s*:\s*\d')
_LISTS = {
    "topic_list": "a list of topics",
    "latest_posts": "a list of latest posts",
    "user_actions": "a list of what a user did",
    "post_action_users": "a list of who liked a post, under a name that does not say which",
    "reaction_users": "a list of who reacted to a post, under a name that does not say which",
    "voters": "a list of voters, under a name that does not say of which post",
    "poll": "the answer to a vote",
    "category_list": "a list of categories",
    "categories": "a list of categories",
    "users": "a list of users",
    "groups": "a list of groups",
    "tags": "a list of tags",
}
"""Discourse's JSON that holds no posts: the key that tells -> what it is."""
_LIST_HEAD = re.compile(rb'\A\s*\{\s*"(?:' + "|".join(_LISTS).encode() + rb')"\s*:')
_EDIT = re.compile(rb'"body_changes"\s*:')
_LIST_CONTENT = re.compile(
    rb'"(?:avatar_template|posts_count|topic_count|post_action_users|reaction_users)"\s*:'
)
_CATEGORY_FILES = ("categories.json", "site.json")
# The forum's own host stands in the path of avatars it keeps itself, also where a CDN serves them.
_HOST = re.compile(rb'"avatar_template"\s*:\s*"[^"]*?/user_avatar/([\w-]+(?:\.[\w-]+)+)/')
_OWN_AVATAR = b"user_avatar"
_NEITHER = "neither a topic nor a post of Discourse"


class DiscourseReader:
    """Discourse topic and post JSON."""

    name = "discourse"
    title = "Discourse topic and posts JSON"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Posts or topics, among Discourse's lists; a single file may be such a list."""
        return is_export_of(export, _has_posts if export.is_archive else _is_discourse, _is_discourse)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the forum's posts; accounts, topics and categories follow at the end.

        Raises:
            BrokenExportError: no member is Discourse JSON.
        """
        host = _host(export)
        source = Source(
            format=self.name,
            instance=options.instance or host or self.name,
            instance_url=f"https://{host}" if host else None,
            has_reaction_counts=True,
            covers="thread",
        )
        yield source
        forum, pages = Forum(host), Pages(export)
        _learn_categories(export, forum)
        for member in members_of(export):
            for locator, document in () if member in pages.members else _documents(export, member):
                yield from _records(document, locator, forum, pages)
        yield from forum.notice(pages.records(forum))
        if not forum.documents:
            raise BrokenExportError(
                f"{export.path}: nothing in it can be read as Discourse JSON",
                hint="save topics as /t/ID.json, or posts as one JSON file each, and name their folder",
            )
        yield from forum.records()
        yield replace(
            source,
            variant=forum.variant,
            exported_at=forum.latest,
            has_reaction_actors=forum.actors,
            has_edit_history=forum.has_edits,
            has_deletions=forum.has_deletions,
            complete=forum.complete,
        )


def _has_posts(head: bytes) -> bool:
    return _POSTS.search(head) is not None


def _is_discourse(head: bytes) -> bool:
    is_list = _LIST_HEAD.match(head) and _LIST_CONTENT.search(head)
    return _has_posts(head) or bool(is_list or _EDIT.search(head))


def _host(export: Export) -> str | None:
    """Host name of the forum, from the first member that tells."""
    for member in members_of(export):
        try:
            data = export.read(member)
        except ExportError:
            continue
        found = _HOST.search(data.replace(rb"\/", b"/")) if _OWN_AVATAR in data else None
        if found:
            return found[1].decode("ascii", "replace").lower()
    return None


def _learn_categories(export: Export, forum: Forum) -> None:
    """Names of categories, where the export has the forum's list of them."""
    for member in members_of(export):
        if member.rpartition("/")[2] not in _CATEGORY_FILES:
            continue
        for _, document in _documents(export, member):
            inner = document.get("category_list", document) if isinstance(document, dict) else None
            if isinstance(inner, dict):
                forum.learn_categories(inner.get("categories"))


def _documents(export: Export, member: str) -> Iterator[tuple[str, Any]]:
    """The documents of a member with where they stand: a list holds one an entry."""
    document = document_of(export, member)
    if isinstance(document, list):
        yield from ((f"{member}:{index}", entry) for index, entry in enumerate(document))
    else:
        yield member, document


def _records(document: Any, locator: str, forum: Forum, pages: Pages) -> Iterator[Record]:
    """A document for what it is: a topic, a post, a list without posts, or none of these."""
    if isinstance(document, Anomaly):
        yield document
    elif not isinstance(document, dict):
        yield Anomaly(code="unparsed", locator=locator, detail=_NEITHER)
    elif isinstance(document.get("post_stream"), dict):
        yield from _topic(document, locator, forum, pages)
    elif "post_number" in document and ("cooked" in document or "raw" in document):
        forum.count(document, "posts")
        yield from _post(document, locator, forum, pages)
    elif kind := next((kind for key, kind in _LISTS.items() if key in document), None):
        forum.count(document, "")
        yield Anomaly(code="metadata_only", locator=locator, detail=kind)
    elif "errors" in document:
        said = str(document.get("error_type") or document["errors"])[:80]
        yield Anomaly(code="unparsed", locator=locator, detail=f"an error message of the forum: {said}")
    else:
        yield Anomaly(code="unparsed", locator=locator, detail=_NEITHER)


def _topic(document: dict[str, Any], locator: str, forum: Forum, pages: Pages) -> Iterator[Record]:
    posts = document["post_stream"].get("posts")
    if not isinstance(posts, list):
        yield Anomaly(code="unparsed", locator=locator, detail="a topic whose posts are no list")
        return
    forum.count(document, "topics")
    number = whole(document.get("id"))
    topic = None
    if number is not None:
        topic = forum.topic(number, locator)
        topic.learn_topic(document)
    for index, post in enumerate(posts):
        yield from _post(post, f"{locator}:{index}", forum, pages, topic)


def _post(
    post: Any, locator: str, forum: Forum, pages: Pages, topic: Topic | None = None
) -> Iterator[Record]:
    """One post, within the topic it came in or, where it came alone, that which it names."""
    raw: dict[str, Any] = post if isinstance(post, dict) else {}
    number = post_number(raw)
    if topic is None and (own := whole(raw.get("topic_id"))) is not None:
        topic = forum.topic(own, locator)
    if topic is None or number is None:
        missing = "topic_id" if topic is None else "post_number"
        yield Anomaly(code="unparsed", locator=locator, detail=f"a post without valid {missing}: left out")
        if topic is not None:
            topic.refused += 1
        return
    if not topic.add(number):
        detail = "a post with this number came before: left out"
        yield Anomaly(code="duplicate", locator=locator, detail=detail, post=f"{topic.native_id}/{number}")
        return
    topic.learn_post(raw)
    place = Place(
        topic.native_id,
        locator,
        is_private=topic.is_private or forum.is_restricted(topic),
        is_deleted=topic.state == "deleted",
        url=forum.topic_url(topic),
    )
    yield from forum.foreign(raw, locator)
    has_page = pages.await_people(raw, f"{topic.native_id}/{number}", locator)
    yield from forum.notice(records_of(pages.joined(raw), place, with_reactions=not has_page))
