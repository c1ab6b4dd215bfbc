"""Which mail an answer without reply headers answers, by subject and time.

Old archives and some mail programs drop In-Reply-To and References. A mail that begins with "Re:" then most
likely answers the last mail before it on the same list that bears the same subject. That is a guess: such
parents are marked as inferred, and a mail that names any parent, present or not, is never guessed at.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from ..reply_tree import ReplyTree
from .body import encoded_words
from .files import RawMail
from .message import is_reply, moment_of, topic_of

_LONGEST = timedelta(days=60).total_seconds()
"""An answer that comes later than this after the last mail of its subject is taken for a new thread."""


_Column = NDArray[np.int64]


def _numbers() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class Subjects:
    """Times of mails by list and subject, of which only hashes are kept: three numbers a mail.

    Attributes:
        tree: knows mails by number.
    """

    tree: ReplyTree
    _topics: "array[int]" = field(default_factory=_numbers)
    _times: "array[int]" = field(default_factory=_numbers)
    """In seconds."""
    _mails: "array[int]" = field(default_factory=_numbers)
    _loose: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    """Mails that say they answer but not what -> topic and time."""

    def add(self, mail: RawMail) -> None:
        """Note a mail."""
        subject, sent = encoded_words(mail.subject), moment_of(mail.date)[0]
        words = topic_of(subject).casefold().split()
        if sent is None or not words:
            return
        topic, time = hash((mail.list_id, " ".join(words))), int(sent.timestamp())
        number = self.tree.place(mail.native_id)
        self._topics.append(topic)
        self._times.append(time)
        self._mails.append(number)
        if not mail.answers and is_reply(subject):
            self._loose.setdefault(number, (topic, time))

    def __contains__(self, native_id: str) -> bool:
        return self.tree.place(native_id) in self._loose

    def answers(self) -> Iterator[tuple[str, list[str]]]:
        """Each mail that says it answers but not what, and what it most likely does: one mail or none.

        To be asked once: what is known of the others is let go.
        """
        topics, times, mails = (np.asarray(column) for column in (self._topics, self._times, self._mails))
        self._topics, self._times, self._mails = _numbers(), _numbers(), _numbers()
        if not self._loose:
            return
        order = np.lexsort((times, topics))
        topics, times, mails = topics[order], times[order], mails[order]
        for number, (topic, sent) in self._loose.items():
            first, end = np.searchsorted(topics, [topic, topic + 1])
            before = first + np.searchsorted(times[first:end], sent)
            is_near = before > first and sent - times[before - 1] <= _LONGEST
            yield self.tree.name(number), [self._last(mails, times, first, before)] if is_near else []

    def _last(self, mails: _Column, times: _Column, first: int, before: int) -> str:
        """The last mail before a place; of those in one second the one with the greatest id."""
        earliest = first + np.searchsorted(times[first:before], times[before - 1])
        return max(map(self.tree.name, mails[earliest:before].tolist()))
