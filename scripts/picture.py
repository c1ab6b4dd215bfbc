"""Draw the picture of the README: two charts of the report on a demo forum, as one SVG.

python scripts/picture.py            # writes docs/report.svg
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import altair as alt

import forum_pulse as fp
from forum_pulse.demo import write_demo

PICTURE = Path(__file__).parent.parent / "docs" / "report.svg"
POSTS, PEOPLE = 1_000, 400


def below(*charts: Any) -> Any:
    """Charts one below the other, on paper of their own: a README may be read on a dark page."""
    first, *_ = parts = [chart.to_dict() for chart in charts]
    top = {
        "$schema": first["$schema"],
        "config": first["config"] | {"background": "#fffdf9", "padding": 24},
        "datasets": {name: rows for part in parts for name, rows in part["datasets"].items()},
    }
    bare = [{key: value for key, value in part.items() if key not in top} for part in parts]
    return alt.Chart.from_dict({**top, "vconcat": bare, "spacing": 40})


def main() -> None:
    """Make the forum, count, draw."""
    with TemporaryDirectory() as folder:
        demo = write_demo(Path(folder) / "demo", posts=POSTS, people=PEOPLE)
        run = fp.count(demo.exports, demo.config)
    below(fp.plots.endorsements(run), fp.plots.timeline(run)).save(PICTURE)
    print(PICTURE)


if __name__ == "__main__":
    main()
