"""Batches of a torch model side by side, each on one thread.

How a matrix product is shared among threads decides in which order its numbers are added, and so its last
bits. A batch that one thread computes is the same on any number of them, and on busy cores none waits for
another.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")
_THREADS = Lock()
"""Held while torch's number of threads, which is the whole process's, is not what it was."""


def side_by_side(compute: Callable[[Batch], Result], batches: Iterable[Batch]) -> list[Result]:
    """The results for all batches in their order; as many at a time as torch may use threads."""
    import torch

    with _THREADS:
        threads = torch.get_num_threads()
        try:
            with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as lanes:
                return list(lanes.map(compute, batches))
        finally:
            torch.set_num_threads(threads)
