"""Stance and polarity: the classifiers' manners, the tables made of readings, and floors on public benchmarks."""

import csv
import hashlib
import json
import os
import random
import socket
import subprocess
import sys
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from direction import direction
from fakes import read_stances
from numpy.typing import NDArray
from stance_bank import bank, told
from stance_pairs import Pair, named, negated, one_column
from stance_written import written

import forum_pulse
from forum_pulse.embeddings import model_folder
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
)
from forum_pulse.sentiment import aside as aside_module
from forum_pulse.sentiment import stance as stance_module
from forum_pulse.sentiment.cross_encoder import (
    FILE,
    SHA256,
    CrossEncoder,
    Said,
    base_weights,
    load_arrays,
    packed,
    shipped,
)
from forum_pulse.sentiment.pretrained import WEIGHTS, load_layer
from forum_pulse.softmax import SoftmaxLayer

POLARITY_FLOOR = 0.83
IBM_FLOOR = 0.84
WORKPLACE_FLOOR = 0.71
WRITTEN_FLOOR = 0.57
TEXTS = [
    "Agents write plausible nonsense and we spend twice the time in review.",
    "I love it, my pull requests go out in half the time!",
    "Where is the page with the settings?",
    "The canteen is closed on Friday.",
]


class Keywords:
    """A stance reader for tests: "love" is for, "hate" is against, "hmm" is unclear."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []

    def read(
        self, texts: Sequence[str], targets: Sequence[str], parents: Sequence[str] | None = None
    ) -> list[Reading]:
        self.seen += zip(texts, targets, parents or [""] * len(texts), strict=True)
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Reading:
        if "love" in text:
            return Reading("favor", 0.8, 0.1, 0.1, unclear=False)
        if "hate" in text:
            return Reading("against", 0.1, 0.8, 0.1, unclear=False)
        return Reading("none", 0.3, 0.3, 0.4, unclear="hmm" in text)


class FakeEncoder:
    """Probabilities drawn from a hash of the pair; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Said] = []

    def probabilities(self, pairs: Sequence[Said]) -> NDArray[np.float32]:
        self.asked += pairs
        rows = [np.random.default_rng(zlib.crc32(repr(pair).encode())).dirichlet([1, 1, 1]) for pair in pairs]
        return np.round(np.array(rows, dtype=np.float32), 4)


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEncoder:
    """A fake in the place of the shipped model, and an empty cache."""
    fake = FakeEncoder()
    monkeypatch.setattr(aside_module, "shipped", lambda: fake)
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path / "cache"))
    return fake


def posts(*rows: tuple[str, str, str | None, str | None, str | None]) -> pa.Table:
    """A post table from (post, thread, parent, person, own words), a day apart; no parent opens a thread."""
    names = ("post_id", "thread_id", "parent_post_id", "person_id", "own_text")
    columns = {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)}
    days = [datetime(2031, 1, 6) + timedelta(days=day) for day in range(len(rows))]  # noqa: DTZ001 - as stored
    columns["created_at"] = pa.array(days, pa.timestamp("us"))
    columns["is_root"] = pa.array([row[2] is None for row in rows], pa.bool_())
    return pa.table(columns)


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


def test_parameters_are_the_very_objects_given(encoder: FakeEncoder, tmp_path: Path):
    """The constructor keeps what it was given and does nothing with it."""
    classifier = StanceClassifier(cache=tmp_path / "here", abstain=0.6)
    assert classifier.get_params() == {"cache": tmp_path / "here", "abstain": 0.6}
    assert encoder.asked == []
    assert not (tmp_path / "here").exists()


def test_probabilities_are_probabilities(encoder: FakeEncoder):
    """Rows sum to 1, lie in [0, 1], and the prediction is the most probable class."""
    targets = ["We should use agents", "agents", "We should ban agents", ""]
    for classifier, names, args in (
        (StanceClassifier(), STANCES, (TEXTS, targets)),
        (PolarityClassifier(), POLARITIES, (TEXTS,)),
    ):
        probabilities = classifier.predict_proba(*args)
        assert probabilities.shape == (4, 3)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=3e-6)
        assert ((probabilities >= 0) & (probabilities <= 1)).all()
        assert classifier.predict(*args) == [names[i] for i in probabilities.argmax(axis=1)]


def crowd_of(size: int) -> list[str]:
    return TEXTS + [f"{text} {number}" for number in range(size // 4) for text in TEXTS]


@pytest.mark.parametrize("size", [1, 50, 4500])
def test_a_polarity_does_not_depend_on_its_neighbours(size: int):
    """The same text reads the same to the last bit alone, in a crowd of any size, and shuffled."""
    crowd = crowd_of(size)
    order = random.Random(size).sample(range(len(crowd)), len(crowd))
    polarity = PolarityClassifier()
    right = polarity.predict_proba(crowd)
    assert (polarity.predict_proba([crowd[i] for i in order]) == right[order]).all()
    assert (polarity.predict_proba(crowd[2:3]) == right[2]).all()


@pytest.mark.models
def test_the_layers_give_what_transformers_does():
    """The same weights and ids, some rows filled up, give the same vectors as the library they come from."""
    import torch
    from transformers import BertModel

    from forum_pulse.sentiment.encoder import Encoder

    theirs = BertModel.from_pretrained(str(model_folder()), add_pooling_layer=False, local_files_only=True)
    ids = torch.from_numpy(np.random.default_rng(0).integers(1000, 30_000, (8, 40)))
    types, mask = torch.zeros_like(ids), torch.ones_like(ids)
    types[:, 20:], mask[::2, 30:] = 1, 0
    with torch.inference_mode():
        right = theirs.eval()(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        found = Encoder(base_weights())(ids, types, mask)
    assert float((found - right)[mask == 1].abs().max()) < 1e-4


@pytest.mark.models
def test_a_stance_does_not_depend_on_its_neighbours():
    """The same pair reads the same to the last bit alone, in a crowd, shuffled, with one thread or two."""
    import torch

    crowd = [Said("We should use agents", text, parent) for text in crowd_of(40) for parent in ("", TEXTS[1])]
    order = random.Random(1).sample(range(len(crowd)), len(crowd))
    encoder, threads = CrossEncoder(), torch.get_num_threads()
    right = encoder.probabilities(crowd)
    try:
        for number in (1, 2):
            torch.set_num_threads(number)
            assert (encoder.probabilities([crowd[i] for i in order]) == right[order]).all()
            assert (encoder.probabilities(crowd[2:3]) == right[2]).all()
    finally:
        torch.set_num_threads(threads)


def test_a_reading_is_computed_once(encoder: FakeEncoder):
    """Not again for a repetition, a second call or a second object, and the cache changes no answer."""
    targets = ["We should use agents"] * len(TEXTS)
    fresh = StanceClassifier().predict_proba(TEXTS, targets)
    again = StanceClassifier(abstain=0.9).predict_proba([*TEXTS, *reversed(TEXTS)], targets * 2)
    assert (again == np.vstack([fresh, fresh[::-1]])).all()
    assert sorted(encoder.asked) == sorted({Said(targets[0], text) for text in TEXTS})


def test_cache_tells_target_parent_and_weights_apart(encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch):
    """Another target, another parent or other weights never get a reading that is not their own."""
    classifier = StanceClassifier()
    classifier.predict(["a"], ["b"])
    classifier.predict(["b"], ["a"])
    classifier.predict(["a"], ["b"], ["c"])
    monkeypatch.setattr(stance_module, "SHA256", "f" * 64)
    classifier.predict(["a"], ["b"])
    assert encoder.asked == [Said("b", "a"), Said("a", "b"), Said("b", "a", "c"), Said("b", "a")]


def test_what_is_not_yet_read_can_be_asked(encoder: FakeEncoder):
    """Places of readings that are not in the cache, each of two that are alike; asking computes nothing."""
    classifier = StanceClassifier()
    classifier.predict(["a", "b"], ["t", "t"])
    asked = list(encoder.asked)
    assert classifier.unknown(["c", "a", "b", "c"], ["t"] * 4) == [0, 3]
    assert classifier.unknown(["a", "b"], ["t", "t"], ["parent", ""]) == [0]
    assert classifier.unknown([], []) == []
    assert encoder.asked == asked


def test_without_a_usable_cache_stances_are_read(encoder: FakeEncoder, tmp_path: Path):
    """A file where the folder should be costs time, not the answer."""
    (tmp_path / "taken").write_text("")
    assert len(StanceClassifier(cache=tmp_path / "taken").predict(TEXTS, TEXTS)) == len(TEXTS)
    assert len(encoder.asked) == len(TEXTS)


def test_unclear_is_what_falls_below_the_band(encoder: FakeEncoder):
    """A reading names its most probable stance, and is marked exactly when that is less probable than `abstain`."""
    texts = crowd_of(60)
    targets = ["We should use agents"] * len(texts)
    readings = StanceClassifier(abstain=0.5).read(texts, targets)
    for reading in readings:
        row = (reading.favor, reading.against, reading.none)
        assert reading.stance == STANCES[row.index(max(row))]
        assert reading.unclear == (max(row) < 0.5)
    assert len({reading.unclear for reading in readings}) == 2
    assert all(r.unclear for r in StanceClassifier(abstain=1.01).read(texts, targets))
    assert not any(r.unclear for r in StanceClassifier(abstain=0).read(texts, targets))


def test_nothing_gives_nothing(encoder: FakeEncoder):
    """No texts: no rows, nothing asked."""
    assert StanceClassifier().predict([], []) == []
    assert StanceClassifier().predict_proba([], []).shape == (0, 3)
    assert encoder.asked == []
    assert PolarityClassifier().predict([]) == []


def test_odd_texts_are_read():
    """Empty text, emoji, a lone surrogate and a very long text all get a reading."""
    odd = ["", " ", "👍", "\ud800", "!" * 9, "word " * 30_000]
    assert len(PolarityClassifier().predict(odd)) == len(odd)


def test_misuse_is_refused(encoder: FakeEncoder):
    """Lists of different length, or a string where a list belongs, are errors rather than nonsense."""
    with pytest.raises(ValueError, match="2 texts but 1 targets"):
        StanceClassifier().predict(["a", "b"], ["c"])
    with pytest.raises(ValueError, match="2 texts but 1 parents"):
        StanceClassifier().predict(["a", "b"], ["c", "d"], ["e"])
    with pytest.raises(TypeError):
        StanceClassifier().predict("ab", "cd")
    with pytest.raises(TypeError):
        PolarityClassifier().predict("ab")


@pytest.mark.parametrize("content", [b"", b"PK not a zip", None])
def test_damaged_weights_are_an_error_for_people(tmp_path: Path, content: bytes | None):
    """A missing, empty or broken weights file is a ModelError with a remedy."""
    for name, load in (
        ("polarity.npz", lambda path: SoftmaxLayer.load(path, "hashed n-grams 2")),
        ("stance.safetensors", load_arrays),
    ):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(ModelError, match=name) as caught:
            load(file)
        assert "reinstall" in caught.value.hint


def test_one_changed_byte_is_refused(tmp_path: Path):
    """Weights with other bytes would give confident nonsense."""
    whole = bytearray(FILE.read_bytes())
    whole[-1] ^= 1
    (tmp_path / "stance.safetensors").write_bytes(whole)
    with pytest.raises(ModelError, match="not the weights this release was measured with"):
        load_arrays(tmp_path / "stance.safetensors")


def test_weights_are_small_and_known():
    """What ships is below its bound, loads without pickles, and is what the code names."""
    assert (WEIGHTS / "polarity.npz").stat().st_size < 1_000_000
    assert load_layer("polarity.npz", "hashed n-grams 2").coefficients.shape[1] == 3
    assert json.loads((WEIGHTS / "polarity.json").read_text("utf-8"))
    assert FILE.stat().st_size < 12_000_000
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == SHA256
    arrays, temperature = load_arrays(FILE)
    assert arrays["head.weight"].shape == (3, 768)
    assert 0.2 < temperature < 5


def test_eight_bits_are_kept_to_half_a_step():
    """A packed number is off by at most half of what one whole number is worth in its row; zeros stay zero."""
    values = np.random.default_rng(0).normal(size=(5, 40)).astype(np.float32) * np.arange(5)[:, None]
    whole, scale = packed(values)
    assert whole.dtype == np.int8
    assert scale.shape == (5, 1)
    assert (np.abs(whole * scale - values) <= scale / 2 + 1e-7).all()
    assert not whole[0].any()


def test_which_posts_are_about_a_target():
    """Stated by a petition, named as whole words in any case, answered, or in its thread; strongest counts."""
    found = read_stances(FORUM, [BAZEL], Keywords(), petition_threads={"Bazel": ["t2"]})
    assert dict(zip(found["post_id"].to_pylist(), found["basis"].to_pylist(), strict=True)) == {
        "p1": "names",
        "p2": "answers",
        "p4": "states",
        "p5": "names",
        "p7": "answers",
        "p9": "answers",
    }


def test_threads_of_petitions_count_without_a_name():
    """A post deep in a petition's thread is about it; without the thread's entry it is not."""
    forum = posts(("p1", "t1", None, "a", "love"), ("p2", "t1", "p1", "b", "hate"))
    assert read_stances(forum, [BAZEL], Keywords()).num_rows == 0
    found = read_stances(forum, [BAZEL], Keywords(), petition_threads={"Bazel": ["t1"]})
    assert found["basis"].to_pylist() == ["states", "thread"]
    titles = {"t1": "Bazel again", "t2": "Bazelite"}
    found = read_stances(forum, [BAZEL], Keywords(), titles=titles)
    assert found["basis"].to_pylist() == ["thread", "thread"]


def test_the_statement_is_what_is_read():
    """The classifier is given the target's statement, or its name where there is none."""
    reader = Keywords()
    read_stances(FORUM.slice(0, 1), [BAZEL, Target("bazel")], reader)
    assert sorted(target for _, target, _ in reader.seen) == ["We should move to Bazel.", "bazel"]


def test_a_reply_is_read_with_what_it_answers():
    """The parent's own words go with it; no parent, one without words or one outside the export is no words."""
    reader = Keywords()
    forum = posts(
        ("p1", "t", None, "a", "Bazel, anyone?"),
        ("p2", "t", "p1", "b", "love"),
        ("p3", "t", "p4", "c", "Bazel hate"),
        ("p4", "t", "p1", "d", None),
        ("p5", "t", "elsewhere", "e", "Bazel hmm"),
    )
    read_stances(forum, [Target("Bazel")], reader)
    assert {text: parent for text, _, parent in reader.seen} == {
        "Bazel, anyone?": "",
        "love": "Bazel, anyone?",
        "Bazel hate": "",
        "Bazel hmm": "",
    }


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
    right = read_stances(FORUM, targets, Keywords(), petition_threads={"Bazel": ["t2"], "that": ["t3"]})
    for seed in range(5):
        rng = random.Random(seed)
        shuffled = FORUM.take(rng.sample(range(FORUM.num_rows), FORUM.num_rows))
        again = read_stances(
            shuffled, rng.sample(targets, 3), Keywords(), petition_threads={"that": ["t3"], "Bazel": ["t2"]}
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
        read_stances(FORUM, [BAZEL], Keywords(), petition_threads={"Buck": ["t2"]})


def test_one_person_one_stance():
    """Contradiction is mixed, unless it is long ago; none yields to a side, unclear counts for nothing; strangers are left out."""
    forum = posts(
        ("1", "t", None, "for", "Bazel love"),
        ("2", "t", None, "for", "Bazel page"),
        ("3", "t", None, "for", "Bazel hmm"),
        ("4", "t", None, "both", "Bazel love"),
        ("5", "t", None, "both", "Bazel hate"),
        ("5a", "t", None, "turned", "Bazel hate"),
        ("5b", "t", None, "turned", "Bazel love"),
        ("5c", "t", None, "turned", "Bazel love, still"),
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
        {"target": "Bazel", "person_id": "turned", "stance": "favor", "posts": 3},
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
    """Senti4SD's official test part is read at least this well."""
    folder = "sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    with shared(f"{folder}/test1326itemPOLARITY.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    assert (
        macro_f1([row[1] for row in rows], PolarityClassifier().predict([row[2] for row in rows]), POLARITIES)
        >= POLARITY_FLOOR
    )


def stances_of(pairs: list[Pair]) -> NDArray[np.float32]:
    return shipped().probabilities([Said(pair.target, pair.text, pair.parent) for pair in pairs])


@pytest.mark.models
def test_stance_floor_on_unseen_motions():
    """IBM-30k's unseen motions (every fourth argument): for or against as well as the model card says."""
    pairs = one_column(shared("stance/ibm30k/data/ibm30k/raw_test_all_onecol.csv"))[::4]
    choice = ["favor" if favor > against else "against" for favor, against, _ in stances_of(pairs)]
    assert macro_f1([pair.stance for pair in pairs], choice, ["favor", "against"]) > IBM_FLOOR


@pytest.mark.models
def test_stance_floor_at_the_workplace():
    """Our own sentences, written apart from those learnt from: three classes as well as the model card says."""
    pairs = [pair for _, pair in bank("test", 4, 0)]
    choice = [STANCES[index] for index in stances_of(pairs).argmax(axis=1)]
    assert macro_f1([pair.stance for pair in pairs], choice, STANCES) > WORKPLACE_FLOOR


@pytest.mark.models
def test_stance_floor_on_what_people_write():
    """Sentences written one by one, about things not learnt from: three classes, far above tone alone."""
    pairs = [pair for _, pair in written("dev")][::4]
    choice = [STANCES[index] for index in stances_of(pairs).argmax(axis=1)]
    assert macro_f1([pair.stance for pair in pairs], choice, STANCES) > WRITTEN_FLOOR


@pytest.mark.parametrize(("part", "other"), [("train", "test"), ("train", "dev"), ("dev", "test")])
def test_bank_parts_share_nothing(part: str, other: str):
    """What is measured on was written apart: no target, reason, frame, name, opening or form stands in two."""

    def strings(value: object) -> set[str]:
        if isinstance(value, str):
            return {value.casefold().strip()}
        inner = value.values() if isinstance(value, dict) else value
        return set[str]().union(*map(strings, inner)) if isinstance(inner, Iterable) else set()

    shared_strings = strings(told(part)) & strings(told(other))
    assert shared_strings <= {"", "{x}"}


def test_bank_is_large_varied_and_repeatable():
    """Several thousand different texts, every stance, the same with the same seed; a share as answers."""
    learnt = bank("train", 5, 0)
    assert len({pair.text for _, pair in learnt}) > 5000
    assert {pair.stance for _, pair in learnt} == set(STANCES)
    assert len({kind for kind, _ in learnt}) >= 12
    assert not [pair for _, pair in learnt if "{" in pair.target + pair.text + pair.parent]
    assert learnt == bank("train", 5, 0)
    assert learnt != bank("train", 5, 1)
    answering = [pair for kind, pair in bank("train", 2, 0, answering=0.5) if kind == "plain"]
    assert 0.3 < sum(bool(pair.parent) for pair in answering) / len(answering) < 0.7


@pytest.mark.parametrize(
    ("text", "after_praise", "after_blame"),
    [("Ditto.", "favor", "against"), ("Nah.", "against", "favor"), ("Any links?", "none", "none")],
)
def test_short_replies_take_the_side_of_what_they_answer(text: str, after_praise: str, after_blame: str):
    """Agreement has the parent's stance towards the thing named, disagreement the other one, small talk none."""
    names = {name for target in told("dev")["target"] for name in target["names"]}
    found = [pair for _, pair in bank("dev", 40, 0) if pair.text == text and pair.target in names]
    assert {pair.stance for pair in found if "a world of good" in pair.parent} == {after_praise}
    assert {pair.stance for pair in found if "a world of harm" in pair.parent} == {after_blame}


def test_a_text_says_nothing_on_what_it_does_not_speak_of():
    """With `elsewhere`, a share of texts also stands under another target, as none."""
    plain, more = bank("dev", 6, 0), bank("dev", 6, 0, elsewhere=1.0)
    added = [pair for kind, pair in more if kind == "plain" and pair.stance == "none"]
    assert not [pair for kind, pair in plain if kind == "plain" and pair.stance == "none"]
    assert len(added) == sum(kind == "plain" for kind, _ in plain)


def test_a_comparison_takes_two_sides():
    """Whoever puts one thing above another is for the one and against the other."""
    pairs = [pair for kind, pair in bank("test", 3, 0) if kind == "comparison" and "in the dust" in pair.text]
    assert {pair.stance for pair in pairs} == {"favor", "against"}
    for pair in pairs:
        first = pair.text.casefold().index("leaves")
        named = pair.text.casefold().find(pair.target.casefold())
        if named >= 0:
            assert pair.stance == ("favor" if named < first else "against")


@pytest.mark.parametrize(
    ("target", "denied"),
    [
        ("We should ban drums", "We should not ban drums"),
        ("Drums are loud", "Drums are not loud"),
        ("Drums matter", "It is not true that drums matter"),
    ],
)
def test_the_same_text_is_against_the_denial(target: str, denied: str):
    """Training shows each argument under its target and, turned, under the opposite."""
    assert negated(Pair(target, "text", "favor")) == Pair(denied, "text", "against")


def test_the_bare_name_of_a_motion():
    """An argument for a ban is one against the thing; what names no thing is left out."""
    assert named(Pair("We should ban drums", "loud", "favor")) == Pair("drums", "loud", "against")
    assert named(Pair("Drums bring more harm than good", "loud", "favor")) == Pair("Drums", "loud", "against")
    assert named(Pair("Drums are loud", "loud", "favor")) is None


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
    shipped.cache_clear()
    classifier = StanceClassifier()
    assert classifier.predict(texts, ["We should allow working from home"] * 3) == [
        "favor",
        "against",
        "none",
    ]
    assert classifier.predict(texts, ["We should ban working from home"] * 3) == ["against", "favor", "none"]
    assert opened == []
