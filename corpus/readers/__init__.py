"""Readers: one export format a module, one view of files, folders and archives, one registry.

`Export` is what a reader is given, `Reader` is what it must be, `find_all` says what a path holds.
"""

from .export import Export
from .interface import Reader, ReadOptions
from .leftovers import read_all
from .registry import Recognised, find, find_all, load, names

__all__ = ["Export", "ReadOptions", "Reader", "Recognised", "find", "find_all", "load", "names", "read_all"]
