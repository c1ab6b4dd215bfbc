"""E-mail addresses: what is one, and which spellings reach one mailbox."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_NEVER = r"@\s:;,<>()\[\]*…"
"""Not in an address that somebody uses; some stand where letters were hidden ("a***@example.org")."""
_ADDRESS = re.compile(rf"(?!.*\.{{3}})[^{_NEVER}]+@[^{_NEVER}.]+(?:\.[^{_NEVER}.]+)+")


def as_address(cell: str | None) -> str | None:
    """A cell meant for an address as one; None where something else stands in its place.

    >>> [as_address(cell) for cell in (" ann@example.org", "hidden", "n/a", "a...@example.org", " ", None)]
    ['ann@example.org', None, None, None, None, None]
    """
    said = (cell or "").strip()
    return said if _ADDRESS.fullmatch(said) else None


@cache
def _email_rules() -> dict[str, dict[str, Any]]:
    rules = tomllib.loads(Path(__file__).with_name("email_rules.toml").read_text(encoding="utf-8"))
    for name, rule in list(rules.items()):
        for other in rule.get("same_as", ()):
            rules[other] = {**rule, "is": name}
    return rules


def canonical_email(address: str) -> str:
    """The one spelling of all addresses that reach the same mailbox, by `email_rules.toml`.

    >>> canonical_email("Ada.Lovelace+forum@googlemail.com")
    'adalovelace@gmail.com'
    """
    local, _, domain = address.strip().casefold().rpartition("@")
    rules = _email_rules()
    rule = {**rules["default"], **rules.get(domain, {})}
    if rule["label"] and local:
        local = local.split(rule["label"], 1)[0] or local
    if not rule["dots"]:
        local = local.replace(".", "")
    return f"{local}@{rule.get('is', domain)}"
