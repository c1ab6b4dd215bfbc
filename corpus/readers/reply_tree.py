"""Which conversation a message belongs to, where an export only says what it answers.

Ids alone are kept, never texts, and nothing depends on the order in which messages stand in the files: an
answer may come before what it answers, or in another file.
"""

from collections.abc import Sequence


class ReplyTree:
    """Messages by id, each with the ids it may answer, the likeliest first.

    Add all of them, then ask.
    """

    def __init__(self) -> None:
        self._answers: dict[str, Sequence[str]] = {}
        self._roots: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def add(self, message: str, candidates: Sequence[str] = ()) -> None:
        """Note a message; of one id the first note stays."""
        name = self._names.setdefault
        if message not in self._answers:
            known = [name(other, other) for other in candidates if other != message]
            self._answers[name(message, message)] = tuple(known)

    def __contains__(self, message: str) -> bool:
        return message in self._answers

    def parent(self, message: str) -> str | None:
        """What a message answers: the first candidate that is here, else the first one named."""
        candidates = self._answers.get(message, ())
        return self._present(candidates) or next(iter(candidates), None)

    def root(self, message: str) -> str:
        """The first message of the conversation; where answers go round in a circle, the least id of it."""
        path: list[str] = []
        here = message
        on_path: set[str] = set()
        while here not in self._roots and here not in on_path:
            path.append(here)
            on_path.add(here)
            above = self._present(self._answers.get(here, ()))
            if above is None:
                self._roots[here] = here
                break
            here = above
        found = self._roots[here] if here in self._roots else min(path[path.index(here) :])
        for passed in path:
            self._roots[passed] = found
        return found

    def _present(self, candidates: Sequence[str]) -> str | None:
        return next((other for other in candidates if other in self._answers), None)
