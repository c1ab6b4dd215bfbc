"""How well topics agree with human labels, beside k-means that is told their number and a stock BERTopic.

    python benchmarks/topics.py DATA [--texts 3000]

DATA is a folder with `banking77` and `bbc_news`, as their authors publish them. The measure is normalised
mutual information. Texts without topic count as one more group; "filled" puts them into the group with the
nearest centre first, as k-means does by nature. All three use the same vectors, whose making is timed apart.
"""

import argparse
import platform
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from csv import DictReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forum_pulse.embeddings import default_embedder
from forum_pulse.topics import TopicModel

Labelled = tuple[list[str], list[str]]


class Ready:
    """An embedder that has computed all it will be asked for."""

    name = "ready"
    revision = ""

    def __init__(self, texts: list[str]) -> None:
        vectors = default_embedder().encode(texts)
        self._known = dict(zip(texts, vectors, strict=True))
        self.dimension = vectors.shape[1]

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Look the vectors up."""
        return np.stack([self._known[text] for text in texts])


def banking77(data: Path) -> Labelled:
    """Questions to a bank, 77 intents (CC BY 4.0)."""
    with (data / "banking77/banking_data/test.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(DictReader(stream))
    return [row["text"] for row in rows], [row["category"] for row in rows]


def bbc_news(data: Path) -> Labelled:
    """News articles, 5 sections (research only: nothing learnt from it ships)."""
    with zipfile.ZipFile(data / "bbc_news/raw/bbc-fulltext.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".txt") and name.count("/") == 2)
        return [archive.read(name).decode("latin-1") for name in names], [
            name.split("/")[1] for name in names
        ]


def main() -> None:
    """Print one line for each data set and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--texts", type=int, default=3000)
    wanted = parser.parse_args()
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    for read in (banking77, bbc_news):
        texts, labels = (column[: wanted.texts] for column in shuffled(read(wanted.data)))
        started = time.perf_counter()
        embedder = Ready(texts)
        print(f"\n{read.__name__}: {len(texts)} texts, {len(set(labels))} labels", end="")
        print(f", embedded (or read from the cache) in {time.perf_counter() - started:.1f} s")
        measure(texts, labels, embedder)


def shuffled(labelled: Labelled) -> Labelled:
    """The same rows in a fixed random order, so that the first thousands hold every label."""
    texts, labels = labelled
    order = np.random.default_rng(0).permutation(len(texts))
    return [texts[row] for row in order], [labels[row] for row in order]


def measure(texts: list[str], labels: list[str], embedder: Ready) -> None:
    """Time and score each way of grouping; the ratio is to k-means."""
    from sklearn.metrics import normalized_mutual_info_score

    vectors = embedder.encode(texts)
    told = None
    for name, group in ways(texts, vectors, len(set(labels)), embedder):
        started = time.perf_counter()
        found = group()
        seconds = time.perf_counter() - started
        score = normalized_mutual_info_score(labels, found)
        full = normalized_mutual_info_score(labels, filled(vectors, found))
        told = told or full
        print(
            f"  {name:<28} {found.max() + 1:4} groups {(found < 0).mean():5.1%} without  NMI {score:.3f}  "
            f"filled {full:.3f}  ratio {full / told:.2f}  {seconds:6.1f} s"
        )


def ways(
    texts: list[str], vectors: NDArray[np.float32], told: int, embedder: Ready
) -> Iterator[tuple[str, Callable[[], NDArray[Any]]]]:
    """Each way of grouping, ready to run."""
    from bertopic import BERTopic
    from sklearn.cluster import KMeans

    yield "k-means, told the number", lambda: KMeans(told, n_init=3, random_state=0).fit_predict(vectors)
    yield "TopicModel", lambda: TopicModel(embedder=embedder).fit(texts).labels_
    yield (
        "TopicModel, told the number",
        lambda: TopicModel(n_topics=told, embedder=embedder).fit(texts).labels_,
    )
    yield "BERTopic as it comes", lambda: np.asarray(BERTopic().fit(texts, vectors).topics_)


def filled(vectors: NDArray[np.float32], labels: NDArray[Any]) -> NDArray[Any]:
    """Labels with every -1 replaced by the group with the nearest centre."""
    centres = np.stack([vectors[labels == group].mean(axis=0) for group in range(labels.max() + 1)])
    nearest = (vectors @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T).argmax(axis=1)
    return np.where(labels < 0, nearest, labels)


if __name__ == "__main__":
    main()
