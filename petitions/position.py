"""What each person holds in the end, and how that came about week by week.

Later acts win, by three rules that need no order but time:
support stands unless a later act takes it back or says "I changed my mind" and opposes; opposition stands
unless a later act lifts it or says so and supports; who supports and opposes at once is conflicted.
A condition counts where nothing else stands.
"""

from datetime import date

import pyarrow as pa

from ..corpus.store import Store

REPEATS = ("same person again", "same words posted again elsewhere")
"""Acts dropped for these reasons add nothing to a count but may add certainty."""

_FLAGGED = f"""
    SELECT petition, person_id, act_id, "at" AS moment, tier, certain, stance,
           stance = 'support' AS supports,
           stance = 'oppose' AS opposes,
           stance = 'conditional' AS is_conditional,
           (stance = 'withdraw' AND mechanism <> 'objection_withdrawn')
               OR (stance = 'oppose' AND mechanism = 'changed_mind') AS ends_support,
           (stance = 'support' AND mechanism = 'changed_mind')
               OR (stance = 'withdraw' AND mechanism IN ('objection_withdrawn', 'changed_mind'))
               AS ends_opposition
    FROM act
    WHERE person_id IS NOT NULL AND (dropped IS NULL OR dropped IN {REPEATS})"""

_HELD = """max(act_id) FILTER (supports) {over} AS last_support,
           max(act_id) FILTER (opposes) {over} AS last_opposition,
           max(act_id) FILTER (is_conditional) {over} AS last_condition,
           max(act_id) FILTER (ends_support) {over} AS support_ended,
           max(act_id) FILTER (ends_opposition) {over} AS opposition_ended,
           min(act_id) FILTER (supports) {over} AS first_support"""
_SUPPORT_STANDS = "last_support > coalesce(support_ended, 0)"
_OPPOSITION_STANDS = "last_opposition > coalesce(opposition_ended, 0)"
_POSITION = f"""
    CASE WHEN {_SUPPORT_STANDS} AND {_OPPOSITION_STANDS} THEN 'conflicted'
         WHEN {_SUPPORT_STANDS} THEN 'supports'
         WHEN {_OPPOSITION_STANDS} THEN 'opposes'
         WHEN support_ended > first_support THEN 'withdrew'
         WHEN last_condition > coalesce(support_ended, 0) THEN 'conditional' END"""


def write(store: Store) -> None:
    """Write the table position, one row for each person who holds one.

    position(petition, person_id, position, tier, certain, since): `position` is supports, opposes, withdrew,
    conditional or conflicted; `tier` the strongest standing act of support (NULL without); `certain` whether
    one of the acts that stand is beyond doubt; `since` the time of the act the position began with.
    """
    store.connection.execute(
        f"""CREATE OR REPLACE TABLE position AS
            WITH flagged AS ({_FLAGGED}),
            held AS (
                SELECT petition, person_id, {_HELD.format(over="")}
                FROM flagged GROUP BY petition, person_id),
            settled AS (SELECT *, {_POSITION} AS position FROM held WHERE {_POSITION} IS NOT NULL),
            standing AS (
                SELECT f.*, s.position,
                       CASE WHEN s.position = 'withdrew' THEN act_id = support_ended
                            WHEN supports THEN act_id > coalesce(support_ended, 0)
                            WHEN opposes THEN act_id > coalesce(opposition_ended, 0)
                            WHEN is_conditional THEN s.position = 'conditional'
                                 AND act_id > coalesce(support_ended, 0) END AS stands
                FROM flagged f JOIN settled s USING (petition, person_id))
            SELECT petition, person_id, position, min(tier) FILTER (supports) AS tier,
                   bool_or(certain) AS certain,
                   CASE position WHEN 'conflicted' THEN max(moment) ELSE min(moment) END AS since
            FROM standing JOIN person USING (person_id) JOIN petition q USING (petition)
            WHERE stands GROUP BY petition, person_id, position, rank, q.ordinal ORDER BY q.ordinal, rank"""
    )


def over_time(store: Store, *, cut: date | None = None) -> pa.Table:
    """How support came and went: petition, week (its Monday), gross, withdrawn, net.

    gross: persons who began to support in that week, or began again; withdrawn: persons whose support ended
    in it, by withdrawal, by a change of mind or by contradicting themselves; net: those who support at its
    end. The last net is the count. Acts without any time stand at the beginning of the petition.

    Args:
        store: holds a ledger and positions.
        cut: a day that ends a row: what follows in its week is a row of its own, named by its first day.
    """
    return store.sql(
        f"""WITH flagged AS ({_FLAGGED}),
            starts AS (
                SELECT q.petition, least(min(a."at"), min(p.created_at)) AS earliest
                FROM petition q LEFT JOIN act a ON a.petition = q.petition AND a.dropped IS NULL
                LEFT JOIN petition_post o ON o.petition = q.petition AND o.role = 'opening'
                LEFT JOIN post p ON p.post_id = o.post_id GROUP BY q.petition),
            running AS (
                SELECT petition, person_id, act_id, coalesce(moment, earliest) AS moment,
                       {_HELD.format(over="OVER (PARTITION BY petition, person_id ORDER BY act_id)")}
                FROM flagged JOIN starts USING (petition)),
            states AS (
                SELECT petition, person_id, moment, act_id,
                       coalesce({_POSITION} = 'supports', FALSE) AS supports
                FROM running
                QUALIFY act_id = max(act_id) OVER (PARTITION BY petition, person_id, moment)),
            turns AS (
                SELECT petition, moment, supports, coalesce(lag(supports) OVER (
                           PARTITION BY petition, person_id ORDER BY act_id), FALSE) AS before
                FROM states),
            weeks AS (
                SELECT petition,
                       greatest(date_trunc('week', moment)::DATE,
                                CASE WHEN moment::DATE > $cut::DATE THEN $cut::DATE + 1 END) AS week,
                       count(*) FILTER (supports) AS gross, count(*) FILTER (before) AS withdrawn
                FROM turns WHERE supports <> before AND moment IS NOT NULL GROUP BY ALL)
            SELECT petition, week, gross, withdrawn,
                   (sum(gross - withdrawn) OVER (PARTITION BY petition ORDER BY week))::BIGINT AS net
            FROM weeks JOIN petition q USING (petition) ORDER BY q.ordinal, week""",
        {"cut": cut},
    )
