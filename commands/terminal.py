"""What a person at a terminal sees: progress and complaints on stderr, tables on stdout."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from ..stages import Watcher
from .pace import Paces

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, Task, TaskID

PIPED_WIDTH = 120
"""Columns of a table that goes into a file or a pipe."""


_ALMOST: Final = 0.98
"""Share that a stage never passes while it runs."""


class ExitCode(IntEnum):
    """What the shell is told; above 128 a signal's number is on top, as shells say it."""

    DONE = 0
    NOT_EQUAL = 1
    WRONG_INPUT = 2
    TERMINAL_CLOSED = 129
    INTERRUPTED = 130
    NOT_READ = 141
    TOLD_TO_END = 143


def show(renderable: Any) -> None:
    """Print a rich table or text."""
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    console.print(renderable, crop=False)


@contextmanager
def progress(quiet: bool) -> Generator[Watcher]:
    """A watcher that shows each stage on stderr: at a terminal a bar with the time left, else a line each."""
    from rich.console import Console

    console = Console(stderr=True, quiet=quiet, highlight=False)
    if not console.is_terminal:
        yield _Lines(console)
        return
    paces = Paces()
    with _bar(console) as bar:
        yield _Bars(bar, paces)
    paces.keep()


class _Lines:
    """One plain line for each stage that is done: for files and pipes."""

    def __init__(self, console: "Console") -> None:
        self._console = console

    def __call__(self, stage: str, seconds: float | None, share: float = 0.0, size: int = 0, /) -> None:
        del share, size
        if seconds is not None:
            self._console.print(f"{stage}: {seconds:.1f} s")


class _Bars:
    """The stage that runs, as a bar; those that are done stay above it."""

    def __init__(self, bar: "Progress", paces: Paces) -> None:
        self._bar = bar
        self._paces = paces
        self._stage = ""
        self._task: TaskID | None = None

    def __call__(self, stage: str, seconds: float | None, share: float = 0.0, size: int = 0, /) -> None:
        if stage != self._stage or self._task is None:
            self._end()
            expected = self._paces.expected(stage, size)
            self._stage, self._task = (
                stage,
                self._bar.add_task(stage, total=None, share=0.0, expected=expected),
            )
        if share:
            self._bar.update(self._task, share=share)
        if seconds is not None:
            self._paces.learn(stage, size, seconds)
            self._bar.console.print(f"[green]done[/green] {stage} [dim]{seconds:.1f} s[/dim]")
            self._end()

    def _end(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


def share_done(elapsed: float, share: float, expected: float) -> float | None:
    """How much of a stage is done: as it says itself, else by the time it was expected to take.

    Args:
        elapsed: seconds since it began.
        share: what it says, 0 where it says nothing.
        expected: seconds, 0 where nobody knows.

    Returns:
        The share, never 1 while it runs; None where nobody knows.
    """
    if share:
        return min(share, _ALMOST)
    return min(elapsed / expected, _ALMOST) if expected else None


def time_left(elapsed: float, share: float, expected: float) -> str:
    """What is said of the rest of a stage; arguments as for `share_done`, nothing where nobody knows."""
    done = share_done(elapsed, share, expected)
    if done is None:
        return ""
    if done >= _ALMOST:
        return "nearly done"
    seconds = elapsed * (1 / share - 1) if share else expected - elapsed
    return f"{timedelta(seconds=round(seconds))} left"


def _bar(console: "Console") -> "Progress":
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    def known(task: "Task") -> tuple[float, float, float]:
        return task.elapsed or 0.0, task.fields["share"], task.fields["expected"]

    class Bar(ProgressColumn):
        def render(self, task: "Task") -> ProgressBar:
            done = share_done(*known(task))
            total = None if done is None else 1.0
            return ProgressBar(
                total, done or 0.0, width=30, pulse=done is None, animation_time=task.get_time()
            )

    class Left(ProgressColumn):
        def render(self, task: "Task") -> Text:
            return Text(time_left(*known(task)), style="progress.remaining")

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        Bar(),
        TimeElapsedColumn(),
        Left(),
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
    with suppress(OSError):  # where nobody listens, the exit code says it
        console.print(Text(f"error: {message}", style="red"))
        if hint:
            console.print(Text(f"hint: {hint}"))
