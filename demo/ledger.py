"""Who did what about a petition, and what follows: the referee's rules, kept apart from those they judge.

Positions follow from the identified acts by `settle`. What the exports do not name is kept as well, as counts
(the remainder) and as acts that only the truth knows (how many there really were).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from .cast import Bot, Person
from .conversation import Conversation, Message
from .dates import week
from .petition_plan import NAMED_VOTERS

Kind = Literal["signed", "voted", "said", "reacted", "opposed", "withdrew", "conditional"]
SUPPORTING = frozenset({"+1", "thumbsup", "heavy_plus_sign", "heart"})
OPPOSING = frozenset({"-1", "thumbsdown"})
CONVENTIONS = (
    "Acts are settled in order of time. Reactions and votes have none: they count as at the opening post's.",
    "Withdrawing ends all support before it.",
    "Support and opposition that both stand are conflicted; after 'changed my mind' the later one wins.",
    "Conditional only where nothing else stands.",
    "Tier A signed or voted, B said, C reacted; the strongest standing act counts.",
    "The author of an opening post is not counted for writing it. Bots and count-only never count.",
    "A person's acts are [kind, source, post id or signatures.csv/ROW, ISO week]; ROW 1 follows the header.",
    "structural: none of the person's acts is in words. A stance that is not listed is none.",
    "count_only_remainder: unnamed support on opening posts and in polls; plain likes are never support.",
    "true_supporters: what the count would be if the exports named everybody.",
)
_TIERS = {"signed": "A", "voted": "A", "said": "B", "reacted": "C"}
_SAID: dict[str, Kind] = {
    "endorse": "said",
    "oppose": "opposed",
    "withdraw": "withdrew",
    "conditional": "conditional",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing one person did about a petition."""

    person: str
    kind: Kind
    source: str
    ref: str
    at: int
    structural: bool
    changed: bool = False
    named: bool = True


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where and when acts without a place and time of their own count."""

    source: str
    ref: str
    at: int


@dataclass(slots=True)
class Petition:
    """What is gathered about one petition."""

    statement: str
    openings: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    acts: list[Act] = field(default_factory=list[Act])
    bot_acts: int = 0
    count_only: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def read(self, source: str, native: str, made: Conversation, message: Message) -> None:
        """Take in what one post in a thread of the petition does."""
        spot = _Spot(source, f"{source}:{native}", message.at)
        if message.trap == "opening":
            self.openings.setdefault(source, []).append(native)
            self._reactions(spot, message)
            self._likes(spot, made, message)
            self._votes(spot, message)
        elif message.act != "neutral" and isinstance(message.author, Person):
            kind = _SAID[message.act]
            act = Act(message.author.id, kind, source, spot.ref, message.at, False, message.changed)
            self.acts.append(act)

    def sign(self, person: Person, ref: str, at: int, withdrawn: int | None) -> None:
        """Take in one row of the sign-up sheet."""
        self.acts.append(Act(person.id, "signed", "table", ref, at, structural=True))
        if withdrawn is not None:
            self.acts.append(Act(person.id, "withdrew", "table", ref, withdrawn, structural=True))

    def _structural(self, kind: Kind, spot: _Spot, who: Person | Bot, *, named: bool) -> None:
        if isinstance(who, Bot):
            self.bot_acts += 1
        else:
            self.acts.append(Act(who.id, kind, spot.source, spot.ref, spot.at, structural=True, named=named))

    def _reactions(self, spot: _Spot, message: Message) -> None:
        for group in message.reactions:
            name = group.name.split("::")[0]
            if name not in SUPPORTING | OPPOSING:
                continue
            kind: Kind = "reacted" if name in SUPPORTING else "opposed"
            for person in group.people:
                self._structural(kind, spot, person, named=True)
            for person in group.unnamed:
                self._structural(kind, spot, person, named=False)
            self._unnamed(spot, "reaction", group.name, len(group.unnamed), supports=kind == "reacted")

    def _likes(self, spot: _Spot, made: Conversation, message: Message) -> None:
        if not made.has_reactions:
            self._unnamed(spot, "like", "like", sum(message.likes.values()), supports=False)
            return
        for name, people in message.liked_by.items():
            for person in people:
                self._structural("reacted", spot, person, named=False)
            self._unnamed(spot, "reaction", name, len(people), supports=True)

    def _votes(self, spot: _Spot, message: Message) -> None:
        if message.ballot is None:
            return
        options: tuple[tuple[Kind, str, tuple[Person | Bot, ...]], ...] = (
            ("voted", message.ballot.endorse, message.ballot.endorsers),
            ("opposed", message.ballot.oppose, message.ballot.opposers),
        )
        for kind, option, voters in options:
            for place, voter in enumerate(voters):
                self._structural(kind, spot, voter, named=place < NAMED_VOTERS)
            self._unnamed(spot, "vote", option, len(voters) - NAMED_VOTERS, supports=kind == "voted")

    def _unnamed(self, spot: _Spot, mechanism: str, name: str, number: int, *, supports: bool) -> None:
        if number > 0:
            part = {"mechanism": mechanism, "name": name, "unnamed": number, "supports": supports}
            self.count_only.append({"source": spot.source, "post": spot.ref, **part})


def settle(acts: Iterable[Act]) -> tuple[str | None, str | None]:
    """Return the position that follows from somebody's acts, and the tier of what supports it."""
    support: list[Act] = []
    oppose: list[Act] = []
    withdrew = conditional = False
    for act in in_order(acts):
        if act.kind == "withdrew":
            support.clear()
            withdrew, conditional = True, False
        elif act.kind == "conditional":
            conditional = True
        else:
            mine, other = (oppose, support) if act.kind == "opposed" else (support, oppose)
            mine.append(act)
            if act.changed:
                other.clear()
    if support and oppose:
        return "conflicted", None
    if support:
        return "supports", min(_TIERS[act.kind] for act in support)
    if oppose:
        return "opposes", None
    return ("conditional" if conditional else "withdrew" if withdrew else None), None


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Return acts in order of time."""
    return sorted(acts, key=lambda act: (act.at, act.ref, act.kind))


def describe(petition: Petition) -> dict[str, Any]:
    """Return what truth.json says about one petition."""
    by_person: dict[str, list[Act]] = {}
    for act in petition.acts:
        by_person.setdefault(act.person, []).append(act)
    people: dict[str, Any] = {}
    for who in sorted(by_person):
        named = in_order(act for act in by_person[who] if act.named)
        position, tier = settle(named)
        if position is not None:
            people[who] = {
                "position": position,
                "tier": tier,
                "acts": [[act.kind, act.source, act.ref, week(act.at)] for act in named],
                "structural": all(act.structural for act in named),
            }
    raw = Counter(f"{act.source}.{act.kind}" for act in petition.acts if act.named)
    return {
        "statement": petition.statement,
        "opening_posts": petition.openings,
        "acts": {**dict(sorted(raw.items())), "total": sum(raw.values()), "bots": petition.bot_acts},
        "people": people,
        "count_only": petition.count_only,
        "totals": _totals(petition, by_person, people),
    }


def _totals(petition: Petition, by_person: dict[str, list[Act]], people: dict[str, Any]) -> dict[str, int]:
    positions = Counter(entry["position"] for entry in people.values())
    tiers = Counter(entry["tier"] for entry in people.values())
    backing = [entry for entry in people.values() if entry["position"] == "supports"]
    return {
        "supporters": positions["supports"],
        **{tier: tiers[tier] for tier in "ABC"},
        "withdrew": positions["withdrew"],
        "opposed": positions["opposes"],
        "conditional": positions["conditional"],
        "conflicted": positions["conflicted"],
        "count_only_remainder": sum(part["unnamed"] for part in petition.count_only if part["supports"]),
        "structural_supporters": sum(
            any(act[0] in {"signed", "voted", "reacted"} for act in entry["acts"]) for entry in backing
        ),
        "true_supporters": sum(settle(acts)[0] == "supports" for acts in by_person.values()),
    }
