"""Every error a user can meet, in one tree.

ForumPulseError
├── ExportError                 something is wrong with an input file
│   ├── UnknownExportError      no reader knows it
│   ├── AmbiguousExportError    more than one reader claims it
│   ├── BrokenExportError       it is damaged: truncated, unreadable, nothing inside
│   └── UnsafeExportError       an archive member that would escape, explode or loop
├── ConfigError                 forum-pulse.toml, a roster or an option says something impossible
├── StoreError                  the workspace can't be opened or written
├── OutputError                 the results can't be written
└── ModelError                  a model file is missing or is not what it claims to be

Each carries a message (what is wrong, naming file and line) and a hint (what to do about it).
The command line prints both and ends with exit code 2; a traceback means a defect of ours.
"""


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


class StoreError(ForumPulseError):
    """The workspace can't be opened or written."""


class OutputError(ForumPulseError):
    """The results can't be written."""


class ModelError(ForumPulseError):
    """A model file is missing, or is not what it claims to be."""
