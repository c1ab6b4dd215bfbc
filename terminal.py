"""What a person at a terminal sees: progress and complaints on stderr, tables on stdout."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import typer

PIPED_WIDTH = 120
"""Columns of a table that goes into a file or a pipe."""


class ExitCode(IntEnum):
    """What the shell is told."""

    DONE = 0
    NOT_EQUAL = 1
    WRONG_INPUT = 2
    INTERRUPTED = 130


def show(renderable: Any) -> None:
    """Print a rich table or text."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    console.print(renderable)


@contextmanager
def progress(quiet: bool) -> Generator[Any]:
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


def complain(message: str, hint: str) -> None:
    """One error for people: what is wrong, and what to do about it."""
    typer.secho(f"error: {message}", fg="red", err=True)
    if hint:
        typer.echo(f"hint: {hint}", err=True)
