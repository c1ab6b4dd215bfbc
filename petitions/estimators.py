"""What a sample says of the whole: plain functions of counts, each with its source.

Three questions. How many of the people counted were counted rightly (`stratified_total`)? How many valid
signatures would a county in California project from this sample (`california`)? How many different people
stand behind the valid rows of a list (`distinct_signers`)?
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

_Z = 1.959963984540054
"""Of a 95% interval."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of people or rows, with its variance and its 95% interval."""

    value: float
    variance: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of what was sampled: how many there are, how many were judged, how many of those were right.

    Attributes:
        people: what it counts for, where that is not its size: rows of a list are drawn, people are counted.
    """

    size: int
    judged: int
    right: int
    people: int | None = None

    @property
    def weight(self) -> int:
        """How many people it counts for."""
        return self.size if self.people is None else self.people


def wilson(share: float, judged: float) -> tuple[float, float]:
    """Wilson's 95% interval for a share (E. B. Wilson, JASA 22:209, 1927).

    Args:
        share: from 0 to 1.
        judged: the size of the sample; after a design other than simple, its effective size.
    """
    if judged <= 0:
        return 0.0, 1.0
    if math.isinf(judged):
        return share, share
    square = _Z * _Z / judged
    centre = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / judged + square / judged / 4)
    # A share of 0 or 1 is an end of its own interval; floating point may miss it by a hair.
    return min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share)


def stratified_total(strata: Sequence[Stratum]) -> Estimate:
    """How many of all strata together are right.

    The separate ratio estimator: the sum over strata of size times right / judged, a ratio because who is
    left unjudged is not planned (W. G. Cochran, Sampling Techniques, 3rd ed. 1977, 5.2 and 6.10). Its
    variance has the finite population correction; within a stratum the share is taken with one right and one
    wrong added (Agresti and Caffo, The American Statistician 54:280, 2000), since a stratum judged right
    throughout is not known without error. The interval is Wilson's at the effective sample size (Korn and
    Graubard, Survey Methodology 24:193, 1998).

    Args:
        strata: each with at least one judged; judged is at most its size.
    """
    total = sum(stratum.weight for stratum in strata)
    if not total:
        return Estimate(0.0, 0.0, 0.0, 0.0)
    value = variance = smooth = 0.0
    seen = wrong = 0
    for stratum in strata:
        added = (stratum.right + 1) / (stratum.judged + 2)
        unseen = 1 - stratum.judged / stratum.size
        value += stratum.weight * stratum.right / stratum.judged
        smooth += stratum.weight * added
        variance += stratum.weight**2 * unseen * added * (1 - added) / stratum.judged
        if stratum.weight == stratum.size:
            seen += stratum.right
            wrong += stratum.judged - stratum.right
    smooth /= total
    effective = smooth * (1 - smooth) * total**2 / variance if variance else math.inf
    low, high = wilson(value / total, effective)
    return Estimate(value, variance, max(low * total, seen), min(high * total, total - wrong))


@dataclass(frozen=True, slots=True)
class California:
    """The steps of California's projection.

    Attributes:
        rate: valid signatures in the sample, as a share with four decimals.
        uncorrected: the raw count times the rate.
        duplicates: how many signatures of the whole petition repeat another.
        valid: what remains.
    """

    rate: float
    uncorrected: int
    duplicates: int
    valid: int


def california(raw_count: int, sample: int, valid: int, duplicates: int) -> California:
    """Project valid signatures from a random sample, as California's elections officials do.

    California Code of Regulations, title 2, sections 20530 (share of valid signatures, to two decimals of a
    percent, times the raw count, rounded up), 20531 (a duplicate in the sample stands for A(A-1) in the
    whole, A being raw count / sample to four decimals; rounded up) and 20532 (the difference); 20540 is the
    worked example. For statewide initiatives the sample is 500 signatures or 3%, whichever is more
    (Elections Code 9030).
    The square is there because two signatures of one person are both drawn with a chance of about 1/A
    squared; the 1 is taken off because the duplicate in the sample is already deemed not valid.

    Args:
        raw_count: all signatures handed in.
        sample: how many were drawn.
        valid: how many of those are valid; of signatures of one person, one at most.
        duplicates: how many signatures in the sample repeat another one in it.

    Raises:
        ValueError: the figures contradict each other.

    >>> california(24_034, 722, 516, 2)
    California(rate=0.7147, uncorrected=17178, duplicates=2150, valid=15028)
    """
    if not 0 < sample <= raw_count or not 0 <= valid + duplicates <= sample or min(valid, duplicates) < 0:
        raise ValueError(f"{valid} valid and {duplicates} duplicates can't be among {sample} of {raw_count}")
    rate = (Decimal(valid) / sample).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    uncorrected = int((raw_count * rate).to_integral_value(ROUND_CEILING))
    each = (Decimal(raw_count) / sample).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    repeated = int((duplicates * each * (each - 1)).to_integral_value(ROUND_CEILING))
    return California(float(rate), uncorrected, repeated, uncorrected - repeated)


def distinct_signers(raw_count: int, sample: int, rows: Iterable[int]) -> Estimate:
    """How many people stand behind the valid rows of a list, from a simple random sample of its rows.

    Goodman's estimator (L. A. Goodman, Annals of Mathematical Statistics 20:572, 1949), the only unbiased one
    as long as nobody has more valid rows than were drawn; with at most two rows of a person it is the rows
    scaled up, less the pairs scaled up. P. J. Haas and L. Stokes (JASA 93:1475, 1998) show how fast it grows
    unsteady where people sign many times over and the sample is small: the variance says so here. That
    variance is unbiased as well: the square of the estimate, less Goodman's weights applied to two signers
    at a time.
    The interval puts Wilson's for the valid rows and Garwood's for the pairs together (Zou and Donner,
    Statistics in Medicine 27:1693, 2008), as pairs are few and far from normal; its ends stay between the
    signers that were seen and the rows there are.

    Args:
        raw_count: rows of the list.
        sample: rows drawn.
        rows: how many valid rows in the sample each signer has, of those with any.

    Raises:
        ValueError: more rows were seen than drawn, or more drawn than there are.
    """
    sizes = Counter(rows)
    seen = sum(size * signers for size, signers in sizes.items())
    if not 0 < sample <= raw_count or seen > sample or min(sizes, default=1) < 1:
        raise ValueError(f"{seen} rows can't be seen in {sample} of {raw_count}")
    most = max(sizes, default=1)
    weights = [_weight(raw_count, sample, together) for together in range(2 * most + 1)]
    groups = [sum(signers * math.comb(size, j) for size, signers in sizes.items()) for j in range(most + 1)]
    value = sum((-1) ** (j + 1) * weights[j] * groups[j] for j in range(1, most + 1))
    apart = Fraction(0)
    for j in range(1, most + 1):
        for k in range(1, most + 1):
            same = sum(n * math.comb(size, j) * math.comb(size, k) for size, n in sizes.items())
            apart += (-1) ** (j + k) * weights[j + k] * (groups[j] * groups[k] - same)
    low, high = _of_rows_and_pairs(raw_count, sample, seen, groups[2] if most > 1 else 0, float(value))
    signers = sum(sizes.values())
    bounded = [min(max(end, float(signers)), float(raw_count)) for end in (low, high)]
    return Estimate(float(value), float(value * value - value - apart), *bounded)


def _weight(raw_count: int, sample: int, together: int) -> Fraction:
    """One over the chance that so many given rows are all drawn; 0 where they can't be."""
    if together > sample:
        return Fraction(0)
    return Fraction(math.perm(raw_count, together), math.perm(sample, together))


def _of_rows_and_pairs(
    raw_count: int, sample: int, seen: int, pairs: int, value: float
) -> tuple[float, float]:
    """The interval of scaled rows less scaled pairs, from the interval of each."""
    # Heavy: only when an audit is read.
    from scipy.stats import chi2

    unseen = 1 - sample / raw_count
    effective = sample / unseen if unseen else math.inf
    rows = raw_count * seen / sample
    rows_low, rows_high = (raw_count * end for end in wilson(seen / sample, effective))
    repeated = rows - value
    each = repeated / pairs if pairs else float(_weight(raw_count, sample, 2))
    # Pairs that could be drawn in one way only are known without error.
    loose = math.sqrt(1 - 1 / each) if each > 1 else 0.0
    fewest = float(chi2.ppf(0.025, 2 * pairs)) / 2 if pairs else 0.0
    below = each * (pairs - fewest) * loose
    above = each * (float(chi2.ppf(0.975, 2 * pairs + 2)) / 2 - pairs) * loose
    low = value - math.hypot(rows - rows_low, above)
    high = value + math.hypot(rows_high - rows, below)
    return low, high
