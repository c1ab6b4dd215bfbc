"""Rich text blocks: what the author's editor meant, where the plain `text` is ambiguous.

In `text` a quote is a line that begins with "&gt;", and so is a line whose author typed that sign; a list is
lines with bullets. `blocks` keeps them apart; a list in a quote is a part of its own, with a border. They are
written as mrkdwn again: "&gt; " before quoted lines only, any other ">" as it is.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ..json_values import objects

_AMBIGUOUS = re.compile(r"^&gt;", re.MULTILINE)
_SHAPED = frozenset({"rich_text_list", "rich_text_quote", "rich_text_preformatted"})


def body_of(message: dict[str, Any]) -> str | None:
    """The body as its rich text says; None where the plain text says as much."""
    blocks = [block for block in objects(message.get("blocks")) if block.get("type") == "rich_text"]
    parts = [part for block in blocks for part in objects(block.get("elements"))]
    text = message.get("text")
    plain = text if isinstance(text, str) else ""
    # Where the sign is nowhere, no line need be looked at.
    is_ambiguous = not plain or ("&gt;" in plain and _AMBIGUOUS.search(plain))
    if not is_ambiguous and _SHAPED.isdisjoint([_word(part, "type") for part in parts]):
        return None
    return "\n".join(line for part in parts for line in _lines(part)) or None


def _lines(part: dict[str, Any]) -> Iterator[str]:
    kind = _word(part, "type")
    if kind == "rich_text_preformatted":
        # In a quote, too: code is never own words, and a sign before its lines would be part of it.
        yield f"```{_inline(part)}```"
        return
    said = list(_items(part)) if kind == "rich_text_list" else [_inline(part)]
    is_quoted = kind == "rich_text_quote" or part.get("border") == 1
    yield from (f"&gt; {line}" for words in said for line in words.split("\n")) if is_quoted else said


def _items(part: dict[str, Any]) -> Iterator[str]:
    ordered = part.get("style") == "ordered"
    for number, item in enumerate(objects(part.get("elements")), start=1):
        yield f"{number}. {_inline(item)}" if ordered else f"• {_inline(item)}"


def _inline(part: dict[str, Any]) -> str:
    """The words of a section; the line break at its end is that of the section."""
    said = [(_SIGNS.get(_word(element, "type")), element) for element in objects(part.get("elements"))]
    return "".join(say(element) for say, element in said if say is not None).removesuffix("\n")


def _text(element: dict[str, Any]) -> str:
    words = _word(element, "text").replace("&", "&amp;").replace("<", "&lt;")
    style = element.get("style")
    if isinstance(style, dict) and words.strip():
        if style.get("code") is True:
            return f"`{words}`"
        if style.get("strike") is True:
            return f"~{words}~"
    return words


def _link(element: dict[str, Any]) -> str:
    label = _word(element, "text")
    return f"<{_word(element, 'url')}|{label}>" if label else f"<{_word(element, 'url')}>"


def _emoji(element: dict[str, Any]) -> str:
    name = _word(element, "name")
    return f":{name}:" if name else ""


_SIGNS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": _text,
    "link": _link,
    "emoji": _emoji,
    "user": lambda element: f"<@{_word(element, 'user_id')}>",
    "usergroup": lambda element: f"<!subteam^{_word(element, 'usergroup_id')}>",
    "channel": lambda element: f"<#{_word(element, 'channel_id')}>",
    "broadcast": lambda element: f"<!{_word(element, 'range')}>",
    "date": lambda element: _word(element, "fallback"),
    "color": lambda element: _word(element, "value"),
}


def _word(element: dict[str, Any], key: str) -> str:
    value = element.get(key)
    return value if isinstance(value, str) else ""
