"""Topics from run to run: what stays keeps its number, what is new gets one nothing had; and what changed."""

import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fakes import FakeEmbedder

from forum_pulse.corpus.store import Store
from forum_pulse.errors import ConfigError
from forum_pulse.report.diff import compare
from forum_pulse.report.folder import ReportFolder
from forum_pulse.topics import TopicModel, find_topics
from forum_pulse.topics.runs import former_topics

SUBJECTS = {
    "garage": "garage parking space barrier car lot badge level ramp ticket bicycle charger",
    "canteen": "canteen lunch soup menu vegetarian queue tray dessert kitchen salad price coffee",
    "laptop": "laptop battery keyboard docking screen adapter warranty replacement model hinge fan mouse",
    "travel": "travel expenses receipt hotel flight refund mileage booking train allowance card invoice",
}
HEADER = "topic,name,people,posts,people_against,terms,recurrence"


def posts_of(subjects: list[str], count: int) -> pa.Table:
    """Invented posts, each from the words of one subject; the same id says the same in every forum."""
    rows = []
    for subject in subjects:
        rng = random.Random(subject)
        for number in range(count):
            words = " ".join(rng.sample(SUBJECTS[subject].split(), k=rng.randint(6, 9)))
            rows.append({"post_id": f"{subject}/{number:03}", "own_text": words, "person_id": f"p{number}"})
    return pa.Table.from_pylist(rows)


def run(store: Store, posts: pa.Table) -> dict[str, int]:
    """One analysis in a workspace: the topic most posts of each subject have."""
    find_topics(store, posts, TopicModel("fast", embedder=FakeEmbedder()))
    rows = store.sql(
        """SELECT split_part(post_id, '/', 1) AS subject, mode(topic_id) AS topic FROM post_topic
           WHERE topic_id >= 0 GROUP BY ALL ORDER BY subject"""
    ).to_pylist()
    return {row["subject"]: row["topic"] for row in rows}


@pytest.mark.models
def test_topics_keep_their_numbers(tmp_path: Path) -> None:
    """Other sizes, one subject gone and one new: the old keep their numbers, the new one gets none of theirs."""
    with Store(tmp_path) as store:
        first = run(store, posts_of(["garage", "canteen", "laptop"], 60))
        assert sorted(first.values()) == [0, 1, 2]
        grown = pa.concat_tables([posts_of(["garage"], 90), posts_of(["laptop", "travel"], 70)])
        second = run(store, grown)
        assert {name: second[name] for name in ("garage", "laptop")} == {
            name: first[name] for name in ("garage", "laptop")
        }
        assert second["travel"] == 3
        topics = store.sql("SELECT topic_id, recurrence FROM topic ORDER BY topic_id").to_pylist()
        assert {row["topic_id"] for row in topics} == set(second.values())
        assert {row["recurrence"] for row in topics} == {"recurs"}


@pytest.mark.models
def test_posts_that_no_run_shares_are_matched_by_centre(tmp_path: Path) -> None:
    """An export with all posts under other ids still finds its topics, since they are about the same."""
    with Store(tmp_path) as store:
        posts = posts_of(["garage", "canteen"], 70)
        first = run(store, posts)
        renamed = pa.array([f"{post_id}x" for post_id in posts["post_id"].to_pylist()])
        assert run(store, posts.set_column(0, "post_id", renamed)) == first


@pytest.mark.models
def test_a_long_post_may_have_several_topics(tmp_path: Path) -> None:
    """Each sentence of it that comes near a topic counts, with its place; one of few words does not."""
    posts = posts_of(["garage", "canteen", "laptop"], 60)
    said = [f"{SUBJECTS[name]} .".capitalize() for name in ("garage", "canteen")]
    said.append("garage, canteen, laptop, travel.")
    both = pa.Table.from_pylist([{"post_id": "z", "own_text": " ".join(said), "person_id": "p1"}])
    with Store(tmp_path) as store:
        topic_of = run(store, pa.concat_tables([posts, both]))
        rows = store.sql("SELECT * FROM post_topic WHERE post_id = 'z' ORDER BY topic_id").to_pylist()
        assert {row["topic_id"] for row in rows} == {topic_of["garage"], topic_of["canteen"]}
        places = {row["topic_id"]: row["start"] for row in rows if row["start"] is not None}
        assert places in (
            {topic_of["garage"]: 0},
            {topic_of["canteen"]: len(said[0]) + 1},
            {topic_of["garage"]: 0, topic_of["canteen"]: len(said[0]) + 1},
        )
        assert store.scalar("SELECT count(*) FROM post_topic WHERE start IS NOT NULL") == len(places)


THREE = ["garage", "canteen", "laptop"]


def with_more(posts: pa.Table, **texts: str) -> pa.Table:
    """The posts and others, by id."""
    more = [{"post_id": name, "own_text": text, "person_id": name} for name, text in texts.items()]
    return pa.concat_tables([posts, pa.Table.from_pylist(more, schema=posts.schema)])


def found_in(store: Store) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Posts with their topics, and the topics."""
    return (
        store.sql("SELECT * FROM post_topic ORDER BY post_id, start NULLS FIRST").to_pylist(),
        store.sql("SELECT * FROM topic ORDER BY topic_id").to_pylist(),
    )


def terms_in(store: Store) -> set[str]:
    return {term for topic in found_in(store)[1] for term in topic["terms"].split(", ")}


def fake_model(**settings: Any) -> TopicModel:
    given: dict[str, Any] = {"embedder": FakeEmbedder(), **settings}
    return TopicModel("fast", **given)


@pytest.mark.models
def test_few_new_posts_join_the_groups_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known ones stay where they are, new ones go to the nearest group, strange and short ones to none."""
    posts = with_more(
        posts_of(THREE, 60), long=". ".join(SUBJECTS[name].capitalize() for name in ("garage", "travel"))
    )
    with Store(tmp_path) as store:
        told = find_topics(store, posts, fake_model())
        rows, topics = found_in(store)
        monkeypatch.delattr(TopicModel, "fit")
        assert find_topics(store, posts, fake_model()) == told
        assert found_in(store) == (rows, topics)
        was = {row["post_id"]: row for row in rows}
        grown = with_more(
            posts,
            again=str(posts["own_text"][0]).upper(),
            car=SUBJECTS["garage"],
            odd="violins adore moonlit harbours beside quiet volcanoes",
            short="garage parking",
            wide=". ".join(SUBJECTS[name].capitalize() for name in THREE),
        )
        assert find_topics(store, grown, fake_model()).startswith(f"{told} Texts that came since")
        rows, after = found_in(store)
        now = {row["post_id"]: row for row in rows}
        assert after == topics
        assert {name: now[name] for name in was} == was
        assert now["again"] == {**was["garage/000"], "post_id": "again"}
        assert now["car"]["topic_id"] == was["garage/000"]["topic_id"] >= 0
        assert 0.5 < now["car"]["similarity"] <= 1
        assert [now[name]["topic_id"] for name in ("odd", "short")] == [-1, -1]
        assert {row["start"] for row in rows if row["post_id"] == "wide"} != {None}


@pytest.mark.models
@pytest.mark.parametrize(
    ("gone", "new", "settings", "fits"),
    [
        (8, 0, {}, 0),
        (9, 0, {}, 1),
        (0, 8, {}, 0),
        (0, 9, {}, 1),
        (5, 4, {}, 1),
        (0, 0, {"n_topics": 2}, 1),
        (0, 0, {"seed": 1}, 1),
        (0, 0, {"embedder": FakeEmbedder(32)}, 1),
    ],
)
def test_all_are_grouped_anew(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    gone: int,
    new: int,
    settings: dict[str, Any],
    fits: int,
) -> None:
    """Where nine of 180 texts are new or gone, or where the way is another."""
    with Store(tmp_path) as store:
        posts = posts_of(THREE, 60)
        find_topics(store, posts, fake_model())
        fitted = count_fits(monkeypatch)
        later = with_more(
            posts.slice(gone), **{f"new{n}": f"brand new words here number{n}" for n in range(new)}
        )
        find_topics(store, later, fake_model(**settings))
        assert len(fitted) == fits


@pytest.mark.models
def test_all_are_grouped_anew_where_a_term_turns_out_to_be_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever term: which ten of a subject's twelve words are kept depends on the processor."""
    with Store(tmp_path) as store:
        posts = posts_of(THREE, 60)
        find_topics(store, posts, fake_model())
        term = min(terms_in(store))
        fitted = count_fits(monkeypatch)
        find_topics(store, posts, fake_model(hidden=[f"{term.title()} Lovelace"]))
        assert len(fitted) == 1
        assert term not in terms_in(store)


def count_fits(monkeypatch: pytest.MonkeyPatch) -> list[TopicModel]:
    """The models that are fitted from now on."""
    fitted: list[TopicModel] = []
    fit = TopicModel.fit

    def counted(model: TopicModel, texts: list[str], **more: Any) -> TopicModel:
        fitted.append(model)
        return fit(model, texts, **more)

    monkeypatch.setattr(TopicModel, "fit", counted)
    return fitted


@pytest.mark.models
def test_topics_of_a_run_that_stopped_midway_do_not_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it left goes with no texts; the next run groups them, though they are those of the run before."""
    with Store(tmp_path) as store:
        posts = posts_of(THREE, 60)
        find_topics(store, posts, fake_model())
        with monkeypatch.context() as patched:
            patched.setattr("forum_pulse.topics.runs.remember", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                find_topics(store, posts, fake_model(n_topics=2))
        find_topics(store, posts, fake_model())
        assert len(found_in(store)[1]) == len(THREE)


def test_a_forum_too_small_leaves_no_topics(tmp_path: Path) -> None:
    """Nothing is claimed, the reason is told, and a later run starts from nothing."""
    with Store(tmp_path) as store:
        told = find_topics(store, posts_of(["garage"], 20), TopicModel(embedder=FakeEmbedder()))
        assert told.startswith("No topics claimed: 20 distinct texts")
        rows = store.sql("SELECT topic_id, name, terms FROM topic").to_pylist()
        assert rows == [
            {"topic_id": -1, "name": "unassigned: too few texts for topics or keywords", "terms": None}
        ]
        later = run(store, posts_of(["garage", "canteen", "laptop"], 60))
        assert sorted(later.values()) == [0, 1, 2]


def test_a_workspace_of_an_earlier_version_starts_anew(tmp_path: Path) -> None:
    """Its table of posts and topics lacks a column: no former topics, and no error."""
    with Store(tmp_path) as store:
        find_topics(store, posts_of(["garage"], 20), TopicModel(embedder=FakeEmbedder()))
        assert former_topics(store) is not None
        store.put("post_topic", pa.table({"post_id": ["garage/000"], "topic_id": [0]}))
        assert former_topics(store) is None


def test_a_small_forum_gets_keywords_of_several_people(tmp_path: Path) -> None:
    """Between thirty and a hundred texts the words that most share stand in place of topics."""
    posts = posts_of(["garage", "canteen"], 20)
    alone = posts.set_column(2, "person_id", pa.array(["p1"] * len(posts)))
    with Store(tmp_path) as store:
        find_topics(store, posts, TopicModel(embedder=FakeEmbedder()))
        (row,) = store.sql("SELECT topic_id, name, terms FROM topic").to_pylist()
        assert (row["topic_id"], row["name"]) == (-1, "unassigned: too few texts for topics")
        words = set(f"{SUBJECTS['garage']} {SUBJECTS['canteen']}".split())
        assert {word for term in row["terms"].split(", ") for word in term.split()} <= words
        find_topics(store, alone, TopicModel(embedder=FakeEmbedder()))
        assert store.scalar("SELECT terms FROM topic") is None


def report(folder: Path, topics: list[str], themes: list[str], persons: int = 5) -> ReportFolder:
    """A report folder with these published rows."""
    folder.mkdir()
    tables = {"topics": [HEADER, *topics], "themes": ["theme,people", *themes]}
    files = {f"{name}.csv": ("\n".join(lines) + "\n").encode() for name, lines in tables.items()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    manifest = {
        "privacy": {"persons": persons},
        "tables": {name: {} for name in tables},
        "files": {name: sha256(content).hexdigest() for name, content in files.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return ReportFolder.of(folder)


def test_what_changed_between_two_reports(tmp_path: Path) -> None:
    """Topics are told by their terms, themes by name; small changes are none, and hidden counts stay hidden."""
    before = report(
        tmp_path / "one",
        ['0,"a, b",20,40,3,"a, b, c, d",recurs', '1,"x, y",9,9,3,"x, y, z",recurs', "-1,unassigned,7,9,1,,"],
        ["cost,30", "craft,12", "pace,suppressed"],
    )
    after = report(
        tmp_path / "two",
        ['0,"k, l",14,20,3,"k, l, m",weak', '1,"b, a",41,80,3,"b, a, c, e",recurs', "-1,unassigned,7,9,1,,"],
        ["cost,33", "craft,6", "pace,22"],
    )
    found = [tuple(row.values()) for row in compare(before, after).to_pylist()]
    assert found == [
        ("theme", "cost", "same", "suppressed", "33"),
        ("theme", "craft", "shrunk", "12", "6"),
        ("theme", "pace", "hidden", "suppressed", "22"),
        ("topic", "k, l", "new", "", "14"),
        ("topic", "b, a", "grown", "20", "41"),
        ("topic", "x, y", "gone", "9", ""),
    ]


def test_a_topic_whose_words_are_hidden_is_not_compared(tmp_path: Path) -> None:
    """A suppressed topic is in no row, so that its coming and going tells nothing."""
    before = report(
        tmp_path / "one", ["0,suppressed,suppressed,suppressed,suppressed,suppressed,suppressed"], []
    )
    assert compare(before, report(tmp_path / "two", [], [])).num_rows == 0


@pytest.mark.parametrize("which", ["one", "two"])
@pytest.mark.parametrize("what", ["changed", "removed"])
def test_a_table_that_somebody_changed_is_not_compared(tmp_path: Path, which: str, what: str) -> None:
    """Whichever report it belongs to: what it says never passed the gate."""
    reports = [report(tmp_path / name, [], ["cost,30"]) for name in ("one", "two")]
    table = tmp_path / which / "themes.csv"
    if what == "changed":
        table.write_text("theme,people\ncost,9\n")
    else:
        table.unlink()
    with pytest.raises(ConfigError, match=r"themes\.csv"):
        compare(*reports)


@pytest.mark.parametrize("listed", [None, [], "themes.csv"])
@pytest.mark.parametrize("key", ["tables", "files"])
def test_a_manifest_that_lists_nothing_is_refused(tmp_path: Path, key: str, listed: object) -> None:
    """With a message, whatever stands there instead."""
    folder = report(tmp_path / "one", [], ["cost,30"])
    broken = ReportFolder(folder.path, {**folder.manifest, key: listed})
    with pytest.raises(ConfigError, match=r"manifest\.json"):
        broken.rows("themes")


def test_a_folder_without_a_report_is_an_error_for_people(tmp_path: Path) -> None:
    """The message names the folder and says what to name instead."""
    with pytest.raises(ConfigError, match=str(tmp_path)) as caught:
        ReportFolder.of(tmp_path)
    assert "analyze" in caught.value.hint
