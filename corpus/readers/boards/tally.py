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
        threads: those that posts were added to or that were noted before, in the order they were met.
        locators: where what had to be noted stands.
    """

    def __init__(self) -> None:
        self.latest: datetime | None = None
        self.has_deletions = False
        self._accounts = Names()
        self._posts = Names()
        self.threads = Names()
        self._present = array("q")
        """How many posts of each thread came by."""
        self._answers = array("i")
        """What each post answers that had not come by then: a place among the absent, -1 for nothing."""
        self._absent = Names()
        self._heard_at = array("i")
        """Where each post stands that answers one of them: a place among the locators."""
        self.locators = Names()

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
        if account is not None and self._accounts.add(account.native_id):
            yield account

    def add(self, post: Post) -> Post:
        """Note a post and give it back."""
        self.see(post.edited_at or post.created_at)
        self.has_deletions |= post.state in ("removed", "deleted_by_author")
        place = self._posts.place(post.native_id)
        if place == len(self._answers):
            self._answers.append(-1)
            self._heard_at.append(-1)
            # A draft is no post of its thread yet.
            self._present[self.thread(post.thread)] += post.state != "draft"
        self._answers[place] = -1
        if post.parent is not None and post.parent not in self._posts:
            self._answers[place] = self._absent.place(post.parent)
            self._heard_at[place] = self.locators.place(post.locator)
        return post

    def thread(self, name: str) -> int:
        """The place of a thread, the next one where it had none."""
        place = self.threads.place(name)
        if place == len(self._present):
            self._present.append(0)
        return place

    def present(self, place: int) -> int:
        """How many posts came by of the thread at a place; 0 at -1, where one that was not met stands."""
        return self._present[place] if place >= 0 else 0

    def orphans(self) -> Iterator[Anomaly]:
        """Posts that answer what is not here: it lies in another file, or was never saved."""
        for place, answered in enumerate(self._answers):
            if answered < 0 or (parent := self._absent[answered]) in self._posts:
                continue
            yield Anomaly(
                code="orphan",
                locator=self.locators[self._heard_at[place]],
                detail=f"answers {parent[:80]!r}, which is not in the export",
                post=self._posts[place],
            )
