"""The files of an administrator's export of Stack Overflow for Teams: JSON lists named as a dump's files.

How it looks is documented nowhere. It is taken to hold what a dump holds, under names that begin in lower
case, with types by name or number and texts as HTML or Markdown; what is more is reported as unknown.
"""

import re
from collections.abc import Iterator
from typing import Any

from ...model import Anomaly
from ..export import Export
from ..json_stream import values_of

_POSTS = re.compile(rb'"[Pp]ostType(?:Id)?"\s*:')
_TYPES = {"question": "1", "answer": "2", "article": "3"}


def are_typed(export: Export, posts: list[str]) -> bool:
    """Whether these members are one list of posts that are typed as a dump's are."""
    return len(posts) == 1 and _POSTS.search(export.glimpse(posts[0])) is not None


def json_rows(
    export: Export, member: str, names: tuple[str, ...]
) -> Iterator[tuple[dict[str, str], str] | Anomaly]:
    """The entries of a list as a dump's attributes, each with where it stands; `names` for none but these."""
    for index, found in enumerate(values_of(export, member, ("item",))):
        if isinstance(found, Anomaly):
            yield found
        elif isinstance(found[1], dict):
            row = dict(_attributes(found[1]))
            kept = {name: row[name] for name in names if name in row} if names else row
            yield kept, f"{member}:{index}"
        else:
            yield Anomaly(code="unparsed", locator=f"{member}:{index}", detail="no object: left out")


def _attributes(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values as they would stand in a dump."""
    for key, value in entry.items():
        name = key[:1].upper() + key[1:]
        if isinstance(value, list):
            yield name, "".join(f"<{part}>" for part in value)
        elif name == "PostType" and str(value).lower() in _TYPES:
            yield "PostTypeId", _TYPES[value.lower()]
        elif value is not None:
            yield name, str(value)
