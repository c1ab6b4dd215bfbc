"""What several exports of one forum tell together: what came, what changed, what vanished, and when.

Every export leaves a sighting of each post and reaction it holds. What changed is asked of the sightings, in
the order of the exports' own clocks, so the order in which they were ingested makes no difference.

That a post is missing says something only where the export would have held it: `Source.covers` tells whether
it gives threads or whole containers, and nothing is claimed of times before an export's first post. A
reaction counts as taken back only where the newer export names those who react and leaves nobody unnamed; so
does a like that only its user's own export showed before.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from . import schema
from .model import Reaction

_AT_ONCE = 200_000
"""Posts whose reactions are put in together: those of a million can't be put in order in little memory."""


def ddl() -> Iterator[str]:
    """CREATE statements of the sightings and of the views on them."""
    yield """CREATE TABLE IF NOT EXISTS sighting (
        source_id VARCHAR, post_id VARCHAR, thread_id VARCHAR, body_hash UBIGINT)"""
    yield "CREATE TABLE IF NOT EXISTS wording (post_id VARCHAR, body_hash UBIGINT, body VARCHAR)"
    yield f"CREATE TABLE IF NOT EXISTS reaction_sighting ({', '.join(_reaction_columns())})"
    yield from (_CLOCK, _POST_HISTORY, _REACTION_HISTORY, _CHANGE, _EDIT)


def _reaction_columns() -> Iterator[str]:
    for entry in schema.arrow_schema(Reaction):
        yield f"{entry.name} {schema.sql_type(entry.type)}"
    yield from (f"{name} {schema.sql_type(kind)}" for name, kind in schema.DERIVED["reaction"].items())


# Exports by their own clock, oldest first; what has no clock of its own is as old as its latest post.
_CLOCK = """CREATE OR REPLACE VIEW clock AS
    SELECT source_id, instance, format, covers, has_reaction_actors, complete, window_from,
           coalesce(exported_at, window_to) AS moment,
           row_number() OVER (
               ORDER BY coalesce(exported_at, window_to) NULLS FIRST, sha256, source_id) AS place
    FROM source"""

# One row for each post and each export that holds it or would hold it if it were there.
_POST_HISTORY = """CREATE OR REPLACE VIEW post_history AS
    -- A thread that goes on in another lies where it lay before: the other may be of another container.
    WITH place AS (
        SELECT thread_id, container_id FROM thread
        UNION ALL
        SELECT thread_id, container_id FROM continuation),
    located AS (
        SELECT post_id, 'thread' AS covers, thread_id AS unit FROM sighting
        UNION
        SELECT s.post_id, 'container', t.container_id FROM sighting s JOIN place t USING (thread_id)),
    covered AS (
        SELECT s.source_id, c.covers, max(p.created_at) AS latest,
               CASE c.covers WHEN 'thread' THEN s.thread_id ELSE t.container_id END AS unit
        FROM sighting s JOIN clock c USING (source_id) JOIN post p USING (post_id)
        LEFT JOIN place t ON t.thread_id = s.thread_id
        WHERE c.covers <> 'nothing' GROUP BY ALL),
    -- Joined by keys before times are compared: by times alone each post goes with each thread.
    held AS MATERIALIZED (
        SELECT post_id, source_id, latest FROM located JOIN covered USING (covers, unit)),
    expected AS (
        SELECT h.post_id, h.source_id, FALSE AS is_seen, NULL::UBIGINT AS body_hash
        FROM held h JOIN post p USING (post_id) JOIN clock c ON c.source_id = h.source_id
        WHERE p.created_at >= c.window_from AND (c.complete <> 'no' OR p.created_at <= h.latest)
          AND NOT EXISTS (SELECT 1 FROM sighting s WHERE s.post_id = h.post_id AND s.source_id = h.source_id)
        UNION ALL
        SELECT post_id, source_id, TRUE, body_hash FROM sighting)
    SELECT e.post_id, e.is_seen, e.body_hash, c.moment, c.place,
           lag(e.is_seen) OVER same AS was_seen, lag(e.body_hash) OVER same AS former_hash,
           lag(c.moment) OVER same AS former_moment
    FROM expected e JOIN clock c USING (source_id)
    WINDOW same AS (PARTITION BY e.post_id ORDER BY c.place)"""

# One row for each named reaction and each export of its post that shows it, or that names all who react.
# What one user's own export shows is seen in it; what it lacks says nothing. A whole export may tell such a
# like as another reaction by the same person, which is then no sign that it is gone.
_REACTION_HISTORY = """CREATE OR REPLACE VIEW reaction_history AS
    WITH told AS (
        SELECT r.*, c.moment, c.place,
               c.has_reaction_actors = 'own' OR NOT EXISTS (
                   SELECT 1 FROM sighting s WHERE s.post_id = r.post_id AND s.source_id = r.source_id)
               AS is_loose
        FROM reaction_sighting r JOIN clock c USING (source_id)
        WHERE r.identity = 'identified' AND r.account_id IS NOT NULL),
    named AS (
        SELECT post_id, account_id, name_norm, mechanism, bool_and(is_loose) AS is_loose
        FROM told GROUP BY ALL),
    telling AS (
        SELECT s.post_id, s.source_id, n.account_id, n.name_norm, n.mechanism, c.moment, c.place,
               NOT EXISTS (
                   SELECT 1 FROM reaction_sighting u
                   WHERE u.source_id = s.source_id AND u.post_id = s.post_id
                     AND (u.identity <> 'identified' OR (n.is_loose AND u.account_id = n.account_id)))
               AS names_all
        FROM named n JOIN sighting s USING (post_id) JOIN clock c USING (source_id)
        WHERE c.has_reaction_actors IN ('yes', 'partial')
        UNION ALL
        SELECT DISTINCT post_id, source_id, account_id, name_norm, mechanism, moment, place, FALSE
        FROM told WHERE is_loose),
    history AS (
        SELECT t.*, EXISTS (
            SELECT 1 FROM reaction_sighting r
            WHERE r.source_id = t.source_id AND r.post_id = t.post_id AND r.account_id = t.account_id
              AND r.name_norm = t.name_norm AND r.mechanism = t.mechanism AND r.removed_at IS NULL) AS is_seen
        FROM telling t)
    SELECT *, lag(is_seen) OVER same AS was_seen, lag(moment) OVER same AS former_moment
    FROM history WHERE is_seen OR names_all
    WINDOW same AS (PARTITION BY post_id, account_id, name_norm, mechanism ORDER BY place)"""

_CHANGE = """CREATE OR REPLACE VIEW change AS
    SELECT 'post' AS what, post_id, NULL AS account_id, NULL AS name,
           CASE WHEN NOT is_seen THEN 'vanished' WHEN NOT was_seen THEN 'new' ELSE 'changed' END AS change,
           former_moment AS not_before, moment AS not_after
    FROM post_history
    WHERE was_seen IS NOT NULL AND (is_seen <> was_seen OR (is_seen AND body_hash <> former_hash))
    UNION ALL
    SELECT 'reaction', post_id, account_id, name_norm, CASE WHEN is_seen THEN 'new' ELSE 'vanished' END,
           former_moment, moment
    FROM reaction_history WHERE is_seen <> was_seen"""

_EDIT = """CREATE OR REPLACE VIEW edit AS
    -- Two exports that both keep the platform's history tell one edit twice.
    SELECT DISTINCT post_id, field, before, after, created_at AS not_before, created_at AS not_after
    FROM revision
    UNION ALL
    SELECT h.post_id, 'body', b.body, a.body, h.former_moment, h.moment
    FROM post_history h
    JOIN wording b ON b.post_id = h.post_id AND b.body_hash = h.former_hash
    JOIN wording a ON a.post_id = h.post_id AND a.body_hash = h.body_hash
    WHERE h.body_hash <> h.former_hash"""


def record(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep what the staged export shows: posts, reactions, and wordings that differ from the store's."""
    connection.execute(
        """INSERT INTO sighting
           SELECT source_id, post_id, thread_id, md5_number_lower(body) FROM stage_post"""
    )
    connection.execute(
        """INSERT INTO wording
           SELECT DISTINCT post_id, md5_number_lower(body), body FROM (
               SELECT s.post_id, unnest([s.body, p.body]) AS body
               FROM stage_post s JOIN post p USING (post_id) WHERE s.body <> p.body)
           WHERE (post_id, md5_number_lower(body)) NOT IN (SELECT (post_id, body_hash) FROM wording)"""
    )
    connection.execute(
        "INSERT INTO reaction_sighting BY NAME SELECT * EXCLUDE (position) FROM stage_reaction"
    )


def settle(connection: duckdb.DuckDBPyConnection, instance: str) -> None:
    """Give the staged posts the reactions of their newest export, and mark what vanished since.

    A reaction that a newer export lacks stays, with the moment by which it was gone; so does a post. What an
    export says of posts it does not hold (one user's own likes) is added, and taken off the unnamed rest.
    """
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE touched AS
            SELECT post_id, row_number() OVER (ORDER BY post_id) // {_AT_ONCE} AS part
            FROM (SELECT post_id FROM stage_post UNION SELECT post_id FROM stage_reaction)"""
    )
    connection.execute("DELETE FROM reaction WHERE post_id IN (SELECT post_id FROM touched)")
    for part in range(connection.execute("SELECT max(part) + 1 FROM touched").fetchall()[0][0]):
        connection.execute(
            """INSERT INTO reaction
               SELECT r.* REPLACE (coalesce(r.account_id = p.author_account_id, FALSE) AS is_self)
               FROM reaction_sighting r JOIN (SELECT post_id FROM touched WHERE part = ?) USING (post_id)
               JOIN post p USING (post_id, source_id)
               ORDER BY r.post_id, r.rowid""",
            [part],
        )
    alone = "SELECT count(*) = 1 FROM source WHERE instance = ?"
    if not connection.execute(alone, [instance]).fetchall()[0][0]:
        for statement in (_SEEN, _LOOSE, _REMAINDER, "DELETE FROM reaction WHERE n = 0", _GONE, _VANISHED):
            connection.execute(statement)
    connection.execute(
        """UPDATE reaction SET is_self = coalesce(reaction.account_id = p.author_account_id, FALSE)
           FROM post p WHERE p.post_id = reaction.post_id AND reaction.is_self IS NULL"""
    )


_UNKNOWN = """NOT EXISTS (
    SELECT 1 FROM reaction n
    WHERE n.post_id = r.post_id AND n.account_id = r.account_id AND n.name_norm = r.name_norm
      AND n.mechanism = r.mechanism)"""
_ONCE = """PARTITION BY r.post_id, r.account_id, r.name_norm, r.mechanism
           ORDER BY c.place DESC, r.created_at, r.rowid"""

_SEEN = """
    CREATE OR REPLACE TEMP TABLE seen AS
    SELECT h.* FROM reaction_history h JOIN touched USING (post_id)"""

# A like that a newer export takes back is left to `_GONE`, unless its own export says when that was.
_LOOSE = f"""
    INSERT INTO reaction
    WITH loose AS (
        SELECT r.*, r.rowid AS position, c.place
        FROM reaction_sighting r JOIN touched USING (post_id) JOIN clock c USING (source_id)
        WHERE r.account_id IS NOT NULL AND {_UNKNOWN}
          AND (c.has_reaction_actors = 'own' OR NOT EXISTS (
              SELECT 1 FROM sighting s WHERE s.post_id = r.post_id AND s.source_id = r.source_id))
        QUALIFY row_number() OVER ({_ONCE}) = 1)
    SELECT l.* EXCLUDE (position, place) FROM loose l
    WHERE l.removed_at IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM seen h
        WHERE h.post_id = l.post_id AND h.account_id = l.account_id AND h.name_norm = l.name_norm
          AND h.mechanism = l.mechanism AND h.place > l.place AND NOT h.is_seen)
    ORDER BY l.post_id, l.name_norm, l.position"""

_REMAINDER = """
    UPDATE reaction SET n = greatest(0, t.total - named.n)
    FROM (SELECT post_id, mechanism, name_norm, count(*) AS n FROM reaction
          WHERE account_id IS NOT NULL AND removed_at IS NULL GROUP BY ALL) named,
         (SELECT post_id, mechanism, name_raw, max(total) AS total FROM reaction_total GROUP BY ALL) t
    WHERE reaction.identity = 'count_only' AND reaction.post_id IN (SELECT post_id FROM touched)
      AND named.post_id = reaction.post_id AND named.mechanism = reaction.mechanism
      AND named.name_norm = reaction.name_norm
      AND t.post_id = reaction.post_id AND t.mechanism = reaction.mechanism
      AND t.name_raw = reaction.name_raw"""

_GONE = f"""
    INSERT INTO reaction
    WITH ended AS (
        SELECT post_id, account_id, name_norm, mechanism, max(place) FILTER (is_seen) AS last_seen
        FROM seen GROUP BY ALL),
    gone AS (
        SELECT post_id, account_id, name_norm, mechanism, last_seen, arg_min(h.moment, h.place) AS moment
        FROM ended JOIN seen h USING (post_id, account_id, name_norm, mechanism)
        WHERE h.place > last_seen AND h.moment IS NOT NULL GROUP BY ALL)
    SELECT r.* REPLACE (g.moment AS removed_at)
    FROM reaction_sighting r JOIN gone g USING (post_id, account_id, name_norm, mechanism)
    JOIN clock c ON c.source_id = r.source_id AND c.place = g.last_seen
    WHERE {_UNKNOWN}
    QUALIFY row_number() OVER ({_ONCE}) = 1
    ORDER BY r.post_id, r.name_norm, r.created_at, r.rowid"""

_VANISHED = """
    UPDATE post SET vanished_by = ended.moment
    FROM (SELECT post_id, arg_min(moment, place) FILTER (place > last_seen) AS moment
          FROM (SELECT *, max(place) FILTER (is_seen) OVER (PARTITION BY post_id) AS last_seen
                FROM post_history)
          GROUP BY post_id) ended
    WHERE ended.post_id = post.post_id AND post.vanished_by IS DISTINCT FROM ended.moment"""


def changes(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """What came, changed and vanished between exports, one row a thread, kind and pair of dates.

    Columns: thread_id, title, what (post or reaction), change (new, changed, vanished), n, and the dates
    not_before and not_after.
    """
    return connection.sql(
        """SELECT thread_id, any_value(t.title) AS title, what, change, count(*) AS n, not_before, not_after
           FROM change JOIN post p USING (post_id) LEFT JOIN thread t USING (thread_id)
           GROUP BY ALL ORDER BY thread_id, not_after, what, change"""
    ).to_arrow_table()
