"""The tables of a report, asked of the store.

Every figure is one SQL statement over what the other rooms left there; nothing is counted here twice or in
memory. The tables hold true figures: they leave the house only through the privacy gate.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import pyarrow as pa

from ..config import Config
from ..corpus.store import Store
from ..topics.weeks import whole_weeks
from . import claims, coverage, overlaps, people, proof, pushback, shifts, stances, summary, waterfall
from .places import with_places
from .quotes import candidates, pick_quotes
from .redaction import Redactor
from .scrutiny import scrutiny_tables
from .shares import with_interval
from .vocabulary import vocabulary

_KINDS: Final = {
    "text": pa.string(),
    "count": pa.int64(),
    "share": pa.float64(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "vector": pa.list_(pa.float32()),
}

# What the other rooms leave in the store. A room that had nothing to say leaves no table; it counts as empty.
_EXPECTED: Final = {
    "petition": "petition:text statement:text origin:text ordinal:count",
    "petition_post": "petition:text thread_id:text post_id:text role:text",
    "petition_totals": "petition:text counted:count low:count high:count signed:count said:count "
    "reacted:count withdrew:count opposed:count conditional:count conflicted:count acts:count "
    "denominator:count denominator_kind:text counted_in_denominator:count",
    "petition_weeks": "petition:text week:day gross:count withdrawn:count net:count",
    "petition_flag": "petition:text flag:text verdict:text saw:text week:day organisation:text acts:count "
    "people:count others:count expected:share p_value:share counted:count counted_without:count",
    "petition_specification": "petition:text ordinal:count definition:text tiers:text authors:text "
    "words:text likes:text withdrawals:text conflicted:text conditional:text people:text days:text "
    "left_out:text counted:count more:count fewer:count is_headline:flag part_of:text",
    "petition_nested": "petition:text outer:text inner:text people:count",
    "codebook_fit": "codebook:text people:count everybody:count fits:flag used:flag",
    "post_stance": "post_id:text target:text stance:text favor:share against:share none:share "
    "unclear:flag basis:text start:count end:count answered:text",
    "person_stance": "target:text person_id:text stance:text posts:count",
    "headline_target": "target:text",
    **claims.EXPECTED,
    **people.EXPECTED,
    **pushback.EXPECTED,
    **shifts.EXPECTED,
    **proof.EXPECTED,
    **stances.EXPECTED,
    **overlaps.EXPECTED,
    **waterfall.EXPECTED,
}

# One to k-1 supporters outside the denominator count as inside: a share that told them apart would tell who
# they are to anybody who knows the few outsiders of the forum.
_PETITIONS = f"""
    SELECT t.petition, t.counted, t.low, t.high, t.signed, t.said, t.reacted, t.withdrew, t.opposed,
           t.conditional, t.conflicted, t.acts, t.denominator, t.denominator_kind,
           CASE WHEN t.counted - t.counted_in_denominator BETWEEN 1 AND $k - 1
                THEN least(t.counted, t.denominator) ELSE t.counted_in_denominator END AS backing,
           coalesce(author.authors, 0) AS authors, t.denominator AS base, w.first_week, w.last_week,
           p.origin, p.statement,
           a.audited, a.audited_low, a.audited_high, a.audit
    FROM petition_totals t
    LEFT JOIN petition p USING (petition)
    LEFT JOIN ({waterfall.AUTHORS}) author USING (petition)
    LEFT JOIN ({proof.AUDITED}) a USING (petition)
    LEFT JOIN (SELECT petition, min(week) AS first_week, max(week) AS last_week
               FROM petition_weeks WHERE gross + withdrawn > 0 GROUP BY petition) w USING (petition)
    ORDER BY p.ordinal NULLS LAST, t.petition"""

_OVER_TIME = "SELECT petition, week, gross, withdrawn, net FROM petition_weeks ORDER BY petition, week"

_STANCE = """
    SELECT t.target, k.stance, count(s.person_id) AS people, coalesce(sum(s.posts), 0)::BIGINT AS posts,
           any_value(t.everybody) AS everybody
    FROM (SELECT target, count(*) AS everybody FROM person_stance GROUP BY target) t
    CROSS JOIN (VALUES (1, 'favor'), (2, 'against'), (3, 'none'), (4, 'mixed'), (5, 'unclear'))
        k(ordinal, stance)
    LEFT JOIN person_stance s ON s.target = t.target AND s.stance = k.stance
    GROUP BY t.target, k.ordinal, k.stance
    ORDER BY t.target <> coalesce($target, ''), t.target, k.ordinal"""

_TIMELINE = """
    WITH said AS (SELECT date_trunc('week', created_at)::DATE AS week, count(*) AS posts,
                         count(DISTINCT person_id) AS people
                  FROM reading WHERE created_at IS NOT NULL GROUP BY week),
         happened AS (SELECT date_trunc('week', date)::DATE AS week,
                             string_agg(name, '; ' ORDER BY date, name) AS event FROM event GROUP BY week),
         every AS (SELECT unnest(range(min(week), max(week) + INTERVAL 1 DAY, INTERVAL 7 DAY))::DATE AS week
                   FROM said
                   UNION SELECT week FROM happened)
    SELECT week, coalesce(posts, 0) AS posts, coalesce(people, 0) AS people, event,
           CASE WHEN posts IS NULL THEN NULL
                WHEN week < $first AND week > $last THEN 'what was read begins and ends in it'
                WHEN week < $first THEN 'what was read begins in it'
                WHEN week > $last THEN 'what was read ends in it' END AS note
    FROM every LEFT JOIN said USING (week) LEFT JOIN happened USING (week)
    ORDER BY week"""


def build_tables(
    store: Store, config: Config | None = None, *, names: frozenset[str] = frozenset()
) -> dict[str, pa.Table]:
    """The tables of a report, with true figures: summary, petitions, waterfall and so on, by name.

    Args:
        store: holds the corpus and what the analysis rooms found.
        config: thresholds, seed, and the targets, whose names stay in quotes.
        names: handles and display names of the forum's accounts, to take out of quotes, terms and statements.

    Returns:
        Tables as the policies of the same names expect them, in the order of reading.
    """
    settings = config or Config()
    _fill_in(store, _EXPECTED)
    target = store.scalar("SELECT target FROM headline_target ORDER BY target LIMIT 1")
    redactor = Redactor(names, _kept(store, settings), vocabulary(store))
    on_target = {"target": target}
    tables = {
        "petitions": _redacted(
            _petitions(store, settings.privacy.persons), ("statement",), redactor.without_names
        ),
        "waterfall": waterfall.table(store),
        "endorsements_over_time": store.sql(_OVER_TIME),
        **scrutiny_tables(store, settings.privacy.persons),
        "claims": claims.table(store, settings.privacy),
        "themes": pushback.themes(store, target),
        "topics": _redacted(
            with_places(pushback.topics(store, target), store, settings.privacy.persons),
            ("name", "terms", "answer"),
            partial(_without_terms_that_name, redactor),
        ),
        "stance": with_interval(store.sql(_STANCE, on_target), "people", "everybody"),
        **stances.tables(store),
        "timeline": store.sql(_TIMELINE, _weeks(store)),
        **shifts.tables(store, redactor.without_names),
        "quotes": pick_quotes(
            candidates(store, settings.privacy), settings.privacy, redactor, seed=settings.analysis.seed
        ),
        **people.tables(store, settings.privacy.persons, redactor.without_known),
        **proof.tables(store, settings.privacy.persons),
        "coverage": coverage.table(store),
    }
    return {"summary": summary.table(store, tables, target), **tables}


def _petitions(store: Store, k: int) -> pa.Table:
    table = with_interval(store.sql(_PETITIONS, {"k": k}), "backing", "base")
    return overlaps.with_overlaps(table, store)


def _kept(store: Store, config: Config) -> frozenset[str]:
    """Names that are not people's: what stances are about."""
    named = {name for target in config.targets for name in (target.name, *target.aliases)}
    read: list[dict[str, Any]] = store.sql("SELECT DISTINCT target FROM person_stance").to_pylist()
    return frozenset(named | {str(row["target"]) for row in read})


def _fill_in(store: Store, expected: Mapping[str, str]) -> None:
    """Make the tables that are not there, empty."""
    there: list[dict[str, str]] = store.sql(
        "SELECT DISTINCT table_name AS name FROM duckdb_tables()"
    ).to_pylist()
    missing = expected.keys() - {row["name"] for row in there}
    for name in sorted(missing):
        columns = (column.split(":") for column in expected[name].split())
        store.put(name, pa.schema([(column, _KINDS[kind]) for column, kind in columns]).empty_table())


def _weeks(store: Store) -> dict[str, Any]:
    """First and last whole week."""
    span = whole_weeks(store)
    return {"first": span and span.first, "last": span and span.last}


def _redacted(table: pa.Table, columns: Sequence[str], change: Callable[[str], str]) -> pa.Table:
    """The table with text columns changed."""
    for column in columns:
        texts = [None if text is None else change(text) for text in table[column].to_pylist()]
        table = table.set_column(table.column_names.index(column), column, pa.array(texts, pa.string()))
    return table


def _without_terms_that_name(redactor: Redactor, terms: str) -> str:
    """The list of terms without those that hold somebody's name."""
    return ", ".join(term for term in terms.split(", ") if redactor.without_names(term) == term)
