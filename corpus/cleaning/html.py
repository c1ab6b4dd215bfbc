"""HTML bodies: Discourse's cooked posts, Zulip's rendered messages, HTML mail and forum pages."""

import re

from ..model import Cleaned
from .transcript import Transcript
from .tree import Dialect, tell

_WIDGET = re.compile(r"\s{0,9}<p>/(?:poll|todo)\b")


def clean_html(body: str) -> Cleaned:
    """Clean the HTML of a mail or a forum page."""
    return _clean(body, Dialect(angled=True))


def clean_cooked(body: str) -> Cleaned:
    """Clean a Discourse post as the server rendered it."""
    return _clean(body, Dialect())


def clean_zulip(body: str) -> Cleaned:
    """Clean a Zulip message as the server rendered it; a "/poll" is the poll's text, not a statement."""
    transcript = Transcript(collapse=True)
    widget = _WIDGET.match(body) is not None
    if widget:
        transcript.begin("template")
    tell(transcript, body, Dialect(zulip=True))
    if widget:
        transcript.end()
    return transcript.finish()


def _clean(body: str, dialect: Dialect) -> Cleaned:
    transcript = Transcript(collapse=True, angled=dialect.angled)
    tell(transcript, body, dialect)
    return transcript.finish()
