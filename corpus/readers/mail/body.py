"""The words of an e-mail: which of its parts is the message, and in what characters it is written.

Of alternatives the plain one is read; parts that follow each other are read in turn; everything else is a
file that hangs on the message.
"""

import email.header
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.message import Message
from typing import Literal

_FALLBACK = "cp1252"
_CODE = re.compile(r"<param>.*?</param>|<[^<>]+>", re.IGNORECASE | re.DOTALL)
_BREAKS = re.compile(r"\n+")
_RANK = {"mail": 0, "html": 1}


@dataclass(frozen=True, slots=True)
class File:
    """A part that is not the message's text."""

    name: str
    mime: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Body:
    """What was written, in one format, and the files with it."""

    text: str
    format: Literal["mail", "html"]
    files: tuple[File, ...]
    problems: tuple[str, ...]
    """What had to be guessed to read it."""


@dataclass(frozen=True, slots=True)
class _Words:
    text: str
    format: Literal["mail", "html"]
    problem: str | None = None


def body_of(message: Message) -> Body:
    """The body of a message."""
    found = list(_leaves(message))
    words = [leaf for leaf in found if isinstance(leaf, _Words)]
    files = tuple(leaf for leaf in found if isinstance(leaf, File))
    problems = tuple(dict.fromkeys(leaf.problem for leaf in words if leaf.problem))
    filled = [leaf for leaf in words if leaf.text.strip()]
    if any(leaf.format == "html" for leaf in filled):
        parts = [leaf.text if leaf.format == "html" else _as_html(leaf.text) for leaf in filled]
        return Body("\n".join(parts), "html", files, problems)
    return Body("\n".join(leaf.text for leaf in filled), "mail", files, problems)


def decoded(data: bytes, charset: str | None) -> tuple[str, bool]:
    """Bytes as text, and whether the charset named was right.

    Without a charset, or with one that is unknown or wrong: UTF-8 if it is that, else Windows' Western one.
    """
    for name in (charset, "utf-8"):
        if name:
            try:
                return data.decode(name), name == charset or charset is None
            except (LookupError, ValueError):
                continue
    return data.decode(_FALLBACK, "replace"), charset is None


def encoded_words(text: str) -> str:
    """RFC 2047 encoded words, read; wrong ones stay as they are."""
    if "=?" not in text:
        return text
    try:
        pieces = email.header.decode_header(text)
    except (HeaderParseError, MessageError, ValueError):
        return text
    return " ".join("".join(_pieces(pieces)).split())


def _pieces(pieces: list[tuple[bytes | str, str | None]]) -> Iterator[str]:
    for piece, charset in pieces:
        if isinstance(piece, str):
            yield piece
        elif charset is None:
            yield piece.decode("raw-unicode-escape", "replace")
        else:
            yield decoded(piece, charset)[0]


def _leaves(part: Message) -> Iterator[_Words | File]:
    """A part's texts and files, in order."""
    kind = part.get_content_type()
    children = part.get_payload()
    if kind.startswith("message/"):
        # Forwarded mail and delivery reports: somebody else's words.
        yield File(_name(part), kind, None)
    elif part.is_multipart() and isinstance(children, list):
        inner = [list(_leaves(child)) for child in children if isinstance(child, Message)]
        yield from (
            _best(inner) if kind == "multipart/alternative" else (leaf for leaves in inner for leaf in leaves)
        )
    elif _is_file(part, kind):
        yield File(_name(part), kind, _size(part))
    else:
        yield _words(part, kind)


def _best(alternatives: list[list[_Words | File]]) -> list[_Words | File]:
    """Of alternatives: the plain text if it says anything, else HTML; files of all."""
    texts = [
        leaves
        for leaves in alternatives
        if any(isinstance(leaf, _Words) and leaf.text.strip() for leaf in leaves)
    ]
    best = min(texts, key=_plainness, default=[])
    files = [
        leaf for leaves in alternatives if leaves is not best for leaf in leaves if isinstance(leaf, File)
    ]
    return [*best, *files]


def _plainness(leaves: list[_Words | File]) -> int:
    return max(_RANK[leaf.format] for leaf in leaves if isinstance(leaf, _Words))


def _is_file(part: Message, kind: str) -> bool:
    if kind.startswith("multipart/"):
        return False
    disposition = part.get_content_disposition()
    return not kind.startswith("text/") or disposition == "attachment" or bool(part.get_filename())


def _words(part: Message, kind: str) -> _Words:
    data = part.get_payload(decode=True)
    charset = _charset(part)
    text, was_right = decoded(data if isinstance(data, bytes) else b"", charset)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problem = None if was_right else f"charset {charset!r} is not known or not true"
    if kind == "text/html":
        return _Words(text, "html", problem)
    return _Words(_unstuffed(_enriched(text) if kind == "text/enriched" else text), "mail", problem)


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        return "?"


def _enriched(text: str) -> str:
    """RFC 1896 text without its codes: "<<" is a bracket, one line break a space, n of them n - 1."""
    plain = _CODE.sub("", text.replace("<<", "\0")).replace("\0", "<")
    return _BREAKS.sub(lambda run: "\n" * (len(run.group()) - 1) or " ", plain)


def _unstuffed(text: str) -> str:
    """Archivers write "From " at a line's start as ">From ": undone where no quotation stands around it."""
    if ">From " not in text:
        return text
    lines = text.split("\n")
    for index, line in enumerate(lines):
        around = (*lines[max(index - 1, 0) : index], *lines[index + 1 : index + 2])
        if line.startswith(">From ") and not any(other.startswith(">") for other in around):
            lines[index] = line[1:]
    return "\n".join(lines)


def _as_html(text: str) -> str:
    return f"<p>{html.escape(text.strip(), quote=False)}</p>".replace("\n", "<br>")


def _name(part: Message) -> str:
    return encoded_words(part.get_filename() or part.get_content_type())


def _size(part: Message) -> int | None:
    data = part.get_payload(decode=True)
    return len(data) if isinstance(data, bytes) else None
