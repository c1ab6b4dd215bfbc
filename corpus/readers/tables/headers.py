"""What columns a table has, from its first bytes: to tell whose format it is before it is read."""

import csv
import re

from ....errors import ExportError
from ..export import Export
from . import rows, workbooks

_LARGEST = 20_000_000
_DELIMITERS = ",;\t|"

_SPECIAL: tuple[frozenset[str], ...] = (
    frozenset({"commentable_id", "commentable_type", "root_commentable_url"}),
    frozenset({"participatory_space/id", "component/id", "title"}),
    frozenset({"commentable_id", "commentable_type", "cached_votes_up"}),
    frozenset({"title", "description", "cached_votes_up", "comments_count"}),
    frozenset({"votable_id", "votable_type", "vote_flag"}),
)
"""Columns by which tables are known that a reader of their own reads; language suffixes left off."""
_LANGUAGE = re.compile(r"/[a-z]{2}(?:-[A-Za-z]{2,4})?\Z")


def columns_of(export: Export, member: str) -> tuple[str, ...]:
    """The columns of a CSV file or workbook; of a workbook those of its first sheet."""
    name = member.lower()
    try:
        if name.endswith(rows.CSV_SUFFIXES):
            return _of_csv(export.head(member))
        if name.endswith(workbooks.SUFFIXES) and len(export.head(member, _LARGEST)) < _LARGEST:
            return workbooks.Workbook(export, member).sheets[0].header
    except ExportError:
        pass
    return ()


def is_special(columns: tuple[str, ...]) -> bool:
    """Whether a table belongs to a format that has a reader of its own."""
    bare = {*columns, *(_LANGUAGE.sub("", column) for column in columns)}
    return any(special <= bare for special in _SPECIAL)


def _of_csv(head: bytes) -> tuple[str, ...]:
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    lines = [line for line in text.splitlines() if line.strip() and not line.lower().startswith("sep=")]
    if not lines:
        return ()
    try:
        readings = [next(csv.reader(lines[:1], delimiter=mark), []) for mark in _DELIMITERS]
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in max(readings, key=len))
