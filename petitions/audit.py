"""The sampling proof: a sample of what was counted, for a human to judge, that gives no account away.

Drawn are persons, each shown by the act that decides: the last act of the tier they count at. Beside them
stand those who are left out because no rule could read their words for sure (`open`): what is missed is
judged too. On a sign-up sheet it is rows that are drawn, repeated ones included, because the estimators of
signature lists start from rows. Strata are petition, tier and mechanism.

Tables written, for the verdicts to meet when they come back: audit_stratum, audit_sample (with the signer
of each row: it never leaves the workspace).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import pyarrow as pa

from ..corpus.store import Store
from .acts import ActDetector
from .position import REPEATS

SHEET = ("row", "petition", "statement", "read", "words", "span", "verdict", "note")
"""Columns of the sheet that a human fills: verdict is yes, no or unsure."""
OPEN = "open"
"""In place of a tier: left out of the count, but the words may back the petition."""
LIST = "signature"
"""The mechanism of rows on sign-up sheets."""
_LEAST = 5
"""Of each stratum, if there are so many."""
_AROUND = 300
"""Characters of own words shown on either side of those that decided."""

_UNITS = f"""
    WITH decides AS (
        SELECT a.*, p.tier AS held
        FROM position p JOIN act a USING (petition, person_id)
        WHERE p.position = 'supports' AND a.tier = p.tier AND a.stance = 'support'
          AND (a.dropped IS NULL OR a.dropped IN {REPEATS})
        QUALIFY row_number() OVER (PARTITION BY a.petition, a.person_id ORDER BY a.act_id DESC) = 1),
    row_of_list AS (
        SELECT a.* FROM act a SEMI JOIN (SELECT petition, person_id FROM decides WHERE mechanism = '{LIST}')
               USING (petition, person_id)
        WHERE a.mechanism = '{LIST}' AND a.stance = 'support'
          AND (a.dropped IS NULL OR a.dropped IN {REPEATS})),
    left_open AS (
        SELECT u.petition, n.person_id, n.rank, u.post_id, 0 AS place
        FROM unread u JOIN post p USING (post_id)
        JOIN person_account pa ON pa.account_id = p.author_account_id
        JOIN person n ON n.person_id = pa.person_id
        WHERE NOT n.is_bot AND may_read(p.is_private, p.subtype, p.state, p.vanished_by)
        UNION ALL
        SELECT a.petition, a.person_id, n.rank, a.evidence_post_id, 1
        FROM position p JOIN act a USING (petition, person_id) JOIN person n USING (person_id)
        WHERE NOT p.certain AND (a.dropped IS NULL OR a.dropped IN {REPEATS})),
    unit AS (
        SELECT petition, tier, mechanism, kind, evidence_post_id AS post_id, person_id, act_id,
               TRUE AS is_person
        FROM decides WHERE mechanism <> '{LIST}'
        UNION ALL
        SELECT petition, tier, mechanism, kind, evidence_post_id, person_id, act_id,
               act_id IN (SELECT act_id FROM decides)
        FROM row_of_list
        UNION ALL
        SELECT petition, '{OPEN}', '{OPEN}', 'said', post_id, person_id, NULL, TRUE
        FROM left_open WHERE (petition, person_id) NOT IN (
            SELECT (petition, person_id) FROM position WHERE position = 'supports')
        QUALIFY row_number() OVER (PARTITION BY petition, person_id ORDER BY place, post_id) = 1)
    SELECT u.petition, u.tier, u.mechanism, u.kind, u.post_id, u.person_id, u.is_person,
           q.statement,
           CASE WHEN u.kind = 'said' OR (u.mechanism = '{LIST}' AND p.kind = 'signature')
                THEN p.own_text ELSE '' END AS words
    FROM unit u JOIN petition q USING (petition) JOIN post p USING (post_id) JOIN person n USING (person_id)
    ORDER BY q.ordinal, u.tier, u.mechanism, u.act_id, n.rank, u.post_id"""

_STRATUM = pa.schema(
    [("petition", pa.string()), ("tier", pa.string()), ("mechanism", pa.string()), ("people", pa.int64()),
     ("units", pa.int64()), ("sampled", pa.int64())]
)  # fmt: skip
_SAMPLE = pa.schema([(name, pa.string()) for name in ("row", "petition", "tier", "mechanism", "signer")])


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample.

    Attributes:
        sheet: the rows for the human, columns as `SHEET`, in an order that tells nothing.
        strata: petition, tier, mechanism, people, units (what was drawn from), sampled.
    """

    sheet: pa.Table
    strata: pa.Table


def draw(
    store: Store,
    detector: ActDetector,
    redact: Callable[[str], str],
    *,
    size: int = 200,
    seed: int = 0,
) -> Sample:
    """Draw a stratified sample of the ledger and keep in the store what reading it back needs.

    Args:
        store: with a ledger.
        detector: the one the ledger was read with; it shows the words that decided.
        redact: takes names, and what leads to them, out of words.
        size: how many rows, about; all there are where there are fewer.
        seed: another seed, another sample; the same seed, the same one.
    """
    units: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for unit in store.sql(_UNITS).to_pylist():
        units.setdefault((unit["petition"], unit["tier"], unit["mechanism"]), []).append(unit)
    shares = allocate([len(found) for found in units.values()], size)
    drawn = [
        unit
        for (key, found), share in zip(units.items(), shares, strict=True)
        for unit in _chosen(found, share, (seed, *key))
    ]
    drawn.sort(key=lambda unit: _draw_of(seed, unit["mechanism"], unit["petition"], unit["post_id"]))
    # Of the sample, not of anybody in it: a sheet of another sample is recognised by it.
    mark = _draw_of(seed, *(unit["post_id"] for unit in drawn))[:6]
    names = [f"{mark}-{place:04d}" for place in range(1, len(drawn) + 1)]
    redact = cache(redact)
    sheet = [_line(name, unit, detector, redact) for name, unit in zip(names, drawn, strict=True)]
    strata = _strata(units, shares)
    store.put("audit_stratum", strata)
    sample = [
        {"row": name, "signer": unit["person_id"]} | {key: unit[key] for key in _SAMPLE.names[1:4]}
        for name, unit in zip(names, drawn, strict=True)
    ]
    store.put("audit_sample", pa.Table.from_pylist(sample, schema=_SAMPLE))
    columns = {name: pa.array([line[name] for line in sheet], pa.string()) for name in SHEET}
    return Sample(pa.table(columns), strata)


def allocate(sizes: Sequence[int], wanted: int) -> list[int]:
    """Share a sample out: in proportion to the strata, at least five of each, never more than there are.

    Args:
        sizes: of the strata, each at least 1.
        wanted: the whole sample. The floor gives way where it would take more than that.

    Returns:
        One number a stratum; together as many as wanted, or all there are.
    """
    wanted = min(wanted, sum(sizes))
    floor = min(_LEAST, wanted // len(sizes)) if sizes else 0
    shares = [min(size, floor) for size in sizes]
    order = sorted(range(len(sizes)), key=lambda place: (-sizes[place], place))
    while (left := wanted - sum(shares)) > 0:
        open_places = [place for place in order if shares[place] < sizes[place]]
        room = sum(sizes[place] - shares[place] for place in open_places)
        for place in open_places:
            # At least one a round, so that rounding down never leaves anything over.
            more = max((sizes[place] - shares[place]) * left // room, 1)
            shares[place] += min(more, sizes[place] - shares[place], wanted - sum(shares))
    return shares


def _chosen(units: list[dict[str, Any]], share: int, key: Iterable[object]) -> list[dict[str, Any]]:
    from numpy.random import default_rng  # heavy: only when a sample is drawn

    places = default_rng(int(_draw_of(*key), 16)).choice(len(units), share, replace=False)
    return [units[place] for place in sorted(places.tolist())]


def _draw_of(*key: object) -> str:
    return sha256("\n".join(map(str, key)).encode()).hexdigest()


def _strata(units: dict[tuple[str, str, str], list[dict[str, Any]]], shares: list[int]) -> pa.Table:
    """The strata; those of sign-up sheets count people and rows apart."""
    rows = [
        {
            "petition": petition,
            "tier": tier,
            "mechanism": mechanism,
            "people": sum(unit["is_person"] for unit in found),
            "units": len(found),
            "sampled": share,
        }
        for ((petition, tier, mechanism), found), share in zip(units.items(), shares, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=_STRATUM)


def _line(
    name: str, unit: dict[str, Any], detector: ActDetector, redact: Callable[[str], str]
) -> dict[str, str]:
    words, span = _words(unit["words"] or "", unit["statement"] or "", detector)
    return {
        "row": name,
        "petition": unit["petition"],
        "statement": redact(unit["statement"] or ""),
        "read": _READ[unit["tier"] if unit["tier"] == OPEN else unit["kind"]].format_map(unit),
        "words": redact(words),
        "span": redact(span),
        "verdict": "",
        "note": "",
    }


_READ = {
    OPEN: "not counted: no rule was sure",
    "said": "backs it in words ({mechanism})",
    "reacted": "endorsing emoji on the opening post ({mechanism})",
    "voted": "voted for the option that endorses",
    "signed": "a row of the sign-up sheet",
}


def _words(text: str, statement: str, detector: ActDetector) -> tuple[str, str]:
    """The own words around those that decided, and the latter alone."""
    if not text:
        return "", ""
    act = detector.read([text], [statement or None])[0]
    start, end = (act.start, act.end) if act.end > act.start else (0, 0)
    first, last = max(start - _AROUND, 0), min(max(end, start + 1) + _AROUND, len(text))
    # Whole words only: half a name is not redacted.
    while first > 0 and not text[first - 1].isspace():
        first -= 1
    while last < len(text) and not text[last].isspace():
        last += 1
    return text[first:last].strip(), text[start:end]
