"""What changed, and when: days on which the number of people jumped, and how much differs before and after.

People are drawn, not posts: a difference counts as one only if it would also be there among other people of
the same kind, as many or as few as chance brings (bootstrap over people; Efron, 1979). Jumps are found by
PELT (Killick et al., 2012; `ruptures`) in the people a week. Nothing here says why.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..corpus.language import stop_words

FEWEST_WEEKS = 12
"""With fewer, no jump is looked for."""
_LEAST_STRETCH = 3
"""Weeks between two jumps at least."""
_PENALTY = 4.0
"""Of one more jump, in variances and times the logarithm of the weeks: BIC would be 2 in normal noise."""
DRAWS = 2000
PRIOR = 500.0
"""People's worth of the whole forum's vocabulary that a term is held against."""
SURE = 1.96
_WORD = re.compile(r"[^\W\d_][^\W_]{2,}(?:['’-][^\W\d_]+)*")
_JOINT = re.compile(r"['’-]")


@dataclass(frozen=True, slots=True)
class Difference:
    """How many more people a week there are after than before, with a 95% interval."""

    change: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Riser:
    """A term that more people use after than before."""

    term: str
    before: int
    after: int
    score: float
    """z-score of the log-odds ratio."""


def jumps(people: Sequence[int]) -> list[int]:
    """Weeks in which the number of people jumps to another level.

    Args:
        people: distinct people in each week, weeks without anybody included.

    Returns:
        The places of the first weeks of a new level, in order; none in fewer than twelve weeks.
    """
    if len(people) < FEWEST_WEEKS:
        return []
    import ruptures  # pulls in scipy

    # Counts vary with their size: their square roots vary alike (Anscombe, 1948).
    level = np.sqrt(np.asarray(people, dtype=np.float64))
    noise = float(np.median(np.abs(np.diff(level)))) / (0.6745 * np.sqrt(2))
    penalty = _PENALTY * max(noise, 0.5) ** 2 * np.log(len(level))
    found: list[int] = ruptures.Pelt(model="l2", min_size=_LEAST_STRETCH, jump=1).fit(level).predict(penalty)
    return [int(place) for place in found[:-1]]


def difference(weeks: NDArray[np.int64], before: int, after: int, seed: int) -> Difference:
    """Compare the people a week before and after.

    Each person is drawn as often as a Poisson number of mean one says (Hanley and MacGibbon, 2006): how many
    people take part is chance as well. Were their number held, a theme that nobody raised before would have
    an interval of no width.

    Args:
        weeks: for each person the weeks before and the weeks after in which they took part, (people, 2).
        before: how many weeks lie before.
        after: how many weeks lie after.
        seed: of the draws.
    """
    each = weeks[:, 1] / after - weeks[:, 0] / before
    if not len(each):
        return Difference(0.0, 0.0, 0.0)
    values, counts = np.unique(each, return_counts=True)
    drawn = np.random.default_rng(seed).poisson(counts, size=(DRAWS, len(counts))) @ values
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Difference(float(each.sum()), float(low), float(high))


def risers(before: Counter[str], after: Counter[str], everywhere: Mapping[str, int]) -> list[Riser]:
    """Terms that rose: log-odds ratio with an informative Dirichlet prior (Monroe et al., 2008).

    Args:
        before: people who used each term before.
        after: the same after.
        everywhere: the same in the whole forum: what is common anywhere must rise more to be told.

    Returns:
        Terms that more people use after than before and whose z-score is at least 1.96, the surest first.
    """
    terms = sorted(after)
    if not terms or len(everywhere) < 2:  # noqa: PLR2004 - a single term rises above nothing
        return []
    total = sum(everywhere.values())
    prior = np.array([everywhere[term] for term in terms]) * (PRIOR / total)
    then, now = (np.array([counts[term] for term in terms], dtype=np.float64) for counts in (before, after))
    score = _log_odds(now, prior, sum(after.values())) - _log_odds(then, prior, sum(before.values()))
    score /= np.sqrt(1 / (now + prior) + 1 / (then + prior))
    # Where fewer people write afterwards, a word can gain in share that fewer people use than before.
    rose = np.flatnonzero((score >= SURE) & (now > then)).tolist()
    order = sorted(rose, key=lambda row: (-score[row], terms[row]))
    return [Riser(terms[row], int(then[row]), int(now[row]), float(score[row])) for row in order]


def _log_odds(people: Any, prior: Any, total: int) -> Any:
    return np.log((people + prior) / (total + PRIOR - people - prior))


def terms_of(text: str, hidden: Collection[str] = ()) -> set[str]:
    """The distinct words of a text that could be terms: three letters or more, no stop words.

    Args:
        text: any.
        hidden: words that no term may be or hold: "ada" hides "ada's" and "ada-like", too.
    """
    words = {word.casefold() for word in _WORD.findall(text)} - stop_words()
    return {word for word in words if not any(part in hidden for part in (word, *_JOINT.split(word)))}
