"""Viva Engage (Yammer): plain text in which people, groups and tags are written [[user:123]]."""

import re

from ..model import Cleaned
from .transcript import Transcript

_LINK = re.compile(
    r"\[\[(user|group|tag|topic|file|page|ogo):([^\[\]\n|]{1,200})(?:\|([^\[\]\n]{0,200}))?\]\]"
)


def clean_engage(body: str) -> Cleaned:
    """Clean a message of Viva Engage; who is addressed is known by id, or by a name after the id.

    Lines that begin with ">" are quotes, as in a reply by mail.
    """
    transcript = Transcript(angled=True)
    for line in body.split("\n"):
        if not line.lstrip().startswith(">"):
            _mention(transcript, line)
    transcript.say(_LINK.sub(_shown, body))
    return transcript.finish()


def _mention(transcript: Transcript, line: str) -> None:
    for link in _LINK.finditer(line):
        if link[1] == "user":
            transcript.mention(link[2].strip())
        elif link[1] == "group":
            transcript.mention("@" + (link[3] or link[2]).strip())


def _shown(link: re.Match[str]) -> str:
    """A person without a name stays unnamed: an id is no word."""
    sign = {"user": "@", "tag": "#", "topic": "#"}.get(link[1], "")
    return sign + link[3] if link[3] else f"{sign}{link[1]}"
