"""Batch rules that take acts out of the count: by name, for everybody to see, until they are lifted.

Petition sites strike signatures in batches ("all from this throw-away domain", "all of that hour"), can show
beforehand what a batch would strike, and can lift it again. So here: a rule stands in the configuration with
its reason, each act it takes out bears its name in the ledger and the waterfall, and nothing is deleted: a
rule with `active = false` shows what it would do and does nothing.

Source of the method: the invalidations of the UK Parliament's e-petitions (github.com/alphagov/e-petitions).
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import pyarrow as pa

from ..config import InvalidationConfig
from ..corpus import emoji, identity
from ..corpus.store import Store
from ..errors import ConfigError, hint_for_choice
from .position import REPEATS, settled

PREFIX = "invalidated: "

_PREVIEW = pa.schema(
    [
        ("rule", pa.string()),
        ("petition", pa.string()),
        ("active", pa.bool_()),
        ("acts", pa.int64()),
        ("people", pa.int64()),
        ("leaving", pa.int64()),
    ]
)

# What a rule asks of an act, each clause only where the rule says something of it.
_MATCH = """
    ($petition IS NULL OR a.petition = $petition)
    AND ($since IS NULL OR a.moment >= $since) AND ($until IS NULL OR a.moment < $until)
    AND (len($mechanisms) = 0 OR list_contains($mechanisms, a.mechanism))
    AND (NOT $asks_accounts OR a.account_id IN (SELECT account_id FROM invalid_account))"""


def apply(store: Store, rules: Sequence[InvalidationConfig]) -> None:
    """Mark the acts that active rules take out, in `named_act`; of two rules the first is the reason.

    Acts that are dropped already keep their reason and are marked in `besides`: no other definition of the
    count shall bring them back.
    """
    for rule in rules:
        if rule.active:
            values = _prepared(store, rule)
            store.connection.execute(
                f"""UPDATE named_act AS a
                    SET dropped = coalesce(a.dropped, '{PREFIX}' || $name),
                        besides = CASE WHEN starts_with(a.besides, '{PREFIX}') THEN a.besides
                                       ELSE '{PREFIX}' || $name END
                    WHERE {_MATCH}""",
                values,
            )


def preview(store: Store, rules: Sequence[InvalidationConfig]) -> pa.Table:
    """What each rule takes out, or would if it were active.

    Args:
        store: with the ledger written, by the same rules.
        rules: all of them.

    Returns:
        One row a rule and petition it touches: acts (unnamed ones included) and people it matches among those
        that count or that it has taken out itself, and how many persons are in the count only while the rule
        is lifted.
    """
    rows: list[dict[str, Any]] = []
    for rule in rules:
        found = store.connection.execute(_LEAVING, _prepared(store, rule)).fetchall()
        rows += [
            {"rule": rule.name, "petition": petition, "active": rule.active, "acts": acts, "people": people,
             "leaving": leaving}
            for petition, acts, people, leaving in found
        ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=_PREVIEW)


# Positions are settled twice, as if the rule were lifted and as if it held: who supports by the first alone
# leaves.
_LEAVING = f"""
    WITH counting AS (
        SELECT * EXCLUDE (moment), coalesce({_MATCH}, FALSE) AS matches
        FROM (SELECT *, "at" AS moment FROM act) a
        WHERE dropped IS NULL OR dropped = '{PREFIX}' || $name OR dropped IN {REPEATS}),
    lifted AS ({settled("SELECT * FROM counting WHERE person_id IS NOT NULL")}),
    ruled AS ({settled("SELECT * FROM counting WHERE person_id IS NOT NULL AND NOT matches")}),
    leaving AS (
        SELECT l.petition, count(*) AS people FROM lifted l
        LEFT JOIN ruled r ON r.petition = l.petition AND r.person_id = l.person_id
        WHERE l.position = 'supports' AND r.position IS DISTINCT FROM 'supports' GROUP BY l.petition)
    SELECT petition, sum(c.n)::BIGINT, count(DISTINCT c.person_id), coalesce(any_value(l.people), 0)
    FROM counting c LEFT JOIN leaving l USING (petition)
    WHERE c.matches GROUP BY petition ORDER BY petition"""


def _prepared(store: Store, rule: InvalidationConfig) -> dict[str, Any]:
    """The values of `_MATCH`; the accounts a rule is about in the temporary table `invalid_account`."""
    asks = bool(rule.email_domains or rule.organisations or rule.accounts_since)
    store.connection.execute("CREATE OR REPLACE TEMP TABLE invalid_account (account_id VARCHAR)")
    if rule.email_domains:
        _add(store, "SELECT unnest($values)", identity.accounts_at(store, rule.email_domains))
    if rule.organisations:
        _add(store, _OF_ORGANISATION, list(rule.organisations))
    if rule.accounts_since:
        _add(store, "SELECT account_id FROM account WHERE created_at >= $values", rule.accounts_since)
    return {
        "name": rule.name,
        "petition": rule.petition,
        "since": rule.since,
        "until": rule.until,
        "mechanisms": [spelt for name in rule.mechanisms for spelt in _spelt(name)],
        "asks_accounts": asks,
    }


def _spelt(mechanism: str) -> tuple[str, str]:
    """A mechanism as the rule has it, which may be another rule's name, and as reactions are named."""
    return mechanism, emoji.normalise(mechanism)


_OF_ORGANISATION = """
    SELECT account_id FROM person_account JOIN roster USING (person_id)
    WHERE list_contains($values, organisation)"""


def _add(store: Store, query: str, values: Any) -> None:
    store.connection.execute(f"INSERT INTO invalid_account {query}", {"values": values})


_NEAR = 0.8
"""How like another way of acting an unknown one must be to be taken for a misspelling of it."""


def check(store: Store, rules: Sequence[InvalidationConfig], names: Sequence[str]) -> None:
    """Refuse rules that name what there is not: they would take out nothing, without a word.

    An emoji that nobody has used yet may be named, unless it is nearly one of the ways people did act.

    Args:
        store: with the acts collected.
        rules: all of them, active or not.
        names: the petitions.

    Raises:
        ConfigError: a rule names no petition there is, or a misspelt mechanism.
    """
    rows = store.connection.execute("SELECT DISTINCT mechanism FROM named_act").fetchall()
    known = sorted({"signature", "poll", *(name for (name,) in rows if name)})
    for rule in rules:
        if rule.petition is not None and rule.petition not in names:
            raise ConfigError(
                f"invalidation {rule.name!r}: there is no petition {rule.petition!r}",
                hint=hint_for_choice(rule.petition, names, what="petitions") if names else "none was found",
            )
        for mechanism in rule.mechanisms:
            near = get_close_matches(emoji.normalise(mechanism), known, n=1, cutoff=_NEAR)
            if near and set(_spelt(mechanism)).isdisjoint(known) and emoji.valence(mechanism) == "unknown":
                raise ConfigError(
                    f"invalidation {rule.name!r}: unknown mechanism {mechanism!r}",
                    hint=f"did you mean {near[0]!r}?",
                )
