"""Codebooks as people handle them: which fits, what is wrong with one, a first draft, the commands."""

from pathlib import Path

import pyarrow as pa
import pytest
from fakes import FakeEmbedder
from typer.testing import CliRunner

from forum_pulse.cli import app
from forum_pulse.corpus.store import Store
from forum_pulse.embeddings import default_embedder
from forum_pulse.topics import (
    Codebook,
    Theme,
    Topic,
    builtin_codebooks,
    draft,
    fit,
    load_codebook,
    match,
    review,
    to_yaml,
)
from forum_pulse.topics.tables import THEME_SCHEMA

BANK = Path(__file__).parent / "fixtures/themes/bank.tsv"


def posts(threads: dict[str, list[str]]) -> pa.Table:
    """A post for each person named, in order."""
    rows = [
        {"post_id": f"{thread}/{place}", "thread_id": thread, "person_id": person, "own_text": "words"}
        for thread, people in threads.items()
        for place, person in enumerate(people)
    ]
    return pa.Table.from_pylist(rows)


def raised(*hits: tuple[str, str]) -> pa.Table:
    rows = [{"post_id": post, "theme": theme, "start": 0, "end": 1, "score": 1.0} for post, theme in hits]
    return pa.Table.from_pylist(rows, schema=THEME_SCHEMA)


def test_a_codebook_fits_where_its_concerns_are_debated():
    """Twenty people in one thread who all raise something, three themes among them."""
    people = [f"p{number}" for number in range(20)]
    hits = [(f"t/{place}", f"theme{place % 3}") for place in range(20)]
    assert fit("x", raised(*hits), posts({"t": people})).fits


@pytest.mark.parametrize(
    ("people", "themes", "why"),
    [(20, 2, "two themes only"), (19, 3, "nineteen people"), (60, 3, "a third of those who write")],
)
def test_a_codebook_does_not_fit_otherwise(people: int, themes: int, why: str):
    """One step below each bound."""
    hits = [(f"t/{place}", f"theme{place % themes}") for place in range(min(people, 20))]
    table = posts({"t": [f"p{number}" for number in range(people)]})
    assert not fit("x", raised(*hits), table).fits, why


def test_scattered_hits_do_not_make_a_codebook_fit():
    """A hit in each of two hundred threads of ten people is no debate, however many people it comes to."""
    threads = {f"t{number}": [f"p{number}-{place}" for place in range(10)] for number in range(200)}
    hits = [(f"t{number}/0", f"theme{number % 5}") for number in range(200)]
    found = fit("x", raised(*hits), posts(threads))
    assert (found.people, found.fits) == (0, False)


def test_a_debate_must_be_a_share_of_the_forum():
    """Twenty debaters among two thousand people are one in a hundred."""
    threads = {"t": [f"p{number}" for number in range(20)], "rest": [f"q{number}" for number in range(1980)]}
    hits = [(f"t/{place}", f"theme{place % 3}") for place in range(20)]
    assert not fit("x", raised(*hits), posts(threads)).fits


def test_nothing_fits_ordinary_talk(tmp_path: Path):
    """Themes are left out, and every shipped codebook was considered."""
    table = pa.table(
        {
            "post_id": [str(number) for number in range(60)],
            "thread_id": [str(number % 4) for number in range(60)],
            "person_id": [f"p{number}" for number in range(60)],
            "own_text": ["The proof uses induction on the degree of the polynomial."] * 60,
        }
    )
    with Store(tmp_path / "workspace") as store:
        themes, considered = match(store, table, None, FakeEmbedder())
    assert themes.num_rows == 0
    assert considered["codebook"].to_pylist() == builtin_codebooks()
    assert not any(considered["used"].to_pylist())


def test_a_chosen_codebook_is_used_whether_it_fits_or_not(tmp_path: Path):
    """Its cues are found in a forum of one post."""
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nthemes:\n  - name: canteen\n    cues: [lunch*]\n", encoding="utf-8")
    table = pa.table(
        {"post_id": ["1"], "thread_id": ["1"], "person_id": ["p"], "own_text": ["Lunch is late."]}
    )
    with Store(tmp_path / "workspace") as store:
        themes, considered = match(store, table, str(path), FakeEmbedder())
    assert themes["theme"].to_pylist() == ["canteen"]
    (row,) = considered.to_pylist()
    assert (row["used"], row["fits"]) == (True, False)


@pytest.mark.parametrize("name", builtin_codebooks())
def test_shipped_codebooks_are_rich(name: str):
    """Twelve themes, each with fifteen examples or more, cues and counter-examples."""
    codebook = load_codebook(name)
    assert len(codebook.themes) == 12
    for theme in codebook.themes:
        assert theme.definition
        assert len(theme.examples) >= 15
        assert len(theme.cues) >= 8
        assert len(theme.counter_examples) >= 3


def test_no_sentence_of_the_bank_stands_in_a_codebook():
    """Nor does one that nearly says the same: what is measured on was never learnt."""
    from rapidfuzz import fuzz, process

    rows = [line.split("\t") for line in BANK.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    taught = [
        text
        for name in builtin_codebooks()
        for theme in load_codebook(name).themes
        for text in theme.examples
    ]
    near = [
        (text, found[0])
        for _, _, text in rows
        if (found := process.extractOne(text, taught, scorer=fuzz.token_sort_ratio, score_cutoff=85))
    ]
    assert near == []


def theme(name: str, *examples: str, cues: tuple[str, ...] = (), counter: tuple[str, ...] = ()) -> Theme:
    return Theme(name, "What it is.", examples, cues, counter)


CARS = tuple(f"{word} parking garage space for cars" for word in ("my", "no", "our", "bad", "good", "old"))
FOOD = tuple(f"{word} soup salad lunch kitchen menu" for word in ("my", "no", "our", "bad", "good", "old"))


def kinds(*themes: Theme) -> set[tuple[str, str, str]]:
    return {(one.kind, one.theme, one.what) for one in review(Codebook("x", themes), FakeEmbedder())}


def test_a_sound_codebook_has_no_findings():
    """Two themes that have nothing to do with each other."""
    assert kinds(theme("cars", *CARS, cues=("garage*",)), theme("food", *FOOD, cues=("lunch",))) == set()


def test_each_mistake_is_found():
    """One of every kind, each in the theme it is in."""
    found = kinds(
        theme(
            "cars",
            *CARS,
            "no soup salad lunch kitchen menu today",
            cues=("lunch", "garage*", "garages", "space"),
        ),
        theme("food", *FOOD, cues=("Space", "menu"), counter=(FOOD[0],)),
        theme("diet", *(text.replace("menu", "menu please") for text in FOOD)),
        theme("thin", "one sentence only", cues=("gym",)),
    )
    assert ("dead cue", "cars", "garages") in found
    assert ("shared cue", "cars", "space") in found
    assert ("misleading cue", "cars", "lunch") in found
    assert ("contradiction", "food", FOOD[0]) in found
    assert ("thin theme", "thin", "1 example") in found
    assert ("overlap", "food", "diet") in found
    assert ("strayed example", "cars", "no soup salad lunch kitchen menu today") in found


def test_a_draft_can_be_read_back(tmp_path: Path):
    """Topics become themes with cues and examples; names are out."""
    topic = Topic(0, "parking, garage", ("parking", "Ada", "garage"), 9, (0,), ("p1", "p2"))
    texts = {
        "p1": "Ada says that the parking garage is full again. No.",
        "p2": "Parking costs too much for me.",
    }
    made = draft([topic], texts.__getitem__, name="draft", change=lambda text: text.replace("Ada", "[name]"))
    path = tmp_path / "draft.yaml"
    path.write_text(to_yaml(made), encoding="utf-8")
    (read,) = load_codebook(path).themes
    assert read.name == "topic_0_parking"
    assert read.cues == ("parking", "garage")
    assert read.examples == (
        "[name] says that the parking garage is full again.",
        "Parking costs too much for me.",
    )


def test_list_shows_every_shipped_codebook():
    """By name."""
    done = CliRunner().invoke(app, ["codebook", "list"])
    assert done.exit_code == 0
    assert all(name in done.stdout for name in builtin_codebooks())


def test_check_tells_by_its_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """1 where something is wrong, 0 where nothing is."""
    monkeypatch.setattr("forum_pulse.embeddings.default_embedder", FakeEmbedder)
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text("themes:\n  - name: a\n    cues: [lunch, lunch*]\n", encoding="utf-8")
    good.write_text(
        to_yaml(Codebook("good", (theme("cars", *CARS, cues=("garage",)), theme("food", *FOOD)))),
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, ["codebook", "check", str(bad)])
    assert (done.exit_code, "dead cue" in done.stdout) == (1, True)
    done = CliRunner().invoke(app, ["codebook", "check", str(good)])
    assert (done.exit_code, "nothing found" in done.stdout) == (0, True)


def test_suggest_refuses_to_overwrite(tmp_path: Path):
    """A file that is there stays as it is."""
    out = tmp_path / "mine.yaml"
    out.write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(app, ["codebook", "suggest", "x.zip", "-o", str(out)])
    assert done.exit_code != 0
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.models
@pytest.mark.parametrize("name", builtin_codebooks())
def test_shipped_codebooks_pass_their_own_check(name: str):
    """Nothing overlaps, misleads or strays."""
    assert review(load_codebook(name), default_embedder()) == []
