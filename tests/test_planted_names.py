"""A name planted in every field of a forum is found in no file of its report, nor on stdout or stderr."""

import io
import logging
import zipfile
from pathlib import Path

import pytest
from fakes import ListReader, QuickEmbedder, QuickReader, export_of
from petition_forum import Forum

from forum_pulse import pipeline
from forum_pulse.commands.terminal import show
from forum_pulse.config import Config, PeopleConfig, PrivacyConfig, ThemesConfig
from forum_pulse.corpus import identity
from forum_pulse.corpus.corpus import Corpus
from forum_pulse.corpus.model import Aggregate, Anomaly, Attachment, Container, Revision, Source, Thread

HANDLE, FIRST, LAST = "qvirrelmann", "Zwetlana", "Qvirrelmann"
PLANTED = (HANDLE, FIRST.casefold(), "qvirr")
ENDINGS = (
    "on the second floor", "in the night shift", "at the front desk", "for our customers", "in the office",
    "with the printers", "over the weekend", "in the summer", "after the merger", "before the audit",
    "during the release", "in the canteen", "for the interns", "at the warehouse", "in the evening",
)  # fmt: skip


def forum() -> Forum:
    """45 people who speak of one of them in every field there is."""
    made = Forum()
    made.who(HANDLE, display_name=f"{FIRST} {LAST}", email=f"{HANDLE}@heron.example")
    made.records.append(Container(native_id="c", kind="channel", name=f"room-of-{HANDLE}"))
    title = f"Petition: keep {FIRST} {LAST} and {HANDLE}'s editor"
    body = f"We ask to keep {HANDLE}'s editor. {FIRST} wrote it. Please sign below. #{HANDLE}"
    made.thread("1", author=HANDLE, title=title, body=body, container="c")
    made.poll({f"Sign for {FIRST}": None, f"Against {HANDLE}": None}, question=f"Keep {LAST}?")
    made.records.append(Attachment(post="1/1", name=f"{HANDLE}.png"))
    for place in range(45):
        name = f"w{place}"
        made.sign(name, days=place % 9)
        ending = ENDINGS[place % len(ENDINGS)]
        made.say(
            name,
            f"+1, {FIRST} is right: the licence costs far too much money for what {HANDLE} gets {ending}. "
            f"Ask @{HANDLE}, {FIRST} {LAST} or {HANDLE}@heron.example, see https://wiki.example/{HANDLE} "
            f"and /home/{HANDLE}/notes.",
            days=1 + place % 9,
        )
        made.react(name, f":{HANDLE}-approves:")
        made.say(
            name,
            f"Signed: the licence costs too much, says {FIRST} {LAST} {ending}, and {HANDLE} agrees.",
            days=2 + place % 9, kind="signature", url=f"https://forum.example/u/{HANDLE}/{place}",
            locator=f"{HANDLE}.csv:{place}",
        )  # fmt: skip
    made.records.append(Thread(native_id="2", title=f"Lunch with {FIRST}", root_post="2/1"))
    made.post("2", HANDLE, f"Lunch with {FIRST} {LAST}?")
    for number, (field, before) in enumerate(
        (("tags", f"#{HANDLE}"), ("title", title), ("body", body), ("state", HANDLE)), start=1
    ):
        made.records.append(
            Revision(post="1/1", number=number, field=field, before=before, after=f"{LAST}, {FIRST}",
                     account=HANDLE, reason=f"as {FIRST} asked")
        )  # fmt: skip
    made.records.append(
        Aggregate(
            thread="1", post="1/1", measure="signatures", value=45, dimension="team", key=f"Team {LAST}"
        )
    )
    made.records.append(Anomaly(code="unparsed", locator=f"{HANDLE}.json:3", detail=f"{FIRST} can't be read"))
    return made


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The forum, read from a file that is named after somebody, with a roster of teams that are."""
    folder = tmp_path_factory.mktemp("planted")
    rows = [
        f"p{i},w{i}@x.example,{'tester' if i % 2 else 'coder'},Team {LAST},site {i % 3}" for i in range(45)
    ]
    roster = folder / "people.csv"
    roster.write_text("person,email,role,organisation,site\n" + "\n".join(rows) + "\n", encoding="utf-8")
    made = forum()
    for place in range(45):
        made.who(f"w{place}", email=f"w{place}@x.example")
    with Corpus(folder / "workspace") as corpus:
        reader = ListReader(made.build(), Source(format="list", instance=f"forum-of-{HANDLE}"))
        corpus.store.ingest(export_of(folder, name=f"{HANDLE}-export.json"), reader)
        corpus.store.note_unread([f"{FIRST}.txt"])
        identity.link(corpus.store, PeopleConfig(roster=roster))
    return folder / "workspace"


@pytest.fixture(scope="module")
def output(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report, with as little kept back as can be."""
    out = tmp_path_factory.mktemp("report") / "report"
    config = Config(
        privacy=PrivacyConfig(persons=1, quotes=1, quoted=9), themes=ThemesConfig(codebook="ai-tool-mandate")
    )
    with Corpus(workspace) as corpus:
        pipeline.analyze(corpus, config, out, embedder=QuickEmbedder(), stance_reader=QuickReader())
    return out


def unpacked(path: Path) -> bytes:
    """What a file says, and all that it packs."""
    content = path.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"\n".join(name.encode() + packed.read(name) for name in packed.namelist())


@pytest.mark.models
def test_no_file_of_a_report_holds_a_planted_name(output: Path) -> None:
    """In titles, texts, remarks of signers, tags, edits, teams, polls, reactions, file names: it is nowhere."""
    found = {
        (path.name, name)
        for path in output.rglob("*")
        if path.is_file()
        for name in PLANTED
        if name in unpacked(path).decode("utf-8", "replace").casefold() + path.name.casefold()
    }
    assert found == set()
    assert (output / "quotes.csv").read_text().count("\n") > 1, "nothing was quoted: the test shows nothing"


@pytest.mark.models
def test_neither_terminal_nor_log_shows_a_planted_name(
    workspace: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Stdout, stderr and every logger at its most talkative."""
    with caplog.at_level(logging.DEBUG), Corpus(workspace) as corpus:
        run = pipeline.analyze(
            corpus, None, tmp_path / "out", embedder=QuickEmbedder(), stance_reader=QuickReader()
        )
        show(run.summary())
    told = capfd.readouterr()
    everything = (told.out + told.err + caplog.text).casefold()
    assert "people backing" in everything
    assert [name for name in PLANTED if name in everything] == []


def test_workbook_has_nothing_to_hide(output: Path) -> None:
    """No author, no comment, no hidden sheet, row or column, and no name but those of the filters."""
    with zipfile.ZipFile(output / "report.xlsx") as book:
        parts = {name: book.read(name).decode("utf-8") for name in book.namelist()}
    assert not [name for name in parts if "comment" in name or "drawing" in name or "custom" in name]
    core = parts["docProps/core.xml"]
    assert "<dc:creator></dc:creator>" in core
    assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in core
    names = parts["xl/workbook.xml"].split("<definedName ")[1:]
    assert all(name.startswith('name="_xlnm._FilterDatabase"') for name in names)
    assert 'state="hidden"' not in parts["xl/workbook.xml"]
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert not any(" hidden=" in sheet for sheet in sheets)


def test_workspace_is_for_its_owner(workspace: Path, output: Path) -> None:
    """All of it 0600, what was published too; accounts by pseudonym, handles in the sealed file alone."""
    assert output.is_dir()
    assert {path.name: path.stat().st_mode & 0o777 for path in workspace.iterdir() if path.is_file()} == (
        dict.fromkeys(("store.duckdb", "sealed.duckdb", "pseudonym.key", "published.json"), 0o600)
    )
    assert HANDLE not in (workspace / "published.json").read_text(encoding="utf-8")
    with Corpus(workspace) as corpus:
        for table in ("person", "person_account", "position", "roster"):
            rows = corpus.store.sql(f"SELECT * FROM {table}").to_pylist()
            assert rows
            assert HANDLE not in str([list(row.values()) for row in rows]), table
