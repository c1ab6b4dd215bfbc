"""The files of a report: the same bytes every time, whole or not at all, and harmless to open."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from forum_pulse.errors import OutputError
from forum_pulse.report import (
    SUPPRESSED,
    InputFact,
    Published,
    ReportContext,
    TablePolicy,
    check_folder,
    publish,
    publish_all,
    summary_table,
    write_report,
)
from forum_pulse.report.charts import weeks
from forum_pulse.report.csvfiles import safe_cell, to_csv
from forum_pulse.report.html import to_html
from forum_pulse.report.markdown import to_markdown
from forum_pulse.report.view import claim
from forum_pulse.report.xlsx import to_xlsx

MONDAY = date(2031, 1, 6)
CONTEXT = ReportContext(
    title="Tools <forum>", version="9.9", target="Quill & Co", seed=3,
    inputs=(InputFact(name="b.zip", format="slack", sha256="b" * 64), InputFact(name="a", format="mbox", sha256="a" * 64)),
    versions={"duckdb": "1.0"},
)  # fmt: skip


def texts(*cells: str) -> Published:
    policy = TablePolicy(name="t", columns=("text",), keys=("text",))
    return publish(pa.table({"text": pa.array(cells, pa.string())}), policy)


@pytest.fixture
def published() -> dict[str, Published]:
    weeks = [date(2031, 1, 6), date(2031, 1, 13), date(2031, 1, 20)]
    petition = {
        "petition": ["adopt-quill", "tiny"], "counted": [40, 3], "low": [38, 3], "high": [45, 3],
        "signed": [20, 3], "said": [13, 0], "reacted": [7, 0], "withdrew": [6, 0], "opposed": [9, 0],
        "conditional": [0, 0], "conflicted": [0, 0], "acts": [77, 3], "denominator": [100, 100],
        "share": [0.4, 0.03], "denominator_kind": ["roster", "roster"], "share_low": [0.31, 0.01],
        "share_high": [0.5, 0.08], "first_week": [weeks[0]] * 2, "last_week": [weeks[2]] * 2,
        "backing": [40, 3], "authors": [1, 1], "holds": [None, None], "origin": ["config", "detected"], "statement": ["We ask for <Quill>.", None],
        "audited": [39, None], "audited_low": [36, None], "audited_high": [44, None], "audit": ["180 verdicts", None],
    }  # fmt: skip
    tables = {
        "summary": pa.table({
            "measure": ["people backing [adopt-quill]", "people backing tiny"], "value": ["40", "3"], "low": ["38", "3"],
            "high": ["45", "3"], "note": ["", ""], "figure": ["petitions/adopt-quill/counted", "petitions/tiny/counted"],
            "unit": ["people", "people"], "list": [None, None],
        }),
        "petitions": pa.table(petition),
        "endorsements_over_time": pa.table({
            "petition": ["adopt-quill"] * 3, "week": weeks, "gross": [20, 20, 6], "withdrawn": [0, 0, 6],
            "net": [20, 40, 40],
        }),
        "themes": pa.table({
            "theme": ["forced_adoption", "cost"], "people": [30, 12], "posts": [60, 13], "people_for": [6, 5],
            "people_against": [22, 7], "share_low": [0.2, 0.1], "share_high": [0.4, 0.2], "trend": ["rising", "steady"],
            "share": [0.3, 0.15], "posts_for": [9, 6], "posts_against": [40, 7], "endorsers": [6, 5],
            "top_author_share": [0.05, 0.1], "answered_by": [7, None], "answer": ["cost", None],
        }),
        "stance": pa.table({
            "target": ["Quill & Co"] * 5, "stance": ["favor", "against", "none", "mixed", "unclear"],
            "people": [30, 20, 3, 7, 0], "posts": [60, 40, 6, 14, 0], "share": [0.5, 0.333, 0.05, 0.117, 0.0],
            "share_low": [0.4, 0.2, 0.0, 0.1, 0.0], "share_high": [0.6, 0.4, 0.1, 0.2, 0.1],
        }),
        "timeline": pa.table({
            "week": weeks, "posts": [50, 60, 9], "people": [20, 30, 5], "event": [None, "outage <b>", None], "note": [None, None, "what was read ends in it"],
        }),
        "quotes": pa.table({
            "theme": ["cost"], "stance": ["against"], "quote": ["=1+1 is what they told us <script>alert(1)</script>."],
            "week": [weeks[0]], "people": [12],
        }),
    }  # fmt: skip
    return publish_all(tables)


def test_markdown_shows_what_the_page_shows_and_no_markup_of_its_own(published: dict[str, Published]) -> None:
    """The same claim and figures; what people wrote can't become a table, a link or HTML."""
    text = to_markdown(published, CONTEXT).decode()
    assert "40 people (38–45) endorsed “We ask for \\<Quill\\>.”" in text
    assert "| forced adoption | 30 | 60 | 22 | suppressed | 20% to 40% | rising |" in text
    assert "\\<script\\>" in text
    assert "<script>" not in text
    assert "Too few people endorsed" not in text
    assert "| tiny | suppressed |" in text
    assert to_markdown(published, CONTEXT) == to_markdown(published, CONTEXT)


def test_both_reports_say_what_language_the_models_read(published: dict[str, Published]) -> None:
    """A stance read from German is no finding, and the reader has to know."""
    markdown, page = to_markdown(published, CONTEXT).decode(), to_html(published, CONTEXT).decode()
    assert "learnt from English" in markdown
    assert "learnt from English" in page


def test_a_single_week_is_one() -> None:
    """A forum of a few days does not last from a week to the same week."""
    assert weeks("2031-01-06 to 2031-01-06") == "week of 6 Jan 2031"
    assert weeks("2031-01-06 to 2031-02-03") == "weeks of 6 Jan 2031 to 3 Feb 2031"


def test_markdown_of_nothing_says_so() -> None:
    """Without tables there is no petition, and still the method."""
    text = to_markdown({}, CONTEXT).decode()
    assert "No petition was found" in text
    assert "We analysed a forum with forum-pulse 9.9 (seed 3)." in text


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "@SUM(A1)",
        "-1+cmd|' /C calc'!A0",
        "+1+A2",
        "\t=1",
        " =1",
        "＝1+1",
        "+1 =A1",
        "+1 HYPERLINK(A1)",
        "- no",
        "+",
    ],
)
def test_formulas_are_disarmed(cell: str) -> None:
    """What a spreadsheet would run gets an apostrophe."""
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["+1", "-1", "-3", "0.312", "+1 from me", "@name", "a=b", "2031-01-06", "suppressed", "", "don't"]
)
def test_what_is_no_formula_reads_as_written(cell: str) -> None:
    """Votes, handles, numbers and plain text stay as they are."""
    assert safe_cell(cell) == cell


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=5, unique=True))
def test_csv_comes_back_as_published(cells: list[str]) -> None:
    """Whatever a text holds, reading the file gives the published cells, an apostrophe at most in front."""
    shown = texts(*cells)
    rows = list(csv.reader(io.StringIO(to_csv(shown).decode(), newline="")))
    assert rows[0] == ["text"]
    for (found,), (cell,) in zip(rows[1:] or [[""]], shown.rows, strict=False):
        assert found in (cell, f"'{cell}")
        assert not re.match(r"[=\t\r]", found)


def test_csv_is_plain_utf8_with_line_feeds() -> None:
    """No byte order mark, no carriage returns, quotes only where needed."""
    assert to_csv(texts("naïve, 支持", "b")) == 'text\n"naïve, 支持"\nb\n'.encode()


def test_workbook_holds_numbers_and_no_formula(published: dict[str, Published]) -> None:
    """Counts are numbers, suppressed is a word, a quote that looks like a formula is text; same bytes twice."""
    content = to_xlsx(published, CONTEXT)
    assert content == to_xlsx(published, CONTEXT)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name}
        strings = book.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == len(published) + 1
    assert not any("<f>" in sheet for sheet in sheets.values())
    assert "=1+1 is what" in strings
    assert SUPPRESSED in strings
    assert "<v>40</v>" in sheets["xl/worksheets/sheet3.xml"]


def test_workbook_is_typed_and_explains_itself(published: dict[str, Published]) -> None:
    """Counts and shares are numbers, weeks are dates; the first sheet says what the rest is."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(to_xlsx(published, CONTEXT)))
    assert book.sheet_names == ["about", *published]
    about = dict(book.get_sheet_by_name("about").to_python())
    assert about["in a sentence"].startswith("40 people (38–45) endorsed")
    assert about["how"].startswith("We analysed")
    head, first, *_ = book.get_sheet_by_name("petitions").to_python()
    row = dict(zip(head, first, strict=True))
    assert (row["counted"], row["share"], row["first_week"]) == (40.0, 0.4, MONDAY)
    hidden = dict(zip(head, book.get_sheet_by_name("petitions").to_python()[2], strict=True))
    assert hidden["counted"] == SUPPRESSED
    weeks = [cells[1] for cells in book.get_sheet_by_name("endorsements_over_time").to_python()[1:]]
    assert weeks == [date(2031, 1, 6), date(2031, 1, 13), date(2031, 1, 20)]
    values = {cells[0]: cells[1] for cells in book.get_sheet_by_name("summary").to_python()[1:]}
    assert values == {"people backing [adopt-quill]": 40.0, "people backing tiny": SUPPRESSED}


def test_page_is_self_contained_and_escapes(published: dict[str, Published]) -> None:
    """No script, no address to load from, and text from the forum is text."""
    page = to_html(published, CONTEXT).decode()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "outage &lt;b&gt;" in page
    assert not re.findall(r"""(?:src|href)=["'](?!#)[^"']*|url\(\s*["']?(?!#)[^)]*""", page)
    assert page.count("<svg") == 8


def test_page_shows_published_cells_only(published: dict[str, Published]) -> None:
    """The hidden petition's count appears nowhere; its cells say so."""
    page = to_html(published, CONTEXT).decode()
    row = page.split('<th scope="row">tiny</th>')[1].split("</tr>")[0]
    assert row.count(SUPPRESSED) == 4
    assert ">3<" not in row


def test_page_stands_without_any_table() -> None:
    """An export in which nothing was found still gets a page that says so."""
    page = to_html({}, ReportContext()).decode()
    assert "No petition was found" in page


def test_page_says_so_when_the_headline_is_too_small(published: dict[str, Published]) -> None:
    """A petition of three people has no number on the page."""
    tiny = pa.table(
        {name: published["petitions"].table.column(name).slice(1) for name in published["petitions"].columns}
    )
    assert tiny["counted"].to_pylist() == [SUPPRESSED]
    page = to_html({"petitions": published["petitions"]}, CONTEXT).decode()
    assert "40" in page
    assert "Too few people endorsed" in claim(published["petitions"].records()[1])


def test_claim_line_states_range_parts_and_base(published: dict[str, Published]) -> None:
    """The sentence a reader may quote."""
    assert claim(published["petitions"].records()[0]) == (
        "40 people (38–45) endorsed “We ask for <Quill>.” between the weeks of 6 Jan 2031 and 20 Jan 2031: "
        "20 signed, 13 said, 7 reacted; 6 withdrew; 0 conflicted; 40% of 100 eligible."
    )


def test_two_runs_write_the_same_bytes(tmp_path: Path, published: dict[str, Published]) -> None:
    """Nothing of the clock or the folder gets into a file."""
    first = {path.name: path.read_bytes() for path in write_report(tmp_path / "a", published, CONTEXT)}
    second = {
        path.name: path.read_bytes() for path in write_report(tmp_path / "deep" / "b", published, CONTEXT)
    }
    assert first == second
    assert {"report.html", "report.xlsx", "manifest.json", "petitions.csv"} < set(first)
    assert str(tmp_path).encode() not in b"".join(first.values())


def test_manifest_names_inputs_files_and_what_was_hidden(
    tmp_path: Path, published: dict[str, Published]
) -> None:
    """Enough to repeat the run and to check its files."""
    write_report(tmp_path, published, CONTEXT)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert [entry["name"] for entry in manifest["inputs"]] == ["a", "b.zip"]
    # How many posts each holds would be a count that no gate has seen.
    assert all(entry.keys() == {"name", "format", "sha256"} for entry in manifest["inputs"])
    facts = manifest["tables"]["stance"]
    assert (facts["rows"], facts["suppressed"], facts["left_out"]) == (5, 10, 0)
    assert facts["columns"]["people"] == "count"
    assert manifest["seed"] == 3
    assert set(manifest["files"]) == {p.name for p in tmp_path.iterdir()} - {"manifest.json"}


def test_a_second_report_replaces_ours_and_leaves_others(
    tmp_path: Path, published: dict[str, Published]
) -> None:
    """Files that are not a report's stay; nothing half-written stays behind."""
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "petitions.csv").write_text("old")
    files = write_report(tmp_path, published, CONTEXT)
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "petitions.csv").read_text().startswith("petition,counted,low,high,")
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in files} | {"notes.txt"}


def test_a_table_that_is_gone_is_removed_unless_somebody_changed_it(
    tmp_path: Path, published: dict[str, Published]
) -> None:
    """A former report's table does not stay beside the new one's; a file with notes in it does."""
    write_report(tmp_path, published, CONTEXT)
    (tmp_path / "themes.csv").write_text("my notes")
    fewer = {name: table for name, table in published.items() if name not in ("themes", "stance")}
    write_report(tmp_path, fewer, CONTEXT)
    assert not (tmp_path / "stance.csv").exists()
    assert (tmp_path / "themes.csv").read_text() == "my notes"


def test_a_file_in_the_way_stops_it_before_anything_is_written(
    tmp_path: Path, published: dict[str, Published]
) -> None:
    """A file where the folder or a parent should be, or a folder where a file should be, is named."""
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(OutputError, match="is a file, not a folder"):
            check_folder(folder)
        with pytest.raises(OutputError, match="is a file, not a folder"):
            write_report(folder, published, CONTEXT)
    (tmp_path / "out" / "themes.csv").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"themes\.csv: is a folder") as caught:
        write_report(tmp_path / "out", published, CONTEXT)
    assert caught.value.hint
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["themes.csv"]


def test_summary_table_prints_names_as_they_are(published: dict[str, Published]) -> None:
    """Square brackets in a name are not markup, and hidden figures have no range."""
    from rich.console import Console

    stream = io.StringIO()
    Console(file=stream, width=100, color_system=None).print(summary_table(published))
    lines = stream.getvalue().splitlines()
    assert lines[1].split() == ["people", "backing", "[adopt-quill]", "40", "38–45"]
    assert lines[2].split() == ["people", "backing", "tiny", SUPPRESSED]


def test_the_room_opens_without_heavy_libraries() -> None:
    """Importing the report loads no charts, no language model and no solver."""
    code = (
        "import sys, forum_pulse.report; "
        "print([m for m in ('altair','vl_convert','spacy','scipy','pandas','jinja2','xlsxwriter','rich.table') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
