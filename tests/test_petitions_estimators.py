"""Estimators against simulations whose truth is known: unbiased, and intervals that keep their promise."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum_pulse.petitions.estimators import (
    Stratum,
    california,
    distinct_signers,
    stratified_total,
    wilson,
)

ROUNDS = 1_000


def test_the_regulations_own_example_comes_out() -> None:
    """2 CCR 20540: 24,034 signatures, 722 drawn, 516 valid, 2 duplicates."""
    found = california(24_034, 722, 516, 2)
    assert (found.rate, found.uncorrected, found.duplicates, found.valid) == (0.7147, 17_178, 2_150, 15_028)


def test_california_rounds_against_the_petition_where_it_must_and_up_where_it_says() -> None:
    """Both products are rounded up, so duplicates take at least one whole signature."""
    assert california(100, 100, 100, 0).valid == 100
    assert california(101, 100, 99, 1).duplicates == 1


@pytest.mark.parametrize("figures", [(10, 11, 1, 0), (10, 0, 0, 0), (10, 5, 5, 1), (10, 5, -1, 1)])
def test_figures_that_contradict_each_other_are_refused(figures: tuple[int, int, int, int]) -> None:
    """More drawn than there are, more valid than drawn."""
    with pytest.raises(ValueError, match="can't be among"):
        california(*figures)


def signed(rng: np.random.Generator, rows: list[int], sample: int, valid: set[int]) -> list[int]:
    """Valid rows of each signer in one simple random sample."""
    drawn = rng.choice(len(rows), sample, replace=False)
    found: dict[int, int] = {}
    for place in drawn.tolist():
        if place in valid:
            found[rows[place]] = found.get(rows[place], 0) + 1
    return list(found.values())


@pytest.mark.parametrize(("most", "pairs", "triples"), [(2, 90, 0), (3, 60, 25)])
def test_distinct_signers_are_unbiased_and_their_interval_holds(most: int, pairs: int, triples: int) -> None:
    """800 rows, some people two or three times, a tenth invalid; 240 drawn, again and again."""
    rng = np.random.default_rng(5 + most)
    once = 800 - 2 * pairs - 3 * triples
    rows = [*range(once)]
    rows += [once + i for i in range(pairs) for _ in range(2)]
    rows += [once + pairs + i for i in range(triples) for _ in range(3)]
    valid = {place for place in range(800) if place % 10}
    truth = len({rows[place] for place in valid})
    found = [distinct_signers(800, 240, signed(rng, rows, 240, valid)) for _ in range(ROUNDS)]
    values = np.array([estimate.value for estimate in found])
    error = values.std() / math.sqrt(ROUNDS)
    assert abs(values.mean() - truth) < 4 * error
    assert np.mean([estimate.variance for estimate in found]) == pytest.approx(values.var(), rel=0.15)
    covered = np.mean([estimate.low <= truth <= estimate.high for estimate in found])
    assert covered >= 0.93


def test_california_agrees_with_goodman_where_people_sign_at_most_twice() -> None:
    """The regulation's weight is Goodman's with N/n squared in place of N(N-1)/n(n-1)."""
    sizes = [1] * 480 + [2] * 6
    projected = california(10_000, 600, 486, 6)
    assert distinct_signers(10_000, 600, sizes).value == pytest.approx(projected.valid, rel=0.01)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=40))
def test_a_list_read_whole_leaves_nothing_to_estimate(sizes: list[int]) -> None:
    """With every row drawn the estimate is the truth, without variance and with an interval of no width."""
    found = distinct_signers(sum(sizes), sum(sizes), sizes)
    assert found.value == len(sizes)
    assert found.variance == pytest.approx(0)
    assert (found.low, found.high) == (pytest.approx(len(sizes)), pytest.approx(len(sizes)))


@given(st.integers(1, 400), st.data())
def test_ends_of_the_signers_interval_are_possible_numbers(rows: int, data: st.DataObject) -> None:
    """At least those that were seen, at most the rows there are."""
    sample = data.draw(st.integers(1, rows))
    sizes = data.draw(st.lists(st.integers(1, 3), max_size=20).filter(lambda s: sum(s) <= sample))
    found = distinct_signers(rows, sample, sizes)
    assert len(sizes) <= found.low <= found.high <= rows


def test_more_rows_than_were_drawn_are_refused() -> None:
    """Nobody can have three valid rows in a sample of two."""
    with pytest.raises(ValueError, match="can't be seen"):
        distinct_signers(10, 2, [3])


@pytest.mark.parametrize(
    "shares", [(0.98, 0.9, 0.7), (0.99, 0.97, 0.95), (0.5, 0.3, 0.85)], ids=["mixed", "high", "low"]
)
def test_a_stratified_total_is_unbiased_and_its_interval_holds(shares: tuple[float, ...]) -> None:
    """Three strata of very unlike size, a sample with a floor a stratum, truth known."""
    rng = np.random.default_rng(11)
    sizes, drawn = (900, 250, 40), (120, 40, 10)
    right = [round(size * share) for size, share in zip(sizes, shares, strict=True)]
    found = [
        stratified_total(
            [
                Stratum(size, n, int(rng.hypergeometric(k, size - k, n)))
                for size, n, k in zip(sizes, drawn, right, strict=True)
            ]
        )
        for _ in range(ROUNDS)
    ]
    values = np.array([estimate.value for estimate in found])
    assert abs(values.mean() - sum(right)) < 4 * values.std() / math.sqrt(ROUNDS)
    covered = np.mean([estimate.low <= sum(right) <= estimate.high for estimate in found])
    assert 0.93 <= covered <= 0.99


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500), st.integers(0, 500)), min_size=1))
def test_ends_of_the_total_are_possible_numbers(strata: list[tuple[int, int, int]]) -> None:
    """What was judged right is in, what was judged wrong is out, and the value lies between the ends."""
    made = [Stratum(size, min(judged, size), min(right, judged, size)) for size, judged, right in strata]
    found = stratified_total(made)
    seen = sum(stratum.right for stratum in made)
    wrong = sum(stratum.judged - stratum.right for stratum in made)
    total = sum(stratum.size for stratum in made)
    assert seen <= found.low <= found.value + 1e-6
    assert found.value - 1e-6 <= found.high <= total - wrong


def test_everybody_judged_leaves_nothing_to_estimate() -> None:
    """A census has an interval of no width."""
    found = stratified_total([Stratum(40, 40, 30), Stratum(10, 10, 10)])
    assert (found.value, found.variance, found.low, found.high) == (40, 0, 40, 40)


def test_no_strata_are_nobody() -> None:
    """Nothing to sample from is 0 people, for sure."""
    assert stratified_total([]).high == 0


def test_wilson_narrows_with_the_sample_and_stays_within_0_and_1() -> None:
    """More judged, less doubt; none judged, all is possible."""
    widths = [high - low for low, high in (wilson(0.97, n) for n in (0, 10, 100, 1_000))]
    assert all(narrow < wide for wide, narrow in pairwise(widths))
    assert wilson(1.0, 5)[1] == 1
    assert wilson(0.3, math.inf) == (0.3, 0.3)
