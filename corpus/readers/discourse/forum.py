"""What a Discourse forum's files tell together: topics, categories, accounts, and how much of it is here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from msgspec.structs import replace

from ...model import Account, Aggregate, Anomaly, Container, Post, Reaction, Record, Revision, Thread
from ..json_values import moment, objects, text, whole

_MESSAGES = "private_messages"
_MEASURES = {"views": "view", "vote_count": "vote"}
"""A topic's numbers without parts (`vote_count` is the topic voting plugin's) -> their measure."""


@dataclass(slots=True)
class Topic:
    """A topic as far as the members read up to now tell; earlier ones are believed first."""

    native_id: str
    locator: str
    title: str | None = None
    slug: str | None = None
    category: str | None = None
    created_at: datetime | None = None
    state: Literal["open", "closed", "archived", "deleted"] | None = None
    expected: int | None = None
    is_private: bool = False
    is_question: bool = False
    totals: dict[str, int] = field(default_factory=dict[str, int])
    """Measure -> the highest number any member gives."""
    refused: int = 0
    """Posts that were there but could not be read."""
    _numbers: int = field(default=0, repr=False)
    """Post numbers seen, one bit each."""

    def add(self, number: int) -> bool:
        """Note a post; False where its number came before."""
        bit = 1 << number
        is_new = not self._numbers & bit
        self._numbers |= bit
        return is_new

    @property
    def present(self) -> int:
        """How many posts came by."""
        return self._numbers.bit_count()

    def learn_topic(self, document: dict[str, Any]) -> None:
        """Take what `/t/ID.json` says of the topic."""
        created = moment(document.get("created_at"))
        self.title = self.title or text(document.get("title"))
        self.slug = self.slug or text(document.get("slug"))
        self.category = self.category or _id(document.get("category_id"))
        self.created_at = self.created_at or (created.at if created else None)
        if document.get("deleted_at"):
            self.state = "deleted"
        elif self.state in (None, "open"):
            archived, closed = document.get("archived") is True, document.get("closed") is True
            self.state = "archived" if archived else "closed" if closed else "open"
        if document.get("archetype") == "private_message":
            self.is_private = True
        self.is_question = self.is_question or isinstance(document.get("accepted_answer"), dict)
        stream = document["post_stream"].get("stream")
        counted = len(stream) if isinstance(stream, list) and stream else whole(document.get("posts_count"))
        self.expected = max(self.expected or 0, counted or 0) or None
        for key, measure in _MEASURES.items():
            self._total(measure, document.get(key))

    def learn_post(self, post: dict[str, Any]) -> None:
        """Take what a post says of its topic."""
        self.title = self.title or text(post.get("topic_title"))
        self.slug = self.slug or text(post.get("topic_slug"))
        self.category = self.category or _id(post.get("category_id"))
        if post.get("topic_archetype") == "private_message":
            self.is_private = True
        # Only topics of private messages have no category; a post in a topic's file need not name it.
        if "topic_title" in post and post.get("category_id", 0) is None and self.category is None:
            self.is_private = True
        if post.get("accepted_answer") is True:
            self.is_question = True
        if post["post_number"] == 1:
            self._total("reader", post.get("reads"))

    def _total(self, measure: str, value: Any) -> None:
        number = whole(value)
        if number is not None and number > 0:
            self.totals[measure] = max(self.totals.get(measure, 0), number)


class Forum:
    """The small things that many members tell parts of, gathered until the end.

    Args:
        host: the forum's own, None where it is not known.
    """

    def __init__(self, host: str | None) -> None:
        self._host = host
        self._foreign_hosts: set[str] = set()
        self._topics: dict[int, Topic] = {}
        self._accounts: dict[str, Account] = {}
        self._by_name: dict[str, str] = {}
        self._categories: dict[str, Container] = {}
        self._kinds: set[str] = set()
        self.documents = 0
        self.has_deletions = False
        self.has_edits = False
        self._identities: set[str] = set()
        self.latest: datetime | None = None
        """The latest moment any post or topic tells of: the export is no older."""

    def topic(self, number: int, locator: str) -> Topic:
        """The topic of this id, new where it was not met before."""
        return self._topics.setdefault(number, Topic(str(number), locator))

    def is_restricted(self, topic: Topic) -> bool:
        """Whether a topic lies in a category, or below one, that not everybody may read."""
        key = topic.category
        if key not in self._categories:
            return False
        passed = set[str]()
        while key in self._categories and key not in passed:
            if self._categories[key].is_private:
                return True
            passed.add(key)
            key = self._categories[key].parent or ""
        return False

    def topic_url(self, topic: Topic) -> str | None:
        """Address of a topic on the forum."""
        return f"https://{self._host}/t/{topic.slug or '-'}/{topic.native_id}" if self._host else None

    def count(self, document: dict[str, Any], kind: str) -> None:
        """Note that a document of Discourse was read: "topics", "posts", or "" for one of its lists."""
        self.documents += 1
        if kind:
            self._kinds.add(kind)
        last_posted = moment(document.get("last_posted_at"))
        self._see(last_posted.at if last_posted else None)

    def notice(self, records: Iterable[Record]) -> Iterator[Record]:
        """Hold back accounts, of which the best known version goes out at the end."""
        for record in records:
            if isinstance(record, Account):
                self._meet(record)
                continue
            if isinstance(record, Post):
                self._see(record.edited_at or record.created_at)
                self.has_deletions |= record.state in ("removed", "deleted_by_author")
            elif isinstance(record, Reaction):
                self._identities.add(record.identity)
            elif isinstance(record, Revision):
                self.has_edits = True
            yield record

    def known(self, account: Account | None) -> Account | None:
        """The account whose name this is, where only the name is told; else as given."""
        if account is None or account.is_stable_id:
            return account
        return self._accounts.get(self._by_name.get((account.username or "").lower(), ""), account)

    @property
    def actors(self) -> Literal["yes", "no", "partial"]:
        """Whether it is known who reacted."""
        if "identified" not in self._identities:
            return "no"
        return "partial" if "count_only" in self._identities else "yes"

    def foreign(self, post: dict[str, Any], locator: str) -> Iterator[Anomaly]:
        """A warning, once, for each other forum whose posts are mixed in here."""
        path = text(post.get("avatar_template")) or ""
        host = path.partition("/user_avatar/")[2].partition("/")[0].lower()
        if "." in host and host != self._host and host not in self._foreign_hosts:
            self._foreign_hosts.add(host)
            detail = f"posts of another forum, {host}: people with the same number are taken for one"
            yield Anomaly(code="unknown_user", locator=locator, detail=detail)

    def _see(self, seen: datetime | None) -> None:
        if seen and (self.latest is None or seen > self.latest):
            self.latest = seen

    def _meet(self, account: Account) -> None:
        """The first name an account shows stays; a later one fills a gap."""
        known = self._accounts.setdefault(account.native_id, account)
        if known == account and known is not account:
            return  # Nearly all posts are by somebody met before.
        if account.username and account.is_stable_id:
            self._by_name.setdefault(account.username.lower(), account.native_id)
        username = known.username or account.username
        display_name = known.display_name or account.display_name
        if (username, display_name) != (known.username, known.display_name):
            named = replace(known, username=username, display_name=display_name)
            self._accounts[account.native_id] = named

    def learn_categories(self, entries: Any) -> None:
        """Take names from a list of categories."""
        for entry in objects(entries):
            native_id, name = _id(entry.get("id")), text(entry.get("name"))
            if native_id and name:
                self._categories[native_id] = Container(
                    native_id=native_id,
                    kind="category",
                    name=name,
                    parent=_id(entry.get("parent_category_id")),
                    is_private=entry.get("read_restricted") is True,
                )
            self.learn_categories(entry.get("subcategory_list"))

    @property
    def variant(self) -> str:
        """What the members were: "topics", "posts" or both."""
        return "+".join(sorted(self._kinds))

    @property
    def complete(self) -> Literal["yes", "no", "unknown"]:
        """Whether every topic has as many posts as the forum says; posts saved singly do not tell."""
        topics = self._topics.values()
        if any(topic.expected and topic.present < topic.expected for topic in topics):
            return "no"
        return "yes" if topics and all(topic.expected for topic in topics) else "unknown"

    def records(self) -> Iterator[Record]:
        """Accounts, categories and topics, sorted by id, and what is missing of the topics."""
        yield from (self._accounts[key] for key in sorted(self._accounts))
        topics = [self._topics[number] for number in sorted(self._topics)]
        yield from self._containers(topics)
        for topic in topics:
            yield self._thread(topic)
            for measure, value in sorted(topic.totals.items()):
                yield Aggregate(thread=topic.native_id, measure=measure, value=value)
            seen = topic.present + topic.refused
            if topic.expected and seen < topic.expected:
                detail = f"topic truncated {seen}/{topic.expected}"
                yield Anomaly(code="truncated", locator=topic.locator, detail=detail)

    def _containers(self, topics: list[Topic]) -> Iterator[Container]:
        used = {topic.category for topic in topics if topic.category and not topic.is_private}
        parents = {self._categories[key].parent for key in used if key in self._categories}
        for key in sorted(used | {parent for parent in parents if parent}):
            unnamed = Container(native_id=key, kind="category", name=f"category {key}")
            yield self._categories.get(key, unnamed)
        if any(topic.is_private for topic in topics):
            yield Container(native_id=_MESSAGES, kind="room", name="private messages", is_private=True)

    def _thread(self, topic: Topic) -> Thread:
        return Thread(
            native_id=topic.native_id,
            container=_MESSAGES if topic.is_private else topic.category,
            title=topic.title,
            kind="question" if topic.is_question else "discussion",
            root_post=f"{topic.native_id}/1",
            created_at=topic.created_at,
            state=topic.state,
            posts_expected=topic.expected,
            url=self.topic_url(topic),
        )


def _id(value: Any) -> str | None:
    number = whole(value)
    return None if number is None else str(number)
