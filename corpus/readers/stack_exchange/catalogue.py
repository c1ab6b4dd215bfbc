"""What of a dump must be known before its posts can be told: which thread a post is in, what was accepted.

Answers name their question, comments the post above them, and all may stand before what they name. Ids and
numbers alone are kept, never texts.
"""

from array import array
from collections import Counter
from datetime import datetime
from operator import ge

from ...model import Anomaly, Post, ThreadKind
from ..json_values import Moment, moment
from ..places import Places
from .rows import number_of

Row = dict[str, str]
ANSWER = 2
_ACCEPT = 1
ROOTS: dict[int, ThreadKind] = {1: "question", 3: "discussion", 6: "vote"}
LEFT_OUT = {4: "tag wiki excerpts", 5: "tag wikis", 7: "wiki placeholders", 8: "privilege wikis"}
"""Pages about the site, which nobody posted to anybody."""

LEARNT = {
    "users": ("Id", "DisplayName"),
    "posts": ("Id", "PostTypeId", "ParentId", "CommentCount", "AnswerCount", "AcceptedAnswerId", "Score"),
    "comments": ("PostId",),
    "votes": ("PostId", "VoteTypeId"),
}
"""Attributes that are looked at before any row is told."""


UNKNOWN = -(1 << 63)
"""The score of a post that tells none."""
_MOST = 1 << 32


def _number(row: Row, name: str) -> int:
    """How many there are, as a row says, within what can be."""
    return min(max(number_of(row, name) or 0, 0), _MOST)


def type_of(row: Row) -> int:
    """The kind of a post, 0 where the row does not say."""
    return number_of(row, "PostTypeId") or 0


class Catalogue:
    """Posts, comments and users of a dump by their numbers."""

    def __init__(self) -> None:
        self.posts = Places()
        self._threads = array("q")
        """By place of a post: id of the opening post of its thread."""
        self.scores = array("q")
        """By place of a post: what the site says it is worth; `UNKNOWN` where it does not."""
        self.names: dict[int, str] = {}
        """Id of a user -> display name as one writes it after an "@"."""
        self.accepted: set[int] = set()
        self.left_out: Counter[int] = Counter()
        self.latest: datetime | None = None
        """The latest moment any row tells of: the dump is no older."""
        self._roots = Places()
        self._expected, self._present = array("q"), array("q")
        """By place of a thread's opening post, which may be missing."""

    def learn_user(self, row: Row) -> None:
        """Note a user's name."""
        number, name = number_of(row, "Id"), row.get("DisplayName")
        if number is not None and name:
            self.names[number] = handle(name)

    def learn_post(self, row: Row) -> None:
        """Note where a post belongs and how much hangs on it."""
        number, kind = number_of(row, "Id"), type_of(row)
        if kind in LEFT_OUT:
            self.left_out[kind] += 1
            return
        if number is None or not self.posts.add(number):
            return
        parent = number_of(row, "ParentId") if kind == ANSWER else None
        thread = number if parent is None else parent
        self._threads.append(thread)
        place = self._place(thread)
        self._present[place] += 1
        self._expected[place] += _number(row, "CommentCount")
        if thread == number:
            self._expected[place] += 1 + _number(row, "AnswerCount")
        accepted, score = number_of(row, "AcceptedAnswerId"), number_of(row, "Score")
        if accepted is not None:
            self.accepted.add(accepted)
        self.scores.append(UNKNOWN if score is None else score)

    def _place(self, thread: int) -> int:
        if self._roots.add(thread):
            self._expected.append(0)
            self._present.append(0)
        return self._roots.find(thread)

    def thread(self, post: int) -> int | None:
        """Id of the opening post of a post's thread, None where the post is not here."""
        place = self.posts.find(post)
        return self._threads[place] if place >= 0 else None

    def learn_comment(self, row: Row) -> None:
        """Note that a comment is here."""
        thread = self.thread(number_of(row, "PostId") or 0)
        if thread is not None:
            self._present[self._place(thread)] += 1

    def learn_vote(self, row: Row) -> None:
        """Note an answer that a vote accepted."""
        post = number_of(row, "PostId")
        if post is not None and number_of(row, "VoteTypeId") == _ACCEPT:
            self.accepted.add(post)

    def size(self, thread: int) -> tuple[int, int]:
        """How many posts a thread has here, and how many the site counts."""
        place = self._place(thread)
        return self._present[place], max(self._expected[place], self._present[place])

    @property
    def is_complete(self) -> bool:
        """Whether every thread is as long as the site says."""
        return all(map(ge, self._present, self._expected))

    def moment(self, row: Row, name: str) -> Moment | None:
        """A time of a row, in UTC though it does not say so."""
        found = moment(row.get(name))
        if found and (self.latest is None or found.at > self.latest):
            self.latest = found.at
        return found

    def pages(self) -> list[Anomaly]:
        """What was left out on purpose, one row a kind."""
        return [
            Anomaly(code="metadata_only", locator="Posts.xml", detail=f"{number} {LEFT_OUT[kind]}: left out")
            for kind, number in sorted(self.left_out.items())
        ]


def handle(name: str) -> str:
    """A display name as it stands after an "@": without blanks, in lower case.

    >>> handle("Ada Lind")
    'adalind'
    """
    return "".join(name.split()).casefold()


def orphan(post: Post, above: str) -> Anomaly:
    """A post whose parent is not in the dump."""
    detail = f"{above} is not in the dump"
    return Anomaly(code="orphan", locator=post.locator, detail=detail, post=post.native_id)
