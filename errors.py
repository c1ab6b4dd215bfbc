"""Every error a user can meet, in one tree.

ForumPulseError
├── ExportError                 something is wrong with an input file
│   ├── UnknownExportError      no reader knows it
│   ├── AmbiguousExportError    more than one reader claims it
│   ├── BrokenExportError       it is damaged: truncated, unreadable, nothing inside
│   └── UnsafeExportError       an archive member that would escape, explode or loop
├── ConfigError                 forum-pulse.toml, a roster or an option says something impossible
│   └── ParameterError          an estimator has no such parameter; a ValueError, too, as scikit-learn's is
├── StoreError                  the workspace can't be opened or written
├── OutputError                 the results can't be written
└── ModelError                  a model file is missing or is not what it claims to be

Each carries a message (what is wrong, naming file and line) and a hint (what to do about it).
The command line prints both and ends with exit code 2; a traceback means a defect of ours.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class ForumPulseError(Exception):
    """Base of all errors meant for people.

    Args:
        message: what is wrong, naming the file, and the line where there is one.
        hint: the remedy, as an instruction; may be empty.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ExportError(ForumPulseError):
    """Something is wrong with an input file."""


class UnknownExportError(ExportError):
    """No reader knows this file or folder."""


class AmbiguousExportError(ExportError):
    """More than one reader claims this file or folder."""


class BrokenExportError(ExportError):
    """The export is damaged: truncated, unreadable, or nothing is inside."""


class UnsafeExportError(ExportError):
    """An archive member would escape its folder, explode in size, or loop."""


class ConfigError(ForumPulseError):
    """The configuration, a roster or an option says something impossible."""


class ParameterError(ConfigError, ValueError):
    """An estimator has no such parameter."""


class StoreError(ForumPulseError):
    """The workspace can't be opened or written."""


class OutputError(ForumPulseError):
    """The results can't be written."""


class ModelError(ForumPulseError):
    """A model file is missing, or is not what it claims to be."""


def hint_for_choice(given: str, choices: Iterable[str], *, what: str = "choose from") -> str:
    """The remedy where a name is none of those there are: the nearest, or else all of them.

    Args:
        given: what was typed.
        choices: what could have been.
        what: the words in front of all choices.
    """
    names = list(choices)
    near = get_close_matches(given, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"{what}: {', '.join(names)}"


def hint_for_missing(path: Path) -> str:
    """The remedy where a path leads nowhere: what lies there under a like name.

    Args:
        path: as it was typed.
    """
    folder = next((place for place in path.parents if place.is_dir()), None)
    if folder is None:
        return "check the spelling of the path"
    wanted, *below = path.relative_to(folder).parts
    try:
        there = {entry.name.casefold(): entry.name for entry in sorted(folder.iterdir())}
    except OSError:
        there = {}
    near = get_close_matches(wanted.casefold(), there, n=1)
    if not near:
        return f"there is no {wanted!r} in the folder '{folder.absolute()}': check the spelling of the path"
    found = folder / there[near[0]]
    return f"did you mean '{found.joinpath(*below) if found.joinpath(*below).exists() else found}'?"
