"""The table of claims: what is claimed, how often, by whom said, how disputed, and what the ledger shows.

Claims that say the same are one: same figure, same deed, same people, same period. Who leaves something
unsaid ("1,500 signed") says the same as those who say it ("1,500 engineers signed in May"), as far as that is
clear.

Tables written: claim (one row each) and claim_post (which posts state it).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from ..corpus.memo import Memo
from ..corpus.store import Store
from . import position
from .claims import ClaimDetector, Mention
from .disputes import disputes
from .periods import period
from .petition import temporary
from .same_claims import Said, name, place_of, same
from .verdict import UNKNOWN, verdict

_BATCH = 20_000
_LEDGER_DEEDS = ("sign", "support", "want")
_OFTEN = ("use", "adopt", "stop using", "target")
"""What is done again and again: "weekly" is said of these; of signing it would be how fast."""
_PETITION_DEEDS = (*_LEDGER_DEEDS, "oppose")

# A number and a word of people, shares or deeds: a coarse look, done by the database.
_HINT = (
    r"\d|hundred|thousand|dozen|half|third|quarter|fifth|percent|per cent|two|three|four|five|six|seven|eight"
    r"|nine|ten\b|eleven|twelve|teen|twenty|thirty|fort|fift|eighty"
)
_DEEDS = (
    r"sign|support|back|endors|favo|agree|vot|approv|behind|oppos|object|reject|refus|against|disagree|dislik|hate"
    r"|\bus[ei]|try|tri|rel[iy]|open|touch|logged|adopt|switch|migrat|move|enrol|onboard|install|opt|stop|quit"
    r"|drop|disabl|abandon|want|ask|demand|request|prefer|call|petition|name|board|uptake|take-up|target|goal"
    r"|quota|mandate|kpi|okr|objective"
)
_POSTS = """
    SELECT r.post_id, r.person_id, r.created_at, r.is_root, r.thread_id, r.own_text
    FROM reading r WHERE regexp_matches(r.own_text, $hint, 'i') AND regexp_matches(r.own_text, $deeds, 'i')
    ORDER BY r.post_id"""

_ANSWERS = """
    WITH stating AS (SELECT DISTINCT post_id FROM claim_stated),
    answer AS (
        SELECT r.post_id, s.post_id AS stated FROM reading r JOIN stating s ON s.post_id = r.parent_post_id
        UNION
        SELECT r.post_id, s.post_id FROM span q JOIN stating s ON s.post_id = q.quoted_post_id
        JOIN reading r ON r.post_id = q.post_id WHERE q.kind = 'quote')
    SELECT a.stated, r.person_id, r.own_text FROM answer a JOIN reading r USING (post_id)
    JOIN reading s ON s.post_id = a.stated AND s.person_id <> r.person_id ORDER BY a.stated, r.post_id"""

_AUDIENCE = "SELECT thread_id, count(DISTINCT person_id) FROM reading GROUP BY thread_id"

_NAMING = """
    SELECT thread_id, min(petition) FROM petition_post GROUP BY thread_id
    HAVING count(DISTINCT petition) = 1"""


def add_claims(store: Store, detector: ClaimDetector | None = None) -> pa.Table:
    """Find the claims of a forum and write the tables claim and claim_post; after the ledger is built.

    Returns:
        Table claim: claim (the sentence that names it), ordinal, low, high, unit (people or percent), how,
        counted, deed, negated, rate and period (empty if nothing is said), said_by (kinds of sources, the
        most frequent first), people and posts that state it, first and last (UTC), disputed_by (people),
        in_opening (whether a thread opens with it) and audience (people in the largest such thread),
        petition, ledger (persons counted at the end of the week it was first stated; `ledger_week` is the
        last week with a change, ledger_before the count a week earlier and before_week its week), ledger_low
        and ledger_high (the range from the start of that week to its end), verdict.
    """
    with Memo(store, "claims", list[Mention]) as memo:
        said = list(_read(store, detector or ClaimDetector(), memo))
    groups = sorted(
        same(said), key=lambda group: (-len({one.person for one in group}), -len(group), place_of(group))
    )
    disputing = _disputing(store, said)
    audience = dict(store.connection.execute(_AUDIENCE).fetchall())
    rows = [_row(place, group, disputing, audience) for place, group in enumerate(groups)]
    name(rows)
    _ask_ledger(store, rows)
    store.put("claim", pa.Table.from_pylist(rows, schema=_SCHEMA))
    stated = [
        {"claim": row["claim"], "post_id": one.post, "person_id": one.person, "said_by": one.mention.said_by}
        for row, group in zip(rows, groups, strict=True)
        for one in group
    ]
    store.put("claim_post", pa.Table.from_pylist(stated, schema=_STATED))
    return store.sql("SELECT * FROM claim ORDER BY ordinal")


def _read(store: Store, detector: ClaimDetector, memo: Memo[list[Mention]]) -> Iterator[Said]:
    """Every claim of every post, in order of posts; the same twice in one post once."""
    petitions = dict(store.connection.execute(_NAMING).fetchall())
    reader = store.connection.sql(_POSTS, params={"hint": _HINT, "deeds": _DEEDS}).to_arrow_reader(_BATCH)
    for batch in reader:
        posts = batch.to_pylist()
        read = memo.answers(type(detector), [post["own_text"] for post in posts], detector.read)
        for post, mentions in zip(posts, read, strict=True):
            day = post["created_at"].date() if post["created_at"] else None
            told: set[tuple[Any, ...]] = set()
            for mention in mentions:
                one = _said(post, mention, petitions.get(post["thread_id"], ""), day)
                if one.hard not in told:
                    told.add(one.hard)
                    yield one


def _said(post: dict[str, Any], mention: Mention, petition: str, day: date | None) -> Said:
    at = period(mention.words, day)
    return Said(
        mention=mention,
        post=post["post_id"],
        person=post["person_id"],
        at=post["created_at"],
        is_root=bool(post["is_root"]),
        thread=post["thread_id"],
        petition=petition if mention.deed in _PETITION_DEEDS else "",
        rate=at.rate if mention.deed in _OFTEN else "",
        when=at.when,
    )


def _disputing(store: Store, said: Sequence[Said]) -> dict[tuple[str, tuple[Any, ...]], set[str]]:
    """Who disputes which claim of which post, by post and claim."""
    by_post: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        by_post[one.post].append(one)
    temporary(store, "claim_stated", pa.table({"post_id": pa.array(sorted(by_post), pa.string())}))
    found: dict[tuple[str, tuple[Any, ...]], set[str]] = defaultdict(set)
    for post, person, text in store.connection.execute(_ANSWERS).fetchall():
        stated = by_post[post]
        for one, is_disputed in zip(stated, disputes(text, [s.mention.figure for s in stated]), strict=True):
            if is_disputed:
                found[post, one.hard].add(person)
    return found


def _row(
    place: int,
    group: Sequence[Said],
    disputing: dict[tuple[str, tuple[Any, ...]], set[str]],
    audience: dict[str, int],
) -> dict[str, Any]:
    first = group[0].mention
    # What somebody leaves out stands in the fuller words of another.
    counted, rate, when, petition = (
        next((said for said in column if said), "")
        for column in zip(*(one.soft for one in group), strict=True)
    )
    times = sorted(one.at for one in group if one.at is not None)
    openings = [audience[one.thread] for one in group if one.is_root]
    against: set[str] = set().union(*(disputing.get((one.post, one.hard), set()) for one in group))
    return {
        "ordinal": place,
        "low": first.figure.low,
        "high": first.figure.high,
        "unit": first.figure.unit,
        "how": _usual(one.mention.figure.how for one in group)[0],
        "counted": counted or "people",
        "deed": first.deed,
        "negated": first.negated,
        "rate": rate,
        "period": when,
        "said_by": "; ".join(_usual(one.mention.said_by for one in group)),
        "people": len({one.person for one in group}),
        "posts": len({one.post for one in group}),
        "first": times[0] if times else None,
        "last": times[-1] if times else None,
        "disputed_by": len(against),
        "in_opening": bool(openings),
        "audience": max(openings, default=0),
        "petition": petition or None,
    }


def _usual(values: Iterable[str]) -> list[str]:
    """Distinct values, the most frequent first."""
    counts = Counter(values)
    return sorted(counts, key=lambda value: (-counts[value], value))


def _ask_ledger(store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """Set beside each claim of support for a petition what the ledger held when it was first stated."""
    asked = {
        (row["petition"], _sunday(row["first"], back))
        for row in rows
        if _is_checkable(row)
        for back in (0, 1)
    }
    held = position.held_at(store, sorted(asked))
    for row in rows:
        row.update(dict.fromkeys(_OF_LEDGER), verdict=UNKNOWN)
        if not _is_checkable(row):
            continue
        after, before = (held[row["petition"], _sunday(row["first"], back)] for back in (0, 1))
        row.update(
            ledger=after.counted, ledger_week=after.week,
            ledger_before=before.counted, before_week=before.week,
            ledger_low=min(before.low, after.low), ledger_high=max(before.high, after.high),
        )  # fmt: skip
        row["verdict"] = verdict(row["low"], row["high"], row["how"], row["ledger_low"], row["ledger_high"])


def _is_checkable(row: dict[str, Any]) -> bool:
    is_support = row["unit"] == "people" and row["deed"] in _LEDGER_DEEDS and not row["negated"]
    return is_support and row["petition"] is not None and row["first"] is not None


def _sunday(moment: datetime, weeks_back: int) -> date:
    """The last day of a moment's week, or of a week before."""
    day = moment.date()
    return day + timedelta(days=6 - day.weekday(), weeks=-weeks_back)


_OF_LEDGER = ("ledger", "ledger_week", "ledger_before", "before_week", "ledger_low", "ledger_high")
_TEXT, _COUNT, _DAY, _TIME = pa.string(), pa.int64(), pa.date32(), pa.timestamp("us")
_SCHEMA = pa.schema(
    [
        ("claim", _TEXT), ("ordinal", _COUNT), ("low", pa.float64()), ("high", pa.float64()), ("unit", _TEXT),
        ("how", _TEXT), ("counted", _TEXT), ("deed", _TEXT), ("negated", pa.bool_()), ("rate", _TEXT),
        ("period", _TEXT), ("said_by", _TEXT), ("people", _COUNT), ("posts", _COUNT), ("first", _TIME),
        ("last", _TIME), ("disputed_by", _COUNT), ("in_opening", pa.bool_()), ("audience", _COUNT),
        ("petition", _TEXT), ("ledger", _COUNT), ("ledger_week", _DAY), ("ledger_before", _COUNT),
        ("before_week", _DAY), ("ledger_low", _COUNT), ("ledger_high", _COUNT), ("verdict", _TEXT),
    ]
)  # fmt: skip
_STATED = pa.schema([("claim", _TEXT), ("post_id", _TEXT), ("person_id", _TEXT), ("said_by", _TEXT)])
