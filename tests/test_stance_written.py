"""The sentences written by hand for the stance model: well formed, apart from what is measured on, turned with care."""

import csv
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import stance_written
from stance_bank import told
from stance_pairs import Pair
from stance_written import COLUMNS, FOLDER, is_name, lines, shown, written

from forum_pulse.sentiment.stance import STANCES

FILES = sorted(FOLDER.glob("written_*.tsv"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_line_is_well_formed(file: Path):
    """Five columns under the header, a stance that is known, a target and a text, nothing to be stripped."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == COLUMNS
    wrong = [
        number
        for number, row in enumerate(rows[1:], 2)
        if len(row) != len(COLUMNS) or row[1] not in STANCES or not (row[0] and row[2] and row[4])
        or any(cell != cell.strip() for cell in row)
    ]  # fmt: skip
    assert not wrong


def test_there_are_thousands_of_different_ones():
    """No line stands twice; a text has one stance towards a target; every stance has its share."""
    own = [pair for _, pair in lines()]
    keys = [(pair.target.casefold(), pair.text, pair.parent) for pair in own]
    assert len(own) > 4000
    assert len(keys) == len(set(keys))
    assert len({pair.text for pair in own}) > 3000
    assert len({pair.target for pair in own}) > 500
    for stance in STANCES:
        assert sum(pair.stance == stance for pair in own) > 0.2 * len(own)


@pytest.mark.parametrize("part", ["dev", "test"])
def test_they_share_nothing_with_what_is_measured_on(part: str):
    """No target of the bank's other parts nor its rival is named in a line, and no string of theirs is one."""
    bank = told(part)
    strings = set(strings_of(bank)) - {""}
    things = {
        re.sub(r"^(the|a|an|our) ", "", flat(name))
        for target in bank["target"]
        for name in (*target["names"], target["rival"])
    }
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(things)))})s?\b")
    shared = [
        cell
        for _, pair in lines()
        for cell in (pair.target, pair.text, pair.parent)
        if named.search(flat(cell)) or cell.casefold().strip() in strings
    ]
    assert not shared


def test_what_is_held_out_was_not_learnt_from():
    """No text stands in both parts; each text held out has a target no other text is shown under in training."""
    train, dev = written("train"), written("dev")
    assert not {(pair.parent, pair.text) for _, pair in train} & {(pair.parent, pair.text) for _, pair in dev}
    learnt = {pair.target for _, pair in train}
    targets: dict[str, set[str]] = {}
    for _, pair in dev:
        targets.setdefault(pair.parent + pair.text, set()).add(pair.target)
    assert all(own - learnt for own in targets.values())
    assert len(train) + len(dev) == len(lines())
    assert 0.04 < len(dev) / len(lines()) < 0.2


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Pair]:
    """Four lines of our own, with two invented names."""
    rows = [
        ("plain", "favor", "Tamber", "", "Tamber finds my files"),
        ("plain", "against", "Wexling", "How is Wexling?", "Slow"),
        ("ban", "favor", "We should ban gum", "", "My shoe says yes"),
        ("fact", "none", "Stop the raffle", "", "It is on Monday"),
    ]
    text = "\n".join("\t".join(row) for row in (COLUMNS, *rows))
    (tmp_path / "written_1.tsv").write_text(text + "\n", "utf-8")
    monkeypatch.setattr(stance_written, "FOLDER", tmp_path)
    monkeypatch.setattr(stance_written, "_HELD_OUT", 10**9)
    return [Pair(target, said, stance, parent) for _, stance, target, parent, said in rows]


def test_a_pass_shows_each_line_and_turns_some(few: list[Pair]):
    """Names stand in statements too, "should" is denied, requests stay; the denied have the other stance."""
    found = shown(400, 0, answering=0.0, elsewhere=0.0)
    assert found == shown(400, 0, answering=0.0, elsewhere=0.0)
    assert found != shown(400, 1, answering=0.0, elsewhere=0.0)
    assert set(few) <= set(found)
    assert replace(few[2], target="We should not ban gum", stance="against") in found
    assert {(pair.target, pair.stance) for pair in found if pair.text == few[3].text} == {
        ("Stop the raffle", "none")
    }
    stated = {pair.target: pair.stance for pair in found if pair.text == few[0].text}
    assert (stated["Ban Tamber"], stated["We should keep Tamber"]) == ("against", "favor")


def test_names_are_exchanged_throughout_a_pair(few: list[Pair]):
    """An invented name becomes another one, the same in target, text and parent."""
    found = {
        (pair.target, pair.text, pair.parent)
        for pair in shown(400, 0, answering=0.0, elsewhere=0.0)
        if pair.target in {"Tamber", "Wexling"}
    }
    assert found == {
        ("Tamber", "Tamber finds my files", ""), ("Wexling", "Wexling finds my files", ""),
        ("Wexling", "Slow", "How is Wexling?"), ("Tamber", "Slow", "How is Tamber?"),
    }  # fmt: skip


def test_elsewhere_and_answering(few: list[Pair]):
    """Under a target of another text nothing is said; a stray parent does not change the stance."""
    found = shown(400, 0, answering=1.0, elsewhere=1.0)
    assert {
        pair.stance for pair in found if (pair.target, pair.text) == ("Stop the raffle", few[2].text)
    } == {"none"}
    assert {pair.stance for pair in found if pair.target == few[2].target and pair.text == few[2].text} == {
        "favor"
    }
    assert all(pair.parent for pair in found)


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("Tamber", True), ("the badge readers", True), ("Nuclear power", True), ("pay transparency", True),
        ("Stop the badge checks", False), ("A ban on Tamber", False), ("We should keep Tamber", False),
        ("Petition: keep Tamber", False), ("Let us work from home", False), ("Tamber is harmful", False),
    ],
)  # fmt: skip
def test_names_are_told_from_statements(target: str, named: bool):
    """Only a name may be put into another statement."""
    assert is_name(target) == named


def flat(text: str) -> str:
    return re.sub(r"[\s-]+", " ", text.casefold()).strip()


def strings_of(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value.casefold().strip()
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_of(inner)
