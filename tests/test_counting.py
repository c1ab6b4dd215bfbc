"""The count alone equals the count of a whole analysis, and asks no model of stance or topics."""

from datetime import date
from pathlib import Path

import pytest

import forum_pulse as fp
from forum_pulse.config import AnalysisConfig, PeopleConfig, load
from forum_pulse.errors import ConfigError

EXPORTS = ("slack", "discourse", "signatures.csv")


def test_the_count_is_that_of_an_analysis(
    demo_forum: Path, demo_run: fp.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figure for figure; nothing is embedded, and no stance is read."""

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("a model was asked")

    monkeypatch.setattr("forum_pulse.pipeline.choose", refuse)
    monkeypatch.setattr("forum_pulse.sentiment.StanceClassifier.read", refuse)
    counted = fp.count([demo_forum / name for name in EXPORTS], demo_forum / "forum-pulse.toml")
    for name in ("petitions", "waterfall", "endorsements_over_time", "flags", "supporters"):
        assert counted.published[name].rows == demo_run.published[name].rows, name
    assert list(counted["petitions"].columns) == list(demo_run["petitions"].columns)
    with pytest.raises(KeyError, match="no table 'summary'; there are petitions"):
        counted.summary()
    assert counted.folder is None


def test_a_corpus_that_was_given_stays_open(demo_forum: Path) -> None:
    """It can be asked again; its tables are Arrow, for pandas and Polars alike."""
    with fp.read(demo_forum / "signatures.csv") as corpus:
        fp.count(corpus)
        assert corpus.posts().to_pandas().shape == (corpus.posts().num_rows, corpus.posts().num_columns)


def test_a_corpus_is_counted_with_the_people_files_of_the_configuration(demo_forum: Path) -> None:
    """As if its exports had been read with them; without any, as they were read."""
    exports, file = [demo_forum / name for name in EXPORTS], demo_forum / "forum-pulse.toml"
    expected = fp.count(exports, file).published["petitions"].rows
    with fp.read(exports) as corpus:
        plain = corpus.identified
        assert fp.count(corpus, file).published["petitions"].rows == expected
        corpus.identify(PeopleConfig())
        assert corpus.identified == plain
    with fp.read(exports, people=load(file).people) as corpus:
        nobody = fp.Config(petitions=load(file).petitions)
        assert fp.count(corpus, nobody).published["petitions"].rows == expected


def test_what_one_run_looked_at_binds_no_other(demo_forum: Path, tmp_path: Path) -> None:
    """A count as of a day leaves a workspace of which everything is seen again, and nothing more."""
    with fp.read(demo_forum / "slack", workspace=str(tmp_path)) as corpus:
        posts = corpus.posts().num_rows
    asked = AnalysisConfig(as_of=date(2026, 2, 10), include=("private",))
    with fp.read(workspace=tmp_path) as corpus:
        fp.count(corpus, fp.Config(analysis=asked))
        assert corpus.posts().num_rows < posts
    with fp.read(workspace=tmp_path) as corpus:
        assert corpus.posts().num_rows == posts
        assert corpus.store.scalar("SELECT count(*) FROM scope") == 0


def test_a_table_that_is_not_there_is_named(demo_run: fp.Run) -> None:
    """With those that are."""
    with pytest.raises(KeyError, match="petitions"):
        demo_run["petitons"]


def test_a_configuration_may_be_its_file(demo_forum: Path, tmp_path: Path) -> None:
    """As a path or as text; a typo in it is said as on the command line."""
    wrong = tmp_path / "fp.toml"
    wrong.write_text("[privcy]\n")
    with pytest.raises(ConfigError, match="privcy"):
        fp.count(demo_forum / "signatures.csv", str(wrong))
