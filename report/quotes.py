"""Quotes: what people say for and against, in their own words and without their names.

Only where enough people say it (k_quotes), at most one quote of a person in a theme, whole sentences, no text
twice, and in an order that has nothing to do with who wrote when.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

import pyarrow as pa

from ..config import PrivacyConfig
from ..corpus.language import sentences
from ..corpus.store import Store
from .redaction import Redactor, placeholders

SHORTEST: Final = 40
_FULL: Final = 80  # shorter passages take a neighbouring sentence along
LONGEST: Final = 300
_MOST: Final = 500
# The sentence splitter may cut one in two, so the last colon may lack.
_EMOJI_CODE: Final = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*(?::|$)(?:skin-tone-\d:)?(?!\w)")
_ALIKE: Final = 90  # token set ratio above which two quotes say the same words

_SCHEMA: Final = pa.schema(
    [("theme", pa.string()), ("stance", pa.string()), ("quote", pa.string()), ("week", pa.date32()),
     ("people", pa.int64())]
)  # fmt: skip

# The clearest passages of each theme and side are enough to choose from, and keep a big forum out of memory.
_CANDIDATES: Final = """
    WITH passage AS (
        SELECT h.theme, s.stance, r.post_id, r.person_id, date_trunc('week', r.created_at)::DATE AS week,
               r.own_text AS text, h.start, h."end", h.score
        FROM post_theme h
        JOIN reading r USING (post_id)
        JOIN direction s ON s.person_id = r.person_id
        WHERE s.stance IN ('favor', 'against')),
    behind AS (SELECT theme, stance, count(DISTINCT person_id) AS people FROM passage GROUP BY theme, stance),
    busy AS (SELECT theme, stance, week FROM passage GROUP BY ALL HAVING count(DISTINCT person_id) >= $quotes)
    SELECT passage.* EXCLUDE (week), busy.week, people FROM passage JOIN behind USING (theme, stance)
    LEFT JOIN busy USING (theme, stance, week)
    QUALIFY row_number() OVER (
        PARTITION BY theme, stance
        ORDER BY length(text) < $shortest, score DESC, md5(text), post_id, start) <= $most
    ORDER BY theme, stance, post_id, start"""


def candidates(store: Store, privacy: PrivacyConfig) -> pa.Table:
    """Passages of posts that carry a theme and take a side on the target.

    Args:
        store: holds themes, and sides.
        privacy: how many people must have said so in a week for the week to be told.

    Returns:
        theme, stance, post_id, person_id, week, text (own words of the post), start and end (where the theme
        shows in the text), score (how clearly), people (behind the theme and side).
    """
    return store.sql(_CANDIDATES, {"shortest": SHORTEST, "most": _MOST, "quotes": privacy.quotes})


def pick_quotes(found: pa.Table, privacy: PrivacyConfig, redactor: Redactor, *, seed: int = 0) -> pa.Table:
    """Choose quotes.

    Args:
        found: as `candidates` gives it.
        privacy: how many people a theme and side need to be quoted, and how many quotes they get.
        redactor: takes names out.
        seed: of the order in which they stand.

    Returns:
        theme, stance, quote, week, and people (behind the theme and side): the gate reads it again.
    """
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in sorted(found.to_pylist(), key=lambda row: _preference(row, seed)):
        groups.setdefault((row["theme"], row["stance"]), []).append(row)
    chosen: list[dict[str, Any]] = []
    for _, rows in sorted(groups.items()):
        if rows[0]["people"] >= privacy.quotes:
            chosen.extend(_group(rows, chosen, redactor, privacy.quoted))
    chosen.sort(key=lambda row: (row["theme"], row["stance"], _shuffled(row["quote"], seed)))
    return pa.Table.from_pylist([{n: row[n] for n in _SCHEMA.names} for row in chosen], schema=_SCHEMA)


def _group(
    rows: list[dict[str, Any]], chosen: list[dict[str, Any]], redactor: Redactor, limit: int
) -> Iterator[dict[str, Any]]:
    """Quotes of one theme and side, the clearest first; `chosen` holds those of the groups before."""
    taken = {row["person_id"] for row in chosen if row["theme"] == rows[0]["theme"]}
    shown = {row["quote"] for row in chosen}
    told: list[str] = []
    left = limit
    for row in rows:
        if left == 0:
            return
        core, passage = ("", "") if row["person_id"] in taken else _passage(row)
        passage = redactor.without_names(passage)
        if not _is_fit(passage) or _is_among(core, told):
            continue
        # The language model reads only what is about to be shown.
        quote = redactor.quotable(passage)
        if not _is_fit(quote) or quote in shown:
            continue
        taken.add(row["person_id"])
        told.append(core)
        left -= 1
        yield {**row, "quote": quote}


def _is_fit(quote: str) -> bool:
    """Whether it is long and short enough, and says enough without what was taken out."""
    return SHORTEST <= len(quote) <= LONGEST and 4 * placeholders(quote) <= len(quote.split())


def _passage(row: dict[str, Any]) -> tuple[str, str]:
    """The whole sentences around a stretch of text, and the same with neighbours where they are short."""
    text, start, end = row["text"], row["start"], row["end"]
    found = sentences(text) or [(0, len(text))]
    first = max((i for i, (begin, _) in enumerate(found) if begin <= start), default=0)
    last = max((i for i, (begin, _) in enumerate(found) if begin < end), default=first)
    last = max(first, last)
    core = _tidy(text[found[first][0] : found[last][1]])
    while found[last][1] - found[first][0] < _FULL and last - first + 1 < len(found):
        first, last = (first, last + 1) if last + 1 < len(found) else (first - 1, last)
    return core, _tidy(text[found[first][0] : found[last][1]])


def _tidy(text: str) -> str:
    """One line, without emoji codes and what lists and cuts leave at the ends."""
    return " ".join(_EMOJI_CODE.sub(" ", text).split()).strip(" :;,-–*•>")


def _is_among(quote: str, texts: list[str]) -> bool:
    from rapidfuzz import fuzz

    return any(fuzz.token_set_ratio(quote, text) >= _ALIKE for text in texts)


def _preference(row: dict[str, Any], seed: int) -> tuple[float, str, str]:
    return (-float(row["score"]), _shuffled(row["text"], seed), row["post_id"])


def _shuffled(text: str, seed: int) -> str:
    """A place in an order that depends on the words only."""
    return sha256(f"{seed}:{text}".encode()).hexdigest()
