"""What the gate must know of a table: which columns count people, and what would give them away.

A policy is data. It lists the columns a table may show (no other leaves the house), which of them count
people, what goes with a hidden count, and how figures add up along rows, down columns and over weeks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from .disclosure import Relation, Week

Row = Mapping[str, Any]


class Cells(Protocol):
    """The figures of one table while its policy is read."""

    @property
    def rows(self) -> Sequence[Row]:
        """The true rows, column -> value."""
        ...

    def key(self, row: int, column: str) -> str:
        """The figure in a cell."""
        ...

    def has(self, row: int, column: str) -> bool:
        """Whether the cell holds a number at all."""
        ...

    def total(self, key: str, column: str, rows: Sequence[int], *, known_by: Sequence[str]) -> None:
        """Declare the sum of a column over some rows as a figure, though it stands in no cell here.

        Args:
            key: what to call it.
            column: what is summed.
            rows: over which rows.
            known_by: figures and cells that would tell it; they are hidden with it.
        """
        ...

    def follow(self, key: str, cells: Sequence[str]) -> None:
        """Hide cells along with a figure, in whichever table that stands."""
        ...

    def declare(self, key: str, people: int) -> None:
        """Declare a group that stands in no cell, but whose size others tell by their difference."""
        ...

    def conceal(self, key: str) -> None:
        """Hide a figure whatever its size."""
        ...


class Structure(Protocol):
    """One way in which the figures of a table hang together."""

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """The sums a reader can do."""
        ...


@dataclass(frozen=True, slots=True)
class Split:
    """Along a row: the parts add up to the total, or to no more than it (`complete` False)."""

    total: str
    parts: tuple[str, ...]
    complete: bool = True

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum a row."""
        for row in range(len(cells.rows)):
            if all(cells.has(row, column) for column in (self.total, *self.parts)):
                parts = tuple((cells.key(row, part), -1) for part in self.parts)
                yield Relation(((cells.key(row, self.total), 1), *parts), exact=self.complete)


@dataclass(frozen=True, slots=True)
class Rest:
    """Along a row: who is in the whole and in none of the parts, though that stands in no cell.

    A few who are left over know by it what all the others hold. Where nobody is and one part is the whole,
    everybody does: what is said of all is said of each.

    Attributes:
        whole: column of the group.
        parts: columns of people in it.
        hides: columns hidden where one part is the whole.
        only: column and value of the rows of which this is true; None for all.
    """

    whole: str
    parts: tuple[str, ...]
    hides: tuple[str, ...]
    only: tuple[str, str] | None = None

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum a row."""
        for row, content in enumerate(cells.rows):
            if self.only is not None and content[self.only[0]] != self.only[1]:
                continue
            if not all(cells.has(row, column) for column in (self.whole, *self.parts)):
                continue
            rest = content[self.whole] - sum(content[part] for part in self.parts)
            if rest < 0:
                continue
            whole = cells.key(row, self.whole)
            name = f"{whole} less {', '.join(self.parts)}"
            cells.declare(name, rest)
            yield Relation(((whole, 1), (name, -1), *((cells.key(row, part), -1) for part in self.parts)))
            if content[self.whole] in [content[part] for part in self.parts]:
                for column in self.hides:
                    cells.conceal(cells.key(row, column))


@dataclass(frozen=True, slots=True)
class Mixed:
    """Down a column: rows that share `by` are the answers of one group. Where all give one, none is shown."""

    column: str
    by: tuple[str, ...]

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """No sums; hides what is said of all."""
        for rows in _groups(cells, self.by):
            if sum(bool(cells.rows[row][self.column]) for row in rows) == 1:
                for row in rows:
                    cells.conceal(cells.key(row, self.column))
        yield from ()


@dataclass(frozen=True, slots=True)
class Down:
    """Down a column: rows that share `by` are parts of one total.

    Attributes:
        column: the column that adds up.
        by: columns that name the group.
        total: the total's figure, as a template over the row's columns, e.g. "petitions/{petition}/withdrew".
        known_by: columns from which the total can be reckoned (a share beside a count).
        shown_as: figure under which other tables show the same total.
    """

    column: str
    by: tuple[str, ...]
    total: str
    known_by: tuple[str, ...] = ()
    shown_as: str | None = None

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum a group."""
        for rows in _groups(cells, self.by):
            counted = [row for row in rows if cells.has(row, self.column)]
            if not counted:
                continue
            total = self.total.format_map(cells.rows[counted[0]])
            known_by = [cells.key(row, name) for row in counted for name in self.known_by]
            if self.shown_as is not None:
                known_by.append(self.shown_as)
            cells.total(total, self.column, counted, known_by=known_by)
            yield Relation(((total, 1), *((cells.key(row, self.column), -1) for row in counted)))


@dataclass(frozen=True, slots=True)
class Same:
    """A cell repeats a figure of another table, named by a template over the row's columns."""

    column: str
    other: str

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One equality a row; it holds only where there is such a figure and it has the same value."""
        for index, row in enumerate(cells.rows):
            if cells.has(index, self.column):
                yield Relation(((cells.key(index, self.column), 1), (self.other.format_map(row), -1)))


@dataclass(frozen=True, slots=True)
class Steps:
    """Down a column: the first row of a group is the whole, the others are where it went."""

    column: str
    by: tuple[str, ...]

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum a group."""
        for rows in _groups(cells, self.by):
            counted = [row for row in rows if cells.has(row, self.column)]
            if len(counted) > 1:
                parts = ((cells.key(row, self.column), -1) for row in counted[1:])
                yield Relation(((cells.key(counted[0], self.column), 1), *parts))


@dataclass(frozen=True, slots=True)
class Running:
    """Over weeks: `total` moves by `plus` less `minus` from one row of a group to the next.

    The last total is the figure another table shows too, named by the template `ends_in`.
    """

    total: str
    plus: str
    minus: str
    by: tuple[str, ...]
    ends_in: str

    def relations(self, cells: Cells) -> Iterator[Relation]:
        """One sum a week."""
        for rows in _groups(cells, self.by):
            before: tuple[tuple[str, int], ...] = ()
            for row in rows:
                change = ((cells.key(row, self.plus), -1), (cells.key(row, self.minus), 1))
                yield Relation(((cells.key(row, self.total), 1), *before, *change))
                before = ((cells.key(row, self.total), -1),)
            yield Relation(((self.ends_in.format_map(cells.rows[rows[-1]]), 1), *before))

    def series(self, cells: Cells) -> Iterator[list[Week]]:
        """The weeks of each group, in order."""
        for rows in _groups(cells, self.by):
            yield [
                Week(*(cells.key(row, name) for name in (self.total, self.plus, self.minus))) for row in rows
            ]


def _groups(cells: Cells, by: tuple[str, ...]) -> Iterator[list[int]]:
    found: dict[tuple[Any, ...], list[int]] = {}
    for index, row in enumerate(cells.rows):
        found.setdefault(tuple(row[name] for name in by), []).append(index)
    yield from found.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePolicy:
    """How one table may be shown.

    Attributes:
        name: of the table and its file.
        columns: what may be shown, in this order; any other column is refused.
        private: columns the gate reads and never lets through.
        keys: columns that name a row.
        persons: columns that count people.
        follows: column -> columns of the same row hidden with it.
        structures: how figures add up.
        figures: column -> template of the figure's name, where other tables show the same figure.
        ranks: column -> how long it stays when cover is needed (default 0: goes first).
        additive: further columns of counts, not of people, that take part in sums.
        beside: further columns of counts, which are changed as counts of people are where those are coarse.
        exact: columns that tell exact counts in other ways; suppressed where counts are coarse.
        share_of: column whose part of a whole the columns share, share_low and share_high tell.
        echo: private column that names the figure a row repeats, for tables that gather figures of others.
        echoed: columns hidden when that figure is.
        quotes_people: private column with the people behind a quote's group; rows of under `k_quotes` go.
        known: further columns of counts that everybody sees for himself; the report need not tell them.
        gives_way: whether its figures are hidden rather than those of tables that do not give way.
        rows_people: private column with the people behind a row's words; rows of under `k` go.
        ranked: columns by whose figures the rows stand in order; rows that hide one of them go to the end.
        within: columns of the groups in which they do; rows without a value there stay where they are.
        ends_with: values of the last key whose rows end a group.
        k: the least number of people behind a published figure.
        k_quotes: the least number of people behind a group whose words are quoted.
    """

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    private: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    additive: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    share_of: str | None = None
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    structures: tuple[Structure, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict[str, str])
    ranks: Mapping[str, int] = field(default_factory=dict[str, int])
    echo: str | None = None
    echoed: tuple[str, ...] = ()
    quotes_people: str | None = None
    known: tuple[str, ...] = ()
    gives_way: bool = False
    rows_people: str | None = None
    ranked: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    k: int = 5
    k_quotes: int = 10

    @property
    def counts(self) -> frozenset[str]:
        """All columns of counts."""
        return frozenset((*self.persons, *self.additive, *self.beside))

    def figure(self, row: Row, column: str) -> str:
        """Name of the figure in a cell: the same name in two tables is the same figure."""
        template = self.figures.get(column)
        if template is not None:
            return template.format_map(row)
        return "/".join([self.name, *(str(row[key]) for key in self.keys), column])
