"""Everyday threads and debates: the long tail, and the argument about the tool.

What is debated follows what happened: each event makes some themes more likely for a few weeks.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from .banks import Side
from .cast import Bot, Cast, Person
from .compose import Answered, Composer
from .conversation import Conversation, Message, Platform, ReactionGroup, Text
from .dates import DAY, END, event, working_moment
from .dice import Dice

_HEAT_DAYS = 18
_PAIR = 2
_QUOTABLE = 40
_STIRRED = {
    "mandate": {"forced_adoption": 5.0, "productivity": 3.0, "job_security": 2.0, "support_rollout": 2.0},
    "petition": {"capability": 4.0, "customer_credibility": 3.0, "approval_process": 2.0},
    "leadership answer": {"transparency": 4.0, "forced_adoption": 2.0, "cost": 2.0},
    "approval page changed": {"transparency": 5.0, "approval_process": 5.0},
    "outage": {"security_outages": 10.0, "craft_skills": 2.0},
    "usage target petition": {"forced_adoption": 5.0, "transparency": 2.0},
    "investment": {"investment_contradiction": 10.0, "customer_credibility": 4.0},
    "rollout help": {"support_rollout": 7.0, "capability": 2.0},
}
_OPEN_SINCE = {
    "forced_adoption": "mandate",
    "transparency": "leadership answer",
    "security_outages": "outage",
    "investment_contradiction": "investment",
}
_EMOJI = {
    "+1": 5.0,
    "heart": 2.0,
    "joy": 2.0,
    "eyes": 1.0,
    "100": 1.0,
    "tada": 1.0,
    "white_check_mark": 0.6,
    "-1": 0.5,
}
_SKINS = ("", "", "", "::skin-tone-2", "::skin-tone-3", "::skin-tone-4", "::skin-tone-5")


@cache
def _starts() -> dict[str, int]:
    return {name: event(name) for name in (*_STIRRED, "all-hands link")}


def debate_share(share: float, at: int) -> float:
    """Return how much of a place's talk is debate at a time."""
    starts = _starts()
    if at < starts["mandate"]:
        return share * 0.35
    recent = any(0 <= at - start < _HEAT_DAYS * DAY for start in starts.values())
    return min(share * (1.15 if recent else 0.75), 0.97)


def open_themes(themes: tuple[str, ...], at: int) -> list[str]:
    """Return the themes that can be talked about at a time: some begin with an event."""
    starts = _starts()
    return [theme for theme in themes if at >= starts.get(_OPEN_SINCE.get(theme, ""), 0)]


def draw_theme(roll: Dice, themes: tuple[str, ...], at: int) -> str:
    """Choose what a debate is about, by what has happened lately."""
    starts = _starts()
    weights = dict.fromkeys(open_themes(themes, at), 1.0)
    for name, stirred in _STIRRED.items():
        if 0 <= at - starts[name] < _HEAT_DAYS * DAY:
            for theme, weight in stirred.items():
                if theme in weights:
                    weights[theme] += weight
    return roll.weighted(weights)


class Talk:
    """Makes conversations that are no petitions."""

    def __init__(self, cast: Cast, composer: Composer) -> None:
        self._cast = cast
        self._composer = composer
        self._themes = composer.world.themes
        self._said: set[str] = set()
        """Sentences of the thread at hand: nobody repeats what stands there."""

    def conversation(
        self, roll: Dice, platform: Platform, place: Mapping[str, Any], at: int, limit: int
    ) -> Conversation:
        """Make one thread of at most `limit` posts for a place at about a time."""
        at = working_moment(roll, at)
        size = min(limit, 1 + int((9 if platform == "slack" else 22) * roll.random() ** 2.2))
        if roll.chance(debate_share(place["debate"], at)):
            made = self.debate(roll, platform, draw_theme(roll, self._themes, at), at, max(0, size + 1))
            del made.messages[limit:]
        else:
            made = self._everyday(roll, platform, roll.pick(place["topics"]), at, size)
        made.place = place["name"]
        self._decorate(roll, platform, made)
        return made

    def _everyday(self, roll: Dice, platform: Platform, topic: str, at: int, size: int) -> Conversation:
        people = self._cast.on(platform)
        circle = [roll.busy(people) for _ in range(max(2, size // 2))]
        title = self._composer.everyday(roll, topic, "titles").words
        messages = [Message(author=circle[0], at=at, text=self._composer.everyday(roll, topic, "openers"))]
        for _ in range(size - 1):
            at += roll.between(60, 5400)
            messages.append(
                Message(author=roll.pick(circle), at=at, text=self._composer.everyday(roll, topic, "replies"))
            )
        return Conversation(topic=topic, title=title, messages=messages)

    def debate(self, roll: Dice, platform: Platform, theme: str, at: int, replies: int) -> Conversation:
        """Start an argument about a theme."""
        self._said.clear()
        author = roll.busy(self._cast.on(platform))
        side = side_of(roll, author)
        text = self._opinion(roll, author, theme, side, at, answered=None)
        about = roll.pick(self._composer.banks.opinions[theme].about)
        title = self._composer.fill(roll, roll.pick(_TITLES[side]), about=about)
        made = Conversation(topic=theme, title=title, messages=[Message(author=author, at=at, text=text)])
        self._follow(roll, platform, made, theme, replies)
        return made

    def discuss(self, roll: Dice, platform: Platform, made: Conversation, theme: str, replies: int) -> None:
        """Let people answer an opening that stands already."""
        self._said.clear()
        self._follow(roll, platform, made, theme, replies)

    def _follow(self, roll: Dice, platform: Platform, made: Conversation, theme: str, replies: int) -> None:
        """Let people answer in a conversation: each the opening, the last or any other message."""
        people, messages = self._cast.on(platform), made.messages
        for _ in range(replies):
            at = messages[-1].at + roll.between(40, 9000 if roll.chance(0.85) else 100_000)
            place = roll.weighted({0: 2.0, len(messages) - 1: 3.0, roll.between(0, len(messages) - 1): 1.0})
            answered = messages[place]
            author = roll.busy(people)
            while author is answered.author:
                author = roll.pick(people)
            if at >= END:
                at = messages[-1].at + 30
            reply = Message(
                author=author,
                at=at,
                text=self._reply(roll, author, answered, theme, at),
                parent=place or None,
            )
            self._address(roll, reply, answered, place)
            messages.append(reply)

    def _reply(self, roll: Dice, author: Person, answered: Message, theme: str, at: int) -> Text:
        if roll.chance(0.12):
            return self._composer.chatter(roll)
        about = (answered.text.themes or (theme,))[0]
        if roll.chance(0.2):
            about = roll.pick(open_themes(author.themes, at) or [about])
        return self._opinion(roll, author, about, side_of(roll, author), at, answered=answered)

    def _opinion(
        self, roll: Dice, author: Person, theme: str, side: Side, at: int, *, answered: Message | None
    ) -> Text:
        others = [other for other in open_themes(author.themes, at) if other != theme]
        second = roll.pick(others) if others and roll.chance(0.34) else None
        answer = None
        if answered is not None:
            name = answered.author.given if isinstance(answered.author, Person) else "bot"
            themes, stance = answered.text.themes, answered.text.stance
            about = themes[0] if themes and stance else None
            answer = Answered(name, about, _side(stance) if about else None)
        return self._composer.opinion(
            roll, author, theme, side, at=at, second=second, answer=answer, said=self._said
        )

    @staticmethod
    def _address(roll: Dice, reply: Message, answered: Message, place: int) -> None:
        """Quote whom one answers, or call by name, now and then."""
        if isinstance(answered.author, Bot) or reply.text.themes == ():
            return
        if roll.chance(0.13):
            reply.quoted = (place, cut(roll, answered.text.words))
        elif roll.chance(0.1):
            reply.to = answered.author

    def _decorate(self, roll: Dice, platform: Platform, made: Conversation) -> None:
        """Add what platforms add: reactions, edits, a lost root or a deleted post here and there."""
        if platform == "slack":
            if len(made.messages) > _PAIR:
                made.root = roll.weighted({"present": 95.0, "lost": 3.0, "tombstone": 2.0})
        else:
            made.has_reactions = roll.chance(0.4)
            made.closed = roll.chance(0.05)
        for number, message in enumerate(made.messages):
            if roll.chance(0.04):
                message.edited = message.at + roll.between(60, 3000)
            if platform == "slack":
                message.reactions = self.reactions(roll)
            else:
                message.likes = draw_likes(roll)
                message.gone = number > 0 and roll.chance(0.012)

    def reactions(self, roll: Dice) -> tuple[ReactionGroup, ...]:
        """Draw who reacted to a Slack message that nobody counts."""
        if not roll.chance(0.3):
            return ()
        groups: list[ReactionGroup] = []
        for name in dict.fromkeys(roll.weighted(_EMOJI) for _ in range(roll.between(1, 3))):
            drawn = [roll.busy(self._cast.on_slack) for _ in range(roll.between(1, 5))]
            people = tuple({person.id: person for person in drawn}.values())
            toned = name + roll.pick(_SKINS) if name in ("+1", "-1") else name
            unnamed = people[-1:] if len(people) > _PAIR and roll.chance(0.05) else ()
            groups.append(ReactionGroup(toned, people[: len(people) - len(unnamed)], unnamed))
        return tuple(groups)


_TITLES: dict[Side, tuple[str, ...]] = {
    "critic": (
        "My problem with {about}",
        "Can we talk about {about}?",
        "{about}: is it only me?",
        "Honest question on {about}",
        "A word on {about}",
    ),
    "defender": (
        "In defence: {about}",
        "Some good news on {about}",
        "{about}, seen from the other side",
        "What works for us: {about}",
        "Let's be fair about {about}",
    ),
}


def side_of(roll: Dice, person: Person) -> Side:
    """Return on which side somebody argues; those who are torn argue on either."""
    if person.lean == "mixed":
        return "critic" if roll.chance(0.5) else "defender"
    return person.lean if roll.chance(0.94) else ("defender" if person.lean == "critic" else "critic")


def draw_likes(roll: Dice) -> dict[str, int]:
    """Draw how many people liked a Discourse post, and how."""
    if roll.chance(0.55):
        return {}
    likes = {"heart": 1 + int(6 * roll.random() ** 3)}
    if roll.chance(0.3):
        likes["+1"] = 1 + int(5 * roll.random() ** 3)
    if roll.chance(0.06):
        likes["laughing"] = roll.between(1, 3)
    return likes


def cut(roll: Dice, words: str) -> str:
    """Quote a part of what somebody wrote: one sentence, or all of a short text."""
    flat = words.replace("\n", " ")
    sentences = [
        part.strip() for part in flat.replace("? ", "?|").replace("! ", "!|").replace(". ", ".|").split("|")
    ]
    return roll.pick([part for part in sentences if len(part) > _QUOTABLE] or [flat])


def _side(stance: dict[str, str]) -> Side:
    """Read the side back from the stance towards what is mandated; praise of the rival is criticism."""
    return (
        "critic"
        if "against" in {view for target, view in stance.items() if target in ("mandate", "Tamberlo")}
        else "defender"
    )
