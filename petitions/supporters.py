"""Who is eligible for each petition, and how many of them are counted: by role, organisation, site, tenure.

Eligible is who stands on the roster, has not left before the petition opened and was not hired after its last
day. Somebody who left and began to support only then is a supporter, but not one of the eligible.

Tables written: eligible(petition, person_id, role, organisation, site, tenure, left_on),
supporter_slice(petition, slice, value, eligible, people).
"""

from ..corpus.store import Store
from ..errors import ConfigError

OUTSIDE = "not on the roster"
"""In place of a role: supporters who are not eligible."""
UNKNOWN = "unknown"
TENURES = ("under 1 year", "1 to 2 years", "3 to 5 years", "6 to 10 years", "over 10 years")
"""Bands of full years between the day somebody was hired and the day the petition opened."""

_BANDS = " ".join(
    f"WHEN date_sub('year', r.hired, w.first_day) < {years} THEN '{name}'"
    for years, name in zip((1, 3, 6, 11), TENURES, strict=False)
)

_ELIGIBLE = f"""
    CREATE OR REPLACE TABLE eligible AS
    WITH opening AS (
        SELECT q.petition, q.ordinal, coalesce(q.opens, min(p.created_at)::DATE) AS first_day,
               least(q.closes, $as_of::DATE) AS last_day
        FROM petition q LEFT JOIN petition_post o ON o.petition = q.petition AND o.role = 'opening'
        LEFT JOIN post p ON p.post_id = o.post_id GROUP BY q.petition, q.ordinal, q.opens, q.closes)
    SELECT w.petition, r.person_id, r.role, r.organisation, r.site, r.left_on,
           CASE WHEN r.hired IS NULL OR w.first_day IS NULL THEN NULL {_BANDS} ELSE '{TENURES[-1]}' END
           AS tenure
    FROM opening w CROSS JOIN roster r JOIN person n USING (person_id)
    WHERE (r.left_on IS NULL OR w.first_day IS NULL OR r.left_on >= w.first_day)
      AND (r.hired IS NULL OR w.last_day IS NULL OR r.hired <= w.last_day)
    ORDER BY w.ordinal, n.rank"""

# A slice that the roster says nothing of is left out; who supports from outside stands in each of the others.
_SLICES = f"""
    CREATE OR REPLACE TABLE supporter_slice AS
    WITH counted AS (SELECT petition, person_id, since FROM position WHERE position = 'supports'),
    placed AS (
        SELECT petition, person_id, left_on, slice, value FROM (
            UNPIVOT (SELECT petition, person_id, left_on, coalesce(role, '') AS role,
                            coalesce(organisation, '') AS organisation, coalesce(site, '') AS site,
                            coalesce(tenure, '') AS tenure FROM eligible)
            ON role, organisation, site, tenure INTO NAME slice VALUE value)),
    told AS (SELECT petition, slice FROM placed GROUP BY ALL HAVING bool_or(value <> '')),
    inside AS (
        SELECT p.petition, p.slice, if(value = '', '{UNKNOWN}', value) AS value, count(*) AS eligible,
               count(*) FILTER (c.person_id IS NOT NULL AND (c.since IS NULL OR p.left_on IS NULL
                                                             OR c.since::DATE <= p.left_on)) AS people
        FROM placed p SEMI JOIN told USING (petition, slice)
        LEFT JOIN counted c ON c.petition = p.petition AND c.person_id = p.person_id GROUP BY ALL),
    everybody AS (SELECT petition, count(*) AS people FROM counted GROUP BY petition)
    SELECT petition, slice, value, eligible, people FROM inside
    UNION ALL
    SELECT petition, slice, '{OUTSIDE}', NULL, any_value(e.people) - sum(i.people)::BIGINT
    FROM inside i JOIN everybody e USING (petition) GROUP BY petition, slice
    HAVING any_value(e.people) > sum(i.people)
    ORDER BY ALL"""


_JOINED = """
    SELECT (SELECT count(*) FROM roster),
           (SELECT count(*) FROM roster SEMI JOIN person_account USING (person_id)),
           (SELECT count(*) FROM person_account)"""


def write_eligible(store: Store, *, as_of: object = None) -> None:
    """Write the tables; empty without a roster.

    Args:
        store: with the petitions laid out and positions settled.
        as_of: the last day that counts, None for no limit.

    Raises:
        ConfigError: nobody on the roster has an account, so that no share could be told.
    """
    listed, known, accounts = store.connection.execute(_JOINED).fetchall()[0]
    if listed and accounts and not known:
        raise ConfigError(
            f"roster: none of its {listed} people has an account in this forum",
            hint="write their e-mail addresses as the forum has them, or name their accounts in aliases.csv",
        )
    store.connection.execute(_ELIGIBLE, {"as_of": as_of})
    store.connection.execute(_SLICES)
