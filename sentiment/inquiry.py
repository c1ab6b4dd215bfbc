"""From posts to what a stance reader must be asked, and from its answers to a table.

The questions are known as soon as the targets are, long before anybody needs the answers: so whoever reads
can begin while others count and group.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import pyarrow as pa

from .stance import Reading
from .targets import Mention, Said, Target, find_mentions

_READINGS = pa.schema(
    [("post_id", pa.string()), ("target", pa.string()), ("stance", pa.string())]
    + [(name, pa.float64()) for name in ("favor", "against", "none")]
    + [("unclear", pa.bool_()), ("basis", pa.string())]
    + [("start", pa.int64()), ("end", pa.int64()), ("answered", pa.string())]
)
_STATED: Final = Reading("favor", 1.0, 0.0, 0.0, unclear=False)
_SAID = ("post_id", "thread_id", "parent_post_id", "own_text", "is_root")


class _Source(NamedTuple):
    """Whose reading a post has: its own, or for an echo that of what it answers in the end."""

    key: tuple[str, str]
    turned: bool
    """Whether it is of the opposite mind."""


class Questions(NamedTuple):
    """What a `StanceReader` is asked, as `read` takes it.

    Attributes:
        texts: own words to be read.
        targets: towards what, one for each text.
        parents: the words each text answers, "" where it answers none.
    """

    texts: list[str]
    targets: list[str]
    parents: list[str]

    def at(self, places: Sequence[int]) -> "Questions":
        """Those at some places."""
        return Questions(*([column[place] for place in places] for column in self))


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The posts that are about a target, and what must be read to know how they stand towards it.

    Attributes:
        questions: for a stance reader; the answers go to `answered`.
    """

    questions: Questions
    _asked: list[tuple[str, str]]
    """Post and target of each question."""
    _stated: list[tuple[str, str]]
    """Post and target where a petition states what it wants."""
    _wanted: list[tuple[Mention, _Source | None]]

    @classmethod
    def of(
        cls,
        posts: pa.Table,
        targets: Sequence[Target],
        *,
        petition_threads: Mapping[str, Collection[str]] | None = None,
        titles: Mapping[str, str] | None = None,
        unread: Collection[str] = (),
    ) -> Self:
        """Find the posts that are about a target.

        Which posts those are, and which of them no model is asked about: see `targets`.

        Args:
            posts: columns post_id, thread_id, parent_post_id, own_text, is_root, and with `unread` person_id;
                one row a post.
            targets: what to read stances towards.
            petition_threads: name of a petition's target -> its thread_ids; two petitions may share one.
            titles: thread_id -> title.
            unread: person_ids whose posts are left out; others may have answered them all the same.

        Raises:
            ConfigError: two targets share a name, or a petition's target is not among them.
        """
        said = [
            Said(post, thread, parent, text or "", bool(opens))
            for post, thread, parent, text, opens in zip(
                *(posts[name].to_pylist() for name in _SAID), strict=True
            )
        ]
        words = {post.post: post.text for post in said}
        mentions = find_mentions(said, targets, petition_threads or {}, titles)
        echoing = {_key(mention): mention for mention in mentions if mention.basis == "echoes"}
        passed_over = _posts_of(unread, posts) if unread else frozenset[str]()
        wanted = [
            (mention, _source(_key(mention), echoing))
            for mention in mentions
            if mention.post.post not in passed_over
        ]
        deciding = {source.key for _, source in wanted if source}
        asked = [m for m in mentions if m.basis not in {"states", "echoes"} and _key(m) in deciding]
        return cls(
            Questions(
                texts=[mention.passage for mention in asked],
                targets=[mention.target.text for mention in asked],
                parents=[words.get(mention.post.parent or "", "") for mention in asked],
            ),
            _asked=[_key(mention) for mention in asked],
            _stated=[_key(mention) for mention in mentions if mention.basis == "states"],
            _wanted=wanted,
        )

    def answered(self, readings: Sequence[Reading]) -> pa.Table:
        """Stance of every post that is about a target, towards that target.

        Args:
            readings: the answers, one a question.

        Returns:
            Columns post_id, target, stance, favor, against, none (probabilities), unclear, basis ("states",
            "names", "echoes", "answers" or "thread"), start and end (where the own words name the target),
            answered (the post an echo agrees or disagrees with), in order of post_id and target.
        """
        found = dict.fromkeys(self._stated, _STATED) | dict(zip(self._asked, readings, strict=True))
        rows = [_row(mention, _reading(source, found)) for mention, source in self._wanted]
        return pa.Table.from_pylist(rows, schema=_READINGS)


def _posts_of(people: Collection[str], posts: pa.Table) -> frozenset[str]:
    pairs = zip(posts["post_id"].to_pylist(), posts["person_id"].to_pylist(), strict=True)
    return frozenset(str(post) for post, person in pairs if person in people)


def _key(mention: Mention) -> tuple[str, str]:
    return mention.post.post, mention.target.name


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
