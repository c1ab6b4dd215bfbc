"""BBCode as phpBB stored it before 3.2: HTML-escaped, each tag with the post's uid ("[b:3x2k1m9a]").

A quote that is never closed is text. Smilies and links stand between HTML comments.
"""

import html
import re

from ..model import Cleaned
from .transcript import Transcript, sane

_UID = re.compile(r"(\[/?[a-z*][^\[\]\n]{0,500}?)(?::[mou])?:[a-z0-9]{5,8}\]", re.IGNORECASE)
_SMILEY = re.compile(r"<img\b[^<>]{0,500}?\balt=\"([^\"<>]{0,100})\"[^<>]{0,500}>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.{0,100}?-->", re.DOTALL)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_STRUCK = re.compile(r"\[(s|strike|del)\](?:(?!\[/?\1\]).){0,5000}\[/\1\]", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    r"\[(img|flash|attachment|youtube|media)\b[^\]\n]{0,300}\][^\[]{0,2000}\[/\1\]", re.IGNORECASE
)
_TAG = re.compile(r"\[(/?)([a-z*]{1,12})((?:=|\s)[^\]\n]{0,500})?\]", re.IGNORECASE)
_LAYOUT = frozenset(
    "b i u size color center left right align font list email url spoiler table tr td hr "  # noqa: SIM905
    "indent sub sup highlight".split()
)
_POST = re.compile(r"\bpost_id=[\"']?(\d{1,18})")
_MESSAGE = re.compile(r"\bmsg_id=[\"']?(\d{1,18})")
_USER = re.compile(r"\buser_id=[\"']?(\d{1,18})")
_NAME = re.compile(
    r"=\s*(?:\"([^\"]{1,200})\"|'([^']{1,200})'|([^\s\]\"']{1,200}(?: [^\s\]=]{1,50}(?!\S*=))*))"
)


def clean_bbcode(body: str) -> Cleaned:
    """Clean a post in BBCode."""
    transcript = Transcript(collapse=True)
    text = _plain(sane(body))
    voices = _voices(text)
    closed = {tag[2].lower() for tag in _TAG.finditer(text) if tag[1]} & _LAYOUT
    at = depth = 0
    for tag in _TAG.finditer(text):
        if tag.start() < at:
            continue
        name = tag[2].lower()
        end = tag.end()
        if tag.start() in voices:
            transcript.say(text[at : tag.start()])
            if tag[1]:
                transcript.end()
                depth -= 1
            elif name == "code":
                end = voices[tag.start()]
                _code(transcript, text[tag.end() : end])
            else:
                transcript.begin("quote", *_quoted(tag[3] or ""))
                depth += 1
        elif name in closed or name == "*":
            transcript.say(text[at : tag.start()] + ("\n" if name == "*" and not tag[1] else ""))
        else:
            continue
        at = end
    transcript.say(text[at:])
    for _ in range(depth):
        transcript.end()
    return transcript.finish()


def _plain(body: str) -> str:
    """BBCode alone: no uids, no HTML, no escapes, nothing that is only seen or struck out."""
    text = _COMMENT.sub("", _UID.sub(r"\1]", body))
    text = _MARKUP.sub("", _BREAK.sub("\n", _SMILEY.sub(r"\1", text)))
    return _UNSEEN.sub("", _STRUCK.sub("", html.unescape(text)))


def _voices(text: str) -> dict[int, int]:
    """Where the tags of closed quotes and code blocks begin; for code also where its inside ends."""
    found: dict[int, int] = {}
    quotes: list[int] = []
    code = -1
    for tag in _TAG.finditer(text):
        name, is_end = tag[2].lower(), bool(tag[1])
        if name == "code" and is_end and code >= 0:
            found[code] = tag.end()
            while quotes and quotes[-1] > code:
                quotes.pop()
            code = -1
        elif name == "code" and not is_end and code < 0:
            code = tag.start()
        elif name == "quote" and not is_end:
            quotes.append(tag.start())
        elif name == "quote" and quotes and not (code >= 0 and quotes[-1] > code):
            start = quotes.pop()
            found[start] = found[tag.start()] = start
    return found


def _code(transcript: Transcript, block: str) -> None:
    transcript.begin("code")
    transcript.say(block[: block.rfind("[")])
    transcript.end()


def _quoted(attributes: str) -> tuple[str | None, str | None]:
    """Read `=Ada post_id=5 time=1 user_id=3`: the account's number (else the name), the post."""
    user, post, message = _USER.search(attributes), _POST.search(attributes), _MESSAGE.search(attributes)
    name = _NAME.match(attributes)
    who = user[1] if user else next((part for part in name.groups() if part), None) if name else None
    return who, post[1] if post else f"pm/{message[1]}" if message else None
