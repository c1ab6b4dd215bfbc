"""What may be shown of each table, and how its figures hang together.

What is *not* protected, on purpose: the range of a petition (`low`, `high`) around its count. The difference
to `high` is what a platform counted without naming anybody, the difference to `low` is how sure our reading
is; neither is a group of people who share a property. Counts of posts alone are hidden with the people who
wrote them, and where they would be given back by a sum.
"""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from ..config import PrivacyConfig
from . import people, proof, pushback, shifts, stances, waterfall
from .coarsening import Noise, coarsening
from .diff import CHANGES
from .memory import Memory
from .overlaps import HOLDS
from .policy import Down, Mixed, Rest, Running, Same, Split, TablePolicy
from .privacy import Published, publish_together
from .scrutiny import FLAGS, SPECIFICATION

_PETITIONS = TablePolicy(
    name="petitions",
    columns=(
        "petition", "counted", "low", "high", "signed", "said", "reacted", "withdrew", "opposed",
        "conditional", "conflicted", "acts", "denominator", "share", "denominator_kind", "share_low",
        "share_high", "first_week", "last_week", "origin", "statement", *proof.AUDITED_COLUMNS,
    ),
    private=("backing", "authors", HOLDS),
    keys=("petition",),
    persons=(
        "counted", "signed", "said", "reacted", "withdrew", "opposed", "conditional", "conflicted",
        "denominator", "backing",
    ),
    follows={
        "counted": (
            "low", "high", "acts", "share", "share_low", "share_high", "first_week", "last_week",
            *proof.AUDITED_COLUMNS,
        ),
        "denominator": ("share", "share_low", "share_high"),
        "backing": ("share", "share_low", "share_high"),
    },
    additive=("acts",),
    known=("authors",),
    beside=("low", "high", "audited", "audited_low", "audited_high"),
    share_of="backing",
    structures=(
        Split("counted", ("signed", "said", "reacted")),
        Same("backing", "petitions/{petition}/counted"),
        Rest("denominator", ("backing",), hides=("denominator",)),
        Rest(
            "denominator", ("counted", "withdrew", "opposed", "conditional", "conflicted", "authors"),
            hides=("denominator",), only=("denominator_kind", "participants"),
        ),
    ),
    # The waterfall begins with all acts.
    figures={"acts": "waterfall/{petition}/all acts/acts"},
    ranks={**waterfall.RANKS, "denominator": 5},
)  # fmt: skip

_OVER_TIME = TablePolicy(
    name="endorsements_over_time",
    columns=("petition", "week", "gross", "withdrawn", "net"),
    keys=("petition", "week"),
    persons=("gross", "withdrawn", "net"),
    structures=(
        Running("net", "gross", "withdrawn", ("petition",), ends_in="petitions/{petition}/counted"),
        Down("withdrawn", ("petition",), "petitions/{petition}/withdrew"),
    ),
    ranks={"gross": 1, "withdrawn": 1},
)

_CLAIMS = TablePolicy(
    name="claims",
    columns=(
        "claim", "figure", "unit", "how", "counted", "deed", "period", "said_by", "people", "posts",
        "first_week", "last_week", "disputed_by", "petition", "ledger", "ledger_low",
        "ledger_high", "verdict",
    ),
    private=("behind", "ledger_week", "ledger_before", "before_week"),
    keys=("claim",),
    persons=("people", "disputed_by", "ledger", "ledger_before"),
    additive=("posts",),
    follows={
        "people": ("posts",),
        "ledger": ("ledger_low", "ledger_high", "verdict"),
        "ledger_before": ("ledger_low", "ledger_high", "verdict"),
    },
    # What the ledger held is a week's net: hidden there, hidden here.
    figures={
        "ledger": "endorsements_over_time/{petition}/{ledger_week}/net",
        "ledger_before": "endorsements_over_time/{petition}/{before_week}/net",
    },
    structures=(Split("posts", ("people",), complete=False),),
    beside=("ledger_low", "ledger_high"),
    ranked=("people",),
    rows_people="behind",
)  # fmt: skip

_STANCE = TablePolicy(
    name="stance",
    columns=("target", "stance", "people", "posts", "share", "share_low", "share_high"),
    keys=("target", "stance"),
    persons=("people",),
    follows={"people": ("posts", "share", "share_low", "share_high")},
    structures=(
        Down("people", ("target",), "stance/{target}/all", known_by=("share", "share_low", "share_high")),
        Mixed("people", ("target",)),
    ),
    beside=("posts",),
    share_of="people",
)

_TIMELINE = TablePolicy(
    name="timeline",
    columns=("week", "posts", "people", "event", "note"),
    keys=("week",),
    persons=("people",),
    additive=("posts",),
    follows={"people": ("posts",)},
    structures=(
        Split("posts", ("people",), complete=False),
        Down("posts", (), "timeline/all/posts", shown_as="corpus/posts"),
    ),
)

_QUOTES = TablePolicy(
    name="quotes",
    columns=("theme", "stance", "quote", "week"),
    private=("people",),
    keys=("theme", "stance", "quote"),
    quotes_people="people",
)

_COVERAGE = TablePolicy(
    name="coverage",
    columns=("what", "count", "of", "share", "note"),
    private=("figure", "unit", "people", "everybody", "part", "whole"),
    keys=("what",),
    persons=("people", "everybody"),
    figures={"people": "{part}", "everybody": "{whole}", "count": "{part}", "of": "{whole}"},
    follows={"people": ("share",), "everybody": ("share",)},
    structures=(Rest("everybody", ("people",), hides=()),),
    beside=("count", "of"),
    share_of="count",
    echo="figure",
    echoed=("count", "of", "share"),
)

_SUMMARY = TablePolicy(
    name="summary",
    columns=("measure", "value", "low", "high", "note"),
    private=("figure", "unit", "list"),
    keys=("measure",),
    echo="figure",
    echoed=("value", "low", "high"),
    ranked=("value",),
    within=("list",),
)

POLICIES: Mapping[str, TablePolicy] = {
    policy.name: policy
    for policy in (
        _SUMMARY, _PETITIONS, waterfall.POLICY, _OVER_TIME, _CLAIMS, *pushback.POLICIES, _STANCE, _TIMELINE,
        _QUOTES, _COVERAGE, people.POLICY, *proof.POLICIES, *stances.POLICIES, FLAGS, SPECIFICATION,
        shifts.SHIFTS, shifts.RISERS, CHANGES,
    )
}  # fmt: skip
"""A policy for each table of a report, with the default thresholds."""


def publish_all(
    tables: Mapping[str, pa.Table],
    privacy: PrivacyConfig | None = None,
    *,
    more: Mapping[str, TablePolicy] | None = None,
    memory: Memory | None = None,
) -> dict[str, Published]:
    """Pass the tables of a report through the gate, together.

    Args:
        tables: as `build_tables` makes them.
        privacy: thresholds, rounding and noise; the defaults if there are none.
        more: policies of tables that are no part of a report.
        memory: of earlier reports on the same forum.

    Raises:
        ConfigError: noise is asked for, and OpenDP is not installed.
    """
    chosen = privacy or PrivacyConfig()
    policies = {
        name: replace(policy, k=chosen.persons, k_quotes=chosen.quotes)
        for name, policy in {**POLICIES, **(more or {})}.items()
    }
    coarsen = coarsening(chosen)
    if coarsen is None:
        return publish_together(tables, policies, memory)
    # Coarse figures can be subtracted from others without telling a small group.
    published = publish_together(tables, policies, coarsen=coarsen)
    if memory is not None and isinstance(coarsen, Noise):
        memory.spent = coarsen.spent
    return published
