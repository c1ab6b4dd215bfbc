"""Which column of a table means what.

Headers are compared without case, accents and punctuation against the words people use for a thing, in a few
languages. What the user says (`--column text=Message`) goes before any guess. A table is either posts (it
has a text) or signatures (it has people and when they signed, and no text).
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ....errors import ConfigError, ExportError
from .words import COMMENTED, FORM_TIME, REMARK, SIGN_NAMES, SIGNED, SIGNERS, SYNONYMS, plain

Shape = Literal["posts", "signatures"]

_POSTS = (
    "text", "id", "thread", "parent", "title", "author", "name", "first_name", "last_name", "email", "time",
    "edited", "likes", "reactions", "channel", "url", "publish", "private", "deleted",
)  # fmt: skip
_SIGNATURES = (
    "withdrawn", "signed", "status", "event", "confirmed", "supports", "publish", "private", "signer_kind",
    "comment", "statement", "id", "title", "author", "name", "first_name", "last_name", "email", "role",
    "organisation", "site", "region", "country",
)  # fmt: skip
_TOLD_OF_SIGNATURES = frozenset(
    ("signed", "withdrawn", "status", "event", "confirmed", "supports", "comment", "statement")
)
HTML = "html"
"""What the user calls a text that is HTML; any column may be told so."""
_PERSON = ("author", "name", "first_name", "last_name", "email")


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table is, and which of its columns mean what.

    Attributes:
        columns: our column name -> the file's.
        unknown: columns of the file that mean nothing to us.
        is_html: whether the user says that the text is HTML, whatever its column is called.
    """

    shape: Shape
    columns: Mapping[str, str]
    unknown: tuple[str, ...]
    is_html: bool = False

    @property
    def is_remarks(self) -> bool:
        """Whether this lists what signers remarked, apart from the list of who signed."""
        return self.shape == "signatures" and plain(self.columns.get("signed", "")) in COMMENTED

    def __str__(self) -> str:
        names = {"text": HTML} if self.is_html else {}
        pairs = ", ".join(f"{names.get(field, field)}={column}" for field, column in self.columns.items())
        return f"{self.shape}: {pairs}"


def check_told(told: Mapping[str, str], headers: Sequence[Sequence[str]], where: str) -> None:
    """See that what the user said of columns can be true of at least one of the tables.

    Raises:
        ConfigError: one of our names, or the file's, that is not there; the nearest is named.
    """
    present = list(dict.fromkeys(column for header in headers for column in header))
    known = sorted([*SYNONYMS, HTML])
    for field, column in told.items():
        if field not in known:
            raise ConfigError(
                f"--column {field}={column}: {field!r} is none of our columns", hint=_nearest(field, known)
            )
        if not any(_find(column, header) for header in headers):
            raise ConfigError(
                f"--column {field}={column}: {where} has no column {column!r}", hint=_nearest(column, present)
            )


def layout_of(
    header: Sequence[str],
    file_stem: str,
    told: Mapping[str, str],
    where: str,
    is_blank: Callable[[str], bool] = lambda _: False,
) -> Layout:
    """Say what a table is and which of its columns mean what.

    Args:
        header: its columns.
        file_stem: its name.
        told: what the user says of columns.
        where: it is, for messages.
        is_blank: whether no row has anything in a column; asked where several columns may mean one thing.

    Raises:
        ExportError: it is neither posts nor signatures.
    """
    given = {field: column for field, name in told.items() if (column := _find(name, header))}
    is_html = HTML in given
    if is_html:
        given["text"] = given.pop(HTML)
    shape = _shape(header, file_stem, given)
    if shape is None:
        raise ExportError(
            f"{where}: no column holds a text, nor is it a list of signatures; "
            f"its columns: {', '.join(header) or 'none'}",
            hint="say which column is the text: --column text=COLUMN "
            "(of a list of signatures: --column signed=COLUMN)",
        )
    columns = dict(given)
    passed: set[str] = set()
    for field in _POSTS if shape == "posts" else _SIGNATURES:
        if field in columns:
            continue
        taken = {*columns.values(), *passed}
        free = {plain(column): column for column in reversed(header) if column not in taken}
        found = [free[word] for word in SYNONYMS[field] if word in free]
        # Forms that do not ask who answers leave their own column of names blank beside the one they ask for.
        while len(found) > 1 and is_blank(found[0]):
            passed.add(found.pop(0))
        if found:
            columns[field] = found[0]
    used = {*columns.values(), *passed}
    return Layout(shape, columns, tuple(column for column in header if column not in used), is_html)


def _shape(header: Sequence[str], stem: str, given: Mapping[str, str]) -> Shape | None:
    if "text" in given:
        return "posts"
    if given.keys() & _TOLD_OF_SIGNATURES:
        return "signatures"
    words = {plain(column) for column in header} - {plain(column) for column in given.values()}

    def has(*fields: str) -> bool:
        return any(field in given or not words.isdisjoint(SYNONYMS[field]) for field in fields)

    if words & (set(SYNONYMS["text"]) - set(REMARK)):
        return "posts"
    marked = not words.isdisjoint([*SIGNED, *SIGNERS, *SYNONYMS["withdrawn"], *SYNONYMS["supports"]])
    if has(*_PERSON) and (marked or _is_remarks(words) or SIGN_NAMES.search(stem.casefold())):
        return "signatures"
    if has("text"):
        return "posts"
    return "signatures" if has(*_PERSON) and not words.isdisjoint(FORM_TIME) else None


def _is_remarks(words: set[str]) -> bool:
    """A petition site's list of remarks: their time, and whence their writers are, but no post's id."""
    places = {*SYNONYMS["country"], *SYNONYMS["site"]}
    return not (words.isdisjoint(COMMENTED) or words.isdisjoint(places)) and words.isdisjoint(SYNONYMS["id"])


def _find(name: str, header: Sequence[str]) -> str | None:
    """The column called so, else the one called so but for case and punctuation."""
    if name in header:
        return name
    return next((column for column in header if plain(column) == plain(name)), None)


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    names = ", ".join(known)
    return f"did you mean {close[0]!r}? there are: {names}" if close else f"there are: {names}"
