"""What an edit changed, as Discourse's database keeps it: YAML written by Ruby, field -> [before, after].

Ruby marks its own classes with tags (`!ruby/hash:ActiveSupport::HashWithIndifferentAccess`). They are
ignored: every node becomes a text, a list or a mapping, and nothing of Ruby's or Python's is ever built.
"""

import base64
import binascii
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, Literal

import yaml

from ...model import Anomaly, Revision

_FIELDS: dict[str, Literal["body", "title", "tags"]] = {"raw": "body", "title": "title", "tags": "tags"}
_PAIR = 2
_DEEPEST = 10
"""Changes are pairs of texts, or of lists of texts."""


def revisions_of(
    changes: str,
    *,
    post: str,
    number: int,
    account: str | None,
    created_at: datetime | None,
    locator: str,
) -> Iterator[Revision | Anomaly]:
    """The revisions that one row of `post_revisions` or `versions` tells of.

    Args:
        changes: its column `modifications`.
        post: native id of the post that was edited; of a topic, its first post's.
        number: the version it became; the post was number 1 before its first edit.
        account: who edited.
        created_at: when.
        locator: where the row stands.
    """
    try:
        fields = _fields(changes)
    except (yaml.YAMLError, ValueError) as error:
        detail = f"an edit whose changes can't be read ({' '.join(str(error).split())[:80]})"
        yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
        return
    reason = fields.get("edit_reason")
    for name, ours in _FIELDS.items():
        if name not in fields:
            continue
        pair = fields[name]
        if not isinstance(pair, list) or len(pair) != _PAIR:
            detail = f"an edit of {name} that is no pair of before and after"
            yield Anomaly(code="unparsed", locator=locator, detail=detail, post=post)
            continue
        yield Revision(
            post=post,
            number=number,
            field=ours,
            before=_wording(pair[0]),
            after=_wording(pair[1]),
            account=account,
            created_at=created_at,
            reason=_wording(reason[1]) if isinstance(reason, list) and len(reason) == _PAIR else None,
        )


def _fields(changes: str) -> dict[str, Any]:
    """The fields of a document of changes, built from libyaml's events, which no depth can overthrow."""
    with closing(_events(changes)) as events:
        document = _Builder(events).node(next(events), _DEEPEST)
    if not isinstance(document, dict):
        raise yaml.YAMLError("no mapping")
    return {str(key).lstrip(":"): value for key, value in document.items()}


def _events(changes: str) -> Generator[yaml.Event]:
    frame = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
    for event in yaml.parse(changes, Loader=yaml.CBaseLoader):
        if not isinstance(event, frame):
            yield event
    raise ValueError("nothing there")


class _Builder:
    """Texts, lists and mappings from a stream of events; what stands twice by reference is one object."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchors: dict[str, Any] = {}

    def node(self, event: yaml.Event, depth: int) -> Any:
        """The node that begins with this event.

        Raises:
            ValueError: it is nested deeper than `depth`.
        """
        if isinstance(event, yaml.AliasEvent):
            return self._anchors.get(str(event.anchor))
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = _decoded(event.value) if str(event.tag).endswith("binary") else event.value
        elif depth == 0:
            raise ValueError("nested too deeply")
        elif isinstance(event, yaml.SequenceStartEvent):
            value = list(self._nodes(depth - 1))
        else:
            parts = self._nodes(depth - 1)
            value = {str(key): part for key, part in zip(parts, parts, strict=False)}
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._anchors[str(event.anchor)] = value
        return value

    def _nodes(self, depth: int) -> Iterator[Any]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent | yaml.MappingEndEvent):
            yield self.node(event, depth)


def _decoded(value: str) -> str:
    """Bytes, which Ruby writes in base64."""
    try:
        return base64.b64decode(value).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _wording(value: Any) -> str | None:
    """A text, tags joined by commas; None where there was none."""
    if isinstance(value, list):
        return ", ".join(entry for entry in value if isinstance(entry, str)) or None
    return value if isinstance(value, str) and value else None
