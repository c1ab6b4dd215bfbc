"""Which conversation a message belongs to, where an export only says what it answers.

Ids alone are kept, never texts, and each once: all else is places in arrays, so that millions fit. Nothing
depends on the order in which messages stand in the files: an answer may come before what it answers, or in
another file.
"""

from array import array
from collections.abc import Sequence

from .places import Names, Places

_ABSENT, _ALONE = -2, -1


class ReplyTree:
    """Messages by id, each with the ids it may answer, the likeliest first.

    Add all of them, then ask.
    """

    def __init__(self) -> None:
        self._names = Names()
        self._first = array("i")
        """By place: what the message answers, _ALONE if nothing, _ABSENT where others only name it."""
        self._several = Places()
        """Of the messages that may answer more than one."""
        self._others, self._ends = array("i"), array("q", [0])
        """What else those may answer, one after the other, and where each one's end."""
        self._roots = array("i")
        self._told = bytearray()

    def place(self, name: str) -> int:
        """A number for a message, known or not, that takes less room than its id."""
        place = self._names.place(name)
        if place == len(self._first):
            self._first.append(_ABSENT)
            self._roots.append(_ABSENT)
            self._told.append(False)
        return place

    def name(self, place: int) -> str:
        """The id of the message with this number."""
        return self._names[place]

    def add(self, message: str, candidates: Sequence[str] = ()) -> None:
        """Note a message; of one id the first note stays."""
        place = self.place(message)
        if self._first[place] == _ABSENT:
            self._first[place] = _ALONE
            if candidates:
                self._answer(place, [self.place(other) for other in candidates if other != message])

    def _answer(self, place: int, candidates: list[int]) -> None:
        if candidates:
            self._first[place] = candidates[0]
        if len(candidates) > 1:
            self._several.add(place)
            self._others.extend(candidates[1:])
            self._ends.append(len(self._others))

    def __contains__(self, message: str) -> bool:
        place = self._names.find(message)
        return place >= 0 and self._first[place] != _ABSENT

    def tell(self, message: str) -> bool:
        """Note that a reader has told of a message, known or not; whether it was the first time."""
        place = self.place(message)
        is_first = not self._told[place]
        self._told[place] = True
        return is_first

    def is_told(self, message: str) -> bool:
        """Whether a reader has told of a message."""
        place = self._names.find(message)
        return place >= 0 and bool(self._told[place])

    def parent(self, message: str) -> str | None:
        """What a message answers: the first candidate that is here, else the first one named."""
        place = self._names.find(message)
        if place < 0 or self._first[place] < 0:
            return None
        found = self._present(place)
        return self._names[self._first[place] if found is None else found]

    def root(self, message: str) -> str:
        """The first message of the conversation; where answers go round in a circle, the least id of it."""
        here = self._names.find(message)
        if here < 0:
            return message
        if self._roots[here] != _ABSENT:
            return self._names[self._roots[here]]
        path: list[int] = []
        on_path: set[int] = set()
        while self._roots[here] == _ABSENT and here not in on_path:
            path.append(here)
            on_path.add(here)
            above = self._present(here)
            if above is None:
                self._roots[here] = here
                break
            here = above
        found = self._roots[here]
        if found == _ABSENT:
            found = min(path[path.index(here) :], key=self._names.__getitem__)
        for passed in path:
            self._roots[passed] = found
        return self._names[found]

    def _present(self, place: int) -> int | None:
        first = self._first[place]
        if first < 0 or self._first[first] != _ABSENT:
            return first if first >= 0 else None
        number = self._several.find(place)
        more = self._others[self._ends[number] : self._ends[number + 1]] if number >= 0 else ()
        return next((other for other in more if self._first[other] != _ABSENT), None)
