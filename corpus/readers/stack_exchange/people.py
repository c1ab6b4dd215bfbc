"""Who stands behind a user of Stack Exchange.

A deleted account leaves a display name only. The "user23" that the site gives such an account stays the same
person's; any other bare name may be anybody's.
"""

import re

from ...model import Account

COMMUNITY = -1
"""The site's own user: old questions are bumped, spam is removed, wikis are owned in its name."""
_NUMBERED = re.compile(r"user\d+")


def account_of(user: int | None, name: str | None) -> Account | None:
    """The account of a user id, or of the display name that a deleted one left; None for neither."""
    if user is not None:
        kind = "bot" if user == COMMUNITY else "human"
        return Account(native_id=str(user), display_name=name or None, kind=kind)
    if not name:
        return None
    is_stable = _NUMBERED.fullmatch(name) is not None
    return Account(native_id=f"@{name}", display_name=name, kind="deleted", is_stable_id=is_stable)
