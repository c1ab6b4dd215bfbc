"""Slack's mrkdwn: entities for people, channels and links, "&gt;" quotes, ``` code.

Only three characters are escaped (&, <, >); everything in angle brackets is an entity. What a file upload of
the early exports says by itself ("<@U1> uploaded a file: ... and commented: ...") is a template; the comment
after it is the author's.
"""

import re

from ..model import Cleaned
from .transcript import Transcript, everybody

_FENCE = "```"
_QUOTE_REST = "&gt;&gt;&gt;"
_QUOTE = "&gt;"
_ENTITY = re.compile(r"<([@#!]?)([^<>|\n]{1,3000})(?:\|([^<>\n]{0,3000}))?>")
_INLINE_CODE = re.compile(r"`([^`\n]+)`")
_MARKED = re.compile(r"(?<![^\s(\[\"'>,;:.!?*_~-])([*_~])(?=[^\s*_~])([^\n*_~]{0,999}[^\s*_~])\1(?!\w)")
_SKIN_TONE = re.compile(r":skin-tone-[2-6]:")
_UPLOADED = re.compile(
    r"\s*<@[^>\n]{1,100}> (?:uploaded|shared) (?:a file|an image|a snippet|a post): <[^>\n]{1,2000}>"
    r"(?P<comment> and commented: ?)?"
)
_COMMENTED = re.compile(
    r"\s*<@[^>\n]{1,100}> commented on <@[^>\n]{1,100}>['’]s file <[^>\n]{1,2000}>(?P<comment>: ?)"
)


def clean_mrkdwn(body: str) -> Cleaned:
    """Clean a Slack message's text."""
    transcript = Transcript(collapse=True)
    upload = _UPLOADED.match(body) or _COMMENTED.match(body)
    if upload:
        transcript.begin("template")
        _say(transcript, upload[0].removesuffix(upload["comment"] or ""))
        transcript.end()
        body = body[upload.end() :]
    pieces = body.split(_FENCE)
    quoting_rest = False
    for number, piece in enumerate(pieces):
        # An odd piece is code if another fence closes it.
        if number % 2 and number + 1 < len(pieces):
            transcript.begin("code")
            transcript.say(_unescaped(_ENTITY.sub(_shown_entity, piece)))
            transcript.end()
            continue
        if number % 2:
            transcript.say(_FENCE)
        quoting_rest = _tell_lines(transcript, piece, fresh=number == 0, quoting_rest=quoting_rest)
    if quoting_rest:
        transcript.end()
    return transcript.finish()


def _tell_lines(transcript: Transcript, text: str, *, fresh: bool, quoting_rest: bool) -> bool:
    """Say lines, quoted ones in another voice; True when a quote to the end of the message has begun."""
    quoting = False
    for number, line in enumerate(text.split("\n")):
        starts = fresh or number > 0
        rest = starts and not quoting_rest and line.startswith(_QUOTE_REST)
        quoted = not quoting_rest and starts and line.startswith(_QUOTE)
        if quoting and (rest or not quoted):
            transcript.end()
            quoting = False
        if rest:
            transcript.begin("quote")
            quoting_rest = True
        elif quoted and not quoting:
            transcript.begin("quote")
            quoting = True
        if number:
            transcript.say("\n")
        _say(transcript, line.removeprefix(_QUOTE_REST if rest else _QUOTE) if rest or quoted else line)
    if quoting:
        transcript.end()
    return quoting_rest


def _say(transcript: Transcript, text: str) -> None:
    for number, piece in enumerate(_INLINE_CODE.split(text)):
        if number % 2:
            transcript.say(_unescaped(_ENTITY.sub(_shown_entity, piece)))
            continue
        for entity in _ENTITY.finditer(piece) if "<" in piece else ():
            _mention(transcript, entity)
        # Twice, for bold italics.
        unmarked = _MARKED.sub(_unmarked, _MARKED.sub(_unmarked, piece))
        plain = _ENTITY.sub(_shown_entity, unmarked)
        transcript.say(_SKIN_TONE.sub("", _unescaped(plain)))


def _unmarked(match: re.Match[str]) -> str:
    """Bold and italic marks go; struck-out words are no longer said."""
    return "" if match[1] == "~" else match[2]


def _mention(transcript: Transcript, entity: re.Match[str]) -> None:
    sign, name, label = entity.groups()
    if sign == "@":
        transcript.mention(name)
    elif sign == "!" and name.startswith("subteam^"):
        transcript.mention("@" + (label or name.removeprefix("subteam^")).removeprefix("@"))
    elif sign == "!":
        transcript.mention(everybody(name) or "")


def _shown_entity(entity: re.Match[str]) -> str:
    sign, name, label = entity.groups()
    if sign == "!" and name.startswith(("date^", "subteam^")):
        return label or ""
    if sign:
        shown = label or name
        return "#" + shown.removeprefix("#") if sign == "#" else "@" + shown.removeprefix("@")
    return label or name


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
