"""Shares of people with their intervals."""

import pyarrow as pa


def with_interval(table: pa.Table, part: str, whole: str) -> pa.Table:
    """Replace the column `whole` by share, share_low and share_high.

    The interval is Wilson's, 95% (E. B. Wilson, JASA 22:209, 1927): it stays within 0 and 1 and keeps its
    promise for small groups. A share of nothing is null.
    """
    counts: list[tuple[int, int]] = [(row[part], row[whole]) for row in table.to_pylist()]
    rows = [share_and_interval(count, total) if total else (None, None, None) for count, total in counts]
    table = table.drop_columns([whole])
    for place, name in enumerate(("share", "share_low", "share_high")):
        table = table.append_column(name, pa.array([row[place] for row in rows], pa.float64()))
    return table


def share_and_interval(part: int, whole: int) -> tuple[float, float, float]:
    """The share, and the ends of its interval."""
    # Heavy: only when a report is made.
    from scipy.stats import binomtest

    interval = binomtest(part, whole).proportion_ci(method="wilson")
    return part / whole, float(interval.low), float(interval.high)
