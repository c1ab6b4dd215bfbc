"""report.html: one page, made of published tables, that needs no script, no network and no fonts."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from . import charts
from .charts import day, named, weeks
from .context import ReportContext
from .privacy import Published
from .topic_map import topic_map
from .view import count, share, view

_FOLDER: Final = files(__package__ or "") / "templates"


def to_html(published: Mapping[str, Published], context: ReportContext) -> bytes:
    """The page.

    Args:
        published: the tables, by name; a section whose table is missing or empty is left out.
        context: facts about the run.
    """
    # Needed only when a report is written.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"count": count, "share": share, "day": day, "named": named, "weeks": weeks}
    template = environment.from_string((_FOLDER / "report.html.j2").read_text(encoding="utf-8"))
    shown = view(published, context)
    page = template.render(
        **shown,
        charts=_charts(published, shown["headline"], context.target),
        style=Markup((_FOLDER / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        svg=Markup,
    )
    return page.encode()


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
        "topics": of("topics", topic_map, target),
        "timeline": of("timeline", charts.timeline),
    }
