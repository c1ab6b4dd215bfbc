"""An open letter in one Markdown file: its text, and the lists or tables of those who signed.

Lists in the text (demands, steps "how to sign") name nobody. Signers stand below a line that says so: a
heading or short line such as "Signed," or "Signatories", and the headings below that one. Where nothing says
so, the longest list of the file is taken for the signers if it is long enough to be no list of demands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .letter_signers import ORGANISATION, PEOPLE, SIGNED, Entry, entry_of

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\Z")
_ITEM = re.compile(r"( {0,3})(?:[-*+]|\d{1,9}[.)]|\d{1,9}\\\.)\s+(.+)\Z")
_ROW = re.compile(r"\s*\|?(.+\|.*)\Z")
_RULE = re.compile(r"[\s|:-]+\Z")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ODD_ITEM = re.compile(r" {0,3}(?:\d{1,9}\s?[,:;]|[-*+]|\d{1,9}[.)])\s*\w")
"""What was meant as an item of a list and is none: "1, Ada"."""
_HOW = re.compile(
    r"\bhow (?:to|do)\b|\bto sign\b|\bsign (?:this|the|here|now|on|up|it)\b|\bwant to\b", re.IGNORECASE
)
_NAMES = re.compile(
    r"(?:full )?(?:name|signatory|signer|signature|organi[sz]ation|company)s?\Z", re.IGNORECASE
)
_SHORT = 60
_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter read: its words, its title, and who signed."""

    title: str
    text: str
    entries: tuple[Entry, ...]
    is_marked: bool
    """Whether the file itself says that these are signers."""
    odd: tuple[int, ...]
    """Lines among the signers that look like items of their list and are none."""


@dataclass(slots=True)
class _Block:
    """A list or table and the heading it stands below."""

    group: str
    is_organisation: bool
    is_signers: bool
    start: int
    lines: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    odd: list[int] = field(default_factory=list[int])


def letter_of(source: str, member: str) -> Letter:
    """Read a Markdown file."""
    front, first, body = _front_matter(source)
    lines = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), body).split("\n")
    blocks = list(_blocks(lines))
    chosen = [block for block in blocks if block.is_signers]
    is_marked = bool(chosen)
    if not chosen:
        longest = sorted(blocks, key=lambda block: (-len(block.lines), block.start))[:1]
        chosen = [block for block in longest if len(block.lines) >= _ENOUGH]
    entries = [entry for block in chosen for entry in _entries(block, member, first)]
    odd = [number for block in chosen for number in block.odd]
    taken = {*odd, *(number for block in chosen for number, _ in block.lines)}
    text = "\n".join(line for number, line in enumerate(lines) if number not in taken).strip()
    title = front or next((m[2] for line in lines if (m := _HEADING.match(line))), "")
    return Letter(title, text, tuple(entries), is_marked, tuple(first + number + 1 for number in odd))


def _front_matter(source: str) -> tuple[str, int, str]:
    """The title that YAML at the top of a file gives, the lines it takes, and what follows it."""
    source = source.removeprefix("\ufeff").replace("\r\n", "\n")
    parts = re.match(r"---[ \t]*\n(.*?)\n---[ \t]*\n", source, re.DOTALL)
    if parts is None:
        return "", 0, source
    title = re.search(r"^title:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", parts[1], re.MULTILINE)
    return (title[1] if title else ""), parts[0].count("\n"), source[parts.end() :]


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Lists and tables in turn, each with what stands above it."""
    place = _Place()
    block: _Block | None = None
    for number, line in enumerate(lines):
        kind = _kind(line)
        if kind and block is None:
            block = _Block(place.group, place.is_organisation, place.is_signers, number)
        if kind and block is not None:
            block.lines.append((number, line))
        elif block is not None and _ODD_ITEM.match(line):
            block.odd.append(number)
        elif line.strip() and not (block is not None and line.startswith((" ", "\t"))):
            if block is not None:
                yield block
                block = None
            place.see(line)
    if block is not None:
        yield block


def _kind(line: str) -> bool:
    return bool(_ITEM.match(line) or (line.count("|") >= 2 and _ROW.match(line)))  # noqa: PLR2004


@dataclass(slots=True)
class _Place:
    """Where in the file one is: below which heading, among signers or not."""

    group: str = ""
    is_signers: bool = False
    is_organisation: bool = False
    _level: int = 0
    """Level of the heading that opened the signers; 0 where a line did, or none."""

    def see(self, line: str) -> None:
        """A line that is no item: a heading, or words that may say who follows."""
        heading = _HEADING.match(line)
        words = (heading[2] if heading else line).strip(" *_:,.#")
        if heading:
            self._head(len(heading[1]), words)
        elif len(words) <= _SHORT and SIGNED.search(words) and not _HOW.search(words):
            self.is_signers, self.group = True, words
            self.is_organisation = bool(ORGANISATION.search(words)) and not PEOPLE.search(words)

    def _head(self, level: int, words: str) -> None:
        is_how = bool(_HOW.search(words))
        names_some = bool(ORGANISATION.search(words) or PEOPLE.search(words))
        if SIGNED.search(words) and not is_how:
            self.is_signers, self._level, self.is_organisation = True, level, False
        elif not (names_some or (self._level and level > self._level)) or is_how:
            self.is_signers = False
        if names_some:
            self._level = self._level or level
            self.is_organisation = bool(ORGANISATION.search(words)) and not PEOPLE.search(words)
        self.group = words


def _entries(block: _Block, member: str, first: int) -> Iterator[Entry]:
    """The signers of a block."""
    column = _name_column(block)
    for number, line in block.lines:
        item = _ITEM.match(line)
        words = item[2] if item else _cell(line, column) if column is not None else ""
        if not words or (item is None and number == block.lines[0][0]):
            continue
        where = f"{member}:{first + number + 1}"
        found = entry_of(words, where, block.group, is_organisation=block.is_organisation)
        if found is not None:
            yield found


def _name_column(block: _Block) -> int | None:
    """Which column of a table holds names: the one called so, else the first; None where it is no table."""
    cells = _cells(block.lines[0][1])
    if len(block.lines) < 2 or not _RULE.match(block.lines[1][1]):  # noqa: PLR2004
        return None
    return next((i for i, cell in enumerate(cells) if _NAMES.match(cell.strip(" *_"))), 0)


def _cell(line: str, column: int) -> str:
    cells = _cells(line)
    return "" if _RULE.match(line) or column >= len(cells) else cells[column].strip()


def _cells(line: str) -> list[str]:
    return line.strip().removeprefix("|").removesuffix("|").split("|")
