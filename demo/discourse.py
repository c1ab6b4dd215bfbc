"""The Discourse side: one file a topic, in the shape of /t/ID.json, with raw and cooked bodies."""

from html import escape
from pathlib import Path
from typing import Any

import orjson

from .banks import World
from .cast import Bot, Person
from .conversation import Ballot, Conversation, Message
from .cooked import cook, cook_poll, cook_quote, digest, slug
from .dates import iso
from .petition_plan import NAMED_VOTERS
from .truth import Truth

_FIRST_TOPIC = 100
_FIRST_POST = 5000
_SYSTEM = {"id": -1, "username": "system", "name": "system"}


class DiscourseWriter:
    """Writes topics, one after another."""

    def __init__(self, directory: Path, world: World, truth: Truth) -> None:
        self._directory = directory
        self._world = world
        self._truth = truth
        self._topic = _FIRST_TOPIC
        self._post = _FIRST_POST
        self._accounts: set[int] = set()
        self._categories = {
            category["name"]: number for number, category in enumerate(world.categories, start=4)
        }
        directory.mkdir()

    def write(self, made: Conversation) -> list[str]:
        """Write one topic; return the native ids of its messages."""
        self._topic += 1
        before = 0
        for message in made.messages:
            message.at = max(message.at, before + 1)
            before = message.at
        written = [number for number, message in enumerate(made.messages) if not message.gone]
        posts = [self._record(made, number) for number in written]
        if made.closed:
            posts.append(self._closing(made, posts[-1]))
        for count in ("topics", "threads"):
            self._truth.count("discourse", count)
        topic = self._envelope(made, posts)
        (self._directory / f"{topic['slug']}.{self._topic}.json").write_bytes(orjson.dumps(topic) + b"\n")
        return [f"{self._topic}/{number}" for number in range(1, len(made.messages) + 1)]

    def close(self) -> None:
        """Count the accounts that were seen."""
        self._truth.count("discourse", "accounts", len(self._accounts))

    def _envelope(self, made: Conversation, posts: list[dict[str, Any]]) -> dict[str, Any]:
        first, last = posts[0], posts[-1]
        likes = sum(action["count"] for post in posts for action in post["actions_summary"])
        authors = list(dict.fromkeys(post["user_id"] for post in posts))
        return {
            "post_stream": {"posts": posts, "stream": [post["id"] for post in posts]},
            "id": self._topic,
            "title": made.title,
            "fancy_title": escape(made.title, quote=False),
            "slug": slug(made.title),
            "posts_count": len(posts),
            "highest_post_number": last["post_number"],
            "reply_count": sum(post["reply_to_post_number"] is not None for post in posts),
            "like_count": likes,
            "participant_count": len(authors),
            "views": 20 + 7 * len(posts),
            "created_at": first["created_at"],
            "last_posted_at": last["created_at"],
            "archetype": "regular",
            "category_id": self._categories[made.place],
            "tags": [],
            "user_id": first["user_id"],
            "visible": True,
            "closed": made.closed,
            "archived": False,
            "deleted_at": None,
            "chunk_size": 20,
            "details": {
                "created_by": {"id": first["user_id"], "username": first["username"], "name": first["name"]}
            },
            "suggested_topics": [],
        }

    def _record(self, made: Conversation, number: int) -> dict[str, Any]:
        message = made.messages[number]
        words = message.text.words
        if message.to is not None and message.to.discourse is not None:
            words = f"@{message.to.discourse.username} {words}"
        native = f"{self._topic}/{number + 1}"
        self._truth.post("discourse", native, made, message, words)
        raw, cooked = self._body(made, message, words)
        parent = None if message.parent is None else message.parent + 1
        if parent is not None and made.messages[parent - 1].gone:
            self._truth.count("discourse", "orphans")
        author = _account(message.author)
        record = self._base(made, author, message.at, number + 1)
        record |= {"raw": raw, "cooked": cooked, "reply_to_post_number": parent, "post_type": 1}
        record["quote_count"] = int(message.quoted is not None)
        if message.edited is not None:
            record |= {
                "version": 2,
                "updated_at": iso(message.edited),
                "edit_reason": "typo" if number == 0 else None,
            }
        self._add_likes(record, made, message)
        if message.ballot is not None:
            record["polls"] = [self._poll(message.ballot)]
        return record

    def _base(self, made: Conversation, author: dict[str, Any], at: int, number: int) -> dict[str, Any]:
        self._post += 1
        self._accounts.add(author["id"])
        avatar = f"/user_avatar/{self._world.host}/{author['username'].lower()}/{{size}}/1_2.png"
        return {
            "id": self._post,
            "name": author["name"],
            "username": author["username"],
            "avatar_template": avatar,
            "created_at": iso(at, self._post % 1000),
            "updated_at": iso(at, self._post % 1000),
            "post_number": number,
            "reply_count": 0,
            "topic_id": self._topic,
            "topic_slug": slug(made.title),
            "version": 1,
            "edit_reason": None,
            "actions_summary": [],
            "moderator": False,
            "admin": author["id"] < 0,
            "staff": author["id"] < 0,
            "user_id": author["id"],
            "hidden": False,
            "deleted_at": None,
            "user_deleted": False,
            "wiki": False,
        }

    def _add_likes(self, record: dict[str, Any], made: Conversation, message: Message) -> None:
        """Say how many liked it: with the reactions plugin by emoji, and every reaction is a like as well."""
        total = sum(message.likes.values())
        self._truth.count("discourse", "reactions_count_only", total)
        if total:
            record["actions_summary"] = [{"id": 2, "count": total}]
        if made.has_reactions:
            record["reactions"] = [
                {"id": name, "type": "emoji", "count": count}
                for name, count in message.likes.items()
                if count
            ]
            record |= {"reaction_users_count": total, "current_user_reaction": None}

    def _body(self, made: Conversation, message: Message, words: str) -> tuple[str, str]:
        raw, cooked = words, cook(words)
        if message.quoted is not None:
            place, quoted = message.quoted
            who = _account(made.messages[place].author)["username"]
            raw = f'[quote="{who}, post:{place + 1}, topic:{self._topic}"]\n{quoted}\n[/quote]\n\n{raw}'
            cooked = f"{cook_quote(quoted, who, self._topic, place + 1)}\n{cooked}"
        if message.ballot is not None:
            options = (message.ballot.endorse, message.ballot.oppose)
            listed = "".join(f"\n* {option}" for option in options)
            raw += f"\n\n[poll type=regular results=always public=true]{listed}\n[/poll]"
            cooked += f"\n{cook_poll(options)}"
        return raw, cooked

    def _poll(self, ballot: Ballot) -> dict[str, Any]:
        options = ((ballot.endorse, ballot.endorsers), (ballot.oppose, ballot.opposers))
        for _, voters in options:
            named = voters[:NAMED_VOTERS]
            self._truth.count("discourse", "poll_votes_named", len(named))
            self._truth.count("discourse", "poll_votes_unnamed", len(voters) - len(named))
            for voter in named:
                self._truth.saw("discourse", voter)
                self._accounts.add(_account(voter)["id"])
        return {
            "name": "poll",
            "type": "regular",
            "status": "open",
            "public": True,
            "results": "always",
            "options": [
                {"id": digest(option), "html": escape(option, quote=False), "votes": len(voters)}
                for option, voters in options
            ],
            "voters": sum(len(voters) for _, voters in options),
            "preloaded_voters": {
                digest(option): [self._voter(voter) for voter in voters[:NAMED_VOTERS]]
                for option, voters in options
            },
            "chart_type": "bar",
            "title": None,
        }

    def _voter(self, voter: Person | Bot) -> dict[str, Any]:
        account = _account(voter)
        avatar = f"/user_avatar/{self._world.host}/{account['username'].lower()}/{{size}}/1_2.png"
        return {**account, "avatar_template": avatar, "title": None}

    def _closing(self, made: Conversation, last: dict[str, Any]) -> dict[str, Any]:
        self._truth.count("discourse", "system")
        record = self._base(made, _SYSTEM, made.messages[-1].at + 3600, last["post_number"] + 1)
        text = "This topic was automatically closed after a month. New replies are no longer allowed."
        return record | {
            "raw": text,
            "cooked": f"<p>{text}</p>",
            "reply_to_post_number": None,
            "post_type": 3,
            "quote_count": 0,
            "action_code": "autoclosed.enabled",
        }


def _account(who: Person | Bot) -> dict[str, Any]:
    assert who.discourse is not None
    return {"id": int(who.discourse.id), "username": who.discourse.username, "name": who.name}
