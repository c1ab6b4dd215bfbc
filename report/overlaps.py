"""Petitions on one opening post: where one counts all whom another counts, their difference is a group.

The same thread counted to the end and up to a day, or with and without an emoji, is two petitions of nearly
the same people. Who subtracts one from the other has the few who came late, or who only used that emoji. Of
petitions of which each has people of its own, such as two answers to one poll, a difference tells nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from .disclosure import Figure, Relation
from .policy import Row, TablePolicy

EXPECTED: Final[Mapping[str, str]] = {
    "petition_post": "petition:text thread_id:text post_id:text role:text",
    "position": "petition:text person_id:text position:text tier:text",
}
"""What the petitions room leaves in the store for this."""

HOLDS: Final = "holds"
"""Private column of petitions: "OTHER/KIND" for each petition and kind of people of which it counts all."""
_KINDS: Final = ("counted", "signed", "said", "reacted", "withdrew", "opposed", "conditional", "conflicted")

_HELD: Final = """
    WITH held AS (
        SELECT petition, person_id,
               unnest(CASE WHEN position = 'supports'
                           THEN ['counted', CASE tier WHEN 'A' THEN 'signed' WHEN 'B' THEN 'said'
                                                      ELSE 'reacted' END]
                           WHEN position = 'opposes' THEN ['opposed'] ELSE [position] END) AS kind
        FROM position),
    pair AS (
        SELECT DISTINCT a.petition, b.petition AS other
        FROM petition_post a JOIN petition_post b USING (post_id)
        WHERE a.role = 'opening' AND b.role = 'opening' AND a.petition <> b.petition),
    apart AS (
        SELECT DISTINCT p.petition, p.other, b.kind
        FROM pair p JOIN held b ON b.petition = p.other
        ANTI JOIN held a ON a.petition = p.petition AND a.kind = b.kind AND a.person_id = b.person_id)
    SELECT p.petition, list(p.other || '/' || k.kind ORDER BY p.other, k.kind) AS holds
    FROM pair p CROSS JOIN (SELECT unnest($kinds) AS kind) k
    ANTI JOIN apart a ON a.petition = p.petition AND a.other = p.other AND a.kind = k.kind
    GROUP BY p.petition"""


def with_overlaps(petitions: pa.Table, store: Store) -> pa.Table:
    """The table of petitions with the private column."""
    found = {row["petition"]: row["holds"] for row in store.sql(_HELD, {"kinds": list(_KINDS)}).to_pylist()}
    holds = [found.get(name) for name in petitions["petition"].to_pylist()]
    return petitions.append_column(HOLDS, pa.array(holds, pa.list_(pa.string())))


def differences(
    tables: Iterable[tuple[TablePolicy, Sequence[Row]]], figures: Mapping[str, Figure]
) -> tuple[dict[str, Figure], list[Relation]]:
    """What a reader has by subtracting the figures of overlapping petitions.

    Args:
        tables: policy and true rows of each.
        figures: all that could be published.

    Returns:
        The differences, which stand in no cell, and the sums in which they take part.
    """
    tables = list(tables)
    holds: dict[str, list[tuple[str, str]]] = {}
    for policy, rows in tables:
        if HOLDS in policy.private:
            for row in rows:
                pairs = (pair.rpartition("/") for pair in row[HOLDS] or ())
                holds[row["petition"]] = [(other, kind) for other, _, kind in pairs]
    groups: dict[str, Figure] = {}
    relations: list[Relation] = []
    for all_of_them, some in _pairs(tables, holds):
        if all_of_them not in figures or some not in figures:
            continue
        people = figures[all_of_them].value - figures[some].value
        apart: tuple[tuple[str, int], ...] = ()
        if people:
            name = f"{all_of_them} less {some}"
            groups[name] = Figure(value=abs(people), rank=-1, shown=False)
            apart = ((name, -1 if people > 0 else 1),)
        relations.append(Relation(((all_of_them, 1), (some, -1), *apart)))
    return groups, relations


def _pairs(
    tables: Iterable[tuple[TablePolicy, Sequence[Row]]], holds: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[tuple[str, str]]:
    """Each figure of a petition beside that of one whose people it holds."""
    for policy, rows in tables:
        for row in rows if "petition" in policy.keys else ():
            for other, kind in holds.get(row["petition"], ()):
                for column in policy.persons:
                    # Those counted by week, step or team are told apart as all who are counted.
                    if kind == (column if column in _KINDS else "counted"):
                        yield policy.figure(row, column), policy.figure({**row, "petition": other}, column)
