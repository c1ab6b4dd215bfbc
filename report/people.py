"""Supporters by role, organisation, site and tenure: groups, never somebody.

Small groups are put together, and so are groups in which everybody supports: such a figure would answer, of
each of them, whether they did. What is still small is the gate's to hide.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from ..corpus.store import Store
from .policy import Down, Same, Split, TablePolicy
from .shares import with_interval

SMALLER: Final = "smaller groups"

EXPECTED: Final[Mapping[str, str]] = {
    "supporter_slice": "petition:text slice:text value:text eligible:count people:count",
    "suspicion": "persons:count pairs:count",
}
"""Tables that are empty without a roster."""

_SLICES: Final = """
    SELECT s.petition, s.slice, s.value, s.eligible, s.people
    FROM supporter_slice s LEFT JOIN petition p USING (petition)
    ORDER BY p.ordinal NULLS LAST, s.petition,
             list_position(['role', 'organisation', 'site', 'tenure'], s.slice), s.value"""
_NAMES: Final = ("role", "organisation", "site", "tenure")
_SHARE: Final = ("share", "share_low", "share_high")
_SCHEMA: Final = pa.schema(
    [("petition", pa.string()), ("slice", pa.string()), ("value", pa.string()),
     *((name, pa.int64()) for name in ("people", "others", "eligible", "base", "backing"))]
)  # fmt: skip

POLICY: Final = TablePolicy(
    name="supporters",
    columns=("petition", "slice", "value", "people", "others", "eligible", *_SHARE),
    keys=("petition", "slice", "value"),
    persons=("people", "others", "eligible"),
    follows={"people": _SHARE, "others": _SHARE, "eligible": _SHARE},
    structures=(
        Split("eligible", ("people", "others")),
        # Each slice is the same people cut another way: what one hides another must not add up to.
        Down("people", ("petition", "slice"), "petitions/{petition}/counted"),
        Down("eligible", ("petition", "slice"), "petitions/{petition}/denominator"),
        *(Same("people", "supporters/{petition}/" + name + "/{value}/people") for name in _NAMES),
    ),
    ranks={"people": 1, "eligible": 2},
)
"""The gate's rules for them."""

_Row = dict[str, Any]


def tables(store: Store, k: int) -> dict[str, pa.Table]:
    """The table of supporters; none without a roster.

    Args:
        store: with what `petitions.supporters` wrote.
        k: the least number of people behind a figure.
    """
    slices: dict[tuple[str, str], list[_Row]] = {}
    for row in store.sql(_SLICES).to_pylist():
        slices.setdefault((row["petition"], row["slice"]), []).append(row)
    rows = [row for found in slices.values() for row in pooled(found, k)]
    if not rows:
        return {}
    for row in rows:
        row["others"] = None if row["eligible"] is None else row["eligible"] - row["people"]
        # No share of those who are not eligible: 0 of 0.
        row["base"] = row["eligible"] or 0
        row["backing"] = row["people"] if row["base"] else 0
    table = with_interval(pa.Table.from_pylist(rows, schema=_SCHEMA), "backing", "base")
    return {"supporters": table.drop_columns(["backing"])}


def pooled(rows: Sequence[_Row], k: int) -> list[_Row]:
    """The groups of one slice, the largest first, those that would tell too much put together.

    Args:
        rows: value, eligible (None for those outside the roster) and people of each group.
        k: groups of fewer than twice as many eligible are small.

    Returns:
        Groups that are neither small nor of one mind for the petition, then the smaller ones together, then
        those outside. Sums are those of the rows.
    """
    outside = [row for row in rows if row["eligible"] is None]
    inside = sorted(
        (row for row in rows if row["eligible"] is not None), key=lambda row: (-row["eligible"], row["value"])
    )
    small = [row for row in inside if row["eligible"] < 2 * k or row["people"] == row["eligible"]]
    kept = [row for row in inside if row not in small]
    # Put together they may still be of one mind, or one group alone under another name.
    while small and kept and (len(small) == 1 or _tells(small, k)):
        small.append(kept.pop())
    if not small:
        return [*kept, *outside]
    together = {
        **small[0],
        "value": SMALLER,
        "eligible": sum(row["eligible"] for row in small),
        "people": sum(row["people"] for row in small),
    }
    return [*kept, together, *outside]


def _tells(rows: Sequence[_Row], k: int) -> bool:
    eligible, people = (sum(row[name] for row in rows) for name in ("eligible", "people"))
    return eligible < 2 * k or people == eligible
