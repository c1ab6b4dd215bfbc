"""The report's charts as SVG, made of published tables only.

Colours are CSS variables of the page, so a chart follows light and dark; each chart is drawn for a wide and a
narrow page, because a scaled-down chart can't be read. What is suppressed is marked, never drawn as 0.
"""

from datetime import date
from functools import partial
from typing import Any, Final

from .drawing import (
    AGAINST,
    FOR,
    INK,
    LINE,
    MUTED,
    NARROW,
    PAPER,
    Chart,
    Record,
    bar_width,
    counts_axis,
    data,
    names_axis,
    names_room,
    weeks_axis,
)
from .privacy import SUPPRESSED, Published

_ROOM: Final = 0.08
"""Share of a bar from which a label fits into it."""

_PALE: Final = 0.45
"""How strong the bar of a week is that is not whole."""

_WORDS: Final = frozenset(
    (
        "petition",
        "week",
        "event",
        "note",
        "theme",
        "target",
        "stance",
        "trend",
        "name",
        "terms",
        "answer",
        "recurrence",
    )
)
"""Columns of words, which may look like numbers."""

_STANCES: Final = {
    "favor": FOR,
    "mixed": "var(--mixed)",
    "none": "var(--none)",
    "unclear": "var(--unclear)",
    SUPPRESSED: LINE,
    "against": AGAINST,
}


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
    return Chart(partial(_endorsements, rows, net), f"People backing {petition}, week by week", words)


def _endorsements(rows: list[Record], net: list[Record], width: int) -> Any:
    import altair as alt

    x, bare = (
        alt.X(
            "week:T", title=None, scale=alt.Scale(type="utc", padding=8),
            axis=weeks_axis(alt, rows, width, labels=labels),
        )
        for labels in (True, False)
    )  # fmt: skip
    running = alt.Chart(data(net)).encode(x=bare, y=alt.Y("net:Q", title="net", axis=counts_axis(alt)))
    top = running.mark_area(color=FOR, opacity=0.16, line={"color": FOR, "strokeWidth": 2})
    points = running.mark_circle(color=FOR, size=22, opacity=1)
    moves = [
        {"week": row["week"], "people": sign * row[name], "kind": name}
        for row in rows
        for name, sign in (("gross", 1), ("withdrawn", -1))
        if row[name]
    ]
    small = [
        {"week": row["week"], "people": 0} for row in rows if row["gross"] is None or row["withdrawn"] is None
    ]
    scale = alt.Scale(domain=["gross", "withdrawn"], range=[FOR, AGAINST])
    y = alt.Y("people:Q", title="new / withdrawn", axis=counts_axis(alt, ticks=3))
    bars = (
        alt.Chart(data(moves))
        .mark_bar(size=bar_width(rows, width))
        .encode(x=x, y=y, color=alt.Color("kind:N", scale=scale, legend=None))
    )
    marks = (
        alt.Chart(data(small))
        .mark_point(shape="circle", size=16, color=MUTED, strokeWidth=1)
        .encode(x=x, y=y)
    )
    return alt.vconcat(
        alt.layer(top, points, width=width - 60, height=170),
        alt.layer(bars, marks, width=width - 60, height=80),
        spacing=8,
    ).resolve_scale(x="shared")


def pushback(table: Published, target: str | None) -> Chart | None:
    """Themes by people for and against the target: bars to either side."""
    rows = [_numbers(row) for row in table.records()]
    rows = [row for row in rows if row["people_for"] or row["people_against"]][:14]
    if not rows:
        return None
    words = f"Of the people against {target}, {_most(rows)}. Bars to the left: against; to the right: for."
    return Chart(partial(_pushback, rows), f"What people raise, by side on {target}", words)


def _most(rows: list[Record]) -> str:
    """What is raised by most, as far as the figures that are shown tell."""
    most = max(rows, key=lambda row: row["people_against"] or 0)
    if not most["people_against"]:
        return "too few raise any one thing for it to be shown"
    known = "" if all(row["people_against"] is not None for row in rows) else ", as far as can be shown,"
    return f"most{known} raise {named(most['theme'])} ({_count(most['people_against'])} people)"


def _pushback(rows: list[Record], width: int) -> Any:
    import altair as alt

    bars: list[Record] = []
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
        axis=names_axis(alt, width),
    )  # fmt: skip
    x = alt.X("people:Q", title=None, scale=alt.Scale(domain=[-reach, reach]), axis=None)
    color = alt.Color("side:N", legend=None, scale=alt.Scale(domain=["against", "for"], range=[AGAINST, FOR]))
    base = alt.Chart(data(bars)).encode(y=y, x=x)
    shape = base.mark_bar(height=16, cornerRadius=2).encode(color=color)
    left = base.transform_filter("datum.side == 'against'").mark_text(align="right", dx=-5, color=MUTED)
    right = base.transform_filter("datum.side == 'for'").mark_text(align="left", dx=5, color=MUTED)
    middle = alt.Chart(data([{"people": 0}])).mark_rule(color=MUTED).encode(x=x)
    layers = (shape, left.encode(text="text:N"), right.encode(text="text:N"), middle)
    return alt.layer(*layers, width=width - names_room(width), height=26 * len(rows))


def stance(table: Published) -> Chart | None:
    """Targets by where people stand, as shares of those who spoke of them."""
    bars: list[Record] = []
    for target, rows in grouped(table.records(), "target").items():
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
    return Chart(
        partial(_stance, bars), "Where people stand", "Shares of the people who spoke of each target."
    )


def _stance(bars: list[Record], width: int) -> Any:
    import altair as alt

    targets = list(dict.fromkeys(bar["target"] for bar in bars))
    scale = alt.Scale(domain=list(_STANCES), range=list(_STANCES.values()))
    y = alt.Y(
        "target:N",
        title=None,
        sort=targets,
        axis=names_axis(alt, width),
    )
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(data([{**bar, "middle": (bar["start"] + bar["end"]) / 2} for bar in bars])).encode(y=y)
    shape = base.mark_bar(height=24, stroke=PAPER, strokeWidth=1).encode(
        x=x, x2="end:Q", color=alt.Color("stance:N", scale=scale, legend=None)
    )
    label = base.mark_text(color=PAPER, fontWeight="bold").encode(x=alt.X("middle:Q"), text="label:N")
    return alt.layer(shape, label, width=width - names_room(width), height=38 * len(targets))


def timeline(table: Published) -> Chart | None:
    """Posts a week, with what happened."""
    rows = [_numbers(row) for row in table.records()]
    if sum(bool(row["posts"]) for row in rows) < 2:  # noqa: PLR2004 - one week is no course
        return None
    peak = max(rows, key=lambda row: row["posts"] or 0)
    hidden = sum(row["posts"] is None for row in rows)
    cut = [f"the week of {day(row['week'])}" for row in rows if row.get("note")]
    words = (
        f"Busiest: the week of {day(peak['week'])} with {_count(peak['posts'])} posts. "
        f"{hidden} of {len(rows)} weeks are too small to show."
    )
    if cut:
        words += f" Not whole, and paler: {' and '.join(cut)}."
    return Chart(partial(_timeline, rows), "Posts a week", words)


def _timeline(rows: list[Record], width: int) -> Any:
    import altair as alt

    x = alt.X("week:T", title=None, scale=alt.Scale(type="utc", padding=8), axis=weeks_axis(alt, rows, width))
    top = max(row["posts"] or 0 for row in rows) * 1.18
    y = alt.Y("posts:Q", title=None, axis=counts_axis(alt), scale=alt.Scale(domain=[0, top]))
    shown = [
        {"week": row["week"], "posts": row["posts"], "strength": _PALE if row.get("note") else 1}
        for row in rows
        if row["posts"] is not None
    ]
    bars = (
        alt.Chart(data(shown))
        .mark_bar(color="var(--none)", size=bar_width(rows, width))
        .encode(x=x, y=y, opacity=alt.Opacity("strength:Q", scale=None, legend=None))
    )
    small = [{"week": row["week"], "posts": 0} for row in rows if row["posts"] is None]
    marks = (
        alt.Chart(data(small))
        .mark_point(shape="circle", size=16, color=MUTED, strokeWidth=1)
        .encode(x=x, y=y)
    )
    dated = [row for row in rows if row["event"]]
    events = [{"week": row["week"], "posts": top, "number": str(i)} for i, row in enumerate(dated, start=1)]
    base = alt.Chart(data(events)).encode(x=x)
    rule = base.mark_rule(color=INK, strokeDash=[3, 3], strokeWidth=1)
    number = base.mark_text(color=INK, dx=7, dy=5, fontWeight="bold").encode(y=y, text="number:N")
    return alt.layer(bars, marks, rule, number, width=width - 60, height=190)


def _numbers(row: dict[str, str]) -> Record:
    """A row with its figures as numbers, None where a cell is suppressed or does not apply."""
    return {name: _number(name, cell) for name, cell in row.items()}


def _number(name: str, cell: str) -> Any:
    if name in _WORDS:
        return cell
    if cell in {"", SUPPRESSED}:
        return None
    return float(cell) if "." in cell else int(cell)


def grouped(records: list[dict[str, str]], name: str) -> dict[str, list[dict[str, str]]]:
    """Records by their cell of a column, in the order they come."""
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


def weeks(period: str) -> str:
    """A period of the summary, "2026-03-02 to 2026-03-09", as it is read."""
    first, _, last = period.partition(" to ")
    return f"week of {day(first)}" if first == last else f"weeks of {day(first)} to {day(last)}"


def named(slug: str) -> str:
    """A theme's or petition's name as it is read."""
    return slug.replace("_", " ")


def _count(number: int | None) -> str:
    return "too few" if number is None else f"{number:,}"
