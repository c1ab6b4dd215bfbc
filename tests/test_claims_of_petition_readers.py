"""Petition and mail readers claim their own fixtures only, and no other reader claims those."""

from pathlib import Path

import pytest

from forum_pulse.corpus.readers import Export, load, names

FIXTURES = Path(__file__).parent / "fixtures"
OWN = {
    "consul": "consul",
    "decidim": "decidim",
    "hyperkitty": "hyperkitty",
    "mbox": "mbox",
    "open_letter": "open-letter",
    "uk_petitions": "uk-petitions",
}


def exports() -> list[Path]:
    """Every fixture: the files and folders directly inside the folder of each format."""
    return sorted(entry for folder in FIXTURES.iterdir() if folder.is_dir() for entry in folder.iterdir())


@pytest.mark.parametrize("path", exports(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_claims(path: Path):
    """A fixture of ours has no other reader of a format; a fixture of others has none of ours."""
    export = Export.try_open(path)
    assert export is not None
    readers = [load(name) for name in names()]
    claims = {
        reader.name
        for reader in readers
        if not getattr(reader, "is_fallback", False) and reader.sniff(export)
    }
    own = OWN.get(path.parent.name)
    if own is None:
        assert claims.isdisjoint(OWN.values())
    else:
        assert claims <= {own}
