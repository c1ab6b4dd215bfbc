"""The privacy gate: the one door through which a table leaves.

`publish` turns a table of true figures into a `Published` one, in which every figure that would show a small
group of people reads "suppressed". Writers and charts take nothing else, so forgetting the gate is a type
error. Tables that speak of the same figures go through together (`publish_together`): a figure hidden in one
is hidden in all, and no sum across them gives it back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa

from .disclosure import Figure, Problem, Relation, Week, to_hide
from .policy import Row, Running, TablePolicy

SUPPRESSED: Final = "suppressed"
"""What a hidden cell says; never 0, never blank. A cell that does not apply is blank."""

_SEAL: Final = object()

_REPEATED: Final = 4
_NOT_SHOWN: Final = -1
_LAST: Final = 9
"""Rank of totals, which usually stand in several places: the last to be hidden as cover."""


@dataclass(frozen=True, slots=True)
class Published:
    """A table that has passed the gate. Only `publish` and `publish_together` make one."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The cells as they are written: whole numbers plain, shares with three decimals, dates ISO."""
    types: tuple[pa.DataType, ...]
    """Of the columns, before anything was hidden."""
    left_out: int
    """Rows not shown because too few people stand behind them."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only publish() makes a Published table")

    @property
    def suppressed(self) -> int:
        """How many cells read "suppressed"."""
        return sum(cell == SUPPRESSED for row in self.rows for cell in row)

    def records(self) -> list[dict[str, str]]:
        """The rows as column -> cell."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    @property
    def numeric(self) -> frozenset[str]:
        """Columns that hold numbers."""
        return frozenset(
            name for name, kind in zip(self.columns, self.types, strict=True) if _is_numeric(kind)
        )

    @property
    def table(self) -> pa.Table:
        """The table as Arrow: what reading its CSV file gives.

        A column of numbers in which a cell is suppressed is text, for the word must not become a blank.
        """
        arrays = [_array([row[place] for row in self.rows], kind) for place, kind in enumerate(self.types)]
        return pa.table(arrays, names=list(self.columns))


def publish(table: pa.Table, policy: TablePolicy) -> Published:
    """Pass one table through the gate.

    Args:
        table: true figures; its columns are those of the policy, public and private.
        policy: which columns count people, how they add up, and the thresholds.

    Raises:
        ValueError: the table has a column the policy does not know, lacks one, or names two rows alike.
    """
    return publish_together({policy.name: table}, {policy.name: policy})[policy.name]


def publish_together(
    tables: Mapping[str, pa.Table], policies: Mapping[str, TablePolicy]
) -> dict[str, Published]:
    """Pass tables through the gate together, so that none gives away what another hides.

    Args:
        tables: by name.
        policies: by name; all with the same thresholds.

    Raises:
        ValueError: as for `publish`, or a table without a policy.
    """
    drafts = [_Draft(tables[name], _policy(policies, name)) for name in tables]
    thresholds = {draft.policy.k for draft in drafts}
    if len(thresholds) > 1:
        raise ValueError(f"tables published together need one threshold, not {sorted(thresholds)}")
    if not drafts:
        return {}
    first = [draft for draft in drafts if not draft.policy.gives_way]
    later = _problem(drafts) if len(first) < len(drafts) else None
    hidden = to_hide(_problem(first), thresholds.pop(), later)
    return {draft.policy.name: draft.published(hidden) for draft in drafts}


def _policy(policies: Mapping[str, TablePolicy], name: str) -> TablePolicy:
    if name not in policies:
        raise ValueError(f"no policy for the table {name!r}: it can't be published")
    return policies[name]


@dataclass(slots=True)
class _Draft:
    """One table on its way through the gate. It is the `Cells` its policy's structures read."""

    table: pa.Table
    policy: TablePolicy
    rows: Sequence[Row] = field(init=False)
    left_out: int = field(init=False, default=0)
    totals: dict[str, Figure] = field(init=False, default_factory=dict[str, Figure])
    follows: dict[str, list[str]] = field(init=False, default_factory=dict[str, list[str]])

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
        return self.policy.figure(self.rows[row], column)

    def has(self, row: int, column: str) -> bool:
        return self.rows[row][column] is not None

    def total(self, key: str, column: str, rows: Sequence[int], *, known_by: Sequence[str]) -> None:
        value = sum(int(self.rows[row][column]) for row in rows)
        people = column in self.policy.persons
        self.totals[key] = Figure(value=value, counts_people=people, rank=_LAST)
        self.follows.setdefault(key, []).extend(known_by)

    def declare(self, key: str, people: int) -> None:
        self.totals[key] = Figure(value=people, rank=_NOT_SHOWN, shown=False)

    def figures(self) -> Iterator[tuple[str, Figure]]:
        """The numbers in the cells."""
        policy = self.policy
        for index, row in enumerate(self.rows):
            for column in (*policy.persons, *policy.additive):
                if self.has(index, column):
                    figure = Figure(
                        value=int(row[column]),
                        counts_people=column in policy.persons,
                        rank=policy.ranks.get(column, 0),
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

    def published(self, hidden: frozenset[str]) -> Published:
        """The table with hidden cells replaced."""
        columns = self.policy.columns
        rows = [
            tuple(self._cell(index, column, hidden) for column in columns) for index in range(len(self.rows))
        ]
        types = tuple(self.table.schema.field(name).type for name in columns)
        return Published(self.policy.name, columns, tuple(rows), types, self.left_out, _SEAL)

    def _cell(self, row: int, column: str, hidden: frozenset[str]) -> str:
        value = self.rows[row][column]
        if value is not None and self.key(row, column) in hidden:
            return SUPPRESSED
        return _written(value)


def _problem(drafts: Sequence[_Draft]) -> Problem:
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
    relations = [relation for relation in claimed if _holds(relation, figures)]
    series = [weeks for draft in drafts for weeks in draft.series()]
    # The last running total is the one everybody quotes, and what stands in two places is hidden in both:
    # they serve as cover only when nothing else will do.
    for key in {weeks[-1].total for weeks in series}:
        figures[key] = replace(figures[key], rank=_LAST)
    for key in {key for relation in relations if _is_repeat(relation) for key, _ in relation.terms}:
        figures[key] = replace(figures[key], rank=figures[key].rank + _REPEATED)
    follows: dict[str, list[str]] = {}
    for draft in drafts:
        for leader, follower in draft.followers():
            follows.setdefault(leader, []).append(follower)
    return Problem(
        figures=figures,
        relations=relations,
        follows=follows,
        series=series,
    )


def _holds(relation: Relation, figures: Mapping[str, Figure]) -> bool:
    """Whether the sum is true of these figures. One that is not tells a reader nothing."""
    if any(key not in figures for key, _ in relation.terms):
        return False
    total = sum(coefficient * figures[key].value for key, coefficient in relation.terms)
    return total == 0 or (total > 0 and not relation.exact)


def _is_numeric(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _array(cells: list[str], kind: pa.DataType) -> Any:
    if not _is_numeric(kind) or SUPPRESSED in cells:
        return pa.array(cells, pa.string())
    number = int if pa.types.is_integer(kind) else float
    return pa.array([number(cell) if cell else None for cell in cells], kind)


def _is_repeat(relation: Relation) -> bool:
    return relation.exact and len(relation.terms) == 2  # noqa: PLR2004 - one figure, and the same again


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return _one_line(str(value))


def _one_line(text: str) -> str:
    """Text without line breaks, control and direction characters, which could forge rows or hide words."""
    joiner = "\u200d"  # holds composed emoji together
    return " ".join("".join(c if c.isprintable() or c == joiner else " " for c in text).split())
