"""Open letters kept as files: a Markdown letter with its list of names, YAML lists, or one file a signer.

The letter is the root post of one thread and each name a signature on it. Only the last state is here: a name
that was taken off the list is gone, unless the list strikes it out or says so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from msgspec.structs import replace

from ....errors import BrokenExportError, ExportError
from ...model import Anomaly, Post, Record, Source, Thread
from ..export import Export
from ..interface import ReadOptions
from .letter_markdown import Letter, letter_of
from .letter_signers import SIGNED, Entry, Signers
from .letter_yaml import entries_of

_YAML = (".yml", ".yaml")
_MARKDOWN = (".md", ".markdown")
_BESIDE = (
    ".html", ".css", ".scss", ".js", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".ico", ".webp", ".txt", ".rb",
    ".toml", ".lock", ".pdf", ".woff", ".woff2", ".ttf", ".xml", ".sh", ".py",
)  # fmt: skip
"""Files of a web site, which may lie beside a letter and say nothing of who signed."""
_PLACE = re.compile(r"sign|supporter|endors|petition|undersigned|(?:^|/)_data/", re.IGNORECASE)
_NAMED = re.compile(rb"(?m)^(?:\s*-\s+|\s{0,4})(?:full_?)?name:\s*\S", re.IGNORECASE)
_FIRST_FILES = ("index", "readme", "letter", "open-letter")
_LOOKED_AT = 40
_FEW = 3
_LARGEST = 20_000_000


class OpenLetterReader:
    """One Markdown or YAML file, or a folder or archive of the files of a letter."""

    name = "open-letter"
    title = "Open letter (Markdown or YAML list of signers)"
    verified = True

    def sniff(self, export: Export) -> bool:
        """A file that says who signed, or the files of a web site with such a file among them."""
        if not export.is_archive:
            return _is_list(export, export.members[0])
        if not all(_may_lie_here(member) for member in export.members):
            return False
        texts = [member for member in export.members if _suffix(member) in (*_YAML, *_MARKDOWN)]
        texts.sort(key=lambda member: (not _PLACE.search(member), member.count("/"), member))
        return any(_is_list(export, member) for member in texts[:_LOOKED_AT])

    def read(self, export: Export, options: ReadOptions) -> Iterator[Record]:
        """Stream the letter and its signers.

        Raises:
            BrokenExportError: it names no signer.
        """
        source = Source(
            format=self.name,
            instance=options.instance or f"letter:{_called(export)}",
            has_reaction_actors="yes",
        )
        yield source
        found = _Found(Signers("letter", "letter"))
        for member in export.members:
            yield from found.file(export, member)
        yield from found.settle()
        if not found.signers.entries:
            raise BrokenExportError(
                f"{export.path}: it names no signer",
                hint="a letter's list stands below a heading such as 'Signatories', or in YAML with 'name:'",
            )
        letter, member = found.letter
        title = (letter.title if letter else "") or _called(export)
        yield Thread(native_id="letter", title=title, kind="petition", root_post="letter")
        yield Post(
            native_id="letter",
            thread="letter",
            body=(letter.text if letter else "") or title,
            body_format="markdown",
            locator=f"{member}:1",
        )
        yield from found.signers.records()
        actors = "partial" if found.signers.has_unnamed else source.has_reaction_actors
        yield replace(source, exported_at=found.signers.latest, has_reaction_actors=actors)


@dataclass(slots=True)
class _Found:
    """What the files of a letter hold: who signed, and which file is the letter itself."""

    signers: Signers
    _letters: list[tuple[tuple[bool, int, int, str], Letter]] = field(
        default_factory=list[tuple[tuple[bool, int, int, str], Letter]]
    )
    _beside: list[str] = field(default_factory=list[str])
    """Files that were looked at and name nobody who signed."""

    def file(self, export: Export, member: str) -> Iterator[Anomaly]:
        """Take in one file."""
        suffix = _suffix(member)
        if suffix not in (*_YAML, *_MARKDOWN):
            return
        try:
            data = export.read(member) if len(export.head(member, _LARGEST + 1)) <= _LARGEST else b""
        except ExportError as error:
            yield Anomaly(code="unparsed", locator=member, detail=error.message)
            return
        if not data:
            yield Anomaly(code="unparsed", locator=member, detail="empty, or far too large for a letter")
        elif suffix in _YAML or _is_signers_page(member, data):
            yield from self._yaml(export, member, data)
        else:
            yield from self._markdown(member, data)

    def _yaml(self, export: Export, member: str, data: bytes) -> Iterator[Anomaly]:
        if export.is_archive and not (_PLACE.search(member) and _NAMED.search(data)):
            self._beside.append(member)
            return
        parent = PurePosixPath(member).parent.name
        for entry in entries_of(data, member, parent or PurePosixPath(member).stem):
            if isinstance(entry, Entry):
                self.signers.add([entry])
            else:
                yield entry

    def _markdown(self, member: str, data: bytes) -> Iterator[Anomaly]:
        source = data.decode("utf-8", "replace")
        if "\ufffd" in source and b"\xef\xbf\xbd" not in data:
            detail = "bytes that are not UTF-8 were replaced"
            yield Anomaly(code="unparsed", locator=member, detail=detail)
        letter = letter_of(source, member)
        place = PurePosixPath(member)
        is_other = place.stem.casefold() not in _FIRST_FILES
        self._letters.append(((is_other, len(place.parts), -len(data), member), letter))

    def settle(self) -> Iterator[Anomaly]:
        """When all files are read: take the names of the pages that say who signed."""
        if self._letters:
            self._letters.sort(key=lambda ranked: ranked[0])
            has_names = self.signers.entries or any(letter.is_marked for _, letter in self._letters)
            for number, (rank, letter) in enumerate(self._letters):
                if letter.is_marked or (number == 0 and not has_names):
                    self.signers.add(letter.entries)
                    yield from _odd(letter, rank[3])
            self._beside += [rank[3] for rank, letter in self._letters[1:] if not letter.is_marked]
        if self._beside:
            detail = f"pages beside the letter, not read: {len(self._beside)}"
            yield Anomaly(code="unread", locator=min(self._beside), detail=detail)

    @property
    def letter(self) -> tuple[Letter | None, str]:
        """The letter and where it stands."""
        if not self._letters:
            return None, self.signers.entries[0].where.partition(":")[0]
        rank, letter = self._letters[0]
        return letter, rank[3]


def _odd(letter: Letter, member: str) -> Iterator[Anomaly]:
    for line in letter.odd:
        detail = "looks like a name on the list, but is no item of it"
        yield Anomaly(code="unparsed", locator=f"{member}:{line}", detail=detail, post="letter")


def _is_list(export: Export, member: str) -> bool:
    """Whether a file says who signed."""
    try:
        head = export.head(member)
    except ExportError:
        return False
    if _suffix(member) in _YAML:
        marked = SIGNED.search(PurePosixPath(member).stem.replace("_", " ")) or _PLACE.search(member)
        return bool(_NAMED.search(head) and (marked or SIGNED.search(head.decode("utf-8", "replace"))))
    if _suffix(member) not in _MARKDOWN:
        return False
    if _is_signers_page(member, head):
        return True
    letter = letter_of(head.decode("utf-8", "replace"), member)
    return letter.is_marked and len(letter.entries) >= _FEW


def _is_signers_page(member: str, data: bytes) -> bool:
    """Whether Markdown is one signer's file: in a folder of signatures, with a name in the YAML above it."""
    front = data.partition(b"\n---")[0]
    placed = _PLACE.search(PurePosixPath(member).parent.as_posix())
    return bool(placed and data.startswith(b"---") and _NAMED.search(front))


def _may_lie_here(member: str) -> bool:
    if PurePosixPath(member).name.casefold() in ("package.json", "package-lock.json"):
        return True
    return _suffix(member) in (*_YAML, *_MARKDOWN, *_BESIDE, "")


def _suffix(member: str) -> str:
    return PurePosixPath(member).suffix.casefold()


def _called(export: Export) -> str:
    """What the letter is called: the folder's name, where its file has one that many letters have."""
    path = export.path.resolve()
    stem = path.stem if export.is_archive else PurePosixPath(export.members[0]).stem
    return path.parent.name if stem.casefold() in _FIRST_FILES and path.parent.name else stem
