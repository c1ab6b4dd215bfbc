"""What one object of a forge's export tells, before the objects are joined.

A forge answers in pages: the issue here, its comments there, who reacted in a third file, and the same issue
again, newer, in a fourth. A walker says what each object tells as records and as the notes below; `gathering`
joins them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from ...model import Account, Anomaly, Container, Mechanism, Poll, PollOption, Post, Revision, Thread


class Version(Struct, frozen=True, kw_only=True):
    """A post or thread as it was at one time; of several the latest is the one that counts."""

    record: Post | Thread
    as_of: datetime | None = None


class Count(Struct, frozen=True, kw_only=True):
    """How many reacted with each sign, as the object itself says."""

    post: str
    mechanism: Mechanism
    totals: Mapping[str, int]
    field: str
    """Where the export says it."""
    as_of: datetime | None = None


class Vote(Struct, frozen=True, kw_only=True):
    """One entry of a list of who reacted; `account` is None where the person is gone."""

    post: str
    name: str
    mechanism: Mechanism
    account: str | None
    key: str
    """The entry's own id: a page that came twice adds nothing."""
    at: datetime | None = None
    locator: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """What one review says of a change; a later one of the same person takes its place."""

    post: str
    """The opening post of the change."""
    account: str | None
    approves: bool
    key: str
    at: datetime | None = None
    locator: str = ""


class Expected(Struct, frozen=True, kw_only=True):
    """How many posts of a kind a thread has, as the forge says."""

    thread: str
    what: Literal["comment", "line", "review"]
    number: int
    part: str = ""
    """Numbers of different parts add up (replies to each comment); of one part the highest counts."""
    locator: str = ""


class Accepted(Struct, frozen=True, kw_only=True):
    """This post was marked as the answer."""

    post: str


class Whole(Struct, frozen=True, kw_only=True):
    """The export is all of a repository or project."""

    at: datetime | None = None
    """When it was made, where it says so."""


class Private(Struct, frozen=True, kw_only=True):
    """Everything in this thread is for a closed circle."""

    thread: str


Told = (
    Version | Count | Vote | Verdict | Expected | Accepted | Whole | Private
    | Account | Container | Poll | PollOption | Revision | Anomaly
)  # fmt: skip
