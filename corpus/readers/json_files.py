"""An export made of JSON files: which members they are, and what they hold."""

import re
from collections.abc import Callable
from typing import Any

from ...errors import ExportError
from ..model import Anomaly
from .export import Export
from .json_values import parse

_SNIFFED, _SNIFFED_FOLDERS = 10, 30
"""How many members of how many folders are looked at to tell a format."""
# Pages fetched one by one are saved with the question of their address: "voters.json?post_id=12", or "@" for
# "?" where a file can't be named so.
_JSON = re.compile(r"\.json(?:[?@][^/]*)?\Z", re.IGNORECASE)


def members_of(export: Export) -> list[str]:
    """Members that should be JSON; a single file is one whatever its name."""
    if not export.is_archive:
        return list(export.members)
    return [member for member in export.members if _JSON.search(member)]


def is_export_of(export: Export, ours: Callable[[bytes], bool], beside: Callable[[bytes], bool]) -> bool:
    """Whether the export is of one format, judged by the first bytes of some members of each folder.

    A folder of nothing but other JSON tells that several exports lie here; stray files at the top do not.

    Args:
        export: what is looked at.
        ours: tells a file of the format from its first bytes.
        beside: tells a file that lies beside those and proves nothing.
    """
    folders: dict[str, list[bytes]] = {}
    for member in members_of(export):
        heads = folders.setdefault(member.partition("/")[0] if "/" in member else "", [])
        if len(heads) < _SNIFFED and len(folders) <= _SNIFFED_FOLDERS:
            heads.append(export.glimpse(member))
    if not any(ours(head) for heads in folders.values() for head in heads):
        return False
    return all(
        any(ours(head) or beside(head) for head in heads)
        for folder, heads in folders.items()
        if folder and heads
    )


def document_of(export: Export, member: str) -> Any:
    """The JSON a member holds, or an `Anomaly` where it is damaged or no JSON."""
    try:
        return parse(export.read(member))
    except ExportError as error:
        return Anomaly(code="unparsed", locator=member, detail=error.message)
    except ValueError as error:
        return Anomaly(code="unparsed", locator=member, detail=f"no JSON: {str(error)[:120]}")
