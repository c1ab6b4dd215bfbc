"""What the petition commands show: the list, one petition, the headlines as of a day.

Each view is a table with a policy of its own, and all pass the gate together with the report's tables: what
is hidden there is hidden here, and no sum across them gives it back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, count
from typing import Any, Final

import pyarrow as pa

from .. import petitions
from ..config import Config
from ..corpus.store import Store
from .memory import Memory
from .policies import publish_all
from .policy import Same, Split, TablePolicy
from .privacy import SUPPRESSED, Published
from .redaction import NAME, Redactor
from .tables import build_tables

LIST: Final = "petition_list"
AS_OF: Final = "petitions_as_of"
INVALIDATIONS: Final = "petition_invalidations"

_VIEWS: Final = {
    LIST: TablePolicy(
        name=LIST,
        columns=("petition", "origin", "threads", "counted", "low", "high", "statement"),
        keys=("petition",),
        persons=("counted",),
        figures={"counted": "petitions/{petition}/counted"},
        follows={"counted": ("low", "high")},
        beside=("low", "high"),
    ),
    # The count of a day is the net of the weekly series, cut at that day.
    AS_OF: TablePolicy(
        name=AS_OF,
        columns=("petition", "day", "counted", "low", "high", "final", "final_low", "final_high"),
        private=("row",),
        keys=("petition",),
        persons=("counted", "final"),
        figures={
            "counted": "endorsements_over_time/{petition}/{row}/net",
            "final": "petitions/{petition}/counted",
        },
        follows={"counted": ("low", "high"), "final": ("final_low", "final_high")},
        beside=("low", "high", "final_low", "final_high"),
        structures=(Same("counted", "petitions/{petition}/counted"),),
    ),
    INVALIDATIONS: TablePolicy(
        name=INVALIDATIONS,
        columns=("rule", "petition", "active", "acts", "people", "leaving"),
        keys=("petition", "rule"),
        persons=("people", "leaving"),
        follows={"people": ("acts",)},
        beside=("acts",),
        structures=(Split("people", ("leaving",), complete=False),),
    ),
}

_THREADS: Final = "SELECT petition, count(DISTINCT thread_id) AS threads FROM petition_post GROUP BY petition"
_AS_OF_SCHEMA: Final = pa.schema(
    [("petition", pa.string()), ("day", pa.date32()), ("row", pa.string())]
    + [(name, pa.int64()) for name in ("counted", "low", "high", "final", "final_low", "final_high")]
)


def nameless(found: Sequence[petitions.Petition], names: frozenset[str]) -> list[petitions.Petition]:
    """Petitions that were found are called by their titles, which may name somebody: they lose that.

    Args:
        found: what `find_petitions` found.
        names: handles and display names.
    """
    redactor = Redactor(names)
    taken = {petition.name for petition in found if petition.origin == "config"}
    named: list[petitions.Petition] = []
    for petition in found:
        name = petition.name
        if petition.origin == "detected":
            plain = redactor.without_known(name.replace("-", " ")).replace(NAME, "somebody")
            wanted = "-".join(plain.split())
            numbered = chain([wanted], (f"{wanted}-{number}" for number in count(2)))
            name = next(free for free in numbered if free not in taken)
            taken.add(name)
        named.append(replace(petition, name=name))
    return named


def publish_petitions(
    store: Store, config: Config, *, names: frozenset[str], leaving: Collection[str] = ()
) -> dict[str, Published]:
    """The report's tables as far as the ledger fills them, and the list of petitions.

    Args:
        store: holds a ledger.
        config: thresholds and targets.
        names: handles and display names, to take out of statements.
        leaving: tables that will be shown; they are held against earlier reports, and remembered.
    """
    tables = build_tables(store, config, names=names)
    tables[LIST] = _listed(store, tables["petitions"])
    return _published(store, config, tables, leaving)


def publish_again(store: Store, config: Config, memory: Memory) -> Published:
    """A report's petitions as the gate lets them through beside what was published before it.

    Args:
        store: holds the report's ledger.
        config: its thresholds and targets.
        memory: of what was published before the report (`Memory.rewind`).
    """
    return publish_all(build_tables(store, config), config.privacy, memory=memory)["petitions"]


def publish_invalidations(store: Store, config: Config, *, names: frozenset[str]) -> Published:
    """What each rule under [[invalidations]] takes out, or would if it were active.

    Args:
        store: holds a ledger written by these rules.
        config: the rules and the thresholds.
        names: handles and display names, to take out of statements.
    """
    tables = build_tables(store, config, names=names)
    shown = petitions.preview(store, config.invalidations)
    return _published(store, config, tables | {INVALIDATIONS: shown}, [INVALIDATIONS])[INVALIDATIONS]


def publish_as_of(
    store: Store, config: Config, day: date, series: pa.Table, then: Mapping[str, Mapping[str, int]]
) -> Published:
    """The headline of every petition at the end of a day, beside the final one.

    Args:
        store: holds the final ledger.
        config: thresholds and targets.
        day: UTC.
        series: `petitions.over_time`, cut at the day.
        then: petition -> counted, low, high of a ledger that ends with the day.
    """
    tables = build_tables(store, config)
    rows = [
        _headline(row, day, series.to_pylist(), then[row["petition"]])
        for row in tables["petitions"].to_pylist()
    ]
    tables["endorsements_over_time"] = series
    tables[AS_OF] = pa.Table.from_pylist(rows, schema=_AS_OF_SCHEMA)
    return _published(store, config, tables, [AS_OF])[AS_OF]


def _published(
    store: Store, config: Config, tables: Mapping[str, pa.Table], leaving: Collection[str]
) -> dict[str, Published]:
    """All through the gate; what leaves is remembered in the workspace."""
    memory = Memory.of(store, leaving=leaving) if leaving else None
    published = publish_all(tables, config.privacy, more=_VIEWS, memory=memory)
    if memory is not None:
        memory.keep(published)
    return published


def _headline(
    final: Mapping[str, Any], day: date, series: list[dict[str, Any]], then: Mapping[str, int]
) -> dict[str, Any]:
    own = [row for row in series if row["petition"] == final["petition"]]
    until = [row["week"] for row in own if row["week"] <= day]
    # Acts without a time stand at the beginning: before it, nobody backs the petition.
    known = then if until or not own else dict.fromkeys(("counted", "low", "high"), 0)
    return {
        "petition": final["petition"],
        "day": day,
        "row": str(until[-1]) if until else "before",
        **{name: known[name] for name in ("counted", "low", "high")},
        "final": final["counted"],
        "final_low": final["low"],
        "final_high": final["high"],
    }


def _listed(store: Store, petitions: pa.Table) -> pa.Table:
    threads = {row["petition"]: row["threads"] for row in store.sql(_THREADS).to_pylist()}
    of_each = [threads.get(name, 0) for name in petitions["petition"].to_pylist()]
    chosen = petitions.select(["petition", "origin", "counted", "low", "high", "statement"])
    return chosen.append_column("threads", pa.array(of_each, pa.int64()))


def values(published: Published, **where: str) -> list[dict[str, str | int | float | None]]:
    """The rows that say so in these columns, numbers as numbers: for JSON.

    A hidden number is the word, one that does not apply is None.
    """
    kinds = dict(zip(published.columns, published.types, strict=True))
    return [
        {name: _value(cell, kinds[name], name in published.numeric) for name, cell in record.items()}
        for record in published.records()
        if all(record[name] == wanted for name, wanted in where.items())
    ]


def _value(cell: str, kind: pa.DataType, is_number: bool) -> str | int | float | None:
    if not is_number or cell == SUPPRESSED:
        return cell
    if not cell:
        return None
    return int(cell) if pa.types.is_integer(kind) else float(cell)
