"""Stream and topic of a zulip-archive file, from its name or the tool's index.

The tool writes `STREAMID-stream/Topic.json` and escapes a topic's name as in a web address, with a full stop
in place of the per cent sign: "Coffee.20machine.3F". Flat copies join the two: `STREAM__Topic.json`.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import unquote

from ..export import Export
from ..json_values import whole

_ESCAPE = re.compile(r"\.([0-9A-F]{2})")
_NUMBERED = re.compile(r"(\d+)-(.+)\Z")
_FLAT = re.compile(r"([^/]+?)__(.+)\Z")
_RESOLVED = "\N{HEAVY CHECK MARK} "
"""What Zulip writes in front of a topic that was marked as resolved."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic in its stream.

    Args:
        title: its name, unescaped, without the mark of a resolved topic, so that it stays the same.
        stream: the stream's number, its name where there is none, None where the file tells neither.
        stream_name: for people.
        is_resolved: whether it bears that mark.
    """

    title: str
    stream: str | None
    stream_name: str
    is_resolved: bool

    @property
    def native_id(self) -> str:
        """Stream and title: topics have no number of their own."""
        return self.title if self.stream is None else f"{self.stream}/{self.title}"


def topic_of(member: str, export: Export) -> Topic:
    """The topic a file holds. A folder named like a stream is one; else the file's name may join both."""
    *folders, file_name = member.split("/")
    stem = file_name.removesuffix(".json")
    folder = folders[-1] if folders else export.path.name if export.path.is_dir() else ""
    if _NUMBERED.match(folder):
        return _topic(stem, folder)
    flat = _FLAT.match(stem)
    # A stream's name is not escaped: "fix.20__init__" is a topic with underscores.
    if flat and not _ESCAPE.search(flat[1]):
        return _topic(flat[2], flat[1])
    return _topic(stem, None)


def _topic(stem: str, stream: str | None) -> Topic:
    title = unescaped(stem)
    numbered = _NUMBERED.match(stream) if stream else None
    return Topic(
        title=title.removeprefix(_RESOLVED),
        stream=numbered[1] if numbered else stream,
        stream_name=numbered[2] if numbered else stream or "",
        is_resolved=title.startswith(_RESOLVED),
    )


def unescaped(name: str) -> str:
    """A name as people see it.

    >>> unescaped("Coffee.20machine.3F")
    'Coffee machine?'
    """
    return unquote(_ESCAPE.sub(r"%\1", name.replace("%", "%25")))


@dataclass(frozen=True, slots=True)
class Index:
    """What `stream_index.json` says; empty where there is none.

    Args:
        names: stream number -> its name.
        sizes: (stream number, topic title) -> how many messages it has.
        written_at: when the archive was made.
    """

    names: dict[str, str] = field(default_factory=dict[str, str])
    sizes: dict[tuple[str | None, str], int] = field(default_factory=dict[tuple[str | None, str], int])
    written_at: datetime | None = None

    @classmethod
    def read(cls, document: Any) -> Self:
        """Take from the parsed file what has the right shape."""
        names: dict[str, str] = {}
        sizes: dict[tuple[str | None, str], int] = {}
        streams = document.get("streams") if isinstance(document, dict) else None
        for name, stream in streams.items() if isinstance(streams, dict) else ():
            number = whole(stream.get("id")) if isinstance(stream, dict) else None
            if number is None:
                continue
            names[str(number)] = name
            topics = stream.get("topic_data")
            for title, data in topics.items() if isinstance(topics, dict) else ():
                size = whole(data.get("size")) if isinstance(data, dict) else None
                if size:
                    sizes[str(number), title.removeprefix(_RESOLVED)] = size
        return cls(names, sizes, _moment(document.get("time")) if isinstance(document, dict) else None)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1 << 33:
        return None
    return datetime.fromtimestamp(value, UTC)
