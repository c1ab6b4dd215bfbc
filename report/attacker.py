"""What an attacker can work out: which values a hidden figure could have, given all that is published.

Feasibility intervals after Hundepool et al., *Statistical Disclosure Control* (Wiley 2012), ch. 4, here in
whole numbers.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

_MOST_NODES: Final = 10_000
"""A puzzle too hard for so many steps counts as solved by the attacker."""

_SOLVED: Final[dict[bytes, list[int]]] = {}
"""What each puzzle came to, by its hash: reports are held against earlier ones and alone, and much is asked
twice."""

Terms = tuple[tuple[str, int], ...]


class System:
    """The attacker's knowledge of some hidden figures as a whole-number programme.

    Args:
        relations: (terms, exact): sums of coefficient times figure that are zero, or at least zero.
        values: the true figures.
        bounds: the least and the most each hidden figure can be; the others are published.
    """

    def __init__(
        self,
        relations: Sequence[tuple[Terms, bool]],
        values: Mapping[str, int],
        bounds: Mapping[str, tuple[float, float]],
    ) -> None:
        self.keys = sorted({key for terms, _ in relations for key, _ in terms if key in bounds})
        place = {key: index for index, key in enumerate(self.keys)}
        self._matrix = np.zeros((len(relations), len(self.keys)))
        self._low = np.zeros(len(relations))
        self._high = np.zeros(len(relations))
        for row, (terms, exact) in enumerate(relations):
            for key, coefficient in terms:
                if key in place:
                    self._matrix[row, place[key]] += coefficient
                else:
                    self._low[row] -= coefficient * values[key]
            self._high[row] = self._low[row] if exact else np.inf
        self._bounds = np.array([bounds[key] for key in self.keys])
        self._truth: NDArray[np.int64] = np.array([values[key] for key in self.keys], dtype=np.int64)
        self._place = place

    def different(self, directions: Mapping[str, int]) -> list[str]:
        """Figures in which one solution differs from the truth.

        Args:
            directions: figures that the solution has as small (-1) or as great (1) as all of them together
                can be.
        """
        objective = np.zeros(len(self.keys))
        for key, direction in directions.items():
            objective[self._place[key]] = -direction
        puzzle = (self._matrix, self._low, self._high, self._bounds, self._truth, objective)
        said = [repr(self._matrix.shape).encode(), *(part.tobytes() for part in puzzle)]
        key = sha256(b"".join(said)).digest()
        if key not in _SOLVED:
            _SOLVED[key] = self._solve(objective)
        return [self.keys[place] for place in _SOLVED[key]]

    def _solve(self, objective: NDArray[np.float64]) -> list[int]:
        """Places of the figures in which the best solution differs from the truth."""
        # Heavy, and needed only where something is hidden.
        from scipy import optimize

        # Its stubs know these with single numbers only.
        bounds, constraint = cast("Any", optimize.Bounds), cast("Any", optimize.LinearConstraint)

        # A ceiling far above any figure keeps the programme bounded without telling anything.
        ceiling = float(10 * (self._truth.sum() + abs(self._low).sum() + 10))
        result = optimize.milp(
            objective,
            integrality=np.ones(len(self.keys)),
            bounds=bounds(self._bounds[:, 0], np.minimum(self._bounds[:, 1], ceiling)),
            constraints=constraint(self._matrix, self._low, self._high),
            options={"node_limit": _MOST_NODES},
        )
        if result.x is None:
            return []
        found = np.rint(result.x).astype(np.int64)
        return np.flatnonzero(found != self._truth).tolist()
