"""Whether more or fewer people raise something from week to week.

People are counted, not posts: one person who posts twelve times in a week is one. The test is Mann-Kendall's
(Mann, 1945; Kendall's tau of the counts against time), which asks only for an order, not for a straight line
or a normal distribution. It says that there is a trend, not why.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import pyarrow as pa

from ..corpus.store import Store
from .weeks import WEEK, monday, whole_weeks

Trend = Literal["rising", "falling", "steady", "insufficient"]

FEWEST_WEEKS = 6
"""With fewer, even the strictest order of counts proves little."""
SIGNIFICANCE = 0.05

_WEEKS = """
    SELECT item, list(week ORDER BY week) AS weeks, list(people ORDER BY week) AS people FROM (
        SELECT {item} AS item, CAST(date_trunc('week', created_at) AS DATE) AS week,
               count(DISTINCT person_id) AS people
        FROM {table} JOIN reading USING (post_id) WHERE created_at IS NOT NULL GROUP BY ALL)
    GROUP BY item ORDER BY item"""


def trend(
    weeks: Sequence[date],
    people: Sequence[int],
    *,
    first: date | None = None,
    last: date | None = None,
) -> Trend:
    """Say whether the number of people a week rises or falls.

    Args:
        weeks: a day of each week that has a count, in any order, each week once.
        people: distinct people in that week. A week that is not named has nobody.
        first: a day of the first week looked at; None stands for the first that has a count.
        last: a day of the last week looked at; None stands for the last that has a count. Counts of weeks
            outside are passed over.

    Returns:
        "rising" or "falling" where Kendall's tau differs from 0 (two-sided p < 0.05), else "steady";
        "insufficient" below six weeks.

    Raises:
        ValueError: a week is named twice, or the two sequences differ in length.
    """
    counts = {monday(week): count for week, count in zip(weeks, people, strict=True)}
    if len(counts) < len(weeks):
        raise ValueError("a week is named twice")
    if not counts:
        return "insufficient"
    start = monday(first or min(counts))
    length = (monday(last or max(counts)) - start) // WEEK + 1
    if length < FEWEST_WEEKS:
        return "insufficient"
    return _mann_kendall([counts.get(start + number * WEEK, 0) for number in range(length)])


def _mann_kendall(series: Sequence[int]) -> Trend:
    from scipy.stats import kendalltau

    result: Any = kendalltau(range(len(series)), series)
    # A constant series has no tau: nan, which is below nothing.
    if not result.pvalue < SIGNIFICANCE:
        return "steady"
    return "rising" if result.statistic > 0 else "falling"


def read_trends(store: Store) -> None:
    """Write the tables `theme_trend` and `topic_trend`, from what posts of whole weeks were labelled with."""
    window = span._asdict() if (span := whole_weeks(store)) else {}
    for name, item, kind in (("theme", "theme", pa.string()), ("topic", "topic_id", pa.int64())):
        weeks = store.sql(_WEEKS.format(item=item, table=f"post_{name}")).to_pylist()
        rows = [{item: row["item"], "trend": trend(row["weeks"], row["people"], **window)} for row in weeks]
        schema = pa.schema([(item, kind), ("trend", pa.string())])
        store.put(f"{name}_trend", pa.Table.from_pylist(rows, schema=schema))
