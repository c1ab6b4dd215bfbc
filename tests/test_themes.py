"""Themes: what a codebook may say, where a theme is found, and how well the built-in codebook does."""

import json
import random
from pathlib import Path

import pyarrow as pa
import pytest

from forum_pulse.demo import write_demo
from forum_pulse.errors import ConfigError
from forum_pulse.topics import (
    Codebook,
    Theme,
    ThemeModel,
    builtin_codebooks,
    load_codebook,
    read_themes,
    ridge,
)
from forum_pulse.topics.cues import CueFinder
from forum_pulse.topics.passages import split_passages

from .fakes import FakeEmbedder

DEV = Path(__file__).parent / "fixtures/themes/dev.tsv"
BANK = DEV.with_name("bank.tsv")
FLOOR_COMPOSED = 0.84
FLOOR_DEMO = 0.67
"""Below what was measured (docs/models.md); the goal is 0.85, which the composed posts reach."""
SLUGS = [
    "productivity",
    "capability",
    "forced_adoption",
    "approval_process",
    "customer_credibility",
    "security_outages",
    "transparency",
    "investment_contradiction",
    "cost",
    "craft_skills",
    "job_security",
    "support_rollout",
]
SMALL = Codebook(
    name="small",
    themes=(
        Theme(
            name="parking",
            definition="Where cars stand.",
            examples=tuple(
                f"{word} parking garage space for cars" for word in ("my", "no", "our", "bad", "good", "old")
            ),
            cues=("car park", "charg* station*"),
            counter_examples=("I park my thoughts here for now",),
        ),
        Theme(name="canteen", definition="Food.", cues=("lunch*",)),
    ),
)


def write(folder: Path, text: str) -> Path:
    path = folder / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_regressions_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The same codebook is learnt once on a machine, another or another embedder anew, with the same answers."""
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path))
    fitted, fit = [], ridge._fit
    monkeypatch.setattr(ridge, "_fit", lambda *told: fitted.append(told) or fit(*told))
    texts = [
        "My car stands in the parking garage.",
        "No lunch today?",
        "The garage has no space for old cars.",
    ]
    models = [ThemeModel(SMALL, embedder=FakeEmbedder()) for _ in range(2)]
    assert models[0].read(texts) == models[1].read(texts)
    assert models[0].likeness.threshold == models[1].likeness.threshold
    assert len(fitted) == 1
    ThemeModel(SMALL, embedder=FakeEmbedder(32)).fit()
    assert len(fitted) == 2
    monkeypatch.setenv("FORUM_PULSE_CACHE", str(tmp_path / "other"))
    assert ThemeModel(SMALL, embedder=FakeEmbedder()).read(texts) == models[0].read(texts)
    assert len(fitted) == 3


def test_cues_are_found_in_any_case_and_given_as_written():
    """Also behind the one letter that becomes two when it is made small."""
    finder = CueFinder([["RTO"], ["slow* down", "crawl*"], []])
    assert finder.find("The rto rule: we are SLOWING\n down.") == ["rto", "SLOWING\n down", None]
    assert finder.find("\u0130\u0130\u0130 RTO, it Crawled") == ["RTO", "Crawled", None]
    assert CueFinder([["\u0130zmir"]]).find("from \u0130ZM\u0130R") == ["\u0130ZM\u0130R"]
    assert finder.find("retort, slow, down") == [None, None, None]


def test_builtin_codebook_is_complete():
    """The built-in codebook has its twelve themes, each with a definition, examples, cues and counter-examples."""
    assert builtin_codebooks() == ["ai-tool-mandate", "reorganisation", "return-to-office"]
    codebook = load_codebook("ai-tool-mandate")
    assert [theme.name for theme in codebook.themes] == SLUGS
    for theme in codebook.themes:
        assert theme.definition
        assert len(theme.examples) >= 15
        assert len(theme.cues) >= 15
        assert len(theme.counter_examples) >= 3


def test_builtin_counter_examples_do_not_contradict_examples():
    """No sentence is both an example and a counter-example of one theme."""
    for theme in load_codebook("ai-tool-mandate").themes:
        assert not set(theme.examples) & set(theme.counter_examples)


def test_dev_posts_are_not_in_the_codebook():
    """What the codebook is measured on is not what it learnt from."""
    taught = {text for theme in load_codebook("ai-tool-mandate").themes for text in theme.examples}
    assert not taught & {post for _, post in dev_posts()}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("themes: []", "no themes", "themes:"),
        ("", "nothing is inside", "themes:"),
        ("themes:\n  - name: a\n    cues: [x]\n  - name: A\n    cues: [y]", "line 2: the theme 'a' stands", "merge"),
        ("themes:\n  - name: a\n    exampels: [x]", "line 3: a theme has no key 'exampels'", "'examples'"),
        ("theme:\n  - name: a", "line 1: a codebook has no key 'theme'", "'themes'"),
        ("themes:\n  - name: a\n    cues:\n", "line 2: the theme 'a' is empty", "examples"),
        ("themes:\n  - cues: [x]", "line 2: a theme without a name", "name:"),
        ("themes:\n  - name: a\n    cues: [x]\n    cues: [y]", "line 4: the key 'cues' stands here twice", "merge"),
        ("themes:\n  - name: a\n    examples:\n      - note: a colon", "line 4: an entry of examples is one text", "quotes"),
        ("themes:\n  - name: a\n    cues: some words", "line 3: cues is a list", "dash"),
        ("themes:\n  - name: a\n    cues: ['*']", "the cue '*' of theme 'a' is too wide", "ends a word"),
        ("themes:\n  - name: a\n    cues: ['']", "line 3: cues has an empty entry", "remove"),
        ("themes: [", "no YAML", "quotes"),
        ("themes:\n\t- name: a\n", ", line 2: no YAML", "not with tabs"),
        ("themes:\n  - name: a: b\n", ", line 2: no YAML", "quotes"),
        ("- a\n- b", "line 1: a codebook is expected here", "themes"),
    ],
)  # fmt: skip
def test_wrong_codebook_is_refused(text: str, message: str, hint: str, tmp_path: Path):
    """A mistake is named with its file and line, and the hint says what to do."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_codebook(path)
    assert str(path) in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_missing_codebook_names_the_builtin_ones(tmp_path: Path):
    """A path that leads nowhere is an error with the known names."""
    with pytest.raises(ConfigError, match="no codebook can be read") as caught:
        ThemeModel(str(tmp_path / "none.yaml"), embedder=FakeEmbedder()).predict(["hello there"])
    assert "ai-tool-mandate" in caught.value.hint


def test_unreadable_encoding_is_refused(tmp_path: Path):
    """A codebook that is not UTF-8 is refused with a hint."""
    (tmp_path / "latin.yaml").write_bytes("themes: [ü]".encode("latin-1"))
    with pytest.raises(ConfigError, match="no codebook can be read"):
        load_codebook(tmp_path / "latin.yaml")


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        ("slow* down", "It keeps SLOWING\n  down my work", "SLOWING\n  down"),
        ("slow* down", "a slow countdown", None),
        ("pilot", "copilot", None),
        ("pilot", "the pilot.", "pilot"),
        ("can't handle", "it can’t handle this", "can’t handle"),
        ("sign-off", "needs sign–off", "sign–off"),
        ("cost-effective", "a cost effective plan", None),
        ("c++", "our c++ code", "c++"),
        ("roi", "heroic", None),
        ("licence fee*", "Licence fees!", "Licence fees"),
    ],
)
def test_cue(cue: str, text: str, found: str | None):
    """A cue is found as whole words, whatever the case, spacing, apostrophe or dash."""
    assert CueFinder([[cue]]).find(text) == [found]


def test_longest_cue_wins():
    """Of two cues at one place the longer is reported."""
    assert CueFinder([["cost", "cost saving*"]]).find("real cost savings") == ["cost savings"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two!  Three?", ["One.", "Two!", "Three?"]),
        ("  no full stop\n\n* a list\r\n* of two ", ["no full stop", "* a list", "* of two"]),
        ("Version v1.2 of e.g. this tool is out.", ["Version v1.2 of e.g. this tool is out."]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_passages(text: str, expected: list[str]):
    """Sentences and lines, each with its exact place."""
    (passages,) = split_passages([text])
    assert [passage.text for passage in passages] == expected
    assert [text[passage.start : passage.end] for passage in passages] == expected


def test_cue_only_theme_needs_no_examples():
    """A theme with cues alone is found by them, and only by them."""
    model = ThemeModel(SMALL, embedder=FakeEmbedder())
    assert model.predict(["Lunchtime is at noon", "soup and salad were good today"]) == [{"canteen"}, set()]


def test_likeness_finds_what_no_cue_names():
    """A sentence like the examples raises the theme, ordinary talk and counter-examples do not."""
    model = ThemeModel(SMALL, embedder=FakeEmbedder())
    found = model.predict(
        [
            "any parking garage space for cars",
            "The meeting is moved to three o'clock on Thursday.",
            "I park my thoughts here for now",
        ]
    )
    assert found == [{"parking"}, set(), set()]


def test_hits_say_where_and_why():
    """A hit is a sentence of the text; the cue is given where there is one."""
    text = (
        "Hello all.\nThe charging stations in our parking garage space for cars are broken. Lunch was late!"
    )
    (hits,) = ThemeModel(SMALL, embedder=FakeEmbedder()).read([text])
    assert [(hit.theme, text[hit.start : hit.end], hit.cue) for hit in hits] == [
        (
            "parking",
            "The charging stations in our parking garage space for cars are broken.",
            "charging stations",
        ),
        ("canteen", "Lunch was late!", "Lunch"),
    ]


def test_short_sentences_need_a_cue():
    """Two words are like anything: only a cue counts there."""
    model = ThemeModel(SMALL, embedder=FakeEmbedder())
    assert model.predict(["parking garage", "late lunch"]) == [set(), {"canteen"}]


def test_company_changes_nothing():
    """A text has the same hits alone, in a crowd and in any order."""
    model = ThemeModel(SMALL, embedder=FakeEmbedder())
    texts = [
        f"{word} garage space for cars number {number}" for number in range(40) for word in ("my", "a", "no")
    ]
    together = dict(zip(texts, model.read(texts), strict=True))
    shuffled = random.Random(0).sample(texts, k=len(texts))
    assert dict(zip(shuffled, model.read(shuffled), strict=True)) == together
    assert model.read(texts[:1]) == [together[texts[0]]]


def test_no_texts_and_empty_texts():
    """Nothing in, nothing out."""
    model = ThemeModel(SMALL, embedder=FakeEmbedder())
    assert model.predict([]) == []
    assert model.predict(["", " \n"]) == [set(), set()]


def test_texts_too_short_to_raise_anything():
    """A forum of emoji and "+1" alone raises no theme, and is no error."""
    model = ThemeModel(SMALL, embedder=FakeEmbedder())
    assert model.predict(["+1", "\U0001f44d", "?"]) == [set(), set(), set()]


def test_parameters_stay_as_given():
    """The codebook is read at first use, not in the constructor, and again when it is changed."""
    model = ThemeModel("no such codebook", embedder=FakeEmbedder())
    assert model.get_params()["codebook"] == "no such codebook"
    assert model.set_params(codebook=SMALL).themes == ["parking", "canteen"]
    assert model.set_params(codebook=Codebook("tiny", SMALL.themes[1:])).themes == ["canteen"]


def test_order_of_examples_changes_nothing():
    """A codebook with its sentences in another order has the same thresholds and scores."""
    first = SMALL.themes[0]
    turned = Theme(
        first.name, first.definition, first.examples[::-1], first.cues[::-1], first.counter_examples
    )
    texts = ["a space for cars please", "parking garage space"]
    one, other = (
        ThemeModel(Codebook("x", (theme,)), embedder=FakeEmbedder()).read(texts) for theme in (first, turned)
    )
    assert one == other


def test_table_of_themes():
    """Rows come in the order of post ids; a null text raises nothing."""
    posts = pa.table({"post_id": ["b", "c", "a"], "own_text": ["Hi.\nlunch?", None, "lunches and lunches"]})
    rows = read_themes(posts, ThemeModel(SMALL, embedder=FakeEmbedder()).read).to_pylist()
    assert [(row["post_id"], row["theme"], row["start"], row["end"], row["cue"]) for row in rows] == [
        ("a", "canteen", 0, 19, "lunches"),
        ("b", "canteen", 4, 10, "lunch"),
    ]


def test_table_without_hits_keeps_its_columns():
    """No post raises anything: an empty table of the same shape."""
    posts = pa.table({"post_id": pa.array([], pa.string()), "own_text": pa.array([], pa.string())})
    table = read_themes(posts, ThemeModel(SMALL, embedder=FakeEmbedder()).read)
    assert table.num_rows == 0
    assert table.column_names == ["post_id", "theme", "start", "end", "score", "cue"]


def dev_posts() -> list[tuple[set[str], str]]:
    lines = [line for line in DEV.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = (line.split("\t") for line in lines)
    return [(set() if themes == "-" else set(themes.split(",")), post) for themes, post in rows]


@pytest.mark.models
def test_builtin_codebook_reads_posts():
    """On invented posts the built-in codebook keeps its precision, recall, and silence on ordinary talk."""
    posts = dev_posts()
    found = ThemeModel().predict([post for _, post in posts])
    right = sum(len(one & wanted) for one, (wanted, _) in zip(found, posts, strict=True))
    assert 2 * right / (sum(map(len, found)) + sum(len(wanted) for wanted, _ in posts)) >= 0.75
    silent = [not one for one, (wanted, _) in zip(found, posts, strict=True) if not wanted]
    assert sum(silent) / len(silent) >= 0.9


@pytest.mark.models
def test_builtin_codebook_is_silent_on_technical_talk(shared: Path):
    """Few posts of programmers about their code raise a concern about a mandated tool."""
    folder = shared / "data/sentiment/senti4sd/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    if not folder.is_dir():
        pytest.skip("senti4sd is not here")
    lines = (folder / "train3098itemPOLARITY.csv").read_text(encoding="utf-8", errors="replace").splitlines()
    rows = [line.split(";", 2)[2] for line in lines if line.count(";") >= 2]
    found = ThemeModel().predict(random.Random(0).sample(rows, k=200))
    assert sum(map(bool, found)) / len(found) <= 0.25


@pytest.mark.models
def test_prevalence_sets_how_sure_a_reading_is():
    """Where most sentences raise a theme, the threshold is no higher than where few do."""
    sure, bold = (ThemeModel(prevalence=share).likeness.threshold for share in (0.05, 1.0))
    assert bold < sure


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_impossible_prevalence_is_refused(share: float):
    """A share lies above 0 and is at most 1."""
    with pytest.raises(ConfigError, match="prevalence"):
        ThemeModel(SMALL, prevalence=share, embedder=FakeEmbedder()).predict(["hello"])


def composed(count: int) -> list[tuple[set[str], str]]:
    """Posts of one or two sentences with a theme among others without, from a bank no codebook has seen."""
    rows = [line.split("\t") for line in BANK.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    talk = [text for themes, _, text in rows if themes == "-"]
    raised = [(set(themes.split(",")), text) for themes, _, text in rows if themes != "-"]
    dice = random.Random(4)
    posts: list[tuple[set[str], str]] = []
    for _ in range(count):
        chosen = dice.sample(raised, dice.choice([0, 1, 1, 2]))
        texts = [text for _, text in chosen] + dice.sample(talk, dice.choice([1, 2]))
        dice.shuffle(texts)
        posts.append((set().union(*(themes for themes, _ in chosen)), " ".join(texts)))
    return posts


def micro_f1(posts: list[tuple[set[str], str]]) -> float:
    found = ThemeModel().predict([text for _, text in posts])
    right = sum(len(one & wanted) for one, (wanted, _) in zip(found, posts, strict=True))
    return 2 * right / (sum(map(len, found)) + sum(len(wanted) for wanted, _ in posts))


@pytest.mark.models
def test_builtin_codebook_reads_posts_composed_of_unseen_sentences():
    """A floor under what benchmarks/themes.py measures."""
    assert micro_f1(composed(400)) >= FLOOR_COMPOSED


@pytest.mark.models
def test_builtin_codebook_reads_an_unseen_forum(tmp_path: Path):
    """The same on a demo forum of a seed nothing was tuned on."""
    write_demo(tmp_path / "demo", seed=977, posts=600, people=150)
    told = json.loads((tmp_path / "demo" / "truth.json").read_text(encoding="utf-8"))["posts"]
    assert micro_f1([(set(post["themes"]), post["words"]) for post in told.values()]) >= FLOOR_DEMO


def test_each_distinct_sentence_is_embedded_once_and_hopeless_ones_never():
    """Repeated sentences, short ones and those far from every theme cost nothing."""
    embedder = FakeEmbedder()
    model = ThemeModel(SMALL, embedder=embedder)
    assert model.themes
    embedder.calls.clear()
    found = model.predict(["my parking garage space for cars", "Qwx zzy vvk pqr."] * 50 + ["parking garage"])
    assert found[0] == {"parking"}
    asked = [text for call in embedder.calls for text in call]
    assert asked.count("my parking garage space for cars") == 1
    assert "parking garage" not in asked
