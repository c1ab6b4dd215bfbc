"""Reactions to a Discourse post: how many there are, and who they are from where that was saved too.

Posts come with counts. With the reactions plugin a like is one of the reactions, so the two counts of one
post are never added: the plugin keeps its main reaction as a plain like, and others as likes too while its
like sync is on. Pages that name people are capped; whom they leave out stays a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from ...model import Anomaly, Reaction, ReactionTotal
from ..json_values import objects, text, whole

_LIKE = 2
LIKE = "like"


class Reactor(Struct, frozen=True):
    """One person who reacted."""

    account: str
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """What pages beside a post say of those who reacted to it.

    Args:
        reactors: the reaction's name -> who reacted so; those who liked stand under "like".
        counts: the reaction's name -> how many a page of the reactions plugin counts.
    """

    reactors: Mapping[str, Sequence[Reactor]]
    counts: Mapping[str, int]


class _Count(Struct, frozen=True):
    name: str
    mechanism: Literal["like", "emoji"]
    total: int
    source_field: str


_NOBODY = Named({}, {})
ReactionRecord = Reaction | ReactionTotal | Anomaly


def flaws_of(raw: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """What is wrong with a post's counts, as (code, detail)."""
    for name in ("reactions", "actions_summary"):
        entries = raw.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict):
                yield "unparsed", f"{name} holds a {type(entry).__name__}: not read"
            elif (count := entry.get("count", 0)) is not None and (whole(count) is None or count < 0):
                yield "unparsed", f"{name}: count is {str(count)[:40]!r}: not read"


def reactions_of(
    raw: Mapping[str, Any], post: str, locator: str, named: Named = _NOBODY
) -> Iterator[ReactionRecord]:
    """Reactions of the plugin where the post has them, else plain likes; never both.

    Args:
        raw: the post's JSON.
        post: its native id.
        locator: where it stands.
        named: people that other pages name.
    """
    actions = objects(raw.get("actions_summary"))
    likes = sum([_count(action) for action in actions if action.get("id") == _LIKE])
    if not isinstance(raw.get("reactions"), list) and not named.counts:
        people = named.reactors.get(LIKE, ())
        is_counted = isinstance(raw.get("actions_summary"), list)
        like = _Count(LIKE, "like", likes, "actions_summary")
        yield from _told(
            like if is_counted else _Count(LIKE, "like", len(people), "post_action_users"),
            people,
            post,
            locator,
        )
        return
    counts = list(_counts(raw, named))
    by_name = _assigned(named, counts)
    if by_name is None:
        detail = "who liked is known, but not with which reaction: only counted"
        yield Anomaly(code="metadata_only", locator=locator, detail=detail, post=post)
    for count in counts:
        if count.name:
            yield from _told(count, (by_name or {}).get(count.name, ()), post, locator)
        else:
            detail = f"a reaction without a name, {count.total} times"
            yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
    yield from _contradictions(raw, sum(count.total for count in counts), likes, post, locator)


def _counts(raw: Mapping[str, Any], named: Named) -> Iterator[_Count]:
    if not isinstance(raw.get("reactions"), list):
        yield from (_Count(name, "emoji", count, "reaction_users") for name, count in named.counts.items())
        return
    for entry in objects(raw["reactions"]):
        yield _Count(text(entry.get("id")) or "", "emoji", _count(entry), "reactions")


def _assigned(named: Named, counts: list[_Count]) -> Mapping[str, Sequence[Reactor]] | None:
    """Who reacted with what. None where people are known as likers only, and there are several reactions."""
    if set(named.reactors) != {LIKE} or any(count.name == LIKE for count in counts):
        return named.reactors
    return {counts[0].name: named.reactors[LIKE]} if len(counts) == 1 else None


def _contradictions(
    raw: Mapping[str, Any], total: int, likes: int, post: str, locator: str
) -> Iterator[Anomaly]:
    users = whole(raw.get("reaction_users_count"))
    if users is not None and users != total:
        detail = f"{total} reactions listed, but reaction_users_count says {users}"
        yield Anomaly(code="count_mismatch", locator=locator, detail=detail, post=post)
    elif likes > total:
        detail = f"{total} reactions listed, but {likes} likes, which should be among them"
        yield Anomaly(code="count_mismatch", locator=locator, detail=detail, post=post)


def _count(entry: dict[str, Any]) -> int:
    """`count` of a summary; the key is absent where nobody did it."""
    return max(whole(entry.get("count")) or 0, 0)


def _told(count: _Count, people: Sequence[Reactor], post: str, locator: str) -> Iterator[ReactionRecord]:
    """The people that are known, the number of the others, and what the forum says of both."""
    name, mechanism = count.name, count.mechanism
    for person in people:
        yield Reaction(
            post=post,
            name_raw=name,
            mechanism=mechanism,
            account=person.account,
            created_at=person.created_at,
        )
    rest = count.total - len(people)
    if rest > 0:
        yield Reaction(post=post, name_raw=name, mechanism=mechanism, n=rest, identity="count_only")
    if rest < 0:
        detail = f"{name}: {count.total} counted, but {len(people)} people are named"
        yield Anomaly(code="count_mismatch", locator=locator, detail=detail, post=post)
    if count.total or people:
        yield ReactionTotal(
            post=post,
            name_raw=name,
            mechanism=mechanism,
            total=count.total,
            identified=len(people),
            source_field=count.source_field,
        )
