"""`forum-pulse diff`: two reports side by side."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Json
from .terminal import show


def diff(
    before: Annotated[Path, typer.Argument(metavar="RUN1", help="Report folder of the earlier run.")],
    after: Annotated[Path, typer.Argument(metavar="RUN2", help="Report folder of the later run.")],
    json: Json = False,
) -> None:
    """Say what is new, grown, shrunk or gone between two reports, by their published tables.

    Example: forum-pulse diff report-march report-april
    """
    from ..report.diff import compare
    from ..report.folder import ReportFolder
    from ..report.listings import listing, tables_json

    changes = compare(ReportFolder.of(before), ReportFolder.of(after))
    if json:
        typer.echo(tables_json({"changes": changes}))
    else:
        show(listing(changes, title="changes"))
