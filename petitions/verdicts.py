"""What the human's verdicts on a sample say: precision by tier, the corrected count, and its interval.

Tables written: audit_verdict, audit_tier (precision), audit_range (the corrected count of a petition) and
audit_list (what the estimators of signature lists make of the rows that were drawn).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from ..corpus.store import Store
from ..errors import ConfigError
from .audit import LIST, OPEN
from .estimators import Stratum, california, distinct_signers, stratified_total

VERDICTS: Final = ("yes", "no", "unsure")
LEAST: Final = 30
"""Fewer verdicts than this say nothing."""
INSUFFICIENT: Final = "insufficient data"
_PARTS: Final = {"A": "signed", "B": "said", "C": "reacted", OPEN: "left open"}

_SCHEMAS: Final = {
    "audit_verdict": pa.schema([("row", pa.string()), ("verdict", pa.string())]),
    "audit_tier": pa.schema(
        [("petition", pa.string()), ("part", pa.string()),
         *((name, pa.int64()) for name in ("people", "sampled", "yes", "no", "unsure", "blank")),
         *((name, pa.float64()) for name in ("precision", "precision_low", "precision_high")),
         ("note", pa.string())]
    ),
    "audit_range": pa.schema(
        [("petition", pa.string()),
         *((name, pa.int64()) for name in ("counted", "signed", "said", "reacted", "left_open", "verdicts")),
         *((name, pa.float64()) for name in ("corrected", "low", "high"))]
    ),
    "audit_list": pa.schema(
        [("petition", pa.string()),
         *((name, pa.int64()) for name in ("people", "rows", "valid", "duplicates", "california")),
         *((name, pa.float64()) for name in ("signers", "deviation", "low", "high")), ("note", pa.string())]
    ),
}  # fmt: skip

_Row = dict[str, Any]


def judge(store: Store, verdicts: Mapping[str, str]) -> None:
    """Keep the verdicts and work out what they say.

    Args:
        store: of the workspace the sample was drawn in.
        verdicts: row -> yes, no or unsure; rows without a verdict lack or are "".

    Raises:
        ConfigError: there is no sample, or it has no such row.
    """
    sample = _sample(store)
    unknown = sorted(verdicts.keys() - {row["row"] for row in sample})
    if unknown:
        raise ConfigError(
            f"row {unknown[0]!r} is not in this workspace's sample",
            hint="read back the sheet that was written last, with the workspace it was drawn from",
        )
    for row in sample:
        row["verdict"] = verdicts.get(row["row"], "")
    strata = _judged(store.sql("SELECT * FROM audit_stratum").to_pylist(), sample)
    by_petition: dict[str, list[_Row]] = defaultdict(list)
    for stratum in strata:
        by_petition[stratum["petition"]].append(stratum)
    said = [{"row": row["row"], "verdict": row["verdict"]} for row in sample if row["verdict"]]
    _put(store, "audit_verdict", said)
    _put(store, "audit_tier", [line for found in by_petition.values() for line in _tiers(found)])
    _put(store, "audit_range", [_range(name, found) for name, found in by_petition.items()])
    lists = [row for row in sample if row["mechanism"] == LIST]
    _put(store, "audit_list", [_list(stratum, lists) for stratum in strata if stratum["mechanism"] == LIST])


def _sample(store: Store) -> list[_Row]:
    there = store.scalar("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'audit_sample'")
    rows = store.sql("SELECT * FROM audit_sample ORDER BY row").to_pylist() if there else []
    if not rows:
        raise ConfigError(
            "this workspace holds no sample",
            hint="draw one first: forum-pulse petitions audit --workspace NAME --sample 200 --out sheet.csv",
        )
    return rows


def _put(store: Store, name: str, rows: list[_Row]) -> None:
    store.put(name, pa.Table.from_pylist(rows, schema=_SCHEMAS[name]))


def _judged(strata: list[_Row], sample: Iterable[_Row]) -> list[_Row]:
    """The strata with their verdicts counted."""
    found: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for row in sample:
        found[row["petition"], row["tier"], row["mechanism"]][row["verdict"] or "blank"] += 1
    return [
        stratum
        | {
            name: found[stratum["petition"], stratum["tier"], stratum["mechanism"]][name]
            for name in (*VERDICTS, "blank")
        }
        for stratum in strata
    ]


def _tiers(strata: Sequence[_Row]) -> list[_Row]:
    """Precision of each tier of one petition; of what was left open, the share that backs it after all."""
    lines: list[_Row] = []
    for tier, part in _PARTS.items():
        mine = [stratum for stratum in strata if stratum["tier"] == tier]
        if not mine:
            continue
        line: _Row = {"petition": mine[0]["petition"], "part": part} | {
            name: sum(stratum[name] for stratum in mine)
            for name in ("people", "sampled", "yes", "no", "unsure", "blank")
        }
        merged = _merged(mine)
        if line["yes"] + line["no"] < LEAST or not merged or not line["people"]:
            lines.append(line | {"note": INSUFFICIENT})
            continue
        total, people = stratified_total(merged), line["people"]
        lines.append(
            line
            | {
                "precision": total.value / people,
                "precision_low": total.low / people,
                "precision_high": total.high / people,
                "note": f"{line['yes'] + line['no']} verdicts",
            }
        )
    return lines


def _merged(strata: Sequence[_Row]) -> list[Stratum]:
    """The strata of one tier, those with too few verdicts for a variance of their own put together.

    Cochran 1977, 5A.12: collapsed strata. Empty where none has a verdict.
    """
    whole: list[Stratum] = []
    thin: list[Stratum] = []
    for row in strata:
        made = Stratum(row["units"], row["yes"] + row["no"], row["yes"], row["people"])
        (thin if made.judged < min(2, made.size) else whole).append(made)
    whole.sort(key=lambda stratum: (-stratum.size, -stratum.judged, stratum.right))
    if thin and whole and not sum(stratum.judged for stratum in thin):
        thin.append(whole.pop(0))
    if thin:
        whole.append(
            Stratum(
                sum(stratum.size for stratum in thin),
                sum(stratum.judged for stratum in thin),
                sum(stratum.right for stratum in thin),
                sum(stratum.weight for stratum in thin),
            )
        )
    return [stratum for stratum in whole if stratum.judged] if any(s.judged for s in whole) else []


def _range(petition: str, strata: Sequence[_Row]) -> _Row:
    """The corrected count of one petition; NULL with too few verdicts, or none for one of its tiers."""
    tiers = sorted({stratum["tier"] for stratum in strata})
    parts = [_merged([stratum for stratum in strata if stratum["tier"] == tier]) for tier in tiers]
    people = {tier: sum(s["people"] for s in strata if s["tier"] == tier) for tier in _PARTS}
    line: _Row = {
        "petition": petition,
        "counted": sum(people.values()) - people[OPEN],
        "signed": people["A"],
        "said": people["B"],
        "reacted": people["C"],
        "left_open": people[OPEN],
        "verdicts": sum(stratum["yes"] + stratum["no"] for stratum in strata),
    }
    if line["verdicts"] < LEAST or not all(parts):
        return line
    total = stratified_total([stratum for part in parts for stratum in part])
    return line | {"corrected": total.value, "low": total.low, "high": total.high}


def _list(stratum: _Row, sample: Sequence[_Row]) -> _Row:
    """The estimators of signature lists for the sheets of one petition."""
    line: _Row = {"petition": stratum["petition"], "people": stratum["people"], "rows": stratum["units"]}
    valid = [
        row["signer"] for row in sample if row["petition"] == stratum["petition"] and row["verdict"] == "yes"
    ]
    judged = stratum["yes"] + stratum["no"]
    if judged < LEAST:
        return line | {"note": INSUFFICIENT}
    signers = Counter(valid)
    projected = california(stratum["units"], judged, len(signers), len(valid) - len(signers))
    distinct = distinct_signers(stratum["units"], judged, signers.values())
    return line | {
        "valid": len(signers),
        "duplicates": len(valid) - len(signers),
        "california": projected.valid,
        "signers": distinct.value,
        "deviation": max(distinct.variance, 0.0) ** 0.5,
        "low": distinct.low,
        "high": distinct.high,
        "note": f"{judged} verdicts",
    }
