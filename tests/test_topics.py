"""Topics: the same words give the same topic, in any order, on any number of threads; little is never much."""

import json
import os
import random
import subprocess
import sys
import warnings
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from forum_pulse.commands.pace import Paces
from forum_pulse.errors import ConfigError, ForumPulseError
from forum_pulse.topics import TopicModel, Trend, read_topics, stage, trend
from forum_pulse.topics.clustering import RUNS, Clusterer
from forum_pulse.topics.model import FLOOR, RECURRING
from forum_pulse.topics.stability import stability
from forum_pulse.topics.weights import class_tfidf, shared_terms

from .fakes import FakeEmbedder

SUBJECTS = {
    "parking": "garage parking space barrier car lot badge level ramp ticket bicycle charger",
    "canteen": "canteen lunch soup menu vegetarian queue tray dessert kitchen salad price coffee",
    "laptop": "laptop battery keyboard docking screen adapter charger warranty replacement model hinge fan",
    "travel": "travel expenses receipt hotel flight refund mileage booking train allowance card invoice",
}


def forum(per_subject: int = 60, seed: int = 0) -> list[str]:
    """Invented posts, each from the words of one subject."""
    rng = random.Random(seed)
    return [
        " ".join(rng.sample(words.split(), k=rng.randint(6, 9)))
        for words in SUBJECTS.values()
        for _ in range(per_subject)
    ]


def by_text(model: TopicModel, texts: list[str]) -> dict[str, int]:
    return dict(zip(texts, model.labels_.tolist(), strict=True))


def test_parameters_stay_as_given():
    """Nothing happens in the constructor: what goes in comes out, good or bad."""
    embedder = FakeEmbedder()
    model = TopicModel("fast", seed=3, min_topic_size=1, n_topics=0, hidden=["Jo"], embedder=embedder)
    assert model.get_params() == {
        "quality": "fast",
        "seed": 3,
        "min_topic_size": 1,
        "n_topics": 0,
        "hidden": ["Jo"],
        "embedder": embedder,
    }
    assert not embedder.calls
    assert model.set_params(seed=4).seed == 4


@pytest.mark.parametrize("wrong", [{"quality": "best"}, {"min_topic_size": 1}, {"n_topics": 1}])
def test_impossible_parameters_are_refused(wrong: dict[str, object]):
    """`fit` names the parameter and says what it may be."""
    with pytest.raises(ConfigError, match=next(iter(wrong))) as caught:
        TopicModel(**wrong, embedder=FakeEmbedder()).fit(forum())
    assert caught.value.hint


def test_unknown_parameter_is_refused():
    """`set_params` with a misspelt name is an error that lists the known ones."""
    with pytest.raises(ConfigError, match="n_topic"):
        TopicModel().set_params(n_topic=3)


def test_predict_before_fit_says_so():
    """A model without topics can't place a text."""
    with pytest.raises(ForumPulseError, match="no topics yet"):
        TopicModel().predict(["where is my parking space"])


def test_small_forum_claims_no_topics():
    """Below a hundred distinct texts there are no topics, a note says why, and nothing is embedded."""
    embedder = FakeEmbedder()
    texts = forum(per_subject=20) * 5
    model = TopicModel(embedder=embedder).fit(texts)
    assert model.topics_ == []
    assert set(model.labels_.tolist()) == {-1}
    assert model.labels_.shape == (len(texts),)
    assert "80 distinct texts" in model.note_
    assert set(model.keywords_) < set(" ".join(SUBJECTS.values()).split())
    assert not embedder.calls
    assert model.predict(["parking space in the garage"]).tolist() == [-1]


def test_tiny_forum_says_why_it_says_nothing():
    """Below thirty distinct texts there are no keywords either, and the note says so."""
    model = TopicModel(embedder=FakeEmbedder()).fit(forum(per_subject=7))
    assert model.keywords_ == ()
    assert "28 distinct texts" in model.note_
    assert "fewer than 30" in model.note_


def test_no_texts_at_all():
    """An empty forum has no topics and full, empty results."""
    model = TopicModel(embedder=FakeEmbedder()).fit([])
    assert model.labels_.shape == (0,)
    assert model.coverage_.texts == 0


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """The invented forum with acts, repetitions and other spellings at its end."""
    return [*forum(), "+1", "Thanks!", "", "me too", *forum()[:10], forum()[0].upper(), f"  {forum()[1]}\n"]


@pytest.fixture(scope="module")
def model(texts: list[str]) -> TopicModel:
    """Fitted on the invented forum."""
    return TopicModel(embedder=FakeEmbedder()).fit(texts)


@pytest.mark.models
class TestFitted:
    """What needs EVoC and BERTopic, on invented vectors."""

    def test_finds_the_subjects(self, model: TopicModel):
        """Four invented subjects come back as four topics, named by their own words."""
        assert len(model.topics_) == 4
        for topic in model.topics_:
            assert any(set(topic.terms[:3]) <= set(words.split()) for words in SUBJECTS.values())

    def test_ids_follow_size(self, model: TopicModel):
        """Topic 0 is the largest, and sizes are the label counts."""
        sizes = [topic.size for topic in model.topics_]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes == [int((model.labels_ == topic.id).sum()) for topic in model.topics_]

    def test_same_words_same_topic(self, model: TopicModel, texts: list[str]):
        """A repeated text, in other letters or spacing, carries the label of the first."""
        labels = by_text(model, texts)
        assert model.labels_[:10].tolist() == model.labels_[244:254].tolist()
        assert labels[texts[0].upper()] == labels[texts[0]]
        assert labels[f"  {texts[1]}\n"] == labels[texts[1]]

    def test_acts_are_left_out_and_counted(self, model: TopicModel, texts: list[str]):
        """Texts too short to be about anything have no topic, and the coverage says how many."""
        assert model.labels_[[240, 241, 242, 243]].tolist() == [-1] * 4
        assert model.coverage_.too_short == 4
        found = model.coverage_
        assert found.assigned + found.too_short + found.unassigned == found.texts == len(texts)

    def test_order_of_input_changes_nothing(self, model: TopicModel, texts: list[str]):
        """Shuffled, every text keeps its label and every topic its name."""
        shuffled = random.Random(1).sample(texts, k=len(texts))
        other = TopicModel(embedder=FakeEmbedder()).fit(shuffled)
        assert by_text(other, shuffled) == by_text(model, texts)
        assert [topic.terms for topic in other.topics_] == [topic.terms for topic in model.topics_]

    def test_repetition_moves_no_border(self, model: TopicModel, texts: list[str]):
        """One text posted three hundred times changes sizes, not groups."""
        flooded = [*texts, *[texts[0]] * 300]
        other = TopicModel(embedder=FakeEmbedder()).fit(flooded)
        groups = set(zip(model.labels_.tolist(), other.labels_[: len(texts)].tolist(), strict=True))
        assert len(groups) == len({one for one, _ in groups}) == len({two for _, two in groups})

    def test_representatives_are_distinct_and_their_own(self, model: TopicModel, texts: list[str]):
        """A topic's examples belong to it and no two say the same."""
        for topic in model.topics_:
            said = [texts[row].casefold().strip() for row in topic.representatives]
            assert said
            assert len(set(said)) == len(said)
            assert {int(model.labels_[row]) for row in topic.representatives} == {topic.id}

    def test_predict_places_new_texts(self, model: TopicModel):
        """Most new posts go to their subject's topic; one about nothing known stays outside."""
        subject_of = {int(model.labels_[row]): row // 60 for row in range(240) if model.labels_[row] >= 0}
        placed = model.predict(forum(seed=1))
        right = [subject_of.get(int(topic)) == row // 60 for row, topic in enumerate(placed)]
        assert sum(right) / len(right) > 0.6
        assert model.predict(["quantum violin heron marble sonnet glacier", "+1"]).tolist() == [-1, -1]

    def test_as_many_topics_as_asked_for(self, texts: list[str]):
        """`n_topics` is an aim that plain data reach."""
        assert len(TopicModel(n_topics=2, embedder=FakeEmbedder()).fit(texts).topics_) == 2

    def test_parser_changes_names_only(self, model: TopicModel, texts: list[str]):
        """Fast and balanced draw the same borders on the same vectors where groups are plain."""
        fast = TopicModel("fast", embedder=FakeEmbedder()).fit(texts)
        assert fast.labels_.tolist() == model.labels_.tolist()
        assert (fast._clusterer.runs, model._clusterer.runs) == (1, RUNS)

    def test_seed_moves_no_border(self, model: TopicModel, texts: list[str]):
        """The seed is of the halves alone."""
        other = TopicModel(seed=5, embedder=FakeEmbedder()).fit(texts)
        assert other.labels_.tolist() == model.labels_.tolist()

    def test_real_groups_recur_and_chance_ones_do_not(self, texts: list[str]):
        """Four plain subjects come back from halves; a group of texts picked by chance is weak."""
        model = TopicModel(embedder=FakeEmbedder()).fit(texts)
        found = model.check_stability()
        assert found.agreement > 0.7
        assert not any(topic.is_weak for topic in model.topics_)
        vectors = model.encode(forum())
        chance = np.random.default_rng(0).integers(0, 4, len(vectors))
        assert max(stability(vectors, chance, model._clusterer).recurs) < RECURRING

    def test_refit_forgets(self, texts: list[str]):
        """Fitted again on too little, nothing of the first fit is left."""
        model = TopicModel(embedder=FakeEmbedder()).fit(texts).fit(["too little"])
        assert (model.topics_, model.labels_.tolist(), bool(model.note_)) == ([], [-1], True)

    def test_scikit_learn_can_clone_it(self):
        """A clone has the same parameters and none of the results."""
        from sklearn.base import clone

        twin = clone(TopicModel(seed=7, n_topics=3).fit([]))
        assert twin.get_params() == TopicModel(seed=7, n_topics=3).get_params()
        assert not hasattr(twin, "labels_")

    def test_words_alone_in_every_language(self):
        """Texts without one English word get topics and terms too."""
        rng = random.Random(0)
        subjects = ["парковка гараж место билет уровень въезд", "обед суп меню очередь кухня салат"]
        texts = [" ".join(rng.choices(words.split(), k=6)) for words in subjects for _ in range(80)]
        model = TopicModel(embedder=FakeEmbedder()).fit(texts)
        assert all(topic.terms for topic in model.topics_)
        assert len(model.topics_) >= 2

    def test_texts_of_stop_words_only(self):
        """Where no word can name a topic, it is unnamed instead of a crash."""
        rng = random.Random(0)
        words = [
            "the",
            "and",
            "of",
            "to",
            "in",
            "is",
            "was",
            "that",
            "it",
            "with",
            "as",
            "for",
            "on",
            "be",
            "at",
            "by",
        ]
        model = TopicModel(embedder=FakeEmbedder()).fit(
            [" ".join(rng.choices(words, k=7)) for _ in range(200)]
        )
        assert {topic.name for topic in model.topics_} <= {"unnamed"}

    def test_a_name_dropped_once_never_names_a_topic(self):
        """Handles, addresses and words of fewer than five texts stay out of the terms."""
        texts = [f"{text} @m.example m.example@firm.example" for text in forum()]
        texts[0] += " Zebulon Zebulon Zebulon"
        model = TopicModel(embedder=FakeEmbedder()).fit(texts)
        assert not {"zebulon", "example", "firm"} & {
            word for t in model.topics_ for term in t.terms for word in term.split()
        }

    def test_hidden_words_never_name_a_topic(self):
        """A person's name that many posts mention is kept out of names and terms when it is given."""
        texts = [f"{text} says Zoë O'Brien-Wu" for text in forum()]
        model = TopicModel(hidden=["Zoë O'Brien-Wu"], embedder=FakeEmbedder()).fit(texts)
        assert model.topics_
        assert not {"zoë", "brien-wu", "zoë brien-wu"} & {
            term for topic in model.topics_ for term in topic.terms
        }

    def test_warning_filters_are_put_back(self, texts: list[str]):
        """Importing BERTopic silences warnings; the process must not notice."""
        before = list(warnings.filters)
        TopicModel(embedder=FakeEmbedder()).fit(texts)
        assert list(warnings.filters) == before


@pytest.mark.models
def test_threads_change_nothing():
    """EVoC's result depends on the thread count; ours does not, and the count is put back."""
    import numba

    rng = np.random.default_rng(0)
    centres = rng.standard_normal((12, 32))
    vectors = np.repeat(centres, 60, axis=0) + 0.8 * rng.standard_normal((720, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    before = numba.get_num_threads()
    results = []
    for threads in {1, numba.config.NUMBA_NUM_THREADS}:
        numba.set_num_threads(threads)
        results.append(Clusterer(min_size=10).fit(vectors).labels_.tobytes())
        assert numba.get_num_threads() == threads
    numba.set_num_threads(before)
    assert len(set(results)) == 1


@pytest.mark.models
def test_hash_seed_and_thread_environment_change_nothing():
    """Fresh interpreters with other hash seeds and thread limits print the same topics and stability."""
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "from fakes import FakeEmbedder; from forum_pulse.topics import TopicModel\n"
        "texts = json.load(sys.stdin)\n"
        "model = TopicModel(embedder=FakeEmbedder()).fit(texts)\n"
        "print(json.dumps([model.labels_.tolist(), [t.terms for t in model.topics_], list(model.check_stability().recurs)]))"
    )
    printed = set()
    for seed, threads in (("1", "1"), ("2", "3")):
        limits = dict.fromkeys(("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", script, str(Path(__file__).parent)],
            input=json.dumps(forum()),
            env={**os.environ, **limits, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        printed.add(done.stdout)
    assert len(printed) == 1


@pytest.mark.models
def test_table_of_topics():
    """Every post has a row, in the order of ids, and no person or wording stands for a topic twice."""
    texts = forum()
    posts = pa.table(
        {
            "post_id": [*[f"p{number:03}" for number in range(len(texts))][::-1], "p999"],
            "own_text": [*texts, None],
            "person_id": [*[f"person {number % 7}" for number in range(len(texts))], None],
        }
    )
    table, topics = read_topics(posts, TopicModel(embedder=FakeEmbedder()))
    assert table["post_id"].to_pylist() == sorted(posts["post_id"].to_pylist())
    assert list(table.to_pylist()[-1].values()) == ["p999", -1, None, None, None]
    writer = dict(zip(posts["post_id"].to_pylist(), posts["person_id"].to_pylist(), strict=True))
    topic_of = dict(zip(table["post_id"].to_pylist(), table["topic_id"].to_pylist(), strict=True))
    assert topics
    said = dict(zip(posts["post_id"].to_pylist(), posts["own_text"].to_pylist(), strict=True))
    for topic in topics:
        assert {topic_of[post] for post in topic.posts} == {topic.id}
        people = [writer[post] for post in topic.posts]
        assert 7 >= len(people) == len(set(people)) >= 5
        vectors = FakeEmbedder().encode([said[post] for post in topic.posts])
        assert np.triu(vectors @ vectors.T, 1).max() < 0.9


@pytest.mark.models
def test_terms_weigh_as_the_formula_says():
    """By hand: root of the share of a group's words, times log(1 + average words of a group / uses)."""
    texts = forum()
    groups = np.arange(len(texts)) // 60 - 1
    terms = shared_terms(texts, 5, {})
    weights = class_tfidf(texts, groups, np.zeros((len(texts), 1), dtype=np.float32), terms, {})
    counts = CountVectorizer(vocabulary=terms).transform(texts).toarray()
    uses = np.stack([counts[groups == group].sum(axis=0) for group in range(-1, int(groups.max()) + 1)])
    words = uses.sum(axis=1, keepdims=True)
    expected = np.sqrt(uses / words) * np.log1p(int(words.mean()) / uses.sum(axis=0))
    assert len(terms) == weights.shape[1] > 10
    assert np.allclose(weights, expected[1:])


def test_without_words_there_are_no_terms():
    """Texts of nothing that can be counted have no terms, and that is no error."""
    settings = {"token_pattern": "[a-z]+"}
    texts = ["12 34", "56"]
    terms = shared_terms(texts, 5, settings)
    assert terms == []
    nowhere = np.zeros((2, 1), dtype=np.float32)
    assert class_tfidf(texts, np.array([0, 0]), nowhere, terms, settings).shape == (1, 0)


MONDAY = date(2024, 1, 1)


def weeks(count: int) -> list[date]:
    return [MONDAY + timedelta(weeks=number) for number in range(count)]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], "rising"),
        ([9, 7, 6, 4, 2, 1], "falling"),
        ([3, 5, 2, 6, 3, 5, 4, 3], "steady"),
        ([4, 4, 4, 4, 4, 4, 4], "steady"),
        ([1, 2, 3, 4, 50], "insufficient"),
        ([], "insufficient"),
    ],
)
def test_trend(people: list[int], expected: Trend):
    """Mann-Kendall on people a week, from six weeks on."""
    assert trend(weeks(len(people)), people) == expected


def test_trend_counts_silent_weeks():
    """A week nobody names is a week with nobody: two busy weeks after eight silent ones are a rise."""
    named = [MONDAY + timedelta(weeks=8), MONDAY + timedelta(weeks=9)]
    assert trend(named, [5, 9]) == "insufficient"
    assert trend(named, [5, 9], first=MONDAY) == "rising"
    assert trend([MONDAY, *named], [9, 8, 7], last=MONDAY + timedelta(weeks=9)) == "steady"


def test_trend_ignores_order_and_weekday():
    """Weeks may come in any order and be named by any of their days."""
    days = [day + timedelta(days=number % 7) for number, day in enumerate(weeks(7))]
    counts = [1, 2, 4, 5, 7, 8, 9]
    assert trend(days[::-1], counts[::-1]) == "rising"


def test_trend_refuses_a_week_named_twice():
    """Two counts for one week is a defect of the caller."""
    with pytest.raises(ValueError, match="twice"):
        trend([MONDAY, MONDAY + timedelta(days=3)], [1, 2])


def test_first_use_says_that_it_compiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Numba takes minutes once: that is another stage, with a pace of its own, where topics are grouped at all."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    cold = stage(FLOOR)
    assert "compiling" in cold
    paces = Paces(tmp_path / "paces.json")
    assert paces.expected(cold, FLOOR) > 10 * paces.expected(stage(FLOOR - 1), FLOOR)
    assert "compiling" not in stage(FLOOR - 1)
    (tmp_path / "evoc_0").mkdir()
    (tmp_path / "evoc_0/knn.fit-1.py311.nbi").touch()
    assert "compiling" not in stage(FLOOR)
