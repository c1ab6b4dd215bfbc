"""The Slack side: a folder as Slack exports it, users.json, channels.json and one file a channel and day.

A channel's threads come in order of their opening; a day's file is written once no later thread can reach it,
so that memory holds a few days of one channel and no more.
"""

from html import escape
from pathlib import Path
from typing import Any

import orjson

from .banks import World
from .cast import Bot, Cast, Person
from .conversation import Conversation, Message
from .dates import DAY, START, day
from .dice import Dice, dice
from .truth import Truth

_MARGIN = 3 * DAY
_SHOWN_REPLIERS = 5


class SlackWriter:
    """Writes one workspace."""

    def __init__(self, directory: Path, seed: int, world: World, cast: Cast, truth: Truth) -> None:
        self._directory = directory
        self._seed = seed
        self._world = world
        self._cast = cast
        self._truth = truth
        self._channels: list[dict[str, Any]] = []
        directory.mkdir()

    def open_channel(self, name: str, about: str) -> "ChannelWriter":
        """Start a channel; its threads go to what this returns."""
        roll = dice(self._seed, "slack channel", name)
        number = len(self._channels)
        native = f"C0{number:03d}" + "".join(
            roll.pick("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(6)
        )
        members = [person for person in self._cast.on_slack if number == 0 or roll.chance(0.4)]
        ids = [person.slack.id for person in members if person.slack]
        self._channels.append(
            {
                "id": native,
                "name": name,
                "created": START - 400 * DAY,
                "creator": ids[0],
                "is_archived": False,
                "is_general": name == "eng-all",
                "members": sorted(ids),
                "topic": {"value": about, "creator": ids[0], "last_set": START - 400 * DAY},
                "purpose": {"value": about, "creator": ids[0], "last_set": START - 400 * DAY},
            }
        )
        return ChannelWriter(
            self._directory / name, native, roll, members, world=self._world, truth=self._truth
        )

    def close(self) -> None:
        """Write who and what there is."""
        users = [self._user(person) for person in self._cast.on_slack]
        users += [self._bot(bot) for bot in self._cast.bots if bot.slack]
        users.append(self._slackbot())
        users.sort(key=lambda user: user["id"])
        for person in self._cast.on_slack:
            self._truth.saw("slack", person)
        self._truth.count("slack", "accounts", len(users))
        self._truth.count("slack", "channels", len(self._channels))
        _dump(self._directory / "users.json", users)
        _dump(self._directory / "channels.json", self._channels)

    def _user(self, person: Person) -> dict[str, Any]:
        assert person.slack is not None
        profile = {"real_name": person.name, "display_name": person.given, "title": person.role}
        if person.slack.email is not None:
            profile["email"] = person.slack.email
        return {
            "id": person.slack.id,
            "team_id": self._world.team_id,
            "name": person.slack.username,
            "deleted": person.id.endswith("77"),
            "real_name": person.name,
            "profile": profile,
            "is_bot": False,
            "updated": START,
        }

    def _slackbot(self) -> dict[str, Any]:
        """Slack's own account, in whose name deleted roots stand."""
        profile = {"real_name": "Slackbot", "display_name": "Slackbot"}
        shown = {"name": "slackbot", "deleted": False, "real_name": "Slackbot", "profile": profile}
        return {"id": "USLACKBOT", "team_id": self._world.team_id, **shown, "is_bot": False, "updated": 0}

    def _bot(self, bot: Bot) -> dict[str, Any]:
        assert bot.slack is not None
        return {
            "id": bot.slack.id,
            "team_id": self._world.team_id,
            "name": bot.slack.username,
            "deleted": False,
            "real_name": bot.name,
            "profile": {"real_name": bot.name, "display_name": bot.name, "bot_id": _bot_id(bot)},
            "is_bot": bot.declared,
            "updated": START,
        }


class ChannelWriter:
    """Writes the day files of one channel."""

    def __init__(
        self, directory: Path, native: str, roll: Dice, members: list[Person], *, world: World, truth: Truth
    ) -> None:
        self.native = native
        self._directory = directory
        self._roll = roll
        self._world = world
        self._truth = truth
        self._days: dict[str, list[dict[str, Any]]] = {}
        self._used: set[str] = set()
        directory.mkdir()
        for person in members[-roll.between(2, 5) :]:
            self._join(person)

    def _join(self, person: Person) -> None:
        assert person.slack is not None
        at = START + self._roll.between(0, 20 * DAY)
        text = f"<@{person.slack.id}> has joined the channel"
        stamp = self._stamp(at)
        self._file(
            at,
            {
                "type": "message",
                "subtype": "channel_join",
                "user": person.slack.id,
                "text": text,
                "ts": stamp,
            },
        )
        self._truth.count("slack", "system")

    def write(self, made: Conversation) -> list[str]:
        """Write one thread; return the native ids of its messages."""
        stamps = self._stamps(made.messages)
        thread = stamps[0]
        ids = [f"{self.native}/{stamp}" for stamp in stamps]
        replies = made.messages[1:]
        if made.root == "lost":
            self._truth.count("slack", "orphans", len(replies))
        self._truth.count("slack", "threads")
        for number, (message, stamp) in enumerate(zip(made.messages, stamps, strict=True)):
            if number == 0 and made.root != "present":
                self._hidden_root(made, stamps)
                continue
            record = self._record(made, message, stamp, ids[number])
            if replies:
                record["thread_ts"] = thread
                record.update(
                    self._root_fields(made, stamps)
                    if number == 0
                    else {"parent_user_id": _id(made.messages[0].author)}
                )
            self._file(message.at, record)
        return ids

    def _hidden_root(self, made: Conversation, stamps: list[str]) -> None:
        if made.root == "lost":
            return
        self._truth.count("slack", "tombstones")
        record = {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "hidden": True,
        }
        record |= {"ts": stamps[0], "thread_ts": stamps[0], **self._root_fields(made, stamps)}
        self._file(made.messages[0].at, record)

    @staticmethod
    def _root_fields(made: Conversation, stamps: list[str]) -> dict[str, Any]:
        authors = [_id(message.author) for message in made.messages[1:]]
        distinct = list(dict.fromkeys(authors))
        return {
            "reply_count": len(authors),
            "reply_users_count": len(distinct),
            "reply_users": distinct[:_SHOWN_REPLIERS],
            "latest_reply": stamps[-1],
            "replies": [{"user": user, "ts": stamp} for user, stamp in zip(authors, stamps[1:], strict=True)],
        }

    def _record(self, made: Conversation, message: Message, stamp: str, native: str) -> dict[str, Any]:
        words = message.text.words
        if message.to is not None and message.to.slack is not None:
            words = f"@{message.to.slack.id} {words}"
        self._truth.post("slack", native, made, message, words)
        body = escape(message.text.words, quote=False)
        if message.to is not None and message.to.slack is not None:
            body = f"<@{message.to.slack.id}> {body}"
        if message.quoted is not None:
            body = f"&gt; {escape(message.quoted[1], quote=False)}\n{body}"
        record: dict[str, Any] = {"type": "message", "text": body, "ts": stamp}
        if isinstance(message.author, Bot):
            record |= {
                "subtype": "bot_message",
                "bot_id": _bot_id(message.author),
                "username": message.author.name,
            }
        else:
            record |= {
                "user": _id(message.author),
                "team": self._world.team_id,
                "client_msg_id": f"{self._roll.getrandbits(128):032x}",
            }
        if message.edited is not None:
            record["edited"] = {"user": _id(message.author), "ts": f"{message.edited}.000000"}
        if message.reactions:
            record["reactions"] = [
                self._reaction(group.name, [_id(who) for who in group.people], group.count)
                for group in message.reactions
            ]
        return record

    def _reaction(self, name: str, users: list[str], count: int) -> dict[str, Any]:
        self._truth.count("slack", "reactions_identified", len(users))
        self._truth.count("slack", "reactions_count_only", count - len(users))
        return {"name": name, "users": users, "count": count}

    def _stamps(self, messages: list[Message]) -> list[str]:
        """Give each message its time stamp, later than the one before."""
        before = 0
        stamps: list[str] = []
        for message in messages:
            message.at = max(message.at, before + 1)
            before = message.at
            stamps.append(self._stamp(message.at))
        return stamps

    def _stamp(self, at: int) -> str:
        stamp = f"{at}.{self._roll.between(1, 999_999):06d}"
        while stamp in self._used:
            stamp = f"{at}.{self._roll.between(1, 999_999):06d}"
        self._used.add(stamp)
        return stamp

    def _file(self, at: int, record: dict[str, Any]) -> None:
        self._days.setdefault(day(at), []).append(record)

    def flush(self, before: int | None = None) -> None:
        """Write the days that are complete: those well before a time, or all."""
        last = "9" if before is None else day(before - _MARGIN)
        for name in [name for name in self._days if name < last]:
            _dump(
                self._directory / f"{name}.json",
                sorted(self._days.pop(name), key=lambda record: record["ts"]),
            )
        edge = 0 if before is None else before - _MARGIN
        self._used = (
            {stamp for stamp in self._used if int(stamp[:10]) >= edge} if before is not None else set()
        )


def _id(who: Person | Bot) -> str:
    assert who.slack is not None
    return who.slack.id


def _bot_id(bot: Bot) -> str:
    assert bot.slack is not None
    return "B" + bot.slack.id[1:]


def _dump(path: Path, value: Any) -> None:
    path.write_bytes(orjson.dumps(value) + b"\n")
