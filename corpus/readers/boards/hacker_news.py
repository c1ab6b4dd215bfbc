"""Hacker News: items of the official API, one a line or in an array, and answers of Algolia's search.

A comment of the official API names only what it answers, so which story it belongs to is known when all of
them were looked at: the files are read twice, and only ids are kept from the first time.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Poll, PollOption, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from ..json_stream import documents_of
from ..json_values import objects, whole
from ..reply_tree import ReplyTree
from .hacker_news_items import Item, account_of, beside, item_of, post_of
from .tally import Tally

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_SNIFFED = 20
_TYPES = (b'"story"', b'"comment"', b'"job"', b'"poll"', b'"pollopt"')


class HackerNewsReader:
    """Hacker News items."""

    name = "hacker-news"
    title = "Hacker News items (official API, Algolia)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Items of either API."""
        return any(_is_items(export.glimpse(member)) for member in _members(export)[:_SNIFFED])

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream all items.

        Raises:
            BrokenExportError: there is none.
        """
        source = Source(format=self.name, instance=options.instance or self.name)
        yield source
        board = _Board()
        for _, item in _items(export):
            if item is not None:
                board.look(item)
        if not board.has_items:
            raise BrokenExportError(
                f"{export.path}: no item of Hacker News in it",
                hint="name a file of items, one JSON object a line",
            )
        for anomaly, item in _items(export):
            if anomaly is not None:
                board.is_cut |= anomaly.code == "truncated"
                yield anomaly
            if item is not None:
                yield from board.records(item)
        yield from board.threads()
        yield from board.tally.orphans()
        yield replace(
            source,
            exported_at=board.tally.latest,
            has_deletions=board.tally.has_deletions,
            complete=board.complete,
        )


def _members(export: Export) -> list[str]:
    if not export.is_archive:
        return list(export.members)
    return [member for member in export.members if member.lower().endswith(_SUFFIXES)]


def _is_items(head: bytes) -> bool:
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return False
    compact = head.replace(b" ", b"")
    firebase = any(b'"type":' + kind in compact for kind in _TYPES) and b'"time":' in compact
    is_official = firebase and b'"id":' in compact and (b'"by":' in compact or b'"deleted":true' in compact)
    is_algolia = b'"created_at_i":' in compact and (b'"story_id":' in compact or b'"points":' in compact)
    return is_official or is_algolia


def _items(export: Export) -> Iterator[tuple[Anomaly | None, Item | None]]:
    """All items of all members, answers in answers without recursion; or what could not be read."""
    for member in _members(export):
        for document in documents_of(export, member):
            if isinstance(document, Anomaly):
                yield document, None
                continue
            locator, root = document
            pending: list[Any] = [root]
            while pending:
                data = pending.pop()
                if isinstance(data, dict) and isinstance(data.get("hits"), list):
                    pending.extend(reversed(data["hits"]))
                    yield from ((anomaly, None) for anomaly in _pages(data, locator))
                    continue
                item = item_of(data, locator) if isinstance(data, dict) else None
                if item is None:
                    detail = "no item with a valid id: left out"
                    yield Anomaly(code="unparsed", locator=locator, detail=detail), None
                    continue
                yield None, item
                # Algolia's options of a poll lie in the poll.
                options = [{"poll": whole(data.get("id")), **entry} for entry in objects(data.get("options"))]
                pending.extend(reversed([*options, *objects(data.get("children"))]))


def _pages(data: dict[str, Any], locator: str) -> Iterator[Anomaly]:
    """A warning where a search had more pages than this one."""
    pages = whole(data.get("nbPages"))
    if pages is not None and pages > 1:
        found = whole(data.get("nbHits"))
        detail = f"page {(whole(data.get('page')) or 0) + 1} of {pages} of a search with {found} hits"
        yield Anomaly(code="truncated", locator=locator, detail=detail)


class _Board:
    """All that the items tell together."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._tree = ReplyTree()
        self._polls: set[str] = set()
        self._order: dict[str, int] = {}
        self._stories: dict[str, Item] = {}
        self._told: dict[str, str] = {}
        """Item -> its story, where Algolia says it."""
        self.is_cut = False
        self.has_items = False

    @property
    def complete(self) -> Literal["yes", "no", "unknown"]:
        """Whether every story has as many comments as it says."""
        if self.is_cut:
            return "no"
        return "yes" if set(self.tally.threads) <= self._stories.keys() else "unknown"

    def look(self, item: Item) -> None:
        """Note what an item answers."""
        self.has_items = True
        self._tree.add(item.native_id, (item.parent,) if item.parent else ())
        if item.type == "poll":
            self._polls.add(item.native_id)
            self._order.update({part: ordinal for ordinal, part in enumerate(item.parts, start=1)})
        if item.story is not None:
            self._told[item.native_id] = item.story

    def _thread(self, item: Item) -> str:
        """Its story; where that is not here, the topmost item that is named."""
        root = self._tree.root(item.native_id)
        above = self._tree.parent(root)
        topmost = above if above is not None and above not in self._tree else root
        return self._told.get(item.native_id) or self._told.get(root) or topmost

    def records(self, item: Item) -> Iterator[Record]:
        """One item's records."""
        thread = self._thread(item)
        if item.type == "pollopt" and item.parent in self._polls:
            yield PollOption(
                poll=item.parent,
                native_id=item.native_id,
                ordinal=self._order.get(item.native_id, 0),
                text=item.body,
                votes=item.score,
            )
            return
        yield from self.tally.meet(account_of(item))
        is_new = item.native_id not in self.tally
        yield self.tally.add(post_of(item, thread))
        if not is_new:
            return
        yield from beside(item, thread)
        if item.parent is None:
            self._stories[item.native_id] = item
        if item.type == "poll":
            yield Poll(native_id=item.native_id, post=item.native_id, question=item.title, is_public=False)
        yield from self._parts(item)

    def _parts(self, item: Item) -> Iterator[Anomaly]:
        absent = sum(part not in self._tree for part in item.parts)
        if absent:
            self.is_cut = True
            detail = f"{absent} of {len(item.parts)} options of the poll are not in the export"
            yield Anomaly(code="truncated", locator=item.locator, detail=detail, post=item.native_id)

    def threads(self) -> Iterator[Record]:
        """Stories, those that are absent too, and what is missing of them."""
        for place, thread in enumerate(self.tally.threads):
            story = self._stories.get(thread)
            expected = None if story is None or story.expected is None else story.expected + 1
            yield Thread(
                native_id=thread,
                title=story.title if story else None,
                kind="vote" if story and story.type == "poll" else "discussion",
                root_post=thread,
                created_at=story.time.at if story and story.time else None,
                posts_expected=expected,
                url=f"https://news.ycombinator.com/item?id={thread}",
                by_answers=True,
            )
            present = self.tally.present(place)
            if story is not None and expected is not None and present < expected:
                self.is_cut = True
                detail = f"story truncated {present}/{expected}"
                yield Anomaly(code="truncated", locator=story.locator, detail=detail, post=thread)
