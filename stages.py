"""The stages of a long job: named, measured, and told of to whoever watches.

Library code knows no terminal: it tells a `Watcher`, and the command line draws what it is told.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol, TypeVar

T = TypeVar("T")


class Watcher(Protocol):
    """Whoever wants to know how far a job is."""

    def __call__(self, stage: str, seconds: float | None, share: float = 0.0, size: int = 0, /) -> None:
        """Hear of a stage.

        Args:
            stage: its name.
            seconds: what it took; None while it runs.
            share: how much of it is done, 0 to 1, where that is known.
            size: how much there is to do, in posts (in bytes while reading), where that is known.
        """
        ...


class Stages:
    """Names what is going on, measures it and tells the watcher.

    Args:
        watcher: told of them.
        size: how much there is to do, in posts; 0 where that is not known.

    Attributes:
        size: as given; who learns it later may set it.
        seconds: wall time by stage, of those that are done.
    """

    def __init__(self, watcher: Watcher | None, size: int = 0) -> None:
        self._watcher = watcher
        self.size = size
        self._name = ""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Generator[None]:
        """Everything inside is the stage of this name."""
        self._name = name
        self._tell(None)
        start = perf_counter()
        yield
        self.seconds[name] = perf_counter() - start
        self._tell(self.seconds[name])

    def parts(self, items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
        """Pieces of a sequence, `size` items each; the watcher hears after each how much is done."""
        for start in range(0, len(items), size):
            yield items[start : start + size]
            self._tell(None, min(1.0, (start + size) / len(items)))

    def _tell(self, seconds: float | None, share: float = 0.0) -> None:
        if self._watcher:
            self._watcher(self._name, seconds, share, self.size)
