"""What a person at a terminal sees: progress and complaints on stderr, tables on stdout."""

from collections.abc import Generator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from .stages import Watcher

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

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
def progress(quiet: bool) -> Generator[Watcher]:
    """A watcher that shows each stage on stderr: at a terminal a bar with the time left, else a line each."""
    from rich.console import Console

    console = Console(stderr=True, quiet=quiet, highlight=False)
    if not console.is_terminal:
        yield _Lines(console)
        return
    with _bar(console) as bar:
        yield _Bars(bar)


class _Lines:
    """One plain line for each stage that is done: for files and pipes."""

    def __init__(self, console: "Console") -> None:
        self._console = console

    def __call__(self, stage: str, seconds: float | None, share: float = 0.0, /) -> None:
        del share
        if seconds is not None:
            self._console.print(f"{stage}: {seconds:.1f} s")


class _Bars:
    """The stage that runs, as a bar; those that are done stay above it."""

    def __init__(self, bar: "Progress") -> None:
        self._bar = bar
        self._stage = ""
        self._task: TaskID | None = None

    def __call__(self, stage: str, seconds: float | None, share: float = 0.0, /) -> None:
        if stage != self._stage or self._task is None:
            self._end()
            self._stage, self._task = stage, self._bar.add_task(stage, total=None)
        if share:
            self._bar.update(self._task, total=1.0, completed=share)
        if seconds is not None:
            self._bar.console.print(f"[green]done[/green] {stage} [dim]{seconds:.1f} s[/dim]")
            self._end()

    def _end(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


def _bar(console: "Console") -> "Progress":
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TimeElapsedColumn(),
        TextColumn("[dim]left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def note(what: str, count: int) -> None:
    """One line beside the data, on stderr."""
    from rich.console import Console

    Console(stderr=True, highlight=False).print(f"{what}: {count:,} (see docs/privacy.md)")


def complain(message: str, hint: str) -> None:
    """One error for people: what is wrong, and what to do about it."""
    from rich.console import Console
    from rich.text import Text

    # Rich knows NO_COLOR and dumb terminals. Messages hold paths: nothing in them is markup, no line is cut.
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text(f"error: {message}", style="red"))
    if hint:
        console.print(Text(f"hint: {hint}"))
