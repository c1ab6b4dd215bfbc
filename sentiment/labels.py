"""Texts that people have labelled: what the readers are measured by, and what corrects their shares.

A file is a table with a header: `text`, what was labelled (`stance` with `target`, `polarity` or `act`), and,
where there are any, `parent` (the words the text answers), `person` (who wrote it) and `coder` (who labelled
it). Coders may label the same texts on rows of their own: what most of them say is the label.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from ..corpus.spreadsheet import Record, read_spreadsheet
from ..errors import ConfigError, hint_for_choice, hint_for_missing
from .polarity import POLARITIES
from .stance import STANCES

Task = Literal["stance", "polarity", "act"]
CLASSES: Final[Mapping[Task, tuple[str, ...]]] = {
    "stance": STANCES,
    "polarity": POLARITIES,
    "act": ("endorse", "oppose", "withdraw", "conditional", "neutral"),
}
"""What can be said of a text, by what is asked."""
LEAST: Final = 30
"""Fewer labels than this say nothing."""
SUFFIXES: Final = (".csv", ".tsv")

_OTHER_NAMES: Final = {"favour": "favor", "for": "favor", "pro": "favor", "con": "against", "neither": "none"}
_SKIPPED: Final = frozenset({"", "unclear", "unsure"})
_BESIDE: Final = ("parent", "person", "coder")


@dataclass(frozen=True, slots=True)
class Item:
    """A text somebody labelled, and what for; alike ones are one."""

    text: str
    target: str = ""
    parent: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What one coder says of one item."""

    item: Item
    coder: str
    value: str


@dataclass(frozen=True, slots=True)
class Labels:
    """A file of labels.

    Attributes:
        name: of the file.
        task: what was labelled.
        rows: in the file's order; without those a coder left open.
        left_open: how many rows say nothing ("", "unclear", "unsure").
    """

    name: str
    task: Task
    rows: tuple[Label, ...]
    left_open: int = 0

    @property
    def coders(self) -> tuple[str, ...]:
        """Who labelled, in alphabetical order."""
        return tuple(sorted({row.coder for row in self.rows}))

    @property
    def truth(self) -> dict[Item, str]:
        """The label most coders give an item; items on which they are divided have none."""
        said: dict[Item, Counter[str]] = {}
        for row in self.rows:
            said.setdefault(row.item, Counter())[row.value] += 1
        found: dict[Item, str] = {}
        for item, votes in said.items():
            (best, most), *others = votes.most_common(2)
            if not others or others[0][1] < most:
                found[item] = best
        return found


def read_labels(path: Path, columns: Mapping[str, str] | None = None) -> Labels:
    """Read a file of labels.

    Args:
        path: CSV, as a spreadsheet saves it.
        columns: our column name -> the file's.

    Raises:
        ConfigError: it can't be read, lacks a column, or a row says what can't be.
    """
    names = _checked_columns(columns)
    table = read_spreadsheet(path)
    task = _task(path, table.columns, names)
    labels = [found for row in table.records if (found := _label(path, row, task, names))]
    return Labels(path.name, task, tuple(labels), len(table.records) - len(labels))


def stance_labels(path: Path | None) -> Labels | None:
    """Labels of stance, None without a path; errors as for `read_labels`, and for a file of other labels."""
    if path is None:
        return None
    labels = read_labels(path)
    if labels.task != "stance":
        raise ConfigError(
            f"{path}:1: labels of {labels.task}, not of stance", hint="name a file with text, target, stance"
        )
    return labels


def label_files(path: Path, columns: Mapping[str, str] | None = None) -> list[Path]:
    """The files of labels at a path: itself, or those of a folder that have a column of labels, by name.

    Raises:
        ConfigError: there is no such path, no such file in the folder, or a table in it can't be read.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ConfigError(f"{path}: there is no such file or folder", hint=hint_for_missing(path))
    names = _checked_columns(columns)
    files = [file for file in sorted(path.iterdir()) if file.suffix.casefold() in SUFFIXES]
    found = [file for file in files if file.is_file() and _tasks(read_spreadsheet(file).columns, names)]
    if not found:
        raise ConfigError(
            f"{path}: there are no labels here",
            hint="name a CSV file with the columns text, target, stance, or a folder of such files",
        )
    return found


def _checked_columns(columns: Mapping[str, str] | None) -> Mapping[str, str]:
    """What columns are called, told for columns that a file of labels can have.

    Raises:
        ConfigError: it can have no such column, so that what was told would go unheard.
    """
    known = (*CLASSES, "text", "target", *_BESIDE)
    for ours, theirs in (columns or {}).items():
        if ours not in known:
            hint = hint_for_choice(ours, known, what="there are")
            raise ConfigError(f"--column {ours}={theirs}: {ours!r} is none of our columns", hint=hint)
    return columns or {}


def _tasks(columns: Sequence[str], names: Mapping[str, str]) -> list[Task]:
    return [task for task in CLASSES if names.get(task, task) in columns]


def _task(path: Path, header: Sequence[str], names: Mapping[str, str]) -> Task:
    known = _tasks(header, names)
    if not known:
        raise ConfigError(
            f"{path}:1: none of the columns {', '.join(CLASSES)} is there",
            hint="name what was labelled in the header, or tell evaluate its column: --column stance=LABEL",
        )
    if len(known) > 1:
        raise ConfigError(
            f"{path}:1: columns {' and '.join(known)} are both there",
            hint="keep one of them in a file",
        )
    needed = ("text", "target") if known[0] == "stance" else ("text",)
    missing = [name for name in needed if names.get(name, name) not in header]
    if missing:
        raise ConfigError(
            f"{path}:1: column {', '.join(missing)} is missing",
            hint=f"add it, or tell evaluate which column it is: --column {missing[0]}=NAME",
        )
    for ours in _BESIDE:
        if names.get(ours, ours) not in header and ours in names:
            raise ConfigError(
                f"--column {ours}={names[ours]}: {path} has no column {names[ours]!r}",
                hint=f"there are: {', '.join(header)}",
            )
    return known[0]


def _label(path: Path, row: Record, task: Task, names: Mapping[str, str]) -> Label | None:
    """The row's label, None if its coder left it open."""

    def cell(name: str) -> str:
        return row.cells.get(names.get(name, name), "")

    value = cell(task).casefold()
    if value in _SKIPPED:
        return None
    value = _OTHER_NAMES.get(value, value) if task == "stance" else value
    if task == "stance" and value == "neutral":
        value = "none"
    where = f"{path}:{row.line}"
    if value not in CLASSES[task]:
        raise ConfigError(
            f"{where}: {task} {value!r} is unknown",
            hint=f"choose from: {', '.join(CLASSES[task])}; leave open what can't be told",
        )
    if not cell("text"):
        raise ConfigError(f"{where}: the text is empty", hint="remove the row, or add the text")
    if task == "stance" and not cell("target"):
        raise ConfigError(f"{where}: the target is empty", hint="say what the stance is towards")
    return Label(Item(*(cell(name) for name in ("text", "target", "parent", "person"))), cell("coder"), value)
