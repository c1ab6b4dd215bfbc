"""Results of Discourse's Data Explorer saved as JSON: columns and rows of whatever a query asked for.

A result saved as CSV is a table like any other. As JSON it is one object with the column names in one list
and the rows in another; it is laid out line by line here and then read as a table too.
"""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from msgspec.structs import replace

from ....errors import BrokenExportError
from ...model import Anomaly, Record, Source
from ..export import Export
from ..interface import ReadOptions
from ..json_files import document_of
from ..known_fields import KnownFields
from ..tables.reader import TableReader

_HEAD = b'"success"'
_KEYS = (b'"columns"', b'"result_count"')
_KNOWN = frozenset(
    [
        "success", "errors", "duration", "result_count", "params", "columns", "default_limit", "relations",
        "colrender", "rows", "explain",
    ]
)  # fmt: skip
"""Fields of a result. `relations` repeats, for people to look at, what the rows hold numbers of."""


class ExplorerReader:
    """One result of the Data Explorer, as JSON."""

    name = "discourse-explorer"
    title = "Discourse Data Explorer result (JSON)"
    verified = False

    def sniff(self, export: Export) -> bool:
        """A single object that begins as a result does."""
        if export.is_archive:
            return False
        head = export.head(export.members[0])
        return head.lstrip().startswith(b"{") and _HEAD in head[:200] and all(key in head for key in _KEYS)

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the rows.

        Raises:
            BrokenExportError: it is no result, or one without rows.
            ExportError: the columns can't be understood.
        """
        member = export.members[0]
        document = document_of(export, member)
        anomalies: list[Anomaly] = []
        rows = list(_rows(document, member, anomalies))
        if not rows:
            raise BrokenExportError(
                f"{export.path}: no result of the Data Explorer with rows in it",
                hint="run the query again and save its result as JSON or CSV",
            )
        anomalies += KnownFields("result", _KNOWN).check(document, member)
        anomalies += _shortened(document, len(rows), member)
        with TemporaryDirectory() as folder:
            lines = Path(folder) / f"{PurePosixPath(member).stem}.jsonl"
            lines.write_bytes(b"\n".join(rows))
            table = Export(lines)
            table.path = export.path
            for record in TableReader().read(table, options):
                yield replace(record, format=self.name) if isinstance(record, Source) else record
                if isinstance(record, Source):
                    yield from anomalies
                    anomalies.clear()


def _rows(document: Any, member: str, anomalies: list[Anomaly]) -> Iterator[bytes]:
    """The rows as lines of JSON; what is no row is noted."""
    columns = document.get("columns") if isinstance(document, dict) else None
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(columns, list) or not isinstance(rows, list):
        return
    names = [_mild(column) or "" for column in columns]
    for number, row in enumerate(rows, start=1):
        if isinstance(row, list) and len(row) == len(names):
            yield _line(dict(zip(names, row, strict=True)))
        else:
            detail = f"not a row of {len(names)} values"
            anomalies.append(Anomaly(code="unparsed", locator=f"{member}:{number}", detail=detail))


def _line(row: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(row)
    except TypeError:  # half emoji, numbers beyond 64 bits
        return orjson.dumps({name: _mild(value) for name, value in row.items()})


def _mild(value: Any) -> str | None:
    return None if value is None else str(value).encode("utf-8", "replace").decode()


def _shortened(document: dict[str, Any], present: int, member: str) -> Iterator[Anomaly]:
    """The Data Explorer stops at a limit, and says neither that there is more nor how much."""
    limit = document.get("default_limit")
    if limit == present:
        detail = f"{present} rows are as many as the forum gives: there may be more"
        yield Anomaly(code="truncated", locator=member, detail=detail)
