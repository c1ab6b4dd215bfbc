"""The configuration: unknown keys refused, every mistake named with its place."""

from datetime import date
from pathlib import Path

import pytest

from forum_pulse import config
from forum_pulse.errors import ConfigError

ROOT = Path(__file__).parent.parent


def load(tmp_path: Path, text: str) -> config.Config:
    path = tmp_path / "forum-pulse.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path)


def test_full_file_is_read_and_paths_are_relative_to_it(tmp_path: Path) -> None:
    """Every section arrives typed; a roster is looked for beside the file."""
    settings = load(
        tmp_path,
        """
        instance = "hq"
        [people]
        roster = "people.csv"
        [[petitions]]
        name = "one"
        threads = ["slack:C1/1.0"]
        closes = 2026-03-01
        [[targets]]
        name = "Tool"
        kind = "tool"
        aliases = ["the tool"]
        [[events]]
        name = "outage"
        date = 2026-03-11
        [privacy]
        persons = 7
        [analysis]
        seed = 3
        [columns]
        text = "Comment"
        """,
    )
    assert settings.people.roster == tmp_path / "people.csv"
    assert settings.petitions[0].closes == date(2026, 3, 1)
    assert settings.targets[0].aliases == ("the tool",)
    assert (settings.privacy.persons, settings.analysis.seed, dict(settings.columns)) == (
        7,
        3,
        {"text": "Comment"},
    )


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[petitons]\n", "unknown key 'petitons'", "petitions"),
        ("[[targets]]\nnam = 'x'\n", "unknown key 'nam'", "name"),
        ("[[targets]]\nkind = 'tool'\n", "name is missing", ""),
        ("[[targets]]\nname = 'x'\nkind = 'gadget'\n", "'gadget' is none of the choices", "tool"),
        ("[privacy]\npersons = 'five'\n", "must be a whole number", ""),
        ("[privacy]\npersons = true\n", "must be a whole number", ""),
        ("[privacy]\npersons = 0\n", "persons = 0", "at least 1"),
        ("[privacy]\npersons = 8\nquotes = 6\n", "quotes = 6", "at least as large"),
        ("[analysis]\nseed = -1\n", "[analysis] seed = -1", "0 or more"),
        ("[analysis]\ntopics = 1\n", "[analysis] topics = 1", "2 or more"),
        ("[[petitions]]\nname = 'a'\nthreads = 'x'\n", "must be a list", ""),
        (
            "[[petitions]]\nname = 'a'\n[[petitions]]\nname = 'a'\n",
            "two petitions are named 'a'",
            "name of its own",
        ),
        ("[[events]]\nname = 'a'\ndate = 'monday'\n", "must be a date", ""),
        (
            "[[invalidations]]\nname = 'a'\nsince = 2026-02-02\nuntil = 2026-02-02\n",
            "since = 2026-02-02, until = 2026-02-02",
            "until must be later",
        ),
        (
            "[[petitions]]\nname = 'a'\nopens = 2026-02-02\ncloses = 2026-02-01\n",
            "opens 2026-02-02 and closes 2026-02-01",
            "not before opens",
        ),
        ("name = \n", "not a readable TOML file", ""),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str, hint: str) -> None:
    """Each mistake gives one message with the file, and a hint where there is a remedy."""
    with pytest.raises(ConfigError) as error:
        load(tmp_path, text)
    assert message in error.value.message
    assert "forum-pulse.toml" in error.value.message
    assert hint in error.value.hint


def test_missing_file_is_named(tmp_path: Path) -> None:
    """A wrong path says which."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        config.load(tmp_path / "nowhere.toml")


def test_typed_values_beat_the_file() -> None:
    """Only what was typed replaces; a wrong choice is refused with the choices."""
    section = config.AnalysisConfig(seed=1)
    assert config.with_typed(section, {"seed": None, "quality": "fast"}) == config.AnalysisConfig(
        seed=1, quality="fast"
    )
    with pytest.raises(ConfigError) as error:
        config.with_typed(section, {"quality": "best"})
    assert "balanced" in error.value.hint


def test_the_example_configuration_loads() -> None:
    """The example for the case this was born from is valid as it stands."""
    settings = config.load(ROOT / "examples" / "ai-tool-mandate.toml")
    assert {target.name for target in settings.targets} >= {
        "Kiro",
        "Claude Code",
        "Codex",
        "Cursor",
        "Bedrock",
        "usage policy",
        "approval process",
    }
    assert settings.events


def test_a_model_folder_is_relative_to_the_file(tmp_path: Path) -> None:
    """A folder beside the file is found from anywhere; what is no folder is a name and stays one."""
    (tmp_path / "own").mkdir()
    path = tmp_path / "forum-pulse.toml"
    path.write_text('[embeddings]\nmodel = "own"\n')
    assert config.load(path).embeddings.model == str(tmp_path / "own")
    path.write_text('[embeddings]\nmodel = "all-mpnet-base-v2"\n')
    assert config.load(path).embeddings.model == "all-mpnet-base-v2"


def test_a_codebook_of_ones_own_lies_beside_the_file(tmp_path: Path) -> None:
    """A path is relative to the configuration, a shipped name stays what it is."""
    (tmp_path / "own.yaml").touch()
    assert load(tmp_path, '[themes]\ncodebook = "own.yaml"').themes.codebook == str(tmp_path / "own.yaml")
    assert load(tmp_path, '[themes]\ncodebook = "ai-tool-mandate"').themes.codebook == "ai-tool-mandate"


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Editors of one system put it first."""
    assert load(tmp_path, '\ufeffinstance = "hq"').instance == "hq"
