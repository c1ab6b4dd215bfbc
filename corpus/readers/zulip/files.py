"""Which files of a Zulip export are read, and the tables each of them holds.

The tables are needed one after another: names first, then messages, then what hangs on them. To parse every
file each time costs far more than to look once which tables it names.
"""

import codecs
import re

from ....errors import ExportError
from ..archives import FAILURES
from ..export import Export

_FILE = re.compile(r"(?:.*/)?(?:realm|attachment|messages-\d+)\.json\Z")
_TABLE = re.compile(rb'"(zerver_[a-z_]{1,80})"\s{0,20}:')
_LONGEST = 128
_BLOCK = 1 << 20
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_file(export: Export, member: str) -> bool:
    """Whether a member is one of Zulip's own; a single file is, whatever its name."""
    return not export.is_archive or _FILE.match(member) is not None


def has_tables(export: Export, member: str) -> bool:
    """Whether a member begins as Zulip's files do."""
    try:
        head = export.head(member)
    except ExportError:
        return False
    return head.lstrip().startswith(b"{") and b'"zerver_' in head


class Files:
    """The files of an export by what they hold.

    Args:
        export: where they lie.
        tables: what is asked for; a file with none of them may have lost them and is read each time.
    """

    def __init__(self, export: Export, tables: tuple[str, ...]) -> None:
        members = [member for member in export.members if is_file(export, member)]
        held = {member: _tables_of(export, member).intersection(tables) for member in members}
        self._tables = {member: found or set(tables) for member, found in held.items()}

    def with_any(self, tables: tuple[str, ...]) -> list[str]:
        """Files that hold one of these tables, or that may."""
        return [member for member, held in self._tables.items() if not held.isdisjoint(tables)]


def _tables_of(export: Export, member: str) -> set[str]:
    """Names of the tables a file holds, perhaps more; none where that can't be told."""
    found: set[str] = set()
    rest = b""
    try:
        with export.open(member) as stream:
            while block := stream.read(_BLOCK):
                if block[:2] in _WIDE:
                    return set()
                # A name may lie across the end of a block.
                seen = rest + block
                found.update(name.decode() for name in _TABLE.findall(seen))
                rest = seen[-_LONGEST:]
    except (ExportError, *FAILURES):
        return set()
    return found
