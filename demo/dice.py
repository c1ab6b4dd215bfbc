"""Chance with a memory: every draw follows from the seed and from what is being made, nothing else.

Each part of the forum (a channel, a topic, the cast) rolls dice of its own, named by a path, so that making
more of one part never changes another, and parts can be made one after another without keeping them.
"""

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice(random.Random):
    """A generator of choices. Only exact arithmetic is used, so every machine rolls the same."""

    def chance(self, share: float) -> bool:
        """Be true in this share of the cases."""
        return self.random() < share

    def pick(self, items: Sequence[Item]) -> Item:
        """Take any one of the items."""
        return items[int(self.random() * len(items))]

    def busy(self, items: Sequence[Item]) -> Item:
        """Take one, the first ones far more often: a few people write most of a forum."""
        roll = self.random()
        return items[int(roll * roll * len(items))]

    def between(self, low: int, high: int) -> int:
        """Take a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        """Take a key in proportion to its weight."""
        roll = self.random() * sum(weights.values())
        items = list(weights)
        for item in items:
            roll -= weights[item]
            if roll < 0:
                return item
        return items[-1]

    def mixed(self, items: Sequence[Item]) -> list[Item]:
        """Put the items in another order."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = int(self.random() * (last + 1))
            order[last], order[other] = order[other], order[last]
        return order


def dice(seed: int, *path: object) -> Dice:
    """Return the dice of one part of the forum."""
    return Dice("/".join(map(str, (seed, *path))))
