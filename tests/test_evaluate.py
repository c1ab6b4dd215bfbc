"""Readings held against labels: the figures, the file of labels, agreement between coders, the command."""

import json
from pathlib import Path

import numpy as np
import pytest
from test_sentiment import FakeEncoder
from typer.testing import CliRunner

from forum_pulse.cli import app, main
from forum_pulse.errors import ConfigError
from forum_pulse.sentiment import STANCES
from forum_pulse.sentiment import aside as aside_module
from forum_pulse.sentiment.evaluation import Judged, agreement, confusion, figures
from forum_pulse.sentiment.labels import Labels, label_files, read_labels

TEXTS = [
    "I love the new editor",
    "The new editor eats my files",
    "The kitchen is closed",
    "It is mostly fine",
]


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEncoder:
    """No model is loaded here, and nothing is kept."""
    fake = FakeEncoder()
    monkeypatch.setattr(aside_module, "shipped", lambda: fake)
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path / "cache"))
    return fake


def sheet(
    folder: Path, *lines: str, header: str = "text,target,stance,person,coder", name: str = "labels.csv"
) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def crowd(size: int, coders: tuple[str, ...] = ("ida",)) -> list[str]:
    return [
        f"{TEXTS[n % 4]} {n},the new editor,{STANCES[n % 3]},p{n % 11},{coder}"
        for n in range(size)
        for coder in coders
    ]


def judged(size: int = 300, *, seed: int = 0) -> Judged:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, size)
    probabilities = rng.dirichlet([1, 1, 1], size) + 0.6 * np.eye(3)[truth]
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1)
    persons = [f"p{n % 40}" for n in range(size)]
    return Judged(STANCES, truth, predicted, persons, probabilities, probabilities.max(axis=1) < 0.5)


def by_name(rows: list[dict[str, object]]) -> dict[str, dict[str, float]]:
    return {row["figure"]: row for row in rows}


def test_figures_are_those_of_scikit_learn():
    """Macro-F1, per class, accuracy, Favg and polar F1 agree with the library's; so do ECE and Brier with loops."""
    from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

    told = judged()
    found = {name: row["value"] for name, row in by_name(figures(told)).items()}
    each = precision_recall_fscore_support(told.truth, told.predicted)
    for index, name in enumerate(STANCES):
        for place, figure in enumerate(("precision", "recall", "F1")):
            assert found[f"{name}: {figure}"] == pytest.approx(each[place][index])
    assert found["macro-F1"] == pytest.approx(f1_score(told.truth, told.predicted, average="macro"))
    assert found["accuracy"] == pytest.approx(accuracy_score(told.truth, told.predicted))
    assert found["Favg"] == pytest.approx(each[2][:2].mean())
    sided = told.truth < 2
    choice = told.probabilities[sided][:, :2].argmax(axis=1)
    assert found["polar F1"] == pytest.approx(f1_score(told.truth[sided], choice, average="macro"))
    best, right = told.probabilities.max(axis=1), told.predicted == told.truth
    bins = (best * 15).astype(int).clip(max=14)
    gaps = [abs((right[bins == b] - best[bins == b]).sum()) for b in range(15)]
    assert found["ECE"] == pytest.approx(sum(gaps) / 300)
    assert found["Brier"] == pytest.approx(
        ((told.probabilities - np.eye(3)[told.truth]) ** 2).sum(axis=1).mean()
    )
    assert found["unclear, share"] == pytest.approx((best < 0.5).mean())
    assert found["accuracy where clear"] == pytest.approx(right[best >= 0.5].mean())


def test_intervals_are_over_persons():
    """Each holds its figure; texts that are all one person's make a wider one than texts of as many persons."""
    told = judged()
    for row in figures(told):
        assert row["low"] <= row["value"] <= row["high"]
    assert figures(told) == figures(told)
    few = Judged(
        STANCES, np.tile(told.truth, 4), np.tile(told.predicted, 4), [f"p{n % 300}" for n in range(1200)]
    )
    many = Judged(STANCES, few.truth, few.predicted, [""] * 1200)
    wide, narrow = (by_name(figures(one))["accuracy"] for one in (few, many))
    assert wide["value"] == narrow["value"]
    assert wide["high"] - wide["low"] > 1.5 * (narrow["high"] - narrow["low"])


def test_confusion_counts_every_text_once():
    """True by read; what the reader abstains from stands apart."""
    told = judged()
    rows = confusion(told)
    assert [row["true"] for row in rows] == list(STANCES)
    assert sum(value for row in rows for name, value in row.items() if name != "true") == 300
    assert sum(row["unclear"] for row in rows) == told.unclear.sum() > 0


def test_a_class_nobody_has_leaves_no_figure():
    """Nothing true and nothing read of a class: its cells are empty, macro-F1 is over the others."""
    truth = np.array([0, 1] * 20)
    found = by_name(figures(Judged(STANCES, truth, truth, [""] * 40)))
    assert found["none: F1"] == {"figure": "none: F1", "value": None, "low": None, "high": None}
    assert found["macro-F1"]["value"] == 1
    assert "ECE" not in found


def test_labels_are_read(tmp_path: Path):
    """Case, other names of a stance, open rows, and what most coders say; the divided have no label."""
    file = sheet(
        tmp_path,
        "a,x,FAVOR,p1,ida", "a,x,for,p1,jo", "a,x,against,p1,kim",
        "b,x,neutral,p2,ida", "b,x,against,p2,jo",
        "c,x,unsure,p3,ida", "c,x,,p3,jo",
        "d,x,Con,,ida",
    )  # fmt: skip
    labels = read_labels(file)
    assert {item.text: value for item, value in labels.truth.items()} == {"a": "favor", "d": "against"}
    assert labels.coders == ("ida", "jo", "kim")
    assert labels.left_open == 2
    assert labels.task == "stance"


def test_columns_may_bear_other_names(tmp_path: Path):
    """As typed with --column; a .tsv file is read by its tabs."""
    file = sheet(tmp_path, "a, b\tfavor\tx", header="Comment\tlabel\ttopic", name="l.tsv")
    labels = read_labels(file, {"text": "Comment", "stance": "label", "target": "topic"})
    assert [(row.item.text, row.item.target, row.value) for row in labels.rows] == [("a, b", "x", "favor")]


@pytest.mark.parametrize(
    ("header", "line", "message", "hint"),
    [
        ("text,target", "a,b", "labels.csv:1: none of the columns", "--column"),
        ("text,stance", "a,favor", "labels.csv:1: column target is missing", "--column target=NAME"),
        ("text,target,stance,act", "a,b,favor,endorse", "columns stance and act", "keep one"),
        ("text,target,stance", "a,b,maybe", "labels.csv:2: stance 'maybe' is unknown", "choose from: favor"),
        ("text,target,stance", '"",b,favor', "labels.csv:2: the text is empty", "remove the row"),
        ("text,target,stance", "a, ,favor", "labels.csv:2: the target is empty", "towards"),
        ("text,act", "a,signed", "labels.csv:2: act 'signed' is unknown", "endorse"),
    ],
)
def test_what_is_wrong_with_labels_is_said(tmp_path: Path, header: str, line: str, message: str, hint: str):
    """File, line, remedy."""
    file = sheet(tmp_path, line, header=header)
    with pytest.raises(ConfigError, match=message) as caught:
        read_labels(file)
    assert hint in caught.value.hint


def test_a_folder_of_labels(tmp_path: Path):
    """Tables with a column of labels are taken, by name; others are passed over; none at all is an error."""
    with pytest.raises(ConfigError, match="no labels here"):
        label_files(tmp_path)
    sheet(tmp_path, name="b.csv")
    sheet(tmp_path, name="a.tsv", header="text\tpolarity")
    sheet(tmp_path, name="people.csv", header="person,email")
    (tmp_path / "README.md").write_text("text,target,stance")
    assert [file.name for file in label_files(tmp_path)] == ["a.tsv", "b.csv"]
    with pytest.raises(ConfigError, match=r"nowhere\.csv"):
        label_files(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("encoding", "delimiter", "head"),
    [("utf-8-sig", ";", ""), ("utf-16", "\t", ""), ("cp1252", ";", ""), ("utf-8", ";", "sep=;\r\n")],
)
def test_labels_saved_by_a_spreadsheet_are_read(tmp_path: Path, encoding: str, delimiter: str, head: str):
    """Semicolons, tabs in UTF-16, Windows-1252; empty rows below the last say nothing, and leave nothing open."""
    rows = ["text,target,stance,person,note", "für alle,x,favor,p1,", "b,x,against,p2,ok", ",,,,", ",,,,"]
    file = tmp_path / "labels.csv"
    file.write_bytes((head + "\r\n".join(rows).replace(",", delimiter)).encode(encoding))
    labels = read_labels(file)
    assert [(row.item.text, row.value) for row in labels.rows] == [("für alle", "favor"), ("b", "against")]
    assert labels.left_open == 0
    assert label_files(tmp_path) == [file]
    file.write_bytes((head + "\r\n".join([*rows, "c,x,maybe"]).replace(",", delimiter)).encode(encoding))
    with pytest.raises(ConfigError, match=rf"labels\.csv:{6 + bool(head)}: stance 'maybe'"):
        read_labels(file)


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0", "text,act\nfür,".encode() + b"\xff\n"])
def test_what_is_no_text_or_damaged_is_no_table_of_labels(tmp_path: Path, content: bytes):
    """A workbook under another name, and UTF-8 with a broken letter, which no other encoding explains."""
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(ConfigError, match=r"labels\.csv: can't be read") as caught:
        read_labels(tmp_path / "labels.csv")
    assert "UTF-8" in caught.value.hint


def test_a_folder_holds_other_things_beside_labels(tmp_path: Path):
    """A folder that is called a table, a link that leads nowhere, a cell of any length, a suffix in capitals."""
    (tmp_path / "old.csv").mkdir()
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    (tmp_path / "long.csv").write_text(f'id,"{"x" * 200_000}"\n', encoding="utf-8")
    assert label_files(sheet(tmp_path, name="LABELS.CSV").parent) == [tmp_path / "LABELS.CSV"]


@pytest.mark.parametrize(
    ("told", "message", "hint"),
    [
        ({"parrent": "answered"}, "'parrent' is none of our columns", "did you mean 'parent'?"),
        ({"person": "writer"}, "labels.csv has no column 'writer'", "coder"),
    ],
)
def test_a_column_that_is_told_in_vain_is_refused(
    tmp_path: Path, told: dict[str, str], message: str, hint: str
):
    """Passed over, it would leave out whom a text answers, or whose it is, and nobody would see it in the figures."""
    with pytest.raises(ConfigError, match=message) as caught:
        read_labels(sheet(tmp_path, *crowd(3)), told)
    assert hint in caught.value.hint


def labelled(values: dict[str, list[str]], folder: Path) -> Labels:
    """Labels of several coders, item by item; "" is left open."""
    lines = [f"text {n},x,{value},,{coder}" for coder, own in values.items() for n, value in enumerate(own)]
    return read_labels(sheet(folder, *lines))


def test_agreement_of_coders(tmp_path: Path):
    """Kappa as worked out by hand (0.9 seen, 0.5 by chance: 0.8); alpha 1 in full agreement, near 0 by chance."""
    one = ["favor"] * 20 + ["against"] * 20
    two = ["favor"] * 18 + ["against"] * 20 + ["favor"] * 2
    first, last = agreement(labelled({"ida": one, "jo": two}, tmp_path))
    assert (first["figure"], first["coders"], first["items"]) == ("Cohen's kappa", "ida, jo", 40)
    assert first["value"] == pytest.approx(0.8)
    assert last["figure"] == "Krippendorff's alpha"
    assert 0.79 < last["value"] < 0.82
    same = agreement(labelled({"ida": one, "jo": one, "kim": one}, tmp_path))
    assert [row["value"] for row in same] == [1, 1, 1, pytest.approx(1)]
    assert (
        abs(agreement(labelled({"ida": one, "jo": ["favor", "against"] * 20}, tmp_path))[0]["value"]) < 1e-9
    )


def test_little_agreement_is_not_measured(tmp_path: Path):
    """Fewer than thirty shared items, or everybody always the same word: insufficient data."""
    few = agreement(labelled({"ida": ["favor", "against"] * 20, "jo": ["favor"] * 29 + [""] * 11}, tmp_path))
    assert [row["value"] for row in few] == [None, None]
    assert {row["note"] for row in few} == {"insufficient data"}
    alike = agreement(labelled({"ida": ["favor"] * 40, "jo": ["favor"] * 40}, tmp_path))
    assert {row["note"] for row in alike} == {"insufficient data"}


def test_the_command_prints_every_part(tmp_path: Path):
    """As tables and as JSON; the same figures each time."""
    file = sheet(tmp_path, *crowd(40, ("ida", "jo")))
    done = CliRunner().invoke(app, ["evaluate", str(file), "--json", "-q"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert list(told) == ["labels", "figures", "confusion", "agreement"]
    assert told["labels"][0]["texts"] == 40
    assert told["labels"][0]["persons"] == 11
    assert {row["file"] for rows in told.values() for row in rows} == {"labels.csv"}
    assert {"macro-F1", "Favg", "ECE", "Brier", "favor: F1"} <= {row["figure"] for row in told["figures"]}
    assert CliRunner().invoke(app, ["evaluate", str(tmp_path), "--json", "-q"]).stdout == done.stdout
    shown = CliRunner().invoke(app, ["evaluate", str(file), "-q"]).stdout
    assert "macro-F1" in shown
    assert "Krippendorff's alpha" in shown


@pytest.mark.parametrize(("line", "code"), [("a,b,maybe", 2), ("a,b,favor", 0)])
def test_the_command_ends_with_a_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, code: int
):
    """2 for labels that can't be read, with nothing on stdout and no traceback; too few of them are no error."""
    file = sheet(tmp_path, line, header="text,target,stance")
    monkeypatch.setattr("sys.argv", ["forum-pulse", "evaluate", str(file), "-q"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == code
    told = capsys.readouterr()
    assert bool(told.out) == (code == 0)
    assert ("labels.csv:2" in told.err) == (code == 2)
    assert "Traceback" not in told.err


def test_a_seed_below_zero_is_refused(tmp_path: Path):
    """Where it is typed, before anything is read."""
    done = CliRunner().invoke(app, ["evaluate", str(sheet(tmp_path, *crowd(40))), "--seed", "-1"])
    assert done.exit_code == 2
    assert "greater than or equal to 0" in done.output


def test_few_labels_are_insufficient(tmp_path: Path):
    """Twenty-nine texts have no figures; that is said, and is no error."""
    done = CliRunner().invoke(app, ["evaluate", str(sheet(tmp_path, *crowd(29))), "--json", "-q"])
    told = json.loads(done.stdout)
    assert list(told) == ["labels"]
    assert "insufficient data" in told["labels"][0]["note"]


@pytest.mark.parametrize(
    ("task", "rows"),
    [
        ("polarity", [("Thanks, works perfectly!", "positive"), ("I hate this stupid thing.", "negative")]),
        ("act", [("+1, please count me in", "endorse"), ("The canteen is closed", "neutral")]),
    ],
)
def test_polarity_and_acts_are_measured_too(tmp_path: Path, task: str, rows: list[tuple[str, str]]):
    """If the columns say so; what is plain is read right."""
    lines = [f'"{text}",{label},p{n}' for n in range(15) for text, label in rows]
    file = sheet(tmp_path, *lines, header=f"text,{task},person")
    told = json.loads(CliRunner().invoke(app, ["evaluate", str(file), "--json", "-q"]).stdout)
    accuracy = next(row for row in told["figures"] if row["figure"] == "accuracy")
    assert accuracy["value"] == 1
    assert told["labels"][0]["task"] == task
