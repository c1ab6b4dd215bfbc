"""When a figure is said to hold: "weekly", "in January", "last quarter", "by the end of Q2".

A period is read from words and then fixed by the day they were written: "last month" of 3 February is
January.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_SHORT = {name[:3]: place for place, name in enumerate(_MONTHS, start=1)} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:{'|'.join(_SHORT)})\b\.?)"
_RATES = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly"}
_RATE = re.compile(
    r"\b(?:(?P<adverb>daily|weekly|monthly|quarterly)"
    r"|(?:every|each|per|(?<!in )(?<!within )(?<!for )(?<!over )an?|in (?:a|any) (?:normal|given"
    r"|typical)) (?:single )?(?P<noun>day|week|month|quarter)\b)"
)
_WHEN = re.compile(
    rf"\b(?P<until>by|before|until|till)?\s*(?:the\s+)?(?:(?:end|start|middle|beginning)\s+of\s+)?"
    rf"(?:(?:in|for|during|since|of|from|last|this|next|until)\s+)*"
    rf"(?:(?P<month>{_MONTH})|q(?P<quarter>[1-4]))(?![\w-])(?:,?\s+(?P<year>20\d\d))?"
    r"|\b(?P<by>by|before)?\s*(?:the\s+)?(?:end\s+of\s+)?(?P<which>last|past|this|next|current|previous)\s+"
    r"(?P<unit>week|month|quarter|year)\b"
    r"|\b(?:in|by|for|during|of|since)\s+(?P<only>20\d\d)\b"
)
_BACK = {"last": -1, "past": -1, "previous": -1, "next": 1}
_YEAR_OF_MONTHS = 12
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """How often, and when: each empty where nothing is said of it."""

    rate: str = ""
    when: str = ""


def period(lower: str, day: date | None) -> Period:
    """The period a sentence in lower case names.

    Args:
        lower: the sentence.
        day: when it was written; without it nothing relative is told.

    >>> period("70% used it last month", date(2031, 2, 3))
    Period(rate='', when='January 2031')
    >>> period("an 80% weekly target by the end of q2", date(2031, 2, 3))
    Period(rate='weekly', when='by Q2 2031')
    """
    rate = _RATE.search(lower)
    how = ""
    if rate:
        how = rate["adverb"] or _RATES[rate["noun"]]
    moment = next((found for found in _WHEN.finditer(lower) if not _is_verb(found)), None)
    return Period(how, _when(moment, day) if moment else "")


def _is_verb(found: re.Match[str]) -> bool:
    """Whether it is not the month but the verb: "people may sign", "we march on"."""
    return found.group().strip() in ("may", "march", "mar")


def _when(found: re.Match[str], day: date | None) -> str:
    by = "by " if found["until"] in ("by", "before", "until", "till") or found["by"] else ""
    if found["only"]:
        return f"by {found['only']}" if found.group().startswith("by") else found["only"]
    if found["which"]:
        return by + _relative(found["unit"], _BACK.get(found["which"], 0), day) if day else ""
    month = _SHORT.get(found["month"].rstrip(".")[:3]) if found["month"] else None
    year = found["year"] or (
        _year(month or _QUARTER * int(found["quarter"]), day, ahead=bool(by)) if day else ""
    )
    name = _MONTHS[month - 1].capitalize() if month else f"Q{found['quarter']}"
    return f"{by}{name} {year}".rstrip()


def _year(month: int, day: date, *, ahead: bool) -> str:
    """The nearest such month: the latest that has begun, or for a deadline the next to end."""
    if ahead:
        return str(day.year + (month < day.month))
    return str(day.year - (month > day.month + (_QUARTER - 1 if month % _QUARTER == 0 else 0)))


def _relative(unit: str, step: int, day: date) -> str:
    if unit == "week":
        monday = day - timedelta(days=day.weekday()) + timedelta(weeks=step)
        return f"week of {monday.isoformat()}"
    if unit == "year":
        return str(day.year + step)
    months = day.year * _YEAR_OF_MONTHS + day.month - 1
    if unit == "month":
        year, month = divmod(months + step, _YEAR_OF_MONTHS)
        return f"{_MONTHS[month].capitalize()} {year}"
    year, quarter = divmod(months // _QUARTER + step, _YEAR_OF_MONTHS // _QUARTER)
    return f"Q{quarter + 1} {year}"
