"""Acts that are structure, not words: signatures, votes in polls, reactions on the opening posts.

Each function adds rows to the temporary table `raw_act`; what is no act of backing is added too, with the
reason why it does not count. Where the platform gives a number without names, the row is "count_only".
"""

from collections import defaultdict
from collections.abc import Sequence

import pyarrow as pa
from rapidfuzz import process

from ..corpus.store import Store
from ..errors import ConfigError
from .petition import Petition, temporary
from .poll_options import option_stances

NOT_ENDORSING = "not an endorsing reaction"
LIKE = "a like is not support"
OTHER_OPTION = "another option of the poll"


def add_signatures(store: Store) -> None:
    """Signatures on lists, and lists of signatures kept as posts; one that was taken back is two acts."""
    store.connection.execute(
        f"""INSERT INTO raw_act BY NAME
            SELECT o.petition, r.account_id, 'signed' AS kind, 'support' AS stance, 'A' AS tier,
                   'signature' AS mechanism, r.post_id AS evidence_post_id,
                   coalesce(r.created_at, p.created_at) AS moment, r.n, {_IDENTITY} AS identity,
                   TRUE AS certain
            FROM petition_post o JOIN post p USING (post_id) JOIN reaction r USING (post_id)
            WHERE o.role = 'opening' AND r.mechanism = 'signature'
            UNION ALL BY NAME
            SELECT o.petition, p.author_account_id AS account_id, 'signed' AS kind, 'support' AS stance,
                   'A' AS tier, 'signature' AS mechanism, p.post_id AS evidence_post_id,
                   p.created_at AS moment, 1 AS n, 'identified' AS identity, TRUE AS certain
            FROM petition_post o JOIN post p USING (post_id)
            WHERE o.role = 'reply' AND p.kind = 'signature'"""
    )
    _add_removals(store, "r.mechanism = 'signature'", kind="signed", tier="A", dropped="NULL")


def add_reactions(store: Store) -> None:
    """Emoji on the opening posts: those that endorse, those that oppose, and the others with the reason."""
    store.connection.execute(
        f"""INSERT INTO raw_act BY NAME
            SELECT o.petition, r.account_id, 'reacted' AS kind, coalesce(e.stance, 'none') AS stance,
                   'C' AS tier, coalesce(r.name_norm, r.name_raw) AS mechanism,
                   r.post_id AS evidence_post_id, coalesce(r.created_at, p.created_at) AS moment, r.n,
                   {_IDENTITY} AS identity, TRUE AS certain, {_NO_ACT} AS dropped
            FROM petition_post o JOIN petition q USING (petition) JOIN post p USING (post_id)
            JOIN reaction r USING (post_id)
            LEFT JOIN petition_emoji e ON e.petition = o.petition AND e.name_norm = r.name_norm
            WHERE o.role = 'opening' AND r.mechanism <> 'signature'"""
    )
    _add_removals(
        store,
        "r.mechanism <> 'signature' AND e.stance = 'support'",
        kind="reacted",
        tier="C",
        dropped=_NO_ACT,
    )


_IDENTITY = "CASE WHEN r.identity = 'count_only' THEN 'count_only' ELSE 'identified' END"
_NO_ACT = f"""CASE WHEN r.mechanism = 'like' AND NOT q.likes_count THEN '{LIKE}'
                   WHEN e.stance IS NULL THEN '{NOT_ENDORSING}' END"""


def _add_removals(store: Store, which: str, *, kind: str, tier: str, dropped: str) -> None:
    """What was taken back is a dated act of its own, never before the act it takes back."""
    store.connection.execute(
        f"""INSERT INTO raw_act BY NAME
            SELECT o.petition, r.account_id, '{kind}' AS kind, 'withdraw' AS stance, '{tier}' AS tier,
                   'removed' AS mechanism, r.post_id AS evidence_post_id,
                   greatest(r.removed_at, coalesce(r.created_at, p.created_at)) AS moment, r.n,
                   {_IDENTITY} AS identity, TRUE AS certain, {dropped} AS dropped
            FROM petition_post o JOIN petition q USING (petition) JOIN post p USING (post_id)
            JOIN reaction r USING (post_id)
            LEFT JOIN petition_emoji e ON e.petition = o.petition AND e.name_norm = r.name_norm
            WHERE o.role = 'opening' AND r.removed_at IS NOT NULL AND {which}"""
    )


def add_votes(store: Store, petitions: Sequence[Petition]) -> None:
    """Votes in polls on the opening posts; votes the platform does not name are count-only.

    Raises:
        ConfigError: a petition names a poll option that none of its polls has.
    """
    temporary(store, "petition_option", _options(store, petitions))
    columns = """o.petition, 'voted' AS kind, coalesce(s.stance, 'none') AS stance, 'A' AS tier,
                 'poll' AS mechanism, pl.post_id AS evidence_post_id, TRUE AS certain"""
    joined = """FROM petition_post o JOIN post p USING (post_id) JOIN poll pl USING (post_id)
                JOIN poll_option po ON po.poll_id = pl.poll_id
                LEFT JOIN petition_option s ON s.petition = o.petition AND s.option_id = po.option_id"""
    store.connection.execute(
        f"""INSERT INTO raw_act BY NAME
            SELECT {columns}, v.account_id, coalesce(v.created_at, p.created_at) AS moment, 1 AS n,
                   'identified' AS identity,
                   CASE WHEN s.stance IS NULL OR v.rank <> coalesce(v.first_rank, 1) THEN '{OTHER_OPTION}'
                        END AS dropped
            {joined} JOIN {_BALLOT} v ON v.option_id = po.option_id
            WHERE o.role = 'opening'
            UNION ALL BY NAME
            SELECT {columns}, NULL AS account_id, p.created_at AS moment,
                   po.votes - coalesce(named.n, 0) AS n, 'count_only' AS identity,
                   CASE WHEN s.stance IS NULL THEN '{OTHER_OPTION}' END AS dropped
            {joined} LEFT JOIN (SELECT option_id, count(*) AS n FROM poll_vote GROUP BY option_id) named
                     ON named.option_id = po.option_id
            WHERE o.role = 'opening' AND po.votes > coalesce(named.n, 0)"""
    )


# What a ranked ballot puts first: rank 0 abstains from an option, and first is the least of the other ranks.
_BALLOT = """(SELECT *, min(rank) FILTER (rank > 0) OVER (PARTITION BY poll_id, account_id) AS first_rank
              FROM poll_vote)"""


def _options(store: Store, petitions: Sequence[Petition]) -> pa.Table:
    """Which options of which polls back or oppose: as configured, else as they read."""
    found = store.connection.execute(
        """SELECT o.petition, pl.poll_id, coalesce(p.own_text, ''), po.option_id, po.text
           FROM petition_post o JOIN post p USING (post_id) JOIN poll pl USING (post_id)
           JOIN poll_option po USING (poll_id)
           WHERE o.role = 'opening' AND pl.type <> 'number' ORDER BY o.petition, pl.poll_id, po.option_id"""
    ).fetchall()
    rows: list[tuple[str, str, str]] = []
    for petition in petitions:
        polls: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for name, poll, opening, option, text in found:
            if name == petition.name:
                polls[poll, opening][option] = text
        configured = {
            _plain(text): stance
            for text, stance in (
                (petition.config.poll_option, "support"),
                (petition.config.oppose_option, "oppose"),
            )
            if text
        }
        _check(petition, configured, [text for options in polls.values() for text in options.values()])
        is_open = "support" not in configured.values()
        for (_, opening), options in polls.items():
            read = option_stances(options, petition.statement, opening)
            for option, text in options.items():
                stance = configured.get(_plain(text)) or read.get(option)
                if stance and (is_open or stance == "oppose" or _plain(text) in configured):
                    rows.append((petition.name, option, stance))
    names = ("petition", "option_id", "stance")
    return pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)})


def _check(petition: Petition, configured: dict[str, str], texts: list[str]) -> None:
    known = [_plain(text) for text in texts]
    for wanted in configured:
        if known and wanted not in known:
            near = process.extractOne(wanted, texts)
            raise ConfigError(
                f"petition {petition.name!r}: none of its polls has the option {wanted!r}",
                hint=f"did you mean {near[0]!r}?" if near else "",
            )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
