"""Which petitions there are: those the configuration names, else those that people visibly back.

A thread is taken for a petition when its opening post asks people to sign, vote or react, or when so many
answer it with backing that it works as one. Threads that state the same are one petition.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ..config import PetitionConfig
from ..corpus.store import Store
from . import ledger
from .acts import ActDetector
from .petition import Petition, first_posts
from .places import configured
from .structure import option_stance

MOST_PETITIONS = 20
ENDORSERS_OF_A_CALL = 5
"""How many must back a thread that asks for backing."""
ENDORSERS_WITHOUT_CALL = 10
"""How many must back a thread that does not ask, and what share of those who take part in it."""
SHARE_WITHOUT_CALL = 0.25
SAME_STATEMENT = 90
_LONGEST_STATEMENT = 240
_LONG = 120
"""Characters from which a statement is long enough to be compared by its words."""

_CALL = re.compile(
    r"\bpetition|\bopen\s+letter\b|\bundersigned\b|\bsign(?:ing)?\s+(?:here|below|this|the|on|up\s+here"
    r"|if|it)\b|\b(?:please|pls)\s+sign\b"
    r"|\badd\s+(?:your|a)\s+(?:name|signature|\+1)|\breact\s+(?:with|to\s+this|below|:)|\b(?:please"
    r"|pls)\s+(?:\+1|upvote|react|vote)"
    r"|(?:\+1|👍|➕|:\+1:|:heavy_plus_sign:|vote|react|reply)[^.!?\n]{0,40}\bif\s+you\b"
    r"|\bif\s+you\s+(?:agree|support|want\s+this|are\s+in)\b"
    r"|\+1\s+(?:this|here|below)\b|\bwe,?\s+the\b|\bwe\s+(?:\w+\s+)?ask\s+(?:that|for|the|our|you|to"
    r"|leadership|management)\b"
    r"|\bshould\s+we\s+(?:adopt|move|switch|drop|keep|allow|use)\b|\bvote\s+(?:here|below|on|for|now|in"
    r"|yes)\b|\bcall\s+for\s+(?:a\s+)?votes?\b|^\[?vote\]?\b",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A thread that may be a petition."""

    thread: str
    post: str
    title: str
    words: str
    asks: bool


def find_petitions(
    store: Store, configs: Sequence[PetitionConfig], detector: ActDetector | None = None
) -> list[Petition]:
    """The petitions of a forum.

    Args:
        store: with persons linked to accounts.
        configs: petitions as configured. With none, petitions are detected: threads whose opening post asks
            for backing and has 5 backers, threads that do not ask but have 10, a quarter of those in them.
        detector: reads acts in words.

    Returns:
        Configured petitions in their order; detected ones by number of backers, then by id, at most 20.

    Raises:
        ConfigError: an entry of `threads` names no thread; the nearest titles are named.
    """
    if configs:
        return [configured(store, config) for config in configs]
    candidates = _candidates(store)
    backers, present = _count(store, candidates, detector or ActDetector())
    chosen = [
        candidate
        for candidate in candidates
        if _is_backed(candidate, backers[candidate.thread], present.get(candidate.thread, 0))
    ]
    groups = _joined(chosen)
    weight = {group[0].thread: sum(backers[candidate.thread] for candidate in group) for group in groups}
    groups.sort(key=lambda group: (-weight[group[0].thread], group[0].thread))
    return _named(groups[:MOST_PETITIONS])


def _is_backed(candidate: _Candidate, backers: int, present: int) -> bool:
    if candidate.asks:
        return backers >= ENDORSERS_OF_A_CALL
    return backers >= ENDORSERS_WITHOUT_CALL and backers >= SHARE_WITHOUT_CALL * present


def _candidates(store: Store) -> list[_Candidate]:
    """Threads with a visible opening post that ask for backing, or are big enough to be backed without."""
    rows = store.connection.execute(_THREADS, {"least": ENDORSERS_OF_A_CALL}).fetchall()
    opening = first_posts(store, [row[0] for row in rows])
    wanted = set(opening.values())
    words = dict(_opening_words(store, wanted))
    polls = _polls_for_and_against(store)
    found: list[_Candidate] = []
    for thread, title, kind, people in rows:
        post = opening.get(thread)
        if post is None or post not in words:
            continue
        text = words[post]
        asks = kind in ("petition", "vote") or post in polls or _CALL.search(f"{title}\n{text}") is not None
        if asks or people >= ENDORSERS_WITHOUT_CALL:
            found.append(_Candidate(thread, post, title, text, asks))
    return found


_THREADS = """
    WITH taking_part AS (
        SELECT p.thread_id, coalesce(p.author_account_id, '') AS account_id, 1 AS n FROM post p
        UNION SELECT p.thread_id, r.account_id, 1 FROM reaction r JOIN post p USING (post_id)
              WHERE r.account_id IS NOT NULL
        UNION ALL SELECT p.thread_id, '#', sum(r.n) FROM reaction r JOIN post p USING (post_id)
                  WHERE r.account_id IS NULL GROUP BY ALL
        UNION SELECT p.thread_id, v.account_id, 1 FROM poll_vote v JOIN poll USING (poll_id)
              JOIN post p USING (post_id)
        UNION ALL SELECT p.thread_id, '##', sum(o.votes) FROM poll_option o JOIN poll USING (poll_id)
                  JOIN post p USING (post_id) GROUP BY ALL)
    SELECT t.thread_id, coalesce(t.title, ''), t.kind, sum(n) AS people
    FROM taking_part JOIN thread t USING (thread_id) GROUP BY ALL HAVING sum(n) >= $least
    ORDER BY t.thread_id"""


def _opening_words(store: Store, posts: set[str]) -> list[tuple[str, str]]:
    rows = store.connection.execute(
        """SELECT post_id, coalesce(own_text, '') FROM post
           WHERE state = 'visible' AND NOT is_private AND post_id IN (SELECT unnest($posts))""",
        {"posts": sorted(posts)},
    ).fetchall()
    return [(post, text) for post, text in rows]


def _polls_for_and_against(store: Store) -> set[str]:
    options: dict[str, set[str]] = defaultdict(set)
    for post, text in store.connection.execute(
        "SELECT post_id, text FROM poll JOIN poll_option USING (poll_id) ORDER BY ALL"
    ).fetchall():
        if stance := option_stance(text):
            options[post].add(stance)
    return {post for post, stances in options.items() if {"support", "oppose"} <= stances}


def _count(
    store: Store, candidates: Sequence[_Candidate], detector: ActDetector
) -> tuple[Counter[str], dict[str, int]]:
    """Backers of each candidate thread by the rules of the ledger, and who takes part in it."""
    trial = [
        Petition(name=c.thread, statement="", origin="detected", opening_posts=(c.post,), threads=(c.thread,))
        for c in candidates
    ]
    ledger.settle(store, trial, detector)
    backing = store.connection.execute(
        """SELECT petition, count(*) FROM position WHERE position = 'supports' GROUP BY petition
           UNION ALL
           SELECT petition, sum(n)::BIGINT FROM act
           WHERE identity = 'count_only' AND stance = 'support' AND dropped IS NULL GROUP BY petition"""
    ).fetchall()
    present = store.connection.execute(
        """SELECT petition, count(DISTINCT person_id) FROM (
               SELECT petition, person_id FROM act
               UNION SELECT petition, person_id FROM petition_post JOIN reading USING (post_id))
           GROUP BY petition"""
    ).fetchall()
    backers: Counter[str] = Counter()
    for thread, people in backing:
        backers[thread] += people
    return backers, dict(present)


def _joined(candidates: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Threads that state the same, together; the first of each group by thread id."""
    groups: list[list[_Candidate]] = []
    for candidate in candidates:
        for group in groups:
            if _is_same(group[0], candidate):
                group.append(candidate)
                break
        else:
            groups.append([candidate])
    return groups


def _is_same(one: _Candidate, other: _Candidate) -> bool:
    if min(len(one.words), len(other.words)) < _LONG:
        return False
    return fuzz.token_set_ratio(one.words.casefold(), other.words.casefold()) >= SAME_STATEMENT


def _named(groups: Sequence[Sequence[_Candidate]]) -> list[Petition]:
    taken: Counter[str] = Counter()
    found: list[Petition] = []
    for group in groups:
        title = next((candidate.title for candidate in group if candidate.title), "")
        slug = _slug(title or group[0].words)
        taken[slug] += 1
        found.append(
            Petition(
                name=slug if taken[slug] == 1 else f"{slug}-{taken[slug]}",
                statement=title or _first_sentence(group[0].words),
                origin="detected",
                opening_posts=tuple(sorted(candidate.post for candidate in group)),
                threads=tuple(sorted(candidate.thread for candidate in group)),
            )
        )
    return found


def _slug(text: str) -> str:
    """A short name: the first words, lower case, joined by hyphens."""
    words = re.findall(r"[^\W_]+", text.casefold())[:8]
    return "-".join(words)[:60].rstrip("-") or "petition"


def _first_sentence(text: str) -> str:
    first = re.split(r"(?<=[.!?])\s|\n", text.strip(), maxsplit=1)[0]
    return first if len(first) <= _LONGEST_STATEMENT else first[: _LONGEST_STATEMENT - 1].rstrip() + "…"
