"""The threads of a petition: its opening, what people do there in words, and what only looks like an act.

Between the acts stand the traps that a count must not fall for: tallies, hearsay, questions, templates,
sarcasm, thanks, "+1 day", "+1" to another suggestion, quotes of an act by somebody who does not act, bots.
"""

from typing import Any

from .cast import Bot, Cast, Person
from .compose import Composer
from .conversation import Ballot, Conversation, Message, Platform, ReactionGroup, Text
from .dates import DAY, END
from .dice import dice
from .petition_plan import Plan, Say
from .talk import Talk, cut, draw_likes, draw_theme, open_themes, side_of

_TRAPS = ("tally", "hearsay", "question", "template", "sarcasm", "thanks", "number", "negated", "discussion")
_TRAP_EVERY = 22
_ACTS = {
    "endorse": "endorse",
    "changed_to_support": "endorse",
    "oppose": "oppose",
    "changed_to_oppose": "oppose",
    "withdraw": "withdraw",
    "conditional": "conditional",
}
_BYSTANDING = {"eyes": 9, "joy": 5, "white_check_mark": 6}
_BOT_WORDS = "+1 for this thread! It is the most active one of the week. :tada:"
_PLATFORMS: tuple[Platform, Platform] = ("discourse", "slack")


class PetitionThreads:
    """Writes both threads of one petition."""

    def __init__(self, seed: int, cast: Cast, composer: Composer, entry: dict[str, Any], plan: Plan) -> None:
        self._roll = dice(seed, "petition threads", plan.name)
        self._cast = cast
        self._composer = composer
        self._talk = Talk(cast, composer)
        self._entry = entry
        self._plan = plan
        self._said: set[str] = set()

    def make(self) -> dict[Platform, Conversation]:
        """Make the Discourse topic and the Slack thread."""
        drafts: dict[Platform, list[Message]] = {"discourse": [], "slack": []}
        for said in sorted(self._plan.says, key=lambda said: (said.at, said.person.id, said.kind)):
            self._speak(said, drafts)
        return {platform: self._thread(platform, drafts[platform]) for platform in _PLATFORMS}

    def _speak(self, said: Say, drafts: dict[Platform, list[Message]]) -> None:
        text = self._composer.act(
            self._roll, said.person, said.kind, self._plan.name, at=said.at, long=said.twice
        )
        changed = said.kind.startswith("changed")
        other: Platform = "slack" if said.where == "discourse" else "discourse"
        for number, where in enumerate((said.where, other) if said.twice else (said.where,)):
            drafts[where].append(
                Message(
                    author=said.person,
                    at=said.at + number * self._roll.between(30, 900),
                    text=text,
                    act=_ACTS[said.kind],  # type: ignore[arg-type]
                    petition=self._plan.name,
                    changed=changed,
                    duplicate=number > 0,
                )
            )

    def _thread(self, platform: Platform, drafts: list[Message]) -> Conversation:
        plan = self._plan
        opening = self._opening(platform)
        acts = len(drafts)
        links: dict[int, Message] = {}
        for kind in _TRAPS:
            number = max(1, acts // _TRAP_EVERY)
            drafts += [self._neutral(platform, self._trap_text(kind), kind) for _ in range(number)]
        drafts += [self._voice(platform) for _ in range(max(2, acts // 4))]
        drafts.append(self._bot(platform))
        self._quotes(platform, drafts, links, max(2, acts // 15))
        if platform == "discourse":
            self._other_offers(drafts, links, max(1, acts // 40))
        drafts.sort(key=lambda message: (message.at, message.author.id))
        messages = [opening, *drafts]
        places = {id(message): place for place, message in enumerate(messages)}
        for message in drafts:
            self._finish(platform, message, links.get(id(message)), places)
        return Conversation(
            topic="petition",
            title=self._entry["title"],
            messages=messages,
            place=self._entry["category" if platform == "discourse" else "channel"],
            petition=plan.name,
            has_reactions=platform == "discourse" and "poll" in self._entry,
        )

    def _finish(
        self, platform: Platform, message: Message, linked: Message | None, places: dict[int, int]
    ) -> None:
        """Settle what a message answers and quotes, now that all have their places."""
        roll = self._roll
        if linked is not None and message.trap == "quoting":
            message.quoted = (places[id(linked)], cut(roll, linked.text.words))
        elif linked is not None:
            message.parent = places[id(linked)]
        if platform == "discourse":
            message.likes = draw_likes(roll)
            if message.parent is None and roll.chance(0.25):
                message.parent = 0
        elif message.act == "neutral":
            message.reactions = self._talk.reactions(roll)
        if roll.chance(0.03):
            message.edited = message.at + roll.between(60, 3000)

    def _opening(self, platform: Platform) -> Message:
        entry, plan = self._entry, self._plan
        words = f"{entry['words'].strip()}\n\n{entry[f'{platform}_call']}"
        message = Message(
            author=plan.author,
            at=plan.opens[platform],
            text=Text(words, tuple(entry["themes"]), dict(entry["stance"])),
            petition=plan.name,
            trap="opening",
        )
        if platform == "slack":
            message.reactions = self._reactions()
            return message
        message.edited = message.at + 2 * DAY
        message.liked_by = {name: tuple(people) for name, people in plan.likes.items()}
        message.likes = {name: len(people) for name, people in plan.likes.items()}
        if "poll" in entry:
            message.likes["laughing"] = 3
            bots = [bot for bot in self._cast.bots if bot.discourse and bot.name == "Topic Helper"]
            sign, dont = entry["poll"]
            message.ballot = Ballot(sign, dont, (*bots, *plan.votes["endorse"]), tuple(plan.votes["oppose"]))
        return message

    def _reactions(self) -> tuple[ReactionGroup, ...]:
        plan, roll = self._plan, self._roll
        named: dict[str, dict[str, Person | Bot]] = {}
        hidden: dict[str, list[Person]] = {}
        for name, person in plan.reacts:
            if person.id in plan.unnamed:
                hidden.setdefault(name, []).append(person)
            else:
                named.setdefault(name, {})[person.id] = person
        for bot in self._cast.bots:
            if bot.slack and bot.name in ("Build Herald", "Release Service"):
                named.setdefault("+1", {})[bot.id] = bot
        for name, number in _BYSTANDING.items():
            people = roll.mixed(self._cast.on_slack)[: min(number, len(self._cast.on_slack) // 12)]
            named[name] = {person.id: person for person in people}
        return tuple(
            ReactionGroup(name, tuple(people.values()), tuple(hidden.get(name, ())))
            for name, people in named.items()
        )

    def _moment(self, platform: Platform) -> int:
        roll = self._roll
        start = self._plan.opens[platform]
        return start + 1200 + int((END - DAY - start) * roll.random() ** 3)

    def _neutral(self, platform: Platform, text: Text, trap: str, by: Person | None = None) -> Message:
        author = by or self._roll.pick(self._cast.on(platform))
        return Message(
            author=author, at=self._moment(platform), text=text, petition=self._plan.name, trap=trap
        )

    def _trap_text(self, kind: str) -> Text:
        roll = self._roll
        size = len(self._cast.people)
        numbers = {
            "number": str(roll.between(size // 6, size // 2)),
            "low": str(roll.between(3, max(4, size // 12))),
        }
        return self._composer.trap(roll, kind, **numbers)

    def _voice(self, platform: Platform) -> Message:
        """An opinion in the petition's thread that is no act."""
        roll = self._roll
        author = roll.busy(self._cast.on(platform))
        message = self._neutral(platform, Text(""), "opinion", author)
        theme = draw_theme(roll, self._composer.world.themes, message.at)
        others = [other for other in open_themes(author.themes, message.at) if other != theme]
        second = roll.pick(others) if others and roll.chance(0.34) else None
        side = side_of(roll, author)
        message.text = self._composer.opinion(
            roll, author, theme, side, at=message.at, second=second, answer=None, said=self._said
        )
        return message

    def _bot(self, platform: Platform) -> Message:
        helper = "Topic Helper" if "poll" in self._entry else "CI Herald"
        name = "Kudos Bot" if platform == "slack" else helper
        bot = next(bot for bot in self._cast.bots if bot.name == name)
        at = self._plan.opens[platform] + 6 * DAY
        return Message(author=bot, at=at, text=Text(_BOT_WORDS), petition=self._plan.name, trap="bot")

    def _quotes(
        self, platform: Platform, drafts: list[Message], links: dict[int, Message], number: int
    ) -> None:
        """Let people quote an act of somebody else without doing it themselves."""
        roll = self._roll
        acts = [message for message in drafts if message.act in ("endorse", "oppose")]
        for quoted in roll.mixed(acts)[:number]:
            author = roll.pick(self._cast.on(platform))
            while author is quoted.author:
                author = roll.pick(self._cast.on(platform))
            message = self._neutral(platform, self._composer.trap(roll, "quoting"), "quoting", author)
            message.at = quoted.at + roll.between(120, 20_000)
            links[id(message)] = quoted
            drafts.append(message)

    def _other_offers(self, drafts: list[Message], links: dict[int, Message], number: int) -> None:
        """Let somebody suggest something else, and another one give that a +1."""
        for _ in range(number):
            offer = self._neutral("discourse", self._composer.trap(self._roll, "other_offer"), "other_offer")
            answer = self._neutral(
                "discourse", self._composer.trap(self._roll, "other_answer"), "endorses_other"
            )
            answer.at = offer.at + self._roll.between(60, 7200)
            links[id(answer)] = offer
            drafts.extend((offer, answer))
