"""The map of topics: a circle each, as large as its people are many, alike ones near each other.

Made of the published table: a topic that is not shown has no circle. The axes mean nothing, so they are not
drawn, and the picture is stretched to fill its frame. Names stand where there is room for them, the largest
topics' first; the table beside the picture has them all.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from .drawing import AGAINST, FOR, INK, NARROW, PAPER, Chart, Record, data
from .privacy import SUPPRESSED, Published

_ROW: Final = 14
"""Height of a name in pixels."""
_LETTER: Final = 6.4
"""Width of its letters, on the wide side."""
_LONGEST: Final = 30
_LEANING: Final = 1.5
"""How many times as many on one side as on the other make a topic that side's."""


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        """Whether two boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def topic_map(table: Published, target: str | None) -> Chart | None:
    """Topics as circles on a plane, coloured by the side that most of their people are on."""
    rows = [_topic(row) for row in table.records() if row["x"] not in ("", SUPPRESSED)]
    if not rows:
        return None
    rows.sort(key=lambda row: (-row["people"], row["name"]))
    words = (
        f"{len(rows)} topics; the largest, {rows[0]['name']}, with {rows[0]['people']:,} people. The larger "
        "a circle, the more people write of it; the nearer two circles, the more alike their words."
    )
    if target:
        words += f" Colour: the side on {target} that at least one and a half times as many are on."
    return Chart(partial(_topic_map, rows), "Map of topics", words)


def _topic(row: dict[str, str]) -> Record:
    sides = [int(row[side]) if row[side].isdigit() else None for side in ("people_for", "people_against")]
    return {
        "name": row["name"] if len(row["name"]) <= _LONGEST else f"{row['name'][: _LONGEST - 1]}…",
        "people": int(row["people"]),
        "x": float(row["x"]),
        "y": float(row["y"]),
        "side": _side(*sides),
    }


def _side(backing: int | None, against: int | None) -> str:
    if backing is None or against is None or max(backing, against) / max(min(backing, against), 1) < _LEANING:
        return "neither"
    return "for" if backing > against else "against"


def _topic_map(rows: list[Record], width: int) -> Any:
    import altair as alt

    height = 420 if width > NARROW else 340
    circles = _laid_out(rows, width - 10, height)
    names = list(_named(circles, width - 10, height, most=18 if width > NARROW else 7))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width - 10], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    colours = alt.Scale(domain=["for", "against", "neither"], range=[FOR, AGAINST, "var(--none)"])
    shapes = (
        alt.Chart(data(circles))
        .mark_circle(opacity=0.72, stroke=PAPER, strokeWidth=1)
        .encode(
            x=x, y=y, color=alt.Color("side:N", legend=None, scale=colours),
            size=alt.Size("area:Q", legend=None, scale=None),
        )
    )  # fmt: skip
    # Paper behind the letters keeps them legible over a circle.
    text = alt.Chart(data(names)).encode(x=x, y=y, text="name:N")
    halo = text.mark_text(align="left", baseline="middle", stroke=PAPER, strokeWidth=3, strokeJoin="round")
    label = text.mark_text(align="left", baseline="middle", color=INK)
    return alt.layer(shapes, halo, label, width=width - 10, height=height)


def _laid_out(rows: list[Record], width: float, height: float) -> list[Record]:
    """The topics with their places and sizes in pixels, the largest first, so that small ones lie on top."""
    most = rows[0]["people"]
    largest = 26 if width > NARROW else 17
    lows = {axis: min(row[axis] for row in rows) for axis in ("x", "y")}
    spans = {axis: max(row[axis] for row in rows) - lows[axis] or 1.0 for axis in ("x", "y")}
    circles: list[Record] = []
    for row in rows:
        radius = max(3.0, largest * (row["people"] / most) ** 0.5)
        x = largest + (row["x"] - lows["x"]) / spans["x"] * (width - 2 * largest)
        y = height - largest - (row["y"] - lows["y"]) / spans["y"] * (height - 2 * largest)
        circles.append({**row, "x": round(x, 1), "y": round(y, 1), "area": round(4 * radius**2, 1)})
    return circles


def _named(circles: list[Record], width: float, height: float, most: int) -> Iterator[Record]:
    """Names beside, above or below their circles, where they meet no other name."""
    taken: list[_Box] = []
    for circle in circles:
        if len(taken) == most:
            return
        radius = circle["area"] ** 0.5 / 2
        wide = _LETTER * len(circle["name"])
        for dx, dy in (
            (radius + 3, 0.0),
            (-radius - 3 - wide, 0.0),
            (-wide / 2, -radius - _ROW / 2),
            (-wide / 2, radius + _ROW / 2),
        ):
            left, middle = circle["x"] + dx, circle["y"] + dy
            box = _Box(left, middle - _ROW / 2, left + wide, middle + _ROW / 2)
            fits = box.left >= 0 and box.right <= width and box.top >= 0 and box.bottom <= height
            if fits and not any(box.meets(other) for other in taken):
                taken.append(box)
                yield {"name": circle["name"], "x": round(left, 1), "y": round(middle, 1)}
                break
