"""The report's charts as SVG, made of published tables only.

Colours are CSS variables of the page, so a chart follows light and dark; each chart is drawn for a wide and a
narrow page, because a scaled-down chart can't be read. What is suppressed is marked, never drawn as 0.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple

from .privacy import SUPPRESSED, Published

WIDE: Final = 880
NARROW: Final = 320

_CLIP: Final = re.compile(r"\bclip\d+\b")

_ROOM: Final = 0.08
"""Share of a bar from which a label fits into it."""

_LONG: Final = 60
"""Weeks beyond which an axis names months only."""

_FOR, _AGAINST = "var(--for)", "var(--against)"
_INK, _MUTED, _LINE, _PAPER = "var(--ink)", "var(--muted)", "var(--line)", "var(--card)"
_STANCES: Final = {
    "favor": _FOR,
    "mixed": "var(--mixed)",
    "none": "var(--none)",
    "unclear": "var(--unclear)",
    SUPPRESSED: "var(--line)",
    "against": _AGAINST,
}

_Record = dict[str, Any]


class Chart(NamedTuple):
    """One picture in two sizes, and what it shows in words."""

    wide: str
    narrow: str
    title: str
    description: str


def endorsements(table: Published, petition: str) -> Chart | None:
    """Supporters of a petition over the weeks: the running net, and what came and went each week."""
    rows = [_numbers(row) for row in table.records() if row["petition"] == petition]
    net = [row for row in rows if row["net"] is not None]
    if len(rows) < 2 or not net:  # noqa: PLR2004 - one week is no course
        return None
    hidden = sum(row["gross"] is None or row["withdrawn"] is None for row in rows)
    words = (
        f"{_count(net[0]['net'])} people in the week of {day(net[0]['week'])}, "
        f"{_count(net[-1]['net'])} in the week of {day(net[-1]['week'])}. "
        f"{hidden} of {len(rows)} weeks have figures too small to show."
    )
    return _chart(partial(_endorsements, rows, net), f"People backing {petition}, week by week", words)


def _endorsements(rows: list[_Record], net: list[_Record], width: int) -> Any:
    import altair as alt

    x, bare = (
        alt.X(
            "week:T", title=None, scale=alt.Scale(type="utc", padding=8),
            axis=_weeks(alt, rows, width, labels=labels),
        )
        for labels in (True, False)
    )  # fmt: skip
    running = alt.Chart(_data(net)).encode(x=bare, y=alt.Y("net:Q", title="net", axis=_counts(alt)))
    top = running.mark_area(color=_FOR, opacity=0.16, line={"color": _FOR, "strokeWidth": 2})
    points = running.mark_circle(color=_FOR, size=22, opacity=1)
    moves = [
        {"week": row["week"], "people": sign * row[name], "kind": name}
        for row in rows
        for name, sign in (("gross", 1), ("withdrawn", -1))
        if row[name]
    ]
    small = [
        {"week": row["week"], "people": 0} for row in rows if row["gross"] is None or row["withdrawn"] is None
    ]
    scale = alt.Scale(domain=["gross", "withdrawn"], range=[_FOR, _AGAINST])
    y = alt.Y("people:Q", title="new / withdrawn", axis=_counts(alt, ticks=3))
    bars = (
        alt.Chart(_data(moves))
        .mark_bar(size=_bar_width(rows, width))
        .encode(x=x, y=y, color=alt.Color("kind:N", scale=scale, legend=None))
    )
    marks = (
        alt.Chart(_data(small))
        .mark_point(shape="circle", size=16, color=_MUTED, strokeWidth=1)
        .encode(x=x, y=y)
    )
    return alt.vconcat(
        (top + points).properties(width=width - 60, height=170),
        (bars + marks).properties(width=width - 60, height=80),
        spacing=8,
    ).resolve_scale(x="shared")


def pushback(table: Published, target: str | None) -> Chart | None:
    """Themes by people for and against the target: bars to either side."""
    rows = [_numbers(row) for row in table.records()]
    rows = [row for row in rows if row["people_for"] or row["people_against"]][:14]
    if not rows:
        return None
    first = max(rows, key=lambda row: row["people_against"] or 0)
    words = (
        f"Of the people against {target}, most raise {named(first['theme'])} "
        f"({_count(first['people_against'])} people). Bars to the left: against; to the right: for."
    )
    return _chart(partial(_pushback, rows), f"What people raise, by side on {target}", words)


def _pushback(rows: list[_Record], width: int) -> Any:
    import altair as alt

    bars: list[_Record] = []
    for row in rows:
        for side, sign in (("against", -1), ("for", 1)):
            people = row[f"people_{side}"]
            text = "suppressed" if people is None else _count(people)
            bars.append(
                {"theme": named(row["theme"]), "side": side, "people": sign * (people or 0), "text": text}
            )
    reach = max(abs(bar["people"]) for bar in bars) * (1.22 if width > NARROW else 1.5)
    y = alt.Y(
        "theme:N", title=None, sort=[named(row["theme"]) for row in rows],
        axis=_names(alt, width),
    )  # fmt: skip
    x = alt.X("people:Q", title=None, scale=alt.Scale(domain=[-reach, reach]), axis=None)
    color = alt.Color(
        "side:N", legend=None, scale=alt.Scale(domain=["against", "for"], range=[_AGAINST, _FOR])
    )
    base = alt.Chart(_data(bars)).encode(y=y, x=x)
    shape = base.mark_bar(height=16, cornerRadius=2).encode(color=color)
    left = base.transform_filter("datum.side == 'against'").mark_text(align="right", dx=-5, color=_MUTED)
    right = base.transform_filter("datum.side == 'for'").mark_text(align="left", dx=5, color=_MUTED)
    middle = alt.Chart(_data([{"people": 0}])).mark_rule(color=_MUTED).encode(x=x)
    layers = shape + left.encode(text="text:N") + right.encode(text="text:N") + middle
    return layers.properties(width=width - _names_room(width), height=26 * len(rows))


def stance(table: Published) -> Chart | None:
    """Targets by where people stand, as shares of those who spoke of them."""
    bars: list[_Record] = []
    for target, rows in _by(table.records(), "target").items():
        shares = {row["stance"]: _numbers(row)["share"] for row in rows}
        shown = {name: share for name, share in shares.items() if share is not None}
        if not shown:
            continue
        shown[SUPPRESSED] = max(0.0, 1 - sum(shown.values())) if len(shown) < len(shares) else 0.0
        start = 0.0
        for name in _STANCES:
            share = shown.get(name, 0.0)
            label = f"{share:.0%}" if share >= _ROOM and name != SUPPRESSED else ""
            bars.append(
                {"target": target, "stance": name, "start": start, "end": start + share, "label": label}
            )
            start += share
    if not bars:
        return None
    return _chart(
        partial(_stance, bars), "Where people stand", "Shares of the people who spoke of each target."
    )


def _stance(bars: list[_Record], width: int) -> Any:
    import altair as alt

    targets = list(dict.fromkeys(bar["target"] for bar in bars))
    scale = alt.Scale(domain=list(_STANCES), range=list(_STANCES.values()))
    y = alt.Y(
        "target:N",
        title=None,
        sort=targets,
        axis=_names(alt, width),
    )
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(_data([{**bar, "middle": (bar["start"] + bar["end"]) / 2} for bar in bars])).encode(y=y)
    shape = base.mark_bar(height=24, stroke=_PAPER, strokeWidth=1).encode(
        x=x, x2="end:Q", color=alt.Color("stance:N", scale=scale, legend=None)
    )
    label = base.mark_text(color=_PAPER, fontWeight="bold").encode(x=alt.X("middle:Q"), text="label:N")
    return (shape + label).properties(width=width - _names_room(width), height=38 * len(targets))


def timeline(table: Published) -> Chart | None:
    """Posts a week, with what happened."""
    rows = [_numbers(row) for row in table.records()]
    if sum(bool(row["posts"]) for row in rows) < 2:  # noqa: PLR2004 - one week is no course
        return None
    peak = max(rows, key=lambda row: row["posts"] or 0)
    hidden = sum(row["posts"] is None for row in rows)
    words = (
        f"Busiest: the week of {day(peak['week'])} with {_count(peak['posts'])} posts. "
        f"{hidden} of {len(rows)} weeks are too small to show."
    )
    return _chart(partial(_timeline, rows), "Posts a week", words)


def _timeline(rows: list[_Record], width: int) -> Any:
    import altair as alt

    x = alt.X("week:T", title=None, scale=alt.Scale(type="utc", padding=8), axis=_weeks(alt, rows, width))
    top = max(row["posts"] or 0 for row in rows) * 1.18
    y = alt.Y("posts:Q", title=None, axis=_counts(alt), scale=alt.Scale(domain=[0, top]))
    shown = [row for row in rows if row["posts"] is not None]
    bars = (
        alt.Chart(_data(shown)).mark_bar(color="var(--none)", size=_bar_width(rows, width)).encode(x=x, y=y)
    )
    small = [{"week": row["week"], "posts": 0} for row in rows if row["posts"] is None]
    marks = (
        alt.Chart(_data(small))
        .mark_point(shape="circle", size=16, color=_MUTED, strokeWidth=1)
        .encode(x=x, y=y)
    )
    dated = [row for row in rows if row["event"]]
    events = [{"week": row["week"], "posts": top, "number": str(i)} for i, row in enumerate(dated, start=1)]
    base = alt.Chart(_data(events)).encode(x=x)
    rule = base.mark_rule(color=_INK, strokeDash=[3, 3], strokeWidth=1)
    number = base.mark_text(color=_INK, dx=7, dy=5, fontWeight="bold").encode(y=y, text="number:N")
    return (bars + marks + rule + number).properties(width=width - 60, height=190)


def _chart(draw: Callable[[int], Any], title: str, description: str) -> Chart:
    wide, narrow = (_own_ids(_svg(draw(width)), title, width) for width in (WIDE, NARROW))
    return Chart(wide, narrow, title, description)


def _own_ids(svg: str, title: str, width: int) -> str:
    """Ids of clip paths by picture: the renderer numbers them through a process, so they would change."""
    picture = sha256(f"{title} {width}".encode()).hexdigest()[:8]
    found = {name: f"c{picture}-{place}" for place, name in enumerate(dict.fromkeys(_CLIP.findall(svg)))}
    return _CLIP.sub(lambda match: found[match.group()], svg)


def _svg(chart: Any) -> str:
    # Needed only when a page is written; it brings a JavaScript engine.
    import vl_convert

    font = "ui-sans-serif, system-ui, sans-serif"
    styled = (
        chart.configure(background="transparent", aria=False, font=font, padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_MUTED, titleColor=_MUTED, gridColor=_LINE, domainColor=_LINE, tickColor=_LINE,
            labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
        )
        .configure_text(fontSize=11)
    )  # fmt: skip
    svg: str = vl_convert.vegalite_to_svg(styled.to_dict())
    return svg


def _data(rows: Sequence[_Record]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _counts(alt: Any, ticks: int = 4) -> Any:
    return alt.Axis(domain=False, ticks=False, tickCount=ticks, format=",d", labelPadding=6)


def _names(alt: Any, width: int) -> Any:
    """Axis of names. The page's font may run wider than the one the chart is laid out with: it gets room."""
    room = _names_room(width) - 20
    return alt.Axis(
        domain=False, ticks=False, labelPadding=8, labelColor=_INK, minExtent=room, labelLimit=0.85 * room,
        labelFontSize=12 if width > NARROW else 11,
    )  # fmt: skip


def _names_room(width: int) -> int:
    return 190 if width > NARROW else 150


def _bar_width(rows: list[_Record], width: int) -> float:
    """Width of a bar that leaves a gap to the week beside it, also where weeks are left out of the rows."""
    weeks = (date.fromisoformat(rows[-1]["week"]) - date.fromisoformat(rows[0]["week"])).days / 7 + 1
    return max(2.0, min(18.0, 0.65 * width / weeks))


def _weeks(alt: Any, rows: list[_Record], width: int, *, labels: bool = True) -> Any:
    """Axis of weeks with ticks on their Mondays, as many as there is room for."""
    mondays = sorted(date.fromisoformat(row["week"]) for row in rows)
    weeks = (mondays[-1] - mondays[0]).days // 7
    step = max(1, -(-weeks // (width // 70)))
    ticks = [mondays[0] + timedelta(weeks=place) for place in range(0, weeks + 1, step)]
    return alt.Axis(
        grid=False, format="%b %Y" if weeks > _LONG else "%-d %b", labels=labels,
        values=[int(datetime(t.year, t.month, t.day, tzinfo=UTC).timestamp() * 1000) for t in ticks],
    )  # fmt: skip


def _numbers(row: dict[str, str]) -> _Record:
    """A row with its figures as numbers, None where a cell is suppressed or does not apply."""
    return {name: _number(name, cell) for name, cell in row.items()}


def _number(name: str, cell: str) -> Any:
    if name in {"petition", "week", "event", "theme", "target", "stance", "trend", "name", "terms"}:
        return cell
    if cell in {"", SUPPRESSED}:
        return None
    return float(cell) if "." in cell else int(cell)


def _by(records: list[dict[str, str]], name: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for record in records:
        groups.setdefault(record[name], []).append(record)
    return groups


def day(cell: str) -> str:
    """A date as it is read; what is no date stays as it is."""
    try:
        found = date.fromisoformat(cell)
    except ValueError:
        return cell
    return f"{found.day} {found:%b %Y}"


def named(slug: str) -> str:
    """A theme's or petition's name as it is read."""
    return slug.replace("_", " ")


def _count(number: int | None) -> str:
    return "too few" if number is None else f"{number:,}"
