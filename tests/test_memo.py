"""What was read of a text is kept in the workspace, and found again as long as all that reads is the same."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import forum_pulse
from forum_pulse import config
from forum_pulse.corpus import memo
from forum_pulse.corpus.memo import Memo
from forum_pulse.corpus.store import Store
from forum_pulse.demo import write_demo
from forum_pulse.petitions import ActDetector, ClaimDetector
from forum_pulse.topics import ThemeModel


@dataclass(frozen=True, slots=True)
class Word:
    """An answer."""

    text: str
    weight: float


class Reader:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, texts: list[str]) -> list[list[Word]]:
        self.asked += texts
        return [[Word(word, len(word) / 3) for word in text.split()] for text in texts]


def run(store: Store, texts: list[str], settings: object = "", name: str = "words") -> list[str]:
    """One run: what the reader was asked; the answers must be those of a new reader."""
    reader = Reader()
    with Memo(store, name, list[Word]) as kept:
        assert kept.answers(settings, texts, reader.read) == Reader().read(texts)
    return reader.asked


def test_each_new_text_is_read_once(tmp_path: Path):
    """Repeated ones and those of the last run are not read again."""
    with Store(tmp_path) as store:
        assert run(store, ["a b", "c", "a b"]) == ["a b", "c"]
        assert run(store, ["c", "d", "a b"]) == ["d"]


def test_what_is_not_asked_twice_running_is_forgotten(tmp_path: Path):
    """A text that left the forum leaves the workspace; one that was left out once does not."""
    with Store(tmp_path) as store:
        run(store, ["a", "b"])
        run(store, ["a"])
        assert run(store, ["a", "b"]) == []
        run(store, ["a"])
        run(store, ["a"])
        assert store.scalar("SELECT count(*) FROM memo_words") == 1
        assert run(store, ["a", "b"]) == ["b"]


def test_no_words_are_kept_with_the_answers(tmp_path: Path):
    """Keys are hashes."""
    with Store(tmp_path) as store:
        run(store, ["a b"])
        ((key,),) = store.connection.execute("SELECT key FROM memo_words").fetchall()
    assert len(key) == 16


def test_other_settings_or_another_kind_find_nothing(tmp_path: Path):
    """An answer belongs to the reader that gave it."""
    with Store(tmp_path) as store:
        run(store, ["a"], settings=("x", 1))
        assert run(store, ["a"], settings=("x", 2)) == ["a"]
        assert run(store, ["a"], settings=("x", 2)) == []
        assert run(store, ["a"], settings=("x", 2), name="others") == ["a"]


def test_another_release_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """So a rule that was changed speaks at once."""
    with Store(tmp_path) as store:
        run(store, ["a"])
        monkeypatch.setattr(memo, "_made_of", lambda: "another")
        assert run(store, ["a"]) == ["a"]


def test_every_file_of_a_room_that_reads_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A changed rule, weight or codebook is another release; what Python compiled is not."""
    rule = tmp_path / "petitions" / "rules.py"
    rule.parent.mkdir()
    rule.write_text("one", encoding="utf-8")
    monkeypatch.setattr(memo.resources, "files", lambda _: tmp_path)
    before = memo._made_of.__wrapped__()
    rule.with_suffix(".pyc").write_text("compiled", encoding="utf-8")
    assert memo._made_of.__wrapped__() == before
    rule.write_text("two", encoding="utf-8")
    assert memo._made_of.__wrapped__() != before


def test_a_run_that_fails_keeps_what_was_known(tmp_path: Path):
    """Half of the answers would look like all of them."""
    with Store(tmp_path) as store:
        run(store, ["a"])
        with pytest.raises(ZeroDivisionError), Memo(store, "words", list[Word]) as kept:
            kept.answers("", ["b"], lambda _: 1 / 0)
        assert run(store, ["a"]) == []


def test_a_second_analysis_reads_no_text_again_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Acts, claims and themes of the first run serve the second, whose report is the first one's."""
    write_demo(tmp_path / "demo", seed=3, posts=400, people=100)
    exports = [tmp_path / "demo" / name for name in ("slack", "discourse", "signatures.csv")]
    settings = config.load(tmp_path / "demo" / "forum-pulse.toml")
    settings = replace(settings, analysis=replace(settings.analysis, quality="fast"))
    read: dict[str, int] = {}

    def counting(kind: Any, place: str) -> None:
        plain = kind.read

        def counted(self: object, texts: list[str], *more: Any) -> Any:
            read[place] = read.get(place, 0) + len(texts)
            return plain(self, texts, *more)

        monkeypatch.setattr(kind, "read", counted)

    for kind in (ActDetector, ClaimDetector, ThemeModel):
        counting(kind, kind.__name__)

    def analysed(out: str) -> dict[str, bytes]:
        forum_pulse.analyze(exports, settings, tmp_path / out, workspace=tmp_path / "workspace")
        return {file.name: file.read_bytes() for file in (tmp_path / out).iterdir() if file.suffix == ".csv"}

    first = analysed("first")
    assert all(read[name] > 20 for name in ("ActDetector", "ClaimDetector", "ThemeModel"))
    read.clear()
    assert analysed("second") == first
    assert "ClaimDetector" not in read
    assert "ThemeModel" not in read
    assert read.get("ActDetector", 0) < 20  # what opens a thread is read to find petitions
