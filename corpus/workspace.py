"""Where a workspace lies: a folder, or a name that stands for one."""

import os
from pathlib import Path


def workspace_folder(name: str) -> Path:
    """The folder a workspace is kept in.

    A name without a slash is one of the user's workspaces, in $FORUM_PULSE_DATA, else
    $XDG_DATA_HOME/forum-pulse, else ~/.local/share/forum-pulse; anything else is a path.

    Args:
        name: "acme", "./acme", "/srv/acme".
    """
    if "/" in name or os.sep in name or name in {".", ".."} or Path(name).is_dir():
        return Path(name).expanduser()
    return _data_directory() / name


def _data_directory() -> Path:
    if own := os.environ.get("FORUM_PULSE_DATA"):
        return Path(own).expanduser()
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    # The XDG rules: a relative path is to be ignored.
    return (shared if shared.is_absolute() else Path.home() / ".local" / "share") / "forum-pulse"
