"""Which readers there are, and which one knows an export.

Built-in readers and plug-ins come through the same entry-point group, `forum_pulse.readers`; listing names
imports none of them. Two readers that claim one export are an error, never a silent first.
"""

from importlib.metadata import EntryPoint, entry_points

from ...errors import AmbiguousExportError, ConfigError, UnknownExportError
from .export import Export
from .interface import Reader

GROUP = "forum_pulse.readers"


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
    raise ConfigError(f"--format {name}: no such reader", hint=f"known formats: {', '.join(names())}")


def find(export: Export) -> Reader:
    """The one reader that knows this export.

    Raises:
        UnknownExportError: no reader does.
        AmbiguousExportError: several do.
    """
    claims = [reader for name in names() if (reader := load(name)).sniff(export)]
    if len(claims) == 1:
        return claims[0]
    if claims:
        claimants = " and ".join(reader.name for reader in claims)
        raise AmbiguousExportError(
            f"{export.path}: could be {claimants}",
            hint=f"say which with --format {claims[0].name}, or name the exports inside it one by one",
        )
    raise UnknownExportError(
        f"{export.path}: no reader knows this {'folder or archive' if export.is_archive else 'file'}",
        hint=_unknown_hint(export),
    )


def _unknown_hint(export: Export) -> str:
    inside = _exports_inside(export)
    if inside:
        return f"it holds several exports; name them one by one: {' '.join(inside)}"
    return f"name one with --format; known formats: {', '.join(names())}"


def _exports_inside(export: Export) -> list[str]:
    """Direct sub-folders and files of a folder that a reader does know."""
    if not export.path.is_dir():
        return []
    found: list[str] = []
    for entry in sorted(export.path.iterdir()):
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        inner = Export.try_open(entry)
        if inner is not None and any(load(name).sniff(inner) for name in names()):
            found.append(str(entry))
    return found


def _instance(point: EntryPoint) -> Reader:
    reader_class: type[Reader] = point.load()
    return reader_class()
