"""Microsoft's objects as they come, and who is meant by an identity set.

The same names are in PascalCase in an admin's export and in camelCase in Graph's and Purview's.
"""

from functools import lru_cache
from typing import Any

from ...model import Account, AccountKind
from ..json_values import text


def at(value: Any, *path: str) -> Any:
    """The value at a path of names, whatever their case; None where it leads nowhere.

    Args:
        value: an object.
        path: names in camelCase.
    """
    for name in path:
        if not isinstance(value, dict):
            return None
        likely = name if name in value else name[:1].upper() + name[1:]
        if likely in value:
            value = value[likely]
            continue
        spelled = _spelled(tuple(value)).get(name.casefold())
        value = None if spelled is None else value[spelled]
    return value


@lru_cache(maxsize=4096)
def _spelled(names: tuple[str, ...]) -> dict[str, str]:
    """How each name is spelled; objects of one kind have the same names, and most lack most of them."""
    return {name.casefold(): name for name in reversed(names)}


def account_of(identities: Any) -> Account | None:
    """The account of an identity set: a user, an application, else nobody.

    Who is known by a display name only has no stable id; neither has a guest who joined without an account.
    """
    user = at(identities, "user")
    if isinstance(user, dict):
        guest = "anonymous" in str(at(user, "userIdentityType")).casefold()
        found = _account(user, "anonymous" if guest else "human")
        if found is not None:
            return found
    application = at(identities, "application")
    kind = str(at(application, "applicationIdentityType")).casefold()
    return _account(application, "bot" if "bot" in kind or kind == "none" else "app")


def _account(identity: Any, kind: AccountKind) -> Account | None:
    native_id, name = text(at(identity, "id")), text(at(identity, "displayName"))
    if native_id is None and name is None:
        return None
    return Account(
        native_id=native_id or f"name:{name}",
        display_name=name,
        kind=kind,
        is_stable_id=native_id is not None and kind != "anonymous",
    )
