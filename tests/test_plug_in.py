"""A reader in somebody else's package: the one the documentation shows, loaded as any other."""

import re
import sys
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path

import pytest

from forum_pulse.corpus.corpus import read
from forum_pulse.corpus.readers import Reader, load, names

GUIDE = Path(__file__).parent.parent / "docs" / "readers.md"
PINS = """\
{"pin": "1", "board": "b", "by": "ann", "text": "Sign here", "when": "2026-01-01T10:00:00Z", "thumbs": ["bob", "cleo"]}
{"pin": "2", "board": "b", "by": "bob", "text": "Done", "when": "2026-01-02T10:00:00Z"}
{"pin": "3", "board": "b"
"""


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide's package as pip would install it: a module, and metadata with its entry point."""
    module, _, _ = block("toml").split('"')[3].partition(":")
    (tmp_path / f"{module}.py").write_text(block("python"))
    metadata = tmp_path / "pinboard_reader-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: pinboard-reader\nVersion: 1.0\n")
    entry = block("toml").splitlines()[1].replace('"', "")
    (metadata / "entry_points.txt").write_text(f"[forum_pulse.readers]\n{entry}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.mark.usefixtures("installed")
def test_the_reader_of_the_guide_reads(tmp_path: Path):
    """It is listed, recognises its export, and its bad line is an anomaly."""
    assert "pinboard" in names()
    assert isinstance(load("pinboard"), Reader)
    (tmp_path / "pins.jsonl").write_text(PINS)
    with read(tmp_path / "pins.jsonl") as corpus:
        assert corpus.posts()["own_text"].to_pylist() == ["Sign here", "Done"]
        assert corpus.reactions()["identity"].to_pylist() == ["identified", "identified"]
        assert [row["locator"] for row in corpus.anomalies().to_pylist()] == ["pins.jsonl:3"]


def test_what_is_installed_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A look opens the metadata of every package, and each part of a folder asks every reader."""
    looks: list[str] = []

    def counted(*, group: str) -> EntryPoints:
        looks.append(group)
        return entry_points(group=group)

    monkeypatch.setattr("forum_pulse.corpus.readers.registry.entry_points", counted)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "slack" in names()
    assert load("slack").name == "slack"
    assert looks == ["forum_pulse.readers"]


def test_the_reader_of_the_guide_is_short():
    """As long as it says: about thirty lines."""
    code = [line for line in block("python").splitlines() if line.strip()]
    assert len(code) <= 34
