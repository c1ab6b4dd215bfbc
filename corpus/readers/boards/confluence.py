"""Confluence: pages, blog posts and comments as the content API tells them, in several versions or one.

A page is a thread, its comments answer it or each other. Of several versions of one page the newest is the
post and the others are its revisions. Likes are an endpoint of their own, which names people.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..json_stream import documents_of
from ..json_values import text
from .confluence_content import Content
from .confluence_wiki import Wiki

_SUFFIXES = (".json", ".jsonl", ".ndjson")
_SNIFFED = 30
_TYPES = (b'"page"', b'"blogpost"', b'"comment"')
_LISTS = ("results", "page", "comment", "blogpost", "children", "descendants", "attachment")
_NUMBER = re.compile(r"\d{1,19}")


class ConfluenceReader:
    """Confluence content API."""

    name = "confluence"
    title = "Confluence content API JSON"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Content with its type beside links of the API."""
        return any(_is_content(export.glimpse(member)) for member in _members(export)[:_SNIFFED])

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream all content, twice.

        Raises:
            BrokenExportError: there is no page, blog post or comment.
        """
        wiki = Wiki()
        for found in _found(export):
            if isinstance(found, Content):
                wiki.look(found)
        source = Source(format=self.name, instance=options.instance or wiki.host or self.name)
        yield source
        for found in _found(export):
            if isinstance(found, Anomaly):
                wiki.is_cut |= found.code == "truncated"
                yield found
            elif isinstance(found, Content):
                yield from wiki.records(found)
            else:
                yield from wiki.likes(*found)
        if not len(wiki.tally):
            raise BrokenExportError(
                f"{export.path}: no page, blog post or comment in it",
                hint="save what /rest/api/content?expand=body.storage,version,history,space answers",
            )
        yield from wiki.rest()
        yield from wiki.tally.orphans()
        actors: Literal["no", "partial"] = "partial" if wiki.has_likes else "no"
        yield replace(
            source,
            exported_at=wiki.tally.latest,
            has_reaction_actors=actors,
            has_reaction_counts=wiki.has_counts,
            has_edit_history=wiki.has_revisions,
            has_deletions=wiki.tally.has_deletions,
            complete="no" if wiki.is_cut else "unknown",
        )


def _members(export: Export) -> list[str]:
    if not export.is_archive:
        return list(export.members)
    return [member for member in export.members if member.lower().endswith(_SUFFIXES)]


def _is_content(head: bytes) -> bool:
    if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return False
    compact = head.replace(b" ", b"")
    has_type = any(b'"type":' + kind in compact for kind in _TYPES)
    is_api = b'"_links"' in head or b'"_expandable"' in head
    return has_type and is_api and (b"/rest/api/" in head or b'"storage"' in head or b'"spaceId"' in head)


def _found(export: Export) -> Iterator[Content | tuple[str, dict[str, Any]] | Anomaly]:
    """Content, lists of likes with where they stand, or what could not be read."""
    for member in _members(export):
        for document in documents_of(export, member):
            if isinstance(document, Anomaly):
                yield document
                continue
            yield from _inside(*document)


def _inside(locator: str, root: Any) -> Iterator[Content | tuple[str, dict[str, Any]] | Anomaly]:
    pending: list[tuple[Any, str | None]] = [(root, None)]
    while pending:
        data, outer = pending.pop()
        if isinstance(data, list):
            pending.extend((entry, outer) for entry in reversed(data))
        elif not isinstance(data, dict):
            detail = f"a {type(data).__name__} where content should be: left out"
            yield Anomaly(code="unparsed", locator=locator, detail=detail)
        elif _is_likes(data):
            yield _liked(locator, data), data
        elif text(data.get("type")) is None or isinstance(data.get("results"), list):
            inner = [data[key] for key in _LISTS if isinstance(data.get(key), dict | list)]
            pending.extend((entry, outer) for entry in reversed(inner))
            if not inner:
                yield Anomaly(code="unparsed", locator=locator, detail="no content: not read")
            links = data.get("_links")
            if isinstance(links, dict) and text(links.get("next")):
                yield Anomaly(code="truncated", locator=locator, detail="a page of a list that goes on")
        else:
            content = Content(data, locator, outer)
            yield content
            children = data.get("children")
            if isinstance(children, dict):
                pending.append((children, content.native_id))


def _is_likes(data: dict[str, Any]) -> bool:
    """A list of likes: the server's `likes`, or the cloud's `results` of bare account ids."""
    if isinstance(data.get("likes"), list):
        return True
    results = data.get("results")
    entries = results if isinstance(results, list) else []
    return bool(entries) and all(
        isinstance(entry, dict) and text(entry.get("accountId")) and "type" not in entry for entry in entries
    )


def _liked(locator: str, data: dict[str, Any]) -> str:
    """What the likes are of: told by the answer, else by the last number in the file's name."""
    told = data.get("content_id", data.get("contentId"))
    if isinstance(told, int | str) and str(told).isdigit():
        return f"{told}\n{locator}"
    numbers = _NUMBER.findall(locator.rpartition(":")[0] or locator)
    return f"{numbers[-1] if numbers else ''}\n{locator}"
