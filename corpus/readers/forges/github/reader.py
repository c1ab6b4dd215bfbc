"""GitHub: whatever its interfaces gave, saved as JSON files.

Pages of the REST interface, answers of GraphQL, what the gh command prints with `--json`, payloads of
webhooks, and the archive of a whole repository that archive-repo writes: alone or mixed in one folder (see
`gathering`).
"""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from .....errors import BrokenExportError, ExportError
from ....model import Anomaly, Record, Source
from ...export import Export
from ...interface import ReadOptions
from ...json_files import document_of, is_export_of, members_of
from ..gathering import Gathering
from .pages import document_told

_PERSON = re.compile(
    rb'"(?:user|author|sender)"\s*:\s*\{[^{}]{0,2000}?"login"\s*:|"author_?[aA]ssociation"\s*:|"reactionGroups"\s*:'
)
_CONTENT = re.compile(rb'"(?:body|content|comments|reviews)"\s*:')
_ARCHIVE = re.compile(rb'"magic"\s*:\s*"E!vIA5L86J2I"')
_NEIGHBOUR = re.compile(rb'"login"\s*:|"documentation_url"\s*:|"(?:node_id|full_name|nameWithOwner)"\s*:')
_HOST = re.compile(
    rb'"(?:html_|issue_|pull_request_)?url"\s*:\s*"https?://([\w.-]+(?::\d+)?)/'
    rb"(?:api/v3/)?(?:repos/)?[\w.-]+/[\w.-]+/(?:issues|pulls?|discussions)/"
)
_GITHUB = "github.com"


class GithubReader:
    """GitHub JSON."""

    name = "github"
    title = "GitHub issues, pull requests and discussions (REST, GraphQL, gh, webhooks, archive.json)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """Objects with people that have a login and something they said."""
        return is_export_of(export, _is_ours, _is_beside)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Walk all files, then tell the posts, threads, accounts and reactions.

        Raises:
            BrokenExportError: no post is in it.
        """
        host = _host(export)
        source = Source(
            format=self.name,
            instance=options.instance or host or _GITHUB,
            instance_url=f"https://{host}" if host else None,
        )
        yield source
        gathering = Gathering()
        for member in members_of(export):
            document = document_of(export, member)
            if isinstance(document, Anomaly):
                gathering.take(document)
                continue
            for told in document_told(document, member):
                gathering.take(told)
        if not gathering.has_posts:
            raise BrokenExportError(
                f"{export.path}: no issue, comment or review of GitHub is in it",
                hint="save pages of its API as JSON files (see docs/formats.md) and name their folder",
            )
        yield from gathering.records()
        yield replace(source, **gathering.found())


def _is_ours(head: bytes) -> bool:
    if _ARCHIVE.search(head):
        return True
    return bool(_PERSON.search(head) and _CONTENT.search(head)) and b'"post_stream"' not in head


def _is_beside(head: bytes) -> bool:
    return _NEIGHBOUR.search(head) is not None


def _host(export: Export) -> str | None:
    """Host name of the forge, from the first member that tells."""
    for member in members_of(export):
        try:
            found = _HOST.search(export.head(member))
        except ExportError:
            continue
        if found:
            host = found[1].decode("ascii", "replace").lower()
            return _GITHUB if host == f"api.{_GITHUB}" else host
    return None
