"""`forum-pulse`: thin commands that parse, call the library and print.

Data goes to stdout, everything else to stderr. Exit code 0: done; 2: the input, a setting or the way the
command was called is wrong, with a message that says what to do; 130: interrupted.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from . import __version__
from .errors import ConfigError, ForumPulseError

app = typer.Typer(
    name="forum-pulse",
    help="How many people back this petition, what do people push back on, and why?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    WRONG_INPUT = 2
    INTERRUPTED = 130


Exports = Annotated[
    list[Path],
    typer.Argument(metavar="EXPORT...", help="Files, folders or zip archives to read.", show_default=False),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"forum-pulse {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    del version


@app.command()
def analyze(
    exports: Exports,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the CSV files and report.html.")],
    config: Annotated[
        Path | None, typer.Option(help="forum-pulse.toml: petitions, targets, events, people.")
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="Name of the export format; see `forum-pulse formats`.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Option(help="Keep the store here; without it nothing but OUT is kept.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="For tables: OURS=THEIRS, e.g. --column text=Comment.")
    ] = None,
    instance: Annotated[
        str | None, typer.Option(help="Name of the forum, if its export does not say.")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Count as at the end of this day.")
    ] = None,
    quality: Annotated[str | None, typer.Option(help="fast or balanced.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """Read exports, count who backs what, find topics, themes and stance; write CSV files and a report.

    Example: forum-pulse analyze slack-export.zip -o report
    """
    from . import pipeline

    settings = _settings(config, column, instance, as_of, quality, seed)
    with _progress(quiet) as watcher:
        run = pipeline.analyze(exports, settings, out, format=format, workspace=workspace, watcher=watcher)
    _print(run.summary())


def _settings(
    path: Path | None,
    columns: list[str] | None,
    instance: str | None,
    as_of: datetime | None,
    quality: str | None,
    seed: int | None,
) -> Any:
    """The configuration file with what was typed put on top."""
    from . import config as configuration

    config = configuration.load(path) if path else configuration.Config()
    typed = {"as_of": as_of.date() if as_of else None, "quality": quality, "seed": seed}
    analysis = configuration.with_typed(config.analysis, typed)
    told = dict(config.columns)
    for entry in columns or ():
        ours, sign, theirs = entry.partition("=")
        if not (sign and ours and theirs):
            raise ConfigError(
                f"--column {entry}: not of the form OURS=THEIRS", hint="e.g. --column text=Comment"
            )
        told[ours] = theirs
    return replace(config, analysis=analysis, columns=told, instance=instance or config.instance)


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write the forum to.")],
    posts: Annotated[int, typer.Option(min=200, help="How many posts, about.")] = 2_500,
    people: Annotated[int, typer.Option(min=60, help="How many people.")] = 600,
    seed: Annotated[int, typer.Option(help="Another seed, another forum.")] = 7,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress on stderr.")] = False,
) -> None:
    """Write a made-up company's forum, with the truth about it, to try forum-pulse on.

    Example: forum-pulse demo demo-forum
    """
    from .demo import write_demo

    with _progress(quiet) as watcher:
        watcher("writing the demo forum", None)
        write_demo(directory, seed=seed, posts=posts, people=people)
    typer.echo(
        f"forum-pulse analyze {directory / 'slack'} {directory / 'discourse'} {directory / 'signatures.csv'}"
        f" --config {directory / 'forum-pulse.toml'} -o report"
    )


@app.command()
def formats() -> None:
    """List the export formats this installation reads, plug-ins included.

    Example: forum-pulse formats
    """
    from rich.table import Table

    from .corpus import readers

    table = Table("format", "reads", "tested on real exports")
    for name in readers.names():
        reader = readers.load(name)
        table.add_row(name, reader.title, "yes" if reader.verified else "experimental")
    _print(table)


def _print(renderable: Any) -> None:
    from rich.console import Console

    Console().print(renderable)


@contextmanager
def _progress(quiet: bool) -> Generator[Any]:
    """A watcher that shows each stage on stderr: a live line at a terminal, plain lines elsewhere."""
    from rich.console import Console

    console = Console(stderr=True, quiet=quiet, highlight=False)
    if not console.is_terminal:
        yield lambda name, seconds: None if seconds is None else console.print(f"{name}: {seconds:.1f} s")
        return
    with console.status("starting") as status:

        def watch(name: str, seconds: float | None) -> None:
            if seconds is None:
                status.update(f"{name} ...")
            else:
                console.print(f"[green]done[/green] {name} [dim]{seconds:.1f} s[/dim]")

        yield watch


def main() -> None:
    """Run the command line; errors meant for people end with their message, a hint and exit code 2."""
    try:
        app()
    except ForumPulseError as error:
        _complain(error.message, error.hint)
        sys.exit(ExitCode.WRONG_INPUT)
    except KeyboardInterrupt:
        _complain("interrupted; nothing was written", "")
        sys.exit(ExitCode.INTERRUPTED)


def _complain(message: str, hint: str) -> None:
    typer.secho(f"error: {message}", fg="red", err=True)
    if hint:
        typer.echo(f"hint: {hint}", err=True)
