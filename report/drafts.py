"""A table on its way through the gate: its figures, and what a reader can reckon with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pyarrow as pa

from .disclosure import Figure, Problem, Relation, Week
from .overlaps import differences
from .policy import Row, Running, TablePolicy

_REPEATED: Final = 4
_NOT_SHOWN: Final = -1
_LAST: Final = 9
"""Rank of totals, which usually stand in several places: the last to be hidden as cover."""


@dataclass(slots=True)
class Draft:
    """One table on its way through the gate. It is the `Cells` its policy's structures read."""

    table: pa.Table
    policy: TablePolicy
    rows: Sequence[Row] = field(init=False)
    left_out: int = field(init=False, default=0)
    totals: dict[str, Figure] = field(init=False, default_factory=dict[str, Figure])
    follows: dict[str, list[str]] = field(init=False, default_factory=dict[str, list[str]])
    concealed: set[str] = field(init=False, default_factory=set[str])

    def __post_init__(self) -> None:
        names, known = set(self.table.column_names), {*self.policy.columns, *self.policy.private}
        if names != known:
            unknown, missing = sorted(names - known), sorted(known - names)
            raise ValueError(f"{self.policy.name}: unknown columns {unknown}, missing {missing}")
        every: Sequence[Row] = self.table.to_pylist()
        least = ((self.policy.quotes_people, self.policy.k_quotes), (self.policy.rows_people, self.policy.k))
        self.rows = [
            row for row in every if all(behind is None or row[behind] >= few for behind, few in least)
        ]
        self.left_out = len(every) - len(self.rows)
        if self.policy.persons:
            names_of_rows = [tuple(row[key] for key in self.policy.keys) for row in self.rows]
            if len(set(names_of_rows)) < len(names_of_rows):
                raise ValueError(f"{self.policy.name}: two rows have the same {self.policy.keys}")

    def key(self, row: int, column: str) -> str:
        """Name of the figure in a cell."""
        return self.policy.figure(self.rows[row], column)

    def has(self, row: int, column: str) -> bool:
        """Whether the cell holds anything."""
        return self.rows[row][column] is not None

    def total(self, key: str, column: str, rows: Sequence[int], *, known_by: Sequence[str]) -> None:
        """Declare a sum down a column."""
        value = sum(int(self.rows[row][column]) for row in rows)
        people = column in self.policy.persons
        self.totals[key] = Figure(value=value, counts_people=people, rank=_LAST)
        self.follow(key, known_by)

    def follow(self, key: str, cells: Sequence[str]) -> None:
        """Hide cells along with a figure."""
        self.follows.setdefault(key, []).extend(cells)

    def declare(self, key: str, people: int) -> None:
        """Declare a group that stands in no cell."""
        self.totals[key] = Figure(value=people, rank=_NOT_SHOWN, shown=False)

    def conceal(self, key: str) -> None:
        """Hide a figure whatever its size."""
        self.concealed.add(key)

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The numbers in the cells."""
        policy = self.policy
        for index, row in enumerate(self.rows):
            for column in (*policy.persons, *policy.additive, *policy.known):
                if self.has(index, column):
                    figure = Figure(
                        value=int(row[column]),
                        counts_people=column in policy.persons,
                        rank=policy.ranks.get(column, 0),
                        known=column in policy.known,
                    )
                    yield self.key(index, column), figure
            if policy.echo is not None and row[policy.echo] is not None and row["unit"] == "people":
                yield row[policy.echo], Figure(value=int(row["value"]), rank=2)

    def relations(self) -> list[Relation]:
        """The sums a reader can do within this table. Declares totals on the way."""
        return [relation for structure in self.policy.structures for relation in structure.relations(self)]

    def series(self) -> list[list[Week]]:
        """Running totals."""
        running = [part for part in self.policy.structures if isinstance(part, Running)]
        return [weeks for part in running for weeks in part.series(self)]

    def followers(self) -> Iterator[tuple[str, str]]:
        """Pairs (figure, cell that is hidden with it)."""
        for index, row in enumerate(self.rows):
            for leader, columns in self.policy.follows.items():
                for column in columns:
                    yield self.key(index, leader), self.key(index, column)
            if self.policy.echo is not None and row[self.policy.echo] is not None:
                for column in self.policy.echoed:
                    yield row[self.policy.echo], self.key(index, column)
        for leader, cells in self.follows.items():
            for cell in cells:
                yield leader, cell


def problem_of(drafts: Sequence[Draft]) -> Problem:
    """What a reader of these tables would see, and how it hangs together.

    Raises:
        ValueError: two tables show the same figure with different values.
    """
    figures: dict[str, Figure] = {}
    for draft in drafts:
        for key, figure in draft.figures():
            if figures.setdefault(key, figure).value != figure.value:
                raise ValueError(
                    f"{draft.policy.name}: {key} is {figure.value}, elsewhere {figures[key].value}"
                )
    claimed = [relation for draft in drafts for relation in draft.relations()]
    for draft in drafts:
        for key, figure in draft.totals.items():
            figures.setdefault(key, figure)
    groups, subtracted = differences([(draft.policy, draft.rows) for draft in drafts], figures)
    figures |= groups
    relations = [relation for relation in (*claimed, *subtracted) if _holds(relation, figures)]
    series = [weeks for draft in drafts for weeks in draft.series()]
    # The last running total is the one everybody quotes, and what stands in two places is hidden in both:
    # they serve as cover only when nothing else will do, but for what says least and goes first.
    for key in {weeks[-1].total for weeks in series}:
        figures[key] = replace(figures[key], rank=_LAST)
    for keys in _repeated(relations):
        ranks = [figures[key].rank for key in keys]
        rank = min(ranks) if min(ranks) < 0 and max(ranks) <= 0 else max(ranks) + _REPEATED
        figures |= {key: replace(figures[key], rank=rank) for key in keys}
    follows: dict[str, list[str]] = {}
    for draft in drafts:
        for leader, follower in draft.followers():
            follows.setdefault(leader, []).append(follower)
    return Problem(
        figures=figures,
        relations=relations,
        follows=follows,
        series=series,
        concealed=frozenset(key for draft in drafts for key in draft.concealed),
    )


def _repeated(relations: Sequence[Relation]) -> list[set[str]]:
    """Figures that stand in several places, with all their names."""
    group: dict[str, set[str]] = {}
    for relation in relations:
        if relation.exact and len(relation.terms) == 2:  # noqa: PLR2004 - one figure, and the same again
            together = set[str]().union(*(group.get(key, {key}) for key, _ in relation.terms))
            group |= dict.fromkeys(together, together)
    return [group[key] for key in sorted(group) if key == min(group[key])]


def _holds(relation: Relation, figures: Mapping[str, Figure]) -> bool:
    """Whether the sum is true of these figures. One that is not tells a reader nothing."""
    if any(key not in figures for key, _ in relation.terms):
        return False
    total = sum(coefficient * figures[key].value for key, coefficient in relation.terms)
    return total == 0 or (total > 0 and not relation.exact)
