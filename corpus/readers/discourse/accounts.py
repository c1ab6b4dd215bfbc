"""Who stands behind a user id of Discourse."""

from typing import Any

from ...model import Account, AccountKind
from ..json_values import text, whole

_SYSTEM = -1


def account_of(user_id: Any, user: dict[str, Any]) -> Account | None:
    """The account with this id, its names taken from a JSON object; None where it has neither id nor name.

    Discourse's own users have negative ids: -1 is the system, the others are bots. A name without an id
    is a weak identity: names change hands.
    """
    number, username = whole(user_id), text(user.get("username"))
    if number is None and username is None:
        return None
    return Account(
        native_id=f"@{username}" if number is None else str(number),
        username=username,
        display_name=text(user.get("name")),
        kind=_kind(number),
        is_stable_id=number is not None,
    )


def _kind(number: int | None) -> AccountKind:
    if number is None or number >= 0:
        return "human"
    return "system" if number == _SYSTEM else "bot"
