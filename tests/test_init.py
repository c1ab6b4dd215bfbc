"""`forum-pulse init`: a proposal that loads, counts what is counted without it, and names nobody."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from fakes import QuickEmbedder, QuickReader
from hypothesis import given, settings
from hypothesis import strategies as st
from petition_forum import STATEMENT, Forum, ingest
from typer.testing import CliRunner

from forum_pulse import config, pipeline, proposal
from forum_pulse.cli import app
from forum_pulse.config import Config, PeopleConfig
from forum_pulse.corpus.corpus import read
from forum_pulse.proposal import people_files, propose

EXPORTS = ("slack", "discourse", "signatures.csv")


def forum_pulse(*arguments: str | Path):
    return CliRunner().invoke(app, [*map(str, arguments), "-q"])


@pytest.fixture(scope="module")
def proposed(demo_forum: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What init writes for the demo forum."""
    out = tmp_path_factory.mktemp("init") / "forum-pulse.toml"
    done = forum_pulse("init", *(demo_forum / name for name in EXPORTS), "-o", out)
    assert (done.exit_code, done.stdout) == (0, f"{out}\n")
    return out


def test_the_demo_forum_is_analysed_with_its_proposal_as_it_stands(demo_forum: Path, proposed: Path) -> None:
    """The petitions are those found without it, with the same people, whose files it found."""
    told = config.load(proposed)
    bare = Config(people=people_files([demo_forum / name for name in EXPORTS]))
    assert told.people.roster is not None
    assert told.people.roster.samefile(demo_forum / "people.csv")
    quick = {"embedder": QuickEmbedder(), "stance_reader": QuickReader()}
    with read([demo_forum / name for name in EXPORTS], people=bare.people) as corpus:
        without = pipeline.analyze(corpus, bare, **quick)["petitions"]
        given_it = pipeline.analyze(corpus, told, **quick)["petitions"]
    figures = ["counted", "low", "high", "acts", "denominator"]
    assert len(without) >= 2
    assert given_it[figures].to_numpy().tolist() == without[figures].to_numpy().tolist()
    assert set(given_it["origin"]) == {"config"}


def test_the_proposal_guesses_targets_and_a_codebook(proposed: Path, demo_forum: Path) -> None:
    """As comments: those that `targets suggest` proposes first, ready to be uncommented; the codebook that fits."""
    text = proposed.read_text(encoding="utf-8")
    guesses = re.search(r"^# \[\[targets\]\].*?(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    assert guesses is not None
    block = re.match(r"(?:#.*\n)+", guesses[0])
    assert block is not None
    targets = tomllib.loads(re.sub(r"^# ?", "", block[0], flags=re.MULTILINE))["targets"]
    exports = [demo_forum / name for name in EXPORTS]
    assert {"name", "kind", "aliases"} == set(targets[0])
    assert 1 <= len(targets) <= 5
    same = forum_pulse("targets", "suggest", *exports, "--config", proposed, "--limit", "5")
    assert [target["name"] for target in targets] == [
        target["name"] for target in tomllib.loads(same.stdout)["targets"]
    ]
    assert "ai-tool-mandate fits this forum" in text
    assert '# codebook = "ai-tool-mandate"' in text


def test_the_proposal_names_nobody(demo_forum: Path, proposed: Path) -> None:
    """No user id, handle, address or full name of the demo's people."""
    text = proposed.read_text(encoding="utf-8").casefold()
    users = json.loads((demo_forum / "slack" / "users.json").read_text(encoding="utf-8"))
    named = {user["id"] for user in users} | {user.get("real_name") for user in users}
    named |= {user["name"] for user in users} | {user["profile"].get("email") for user in users}
    words = set(re.findall(r"[^\W_]+", text))
    assert len(named) > 100
    assert [name for name in filter(None, named) if " " in name and name.casefold() in text] == []
    assert [name for name in filter(None, named) if name.casefold() in words] == []


def test_an_existing_file_is_kept_unless_forced(demo_forum: Path, tmp_path: Path) -> None:
    """Refused before anything is read; --force replaces it."""
    out = tmp_path / "forum-pulse.toml"
    out.write_text("# mine\n")
    refused = CliRunner().invoke(app, ["init", str(demo_forum / "signatures.csv"), "-o", str(out)])
    assert (refused.exit_code != 0, "--force" in str(refused.exception.hint)) == (True, True)  # type: ignore[union-attr]
    assert out.read_text() == "# mine\n"
    forced = forum_pulse("init", demo_forum / "signatures.csv", "-o", out, "--force")
    assert forced.exit_code == 0
    assert config.load(out).petitions
    assert [path.name for path in tmp_path.iterdir()] == ["forum-pulse.toml"]


@pytest.mark.parametrize(("place", "says"), [("", "folder"), ("file/fp.toml", "is a file")])
def test_a_place_that_can_not_be_written_is_refused_first(tmp_path: Path, place: str, says: str) -> None:
    """Before anything is read: the export need not even be there."""
    (tmp_path / "file").touch()
    refused = CliRunner().invoke(app, ["init", "no-such-export", "-o", str(tmp_path / place)])
    assert says in str(refused.exception)


def test_a_folder_that_is_not_there_is_made(demo_forum: Path, tmp_path: Path) -> None:
    """With spaces and letters of any language in its name."""
    out = tmp_path / "März 2026" / "forum pulse.toml"
    assert forum_pulse("init", demo_forum / "signatures.csv", "-o", out).exit_code == 0
    assert config.load(out).people.roster is not None


def petition(title: str, *, native: str = "1", opener: str = "marisol.vega") -> Forum:
    """A thread that six people back."""
    made = Forum()
    made.thread(native, author=opener, body=STATEMENT, title=title)
    for number in range(6):
        made.post(native, f"signer{number}", "+1")
    return made


def proposal_for(made: Forum, folder: Path) -> str:
    with ingest(folder, made) as store:
        return propose(store, Config(), folder)


def test_names_in_titles_ids_and_paths_do_not_pass(tmp_path: Path) -> None:
    """A title loses them; a thread that can be named by nothing else is left out, with a note."""
    text = proposal_for(petition("Marisol Vega asks for the Heron editor"), tmp_path)
    assert "marisol" not in text.casefold()
    assert "vega" not in text.casefold()
    (found,) = tomllib.loads(text)["petitions"]
    assert found["threads"] == ["list:1"]
    (tmp_path / "other").mkdir()
    text = proposal_for(petition("Marisol asks", native="marisol.vega/1"), tmp_path / "other")
    assert "marisol" not in text.casefold()
    assert "petitions" not in tomllib.loads(text)
    assert "left out" in text


def test_a_forum_without_petitions_gets_an_example(tmp_path: Path) -> None:
    """Commented out, so that the file loads."""
    quiet = Forum()
    quiet.thread(body="Where is the coffee?", title="Coffee")
    text = proposal_for(quiet, tmp_path)
    assert "# [[petitions]]" in text
    assert "petitions" not in tomllib.loads(text)


@settings(max_examples=200)
@given(st.text())
def test_any_title_can_be_written_into_the_file(title: str) -> None:
    """As a setting it comes back as it was, as a comment it stays one."""
    wellformed = title.encode("utf-8", "replace").decode()
    text = f"title = {proposal._quoted(wellformed)}   # {proposal._short(wellformed)}\nlast = 1"
    assert tomllib.loads(text) == {"title": wellformed, "last": 1}


def test_people_files_are_looked_for_in_the_folder_and_beside_the_file(tmp_path: Path) -> None:
    """Roster under either name; what is not there is not named."""
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "roster.csv").touch()
    (tmp_path / "bots.csv").touch()
    found = people_files([tmp_path / "export"])
    assert found == PeopleConfig(roster=tmp_path / "export" / "roster.csv", bots=tmp_path / "bots.csv")


def test_people_files_are_no_exports(tmp_path: Path) -> None:
    """A folder that holds exports and people files is read; these are named in the proposal, not read as posts."""
    folder = tmp_path / "all of it"
    folder.mkdir()
    (folder / "comments.csv").write_text("author,text\np1,We should adopt it\np2,No\n")
    (folder / "people.csv").write_text(
        "\ufeffperson,email,role,site\nP1,a@example.com,engineer,Ulm\n", "utf-8"
    )
    (folder / "aliases.csv").write_text('"account","person"\np1,P1\n')
    (folder / "bots.csv").write_text("account\nsvc-*\n")
    out = tmp_path / "fp.toml"
    assert forum_pulse("init", folder, "-o", out).exit_code == 0
    people = config.load(out).people
    assert [path and path.name for path in (people.roster, people.aliases, people.bots)] == [
        "people.csv", "aliases.csv", "bots.csv",
    ]  # fmt: skip


def test_what_was_typed_stands_in_the_file(tmp_path: Path) -> None:
    """Columns and the forum's name, for a table that needs them."""
    table = tmp_path / "comments.csv"
    table.write_text("Remark,Staff\nWe should adopt it,p1\nNo,p2\n")
    out = tmp_path / "fp.toml"
    done = forum_pulse("init", table, "--column", "text=Remark", "--instance", "hq", "-o", out)
    assert done.exit_code == 0
    assert (config.load(out).columns, config.load(out).instance) == ({"text": "Remark"}, "hq")
