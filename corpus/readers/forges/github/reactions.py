"""Reactions of GitHub: counts in the objects, people in lists, votes without names."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ....model import Anomaly
from ...json_values import moment, objects, text, whole
from ..told import Count, Told, Vote
from .people import account_of
from .places import Place

_NAMES = {
    "THUMBS_UP": "+1",
    "THUMBS_DOWN": "-1",
    "LAUGH": "laugh",
    "HOORAY": "hooray",
    "CONFUSED": "confused",
    "HEART": "heart",
    "ROCKET": "rocket",
    "EYES": "eyes",
}
"""GraphQL's name of a reaction -> REST's."""
CONTENTS = frozenset(_NAMES.values()) | frozenset(_NAMES)
_TOO_MANY = 1 << 63
_NOBODY = dict.fromkeys(_NAMES.values(), 0)
"""What most posts say: one table for all of them."""
_NONE_AT_ALL = {"total_count": 0, **_NOBODY}


def name_of(content: Any) -> str | None:
    """One name for a reaction, whichever interface tells of it."""
    said = text(content)
    return _NAMES.get(said, said) if said else None


def reactions_of(raw: dict[str, Any], post: str, place: Place, as_of: datetime | None) -> Iterator[Told]:
    """What an object says of the reactions to itself."""
    yield from _rest(raw.get("reactions"), post, place, as_of)
    if raw.get("reactionGroups"):
        yield from _groups(raw["reactionGroups"], post, place, as_of)
    upvotes = whole(raw.get("upvoteCount"))
    if upvotes is not None and upvotes >= 0:
        totals = {"upvote": upvotes}
        yield Count(post=post, mechanism="upvote", totals=totals, field="upvoteCount", as_of=as_of)


def _groups(groups: Any, post: str, place: Place, as_of: datetime | None) -> Iterator[Told]:
    totals: dict[str, int] = {}
    for group in objects(groups):
        people = group.get("users") or group.get("reactors")
        name, total = name_of(group.get("content")), _total(people)
        if name is None or total is None:
            detail = f"reactionGroups: no count of {str(group.get('content'))[:40]!r}: not read"
            yield Anomaly(code="unparsed", locator=place.locator, detail=detail, post=post)
            continue
        totals[name] = max(total, totals.get(name, 0))
        for index, person in enumerate(objects(people.get("nodes") if isinstance(people, dict) else None)):
            yield from vote_of({"content": name, "user": person}, post, f"{place.locator}:{name}:{index}")
    if totals:
        yield _count(post, totals, "reactionGroups", as_of)


def _count(post: str, totals: dict[str, int], field: str, as_of: datetime | None) -> Count:
    if totals.keys() == _NOBODY.keys() and not any(totals.values()):
        totals = _NOBODY
    return Count(post=post, mechanism="emoji", totals=totals, field=field, as_of=as_of)


def _rest(counts: Any, post: str, place: Place, as_of: datetime | None) -> Iterator[Told]:
    if not isinstance(counts, dict):
        if counts is not None and not isinstance(counts, list):
            detail = f"reactions is a {type(counts).__name__}: not read"
            yield Anomaly(code="unparsed", locator=place.locator, detail=detail, post=post)
        return
    if _NONE_AT_ALL.items() <= counts.items() and "nodes" not in counts:
        yield Count(post=post, mechanism="emoji", totals=_NOBODY, field="reactions", as_of=as_of)
        return
    for index, node in enumerate(objects(counts.get("nodes"))):
        yield from vote_of(node, post, f"{place.locator}:{index}")
    told = {name: total for name, total in counts.items() if name in CONTENTS}
    totals = {name: total for name, total in told.items() if type(total) is int and 0 <= total < _TOO_MANY}
    for name in [name for name in told if name not in totals] if len(totals) < len(told) else ():
        detail = f"reactions: {name} is {str(told[name])[:40]!r}: not read"
        yield Anomaly(code="unparsed", locator=place.locator, detail=detail, post=post)
    if totals:
        yield _count(post, totals, "reactions", as_of)
    said, seen = whole(counts.get("total_count")), sum(totals.values())
    if said is not None and said != seen:
        detail = f"reactions: total_count is {said}, its parts come to {seen}"
        yield Anomaly(code="count_mismatch", locator=place.locator, detail=detail, post=post)


def vote_of(raw: dict[str, Any], post: str, locator: str) -> Iterator[Told]:
    """One entry of a list of who reacted: the person and the vote, or what is wrong with it."""
    name = name_of(raw.get("content"))
    if name is None:
        detail = f"a reaction whose content is {str(raw.get('content'))[:40]!r}: not read"
        yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
        return
    account = account_of(raw.get("user"))
    if account is not None:
        yield account
    created = moment(raw.get("created_at") or raw.get("createdAt"))
    own = whole(raw.get("id")) or text(raw.get("id"))
    yield Vote(
        post=post,
        name=name,
        mechanism="emoji",
        account=account.native_id if account else None,
        key=f"{post} {own or locator}",
        at=created.at if created else None,
        locator=locator.rpartition(":")[0] or locator,
    )


def _total(people: Any) -> int | None:
    total = whole(people.get("totalCount")) if isinstance(people, dict) else None
    return total if total is not None and total >= 0 else None
