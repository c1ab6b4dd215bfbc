"""Which readers there are, and which one knows an export.

Built-in readers and plug-ins come through the same entry-point group, `forum_pulse.readers`; listing names
imports none of them. Two readers that claim one export are an error, never a silent first. A folder or
archive that no reader knows as a whole may hold several exports: then each is found by itself.
"""

from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points

from ...errors import AmbiguousExportError, ConfigError, UnknownExportError, hint_for_choice
from ..people_files import is_people_header
from .export import Export
from .interface import Reader

GROUP = "forum_pulse.readers"
_DEEPEST, _MOST_PARTS = 4, 500
"""How far and how wide a folder that no reader knows is searched for exports."""


def names() -> list[str]:
    """Names of all installed readers, sorted, without importing any."""
    return sorted(point.name for point in entry_points(group=GROUP))


def load(name: str) -> Reader:
    """The reader of this name.

    Raises:
        ConfigError: there is none.
    """
    for point in entry_points(group=GROUP):
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
        found.exports.append((export, claims[0]))
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


def _says_who_is_who(export: Export) -> bool:
    """Whether it is a people file that lies beside the exports: `people.csv`, `aliases.csv`, `bots.csv`."""
    if export.is_archive or export.path.suffix.lower() != ".csv":
        return False
    return is_people_header(export.head(export.members[0], 1024).partition(b"\n")[0])


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


def _instance(point: EntryPoint) -> Reader:
    reader_class: type[Reader] = point.load()
    return reader_class()
