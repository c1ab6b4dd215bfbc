"""The privacy gate: the one door through which a table leaves.

`publish` turns a table of true figures into a `Published` one, in which every figure that would show a small
group of people reads "suppressed". Writers and charts take nothing else, so forgetting the gate is a type
error. Tables that speak of the same figures go through together (`publish_together`): a figure hidden in one
is hidden in all, and no sum across them gives it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from typing import Any, Final

import pyarrow as pa

from .coarsening import Coarsen
from .disclosure import Problem, to_hide
from .drafts import Draft, problem_of
from .memory import Memory
from .policy import TablePolicy
from .releases import Kept, Release, together, with_past
from .writing import SUPPRESSED, Cells

_SEAL: Final = object()

_KINDS: Final[Mapping[str, pa.DataType]] = {
    "text": pa.string(),
    "count": pa.int64(),
    "number": pa.float64(),
    "day": pa.date32(),
    "yes/no": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Published:
    """A table that has passed the gate, now or in an earlier run. Only this module makes one."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The cells as they are written: whole numbers plain, shares with three decimals, dates ISO."""
    types: tuple[pa.DataType, ...]
    """Of the columns, before anything was hidden."""
    left_out: int
    """Rows not shown because too few people stand behind them."""
    told: Release
    """What the table tells, for reports to come."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the gate makes a Published table")

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


def published_before(
    name: str, records: Sequence[Mapping[str, str]], kinds: Mapping[str, str], left_out: int, told: Release
) -> Published:
    """A table that passed the gate in an earlier run, as it is read back from its report.

    Args:
        name: of the table.
        records: its rows, column -> cell, as they were published.
        kinds: of its columns, as `kind_of` told them.
        left_out: rows that were not shown.
        told: what the table tells.

    Raises:
        KeyError: a row lacks a column, or a kind is none.
    """
    rows = tuple(tuple(record[column] for column in kinds) for record in records)
    types = tuple(_KINDS[kind] for kind in kinds.values())
    return Published(name, tuple(kinds), rows, types, left_out, told, _SEAL)


def kind_of(column: pa.DataType) -> str:
    """The kind of a column's cells in a word: text, count, number, day or yes/no."""
    if pa.types.is_integer(column):
        return "count"
    if pa.types.is_floating(column):
        return "number"
    return next((kind for kind, known in _KINDS.items() if column == known), "text")


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
    tables: Mapping[str, pa.Table],
    policies: Mapping[str, TablePolicy],
    memory: Memory | None = None,
    coarsen: Coarsen | None = None,
) -> dict[str, Published]:
    """Pass tables through the gate together, so that none gives away what another hides.

    Args:
        tables: by name.
        policies: by name; all with the same thresholds.
        memory: of earlier reports; what left before leaves as it did then.
        coarsen: what is shown in place of a count; None for the count itself.

    Raises:
        ValueError: as for `publish`, or a table without a policy.
    """
    drafts = [Draft(tables[name], _policy(policies, name)) for name in tables]
    thresholds = {draft.policy.k for draft in drafts}
    if len(thresholds) > 1:
        raise ValueError(f"tables published together need one threshold, not {sorted(thresholds)}")
    if not drafts:
        return {}
    k = thresholds.pop()
    first = [draft for draft in drafts if not draft.policy.gives_way]
    problem = problem_of(drafts)
    before = problem_of(first) if len(first) < len(drafts) else problem
    memory = memory or Memory()
    past = memory.past
    true = {key: figure.value for key, figure in problem.figures.items()}
    leaving = memory.leaves(tables)
    for place, kept in enumerate(past):
        # Of other tables than left then, later reports may tell more: those are held against all.
        if kept.told.tables == leaving and kept.agrees(true):
            hidden = _hidden(before, problem, past[:place], k)
            again = _published(drafts, hidden, coarsen)
            if together(again[name].told for name in leaving) == kept.told:
                memory.counted(problem, hidden, place)
                return again
    hidden = _hidden(before, problem, past, k)
    memory.counted(problem, hidden, len(past))
    return _published(drafts, hidden, coarsen)


def _hidden(first: Problem, whole: Problem, past: Sequence[Kept], k: int) -> frozenset[str]:
    later = with_past(whole, past, k) if whole is not first else None
    return to_hide(with_past(first, past, k), k, later)


def _published(
    drafts: Sequence[Draft], hidden: frozenset[str], coarsen: Coarsen | None
) -> dict[str, Published]:
    cells = Cells(hidden, coarsen)
    # Tables that gather figures of others repeat what is written there.
    for draft in sorted(drafts, key=lambda draft: draft.policy.echo is not None):
        cells.write(draft)
    return {
        draft.policy.name: Published(
            draft.policy.name,
            draft.policy.columns,
            cells.rows(draft),
            tuple(draft.table.schema.field(name).type for name in draft.policy.columns),
            draft.left_out,
            cells.told(draft),
            _SEAL,
        )
        for draft in drafts
    }


def _policy(policies: Mapping[str, TablePolicy], name: str) -> TablePolicy:
    if name not in policies:
        raise ValueError(f"no policy for the table {name!r}: it can't be published")
    return policies[name]


def _is_numeric(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _array(cells: list[str], kind: pa.DataType) -> Any:
    if not _is_numeric(kind) or SUPPRESSED in cells:
        return pa.array(cells, pa.string())
    number = int if pa.types.is_integer(kind) else float
    return pa.array([number(cell) if cell else None for cell in cells], kind)
