"""Charts for notebooks: the report's, with colours of their own, and nothing that was suppressed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import forum_pulse as fp
from forum_pulse import plots
from forum_pulse.errors import ConfigError
from forum_pulse.report import SUPPRESSED, TablePolicy, publish, publish_all
from forum_pulse.report.charts import endorsements, timeline

CHARTS = {
    "endorsements": "endorsements_over_time",
    "pushback": "themes",
    "stance": "stance",
    "timeline": "timeline",
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_altair_and_stands_alone(demo_run: fp.Run, name: str, tmp_path: Path) -> None:
    """No variable of the report's page is left, no data lies elsewhere, and it can be saved."""
    import altair as alt

    chart = getattr(fp.plots, name)(demo_run)
    assert isinstance(chart, alt.TopLevelMixin)
    told = json.dumps(chart.to_dict())
    assert "var(--" not in told
    assert '"url"' not in told
    chart.save(tmp_path / "chart.svg")
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").startswith("<svg")


def figures(value: Any, key: str) -> list[Any]:
    """Every figure of a name in the data of a chart."""
    if isinstance(value, dict):
        own = [value[key]] if isinstance(value.get(key), int | float) else []
        return own + [found for item in value.values() for found in figures(item, key)]
    return [found for item in value for found in figures(item, key)] if isinstance(value, list) else []


def test_a_chart_shows_the_published_cells_and_no_others(demo_run: fp.Run) -> None:
    """The weekly net, as it stands in the table of the headline petition."""
    table = demo_run.published["endorsements_over_time"].records()
    first = demo_run.published["petitions"].records()[0]["petition"]
    cells = [row["net"] for row in table if row["petition"] == first]
    assert SUPPRESSED in cells or len(set(cells)) > 1
    drawn = figures(fp.plots.endorsements(demo_run).to_dict(), "net")
    assert set(drawn) == {int(cell) for cell in cells if cell != SUPPRESSED}


def test_sides_are_those_on_the_headline_petition(demo_run: fp.Run) -> None:
    """Also where the table of stances tells of another target first, since nobody wrote of the petition."""
    headline = demo_run.published["petitions"].records()[0]["petition"]
    policy = TablePolicy(name="stance", columns=("target",), keys=("target",))
    others = publish(pa.table({"target": ["Another"]}), policy)
    run = replace(demo_run, published={**demo_run.published, "stance": others})
    assert headline in plots.pushback(run).to_dict()["title"]["text"]


def test_what_can_not_be_drawn_is_said(demo_run: fp.Run) -> None:
    """A petition that is not there; figures that are all too small."""
    with pytest.raises(ConfigError, match="nonsense") as caught:
        plots.endorsements(demo_run, "nonsense")
    assert demo_run.published["petitions"].records()[0]["petition"] in caught.value.hint
    nothing = publish_all(
        {
            "timeline": pa.table(
                {
                    "week": pa.array([], pa.date32()),
                    "posts": pa.array([], pa.int64()),
                    "people": pa.array([], pa.int64()),
                    "event": pa.array([], pa.string()),
                    "note": pa.array([], pa.string()),
                }
            )
        }
    )
    assert timeline(nothing["timeline"]) is None
    with pytest.raises(ConfigError, match="nothing to draw"):
        plots.timeline(fp.Run({"timeline": nothing["timeline"]}, None, {}))


def test_the_report_draws_the_same_chart(demo_run: fp.Run) -> None:
    """One description of a picture, for the page and for the notebook."""
    first = demo_run.published["petitions"].records()[0]["petition"]
    chart = endorsements(demo_run.published["endorsements_over_time"], first)
    assert chart is not None
    title = fp.plots.endorsements(demo_run).to_dict()["title"]
    assert (title["text"], title["subtitle"]) == (chart.title, chart.description)


def test_a_count_alone_says_what_it_has_and_what_it_has_not() -> None:
    """Stance and themes are an analysis's: a chart of them says so, and names can be gone through."""
    run = fp.Run({}, None, {})
    assert (list(run), len(run), "themes" in run) == ([], 0, False)
    for draw in (plots.pushback, plots.stance, plots.timeline):
        with pytest.raises(ConfigError, match="no table"):
            draw(run)
