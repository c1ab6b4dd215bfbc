"""A report made again from its own folder, beside an earlier one: nothing but what was published is told."""

import csv
import io
import json
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from forum_pulse.cli import app
from forum_pulse.errors import ConfigError
from forum_pulse.report import SUPPRESSED
from forum_pulse.report.diff import compare
from forum_pulse.report.edition import write_again
from forum_pulse.report.folder import ReportFolder
from forum_pulse.run import Run


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewritten(folder: Path, table: str, changed: list[dict[str, str]], *, signed: bool = True) -> None:
    """Put other rows into a table; with `signed` the manifest says it was written so."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, changed[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(changed)
    (folder / f"{table}.csv").write_text(stream.getvalue(), encoding="utf-8")
    if signed:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        manifest["files"][f"{table}.csv"] = sha256(stream.getvalue().encode()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture
def later(demo_run: Run, tmp_path: Path) -> Path:
    """A copy of the demo's report."""
    assert demo_run.folder is not None
    return Path(shutil.copytree(demo_run.folder, tmp_path / "later"))


@pytest.fixture
def earlier(later: Path, tmp_path: Path) -> Path:
    """A report like it, with fewer people: the first petition by ten, the second by two."""
    folder = Path(shutil.copytree(later, tmp_path / "earlier"))
    petitions = rows(folder, "petitions")
    for row, fewer in zip(petitions, (10, 2), strict=False):
        row["counted"] = str(int(row["counted"]) - fewer)
    rewritten(folder, "petitions", petitions)
    return folder


def test_the_same_report_comes_out_byte_for_byte(later: Path) -> None:
    """Every file: the folder holds all that the report is made of."""
    before = contents(later)
    write_again(later)
    assert contents(later) == before


def test_a_comparison_stands_in_every_form_and_can_be_taken_out(later: Path, earlier: Path) -> None:
    """In the page, the text, the workbook, a table of its own and the manifest; then in none."""
    before = contents(later)
    headline, second = rows(later, "petitions")[:2]
    write_again(later, earlier)
    after = contents(later)
    assert "Since the last report" in after["report.html"].decode()
    assert "## Since the last report" in after["report.md"].decode()
    with zipfile.ZipFile(io.BytesIO(after["report.xlsx"])) as book:
        assert 'name="changes"' in book.read("xl/workbook.xml").decode()
    told = {(row["what"], row["name"]): row for row in rows(later, "changes")}
    then = str(int(headline["counted"]) - 10)
    assert list(told["petition", headline["petition"]].values())[2:] == ["grown", then, headline["counted"]]
    assert list(told["petition", second["petition"]].values())[2:] == ["same", SUPPRESSED, second["counted"]]
    manifest = json.loads(after["manifest.json"])
    assert manifest["compared_with"]["sha256"] == sha256((earlier / "manifest.json").read_bytes()).hexdigest()
    assert manifest["published"] == json.loads(before["manifest.json"])["published"]
    write_again(later)
    assert contents(later) == before


def test_no_difference_of_few_people_is_told(later: Path, earlier: Path) -> None:
    """Whatever the counts were: of two shown ones none differ by one to four."""
    draw = Random(5)
    moved = 0
    for _ in range(20):
        for table, count in (("petitions", "counted"), ("themes", "people"), ("topics", "people")):
            changed = rows(later, table)
            for row in changed:
                if row[count].isdigit():
                    row[count] = str(max(5, int(row[count]) + draw.randint(-7, 7)))
            rewritten(earlier, table, changed)
        for row in compare(ReportFolder.of(earlier), ReportFolder.of(later)).to_pylist():
            if row["before"].isdigit() and row["after"].isdigit():
                difference = abs(int(row["after"]) - int(row["before"]))
                assert difference not in range(1, 5), row
                moved += difference > 0
            elif row["change"] == "same":
                assert row["before"] == SUPPRESSED
    assert moved


def test_the_page_does_not_hold_the_former_figure_of_a_small_change(later: Path, earlier: Path) -> None:
    """Not even in its source, nor in another file."""
    petitions = rows(later, "petitions")
    petitions[0]["counted"], former = "70717", "70714"
    rewritten(later, "petitions", petitions)
    petitions[0]["counted"] = former
    rewritten(earlier, "petitions", petitions)
    write_again(later, earlier)
    with zipfile.ZipFile(later / "report.xlsx") as book:
        packed = b"".join(book.read(name) for name in book.namelist())
    assert b"70717" in packed
    everything = b"".join(contents(later).values()) + packed
    assert former.encode() not in everything
    assert b"70,714" not in everything


def test_a_table_that_somebody_changed_is_refused(later: Path) -> None:
    """Nothing comes into a report that has not passed the gate."""
    changed = rows(later, "themes")
    changed[0]["people"] = "1"
    rewritten(later, "themes", changed, signed=False)
    before = contents(later)
    with pytest.raises(ConfigError, match=r"themes\.csv was changed"):
        write_again(later)
    assert contents(later) == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", None),
        ("published", {}),
        ("tables", {"themes": {"columns": {"theme": "text"}}}),
        ("files", []),
        ("files", ["themes.csv"]),
        ("tables", ["themes"]),
        ("privacy", {"persons": "five"}),
        ("methods", [1]),
        ("inputs", [["a.zip"]]),
    ],
)
def test_a_report_of_another_version_is_refused(later: Path, key: str, value: object) -> None:
    """With a message that names the manifest and says what to do."""
    manifest = json.loads((later / "manifest.json").read_bytes())
    manifest = {name: manifest[name] for name in manifest if name != key} | ({key: value} if value else {})
    (later / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"manifest\.json") as caught:
        write_again(later)
    assert "analyze" in caught.value.hint


def test_a_protection_that_is_not_known_here_is_refused(later: Path) -> None:
    """A later version's: passed over, the report would say that it was made without it."""
    manifest = json.loads((later / "manifest.json").read_bytes())
    manifest["privacy"]["blur"] = 2
    (later / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"manifest\.json: privacy: unknown key 'blur'"):
        write_again(later)


def test_the_command_prints_what_changed(later: Path, earlier: Path) -> None:
    """As a table with the page's path, or as JSON."""
    done = CliRunner().invoke(app, ["report", str(later), "--compare", str(earlier)])
    assert done.exit_code == 0
    assert "grown" in done.stdout
    assert done.stdout.splitlines()[-1] == str(later / "report.html")
    done = CliRunner().invoke(app, ["report", str(later), "--compare", str(earlier), "--json"])
    assert json.loads(done.stdout)["changes"][0]["change"] == "grown"
