"""The nouns of a forum that is being made: messages in conversations, before any platform gives them a form.

A message knows what is true of it (who speaks, which themes, which stance, what it does to a petition);
the writers (`slack`, `discourse`) give it a shape, and `truth` writes down what it knows.
"""

from dataclasses import dataclass, field
from typing import Literal

from .cast import Bot, Person

ActWord = Literal["endorse", "oppose", "withdraw", "conditional", "neutral"]
Platform = Literal["slack", "discourse"]
RootState = Literal["present", "lost", "tombstone"]


@dataclass(frozen=True, slots=True)
class Text:
    """Own words and what they say."""

    words: str
    themes: tuple[str, ...] = ()
    stance: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ReactionGroup:
    """One emoji under a message; `unnamed` people reacted so, too, but the export does not say who."""

    name: str
    people: tuple[Person | Bot, ...]
    unnamed: tuple[Person, ...] = ()

    @property
    def count(self) -> int:
        """How many there are in all."""
        return len(self.people) + len(self.unnamed)


@dataclass(frozen=True, slots=True)
class Ballot:
    """A public poll with two options; the first voters of each are those the export names."""

    endorse: str
    oppose: str
    endorsers: tuple[Person | Bot, ...]
    opposers: tuple[Person | Bot, ...]


@dataclass(slots=True, kw_only=True)
class Message:
    """One post in the making. Times are seconds since 1970, UTC."""

    author: Person | Bot
    at: int
    text: Text
    parent: int | None = None
    """Place of the message it answers within the conversation; None answers the opening."""
    to: Person | None = None
    """Whom it addresses with a mention at its start."""
    quoted: tuple[int, str] | None = None
    """Place of the message it quotes, and the words quoted."""
    act: ActWord = "neutral"
    petition: str | None = None
    """Which petition the act is about; for a neutral message: in whose threads it stands."""
    changed: bool = False
    """Whether the words say that the author thought otherwise before."""
    trap: str | None = None
    """What it could be mistaken for, or how: tally, hearsay, question, sarcasm, ..."""
    edited: int | None = None
    gone: bool = False
    """Deleted: it had its place, but the export does not hold it."""
    reactions: tuple[ReactionGroup, ...] = ()
    likes: dict[str, int] = field(default_factory=dict[str, int])
    """Reactions of which only the number is known (Discourse)."""
    liked_by: dict[str, tuple[Person, ...]] = field(default_factory=dict[str, tuple[Person, ...]])
    """On a petition's opening: who they were, for the truth only."""
    ballot: Ballot | None = None
    duplicate: bool = False
    """The same words by the same person, posted on the other platform before."""


@dataclass(slots=True, kw_only=True)
class Conversation:
    """An opening message and what follows, in order of time."""

    topic: str
    title: str
    messages: list[Message]
    place: str = ""
    """Slack channel or Discourse category, by name."""
    petition: str | None = None
    root: RootState = "present"
    has_reactions: bool = False
    """Whether the Discourse reactions plugin was on."""
    closed: bool = False

    @property
    def written(self) -> int:
        """How many posts of it an export holds."""
        hidden = 1 if self.root != "present" else 0
        return sum(not message.gone for message in self.messages) - hidden
