"""Who reacted to what, from a Discourse database.

Likes and the reactions plugin overlap: while its like sync is on, a reaction is kept as a like too. Who
reacted through the plugin is told with that reaction, and their like is left out.
"""

from collections import Counter
from collections.abc import Iterator

from ...model import Aggregate, Anomaly, Mechanism, Reaction, ReactionTotal, Record
from .backup_survey import Survey
from .pg_dump import Row
from .reactions import LIKE

_MECHANISMS: dict[str, Mechanism] = {LIKE: "like", "bookmark": "bookmark", "vote": "upvote"}
"""Kinds of action that are no flag: their names -> what they are."""
PLUGIN = "discourse_reactions_reaction_users"


class BackupReactions:
    """Rows of the tables of likes, reactions and votes for topics as records.

    Args:
        survey: what the first pass found.

    Attributes:
        has_remainder: whether a counter says more than there are names.
    """

    def __init__(self, survey: Survey) -> None:
        self.has_remainder = False
        self._survey = survey
        # By the post's place.
        self._counted, self._likes, self._echoes = (survey.posts.zeros() for _ in range(3))
        self._flags: Counter[int] = Counter()
        self._reacted = survey.reactions.zeros()

    def counted(self, post: int, likes: int) -> None:
        """Note what a post's own counter of likes says."""
        if (at := self._survey.posts.find(post)) >= 0:
            self._counted[at] = likes

    def action(self, row: Row) -> Iterator[Record]:
        """A row of `post_actions`: a like, a bookmark, an old vote; of flags only the number is told."""
        post, user = row.number("post_id"), row.number("user_id")
        native_id = self._survey.native_id(post)
        name = self._survey.types.get(row.number("post_action_type_id") or 0)
        if post is None or native_id is None or user is None:
            yield row.lost("an action on a post that is not there")
        elif name is None:
            yield row.unread(f"an action of unknown type {row.text('post_action_type_id')}")
        elif name not in _MECHANISMS:
            self._flags[post] += 1
        else:
            removed = row.moment("deleted_at")
            if name == LIKE and removed is None:
                at = self._survey.posts.find(post)
                self._likes[at] += 1
                if self._survey.has_reacted(post, user):
                    self._echoes[at] += 1
                    return
            created = row.moment("created_at")
            yield Reaction(
                post=native_id,
                name_raw=name,
                mechanism=_MECHANISMS[name],
                account=str(user),
                created_at=created.at if created else None,
                removed_at=removed.at if removed else None,
            )

    def reactor(self, row: Row) -> Iterator[Record]:
        """A row of the plugin's table of people."""
        reaction, user = row.number("reaction_id"), row.number("user_id")
        post, name = self._survey.reaction(reaction or 0) or (None, "")
        native_id = self._survey.native_id(post)
        if reaction is None or native_id is None or user is None:
            yield row.lost("a reaction to a post that is not there")
            return
        self._reacted[self._survey.reactions.find(reaction)] += 1
        created = row.moment("created_at")
        yield Reaction(
            post=native_id,
            name_raw=name,
            mechanism="emoji",
            account=str(user),
            created_at=created.at if created else None,
        )

    def topic_vote(self, row: Row) -> Iterator[Record]:
        """A row of the topic voting plugin: a vote for a topic is kept on the topic's first post."""
        topic, user = row.number("topic_id"), row.number("user_id")
        if topic is None or user is None or not self._survey.knows(topic):
            yield row.lost("a vote for a topic that is not there")
            return
        created = row.moment("created_at")
        yield Reaction(
            post=f"{topic}/1",
            name_raw="vote",
            mechanism="upvote",
            account=str(user),
            created_at=created.at if created else None,
        )

    def totals(self) -> Iterator[Record]:
        """After the last row: what the forum's counters say against the names there are."""
        for post in self._survey.posts:
            at = self._survey.posts.find(post)
            known, counted = (likes[at] - self._echoes[at] for likes in (self._likes, self._counted))
            yield from self._total(post, LIKE, "like", counted, known, "posts.like_count")
        for reaction in self._survey.reactions:
            post, name = self._survey.reaction(reaction) or (0, "")
            known = self._reacted[self._survey.reactions.find(reaction)]
            yield from self._total(post, name, "emoji", known, known, PLUGIN)
        for post, flags in sorted(self._flags.items()):
            if place := self._survey.place(post):
                native_id = f"{place[0]}/{place[1]}"
                yield Aggregate(thread=str(place[0]), post=native_id, measure="flag", value=flags)

    def _total(
        self, post: int, name: str, mechanism: Mechanism, total: int, known: int, field: str
    ) -> Iterator[Record]:
        native_id = self._survey.native_id(post)
        if native_id is None or not (total or known):
            return
        yield ReactionTotal(
            post=native_id,
            name_raw=name,
            mechanism=mechanism,
            total=total,
            identified=known,
            source_field=field,
        )
        if total != known:
            detail = f"{name}: {field} says {total}, but {known} people are known"
            yield Anomaly(code="count_mismatch", locator="posts", detail=detail, post=native_id)
        if total > known:
            self.has_remainder = True
            yield Reaction(
                post=native_id, name_raw=name, mechanism=mechanism, n=total - known, identity="count_only"
            )
