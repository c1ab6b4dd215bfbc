"""What may be typed after a command's name, and how it is put on top of forum-pulse.toml."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import config as configuration
from ..errors import ConfigError
from ..stages import Stages, Watcher

if TYPE_CHECKING:
    from ..corpus.corpus import Corpus

Exports = Annotated[
    list[Path] | None,
    typer.Argument(metavar="EXPORT", help="Files, folders or archives to read.", show_default=False),
]
Workspace = Annotated[
    str | None,
    typer.Option(help="Keep what was read under this name (or in this folder); alone: what it holds."),
]
Settings = Annotated[
    Path | None, typer.Option("--config", help="forum-pulse.toml: petitions, targets, events, people.")
]
Format = Annotated[str | None, typer.Option(help="Name of the export format; see `forum-pulse formats`.")]
Columns = Annotated[
    list[str] | None, typer.Option("--column", help="For tables: OURS=THEIRS, e.g. --column text=Comment.")
]
Instance = Annotated[str | None, typer.Option(help="Name of the forum, if its export does not say.")]
Include = Annotated[
    list[str] | None,
    typer.Option(help="Also read what is left out: private, whispers, hidden, unapproved, deleted."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


def settings_of(
    path: Path | None, columns: list[str] | None, instance: str | None, **typed: Any
) -> configuration.Config:
    """The configuration file with what was typed put on top.

    Args:
        path: of the file, or None.
        columns: OURS=THEIRS, for tables.
        instance: name of the forum.
        typed: keys of [analysis], None where nothing was typed.

    Raises:
        ConfigError: one of them says something impossible.
    """
    config = configuration.load(path) if path else configuration.Config()
    analysis = configuration.with_typed(config.analysis, typed)
    told = {**config.columns, **told_columns(columns)}
    return replace(config, analysis=analysis, columns=told, instance=instance or config.instance)


def told_columns(columns: list[str] | None) -> dict[str, str]:
    """Our column names -> a file's, as typed.

    Raises:
        ConfigError: one is not of the form OURS=THEIRS.
    """
    told: dict[str, str] = {}
    for entry in columns or ():
        ours, sign, theirs = entry.partition("=")
        if not (sign and ours and theirs):
            raise ConfigError(
                f"--column {entry}: not of the form OURS=THEIRS", hint="e.g. --column text=Comment"
            )
        told[ours] = theirs
    return told


def with_quotes(config: configuration.Config, quotes: str | None) -> configuration.Config:
    """The configuration with the number of quotes that was typed: none, or a number.

    Raises:
        ConfigError: it is neither.
    """
    if quotes is None:
        return config
    if quotes != "none" and not quotes.isdecimal():
        raise ConfigError(f"--quotes {quotes}: neither none nor a number", hint="e.g. --quotes none")
    quoted = 0 if quotes == "none" else int(quotes)
    return replace(config, privacy=replace(config.privacy, quoted=quoted))


def with_codebook(settings: configuration.Config, codebook: str | None) -> configuration.Config:
    """The configuration with the codebook that was typed, if one was."""
    return replace(settings, themes=configuration.with_typed(settings.themes, {"codebook": codebook}))


def folder_of(workspace: str | None) -> Path | None:
    """The folder of a workspace that was named, None where none was."""
    from ..corpus.workspace import workspace_folder

    return workspace_folder(workspace) if workspace else None


@contextmanager
def corpus_of(
    exports: list[Path] | None,
    workspace: str | None,
    settings: configuration.Config,
    format: str | None,
    watcher: Watcher,
) -> Generator["Corpus"]:
    """What is to be read, opened: exports, a workspace, or exports into a workspace."""
    import pyarrow as pa

    from ..absence import without
    from ..opening import opened

    # Arrow loads pandas (45 MB) at its first array, to know a frame when it is shown one; here it never is.
    with without("pandas"):
        pa.array([None])
    with opened(exports or [], settings, format, folder_of(workspace), Stages(watcher)) as corpus:
        corpus.store.read_also(settings.analysis.include)
        yield corpus
