"""report.html: one page, made of published tables, that needs no script, no network and no fonts."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from . import charts
from .charts import day, named
from .context import ReportContext
from .privacy import SUPPRESSED, Published

_ELIGIBLE: Final = {"roster": "eligible", "participants": "people in its threads"}
_SIDES: Final = {"favor": "for", "against": "against"}


def to_html(published: Mapping[str, Published], context: ReportContext) -> bytes:
    """The page.

    Args:
        published: the tables, by name; a section whose table is missing or empty is left out.
        context: facts about the run.
    """
    # Needed only when a report is written.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    folder = files(__package__ or "") / "templates"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"count": _count, "share": _share, "day": day, "named": named}
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    page = template.render(
        **_view(published, context),
        style=Markup((folder / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        svg=Markup,
        hidden=SUPPRESSED,
    )
    return page.encode()


def _view(published: Mapping[str, Published], context: ReportContext) -> dict[str, Any]:
    """Everything the template shows, as plain values."""
    tables = {name: table.records() for name, table in published.items()}
    petitions = tables.get("petitions", [])
    headline = petitions[0] if petitions else None
    themes = [row for row in tables.get("themes", []) if row["people"] != SUPPRESSED]
    topics = tables.get("topics", [])
    return {
        "context": context,
        "summary": {row["measure"]: row for row in tables.get("summary", [])},
        "headline": headline,
        "claim": claim(headline) if headline else "",
        "others": petitions[1:],
        **{
            name: _of(tables.get(name, []), headline)
            for name in ("waterfall", "specification", "flags", "audit")
        },
        "supporters": _grouped(_of(tables.get("supporters", []), headline), "slice"),
        "claims": tables.get("claims", []),
        "claims_hidden": published["claims"].left_out if "claims" in published else 0,
        "themes": themes,
        "themes_hidden": len(tables.get("themes", [])) - len(themes),
        "topics": [row for row in topics if row["people"] != SUPPRESSED],
        "topics_hidden": sum(row["people"] == SUPPRESSED for row in topics),
        "stances": {
            target: {row["stance"]: row for row in rows}
            for target, rows in _grouped(tables.get("stance", []), "target").items()
        },
        "events": [row for row in tables.get("timeline", []) if row["event"]],
        "voices": _voices(tables.get("quotes", []), themes),
        "coverage": tables.get("coverage", []),
        "charts": _charts(published, headline, context.target),
        "suppressed": sum(table.suppressed for table in published.values()),
    }


def _charts(
    published: Mapping[str, Published], headline: Mapping[str, str] | None, target: str | None
) -> dict[str, charts.Chart | None]:
    def of(name: str, draw: Any, *more: Any) -> charts.Chart | None:
        return draw(published[name], *more) if name in published else None

    return {
        "endorsements": of("endorsements_over_time", charts.endorsements, headline["petition"])
        if headline
        else None,
        "pushback": of("themes", charts.pushback, target),
        "stance": of("stance", charts.stance),
        "timeline": of("timeline", charts.timeline),
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
        base = f"; {_share(petition['share'])} of {_count(petition['denominator'])} {kind}"
    low, high = _count(petition["low"]), _count(petition["high"])
    what = petition["statement"] or petition["petition"]
    people = f"{_count(petition['counted'])} people ({low}–{high})"
    return f"{people} endorsed “{what}”{between}: {parts}; {asides}{base}."


def _part(petition: Mapping[str, str], name: str) -> str:
    cell = petition[name]
    return f"{name}: {SUPPRESSED}" if cell == SUPPRESSED else f"{_count(cell)} {name}"


def _of(rows: list[dict[str, str]], headline: Mapping[str, str] | None) -> list[dict[str, str]]:
    """The rows about the headline petition."""
    return [row for row in rows if headline and row["petition"] == headline["petition"]]


def _voices(quotes: list[dict[str, str]], themes: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Quotes by theme, themes in their order, each with the words for and against."""
    order = {row["theme"]: place for place, row in enumerate(themes)}
    groups = _grouped(quotes, "theme")
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


def _grouped(records: list[dict[str, str]], name: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for record in records:
        groups.setdefault(record[name], []).append(record)
    return groups


def _count(cell: str) -> str:
    return f"{int(cell):,}" if cell.lstrip("-").isdigit() else cell


def _share(cell: str) -> str:
    if cell in ("", SUPPRESSED):
        return cell
    share = float(cell)
    return f"{share:.1%}" if 0 < share < 0.1 else f"{share:.0%}"  # noqa: PLR2004 - small ones need the decimal
