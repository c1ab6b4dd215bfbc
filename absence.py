"""Imports without the parts a library would load on the side and we never use: they cost seconds.

spaCy loads torch where it is installed, for models of other kinds than ours; BERTopic loads whole embedding
models. Both know how to do without, since for them these are optional.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from threading import get_ident
from typing import Any


@contextmanager
def without(*packages: str) -> Generator[None]:
    """Importing one of these packages fails inside, in this thread; one that is there already stays.

    Args:
        packages: their top names, such as "torch".
    """
    finder = _Absent(frozenset(packages), get_ident())
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Absent(MetaPathFinder):
    """Says of some packages that they are not installed."""

    def __init__(self, packages: frozenset[str], thread: int) -> None:
        self._packages = packages
        self._thread = thread

    def find_spec(self, fullname: str, *_: Any) -> None:
        if get_ident() == self._thread and fullname.partition(".")[0] in self._packages:
            raise ModuleNotFoundError(f"{fullname} is not loaded here", name=fullname)
