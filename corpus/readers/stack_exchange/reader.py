"""Stack Exchange: a site's data dump (XML), or pages of the API (JSON), also of Stack Overflow for Teams.

What administrators of a team download as JSON is read as a dump (`json_rows`).
"""

import re
from collections.abc import Iterator

from ....errors import BrokenExportError, ExportError
from ...model import Post, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..json_files import is_export_of, members_of
from .api import Api
from .dump import IGNORED, Dump
from .rows import files_of

_DUMP = re.compile(rb"<posts\b[^>]*>")
_ITEMS = re.compile(rb'"(?:question_id|answer_id|comment_id)"\s*:\s*\d')
_PAGE = re.compile(rb'"items"\s*:|"quota_(?:max|remaining)"\s*:')
_HOST = re.compile(rb'"link"\s*:\s*"https?://([\w.-]+)/(?:q|a|c|questions|users)/')
_SITE = re.compile(r"(?:[\w-]+\.)+(?:com|net|org|team)")


class StackExchangeReader:
    """Stack Exchange data dumps and API answers."""

    name = "stack-exchange"
    title = "Stack Exchange data dump (XML), Stack Overflow for Teams (export and API v2.3 JSON)"
    verified = False
    set_aside = tuple(f"{kind}.{ending}" for kind in IGNORED for ending in ("xml", "json"))

    def sniff(self, export: Export) -> bool:
        """One site's Posts.xml, a team's posts.json, or pages whose items have the API's ids."""
        posts = files_of(export).get("posts", [])
        if posts and posts[0].lower().endswith(".json"):
            return True
        if posts:
            return len(posts) == 1 and _DUMP.search(_head(export, posts[0])) is not None
        return is_export_of(export, _is_page, _is_envelope)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the posts, then votes and history.

        Raises:
            BrokenExportError: no post is in it.
        """
        is_dump = bool(files_of(export))
        host = _site(export) if is_dump else _host(export)
        source = Source(
            format=self.name,
            instance=options.instance or host or self.name,
            instance_url=f"https://{host}" if host else None,
        )
        yield source
        if is_dump:
            yield from Dump(export, source).records()
            return
        found = False
        for record in Api(export, source).records():
            found = found or isinstance(record, Post)
            yield record
        if not found:
            raise BrokenExportError(
                f"{export.path}: no question, answer or comment is in it",
                hint="name a dump's folder with Posts.xml, an export with posts.json, or pages of the API",
            )


def _is_page(head: bytes) -> bool:
    return bool(_PAGE.search(head) and _ITEMS.search(head))


def _is_envelope(head: bytes) -> bool:
    return b'"quota_remaining"' in head


def _head(export: Export, member: str) -> bytes:
    try:
        return export.head(member)
    except ExportError:
        return b""


def _site(export: Export) -> str | None:
    """The site's name, which archive and folder of a dump bear."""
    found = _SITE.match(export.path.resolve().name.lower())
    return found[0] if found else None


def _host(export: Export) -> str | None:
    for member in members_of(export):
        found = _HOST.search(_head(export, member).replace(rb"\/", b"/"))
        if found:
            return found[1].decode("ascii", "replace").lower()
    return None
