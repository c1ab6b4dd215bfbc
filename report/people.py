"""Supporters by role, organisation, site and tenure: groups, never somebody.

Small groups are put together, and so are groups in which everybody supports or nobody does: such a figure
would answer, of each of them, whether they did. What is still small is the gate's to hide.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from ..corpus.store import Store
from .attacker import System, Terms
from .policy import Down, Same, Split, TablePolicy
from .shares import with_interval

SMALLER: Final = "smaller groups"
UNKNOWN: Final = "unknown"

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
# Who stands together in all slices; the rule of who counts among the eligible is that of the slices.
_CORNERS: Final = """
    SELECT coalesce(nullif(e.role, ''), $unknown) AS role,
           coalesce(nullif(e.organisation, ''), $unknown) AS organisation,
           coalesce(nullif(e.site, ''), $unknown) AS site,
           coalesce(nullif(e.tenure, ''), $unknown) AS tenure, count(*) AS eligible,
           count(*) FILTER (p.position = 'supports' AND (p.since IS NULL OR e.left_on IS NULL
                                                         OR p.since::DATE <= e.left_on)) AS people
    FROM eligible e LEFT JOIN position p USING (petition, person_id)
    WHERE e.petition = $petition GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
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
    share_of="people",
    ranks={"people": 1, "eligible": 2},
    ranked=("eligible",),
    within=("petition", "slice"),
    ends_with=(SMALLER, "not on the roster"),
)
"""The gate's rules for them."""

_Row = dict[str, Any]


def tables(store: Store, k: int, change: Callable[[str], str] = str) -> dict[str, pa.Table]:
    """The table of supporters; none without a roster.

    Args:
        store: with what `petitions.supporters` wrote.
        k: the least number of people behind a figure.
        change: takes names out of the names of groups.
    """
    slices: dict[str, dict[str, list[_Row]]] = {}
    for row in store.sql(_SLICES).to_pylist():
        slices.setdefault(row["petition"], {}).setdefault(row["slice"], []).append(row)
    parameters = [{"petition": petition, "unknown": UNKNOWN} for petition in slices]
    corners = [store.sql(_CORNERS, given).to_pylist() for given in parameters]
    # A group named after somebody is not named.
    values = {row["value"] for found in slices.values() for rows in found.values() for row in rows}
    nameless = {value for value in values if change(value) != value}
    return slices_table(zip(slices.values(), corners, strict=True), k, nameless)


def slices_table(
    petitions: Iterable[tuple[Mapping[str, Sequence[_Row]], Sequence[_Row]]],
    k: int,
    nameless: Collection[str] = (),
) -> dict[str, pa.Table]:
    """The table of the slices and corners of each petition (see `uncrossed`); none without rows."""
    rows = [
        row
        for slices, corners in petitions
        for row in chain.from_iterable(uncrossed(slices, corners, k, nameless).values())
    ]
    if not rows:
        return {}
    for row in rows:
        row["others"] = None if row["eligible"] is None else row["eligible"] - row["people"]
        # No share of those who are not eligible: 0 of 0.
        row["base"] = row["eligible"] or 0
        row["backing"] = row["people"] if row["base"] else 0
    table = with_interval(pa.Table.from_pylist(rows, schema=_SCHEMA), "backing", "base")
    return {"supporters": table.drop_columns(["backing"])}


def uncrossed(
    slices: Mapping[str, Sequence[_Row]],
    corners: Sequence[_Row],
    k: int,
    nameless: Collection[str] = (),
) -> dict[str, list[_Row]]:
    """The slices, pooled until no crossing of them tells what everybody in some corner of the roster holds.

    Who knows the roster knows who stands where, and that the slices cut the same people: the supporters of a
    site less those of its largest role may be those of a handful. So the slices are added one by one, and the
    smallest groups of each put together until the numbers leave every corner open; one that never gets there
    is left out.

    Args:
        slices: groups by slice, of one petition.
        corners: role, organisation, site, tenure, eligible and people of each combination that there is.
        k: as for `pooled`.
        nameless: groups whose names are not shown.
    """
    shown: dict[str, list[_Row]] = {}
    for name, rows in slices.items():
        least = 2 * k
        while True:
            groups = pooled(rows, k, least, nameless)
            inside = [row["eligible"] for row in groups if row["eligible"] is not None]
            if not _is_crossed({**shown, name: groups}, corners):
                shown[name] = groups
                break
            if len(inside) <= 1:
                break
            named = [
                row["eligible"] for row in groups if row["eligible"] is not None and row["value"] != SMALLER
            ]
            least = min(named) + 1
    return shown


def _is_crossed(slices: Mapping[str, Sequence[_Row]], corners: Sequence[_Row]) -> bool:
    """Whether the groups' numbers fix what all in some corner hold."""
    relations: list[tuple[Terms, bool]] = []
    corners = _told_apart(slices, corners)
    values: dict[str, int] = {str(place): corner["people"] for place, corner in enumerate(corners)}
    for name, rows in slices.items():
        for row in rows:
            if row["eligible"] is None:
                continue
            values[f"{name}/{row['value']}"] = row["people"]
            within = [
                (str(place), -1) for place, corner in enumerate(corners) if corner[name] == row["value"]
            ]
            relations.append((((f"{name}/{row['value']}", 1), *within), True))
    bounds = {str(place): (0.0, float(corner["eligible"])) for place, corner in enumerate(corners)}
    system = System(relations, values, bounds)
    # Only where all or none support does it matter whether that could be otherwise.
    open_corners = {
        str(place): -1 if corner["people"] else 1
        for place, corner in enumerate(corners)
        if corner["people"] in (0, corner["eligible"])
    }
    while open_corners:
        free = open_corners.keys() & system.different(open_corners)
        if not free:
            return True
        open_corners = {key: way for key, way in open_corners.items() if key not in free}
    return False


def _told_apart(slices: Mapping[str, Sequence[_Row]], corners: Sequence[_Row]) -> list[_Row]:
    """The corners by the groups that are shown; those in the same ones are one.

    Where they differ, each could be as another is; where all are of one mind, each could be otherwise if all
    together could.
    """
    shown = {name: {row["value"] for row in rows} for name, rows in slices.items()}
    found: dict[tuple[str, ...], _Row] = {}
    for corner in corners:
        place = {name: corner[name] if corner[name] in values else SMALLER for name, values in shown.items()}
        one = found.setdefault(tuple(place.values()), {**place, "eligible": 0, "people": 0})
        one["eligible"] += corner["eligible"]
        one["people"] += corner["people"]
    return list(found.values())


def pooled(
    rows: Sequence[_Row], k: int, least: int | None = None, nameless: Collection[str] = ()
) -> list[_Row]:
    """The groups of one slice, the largest first, those that would tell too much put together.

    Args:
        rows: value, eligible (None for those outside the roster) and people of each group.
        k: groups of fewer than twice as many eligible are small.
        least: groups of fewer eligible are put together, however large.
        nameless: groups that are put together because their names are not shown.

    Returns:
        Groups that are neither small nor of one mind about the petition, then the smaller ones together, then
        those outside. Sums are those of the rows.
    """
    outside = [row for row in rows if row["eligible"] is None]
    inside = sorted(
        (row for row in rows if row["eligible"] is not None), key=lambda row: (-row["eligible"], row["value"])
    )
    small = [
        row
        for row in inside
        if _tells([row], k) or row["eligible"] < (least or 0) or row["value"] in nameless
    ]
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
    return eligible < 2 * k or people in (0, eligible)
