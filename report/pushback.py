"""Themes and topics seen through direction: who raises them, on which side, and what the other side answers.

People are counted, not posts: one loud critic is one. A person's side is that of the table `direction`: what
they did about the headline petition, else what the stance model read in their words. Where words are read of
people drawn by chance, sides and endorsers are of them, and nothing is said of answers: of few of them both
who wrote and who is answered are drawn.
"""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from ..corpus.store import Store
from .coverage import is_drawn
from .policy import Rest, TablePolicy
from .shares import with_interval

EXPECTED: Final = {
    "post_topic": "post_id:text topic_id:count",
    "topic": "topic_id:count name:text terms:text recurrence:text centre:vector",
    "post_theme": "post_id:text theme:text start:count end:count score:share",
    "theme_trend": "theme:text trend:text",
    "topic_trend": "topic_id:count trend:text",
    # Which side a person is on about the headline target: by their acts, else by their words.
    "direction": "person_id:text stance:text",
    "position": "petition:text person_id:text position:text",
}
"""What the other rooms leave in the store for these tables."""

SEEN: Final = ("posts_for", "posts_against", "endorsers", "top_author_share", "answered_by", "answer")
"""Columns that both tables have."""

# What defenders answer: the item that most people on the other side raise in replies.
_SEEN: Final = """
    raised AS (
        SELECT DISTINCT h.{item} AS item, r.post_id, r.parent_post_id, r.person_id, s.stance,
               s.person_id IN (SELECT person_id FROM position SEMI JOIN headline_target ON target = petition
                               WHERE position.position = 'supports') AS endorses
        FROM {table} h
        JOIN reading r USING (post_id)
        LEFT JOIN direction s ON s.person_id = r.person_id),
    sides AS (
        SELECT item, count(DISTINCT person_id) AS people, count(*) AS posts,
               count(DISTINCT person_id) FILTER (stance = 'favor') AS people_for,
               count(DISTINCT person_id) FILTER (stance = 'against') AS people_against,
               count(*) FILTER (stance = 'favor') AS posts_for,
               count(*) FILTER (stance = 'against') AS posts_against,
               count(DISTINCT person_id) FILTER (endorses) AS endorsers
        FROM raised GROUP BY item),
    loudest AS (
        SELECT item, max(posts) / sum(posts) AS top_author_share
        FROM (SELECT item, person_id, count(*) AS posts FROM raised GROUP BY ALL) GROUP BY item),
    answers AS (
        SELECT a.item, b.item AS answer, count(DISTINCT b.person_id) AS answered_by
        FROM raised a JOIN raised b ON b.parent_post_id = a.post_id AND b.person_id <> a.person_id
        WHERE a.stance = 'against' AND b.stance = 'favor' AND {answers}
        GROUP BY a.item, b.item
        QUALIFY row_number() OVER (
            PARTITION BY a.item ORDER BY count(DISTINCT b.person_id) DESC, b.item) = 1),
    seen AS (
        SELECT item, people, posts, top_author_share,
               CASE WHEN $target IS NOT NULL THEN people_for END AS people_for,
               CASE WHEN $target IS NOT NULL THEN people_against END AS people_against,
               CASE WHEN $target IS NOT NULL THEN posts_for END AS posts_for,
               CASE WHEN $target IS NOT NULL THEN posts_against END AS posts_against,
               CASE WHEN $target IS NOT NULL THEN endorsers END AS endorsers,
               CASE WHEN $target IS NOT NULL AND NOT $drawn THEN coalesce(answered_by, 0) END AS answered_by,
               CASE WHEN NOT $drawn THEN answer END AS answer
        FROM sides JOIN loudest USING (item) LEFT JOIN answers USING (item))"""

_THEMES: Final = f"""
    WITH {_SEEN.format(item="theme", table="post_theme", answers="true")}
    SELECT item AS theme, seen.* EXCLUDE (item), t.trend,
           (SELECT count(DISTINCT person_id) FROM reading) AS everybody
    FROM seen LEFT JOIN theme_trend t ON t.theme = item
    ORDER BY people_against DESC NULLS LAST, people DESC, item"""

_TOPICS: Final = f"""
    WITH {_SEEN.format(item="topic_id", table="post_topic", answers="b.item <> -1")}
    SELECT item AS topic, coalesce(t.name, 'unassigned') AS name,
           seen.* EXCLUDE (item, answer), a.name AS answer, CAST(t.terms AS VARCHAR) AS terms,
           t.recurrence, w.trend
    FROM seen
    LEFT JOIN topic t ON t.topic_id = item
    LEFT JOIN topic a ON a.topic_id = answer
    LEFT JOIN topic_trend w ON w.topic_id = item
    UNION ALL BY NAME
    SELECT -1 AS topic, 'unassigned' AS name, 0 AS people, 0 AS posts,
           CASE WHEN $target IS NOT NULL THEN 0 END AS people_for,
           CASE WHEN $target IS NOT NULL THEN 0 END AS people_against
    WHERE NOT EXISTS (SELECT 1 FROM post_topic p JOIN reading r USING (post_id) WHERE topic_id = -1)
    ORDER BY topic = -1, people DESC, topic"""


# What goes with a side that is hidden.
_SIDES: Mapping[str, tuple[str, ...]] = {
    "people_for": ("posts_for", "endorsers"),
    "people_against": ("posts_against", "answered_by", "answer"),
    "answered_by": ("answer",),
}

_THEMES_POLICY = TablePolicy(
    name="themes",
    columns=(
        "theme",
        "people",
        "posts",
        "people_for",
        "people_against",
        "share_low",
        "share_high",
        "trend",
        "share",
        *SEEN,
    ),
    keys=("theme",),
    persons=("people", "people_for", "people_against", "endorsers", "answered_by"),
    follows={
        "people": (
            "posts",
            "people_for",
            "people_against",
            "share",
            "share_low",
            "share_high",
            "trend",
            *SEEN,
        ),
        **_SIDES,
    },
    structures=(
        Rest("people", ("people_for", "people_against"), hides=("people_for", "people_against")),
        Rest("people", ("endorsers",), hides=("endorsers",)),
        Rest("people_for", ("endorsers",), hides=()),
    ),
    beside=("posts", "posts_for", "posts_against"),
    exact=("top_author_share",),
    share_of="people",
    ranks={"people": 1},
    ranked=("people_against", "people"),
)

_TOPICS_POLICY = TablePolicy(
    name="topics",
    columns=(
        "topic",
        "name",
        "people",
        "posts",
        "people_against",
        "terms",
        "recurrence",
        "people_for",
        "trend",
        *SEEN,
        "x",
        "y",
    ),
    keys=("topic",),
    persons=("people", "people_for", "people_against", "endorsers", "answered_by"),
    # A topic of few people is made of their words: its name and terms go with the count.
    follows={
        "people": (
            "posts",
            "people_for",
            "people_against",
            "name",
            "terms",
            "recurrence",
            "trend",
            *SEEN,
            "x",
            "y",
        ),
        **_SIDES,
    },
    # Numbers of topics are given anew by each run: only one of the same name is the same.
    figures={
        name: "topics/{topic} {name}/" + name
        for name in ("people", "posts", "people_for", "people_against", "endorsers", "answered_by")
    },
    structures=(
        Rest("people", ("people_for", "people_against"), hides=("people_for", "people_against")),
        Rest("people", ("endorsers",), hides=("endorsers",)),
        Rest("people_for", ("endorsers",), hides=()),
    ),
    beside=("posts", "posts_for", "posts_against"),
    exact=("top_author_share",),
    ranks={"people": 1},
    ranked=("people",),
    ends_with=("-1",),
)

POLICIES: Final = (_THEMES_POLICY, _TOPICS_POLICY)


def themes(store: Store, target: str | None) -> pa.Table:
    """The table themes, with true figures; sides are empty without a target."""
    return with_interval(
        store.sql(_THEMES, {"target": target, "drawn": is_drawn(store)}), "people", "everybody"
    )


def topics(store: Store, target: str | None) -> pa.Table:
    """The table topics, with true figures and the names as they were found."""
    return store.sql(_TOPICS, {"target": target, "drawn": is_drawn(store)})
