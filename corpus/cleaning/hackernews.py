"""Hacker News: a little HTML, and two habits of quoting: lines that begin with ">", italic paragraphs."""

import re

from ..model import Cleaned
from .transcript import Transcript
from .tree import Dialect, tell

_PARAGRAPH = re.compile(r"<p>", re.IGNORECASE)
_ITALIC = re.compile(r"\s*(?:(?:&gt;|>)\s*){0,3}<i>(?P<words>(?:(?!</?i>).){1,20000})</i>[\s\"”]*", re.DOTALL)
_FEWEST_WORDS = 4
"""Fewer words in italics are stressed, not quoted."""


def clean_hackernews(body: str) -> Cleaned:
    """Clean the text of a Hacker News item."""
    transcript = Transcript(collapse=True, angled=True)
    tell(transcript, "<p>".join(_framed(part) for part in _PARAGRAPH.split(body)), Dialect(angled=True))
    return transcript.finish()


def _framed(paragraph: str) -> str:
    """A paragraph that is all in italics as a block quote."""
    match = _ITALIC.fullmatch(paragraph)
    if match is None or len(match["words"].split()) < _FEWEST_WORDS:
        return paragraph
    return f"<blockquote>{match['words']}</blockquote>"
