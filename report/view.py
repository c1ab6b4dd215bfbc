"""What a report shows, page or plain text: the published tables in the order and the words of a reader."""

from collections.abc import Mapping
from typing import Any, Final

from .charts import day, grouped
from .context import ReportContext
from .coverage import DRAWN
from .methods import methods
from .privacy import SUPPRESSED, Published

_ELIGIBLE: Final = {"roster": "eligible", "participants": "people in its threads"}
_SIDES: Final = {"favor": "for", "against": "against"}


def view(published: Mapping[str, Published], context: ReportContext) -> dict[str, Any]:
    """Everything a report shows, as plain values by name.

    Args:
        published: the tables, by name.
        context: facts about the run.
    """
    tables = {name: table.records() for name, table in published.items()}
    petitions = tables.get("petitions", [])
    headline = petitions[0] if petitions else None
    themes = [row for row in tables.get("themes", []) if row["people"] != SUPPRESSED]
    topics = tables.get("topics", [])
    return {
        "context": context,
        **_changes(tables.get("changes", [])),
        "summary": {row["measure"]: row for row in tables.get("summary", [])},
        "headline": headline,
        "claim": claim(headline) if headline else "",
        "others": petitions[1:],
        **{name: _of(tables.get(name, []), headline) for name in ("waterfall", "specification", "audit")},
        "flags": _by_verdict(_of(tables.get("flags", []), headline)),
        "reach": _reach(_of(tables.get("specification", []), headline)),
        "supporters": grouped(_of(tables.get("supporters", []), headline), "slice"),
        "claims": tables.get("claims", []),
        "claims_hidden": published["claims"].left_out if "claims" in published else 0,
        "raised": {
            side: sorted(
                (row for row in themes if row[f"people_{side}"] not in ("", "0", SUPPRESSED)),
                key=lambda row, side=side: -int(row[f"people_{side}"]),
            )
            for side in ("against", "for")
        },
        "themes": themes,
        "themes_hidden": len(tables.get("themes", [])) - len(themes),
        "topics": [row for row in topics if row["people"] != SUPPRESSED],
        "topics_hidden": sum(row["people"] == SUPPRESSED for row in topics),
        "beside": tables.get("acts_and_stance", []),
        "corrected": tables.get("stance_corrected", []),
        "stances": {
            target: {row["stance"]: row for row in rows}
            for target, rows in grouped(tables.get("stance", []), "target").items()
        },
        "shifts": _shifts(tables.get("shifts", []), tables.get("risers", [])),
        "events": [row for row in tables.get("timeline", []) if row["event"]],
        "voices": _voices(tables.get("quotes", []), themes),
        "coverage": tables.get("coverage", []),
        "drawn": next((row for row in tables.get("coverage", []) if row["what"] == DRAWN), None),
        "methods": methods(published, context),
        "hidden": SUPPRESSED,
        "suppressed": sum(table.suppressed for table in published.values()),
    }


def claim(petition: Mapping[str, str]) -> str:
    """The one sentence that states a petition's count, its range, its parts and its base.

    >>> claim({"petition": "p", "statement": "", "counted": "12", "low": "11", "high": "14", "signed": "12",
    ...        "said": "0", "reacted": "0", "withdrew": "suppressed", "conflicted": "0", "first_week": "",
    ...        "last_week": "", "share": "", "denominator": "", "denominator_kind": ""})
    '12 people (11–14) endorsed “p”: 12 signed, 0 said, 0 reacted; withdrew: suppressed; 0 conflicted.'
    """
    if petition["counted"] == SUPPRESSED:
        return f"Too few people endorsed “{petition['statement'] or petition['petition']}” to show how many."
    parts = ", ".join(_part(petition, name) for name in ("signed", "said", "reacted"))
    asides = "; ".join(_part(petition, name) for name in ("withdrew", "conflicted"))
    between = ""
    if petition["first_week"] and SUPPRESSED not in (petition["first_week"], petition["last_week"]):
        first, last = day(petition["first_week"]), day(petition["last_week"])
        between = f" between the weeks of {first} and {last}" if first != last else f" in the week of {first}"
    base = ""
    if petition["share"] not in ("", SUPPRESSED):
        kind = _ELIGIBLE.get(petition["denominator_kind"], petition["denominator_kind"])
        base = f"; {share(petition['share'])} of {count(petition['denominator'])} {kind}"
    low, high = count(petition["low"]), count(petition["high"])
    what = petition["statement"] or petition["petition"]
    people = f"{count(petition['counted'])} people ({low}–{high})"
    return f"{people} endorsed “{what}”{between}: {parts}; {asides}{base}."


def _changes(rows: list[dict[str, str]]) -> dict[str, Any]:
    """What is told of the time since an earlier report: what moved, and how much did not."""
    still = [row for row in rows if row["what"] != "petition" and row["change"] in ("same", "hidden")]
    return {
        "changes": [row for row in rows if row not in still],
        "unmoved": {change: sum(row["change"] == change for row in still) for change in ("same", "hidden")},
    }


def _part(petition: Mapping[str, str], name: str) -> str:
    cell = petition[name]
    return f"{name}: {SUPPRESSED}" if cell == SUPPRESSED else f"{count(cell)} {name}"


def _of(rows: list[dict[str, str]], headline: Mapping[str, str] | None) -> list[dict[str, str]]:
    """The rows about the headline petition."""
    return [row for row in rows if headline and row["petition"] == headline["petition"]]


def _by_verdict(flags: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Flags by what is said of them, those that were seen first."""
    return grouped(sorted(flags, key=lambda row: row["verdict"] != "seen"), "verdict")


def _reach(definitions: list[dict[str, str]]) -> dict[str, str]:
    """Between which counts the other definitions lie; nothing where none may be shown."""
    shown = [int(row["counted"]) for row in definitions if row["counted"].isdigit()]
    if len(shown) < 2:  # noqa: PLR2004 - the headline alone is no range
        return {}
    return {"definitions": str(len(shown) - 1), "least": str(min(shown)), "most": str(max(shown))}


def _shifts(rows: list[dict[str, str]], risers: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Events, each with its rows, the words that rose, and what moved more than chance explains."""
    rose = _by_event(risers)
    return [
        {
            "event": event,
            "week": week,
            "rows": about,
            "rose": [row["term"] for row in rose.get((event, week), [])],
            "moved": [
                row["theme"]
                for row in about
                if SUPPRESSED not in (row["low"], row["high"]) and float(row["low"]) * float(row["high"]) > 0
            ],
        }
        for (event, week), about in _by_event(rows).items()
    ]


def _by_event(rows: list[dict[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Rows by event and week: what is found by itself bears one name whenever it happens."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault((row["event"], row["week"]), []).append(row)
    return groups


def _voices(quotes: list[dict[str, str]], themes: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Quotes by theme, themes in their order, each with the words for and against."""
    order = {row["theme"]: place for place, row in enumerate(themes)}
    groups = grouped(quotes, "theme")
    return [
        {
            "theme": theme,
            "sides": [
                (side, [row for row in groups[theme] if row["stance"] == stance])
                for stance, side in _SIDES.items()
            ],
        }
        for theme in sorted(groups, key=lambda theme: (order.get(theme, len(order)), theme))
    ]


def count(cell: str) -> str:
    """A whole number with its thousands apart; any other cell as it is."""
    return f"{int(cell):,}" if cell.lstrip("-").isdigit() else cell


def share(cell: str) -> str:
    """A share as a percentage, small ones with a decimal; a hidden or empty cell as it is."""
    if cell in ("", SUPPRESSED):
        return cell
    number = float(cell)
    return f"{number:.1%}" if 0 < number < 0.1 else f"{number:.0%}"  # noqa: PLR2004 - small ones need the decimal
