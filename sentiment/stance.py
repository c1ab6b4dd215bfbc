"""Stance: is a text in favour of a target, against it, or neither (SemEval-2016 task 6)?

A cross-encoder reads target, text and the words the text answers together (`cross_encoder`), so that "ban X"
and "keep X", "X beats Y" and "Y beats X" are different questions. It was taught with arguments on public
motions and with a bank of workplace sentences; figures and limits: docs/models.md. A reading carries its
probabilities, calibrated on motions the model never saw, and one not sure enough says so.
"""

import hashlib
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ..cache import VectorFile, cache_directory, chunks
from ..estimator import Pretrained, texts_of
from .aside import Aside, aside
from .cross_encoder import SHA256, Said, precision

Stance = Literal["favor", "against", "none"]
STANCES: tuple[Stance, ...] = ("favor", "against", "none")
_OPPOSITE: dict[Stance, Stance] = {"favor": "against", "against": "favor", "none": "none"}
_CHUNK = 1024
"""Readings computed and stored at a time: what a crash can lose."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one text stands towards one target.

    Args:
        stance: the most probable stance.
        favor: calibrated probability; so are `against` and `none`.
        unclear: whether even the most probable stance is too doubtful to count.
    """

    stance: Stance
    favor: float
    against: float
    none: float
    unclear: bool

    @property
    def opposite(self) -> "Reading":
        """What somebody holds who disagrees with whoever holds this."""
        turned = _OPPOSITE[self.stance]
        return Reading(turned, self.against, self.favor, self.none, unclear=self.unclear)


class StanceReader(Protocol):
    """Anything that reads stances of texts towards targets."""

    def read(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Reading]:
        """Read each text towards the target at the same place, knowing the words it answers."""
        ...


class StanceClassifier(Pretrained):
    """Stance of texts towards targets.

    A target is a name ("the build tool") or a statement ("We should keep the build tool", a petition's text);
    favor is who agrees with it. A text about something else is none.

    Args:
        cache: folder where readings are kept, under hashes of what was read; None stands for
            `cache.cache_directory()`.
        abstain: readings whose best probability is below this are marked unclear.
    """

    classes_ = np.array(STANCES)
    """The order of the probabilities."""

    def __init__(self, *, cache: Path | None = None, abstain: float = 0.5) -> None:
        self.cache = cache
        self.abstain = abstain
        self._aside = Aside()

    def predict(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Stance]:
        """The most probable stance of each text towards the target at the same place."""
        return [STANCES[index] for index in self.predict_proba(texts, targets, parents).argmax(axis=1)]

    def predict_proba(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> NDArray[np.float64]:
        """Probabilities of favor, against, none, in this order: shape (len(texts), 3), four decimals.

        Args:
            texts: own words.
            targets: one for each text.
            parents: the words each text answers, "" where it answers none; None if no text does.

        Raises:
            ValueError: texts, targets and parents differ in number.
            ModelError: the weights, or the installed model they build on, are missing or damaged.
        """
        pairs = _pairs(texts, targets, parents)
        polar = np.round(self._known(pairs)[:, :2].astype(np.float64), 4)
        return np.column_stack([polar, np.round(1 - polar.sum(axis=1), 4)])

    def read(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Reading]:
        """Stance, probabilities and whether it is unclear; arguments and errors as for `predict_proba`."""
        return [
            Reading(STANCES[int(row.argmax())], *map(float, row), unclear=bool(row.max() < self.abstain))
            for row in self.predict_proba(texts, targets, parents)
        ]

    def unknown(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[int]:
        """Places of the readings that would have to be computed; arguments and errors as for `read`.

        The shortest come first: batches have fixed shapes, and pairs of one length fill them.
        """
        pairs = _pairs(texts, targets, parents)
        keys = [_key(pair) for pair in pairs]
        known = self._store().known(keys)
        new = (place for place, key in enumerate(keys) if key not in known)
        return sorted(new, key=lambda place: _length(pairs[place]))

    @contextmanager
    def ahead(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> Generator[list[int]]:
        """Have readings computed that will be asked for inside, while something else is done there.

        It takes a process of its own, if they are many; arguments and errors as for `read`.

        Yields:
            What is `unknown`, in the order in which it is best asked for.
        """
        new = self.unknown(texts, targets, parents)
        pairs = _pairs(texts, targets, parents)
        try:
            with aside(list(dict.fromkeys(pairs[place] for place in new))) as self._aside:
                yield new
        finally:
            self._aside = Aside()

    def _store(self) -> VectorFile:
        return VectorFile((self.cache or cache_directory()) / "stances-2.sqlite", len(STANCES), "<f4")

    def _known(self, pairs: list[Said]) -> NDArray[np.float32]:
        """Probabilities of pairs, only those computed that are not in the cache."""
        store = self._store()
        keys = [_key(pair) for pair in pairs]
        distinct = dict(zip(keys, pairs, strict=True))
        row = {key: index for index, key in enumerate(distinct)}
        probabilities = np.empty((len(row), len(STANCES)), dtype=np.float32)
        known = store.read_into(probabilities, row) if row else set[bytes]()
        new = sorted(row.keys() - known, key=lambda key: (_length(distinct[key]), distinct[key]))
        for part in chunks(new, _CHUNK):
            fresh = self._aside.probabilities([distinct[key] for key in part])
            probabilities[[row[key] for key in part]] = fresh
            store.add(zip(part, fresh, strict=True))
        return probabilities[[row[key] for key in keys]]


def _key(pair: Said) -> bytes:
    fields = (SHA256, precision(), *astuple(pair))
    return hashlib.sha256("\0".join(fields).encode("utf-8", "surrogatepass")).digest()


def _length(pair: Said) -> int:
    """In letters, as good as in tokens for finding pairs of like lengths."""
    return sum(map(len, astuple(pair)))


def _pairs(texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None) -> list[Said]:
    said, about = texts_of(texts), texts_of(targets, "targets")
    answered = [""] * len(said) if parents is None else texts_of(parents, "parents")
    _check(said, about, answered)
    return [Said(*parts) for parts in zip(about, said, answered, strict=True)]


def _check(texts: list[str], targets: list[str], parents: list[str]) -> None:
    if len(texts) != len(targets):
        raise ValueError(f"{len(texts)} texts but {len(targets)} targets; give one target for each text")
    if len(texts) != len(parents):
        raise ValueError(f'{len(texts)} texts but {len(parents)} parents; give "" for a text without one')
