"""Signers of an open letter in YAML: one file a signer, a list of them, or lists by kind."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from ...model import Anomaly
from ..json_values import moment
from .letter_signers import ORGANISATION, Entry

_NAME = ("name", "full_name", "fullname")
_LINK = ("link", "url", "website", "homepage", "web", "profile", "github", "twitter", "orcid")
_SIGNED = ("date", "signed", "signed_on", "signed_at", "timestamp", "added")
_WITHDRAWN = ("withdrawn", "withdrawn_on", "withdrawn_at", "removed", "removed_on", "removed_at")
_KIND = ("type", "kind", "category")
_NO = frozenset(("", "false", "no", "null", "none", "~", "-", "n/a"))
_MAYBE_ALIAS = re.compile(rb"\*[^\s*]")
_LARGEST = 20_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST = 4


class _Loader(yaml.CSafeLoader):
    """Safe YAML whose values all stay the words they are: "No" is a name in Norway, not a falsehood."""


_Loader.yaml_implicit_resolvers = {}


def entries_of(data: bytes, member: str, group: str) -> Iterator[Entry | Anomaly]:
    """The signers a YAML document names; of Markdown with YAML above it, those of the YAML.

    Args:
        data: the file.
        member: its name in the export.
        group: the folder or file it stands in, where the file names no list itself.
    """
    try:
        if len(data) > _LARGEST or _has_alias(data):
            # An alias can make a small file immensely large; lists of names have none.
            yield Anomaly(code="unparsed", locator=member, detail="YAML too large or with aliases: not read")
            return
        document = next(iter(yaml.load_all(data, _Loader)), None)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        detail = f"no YAML: {' '.join(str(error).split())[:120]}"
        yield Anomaly(code="unparsed", locator=member, detail=detail)
        return
    found = list(_within(document, member, group, _DEEPEST))
    if not found:
        yield Anomaly(code="unparsed", locator=member, detail="it names no signer")
    yield from found


def _has_alias(data: bytes) -> bool:
    if not _MAYBE_ALIAS.search(data):
        return False
    return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(data, _Loader))


def _within(value: Any, where: str, group: str, deep: int) -> Iterator[Entry]:
    """Signers in a value: one, a list of them, or lists by name."""
    if isinstance(value, dict) and _first(value, _NAME):
        yield _entry(value, where, group)
    elif isinstance(value, list) and deep:
        for index, inner in enumerate(value, start=1):
            place = f"{where}:{index}"
            if isinstance(inner, str) and inner.strip():
                yield _entry({"name": inner}, place, group)
            else:
                yield from _within(inner, place, group, deep - 1)
    elif isinstance(value, dict) and deep:
        for key, inner in value.items():
            if isinstance(inner, list | dict):
                yield from _within(inner, f"{where}:{key}", str(key), deep - 1)


def _entry(told: Mapping[Any, Any], where: str, group: str) -> Entry:
    kind = _first(told, _KIND) or group
    gone = _first(told, _WITHDRAWN).casefold() not in _NO
    return Entry(
        name=" ".join(_first(told, _NAME).split()),
        words=" ".join(value for value in told.values() if isinstance(value, str)),
        where=where,
        link=_first(told, _LINK),
        group=group,
        is_organisation=bool(ORGANISATION.search(kind.replace("_", " "))),
        signed=_time(told, _SIGNED),
        withdrawn=(_time(told, _WITHDRAWN) or _EPOCH) if gone else None,
    )


def _first(told: Mapping[Any, Any], keys: tuple[str, ...]) -> str:
    """The first of these keys that holds words."""
    lower = {str(key).casefold(): value for key, value in told.items()}
    values = (lower.get(key) for key in keys)
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")


def _time(told: Mapping[Any, Any], keys: tuple[str, ...]) -> datetime | None:
    found = moment(_first(told, keys))
    return found.at if found else None
