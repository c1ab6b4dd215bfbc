"""Of very many texts a sample is grouped, and the rest go to its groups."""

import random
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score

from forum_pulse.corpus.store import Store
from forum_pulse.topics import TopicModel, find_topics
from forum_pulse.topics import model as model_module
from forum_pulse.topics.distinct import Distinct

from .fakes import FakeEmbedder
from .test_topics import SUBJECTS, by_text, forum

SIZES = {"large": 600, "middling": 300, "small": 90, "tiny": 10}
STRATA = [name for name, size in SIZES.items() for _ in range(size)]
TEXTS = [f"this is what text {number} has to say" for number in range(len(STRATA))]


def drawn(texts: list[str], strata: list[str] | None, at_most: int) -> list[str]:
    distinct = Distinct.of(texts)
    rows = distinct.drawn(at_most, strata)
    assert rows.tolist() == sorted(set(rows.tolist()))
    return [distinct.texts[row] for row in rows]


def test_every_stratum_has_its_share():
    stratum = dict(zip(TEXTS, STRATA, strict=True))
    found = Counter(stratum[text] for text in drawn(TEXTS, STRATA, 100))
    assert sum(found.values()) == 100
    assert {name: abs(found[name] - size / 10) <= 1 for name, size in SIZES.items()} == dict.fromkeys(
        SIZES, True
    )
    assert len(drawn(TEXTS, None, 100)) == 100


def test_few_are_all_taken():
    assert Distinct.of(TEXTS).drawn(len(TEXTS), STRATA).tolist() == list(range(len(TEXTS)))


def test_the_draw_depends_on_no_order():
    pairs = list(zip(TEXTS, STRATA, strict=True))
    mixed = random.Random(1).sample(pairs, k=len(pairs))
    assert drawn([t for t, _ in mixed], [s for _, s in mixed], 100) == drawn(TEXTS, STRATA, 100)


@pytest.mark.models
def test_a_sample_finds_the_topics_of_all(monkeypatch: pytest.MonkeyPatch):
    """The four subjects, in texts that were not drawn, too, whatever the order of the texts."""
    monkeypatch.setattr(model_module, "GROUPED", 240)
    texts = forum(per_subject=150)
    subjects = [subject for subject in SUBJECTS for _ in range(150)]
    model = TopicModel(embedder=FakeEmbedder()).fit(texts, strata=subjects)
    assert model.grouped_ == 240
    assert model.coverage_.assigned > 0.75 * len(texts)
    having = [row for row, topic in enumerate(model.labels_) if topic >= 0]
    assert adjusted_rand_score([subjects[row] for row in having], model.labels_[having]) > 0.95
    mixed = random.Random(2).sample(list(zip(texts, subjects, strict=True)), k=len(texts))
    again = TopicModel(embedder=FakeEmbedder()).fit([t for t, _ in mixed], strata=[s for _, s in mixed])
    assert by_text(again, [t for t, _ in mixed]) == by_text(model, texts)
    assert model.check_stability().agreement > 0.6


@pytest.mark.models
def test_the_report_says_that_a_sample_was_grouped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(model_module, "GROUPED", 240)
    said = zip(forum(per_subject=150), (subject for subject in SUBJECTS for _ in range(150)), strict=True)
    rows = [
        {"post_id": f"f:{n:04d}", "thread_id": thread, "person_id": f"p{n % 50}", "own_text": text}
        for n, (text, thread) in enumerate(said)
    ]
    with Store(tmp_path / "many") as store:
        told = find_topics(store, pa.Table.from_pylist(rows), TopicModel(embedder=FakeEmbedder()))
    there = len({row["own_text"] for row in rows})
    assert f"Of {there} distinct texts 240 were grouped" in told
    few = pa.Table.from_pylist(rows[:200])
    with Store(tmp_path / "few") as store:
        assert "distinct texts" not in find_topics(store, few, TopicModel(embedder=FakeEmbedder()))
