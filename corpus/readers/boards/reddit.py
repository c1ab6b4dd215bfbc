"""Reddit: the public archives' JSON lines, or listings of its API.

Comments and submissions of several months are one forum: a thread's submission may lie in another file than
its comments, or in none. A score is a number without voters and never support.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Container, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_stream import documents_of
from ..json_values import epoch, text
from ..places import Names
from .reddit_things import Thing, account_of, beside, post_of, thread_of
from .tally import Tally

_WRAPPED = ("Listing", "t1", "t3", "more")
_MARKS = (b'"subreddit"', b'"author"', b'"created_utc"')
_SNIFFED = 40
_UNSEEN = -1
"""Stands for the number of posts of a thread whose submission has not come by."""
_MOST = 2**62


@dataclass(frozen=True, slots=True)
class _Stub:
    """Answers that the API left out: how many, and what they answer."""

    parent: str
    named: int
    locator: str


class RedditReader:
    """Reddit comments and submissions."""

    name = "reddit"
    title = "Reddit (Pushshift or Arctic Shift dumps, API listings)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Records with a subreddit, bare or in listings."""
        members = [member for member in export.members if _may_be(export, member)]
        return bool(members) and any(_is_reddit(export, member) for member in members[:_SNIFFED])

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream all files.

        Raises:
            BrokenExportError: no comment and no submission is in them.
        """
        source = Source(format=self.name, instance=options.instance or self.name)
        yield source
        board = _Board()
        for member in export.members:
            for document in documents_of(export, member) if _may_be(export, member) else ():
                yield from (document,) if isinstance(document, Anomaly) else board.records(document)
        if not len(board.tally):
            raise BrokenExportError(
                f"{export.path}: no comment or submission of Reddit in it",
                hint="name a file of one JSON object a line (RC_2012-01.zst), or the JSON of a thread",
            )
        yield from board.threads()
        yield from board.tally.orphans()
        yield replace(
            source,
            variant=board.variant,
            exported_at=board.tally.latest,
            has_deletions=board.tally.has_deletions,
            complete=board.complete,
        )


def _may_be(export: Export, member: str) -> bool:
    """The archives' files bear no suffix once decompressed."""
    name = member.rpartition("/")[2].lower()
    return (
        not export.is_archive
        or name.endswith((".json", ".ndjson", ".jsonl", "_comments", "_submissions"))
        or name.startswith(("rc_", "rs_"))
    )


def _is_reddit(export: Export, member: str) -> bool:
    head = export.glimpse(member).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith((b"{", b"[")):
        return False
    wrapped = b'"kind"' in head and any(f'"{kind}"'.encode() in head for kind in _WRAPPED)
    is_thing = b'"link_id"' in head or b'"selftext"' in head or b'"num_comments"' in head
    return is_thing and (wrapped or all(mark in head for mark in _MARKS))


class _Board:
    """All that the files tell together."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._expected = array("q")
        """How many posts Reddit says each thread of the tally has."""
        self._met_at = array("i")
        """Where each was met first: a place among the tally's locators."""
        self._homes, self._subreddits = array("i"), Names()
        """Where it stands: a place among the subreddits, -1 where nobody says."""
        self._stubs: list[_Stub] = []
        self._kinds: set[str] = set()

    @property
    def variant(self) -> str:
        """What was read: "api", "dump" or both."""
        return "+".join(sorted(self._kinds))

    @property
    def complete(self) -> Literal["yes", "no", "unknown"]:
        """Whether every thread has as many posts as Reddit says; without submissions nobody tells."""
        if self._stubs or any(self._missing(place) for place in range(len(self._expected))):
            return "no"
        return "yes" if self._expected and _UNSEEN not in self._expected else "unknown"

    def records(self, document: tuple[str, Any]) -> Iterator[Record]:
        """Everything in one document; answers in answers are gone through without recursion."""
        locator, root = document
        pending: list[Any] = [root]
        while pending:
            found = pending.pop()
            if isinstance(found, list):
                pending.extend(reversed(found))
                continue
            if not isinstance(found, dict):
                detail = f"a {type(found).__name__} where a record should be: left out"
                yield Anomaly(code="unparsed", locator=locator, detail=detail)
                continue
            inner = _unwrapped(found)
            if inner is not None:
                self._kinds.add("api")
                pending.extend(reversed(inner))
            elif found.get("kind") == "more" and _is_wrapped(found):
                self._stub(found["data"], locator)
            else:
                thing = found["data"] if _is_wrapped(found) else found
                self._kinds.add("api" if _is_wrapped(found) else "dump")
                yield from self._thing(Thing(thing, locator))
                if isinstance(thing.get("replies"), dict):
                    pending.append(thing["replies"])

    def _stub(self, data: dict[str, Any], locator: str) -> None:
        children = data.get("children")
        named = len(children) if isinstance(children, list) else 0
        self._stubs.append(_Stub(text(data.get("parent_id")) or "", named, locator))

    def _thing(self, thing: Thing) -> Iterator[Record]:
        native_id, thread = thing.native_id, thing.thread
        if native_id is None or thread is None:
            missing = "id" if native_id is None else "link_id"
            yield Anomaly(code="unparsed", locator=thing.locator, detail=f"no valid {missing}: left out")
            return
        for key in ("retrieved_on", "retrieved_utc"):
            seen = epoch(thing.data.get(key))
            self.tally.see(seen.at if seen else None)
        yield from self.tally.meet(account_of(thing))
        yield from self._subreddit(thing)
        yield from self._thread(thing, thread)
        if native_id not in self.tally:
            yield from beside(thing, native_id, thread)
        yield self.tally.add(post_of(thing, native_id, thread))

    def _thread(self, thing: Thing, thread: str) -> Iterator[Thread]:
        """Note a thread; it is told with its submission, the first time that comes by."""
        place = self.tally.thread(thread)
        if place == len(self._expected):
            home = text(thing.data.get("subreddit"))
            self._expected.append(_UNSEEN)
            self._met_at.append(self.tally.locators.place(thing.locator))
            self._homes.append(-1 if home is None else self._subreddits.place(home))
        if not thing.is_comment and self._expected[place] == _UNSEEN:
            told = thread_of(thing, thread)
            self._expected[place] = min(told.posts_expected or 0, _MOST)
            yield told

    def _subreddit(self, thing: Thing) -> Iterator[Container]:
        name = text(thing.data.get("subreddit"))
        if name is not None and self._subreddits.add(name):
            is_private = thing.data.get("subreddit_type") == "private"
            yield Container(native_id=name, kind="category", name=f"r/{name}", is_private=is_private)

    def _missing(self, place: int) -> int:
        return max(0, self._expected[place] - self.tally.present(place))

    def threads(self) -> Iterator[Record]:
        """Threads whose submission is absent, and what is missing of the others."""
        for place, thread in enumerate(self.tally.threads):
            if self._expected[place] == _UNSEEN:
                home = self._homes[place]
                container = None if home < 0 else self._subreddits[home]
                yield Thread(native_id=thread, root_post=thread, container=container)
            elif self._missing(place):
                detail = f"thread truncated {self.tally.present(place)}/{self._expected[place]}"
                locator = self.tally.locators[self._met_at[place]]
                yield Anomaly(code="truncated", locator=locator, detail=detail, post=thread)
        for stub in self._stubs:
            detail = f"{stub.named} answers to {stub.parent[:40]} were not loaded"
            yield Anomaly(code="truncated", locator=stub.locator, detail=detail)


def _is_wrapped(found: dict[str, Any]) -> bool:
    return found.get("kind") in _WRAPPED and isinstance(found.get("data"), dict)


def _unwrapped(found: dict[str, Any]) -> list[Any] | None:
    """What a listing, or an answer of the API, holds; None where it is a thing itself."""
    if found.get("kind") == "Listing":
        data = found.get("data")
        children = data.get("children") if isinstance(data, dict) else None
        return children if isinstance(children, list) else []
    for key in ("json", "data"):
        inner = found.get(key)
        if "kind" not in found and isinstance(inner, dict | list) and "id" not in found:
            things = inner.get("things") if isinstance(inner, dict) else None
            return things if isinstance(things, list) else [inner]
    return None
