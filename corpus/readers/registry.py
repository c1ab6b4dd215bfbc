"""Which readers there are, and which one knows an export.

Built-in readers and plug-ins come through the same entry-point group, `forum_pulse.readers`; listing names
imports none of them. Two readers that claim one export are an error, never a silent first. A folder or
archive that no reader knows as a whole may hold several exports: then each is found by itself.
"""

import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import PurePosixPath

from ...errors import AmbiguousExportError, ConfigError, ExportError, UnknownExportError, hint_for_choice
from ..people_files import is_people_file
from .archives import is_archive_name
from .export import Export
from .interface import Reader

GROUP = "forum_pulse.readers"
_DEEPEST, _MOST_PARTS = 4, 500
"""How far and how wide a folder that no reader knows is searched for exports."""


def names() -> list[str]:
    """Names of all installed readers, sorted, without importing any."""
    return sorted(point.name for point in _points(tuple(sys.path)))


def load(name: str) -> Reader:
    """The reader of this name.

    Raises:
        ConfigError: there is none.
    """
    for point in _points(tuple(sys.path)):
        if point.name == name:
            return _instance(point)
    hint = hint_for_choice(name, names(), what="known formats")
    raise ConfigError(f"--format {name}: no such reader", hint=hint)


def find(export: Export) -> Reader:
    """The one reader that knows this export.

    Raises:
        UnknownExportError: no reader does.
        AmbiguousExportError: several do.
    """
    claims = _claims(export)
    if len(claims) == 1:
        return claims[0]
    if claims:
        raise _ambiguous(export, claims)
    raise UnknownExportError(
        f"{export.path}: no reader knows this {'folder or archive' if export.is_archive else 'file'}",
        hint=f"name one with --format; known formats: {', '.join(names())}",
    )


@dataclass(slots=True)
class Recognised:
    """What a path turned out to hold.

    Attributes:
        exports: each with the reader that knows it.
        unread: what lies beside them and no reader knows.
    """

    exports: list[tuple[Export, Reader]] = field(default_factory=list[tuple[Export, Reader]])
    unread: list[str] = field(default_factory=list[str])


def find_all(export: Export) -> Recognised:
    """The export and its reader, or those of the parts of a folder or archive that holds several.

    Raises:
        UnknownExportError: no reader knows it, nor anything inside.
        AmbiguousExportError: several readers claim it, or a part of it.
    """
    found = Recognised()
    _search(export, found, depth=0)
    if not found.exports:
        find(export)  # says what is wrong
    return found


def _search(export: Export, found: Recognised, depth: int) -> None:
    claims = _claims(export)
    if len(claims) == 1:
        rest = _without_strangers(export, claims[0], found, depth)
        found.exports.append((rest, claims[0]))
        return
    parts = export.parts() if depth < _DEEPEST else []
    if claims and not parts:
        raise _ambiguous(export, claims)
    if not parts or len(parts) > _MOST_PARTS:
        found.unread.append(str(export.path))
        return
    inside = Recognised()
    for part in parts:
        if _says_who_is_who(part):
            inside.unread.append(str(part.path))
        else:
            _search(part, inside, depth + 1)
    if claims and inside.unread:
        raise _ambiguous(export, claims)
    found.exports += inside.exports
    found.unread += inside.unread if inside.exports else [str(export.path)]


def _without_strangers(export: Export, reader: Reader, found: Recognised, depth: int) -> Export:
    """An export that one reader knows, without what lies in it and is another export; those are `found`.

    Many formats are known by one file, whatever lies beside it: a forgotten archive must not be lost.
    """
    strangers: list[str] = []
    for name in _apart(export, reader) if export.is_archive and depth < _DEEPEST else ():
        inside = Recognised()
        try:
            _search(export.part(name), inside, depth + 1)
        except ExportError:
            continue  # the reader that knows the whole says what it thinks of it
        others = [known for known in inside.exports if not _is_like(known[1], reader)]
        if others and len(others) == len(inside.exports):
            found.exports += others
            found.unread += inside.unread
            strangers.append(name)
    return export.without(strangers) if strangers else export


def _is_like(other: Reader, reader: Reader) -> bool:
    """Whether what the other reader knows may be part of what the reader knows."""
    return other.name == reader.name or getattr(other, "is_fallback", False)


def _apart(export: Export, reader: Reader) -> list[str]:
    """What may be an export of its own: archives, folders and kinds of files the reader does not know."""
    inside = dict.fromkeys(
        name[: name.index("/") + 1] if "/" in name and not is_archive_name(name) else name
        for name in export.members
    )
    if len(inside) > _MOST_PARTS:
        return [name for name in inside if is_archive_name(name)][:_MOST_PARTS]
    kinds: dict[str, list[str]] = {}
    for name in inside:
        alone = name.endswith("/") or is_archive_name(name)
        kinds.setdefault(name if alone else PurePosixPath(name).suffix, []).append(name)
    return [
        name
        for names in kinds.values()
        if not any(_knows(reader, export, name) for name in names)
        for name in names
    ]


def _knows(reader: Reader, export: Export, name: str) -> bool:
    try:
        return reader.sniff(export.part(name))
    except ExportError:
        return False


def _says_who_is_who(export: Export) -> bool:
    """Whether it is a people file that lies beside the exports: `people.csv`, `aliases.csv`, `bots.csv`."""
    if export.is_archive or export.path.suffix.lower() != ".csv":
        return False
    return is_people_file(export.head(export.members[0], 1024))


def _claims(export: Export) -> list[Reader]:
    """Readers that know the export; those for anything of a kind only where no reader of a format does."""
    claims = [reader for name in names() if (reader := load(name)).sniff(export)]
    return [reader for reader in claims if not getattr(reader, "is_fallback", False)] or claims


def _ambiguous(export: Export, claims: list[Reader]) -> AmbiguousExportError:
    claimants = " and ".join(reader.name for reader in claims)
    return AmbiguousExportError(
        f"{export.path}: could be {claimants}",
        hint=f"name it by itself and say which it is, e.g. with --format {claims[0].name}",
    )


@cache
def _points(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:  # noqa: ARG001 - where they are looked for
    """What is installed in these folders: a look opens the metadata of every package there is."""
    return tuple(entry_points(group=GROUP))


def _instance(point: EntryPoint) -> Reader:
    reader_class: type[Reader] = point.load()
    return reader_class()
