"""The whole job: read, clean, count, embed, group, classify, tabulate, publish, write.

Every step writes tables into the store and the next reads them there; the rooms never call each other.
Only published tables leave.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from . import petitions, report, sentiment, topics
from .config import Config
from .corpus.corpus import Corpus, recognise
from .corpus.readers import ReadOptions
from .corpus.store import Store
from .embeddings import Embedder, default_embedder

if TYPE_CHECKING:
    import pandas as pd

Watcher = Callable[[str, float | None], None]
"""Told a stage's name when it begins (None) and when it is done (seconds)."""

POSTS = """
    SELECT post_id, thread_id, parent_post_id, person_id, person_rank, created_at, own_text, is_root
    FROM reading WHERE $1 IS NULL OR created_at IS NULL OR created_at < $1 + INTERVAL 1 DAY ORDER BY post_id"""


@dataclass(frozen=True, slots=True)
class Run:
    """What an analysis found: published tables by name, ready to show to anybody.

    Attributes:
        published: tables that have passed the privacy gate.
        folder: where they were written, None if they were not.
        seconds: wall time by stage.
    """

    published: Mapping[str, report.Published]
    folder: Path | None
    seconds: Mapping[str, float]

    def __getitem__(self, name: str) -> "pd.DataFrame":
        return self.published[name].table.to_pandas()

    def summary(self) -> Any:
        """The summary as a rich table for a terminal."""
        return report.summary_table(self.published)


class _Stages:
    """Names what is going on and measures it."""

    def __init__(self, watcher: Watcher | None) -> None:
        self._watcher = watcher
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        if self._watcher:
            self._watcher(name, None)
        start = perf_counter()
        yield
        self.seconds[name] = perf_counter() - start
        if self._watcher:
            self._watcher(name, self.seconds[name])


def analyze(
    exports: Path | str | Sequence[Path | str] | Corpus,
    config: Config | None = None,
    out: Path | str | None = None,
    *,
    format: str | None = None,
    workspace: Path | None = None,
    embedder: Embedder | None = None,
    watcher: Watcher | None = None,
) -> Run:
    """Analyse a forum.

    Args:
        exports: one or several exports, or a corpus that has been read.
        config: petitions, targets, events, people, thresholds; the defaults give a useful report.
        out: folder to write CSV files and report.html to; None writes nothing.
        format: name of a reader; None to recognise it.
        workspace: folder to keep the store in; None for a temporary one.
        embedder: in place of the one `config.analysis.quality` names.
        watcher: told each stage's name and, when it is done, its seconds.

    Raises:
        ForumPulseError: the input, the configuration or the output folder won't do; nothing was written.
    """
    settings = config or Config()
    folder = None if out is None else Path(out)
    if folder is not None:
        report.check_folder(folder)
    stages = _Stages(watcher)
    if isinstance(exports, Corpus):
        return _analyze(exports, settings, folder, embedder, stages)
    paths = [exports] if isinstance(exports, Path | str) else exports
    recognised = recognise([Path(path) for path in paths], format)
    with Corpus(workspace) as corpus:
        with stages("reading"):
            options = ReadOptions(instance=settings.instance, columns=settings.columns)
            corpus.add(recognised, options, settings.people)
        return _analyze(corpus, settings, folder, embedder, stages)


def _analyze(
    corpus: Corpus, config: Config, folder: Path | None, embedder: Embedder | None, stages: _Stages
) -> Run:
    store = corpus.store
    embedder = embedder or default_embedder()
    with stages("counting petitions"):
        found = _count(store, config)
    posts = store.sql(POSTS, [config.analysis.as_of])
    with stages("embedding"):
        embedder.encode(sorted(set(posts["own_text"].to_pylist())))
    with stages("finding topics"):
        _group(store, posts, config, embedder)
    with stages("matching themes"):
        _match(store, posts, config, embedder)
    with stages("reading stance"):
        _classify(store, posts, found, config, embedder)
    with stages("publishing"):
        published = report.publish_all(report.build_tables(store, config))
        if folder is not None:
            report.write_report(folder, published, report.context(store, config, published))
    return Run(published, folder, stages.seconds)


def _count(store: Store, config: Config) -> list[petitions.Petition]:
    detector = petitions.ActDetector()
    found = petitions.find_petitions(store, config.petitions, detector)
    analysis = config.analysis
    petitions.build_ledger(
        store, found, detector, as_of=analysis.as_of, count_authors=analysis.count_authors
    )
    return found


def _group(store: Store, posts: pa.Table, config: Config, embedder: Embedder) -> None:
    model = topics.TopicModel(
        quality=config.analysis.quality, seed=config.analysis.seed, embedder=embedder
    )
    store.put("post_topic", posts)


def _match(store: Store, posts: pa.Table, config: Config, embedder: Embedder) -> None:
    model = topics.ThemeModel(config.themes.codebook, embedder=embedder)
    store.put("post_theme", topics.read_themes(posts, model))


def _classify(
    store: Store, posts: pa.Table, found: list[petitions.Petition], config: Config, embedder: Embedder
) -> None:
    classifier = sentiment.StanceClassifier(embedder=embedder)
