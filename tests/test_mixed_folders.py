"""Exports that lie beside and inside one another: none is lost, whichever of them is known first."""

import zipfile
from pathlib import Path

import pytest
import whole_exports
from fakes import ListReader

from forum_pulse.corpus.readers import Export, find_all, registry
from forum_pulse.errors import AmbiguousExportError

FORMATS = ("confluence", "discourse", "github", "lemmy", "mattermost", "phpbb", "reddit", "stack-exchange")
"""Formats that are known by some of their files, whatever lies beside them, and others."""


def written(folder: Path, name: str) -> Path:
    return whole_exports.write(folder, next(iter(whole_exports.exports_of(name))))


def zipped(folder: Path, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder))
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_beside_another_is_read_too(name: str, tmp_path: Path):
    """As a folder, as an archive in an archive further down, and as a file of another kind."""
    mixed = tmp_path / "mixed"
    written(mixed / "ours", name)
    written(mixed / "chat", "slack")
    inner = zipped(written(tmp_path / "mail", "mbox"), tmp_path / "again" / "mail.zip")
    zipped(inner.parent, mixed / "old" / "backup.zip")
    found = find_all(Export(mixed))
    assert sorted(reader.name for _, reader in found.exports) == sorted((name, "slack", "mbox"))
    members = {reader.name: export.members for export, reader in found.exports}
    assert len(members[name]) == len(Export(mixed / "ours").members)
    assert len({export.sha256 for export, _ in found.exports}) == 3


def test_a_file_of_another_kind_beside_an_export(tmp_path: Path):
    """A mailbox in the folder of a chat's export."""
    folder = written(tmp_path / "mixed", "mattermost")
    (mailbox,) = (path for path in written(tmp_path / "mail", "mbox").rglob("*.mbox"))
    (folder / "list.mbox").write_bytes(mailbox.read_bytes())
    assert {reader.name for _, reader in find_all(Export(folder)).exports} == {"mattermost", "mbox"}


def test_a_damaged_archive_beside_an_export_stops_nothing(tmp_path: Path):
    """What an export holds beside its posts may be broken."""
    folder = written(tmp_path / "mixed", "mattermost")
    (folder / "files.zip").write_bytes(b"PK\x03\x04 cut off")
    assert [reader.name for _, reader in find_all(Export(folder)).exports] == ["mattermost"]


def test_a_file_that_two_readers_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The error names both and how to choose; a format that was chosen is not asked for."""
    file = tmp_path / "export.json"
    file.write_text("{}")
    readers = {"crane": ListReader([]), "quay": ListReader([])}
    for name, reader in readers.items():
        reader.name = name
    monkeypatch.setattr(registry, "names", lambda: sorted(readers))
    monkeypatch.setattr(registry, "load", readers.__getitem__)
    with pytest.raises(AmbiguousExportError, match="could be crane and quay") as raised:
        find_all(Export(file))
    assert "--format crane" in (raised.value.hint or "")
