"""Topics beside a stock BERTopic: agreement with labels, quality of words, time and memory, in one run.

    python benchmarks/topics.py DATA [--sets banking77 bbc_news] [--texts N] [--ways fast balanced stock]

DATA is a folder of collections as their authors publish them. Each way runs in a process of its own, which
imports what it needs and does a small warm-up before its clock starts:

    fast      TopicModel(quality="fast"): static vectors, EVoC, names without a parser
    balanced  TopicModel on MiniLM's vectors, names from noun phrases
    stock     BERTopic as it comes (UMAP, HDBSCAN) on the same MiniLM vectors

NMI counts texts without topic as one more group; "filled" puts them into the group with the nearest centre
first, as ARI does. NPMI is the mean over the pairs of a topic's ten best terms, in the texts themselves;
diversity the share of terms that are not repeated. "embed" is the time of making the vectors (MiniLM's are
made once for both ways that read them, and kept for another run only with --vectors), "group" of all that
follows; both in seconds of wall and CPU. Memory is the peak of the process.
"""

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from csv import DictReader
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forum_pulse.embeddings import SentenceEmbedder, StaticEmbedder
from forum_pulse.topics import TopicModel

Labelled = tuple[list[str], list[str]]
Labels = NDArray[np.int64]
Vectors = NDArray[np.float32]
WAYS = ("fast", "balanced", "stock")
WARM_UP = 300


def banking77(*parts: str) -> Callable[[Path], Labelled]:
    """Questions to a bank, 77 intents (CC BY 4.0): 10,003 in "train.csv", 3,080 in "test.csv"."""

    def read(data: Path) -> Labelled:
        rows: list[dict[str, str]] = []
        for part in parts:
            path = data / "topics/banking77/banking_data" / part
            with path.open(encoding="utf-8", newline="") as stream:
                rows += DictReader(stream)
        return [row["text"] for row in rows], [row["category"] for row in rows]

    return read


def bbc_news(data: Path) -> Labelled:
    """News articles, 5 sections (research only: nothing learnt from it ships)."""
    with zipfile.ZipFile(data / "topics/bbc_news/raw/bbc-fulltext.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".txt") and name.count("/") == 2)
        return [archive.read(name).decode("latin-1") for name in names], [
            name.split("/")[1] for name in names
        ]


def short_texts(name: str) -> Callable[[Path], Labelled]:
    """A collection of label and text, parted by a tab (no licence stated: nothing learnt from it ships)."""

    def read(data: Path) -> Labelled:
        lines = (data / "topics/short_text/data" / name).read_text(encoding="utf-8").splitlines()
        rows = [line.split("\t") for line in lines if line.strip()]
        return [row[1] for row in rows], [row[0] for row in rows]

    return read


SETS: dict[str, Callable[[Path], Labelled]] = {
    "banking77": banking77("train.csv", "test.csv"),
    "banking77_test": banking77("test.csv"),
    "bbc_news": bbc_news,
    "agnews": short_texts("agnewsdataraw-8000"),
    "snippets": short_texts("search_snippets/search_snippets_true_text"),
    "tweet": short_texts("tweet-original-order.txt"),
}


def main() -> None:
    """Print one line for each collection and way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--texts", type=int, help="only so many, drawn evenly")
    parser.add_argument("--vectors", type=Path, help="folder to keep vectors in, for another run")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.child:
        run_child(wanted.sets[0], wanted.ways[0], wanted)
        return
    print(f"machine: {platform.machine()}, {platform.system()}, Python {platform.python_version()}")
    print(f"command: {' '.join(sys.argv)}")
    with tempfile.TemporaryDirectory() as folder:
        vectors = wanted.vectors or Path(folder)
        for name in wanted.sets:
            texts, labels = sample(SETS[name](wanted.data), wanted.texts)
            print(f"\n{name}: {len(texts)} texts, {len(set(labels))} labels")
            for way in wanted.ways:
                print(f"  {way:<9}{told(in_child(name, way, vectors, wanted), texts, labels)}", flush=True)


def sample(labelled: Labelled, count: int | None) -> Labelled:
    """As many rows as wanted, in a fixed random order that is the same for every way."""
    texts, labels = labelled
    order = np.random.default_rng(0).permutation(len(texts))[:count]
    return [texts[row] for row in order], [labels[row] for row in order]


def in_child(name: str, way: str, vectors: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    """What one way found, and what it took; -P keeps coverage.py beside this file from being imported."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.json"
        command = [sys.executable, "-P", __file__, str(wanted.data), "--sets", name, "--ways", way]
        command += ["--texts", str(wanted.texts)] if wanted.texts else []
        subprocess.run([*command, "--child", str(path), "--vectors", str(vectors)], check=True)
        return json.loads(path.read_text(encoding="utf-8"))


def run_child(name: str, way: str, wanted: argparse.Namespace) -> None:
    """Do one way on one collection and write down what came of it."""
    texts, _ = sample(SETS[name](wanted.data), wanted.texts)
    group = by_stock if way == "stock" else by_topic_model(way)
    vectors, embed = vectors_of(texts, name, way, wanted.vectors)
    group(texts[:WARM_UP], vectors[:WARM_UP])
    seconds = {"embed": embed}
    with clock(seconds, "group"):
        labels, terms = group(texts, vectors)
    found = {
        "labels": labels.tolist(),
        "filled": filled(vectors, labels).tolist(),
        "terms": terms,
        "seconds": seconds,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    wanted.child.write_text(json.dumps(found), encoding="utf-8")


def vectors_of(texts: list[str], name: str, way: str, folder: Path) -> tuple[Vectors, list[float]]:
    """Vectors and the time they took; those of MiniLM are made once for all ways that read them."""
    model = "fast" if way == "fast" else "minilm"
    kept = folder / f"{name}-{len(texts)}-{model}.npz"
    if not kept.exists():
        embedder = StaticEmbedder() if model == "fast" else SentenceEmbedder()
        embedder.encode(texts[:1])
        seconds: dict[str, list[float]] = {}
        with clock(seconds, "embed"):
            made = embedder.encode(texts)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(kept, vectors=made, seconds=seconds["embed"])
    stored = np.load(kept)
    return stored["vectors"], stored["seconds"].tolist()


class Ready:
    """An embedder that has computed all it will be asked for."""

    name = "ready"
    revision = ""

    def __init__(self, texts: list[str], vectors: Vectors) -> None:
        self._known = dict(zip(texts, vectors, strict=True))
        self.dimension = vectors.shape[1]

    def encode(self, texts: list[str]) -> Vectors:
        """Look the vectors up."""
        return np.stack([self._known[text] for text in texts])


def by_topic_model(way: str) -> Callable[[list[str], Vectors], tuple[Labels, list[list[str]]]]:
    """Ours."""

    def group(texts: list[str], vectors: Vectors) -> tuple[Labels, list[list[str]]]:
        model = TopicModel("fast" if way == "fast" else "balanced", embedder=Ready(texts, vectors)).fit(texts)
        return model.labels_, [list(topic.terms) for topic in model.topics_]

    return group


def by_stock(texts: list[str], vectors: Vectors) -> tuple[Labels, list[list[str]]]:
    """BERTopic with all its defaults."""
    from bertopic import BERTopic

    engine = BERTopic()
    found, _ = engine.fit_transform(texts, vectors)
    labels = np.asarray(found)
    return labels, [[word for word, _ in engine.get_topic(topic)] for topic in range(labels.max() + 1)]


@contextmanager
def clock(seconds: dict[str, list[float]], name: str) -> Generator[None]:
    """Note wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    seconds[name] = [time.perf_counter() - wall, time.process_time() - cpu]


def filled(vectors: Vectors, labels: Labels) -> Labels:
    """Labels with every -1 replaced by the group with the nearest centre."""
    if labels.max() < 0:
        return np.zeros_like(labels)
    centres = np.stack([vectors[labels == group].mean(axis=0) for group in range(labels.max() + 1)])
    nearest = (vectors @ (centres / np.linalg.norm(centres, axis=1, keepdims=True)).T).argmax(axis=1)
    return np.where(labels < 0, nearest, labels)


def told(found: dict[str, Any], texts: list[str], labels: list[str]) -> str:
    """One line of figures."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    groups = np.asarray(found["labels"])
    (embed, embed_cpu), (group, group_cpu) = (found["seconds"][part] for part in ("embed", "group"))
    coherence, diversity = of_words(found["terms"], texts)
    return (
        f"{groups.max() + 1:4} groups  covered {(groups >= 0).mean():4.0%}"
        f"  NMI {normalized_mutual_info_score(labels, groups):.3f}"
        f" filled {normalized_mutual_info_score(labels, found['filled']):.3f}"
        f"  ARI {adjusted_rand_score(labels, found['filled']):.3f}  NPMI {coherence:.3f}"
        f"  diversity {diversity:.2f}  embed {embed:.2f} ({embed_cpu:.2f})"
        f"  group {group:.2f} ({group_cpu:.2f})"
        f"  total {embed + group:.2f} ({embed_cpu + group_cpu:.2f}) s  {found['memory']:.0f} MiB"
    )


def of_words(topics: list[list[str]], texts: list[str]) -> tuple[float, float]:
    """Coherence (mean NPMI of pairs of terms) and diversity (share of terms with one topic only)."""
    from sklearn.feature_extraction.text import CountVectorizer

    every = sorted({term for terms in topics for term in terms if term})
    if not every:
        return float("nan"), float("nan")
    pattern = r"(?u)[^\W_]+(?:-[^\W_]+)*"
    seen = CountVectorizer(vocabulary=every, ngram_range=(1, 2), token_pattern=pattern, binary=True)
    uses = seen.transform(texts)
    together = (uses.T @ uses).toarray() / len(texts)
    place = {term: row for row, term in enumerate(every)}
    best = [list(filter(None, terms[:10])) for terms in topics]
    pairs = [(place[one], place[two]) for terms in best for one, two in combinations(terms, 2)]
    one, two = np.asarray(pairs).T
    both, apart = together[one, two], together[one, one] * together[two, two]
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.where(both > 0, np.log(both / apart) / np.maximum(-np.log(both), 1e-9), -1.0)
    return float(npmi[apart > 0].mean()), len({t for terms in best for t in terms}) / sum(map(len, best))


if __name__ == "__main__":
    main()
