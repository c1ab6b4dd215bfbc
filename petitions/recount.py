"""A second count of the same ledger, for the auditor: one SQL statement that shares nothing with the first.

`position` and `totals` make the published figures by folding each person's acts into "the last of each kind".
This module asks the ledger the same question in other words, straight from docs/counting.md: an act *stands*
if no later act of the same person ends it, and a person's position is what stands. Both must come to the same
figures; `forum-pulse petitions verify` says whether they do.

The statement needs the tables `act`, `unread`, `petition`, `petition_post`, `petition_start` and `eligible`
of the ledger, and `roster`, `person`, `person_account`, `post`, `reaction`, `horizon` and `reading` of the
store; an auditor can run it by hand on the workspace's store.duckdb (docs/counting.md says how).
"""

from collections.abc import Mapping
from typing import Any, Final

from ..corpus.store import Store

FIGURES: Final = (
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
    "denominator",
    "share",
    "share_low",
    "share_high",
)
"""What is counted again."""

RECOUNT: Final = """
WITH
-- 1. Acts that are heard: a person's own, dropped for no reason but that the person had said it before.
--    What each act does to what that person did earlier is written beside it.
heard AS (
    SELECT petition, person_id, act_id, stance, tier, certain, "at",
           (stance = 'withdraw' AND mechanism IS DISTINCT FROM 'objection_withdrawn')
               OR (stance = 'oppose' AND mechanism = 'changed_mind') AS ends_support,
           (stance = 'support' AND mechanism = 'changed_mind')
               OR (stance = 'withdraw' AND mechanism IN ('objection_withdrawn', 'changed_mind'))
               AS ends_opposition
    FROM act
    WHERE person_id IS NOT NULL
      AND coalesce(dropped, '') IN ('', 'same person again', 'same words posted again elsewhere')),

-- 2. Acts that stand: no later act of the same person about the same petition ends them.
--    Acts are numbered in the order of their times. A withdrawal stands where no later one follows, nor a
--    condition.
standing AS (
    SELECT * FROM heard a
    WHERE stance IN ('support', 'conditional') AND NOT EXISTS (
        SELECT 1 FROM heard later
        WHERE later.petition = a.petition AND later.person_id = a.person_id
          AND later.act_id > a.act_id AND later.ends_support)
    UNION ALL
    SELECT * FROM heard a
    WHERE stance = 'oppose' AND NOT EXISTS (
        SELECT 1 FROM heard later
        WHERE later.petition = a.petition AND later.person_id = a.person_id
          AND later.act_id > a.act_id AND later.ends_opposition)),
taken_back AS (
    SELECT a.petition, a.person_id, max_by(a.certain, a.act_id) AS certain
    FROM heard a
    WHERE a.ends_support AND EXISTS (
        SELECT 1 FROM heard before
        WHERE before.petition = a.petition AND before.person_id = a.person_id
          AND before.act_id < a.act_id AND before.stance = 'support')
    GROUP BY ALL),

-- 3. One row a person and petition: what stands, and whether any of it is beyond doubt.
supporter AS (
    SELECT petition, person_id, min(tier) AS tier, bool_or(certain) AS certain, min("at") AS since
    FROM standing WHERE stance = 'support' GROUP BY ALL),
opponent AS (
    SELECT petition, person_id, bool_or(certain) AS certain
    FROM standing WHERE stance = 'oppose' GROUP BY ALL),
on_condition AS (
    SELECT petition, person_id, bool_or(certain) AS certain
    FROM standing WHERE stance = 'conditional' GROUP BY ALL),
holder AS (
    SELECT petition, person_id, s.tier, s.since,
           CASE WHEN s.person_id IS NOT NULL AND o.person_id IS NOT NULL THEN 'conflicted'
                WHEN s.person_id IS NOT NULL THEN 'supports'
                WHEN o.person_id IS NOT NULL THEN 'opposes'
                WHEN c.person_id IS NOT NULL THEN 'conditional'
                ELSE 'withdrew' END AS holds,
           CASE WHEN s.person_id IS NOT NULL OR o.person_id IS NOT NULL
                THEN coalesce(s.certain, FALSE) OR coalesce(o.certain, FALSE)
                ELSE coalesce(c.certain, t.certain) END AS certain
    FROM supporter s
    FULL JOIN opponent o USING (petition, person_id)
    FULL JOIN taken_back t USING (petition, person_id)
    FULL JOIN on_condition c USING (petition, person_id)),

-- 4. Persons who wrote words that may be an act but that no rule could read: they leave doubt.
doubtful AS (
    SELECT DISTINCT u.petition, n.person_id
    FROM unread u
    JOIN post p ON p.post_id = u.post_id
    JOIN person_account a ON a.account_id = p.author_account_id
    JOIN person n ON n.person_id = a.person_id
    WHERE n.is_bot = FALSE AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)),

-- 5. The population: who is eligible by the roster where there is one, else everybody seen to act, react or
--    write there until the day asked for (`horizon`; acts without a time: when the petition began). Support
--    that somebody began only after leaving is not that of an eligible person.
past AS (
    SELECT petition, start,
           coalesce((SELECT max(until) FROM horizon), TIMESTAMP 'infinity') AS until FROM petition_start),
population AS (
    SELECT petition, person_id, left_on FROM eligible
    UNION
    SELECT seen.petition, seen.person_id, NULL FROM (
        SELECT a.petition, a.person_id FROM act a, past t
        WHERE t.petition = a.petition AND coalesce(a."at", t.start, '-infinity') < t.until
          AND coalesce(a.dropped, '') NOT IN ('bot', 'private or hidden post')
        UNION ALL
        SELECT o.petition, r.person_id FROM petition_post o, reading r WHERE r.post_id = o.post_id
        UNION ALL
        SELECT o.petition, n.person_id
        FROM petition_post o, past t, post p, reaction r, person_account a, person n
        WHERE t.petition = o.petition AND p.post_id = o.post_id AND r.post_id = o.post_id
          AND coalesce(r.created_at, p.created_at, t.start, '-infinity') < t.until
          AND a.account_id = r.account_id AND n.person_id = a.person_id AND n.is_bot = FALSE
          AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)) seen
    WHERE seen.person_id IS NOT NULL AND (SELECT count(*) FROM roster) = 0),

-- 6. Those whom the platform does not name, by number: support that counts, support that was taken back, and
--    support struck out by a rule or given before the window, which is taken to be what was taken back first.
unnamed AS (
    SELECT q.petition,
           coalesce(sum(a.n) FILTER (a.stance = 'support' AND a.dropped IS NULL), 0)::BIGINT AS backing,
           coalesce(sum(a.n) FILTER (a.stance = 'withdraw' AND a.dropped IS NULL), 0)::BIGINT AS taken_back,
           coalesce(sum(a.n) FILTER (a.stance = 'support' AND a.dropped IS NOT NULL
               AND (starts_with(a.dropped, 'invalidated: ') OR a."at"::DATE < q.opens)), 0)::BIGINT AS struck
    FROM petition q LEFT JOIN act a ON a.petition = q.petition AND a.identity = 'count_only'
    GROUP BY q.petition),

-- 7. The figures. Each is one sum over one of the lists above.
figure AS (
    SELECT q.petition, q.ordinal,
           (SELECT count(*) FROM holder h WHERE h.petition = q.petition AND holds = 'supports') AS counted,
           (SELECT count(*) FROM holder h
            WHERE h.petition = q.petition AND holds = 'supports' AND certain
              AND NOT EXISTS (SELECT 1 FROM doubtful d
                              WHERE d.petition = h.petition AND d.person_id = h.person_id)) AS low,
           (SELECT count(*) FROM (
                SELECT person_id FROM doubtful d WHERE d.petition = q.petition
                UNION
                SELECT person_id FROM holder h
                WHERE h.petition = q.petition AND (holds = 'supports' OR NOT certain)))
           + (SELECT u.backing - if(u.taken_back > u.struck, u.taken_back - u.struck, 0)
              FROM unnamed u WHERE u.petition = q.petition) AS high,
           (SELECT count(*) FROM holder h
            WHERE h.petition = q.petition AND holds = 'supports' AND tier = 'A') AS signed,
           (SELECT count(*) FROM holder h
            WHERE h.petition = q.petition AND holds = 'supports' AND tier = 'B') AS said,
           (SELECT count(*) FROM holder h
            WHERE h.petition = q.petition AND holds = 'supports' AND tier = 'C') AS reacted,
           (SELECT count(*) FROM holder h WHERE h.petition = q.petition AND holds = 'withdrew') AS withdrew,
           (SELECT count(*) FROM holder h WHERE h.petition = q.petition AND holds = 'opposes') AS opposed,
           (SELECT count(*) FROM holder h WHERE h.petition = q.petition AND holds = 'conditional')
               AS conditional,
           (SELECT count(*) FROM holder h WHERE h.petition = q.petition AND holds = 'conflicted')
               AS conflicted,
           (SELECT coalesce(sum(n), 0)::BIGINT FROM act a WHERE a.petition = q.petition) AS acts,
           (SELECT count(*) FROM population e WHERE e.petition = q.petition) AS denominator,
           (SELECT count(*) FROM population e
            JOIN holder h ON h.petition = e.petition AND h.person_id = e.person_id
            WHERE e.petition = q.petition AND h.holds = 'supports'
              AND (h.since IS NULL OR e.left_on IS NULL OR h.since::DATE <= e.left_on)) AS inside
    FROM petition q),

-- 8. The share. One to k-1 supporters outside the population are published as inside it (k: the least number
--    of persons behind a figure), so that nobody can tell who they are. Wilson's interval, 95%.
portion AS (
    SELECT *, denominator::DOUBLE AS base,
           CASE WHEN counted - inside BETWEEN 1 AND $k - 1 THEN least(counted, denominator)
                ELSE inside END::DOUBLE AS backing,
           pow(1.959963984540054, 2) AS zz
    FROM figure)
SELECT petition, counted, low, high, signed, said, reacted, withdrew, opposed, conditional, conflicted, acts,
       denominator,
       CASE WHEN base > 0 THEN backing / base END AS share,
       CASE WHEN base > 0 THEN greatest(0, (backing + zz / 2
           - sqrt(zz * (backing * (base - backing) / base + zz / 4))) / (base + zz)) END AS share_low,
       CASE WHEN base > 0 THEN least(1, (backing + zz / 2
           + sqrt(zz * (backing * (base - backing) / base + zz / 4))) / (base + zz)) END AS share_high
FROM portion
ORDER BY ordinal"""
"""The statement. `$k` is the least number of persons behind a published figure; it touches the share only."""


def recount(store: Store, *, persons: int) -> Mapping[str, Mapping[str, Any]]:
    """Count the ledger in the store again.

    Args:
        store: holds a ledger (`build_ledger`).
        persons: the least number of persons behind a published figure.

    Returns:
        Petition -> figure (see `FIGURES`) -> value; shares are None where nobody is eligible.
    """
    rows: list[dict[str, Any]] = store.sql(RECOUNT, {"k": persons}).to_pylist()
    return {row["petition"]: {name: row[name] for name in FIGURES} for row in rows}
