"""Where what was published is remembered: a file of the workspace, and the manifest of the report's folder.

The file of the workspace is for its owner alone (0600), like the store it lies beside. A folder's manifest
holds only what its report shows.
"""

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import orjson

from ..errors import ConfigError, StoreError
from .disclosure import Problem
from .folder import ReportFolder
from .releases import Kept, Openings, Release, together

if TYPE_CHECKING:
    from ..corpus.store import Store
    from .privacy import Published

FILE: Final = "published.json"
"""Name of the workspace's file."""

_OPENINGS: Final = "SELECT petition, post_id FROM petition_post WHERE role = 'opening'"


class Memory:
    """What was published before, and by this run.

    Args:
        workspace: folder of the store; None remembers nothing there.
        out: folder of the report; None where none is written.
        leaving: tables that will be shown, of those that pass the gate; none for all.
        openings: petition -> the posts that open it, by which one that was renamed is known.

    Raises:
        StoreError: the file of the workspace can't be read.
    """

    def __init__(
        self,
        workspace: Path | None = None,
        out: Path | None = None,
        *,
        leaving: Collection[str] = (),
        openings: Openings | None = None,
    ) -> None:
        self._file = workspace / FILE if workspace is not None else None
        self._own = _kept(self._file)
        self._leaving = leaving
        self._openings = openings or {}
        self._beside: Sequence[Release] = _shown(out) if out is not None else ()
        self._problem: Problem | None = None
        self._hidden: Collection[str] = ()
        self.considered = 0
        """How many earlier reports the figures published now were held against."""
        self.spent = 0.0
        """Budget of the noise in them."""

    @classmethod
    def of(cls, store: "Store", out: Path | None = None, *, leaving: Collection[str] = ()) -> "Memory":
        """The memory of a store that holds petitions; arguments and errors as of the class."""
        openings: dict[str, frozenset[str]] = {}
        for petition, post in store.connection.execute(_OPENINGS).fetchall():
            # A post's id may hold a name.
            openings[petition] = openings.get(petition, frozenset()) | {store.pseudonyms.post(post)}
        return cls(store.folder, out, leaving=leaving, openings=openings)

    def rewind(self, report: ReportFolder) -> None:
        """Forget a report that was written, and what came after it: its figures were held against the rest.

        Raises:
            ConfigError: its manifest can't be read.
        """
        *earlier, own = report.told
        place = next((place for place, kept in enumerate(self._own) if kept.told == own), 0)
        self._own, self._beside = self._own[:place], earlier

    @property
    def past(self) -> Sequence[Kept]:
        """The earlier reports, the oldest first, under the names that petitions had and have."""
        own = [known for kept in self._own for known in (kept, *kept.renamed(self._openings))]
        known = [kept.told for kept in own]
        return [*own, *(Kept(told) for told in self._beside if told not in known)]

    def leaves(self, tables: Collection[str]) -> frozenset[str]:
        """Which of the tables that pass the gate will be shown."""
        return frozenset(self._leaving or tables)

    def counted(self, problem: Problem, hidden: Collection[str], considered: int) -> None:
        """Take note of a report's figures.

        Args:
            problem: all of them.
            hidden: names of those it hides.
            considered: how many earlier reports it was held against.
        """
        self._problem, self._hidden, self.considered = problem, hidden, considered

    def keep(self, published: Mapping[str, "Published"]) -> list[Release]:
        """Remember what is published now, in the workspace.

        Args:
            published: the tables that passed the gate.

        Returns:
            What was told before in the report's folder: its manifest has to go on saying so.
        """
        told = together(published[name].told for name in self.leaves(published))
        if told.figures and self._problem is not None and told not in [kept.told for kept in self._own]:
            self._own.append(Kept.of(told, self._problem, self._hidden, self._openings))
            if self._file is not None:
                _write(self._file, orjson.dumps([kept.to_json() for kept in self._own]))
        return [release for release in self._beside if release != told]


def _kept(path: Path | None) -> list[Kept]:
    if path is None or not path.exists():
        return []
    try:
        return _records(orjson.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            f"{path}: what was published from this workspace can't be read ({error})",
            hint="put back a copy; if you remove it, the next report is held against none before it",
        ) from error


def _records(content: object) -> list[Kept]:
    if not isinstance(content, list):
        raise TypeError("it is no list")
    return [Kept.from_json(record) for record in cast("list[Any]", content)]


def _shown(folder: Path) -> Sequence[Release]:
    """What a folder's manifest tells of its report and those before; nothing where it is no report's."""
    try:
        return ReportFolder.of(folder).told
    except ConfigError:
        return ()


def _write(path: Path, content: bytes) -> None:
    """The file whole or as it was, and never readable by others."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".published-")  # 0600 by itself
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    Path(name).replace(path)
