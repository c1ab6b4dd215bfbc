"""Emoji on messages, counted."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np


@dataclass(slots=True)
class Signs:
    """How often each message got each emoji: two numbers a reaction, since there may be millions."""

    names: dict[str, int] = field(default_factory=dict[str, int])
    messages: "array[int]" = field(default_factory=lambda: array("q"))
    emoji: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, message: int, name: str) -> None:
        """Note one reaction."""
        self.messages.append(message)
        self.emoji.append(self.names.setdefault(name, len(self.names)))

    def totals(self) -> Iterator[tuple[int, str, int]]:
        """Message, emoji and how many, in the order of messages."""
        names = sorted(self.names)
        rank = np.empty(len(names), dtype=np.int64)
        rank[[self.names[name] for name in names]] = np.arange(len(names))
        pairs = np.column_stack([np.asarray(self.messages), rank[np.asarray(self.emoji)]])
        found, counts = np.unique(pairs, axis=0, return_counts=True)
        for (message, name), count in zip(found, counts, strict=True):
            yield int(message), names[name], int(count)
