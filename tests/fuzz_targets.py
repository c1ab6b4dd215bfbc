"""What `fuzz_readers` fuzzes: what an input of each target is, where it starts from, how it is changed.

Half of the changes are by the kind of the input (`hostile.damaged`, an archive packed anew, a body put
together of marks), half are libFuzzer's. Imported with atheris watching, which counts what is reached.
"""

import bz2
import gzip
import io
import lzma
import random
import re
import tarfile
import tempfile
import traceback
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Protocol, get_args

import atheris
import hostile
import reader_checks
import test_cleaning_properties as bodies
import whole_exports
import zstandard

from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.model import BodyFormat
from forum_pulse.corpus.readers import Export, load
from forum_pulse.errors import ForumPulseError

_ALONE = 0x80
_TRIED = 3
"""Archives in archives that are opened."""


class Fuzzed(Protocol):
    """Something that takes bytes, and the inputs it starts from."""

    root: Path

    def first(self) -> Iterator[bytes]:
        """The first inputs."""
        ...

    def take(self, data: bytes) -> None:
        """Try one input."""
        ...

    def change(self, data: bytes, dice: random.Random) -> bytes:
        """The next input from one that was tried, by its kind."""
        ...


class Target:
    """One target with the findings so far.

    Args:
        fuzzed: what takes the inputs.
        findings: folder of the inputs that gave an error.
    """

    def __init__(self, fuzzed: Fuzzed, findings: Path) -> None:
        self._fuzzed, self._findings = fuzzed, findings
        self._known: set[str] = set()
        self.root = fuzzed.root

    def corpus(self) -> Path:
        """The folder of the first inputs."""
        folder = self.root / "corpus"
        folder.mkdir()
        for number, data in enumerate(self._fuzzed.first()):
            (folder / f"{number}").write_bytes(data)
        return folder

    def once(self, data: bytes) -> None:
        """Try one input; keep it if an error comes out that is not meant."""
        if not data:
            return
        try:
            self._fuzzed.take(data)
        except Exception as error:  # noqa: BLE001 (whatever comes out is the finding)
            self._keep(error, data)

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """The next input from one that was tried."""
        dice = random.Random(seed)
        if not data or dice.random() < 0.5:
            return atheris.Mutate(data, most)
        return self._fuzzed.change(data, dice)[:most]

    def _keep(self, error: Exception, data: bytes) -> None:
        frames = list(traceback.extract_tb(error.__traceback__))
        ours = [frame for frame in frames if "/corpus/" in frame.filename] or frames
        what = f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
        if what not in self._known:
            self._known.add(what)
            stem = re.sub("[^A-Za-z0-9]+", "-", what)
            (self._findings / stem).write_bytes(data)
            (self._findings / f"{stem}.txt").write_text("".join(traceback.format_exception(error))[-8000:])


def target(name: str, findings: Path) -> Target:
    """The target of a name."""
    root = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    kinds = {"archives": _Archives, "cleaning": _Cleaning}
    return Target(kinds[name](root) if name in kinds else _Reader(name, root), findings)


class _Reader:
    """A reader: one byte says what file of what whole export is replaced and whether it stands alone."""

    def __init__(self, name: str, root: Path) -> None:
        self.root = root
        self._reader = load(name)
        self._places: list[tuple[Path, str, bytes]] = []
        for number, files in enumerate(whole_exports.exports_of(name)):
            folder = whole_exports.write(root / f"{number}", files)
            self._places += [(folder, file, data) for file, data in files.items()]
        self._places = self._places[:_ALONE]

    def first(self) -> Iterator[bytes]:
        """Every file of every export as it is, among the others and alone."""
        for number, (_, _, data) in enumerate(self._places):
            yield from (bytes([number | bit]) + data for bit in (0, _ALONE))

    def take(self, data: bytes) -> None:
        """Read the export with that file in it."""
        folder, file, whole = self._places[(data[0] & ~_ALONE) % len(self._places)]
        alone = bool(data[0] & _ALONE)
        path = self.root / "alone" / Path(file).name if alone else folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data[1:])
        try:
            reader_checks.survives(self._reader, path if alone else folder)
        finally:
            path.unlink() if alone else path.write_bytes(whole)

    def change(self, data: bytes, dice: random.Random) -> bytes:
        """The file damaged in the way of its kind."""
        _, file, _ = self._places[(data[0] & ~_ALONE) % len(self._places)]
        return data[:1] + hostile.damaged(file, data[1:], dice)


_SUFFIXES = (
    ".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst", ".tgz", ".json.gz", ".json.zst", ".xlsx",
)  # fmt: skip
_NAMES = (
    "a.json", "b/c.json", "../up.json", "/root.json", "b/../../x", "C:\\x", "a\0b", "", ".", "b/", "a.json.gz",
    "inner.zip", "inner.tar.gz", "\udc80", "é" * 90, "__MACOSX/a", ".hidden", "b//c", "CON", "a.json",
)  # fmt: skip
_LINKS = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE)


class _Archives:
    """Archives: one byte says what it is called, the rest is the file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def first(self) -> Iterator[bytes]:
        """An archive of every kind, with what is hostile and without."""
        for number in range(len(_SUFFIXES) * 4):
            yield self._packed(number % len(_SUFFIXES), random.Random(number))

    def take(self, data: bytes) -> None:
        """Look at everything in it; no name may lead out of it."""
        path = self.root / f"export{_SUFFIXES[data[0] % len(_SUFFIXES)]}"
        path.write_bytes(data[1:])
        try:
            _look(Export(path), _TRIED)
        except ForumPulseError:
            pass
        finally:
            path.unlink()

    def change(self, data: bytes, dice: random.Random) -> bytes:
        """Another archive of that kind, or this one torn."""
        if dice.random() < 0.5:
            return data[:1] + hostile.torn(data[1:], dice)
        made = self._packed(data[0] % len(_SUFFIXES), dice)
        return made if dice.random() < 0.7 else made[:1] + hostile.torn(made[1:], dice)

    def _packed(self, kind: int, dice: random.Random) -> bytes:
        return bytes([kind]) + _archive(_SUFFIXES[kind], dice, depth=2)


def _look(export: Export, depth: int) -> None:
    for member in export.members:
        assert ".." not in PurePosixPath(member).parts
        try:
            export.head(member, 100)
            export.read(member)
        except ForumPulseError:
            continue
    for part in export.parts() if depth else ():
        _look(part, depth - 1)
    assert len(export.sha256) == 64


def _archive(suffix: str, dice: random.Random, depth: int) -> bytes:
    files = [(dice.choice(_NAMES), _content(dice, depth)) for _ in range(dice.randint(0, 4))]
    if suffix in (".zip", ".xlsx"):
        return _zip(files, dice)
    if not suffix.startswith((".tar", ".tgz")):
        return _compressed(_content(dice, 0), suffix.rpartition(".")[2])
    return _compressed(_tar(files, dice), {"tgz": "gz"}.get(suffix[1:], suffix.rpartition(".")[2]))


def _content(dice: random.Random, depth: int) -> bytes:
    if depth and dice.random() < 0.3:
        return _archive(dice.choice(_SUFFIXES), dice, depth - 1)
    return dice.choice((b"", b"[]", b'{"a": 1}', bytes(200), dice.randbytes(30)))


def _zip(files: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name.encode("utf-8", "replace").decode() or "x")
            info.external_attr = dice.choice((0, 0o120777 << 16, 0o100644 << 16, 0x10))
            archive.writestr(info, data)
    return packed.getvalue()


def _tar(files: list[tuple[str, bytes]], dice: random.Random) -> bytes:
    packed = io.BytesIO()
    how = dice.choice((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
    with tarfile.open(fileobj=packed, mode="w", format=how) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.type = dice.choice((tarfile.REGTYPE, tarfile.REGTYPE, *_LINKS))
            info.linkname = dice.choice(_NAMES) if info.type != tarfile.REGTYPE else ""
            info.size = len(data) if info.isreg() else 0
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _compressed(data: bytes, how: str) -> bytes:
    ways = {
        "gz": lambda: gzip.compress(data, mtime=0),
        "bz2": lambda: bz2.compress(data),
        "xz": lambda: lzma.compress(data),
        "zst": lambda: zstandard.compress(data),
    }
    return ways[how]() if how in ways else data


class _Cleaning:
    """Cleaning: one byte says how the body is written, the rest is the body."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._formats = get_args(BodyFormat)

    def first(self) -> Iterator[bytes]:
        """Every mark in every format."""
        for number in range(len(self._formats)):
            for mark in bodies.MARKUP:
                yield bytes([number]) + f"{mark} words {mark}\nmore".encode("utf-8", "surrogatepass")

    def take(self, data: bytes) -> None:
        """Clean it: all of the text is attributed."""
        how = self._formats[data[0] % len(self._formats)]
        reader_checks.attributes_all(clean(data[1:].decode("utf-8", "surrogateescape"), how))

    def change(self, data: bytes, dice: random.Random) -> bytes:
        """Marks put into it, or a stretch of it doubled."""
        body = bytearray(data)
        for _ in range(dice.randint(1, 6)):
            at = dice.randint(1, len(body))
            mark = dice.choice(bodies.MARKUP).encode("utf-8", "surrogatepass")
            body[at:at] = dice.choice((mark, mark * dice.randint(2, 40), bytes(body[at : at + 60]), b"\n"))
        return bytes(body)
