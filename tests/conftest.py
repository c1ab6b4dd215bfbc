"""Where the tests find their small stand-ins and, when it is there, the folder of real samples."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


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
