"""What is true of the forum, written beside it: what every post says, who backs what, how much of everything.

Posts go to the file one by one as they are written, so that a large forum needs no memory.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self, TextIO

import orjson

from .cast import Bot, Person
from .conversation import Conversation, Message
from .ledger import Petition, describe

_TEMPLATE = "\n[ ] "
"""Where a form to fill in begins: it is nobody's own words."""


class Truth:
    """Collects what is true and writes truth.json."""

    def __init__(self, path: Path, head: Mapping[str, Any]) -> None:
        self.counts: dict[str, Counter[str]] = {
            "slack": Counter(),
            "discourse": Counter(),
            "table": Counter(),
        }
        self.seen: dict[str, dict[str, Person]] = {"slack": {}, "discourse": {}, "table": {}}
        """Whose accounts the exports show, by source."""
        self.petitions: dict[str, Petition] = {}
        self.posts = 0
        self._file: TextIO = path.open("w", encoding="utf-8", newline="\n")
        self._file.write("{\n")
        for key, value in head.items():
            self._entry(key, value)
        self._file.write('"posts": {')

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def count(self, source: str, what: str, number: int = 1) -> None:
        """Add to a count of one source."""
        self.counts[source][what] += number

    def saw(self, source: str, author: Person | Bot) -> None:
        """Note that an export shows this account."""
        if isinstance(author, Person):
            self.seen[source][author.id] = author

    def post(self, source: str, native: str, made: Conversation, message: Message, words: str) -> None:
        """Record one post as it is written."""
        text = message.text
        self._count_post(source, message)
        self.saw(source, message.author)
        entry = {
            "person": message.author.id,
            "act": message.act,
            "petition": message.petition,
            "trap": message.trap,
            "topic": made.topic,
            "themes": text.themes,
            "stance": text.stance,
            "quotes": int(message.quoted is not None),
            "words": words.split(_TEMPLATE, 1)[0],
        }
        comma = "," if self.posts else ""
        self._file.write(f'{comma}\n"{source}:{native}": {orjson.dumps(entry).decode()}')
        self.posts += 1
        if message.petition is not None:
            self.petitions[message.petition].read(source, native, made, message)

    def _count_post(self, source: str, message: Message) -> None:
        counter = self.counts[source]
        counter["posts"] += 1
        counter["quotes"] += message.quoted is not None
        counter["edited"] += message.edited is not None
        counter["duplicates"] += message.duplicate
        counter["bot_posts"] += isinstance(message.author, Bot)

    def finish(self, people: int, bots: int, aliased: int) -> dict[str, int]:
        """Write what is known only at the end; return the number of supporters of each petition."""
        self._file.write("\n},\n")
        petitions = {name: describe(petition) for name, petition in self.petitions.items()}
        self._entry("petitions", petitions)
        counts: dict[str, Any] = {}
        for source, counter in self.counts.items():
            counts[source] = {**dict(sorted(counter.items())), "people": len(self.seen[source])}
        duplicates = sum(counter["duplicates"] for counter in self.counts.values())
        counts |= {"posts": self.posts, "people": people, "bots": bots, "aliased_persons": aliased}
        counts["duplicates"] = duplicates
        self._file.write(f'"counts": {_indented(counts)}\n}}\n')
        return {name: entry["totals"]["supporters"] for name, entry in petitions.items()}

    def _entry(self, key: str, value: Any) -> None:
        self._file.write(f'"{key}": {_indented(value)},\n')


def _indented(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
