"""Stance read in a process of its own: the same readings, whatever becomes of that process."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import sleep

import pytest
from fakes import QuickEmbedder
from joblib.externals import loky
from numpy.typing import NDArray

from forum_pulse import pipeline
from forum_pulse.demo import write_demo
from forum_pulse.demo.forum import LEAST_PEOPLE, LEAST_POSTS
from forum_pulse.sentiment import StanceClassifier, aside
from forum_pulse.sentiment.cross_encoder import Said, shipped

PAIRS = [
    Said("the build tool", f"{opening} the build tool {why}.", parent)
    for opening in ("I like", "I can't stand", "Nobody asked about")
    for why in ("since it is quick", "although it is slow", "")
    for parent in ("", "Shall we keep it?")
]
QUESTIONS = ([p.text for p in PAIRS], [p.target for p in PAIRS], [p.parent for p in PAIRS])

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[loky.ProcessPoolExecutor]:
    """Every pool that was started; a few pairs are worth one, and each pair is a part of its own."""
    pools: list[loky.ProcessPoolExecutor] = []

    class Pool(loky.ProcessPoolExecutor):
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)
            pools.append(self)

    monkeypatch.setattr(loky, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(loky, "cpu_count", lambda: 2)
    monkeypatch.setattr(aside, "_WORTHWHILE", 6)
    monkeypatch.setattr(aside, "_PART", 4)
    return pools


@pytest.fixture(scope="module")
def truth() -> NDArray:
    """What the model says in this process."""
    return shipped().probabilities(PAIRS)


def test_readings_are_those_of_this_process(
    started: list[loky.ProcessPoolExecutor], truth: NDArray, tmp_path: Path
):
    """They come from the other one, enter the cache here, and the process is gone afterwards."""
    reader = StanceClassifier(cache=tmp_path)
    with reader.ahead(*QUESTIONS) as new:
        assert sorted(new) == list(range(len(PAIRS)))
        found = reader.predict_proba(*QUESTIONS)
        assert reader.unknown(*QUESTIONS) == []
        (pool,) = started
        (worker,) = pool._processes.values()
    assert found[:, :2] == pytest.approx(truth[:, :2], abs=1e-4)
    assert not worker.is_alive()
    with reader.ahead(*QUESTIONS) as new:
        assert new == []
        assert (reader.predict_proba(*QUESTIONS) == found).all()
    assert len(started) == 1


def test_few_questions_need_no_process(started: list[loky.ProcessPoolExecutor], tmp_path: Path):
    reader = StanceClassifier(cache=tmp_path)
    few = [column[:3] for column in QUESTIONS]
    with reader.ahead(*few):
        assert len(reader.read(*few)) == 3
    assert not started


def test_one_core_is_not_shared(
    started: list[loky.ProcessPoolExecutor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loky, "cpu_count", lambda: 1)
    with StanceClassifier(cache=tmp_path).ahead(*QUESTIONS):
        assert not started


def test_a_killed_process_costs_time_only(
    started: list[loky.ProcessPoolExecutor], truth: NDArray, tmp_path: Path
):
    """As where memory runs out: what it owes is computed here."""
    reader = StanceClassifier(cache=tmp_path)
    with reader.ahead(*QUESTIONS):
        for worker in started[0]._processes:
            os.kill(worker, signal.SIGKILL)
        found = reader.predict_proba(*QUESTIONS)
    assert found[:, :2] == pytest.approx(truth[:, :2], abs=1e-4)


def test_whoever_gives_up_leaves_no_process(
    started: list[loky.ProcessPoolExecutor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nor does a thread end with an error, although most parts have yet to be handed over."""
    workers = []
    monkeypatch.setattr(aside, "_PART", 1)

    def give_up() -> None:
        with StanceClassifier(cache=tmp_path).ahead(*QUESTIONS):
            workers.extend(started[0]._processes.values())
            for is_full in (True, False):  # the worker has taken the first part, and loads the model
                while started[0]._call_queue.full() != is_full:
                    sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert workers
    assert not any(worker.is_alive() for worker in workers)


def test_questions_nobody_announced_are_answered(
    started: list[loky.ProcessPoolExecutor], truth: NDArray, tmp_path: Path
):
    """Such as those of labelled texts, which are asked beside the forum's."""
    reader = StanceClassifier(cache=tmp_path)
    with reader.ahead(*[column[6:] for column in QUESTIONS]):
        found = reader.predict_proba(*QUESTIONS)
    assert len(started) == 1
    assert found[:, :2] == pytest.approx(truth[:, :2], abs=1e-4)


@pytest.mark.models
def test_an_analysis_comes_out_the_same(
    started: list[loky.ProcessPoolExecutor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """With the other process and without one, byte for byte."""
    monkeypatch.setattr(aside, "_PART", 512)
    write_demo(tmp_path / "demo", seed=3, posts=LEAST_POSTS, people=LEAST_PEOPLE)
    exports = [tmp_path / "demo" / name for name in ("slack", "discourse", "signatures.csv")]
    written = []
    for cores in (2, 1):
        monkeypatch.setattr(loky, "cpu_count", lambda cores=cores: cores)
        monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path / f"cache {cores}"))
        out = tmp_path / f"report {cores}"
        pipeline.analyze(exports, tmp_path / "demo/forum-pulse.toml", out, embedder=QuickEmbedder())
        assert len(started) == 1  # by the first of the two
        written.append({file.name: file.read_bytes() for file in out.glob("*.csv")})
    assert written[0]
    assert written[0] == written[1]


SCRIPT = """
from forum_pulse.sentiment import StanceClassifier, aside
aside._WORTHWHILE = 2
texts = ["I like the build tool", "The build tool is awful"]
reader = StanceClassifier()
with reader.ahead(texts, ["the build tool"] * 2):
    print(*reader.predict(texts, ["the build tool"] * 2))
"""


def test_a_script_needs_no_main_guard(tmp_path: Path):
    """Processes started as multiprocessing does would run the script once more."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = run([sys.executable, str(script)], tmp_path)
    assert (done.stdout.split(), done.stderr, done.returncode) == (["favor", "against"], "", 0)


def run(command: Sequence[str], cache: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FORUM_PULSE_CACHE": str(cache / "cache")}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=300)
