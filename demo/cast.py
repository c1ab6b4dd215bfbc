"""The people of the invented company, their logins on three platforms, and the bots among them.

One person may have a Slack login, a forum login and an address to sign with, under three names. Which of
them are one person follows from canonical e-mail or from the alias list, never from names: two pairs of
people share a full name, and one login name belongs to different people on the two platforms.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from .banks import World
from .dice import Dice, dice

Lean = Literal["critic", "defender", "mixed"]
Register = Literal["terse", "chatty", "formal", "plain", "esl", "jokey"]

DOMAIN = "ostmarle.example"
PRIVATE_DOMAIN = "postbox.example"


@dataclass(frozen=True, slots=True)
class Login:
    """An account on one platform."""

    id: str
    username: str
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on the roster."""

    id: str
    name: str
    email: str
    role: str
    organisation: str
    site: str
    hired: str
    lean: Lean
    themes: tuple[str, ...]
    register: Register
    slack: Login | None
    discourse: Login | None
    sheet_email: str
    """The address this person types into a form."""

    @property
    def given(self) -> str:
        """First name."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """Something that posts or reacts and is nobody."""

    id: str
    name: str
    slack: Login | None
    discourse: Login | None
    declared: bool
    """Whether Slack marks it as a bot; an undeclared one looks like a person."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody."""

    people: tuple[Person, ...]
    bots: tuple[Bot, ...]
    on_slack: tuple[Person, ...]
    on_discourse: tuple[Person, ...]
    """Both in order of how much they write."""

    def on(self, platform: str) -> tuple[Person, ...]:
        """Who has a login there, the busiest first."""
        return self.on_slack if platform == "slack" else self.on_discourse

    def playing(self, role: str) -> Person:
        """The one person in a leading role."""
        return next(person for person in self.people if person.role == role)


def make_cast(seed: int, people: int, world: World) -> Cast:
    """Invent the company's people."""
    roll = dice(seed, "cast")
    namer = _Namer(world, roll)
    members = [_person(number, namer, roll, world) for number in range(1, people + 1)]
    slack = roll.mixed([place for place, person in enumerate(members) if person.slack])
    discourse = roll.mixed([place for place, person in enumerate(members) if person.discourse])
    _share_names(members, slack, discourse)
    return Cast(
        people=tuple(members),
        bots=tuple(_bot(entry, number) for number, entry in enumerate(world.bots)),
        on_slack=tuple(members[place] for place in slack),
        on_discourse=tuple(members[place] for place in discourse),
    )


class _Namer:
    """Gives names, and logins that nobody else has."""

    def __init__(self, world: World, roll: Dice) -> None:
        self._world = world
        self._roll = roll
        self._taken: set[str] = set()

    def full_name(self) -> str:
        return f"{self._roll.pick(self._world.given)} {self._roll.pick(self._world.family)}"

    def unique(self, wanted: str) -> str:
        """Return the login, numbered if its letters are taken (dots do not tell addresses apart)."""
        name, number = wanted, 2
        while name.replace(".", "").lower() in self._taken:
            name, number = f"{wanted}{number}", number + 1
        self._taken.add(name.replace(".", "").lower())
        return name

    def handle(self, given: str, family: str) -> str:
        forms = (
            f"{given[0]}{family}",
            f"{given}{family[0]}",
            f"{family}.{given[0]}",
            f"{given}_{family[:3]}",
            f"{self._roll.pick(self._world.nicks)}{self._roll.between(2, 99)}",
            self._roll.pick(self._world.nicks),
        )
        return self.unique(self._roll.pick(forms))


def _person(number: int, namer: _Namer, roll: Dice, world: World) -> Person:
    lead = world.leads[number - 1] if number <= len(world.leads) else None
    name = namer.full_name()
    given, family = plain_letters(name).split()
    local = namer.unique(f"{given}.{family}")
    email = f"{local}@{DOMAIN}"
    kind = roll.weighted({"both": 58.0, "slack": 34.0, "discourse": 8.0}) if lead is None else "both"
    slack_email = None if lead is None and roll.chance(0.03) else _typed(email, roll, plain=0.93)
    slack = Login(_slack_id(roll), namer.handle(given, family), slack_email)
    discourse = Login(str(2000 + number * 7 % 9973 + number // 9973 * 9973), namer.handle(given, family))
    organisation = lead["organisation"] if lead else roll.weighted(world.organisations)
    critic, defender = (70.0, 12.0) if organisation == "Sales Engineering" else (54.0, 29.0)
    return Person(
        id=f"p{number:04d}",
        name=name,
        email=email,
        role=lead["role"] if lead else roll.weighted(world.roles[organisation]),
        organisation=organisation,
        site=roll.weighted(world.sites),
        hired=str(date(2014, 1, 6) + timedelta(days=roll.between(0, 4300))),
        lean=lead["lean"] if lead else roll.weighted({"critic": critic, "defender": defender, "mixed": 17.0}),
        themes=tuple(roll.mixed(world.themes)[:4]),
        register=roll.weighted(
            {"terse": 0.2, "chatty": 0.25, "formal": 0.15, "plain": 0.22, "esl": 0.1, "jokey": 0.08}
        ),
        slack=slack if kind != "discourse" else None,
        discourse=discourse if kind != "slack" else None,
        sheet_email=_typed(email, roll, plain=0.8),
    )


def _typed(email: str, roll: Dice, plain: float) -> str:
    """Write an address as people do; all forms but the private one are canonically the same."""
    if roll.chance(plain):
        return email
    local, domain = email.split("@")
    forms = {
        f"{local.title()}@{domain}": 4.0,
        f"{local}+{roll.pick(('petition', 'forms', 'lists'))}@{domain}": 7.0,
        f"{local.replace('.', '')}@{domain}": 5.0,
        f"{local.replace('.', '-')}@{PRIVATE_DOMAIN}": 3.0,
    }
    return roll.weighted(forms)


def _share_names(members: list[Person], slack: list[int], discourse: list[int]) -> None:
    """Let two pairs share a full name, and one login name stand for two people on two platforms."""
    for first, second in ((slack[0], slack[1]), (slack[2], slack[-1])):
        members[second] = replace(members[second], name=members[first].name)
    busiest = discourse[0]
    other = next(place for place in slack[3:] if place != busiest)
    mine, theirs = members[busiest].discourse, members[other].slack
    assert mine is not None
    assert theirs is not None
    members[busiest] = replace(members[busiest], discourse=replace(mine, username=theirs.username))


def _bot(entry: dict[str, str], number: int) -> Bot:
    name = entry["name"]
    on_slack, on_discourse = "slack" in entry["where"], "discourse" in entry["where"]
    return Bot(
        id=f"bot-{name}",
        name=entry["title"],
        slack=Login(f"U0BOT{number:05d}", name) if on_slack else None,
        discourse=Login(str(1001 + number), name) if on_discourse else None,
        declared=entry["declared"] == "yes",
    )


def _slack_id(roll: Dice) -> str:
    return "U0" + "".join(roll.pick("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(9))


def plain_letters(name: str) -> str:
    """Write a name in a-z only, as logins do."""
    named = name.translate(
        str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "ı": "i", "'": "", "-": ""})
    )
    folded = unicodedata.normalize("NFKD", named).encode("ascii", "ignore").decode()
    return folded.lower()


def seen(people: Sequence[Person | Bot]) -> list[Person]:
    """Leave the bots out."""
    return [member for member in people if isinstance(member, Person)]
