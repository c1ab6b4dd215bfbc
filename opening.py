"""What is to be read, opened: by the library, which is given arguments, and by the command line alike."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .config import Config, load
from .corpus.corpus import Corpus, read
from .stages import Stages


def config_of(given: Config | Path | str | None) -> Config:
    """A configuration as it is given, or read from its file, or the defaults.

    Raises:
        ConfigError: the file says something impossible.
    """
    return load(Path(given)) if isinstance(given, Path | str) else given or Config()


@contextmanager
def opened(
    exports: Path | str | Sequence[Path | str] | Corpus,
    settings: Config,
    format: str | None,
    workspace: Path | str | None,
    stages: Stages,
) -> Generator[Corpus]:
    """A corpus, closed afterwards; one that was given is left open.

    Args:
        exports: one or several exports, a corpus, or nothing for what the workspace holds.
        settings: columns of tables, the forum's name, the people files; of these only the last make a
            difference to a corpus that was given.
        format: name of a reader; None to recognise it.
        workspace: folder to keep the store in; None for a temporary one.
        stages: told of the reading.

    Raises:
        ForumPulseError: the exports or the people files can't be read.
    """
    if isinstance(exports, Corpus):
        exports.identify(settings.people)
        stages.size = exports.size
        yield exports
        return
    stages.size = _bytes(exports)
    with stages("reading"):
        corpus = read(
            exports,
            format,
            workspace=workspace,
            columns=settings.columns,
            instance=settings.instance,
            people=settings.people,
        )
    with corpus:
        stages.size = corpus.size
        yield corpus


def _bytes(exports: Path | str | Sequence[Path | str]) -> int:
    """How much there is to read."""
    paths = [Path(exports)] if isinstance(exports, str | Path) else [Path(entry) for entry in exports]
    files = (file for path in paths for file in (path.rglob("*") if path.is_dir() else (path,)))
    return sum(file.stat().st_size for file in files if file.is_file())
