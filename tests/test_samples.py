"""Real exports: every figure of an independent count comes out of the store by SQL alone.

`tests/samples/FAMILY.toml` holds, for the samples of one family, the reader, one query a figure, and the
figures and samples that can't be asked of a store, each with its reason. A figure or sample that stands
nowhere there fails.
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from conftest import shared_folder

from forum_pulse.corpus.readers import Export, ReadOptions, load
from forum_pulse.corpus.store import Store

QUERIES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Case:
    """One figure of one sample."""

    family: str
    sample: str
    path: Path
    format: str
    figure: str
    query: str | None
    """None where nobody has said how to ask for it."""
    options: tuple[tuple[str, str], ...]
    expected: Any

    def __str__(self) -> str:
        return f"{self.family}:{self.sample}:{self.figure}"


def cases() -> Iterator[Case]:
    """All figures of all samples that are here."""
    folder = shared_folder()
    for file in sorted(folder.glob("exports/*/expected.json")) if folder else []:
        told = tomllib.loads((QUERIES / f"{file.parent.name}.toml").read_text(encoding="utf-8"))
        for sample, figures in json.loads(file.read_text(encoding="utf-8")).items():
            if not any(fnmatch(sample, name) for name in told.get("unread", {})):
                yield from cases_of(file.parent, sample, figures, told)


def cases_of(folder: Path, sample: str, figures: dict[str, Any], told: dict[str, Any]) -> Iterator[Case]:
    """The figures of one sample, unless its files are not here."""
    reading = next(
        (entry for entry in told["reading"] if any(fnmatch(sample, name) for name in entry["samples"])), {}
    )
    path = next(iter(sorted(folder.glob(reading.get("path", "{name}").format(name=sample)))), None)
    if path is None:
        return
    for figure, expected in figures.items():
        if figure not in reading.get("underivable", {}):
            yield Case(
                folder.name, sample, path, reading.get("format", ""), figure,
                reading.get("figures", {}).get(figure), tuple(reading.get("options", {}).items()), expected,
            )  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Store]]:
    """Stores opened so far, by export."""
    opened: dict[Path, Store] = {}
    yield opened
    for store in opened.values():
        store.close()


def stored(case: Case, opened: dict[Path, Store], folder: Path) -> Store:
    if case.path not in opened:
        reader, export = load(case.format), Export(case.path)
        assert reader.sniff(export), f"{case.format} does not know {case.path.name}"
        opened[case.path] = Store(folder)
        opened[case.path].ingest(export, reader, ReadOptions(**dict(case.options)))
    return opened[case.path]


def like(expected: Any, rows: list[tuple[Any, ...]]) -> Any:
    """Rows in the shape of what is expected: a value, a mapping or a list."""
    if isinstance(expected, dict):
        return {str(key): value for key, value in rows}
    if isinstance(expected, list):
        return [row[0] if len(row) == 1 else list(row) for row in rows]
    return rows[0][0] if rows else None


@pytest.mark.parametrize("case", list(cases()) or [None], ids=str)
def test_figure(case: Case | None, stores: dict[Path, Store], tmp_path_factory: pytest.TempPathFactory):
    """The count is exact."""
    if case is None:
        pytest.skip("real samples are not here (../shared)")
    assert case.query, f"{case.family}.toml says neither how to ask for {case.figure} nor why one can't"
    store = stored(case, stores, tmp_path_factory.mktemp("workspace") / "ws")
    answer = like(case.expected, store.connection.execute(case.query).fetchall())
    assert answer == case.expected
