"""phpBB's bodies since 3.2: XML of the s9e text formatter, which keeps the author's marks in <s> and <e>.

<t> is text without any mark, <r> text with some. A <QUOTE> names whose words and which post it holds.
"""

import re
from typing import Any

from ..model import Cleaned
from .bbcode import clean_bbcode
from .transcript import Transcript, sane
from .xml_tree import Leave, parse_xml, walk

_S9E = re.compile(r"\s*<[rt][\s/>]")
_SKIPPED = frozenset("s e i IMG ATTACHMENT FLASH MEDIA YOUTUBE S DEL STRIKE".split())  # noqa: SIM905
_BLOCKS = frozenset("LIST CENTER TABLE p".split())  # noqa: SIM905
_LINES = frozenset("LI TR SIZE".split())  # noqa: SIM905


def is_s9e(body: str) -> bool:
    """Whether a phpBB body is of this form and not BBCode."""
    return _S9E.match(body) is not None


def clean_s9e(body: str) -> Cleaned:
    """Clean a phpBB post as the database stores it since 3.2."""
    root = parse_xml(sane(body)) if is_s9e(body) else None
    if root is None:
        return clean_bbcode(body)
    transcript = Transcript(collapse=True)
    walk(root, _Listener(transcript))
    return transcript.finish()


class _Listener:
    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    def enter(self, node: Any) -> Leave | None:
        """One of the formatter's elements."""
        tag, say = str(node.tag), self._transcript
        if tag in _SKIPPED:
            return None
        if tag == "QUOTE":
            post, message = node.get("post_id"), node.get("msg_id")
            say.begin(
                "quote", node.get("user_id") or node.get("author"), post or (message and f"pm/{message}")
            )
            return self._end
        if tag == "CODE":
            say.begin("code")
            return self._end
        if tag in _BLOCKS:
            say.gap()
            return say.gap
        if tag == "br":
            say.say("\n")
        elif tag in _LINES:
            say.line()
        return _on

    def text(self, words: str) -> None:
        """Text between elements; line breaks in it are repeated by <br/>."""
        inside_code = self._transcript.kind == "code"
        self._transcript.say(words if inside_code else words.replace("\n", " "))

    def _end(self) -> None:
        self._transcript.end()
        self._transcript.line()


def _on() -> None:
    """Read on; there is nothing to do at the end."""
