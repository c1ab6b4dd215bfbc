"""A report's folder, read: what its manifest says of the run, and its tables as they were published.

Whoever looks at a report that was written (a comparison, a check of its figures, the next report into the
same folder) reads it here. Nothing but what was published is in it.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from ..errors import ConfigError
from .csvfiles import plain_cell
from .releases import Release

MANIFEST: Final = "manifest.json"

_KINDS: Final[Mapping[str, Any]] = {
    "title": str,
    "forum_pulse": str,
    "methods": list[tuple[str, str]],
    "versions": dict[str, str],
    "seed": int,
    "parameters": dict[str, Any],
    "target": str | None,
    "inputs": list[dict[str, str]],
    "privacy": dict[str, int | float],
    "epsilon_spent": float,
    "kept_back": int,
    "excluded": list[str],
    "included": list[str],
    "tables": dict[str, dict[str, Any]],
    "files": dict[str, str],
}
"""What a manifest says under a key: of another kind, it is another version's or nobody's."""
_HINT: Final = "name a folder that `forum-pulse analyze -o` has written"


@dataclass(frozen=True, slots=True)
class ReportFolder:
    """A folder that `analyze` wrote."""

    path: Path
    manifest: Mapping[str, Any]

    @classmethod
    def of(cls, path: Path) -> "ReportFolder":
        """The folder, its manifest read.

        Raises:
            ConfigError: it holds no report, or one that can't be read.
        """
        try:
            manifest: Any = orjson.loads((path / MANIFEST).read_bytes())
        except OSError as error:
            raise _unreadable(error) from error
        except ValueError as error:
            raise ConfigError(f"{path / MANIFEST}: is no report's ({error})", hint=_HINT) from error
        if not isinstance(manifest, dict):
            raise ConfigError(f"{path / MANIFEST}: is no report's", hint=_HINT)
        return cls(path, manifest)  # pyright: ignore[reportUnknownArgumentType]

    def said(self, *keys: str) -> Any:
        """What the manifest says under a key, or under a key of what it says there.

        Raises:
            ConfigError: nothing, or something of another kind.
        """
        found: Any = self.manifest
        try:
            for key in keys:
                found = found[key]
            msgspec.convert(self.manifest[keys[0]], _KINDS.get(keys[0], Any))
        except msgspec.ValidationError as error:
            raise self.refused(f"{keys[0]} can't be read ({error})") from error
        except (KeyError, TypeError) as error:
            raise self.refused(f"says nothing of {' '.join(keys)}") from error
        return found

    def refused(self, reason: str) -> ConfigError:
        """The error of a manifest that is no report's, or of another version."""
        return ConfigError(
            f"{self.path / MANIFEST}: is no report's, or another version's: {reason}", hint=_HINT
        )

    @property
    def persons(self) -> int:
        """Fewest people behind a figure."""
        return int(self.said("privacy", "persons"))

    @property
    def inputs(self) -> frozenset[str]:
        """sha256 of the exports."""
        return frozenset(entry["sha256"] for entry in self.said("inputs"))

    @property
    def told(self) -> tuple[Release, ...]:
        """What this report tells, the last, and those that stood in the folder before."""
        try:
            releases = (*self.said("published_before"), self.said("published"))
            return tuple(Release.from_json(told) for told in releases)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self.refused("what was published can't be read") from error

    def is_as_written(self, name: str) -> bool:
        """Whether a file is the one the manifest tells of."""
        return self.said("files").get(name) == sha256(self._content(name)).hexdigest()

    def rows(self, table: str) -> list[dict[str, str]]:
        """A table as it was published; nothing where the report has none of this name.

        Raises:
            ConfigError: it can't be read, or somebody has changed it.
        """
        if table not in self.said("tables"):
            return []
        if not self.is_as_written(f"{table}.csv"):
            raise self.refused(f"{table}.csv was changed since it was written")
        return self.found(table)

    def found(self, table: str) -> list[dict[str, str]]:
        """A table as it stands there, changed or not; nothing where there is none of this name.

        Raises:
            ConfigError: it can't be read.
        """
        name = f"{table}.csv"
        if not (self.path / name).exists():
            return []
        try:
            content = self._content(name).decode("utf-8-sig")
        except ValueError as error:
            raise ConfigError(f"{self.path / name}: is no report's ({error})", hint=_HINT) from error
        rows = csv.DictReader(io.StringIO(content, newline=""))
        # Whoever changed the file may have put cells under no column.
        return [{name: plain_cell(row[name] or "") for name in rows.fieldnames or ()} for row in rows]

    def _content(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise _unreadable(error) from error


def _unreadable(error: OSError) -> ConfigError:
    return ConfigError(f"{error.filename}: can't be read ({error.strerror})", hint=_HINT)
