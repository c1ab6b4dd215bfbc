"""The ledger: every act about a petition, dated, with its person and, if it does not count, the reason.

Nothing is left out of the ledger: what is dropped stays in it as a row. All that is published is worked out
from it by SQL: `position` (what each person holds in the end), `totals` and the waterfall, the weekly series.
There is no way to ask what one person did.

Tables written: petition, petition_post, petition_start, act, position, waterfall, petition_totals,
petition_weeks, eligible, supporter_slice.
"""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from ..config import InvalidationConfig
from ..corpus.store import Store
from . import invalidation, position, replies, structure
from .acts import ActDetector
from .petition import Petition, lay_out
from .supporters import write_eligible
from .totals import totals
from .waterfall import waterfall

BOT = "bot"
NO_PERSON = "no person behind the account"
NOT_PUBLIC = "private or hidden post"
OUTSIDE = "outside the window"
AUTHOR = "author of the petition"
CROSS_POST = "same words posted again elsewhere"
AGAIN = "same person again"

_TELLING = 20
"""Characters from which the same words again are a cross-post, not just another "+1"."""

_RAW_ACT = """CREATE OR REPLACE TEMP TABLE raw_act (
    petition VARCHAR, account_id VARCHAR, kind VARCHAR, stance VARCHAR, tier VARCHAR, mechanism VARCHAR,
    evidence_post_id VARCHAR, moment TIMESTAMP, n BIGINT, identity VARCHAR, certain BOOLEAN,
    dropped VARCHAR, answers_post_id VARCHAR, span_start BIGINT, span_end BIGINT)"""


def build_ledger(
    store: Store,
    petitions: Sequence[Petition],
    detector: ActDetector,
    *,
    as_of: date | None = None,
    count_authors: bool = False,
    invalidations: Sequence[InvalidationConfig] = (),
) -> pa.Table:
    """Write the ledger and all that follows from it to the store; the ledger is returned.

    Args:
        store: with persons linked to accounts.
        petitions: what `find_petitions` found.
        detector: reads acts in words.
        as_of: count as at the end of this day (UTC); later acts are dropped with that reason. Who took part
            is asked of what the store shows until then (`Store.look_until`).
        count_authors: whether who opens a petition backs it without a further act.
        invalidations: batches of acts that shall not count.

    Returns:
        Table act: petition, act_id (in order of time), person_id, account_id, kind (signed, voted, said,
        reacted), stance (support, oppose, withdraw, conditional; none for what is no act of backing), tier
        (A, B, C), mechanism (the emoji, or the rule that read the words), evidence_post_id, at (UTC; the
        post's time where the act has none), n (1, or how many unnamed), identity (identified, count_only),
        certain, dropped (the reason, NULL if it counts), besides (the reason why, were the window and the
        option for authors no matter, it would not count; an invalidation before all others), and of what
        was said answers_post_id (the reply it answers, NULL for the petition itself), span_start and span_end
        (the words of the post's own text that show it).

    Raises:
        ConfigError: a petition names a poll option that none of its polls has, or a rule a petition or way of
            acting that there is not, or nobody on the roster has an account.
    """
    settle(store, petitions, detector, as_of=as_of, count_authors=count_authors, invalidations=invalidations)
    write_eligible(store, as_of=as_of)
    reasons = {rule.name: rule.reason for rule in invalidations}
    store.put("waterfall", waterfall(store, reasons))
    store.put("petition_totals", totals(store))
    store.put("petition_weeks", position.over_time(store))
    return store.sql("SELECT * FROM act ORDER BY act_id")


def settle(
    store: Store,
    petitions: Sequence[Petition],
    detector: ActDetector,
    *,
    as_of: date | None = None,
    count_authors: bool = False,
    invalidations: Sequence[InvalidationConfig] = (),
) -> None:
    """Write the ledger and the positions that follow from it, without any figures."""
    _gather(store, petitions, detector)
    store.connection.execute(_NAMED, {"count_authors": count_authors})
    store.connection.execute(_START)
    store.connection.execute(_CUT, {"as_of": as_of})
    invalidation.check(store, invalidations, [petition.name for petition in petitions])
    invalidation.apply(store, invalidations)
    store.connection.execute(_REPEATED)
    store.connection.execute(_FORGET_OUTSIDE, {"as_of": as_of})
    position.write(store)


def _gather(store: Store, petitions: Sequence[Petition], detector: ActDetector) -> None:
    """Lay the petitions out and collect their raw acts in the temporary table `raw_act`."""
    lay_out(store, petitions)
    store.connection.execute(_RAW_ACT)
    structure.add_signatures(store)
    structure.add_votes(store, petitions)
    structure.add_reactions(store)
    replies.add_words(store, detector)
    store.connection.execute(
        """INSERT INTO raw_act BY NAME
           SELECT o.petition, p.author_account_id AS account_id, 'said' AS kind, 'support' AS stance,
                  'B' AS tier, 'opened' AS mechanism, o.post_id AS evidence_post_id, p.created_at AS moment,
                  1 AS n, 'identified' AS identity, TRUE AS certain
           FROM petition_post o JOIN post p USING (post_id)
           WHERE o.role = 'opening' AND p.author_account_id IS NOT NULL"""
    )


# One reason an act, the first that applies. Of its author's, only what stands in the thread the author
# opened is authorship; a signature, a vote or an act elsewhere is the author's own backing. The first day of
# the calendar of computers is no time: readers put the end of a signature there that ended nobody knows when.
_NAMED = f"""
    CREATE OR REPLACE TEMP TABLE named_act AS
    WITH opener AS (
        SELECT DISTINCT o.petition, o.thread_id, pa.person_id
        FROM petition_post o JOIN post p USING (post_id)
        JOIN person_account pa ON pa.account_id = p.author_account_id
        WHERE o.role = 'opening')
    SELECT q.ordinal AS place, r.* EXCLUDE (dropped), pa.person_id, n.rank,
           CASE WHEN n.is_bot THEN '{BOT}'
                WHEN r.identity = 'identified' AND n.person_id IS NULL THEN '{NO_PERSON}'
                WHEN NOT may_read(p.is_private, p.subtype, p.state, p.vanished_by) THEN '{NOT_PUBLIC}'
                WHEN r.moment::DATE < q.opens OR r.moment::DATE > q.closes THEN '{OUTSIDE}'
                WHEN r.dropped IS NOT NULL THEN r.dropped
                WHEN NOT $count_authors AND opener.person_id IS NOT NULL
                     AND r.stance = 'support' AND r.tier <> 'A' THEN '{AUTHOR}' END AS dropped,
           CASE WHEN r.dropped IS NOT NULL THEN r.dropped
                WHEN opener.person_id IS NOT NULL AND r.stance = 'support' AND r.tier <> 'A'
                    THEN '{AUTHOR}' END AS besides,
           r.stance = 'withdraw' AS is_last
    FROM (SELECT * REPLACE (nullif(moment, TIMESTAMP '1970-01-01') AS moment) FROM raw_act) r
    JOIN petition q USING (petition)
    JOIN post p ON p.post_id = r.evidence_post_id
    LEFT JOIN person_account pa ON pa.account_id = r.account_id
    LEFT JOIN person n ON n.person_id = pa.person_id
    LEFT JOIN opener ON opener.petition = r.petition AND opener.thread_id = p.thread_id
                     AND opener.person_id = pa.person_id"""

# When each petition began: with its first opening post or act, not before its window; where no post is dated
# with its window, else its first act, else the day of its oldest export. Acts without any time stand there.
_START = """
    CREATE OR REPLACE TABLE petition_start AS
    SELECT q.petition,
           coalesce(CASE WHEN min(p.created_at) IS NOT NULL
                         THEN greatest(q.opens::TIMESTAMP, least(min(n.moment), min(p.created_at))) END,
                    q.opens::TIMESTAMP, min(n.moment), min(s.exported_at)) AS start
    FROM petition q LEFT JOIN named_act n ON n.petition = q.petition AND n.dropped IS NULL
    LEFT JOIN petition_post o ON o.petition = q.petition AND o.role = 'opening'
    LEFT JOIN post p ON p.post_id = o.post_id LEFT JOIN source s ON s.source_id = p.source_id
    GROUP BY q.petition, q.opens"""
_CUT = f"""
    UPDATE named_act SET dropped = '{OUTSIDE}' FROM petition_start
    WHERE petition_start.petition = named_act.petition
      AND coalesce(moment, start)::DATE > $as_of::DATE
      AND (dropped IS NULL OR dropped NOT IN ('{BOT}', '{NO_PERSON}', '{NOT_PUBLIC}'))"""

# Words outside the window leave no doubt about what was held inside it.
_FORGET_OUTSIDE = """
    DELETE FROM unread USING post p, petition q, petition_start t
    WHERE p.post_id = unread.post_id AND q.petition = unread.petition AND t.petition = unread.petition
      AND (p.created_at::DATE < q.opens OR p.created_at::DATE > q.closes
           OR coalesce(p.created_at, t.start)::DATE > $as_of::DATE)"""

# The order of acts never depends on keyed ids, which differ between workspaces. Of one moment, as where only
# days are known, post 9 comes before post 10: a shorter id is a smaller number. A repetition is an act of the
# same kind and stance by the same person with no act of another stance in between.
_ORDER = """place, moment NULLS FIRST, is_last, length(evidence_post_id), evidence_post_id, kind, stance,
            mechanism, rank, n DESC, certain DESC"""
_REPEATED = f"""
    CREATE OR REPLACE TABLE act AS
    WITH numbered AS (
        SELECT *, row_number() OVER (ORDER BY {_ORDER}) AS act_id FROM named_act),
    runs AS (
        SELECT act_id, kind, stance, petition, person_id, evidence_post_id,
               row_number() OVER (PARTITION BY petition, person_id ORDER BY act_id)
               - row_number() OVER (PARTITION BY petition, person_id, stance ORDER BY act_id) AS run
        FROM numbered WHERE dropped IS NULL AND person_id IS NOT NULL),
    repeated AS (
        SELECT r.act_id,
               r.kind = 'said' AND length(p.own_text) >= {_TELLING} AND count(*) OVER words > 1
               AS is_cross_post
        FROM runs r JOIN post p ON p.post_id = r.evidence_post_id
        WINDOW same AS (PARTITION BY r.petition, r.person_id, r.kind, r.stance, r.run ORDER BY r.act_id),
               words AS (PARTITION BY r.petition, r.person_id, r.kind, r.stance, r.run, p.own_text)
        QUALIFY row_number() OVER same > 1)
    SELECT n.petition, n.act_id, n.person_id, n.account_id, n.kind, n.stance, n.tier, n.mechanism,
           n.evidence_post_id, n.moment AS "at", n.n, n.identity, n.certain,
           CASE WHEN r.act_id IS NULL THEN n.dropped WHEN r.is_cross_post THEN '{CROSS_POST}'
                ELSE '{AGAIN}' END AS dropped,
           n.answers_post_id, n.span_start, n.span_end, n.besides
    FROM numbered n LEFT JOIN repeated r USING (act_id)
    ORDER BY n.act_id"""
