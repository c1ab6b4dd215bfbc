"""Stance and polarity: the classifiers' manners, the tables made of readings, and floors on public benchmarks."""

import csv
import json
import os
import random
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import forum_pulse
from forum_pulse.errors import ConfigError, ModelError
from forum_pulse.sentiment import (
    POLARITIES,
    STANCES,
    PolarityClassifier,
    Reading,
    StanceClassifier,
    Target,
    person_stances,
    read_polarity,
    read_stances,
)
from forum_pulse.sentiment.direction import direction
from forum_pulse.sentiment.pretrained import WEIGHTS, SoftmaxLayer, load_layer

from .fakes import FakeEmbedder

MINILM = "all-MiniLM-L6-v2"
TEXTS = [
    "Agents write plausible nonsense and we spend twice the time in review.",
    "I love it, my pull requests go out in half the time!",
    "Where is the page with the settings?",
    "The canteen is closed on Friday.",
]


class Keywords:
    """A stance reader for tests: "love" is for, "hate" is against, "hmm" is unclear."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def read(self, texts: Sequence[str], targets: Sequence[str]) -> list[Reading]:
        self.seen += zip(texts, targets, strict=True)
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        if "love" in text:
            return Reading("favor", 0.8, 0.1, 0.1, unclear=False)
        if "hate" in text:
            return Reading("against", 0.1, 0.8, 0.1, unclear=False)
        return Reading("none", 0.3, 0.3, 0.4, unclear="hmm" in text)


def fake_minilm() -> FakeEmbedder:
    """A fake that passes for the model the weights were trained on."""
    fake = FakeEmbedder(384)
    fake.name, fake.revision = MINILM, "53aa51172d14"
    return fake


def posts(*rows: tuple[str, str, str | None, str | None, str | None]) -> pa.Table:
    """A post table from (post, thread, parent, person, own words)."""
    names = ("post_id", "thread_id", "parent_post_id", "person_id", "own_text")
    return pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)})


FORUM = posts(
    ("p1", "t1", None, "ann", "I love Bazel."),
    ("p2", "t1", "p1", "bob", "I hate that."),
    ("p3", "t1", "p2", "cem", "I love that you say so."),
    ("p4", "t2", None, "dee", "We ask for Bazel."),
    ("p5", "t2", "p4", "ann", "I hate\nthe  build tool, honestly"),
    ("p6", "t3", None, "eve", "Bazelite is a mineral; nobody spoke of bazels."),
    ("p7", "t2", "p4", None, "love"),
    ("p8", "t2", "p4", "fay", None),
    ("p9", "t2", "p4", "gus", "hmm"),
)
BAZEL = Target("Bazel", "tool", aliases=("build tool",), statement="We should move to Bazel.")


def test_import_is_light():
    """Importing the room loads no torch, no sentence-transformers, no scikit-learn, no scipy, no pandas."""
    heavy = "{'torch', 'sentence_transformers', 'sklearn', 'scipy', 'pandas'}"
    code = f"import sys, forum_pulse.sentiment; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Bazel", "for"),
        ("We should keep the office in Lyon", "for"),
        ("We should close the office in Lyon", "against"),
        ("We should not close the office in Lyon", "for"),
        ("We shouldn’t close the office in Lyon", "for"),
        ("Open plan offices bring more harm than good", "against"),
        ("Open plan offices do not bring more harm than good", "for"),
        ("Make the use of agents optional", "against"),
        ("No more mandatory agents", "against"),
        ("Roll back the return-to-office mandate", "against"),
        ("Cancel the removal of the bicycle racks", "for"),
        ("End-to-end tests must stay", "for"),
        ("The mandate has not helped us. We ask that it be revoked.", "against"),
        ("We ask to revoke the mandate, because it does not help and harms quality", "against"),
        ("Until the audit is done, pause the rollout", "against"),
        ("", "for"),
    ],
)
def test_direction_of_statements(statement: str, expected: str):
    """An odd number of opposing words in the asking clause points against the thing; reasons do not count."""
    assert direction(statement) == expected


def test_a_target_tells_its_direction():
    """A target shows how its statement is taken, so that a figure which seems upside down can be explained."""
    assert Target("mandate", statement="We should revoke the mandate").direction == "against"
    assert Target("mandate").direction == "for"


def test_turning_the_target_turns_the_reading():
    """Being for "we should keep X" as much as against "we should stop X": only the two columns change places."""

    class Deaf(FakeEmbedder):
        """Hears no difference between texts, so that only the direction of the target is left."""

        def encode(self, texts):
            return super().encode(["same"] * len(texts))

    deaf = Deaf(384)
    deaf.name, deaf.revision = MINILM, "53aa51172d14"
    keep, stop = StanceClassifier(deaf).predict_proba(["x", "x"], ["We should keep X", "We should stop X"])
    assert keep.tolist() == stop[[1, 0, 2]].tolist()
    assert keep[0] != keep[1]


@pytest.mark.parametrize(
    "classifier", [StanceClassifier(), StanceClassifier(abstain=0.7), PolarityClassifier()]
)
def test_scikit_learn_contract(classifier: StanceClassifier | PolarityClassifier):
    """Parameters are stored untouched, can be set by name and survive a clone; unknown names are refused."""
    from sklearn.base import clone

    params = classifier.get_params()
    copy = clone(classifier)
    assert copy is not classifier
    assert copy.get_params() == params
    assert copy.set_params(**params) is copy
    with pytest.raises(ValueError, match="no parameter 'size'"):
        copy.set_params(size=1)


def test_parameters_are_the_very_objects_given():
    """The constructor keeps the embedder it was given and does nothing with it."""
    fake = FakeEmbedder()
    classifier = StanceClassifier(embedder=fake, abstain=0.6)
    assert classifier.get_params() == {"embedder": fake, "abstain": 0.6}
    assert fake.calls == []


def test_probabilities_are_probabilities():
    """Rows sum to 1, lie in [0, 1], and the prediction is the most probable class."""
    stance = StanceClassifier(fake_minilm())
    targets = ["We should use agents", "agents", "We should ban agents", ""]
    for classifier, names, args in (
        (stance, STANCES, (TEXTS, targets)),
        (PolarityClassifier(), POLARITIES, (TEXTS,)),
    ):
        probabilities = classifier.predict_proba(*args)
        assert probabilities.shape == (4, 3)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=3e-6)
        assert ((probabilities >= 0) & (probabilities <= 1)).all()
        assert classifier.predict(*args) == [names[i] for i in probabilities.argmax(axis=1)]


@pytest.mark.parametrize("size", [1, 50, 4500])
def test_a_reading_does_not_depend_on_its_neighbours(size: int):
    """The same text reads the same to the last bit alone, in a crowd of any size, and shuffled."""
    crowd = TEXTS + [f"{text} {number}" for number in range(size // 4) for text in TEXTS]
    order = random.Random(size).sample(range(len(crowd)), len(crowd))
    stance, polarity = StanceClassifier(fake_minilm()), PolarityClassifier()
    read = [
        lambda texts: stance.predict_proba(texts, ["We should use agents"] * len(texts)),
        polarity.predict_proba,
    ]
    for predict_proba in read:
        right = predict_proba(crowd)
        assert (predict_proba([crowd[i] for i in order]) == right[order]).all()
        assert (predict_proba(crowd[2:3]) == right[2]).all()


def test_unclear_is_what_falls_below_the_band():
    """A reading names its most probable stance, and is marked exactly when that is less probable than `abstain`."""
    targets = ["We should use agents"] * len(TEXTS)
    for reading in StanceClassifier(fake_minilm(), abstain=0.5).read(TEXTS, targets):
        row = (reading.favor, reading.against, reading.none)
        assert reading.stance == STANCES[row.index(max(row))]
        assert reading.unclear == (max(row) < 0.5)
    assert all(r.unclear for r in StanceClassifier(fake_minilm(), abstain=1.01).read(TEXTS, targets))
    assert not any(r.unclear for r in StanceClassifier(fake_minilm(), abstain=0).read(TEXTS, targets))


def test_what_is_known_to_be_about_the_target_is_never_less_polar():
    """`read` takes it as known that a text is about its target; `predict` doubts it, which only adds to none."""
    classifier = StanceClassifier(fake_minilm())
    targets = ["We should ban agents"] * len(TEXTS)
    for reading, row in zip(
        classifier.read(TEXTS, targets), classifier.predict_proba(TEXTS, targets), strict=True
    ):
        assert reading.favor >= row[0]
        assert reading.against >= row[1]
        assert reading.none <= row[2] + 3e-6


def test_nothing_gives_nothing():
    """No texts: no rows, no model loaded."""
    assert StanceClassifier(FakeEmbedder()).predict([], []) == []
    assert StanceClassifier(FakeEmbedder()).predict_proba([], []).shape == (0, 3)
    assert PolarityClassifier().predict([]) == []


def test_odd_texts_are_read():
    """Empty text, emoji, a lone surrogate and a very long text all get a reading."""
    odd = ["", " ", "👍", "\ud800", "!" * 9, "word " * 30_000]
    assert len(PolarityClassifier().predict(odd)) == len(odd)


def test_misuse_is_refused():
    """Lists of different length, or a string where a list belongs, are errors rather than nonsense."""
    with pytest.raises(ValueError, match="2 texts but 1 targets"):
        StanceClassifier(fake_minilm()).predict(["a", "b"], ["c"])
    with pytest.raises(TypeError):
        StanceClassifier(fake_minilm()).predict("ab", "cd")
    with pytest.raises(TypeError):
        PolarityClassifier().predict("ab")


def test_weights_refuse_another_embedder():
    """Vectors of another model would give confident nonsense; the error names both models."""
    with pytest.raises(ModelError, match=r"all-MiniLM-L6-v2 53aa51172d14, not fake 000000000000") as caught:
        StanceClassifier(FakeEmbedder(384)).predict(["a"], ["b"])
    assert "embedder" in caught.value.hint


@pytest.mark.parametrize("content", [b"", b"PK not a zip", None])
def test_damaged_weights_are_an_error_for_people(tmp_path: Path, content: bytes | None):
    """A missing, empty or broken weights file is a ModelError with a remedy."""
    file = tmp_path / "stance.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match=r"stance\.npz") as caught:
        SoftmaxLayer.load(file)
    assert "reinstall" in caught.value.hint


def test_weights_are_small_and_measured():
    """What ships is below a megabyte, loads without pickles, and has its figures beside it."""
    minilm = f"{MINILM} 53aa51172d14"
    for name, features, classes in (
        ("polarity", "hashed n-grams 1", 3),
        ("relevance", minilm, 2),
        ("stance", f"{minilm} + hashed n-grams 1", 3),
    ):
        assert (WEIGHTS / f"{name}.npz").stat().st_size < 1_000_000
        assert load_layer(f"{name}.npz", features).coefficients.shape[1] == classes
    for name in ("polarity", "stance"):
        assert json.loads((WEIGHTS / f"{name}.json").read_text("utf-8"))


def test_which_posts_are_about_a_target():
    """Named by name or alias as whole words in any case, answered, or in the petition's thread; strongest counts."""
    found = read_stances(FORUM, [BAZEL], Keywords(), petition_threads={"t2": "Bazel"})
    assert dict(zip(found["post_id"].to_pylist(), found["basis"].to_pylist(), strict=True)) == {
        "p1": "names",
        "p2": "answers",
        "p4": "names",
        "p5": "names",
        "p7": "answers",
        "p9": "answers",
    }


def test_threads_of_petitions_count_without_a_name():
    """A post deep in a petition's thread is about it; without the thread's entry it is not."""
    forum = posts(("p1", "t1", None, "a", "love"), ("p2", "t1", "p1", "b", "hate"))
    assert read_stances(forum, [BAZEL], Keywords()).num_rows == 0
    found = read_stances(forum, [BAZEL], Keywords(), petition_threads={"t1": "Bazel"})
    assert found["basis"].to_pylist() == ["thread", "thread"]


def test_the_statement_is_what_is_read():
    """The classifier is given the target's statement, or its name where there is none."""
    reader = Keywords()
    read_stances(FORUM.slice(0, 1), [BAZEL, Target("bazel")], reader)
    assert sorted(target for _, target in reader.seen) == ["We should move to Bazel.", "bazel"]


def test_aliases_are_taken_literally():
    """Signs of regular expressions in a name mean themselves, and a name may begin or end with one."""
    forum = posts(
        ("p1", "t", None, "a", "love C++!"),
        ("p2", "t", None, "b", "love C"),
        ("p3", "t", None, "c", "dotNET"),
    )
    targets = [Target("C++"), Target(".NET", aliases=("  ",))]
    assert read_stances(forum, targets, Keywords())["post_id"].to_pylist() == ["p1"]


def test_readings_do_not_depend_on_order():
    """Shuffled posts and targets give the same table to the last byte."""
    targets = [BAZEL, Target("mineral"), Target("that")]
    right = read_stances(FORUM, targets, Keywords(), petition_threads={"t2": "Bazel", "t3": "that"})
    for seed in range(5):
        rng = random.Random(seed)
        shuffled = FORUM.take(rng.sample(range(FORUM.num_rows), FORUM.num_rows))
        again = read_stances(
            shuffled, rng.sample(targets, 3), Keywords(), petition_threads={"t3": "that", "t2": "Bazel"}
        )
        assert again.equals(right)
        assert person_stances(again.take(list(reversed(range(again.num_rows)))), shuffled).equals(
            person_stances(right, FORUM)
        )


def test_targets_that_make_no_sense_are_refused():
    """Two targets of one name, a nameless one, and a petition about an unknown target are configuration errors."""
    with pytest.raises(ConfigError, match="two targets"):
        read_stances(FORUM, [BAZEL, Target("Bazel")], Keywords())
    with pytest.raises(ConfigError, match="no name"):
        read_stances(FORUM, [Target(" ")], Keywords())
    with pytest.raises(ConfigError, match="'Buck'"):
        read_stances(FORUM, [BAZEL], Keywords(), petition_threads={"t2": "Buck"})


def test_one_person_one_stance():
    """Contradiction is mixed, none beside a stance yields to it, unclear counts for nothing, strangers are left out."""
    forum = posts(
        ("1", "t", None, "for", "Bazel love"),
        ("2", "t", None, "for", "Bazel page"),
        ("3", "t", None, "for", "Bazel hmm"),
        ("4", "t", None, "both", "Bazel love"),
        ("5", "t", None, "both", "Bazel hate"),
        ("6", "t", None, "neither", "Bazel page"),
        ("7", "t", None, "doubtful", "Bazel hmm"),
        ("8", "t", None, None, "Bazel hate"),
    )
    people = person_stances(read_stances(forum, [BAZEL], Keywords()), forum)
    assert people.to_pylist() == [
        {"target": "Bazel", "person_id": "both", "stance": "mixed", "posts": 2},
        {"target": "Bazel", "person_id": "doubtful", "stance": "unclear", "posts": 1},
        {"target": "Bazel", "person_id": "for", "stance": "favor", "posts": 3},
        {"target": "Bazel", "person_id": "neither", "stance": "none", "posts": 1},
    ]


def test_empty_tables_keep_their_columns():
    """No posts about a target, or no posts at all: tables without rows, with the right types."""
    empty = FORUM.slice(0, 0)
    readings = read_stances(empty, [BAZEL], Keywords())
    full = read_stances(FORUM, [BAZEL], Keywords())
    assert readings.schema == full.schema
    assert person_stances(readings, empty).schema == person_stances(full, FORUM).schema
    assert (
        read_polarity(empty, PolarityClassifier()).schema == read_polarity(FORUM, PolarityClassifier()).schema
    )


def test_polarity_of_posts():
    """Every post with own words has one row, in order; plain praise and plain anger read as such."""
    forum = posts(
        ("b", "t", None, "x", "Thanks a lot, this is great and works perfectly!"),
        ("a", "t", None, "y", "This is terrible, I hate this stupid broken thing."),
        ("c", "t", None, "z", " "),
    )
    found = read_polarity(forum, PolarityClassifier())
    assert found["post_id"].to_pylist() == ["a", "b"]
    assert found["polarity"].to_pylist() == ["negative", "positive"]


def shared(path: str) -> Path:
    """A benchmark file, where it is at hand."""
    beside = Path(forum_pulse.__file__).parent.parent / "shared"
    folder = Path(os.environ.get("FORUM_PULSE_SHARED", beside))
    file = folder / "data" / path
    if not file.exists():
        pytest.skip(f"benchmark not at hand: {file} (set FORUM_PULSE_SHARED)")
    return file


def macro_f1(truth: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score(truth, predicted, labels=labels, average="macro"))


def test_polarity_floor():
    """Senti4SD's official test part is read as well as the model card says."""
    folder = "sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    with shared(f"{folder}/test1326itemPOLARITY.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert (
        macro_f1([row[1] for row in rows], PolarityClassifier().predict([row[2] for row in rows]), POLARITIES)
        > 0.818
    )


@pytest.mark.models
def test_stance_floor(tmp_path: Path):
    """On IBM-30k's unseen motions (every fourth argument) stance is read as well as the model card says."""
    with shared("stance/ibm30k/data/ibm30k/raw_test_all_onecol.csv").open(
        encoding="utf-8", newline=""
    ) as stream:
        rows = list(csv.DictReader(stream))[::4]
    from forum_pulse.embeddings import default_embedder

    classifier = StanceClassifier(default_embedder(tmp_path))
    probabilities = classifier.predict_proba(
        [row["Tweet"] for row in rows], [row["Target 1"] for row in rows]
    )
    choice = ["favor" if favor > against else "against" for favor, against, _ in probabilities]
    assert macro_f1([row["Stance 1"].lower() for row in rows], choice, ["favor", "against"]) > 0.696


@pytest.mark.models
def test_plain_opinions_are_read_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Plain opinions and small talk towards an invented policy come out right, with no socket opened."""
    opened: list[str] = []

    def refuse(*_args: object, **_kwargs: object):
        opened.append("socket")
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path))
    texts = [
        "Working from home gives me time to think and saves two hours of travel every day.",
        "Working from home harms the team, newcomers learn nothing and feel alone.",
        "What time does the shuttle bus leave on Monday?",
    ]
    classifier = StanceClassifier()
    assert classifier.predict(texts, ["We should allow working from home"] * 3) == [
        "favor",
        "against",
        "none",
    ]
    assert classifier.predict(texts, ["We should ban working from home"] * 3) == ["against", "favor", "none"]
    assert opened == []
