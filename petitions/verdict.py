"""What the ledger says to a figure somebody states."""

from .figures import Qualifier

UNKNOWN = "the ledger can't speak to it"
IN_LINE = "in line with the ledger"
FEWER = "the ledger shows fewer"
MORE = "the ledger shows more"

ABOUT = 0.05
"""How far "about" reaches to either side."""


def verdict(low: float, high: float, how: Qualifier, shown_low: int, shown_high: int) -> str:
    """Compare a claim with the range of the ledger: in line where both can be true.

    Args:
        low: the figure, or the lower end of what it lies between.
        high: the upper end.
        how: how exactly it is meant.
        shown_low: the lower end of the ledger's range.
        shown_high: the upper end.

    >>> verdict(1500, 1500, "more than", 1490, 1512)
    'in line with the ledger'
    >>> verdict(1500, 1500, "", 1612, 1650)
    'the ledger shows more'
    """
    least, most = low, high
    if how == "about":
        least, most = low * (1 - ABOUT), high * (1 + ABOUT)
    elif how in ("at least", "more than"):
        least, most = low + (how == "more than"), float("inf")
    elif how in ("at most", "less than"):
        least, most = 0.0, high - (how == "less than")
    if shown_high < least:
        return FEWER
    return MORE if shown_low > most else IN_LINE
