"""Where the tests find their small stand-ins and, when it is there, the folder of real samples."""

import os

if "PYTEST_XDIST_WORKER" in os.environ:
    # Before any library counts the cores: the workers share them, and threads that wait in turn take longer.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path

import pytest
from fakes import QuickEmbedder, QuickReader
from hypothesis import settings

from forum_pulse import config, pipeline
from forum_pulse.demo import write_demo
from forum_pulse.run import Run

ROOT = Path(__file__).parent.parent
# The same examples each time, however long they take: a commit is judged by what it changed. Others are tried
# with --hypothesis-profile=searching.
settings.register_profile("settled", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile("settled")


def shared_folder() -> Path | None:
    """The folder of real samples and benchmarks beside the repository, or where FORUM_PULSE_SHARED says."""
    for place in (os.environ.get("FORUM_PULSE_SHARED"), ROOT.parent / "shared"):
        if place and Path(place).is_dir():
            return Path(place)
    return None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real samples; without them the test is skipped and says so."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("real samples are not here (../shared)")
    return folder


@pytest.fixture(scope="session")
def demo_forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo forum, small; nobody may write there."""
    folder = tmp_path_factory.mktemp("demo") / "demo-forum"
    write_demo(folder, seed=3, posts=700, people=200)
    return folder


@pytest.fixture(scope="session")
def demo_run(demo_forum: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """An analysis of it, written to a folder, with models that take no time."""
    return pipeline.analyze(
        [demo_forum / name for name in ("slack", "discourse", "signatures.csv")],
        config.load(demo_forum / "forum-pulse.toml"),
        tmp_path_factory.mktemp("out") / "report",
        embedder=QuickEmbedder(),
        stance_reader=QuickReader(),
    )
