"""Which petitions there are: those the configuration names, else those that people visibly back.

A thread is taken for a petition when its opening post asks people to sign, vote or react, or when so many
answer it with backing that it works as one. Threads that state the same are one petition.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ..config import PetitionConfig
from ..corpus.store import Store
from . import ledger
from .acts import ActDetector
from .languages import HINTS, UNSPACED_HINTS
from .petition import Petition, first_posts
from .places import configured
from .poll_options import option_stances
from .position import UNNAMED

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


@dataclass(frozen=True, slots=True)
class _Backing:
    """How a thread is backed: by how many, by how many in words or by signature, of how many in it."""

    backers: int
    voices: int
    people: int


def find_petitions(
    store: Store, configs: Sequence[PetitionConfig], detector: ActDetector | None = None
) -> list[Petition]:
    """The petitions of a forum.

    Args:
        store: with persons linked to accounts.
        configs: petitions as configured. With none, petitions are detected: threads whose opening post asks
            for backing and has 5 backers, named or not; and threads that do not ask, but where 10 persons
            back in words or by signature, a quarter of those in the thread (popular news is no petition, nor
            is what is merely called a good idea).
        detector: reads acts in words.

    Returns:
        Configured petitions in their order; detected ones by number of backers, then by id, at most 20.

    Raises:
        ConfigError: an entry of `threads` names no thread; the nearest titles are named.
    """
    if configs:
        return [configured(store, config) for config in configs]
    candidates = _candidates(store)
    found = _backing(store, candidates, detector or ActDetector())
    groups = _joined(
        [one for one in candidates if one.thread in found and _is_backed(one, found[one.thread])]
    )
    groups.sort(key=lambda group: (-sum(found[one.thread].backers for one in group), group[0].thread))
    return _named(groups[:MOST_PETITIONS])


def _is_backed(candidate: _Candidate, found: _Backing) -> bool:
    if candidate.asks:
        return found.backers >= ENDORSERS_OF_A_CALL
    return found.voices >= max(ENDORSERS_WITHOUT_CALL, SHARE_WITHOUT_CALL * found.people)


def _candidates(store: Store) -> list[_Candidate]:
    """Threads with a visible opening post that ask for backing, or are big enough to be backed without."""
    rows = store.connection.execute(_THREADS, {"least": ENDORSERS_OF_A_CALL, "hint": _MAY_BACK}).fetchall()
    opening = first_posts(store, [row[0] for row in rows])
    wanted = set(opening.values())
    words = dict(_opening_words(store, wanted))
    polls = _polls_of(store)
    found: list[_Candidate] = []
    for thread, title, kind, voices in rows:
        post = opening.get(thread)
        if post is None or post not in words:
            continue
        text = words[post]
        asks = (
            kind in ("petition", "vote")
            or _CALL.search(f"{title}\n{text}") is not None
            or _has_sides(polls.get(post, ()), title, text)
        )
        if asks or voices >= ENDORSERS_WITHOUT_CALL:
            found.append(_Candidate(thread, post, title, text, asks))
    return found


# People who take part, and people who wrote something that may back: a coarse look, done by the database, to
# spare reading the posts of threads that can't be petitions.
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
                  JOIN post p USING (post_id) GROUP BY ALL),
    speaking AS (
        SELECT thread_id, count(DISTINCT author_account_id) AS voices FROM post
        WHERE regexp_matches(own_text, $hint, 'i') GROUP BY thread_id)
    SELECT t.thread_id, coalesce(t.title, ''), t.kind, coalesce(any_value(s.voices), 0) AS voices
    FROM taking_part JOIN thread t USING (thread_id) LEFT JOIN speaking s USING (thread_id)
    GROUP BY t.thread_id, t.title, t.kind HAVING sum(n) >= $least ORDER BY t.thread_id"""
_MAY_BACK = (
    r"[+＋]\s?[1１]|[👍➕^]|:thumbs|plus.one|sign|support|agree|second|endorse|approve|\bback|behind|favou?r"
    r"|on board|all for|vote|count|add me|add my|my name|i'm in|me too|same|ditto|this|lgtm|good to me"
    r"|ack\b|yes|yep|aye|absolutely|definitely|join|with you|want|need"
    rf"|(?:^|\PL)(?:{'|'.join(sorted(HINTS))})(?:\PL|$)|[{UNSPACED_HINTS}]"
)


def _opening_words(store: Store, posts: set[str]) -> list[tuple[str, str]]:
    rows = store.connection.execute(
        """SELECT post_id, coalesce(own_text, '') FROM post
           WHERE may_read(is_private, subtype, state, vanished_by) AND post_id IN (SELECT unnest($posts))""",
        {"posts": sorted(posts)},
    ).fetchall()
    return [(post, text) for post, text in rows]


def _polls_of(store: Store) -> dict[str, list[dict[str, str]]]:
    """The options of each poll, by the post it stands on."""
    polls: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for post, poll, option, text in store.connection.execute(
        """SELECT post_id, poll_id, option_id, text FROM poll JOIN poll_option USING (poll_id)
           WHERE type <> 'number' ORDER BY ALL"""
    ).fetchall():
        polls[post][poll][option] = text
    return {post: list(found.values()) for post, found in polls.items()}


def _has_sides(polls: Sequence[Mapping[str, str]], title: str, words: str) -> bool:
    """Whether votes for one option of a poll would back what is asked, and votes for another oppose it."""
    read = (option_stances(options, _statement(title, words), words) for options in polls)
    return any({"support", "oppose"} <= set(stances.values()) for stances in read)


def _backing(store: Store, candidates: Sequence[_Candidate], detector: ActDetector) -> dict[str, _Backing]:
    """How each candidate thread is backed, by the rules of the ledger."""
    trial = [
        Petition(
            name=c.thread,
            statement=_statement(c.title, c.words),
            origin="detected",
            opening_posts=(c.post,),
            threads=(c.thread,),
        )
        for c in candidates
    ]
    ledger.settle(store, trial, detector)
    return {thread: _Backing(*numbers) for thread, *numbers in store.connection.execute(_BACKING).fetchall()}


_BACKING = f"""
    WITH spoken AS (
        SELECT DISTINCT petition, person_id FROM act
        WHERE stance = 'support' AND tier <> 'C' AND mechanism <> 'judgement'),
    backed AS (
        SELECT petition, count(*) AS named, count(spoken.person_id) FILTER (tier <> 'C') AS voices
        FROM position LEFT JOIN spoken USING (petition, person_id)
        WHERE position = 'supports' GROUP BY petition),
    unnamed AS (
        SELECT petition, {UNNAMED} AS n FROM act JOIN petition USING (petition) GROUP BY petition),
    present AS (
        SELECT petition, count(DISTINCT person_id) AS people FROM (
            SELECT petition, person_id FROM act
            UNION SELECT petition, person_id FROM petition_post JOIN reading USING (post_id))
        GROUP BY petition)
    SELECT q.petition, coalesce(b.named, 0) + coalesce(u.n, 0), coalesce(b.voices, 0), coalesce(p.people, 0)
    FROM petition q LEFT JOIN backed b USING (petition) LEFT JOIN unnamed u USING (petition)
    LEFT JOIN present p USING (petition)"""


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
                statement=_statement(title, group[0].words),
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


def _statement(title: str, words: str) -> str:
    """What a thread puts to people: its title, else the first sentence of its opening post."""
    return title or _first_sentence(words)


def _first_sentence(text: str) -> str:
    first = re.split(r"(?<=[.!?])\s|\n", text.strip(), maxsplit=1)[0]
    return first if len(first) <= _LONGEST_STATEMENT else first[: _LONGEST_STATEMENT - 1].rstrip() + "…"
