"""`forum-pulse targets ...`: what stances could be about."""

from typing import Annotated

import typer

from ..stages import Stages
from .options import (
    Columns,
    Exports,
    Format,
    Include,
    Instance,
    Json,
    Quiet,
    Settings,
    Workspace,
    corpus_of,
    settings_of,
)
from .terminal import progress

targets_app = typer.Typer(no_args_is_help=True)


@targets_app.callback()
def _targets() -> None:
    """What stances could be about: suggest."""


@targets_app.command()
def suggest(
    exports: Exports = None,
    workspace: Workspace = None,
    config: Settings = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    include: Include = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Propose targets: what at least five people speak of, as TOML to paste and edit; never a person's name.

    Example: forum-pulse targets suggest slack-export.zip >> forum-pulse.toml
    """
    from ..report.listings import tables_json
    from ..report.suggestions import suggestions_toml
    from ..suggested import suggested_targets

    settings = settings_of(config, column, instance, include=include)
    with (
        progress(quiet) as watcher,
        corpus_of(exports, workspace, settings, format, watcher) as corpus,
        Stages(watcher, corpus.size)("looking for targets"),
    ):
        published = suggested_targets(corpus.store, settings, limit)
    typer.echo(tables_json({"targets": published.table}) if json else suggestions_toml(published))
