"""Acts in words: the replies in a petition's threads, and what each of them answers.

A reply that answers the opening post, or nobody in particular, speaks of the petition. A reply that answers
another reply speaks of that one: its "+1" backs the petition only if the reply it answers does, and opposes
it if that one opposes. Words that name the petition ("signed", "I support the proposal") count wherever
they stand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from ..corpus.memo import Memo
from ..corpus.registered import registered
from ..corpus.store import Store
from . import doubt, turns
from .act import Act
from .acts import ActDetector
from .withdrawals import TAKEN_BACK

Stance = Literal["support", "oppose", "withdraw", "conditional"]

ANSWERS_ANOTHER = "answers another post"
_BATCH = 20_000
_UNREAD = pa.schema([("petition", pa.string()), ("post_id", pa.string())])

_STANCE: dict[str, Stance] = {
    "endorse": "support",
    "oppose": "oppose",
    "withdraw": "withdraw",
    "conditional": "conditional",
}
# What a reply's own stance comes to, given the stance of the reply it answers.
_THROUGH: dict[tuple[Stance, Stance], Stance] = {
    ("support", "support"): "support",
    ("support", "oppose"): "oppose",
    ("support", "conditional"): "conditional",
    ("conditional", "support"): "conditional",
    ("oppose", "support"): "oppose",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply with an act in it: what it answers (None for the petition itself) and what its words do."""

    answers: str | None
    stance: Stance
    act: Act
    certain: bool


def add_words(store: Store, detector: ActDetector) -> None:
    """Add the acts that are said in the threads of all petitions to `raw_act`.

    The table `unread` takes the replies that may hold an act, but none that a rule could read.
    """
    unread: list[dict[str, str]] = []
    with Memo(store, "acts", Act) as memo:
        read = dict(_read(store, detector, memo, unread))
    replies = {key: reply for key, reply in read.items() if _has_aim(key[0], reply, read)}
    store.put("unread", pa.Table.from_pylist(unread, schema=_UNREAD))
    rows: dict[str, list[object]] = {
        name: []
        for name in (
            *("petition", "post_id", "stance", "mechanism", "certain", "dropped"),
            *("answers_post_id", "span_start", "span_end"),
        )
    }
    through = _Through(replies)
    for (petition, post), reply in replies.items():
        meant = through.stance(petition, post)
        rows["petition"].append(petition)
        rows["post_id"].append(post)
        rows["stance"].append(meant or reply.stance)
        rows["mechanism"].append(reply.act.reason)
        rows["certain"].append(reply.certain)
        rows["dropped"].append(None if meant else ANSWERS_ANOTHER)
        rows["answers_post_id"].append(reply.answers)
        rows["span_start"].append(reply.act.start)
        rows["span_end"].append(reply.act.end)
    types = {"certain": pa.bool_(), "span_start": pa.int64(), "span_end": pa.int64()}
    table = pa.table({name: pa.array(values, types.get(name, pa.string())) for name, values in rows.items()})
    with registered(store.connection, "incoming", table):
        store.connection.execute(_SAID)


def _has_aim(petition: str, reply: Reply, read: Mapping[tuple[str, str], Reply]) -> bool:
    """Whether there is something to take back, in a reply that takes back what it answers."""
    return reply.act.reason != TAKEN_BACK or (petition, reply.answers) in read


_SAID = """
    INSERT INTO raw_act BY NAME
    SELECT i.petition, p.author_account_id AS account_id, 'said' AS kind, i.stance, 'B' AS tier,
           i.mechanism, p.post_id AS evidence_post_id, p.created_at AS moment, 1 AS n,
           'identified' AS identity, i.certain, i.dropped, i.answers_post_id, i.span_start, i.span_end
    FROM incoming i JOIN post p USING (post_id)"""


def _read(
    store: Store, detector: ActDetector, memo: Memo[Act], unread: list[dict[str, str]]
) -> Iterator[tuple[tuple[str, str], Reply]]:
    """Replies with an act, in order of petition and post, streamed from the store."""
    how = (type(detector), detector.get_params())
    reader = store.connection.sql(_REPLIES).to_arrow_reader(_BATCH)
    for batch in reader:
        petitions, posts, answers, owns, contexts, texts = (column.to_pylist() for column in batch.columns)
        asked = list(zip(texts, contexts, strict=True))
        acts = memo.answers(how, asked, lambda new: detector.read(*zip(*new, strict=True)))
        for petition, post, answer, own, context, text, act in zip(
            petitions, posts, answers, owns, contexts, texts, acts, strict=True
        ):
            certain = act.certain and doubt.is_plain(text, act.start, act.end)
            if act.reason == "objection_withdrawn":
                yield (petition, post), Reply(None, "withdraw", act, certain)
            elif act.reason == TAKEN_BACK:
                if own:
                    yield (petition, post), Reply(answer, "withdraw", act, certain)
            elif act.label != "neutral":
                is_rival = act.label == "endorse" and answer and turns.RIVAL.search((context or "").lower())
                aim = None if act.names_petition and not is_rival else answer
                yield (petition, post), Reply(aim, _STANCE[act.label], act, certain)
            elif act.possible or doubt.may_be_act(text):
                unread.append({"petition": petition, "post_id": post})


_REPLIES = """
    WITH root AS (
        SELECT DISTINCT petition, thread_id, post_id FROM petition_post WHERE role = 'opening'),
    quoted AS (
        SELECT s.post_id, arg_max(s.quoted_post_id, s.ordinal) AS quoted_post_id
        FROM span s SEMI JOIN petition_post USING (post_id)
        WHERE s.kind = 'quote' AND s.quoted_post_id IS NOT NULL GROUP BY s.post_id),
    reply AS (
        SELECT o.petition, o.thread_id, p.post_id, p.own_text, p.author_account_id,
               t.root_post_id, t.kind AS thread_kind,
               quoted.quoted_post_id,
               -- An export that begins later in a thread takes another post for the one all answer.
               CASE WHEN p.parent_status = 'present' AND p.parent_source IS DISTINCT FROM 'thread_root'
                    THEN p.parent_post_id END AS parent
        FROM petition_post o JOIN post p USING (post_id) JOIN thread t ON t.thread_id = p.thread_id
        LEFT JOIN quoted ON quoted.post_id = p.post_id
        WHERE o.role = 'reply' AND p.own_text <> '' AND p.kind IN ('post', 'comment', 'answer', 'review')),
    aimed AS (
        SELECT r.*, CASE WHEN r.parent IS NULL OR r.parent = r.root_post_id OR parent_root.post_id IS NOT NULL
                         THEN r.quoted_post_id ELSE coalesce(quoted_root.post_id, r.parent) END AS aim
        FROM reply r
        LEFT JOIN root parent_root ON parent_root.petition = r.petition AND parent_root.post_id = r.parent
        LEFT JOIN root quoted_root
               ON quoted_root.petition = r.petition AND quoted_root.post_id = r.quoted_post_id),
    answering AS (
        SELECT a.*, CASE WHEN aim_root.post_id IS NULL AND a.aim IS DISTINCT FROM a.root_post_id
                              AND a.aim <> a.post_id THEN a.aim END AS answers
        FROM aimed a LEFT JOIN root aim_root ON aim_root.petition = a.petition AND aim_root.post_id = a.aim)
    SELECT a.petition, a.post_id, a.answers, answered.author_account_id = a.author_account_id AS is_own,
           CASE WHEN a.answers IS NOT NULL THEN answered.own_text
                ELSE CASE WHEN a.thread_kind = 'pull' THEN 'Pull request: ' ELSE '' END || opening.own_text
           END AS context,
           a.own_text
    FROM answering a LEFT JOIN post answered ON answered.post_id = a.answers
    LEFT JOIN (SELECT petition, thread_id, min(post_id) AS post_id FROM root GROUP BY ALL) first_root
           ON first_root.petition = a.petition AND first_root.thread_id = a.thread_id
    LEFT JOIN post opening ON opening.post_id = first_root.post_id
    ORDER BY a.petition, a.post_id"""


class _Through:
    """Stances of replies as they bear on the petition, through the replies they answer.

    Chains of answers can be as long as a thread and, in damaged exports, run in circles; both are walked
    without recursion.
    """

    def __init__(self, replies: Mapping[tuple[str, str], Reply]) -> None:
        self._replies = replies
        self._known: dict[tuple[str, str], Stance | None] = {}

    def stance(self, petition: str, post: str) -> Stance | None:
        """The stance towards the petition, None where the reply's words are about something else."""
        path: list[tuple[str, str]] = []
        key: tuple[str, str] | None = (petition, post)
        while key is not None and key not in self._known:
            reply = self._replies.get(key)
            self._known[key] = None  # stands for "neutral" and, while on the path, for a circle
            if reply is None:
                break
            path.append(key)
            key = None if reply.answers is None else (petition, reply.answers)
        for step in reversed(path):
            reply = self._replies[step]
            if reply.answers is None or reply.stance == "withdraw":
                self._known[step] = reply.stance
            else:
                answered = self._known.get((petition, reply.answers))
                self._known[step] = None if answered is None else _THROUGH.get((reply.stance, answered))
        return self._known[petition, post]
