"""How the charts are drawn: colours, axes, sizes, and the way from a chart to SVG."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

WIDE: Final = 880
NARROW: Final = 320

FOR: Final = "var(--for)"
AGAINST: Final = "var(--against)"
INK: Final = "var(--ink)"
MUTED: Final = "var(--muted)"
LINE: Final = "var(--line)"
PAPER: Final = "var(--card)"

_CLIP: Final = re.compile(r"\bclip\d+\b")

_LONG: Final = 60
"""Weeks beyond which an axis names months only."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A picture that can be drawn in any width, and what it shows in words.

    Attributes:
        draw: makes the Altair chart for a width in pixels.
        title: what the picture shows.
        description: the same in a sentence or two, for those who can't see it.
    """

    draw: Callable[[int], Any]
    title: str
    description: str

    @cached_property
    def wide(self) -> str:
        """As SVG for a wide page."""
        return self._svg(WIDE)

    @cached_property
    def narrow(self) -> str:
        """As SVG for a narrow page."""
        return self._svg(NARROW)

    def altair(self, width: int) -> Any:
        """As an Altair chart, its colours as variables of the page."""
        import altair as alt

        axis = alt.AxisConfig(
            labelColor=MUTED, titleColor=MUTED, gridColor=LINE, domainColor=LINE, tickColor=LINE,
            labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
        )  # fmt: skip
        # All settings at once: each setting on its own would copy the chart, layer by layer.
        return self.draw(width).configure(
            background="transparent",
            aria=False,
            font="ui-sans-serif, system-ui, sans-serif",
            padding=2,
            view=alt.ViewConfig(stroke=None),
            axis=axis,
            text=alt.MarkConfig(fontSize=11),
        )

    def _svg(self, width: int) -> str:
        # Needed only when a page is written; it brings a JavaScript engine.
        import vl_convert

        # Unchecked: the schema takes as long as the drawing, and tests draw each kind of chart with it.
        drawn = self.altair(width).to_dict(validate=False)
        return _own_ids(vl_convert.vegalite_to_svg(drawn), self.title, width)


def _own_ids(svg: str, title: str, width: int) -> str:
    """Ids of clip paths by picture: the renderer numbers them through a process, so they would change."""
    picture = sha256(f"{title} {width}".encode()).hexdigest()[:8]
    found = {name: f"c{picture}-{place}" for place, name in enumerate(dict.fromkeys(_CLIP.findall(svg)))}
    return _CLIP.sub(lambda match: found[match.group()], svg)


def data(rows: Sequence[Record]) -> Any:
    """Rows as a chart's data."""
    import altair as alt

    return alt.InlineData(values=list(rows))


def counts_axis(alt: Any, ticks: int = 4) -> Any:
    """Axis of whole numbers."""
    return alt.Axis(domain=False, ticks=False, tickCount=ticks, format=",d", labelPadding=6)


def names_axis(alt: Any, width: int) -> Any:
    """Axis of names. The page's font may run wider than the one the chart is laid out with: it gets room."""
    room = names_room(width) - 20
    return alt.Axis(
        domain=False, ticks=False, labelPadding=8, labelColor=INK, minExtent=room, labelLimit=0.85 * room,
        labelFontSize=12 if width > NARROW else 11,
    )  # fmt: skip


def names_room(width: int) -> int:
    """Pixels that names take from a picture's width."""
    return 190 if width > NARROW else 150


def bar_width(rows: list[Record], width: int) -> float:
    """Width of a bar that leaves a gap to the week beside it, also where weeks are left out of the rows."""
    weeks = (date.fromisoformat(rows[-1]["week"]) - date.fromisoformat(rows[0]["week"])).days / 7 + 1
    return max(2.0, min(18.0, 0.65 * width / weeks))


def weeks_axis(alt: Any, rows: list[Record], width: int, *, labels: bool = True) -> Any:
    """Axis of weeks with ticks on their Mondays, as many as there is room for."""
    mondays = sorted(date.fromisoformat(row["week"]) for row in rows)
    weeks = (mondays[-1] - mondays[0]).days // 7
    step = max(1, -(-weeks // (width // 70)))
    ticks = [mondays[0] + timedelta(weeks=place) for place in range(0, weeks + 1, step)]
    return alt.Axis(
        grid=False, format="%b %Y" if weeks > _LONG else "%-d %b", labels=labels,
        values=[int(datetime(t.year, t.month, t.day, tzinfo=UTC).timestamp() * 1000) for t in ticks],
    )  # fmt: skip
