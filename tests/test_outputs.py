"""docs/outputs.md against the files: every column of every file is described, and nothing else is.

Whoever adds a column adds its line to docs/outputs.md; the tests say which.
"""

import csv
import json
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import ROOT

from forum_pulse.report import POLICIES, SUPPRESSED, TablePolicy
from forum_pulse.report.coarsening import SHARES
from forum_pulse.run import Run

DOCUMENT = ROOT / "docs" / "outputs.md"
WHOLE = r"-?\d+"
CELLS = {
    "text": r"(?s).*",
    "persons": WHOLE, "posts": WHOLE, "acts": WHOLE, "count": WHOLE,
    "share": r"[01]\.\d{3}",
    "number": r"-?\d+(\.\d+)?",
    "week": r"\d{4}-\d\d-\d\d",
    "yes/no": r"True|False",
}  # fmt: skip
"""What a cell of each type looks like."""


class Column(NamedTuple):
    name: str
    type: str
    meaning: str
    suppressed: str


def described() -> dict[str, list[Column]]:
    """Tables of the document by file name; files that are no tables have no columns."""
    sections = re.split(r"^## ", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {section.splitlines()[0].strip(): columns(section) for section in sections}


def columns(section: str) -> list[Column]:
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [Column(row[0].strip("`"), *row[1:]) for row in rows if len(row) == len(Column._fields)]


def report_of(run: Run) -> Path:
    assert run.folder is not None
    return run.folder


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_every_column_that_may_be_shown_is_described(policy: TablePolicy) -> None:
    """Also of the tables that only some forums or audits have."""
    told = [column.name for column in described().get(f"{policy.name}.csv", [])]
    assert told == list(policy.columns), (
        f"{policy.name}.csv has other columns than docs/outputs.md says under '## {policy.name}.csv'. "
        f"Not described: {[name for name in policy.columns if name not in told]}. "
        f"Described, but not there: {[name for name in told if name not in policy.columns]}. "
        "Give each new column its line (`name` | type | meaning | suppressed), in the order of the file."
    )


def test_no_other_file_is_described(demo_run: Run) -> None:
    """What the document names is written by a report, now or under the conditions it states."""
    tables = {f"{name}.csv" for name in POLICIES}
    written = {path.name for path in report_of(demo_run).iterdir()}
    assert written <= set(described()), f"docs/outputs.md lacks {sorted(written - set(described()))}"
    unknown = set(described()) - tables - written
    assert not unknown, f"docs/outputs.md describes files that no report holds: {sorted(unknown)}"


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_files_of_a_run_hold_what_is_described(demo_run: Run, name: str) -> None:
    """Header, types, and suppression only where the document allows it."""
    path = report_of(demo_run) / f"{name}.csv"
    if not path.exists():
        pytest.skip("not in a report of the demo forum")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    told = described()[path.name]
    assert header == [column.name for column in told]
    for place, column in enumerate(told):
        cells = {row[place] for row in rows} - {""}
        assert column.suppressed != "never" or SUPPRESSED not in cells, f"{name}: {column.name}"
        odd = [cell for cell in cells - {SUPPRESSED} if not re.fullmatch(CELLS[column.type], cell)]
        assert not odd, f"{path.name}, {column.name}: {odd[:3]} are not of type {column.type!r}"


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_suppression_is_described_as_the_gate_does_it(policy: TablePolicy) -> None:
    """Counts of people are hidden when small, what follows a figure with it, keys never."""
    told = {column.name: column.suppressed for column in described()[f"{policy.name}.csv"]}
    with_what = {
        name: {cause for cause, hidden in policy.follows.items() if name in hidden and cause in told}
        for name in policy.columns
    }
    for name, words in told.items():
        if name in policy.keys:
            assert words == "never", f"{policy.name}.csv, {name} names a row"
        elif name in policy.persons:
            assert words == "small", f"{policy.name}.csv, {name} counts people"
        elif with_what[name] and words != "small":
            causes = set(re.findall(r"`(\w+)`", words))
            assert set() < causes <= with_what[name], f"{policy.name}.csv, {name}: {words}"


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_no_figure_stays_exact_where_counts_are_coarse(policy: TablePolicy) -> None:
    """Whatever is a number is rounded, reckoned from rounded counts, or not shown; numbers that name a row stay.

    Tables that repeat figures of others are as those are. Precision is of verdicts, labels are of texts, and
    a place on the map of topics, or among the steps of the waterfall, is no count.
    """
    if policy.echo is not None or policy.name == "changes":
        pytest.skip("repeats what stands elsewhere")
    known = {*policy.keys, "precision", "precision_low", "precision_high", "labels", "x", "y", "ordinal"}
    known |= {*policy.counts, *policy.exact} | ({*SHARES} if policy.share_of else set())
    numbers = [c.name for c in described()[f"{policy.name}.csv"] if c.type not in ("text", "week", "yes/no")]
    assert set(numbers) <= known


def test_manifest_is_described(demo_run: Run) -> None:
    """Each key, and no other."""
    section = DOCUMENT.read_text(encoding="utf-8").partition("## manifest.json")[2]
    told = set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))
    manifest = json.loads((report_of(demo_run) / "manifest.json").read_text(encoding="utf-8"))
    assert told == manifest.keys()
