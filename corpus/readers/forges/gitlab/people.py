"""Who stands behind a user of GitLab."""

import re
from typing import Any

from ....model import Account, AccountKind
from ...json_values import text, whole

_BOT = re.compile(
    r"(?:project|group)_\d+_bot\w*|(?:alert|support|migration|security|automation)-bot|gitlab-bot"
)
_GHOST = "ghost"


def account_of(user: Any, user_id: Any = None) -> Account | None:
    """The account of a user object, or of a bare id with whatever names lie beside it.

    None where there is neither id nor name, and for the ghost, who stands for everybody that was deleted.
    """
    raw: dict[str, Any] = user if isinstance(user, dict) else {}
    number = whole(raw.get("id"))
    number = number if number is not None else whole(user_id)
    username, name = text(raw.get("username")), text(raw.get("name"))
    if is_ghost(user) or (number is None and username is None and name is None):
        return None
    return Account(
        native_id=f"@{username or name}" if number is None else str(number),
        username=username,
        display_name=name,
        email=text(raw.get("email")) or text(raw.get("public_email")),
        kind=_kind(raw, username),
        is_stable_id=number is not None,
    )


def author_of(raw: dict[str, Any], post: str) -> Account | None:
    """The author of an issue or note; whoever was deleted is an unknown of their own.

    Args:
        raw: its object.
        post: its native id.
    """
    if is_ghost(raw.get("author")):
        return Account(native_id=f"{_GHOST}/{post}", kind="deleted", is_stable_id=False)
    return account_of(raw.get("author"), raw.get("author_id"))


def is_ghost(user: Any) -> bool:
    """Whether a user is the one that takes over what deleted accounts wrote."""
    return isinstance(user, dict) and user.get("username") == _GHOST


def _kind(raw: dict[str, Any], username: str | None) -> AccountKind:
    is_bot = raw.get("bot") is True or (username is not None and _BOT.fullmatch(username) is not None)
    return "bot" if is_bot else "human"
