"""Fields a reader knows, and a loud word about every other one.

A format that was never seen in a real export may hold more than its documentation says. What a reader does
not know it must not pass over in silence: each unknown field is one anomaly, with where it came first.
"""

from collections.abc import Collection

from ..model import Anomaly


class KnownFields:
    """The fields of one kind of record.

    Args:
        record: what the record is called in the format, e.g. "Messages.csv" or "message".
        known: fields that are read, or left out on purpose.
    """

    def __init__(self, record: str, known: Collection[str]) -> None:
        self._record = record
        self._known = set(known)

    def check(self, fields: Collection[str], locator: str) -> Collection[Anomaly]:
        """One anomaly for each unknown field that was not reported before.

        Args:
            fields: names of a record's fields, or a table's columns.
            locator: where the record stands.
        """
        # Of a million records all but a few have nothing new.
        return () if self._known.issuperset(fields) else self._report(set(fields) - self._known, locator)

    def _report(self, names: set[str], locator: str) -> list[Anomaly]:
        self._known |= names
        return [
            Anomaly(
                code="unknown_column",
                locator=locator,
                detail=f"{self._record}: field {name!r} is unknown and was not read",
            )
            for name in sorted(names)
        ]
