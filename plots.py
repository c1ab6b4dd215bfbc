"""The report's charts for a notebook: Altair charts, made of published tables only.

    fp.plots.endorsements(run)
    fp.plots.pushback(run).save("pushback.svg")

They show what the report shows, so they can be passed on like it.
"""

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from .errors import ConfigError
from .report import Published, charts
from .report.drawing import WIDE, Chart
from .run import Run

if TYPE_CHECKING:
    import altair as alt

_VARIABLE: Final = re.compile(r"var\(--(\w+)\)")


def endorsements(run: Run, petition: str | None = None, *, width: int = WIDE) -> "alt.TopLevelMixin":
    """Supporters of a petition over the weeks: the running net, and what came and went each week.

    Args:
        run: an analysis.
        petition: its name; None for the headline.
        width: in pixels.

    Raises:
        ConfigError: there is no such petition, or too little to draw.
    """
    names = [row["petition"] for row in run.published["petitions"].records()]
    chosen = petition or (names[0] if names else "")
    if chosen not in names:
        raise ConfigError(f"there is no petition {chosen!r}", hint=f"there are: {', '.join(names) or 'none'}")
    return _shown(charts.endorsements(run.published["endorsements_over_time"], chosen), width)


def pushback(run: Run, *, width: int = WIDE) -> "alt.TopLevelMixin":
    """Themes by people for and against: bars to either side.

    Args:
        run: an analysis.
        width: in pixels.

    Raises:
        ConfigError: there is too little to draw.
    """
    # Of the headline petition nobody may have written a word; sides are about it all the same.
    named = (("petitions", "petition"), ("stance", "target"))
    themes = _table(run, "themes")
    target = next((row[name] for table, name in named for row in _table(run, table).records()), None)
    return _shown(charts.pushback(themes, target), width)


def stance(run: Run, *, width: int = WIDE) -> "alt.TopLevelMixin":
    """Targets by where people stand, as shares of those who spoke of them.

    Args:
        run: an analysis.
        width: in pixels.

    Raises:
        ConfigError: there is too little to draw.
    """
    return _shown(charts.stance(_table(run, "stance")), width)


def timeline(run: Run, *, width: int = WIDE) -> "alt.TopLevelMixin":
    """Posts a week, with what happened.

    Args:
        run: an analysis.
        width: in pixels.

    Raises:
        ConfigError: there is too little to draw.
    """
    return _shown(charts.timeline(_table(run, "timeline")), width)


def _table(run: Run, name: str) -> Published:
    if name not in run:
        raise ConfigError(f"this run has no table {name!r}", hint="draw what fp.analyze gives, not fp.count")
    return run.published[name]


def _shown(chart: Chart | None, width: int) -> Any:
    """The chart with colours of its own, for outside the report's page no variable is set."""
    import altair as alt

    if chart is None:
        raise ConfigError(
            "there is nothing to draw",
            hint="fewer than two weeks, or every figure is of too few people; see the table",
        )
    title = alt.Title(chart.title, subtitle=chart.description, anchor="start")
    drawn = chart.altair(width).properties(title=title)
    return alt.Chart.from_dict(_coloured(drawn.to_dict()))


def _coloured(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _coloured(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_coloured(item) for item in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _colours()[match[1]], value)
    return value


@cache
def _colours() -> dict[str, str]:
    """The light colours of the report's page: the first it sets."""
    style = files(charts.__package__ or "").joinpath("templates/report.css").read_text(encoding="utf-8")
    return dict(reversed(re.findall(r"--(\w+): (#\w+)", style)))
