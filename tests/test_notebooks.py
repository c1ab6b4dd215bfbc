"""The notebooks as they lie there: without outputs, in order, for any kernel. `pytest --nbmake notebooks` runs them."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST = 30
"""Cells of a notebook that is still short."""


def cells(notebook: Path, kind: str) -> list[dict[str, Any]]:
    content = json.loads(notebook.read_text(encoding="utf-8"))
    return [cell for cell in content["cells"] if cell["cell_type"] == kind]


def test_the_four_are_there() -> None:
    """Numbered in the order of reading."""
    assert [notebook.name.partition("-")[0] for notebook in NOTEBOOKS] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_stripped(notebook: Path) -> None:
    """Outputs hold what was read where they were made; they do not belong into a repository."""
    told = [cell["source"] for cell in cells(notebook, "code") if cell["outputs"] or cell["execution_count"]]
    assert told == [], f"strip {notebook.name}: jupyter nbconvert --clear-output --inplace notebooks/*.ipynb"
    metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_tells_what_it_does_and_is_short(notebook: Path) -> None:
    """A title first, words between the code, and code that parses."""
    assert "".join(cells(notebook, "markdown")[0]["source"]).startswith("# ")
    code = cells(notebook, "code")
    assert len(code) <= len(cells(notebook, "markdown")) * 3 <= LONGEST
    for cell in code:
        ast.parse("".join(cell["source"]))
