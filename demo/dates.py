"""The half year in which it happens, and when people write. All times are whole seconds since 1970, UTC."""

from datetime import UTC, date, datetime, time
from functools import cache

from .banks import load_story
from .dice import Dice

DAY = 86_400
START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())
END = int(datetime(2026, 6, 28, tzinfo=UTC).timestamp())
_SATURDAY = 5


def seconds(moment: datetime | date) -> int:
    """Return a date or a date and time as seconds."""
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return int(at.replace(tzinfo=UTC).timestamp())


@cache
def event(name: str) -> int:
    """Return the start of the day on which something of the story happened."""
    return next(seconds(entry["date"]) for entry in load_story()["events"] if entry["name"] == name)


def week(at: int) -> str:
    """Return the ISO week, e.g. "2026-W06"."""
    year, number, _ = datetime.fromtimestamp(at, UTC).isocalendar()
    return f"{year}-W{number:02d}"


def day(at: int) -> str:
    """Return the day, e.g. "2026-02-03"."""
    return _day_of(at // DAY)


@cache
def _day_of(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, UTC).strftime("%Y-%m-%d")


def iso(at: int, milliseconds: int = 0) -> str:
    """Return the moment as Discourse writes it."""
    minutes, second = divmod(at % DAY, 60)
    return f"{day(at)}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}.{milliseconds:03d}Z"


def working_moment(roll: Dice, around: int) -> int:
    """Move a moment to when people write: mostly on weekdays between eight and seven."""
    midnight = around - around % DAY
    if datetime.fromtimestamp(midnight, UTC).weekday() >= _SATURDAY and roll.chance(0.9):
        midnight += 2 * DAY if midnight + 2 * DAY < END else -2 * DAY
    hour = 8 + 5.5 * (roll.random() + roll.random())
    return midnight + int(hour * 3600) + roll.between(0, 59)
