"""Flags and specifications on their way out: the queries, and what must not follow from their figures.

A count with and without a group tells the group's size by subtraction, so each such difference is a figure
that the gate knows: hidden where it is small, and with it the count that would give it away. The one
exception is the count by words beyond doubt, which `petitions` shows as `low` (see `policies`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from .disclosure import Relation
from .policy import Cells, Split, TablePolicy

# Of an organisation in which fewer than k do not back the petition the name would tell what its people think,
# one by one; its size and how rare its share is would tell the name.
_FLAGS: Final = """
    SELECT f.petition, f.flag, f.verdict, f.saw, f.week,
           CASE WHEN f.others >= $k THEN f.organisation END AS organisation, f.acts, f.people,
           CASE WHEN f.others IS NULL OR f.others >= $k THEN f.expected END AS expected,
           CASE WHEN f.others < $k THEN NULL WHEN f.p_value < 0.001 THEN '<0.001'
                ELSE format('{:.3f}', f.p_value) END AS p_value,
           f.counted, f.counted_without
    FROM (SELECT *, row_number() OVER () AS place FROM petition_flag) f JOIN petition q USING (petition)
    ORDER BY q.ordinal, place"""

# What a definition that counts the same people as the headline differs from others by, `more` and `fewer` of
# the others say.
_SPECIFICATION: Final = """
    WITH unmoved AS (FROM petition_specification WHERE more + fewer = 0)
    SELECT s.* EXCLUDE (ordinal, more, fewer),
           CASE WHEN s.definition <> 'words beyond doubt' THEN s.more END AS more,
           CASE WHEN s.definition <> 'words beyond doubt' THEN s.fewer END AS fewer,
           h.counted AS headline, n.within
    FROM petition_specification s JOIN petition q USING (petition)
    JOIN petition_specification h ON h.petition = s.petition AND h.is_headline
    LEFT JOIN (SELECT e.petition, e."inner" AS definition, list(e."outer" ORDER BY e."outer") AS within
               FROM petition_nested e
               ANTI JOIN unmoved u ON u.petition = e.petition AND u.definition IN (e."inner", e."outer")
               WHERE e.people < $k GROUP BY e.petition, e."inner") n
           ON n.petition = s.petition AND n.definition = s.definition
    ORDER BY q.ordinal, s.ordinal"""


def scrutiny_tables(store: Store, k: int) -> dict[str, pa.Table]:
    """The tables flags and specification, with true figures.

    Args:
        store: holds petition_flag, petition_specification and petition_nested.
        k: the least number of people behind a published figure.
    """
    parameters = {"k": k}
    return {
        "flags": store.sql(_FLAGS, parameters),
        "specification": store.sql(_SPECIFICATION, parameters),
    }


def _spot(cells: Cells, row: int) -> tuple[str, str]:
    return str(cells.rows[row]["petition"]), str(cells.rows[row]["definition"])


@dataclass(frozen=True, slots=True)
class Moved:
    """Along a row: the count is the headline with some people more and some fewer."""

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum a row."""
        for row in range(len(cells.rows)):
            if cells.has(row, "more"):
                signs = (("counted", 1), ("headline", -1), ("more", -1), ("fewer", 1))
                yield Relation(tuple((cells.key(row, column), sign) for column, sign in signs))


@dataclass(frozen=True, slots=True)
class Repeated:
    """A figure of some definitions is a figure of another table, or at most that."""

    column: str
    others: Mapping[str, str]
    """Definition -> the figure, as a template over the row's columns."""
    exact: bool = True

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum for each row that has such a definition."""
        for row, content in enumerate(cells.rows):
            other = self.others.get(content["definition"])
            if other is not None:
                yield Relation(
                    ((other.format_map(content), 1), (cells.key(row, self.column), -1)), exact=self.exact
                )


@dataclass(frozen=True, slots=True)
class Nested:
    """Across rows: a definition counts all whom another counts and few more, who are the difference.

    The private column `within` lists, for each definition, those that count fewer than k people more.
    """

    besides: str
    """The definition whose differences to others are no secret."""

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One difference a pair."""
        rows = {_spot(cells, row): row for row in range(len(cells.rows))}
        for inner, content in enumerate(cells.rows):
            petition, name = _spot(cells, inner)
            for outer_name in content["within"] or ():
                if self.besides in (name, outer_name):
                    continue
                outer = rows[petition, outer_name]
                rest = f"specification/{petition}/{outer_name} less {name}"
                cells.declare(rest, cells.rows[outer]["counted"] - content["counted"])
                signs = ((cells.key(outer, "counted"), 1), (cells.key(inner, "counted"), -1), (rest, -1))
                yield Relation(signs)


@dataclass(frozen=True, slots=True)
class Together:
    """Across rows: choices made at once move the count by the sum of their moves, less whom several move.

    The private column `part_of` names, for each definition, the one that makes its choice among others.
    """

    column: str
    whole: str

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum for each petition."""
        for whole, content in enumerate(cells.rows):
            if content["definition"] != self.whole:
                continue
            petition = content["petition"]
            parts = [
                row
                for row, part in enumerate(cells.rows)
                if (part["petition"], part["part_of"]) == (petition, self.whole)
                and cells.has(row, self.column)
            ]
            twice = sum(cells.rows[row][self.column] for row in parts) - content[self.column]
            rest = f"specification/{petition}/{self.whole} twice"
            cells.declare(rest, abs(twice))
            terms = ((cells.key(row, self.column), 1) for row in parts)
            sign = -1 if twice >= 0 else 1
            yield Relation((*terms, (cells.key(whole, self.column), -1), (rest, sign)))


FLAGS: Final = TablePolicy(
    name="flags",
    columns=(
        "petition", "flag", "verdict", "saw", "acts", "people", "counted", "counted_without", "p_value",
        "expected", "week", "organisation",
    ),
    keys=("petition", "flag"),
    persons=("people", "counted", "counted_without"),
    additive=("acts",),
    follows={
        "counted": ("people", "counted_without"),
        "people": ("acts", "p_value", "expected", "week", "organisation"),
    },
    structures=(
        Split("counted", ("counted_without", "people")),
        Split("acts", ("people",), complete=False),
    ),
    figures={
        "counted": "petitions/{petition}/counted",
        "counted_without": "specification/{petition}/without {flag}/counted",
        "people": "specification/{petition}/without {flag}/fewer",
    },
    exact=("p_value", "expected"),
    ranks={"people": 1},
    gives_way=True,
)  # fmt: skip

SPECIFICATION: Final = TablePolicy(
    name="specification",
    columns=(
        "petition", "definition", "counted", "more", "fewer", "is_headline", "tiers", "authors", "words",
        "likes", "withdrawals", "conflicted", "conditional", "people", "days", "left_out",
    ),
    private=("headline", "within", "part_of"),
    keys=("petition", "definition"),
    persons=("counted", "more", "fewer", "headline"),
    follows={"headline": ("counted", "more", "fewer")},
    structures=(
        Moved(),
        Repeated(
            "counted",
            {
                "the headline": "petitions/{petition}/counted",
                "signed only": "petitions/{petition}/signed",
                "roster only": "petitions/{petition}/backing",
            },
        ),
        Repeated("fewer", {"signed or said": "petitions/{petition}/reacted"}),
        Repeated(
            "more",
            {
                "conflicted counted": "petitions/{petition}/conflicted",
                "conditional counted": "petitions/{petition}/conditional",
            },
        ),
        Repeated("more", {"withdrawals ignored": "petitions/{petition}/withdrew"}, exact=False),
        Nested(besides="words beyond doubt"),
        Together("fewer", "all narrower choices at once"),
        Together("more", "all wider choices at once"),
    ),
    figures={"headline": "petitions/{petition}/counted"},
    ranks={"more": 1, "fewer": 1},
    gives_way=True,
)  # fmt: skip
