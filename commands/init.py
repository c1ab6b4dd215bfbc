"""`forum-pulse init`: propose a forum-pulse.toml from what an export holds."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from .. import config as configuration
from ..errors import ConfigError, OutputError
from ..stages import Stages
from .options import Columns, Exports, Format, Instance, Quiet, Workspace, corpus_of, settings_of
from .terminal import progress


def init(
    exports: Exports = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = Path("forum-pulse.toml"),
    workspace: Workspace = None,
    format: Format = None,
    column: Columns = None,
    instance: Instance = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    quiet: Quiet = False,
) -> None:
    """Propose a forum-pulse.toml: petitions, targets, events and people files found in an export.

    The file names nobody. It can be used as it is; read it, and correct what you know better.

    Example: forum-pulse init slack-export.zip -o forum-pulse.toml
    """
    from ..proposal import people_files, propose
    from ..report import check_folder

    if out.is_dir():
        raise OutputError(f"{out}: is a folder", hint="name a file in it with -o")
    if out.exists() and not force:
        raise OutputError(f"{out}: is there already", hint="name another with -o, or say --force")
    check_folder(out.parent)
    settings = settings_of(None, column, instance)
    settings = replace(settings, people=people_files(exports or []))
    with (
        progress(quiet) as watcher,
        corpus_of(exports, workspace, settings, format, watcher) as corpus,
        Stages(watcher, corpus.size)("looking for petitions and targets"),
    ):
        text = propose(corpus.store, settings, out.parent)
    _write(out, text)
    typer.echo(out)
    read = [str(path) for path in exports or ()] or ["--workspace", workspace or ""]
    typer.echo(
        f"next: {shlex.join(['forum-pulse', 'analyze', *read, '--config', str(out), '-o', 'report'])}",
        err=True,
    )


def _write(out: Path, text: str) -> None:
    """Write the file, or nothing: it is read back before it takes its place."""
    partial = out.with_name(f".{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        configuration.load(partial)
        partial.replace(out)
    except OSError as error:
        raise OutputError(
            f"{out}: can't be written ({error.strerror or error})", hint="name another file with -o"
        ) from error
    except ConfigError as error:
        raise OutputError(
            f"{out}: the proposal can't be read back ({error.message})", hint="tell its makers"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
