"""The command line as a process of its own: `forum-pulse`, and `python -m forum_pulse`.

Such a process ends with its command, so nothing that it holds needs to be taken apart first.
"""

import atexit
import os
import sys
from contextlib import suppress


def run() -> None:
    """Run the command line, and leave at once when it is done."""
    codes: list[int] = []
    # Who registers first is called last: libraries end as they do always.
    atexit.register(_leave, codes)
    from .cli import main

    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, int):
            codes.append(end.code)
        raise


def _leave(codes: list[int]) -> None:
    """End with the code a command gave. To free what the libraries made takes a second and helps nobody."""
    # What can't be written any more, Python tells in its own way.
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        for code in codes:
            os._exit(code)


if __name__ == "__main__":
    run()
