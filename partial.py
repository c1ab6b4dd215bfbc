"""Files made beside their place and moved into it at the end: all of them or none."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def made_beside(folder: Path, *, mode: int = 0o777, last: str = "") -> Generator[Path]:
    """Give a folder to write to, whose files and folders are moved into another at the end.

    A full disk, an error or Ctrl-C before that leaves the other folder as it was. Files of the same names are
    replaced, others left alone; of folders nothing may stand in the way.

    Args:
        folder: where everything goes; made if it is not there.
        mode: of the folder, if it is made.
        last: the file that is moved when the others are in place.

    Raises:
        OSError: it can't be written.
    """
    is_new = not folder.exists()
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    try:
        # Within the folder, so that every move stays on one file system.
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder))
        try:
            yield partial
            for made in sorted(partial.iterdir(), key=lambda made: (made.name == last, made.name)):
                made.replace(folder / made.name)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except BaseException:
        if is_new:
            with suppress(OSError):
                folder.rmdir()
        raise
