"""From the ledger to the figures: one row a petition."""

from typing import Any

import pyarrow as pa

from ..corpus.store import Store
from .position import UNNAMED

_CONFIDENCE = 0.95

DOUBTFUL = """
    SELECT DISTINCT u.petition, n.person_id
    FROM unread u JOIN post p USING (post_id)
    JOIN person_account pa ON pa.account_id = p.author_account_id
    JOIN person n ON n.person_id = pa.person_id
    WHERE NOT n.is_bot AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)"""
"""Persons who wrote words that may be an act, though no rule could read them (see `doubt`)."""


def totals(store: Store) -> pa.Table:
    """The figures of each petition, one row each, in the petitions' order.

    counted: distinct persons whose position is supports; signed, said, reacted: the same by strongest tier.
    low: those of them with at least one act beyond doubt and no words that left doubt (see `doubt`). high:
    counted, and everybody else whose position rests on contestable words or who wrote words no rule could
    read, and everybody whom the platforms count as endorsing but do not name, less those who took it back (an
    upper bound: an unnamed one may be a named one elsewhere). acts: all acts in the ledger, unnamed ones
    included.
    denominator: who is eligible by the roster where there is one (see `supporters`), else everybody seen to
    act or write in the petition's threads ("participants") until the day the store is looked at. share:
    counted persons among them, with Wilson's 95% interval (share_low, share_high; Wilson 1927).
    """
    rows = store.sql(_TOTALS).to_pylist()
    return pa.Table.from_pylist([_with_share(row) for row in rows], schema=_SCHEMA)


_COUNTS = (
    "counted",
    "low",
    "high",
    "signed",
    "said",
    "reacted",
    "withdrew",
    "opposed",
    "conditional",
    "conflicted",
    "acts",
)
_SCHEMA = pa.schema(
    [
        ("petition", pa.string()),
        *((name, pa.int64()) for name in _COUNTS),
        ("denominator", pa.int64()),
        ("denominator_kind", pa.string()),
        ("counted_in_denominator", pa.int64()),
        *((name, pa.float64()) for name in ("share", "share_low", "share_high")),
    ]
)
_TOTALS = f"""
    WITH participant AS (
        SELECT petition, person_id FROM act JOIN petition_start USING (petition)
        WHERE person_id IS NOT NULL AND (dropped IS NULL OR dropped NOT IN ('bot', 'private or hidden post'))
          AND may_look(coalesce("at", start))
        UNION
        SELECT o.petition, r.person_id FROM petition_post o JOIN reading r USING (post_id)
        UNION
        SELECT o.petition, pa.person_id
        FROM petition_post o JOIN petition_start USING (petition) JOIN post p USING (post_id)
        JOIN reaction r USING (post_id)
        JOIN person_account pa USING (account_id) JOIN person n ON n.person_id = pa.person_id
        WHERE NOT n.is_bot AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)
          AND may_look(coalesce(r.created_at, p.created_at, start))),
    base AS (
        SELECT petition, person_id, left_on FROM eligible
        UNION ALL
        SELECT petition, person_id, NULL FROM participant WHERE NOT EXISTS (SELECT 1 FROM roster)),
    doubtful AS ({DOUBTFUL}),
    maybe AS (
        SELECT petition, count(DISTINCT person_id) AS maybe
        FROM (SELECT petition, person_id FROM doubtful
              UNION ALL SELECT petition, person_id FROM position WHERE NOT certain)
        WHERE (petition, person_id) NOT IN (
            SELECT (petition, person_id) FROM position WHERE position = 'supports')
        GROUP BY petition),
    held AS (
        SELECT petition,
               count(*) FILTER (position = 'supports') AS counted,
               count(*) FILTER (position = 'supports' AND certain AND doubtful.person_id IS NULL) AS low,
               count(*) FILTER (position = 'supports' AND tier = 'A') AS signed,
               count(*) FILTER (position = 'supports' AND tier = 'B') AS said,
               count(*) FILTER (position = 'supports' AND tier = 'C') AS reacted,
               count(*) FILTER (position = 'withdrew') AS withdrew,
               count(*) FILTER (position = 'opposes') AS opposed,
               count(*) FILTER (position = 'conditional') AS conditional,
               count(*) FILTER (position = 'conflicted') AS conflicted
        FROM position LEFT JOIN doubtful USING (petition, person_id) GROUP BY petition),
    acted AS (SELECT petition, sum(n)::BIGINT AS acts FROM act GROUP BY petition),
    unnamed AS (SELECT petition, {UNNAMED} AS n FROM act JOIN petition USING (petition) GROUP BY petition),
    backed AS (
        SELECT e.petition, count(*) AS denominator,
               count(*) FILTER (p.position = 'supports' AND (p.since IS NULL OR e.left_on IS NULL
                                                             OR p.since::DATE <= e.left_on))
               AS counted_in_denominator
        FROM base e LEFT JOIN position p USING (petition, person_id) GROUP BY e.petition)
    SELECT q.petition, COLUMNS(held.* EXCLUDE (petition)), acted.acts, coalesce(unnamed.n, 0) AS unnamed,
           coalesce(maybe.maybe, 0) AS maybe,
           coalesce(backed.denominator, 0) AS denominator,
           CASE WHEN EXISTS (SELECT 1 FROM roster) THEN 'roster' ELSE 'participants' END AS denominator_kind,
           coalesce(backed.counted_in_denominator, 0) AS counted_in_denominator
    FROM petition q LEFT JOIN held USING (petition) LEFT JOIN acted USING (petition)
    LEFT JOIN unnamed USING (petition) LEFT JOIN backed USING (petition)
    LEFT JOIN maybe USING (petition)
    ORDER BY q.ordinal"""


def _with_share(row: dict[str, Any]) -> dict[str, Any]:
    from scipy.stats import binomtest  # heavy: only when something is counted

    beyond = row.pop("unnamed") + row.pop("maybe")
    filled = {name: row.get(name) or 0 for name in _COUNTS} | {"high": (row["counted"] or 0) + beyond}
    if not row["denominator"]:
        return row | filled
    backing, of = row["counted_in_denominator"], row["denominator"]
    interval = binomtest(backing, of).proportion_ci(_CONFIDENCE, method="wilson")
    return (
        row
        | filled
        | {
            "share": backing / of,
            "share_low": float(interval.low),
            "share_high": float(interval.high),
        }
    )
