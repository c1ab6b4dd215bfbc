"""Figures as they are written into the cells of a published table, and in which order its rows stand."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from .coarsening import SHARES, Coarsen, coarse_shares
from .drafts import Draft
from .policy import TablePolicy
from .releases import Release

SUPPRESSED: Final = "suppressed"
"""What a hidden cell says; never 0, never blank. A cell that does not apply is blank."""

_RANGE: Final = {"value": "", "low": "low", "high": "high"}


class Cells:
    """Writes tables once it is known what is hidden.

    Args:
        hidden: names of the figures and cells that must not be shown.
        coarsen: what is shown in place of a count.
    """

    def __init__(self, hidden: frozenset[str], coarsen: Coarsen | None) -> None:
        self._hidden = hidden
        self._coarsen = coarsen
        self._written: dict[str, str] = {}
        self._rows: dict[str, list[tuple[str, ...]]] = {}

    def write(self, draft: Draft) -> None:
        """Write a table; those that repeat figures of others come after them."""
        policy = draft.policy
        rows: list[tuple[str, ...]] = []
        for index in range(len(draft.rows)):
            shown = [self._cell(draft, index, column) for column in policy.columns]
            rows.append(tuple(shown))
            for column, cell in zip(policy.columns, shown, strict=True):
                self._written.setdefault(draft.key(index, column), cell)
        self._rows[policy.name] = rows

    def rows(self, draft: Draft) -> tuple[tuple[str, ...], ...]:
        """The rows of a table that was written, in an order that says nothing of what is hidden."""
        policy, rows = draft.policy, self._rows[draft.policy.name]
        if not policy.ranked:
            return tuple(rows)
        places = [policy.columns.index(column) for column in policy.ranked]
        groups: dict[tuple[Any, ...], int] = {}
        keys: list[tuple[Any, ...]] = []
        for index, (true, row) in enumerate(zip(draft.rows, rows, strict=True)):
            group = tuple(true[column] for column in policy.within)
            if policy.within and None in group:
                group = (index,)
            start = groups.setdefault(group, index)
            is_hidden = any(row[place] == SUPPRESSED for place in places)
            last = str(true[policy.keys[-1]]) in policy.ends_with
            name = tuple(str(true[key]) for key in policy.keys)
            keys.append((start, last, is_hidden, name if is_hidden else (), index))
        return tuple(rows[key[-1]] for key in sorted(keys))

    def told(self, draft: Draft) -> Release:
        """What a reader learns of a table's figures."""
        every = (*draft.figures(), *draft.totals.items())
        figures = {key: figure for key, figure in every if figure.shown and not figure.known}
        shown = {} if self._coarsen else {k: f.value for k, f in figures.items() if k not in self._hidden}
        return Release(frozenset({draft.policy.name}), shown)

    def _cell(self, draft: Draft, row: int, column: str) -> str:
        value = draft.rows[row][column]
        if value is None:
            return ""
        if draft.key(row, column) in self._hidden:
            return SUPPRESSED
        if self._coarsen is not None:
            if column in draft.policy.exact:
                return SUPPRESSED
            if draft.policy.echo is not None and not _has_own(draft, row):
                return self._repeated(draft.rows[row], column, draft.policy, self._coarsen)
            value = self._coarse(draft, row, column, self._coarsen)
        return _written(value)

    def _coarse(self, draft: Draft, row: int, column: str, coarsen: Coarsen) -> Any:
        """A cell as it is shown when counts are not shown exactly."""
        policy, content = draft.policy, draft.rows[row]
        if column in policy.counts:
            return coarsen(draft.key(row, column), int(content[column]))
        if column in SHARES and policy.share_of is not None:
            part = content[policy.share_of]
            return coarse_shares(draft.key(row, policy.share_of), part, content["share"], coarsen)[column]
        return content[column]

    def _repeated(
        self, content: Mapping[str, Any], column: str, policy: TablePolicy, coarsen: Coarsen
    ) -> str:
        """A cell of a table that gathers figures of others."""
        figure = content[policy.echo or ""]
        if column not in _RANGE or figure is None:
            return _written(content[column])
        table, _, name = figure.rpartition("/")
        of = {"share": "share_", "audit": "audited_"}.get(content["unit"], "")
        key = f"{table}/{of}{_RANGE[column]}" if _RANGE[column] else figure
        if content["unit"] == "audit" and column == "value":
            key = f"{table}/audited"
        if key in self._written:
            return self._written[key]
        is_count = name and str(content[column]).isdigit()
        return _written(coarsen(key, int(content[column])) if is_count else content[column])


def _has_own(draft: Draft, row: int) -> bool:
    """Whether the row of a table that gathers figures has one of its own."""
    return any(draft.has(row, column) for column in draft.policy.counts)


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
