"""Start-up stays light: nothing heavy loads before it is needed."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "torch",
    "sklearn",
    "pandas",
    "spacy",
    "bertopic",
    "sentence_transformers",
    "altair",
    "scipy",
    "evoc",
}


@pytest.mark.parametrize(
    "code",
    [
        "import forum_pulse",
        "import forum_pulse.cli; sys.argv = ['forum-pulse', '--help']; exec('try: forum_pulse.cli.main()\\nexcept SystemExit: pass')",
        "import forum_pulse.pipeline",
        "import forum_pulse.corpus.corpus",
        "import forum_pulse.config; import forum_pulse.errors; import forum_pulse.embeddings",
    ],
)
def test_no_heavy_module_is_loaded(code: str) -> None:
    """A fresh interpreter's `sys.modules` after the statement holds none of them."""
    script = f"import sys; {code}\nprint('loaded:', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert "forum_pulse" in loaded
    assert not HEAVY & loaded


def test_importing_leaves_the_process_alone() -> None:
    """No warning filters, no logging set-up, no environment variables beyond what our libraries do themselves."""
    script = (
        "import os, sys, warnings, logging, numpy, pyarrow, duckdb, typer; before = (list(warnings.filters), dict(os.environ), logging.root.handlers[:])\n"
        "import forum_pulse.cli, forum_pulse.pipeline\n"
        "assert (list(warnings.filters), dict(os.environ), logging.root.handlers[:]) == before"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_command_line_seldom_looks_for_garbage() -> None:
    """Its own process does; a process that imports the library looks as often as it wants."""
    script = (
        "import gc; before = gc.get_threshold()\n"
        "import sys, forum_pulse.cli, forum_pulse.pipeline; assert gc.get_threshold() == before\n"
        "sys.argv = ['forum-pulse', '--version']\n"
        "try: forum_pulse.cli.main()\n"
        "except SystemExit: pass\n"
        "assert gc.get_threshold()[0] > 10 * before[0]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_package_runs_as_a_module() -> None:
    """`python -m forum_pulse` is the command line."""
    done = subprocess.run(
        [sys.executable, "-m", "forum_pulse", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("forum-pulse ")


def test_ingesting_loads_no_pandas(tmp_path: Path) -> None:
    """Arrow would, for nothing; who asks for a frame afterwards gets one."""
    (tmp_path / "posts.csv").write_text("id,author,text\n1,ida,+1\n2,jo,I back this\n", encoding="utf-8")
    script = (
        "import sys, forum_pulse.cli\n"
        "sys.argv = ['forum-pulse', 'ingest', 'posts.csv', '--workspace', 'work']\n"
        "try: forum_pulse.cli.main()\n"
        "except SystemExit as end: assert not end.code\n"
        "assert 'pandas' not in sys.modules\n"
        "import pyarrow; assert pyarrow.table({'a': [1]}).to_pandas()['a'].sum() == 1"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)


ENDING = """
import atexit
from forum_pulse import __main__, cli

class Kept:
    def __del__(self):
        print("taken apart")

def main():
    global kept
    kept = Kept()
    atexit.register(print, "a library ends")
    print("the output")
    {end}

cli.main = main
__main__.run()
"""


def ended(end: str) -> subprocess.CompletedProcess[str]:
    script = ENDING.format(end=end)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_the_command_leaves_at_once() -> None:
    """All output is out and libraries have ended, with the command's code; what it held is not taken apart."""
    done = ended("raise SystemExit(3)")
    assert (done.returncode, done.stdout.splitlines()) == (3, ["the output", "a library ends"])


def test_a_defect_ends_as_it_always_does() -> None:
    """With its traceback, and code 1."""
    done = ended("raise RuntimeError('a defect')")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "RuntimeError: a defect")
