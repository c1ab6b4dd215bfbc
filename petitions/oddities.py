"""What may be odd about a petition's count: bursts, an organisation that dominates, new accounts, odd ratios.

Each look asks the ledger and the corpus for numbers, gives them to a test of `chance` and says in a plain
sentence what was seen, that nothing was, or why the data can't tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from ..config import FlagsConfig
from ..corpus.store import Store
from . import chance
from .activity import clock_beside
from .position import STANDING

Verdict = Literal["seen", "not seen", "can't tell"]

_MINUTE, _DAY = 60, 86_400

# When each person began to back each petition. Reactions and most votes have no time of their own, dates
# without a time of day none that a burst could be told from: both are left out here.
_BEGAN = f"""
    CREATE OR REPLACE TEMP TABLE began AS
    SELECT a.petition, a.person_id, arg_min(a.account_id, a.act_id) AS account_id, min(a."at") AS moment
    FROM ({STANDING}) a JOIN post p ON p.post_id = a.evidence_post_id
    WHERE a.stance = 'support' AND (a.kind = 'said' OR p.kind = 'signature' OR a."at" <> p.created_at)
      AND a."at" <> date_trunc('day', a."at")
    GROUP BY a.petition, a.person_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One flag of one petition; `people` are whom it saw, None where it saw none in particular."""

    flag: str
    verdict: Verdict
    saw: str
    people: Sequence[str] | None = None
    week: date | None = None
    organisation: str | None = None
    others: int | None = None
    expected: float | None = None
    p_value: float | None = None

    def row(self, petition: str) -> dict[str, Any]:
        """The columns it has to say something for."""
        names = ("flag", "verdict", "saw", "week", "organisation", "others", "expected", "p_value")
        return {"petition": petition, **{name: getattr(self, name) for name in names}}


def look_into(store: Store, config: FlagsConfig) -> Iterator[tuple[str, Finding]]:
    """All findings, with their petitions: of each petition at least one of every kind.

    Args:
        store: with ledger and positions.
        config: thresholds.
    """
    store.connection.execute(_BEGAN)
    for head in store.sql("SELECT petition FROM petition ORDER BY ordinal").to_pylist():
        yield from ((head["petition"], finding) for finding in _findings(store, head["petition"], config))


def _findings(store: Store, petition: str, config: FlagsConfig) -> Iterator[Finding]:
    yield from _bursts(store, petition, config)
    yield from _organisations(store, petition, config)
    yield _accounts(store, petition, config)
    yield from _ratios(store, petition, config)


_PERIOD = """
    SELECT epoch(least(min(b.moment), any_value(o.opened))),
           epoch(greatest(max(b.moment), any_value(o.until)))
    FROM began b CROSS JOIN (
        SELECT min(p.created_at) AS opened,
               least((SELECT max(created_at) FROM reading), any_value(q.closes) + INTERVAL 1 DAY) AS until
        FROM petition q JOIN petition_post USING (petition) JOIN post p USING (post_id)
        WHERE role = 'opening' AND q.petition = $petition) o
    WHERE b.petition = $petition"""


def _bursts(store: Store, petition: str, config: FlagsConfig) -> Iterator[Finding]:
    began = store.connection.execute(
        """SELECT person_id, epoch(moment) FROM began JOIN person USING (person_id)
           WHERE petition = ? ORDER BY moment, rank""",
        [petition],
    ).fetchall()
    lengths = [minutes * _MINUTE for minutes in config.burst_minutes]
    if len(began) < config.burst_people or not lengths:
        saw = "hardly anybody's backing has a time of its own" if lengths else "no windows to look at"
        yield Finding(flag="burst", verdict="can't tell", saw=saw)
        return
    first, last = store.connection.execute(_PERIOD, {"petition": petition}).fetchall()[0]
    found = chance.bursts(
        [moment for _, moment in began],
        lengths,
        period=(first, last),
        alpha=config.alpha,
        least=config.burst_people,
        clock=clock_beside(store, petition),
    )
    if not found:
        yield Finding(
            flag="burst",
            verdict="not seen",
            saw="people came in evenly, by the hours around and the forum's habits",
        )
    for number, burst in enumerate(sorted(found, key=lambda burst: burst.start), start=1):
        start = datetime.fromtimestamp(burst.start, UTC).date()
        minutes = burst.length / _MINUTE
        early = ", on its first day" if burst.start - first < _DAY else ""
        yield Finding(
            flag=f"burst {number}",
            verdict="seen",
            saw=f"many began to back it within {minutes:.0f} minutes, few before and after{early}",
            people=[person for person, moment in began if 0 <= moment - burst.start <= burst.length],
            week=start - timedelta(days=start.weekday()),
            expected=burst.expected,
            p_value=burst.p_value,
        )


_ORGANISATIONS = """
    SELECT r.organisation, count(DISTINCT r.person_id) AS members,
           list(DISTINCT p.person_id) FILTER (p.person_id IS NOT NULL) AS people
    FROM roster r LEFT JOIN position p
      ON p.person_id = r.person_id AND p.petition = $petition AND p.position = 'supports'
    WHERE r.organisation <> '' GROUP BY r.organisation ORDER BY r.organisation"""


def _organisations(store: Store, petition: str, config: FlagsConfig) -> Iterator[Finding]:
    rows = {row["organisation"]: row for row in store.sql(_ORGANISATIONS, {"petition": petition}).to_pylist()}
    if len(rows) < 2:  # noqa: PLR2004 - one organisation can't dominate another
        saw = "there is no roster with several organisations"
        yield Finding(flag="organisation", verdict="can't tell", saw=saw)
        return
    people: dict[str, list[str]] = {name: row["people"] or [] for name, row in rows.items()}
    members = {name: int(row["members"]) for name, row in rows.items()}
    found = chance.over_represented(
        {name: len(them) for name, them in people.items()},
        members,
        alpha=config.alpha,
        share=config.organisation_share,
    )
    if not found:
        yield Finding(
            flag="organisation",
            verdict="not seen",
            saw="no organisation has more of them than its size lets expect",
        )
    for number, excess in enumerate(found, start=1):
        yield Finding(
            flag=f"organisation {number}",
            verdict="seen",
            saw="one organisation has more of them than its size leads to expect",
            people=people[excess.group],
            organisation=excess.group,
            others=members[excess.group] - excess.chosen,
            expected=excess.expected,
            p_value=excess.p_value,
        )


# Whether each was new when they began to back it; the others, when they first wrote since it was opened.
_AGES = """
    WITH backing AS (
        SELECT b.person_id, b.moment - a.created_at <= to_days($days) AS is_new
        FROM began b JOIN account a USING (account_id)
        WHERE b.petition = $petition AND a.created_at <= b.moment),
    writing AS (
        SELECT r.person_id, arg_min(r.created_at - a.created_at <= to_days($days), r.created_at) AS is_new
        FROM reading r JOIN post p USING (post_id) JOIN account a ON a.account_id = p.author_account_id
        WHERE a.created_at <= r.created_at
          AND r.person_id NOT IN (SELECT person_id FROM began WHERE petition = $petition)
          AND r.created_at >= (SELECT min(post.created_at) FROM petition_post o JOIN post USING (post_id)
                               WHERE o.petition = $petition AND o.role = 'opening')
        GROUP BY r.person_id)
    SELECT (SELECT count(*) FROM backing) AS backing, (SELECT count(*) FROM writing) AS writing,
           (SELECT count(*) FROM writing WHERE is_new) AS new_writing,
           (SELECT list(person_id ORDER BY person_id) FROM backing WHERE is_new) AS people"""


def _accounts(store: Store, petition: str, config: FlagsConfig) -> Finding:
    row = store.sql(_AGES, {"petition": petition, "days": config.account_days}).to_pylist()[0]
    people: list[str] = row["people"] or []
    backing, writing = int(row["backing"]), int(row["writing"])
    if not backing or not writing:
        saw = "it is not known how old the accounts are" + (" that do not back it" if backing else "")
        return Finding(flag="new accounts", verdict="can't tell", saw=saw)
    new = len(people) + int(row["new_writing"])
    p_value = chance.tail(len(people), new, backing, backing + writing)
    if p_value > config.alpha:
        saw = "accounts that back it are no younger than those of others who wrote since"
        return Finding(flag="new accounts", verdict="not seen", saw=saw)
    return Finding(
        flag="new accounts",
        verdict="seen",
        saw=f"more accounts were at most {config.account_days} days old than among others who wrote since",
        people=people,
        expected=backing * new / (backing + writing),
        p_value=p_value,
    )


# The same measures for a petition's threads, taken together, and for each thread that is no petition's.
_RATIOS = """
    WITH present AS (
        SELECT thread_id, person_id FROM reading
        UNION
        SELECT p.thread_id, n.person_id
        FROM reaction r JOIN post p USING (post_id) JOIN person_account pa ON pa.account_id = r.account_id
        JOIN person n ON n.person_id = pa.person_id
        WHERE NOT n.is_bot AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)),
    measured AS (
        SELECT t.thread_id, count(*) AS people, count(e.person_id) AS endorsing,
               any_value(v.views) AS views
        FROM thread t JOIN present USING (thread_id)
        LEFT JOIN (SELECT DISTINCT r.post_id, pa.person_id FROM reaction r
                   JOIN person_account pa ON pa.account_id = r.account_id
                   SEMI JOIN (SELECT name_norm FROM petition_emoji
                              WHERE petition = $petition AND stance = 'support') USING (name_norm)) e
               ON e.post_id = t.root_post_id AND e.person_id = present.person_id
        LEFT JOIN (SELECT thread_id, max(value) AS views FROM aggregate WHERE measure = 'view'
                   GROUP BY thread_id) v ON v.thread_id = t.thread_id
        GROUP BY t.thread_id),
    placed AS (
        SELECT m.*, o.petition FROM measured m
        LEFT JOIN (SELECT DISTINCT petition, thread_id FROM petition_post) o USING (thread_id)
        WHERE o.petition IS NULL OR o.petition = $petition)
    SELECT petition IS NOT NULL AS own, sum(people) FILTER (views > 0) / sum(views) AS people_per_view,
           sum(endorsing) / sum(people) AS endorsing_share
    FROM placed GROUP BY petition, CASE WHEN petition IS NULL THEN thread_id END"""
_MEASURES = {
    "people_per_view": "people per view",
    "endorsing_share": "endorsing reactions per participant",
}


def _ratios(store: Store, petition: str, config: FlagsConfig) -> Iterator[Finding]:
    rows = store.sql(_RATIOS, {"petition": petition}).to_pylist()
    for column, name in _MEASURES.items():
        own = [row[column] for row in rows if row["own"] and row[column]]
        others = [row[column] for row in rows if not row["own"] and row[column]]
        verdict, saw = _compared(own, others, config)
        yield Finding(flag=name, verdict=verdict, saw=saw)


def _compared(own: list[float], others: list[float], config: FlagsConfig) -> tuple[Verdict, str]:
    if not own:
        return "can't tell", "there is nothing to compare: its own threads have no such figure"
    if len(others) < config.ratio_threads:
        return "can't tell", f"fewer than {config.ratio_threads} other threads have such a figure"
    far = chance.distance(own[0], others)
    if far is None:
        return "can't tell", "the other threads are too much alike"
    if abs(far) <= config.ratio_distance:
        return "not seen", "about as in the forum's other threads"
    return "seen", f"far {'more' if far > 0 else 'fewer'} than in the forum's other threads"
