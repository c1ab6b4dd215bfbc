"""What an attacker can work out of a few figures, and that no puzzle is solved twice."""

import pytest
from scipy import optimize

from forum_pulse.report.attacker import System, Terms

TOTAL: tuple[Terms, bool] = ((("all", 1), ("yes", -1), ("no", -1)), True)


def of_ten(yes: int) -> System:
    """Ten people of whom so many said yes; both sides are hidden, and neither is 0."""
    values = {"all": 10, "yes": yes, "no": 10 - yes}
    return System([TOTAL], values, {"yes": (1.0, 9.0), "no": (1.0, 9.0)})


def test_a_figure_that_could_be_otherwise_differs() -> None:
    """Three of ten said yes: it could be fewer, and then more said no; one at the least can't be fewer."""
    assert sorted(of_ten(3).different({"yes": -1})) == ["no", "yes"]
    assert of_ten(1).different({"yes": -1}) == []


def test_a_puzzle_is_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again it is known; another truth, direction or name of a figure gets its own answer."""
    solved: list[object] = []
    solve = optimize.milp

    def counted(*given: object, **named: object) -> object:
        solved.append(given)
        return solve(*given, **named)

    monkeypatch.setattr("forum_pulse.report.attacker._SOLVED", {})
    monkeypatch.setattr(optimize, "milp", counted)
    assert of_ten(3).different({"yes": -1}) == of_ten(3).different({"yes": -1})
    assert len(solved) == 1
    assert of_ten(1).different({"yes": -1}) == []
    assert of_ten(1).different({"yes": 1}) == ["no", "yes"]
    assert len(solved) == 3
    renamed = System([((("x", 1), ("y", 1)), True)], {"x": 1, "y": 9}, {"x": (1.0, 9.0), "y": (1.0, 9.0)})
    assert renamed.different({"x": -1}) == []
