"""What an audit by a human says of the count, as tables for the report.

What is *not* protected, on purpose: how many verdicts said yes or no. They are a measure of our reading, not
a group of people who share a property; how many people a tier counts is protected as everywhere.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pyarrow as pa

from ..config import PrivacyConfig
from ..corpus.store import Store
from .coarsening import coarsening
from .policy import Same, TablePolicy
from .privacy import Published, publish_together

# A result speaks of the count it was drawn from: for another export, or another day, it says nothing.
# Whom a platform counts without naming was not drawn; they widen the range as they always do.
CURRENT: Final = """
    SELECT a.*, t.high - t.counted - a.left_open AS unnamed
    FROM audit_range a JOIN petition_totals t USING (petition)
    WHERE (a.counted, a.signed, a.said, a.reacted) = (t.counted, t.signed, t.said, t.reacted)
      AND t.high - t.counted >= a.left_open"""

AUDITED: Final = f"""
    SELECT petition, round(corrected)::BIGINT AS audited, floor(low)::BIGINT AS audited_low,
           ceil(high + unnamed)::BIGINT AS audited_high,
           CASE WHEN corrected IS NULL THEN 'insufficient data' ELSE verdicts || ' verdicts' END AS audit
    FROM ({CURRENT})"""
"""The corrected count of each petition, its interval with the unnamed on top, and what it rests on."""

_RANGES: Final = f"""
    SELECT t.petition, t.counted, t.low, t.high, a.audited, a.audited_low, a.audited_high, a.audit
    FROM petition_totals t JOIN ({AUDITED}) a USING (petition) LEFT JOIN petition p USING (petition)
    ORDER BY p.ordinal NULLS LAST, t.petition"""

_TIERS: Final = f"""
    SELECT a.* FROM audit_tier a SEMI JOIN ({CURRENT}) USING (petition) LEFT JOIN petition p USING (petition)
    ORDER BY p.ordinal NULLS LAST, a.petition,
             list_position(['signed', 'said', 'reacted', 'left open'], a.part)"""

# Where few signed in another way than on a sheet, the sheet's figure would tell how many.
_LISTS: Final = f"""
    SELECT a.petition, a.people, a.california, a.signers, a.deviation, a.low, a.high, a.note
    FROM audit_list a JOIN ({CURRENT}) c USING (petition) LEFT JOIN petition p USING (petition)
    WHERE c.signed - a.people NOT BETWEEN 1 AND $k - 1
    ORDER BY p.ordinal NULLS LAST, a.petition"""

EXPECTED: Final[Mapping[str, str]] = {
    "audit_tier": "petition:text part:text people:count sampled:count yes:count no:count unsure:count "
    "blank:count precision:share precision_low:share precision_high:share note:text",
    "audit_range": "petition:text counted:count signed:count said:count reacted:count left_open:count "
    "verdicts:count corrected:share low:share high:share",
    "audit_list": "petition:text people:count california:count signers:share deviation:share low:share "
    "high:share note:text",
}
"""Tables that are empty where nobody judged a sample."""

AUDITED_COLUMNS: Final = ("audited", "audited_low", "audited_high", "audit")
"""What an audit adds to the table of petitions; empty without one."""

_VERDICTS: Final = ("sampled", "yes", "no", "unsure", "blank")
_JUDGED: Final = (*_VERDICTS, "precision", "precision_low", "precision_high")
_ESTIMATED: Final = ("california", "signers", "deviation", "low", "high")

POLICIES: Final = (
    TablePolicy(
        name="audit",
        columns=("petition", "part", "people", *_JUDGED, "note"),
        keys=("petition", "part"),
        persons=("people",),
        follows={"people": _JUDGED},
        beside=_VERDICTS,
        figures={"people": "petitions/{petition}/{part}"},
        ranks={"people": 1},
    ),
    TablePolicy(
        name="signature_lists",
        columns=("petition", "people", *_ESTIMATED, "note"),
        keys=("petition",),
        persons=("people",),
        follows={"people": _ESTIMATED},
        exact=_ESTIMATED,
        structures=(Same("people", "petitions/{petition}/signed"),),
        ranks={"people": 1},
    ),
)
"""The gate's rules for these tables."""

_RANGE: Final = TablePolicy(
    name="range",
    columns=("petition", "counted", "low", "high", *AUDITED_COLUMNS),
    keys=("petition",),
    persons=("counted",),
    follows={"counted": ("low", "high", *AUDITED_COLUMNS)},
    beside=("low", "high", "audited", "audited_low", "audited_high"),
    figures={"counted": "petitions/{petition}/counted"},
    ranks={"counted": 3},
)


def tables(store: Store, k: int) -> dict[str, pa.Table]:
    """Precision by tier and the estimates for signature lists; those that have rows.

    Args:
        store: with petition_totals and, where a sample was judged, what it came to.
        k: the least number of people behind a figure.
    """
    found = {"audit": store.sql(_TIERS), "signature_lists": store.sql(_LISTS, {"k": k})}
    return {name: table for name, table in found.items() if table.num_rows}


def publish(store: Store, privacy: PrivacyConfig) -> dict[str, Published]:
    """The same through the gate, with the range before and after, for whoever has just read verdicts back.

    Args:
        store: where the sample was drawn and judged.
        privacy: thresholds, rounding and noise.

    Raises:
        ConfigError: noise is asked for, and OpenDP is not installed.
    """
    found = {"range": store.sql(_RANGES), **tables(store, privacy.persons)}
    policies = {
        policy.name: replace(policy, k=privacy.persons, k_quotes=privacy.quotes)
        for policy in (_RANGE, *POLICIES)
    }
    return publish_together(found, policies, coarsen=coarsening(privacy))
