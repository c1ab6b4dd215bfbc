"""What the tables of a phpBB board tell together: topics, who opened them, polls, and what was not read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...model import (
    Account,
    Aggregate,
    Anomaly,
    Container,
    Poll,
    PollOption,
    PollVote,
    Reaction,
    Record,
    Thread,
)
from ..json_values import epoch
from .phpbb_rows import (
    MESSAGES,
    NOBODY,
    Place,
    account_of,
    attachment_of,
    container_of,
    count,
    draft_of,
    guest_of,
    known_fields,
    message_of,
    number,
    post_of,
    problems_of,
    time_of,
    words_of,
)
from .table_rows import TableRow
from .tally import Tally

_READ = (
    "poll_options", "poll_votes", "attachments", "privmsgs", "drafts", "forums", "topics", "posts", "thanks",
    "users",
)  # fmt: skip
_LIKE_THEM = ("acl_users",)
"""Tables whose names end as one of those does."""
_SHADOW, _LOCKED = "2", "1"


def _table(row: TableRow) -> str:
    """The table's name without the board's prefix, "" where it is not read."""
    name = row.table.lower()
    if any(name.endswith(other) for other in _LIKE_THEM):
        return ""
    return next((table for table in _READ if name == table or name.endswith(f"_{table}")), "")


@dataclass(slots=True)
class _Topic:
    """What is known of a topic; its row may be absent."""

    native_id: str
    row: TableRow | None = None
    first: str | None = None
    """The post that opens it: the one its row names, else the least one met."""
    options: int = 0


class PhpbbBoard:
    """Gathers topics and forums from a first look, then makes records of all rows."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.has_thanks = False
        self._forums: dict[str, Container] = {}
        self._topics: dict[str, _Topic] = {}
        self._opened: dict[str, str] = {}
        self._known = known_fields()
        self._unread: dict[str, tuple[int, str]] = {}
        self._has_messages = False
        self._nobody: Account | None = None
        self._rules: dict[str, Callable[[TableRow], Iterator[Record]]] = {
            "attachments": self._attachment,
            "drafts": self._draft,
            "poll_options": self._option,
            "poll_votes": self._vote,
            "posts": self._post,
            "privmsgs": self._message,
            "thanks": self._thanks,
            "users": self._user,
        }

    def look(self, row: TableRow) -> None:
        """Note what other rows will need of this one."""
        table = _table(row)
        if table == "forums" and (forum := container_of(row)):
            self._forums.setdefault(forum.native_id, forum)
        elif table == "users" and number(row, "user_id") == NOBODY:
            self._nobody = self._nobody or account_of(row)
        elif table in ("topics", "posts", "poll_options") and (own := number(row, "topic_id")):
            topic = self._topics.setdefault(own, _Topic(own))
            if table == "topics" and topic.row is None:
                topic.row = row
                self._open(topic, number(row, "topic_first_post_id"))
            elif table == "posts" and topic.row is None:
                self._open(
                    topic, min(filter(None, (topic.first, number(row, "post_id"))), key=int, default=None)
                )
            elif table == "poll_options":
                topic.options += 1

    def _open(self, topic: _Topic, post: str | None) -> None:
        topic.first = post or topic.first
        if post is not None:
            self._opened.setdefault(post, topic.native_id)

    def records(self, row: TableRow) -> Iterator[Record]:
        """One row's records."""
        table = _table(row)
        yield from problems_of(row, table, self._known)
        if table in self._rules:
            yield from self._rules[table](row)
        elif table not in ("topics", "forums"):
            rows, locator = self._unread.get(row.table, (0, row.locator))
            self._unread[row.table] = (rows + 1, locator)

    def _user(self, row: TableRow) -> Iterator[Record]:
        account = account_of(row)
        yield from self.tally.meet(account)
        if account is None:
            yield Anomaly(code="unparsed", locator=row.locator, detail="a user without user_id: left out")

    def _post(self, row: TableRow) -> Iterator[Record]:
        native_id = number(row, "post_id")
        if native_id is None:
            yield Anomaly(code="unparsed", locator=row.locator, detail="a post without post_id: left out")
            return
        guest = guest_of(row)
        is_nameless = guest is not None and guest.native_id == NOBODY
        yield from self.tally.meet(self._nobody if self._nobody and is_nameless else guest)
        thread = number(row, "topic_id") or self._opened.get(native_id) or f"post/{native_id}"
        topic = self._topics.get(thread)
        forum = number(row, "forum_id") or (topic and topic.row and number(topic.row, "forum_id"))
        is_private = forum is not None and forum in self._forums and self._forums[forum].is_private
        post = post_of(row, native_id, Place(thread, topic.first if topic else native_id, is_private))
        if post.created_at is None and "post_time" in row.values:
            detail = f"post_time is {str(post.created_raw)[:40]!r}"
            yield Anomaly(code="bad_time", locator=row.locator, detail=detail, post=native_id)
        yield self.tally.add(post)

    def _message(self, row: TableRow) -> Iterator[Record]:
        message = message_of(row)
        if message is None:
            yield Anomaly(code="unparsed", locator=row.locator, detail="a message without msg_id: left out")
            return
        self._has_messages = True
        yield self.tally.add(message)

    def _draft(self, row: TableRow) -> Iterator[Record]:
        draft = draft_of(row)
        if draft is None:
            yield Anomaly(code="unparsed", locator=row.locator, detail="a draft without draft_id: left out")
            return
        yield self.tally.add(draft)

    @staticmethod
    def _attachment(row: TableRow) -> Iterator[Record]:
        yield attachment_of(row)

    @staticmethod
    def _option(row: TableRow) -> Iterator[Record]:
        topic, option = number(row, "topic_id"), number(row, "poll_option_id")
        if topic is None or option is None:
            yield Anomaly(code="unparsed", locator=row.locator, detail="an option without poll: left out")
            return
        yield PollOption(
            poll=topic,
            native_id=option,
            ordinal=count(row, "poll_option_id") or 0,
            text=words_of(row.values.get("poll_option_text")),
            votes=count(row, "poll_option_total"),
        )

    @staticmethod
    def _vote(row: TableRow) -> Iterator[Record]:
        """A vote by an account; guests' votes are in the options' totals only."""
        topic, option = number(row, "topic_id"), number(row, "poll_option_id")
        voter = number(row, "vote_user_id")
        if topic and option and voter and voter != NOBODY:
            yield PollVote(poll=topic, option=option, account=voter)
        elif voter is not None and voter != NOBODY:
            yield Anomaly(
                code="unparsed", locator=row.locator, detail="a vote without poll or option: left out"
            )

    def _thanks(self, row: TableRow) -> Iterator[Record]:
        """A row of the extension "Thanks for posts"."""
        post, account, at = number(row, "post_id"), number(row, "user_id"), time_of(row, "thanks_time")
        if post and account:
            self.has_thanks = True
            yield Reaction(
                post=post,
                name_raw="thanks",
                mechanism="like",
                account=account,
                created_at=at.at if at else None,
            )

    def rest(self) -> Iterator[Record]:
        """Forums, topics with their polls, and how many rows of other tables there were."""
        yield from (self._forums[forum] for forum in sorted(self._forums, key=int))
        if self._has_messages:
            yield Container(native_id=MESSAGES, kind="room", name="private messages", is_private=True)
        for topic in sorted(self._topics, key=int):
            yield from self._topic(self._topics[topic])
        for thread in self.tally.threads:
            if thread not in self._topics:
                is_message = thread.startswith("pm/")
                root = thread.removeprefix("post/")
                yield Thread(native_id=thread, root_post=root, container=MESSAGES if is_message else None)
        for table, (rows, locator) in sorted(self._unread.items()):
            detail = f"table {table[:60]}: {rows} rows that hold no post, not read"
            yield Anomaly(code="metadata_only", locator=locator, detail=detail)

    def _topic(self, topic: _Topic) -> Iterator[Record]:
        row = topic.row
        if row is None:
            yield Thread(native_id=topic.native_id, root_post=topic.first)
        elif row.values.get("topic_status") == _SHADOW or number(row, "topic_moved_id"):
            moved = number(row, "topic_moved_id")
            detail = f"topic {topic.native_id} only points to {moved}, which was moved"
            yield Anomaly(code="duplicate", locator=row.locator, detail=detail)
            return
        else:
            yield from self._thread(topic, row)
        if (topic.options or (row and row.values.get("poll_title"))) and topic.first:
            yield self._poll(topic, row)

    def _thread(self, topic: _Topic, row: TableRow) -> Iterator[Record]:
        created = time_of(row, "topic_time")
        counts = [count(row, f"topic_posts_{kind}") for kind in ("approved", "unapproved", "softdeleted")]
        expected = sum(told for told in counts if told) if counts[0] is not None else None
        is_deleted = row.values.get("topic_visibility") == "2"
        yield Thread(
            native_id=topic.native_id,
            container=number(row, "forum_id"),
            title=words_of(row.values.get("topic_title")) or None,
            kind="vote" if topic.options or row.values.get("poll_title") else "discussion",
            root_post=topic.first,
            created_at=created.at if created else None,
            state="deleted"
            if is_deleted
            else "closed"
            if row.values.get("topic_status") == _LOCKED
            else "open",
            posts_expected=expected,
        )
        views = count(row, "topic_views")
        if views:
            yield Aggregate(thread=topic.native_id, measure="view", value=views)
        present = self.tally.present(self.tally.threads.find(topic.native_id))
        if expected is not None and present < expected:
            detail = f"topic truncated {present}/{expected}"
            yield Anomaly(code="truncated", locator=row.locator, detail=detail)

    @staticmethod
    def _poll(topic: _Topic, row: TableRow | None) -> Poll:
        start = time_of(row, "poll_start") if row else None
        length = count(row, "poll_length") if row else None
        ends = epoch(start.at.timestamp() + length) if start and length else None
        several = (count(row, "poll_max_options") or 1) > 1 if row else False
        return Poll(
            native_id=topic.native_id,
            post=str(topic.first),
            question=words_of(row.values.get("poll_title")) or None if row else None,
            type="multiple" if several else "single",
            is_public=False,
            closes_at=ends.at if ends else None,
        )
