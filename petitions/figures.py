"""Figures in words and digits: "1,500", "over 1.5k", "fifteen hundred", "70 per cent", "three out of four".

A figure is a number of people or a share, from low to high, with how exactly it is meant. What it counts is
read elsewhere (`claims`); here only its writing is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Unit = Literal["people", "percent"]
Qualifier = Literal["", "about", "at least", "more than", "at most", "less than"]

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "dozen": 12, "k": 1000, "m": 1_000_000}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}

_QUALIFIERS: dict[Qualifier, str] = {
    "more than": r"over|(?:more|greater|higher)\s+than|above|upwards?\s+of|north\s+of|in\s+excess\s+of"
    r"|beyond|>",
    "at least": r"at\s+least|(?:no|not)\s+(?:fewer|less)\s+than|a\s+minimum\s+of|≥",
    "less than": r"under|(?:fewer|less|lower)\s+than|below|not\s+even|<",
    "at most": r"at\s+most|up\s+to|(?:no|not)\s+more\s+than|a\s+maximum\s+of|≤",
    "about": r"about|around|approx(?:imately|\.)?|roughly|circa|ca\.?|some|nearly|almost|close\s+to|~|≈"
    r"|just\s+(?:over|under|shy\s+of)|an\s+estimated",
}
_WORD = (
    rf"(?:{'|'.join(sorted({*_WORDS, 'hundred', 'thousand', 'million', 'dozen'}, key=len, reverse=True))})"
)
_SPELT = rf"(?:an?\s+)?(?:(?:couple\s+)?{_WORD})(?:(?:[\s-]+|\s+and\s+){_WORD})*(?!\w)"
_DIGITS = r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = rf"(?>(?:{_DIGITS})(?:\s?(?:k|m)(?!\w)|\s(?:hundred|thousand|million|dozen)(?!\w))?|{_SPELT})"
_PERCENT = r"(?:\s?[%％]|[\s-]?(?:percent(?:age\s+points?)?|per\s+cent|pct)(?!\w))"
_TO = r"(?:\s*[-–—]\s*|\s+to\s+)"
_FRACTION = (
    r"half(?!\w|\s+(?:an?|the)\s+(?:million|dozen|thousand|hundred|day|hour|year|week))"
    r"|(?:one|a)[\s-]+(?:half|third|quarter|fifth|tenth)(?!\w)"
    r"|(?:two|three|four|nine)[\s-]+(?:third|quarter|fifth|tenth)s(?!\w)"
)
FIGURE = re.compile(
    r"(?<![\w.,:/#$€£¥@+=^\\-])(?<![#$€£¥]\s)(?<!half\s)(?<!half\sa\s)"
    rf"(?:(?P<how>(?:{'|'.join(f'(?:{words})' for words in _QUALIFIERS.values())})(?:\s+an?(?=\s))?)\s*)?"
    rf"(?:(?P<fraction>{_FRACTION})"
    rf"|(?P<part>{_NUMBER})\s+(?:out\s+of|in|of)\s+(?:(?:every|the|our|those)\s+)?(?P<whole>{_NUMBER})(?!\s?%)"
    rf"|between\s+(?P<from>{_NUMBER})(?:{_PERCENT})?\s+and\s+(?P<upto>{_NUMBER})(?P<both>{_PERCENT})?"
    rf"|(?P<low>{_NUMBER})(?P<low_percent>{_PERCENT})?{_TO}(?P<high>{_NUMBER})(?P<percents>{_PERCENT})?"
    rf"|(?P<number>{_NUMBER})(?P<plus>\+)?(?P<percent>{_PERCENT})?(?P<plus_after>\+)?(?P<ish>-?ish\b)?)"
    r"(?![\w%:/=^$€£]|[.,]\d|-\w)",
)
_AFTER = re.compile(
    r"\s+(?P<about>or\s+so|give\s+or\s+take|-?ish)\b|\s+(?P<least>or\s+more|and\s+counting|plus)\b"
)
_HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is meant; [start, end) is its place, without the words that qualify it.

    Attributes:
        low: the number, or the lower end of what it is said to lie between.
        high: the upper end; the same as `low` for a plain number.
        unit: people (any plain number) or percent.
        how: how exactly it is meant; empty for just so.
        of: how many the share is a share of, where that is said ("12 of 15").
    """

    low: float
    high: float
    unit: Unit
    how: Qualifier
    start: int
    end: int
    of: float | None = None


def figures(lower: str) -> Iterator[Figure]:
    """The figures of a sentence in lower case, from left to right."""
    for found in FIGURE.finditer(lower):
        figure = _share(found) or _between(found) or _plain(found)
        if figure is not None:
            yield figure


def _share(found: re.Match[str]) -> Figure | None:
    """A share written as a fraction or as so many out of so many."""
    if words := found["fraction"]:
        first, _, name = words.replace("-", " ").rpartition(" ")
        parts = _WORDS.get(first.strip(), 1)
        value = round(_HUNDRED * parts / _PARTS[name.removesuffix("s")], 1)
        return _figure(found, "fraction", value, value, "percent")
    if found["part"] is None:
        return None
    part, whole = number(found["part"]), number(found["whole"])
    if not 0 < part <= whole:
        return None
    value = round(_HUNDRED * part / whole, 1)
    how = _how(found)
    return Figure(value, value, "percent", how, found.start("part"), found.end("whole"), whole)


def _between(found: re.Match[str]) -> Figure | None:
    first, last, shares = ("from", "upto", "both") if found["from"] else ("low", "high", "percents")
    if found[first] is None:
        return None
    low, high = number(found[first]), number(found[last])
    if not low < high:
        return None
    unit: Unit = "percent" if found[shares] or (first == "low" and found["low_percent"]) else "people"
    end = found.end(shares) if found[shares] else found.end(last)
    return Figure(low, high, unit, _how(found), found.start(first), end)


def _plain(found: re.Match[str]) -> Figure | None:
    if found["number"] is None:
        return None
    value = number(found["number"])
    unit: Unit = "percent" if found["percent"] else "people"
    if unit == "people" and value != int(value):
        return None
    return _figure(found, "percent" if found["percent"] else "number", value, value, unit)


def _figure(found: re.Match[str], last: str, low: float, high: float, unit: Unit) -> Figure:
    start = found.start("fraction") if last == "fraction" else found.start("number")
    end = found.end("ish") if found["ish"] else found.end(last)
    return Figure(low, high, unit, _how(found), start, end)


def _how(found: re.Match[str]) -> Qualifier:
    """What the words around the number make of it."""
    after = _AFTER.match(found.string, found.end())
    if found["plus"] or found["plus_after"] or (after and after["least"]):
        return "at least"
    if found["ish"] or (after and after["about"]):
        return "about"
    said = found["how"]
    if said is None:
        return ""
    for name, words in _QUALIFIERS.items():
        if re.fullmatch(rf"(?:{words})(?:\s+an?)?", said):
            return name
    return ""


def number(text: str) -> float:
    """What a number in digits or words comes to.

    >>> [number(text) for text in ("1,500", "1.5k", "fifteen hundred", "two thousand and fifty", "a dozen")]
    [1500.0, 1500.0, 1500.0, 2050.0, 12.0]
    """
    match = re.match(r"[\d.,'’\u00a0\u202f ]*\d", text)
    if match is None:
        return _spelt(text)
    digits = match.group()
    if re.fullmatch(r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?:\.\d+)?", digits):
        whole, _, rest = digits.partition(".")
        grouped = digits if len(rest) == 3 else whole  # noqa: PLR2004 - a point before three digits groups them
        value = float(re.sub(r"\D", "", grouped))
        value += float(f"0.{rest}") if rest and grouped is whole else 0.0
    else:
        value = float(digits)
    return value * _SCALES.get(text[match.end() :].strip(), 1)


def _spelt(text: str) -> float:
    total = part = 0.0
    for word in re.split(r"[\s-]+", text.strip()):
        if word == "couple":
            part = 2
        elif word in ("hundred", "dozen"):
            part = (part or 1) * _SCALES[word]
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0
        else:
            part += _WORDS.get(word, 0)
    return total + part
