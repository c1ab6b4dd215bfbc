"""The table of claims: figures about support or use that people state, in set words only.

A claim is shown where k people state it, or where a post states it that opened a thread many took part in: an
announcement, a petition. Then it is its words that are public; how many repeat it may still be hidden.
"""

from typing import Final

import pyarrow as pa

from ..config import PrivacyConfig
from ..corpus.store import Store

EXPECTED: Final = {
    "claim": "claim:text ordinal:count low:share high:share unit:text how:text counted:text deed:text"
    " negated:flag "
    "rate:text period:text said_by:text people:count posts:count first:day last:day disputed_by:count "
    "in_opening:flag audience:count petition:text ledger:count ledger_week:day ledger_before:count "
    "before_week:day ledger_low:count ledger_high:count verdict:text",
    "claim_post": "claim:text post_id:text",
}
"""What the room of petitions leaves in the store."""

# An opening post, as a quote, needs k_quotes people in its thread; and no group it speaks of may be small.
_CLAIMS: Final = """
    WITH written AS (SELECT *, $k AS k, $quotes AS quotes FROM claim)
    SELECT claim,
           regexp_replace(low::VARCHAR, '[.]0$', '')
           || CASE WHEN high > low THEN '–' || regexp_replace(high::VARCHAR, '[.]0$', '') ELSE '' END
           AS figure,
           unit, how, counted, CASE WHEN negated THEN 'not ' || deed ELSE deed END AS deed,
           concat_ws(', ', nullif(rate, ''), nullif(period, '')) AS period,
           said_by, people, posts, date_trunc('week', first)::DATE AS first_week,
           date_trunc('week', last)::DATE AS last_week, disputed_by, petition, ledger, ledger_low,
           ledger_high, verdict,
           CASE WHEN in_opening AND audience >= quotes AND counted <> 'a team'
                     AND (unit = 'percent' OR low >= k)
                THEN greatest(people, audience) ELSE people END AS behind,
           ledger_week, ledger_before, before_week
    FROM written ORDER BY ordinal"""


def table(store: Store, privacy: PrivacyConfig) -> pa.Table:
    """The claims with their true figures, those that most people state first."""
    return store.sql(_CLAIMS, {"k": privacy.persons, "quotes": privacy.quotes})
