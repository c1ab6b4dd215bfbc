"""An export made of JSON files: which members they are, what they hold, what else lies beside them."""

from collections.abc import Iterator
from typing import Any

from ...errors import ExportError
from ..model import Anomaly
from .export import Export
from .json_values import parse

_SNIFFED = 50
"""How many members of a folder are looked at to tell its format."""


def members_of(export: Export) -> list[str]:
    """Members that should be JSON; a single file is one whatever its name."""
    if not export.is_archive:
        return list(export.members)
    return [member for member in export.members if member.lower().endswith(".json")]


def heads_of(export: Export) -> Iterator[bytes]:
    """First bytes of the first JSON members, those that can be read."""
    for member in members_of(export)[:_SNIFFED]:
        try:
            yield export.head(member)
        except ExportError:
            continue


def document_of(export: Export, member: str) -> Any:
    """The JSON a member holds, or an `Anomaly` where it is damaged or no JSON."""
    try:
        return parse(export.read(member))
    except ExportError as error:
        return Anomaly(code="unparsed", locator=member, detail=error.message)
    except ValueError as error:
        return Anomaly(code="unparsed", locator=member, detail=f"no JSON: {str(error)[:120]}")


def unread_of(export: Export) -> Iterator[Anomaly]:
    """What lies beside the JSON files, one row for each kind of file."""
    read = set(members_of(export))
    kinds: dict[str, list[str]] = {}
    for member in export.members:
        if member not in read:
            _, dot, suffix = member.rpartition("/")[2].rpartition(".")
            kinds.setdefault(dot + suffix.lower() if dot else "without suffix", []).append(member)
    for kind, members in sorted(kinds.items()):
        detail = f"no JSON, not read: {len(members)} file{'s' if len(members) > 1 else ''} ({kind})"
        yield Anomaly(code="unparsed", locator=members[0], detail=detail)
