"""`forum-pulse report`: a report made again from its published tables, beside an earlier one."""

from pathlib import Path
from typing import Annotated

import typer

from .options import Json
from .terminal import show


def report(
    out: Annotated[Path, typer.Argument(metavar="REPORT", help="Folder that analyze has written.")],
    compare: Annotated[
        Path | None, typer.Option(help="Folder of an earlier report: what is new, grown, shrunk or gone.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a report anew from its published tables, with what changed since an earlier one.

    Neither the exports nor the workspace are read. Without --compare a former comparison is taken out.

    Example: forum-pulse report report-april --compare report-march
    """
    from ..report.edition import write_again
    from ..report.listings import listing, tables_json

    published = write_again(out, compare)
    changes = {name: table.table for name, table in published.items() if name == "changes"}
    if json:
        typer.echo(tables_json(changes))
        return
    for table in changes.values():
        show(listing(table, title="changes"))
    typer.echo(out / "report.html")
