"""What wording was added and removed, word by word.

Two sources tell: what the platform itself keeps of former wordings, and what several exports of one forum
show (see `snapshots`). Either way own words are compared, so that a changed quote or signature is no edit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rapidfuzz.distance import Indel

from . import cleaning
from .store import Store

Operation = Literal["same", "added", "removed"]
_WORD = re.compile(r"\S+\s*")
_LONGEST = 20_000
"""Words beyond this are not compared: a comparison takes memory by the square."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to one post or title.

    Attributes:
        thread: the thread's title, or its id where it has none.
        is_opening: whether it is the thread's first post.
        field: what was changed: body, title, tags or state.
        not_before: the earliest moment at which it can have happened, as far as is known.
        not_after: the latest.
        words: stretches of text in reading order, and what happened to each.
    """

    thread: str
    post_id: str
    is_opening: bool
    field: str
    not_before: datetime | None
    not_after: datetime | None
    words: tuple[tuple[Operation, str], ...]

    @property
    def added(self) -> int:
        """How many words came."""
        return sum(len(text.split()) for operation, text in self.words if operation == "added")

    @property
    def removed(self) -> int:
        """How many words went."""
        return sum(len(text.split()) for operation, text in self.words if operation == "removed")


def edits(store: Store, *, redact: Callable[[str], str] = str) -> list[Edit]:
    """All changes to posts that may be read, by thread and time; changes to the markup alone are none.

    Args:
        store: what was read.
        redact: done to every text before it is compared, e.g. to take people's names out.
    """
    rows = store.sql(
        """SELECT coalesce(t.title, p.thread_id) AS thread, e.post_id,
                  p.post_id = t.root_post_id AS is_opening, e.field, e.before, e.after,
                  e.not_before, e.not_after, p.body_format
           FROM edit e JOIN post p USING (post_id) LEFT JOIN thread t USING (thread_id)
           WHERE may_read(p.is_private, p.subtype, p.state, p.vanished_by)
           ORDER BY p.thread_id, e.not_after, e.post_id, e.field, e.before, e.after"""
    ).to_pylist()
    found: list[Edit] = []
    for row in rows:
        before, after = (_words(row[side], row["field"], row["body_format"]) for side in ("before", "after"))
        changed = difference(redact(before), redact(after))
        if any(operation != "same" for operation, _ in changed):
            found.append(
                Edit(
                    thread=redact(row["thread"]),
                    post_id=row["post_id"],
                    is_opening=bool(row["is_opening"]),
                    field=row["field"],
                    not_before=row["not_before"],
                    not_after=row["not_after"],
                    words=changed,
                )
            )
    return found


def _words(text: str | None, field: str, body_format: str) -> str:
    return cleaning.clean(text or "", body_format).own_text if field == "body" else text or ""  # type: ignore[arg-type]


def difference(before: str, after: str) -> tuple[tuple[Operation, str], ...]:
    """The way from one text to another in words: what stays, what goes, what comes."""
    old, new = _WORD.findall(before)[:_LONGEST], _WORD.findall(after)[:_LONGEST]
    pieces: list[tuple[Operation, str]] = []
    steps = Indel.opcodes([word.rstrip() for word in old], [word.rstrip() for word in new])
    for step in steps:
        if step.tag == "equal":
            pieces.append(("same", "".join(new[step.dest_start : step.dest_end])))
        elif step.tag == "delete":
            pieces.append(("removed", "".join(old[step.src_start : step.src_end])))
        else:
            pieces.append(("added", "".join(new[step.dest_start : step.dest_end])))
    return tuple(pieces)
