"""Two accounts that may be one person, though no rule says so: counted, never joined, never named.

A shared name is no proof: two colleagues may bear it. With a user name or an address that is alike as well
it is a reason to look, and a reader of a count must know how many such reasons there are.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

_ALIKE = 80
"""Per cent of letters that two user names or addresses share, from which they are alike (Indel)."""
_WORDS = 2
"""A first name alone is nobody's."""
_MOST = 50
"""Persons of one name beyond which it is no name ("Guest User")."""


class Handle(NamedTuple):
    """By what one account could be recognised."""

    person: str
    display_name: str
    username: str
    mailbox: str
    """The part of its address before the @."""


def suspected(handles: Iterable[Handle]) -> set[tuple[str, str]]:
    """Pairs of persons with one display name and a user name or a mailbox that is alike.

    Args:
        handles: one an account; several of one person are no suspicion.

    Returns:
        Pairs of persons, each once.
    """
    named: dict[str, list[Handle]] = defaultdict(list)
    for handle in handles:
        name = _plain(handle.display_name)
        if len(name.split()) >= _WORDS:
            named[name].append(handle)
    pairs: set[tuple[str, str]] = set()
    for alike in named.values():
        if len({handle.person for handle in alike}) > _MOST:
            continue
        for one, other in combinations(alike, 2):
            if one.person != other.person and _share_a_sign(one, other):
                pairs.add((min(one.person, other.person), max(one.person, other.person)))
    return pairs


def _share_a_sign(one: Handle, other: Handle) -> bool:
    from rapidfuzz import fuzz  # only where two persons bear one name

    mine = {_plain(name) for name in (one.username, one.mailbox) if name}
    theirs = {_plain(name) for name in (other.username, other.mailbox) if name}
    return any(fuzz.ratio(a, b) >= _ALIKE for a in mine for b in theirs)


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())
