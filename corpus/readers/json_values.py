"""JSON as it comes: values of a type that can be trusted, or nothing.

An export is other people's JSON. A field that should be a number may be a word, a time may be none, a file
may end in the middle. Readers ask here for what they need and get it or None, and decide what that means.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from msgspec import Struct

from ..model import Precision

BOM = b"\xef\xbb\xbf"
_INT64 = 1 << 63
_MIN_YEAR, _MAX_YEAR = 1970, 2200
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _END = 0, int(datetime(_MAX_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())
"""Seconds since 1970 between which a time is believed."""


def parse(data: bytes) -> Any:
    """The JSON document in these bytes.

    The fast parser refuses half emoji, NaN and numbers beyond 64 bits, which real exports hold; then the
    lenient one of the standard library is asked.

    Raises:
        ValueError: it is no JSON; the message says where.
    """
    data = data.removeprefix(BOM)
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        try:
            return json.loads(data)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def whole(value: Any) -> int | None:
    """A whole number a database can hold, else None; True is no number."""
    return value if type(value) is int and -_INT64 <= value < _INT64 else None


def text(value: Any) -> str | None:
    """A text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; empty where it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if value and isinstance(value, list) else []


class Moment(Struct, frozen=True):
    """A time as it was written.

    Args:
        at: in UTC.
        raw: the text it was read from.
        precision: how fine it is.
        tz_known: whether the text named its zone; without one UTC is assumed.
    """

    at: datetime
    raw: str
    precision: Precision
    tz_known: bool


def moment(value: Any) -> Moment | None:
    """An ISO 8601 time between 1970 and 2200, else None."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        tz_known = at.tzinfo is not None
        if at.tzinfo is not UTC:
            at = at.astimezone(UTC) if tz_known else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not _MIN_YEAR <= at.year <= _MAX_YEAR:
        return None
    return Moment(at, value, _precision(value), tz_known)


def epoch(value: Any, *, per_second: int = 1) -> Moment | None:
    """A time counted since 1970 in UTC, as a number or a text of digits, else None.

    Args:
        value: what the export says.
        per_second: how many units of it make a second: 1, or 1000 for milliseconds.
    """
    kind = type(value)
    try:
        if kind is int or (kind is str and value.isdecimal()):
            # Nearly all are: exact numbers of any length are many times slower.
            seconds, rest = divmod(int(value), per_second)
            if not _FIRST <= seconds < _END:
                return None
            at = _EPOCH + timedelta(0, seconds, rest * 1_000_000 // per_second)
            fine: Precision = "ms" if per_second > 1 else "s"
        elif kind is float or kind is str:
            units = Decimal(str(value).strip())
            at = _EPOCH + timedelta(microseconds=int(units * 1_000_000 / per_second))
            fine = "ms" if per_second > 1 else "us" if units % 1 else "s"
        else:
            return None
    except (ArithmeticError, ValueError):
        return None
    return Moment(at, str(value), fine, True) if _MIN_YEAR <= at.year <= _MAX_YEAR else None


def _precision(value: str) -> Precision:
    if ":" not in value:
        return "day"
    return "ms" if "." in value else "s"
