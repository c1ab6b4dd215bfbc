"""Which of the states of a post that an export holds is the latest.

There are millions of posts, so of each state only a few numbers are kept, 21 bytes in all, and no id: its
hash stands for it. That two of a million posts have the same happens in one of 40 million such exports.
"""

import math
from array import array
from bisect import bisect_left
from datetime import datetime

from ...model import Post

_GONE = ("deleted_by_author", "removed")


class Latest:
    """States of posts, numbered from 0 in the order in which they are added: add all, `settle`, then ask."""

    def __init__(self) -> None:
        self._ids = array("q")
        self._moments = array("d")
        """When it was so, in seconds since 1970."""
        self._gone = bytearray()
        self._threads = array("i")
        """Places in `_names`; once settled, those of the threads in which the latest states are."""
        self._places: dict[str, int] = {}
        self._names: list[str] = []
        self._is_latest = bytearray()
        self._known = array("q")
        """The ids, each once, ascending."""

    def __bool__(self) -> bool:
        return bool(self._ids)

    def add(self, post: Post, as_of: datetime | None) -> None:
        """Note a state of a post; of two of one moment a deleted one is later, else the one that comes later.

        Args:
            post: the post in this state.
            as_of: when it was so, None where nobody knows.
        """
        self._ids.append(hash(post.native_id))
        self._moments.append(as_of.timestamp() if as_of else -math.inf)
        self._gone.append(post.state in _GONE)
        self._threads.append(self._places.setdefault(post.thread, len(self._places)))

    def settle(self) -> None:
        """Find the latest state of each post."""
        import numpy as np

        ids, threads = np.frombuffer(self._ids, np.int64), np.frombuffer(self._threads, np.int32)
        order = np.lexsort((np.frombuffer(self._gone, np.uint8), np.frombuffer(self._moments), ids))
        ends = np.flatnonzero(np.diff(ids[order], append=~ids[order[-1:]]))
        latest = order[ends]
        is_latest = np.zeros(len(ids), np.uint8)
        is_latest[latest] = 1
        of_latest = np.empty_like(threads)
        of_latest[order] = np.repeat(threads[latest], np.diff(ends, prepend=-1))
        self._known = array("q", ids[latest].tobytes())
        self._is_latest, self._threads = bytearray(is_latest), array("i", of_latest.tobytes())
        self._names = list(self._places)

    def is_latest(self, state: int) -> bool:
        """Whether no later state of the same post was added."""
        return bool(self._is_latest[state])

    def thread(self, state: int) -> str:
        """The thread in which the latest state of the same post is."""
        return self._names[self._threads[state]]

    def __contains__(self, native_id: str) -> bool:
        wanted = hash(native_id)
        place = bisect_left(self._known, wanted)
        return place < len(self._known) and self._known[place] == wanted
