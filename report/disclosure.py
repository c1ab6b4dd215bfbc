"""Which figures must go so that no small group of people shows.

Statistical disclosure control for small tables, in three steps. Small counts are hidden. Then whatever would
give them back by subtraction is hidden with them (complementary suppression). At last an audit plays the
attacker: knowing every published figure and how the figures add up, and even which cells were hidden for
being small, can a hidden one be pinned to a single whole number? If so, the next smallest figure beside it
goes too, until the answer is no.

Method: Hundepool et al., *Statistical Disclosure Control* (Wiley 2012), ch. 4: linear sensitivity, secondary
suppression, and the attacker's feasibility interval, here solved in whole numbers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from .attacker import System

_Kind = Literal["small", "cover", "free"]
"""Hidden for being small (1 to k-1), as cover (never 0), or along with another (any value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that could be published."""

    value: int
    counts_people: bool = True
    rank: int = 0
    """Among figures that could cover another, those of lower rank are hidden first: totals stay longest."""
    shown: bool = True
    """False for what stands in no cell, but may follow from others' difference: if small, it must not."""
    fixed: bool = False
    """True for what was published before: it can't be hidden any more."""
    known: bool = False
    """True for what everybody sees without the report: it is not told, and covers nothing."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a reader knows of several figures: the sum of coefficient times figure is zero.

    Attributes:
        terms: (key of a figure, coefficient).
        exact: False where the sum is only known to be zero or more.
    """

    terms: tuple[tuple[str, int], ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of one step of a running total: the total after it, what came and what went."""

    total: str
    plus: str
    minus: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything a reader would see, and what he can reckon with.

    Attributes:
        figures: the numbers by key.
        relations: how they hang together.
        follows: a figure -> what must be hidden with it (shares, intervals; need not be figures).
        series: running totals, week by week in order.
        concealed: figures to hide whatever their size.
    """

    figures: Mapping[str, Figure]
    relations: Sequence[Relation] = ()
    follows: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    series: Sequence[Sequence[Week]] = ()
    concealed: frozenset[str] = frozenset()


def to_hide(problem: Problem, k: int, later: Problem | None = None) -> frozenset[str]:
    """Keys of all figures (and followers) that must not be published.

    Args:
        problem: figures and what is known of them.
        k: the least number of people a published count may stand for; 0 is always shown.
        later: the same and more: what is shown of the first stays, and further figures give way to it.
    """
    search = _Search(problem, k)
    search.run()
    if later is not None:
        before = set(search.given_up)
        search.go_on(later)
        has_past = any(figure.fixed for figure in later.figures.values())
        if has_past and not search.given_up <= before:
            # Nothing that gives way covers what a difference tells, so figures of the first must as well.
            whole = _Search(later, k)
            whole.run()
            return frozenset(search.hidden.keys() | whole.hidden.keys())
    return frozenset(search.hidden)


class _Search:
    """What is hidden so far, and the reasons to hide more."""

    def __init__(self, problem: Problem, k: int) -> None:
        self.k = k
        self.hidden: dict[str, _Kind] = {}
        self._settled: frozenset[str] = frozenset()
        self.given_up: set[str] = set()
        self._take(problem)

    def _take(self, problem: Problem) -> None:
        self.problem = problem
        self._safe = set(self.given_up)
        self._values = {key: figure.value for key, figure in problem.figures.items()}
        for key, figure in problem.figures.items():
            if not figure.shown:
                self.hidden.setdefault(key, "free")
                if not 0 < figure.value < self.k:
                    self._safe.add(key)
        known = problem.figures.keys()
        self._relations = [r for r in problem.relations if all(key in known for key, _ in r.terms)]

    def run(self) -> None:
        """Hide all that this problem asks for."""
        for key in sorted(self.problem.concealed):
            self._hide(key, "free")
        self.hide_small()
        self.thin_series()
        self.cover_remainders()
        while self.cover_pinned():
            self.cover_remainders()

    def go_on(self, problem: Problem) -> None:
        """Do the same for a larger problem, without hiding more of the former figures."""
        self._settled = frozenset(self.problem.figures)
        self._take(problem)
        for leader in [key for key in self.hidden if key in problem.follows]:
            for follower in problem.follows[leader]:
                self._hide(follower, "free")
        self.run()

    def _hide(self, key: str, kind: _Kind) -> None:
        figure = self.problem.figures.get(key)
        if key in self.hidden or (figure is not None and (figure.fixed or figure.known)):
            return
        small = figure is not None and figure.counts_people and 0 < figure.value < self.k
        self.hidden[key] = "small" if small else kind
        for follower in self.problem.follows.get(key, ()):
            self._hide(follower, "free")

    def hide_small(self) -> None:
        for key, figure in self.problem.figures.items():
            if figure.counts_people and 0 < figure.value < self.k:
                self._hide(key, "small")

    def thin_series(self) -> None:
        """Publish running totals only where no small group shows in the way from one published to the next.

        The walk goes forward from the 0 before all; the last total is the one everybody quotes, so where the
        way to it would tell too much, those before give way, and the walk goes back from it to meet them.
        """
        for weeks in self.problem.series:
            shown = [place for place, week in enumerate(weeks) if week.total not in self.hidden]
            kept: list[int] = []
            for place in shown:
                if self._may_step(weeks, kept[-1] if kept else -1, place):
                    kept.append(place)
            last = len(weeks) - 1
            if last in shown and last not in kept:
                # Totals of the first weeks, as long as all is published, can be had by adding up: they stay.
                while (
                    kept and self._hides(weeks[: kept[-1] + 1]) and not self._may_step(weeks, kept[-1], last)
                ):
                    kept.pop()
                before = kept[-1] if kept else -1
                kept.append(last)
                for place in reversed([place for place in shown if before < place < last]):
                    if self._may_step(weeks, before, place) and self._may_step(weeks, place, kept[-1]):
                        kept.append(place)
            for place in set(shown).difference(kept):
                self._hide(weeks[place].total, "free")

    def _may_step(self, weeks: Sequence[Week], before: int, after: int) -> bool:
        """Whether the totals of two weeks may both be known (`before` -1: the 0 at the start).

        With everything in between published they tell nothing new. Where only gains, or only losses, are
        hidden, the totals give their sum, so it must reach k. Where both are, no group's size follows; what
        a narrow case may still pin down is the audit's to find.
        """
        between = weeks[before + 1 : after + 1]
        gained = sum(self._values[week.plus] for week in between if week.plus in self.hidden)
        lost = sum(self._values[week.minus] for week in between if week.minus in self.hidden)
        return bool(gained) == bool(lost) or gained + lost >= self.k

    def _hides(self, weeks: Sequence[Week]) -> bool:
        return any(week.plus in self.hidden or week.minus in self.hidden for week in weeks)

    def cover_remainders(self) -> None:
        """Where what is published leaves one hidden figure, or 1 to k-1 for several, hide a further part."""
        changed = True
        while changed:
            changed = False
            for relation in self._relations:
                if self._leaves(relation):
                    changed = self._cover([relation]) or changed

    def _leaves(self, relation: Relation) -> bool:
        hidden = [(key, sign) for key, sign in relation.terms if key in self.hidden]
        if not relation.exact or len({sign for _, sign in hidden}) != 1:
            return False
        if len(hidden) == 1 and hidden[0][0] not in self._safe:
            return True
        return 0 < sum(self.problem.figures[key].value for key, _ in hidden) < self.k

    def _cover(self, relations: Iterable[Relation]) -> bool:
        """Hide the next smallest published figure of these relations; False where there is none."""
        figures = self.problem.figures
        candidates = {
            key
            for relation in relations
            for key, _ in relation.terms
            if key not in self.hidden
            and key not in self._settled
            and figures[key].value > 0
            and not (figures[key].fixed or figures[key].known)
        }
        if not candidates:
            return False
        self._hide(min(candidates, key=lambda key: (figures[key].rank, figures[key].value, key)), "cover")
        return True

    def cover_pinned(self) -> bool:
        """Audit: hide a neighbour of each figure the attacker could work out. False when there is none."""
        changed, before = False, set(self.hidden)
        for relations in self._components():
            if any(key in self.hidden and key not in before for r in relations for key, _ in r.terms):
                continue  # It has grown together with one before: the next round looks at both.
            if (pinned := self._pinned(relations)) is None:
                continue
            beside = [r for r in relations if any(key == pinned for key, _ in r.terms)]
            if not (self._cover(beside) or self._cover(relations)):
                # Every figure around it is hidden already, or 0: it is as free as it can be.
                self._safe.add(pinned)
                self.given_up.add(pinned)
            changed = True
        return changed

    def _components(self) -> list[list[Relation]]:
        """Relations with hidden figures, in groups that share some, without the groups known to be safe."""
        open_relations = [
            (relation, keys)
            for relation in self._relations
            if (keys := [key for key, _ in relation.terms if key in self.hidden])
        ]
        parent: dict[str, str] = {}

        def root(key: str) -> str:
            while (above := parent.setdefault(key, key)) != key:
                parent[key] = parent[above]
                key = above
            return key

        for _, keys in open_relations:
            for key in keys[1:]:
                parent[root(key)] = root(keys[0])
        groups: dict[str, list[Relation]] = {}
        unsafe = {root(key) for _, keys in open_relations for key in keys if key not in self._safe}
        for relation, keys in open_relations:
            if root(keys[0]) in unsafe:
                groups.setdefault(root(keys[0]), []).append(relation)
        return list(groups.values())

    def _pinned(self, relations: list[Relation]) -> str | None:
        """A hidden figure that has one possible value only, None where there is none.

        Each solution of the attacker's system that differs from the truth clears every figure it differs in,
        so few solutions are needed. Hiding more never pins what was free: cleared figures stay so.
        """
        system = System([(r.terms, r.exact) for r in relations], self._values, self._bounds())
        left = [key for key in system.keys if key not in self._safe]
        # All at once: that clears most.
        self._safe.update(system.different({key: (-1) ** n for n, key in enumerate(left)}))
        for key in left:
            if key in self._safe:
                continue
            for direction in (-1, 1):
                self._safe.update(system.different({key: direction}))
                if key in self._safe:
                    break
            else:
                return key
        return None

    def _bounds(self) -> dict[str, tuple[float, float]]:
        """What the attacker knows of the hidden figures at the start."""
        most = {"small": self.k - 1}
        return {key: (0 if kind == "free" else 1, most.get(kind, inf)) for key, kind in self.hidden.items()}
