"""How many posts a thread has, beside how many the forge says it has."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Literal, get_args

from msgspec.structs import replace

from ...model import Anomaly, Post, PostKind
from .told import Expected

_KINDS: dict[tuple[str, str | None], str] = {("comment", "line"): "line"}
_ALL = (*get_args(PostKind), "line")
_TOLD = ("comment", "line", "review")
_NAMES = {"line": "review comments", "review": "reviews"}


class Sizes:
    """Posts met and posts expected, by thread and kind.

    Note all of them, then `settle`, then ask.
    """

    def __init__(self) -> None:
        self._present: Counter[tuple[str, str]] = Counter()
        self._parts: dict[tuple[str, str, str], Expected] = {}
        self._expected: dict[tuple[str, str], Expected] = {}

    def meet(self, post: Post, thread: str) -> None:
        """Note a post, once."""
        self._present[thread, _KINDS.get((post.kind, post.subtype), post.kind)] += 1

    def expect(self, told: Expected) -> None:
        """Note what the forge says; of one part the highest number counts."""
        key = (told.thread, told.what, told.part)
        known = self._parts.get(key)
        if known is None or told.number > known.number:
            self._parts[key] = told

    def settle(self) -> None:
        """Add up the parts of each thread."""
        for (thread, what, _), part in self._parts.items():
            known = self._expected.get((thread, what))
            self._expected[thread, what] = (
                part if known is None else replace(known, number=known.number + part.number)
            )
        self._parts.clear()

    def size(self, thread: str) -> int | None:
        """How many posts the thread should have, None where the forge does not say."""
        if not self._told(thread):
            return None
        expected = {told.what: told.number for told in self._told(thread)}
        counted = sum(max(expected.get(kind, 0), self._present[thread, kind]) for kind in _ALL)
        return counted + (not self._present[thread, "post"])

    def missing(self, thread: str) -> Iterator[Anomaly]:
        """What the thread lacks."""
        for told in self._told(thread):
            present = self._present[thread, told.what]
            if present < told.number:
                name = _NAMES.get(told.what, "comments")
                detail = f"{thread} truncated: {present}/{told.number} {name}"
                yield Anomaly(code="truncated", locator=told.locator, detail=detail)

    def _told(self, thread: str) -> list[Expected]:
        return [told for kind in _TOLD if (told := self._expected.get((thread, kind)))]

    def complete(self, threads: Collection[str]) -> Literal["yes", "no", "unknown"]:
        """Whether every thread has as many posts as the forge says, as far as it says so."""
        known = [thread for thread in threads if self._told(thread)]
        if any(True for thread in known for _ in self.missing(thread)):
            return "no"
        return "yes" if known and len(known) == len(threads) else "unknown"
