"""Bodies that are XML: parsed without entities, network or depth, and walked in order without recursion."""

import re
from collections.abc import Callable
from html.entities import html5
from typing import Any, Protocol

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue] - it has no types

_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OWN = frozenset(["amp", "lt", "gt", "quot", "apos"])
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Leave = Callable[[], None]


class Listener(Protocol):
    """What a walk tells."""

    def enter(self, node: Any) -> Leave | None:
        """An element opens; say what to do as it closes, or None to pass its inside by."""
        ...

    def text(self, words: str) -> None:
        """Text stands here."""
        ...


def parse_xml(source: str) -> Any:
    """The root element, mended where the markup is broken; None where there is none or it is too deep.

    HTML's named entities are known; others stay text.
    """
    source = _NOT_XML.sub("\ufffd", _ENTITY.sub(_named, source))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(source.encode(), parser)
    except etree.XMLSyntaxError:
        return None
    # What lies deeper than libxml2 goes would be lost in silence.
    return None if any("depth" in str(entry.message) for entry in parser.error_log) else root


def _named(match: re.Match[str]) -> str:
    return match[0] if match[1] in _OWN else html5.get(f"{match[1]};", f"&amp;{match[1]};")


def walk(root: Any, listener: Listener) -> None:
    """Tell a tree to a listener in the order it stands."""
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    leaving: list[Leave] = []
    for event, node in walker:
        if event == "start":
            leave = listener.enter(node)
            leaving.append(leave or _nothing)
            if leave is None:
                walker.skip_subtree()
            elif node.text:
                listener.text(node.text)
            continue
        if event == "end":
            leaving.pop()()
        if node is not root and node.tail:
            listener.text(node.tail)


def _nothing() -> None:
    """There is nothing to do."""
