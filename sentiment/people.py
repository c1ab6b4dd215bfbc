"""From readings of posts to what people hold: tables in, tables out.

A stance belongs to a person, not to a post: whoever writes forty posts against a policy is one person against
it. Later posts weigh more, since people change their minds; a person whose recent readings contradict each
other is "mixed".
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

import pyarrow as pa

from .stance import Reading, StanceReader
from .targets import Mention, Said, Target, find_mentions

PersonStance = Literal["favor", "against", "none", "mixed", "unclear"]

FADING: Final = 0.5
"""What a post weighs beside the same person's next one."""
MIXED: Final = 0.25
"""Share of the weight from which on the weaker side makes a person mixed."""

_READINGS = pa.schema(
    [("post_id", pa.string()), ("target", pa.string()), ("stance", pa.string())]
    + [(name, pa.float64()) for name in ("favor", "against", "none")]
    + [("unclear", pa.bool_()), ("basis", pa.string())]
    + [("start", pa.int64()), ("end", pa.int64()), ("answered", pa.string())]
)
_PEOPLE = pa.schema(
    [("target", pa.string()), ("person_id", pa.string()), ("stance", pa.string()), ("posts", pa.int64())]
)
_STATED: Final = Reading("favor", 1.0, 0.0, 0.0, unclear=False)


def read_stances(
    posts: pa.Table,
    targets: Sequence[Target],
    classifier: StanceReader,
    *,
    petition_threads: Mapping[str, Collection[str]] | None = None,
    titles: Mapping[str, str] | None = None,
    unread: Collection[str] = (),
) -> pa.Table:
    """Stance of every post that is about a target, towards that target.

    Which posts those are, and which of them no model is asked about: see `targets`.

    Args:
        posts: columns post_id, thread_id, parent_post_id, own_text, is_root, and with `unread` person_id; one
            row a post.
        targets: what to read stances towards.
        classifier: what reads them; a reply is read with the own words of what it answers.
        petition_threads: name of a petition's target -> its thread_ids; two petitions may share one.
        titles: thread_id -> title.
        unread: person_ids whose posts are left out; others may have answered them all the same.

    Returns:
        Columns post_id, target, stance, favor, against, none (probabilities), unclear, basis ("states",
        "names", "echoes", "answers" or "thread"), start and end (where the own words name the target),
        answered (the post an echo agrees or disagrees with), in order of post_id and target.

    Raises:
        ConfigError: two targets share a name, or a petition's target is not among them.
    """
    said = _said(posts)
    words = {post.post: post.text for post in said}
    mentions = find_mentions(said, targets, petition_threads or {}, titles)
    echoing = {_key(mention): mention for mention in mentions if mention.basis == "echoes"}
    passed_over = _posts_of(unread, posts) if unread else frozenset[str]()
    wanted = [mention for mention in mentions if mention.post.post not in passed_over]
    sources = [_source(_key(mention), echoing) for mention in wanted]
    deciding = {source.key for source in sources if source}
    asked = [m for m in mentions if m.basis not in {"states", "echoes"} and _key(m) in deciding]
    readings = classifier.read(
        [mention.passage for mention in asked],
        [mention.target.text for mention in asked],
        [words.get(mention.post.parent or "", "") for mention in asked],
    )
    found = {_key(mention): _STATED for mention in mentions if mention.basis == "states"}
    found |= {_key(mention): reading for mention, reading in zip(asked, readings, strict=True)}
    rows = [_row(mention, _reading(source, found)) for mention, source in zip(wanted, sources, strict=True)]
    return pa.Table.from_pylist(rows, schema=_READINGS)


def _posts_of(people: Collection[str], posts: pa.Table) -> frozenset[str]:
    pairs = zip(posts["post_id"].to_pylist(), posts["person_id"].to_pylist(), strict=True)
    return frozenset(str(post) for post, person in pairs if person in people)


def _key(mention: Mention) -> tuple[str, str]:
    return mention.post.post, mention.target.name


class _Source(NamedTuple):
    """Whose reading a post has: its own, or for an echo that of what it answers in the end."""

    key: tuple[str, str]
    turned: bool
    """Whether it is of the opposite mind."""


def _source(key: tuple[str, str], echoing: Mapping[tuple[str, str], Mention]) -> _Source | None:
    """Where an echo leads; nowhere where posts echo each other."""
    turned, passed = False, set[tuple[str, str]]()
    while key in echoing:
        if key in passed:
            return None
        passed.add(key)
        turned ^= echoing[key].echo == "opposite"
        key = echoing[key].answered or "", key[1]
    return _Source(key, turned)


def _reading(source: _Source | None, found: Mapping[tuple[str, str], Reading]) -> Reading:
    if source is None:
        return Reading("none", 0.0, 0.0, 1.0, unclear=True)
    return found[source.key].opposite if source.turned else found[source.key]


def person_stances(readings: pa.Table, posts: pa.Table) -> pa.Table:
    """What each person holds towards each target: one row a person and target.

    Clear readings for or against decide, each weighing `FADING` of the person's next one: the heavier side is
    the stance, unless the other has at least `MIXED` of the weight; so two sides in the last two of them are
    mixed, and one post against two later ones is not. Beside no side, a clear none is none; without a clear
    reading a person is unclear. Posts without a known person are left out.

    Args:
        readings: as `read_stances` gives them.
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


def _said(posts: pa.Table) -> list[Said]:
    names = ("post_id", "thread_id", "parent_post_id", "own_text", "is_root")
    columns = (posts[name].to_pylist() for name in names)
    return [
        Said(post, thread, parent, text or "", bool(opens))
        for post, thread, parent, text, opens in zip(*columns, strict=True)
    ]


def _row(mention: Mention, reading: Reading) -> dict[str, object]:
    start, end = mention.span or (None, None)
    return {
        "post_id": mention.post.post,
        "target": mention.target.name,
        "stance": reading.stance,
        "favor": reading.favor,
        "against": reading.against,
        "none": reading.none,
        "unclear": reading.unclear,
        "basis": mention.basis,
        "start": start,
        "end": end,
        "answered": mention.answered,
    }
