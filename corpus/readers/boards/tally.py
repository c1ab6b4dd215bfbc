"""What must be known across all files of a board: who was met, which posts came by, what they answer.

Ids alone are kept, never texts, so that months of files fit.
"""

from array import array
from collections.abc import Iterator
from datetime import datetime

from ...model import Account, Anomaly, Post
from ..places import Names


class Tally:
    """Counts what a reader yields.

    Attributes:
        latest: the latest moment any post or the export itself tells of.
        has_deletions: whether a deleted post was among them.
    """

    def __init__(self) -> None:
        self.latest: datetime | None = None
        self.has_deletions = False
        self._accounts: set[str] = set()
        self._posts = Names()
        self._threads = Names()
        self._present = array("q")
        """How many posts of each thread came by."""
        self._answers: dict[str, tuple[str, str]] = {}
        """Posts whose parents had not come by then."""

    def __contains__(self, post: str) -> bool:
        return post in self._posts

    def __len__(self) -> int:
        return len(self._posts)

    def see(self, at: datetime | None) -> None:
        """Note a moment; the export is no older."""
        if at is not None and (self.latest is None or at > self.latest):
            self.latest = at

    def meet(self, account: Account | None) -> Iterator[Account]:
        """The account, the first time it is met."""
        if account is not None and account.native_id not in self._accounts:
            self._accounts.add(account.native_id)
            yield account

    def add(self, post: Post) -> Post:
        """Note a post and give it back."""
        self.see(post.edited_at or post.created_at)
        self.has_deletions |= post.state in ("removed", "deleted_by_author")
        if self._posts.add(post.native_id):
            thread = self._threads.place(post.thread)
            if thread == len(self._present):
                self._present.append(0)
            # A draft is no post of its thread yet.
            self._present[thread] += post.state != "draft"
        if post.parent is not None and post.parent not in self._posts:
            self._answers[post.native_id] = (post.parent, post.locator)
        else:
            self._answers.pop(post.native_id, None)
        return post

    def present(self, thread: str) -> int:
        """How many posts of a thread came by."""
        place = self._threads.find(thread)
        return self._present[place] if place >= 0 else 0

    @property
    def threads(self) -> Iterator[str]:
        """Threads that have posts, in the order they were met."""
        return iter(self._threads)

    def orphans(self) -> Iterator[Anomaly]:
        """Posts that answer what is not here: it lies in another file, or was never saved."""
        for post, (parent, locator) in self._answers.items():
            if parent not in self._posts:
                detail = f"answers {parent[:80]!r}, which is not in the export"
                yield Anomaly(code="orphan", locator=locator, detail=detail, post=post)
