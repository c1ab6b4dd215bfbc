"""How a run of the command line ends that something stops: one line for people, and an exit code."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final

from ..errors import ForumPulseError
from .terminal import ExitCode, complain

_CODES: Final = {
    "SIGINT": ExitCode.INTERRUPTED,
    "SIGTERM": ExitCode.TOLD_TO_END,
    "SIGHUP": ExitCode.TERMINAL_CLOSED,
}


class _Interrupt:
    """Ctrl-C, or being told to end, remembered: a query and typer each make an exception of their own of it.

    Without this a run that is told to end (`kill`, `timeout`, a closed terminal, a container that stops)
    would leave its temporary store behind, with everybody's words and names.
    """

    def __init__(self) -> None:
        self.came: ExitCode | None = None

    def listen(self) -> None:
        """To whatever can be answered, but for what whoever started us wants ignored, as `nohup` does."""
        for name in _CODES:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self)

    def __call__(self, number: int, _: object) -> None:
        self.came = _CODES[signal.Signals(number).name]
        raise KeyboardInterrupt


@contextmanager
def ended_well() -> Generator[None]:
    """Turn what stops a run into a message and an exit code; only a defect of ours shows a traceback."""
    interrupt = _Interrupt()
    interrupt.listen()
    try:
        yield
    except ForumPulseError as error:
        complain(error.message, error.hint)
        sys.exit(ExitCode.WRONG_INPUT)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        if interrupt.came is not None:
            complain("interrupted; no report was written, a workspace keeps the exports it has read", "")
            sys.exit(interrupt.came)
        if isinstance(error.__context__, BrokenPipeError):  # which typer turns into code 1, that of a finding
            sys.exit(ExitCode.NOT_READ)
        if not isinstance(error, OSError) or error.filename is not None:
            raise
        # What has no name was open already: the output, or a temporary file.
        complain(
            f"the output, or a temporary file, can't be written ({error.strerror or error})",
            "see that there is room on the disk, and on that of temporary files ($TMPDIR)",
        )
        _drop_output()
        sys.exit(ExitCode.WRONG_INPUT)


def _drop_output() -> None:
    """Let nothing that is still to be written fail once more when Python ends."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - no Path
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
