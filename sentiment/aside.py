"""The stance model in a process of its own, at work while this one counts and groups.

Reading stance takes more time than all else, and most of what else there is keeps one core busy. Loky starts
the process: it needs nothing of the program that calls us, which may be a notebook or an unguarded script.
"""

import os
from collections.abc import Generator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..cache import chunks
from .cross_encoder import Said, shipped

if TYPE_CHECKING:
    from concurrent.futures import Future

_PART = 512
"""Pairs computed at a time: whoever waits learns after each how far it is."""
_WORTHWHILE = 1024
"""So many are worth a process, which takes some seconds to load the model."""
_CORES = 2
"""One for it, one for us."""
_NICE = 10

Probabilities = NDArray[np.float32]


class Aside:
    """Probabilities of pairs that another process may be at work on.

    Args:
        parts: what it was given, each with its promise.
    """

    def __init__(self, parts: Sequence[tuple[list[Said], "Future[Probabilities]"]] = ()) -> None:
        self._promised = {
            pair: (promise, place) for pairs, promise in parts for place, pair in enumerate(pairs)
        }

    def probabilities(self, pairs: Sequence[Said]) -> Probabilities:
        """As `CrossEncoder.probabilities`, waiting for what is promised and computing the rest here.

        Raises:
            ModelError: the weights, or the installed model they build on, are missing or damaged.
        """
        found = np.empty((len(pairs), 3), dtype=np.float32)
        here: list[int] = []
        for row, pair in enumerate(pairs):
            promise, place = self._promised.get(pair, (None, 0))
            try:
                if promise is None:
                    here.append(row)
                else:
                    found[row] = promise.result()[place]
            except BrokenExecutor:  # it was killed, perhaps for want of memory
                self._promised.clear()
                here.append(row)
        if here:
            found[here] = shipped().probabilities([pairs[row] for row in here])
        return found


@contextmanager
def aside(pairs: list[Said]) -> Generator[Aside]:
    """Have pairs computed by another process until the end, if they are many and there is a core for it.

    Args:
        pairs: distinct ones, in the order in which they will be asked for.
    """
    from joblib.externals.loky import ProcessPoolExecutor, cpu_count

    if len(pairs) < _WORTHWHILE or cpu_count() < _CORES:
        yield Aside()
        return
    executor = ProcessPoolExecutor(1, initializer=_give_way)
    try:
        yield Aside([(part, executor.submit(_compute, part)) for part in chunks(pairs, _PART)])
    finally:
        # Loky's own way to kill (3.6) fails on parts that were not handed over yet: its thread ends with a
        # KeyError and a traceback. It has no other way, but copes with a process that is gone.
        for process in list(executor._processes.values()):  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            process.terminate()
        executor.shutdown()


def _give_way() -> None:
    """Take what this process leaves of the cores: it has other stages to finish, and may then have both."""
    if hasattr(os, "nice"):
        os.nice(_NICE)


def _compute(pairs: list[Said]) -> Probabilities:
    return shipped().probabilities(pairs)
