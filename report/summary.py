"""The summary: the figures somebody reads first, gathered from the other tables.

Each row that repeats a figure names it, so that the gate hides it here when it hides it there.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from ..corpus.store import Store
from .coverage import is_drawn

_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("measure", "value", "low", "high", "note", "figure", "unit", "list")]
)

_PARTS: Final = {
    "signed": "on a list, a ballot or a poll",
    "said": "in words of their own: '+1', 'I support this'",
    "reacted": "with an endorsing emoji on the opening post",
    "withdrew": "backed it and took that back",
    "opposed": "spoke, voted or reacted against it",
    "conditional": "back it on a condition; not counted",
    "conflicted": "did both; not counted",
}

_CORPUS: Final = """
    SELECT count(DISTINCT person_id) AS people, count(*) AS posts, count(DISTINCT thread_id) AS threads,
           strftime(date_trunc('week', min(created_at)), '%Y-%m-%d') AS first_week,
           strftime(date_trunc('week', max(created_at)), '%Y-%m-%d') AS last_week
    FROM reading"""

_Row = dict[str, str | None]


def table(store: Store, tables: Mapping[str, pa.Table], target: str | None) -> pa.Table:
    """The summary table, with private columns: the figure a row repeats, the list it stands in by size."""
    drawn = ", among the people drawn" if is_drawn(store) else ""
    rows = [
        *_petitions(tables["petitions"].to_pylist()),
        *_corpus(store),
        *_stance(tables["stance"].to_pylist(), target, drawn),
        *_pushback(tables["themes"].to_pylist(), target, drawn),
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _row(measure: str, value: object, unit: str, figure: str | None = None, **more: Any) -> _Row:
    found: _Row = {"measure": measure, "value": _text(value), "unit": unit, "figure": figure}
    return found | {name: _text(content) for name, content in more.items()}


def _text(value: object) -> str | None:
    if value is None:
        return None
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _petitions(petitions: list[dict[str, Any]]) -> Iterator[_Row]:
    for place, petition in enumerate(petitions):
        name = petition["petition"]
        figure = f"petitions/{name}"
        yield _row(
            f"people backing {name}", petition["counted"], "people", f"{figure}/counted",
            low=petition["low"], high=petition["high"],
            note="each person once, by their strongest act: signed, said or reacted; by stance alone: never",
        )  # fmt: skip
        if petition["audited"] is not None:
            yield _row(
                f"people backing {name}, by audit", petition["audited"], "audit", f"{figure}/counted",
                low=petition["audited_low"], high=petition["audited_high"],
                note=f"the count corrected by a sample a human judged, {petition['audit']}; 95% interval",
            )  # fmt: skip
        if place > 0:
            continue
        for part, note in _PARTS.items():
            yield _row(f"{name}: {part}", petition[part], "people", f"{figure}/{part}", note=note)
        if petition["share"] is not None:
            yield _row(
                f"{name}: share", petition["share"], "share", f"{figure}/share",
                low=petition["share_low"], high=petition["share_high"],
                note=f"of the {petition['denominator_kind'] or 'people in its threads'}; 95% interval",
            )  # fmt: skip


def _corpus(store: Store) -> Iterator[_Row]:
    facts = store.sql(_CORPUS).to_pylist()[0]
    sources = store.scalar("SELECT count(*) FROM source")
    yield _row("people", facts["people"], "people", "corpus/people", note="who wrote a post that was read")
    yield _row(
        "posts", facts["posts"], "posts", "corpus/posts", note="visible, public, by people, with own words"
    )
    yield _row("threads", facts["threads"], "threads")
    yield _row("sources", sources, "sources", note="exports read")
    if facts["first_week"] is not None:
        period = f"{facts['first_week']} to {facts['last_week']}"
        yield _row("period", period, "text", note="weeks of the first and the last post, by their Mondays")


def _stance(rows: list[dict[str, Any]], target: str | None, drawn: str) -> Iterator[_Row]:
    notes = {
        "favor": "read from words by the stance model; never part of a petition's count",
        "against": "read from words by the stance model",
        "mixed": "both, in recent posts",
        "unclear": "the model abstains",
        "none": "named it, took no side",
    }
    for row in rows:
        if row["target"] == target:
            stance = row["stance"]
            figure = f"stance/{target}/{stance}/people"
            note = notes[stance] + drawn
            yield _row(f"stance on {target}: {stance}", row["people"], "people", figure, note=note)


def _pushback(themes: list[dict[str, Any]], target: str | None, drawn: str) -> Iterator[_Row]:
    # All of them: whom the first few leave out would tell which of the hidden ones are smaller.
    for row in themes:
        if row["people_against"]:
            figure = f"themes/{row['theme']}/people_against"
            note = f"people against {target} who raise it{drawn}"
            measure = f"pushback: {row['theme']}"
            yield _row(measure, row["people_against"], "people", figure, note=note, list="pushback")
