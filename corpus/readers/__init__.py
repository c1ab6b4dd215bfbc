"""Readers: one export format a module, one view of files, folders and archives, one registry.

`Export` is what a reader is given, `Reader` is what it must be, `find` picks the one that knows an export.
"""

from .export import Export
from .interface import Reader, ReadOptions
from .registry import find, load, names

__all__ = ["Export", "ReadOptions", "Reader", "find", "load", "names"]
