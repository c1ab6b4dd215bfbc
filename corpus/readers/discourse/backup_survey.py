"""What must be known of a whole Discourse database before its rows can be told: the first of two passes.

A dump's tables come in the order of their names, so likes stand before the posts they belong to, and posts
before the topics that say whether they are private. The first pass keeps numbers only, never a text of a
post: where each post stands, which topics are private or gone, who reacted with what, what polls are called.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import Any

import orjson

from ..json_values import text
from ..places import Names, Places
from .pg_dump import Dump, Row
from .posts import MAX_NUMBER
from .reactions import LIKE

_USER_BITS = 32
_PRIVATE = "private_message"
_DEFAULT_TYPES = {2: LIKE}
"""Flags were renumbered over the years, the like never was."""
_POLLS = "polls"


class Survey:
    """Lookups over a dump, filled by one pass over it.

    Attributes:
        has_posts: whether the dump has Discourse's table of posts at all.
        posts: ids of posts that have a place in a topic.
        restricted: categories that not everybody may read.
        private: topics that are private messages.
        deleted: topics that were deleted.
        answers: ids of posts accepted as their topic's answer.
        emails: user id -> primary address.
        reactions: ids of reactions of the plugin (`reaction` tells the post and the name of each).
        reacted: post and user, packed, of everyone who reacted through the plugin.
        types: number of a kind of action -> its name.
        polls: poll id -> (post id, name, whether votes are public).
        options: option id -> (poll id, digest).
        votes: option id -> how many chose it.
        voters: poll id -> who voted.
        public_old_polls: post id and name of polls of before 2018 whose votes are public.
    """

    def __init__(self, dump: Dump) -> None:
        self.has_posts = False
        self.restricted: set[int] = set()
        self.private: set[int] = set()
        self.deleted: set[int] = set()
        self.answers: set[int] = set()
        self.emails: dict[int, str] = {}
        self.reactions = Places()
        self.reacted: set[int] = set()
        self.types: dict[int, str] = {}
        self.polls: dict[int, tuple[int, str, bool]] = {}
        self.options: dict[int, tuple[int, str]] = {}
        self.votes: Counter[int] = Counter()
        self.voters: defaultdict[int, set[int]] = defaultdict(set)
        self.public_old_polls: set[tuple[int, str]] = set()
        self.posts = Places()
        self._topic_of, self._number_of = array("q"), array("q")  # by the post's place
        self._reaction_post, self._reaction_name = array("q"), array("q")  # by place
        self._reaction_names = Names()
        self._topics: dict[int, int] = {}
        self._hosts: Counter[str] = Counter()
        learn: dict[str, Callable[[Row], Any]] = {
            "categories": self._category,
            "discourse_reactions_reactions": self._reaction,
            "discourse_reactions_reaction_users": self._reactor,
            "discourse_solved_solved_topics": self._answer,
            "poll_options": self._option,
            "poll_votes": self._vote,
            "polls": self._poll,
            "post_action_types": self._type,
            "post_custom_fields": self._post_field,
            "posts": self._post,
            "topic_custom_fields": self._topic_field,
            "topic_links": self._link,
            "topics": self._topic,
            "user_emails": self._email,
        }
        for row in dump.rows(learn):
            if isinstance(row, Row):
                learn[row.table](row)
        self.types = self.types or _DEFAULT_TYPES

    @property
    def host(self) -> str | None:
        """The forum's own host: that of its links to itself."""
        return min(self._hosts, key=lambda host: (-self._hosts[host], host), default=None)

    def place(self, post: int | None) -> tuple[int, int] | None:
        """Topic and number of a post, None where the dump has no such post."""
        at = -1 if post is None else self.posts.find(post)
        if at < 0:
            return None
        return self._topic_of[at], self._number_of[at]

    def native_id(self, post: int | None) -> str | None:
        """What a post is called by all our readers of Discourse."""
        place = self.place(post)
        return None if place is None else f"{place[0]}/{place[1]}"

    def reaction(self, reaction: int) -> tuple[int, str] | None:
        """Post and name of a reaction of the plugin, None where the dump has no such reaction."""
        at = self.reactions.find(reaction)
        return (self._reaction_post[at], self._reaction_names[self._reaction_name[at]]) if at >= 0 else None

    @cached_property
    def questions(self) -> frozenset[int]:
        """Topics in which an answer was accepted."""
        places = (self.place(post) for post in self.answers)
        return frozenset(place[0] for place in places if place)

    def is_private(self, topic: int) -> bool:
        """Whether a topic is a private message or lies in a closed category; one we know nothing of is."""
        return topic in self.private or self._topics.get(topic, 0) in self.restricted or not self.knows(topic)

    def knows(self, topic: int) -> bool:
        """Whether the dump has this topic."""
        return topic in self._topics

    def has_reacted(self, post: int | None, user: int | None) -> bool:
        """Whether someone's reaction through the plugin is known, of which their like is only the echo."""
        return post is not None and user is not None and _packed(post, user) in self.reacted

    def _post(self, row: Row) -> None:
        self.has_posts = True
        post, topic, number = row.number("id"), row.number("topic_id"), row.number("post_number")
        if post is not None and topic is not None and topic >= 0 and number and 0 < number <= MAX_NUMBER:
            if self.posts.add(post):
                self._topic_of.append(0)
                self._number_of.append(0)
            at = self.posts.find(post)
            self._topic_of[at], self._number_of[at] = topic, number

    def _topic(self, row: Row) -> None:
        topic = row.number("id")
        if topic is None:
            return
        self._topics[topic] = row.number("category_id") or 0
        if row.text("archetype") == _PRIVATE:
            self.private.add(topic)
        if row.text("deleted_at"):
            self.deleted.add(topic)

    def _category(self, row: Row) -> None:
        # Before 2014 there was `secure` in place of `read_restricted`.
        if (row.is_true("read_restricted") or row.is_true("secure")) and (number := row.number("id")):
            self.restricted.add(number)

    def _email(self, row: Row) -> None:
        user, email = row.number("user_id"), row.text("email")
        if user is not None and email and (row.is_true("primary") or user not in self.emails):
            self.emails[user] = email

    def _type(self, row: Row) -> None:
        if (number := row.number("id")) is not None and (name := row.text("name_key")):
            self.types[number] = name

    def _reaction(self, row: Row) -> None:
        reaction, post = row.number("id"), row.number("post_id")
        if reaction is not None and post is not None and (name := row.text("reaction_value")):
            if self.reactions.add(reaction):
                self._reaction_post.append(0)
                self._reaction_name.append(0)
            at = self.reactions.find(reaction)
            self._reaction_post[at], self._reaction_name[at] = post, self._reaction_names.place(name)

    def _reactor(self, row: Row) -> None:
        post, user = row.number("post_id"), row.number("user_id")
        if post is not None and user is not None:
            self.reacted.add(_packed(post, user))

    def _answer(self, row: Row) -> None:
        if (post := row.number("answer_post_id")) is not None:
            self.answers.add(post)

    def _topic_field(self, row: Row) -> None:
        if row.text("name") == "accepted_answer_post_id" and (post := row.number("value")) is not None:
            self.answers.add(post)

    def _post_field(self, row: Row) -> None:
        post, name = row.number("post_id"), row.text("name")
        if post is None:
            return
        if name == "is_accepted_answer" and row.text("value") == "true":
            self.answers.add(post)
        elif name == _POLLS:
            for poll, told in old_polls(row).items():
                if told["public"] is True:
                    self.public_old_polls.add((post, poll))

    def _poll(self, row: Row) -> None:
        poll, post = row.number("id"), row.number("post_id")
        if poll is not None and post is not None:
            self.polls[poll] = (post, row.text("name") or "poll", row.number("visibility") == 1)

    def _option(self, row: Row) -> None:
        option, poll = row.number("id"), row.number("poll_id")
        if option is not None and poll is not None:
            self.options[option] = (poll, row.text("digest") or str(option))

    def _vote(self, row: Row) -> None:
        poll, option, user = row.number("poll_id"), row.number("poll_option_id"), row.number("user_id")
        if poll is not None and option is not None and user is not None:
            self.voters[poll].add(user)
            # Rank 0 of a ranked ballot is an abstention.
            self.votes[option] += row.number("rank") != 0

    def _link(self, row: Row) -> None:
        host = row.text("domain")
        if row.is_true("internal") and host and "." in host:
            self._hosts[host.lower()] += 1


def old_polls(row: Row) -> dict[str, dict[str, Any]]:
    """Polls as they were kept before 2018, in a custom field of the post: name -> poll."""
    try:
        document = orjson.loads(row.text("value") or "{}")
    except orjson.JSONDecodeError:
        return {}
    polls = document.items() if isinstance(document, dict) else ()
    return {
        name: {**poll, "public": text(poll.get("public")) == "true" or poll.get("public") is True}
        for name, poll in polls
        if isinstance(poll, dict)
    }


def _packed(post: int, user: int) -> int:
    return post << _USER_BITS | (user & ((1 << _USER_BITS) - 1))
