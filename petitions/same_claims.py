"""When two posts claim the same, and the sentence of set words that names a claim.

Same figure, same deed, same people, same period. Who leaves something unsaid ("1,500 signed") says the same
as those who say it ("1,500 engineers signed in May"), as far as that is clear: by the fuller claim that most
people make.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .claims import Mention


@dataclass(frozen=True, slots=True)
class Said:
    """A claim as one post states it, with what its words come to on their day."""

    mention: Mention
    post: str
    person: str
    at: datetime | None
    is_root: bool
    thread: str
    petition: str
    rate: str
    when: str

    @property
    def hard(self) -> tuple[Any, ...]:
        """What must be equal for two to say the same; a share of somebody's own team is that team's alone."""
        m = self.mention
        own = self.person if m.counted == "a team" else ""
        return (m.figure.low, m.figure.high, m.figure.unit, m.deed, m.negated, own)

    @property
    def soft(self) -> tuple[str, ...]:
        """What may be left unsaid."""
        counted = "" if self.mention.counted == "people" else self.mention.counted
        return (counted, self.rate, self.when, self.petition)


def same(said: Iterable[Said]) -> Iterator[list[Said]]:
    """Groups that say the same. Who leaves something unsaid joins the fuller claim that most people make."""
    by_figure: dict[tuple[Any, ...], dict[tuple[str, ...], list[Said]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in said:
        by_figure[one.hard][one.soft].append(one)
    for profiles in by_figure.values():
        fullest = [p for p in profiles if not any(p != q and _fits(p, q) for q in profiles)]
        people = {q: len({one.person for one in profiles[q]}) for q in fullest}
        joined: dict[tuple[str, ...], list[Said]] = {profile: [] for profile in profiles}
        for profile, ones in profiles.items():
            fuller = sorted((q for q in fullest if _fits(profile, q)), key=lambda q: -people[q])
            is_clear = len(fuller) == 1 or people[fuller[0]] > people[fuller[1]]
            joined[fuller[0] if is_clear else profile] += ones
        yield from (group for group in joined.values() if group)


def _fits(vague: tuple[str, ...], full: tuple[str, ...]) -> bool:
    return all(not less or less == more for less, more in zip(vague, full, strict=True))


def place_of(group: Sequence[Said]) -> tuple[Any, ...]:
    """Where a claim stands among those that as many people state."""
    fullest = max(one.soft for one in group)
    return (*group[0].hard[:-1], fullest, min(one.post for one in group))


_DOES = {
    "sign": "signed", "support": "support it", "oppose": "oppose it", "use": "use it", "adopt": "adopted it",
    "stop using": "stopped using it", "want": "want it", "target": "as a target",
}  # fmt: skip
_DENIED = {"sign": "did not sign", "adopt": "did not adopt it", "stop using": "did not stop using it"}


def name(rows: Sequence[dict[str, Any]]) -> None:
    """Name each claim by a sentence of set words, told apart by number where two would read alike."""
    taken: Counter[str] = Counter()
    for row in rows:
        words = wording(row)
        taken[words] += 1
        row["claim"] = words if taken[words] == 1 else f"{words} [{taken[words]}]"


def wording(row: dict[str, Any]) -> str:
    """A claim in a sentence that holds nothing of anybody's own words.

    >>> wording({"low": 70.0, "high": 70.0, "unit": "percent", "counted": "engineers", "deed": "use",
    ...          "negated": False, "rate": "weekly", "period": "January 2031", "petition": None})
    '70% of engineers use it, weekly, January 2031'
    """
    low, high = (f"{row[end]:,.6g}" if row[end] % 1 else f"{row[end]:,.0f}" for end in ("low", "high"))
    number = low if low == high else f"{low}–{high}"
    counted = row["counted"] if row["counted"] != "a team" or row["unit"] == "percent" else "people of a team"
    whom = f"{number}% of {counted}" if row["unit"] == "percent" else f"{number} {counted}"
    deed = row["deed"]
    does = _DENIED.get(deed, f"do not {_DOES[deed]}") if row["negated"] else _DOES[deed]
    about = f" ({row['petition']})" if row["petition"] else ""
    return ", ".join(part for part in (f"{whom} {does}{about}", row["rate"], row["period"]) if part)
