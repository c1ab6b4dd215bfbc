"""Every code block of README and docs runs, on the demo forum; whoever writes a document writes for this test.

`sh` and `bash`: each `forum-pulse ...` line is run in a folder that holds the exports below, top to bottom
through one document; a call that another document has run already is not run again. `python` is executed there.
`toml` is a configuration that loads, or a piece of a pyproject. `yaml` is a codebook that loads, `csv` and `json`
are read, `sql` is a query on Discourse's tables. What is not run stands in NOT_RUN with its reason; what is no
code is marked `text`.
"""

import csv
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pytest
from conftest import ROOT
from fakes import QuickEmbedder, QuickReader
from typer.testing import CliRunner

from forum_pulse import config
from forum_pulse.cli import app
from forum_pulse.errors import ForumPulseError
from forum_pulse.run import Run
from forum_pulse.topics import load_codebook

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NOT_RUN: Mapping[str, str] = {
    "make demo": "runs the demo and the analysis of the quick start with the real models, for minutes",
    "make test": "runs this test",
    "pip install -c constraints.txt .": "changes the environment; continuous integration does it",
}
"""Shell lines that are not run, and why."""
RULES = """
[[invalidations]]
name = "the first day"
until = 2026-02-04
"""
CODEBOOK = """
name: our-codebook
themes:
  - name: parking
    definition: Where cars stand, and what it costs.
    examples: [No free space after nine, I circled the garage twice, My car got scratched again,
               A bicycle needs no barrier, Charging stations are always taken]
    cues: [garage]
  - name: canteen
    definition: What there is for lunch.
    examples: [Soup was cold, Lentils once more, They cook better in the other building,
               Lunch costs nine euros now, Queue reached the stairs]
    cues: [lunch]
"""
DISCOURSE = """
CREATE TABLE posts (id INT, topic_id INT, post_number INT, reply_to_post_number INT, user_id INT, raw TEXT,
                    created_at TIMESTAMP, like_count INT, deleted_at TIMESTAMP, hidden BOOL, post_type INT);
CREATE TABLE topics (id INT, title TEXT, category_id INT, deleted_at TIMESTAMP, archetype TEXT);
CREATE TABLE users (id INT, username TEXT);
CREATE TABLE categories (id INT, name TEXT, read_restricted BOOL);
"""
"""What of Discourse's tables a query may name."""
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")


class Block(NamedTuple):
    language: str
    text: str
    line: int


def blocks(document: Path) -> Iterator[Block]:
    text = document.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory, demo_forum: Path, demo_run: Run) -> Path:
    """What the documents speak of: a demo forum packed and unpacked, of two months, and its reports."""
    folder = tmp_path_factory.mktemp("docs") / "exports"
    shutil.copytree(demo_forum, folder)
    for name in ("slack-export", "slack-april", "discourse-april"):
        shutil.make_archive(str(folder / name), "zip", folder / name.partition("-")[0])
    for name in ("slack", "discourse"):
        former = folder.parent / name
        shutil.copytree(folder / name, former)
        changed = max(
            path for path in former.rglob("*.json") if path.parent.name in ("ai-tools", "discourse")
        )
        changed.write_text(changed.read_text(encoding="utf-8").replace(" the ", " a "), encoding="utf-8")
        shutil.make_archive(str(folder / f"{name}-march"), "zip", former)
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    shutil.copy(ROOT / "notebooks" / "stance_sentences.csv", folder / "labels.csv")
    (folder / "our-codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    assert demo_run.folder is not None
    for name in ("report-march", "report-april"):
        shutil.copytree(demo_run.folder, folder / name)
    return folder


@pytest.fixture(scope="module")
def done() -> set[str]:
    """Calls that a document has run."""
    return set()


@pytest.fixture
def desk(exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with the exports; models and pictures that take no time."""
    folder = tmp_path / "desk"
    shutil.copytree(exports, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FORUM_PULSE_DATA", str(folder))
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("forum_pulse.embeddings.choice.default_embedder", lambda *_, **__: QuickEmbedder())
    monkeypatch.setattr("forum_pulse.sentiment.StanceClassifier.read", QuickReader.read)
    monkeypatch.setattr("forum_pulse.sentiment.StanceClassifier.predict_proba", no_idea)
    monkeypatch.setattr("forum_pulse.report.drawing.Chart._svg", lambda *_: "<svg></svg>")
    return folder


def no_idea(_reader: Any, texts: list[str], *_: Any, **__: Any) -> Any:
    """Each stance is as likely as the others."""
    return np.full((len(texts), 3), 1 / 3)


def run_line(line: str, where: str, done: set[str]) -> None:
    """One line of a shell: ours is run, others are known."""
    words = shlex.split(line, comments=True)
    if not words or shlex.join(words) in NOT_RUN:
        return
    words, into = (words[: words.index(">>")], words[-1]) if ">>" in words else (words, "")
    assert words[0] == "forum-pulse", f"{where}: can't run {words[0]!r}; mark the block as `text`"
    if shlex.join(words) in done:
        return
    if words[1] == "init" or words[1:3] == ["codebook", "suggest"]:
        Path(words[-1] if "-o" in words else "forum-pulse.toml").unlink(missing_ok=True)
    result = CliRunner().invoke(app, words[1:])
    told = getattr(result.exception, "message", None) or result.exception
    assert result.exit_code == 0, f"{where}: {line}\n{told}\n{result.stderr[-2000:]}"
    done.add(shlex.join(words))
    if into:
        with Path(into).open("a", encoding="utf-8") as file:
            file.write(result.stdout)


def run_block(block: Block, where: str, done: set[str]) -> None:
    if block.language in ("sh", "bash"):
        for line in block.text.replace("\\\n", " ").splitlines():
            run_line(line, where, done)
    elif block.language == "python":
        exec(compile(block.text, where, "exec"), {"__name__": "__main__"})
    elif block.language == "toml":
        if "project" not in tomllib.loads(block.text):
            Path("block.toml").write_text(block.text, encoding="utf-8")
            config.load(Path("block.toml"))
    elif block.language == "yaml":
        Path("block.yaml").write_text(block.text, encoding="utf-8")
        load_codebook("block.yaml")
    elif block.language == "csv":
        lengths = {len(row) for row in csv.reader(block.text.splitlines())}
        assert len(lengths) == 1, f"{where}: rows of {sorted(lengths)} cells"
    elif block.language == "json":
        json.loads(block.text)
    elif block.language == "sql":
        duckdb.connect().execute(DISCOURSE + block.text).fetchall()
    else:
        assert block.language == "text", f"{where}: say the language of the block, or `text`"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_block_runs(document: Path, desk: Path, done: set[str]) -> None:
    """In order, as a reader would type them."""
    for block in blocks(document):
        where = f"{document.name}:{block.line}"
        try:
            run_block(block, where, done)
        except (ForumPulseError, tomllib.TOMLDecodeError, json.JSONDecodeError, duckdb.Error) as error:
            pytest.fail(f"{where}: {error}")


def test_what_is_not_run_is_there() -> None:
    """A line that no document holds any more needs no excuse."""
    lines = {
        shlex.join(shlex.split(line, comments=True))
        for document in DOCUMENTS
        for block in blocks(document)
        if block.language in ("sh", "bash")
        for line in block.text.splitlines()
    }
    assert set(NOT_RUN) <= lines


def anchors(document: Path) -> set[str]:
    """Names under which GitHub shows the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    """To a file of the repository, and to a heading where one is named."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    for target, anchor in LINK.findall(text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        place = (document.parent / target).resolve() if target else document
        assert place.exists(), f"{document.name}: there is no {target}"
        assert not anchor or anchor in anchors(place), (
            f"{document.name}: no heading #{anchor} in {place.name}"
        )


def test_every_document_is_linked_from_the_readme_or_another() -> None:
    """Nobody finds a page that nothing leads to."""
    linked = {
        (document.parent / target).resolve()
        for document in DOCUMENTS
        for target, _ in LINK.findall(document.read_text(encoding="utf-8"))
    }
    assert [path.name for path in DOCUMENTS[1:] if path not in linked] == []


@pytest.mark.parametrize(
    "line",
    [
        "forum-pulse analyse x -o y",
        "forum-pulse analyze slack-export.zip -o y --confg z",
        "forum-pulse petitions",
        "forum-pulse inspect no-such-file",
        "xargs rm",
    ],
)
def test_a_line_that_does_not_run_is_told(line: str, desk: Path) -> None:
    """A command, an option or a file that is not there, half a command, another program."""
    with pytest.raises(AssertionError, match=r"a\.md:3"):
        run_line(line, "a.md:3", set())
