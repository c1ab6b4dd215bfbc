"""Reactions to a Teams message: each by somebody, with its time; and those taken back.

`reactions` is what stands now. `messageHistory`, where it is exported, tells of each addition and removal:
a removal after which nothing stands is a reaction with `removed_at`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...model import Reaction, ReactionTotal, Record
from ..json_values import moment, objects, text
from .graph import at
from .places import Places


def reactions_of(message: dict[str, Any], post: str, places: Places, locator: str) -> Iterator[Record]:
    """The reactions that stand, their totals, and those that were taken back."""
    named: Counter[str] = Counter()
    total: Counter[str] = Counter()
    standing: set[tuple[str, str | None]] = set()
    for reaction in objects(at(message, "reactions")):
        name, who = _name(reaction), places.meet(at(reaction, "user"), locator)
        total[name] += 1
        named[name] += who is not None
        standing.add((name, who))
        yield Reaction(
            post=post,
            name_raw=name,
            mechanism="emoji",
            account=who,
            created_at=_at(at(reaction, "createdDateTime")),
            identity="identified" if who else "count_only",
        )
    for name, count in total.items():
        yield ReactionTotal(
            post=post,
            name_raw=name,
            mechanism="emoji",
            total=count,
            identified=named[name],
            source_field="reactions",
        )
    for gone in _withdrawn(message, places, locator):
        if (gone.name, gone.who) not in standing:
            yield Reaction(
                post=post,
                name_raw=gone.name,
                mechanism="emoji",
                account=gone.who,
                created_at=gone.added_at,
                removed_at=gone.removed_at,
            )


@dataclass(frozen=True, slots=True)
class _Withdrawn:
    name: str
    who: str
    added_at: datetime | None
    removed_at: datetime


def _withdrawn(message: dict[str, Any], places: Places, locator: str) -> Iterator[_Withdrawn]:
    """Each removal by somebody, with the addition before it; a removal without a time tells nothing."""
    added: dict[tuple[str, str], datetime] = {}
    events: list[tuple[datetime, str, str, str]] = []
    for event in objects(at(message, "messageHistory")):
        when, reaction = _at(at(event, "modifiedDateTime")), at(event, "reaction")
        who = places.meet(at(reaction, "user"), locator)
        if when is not None and who is not None and isinstance(reaction, dict):
            events.append((when, str(at(event, "actions")).casefold(), _name(reaction), who))
    for when, actions, name, who in sorted(events):
        if "reactionadded" in actions:
            added[name, who] = when
        if "reactionremoved" in actions:
            yield _Withdrawn(name, who, added.pop((name, who), None), when)


def _name(reaction: dict[str, Any]) -> str:
    """The sign or word; of a custom emoji the name somebody gave it, where the export has it."""
    kind = text(at(reaction, "reactionType")) or "unknown"
    return text(at(reaction, "displayName")) or kind if kind == "custom" else kind


def _at(value: Any) -> datetime | None:
    found = moment(value)
    return found.at if found else None
