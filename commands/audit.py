"""`forum-pulse petitions audit`: draw a sample for a human to judge, and read the verdicts back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import Config
from ..errors import ConfigError
from ..stages import Stages
from .options import (
    Exports,
    Format,
    Include,
    Json,
    Quiet,
    Settings,
    Workspace,
    corpus_of,
    folder_of,
    settings_of,
)
from .terminal import progress, show

if TYPE_CHECKING:
    from ..report import Published


def audit(
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    include: Include = None,
    sample: Annotated[int, typer.Option(min=1, help="How many rows to draw.")] = 200,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Sheet to write: .csv or .xlsx, not there yet.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Another seed, another sample.")] = None,
    read: Annotated[Path | None, typer.Option("--read", help="A filled sheet, to read back.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw a sample of what was counted for a human to judge; read back, it says how far the count is right.

    Example: forum-pulse petitions audit slack-export.zip --workspace acme --sample 200 --out sheet.xlsx
    """
    from ..report.audit_sheet import check_sheet
    from ..report.listings import listing, tables_json

    folder = folder_of(workspace)
    if folder is None or (out is None) == (read is None):
        raise ConfigError(
            "petitions audit needs --workspace, and either --out or --read",
            hint="the verdicts meet the sample in the workspace; see forum-pulse petitions audit --help",
        )
    settings = settings_of(config, None, None, include=include, seed=seed)
    if out is not None:
        check_sheet(out)
        rows = _draw(exports, workspace, format, settings, sample, out, quiet)
        typer.echo(
            f"{out}: {rows} rows. Write yes, no or unsure into verdict: does this act back the petition?"
        )
    if read is not None:
        found = {name: table.table for name, table in _read(folder, read, settings).items()}
        if json:
            typer.echo(tables_json(found))
            return
        for title, table in found.items():
            show(listing(table, title=title.replace("_", " ")))


def _draw(
    exports: list[Path] | None,
    workspace: str | None,
    format: str | None,
    settings: Config,
    size: int,
    out: Path,
    quiet: bool,
) -> int:
    """Count, draw, write the sheet; how many rows it has. How many of which tier is the report's to say."""
    from ..petitions import ActDetector, audit
    from ..pipeline import count_petitions
    from ..report import audit_sheet

    with progress(quiet) as watcher, corpus_of(exports, workspace, settings, format, watcher) as corpus:
        stages = Stages(watcher, corpus.size)
        with stages("counting petitions"):
            count_petitions(corpus.store, settings)
        with stages("drawing the sample"):
            redactor = audit_sheet.redactor_of(corpus.store, settings)
            sample = audit.draw(
                corpus.store, ActDetector(), redactor.redact, size=size, seed=settings.analysis.seed
            )
        audit_sheet.write_sheet(out, sample.sheet)
    return sample.sheet.num_rows


def _read(folder: Path, path: Path, settings: Config) -> "dict[str, Published]":
    """Let the verdicts meet the sample in the workspace; what they say, through the gate."""
    from ..corpus.store import STORE_FILE, Store
    from ..petitions import verdicts
    from ..report import audit_sheet, proof

    filled = audit_sheet.read_sheet(path)
    if not (folder / STORE_FILE).exists():
        raise ConfigError(
            f"{folder}: there is no such workspace", hint="name the one the sample was drawn in"
        )
    with Store(folder) as store:
        verdicts.judge(store, filled)
        return proof.publish(store, settings.privacy)
