"""Coverage: what was read, what was not, and what was read without a result.

These rows stand in every report, so that nobody mistakes silence of a model for silence of the forum.
"""

from typing import Final

import pyarrow as pa

from ..corpus.store import Store

_READ: Final = "FROM reading"
_ALL: Final = "FROM post"
_FIGURES: Final = {_READ: "corpus/posts", _ALL: "coverage/posts"}
"""Names of counts that stand in many rows: where counts are changed, they are changed once."""

# Each post that is not read has one reason, the first that holds: so the rows add up to all posts.
_LEFT: Final = """FROM (
    SELECT CASE
        WHEN NOT may_read(p.is_private, p.subtype, 'visible', NULL) THEN 'private'
        WHEN NOT may_read(FALSE, p.subtype, p.state, p.vanished_by) THEN 'hidden'
        WHEN NOT may_look(p.created_at) THEN 'later'
        WHEN NOT is_written(p.kind) THEN 'notice'
        WHEN n.person_id IS NULL THEN 'nobody'
        WHEN n.is_bot THEN 'bot'
        WHEN coalesce(p.own_text, '') = '' THEN 'wordless'
        END AS why
    FROM post p
    LEFT JOIN person_account a ON a.account_id = p.author_account_id
    LEFT JOIN person n ON n.person_id = a.person_id)"""

# (what, which rows, out of which, note). Rows about posts share the figure of the posts that were read.
_POSTS: Final = (
    ("posts read", _READ, _ALL, "visible, public, by people, with own words"),
    (
        "private posts left out",
        f"{_LEFT} WHERE why = 'private'",
        _ALL,
        "direct messages, closed groups, notes among staff; read only with --include",
    ),
    (
        "hidden or deleted posts left out",
        f"{_LEFT} WHERE why = 'hidden'",
        _ALL,
        "also what a newer export lacks; read only with --include",
    ),
    (
        "later posts left out",
        f"{_LEFT} WHERE why = 'later'",
        _ALL,
        "after the day that was asked for",
    ),
    (
        "notices of the platform left out",
        f"{_LEFT} WHERE why = 'notice'",
        _ALL,
        "somebody joined, a topic was closed",
    ),
    (
        "posts by nobody known left out",
        f"{_LEFT} WHERE why = 'nobody'",
        _ALL,
        "the export names no author, or one without an account",
    ),
    (
        "posts by bots left out",
        f"{_LEFT} WHERE why = 'bot'",
        _ALL,
        "integrations, apps and listed bots",
    ),
    (
        "posts without own words",
        f"{_LEFT} WHERE why = 'wordless'",
        _ALL,
        "nothing but quotes, links, code or templates",
    ),
    (
        "posts without a date",
        "FROM reading WHERE created_at IS NULL",
        _READ,
        "counted, but not on the time line",
    ),
    (
        "posts without a topic",
        """FROM reading r WHERE NOT EXISTS
           (SELECT 1 FROM post_topic t WHERE t.post_id = r.post_id AND t.topic_id <> -1)""",
        _READ,
        "too short, or like nothing else",
    ),
    (
        "posts without a theme",
        "FROM reading r WHERE NOT EXISTS (SELECT 1 FROM post_theme t WHERE t.post_id = r.post_id)",
        _READ,
        "no concern of the codebook found",
    ),
    (
        "posts without a stance",
        """FROM reading r WHERE NOT EXISTS (SELECT 1 FROM post_stance s
           WHERE s.post_id = r.post_id AND s.stance <> 'none' AND NOT s.unclear)""",
        _READ,
        "about no target, taking no side, or unclear",
    ),
    (
        "posts with an unclear stance",
        """FROM reading r WHERE EXISTS
           (SELECT 1 FROM post_stance s WHERE s.post_id = r.post_id AND s.unclear)""",
        "FROM reading r WHERE EXISTS (SELECT 1 FROM post_stance s WHERE s.post_id = r.post_id)",
        "of those about a target: the model abstains",
    ),
    (
        "posts that claim a figure",
        "FROM reading r WHERE EXISTS (SELECT 1 FROM claim_post c WHERE c.post_id = r.post_id)",
        _READ,
        "of support or use; claims.csv lists those that enough people state",
    ),
)

# (what, which sum, out of which, note)
_SUMS: Final = (
    (
        "reactions without a name",
        "sum(n) FILTER (identity = 'count_only'), sum(n) FROM reaction",
        "the platform gives a number only; they widen the range",
    ),
    (
        "words quoted from others",
        """sum("end" - start) FILTER (kind IN ('quote', 'forward')), sum("end" - start) FROM span""",
        "in characters; not read as the author's own",
    ),
    (
        "petitions found without being named",
        "count(*) FILTER (origin = 'detected'), count(*) FROM petition",
        "the others are in the configuration",
    ),
)

_SUSPECTED: Final = (
    "persons who may be somebody else too",
    "(SELECT max(persons) FROM suspicion), count(*) FROM person WHERE NOT is_bot",
    "same display name, and a user name or address that is alike; never joined: see aliases.csv",
)

DRAWN: Final = "people whose stance was read"
"""The row that is there where not everybody's was."""
_DRAWN: Final = (
    DRAWN,
    """count(*) FILTER (person_id NOT IN (SELECT person_id FROM unread_person)), count(*)
       FROM (SELECT DISTINCT person_id FROM reading)""",
    "drawn by chance from who wrote; for and against, here and in themes and topics, are of them",
)

_ANOMALIES: Final = "SELECT code, count(*) AS found FROM anomaly GROUP BY code ORDER BY code"

_SCHEMA: Final = pa.schema(
    [("what", pa.string()), ("count", pa.int64()), ("of", pa.int64()), ("share", pa.float64()),
     ("note", pa.string()), ("figure", pa.string()), ("unit", pa.string()), ("people", pa.int64()),
     ("everybody", pa.int64()), ("part", pa.string()), ("whole", pa.string())]
)  # fmt: skip

_ANOMALY_NOTES: Final = {
    "truncated": "the export lacks posts its platform counts",
    "orphan": "answers to posts that are not in the export",
    "duplicate": "records that came twice; counted once",
    "bad_time": "times that can't be read",
    "unknown_user": "accounts the export does not describe",
    "unknown_place": "channels the export does not describe; taken for private",
    "count_mismatch": "the platform's totals and its lists disagree",
    "unparsed": "records that can't be read",
    "unread": "kinds of files that no reader knows",
    "clock": "times out of order",
    "metadata_only": "records without their text",
    "poll_without_results": "polls whose results are hidden",
    "unknown_column": "columns of a table we do not know",
    "unknown_alias": "lines of aliases.csv or bots.csv that fit nobody, and unknown states of signatures",
}


def table(store: Store) -> pa.Table:
    """The coverage table.

    Private columns name the figure a row depends on and those it shows, and repeat counts of persons.
    """
    rows = [_posts(store, *entry) for entry in _POSTS]
    rows += [_sum(store, *entry) for entry in _SUMS]
    drawn = (_DRAWN,) if is_drawn(store) else ()
    for found in (_sum(store, *entry) for entry in (_SUSPECTED, *drawn)):
        rows.append(found | {"people": found["count"], "everybody": found["of"]})
    rows += [
        _row(f"anomaly: {row['code']}", row["found"], None, _ANOMALY_NOTES.get(row["code"], ""))
        for row in store.sql(_ANOMALIES).to_pylist()
    ]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def is_drawn(store: Store) -> bool:
    """Whether stance was read of people drawn by chance, and not of everybody."""
    return bool(store.scalar("SELECT count(*) FROM unread_person"))


def _posts(store: Store, what: str, which: str, whole: str, note: str) -> dict[str, object]:
    count, total = (int(store.scalar(f"SELECT count(*) {rows}")) for rows in (which, whole))
    named = {"part": _FIGURES.get(which), "whole": _FIGURES.get(whole)}
    shared = {column: figure for column, figure in named.items() if figure}
    return _row(what, count, total, note) | {"figure": "corpus/posts", "unit": "posts"} | shared


def _sum(store: Store, what: str, query: str, note: str) -> dict[str, object]:
    part, whole = store.connection.execute(f"SELECT {query}").fetchall()[0]
    return _row(what, int(part or 0), int(whole or 0), note)


def _row(what: str, count: int, total: int | None, note: str) -> dict[str, object]:
    return {
        "what": what,
        "count": count,
        "of": total,
        "share": count / total if total else None,
        "note": note,
        "part": f"coverage/{what}/people",
        "whole": f"coverage/{what}/everybody",
    }
