"""Flags: what about a count a careful reader would ask about. They point something out and delete nothing.

Four kinds are looked for: people who come in a burst, one organisation that dominates, accounts made shortly
before they act, and ratios far from those of the forum's other threads, too small or too large. A flag is no
verdict: a link shown to everybody at once makes an honest burst, and a plan that touches one team makes that
team sign. So the count is shown with and without the people a flag saw, and the count itself never changes.
Where the data can't speak, the flag says why.

`oddities` looks, by the tests of `chance`. Who the flagged are stands in a temporary table only:
flagged(petition, flag, person_id); it goes with the connection.
"""

import pyarrow as pa

from ..config import FlagsConfig
from ..corpus.store import Store
from .oddities import look_into
from .petition import temporary
from .position import STANDING

_FLAG = pa.schema(
    [
        *((name, pa.string()) for name in ("petition", "flag", "verdict", "saw")),
        ("week", pa.date32()),
        ("organisation", pa.string()),
        ("acts", pa.int64()),
        ("people", pa.int64()),
        ("others", pa.int64()),
        ("expected", pa.float64()),
        ("p_value", pa.float64()),
        ("counted", pa.int64()),
        ("counted_without", pa.int64()),
    ]
)
_FLAGGED = pa.schema([(name, pa.string()) for name in ("petition", "flag", "person_id")])

_FIGURES = f"""
    WITH backing AS (
        SELECT petition, person_id, count(*) AS acts FROM ({STANDING}) WHERE stance = 'support' GROUP BY ALL)
    SELECT k.flag, coalesce(sum(b.acts) FILTER (f.person_id IS NOT NULL), 0)::BIGINT AS acts,
           count(f.person_id) AS people, count(h.person_id) AS counted,
           count(h.person_id) - count(f.person_id) AS counted_without
    FROM (SELECT unnest($flags) AS flag) k
    LEFT JOIN position h ON h.petition = $petition AND h.position = 'supports'
    LEFT JOIN flagged f ON f.petition = h.petition AND f.flag = k.flag AND f.person_id = h.person_id
    LEFT JOIN backing b ON b.petition = h.petition AND b.person_id = h.person_id
    GROUP BY k.flag"""


def raise_flags(store: Store, config: FlagsConfig | None = None) -> pa.Table:
    """Look for what is odd about each petition's count; call after the ledger is built.

    Args:
        store: with ledger and positions.
        config: thresholds.

    Returns:
        Table petition_flag, at least one row a petition and kind: petition, flag ("burst 1"), verdict (seen,
        not seen, can't tell), saw (what, or why it can't tell), week (its Monday), organisation, acts, people
        (those of the counted whom it saw, and their acts of support), others (of the organisation, who are
        not counted), expected (people, if nothing were going on), p_value, counted, counted_without.
    """
    found = list(look_into(store, config or FlagsConfig()))
    flagged = [
        {"petition": petition, "flag": finding.flag, "person_id": person}
        for petition, finding in found
        for person in finding.people or ()
    ]
    temporary(store, "flagged", pa.Table.from_pylist(flagged, schema=_FLAGGED))
    named: dict[str, list[str]] = {}
    for petition, finding in found:
        if finding.people is not None:
            named.setdefault(petition, []).append(finding.flag)
    figures = {
        (petition, figure["flag"]): figure
        for petition, flags in named.items()
        for figure in store.sql(_FIGURES, {"petition": petition, "flags": flags}).to_pylist()
    }
    rows = [finding.row(petition) | figures.get((petition, finding.flag), {}) for petition, finding in found]
    return pa.Table.from_pylist(rows, schema=_FLAG)
