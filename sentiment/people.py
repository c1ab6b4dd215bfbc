"""From readings of posts to what people hold: tables in, tables out.

A stance belongs to a person, not to a post: whoever writes forty posts against a policy is one person against
it. A person whose clear readings contradict each other is "mixed", never a majority vote of their own posts.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa

from .stance import Reading, StanceReader
from .targets import Mention, Said, Target, find_mentions

PersonStance = Literal["favor", "against", "none", "mixed", "unclear"]

_READINGS = pa.schema(
    [("post_id", pa.string()), ("target", pa.string()), ("stance", pa.string())]
    + [(name, pa.float64()) for name in ("favor", "against", "none")]
    + [("unclear", pa.bool_()), ("basis", pa.string())]
)
_PEOPLE = pa.schema(
    [("target", pa.string()), ("person_id", pa.string()), ("stance", pa.string()), ("posts", pa.int64())]
)


def read_stances(
    posts: pa.Table,
    targets: Sequence[Target],
    classifier: StanceReader,
    *,
    petition_threads: Mapping[str, str] | None = None,
) -> pa.Table:
    """Stance of every post that is about a target, towards that target.

    Args:
        posts: columns post_id, thread_id, parent_post_id, own_text; one row a post.
        targets: what to read stances towards.
        classifier: what reads them; a reply is read with the own words of what it answers.
        petition_threads: thread_id -> name of the target its petition states.

    Returns:
        Columns post_id, target, stance, favor, against, none (probabilities), unclear, basis ("names",
        "answers" or "thread"), in order of post_id and target.

    Raises:
        ConfigError: two targets share a name, or a petition's target is not among them.
    """
    said = _said(posts)
    words = {post.post: post.text for post in said}
    mentions = find_mentions(said, targets, petition_threads or {})
    readings = classifier.read(
        [mention.post.text for mention in mentions],
        [mention.target.text for mention in mentions],
        [words.get(mention.post.parent or "", "") for mention in mentions],
    )
    rows = [_row(mention, reading) for mention, reading in zip(mentions, readings, strict=True)]
    return pa.Table.from_pylist(rows, schema=_READINGS)


def person_stances(readings: pa.Table, posts: pa.Table) -> pa.Table:
    """What each person holds towards each target: one row a person and target.

    Clear readings decide: favor or against beside any number of none is that stance, favor and against is
    mixed; without a clear reading a person is unclear. Posts without a known person are left out.

    Args:
        readings: as `read_stances` gives them.
        posts: columns post_id, person_id.

    Returns:
        Columns target, person_id, stance, posts (how many were read), in order of target and person.
    """
    person = dict(zip(posts["post_id"].to_pylist(), posts["person_id"].to_pylist(), strict=True))
    held: dict[tuple[str, str], list[str]] = {}
    columns = (readings[name].to_pylist() for name in ("target", "post_id", "stance", "unclear"))
    for target, post, stance, unclear in zip(*columns, strict=True):
        if (who := person.get(post)) is not None:
            held.setdefault((target, who), []).append("unclear" if unclear else stance)
    rows = [
        {"target": target, "person_id": who, "stance": _position(set(stances)), "posts": len(stances)}
        for (target, who), stances in sorted(held.items())
    ]
    return pa.Table.from_pylist(rows, schema=_PEOPLE)


def _position(stances: set[str]) -> PersonStance:
    if {"favor", "against"} <= stances:
        return "mixed"
    for stance in ("favor", "against", "none"):
        if stance in stances:
            return stance
    return "unclear"


def _said(posts: pa.Table) -> list[Said]:
    names = ("post_id", "thread_id", "parent_post_id", "own_text")
    columns = (posts[name].to_pylist() for name in names)
    return [
        Said(post, thread, parent, text or "") for post, thread, parent, text in zip(*columns, strict=True)
    ]


def _row(mention: Mention, reading: Reading) -> dict[str, object]:
    return {
        "post_id": mention.post.post,
        "target": mention.target.name,
        "stance": reading.stance,
        "favor": reading.favor,
        "against": reading.against,
        "none": reading.none,
        "unclear": reading.unclear,
        "basis": mention.basis,
    }
