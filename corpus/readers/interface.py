"""What a reader is: a name, a look, a stream of records.

A reader turns one export (a file, a folder or an archive) into the records of `corpus.model`. It yields as
it reads, so that memory does not grow with the export, and never raises over one bad record: it yields an
`Anomaly` with code "unparsed", the locator (member and line or index) and what was wrong, and goes on.
It raises a `BrokenExportError` only when nothing of the export can be read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ..model import Record
from .export import Export


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a user may tell a reader.

    Args:
        instance: name of the forum, where the export does not say which one it is.
        columns: for tables: our column name -> the file's column name.
    """

    instance: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict[str, str])


@runtime_checkable
class Reader(Protocol):
    """One export format.

    Attributes:
        name: as in `--format` and the entry point, e.g. "discourse".
        title: for people, e.g. "Discourse topic and posts JSON".
        verified: True where real exports were read and counted against independent numbers.

    A reader with a true attribute `is_fallback` reads anything of a kind (any table); it is asked only where
    no reader of a particular format knows the export. Members that a reader did not open are told, but for
    those that an attribute `set_aside` names because they hold no records (see `leftovers`).
    """

    name: str
    title: str
    verified: bool

    def sniff(self, export: Export) -> bool:
        """Say whether this export is of this format, from member names and first bytes only."""
        ...

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the export's records: the `Source` first, then in any order."""
        ...
