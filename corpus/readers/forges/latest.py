"""Which of the states of a post that an export holds is the latest.

Ids and threads are kept once, all else is numbers in arrays: there are millions of posts.
"""

import math
from array import array
from collections.abc import Iterator
from datetime import datetime

from ...model import Post

_GONE = ("deleted_by_author", "removed")


class Latest:
    """Posts by id. Their states are numbered from 0 in the order in which they are added."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._moments = array("d")
        """By number of a post: when its latest state was, in seconds since 1970."""
        self._gone = bytearray()
        self._states = array("q")
        self._threads: list[str] = []
        self._names: dict[str, str] = {}
        self._added = 0

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def __contains__(self, native_id: object) -> bool:
        return native_id in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def add(self, post: Post, as_of: datetime | None) -> bool:
        """Note a state of a post; of two of one moment a deleted one is later, else the one that comes later.

        Args:
            post: the post in this state.
            as_of: when it was so, None where nobody knows.

        Returns:
            Whether no other state of the post came before.
        """
        state, self._added = self._added, self._added + 1
        moment = as_of.timestamp() if as_of else -math.inf
        is_gone = post.state in _GONE
        number = self._numbers.setdefault(post.native_id, len(self._threads))
        if number == len(self._threads):
            self._moments.append(moment)
            self._gone.append(is_gone)
            self._states.append(state)
            self._threads.append(self._names.setdefault(post.thread, post.thread))
            return True
        if (moment, is_gone) >= (self._moments[number], self._gone[number]):
            self._moments[number], self._gone[number], self._states[number] = moment, is_gone, state
            self._threads[number] = self._names.setdefault(post.thread, post.thread)
        return False

    def state(self, native_id: str) -> int:
        """The number of a post's latest state."""
        return self._states[self._numbers[native_id]]

    def thread(self, native_id: str) -> str:
        """The thread in which the latest state of a post is."""
        return self._threads[self._numbers[native_id]]
