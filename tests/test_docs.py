"""Every code block of README and docs says what there is; whoever writes a document writes for this test.

`sh` and `bash`: each `forum-pulse ...` line is a call the program takes: commands, options, their values.
`python` compiles. `toml` is a configuration that loads, or a piece of a pyproject. `yaml` is a codebook that
loads, `csv` and `json` are read. Everything else is marked `text`, or `sql`.
"""

import csv
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
from conftest import ROOT

from forum_pulse import config
from forum_pulse.cli import app
from forum_pulse.errors import ForumPulseError
from forum_pulse.topics import load_codebook

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OTHER_PROGRAMS = ("make", "pip", "python", "cd")
"""First words of shell lines that are not ours to run."""
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


def parse(line: str, where: str) -> None:
    """One line of a shell: ours is taken apart as the program would, others are only known."""
    words = shlex.split(line, comments=True)
    if not words:
        return
    if words[0] != "forum-pulse":
        assert words[0] in OTHER_PROGRAMS, f"{where}: what is {words[0]!r}? else mark the block as `text`"
        return
    words = words[1 : words.index(">>")] if ">>" in words else words[1:]
    command: Any = typer.main.get_command(app)
    context = None
    while hasattr(command, "commands"):
        assert words, f"{where}: {line}: names no command"
        assert words[0] in command.commands, f"{where}: there is no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    try:
        context = command.make_context(command.name, words)
    except Exception as error:  # noqa: BLE001 - whatever the parser says, with the place
        pytest.fail(f"{where}: {line}: {error}")
    context.close()


def check(block: Block, where: str) -> None:
    if block.language in ("sh", "bash"):
        for line in block.text.replace("\\\n", " ").splitlines():
            parse(line, where)
    elif block.language == "python":
        compile(block.text, where, "exec")
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
    else:
        assert block.language in ("text", "sql"), f"{where}: say the language of the block, or `text`"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_block_says_what_there_is(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that is gone, misspelt or can't be read."""
    monkeypatch.chdir(tmp_path)
    for block in blocks(document):
        where = f"{document.name}:{block.line}"
        try:
            check(block, where)
        except (ForumPulseError, tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
            pytest.fail(f"{where}: {error}")


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
        "forum-pulse analyze x -o y --confg z",
        "forum-pulse petitions",
        "xargs rm",
    ],
)
def test_a_line_that_would_not_run_is_told(line: str) -> None:
    """A command or an option that is not there, half a command, another program."""
    with pytest.raises((AssertionError, pytest.fail.Exception), match=r"a\.md:3"):
        parse(line, "a.md:3")
