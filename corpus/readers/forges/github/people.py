"""Who stands behind a user object of GitHub.

REST gives a number and a login, GraphQL and the gh command a login, an archive the login alone; so the login
is the id here. Who deleted their account is null, an empty object, or the user "ghost": each such post has an
author of its own, for nobody can say how many people they are.
"""

from typing import Any

from msgspec import Struct

from ....model import Account, AccountKind
from ...json_values import text

_KINDS: dict[str, AccountKind] = {"Bot": "bot", "Organization": "organisation", "App": "app"}
_GHOST = "ghost"


class Author(Struct, frozen=True):
    """Who wrote a post or reacted.

    Args:
        account: None where the export does not say at all.
        is_gone: the account was deleted.
    """

    account: Account | None
    is_gone: bool = False

    @property
    def native_id(self) -> str | None:
        """The account's id, None where nobody is named."""
        return self.account.native_id if self.account else None


def author_of(raw: dict[str, Any], post: str) -> Author:
    """The author of an object, from `user` (REST) or `author` (the others).

    Args:
        raw: a comment, issue or review.
        post: its native id, of which a deleted account gets its name.
    """
    key = "user" if "user" in raw else "author"
    if key not in raw:
        return Author(None)
    account = account_of(raw[key])
    if account is not None:
        return Author(account)
    gone = Account(native_id=f"{_GHOST}/{post}", kind="deleted", is_stable_id=False)
    return Author(gone, is_gone=True)


def account_of(user: Any) -> Account | None:
    """The account of a user object or bare login; None where the account was deleted."""
    raw: dict[str, Any] = user if isinstance(user, dict) else {"login": user}
    login = text(raw.get("login"))
    if login is None or login.lower() == _GHOST:
        return None
    kind = _kind(raw, login)
    name = login.lower().removeprefix("app/")
    # One bot is "app/x" to the gh command, "x" to GraphQL and "x[bot]" to REST.
    native_id = f"{name.removesuffix('[bot]')}[bot]" if kind == "bot" else name
    return Account(
        native_id=native_id,
        username=login,
        display_name=text(raw.get("name")),
        email=text(raw.get("email")),
        kind=kind,
    )


def _kind(raw: dict[str, Any], login: str) -> AccountKind:
    if raw.get("is_bot") is True or login.endswith("[bot]") or login.startswith("app/"):
        return "bot"
    said = text(raw.get("type")) or text(raw.get("__typename")) or ""
    return _KINDS.get(said, "human")
