"""Which mail an answer without reply headers answers, by subject and time.

Old archives and some mail programs drop In-Reply-To and References. A mail that begins with "Re:" then most
likely answers the last mail before it on the same list that bears the same subject. That is a guess: such
parents are marked as inferred, and a mail that names any parent, present or not, is never guessed at.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .body import encoded_words
from .files import RawMail
from .message import is_reply, moment_of, topic_of

_LONGEST = timedelta(days=60)
"""An answer that comes later than this after the last mail of its subject is taken for a new thread."""
_Topic = tuple[str, int]


@dataclass(slots=True)
class Subjects:
    """Ids and times of mails by list and subject; of subjects only hashes are kept."""

    _mails: dict[_Topic, list[tuple[datetime, str]]] = field(
        default_factory=dict[_Topic, list[tuple[datetime, str]]]
    )
    _loose: dict[str, tuple[_Topic, datetime]] = field(default_factory=dict[str, tuple[_Topic, datetime]])

    def add(self, mail: RawMail) -> None:
        """Note a mail."""
        subject, sent = encoded_words(mail.subject), moment_of(mail.date)[0]
        topic = topic_of(subject)
        if sent is None or not topic:
            return
        key = (mail.list_id, hash(" ".join(topic.casefold().split())))
        self._mails.setdefault(key, []).append((sent, mail.native_id))
        if not mail.answers and is_reply(subject):
            self._loose.setdefault(mail.native_id, (key, sent))

    def __contains__(self, native_id: str) -> bool:
        return native_id in self._loose

    def answers(self) -> Iterator[tuple[str, list[str]]]:
        """Each mail that says it answers but not what, and what it most likely does: one mail or none."""
        for mails in self._mails.values():
            mails.sort()
        for native_id, (key, sent) in self._loose.items():
            mails = self._mails[key]
            before = bisect_left(mails, (sent, ""))
            is_near = before and sent - mails[before - 1][0] <= _LONGEST
            yield native_id, [mails[before - 1][1]] if is_near else []
