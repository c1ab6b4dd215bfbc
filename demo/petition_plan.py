"""Who does what about a petition, where and when: decided person by person before anything is written.

Each person gets a part (supports, opposes, withdraws, asks for conditions, is torn, changes mind) and acts it
out on one or more platforms. What the exports will not name (votes past the 25th, likes on Discourse, some
Slack reactions) is decided here as well, so that the truth knows how many people there really were.
"""

from dataclasses import dataclass, field
from typing import Any

from .cast import Cast, Person
from .conversation import Platform
from .dates import DAY, END, event, seconds, working_moment
from .dice import Dice, dice

NAMED_VOTERS = 25
MINUTE = 60
_SUPPORT = {"critic": 0.66, "mixed": 0.3, "defender": 0.05}
_OPPOSE = {"critic": 0.005, "mixed": 0.06, "defender": 0.2}
_SUPPORT_EMOJI = {
    "+1": 6.0,
    "thumbsup::skin-tone-3": 1.2,
    "+1::skin-tone-2": 1.0,
    "+1::skin-tone-5": 0.8,
    "heavy_plus_sign": 2.0,
    "heart": 1.6,
}


@dataclass(frozen=True, slots=True)
class Say:
    """One act in words to come."""

    person: Person
    where: Platform
    at: int
    kind: str
    """endorse, oppose, withdraw, conditional, changed_to_support, changed_to_oppose."""
    twice: bool = False
    """Posted on the other platform, too."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One row of the sign-up sheet."""

    person: Person
    at: int
    email: str
    withdrawn: int | None = None
    """When it was taken back."""


@dataclass(slots=True)
class Plan:
    """All that people do about one petition."""

    name: str
    opens: dict[Platform, int]
    author: Person
    says: list[Say] = field(default_factory=list[Say])
    signatures: list[Signature] = field(default_factory=list[Signature])
    reacts: list[tuple[str, Person]] = field(default_factory=list[tuple[str, Person]])
    """Slack reactions on the opening: emoji, person."""
    unnamed: set[str] = field(default_factory=set[str])
    """Persons whose Slack reaction is in the count only."""
    votes: dict[str, list[Person]] = field(default_factory=lambda: {"endorse": [], "oppose": []})
    likes: dict[str, list[Person]] = field(default_factory=dict[str, list[Person]])

    def say(self, roll: Dice, person: Person, kind: str, at: int, where: Platform | None = None) -> None:
        """Have somebody speak, on a platform where they have a login."""
        places: list[Platform] = [place for place in ("slack", "discourse") if getattr(person, place)]
        self.says.append(Say(person, where if where in places else roll.pick(places), at, kind))


class Planner:
    """Casts the parts for one petition."""

    def __init__(self, seed: int, cast: Cast, entry: dict[str, Any], talkative: float, share: float) -> None:
        self._roll = dice(seed, "petition", entry["name"])
        self._cast = cast
        self._entry = entry
        self._talkative = talkative
        self._share = share
        opens: dict[Platform, int] = {
            "discourse": seconds(entry["discourse_at"]),
            "slack": seconds(entry["slack_at"]),
        }
        self._plan = Plan(entry["name"], opens, cast.playing(entry["author"]))
        self._opened = max(opens.values())

    def plan(self) -> Plan:
        """Decide what everybody does."""
        roll = self._roll
        free = [
            person
            for person in self._cast.people
            if not person.role.startswith(("Chief", "VP", "Head", "Tamberlo"))
            and person is not self._plan.author
        ]
        supporters, opposers = self._sides(roll.mixed(free))
        backing = len(supporters)
        self._torn(supporters, max(2, backing // 50))
        self._withdraw(supporters, max(4, backing // 18))
        self._conditional(supporters, max(2, backing // 25))
        self._change(supporters, opposers, max(2, backing // 45))
        for person in supporters:
            self._support(person)
        for person in opposers:
            self._oppose(person)
        self._hide()
        return self._plan

    def _sides(self, people: list[Person]) -> tuple[list[Person], list[Person]]:
        supporters: list[Person] = []
        opposers: list[Person] = []
        for person in people:
            support, oppose = _SUPPORT[person.lean] * self._share, _OPPOSE[person.lean] * self._share
            part = self._roll.weighted(
                {"for": support, "against": oppose, "": max(0.0, 1 - support - oppose)}
            )
            if part:
                (supporters if part == "for" else opposers).append(person)
        return supporters, opposers

    def _moment(self, after: int = 0) -> int:
        """Draw when somebody acts: soon after the opening, or when something happens."""
        roll = self._roll
        waves = {"opening": 50.0, "outage": 12.0, "all-hands link": 22.0, "investment": 16.0}
        wave = roll.weighted(
            {
                name: weight
                for name, weight in waves.items()
                if name == "opening" or event(name) > self._opened
            }
        )
        if wave == "all-hands link":
            start = event(wave) + 16 * 3600
            at = start + (roll.between(0, 12 * MINUTE) if roll.chance(0.75) else roll.between(0, 7200))
        else:
            start = self._opened + 5 * MINUTE if wave == "opening" else event(wave) + 10 * 3600
            at = start + int(9 * DAY * roll.random() ** 3)
            at = at if at - start < DAY // 6 else max(working_moment(roll, at), start)
        return min(max(at, after), END - DAY)

    def _support(self, person: Person) -> None:
        """Support in one to four ways."""
        roll, plan = self._roll, self._plan
        ways = {"react": bool(person.slack) and roll.chance(0.5), "say": roll.chance(0.34 * self._talkative)}
        ways["sign"] = self._entry["sheet"] and roll.chance(0.4)
        ways["vote"] = "poll" in self._entry and bool(person.discourse) and roll.chance(0.55)
        if not any(ways.values()):
            ways["react" if person.slack else "say"] = True
        if ways["react"]:
            self._react(person)
        if ways["vote"]:
            plan.votes["endorse"].append(person)
        if ways["sign"]:
            self._sign(person)
        if ways["say"]:
            self._speak(person)
        if person.discourse and roll.chance(0.25):
            plan.likes.setdefault(roll.weighted({"heart": 3.0, "+1": 2.0}), []).append(person)

    def _react(self, person: Person) -> None:
        plan, roll = self._plan, self._roll
        emoji = roll.weighted(_SUPPORT_EMOJI)
        plan.reacts.append((emoji, person))
        if roll.chance(0.12):
            plan.reacts.append(("heart" if emoji != "heart" else "+1", person))

    def _sign(self, person: Person, withdrawn_after: int | None = None) -> None:
        if withdrawn_after is None:
            at, withdrawn = self._moment(), None
        else:
            at = self._opened + self._roll.between(3600, 20 * DAY)
            withdrawn = at + withdrawn_after * DAY
        self._plan.signatures.append(Signature(person, at, person.sheet_email, withdrawn))
        if withdrawn is None and self._roll.chance(0.03):
            again = person.email.replace("@", "+again@")
            self._plan.signatures.append(Signature(person, min(at + 2 * DAY, END), again))

    def _speak(self, person: Person) -> None:
        roll = self._roll
        self._plan.say(roll, person, "endorse", self._moment())
        if person.slack and person.discourse and roll.chance(0.1):
            said = self._plan.says.pop()
            self._plan.says.append(Say(said.person, said.where, said.at, said.kind, twice=True))

    def _oppose(self, person: Person) -> None:
        roll, plan = self._roll, self._plan
        ways = [
            way
            for way, can in (("react", person.slack), ("vote", person.discourse and "poll" in self._entry))
            if can and roll.chance(0.5)
        ]
        if "react" in ways:
            plan.reacts.append(("-1", person))
        if "vote" in ways:
            plan.votes["oppose"].append(person)
        if not ways or roll.chance(0.3 * self._talkative):
            plan.say(roll, person, "oppose", self._moment())

    def _torn(self, supporters: list[Person], number: int) -> None:
        """Let some hold both sides: a reaction for and one against, or a signature and a clear no."""
        roll, plan = self._roll, self._plan
        for place, person in enumerate(_take(supporters, number, "slack")):
            if place % 2:
                plan.reacts.extend((("+1", person), ("-1", person)))
            else:
                plan.reacts.append(("heavy_plus_sign", person))
                plan.say(roll, person, "oppose", self._moment(), "slack")

    def _withdraw(self, supporters: list[Person], number: int) -> None:
        """Let some back out: on the sheet with a date, or in words after a signature, a reaction or a +1."""
        roll, plan = self._roll, self._plan
        ways = ("sheet", "signed", "reacted", "said") if self._entry["sheet"] else ("reacted", "said")
        for place, person in enumerate(_take(supporters, number, "slack")):
            way, start = ways[place % len(ways)], self._opened
            if way == "sheet":
                self._sign(person, withdrawn_after=roll.between(4, 30))
                continue
            if way == "signed":
                plan.signatures.append(Signature(person, self._moment(), person.sheet_email))
                start = plan.signatures[-1].at
            elif way == "reacted":
                self._react(person)
            else:
                plan.say(roll, person, "endorse", self._moment())
                start = plan.says[-1].at
            plan.say(roll, person, "withdraw", _later(roll, start))
        self._return(plan.signatures)

    def _return(self, signatures: list[Signature]) -> None:
        """Let one of those who had taken the name off the sheet come back in words."""
        gone = next((row for row in signatures if row.withdrawn is not None), None)
        if gone is not None and gone.withdrawn is not None:
            self._plan.say(self._roll, gone.person, "endorse", _later(self._roll, gone.withdrawn))

    def _conditional(self, supporters: list[Person], number: int) -> None:
        for place, person in enumerate(_take(supporters, number, None)):
            at = self._moment()
            self._plan.say(self._roll, person, "conditional", at)
            if place == 0:
                self._plan.say(self._roll, person, "endorse", _later(self._roll, at))

    def _change(self, supporters: list[Person], opposers: list[Person], number: int) -> None:
        """Let some say that they thought otherwise before."""
        roll, plan = self._roll, self._plan
        for person in _take(opposers, min(number, len(opposers) // 3), "slack"):
            plan.reacts.append(("-1", person))
            plan.say(roll, person, "changed_to_support", _later(roll, self._opened))
        for person in _take(supporters, number, "slack"):
            self._react(person)
            plan.say(roll, person, "changed_to_oppose", _later(roll, self._opened))

    def _hide(self) -> None:
        """Choose whose Slack reactions are in the count only; nobody of whom that would change the side."""
        emoji: dict[str, list[str]] = {}
        for name, person in self._plan.reacts:
            emoji.setdefault(person.id, []).append(name)
        spoke = {said.person.id for said in self._plan.says if said.kind != "endorse"}
        plain = [who for who, names in emoji.items() if names == ["+1"] and who not in spoke]
        self._plan.unnamed = set(plain[-max(1, len(plain) // 12) :]) if len(plain) > 1 else set()


def _take(people: list[Person], number: int, platform: str | None) -> list[Person]:
    """Move so many people with a login there out of the list."""
    fit = [person for person in people if platform is None or getattr(person, platform)][:number]
    for person in fit:
        people.remove(person)
    return fit


def _later(roll: Dice, at: int) -> int:
    return min(working_moment(roll, at + roll.between(5, 45) * DAY), END - 3600)
