"""The forum's own words: which names are everyday words here, and which capitalised words are things.

A colleague called Per, a bot called "service": taking such words out wherever they stand would leave holes
in every quote. The forum itself tells: a word that many people write in small letters, and hardly anybody
with a capital inside a sentence, is a word. And what ten people speak of (Java, Linux) is a thing, however a
language model reads it.
"""

from dataclasses import dataclass
from typing import Any, Final

from ..corpus.store import Store

_LEAST: Final = 5  # people who write a word small before it counts as a word
_RATIO: Final = 5  # and how many times as many as write it with a capital inside a sentence
_FAMILIAR: Final = 10
_POSTS: Final = 50_000  # posts that are looked at: words that matter show in them

_WORDS: Final = r"""
    WITH looked AS (SELECT person_id, own_text FROM reading ORDER BY md5(post_id) LIMIT $posts),
    used AS (
        SELECT DISTINCT person_id, 'small' AS how,
               unnest(regexp_extract_all(own_text, '(?:^|[\s("''])(\p{Ll}{2,})', 1)) AS word FROM looked
        UNION ALL
        SELECT DISTINCT person_id, 'capital',
               lower(unnest(regexp_extract_all(own_text, '[\p{Ll},;] (\p{Lu}[\p{L}+#]+)', 1))) FROM looked)
    SELECT word, count(DISTINCT person_id) FILTER (how = 'small') AS small,
           count(DISTINCT person_id) FILTER (how = 'capital') AS capital
    FROM used GROUP BY word HAVING count(DISTINCT person_id) >= $least ORDER BY word"""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a forum's use of words says about names. All in small letters."""

    everyday: frozenset[str] = frozenset()
    """Words: a name only with a capital inside a sentence."""
    familiar: frozenset[str] = frozenset()
    """Words of so many people that they name a thing, or somebody all know."""
    shared: frozenset[str] = frozenset()
    """Words of more than a few people: they lead to nobody."""


def vocabulary(store: Store) -> Vocabulary:
    """Read it from the posts."""
    found: list[dict[str, Any]] = store.sql(_WORDS, {"posts": _POSTS, "least": _LEAST}).to_pylist()
    return Vocabulary(
        everyday=frozenset(
            row["word"] for row in found if row["small"] >= max(_LEAST, _RATIO * row["capital"])
        ),
        shared=frozenset(row["word"] for row in found),
        familiar=frozenset(row["word"] for row in found if row["small"] + row["capital"] >= _FAMILIAR),
    )
