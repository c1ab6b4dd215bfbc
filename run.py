"""What an analysis found: published tables by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import report

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Run:
    """What an analysis found: published tables by name, ready to show to anybody.

    Attributes:
        published: tables that have passed the privacy gate.
        folder: where they were written, None if they were not.
        seconds: wall time by stage.
        kept_back: cells that are hidden because of what earlier reports told.
    """

    published: Mapping[str, report.Published]
    folder: Path | None
    seconds: Mapping[str, float]
    kept_back: int = 0

    def __getitem__(self, name: str) -> "pd.DataFrame":
        self._check(name)
        return self.published[name].table.to_pandas()

    def __iter__(self) -> Iterator[str]:
        return iter(self.published)

    def __contains__(self, name: object) -> bool:
        return name in self.published

    def __len__(self) -> int:
        return len(self.published)

    def summary(self) -> Any:
        """The summary as a rich table for a terminal; a KeyError where there is none, as of a count alone."""
        self._check("summary")
        return report.summary_table(self.published)

    def _check(self, name: str) -> None:
        if name not in self.published:
            raise KeyError(f"no table {name!r}; there are {', '.join(self.published)}")
