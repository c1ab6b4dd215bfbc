"""Texts from sentences: who speaks (register, lean), about what (theme, side), in answer to whom.

The idea: only whole hand-written sentences are combined, so that a text stays readable, and the truth of a
text (themes, stance towards each target) follows from the sentences chosen, not from a guess afterwards.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .banks import Banks, Line, Side, World
from .cast import Person
from .conversation import Text
from .dates import event
from .dice import Dice

POLICY = "mandate"
_POLICY_THEMES = frozenset(
    {
        "forced_adoption",
        "approval_process",
        "customer_credibility",
        "transparency",
        "investment_contradiction",
    }
)
# Where a defender of the mandated tool names the wanted one as the worse choice.
_RIVALRY_THEMES = frozenset({"productivity", "capability", "security_outages", "cost"})
_STORY_SHARE = {"terse": 0.0, "plain": 0.35, "chatty": 0.65, "formal": 0.4, "esl": 0.3, "jokey": 0.4}
_OPENING_SHARE = {"terse": 0.0, "plain": 0.12, "chatty": 0.55, "formal": 0.6, "esl": 0.6, "jokey": 0.6}
_CLOSING_SHARE = {"terse": 0.0, "plain": 0.12, "chatty": 0.45, "formal": 0.25, "esl": 0.5, "jokey": 0.6}
_ENDORSE_THEMES = ("capability", "productivity", "customer_credibility", "approval_process", "cost")
_SHORT_WORD = 5
_AFTER_STOP = re.compile(r"(?<=[.?!] )[a-z]")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a reply answers."""

    name: str
    theme: str | None
    side: Side | None


@dataclass(frozen=True, slots=True)
class _Known:
    """When somebody speaks, and what has been said in the thread."""

    at: int
    said: set[str]


def _raised(lines: list[Line]) -> tuple[str, ...]:
    """The themes that some of these sentences raise, each once."""
    return tuple(dict.fromkeys(theme for line in lines for theme in line.themes))


class _Slots(dict[str, str]):
    """Fills a slot when a sentence asks for it."""

    def __init__(self, world: World, roll: Dice, fixed: dict[str, str]) -> None:
        super().__init__(fixed)
        self._world = world
        self._roll = roll

    def __missing__(self, key: str) -> str:
        world, roll = self._world, self._roll
        if key == "colleague":
            return roll.pick(world.given)
        names = {"T": world.mandated, "P": world.wanted, "M": world.market}
        return names[key] if key in names else roll.pick(world.others if key == "O" else world.slots[key])


class Composer:
    """Writes for the people of one world from one set of banks."""

    def __init__(self, world: World, banks: Banks) -> None:
        self.world = world
        self.banks = banks

    def opinion(
        self,
        roll: Dice,
        by: Person,
        theme: str,
        side: Side,
        *,
        at: int,
        second: str | None,
        answer: Answered | None,
        said: set[str],
    ) -> Text:
        """Say what somebody thinks of a theme, or of two, perhaps in answer to somebody.

        Sentences in `said` are left to those who wrote them; what is used is added.
        """
        lines = self._reasons(roll, by, theme, side, _Known(at, said))
        parts = [
            self._opening(roll, by, theme, side, answer),
            *(self._sentence(roll, line) for line in lines),
        ]
        if second is not None:
            extra = roll.pick(_sayable(self.banks.opinions[second].reasons[side], _Known(at, said)))
            parts.append(self._joined(roll, second, extra))
            lines.append(extra)
        said.update(line.template for line in lines)
        if by.register == "esl":
            parts = [parts[0], *(_drop_articles(roll, part) for part in parts[1:])]
        if roll.chance(_CLOSING_SHARE[by.register]):
            kind = by.register if by.register in ("jokey", "esl") else side
            parts.append(self._phrase(roll, "closers", kind, theme))
        words = _layout(roll, [part for part in parts if part], by)
        themes = (theme,) if second is None else (theme, second)
        return Text(_typo(roll, words), _raised(lines), self._stance(themes, side, lines))

    def _reasons(self, roll: Dice, by: Person, theme: str, side: Side, known: _Known) -> list[Line]:
        opinions = self.banks.opinions[theme]
        reasons, stories = _sayable(opinions.reasons[side], known), _sayable(opinions.stories[side], known)
        two = by.register == "formal" and roll.chance(0.4)
        lines = roll.mixed(reasons)[: 2 if two else 1]
        if stories and roll.chance(_STORY_SHARE[by.register]):
            lines.append(roll.pick(stories))
        return lines

    def _opening(self, roll: Dice, by: Person, theme: str, side: Side, answer: Answered | None) -> str:
        if answer is not None:
            if answer.side is None or (by.register == "terse" and roll.chance(0.6)):
                return ""
            if answer.theme is None or answer.theme != theme:
                return self._phrase(roll, "replies", "shift", theme)
            kind = "agree" if answer.side == side else "disagree"
            ref = roll.pick(self.banks.opinions[answer.theme].about)
            return self.fill(roll, roll.pick(self.banks.phrases["replies"][kind]), name=answer.name, ref=ref)
        if not roll.chance(_OPENING_SHARE[by.register]):
            return ""
        kind = "chatty" if by.register in ("plain", "terse") else by.register
        return self._phrase(roll, "openings", kind, theme)

    def _phrase(self, roll: Dice, group: str, kind: str, theme: str) -> str:
        about = roll.pick(self.banks.opinions[theme].about)
        return self.fill(roll, roll.pick(self.banks.phrases[group][kind]), about=about)

    def _joined(self, roll: Dice, theme: str, line: Line) -> str:
        connector = self._phrase(roll, "connectors", "also", theme)
        sentence = self._sentence(roll, line)
        return f"{connector} {_lower_first(sentence, self.world) if connector.endswith(',') else sentence}"

    def _sentence(self, roll: Dice, line: Line) -> str:
        return self.fill(roll, line.template)

    def fill(self, roll: Dice, template: str, **fixed: str) -> str:
        """Put something into each slot of a sentence and begin it with a capital."""
        filled = template.format_map(_Slots(self.world, roll, fixed))
        if ". {" in template or "? {" in template:
            filled = _AFTER_STOP.sub(lambda found: found[0].upper(), filled)
        return filled[:1].upper() + filled[1:]

    def _stance(self, themes: tuple[str, ...], side: Side, lines: list[Line]) -> dict[str, str]:
        world = self.world
        mine, other = ("against", "favor") if side == "critic" else ("favor", "against")
        stance = {POLICY if theme in _POLICY_THEMES else world.mandated: mine for theme in themes}
        if any(line.names_policy for line in lines):
            stance[POLICY] = mine
        if any(line.names_mandated for line in lines):
            stance[world.mandated] = mine
        rival = side == "critic" or not _RIVALRY_THEMES.isdisjoint(themes)
        if rival and any(line.names_wanted for line in lines):
            stance[world.wanted] = other
        return stance

    def act(self, roll: Dice, by: Person, kind: str, petition: str, *, at: int, long: bool = False) -> Text:
        """Do something about a petition in words: endorse, oppose, withdraw, conditional or changed_to_*."""
        acts = self.banks.acts
        favour = kind in ("endorse", "changed_to_support")
        if kind == "endorse" and not long and roll.chance(0.4):
            kind = "endorse_short"
        words = self.fill(roll, roll.pick(acts[kind]))
        stance = {petition: "favor" if favour else "against"} if favour or "oppose" in kind else {}
        if kind == "withdraw" and roll.chance(0.6):
            words = f"{words} {self.fill(roll, roll.pick(acts['withdraw_reasons']))}"
        if kind in ("endorse", "oppose") and (long or roll.chance(0.6)):
            reason = self._act_reason(roll, by, petition, "critic" if favour else "defender", at, long=long)
            return Text(f"{words} {reason.words}", reason.themes, {**reason.stance, **stance})
        return Text(words, (), stance)

    def _act_reason(self, roll: Dice, by: Person, petition: str, side: Side, at: int, *, long: bool) -> Text:
        favourites = [theme for theme in by.themes if theme in _ENDORSE_THEMES]
        theme = roll.pick(favourites or _ENDORSE_THEMES)
        if self.world.wanted.lower() not in petition:
            theme = "forced_adoption"
        opinions = self.banks.opinions[theme]
        known = _Known(at, set())
        lines = [roll.pick(_sayable(opinions.reasons[side], known))]
        if long or roll.chance(0.25):
            lines += roll.mixed(_sayable(opinions.stories[side], known))[:1]
        words = " ".join(self._sentence(roll, line) for line in lines)
        return Text(_typo(roll, words), _raised(lines), self._stance((theme,), side, lines))

    def trap(self, roll: Dice, kind: str, **fixed: str) -> Text:
        """Write something that looks like an act and is none."""
        words = self.fill(roll, roll.pick(self.banks.acts["traps"][kind]), **fixed)
        if kind == "sarcasm":  # all of it mocks the mandate
            return Text(words, ("forced_adoption",), {POLICY: "against"})
        return Text(words)

    def comment(self, roll: Dice, at: int) -> Text:
        """Write what stands in the comment field of a form."""
        if roll.chance(0.5):
            return Text(self.fill(roll, roll.pick(self.banks.acts["comments"]["plain"])))
        theme = roll.pick(_ENDORSE_THEMES)
        line = roll.pick(_sayable(self.banks.opinions[theme].reasons["critic"], _Known(at, set())))
        return Text(self._sentence(roll, line), line.themes, self._stance((theme,), "critic", [line]))

    def chatter(self, roll: Dice) -> Text:
        """Write a contribution to a debate that takes no side."""
        words = self.fill(roll, roll.pick(self.banks.phrases["neutral"]["chatter"]))
        return Text(words)

    def everyday(self, roll: Dice, topic: str, part: Literal["openers", "replies", "titles"]) -> Text:
        """Write something of the long tail."""
        bank = self.banks.everyday
        words = self.fill(roll, roll.pick(bank[topic][part]))
        if part == "titles":
            return Text(words)
        if part == "replies" and roll.chance(0.3):
            words = f"{words} {self.fill(roll, roll.pick(bank[topic][part]))}" if roll.chance(0.5) else words
            start = roll.pick(bank["starts"])
            words = f"{start} {_lower_first(words, self.world) if start.endswith((',', ':')) else words}"
        if roll.chance(0.35):
            words = f"{words} {self.fill(roll, roll.pick(bank['tails']))}"
        return Text(_typo(roll, words))


def _sayable(lines: Sequence[Line], known: _Known) -> list[Line]:
    """Leave out what nobody could know yet, and what was said before as long as there is something else."""
    possible = [line for line in lines if line.after is None or event(line.after) <= known.at]
    return [line for line in possible if line.template not in known.said] or possible


def _layout(roll: Dice, parts: list[str], by: Person) -> str:
    """Put sentences into one paragraph, or into two if there are many; write as this person writes."""
    many = 4
    if len(parts) >= many and roll.chance(0.6):
        middle = len(parts) // 2
        return " ".join(parts[:middle]) + "\n\n" + " ".join(parts[middle:])
    words = " ".join(parts)
    if by.register == "terse" and roll.chance(0.5) and words[:2] != "I ":
        return (words[:1].lower() + words[1:]).rstrip(".")
    return words


def _lower_first(sentence: str, world: World) -> str:
    """Go on within a sentence, unless it begins with a name or an abbreviation."""
    first = sentence.split(maxsplit=1)[0].strip(",.:!?'")
    names = (world.mandated, world.wanted, world.company, *world.others, *world.slots["city"])
    days = (*world.slots["weekday"], "I", "January", "February", "May")
    keep = first in names or first in days or first in world.given or first.startswith(("I'", '"'))
    if keep or (len(first) > 1 and first[1:] != first[1:].lower()):
        return sentence
    return sentence[:1].lower() + sentence[1:]


def _drop_articles(roll: Dice, sentence: str) -> str:
    """Leave out some articles, as people do whose first language has none."""
    words = sentence.split(" ")
    kept = [word for word in words if word not in ("the", "a", "an") or not roll.chance(0.4)]
    return " ".join(kept)


def _typo(roll: Dice, words: str) -> str:
    """Swap two letters in one longer word, now and then."""
    if not roll.chance(0.06):
        return words
    tokens = words.split(" ")
    places = [
        place
        for place, token in enumerate(tokens)
        if len(token) > _SHORT_WORD and token.isalpha() and token.islower()
    ]
    if not places:
        return words
    place = roll.pick(places)
    token, cut = tokens[place], roll.between(1, len(tokens[place]) - 3)
    tokens[place] = token[:cut] + token[cut + 1] + token[cut] + token[cut + 2 :]
    return " ".join(tokens)
