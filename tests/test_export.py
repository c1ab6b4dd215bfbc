"""Files, folders and zip archives as one thing, with the guards of archives."""

import os
import zipfile
from pathlib import Path

import pytest

from forum_pulse.corpus.readers import Export
from forum_pulse.errors import BrokenExportError, ExportError, UnsafeExportError

FILES = {"users.json": b"[]", "general/2026-01-02.json": b'[{"ts": "1"}]'}


def folder_of(path: Path) -> Path:
    for name, content in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def zip_of(path: Path, members: dict[str, bytes] = FILES) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_folder_and_zip_of_it_are_the_same_export(tmp_path: Path) -> None:
    """Same members, same bytes, same hash, in whatever order the archive holds them."""
    folder = Export(folder_of(tmp_path / "export"))
    archive = Export(zip_of(tmp_path / "export.zip", dict(reversed(FILES.items()))))
    assert folder.members == archive.members == ("general/2026-01-02.json", "users.json")
    assert folder.read("users.json") == archive.read("users.json") == b"[]"
    assert folder.sha256 == archive.sha256


def test_litter_and_links_are_left_out(tmp_path: Path) -> None:
    """Hidden files, macOS leftovers and links out of the folder are no members."""
    folder = folder_of(tmp_path / "export")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "__MACOSX").mkdir()
    (folder / "__MACOSX" / "users.json").write_bytes(b"x")
    (folder / "passwd").symlink_to("/etc/passwd")
    (folder / ".E2.9C.94.20Tea.json").write_bytes(b"[]")
    assert Export(folder).members == (".E2.9C.94.20Tea.json", "general/2026-01-02.json", "users.json")


def test_missing_path_is_named(tmp_path: Path) -> None:
    """The message carries the path."""
    with pytest.raises(ExportError, match="nowhere"):
        Export(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["../evil.json", "/etc/evil.json", "a/../../evil.json", "..\\evil.json"])
def test_names_that_climb_out_are_refused(tmp_path: Path, name: str) -> None:
    """A member outside the archive's folder is no ordinary export."""
    with pytest.raises(UnsafeExportError, match="outside"):
        Export(zip_of(tmp_path / "export.zip", {name: b"x"}))


def test_bomb_is_refused(tmp_path: Path) -> None:
    """A member that unpacks to hundreds of times its weight is not read."""
    with pytest.raises(UnsafeExportError, match="unpacks"):
        Export(zip_of(tmp_path / "export.zip", {"bomb.json": b"\0" * 60_000_000}))


def test_empty_exports_are_broken(tmp_path: Path) -> None:
    """An empty folder and an empty archive say so."""
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", zip_of(tmp_path / "empty.zip", {})):
        with pytest.raises(BrokenExportError, match="nothing is inside"):
            Export(path)


@pytest.mark.parametrize("keep", [10, 60, 200])
def test_truncated_archive_is_broken(tmp_path: Path, keep: int) -> None:
    """Wherever it was cut off, the message says that it was."""
    path = zip_of(tmp_path / "export.zip")
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(BrokenExportError, match="damaged or cut off"):
        Export(path)


def test_damaged_member_is_broken_when_read(tmp_path: Path) -> None:
    """Bytes flipped inside a member show when it is read, as an error of ours."""
    path = zip_of(tmp_path / "export.zip", {"a.json": os.urandom(5_000)})
    raw = bytearray(path.read_bytes())
    raw[1_000:1_040] = bytes(40)
    path.write_bytes(raw)
    with pytest.raises(BrokenExportError, match="damaged or cut off"):
        Export(path).read("a.json")
