"""Small forums drawn by chance, as the tables a report makes of them; and an attacker who reads all of it.

The attacker's sums are written down here a second time, not taken from the gate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import numpy as np
import pyarrow as pa
from scipy.optimize import Bounds, LinearConstraint, milp

from forum_pulse.report import POLICIES, SUPPRESSED, Published
from forum_pulse.report.people import slices_table
from forum_pulse.report.shares import with_interval

K = 5
MONDAY = date(2031, 1, 6)
POSITIONS = ("supports", "withdrew", "opposes", "conditional", "conflicted", "none")
TIERS = ("signed", "said", "reacted")
EVENT = 4
"""The week of an event: as many before it as from it on."""
SPAN = 2 * EVENT
AUTHORS = 0.3
"""So many authors of petitions have an act of their own."""
NO_PEOPLE = ("acts", "posts", "slack")
"""Parts of names of figures that are no groups of people."""
Row = dict[str, object]
Terms = tuple[tuple[str, float], ...]


@dataclass
class Somebody:
    """One person of a forum and what they hold."""

    role: str
    site: str
    tenure: str
    position: str
    tier: str
    week: int
    left_in: int
    acts: int
    themes: tuple[str, ...]
    listed: bool
    wrote: frozenset[int] = frozenset()
    """Weeks of the time line in which they wrote something."""


@dataclass
class SmallForum:
    """A petition and those who took part in it, drawn by chance.

    Args:
        chance: where the draws come from.
    """

    chance: Random
    people: list[Somebody] = field(default_factory=list)
    weeks: int = 3

    def __post_init__(self) -> None:
        self.roster = self.chance.random() < 0.4
        self.lean = [self.chance.random() ** 2 for _ in POSITIONS]
        self.shape = [self.chance.randint(1, 4) for _ in range(3)]
        # Of draws of its own: how often people write is another matter than what they hold.
        self.diary = Random(str(self.lean))
        self.habit = [self.diary.random() ** 2 for _ in range(SPAN)]
        self.author_acts = Random(f"author {self.lean}").random() < AUTHORS
        """Whether one of the people is who opened the petition."""
        past = Random(f"past {self.lean}")
        self.moved = {step: past.choice((0, 0, 1, 6)) for step in ("opposition", "conditions")}
        """How many held something before that is not their position now."""
        self.join(self.chance.randint(6, 60), last=self.weeks)

    def join(self, n: int, *, first: int = 0, last: int) -> None:
        """So many people act from one week to another."""
        draw = self.chance
        for _ in range(n):
            position = draw.choices(POSITIONS, self.lean)[0]
            week = draw.randint(first, last - 1)
            self.people.append(
                Somebody(
                    role=f"r{draw.randrange(self.shape[0])}", site=f"s{draw.randrange(self.shape[1])}",
                    tenure=f"t{draw.randrange(self.shape[2])}", position=position,
                    tier=draw.choices(TIERS, (4, 2, 1))[0], week=week, left_in=draw.randint(week, last - 1),
                    acts=draw.choice((1, 1, 1, 2, 3)),
                    themes=tuple(t for t in ("cost", "speed") if draw.random() < 0.4),
                    listed=draw.random() < 0.95,
                    wrote=self._wrote(SPAN - 1 if first else 0),
                )
            )  # fmt: skip

    def _wrote(self, first: int) -> frozenset[int]:
        """Weeks in which somebody writes who is there from one of them on."""
        return frozenset(w for w in range(first, SPAN) if self.diary.random() < self.habit[w])

    def grow(self) -> None:
        """Time passes: a few more act, some take back what they gave."""
        self.weeks += 1
        self.join(self.chance.randint(0, 9), first=self.weeks - 1, last=self.weeks)
        for person in self.people:
            if person.position == "supports" and self.chance.random() < 0.04:
                person.position, person.left_in = "withdrew", self.weeks - 1

    def tables(self) -> dict[str, pa.Table]:
        """The true tables."""
        made = {
            "petitions": [self._petition()],
            "waterfall": self._waterfall(),
            "endorsements_over_time": self._weeks(),
            "specification": self._specification(),
            "timeline": self._timeline(),
            "shifts": self._shifts(),
        }
        tables = {name: _table(name, rows) for name, rows in made.items()}
        tables["themes"] = _shares("themes", self._themes())
        tables["stance"] = _shares("stance", self._stance())
        if self.roster:
            tables |= self._supporters()
        return tables

    def _n(self, position: str, people: Iterable[Somebody] | None = None) -> int:
        return sum(person.position == position for person in people or self.people)

    def _parts(self) -> dict[str, int]:
        return {tier: sum(p.position == "supports" and p.tier == tier for p in self.people) for tier in TIERS}

    def _petition(self) -> Row:
        parts, counted = self._parts(), self._n("supports")
        listed = [person for person in self.people if person.listed]
        fall = self._waterfall()[0]
        base = len(listed) if self.roster else len(self.people) + self._apart()
        inside = self._n("supports", listed) if self.roster and listed else counted
        backing = min(counted, base) if 0 < counted - inside < K else inside
        row = {
            "petition": "p", "counted": counted, "low": counted, "high": counted, **parts,
            "withdrew": self._n("withdrew"), "opposed": self._n("opposes"),
            "conditional": self._n("conditional"), "conflicted": self._n("conflicted"),
            "acts": fall["acts"], "denominator": base, "authors": fall["authors"],
            "denominator_kind": "roster" if self.roster else "participants", "first_week": MONDAY,
            "last_week": MONDAY, "backing": backing, "origin": "config", "statement": "We ask.",
            "audited": None, "audited_low": None, "audited_high": None, "audit": None, "base": base,
            "holds": None,
        }  # fmt: skip
        shares = with_interval(pa.Table.from_pylist([row]), "backing", "base")
        return shares.to_pylist()[0]

    def _apart(self) -> int:
        """How many opened the petition and did nothing else."""
        return 0 if self.author_acts and any(person.position != "none" for person in self.people) else 1

    def _waterfall(self) -> list[Row]:
        acting = [person for person in self.people if person.position != "none"]
        supporting = [p for p in acting if p.position in ("supports", "withdrew", "conflicted")]
        again = [person for person in supporting if person.acts > 1]
        steps = [("author of the petition", 1, 1)]
        for position, step in (("opposes", "opposition"), ("conditional", "conditions")):
            some = [person for person in acting if person.position == position]
            # Those who thought better of it did so once.
            more = self._n("conflicted") * (position == "opposes") + min(self.moved[step], len(supporting))
            steps.append((step, sum(person.acts for person in some) + more, len(some) + more))
        steps.append(("same person again", sum(person.acts - 1 for person in again), len(again)))
        steps += [(name, self._n(name), self._n(name)) for name in ("withdrew", "conflicted")]
        steps = [step for step in steps if step[1]] + [("counted", self._n("supports"), self._n("supports"))]
        apart = self._apart()
        steps = [("all acts", sum(acts for _, acts, _ in steps), len(acting) + apart), *steps]
        rows: list[Row] = [
            {**dict.fromkeys(POLICIES["waterfall"].private), "petition": "p", "ordinal": place, "step": name,
             "acts": acts, "people": people, "note": ""}
            for place, (name, acts, people) in enumerate(steps)
        ]  # fmt: skip
        held = {
            "counted": "supports",
            "withdrew": "withdrew",
            "opposed": "opposes",
            "conditional": "conditional",
            "conflicted": "conflicted",
        }
        rows[0] |= {"acted": rows[0]["people"], "authors": apart}
        for row in rows:
            concerns = {"opposition": ("opposed", "conflicted"), "conditions": ("conditional",)}
            row["ever"] = row["people"] if row["step"] in concerns else None
            for column in concerns.get(str(row["step"]), held if row["step"] == "all acts" else ()):
                row[column] = self._n(held[column])
        return rows

    def _weeks(self) -> list[Row]:
        rows: list[Row] = []
        net = 0
        held = [p for p in self.people if p.position in ("supports", "withdrew")]
        for week in range(self.weeks):
            gross = sum(person.week == week for person in held)
            gone = sum(p.position == "withdrew" and p.left_in == week for p in held)
            net += gross - gone
            if gross or gone:
                day = MONDAY + timedelta(weeks=week)
                rows.append(
                    {"petition": "p", "week": day, "gross": gross, "withdrawn": gone, "net": net}
                )  # fmt: skip
        return rows

    def _specification(self) -> list[Row]:
        counted, parts = self._n("supports"), self._parts()
        moves = {
            "the headline": (0, 0),
            "signed only": (0, counted - parts["signed"]),
            "signed or said": (0, parts["reacted"]),
            "conflicted counted": (self._n("conflicted"), 0),
            "conditional counted": (self._n("conditional"), 0),
            "authors counted": (1, 0),
        }
        fixed = dict.fromkeys(POLICIES["specification"].columns, "") | dict.fromkeys(("within", "part_of"))
        return [
            {**fixed, "petition": "p", "definition": name, "counted": counted + more - fewer, "more": more,
             "fewer": fewer, "is_headline": name == "the headline", "headline": counted}
            for name, (more, fewer) in moves.items()
        ]  # fmt: skip

    def _timeline(self) -> list[Row]:
        people = [sum(week in person.wrote for person in self.people) for week in range(SPAN)]
        return [
            {"week": MONDAY + timedelta(weeks=week), "posts": 2 * n, "people": n, "event": None, "note": None}
            for week, n in enumerate(people)
        ]

    def _shifts(self) -> list[Row]:
        rows: list[Row] = []
        for theme in ("all posts", "cost", "speed"):
            some = [p.wrote for p in self.people if theme == "all posts" or theme in p.themes]
            before = [sum(week < EVENT for week in wrote) for wrote in some]
            after = [sum(week >= EVENT for week in wrote) for wrote in some]
            rows.append(
                {"event": "memo", "week": MONDAY + timedelta(weeks=EVENT), "theme": theme,
                 "before": sum(map(bool, before)), "after": sum(map(bool, after)),
                 "change": (sum(after) - sum(before)) / EVENT, "low": -1.0, "high": 1.0}
            )  # fmt: skip
        return rows

    def _themes(self) -> list[Row]:
        rows: list[Row] = []
        for theme in ("cost", "speed"):
            some = [person for person in self.people if theme in person.themes]
            if some:
                backing, against = self._n("supports", some), self._n("opposes", some)
                rows.append(
                    {"theme": theme, "people": len(some), "posts": 2 * len(some), "trend": "steady",
                     "people_for": backing, "people_against": against, "posts_for": 2 * backing,
                     "posts_against": 2 * against, "endorsers": backing, "answered_by": backing // 2,
                     "answer": "speed" if theme == "cost" else "cost", "top_author_share": 1 / len(some),
                     "everybody": len(self.people)}
                )  # fmt: skip
        return rows

    def _stance(self) -> list[Row]:
        sides = {
            "supports": "favor", "opposes": "against", "conflicted": "mixed", "conditional": "unclear",
            "withdrew": "none", "none": "none",
        }  # fmt: skip
        found = [sides[person.position] for person in self.people]
        return [
            {"target": "p", "stance": side, "people": found.count(side), "posts": 2 * found.count(side),
             "everybody": len(found)}
            for side in ("favor", "against", "none", "mixed", "unclear")
        ]  # fmt: skip

    def corners(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """(role, site, tenure) -> how many are eligible, how many of them support."""
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for p in self.people:
            if p.listed:
                n, some = found.get((p.role, p.site, p.tenure), (0, 0))
                found[p.role, p.site, p.tenure] = (n + 1, some + (p.position == "supports"))
        return dict(sorted(found.items()))

    def _supporters(self) -> dict[str, pa.Table]:
        corners = self.corners()
        cells = [
            {"role": r, "organisation": "unknown", "site": s, "tenure": t, "eligible": n, "people": some}
            for (r, s, t), (n, some) in corners.items()
        ]
        outside = sum(p.position == "supports" and not p.listed for p in self.people)
        slices: dict[str, list[Row]] = {}
        for name in ("role", "site", "tenure"):
            values = sorted({str(cell[name]) for cell in cells})
            sums = {
                column: {v: sum(int(str(c[column])) for c in cells if c[name] == v) for v in values}
                for column in ("eligible", "people")
            }
            slices[name] = [
                {"petition": "p", "slice": name, "value": value, "eligible": sums["eligible"][value],
                 "people": sums["people"][value]}
                for value in values
            ]  # fmt: skip
            if outside:
                slices[name].append(
                    {"petition": "p", "slice": name, "value": "not on the roster", "eligible": None,
                     "people": outside}
                )  # fmt: skip
        return slices_table([(slices, cells)], K)


def _table(name: str, rows: list[Row]) -> pa.Table:
    policy = POLICIES[name]
    columns = [*policy.columns, *policy.private]
    if not rows:
        return pa.table({column: pa.nulls(0) for column in columns})
    return pa.Table.from_pylist([{column: row[column] for column in columns} for row in rows])


def _shares(name: str, rows: list[Row]) -> pa.Table:
    if not rows:
        return _table(name, rows)
    return _table(name, with_interval(pa.Table.from_pylist(rows), "people", "everybody").to_pylist())


class Attacker:
    """Knows all published cells of one or several reports, and how they hang together."""

    def __init__(self) -> None:
        self.truth: dict[str, float] = {}
        self.shown: dict[str, float] = {}
        self.somebody: set[str] = set()
        """Hidden cells that say by that that they are not 0."""
        self.sums: list[Terms] = []

    def reads(self, run: int, true: Mapping[str, pa.Table], shown: Mapping[str, Published]) -> None:
        """Take in all cells of a report."""
        for name, table in true.items():
            keys = POLICIES[name].keys
            records = {tuple(record[key] for key in keys): record for record in shown[name].records()}
            hidden_names = [key for key in records if SUPPRESSED in key]
            assert not hidden_names, "a row's key is hidden"
            for row in table.to_pylist():
                record = records[tuple(_text(row[key]) for key in keys)]
                for column in (*POLICIES[name].persons, *POLICIES[name].additive):
                    if row[column] is not None and column in record:
                        key = f"{run}/{name}/" + "/".join([*(_text(row[k]) for k in keys), column])
                        self.truth[key] = row[column]
                        if record[column] != SUPPRESSED:
                            self.shown[key] = float(record[column])
                        elif name in ("petitions", "waterfall") and column in POLICIES[name].persons:
                            self.somebody.add(key)
        self._petition(run, true)
        self._time(run, true, shown)

    def _add(self, *terms: tuple[str, float]) -> None:
        """A sum that is zero."""
        if any(key not in self.truth for key, _ in terms):
            return
        self.sums.append(terms)
        assert sum(sign * self.truth[key] for key, sign in terms) == 0, terms

    def _group(self, name: str, value: float) -> str:
        """A group that stands in no cell."""
        self.truth[name] = value
        return name

    def _time(self, run: int, true: Mapping[str, pa.Table], shown: Mapping[str, Published]) -> None:
        """A window is its weeks: their people together are no fewer than its own, and make the change."""
        everything, told = true["shifts"].to_pylist()[0], shown["shifts"].records()[0]
        weeks = [f"{run}/timeline/{row['week']}/people" for row in true["timeline"].to_pylist()]
        sides = {"before": weeks[:EVENT], "after": weeks[EVENT:]}
        moved = round(everything["change"] * EVENT)
        change = self._group(f"{run}/slack change", abs(moved))
        if told["change"] != SUPPRESSED:
            self.shown[change] = abs(moved)
        sign = 1 if moved < 0 else -1
        self._add((change, sign), *((w, 1) for w in sides["after"]), *((w, -1) for w in sides["before"]))
        for side, some in sides.items():
            window = f"{run}/shifts/memo/{everything['week']}/all posts/{side}"
            again = self._group(f"{run}/slack {side}", sum(self.truth[w] for w in some) - self.truth[window])
            self._add(*((week, 1) for week in some), (window, -1), (again, -1))
            for week in some:
                rest = self._group(f"{run}/slack {side} {week}", self.truth[window] - self.truth[week])
                self._add((window, 1), (week, -1), (rest, -1))

    def _petition(self, run: int, true: Mapping[str, pa.Table]) -> None:
        p = f"{run}/petitions/p/"
        self._add((p + "counted", 1), *((p + tier, -1) for tier in TIERS))
        self._words(run, true)
        (row,) = true["petitions"].to_pylist()
        others = self._group(f"{run}/others", row["denominator"] - row["backing"])
        backing = self._group(f"{run}/backing", row["backing"])
        self._add((p + "denominator", 1), (backing, -1), (others, -1))
        if row["share"] is not None and row["backing"] == row["counted"]:
            self._add((backing, 1), (p + "counted", -1))
        fall = {record["step"]: record for record in true["waterfall"].to_pylist()}
        w = {step: f"{run}/waterfall/p/{step}/" for step in fall}
        self._add((w["all acts"] + "acts", 1), *((w[s] + "acts", -1) for s in w if s != "all acts"))
        self._add((w["all acts"] + "acts", 1), (p + "acts", -1))
        for step in w.values():
            again = self._group(
                f"{run}/slack {step}", self.truth[step + "acts"] - self.truth[step + "people"]
            )
            self._add((step + "acts", 1), (step + "people", -1), (again, -1))
        self._positions(run, true, w)
        for step in ("counted", "withdrew", "conflicted"):
            if step in w:
                self._add((w[step] + "people", 1), (p + step, -1))
                self._add((w[step] + "acts", 1), (w[step] + "people", -1))
        before = ""
        weeks = true["endorsements_over_time"].to_pylist()
        for record in weeks:
            at = f"{run}/endorsements_over_time/p/{record['week']}/"
            start = [(before + "net", -1)] if before else []
            self._add((at + "net", 1), (at + "gross", -1), (at + "withdrawn", 1), *start)
            before = at
        if before:
            self._add((before + "net", 1), (p + "counted", -1))
            gone = [(f"{run}/endorsements_over_time/p/{r['week']}/withdrawn", -1.0) for r in weeks]
            self._add((p + "withdrew", 1), *gone)
        cuts: dict[str, list[str]] = {}
        for record in true.get("supporters", pa.table({})).to_pylist():
            c = f"{run}/supporters/p/{record['slice']}/{record['value']}/"
            cuts.setdefault(record["slice"], []).append(c)
            self._add((c + "eligible", 1), (c + "people", -1), (c + "others", -1))
        for some in cuts.values():
            self._add((p + "counted", 1), *((c + "people", -1) for c in some))
            eligible = [(c + "eligible", -1.0) for c in some if c + "eligible" in self.truth]
            self._add((p + "denominator", 1), *eligible)

    def _positions(self, run: int, true: Mapping[str, pa.Table], w: Mapping[str, str]) -> None:
        """Who acted and holds none, and who thought better of what they said."""
        p = f"{run}/petitions/p/"
        (row,) = true["petitions"].to_pylist()
        fall = {record["step"]: record for record in true["waterfall"].to_pylist()}
        for step, positions in (("opposition", ("opposed", "conflicted")), ("conditions", ("conditional",))):
            if step in w:
                moved = fall[step]["people"] - sum(row[name] for name in positions)
                group = [(self._group(f"{run}/moved {step}", moved), -1.0)] if moved else []
                self._add((w[step] + "people", 1), *group, *((p + name, -1) for name in positions))
        # Who opened the petition everybody knows, and whether they did anything else.
        author = self._group(f"{run}/slack author", true["waterfall"].to_pylist()[0]["authors"])
        self.shown[author] = self.truth[author]
        held = ("counted", "withdrew", "opposed", "conditional", "conflicted")
        wholes = [w["all acts"] + "people"]
        wholes += [p + "denominator"] if row["denominator_kind"] == "participants" else []
        for whole in wholes:
            rest = self.truth[whole] - self.truth[author] - sum(row[name] for name in held)
            left_over = self._group(f"{run}/no position {whole}", rest)
            self._add((whole, 1), (author, -1), (left_over, -1), *((p + name, -1) for name in held))

    def _words(self, run: int, true: Mapping[str, pa.Table]) -> None:
        p = f"{run}/petitions/p/"
        for record in true["themes"].to_pylist():
            t = f"{run}/themes/{record['theme']}/"
            rest = record["people"] - record["people_for"] - record["people_against"]
            self._add((t + "people", 1), (t + "people_for", -1), (t + "people_against", -1),
                      (self._group(t + "rest", rest), -1))  # fmt: skip
            self._add((t + "people_for", 1), (t + "endorsers", -1))
        sides = [f"{run}/stance/p/{record['stance']}/people" for record in true["stance"].to_pylist()]
        everybody = self._group(f"{run}/stance/everybody", sum(self.truth[side] for side in sides))
        self._add((everybody, 1), *((side, -1) for side in sides))
        for record in true["specification"].to_pylist():
            s = f"{run}/specification/p/{record['definition']}/"
            self._add((s + "counted", 1), (p + "counted", -1), (s + "more", -1), (s + "fewer", 1))
        s = f"{run}/specification/p/"
        self._add((s + "signed only/counted", 1), (p + "signed", -1))
        self._add((s + "signed or said/fewer", 1), (p + "reacted", -1))
        for name in ("conflicted", "conditional"):
            self._add((s + f"{name} counted/more", 1), (p + name, -1))

    def subtracts(self, earlier: int, later: int) -> None:
        """Compare two reports: what happened between them, and that past weeks do not change."""
        for key, value in list(self.truth.items()):
            run, _, name = key.partition("/")
            then = f"{earlier}/{name}"
            if run != str(later) or then not in self.truth or name.count("/") == 0:
                continue
            if "/gross" in name or (value == self.truth[then] and "rest" not in name):
                # Nothing happened there; the attacker may well suppose so.
                self._add((key, 1), (then, -1))
            elif _is_people(name):
                moved = value - self.truth[then]
                sign = 1 if moved > 0 else -1
                difference = self._group(f"{name} from {earlier} to {later}", abs(moved))
                self._add((key, sign), (then, -sign), (difference, -1))

    def knows(self) -> list[str]:
        """Small groups, hidden or without a cell, whose size has one possible value only."""
        wanted = {
            key
            for key, value in self.truth.items()
            if 0 < value < K and key not in self.shown and _is_people(key)
        }
        wrong = [key for key, value in self.shown.items() if 0 < value < K and _is_people(key)]
        return wrong + self._pinned(wanted)

    def _pinned(self, wanted: set[str]) -> list[str]:
        keys = sorted(self.truth)
        place = {key: index for index, key in enumerate(keys)}
        matrix = np.zeros((len(self.sums), len(keys)))
        for row, terms in enumerate(self.sums):
            for key, sign in terms:
                matrix[row, place[key]] += sign
        truth = np.array([self.truth[key] for key in keys])
        known = np.array([key in self.shown for key in keys])
        low = np.where(known, truth, np.array([key in self.somebody for key in keys]))
        high = np.where(known, truth, truth.sum() + 100)
        left = set(wanted)
        chance = np.random.default_rng(0)
        rules = LinearConstraint(matrix, 0, 0)

        def other(goal: np.ndarray) -> set[str]:
            found = milp(goal, integrality=np.ones(len(keys)), bounds=Bounds(low, high), constraints=rules)
            return {k for k in left if found.x is not None and round(found.x[place[k]]) != self.truth[k]}

        for _ in range(3):
            goal = np.zeros(len(keys))
            for key in left:
                goal[place[key]] = -chance.uniform(0.5, 1.5) * chance.choice((1, 1, -1))
            if left:
                left -= other(goal)
        for key in sorted(left):
            for direction in (1, -1):
                if key in left:
                    goal = np.zeros(len(keys))
                    goal[place[key]] = direction
                    left -= other(goal)
        return sorted(left)


def _is_people(key: str) -> bool:
    return not any(part in key for part in NO_PEOPLE)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def settled_corners(
    corners: Mapping[tuple[str, str, str], tuple[int, int]], records: Sequence[Mapping[str, str]]
) -> list[tuple[str, str, str]]:
    """Corners of the roster of which the published slices tell what everybody in them holds."""
    keys = list(corners)
    shown = {(record["slice"], record["value"]) for record in records}
    rows, sums = [], []
    for record in records:
        if SUPPRESSED in (record["people"], record["eligible"]) or not record["eligible"]:
            continue
        place = ("role", "site", "tenure").index(record["slice"])
        rows.append([
            (key[place] if (record["slice"], key[place]) in shown else "smaller groups") == record["value"]
            for key in keys
        ])  # fmt: skip
        sums.append(int(record["people"]))
    if not rows:
        return []
    most = np.array([corners[key][0] for key in keys])
    matrix = np.array(rows, dtype=float)
    found = []
    for index, key in enumerate(keys):
        ends = []
        for direction in (1, -1):
            goal = np.zeros(len(keys))
            goal[index] = direction
            answer = milp(
                goal, integrality=np.ones(len(keys)), bounds=Bounds(0, most),
                constraints=LinearConstraint(matrix, sums, sums),
            )  # fmt: skip
            ends.append(round(answer.x[index]))
        if ends[0] == ends[1] and ends[0] in (0, most[index]):
            found.append(key)
    return found
