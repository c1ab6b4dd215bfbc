"""The waterfall: how all acts about a petition come down to the persons counted, one reason a step."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ..corpus.store import Store
from .invalidation import PREFIX
from .position import REPEATS

_WATERFALL = pa.schema(
    [
        ("petition", pa.string()),
        ("ordinal", pa.int64()),
        ("step", pa.string()),
        ("acts", pa.int64()),
        ("people", pa.int64()),
        ("left", pa.int64()),
        ("note", pa.string()),
    ]
)
_NOTES: dict[str, str] = {
    "all acts": "everything that anybody did about the petition, unnamed acts included",
    "bot": "bots and integrations",
    "no person behind the account": "deleted, anonymous or unknown accounts",
    "private or hidden post": "private channels, deleted or hidden posts",
    "outside the window": "before it opened, after it closed, or after the day asked for",
    "not an endorsing reaction": "reactions that say something else",
    "a like is not support": "plain likes",
    "another option of the poll": "votes for options that neither back nor oppose",
    "answers another post": "agreement with a reply that does not back the petition",
    "author of the petition": "who opened it, in the thread they opened",
    "not named": "the platform gives a number without names; in the upper bound only",
    "opposition": "acts against the petition",
    "conditions": "support under a condition",
    "withdrawals": "acts that take support back",
    "same person again": "further acts of support by persons who are counted once",
    "withdrew": "supported, then took it back",
    "now opposed": "supported, then opposed with a change of mind",
    "now conditional": "supported, took it back, now supports under a condition",
    "conflicted": "supports and opposes",
    "counted": "distinct persons who support the petition",
}

_BY_RULE = "taken out by a rule of the configuration"

_TAKEN = f"""
    WITH placed AS (
        SELECT person_id, n,
               CASE WHEN dropped NOT IN {REPEATS} THEN dropped
                    WHEN identity = 'count_only' THEN 'not named'
                    WHEN stance = 'oppose' THEN 'opposition'
                    WHEN stance = 'conditional' THEN 'conditions'
                    WHEN stance = 'withdraw' THEN 'withdrawals'
                    ELSE 'support' END AS step
        FROM act WHERE petition = $petition)
    SELECT step, sum(n)::BIGINT AS acts, count(DISTINCT person_id) AS people FROM placed GROUP BY step
    UNION ALL
    SELECT 'all acts', coalesce(sum(n), 0)::BIGINT, count(DISTINCT person_id) FROM placed
    UNION ALL
    SELECT 'same person again', coalesce(sum(acts - 1), 0)::BIGINT, count(*) FILTER (acts > 1)
    FROM (SELECT count(*) AS acts FROM placed WHERE step = 'support' GROUP BY person_id)
    UNION ALL
    SELECT CASE p.position WHEN 'supports' THEN 'counted' WHEN 'opposes' THEN 'now opposed'
                           WHEN 'conditional' THEN 'now conditional' ELSE p.position END, count(*), count(*)
    FROM position p SEMI JOIN (SELECT person_id FROM placed WHERE step = 'support') USING (person_id)
    WHERE p.petition = $petition GROUP BY ALL"""


def waterfall(store: Store, invalidations: Mapping[str, str] | None = None) -> pa.Table:
    """Compute it for every petition: petition, ordinal, step, acts, people, left, note.

    The first row holds all acts, the last what remains: the persons counted. In between, `acts` is what the
    step takes away and `left` what remains after it; `people` is how many persons the step concerns. After
    "same person again" each person is left with one act, so that acts and people are the same from there on.
    Steps that take nothing away are left out.

    Args:
        store: with the ledger and the positions.
        invalidations: rules that took acts out, and their reasons.
    """
    notes: dict[str, str] = {}
    for step, note in _NOTES.items():
        notes[step] = note
        if step == "outside the window":
            notes |= {PREFIX + name: reason or _BY_RULE for name, reason in (invalidations or {}).items()}
    rows: list[dict[str, Any]] = []
    for head in store.sql("SELECT petition FROM petition ORDER BY ordinal").to_pylist():
        rows += _steps(store, head["petition"], notes)
    return pa.Table.from_pylist(rows, schema=_WATERFALL)


def _steps(store: Store, petition: str, notes: Mapping[str, str]) -> list[dict[str, Any]]:
    found = store.connection.execute(_TAKEN, {"petition": petition}).fetchall()
    taken = {step: (acts, people) for step, acts, people in found}
    rows: list[dict[str, Any]] = []
    left = 0
    for step, note in notes.items():
        acts, people = taken.get(step, (0, 0))
        left = acts if step == "all acts" else left - (acts if step != "counted" else 0)
        if acts or step in ("all acts", "counted"):
            place = {"petition": petition, "ordinal": len(rows), "step": step}
            rows.append({**place, "acts": acts, "people": people, "left": left, "note": note})
    return rows
