"""What a workspace remembers of its reports and commands, and what an owner of that file may meet."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from petition_forum import Forum, count, ingest

from forum_pulse.config import Config, PetitionConfig, PrivacyConfig
from forum_pulse.corpus import identity
from forum_pulse.errors import ForumPulseError
from forum_pulse.report import SUPPRESSED, Memory, Published, publish_all
from forum_pulse.report.petition_views import LIST, publish_petitions
from forum_pulse.report.releases import Kept, Release
from forum_pulse.report.tables import build_tables

SHOW = ("petitions", "waterfall", "endorsements_over_time")
"""What `petitions show` tells of."""


COMMANDS = {LIST: [LIST], "petitions": SHOW}


def forum(against: int) -> Forum:
    """20 people back the petition of thread 1, so many are against it; eight only write there."""
    made = Forum()
    made.thread("1")
    for place in range(20):
        made.say(f"backer{place}", "+1, I support this.", days=1)
    for place in range(8):
        made.say(f"guest{place}", "The menu of the cafeteria is on the wiki.", days=1)
    for place in range(against):
        made.say(f"critic{place}", "I oppose the petition.", days=2)
    return made


MARCH, APRIL = forum(12), forum(13)


def shown(
    folder: Path, *forums: Forum, leaving: Sequence[str] = SHOW, name: str = "heron"
) -> dict[str, Published]:
    """What a petition command shows after so many exports."""
    with ingest(folder, *forums) as store:
        count(store, PetitionConfig(name=name, threads=("list:1",)))
        return publish_petitions(store, Config(), names=frozenset(), leaving=leaving)


def opposed(published: dict[str, Published]) -> str:
    (row,) = published["petitions"].records()
    return row["opposed"]


def test_a_look_at_the_list_frees_no_other_figure(tmp_path: Path) -> None:
    """12 against, then 13: hidden, though the list, which tells of neither, was seen before and did not change."""
    shown(tmp_path, MARCH, leaving=[LIST])
    assert opposed(shown(tmp_path, MARCH)) == "12"
    assert opposed(shown(tmp_path, MARCH, APRIL)) == SUPPRESSED
    shown(tmp_path, MARCH, APRIL, leaving=[LIST])
    assert opposed(shown(tmp_path, MARCH, APRIL)) == SUPPRESSED


def test_a_step_is_known_whatever_stands_before_it(tmp_path: Path) -> None:
    """6 back it twice, then 7, when hidden posts have a row of their own: one who did so is not told."""
    first, later = forum(12), forum(12)
    for made, repeats in ((first, 6), (later, 7)):
        for place in range(repeats):
            made.say(f"backer{place}", "+1 again", days=3)
    for place in range(6):
        later.say(f"guest{place}", "+1, I support this.", state="hidden")
    rows = [shown(tmp_path, *forums)["waterfall"].records() for forums in ((first,), (first, later))]
    (before,), (after,) = ([row for row in told if row["step"] == "same person again"] for told in rows)
    assert (before["people"], after["people"]) == ("6", SUPPRESSED)
    assert int(after["ordinal"]) == int(before["ordinal"]) + 1


def test_the_same_command_shows_the_same_whatever_was_asked_between(tmp_path: Path) -> None:
    """Each command comes out as it did."""
    first = {name: shown(tmp_path, MARCH, leaving=leaving)[name].rows for name, leaving in COMMANDS.items()}
    again = {name: shown(tmp_path, MARCH, leaving=leaving)[name].rows for name, leaving in COMMANDS.items()}
    assert first == again


def test_a_report_is_the_same_only_if_what_it_hides_is() -> None:
    """Equal figures in sight do not make two forums one."""
    kept = Kept(Release(frozenset({"petitions"}), {"all": 20}), behind={"few": 3, "rest": 17})
    assert kept.agrees({"all": 20, "few": 3, "rest": 17, "more": 1})
    assert not kept.agrees({"all": 20, "few": 4, "rest": 16})


def test_a_petition_is_known_by_its_opening_post_under_another_name(tmp_path: Path) -> None:
    """12 against `heron`, then 13 against what is called `let-us-use-heron` by now."""
    assert opposed(shown(tmp_path, MARCH)) == "12"
    assert opposed(shown(tmp_path, MARCH, APRIL, name="let-us-use-heron")) == SUPPRESSED
    # Nothing has changed but the name.
    assert opposed(shown(tmp_path / "other", MARCH)) == "12"
    assert opposed(shown(tmp_path / "other", MARCH, name="let-us-use-heron")) == "12"


def test_which_petitions_were_renamed() -> None:
    """Who opens as another did that had another name; not who is known by name, nor who opens otherwise."""
    figures = {"petitions/heron/counted": 20, "petitions/osprey/counted": 30, "corpus/people": 60}
    openings = {"heron": frozenset({"1", "2"}), "osprey": frozenset({"3"})}
    kept = Kept(Release(frozenset({"petitions"}), figures), openings=openings)

    def now(**petitions: str) -> list[dict[str, int]]:
        found = kept.renamed({name: frozenset(posts) for name, posts in petitions.items()})
        return [dict(known.told.figures) for known in found]

    assert now(heron="12", osprey="3", crane="4") == []
    assert now(crane="25", osprey="3") == [
        {"petitions/crane/counted": 20, "petitions/osprey/counted": 30, "corpus/people": 60}
    ]
    swapped = {"petitions/osprey/counted": 20, "petitions/heron/counted": 30, "corpus/people": 60}
    assert now(heron="3", osprey="1") == [swapped, swapped]


def test_what_is_remembered_comes_back_from_its_file(tmp_path: Path) -> None:
    """Figures, hidden ones, sums and opening posts; records of former versions lack the last."""
    shown(tmp_path, MARCH)
    (kept,) = Memory(tmp_path / "workspace").past
    assert kept.behind
    assert kept.relations
    assert list(kept.openings) == ["heron"]
    assert Kept.from_json(kept.to_json()) == kept
    former = {key: value for key, value in kept.to_json().items() if key != "openings"}
    assert Kept.from_json(former).openings == {}


@pytest.mark.parametrize(
    "content",
    [
        "{", "{}", "null", "[1]", "[{}]", '[{"tables": 1, "figures": {}, "behind": {}, "relations": []}]',
        '[{"tables": [], "figures": {"a": "x"}, "behind": {}, "relations": []}]',
        '[{"tables": [], "figures": {}, "behind": {}, "relations": [[["a", 1]]]}]',
        '[{"tables": [], "figures": {}, "behind": {}, "relations": [], "openings": []}]',
    ],
)  # fmt: skip
def test_a_damaged_memory_is_an_error_for_people(tmp_path: Path, content: str) -> None:
    """It names the file and says what to do; a report that is held against nothing would tell too much."""
    (tmp_path / "published.json").write_text(content)
    with pytest.raises(ForumPulseError, match=r"published\.json") as caught:
        Memory(tmp_path)
    assert "remove it" in caught.value.hint


def coverage_of_persons(
    folder: Path, memory: Memory, accounts: int, privacy: PrivacyConfig | None = None
) -> tuple[str, str, str]:
    """count, of and share of the persons who may be somebody else too: two, of so many."""
    made = forum(accounts - 31)
    for handle in ("adalovelace", "ada.lovelace2"):
        made.say(handle, "The soup is good.")
        made.who(handle, display_name="Ada Lovelace")
    with ingest(folder, made) as store:
        count(store)
        tables = build_tables(store, Config(), names=identity.handles(store))
    published = publish_all(tables, privacy, memory=memory)
    memory.keep(published)
    rows = {row["what"]: row for row in published["coverage"].records()}
    row = rows["persons who may be somebody else too"]
    return row["count"], row["of"], row["share"]


def test_coverage_shows_no_few_persons_and_no_few_newcomers(tmp_path: Path) -> None:
    """Two who may be somebody else are hidden, and so is a whole that grew by one; rounded, it is a multiple."""
    memory = Memory()
    assert coverage_of_persons(tmp_path / "a", memory, 43) == (SUPPRESSED, "43", SUPPRESSED)
    assert coverage_of_persons(tmp_path / "b", memory, 44) == (SUPPRESSED, SUPPRESSED, SUPPRESSED)
    assert coverage_of_persons(tmp_path / "c", memory, 48) == (SUPPRESSED, "48", SUPPRESSED)
    coarse = coverage_of_persons(tmp_path / "d", Memory(), 43, PrivacyConfig(round=5))
    assert coarse == (SUPPRESSED, "45", SUPPRESSED)


def test_coverage_goes_by_multiples_where_counts_do(tmp_path: Path) -> None:
    """Posts, wholes and shares of them, in each row; nothing in it tells an exact count."""
    with ingest(tmp_path, forum(13)) as store:
        count(store)
        tables = build_tables(store, Config())
    exact = {row["what"]: row for row in publish_all(tables)["coverage"].records()}
    coarse = publish_all(tables, PrivacyConfig(round=5))["coverage"].records()
    assert (exact["posts read"]["count"], exact["posts read"]["of"]) == ("42", "42")
    for row in coarse:
        assert all(cell in ("", SUPPRESSED) or int(cell) % 5 == 0 for cell in (row["count"], row["of"])), row
    shown = {row["what"]: row for row in coarse}
    assert (shown["posts read"]["count"], shown["posts read"]["of"]) == ("40", "40")
