"""`forum-pulse targets ...`: what stances could be about."""

from typing import Annotated

import typer

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

targets_app = typer.Typer(help="What stances could be about: suggest.", no_args_is_help=True)
_POSTS = "SELECT post_id, person_id, own_text FROM reading ORDER BY md5(post_id), post_id LIMIT 20000"


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
    from .report.audit_sheet import redactor_of
    from .report.listings import tables_json
    from .report.suggestions import publish_suggestions, suggestions_toml
    from .sentiment.suggest import suggest_targets

    settings = settings_of(config, column, instance, include=include)
    known = [name for target in settings.targets for name in (target.name, *target.aliases)]
    with progress(quiet) as watcher, corpus_of(exports, workspace, settings, format, watcher) as corpus:
        watcher("looking for targets", None)
        found = suggest_targets(
            corpus.store.sql(_POSTS), least=settings.privacy.persons, limit=limit, known=known
        )
        published = publish_suggestions(found, redactor_of(corpus.store, settings), settings.privacy)
    typer.echo(tables_json({"targets": published.table}) if json else suggestions_toml(published))
