"""The files of a report, and their way into its folder: all of them or none."""

import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigError, OutputError
from ..partial import made_beside
from .context import ReportContext
from .csvfiles import to_csv
from .folder import ReportFolder
from .html import to_html
from .manifest import to_manifest
from .markdown import to_markdown
from .privacy import Published
from .xlsx import to_xlsx


def write_report(folder: Path, published: Mapping[str, Published], context: ReportContext) -> list[Path]:
    """Write a CSV file a table, report.html, report.md, report.xlsx and manifest.json.

    Everything is made in memory, written beside the folder and then moved into place: who looks meanwhile
    sees the former report or the new one. Files of ours are replaced, others are left alone; a table of the
    former report that this one has not is removed.

    Args:
        folder: made if it is not there.
        published: the tables, by name; missing ones have no file and no section.
        context: facts about the run.

    Returns:
        The files, in the order of reading.

    Raises:
        OutputError: the folder can't be written, or something that is not a file stands in the way.
    """
    files = _files(published, context)
    try:
        return _into(folder, files)
    except OSError as error:
        raise OutputError(
            f"{folder}: the report can't be written ({error.strerror or error})",
            hint="check the folder's permissions and the space left, or name another with -o",
        ) from error


def _files(published: Mapping[str, Published], context: ReportContext) -> dict[str, bytes]:
    files = {"report.html": to_html(published, context), "report.md": to_markdown(published, context)}
    files |= {f"{name}.csv": to_csv(table) for name, table in published.items()}
    files["report.xlsx"] = to_xlsx(published, context)
    files["manifest.json"] = to_manifest(published, context, files)
    return files


def check_folder(folder: Path) -> None:
    """See that a report can be written there, before the work is done.

    Raises:
        OutputError: a file stands in the way, or the folder can't be written.
    """
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise OutputError(f"{nearest}: is a file, not a folder", hint="name another folder with -o")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(
            f"{nearest}: may not be written", hint="check the folder's permissions, or name another with -o"
        )


def _into(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    check_folder(folder)
    for name in files:
        if (folder / name).is_dir():
            raise OutputError(
                f"{folder / name}: is a folder where a file of the report goes",
                hint="move it away, or name another folder with -o",
            )
    stale = _stale(folder, files)
    with made_beside(folder, last="manifest.json") as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)
    for path in stale:
        path.unlink()
    return [folder / name for name in files]


def _stale(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Files that the former report wrote, nobody has changed, and this one has not."""
    try:
        former = ReportFolder.of(folder)
        names = [name for name in former.said("files") if name not in files and Path(name).name == name]
        there = [name for name in names if (folder / name).is_file()]
        return [folder / name for name in there if former.is_as_written(name)]
    except ConfigError:
        return []
