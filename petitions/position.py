"""What each person holds in the end, and how that came about week by week.

Later acts win, by three rules that need no order but time:
support stands unless a later act takes it back or says "I changed my mind" and opposes; opposition stands
unless a later act lifts it or says so and supports; who supports and opposes at once is conflicted.
A condition counts where nothing else stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from ..corpus.store import Store
from .petition import temporary

REPEATS = ("same person again", "same words posted again elsewhere")
"""Acts dropped for these reasons add nothing to a count but may add certainty."""

STANDING = f"""
    SELECT * FROM act WHERE person_id IS NOT NULL AND (dropped IS NULL OR dropped IN {REPEATS})"""
"""The acts that positions rest on."""

UNNAMED = """
    (coalesce(sum(n) FILTER (identity = 'count_only' AND stance = 'support' AND dropped IS NULL), 0)
     - greatest(0, coalesce(sum(n) FILTER (identity = 'count_only' AND stance = 'withdraw'
                                           AND dropped IS NULL), 0)
                   - coalesce(sum(n) FILTER (identity = 'count_only' AND stance = 'support'
                                             AND (dropped LIKE 'invalidated: %' OR dropped IS NOT NULL
                                                  AND "at"::DATE < opens)), 0)))::BIGINT"""
"""SQL for how many unnamed ones support, over acts beside their petition: those who signed, less those who
took it back. What was signed before the window, or struck out, is taken to be what was taken back first, for
`high` is an upper bound."""

_FLAGGED = """
    SELECT petition, person_id, act_id, "at" AS moment, tier, certain, stance,
           stance = 'support' AS supports,
           stance = 'oppose' AS opposes,
           stance = 'conditional' AS is_conditional,
           (stance = 'withdraw' AND mechanism <> 'objection_withdrawn')
               OR (stance = 'oppose' AND mechanism = 'changed_mind') AS ends_support,
           (stance = 'support' AND mechanism = 'changed_mind')
               OR (stance = 'withdraw' AND mechanism IN ('objection_withdrawn', 'changed_mind'))
               AS ends_opposition
    FROM ({acts})"""

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
         WHEN last_condition > coalesce(support_ended, 0) THEN 'conditional'
         WHEN support_ended > first_support THEN 'withdrew' END"""


def settled(acts: str = STANDING) -> str:
    """SQL for what each person holds by some acts: the columns of the table position.

    Args:
        acts: a query for rows of the table act, each with its person; it may alter them, but for their order.
    """
    return f"""
        WITH flagged AS ({_FLAGGED.format(acts=acts)}),
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
        FROM standing WHERE stands GROUP BY petition, person_id, position"""


def write(store: Store) -> None:
    """Write the table position, one row for each person who holds one.

    position(petition, person_id, position, tier, certain, since): `position` is supports, opposes, withdrew,
    conditional or conflicted; `tier` the strongest standing act of support (NULL without); `certain` whether
    one of the acts that stand is beyond doubt; `since` the time of the act the position began with.
    """
    store.connection.execute(
        f"""CREATE OR REPLACE TABLE position AS
            SELECT s.* FROM ({settled()}) s JOIN person USING (person_id) JOIN petition q USING (petition)
            ORDER BY q.ordinal, rank"""
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
        f"""WITH flagged AS ({_FLAGGED.format(acts=STANDING)}),
            running AS (
                SELECT petition, person_id, act_id, coalesce(moment, start) AS moment,
                       {_HELD.format(over="OVER (PARTITION BY petition, person_id ORDER BY act_id)")}
                FROM flagged JOIN petition_start USING (petition)),
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


@dataclass(frozen=True, slots=True)
class Held:
    """How many supported a petition at the end of a day.

    Attributes:
        counted: persons whose position was supports.
        low: those of them beyond doubt, as `totals` has it.
        high: counted, and whose words left doubt, and whom the platforms did not name.
        week: the last week in which the count changed, None before the first.
    """

    counted: int
    low: int
    high: int
    week: date | None


def held_at(store: Store, asked: Sequence[tuple[str, date]]) -> dict[tuple[str, date], Held]:
    """The count and its range as at the end of days (UTC), without building the ledger again.

    Args:
        store: with a ledger and its weeks.
        asked: petitions and days; a day that is the last of a week agrees with `over_time`.
    """
    table = pa.table(
        {
            "petition": pa.array([petition for petition, _ in asked], pa.string()),
            "day": pa.array([day for _, day in asked], pa.date32()),
        }
    )
    temporary(store, "asked_day", table)
    rows = store.connection.execute(_HELD_AT).fetchall()
    return {(petition, day): Held(*figures) for petition, day, *figures in rows}


_HELD_AT = f"""
    WITH flagged AS ({_FLAGGED.format(acts=STANDING)}),
    seen AS (
        SELECT a.day, f.* FROM asked_day a JOIN flagged f USING (petition)
        JOIN petition_start s USING (petition) WHERE coalesce(f.moment, s.start)::DATE <= a.day),
    held AS (
        SELECT petition, day, person_id, {_HELD.format(over="")}
        FROM seen GROUP BY petition, day, person_id),
    settled AS (SELECT *, {_POSITION} AS position FROM held WHERE {_POSITION} IS NOT NULL),
    standing AS (
        SELECT s.petition, s.day, s.person_id, any_value(s.position) AS position,
               bool_or(f.certain) AS certain
        FROM settled s JOIN seen f USING (petition, day, person_id)
        WHERE CASE WHEN s.position = 'withdrew' THEN act_id = support_ended
                   WHEN supports THEN act_id > coalesce(support_ended, 0)
                   WHEN opposes THEN act_id > coalesce(opposition_ended, 0)
                   WHEN is_conditional THEN s.position = 'conditional'
                        AND act_id > coalesce(support_ended, 0) END
        GROUP BY s.petition, s.day, s.person_id),
    doubtful AS (
        SELECT DISTINCT a.petition, a.day, n.person_id
        FROM asked_day a JOIN unread u USING (petition) JOIN post p USING (post_id)
        JOIN petition_start s USING (petition)
        JOIN person_account pa ON pa.account_id = p.author_account_id
        JOIN person n ON n.person_id = pa.person_id
        WHERE NOT n.is_bot AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)
          AND coalesce(p.created_at, s.start)::DATE <= a.day),
    contested AS (
        SELECT petition, day, count(DISTINCT person_id) AS maybe
        FROM (SELECT * FROM doubtful
              UNION ALL SELECT petition, day, person_id FROM standing WHERE NOT certain)
        WHERE (petition, day, person_id) NOT IN (
            SELECT (petition, day, person_id) FROM standing WHERE position = 'supports')
        GROUP BY petition, day),
    unnamed AS (
        SELECT a.petition, a.day, {UNNAMED} AS n FROM asked_day a JOIN act USING (petition)
        JOIN petition USING (petition) JOIN petition_start s USING (petition)
        WHERE coalesce("at", s.start)::DATE <= a.day
        GROUP BY a.petition, a.day),
    counted AS (
        SELECT petition, day, count(*) AS counted,
               count(*) FILTER (certain AND doubtful.person_id IS NULL) AS low
        FROM standing LEFT JOIN doubtful USING (petition, day, person_id)
        WHERE position = 'supports' GROUP BY petition, day)
    SELECT a.petition, a.day, coalesce(c.counted, 0), coalesce(c.low, 0),
           coalesce(c.counted, 0) + coalesce(m.maybe, 0) + coalesce(u.n, 0), w.week
    FROM asked_day a LEFT JOIN counted c USING (petition, day) LEFT JOIN contested m USING (petition, day)
    LEFT JOIN unnamed u USING (petition, day)
    ASOF LEFT JOIN petition_weeks w ON w.petition = a.petition AND w.week <= a.day
    ORDER BY a.petition, a.day"""
