"""Where Rocket.Chat's documents lie: pages of its API, what mongoexport or mongodump wrote.

mongodump writes BSON, whose decoder is part of pymongo and comes with the extra `forum-pulse[bson]`. Dates
and ids have three spellings: ISO text in the API, `{"$date": ...}` in mongoexport, own types in BSON.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ....errors import ExportError
from ...model import Anomaly
from ..archives import FAILURES
from ..export import Export
from ..json_stream import lines_of, values_of
from ..json_values import Moment, epoch, moment, text
from ..leftovers import is_aside

_DUMPED = ("rocketchat_message.bson", "rocketchat_room.bson", "users.bson")
_LISTS = ("messages", "channels", "groups", "ims", "rooms", "users", "members", "update")
_PLACES = ("item", *(f"{name}.item" for name in _LISTS), "channel", "group", "room", "user", "total")
ABOUT_THE_DUMP = ("*.metadata.json", "prelude.json", "oplog.bson")
"""What mongodump writes beside the collections: lists of their indexes, how it ran."""
_KEYS = (b"_id", b"rid", b"msg", b"u")
_LEAST, _LARGEST = 5, 64_000_000
"""Bytes of a document: its length and an end at least; MongoDB itself allows 16 million."""


def is_message_file(export: Export, member: str) -> bool:
    """Whether a member begins with messages of Rocket.Chat."""
    try:
        head = export.head(member)
    except ExportError:
        return False
    if member.lower().endswith(".bson"):
        return all(b"\x02%s\0" % key in head for key in _KEYS[:3]) and b"\x03u\0" in head
    return head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[") and all(
        b'"%s"' % key in head for key in _KEYS
    )


def is_collection(export: Export) -> bool:
    """Whether the messages come as MongoDB's own tools write a whole collection."""
    return any(
        member.lower().endswith(".bson") or _is_lines(export, member)
        for member in export.members
        if is_message_file(export, member)
    )


def documents_of(export: Export) -> Iterator[tuple[str, dict[str, Any]] | Anomaly]:
    """Every document with its locator; of a dump only messages, rooms and users.

    Raises:
        ExportError: BSON is to be read and its decoder is not installed.
    """
    for member in export.members:
        name = member.rpartition("/")[2].lower()
        if name.endswith(".bson"):
            if not export.is_archive or name in _DUMPED:
                yield from _bson(export, member)
        elif not export.is_archive or (
            name.endswith((".json", ".jsonl")) and not is_aside(name, ABOUT_THE_DUMP)
        ):
            yield from _json(export, member)


def _json(export: Export, member: str) -> Iterator[tuple[str, dict[str, Any]] | Anomaly]:
    if _is_lines(export, member):
        yield from _lines(export, member)
        return
    position, is_empty = 0, True
    for found in values_of(export, member, _PLACES):
        is_empty = False
        if isinstance(found, Anomaly):
            yield found
            continue
        place, value = found
        locator = f"{member}:{position}"
        if place == "total":
            yield locator, {"total": value}
        elif isinstance(value, dict):
            yield locator, value
            position += 1
        else:
            yield Anomaly(code="unparsed", locator=locator, detail="not an object")
            position += 1
    if is_empty:
        yield Anomaly(code="unread", locator=member, detail="no list of messages, rooms or users in it")


def _is_lines(export: Export, member: str) -> bool:
    """Whether each line is a document: the first one is, as far as it can be seen."""
    try:
        head = export.head(member)
    except ExportError:
        return False
    first, _, rest = head.partition(b"\n")
    return first.startswith(b'{"_id"') and (first.rstrip().endswith(b"}") or not rest)


def _lines(export: Export, member: str) -> Iterator[tuple[str, dict[str, Any]] | Anomaly]:
    for found in lines_of(export, member):
        if isinstance(found, Anomaly) or isinstance(found[1], dict):
            yield found
        else:
            yield Anomaly(code="unparsed", locator=found[0], detail="not an object")


def _bson(export: Export, member: str) -> Iterator[tuple[str, dict[str, Any]] | Anomaly]:
    try:
        from bson import InvalidBSON, decode
        from bson.codec_options import CodecOptions, DatetimeConversion
    except ImportError as error:
        raise ExportError(
            f"{export.path}: {member} is BSON, which needs the package pymongo",
            hint="run: pip install 'forum-pulse[bson]', or export with mongoexport to JSON",
        ) from error
    options: Any = CodecOptions(
        tz_aware=True,
        unicode_decode_error_handler="replace",
        datetime_conversion=DatetimeConversion.DATETIME_AUTO,
    )
    for position, data in enumerate(_slices(export, member)):
        locator = f"{member}:{position}"
        if isinstance(data, Anomaly):
            yield data
            continue
        try:
            document: dict[str, Any] = decode(data, options)
        except (InvalidBSON, ValueError, OverflowError, RecursionError) as error:
            yield Anomaly(code="unparsed", locator=locator, detail=f"no BSON: {str(error)[:120]}")
        else:
            yield locator, document


def _slices(export: Export, member: str) -> Iterator[bytes | Anomaly]:
    """The bytes of each document: they begin with their length."""
    try:
        with export.open(member) as stream:
            while head := stream.read(4):
                size = int.from_bytes(head, "little")
                body = stream.read(size - 4) if _LEAST <= size <= _LARGEST else b""
                if len(head) + len(body) != size:
                    yield Anomaly(code="truncated", locator=member, detail="cut off or damaged")
                    return
                yield head + body
    except (ExportError, *FAILURES) as error:
        yield Anomaly(code="truncated", locator=member, detail=f"can't be read: {str(error)[:120]}")


def id_of(value: Any) -> str | None:
    """A document's id: a text, or MongoDB's own in one of its spellings."""
    if isinstance(value, dict):
        value = value.get("$oid")
    return str(value) if type(value).__name__ == "ObjectId" else text(value)


def time_of(value: Any) -> Moment | None:
    """A time in any of its spellings."""
    if isinstance(value, datetime):
        return moment(value.astimezone(UTC).isoformat(timespec="milliseconds"))
    if isinstance(value, dict):
        value = value.get("$date")
        if isinstance(value, dict):
            value = value.get("$numberLong")
        return moment(value) or epoch(value, per_second=1000)
    return moment(value)
