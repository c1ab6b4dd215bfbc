"""Confluence's storage format: XHTML with macros (ac:) and references (ri:).

Panels and the like hold the author's words; code and quotes have macros of their own; what a macro draws for
itself (a table of contents, issues, a diagram) is left out, and so are its settings.
"""

import re
from typing import Any

from ..model import Cleaned
from .html import clean_html
from .markup import CELLS, LINES, PARAGRAPHS, SKIPPED, STRUCK
from .transcript import Transcript, sane
from .xml_tree import Leave, parse_xml, walk

_AC, _RI = "{urn:ac}", "{urn:ri}"
_FRAME = '<root xmlns:ac="urn:ac" xmlns:ri="urn:ri" xmlns:at="urn:at">{}</root>'
_DECLARATION = re.compile(r"<\?xml[^<>]{0,200}\?>|<!DOCTYPE[^<>]{0,500}>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_CODE = frozenset(["code", "noformat"])
_BODIES = frozenset([f"{_AC}rich-text-body", f"{_AC}plain-text-body"])
_UNSEEN = frozenset(
    f"{_AC}{name}"
    for name in (
        "parameter", "task-id", "task-uuid", "placeholder", "image", "adf-attribute", "adf-fallback",
        "default-parameter",
    )
)  # fmt: skip
_PERSON = (f"{_RI}account-id", f"{_RI}userkey", f"{_RI}username")
_NAMED = (f"{_RI}content-title", f"{_RI}filename", f"{_RI}value", f"{_RI}space-key")


def clean_storage(body: str) -> Cleaned:
    """Clean a Confluence page or comment as it is stored."""
    root = parse_xml(_FRAME.format(_DECLARATION.sub("", sane(body))))
    if root is None:
        return clean_html(body)
    transcript = Transcript(collapse=True)
    walk(root, _Listener(transcript))
    return transcript.finish()


class _Listener:
    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._plain = 0
        """Depth of elements whose text keeps its line breaks."""
        self._rules = {
            f"{_AC}structured-macro": self._macro,
            f"{_AC}macro": self._macro,
            f"{_AC}link": self._link,
            f"{_AC}emoticon": self._emoticon,
            f"{_AC}task": self._task,
            f"{_AC}task-status": self._status,
            "blockquote": self._blockquote,
            "pre": self._code,
            "time": self._time,
        }

    def enter(self, node: Any) -> Leave | None:
        """An element of XHTML or of Confluence."""
        tag = str(node.tag)
        if tag in _UNSEEN or tag in SKIPPED or tag in STRUCK:
            return None
        rule = self._rules.get(tag)
        if rule is not None:
            return rule(node)
        say = self._transcript
        if tag in PARAGRAPHS:
            say.gap()
            return say.gap
        if tag in LINES:
            say.line()
            return say.line
        if tag in CELLS:
            say.say(" ")
        elif tag == "br":
            say.say("\n")
        return _on

    def text(self, words: str) -> None:
        """Text between elements."""
        self._transcript.say(words if self._plain else _SPACE.sub(" ", words))

    def _macro(self, node: Any) -> Leave | None:
        name = (node.get(f"{_AC}name") or "").lower()
        if name in _CODE:
            return self._code(node)
        if name == "quote":
            return self._blockquote(node)
        if not any(child.tag in _BODIES for child in node):
            return None
        self._transcript.gap()
        return self._transcript.gap

    def _code(self, _: Any) -> Leave:
        self._transcript.begin("code")
        self._plain += 1

        def leave() -> None:
            self._plain -= 1
            self._transcript.end()

        return leave

    def _blockquote(self, _: Any) -> Leave:
        attribution = self._transcript.take_attribution()
        self._transcript.begin("quote", attribution.who if attribution else None)
        return self._transcript.end

    def _link(self, node: Any) -> Leave | None:
        """A link to a person, a page or a file: shown by its own words, else by what it names."""
        person: str | None = None
        named: str | None = None
        shown = ""
        for child in node.iter():
            tag = str(child.tag)
            person = person or next((child.get(key) for key in _PERSON if child.get(key)), None)
            named = named or next((child.get(key) for key in _NAMED if child.get(key)), None)
            if tag in (f"{_AC}link-body", f"{_AC}plain-text-link-body"):
                shown = "".join(child.itertext())
        if person is not None:
            self._transcript.mention(person)
            self._transcript.say(f"@{shown or person}")
        else:
            self._transcript.say(_SPACE.sub(" ", shown or named or ""))
        return None

    def _emoticon(self, node: Any) -> None:
        name = node.get(f"{_AC}emoji-shortname") or node.get(f"{_AC}name") or ""
        self._transcript.say(node.get(f"{_AC}emoji-fallback") or (f":{name.strip(':')}:" if name else ""))

    def _task(self, _: Any) -> Leave:
        self._transcript.line()
        return self._transcript.line

    def _status(self, node: Any) -> None:
        self._transcript.say("[x] " if (node.text or "").strip() == "complete" else "[ ] ")

    def _time(self, node: Any) -> Leave:
        self._transcript.say(node.get("datetime") or "")
        return _on


def _on() -> None:
    """Read on; there is nothing to do at the end."""
