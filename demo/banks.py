"""The sentence banks: several hundred hand-written lines in TOML, in two halves that share no line.

A test or a benchmark that has tuned anything on a forum of half "a" can measure on one of half "b", whose
sentences nobody has seen.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

BankName = Literal["a", "b", "both"]
Side = Literal["critic", "defender"]

_POLICY = re.compile(r"\b(mandate|target|quota|policy|80%)", re.IGNORECASE)
# What a sentence can only know after something has happened; the first that matches counts.
_AFTER = {
    "rollout help": re.compile(r"May build|clinic"),
    "all-hands link": re.compile(
        r"[Ss]pring\b|in March|read-only|second person|change log|petition themselves"
    ),
    "outage": re.compile(r"outage|11 March|on call that morning|09:1|agent role|permission change"),
    "approval page changed": re.compile(
        r"wording|overnight|page was edited|policy page|approval page|changed the page"
    ),
    "leadership answer": re.compile(r"71%|3\.9|Nothing is banned|answered the thread"),
    "petition": re.compile(r"open letter|petition|[Ii]n January|[Ss]ince January|in February"),
    "mandate": re.compile(r"memo|mandate|target|dashboard|quota"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with slots, and which targets it names."""

    template: str
    names_mandated: bool
    names_wanted: bool
    names_policy: bool
    after: str | None
    """The event of the story before which nobody could say this."""
    themes: tuple[str, ...]
    """What it raises, its own theme first if that is among them."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """What can be said about one theme."""

    about: tuple[str, ...]
    reasons: dict[str, tuple[Line, ...]]
    stories: dict[str, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Banks:
    """All sentences of one half, or of both."""

    opinions: dict[str, Opinions]
    phrases: dict[str, dict[str, tuple[str, ...]]]
    acts: dict[str, Any]
    everyday: dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """The invented company, as world.toml says."""

    company: str
    team_id: str
    host: str
    mandated: str
    wanted: str
    others: tuple[str, ...]
    market: str
    themes: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    nicks: tuple[str, ...]
    organisations: dict[str, float]
    roles: dict[str, dict[str, float]]
    sites: dict[str, float]
    leads: tuple[dict[str, Any], ...]
    bots: tuple[dict[str, str], ...]
    channels: tuple[dict[str, Any], ...]
    more_channels: dict[str, Any]
    categories: tuple[dict[str, Any], ...]
    slots: dict[str, tuple[str, ...]]


@cache
def load_world() -> World:
    """Read the invented company."""
    raw: dict[str, Any] = _read("world")
    slots = {name: tuple(values) for name, values in raw.pop("slots").items()}
    frozen: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()
    }
    return World(slots=slots, **frozen)


@cache
def load_story() -> dict[str, Any]:
    """Read what happened: events, fixed posts, petitions."""
    return _read("story")


@cache
def load_banks(bank: BankName) -> Banks:
    """Read the sentences of one half, or of both."""
    halves = ("a", "b") if bank == "both" else (bank,)
    opinions = _joined("opinions", halves)
    return Banks(
        opinions={theme: _opinions(theme, lines) for theme, lines in opinions.items()},
        phrases=_joined("phrases", halves),
        acts=_joined("acts", halves),
        everyday=_joined("everyday", halves),
    )


def _opinions(theme: str, lines: Mapping[str, tuple[Any, ...]]) -> Opinions:
    def told(part: str) -> tuple[Line, ...]:
        return tuple(_line(entry, theme) for entry in lines[part])

    sides = ("critic", "defender")
    return Opinions(
        about=lines["about"],
        reasons={side: told(side) for side in sides},
        stories={side: told(f"{side}_stories") for side in sides},
    )


def _line(entry: str | dict[str, Any], theme: str) -> Line:
    """A sentence of a theme, or one that raises other or more themes than that: {says, themes}."""
    template, themes = (entry, (theme,)) if isinstance(entry, str) else (entry["says"], entry["themes"])
    after = next((event for event, words in _AFTER.items() if words.search(template)), None)
    policy = bool(_POLICY.search(template))
    return Line(template, "{T}" in template, "{P}" in template, policy, after, themes)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "banks" / f"{name}.toml").read_text(encoding="utf-8"))


def _joined(name: str, halves: tuple[str, ...]) -> dict[str, Any]:
    """Read both halves of a bank into one, list after list."""
    joined = _read(f"{name}_{halves[0]}")
    for half in halves[1:]:
        joined = _merge(joined, _read(f"{name}_{half}"))
    return _frozen(joined)


def _merge(one: Any, two: Any) -> Any:
    if isinstance(one, dict):
        return {key: _merge(one[key], two[key]) for key in one}
    return one + two


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(entry) for key, entry in value.items()}
    return tuple(_frozen(entry) for entry in value) if isinstance(value, list) else value
