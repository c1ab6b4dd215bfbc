"""The open letter reader on small invented letters that hold every trap of lists of names."""

import random
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from conftest import shared_folder
from reader_checks import survives

from forum_pulse.corpus import model
from forum_pulse.corpus.readers import Export, Reader, ReadOptions, find
from forum_pulse.corpus.readers.petition_sites.open_letter import OpenLetterReader
from forum_pulse.corpus.store import Store
from forum_pulse.errors import BrokenExportError

Record = TypeVar("Record")
FOLDER = Path(__file__).parent / "fixtures" / "open_letter"
LETTER, FILES, LIST = FOLDER / "basin-letter.md", FOLDER / "folder", FOLDER / "signatories.yml"


def read(path: Path) -> list[model.Record]:
    return list(OpenLetterReader().read(Export(path), ReadOptions()))


def of(records: list[model.Record], kind: type[Record]) -> list[Record]:
    return [record for record in records if isinstance(record, kind)]


def names(records: list[model.Record]) -> list[str | None]:
    return [reaction.account for reaction in of(records, model.Reaction)]


@pytest.fixture(scope="module")
def letter() -> list[model.Record]:
    return read(LETTER)


@pytest.fixture(scope="module")
def folder() -> list[model.Record]:
    return read(FILES)


@pytest.mark.parametrize("path", [LETTER, FILES, LIST], ids=lambda path: path.name)
def test_is_the_reader_of_its_fixtures(path: Path):
    """It alone claims them."""
    assert isinstance(OpenLetterReader(), Reader)
    assert find(Export(path)).name == "open-letter"


def test_who_signed_a_letter(letter: list[model.Record]):
    """Names below the words that say who signed; neither demands, nor steps, nor comments, nor other lists."""
    assert names(letter) == [
        "ada quay",
        "bo winch",
        "cy bollard",
        "organisation:tide & sons, ltd",
        "organisation:the lighthouse / the lamp",
        "dee hawser",
        "eve stern",
        "flo bow <flo.example/one>",
        "flo bow <flo.example/two>",
        "gus keel",
        "gus keel",
        "gus keel",
        "ivy mast",
        "jo boom",
        None,
        "kim gaff",
        "lou jib",
    ]
    assert {(r.mechanism, r.post) for r in of(letter, model.Reaction)} == {("signature", "letter")}
    assert Counter(r.identity for r in of(letter, model.Reaction)) == {"name_only": 16, "count_only": 1}
    gone = [r.account for r in of(letter, model.Reaction) if r.removed_at is not None]
    assert gone == ["ivy mast", "jo boom"]


def test_organisations_are_told_from_people(letter: list[model.Record]):
    """By the heading their list stands below."""
    assert [a.display_name for a in of(letter, model.Account) if a.kind == "organisation"] == [
        "Tide & Sons, Ltd",
        "The Lighthouse / The Lamp",
    ]
    assert all(not account.is_stable_id for account in of(letter, model.Account))


def test_lists_are_counted(letter: list[model.Record]):
    """How many names each list holds, every line of it once."""
    assert {a.key: a.value for a in of(letter, model.Aggregate)} == {
        "Signed": 3,
        "Organisations": 2,
        "Individuals": 10,
        "From abroad": 2,
    }


def test_the_letter_is_the_root_post(letter: list[model.Record]):
    """Its words without the names; the title its front matter gives."""
    (post,) = of(letter, model.Post)
    assert "The basin silts up." in post.body
    assert "- Dredge it soon." in post.body
    assert not any(name in post.body for name in ("Ada Quay", "Hal Rudder", "Kim Gaff", "Not A. Signer"))
    (thread,) = of(letter, model.Thread)
    assert (thread.kind, thread.title, thread.root_post) == ("petition", "Dredge the inner basin", "letter")
    assert of(letter, model.Source)[-1].has_reaction_actors == "partial"


def test_anomalies(letter: list[model.Record]):
    """Second lines of one name, places for names, and lines that were meant as items; no name is told."""
    assert [(a.code, a.detail, a.locator) for a in of(letter, model.Anomaly)] == [
        ("unparsed", "looks like a name on the list, but is no item of it", "basin-letter.md:42"),
        ("duplicate", "this name came before, with other words", "basin-letter.md:40"),
        ("duplicate", "this line came before", "basin-letter.md:41"),
        ("unparsed", "a place for a name, no name", "basin-letter.md:46"),
    ]


def test_one_file_a_signer(folder: list[model.Record]):
    """YAML stays the words it is; of one name with two links there are two people; ends have their time."""
    found = {r.account: (r.created_at, r.removed_at) for r in of(folder, model.Reaction)}
    assert found == {
        "ada quay": (None, None),
        "bo winch <bo.example>": (
            datetime(2031, 3, 2, tzinfo=UTC),
            datetime(2031, 3, 9, 10, tzinfo=UTC),
        ),
        "bo winch <other-bo.example>": (None, None),
        "organisation:cy bollard": (None, None),
    }
    assert len(of(folder, model.Reaction)) == 5
    assert [(a.code, a.locator) for a in of(folder, model.Anomaly)] == [
        ("unparsed", "_signatures/dee.yml"),
        ("unparsed", "_signatures/eve.yml"),
        ("unread", "_config.yml"),
        ("duplicate", "_signatures/zz-ada-again.yaml"),
    ]
    (post,) = of(folder, model.Post)
    assert post.body.startswith("# The crane stays")
    assert "- It is ours." in post.body
    assert of(folder, model.Source)[-1].exported_at == datetime(2031, 3, 9, 10, tzinfo=UTC)


def test_a_list_in_yaml():
    """Lists by kind: individuals, some of them bare names, and organisations."""
    records = read(LIST)
    assert names(records) == ["ada quay", "norway no", "organisation:tide & sons"]
    assert {a.key: a.value for a in of(records, model.Aggregate)} == {"individuals": 2, "organisations": 1}
    assert of(records, model.Post)[0].body == "signatories"


def test_a_list_that_nothing_names(tmp_path: Path):
    """Forced to, the reader takes the longest list, if it is no mere list of demands."""
    (tmp_path / "x.md").write_text("Hear us.\n\n" + "".join(f"- Name {n}\n" for n in range(12)))
    assert not OpenLetterReader().sniff(Export(tmp_path / "x.md"))
    assert len(names(read(tmp_path / "x.md"))) == 12
    (tmp_path / "y.md").write_text("Hear us.\n\n- One\n- Two\n")
    with pytest.raises(BrokenExportError, match="no signer"):
        read(tmp_path / "y.md")


def test_the_order_of_files_does_not_matter(tmp_path: Path, folder: list[model.Record]):
    """A zip of the folder, its files in any order, gives the same records."""
    files = [file for file in FILES.rglob("*") if file.is_file()]
    random.Random(7).shuffle(files)
    with zipfile.ZipFile(tmp_path / "folder.zip", "w") as archive:
        for file in files:
            archive.write(file, file.relative_to(FILES).as_posix())
    assert [str(record) for record in read(tmp_path / "folder.zip")] == [str(record) for record in folder]


def test_into_the_store(tmp_path: Path):
    """Organisations sign, but are no persons."""
    with Store(tmp_path) as store:
        store.ingest(Export(LETTER), OpenLetterReader())
        query = """SELECT a.kind, count(DISTINCT r.account_id) FROM reaction r JOIN account a USING (account_id)
                   WHERE r.removed_at IS NULL GROUP BY 1 ORDER BY 1"""
        assert store.connection.execute(query).fetchall() == [("human", 10), ("organisation", 2)]


@pytest.mark.parametrize(
    "yaml", ["[" * 5000, "{a: " * 5000, "- " * 5000 + "x", "name: !!python/object:os.system x"]
)
def test_hostile_yaml(yaml: str, tmp_path: Path):
    """Deep nesting and tags that would run code are no signers."""
    (tmp_path / "signers.yml").write_text(yaml)
    assert survives(OpenLetterReader(), tmp_path / "signers.yml") == []


def test_a_real_list_in_yaml():
    """Each entry of the real list is a signer."""
    shared = shared_folder()
    if shared is None:
        pytest.skip("real samples are not here (../shared)")
    path = shared / "exports/petitions/open_letter_yaml/sha4_signatories.yml"
    assert len(names(read(path))) == path.read_text(encoding="utf-8").count("- name:")
