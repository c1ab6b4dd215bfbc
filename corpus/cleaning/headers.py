"""Header lines of a quoted mail in running text: From, Sent, To, Subject, in several languages."""

import re

from .attribution import address_in

_QUOTE_MARKS = re.compile(r"\s{0,3}(?:[A-Z]{2,3}(?=>))?(?:[>|]\s?){1,40}")
_HEADER = re.compile(
    r"\s{0,3}\*?(?P<name>From|Sent|Date|To|Cc|Subject|Reply-To|Von|Gesendet|Datum|An|Betreff|De|Envoyé|À|Objet"
    r"|Enviado|Para|Asunto|Da|Inviato|A|Oggetto|Van|Verzonden|Aan|Onderwerp)\*?\s?:\*?\s",
)
_SENDER = re.compile(r"\*?\s?(?:From|Von|De|Da|Van|Från|Fra|Od|От|Mittente)\*?\s?:\*?\s?(?P<who>.+)$")
_AT_LEAST = 3
_AT_MOST = 12


def unmarked(line: str) -> str:
    """Strip the quote marks (">", "| ", "AL>") before a line's words."""
    return _QUOTE_MARKS.sub("", line, count=1)


def read_sender(line: str) -> str | None:
    """Read the person from a "From: Ada Lind <ada@x.org>" line, the address if it has one."""
    match = _SENDER.match(line.strip())
    if match is None:
        return None
    return address_in(match["who"]) or match["who"].strip(" *\"'") or None


def read_headers(lines: list[str], start: int) -> tuple[int, str | None]:
    """Read a block of at least three header lines, the sender's first.

    Returns:
        The number of the line after the block and who sent the mail; `start` and None if there is no block.
    """
    if start >= len(lines) or (who := read_sender(unmarked(lines[start]))) is None:
        return start, None
    end, seen = start, 0
    while end < len(lines) and end - start < _AT_MOST and lines[end].strip():
        if _HEADER.match(unmarked(lines[end])):
            seen += 1
        end += 1
    return (end, who) if seen >= _AT_LEAST else (start, None)
