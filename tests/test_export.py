"""Files, folders and archives as one thing, with the guards of archives."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from forum_pulse.corpus.readers import Export
from forum_pulse.corpus.readers.compression import COMPRESSIONS
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


def test_damaged_archive_inside_another_is_broken(tmp_path: Path) -> None:
    """Looking at the parts ends in an error of ours, not of the library."""
    inner = bytearray(zip_of(tmp_path / "inner.zip").read_bytes())
    outer = bytearray(
        zip_of(tmp_path / "outer.zip", {"inner.zip": os.urandom(5_000), "x": bytes(inner)}).read_bytes()
    )
    outer[1_000:1_040] = bytes(40)
    (tmp_path / "outer.zip").write_bytes(outer)
    with pytest.raises(BrokenExportError, match=r"inner\.zip is damaged or cut off"):
        Export(tmp_path / "outer.zip").parts()


def test_damaged_names_in_an_archive_are_broken(tmp_path: Path) -> None:
    """A name that is said to be UTF-8 and is none; an empty name is no file."""
    path = zip_of(tmp_path / "export.zip", {"\u00e9.json": b"[]", "b.json": b"[]"})
    whole = path.read_bytes()
    path.write_bytes(whole.replace("\u00e9".encode(), b"\xa9\xa9"))
    with pytest.raises(BrokenExportError, match="damaged or cut off"):
        Export(path)
    path.write_bytes(whole.replace("\u00e9".encode(), b"\xa9\xa9", 1))
    with pytest.raises(BrokenExportError, match="can't be read"):
        Export(path).read("\u00e9.json")
    path.write_bytes(whole.replace("\u00e9".encode(), b"\0\0"))
    assert Export(path).members == ("b.json",)


def test_name_in_no_encoding_has_a_hash(tmp_path: Path) -> None:
    """A tar keeps names as bytes; one that is no UTF-8 is a member like others."""
    export = Export(tar_of(tmp_path / "export.tar", "w", {"caf\udce9.json": b"[]"}))
    assert export.read("caf\udce9.json") == b"[]"
    assert len(export.sha256) == 64


def tar_of(path: Path, mode: str, members: dict[str, bytes] = FILES) -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize(("name", "mode"), [("e.tar", "w"), ("e.tar.gz", "w:gz"), ("e.tgz", "w:gz"), ("e.tar.xz", "w:xz"), ("export", "w:bz2")])  # fmt: skip
def test_tar_and_folder_are_the_same_export(tmp_path: Path, name: str, mode: str) -> None:
    """However it is packed and whatever it is called, the members and their bytes are the same."""
    archive = Export(tar_of(tmp_path / name, mode))
    folder = Export(folder_of(tmp_path / "folder"))
    assert archive.members == folder.members
    assert archive.sha256 == folder.sha256


def test_zstandard_tar(tmp_path: Path) -> None:
    """A tar may be packed with zstandard, too."""
    plain = tar_of(tmp_path / "e.tar", "w").read_bytes()
    (tmp_path / "e.tar.zst").write_bytes(zstandard.ZstdCompressor().compress(plain))
    assert Export(tmp_path / "e.tar.zst").read("users.json") == b"[]"


def test_links_in_a_tar_are_no_members(tmp_path: Path) -> None:
    """A link could point at any file of the machine."""
    with tarfile.open(tmp_path / "e.tar", "w") as archive:
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        info = tarfile.TarInfo("a.json")
        info.size = 2
        archive.addfile(info, io.BytesIO(b"[]"))
    assert Export(tmp_path / "e.tar").members == ("a.json",)


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress]
)
def test_compressed_members_bear_their_plain_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    """Alone, in a folder and in a zip, what is compressed is read as what it holds."""
    suffix = next(s for s, magic in COMPRESSIONS.items() if pack(b"[1]").startswith(magic))
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / f"a.json{suffix}", tmp_path / "folder" / f"a.json{suffix}"):
        place.write_bytes(pack(b"[1]"))
    packed = zip_of(tmp_path / "e.zip", {f"a.json{suffix}": pack(b"[1]")})
    for path in (tmp_path / f"a.json{suffix}", tmp_path / "folder", packed):
        export = Export(path)
        assert export.members == ("a.json",)
        assert export.read("a.json") == export.head("a.json") == b"[1]"


def test_compressed_and_plain_side_by_side_both_stay(tmp_path: Path) -> None:
    """Neither hides the other."""
    (tmp_path / "a.json").write_bytes(b"[1]")
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"[2]"))
    export = Export(tmp_path)
    assert {name: export.read(name) for name in export.members} == {"a.json": b"[1]", "a.json.gz": b"[2]"}


@pytest.mark.parametrize("keep", [20, 70])
def test_truncated_compressed_file_is_broken_when_read(tmp_path: Path, keep: int) -> None:
    """The message says so; nothing is taken for the whole."""
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(os.urandom(200))[:keep])
    with pytest.raises(BrokenExportError, match="damaged or cut off"):
        Export(tmp_path / "a.json.gz").read("a.json")


def test_head_of_a_truncated_file_is_what_is_left_of_it(tmp_path: Path) -> None:
    """A format is told from what can still be read; where nothing can, that is said."""
    packed = gzip.compress(os.urandom(20_000))
    (tmp_path / "a.json.gz").write_bytes(packed[:15_000])
    assert 8_000 < len(Export(tmp_path / "a.json.gz").head("a.json")) < 15_000
    (tmp_path / "b.json.gz").write_bytes(packed[:12])
    with pytest.raises(BrokenExportError, match="damaged or cut off"):
        Export(tmp_path / "b.json.gz").head("b.json")


@pytest.mark.parametrize("name", ["bomb.json.gz", "bomb.tar.gz"])
def test_compressed_bomb_is_refused(tmp_path: Path, name: str) -> None:
    """It stops while it is unpacked, not after."""
    zeros = bytes(80_000_000)
    if name.endswith(".tar.gz"):
        tar_of(tmp_path / name, "w:gz", {"bomb.json": zeros})
    else:
        (tmp_path / name).write_bytes(gzip.compress(zeros))
    with pytest.raises(UnsafeExportError, match="unpacks"):
        Export(tmp_path / name).read("bomb.json")


def test_a_tar_that_climbs_out_is_refused(tmp_path: Path) -> None:
    """As for zip archives."""
    with pytest.raises(UnsafeExportError, match="outside"):
        Export(tar_of(tmp_path / "e.tar", "w", {"../evil.json": b"x"}))


def test_parts_are_exports_of_their_own(tmp_path: Path) -> None:
    """Sub-folders, files and archives, inside a folder and inside an archive alike."""
    inner = zip_of(tmp_path / "inner.zip").read_bytes()
    members = {"slack/users.json": b"[]", "slack/a/1.json": b"[1]", "votes.csv": b"a,b", "old.zip": inner}
    outer = zip_of(tmp_path / "outer.zip", members)
    folder = tmp_path / "folder"
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for path in (outer, folder):
        parts = {part.path.name: part for part in Export(path).parts()}
        assert {name: part.members for name, part in parts.items()} == {
            "slack": ("a/1.json", "users.json"),
            "votes.csv": ("votes.csv",),
            "old.zip": tuple(sorted(FILES)),
        }
        assert parts["slack"].read("a/1.json") == b"[1]"
        assert parts["votes.csv"].read("votes.csv") == b"a,b"
        assert parts["old.zip"].read("users.json") == b"[]"
        assert [part.is_archive for part in parts.values()] == [True, True, False]
        assert parts["slack"].sha256 == Export(folder / "slack").sha256


@pytest.mark.parametrize("damage", ["the archive", "what holds it"])
def test_an_archive_in_an_archive_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """What it holds is confidential; it has no name outside of its archive, even while it is copied."""
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("posts.json", b"[]" * 40_000)
    packed = inner.getvalue()
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", packed[:-60] if damage == "the archive" else packed)
    if damage == "what holds it":
        whole = bytearray(outer.read_bytes())
        whole[60] ^= 255
        outer.write_bytes(whole)
    with pytest.raises(BrokenExportError, match=r"inner\.zip"):
        Export(outer).part("inner.zip")
    assert not list(aside.iterdir())
