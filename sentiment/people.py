"""From readings of posts to what people hold: a table in, a table out.

A stance belongs to a person, not to a post: whoever writes forty posts against a policy is one person against
it. Later posts weigh more, since people change their minds; a person whose recent readings contradict each
other is "mixed".
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal

import pyarrow as pa

PersonStance = Literal["favor", "against", "none", "mixed", "unclear"]

FADING: Final = 0.5
"""What a post weighs beside the same person's next one."""
MIXED: Final = 0.25
"""Share of the weight from which on the weaker side makes a person mixed."""

_PEOPLE = pa.schema(
    [("target", pa.string()), ("person_id", pa.string()), ("stance", pa.string()), ("posts", pa.int64())]
)


def person_stances(readings: pa.Table, posts: pa.Table) -> pa.Table:
    """What each person holds towards each target: one row a person and target.

    Clear readings for or against decide, each weighing `FADING` of the person's next one: the heavier side is
    the stance, unless the other has at least `MIXED` of the weight; so two sides in the last two of them are
    mixed, and one post against two later ones is not. Beside no side, a clear none is none; without a clear
    reading a person is unclear. Posts without a known person are left out.

    Args:
        readings: as `Inquiry.answered` gives them.
        posts: columns post_id, person_id, created_at; a post without a date counts as older than any other,
            and of one moment, as where only days are known, post 9 as older than post 10.

    Returns:
        Columns target, person_id, stance, posts (how many were read), in order of target and person.
    """
    names = ("post_id", "person_id", "created_at")
    known = {row[0]: row[1:] for row in zip(*(posts[name].to_pylist() for name in names), strict=True)}
    held: dict[tuple[str, str], list[tuple[datetime, int, str, str]]] = {}
    columns = (readings[name].to_pylist() for name in ("target", "post_id", "stance", "unclear"))
    for target, post, stance, unclear in zip(*columns, strict=True):
        who, when = known.get(post, (None, None))
        if who is not None:
            moment = when or datetime.min  # noqa: DTZ901 - as stored
            read = (moment, len(post), post, "unclear" if unclear else stance)
            held.setdefault((target, who), []).append(read)
    rows = [
        {
            "target": target,
            "person_id": who,
            "stance": position([stance for *_, stance in sorted(read)]),
            "posts": len(read),
        }
        for (target, who), read in sorted(held.items())
    ]
    return pa.Table.from_pylist(rows, schema=_PEOPLE)


def position(stances: Sequence[str]) -> PersonStance:
    """What one person's readings come to, the oldest first.

    >>> position(["against", "favor"]), position(["against", "favor", "unclear", "favor"])
    ('mixed', 'favor')
    """
    weight = {"favor": 0.0, "against": 0.0}
    for stance in stances:
        if stance in weight:
            weight = {side: held * FADING + (side == stance) for side, held in weight.items()}
    weaker, stronger = sorted(weight, key=lambda side: weight[side])
    if weight[weaker] and weight[weaker] >= MIXED * sum(weight.values()):
        return "mixed"
    if weight[stronger]:
        return "favor" if stronger == "favor" else "against"
    return "none" if "none" in stances else "unclear"
