"""Ten real letters as streams of events: the final signers of each come out as independently counted.

The counts are read from the table in the samples' own README, so that they stand in one place.
"""

import re
from pathlib import Path

import pytest
from conftest import shared_folder

from forum_pulse.config import PeopleConfig
from forum_pulse.corpus import identity
from forum_pulse.corpus.readers import Export, find
from forum_pulse.corpus.store import Store
from forum_pulse.petitions import ActDetector, build_ledger, find_petitions

_ROW = re.compile(
    r"\| (?P<file>\w+\.csv) \|[^|]*\|[^|]*\| (?P<sign>[\d,]+)[^|]*\| (?P<remove>[\d,]+)[^|]*\|[^|]*\|[^|]*\|"
    r" (?P<end>[\d,]+)"
)
_STANDING = """SELECT count(DISTINCT account_id) FROM reaction
               WHERE mechanism = 'signature' AND removed_at IS NULL"""
_TWICE = "SELECT count(*) FROM anomaly WHERE code = 'duplicate'"
_COUNTED_TWICE = {"neveragain_pledge.csv": 2}
"""Letters whose count takes two files that bear one name for two signers; the events know names only."""


def letters() -> list[tuple[str, int, int, int]]:
    """File, signings, removals and final signers of each letter."""
    folder = shared_folder()
    told = folder / "data/petitions/events/README.md" if folder else None
    if told is None or not told.exists():
        return []
    found = _ROW.finditer(told.read_text(encoding="utf-8"))
    return [(m["file"], *(int(m[n].replace(",", "")) for n in ("sign", "remove", "end"))) for m in found]


@pytest.mark.parametrize("letter", letters() or [None], ids=lambda letter: letter[0] if letter else "none")
def test_final_signers(letter: tuple[str, int, int, int] | None, tmp_path: Path):
    """Distinct signers whose signature was not taken back, and how many signings and removals led there."""
    folder = shared_folder()
    if letter is None or folder is None:
        pytest.skip("real samples are not here (../shared)")
    name, signed, removed, final = letter
    export = Export(folder / "data/petitions/events" / name)
    with Store(tmp_path) as store:
        store.ingest(export, find(export))
        names_twice = _COUNTED_TWICE.get(name, 0)
        assert store.scalar(_STANDING) == final - names_twice
        assert signed - removed == final
        if names_twice:
            assert store.scalar(_TWICE) == names_twice
        assert store.scalar("SELECT count(*) FROM anomaly WHERE code = 'orphan'") == 0


@pytest.mark.parametrize("letter", letters() or [None], ids=lambda letter: letter[0] if letter else "none")
def test_the_headline_is_the_final_signers(letter: tuple[str, int, int, int] | None, tmp_path: Path):
    """Counted from the ledger, as for any petition; the waterfall leads from all acts to them."""
    folder = shared_folder()
    if letter is None or folder is None:
        pytest.skip("real samples are not here (../shared)")
    name, _, _, final = letter
    with Store(tmp_path) as store:
        export = Export(folder / "data/petitions/events" / name)
        store.ingest(export, find(export))
        identity.link(store, PeopleConfig())
        detector = ActDetector()
        build_ledger(store, find_petitions(store, (), detector), detector)
        counted = store.sql("SELECT counted, signed, low, high FROM petition_totals").to_pylist()
        steps = store.sql('SELECT step, acts, people, "left" FROM waterfall ORDER BY ordinal').to_pylist()
    expected = final - _COUNTED_TWICE.get(name, 0)
    assert [(row["counted"], row["signed"]) for row in counted] == [(expected, expected)]
    assert steps[0]["acts"] - sum(step["acts"] for step in steps[1:-1]) == steps[-1]["people"] == expected


def test_all_letters_are_asked_for(shared: Path):
    """The table names every file."""
    files = {file.name for file in (shared / "data/petitions/events").glob("*.csv")}
    assert {letter[0] for letter in letters()} == files
