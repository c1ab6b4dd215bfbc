"""Millions of numbers or names, each with its place, so that what is known of each can stand in arrays."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

_FEW = 1024


class Places:
    """Numbers with their places, counted from 0 in the order in which they were added.

    In a dump nearly all ids ascend; those are searched for, and only the others need a table.
    """

    def __init__(self) -> None:
        self._ascending, self._at = array("q"), array("q")
        self._others: dict[int, int] = {}
        self._asked = self._told = -1

    def __len__(self) -> int:
        return len(self._ascending) + len(self._others)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.find(number) >= 0

    def __iter__(self) -> Iterator[int]:
        """The numbers, ascending."""
        others = sorted(self._others, reverse=True)
        for number in self._ascending:
            while others and others[-1] < number:
                yield others.pop()
            yield number
        yield from reversed(others)

    def add(self, number: int) -> bool:
        """Give a number a place, if it has none yet; whether it had none."""
        if not self._ascending or number > self._ascending[-1]:
            is_new = number not in self._others
        else:
            is_new = self.find(number) < 0
        if is_new:
            self._put(number)
        return is_new

    def _put(self, number: int) -> None:
        place = len(self)
        if not self._ascending or number > self._ascending[-1]:
            self._ascending.append(number)
            self._at.append(place)
        else:
            self._others[number] = place
        self._asked, self._told = number, place

    def find(self, number: int) -> int:
        """The place of a number, -1 where it has none."""
        if number != self._asked:
            index = bisect_left(self._ascending, number)
            is_there = index < len(self._ascending) and self._ascending[index] == number
            self._told = self._at[index] if is_there else self._others.get(number, -1)
            self._asked = number
        return self._told

    def zeros(self, kind: str = "q") -> "array[int]":
        """An array with a zero for each number so far, by place."""
        return array(kind, bytes(array(kind).itemsize * len(self)))


class Names:
    """Names with their places, counted from 0 in the order in which they were added.

    A table of texts takes 170 bytes a name. Here their letters stand in one row, and a hash table of six to
    twelve bytes a name says where.
    """

    def __init__(self) -> None:
        self._row = bytearray()
        self._ends = array("I", [0])
        self._slots = _empty(_FEW)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.find(name) >= 0

    def __iter__(self) -> Iterator[str]:
        """The names, by place."""
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> str:
        return self._bytes(place).decode(errors="surrogatepass")

    def add(self, name: str) -> bool:
        """Give a name a place, if it has none yet; whether it had none."""
        known = len(self)
        return self.place(name) == known

    def place(self, name: str) -> int:
        """The place of a name, the next one where it had none."""
        written = name.encode(errors="surrogatepass")
        slot = self._slot(written)
        place = self._slots[slot]
        if place < 0:
            place = self._slots[slot] = len(self)
            self._row += written
            self._end()
            if 3 * len(self) > 2 * len(self._slots):
                self._grow()
        return place

    def find(self, name: str) -> int:
        """The place of a name, -1 where it has none."""
        return self._slots[self._slot(name.encode(errors="surrogatepass"))]

    def _end(self) -> None:
        try:
            self._ends.append(len(self._row))
        except OverflowError:  # four bytes tell of four gigabytes of names
            self._ends = array("q", self._ends)
            self._ends.append(len(self._row))

    def _bytes(self, place: int) -> bytes:
        return bytes(self._row[self._ends[place] : self._ends[place + 1]])

    def _slot(self, written: bytes) -> int:
        """Where its place stands, or would: the first fitting or empty slot from the one its hash names."""
        slots, last = self._slots, len(self._slots) - 1
        slot = hash(written) & last
        while slots[slot] >= 0 and self._bytes(slots[slot]) != written:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        self._slots = _empty(2 * len(self._slots))
        for place in range(len(self)):
            self._slots[self._slot(self._bytes(place))] = place


def _empty(number: int) -> "array[int]":
    return array("i", [-1]) * number
