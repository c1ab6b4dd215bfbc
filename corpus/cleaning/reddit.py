"""Reddit's Markdown: three characters escaped as HTML does, ">!" for spoilers, u/name for people."""

import re

from ..model import Cleaned
from .markdown import tell_markdown
from .transcript import Transcript, sane

_SPOILER = re.compile(r">!((?:(?!>!|!<)[^\n]){0,2000})!<")
_NAME = re.compile(r"(?<![\w/.-])/?u/([\w-]{3,20})(?![\w/])")
_QUOTED = re.compile(r"^ {0,3}>.*$", re.MULTILINE)


def clean_reddit(body: str) -> Cleaned:
    """Clean a Reddit comment or self-post."""
    body = sane(body).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    # A spoiler at the start of a line would pass for a quote.
    body = _SPOILER.sub(r"\1", body)
    transcript = Transcript(collapse=True)
    for name in _NAME.findall(_QUOTED.sub("", body)) if "u/" in body else ():
        transcript.mention(name)
    tell_markdown(transcript, body)
    return transcript.finish()
