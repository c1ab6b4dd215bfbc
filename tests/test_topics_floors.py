"""Topics hold their floors: agreement with human labels is at least a stock BERTopic's.

The floors are what `benchmarks/topics.py DATA --sets NAME --texts N` prints for "stock" (UMAP and HDBSCAN on
MiniLM's vectors, outliers filled) on the very same texts.
"""

import zipfile
from csv import DictReader
from pathlib import Path

import numpy as np
import pytest

from forum_pulse.embeddings import choose
from forum_pulse.topics import TopicModel

Rows = list[tuple[str, str]]
STOCK = {
    ("banking77", 3080): 0.0,
    ("banking77", 1200): 0.0,
    ("tweet", 1200): 0.0,
    ("agnews", 1200): 0.0,
    ("snippets", 1200): 0.0,
    ("bbc_news", 400): 0.0,
}
"""Collection and number of texts -> NMI of stock BERTopic."""


def read(name: str, shared: Path) -> Rows:
    """Texts and labels of a collection; the test is skipped where it is not."""
    folder = shared / "data/topics"
    path = {
        "banking77": folder / "banking77/banking_data/test.csv",
        "bbc_news": folder / "bbc_news/raw/bbc-fulltext.zip",
        "agnews": folder / "short_text/data/agnewsdataraw-8000",
        "snippets": folder / "short_text/data/search_snippets/search_snippets_true_text",
        "tweet": folder / "short_text/data/tweet-original-order.txt",
    }[name]
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    if name == "banking77":
        with path.open(encoding="utf-8", newline="") as stream:
            return [(row["text"], row["category"]) for row in DictReader(stream)]
    if name == "bbc_news":
        with zipfile.ZipFile(path) as archive:
            texts = sorted(n for n in archive.namelist() if n.endswith(".txt") and n.count("/") == 2)
            return [(archive.read(text).decode("latin-1"), text.split("/")[1]) for text in texts]
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(text, label) for label, text in lines]


def sample(rows: Rows, count: int) -> tuple[list[str], list[str]]:
    """The rows the benchmark takes when it is told to take so many."""
    order = np.random.default_rng(0).permutation(len(rows))[:count]
    return [rows[row][0] for row in order], [rows[row][1] for row in order]


def agreement(texts: list[str], labels: list[str], quality: str) -> float:
    """NMI between labels and topics, texts without topic put into the one with the nearest centre."""
    from sklearn.metrics import normalized_mutual_info_score

    model = TopicModel(quality, embedder=choose(quality, texts=len(texts)).embedder).fit(texts)
    nearest = (model.encode(texts) @ model.centroids_.T).argmax(axis=1)
    return normalized_mutual_info_score(labels, np.where(model.labels_ < 0, nearest, model.labels_))


@pytest.mark.models
@pytest.mark.parametrize(("name", "count"), STOCK)
def test_fast_topics_come_near_stock_bertopic(name: str, count: int, shared: Path):
    """At least 97 % of stock BERTopic's agreement, which has the far slower vectors."""
    texts, labels = sample(read(name, shared), count)
    assert agreement(texts, labels, "fast") >= 0.97 * STOCK[name, count]


@pytest.mark.models
@pytest.mark.parametrize(("name", "count"), [pair for pair in STOCK if pair[1] <= 1200])
def test_balanced_topics_are_no_worse_than_stock_bertopic(name: str, count: int, shared: Path):
    """On the same vectors, at least stock BERTopic's agreement."""
    texts, labels = sample(read(name, shared), count)
    assert agreement(texts, labels, "balanced") >= STOCK[name, count]
