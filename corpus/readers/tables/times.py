"""Points in time as people and programs write them into tables.

What can mean two days is not guessed: 3/4/2031 is read only where the rest of its column shows which of the
two numbers is the day.
"""

import email.utils
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Literal

from msgspec import Struct

from ...model import Precision

Order = Literal["day", "month"]
"""Which of two numbers comes first in a date such as 3/4/2031."""

_FIRST_YEAR, _LAST_YEAR = 1971, 2199
_MONTHS_OF_YEAR, _DAYS_OF_MONTH = 12, 31
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"(\d{9,16})(?:\.(\d+))?\Z")
_TWO_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?=$|[ ,T])")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?=$|[ T])")
_DAY_MONTH = re.compile(
    r"(?:[a-z]{2,9}\.?,? +)?(\d{1,2})(?:st|nd|rd|th|\.)?[ -]+([a-z]{3})[a-z]*\.?,?[ -]+(\d{4})", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"(?:[a-z]{3,9}\.?,? +)?([a-z]{3})[a-z]*\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", re.IGNORECASE
)
_CLOCK = re.compile(
    r"[ ,T]*(?:at )?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(?:([ap])\.?(?:\s?m\.?)?(?![a-z]))?"
    r"\s*(?:(utc|gmt|z)(?:([+-]\d{1,2})(?::?([0-5]\d))?)?|[a-z]{3,5})?\Z",
    re.IGNORECASE,
)
_ISO_TAIL = re.compile(r"\s*(?:utc|gmt)\Z|(?<=\d) (?=[+-]\d{2}:?\d{2}\Z)", re.IGNORECASE)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES, 1)}


class Moment(Struct, frozen=True):
    """A time in UTC, how finely it is known, and whether its zone is."""

    at: datetime
    precision: Precision
    tz_known: bool


def needs_order(value: Any) -> bool:
    """Whether a value can be read only when its column's order of day and month is known."""
    return (
        isinstance(value, str)
        and (match := _TWO_NUMBERS.match(value.strip())) is not None
        and match[2] != "."
    )


def order_of(values: Iterable[Any]) -> Order | None:
    """Which comes first in a column, the day or the month; None where nothing shows it, or both."""
    seen: set[Order] = set()
    for value in values:
        if needs_order(value) and (match := _TWO_NUMBERS.match(value.strip())):
            first, second = int(match[1]), int(match[3])
            if second <= _MONTHS_OF_YEAR < first <= _DAYS_OF_MONTH:
                seen.add("day")
            if first <= _MONTHS_OF_YEAR < second <= _DAYS_OF_MONTH:
                seen.add("month")
    return seen.pop() if len(seen) == 1 else None


def moment_of(value: Any, order: Order | None = None) -> Moment | None:
    """Read a time: ISO 8601, seconds or milliseconds since 1970, or a written date; None where it is none."""
    try:
        found = _typed(value) if not isinstance(value, str) else _written(value.strip(), order)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found and _FIRST_YEAR <= found.at.year <= _LAST_YEAR else None


def _typed(value: Any) -> Moment | None:
    if isinstance(value, datetime):
        return _moment(value, _fineness(value))
    if isinstance(value, date):
        return _moment(datetime.combine(value, time()), "day")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_epoch(f"{value:.6f}".rstrip("0").rstrip("."))
    return None


def _written(text: str, order: Order | None) -> Moment | None:
    try:
        # Most are as they should be, and are no numbers.
        when = datetime.fromisoformat(text if text[4:5] == "-" else "")
    except ValueError:
        return _since_epoch(text) or _unusual(text, order)
    return _moment(when, _fineness(when) if ":" in text or "T" in text else "day")


def _unusual(text: str, order: Order | None) -> Moment | None:
    try:
        when = datetime.fromisoformat(_ISO_TAIL.sub("", text))
    except ValueError:
        return _calendar(text, order) or _mail_date(text)
    is_utc = text[-3:].lower() in ("utc", "gmt")
    when = when.replace(tzinfo=UTC) if is_utc and when.tzinfo is None else when
    return _moment(when, _fineness(when) if ":" in text or "T" in text else "day")


def _since_epoch(text: str) -> Moment | None:
    """Seconds (9 or 10 digits), milliseconds (12, 13) or microseconds (15, 16) since 1970."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    number, fraction, digits = int(match[1]), match[2] or "", len(match[1])
    if digits <= 10:  # noqa: PLR2004
        micros = int(fraction[:6].ljust(6, "0"))
        when = _EPOCH + timedelta(seconds=number, microseconds=micros)
        return Moment(when, "us" if fraction.strip("0") else "s", tz_known=True)
    if digits in (12, 13):
        return Moment(_EPOCH + timedelta(milliseconds=number), "ms", tz_known=True)
    return (
        Moment(_EPOCH + timedelta(microseconds=number), "us", tz_known=True) if digits in (15, 16) else None
    )


def _calendar(text: str, order: Order | None) -> Moment | None:
    """A written date, with or without a time of day."""
    found = _day(text, order)
    if found is None:
        return None
    day, rest = found
    if not rest:
        return _moment(day, "day")
    clock = _CLOCK.match(rest)
    if clock is None:
        return None
    hour = int(clock[1])
    if clock[5]:
        hour = hour % 12 + (12 if clock[5].lower() == "p" else 0)
    micros = int((clock[4] or "")[:6].ljust(6, "0"))
    when = day.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0), microsecond=micros)
    return _moment(when.replace(tzinfo=_zone(clock[7], clock[8])) if clock[6] else when, _fineness(when))


def _zone(hours: str | None, minutes: str | None) -> tzinfo:
    """The zone of "GMT+5:30"; other letters stand for several zones over the world and are not read."""
    if hours is None:
        return UTC
    offset = timedelta(hours=int(hours), minutes=int(hours[0] + (minutes or "0")))
    return timezone(offset)


def _day(text: str, order: Order | None) -> tuple[datetime, str] | None:
    """The day a text begins with, and what follows it."""
    if match := _YEAR_FIRST.match(text):
        return datetime(int(match[1]), int(match[3]), int(match[4])), text[match.end() :]  # noqa: DTZ001
    if match := _TWO_NUMBERS.match(text):
        order = "day" if match[2] == "." else order
        if order is None:
            return None
        first, second = int(match[1]), int(match[3])
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)  # noqa: PLR2004
        month, day = (second, first) if order == "day" else (first, second)
        return datetime(year, month, day), text[match.end() :]  # noqa: DTZ001
    if (match := _DAY_MONTH.match(text)) and (month := _MONTHS.get(match[2].lower())):
        return datetime(int(match[3]), month, int(match[1])), text[match.end() :]  # noqa: DTZ001
    if (match := _MONTH_DAY.match(text)) and (month := _MONTHS.get(match[1].lower())):
        return datetime(int(match[3]), month, int(match[2])), text[match.end() :]  # noqa: DTZ001
    return None


def _mail_date(text: str) -> Moment | None:
    """RFC 2822, as mail programs write it."""
    if not re.search(r"\d{1,2}:\d{2}", text):
        return None
    return _moment(email.utils.parsedate_to_datetime(text), "s")


def _moment(when: datetime, precision: Precision) -> Moment:
    known = when.tzinfo is not None
    return Moment(when.astimezone(UTC) if known else when.replace(tzinfo=UTC), precision, known)


def _fineness(when: datetime) -> Precision:
    if not when.microsecond:
        return "s"
    return "us" if when.microsecond % 1000 else "ms"
