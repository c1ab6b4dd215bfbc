"""Own words as Discourse renders them: its HTML for paragraphs, emoji, mentions, links, quotes and polls."""

import re
from hashlib import md5
from html import escape

_EMOJI = re.compile(r":([a-z0-9_+\-]+):")
_LINK = re.compile(r"https://\S+")


def cook(words: str) -> str:
    """Render own words: paragraphs, line breaks, emoji, a mention at the start, links."""
    paragraphs: list[str] = []
    for block in words.split("\n\n"):
        text = escape(block, quote=False).replace("\n", "<br>\n")
        text = _EMOJI.sub(_emoji, text)
        text = _LINK.sub(lambda link: f'<a href="{link[0]}">{link[0]}</a>', text)
        if text.startswith("@"):
            name = text.split(" ", 1)[0]
            text = f'<a class="mention" href="/u/{name[1:].lower()}">{name}</a>{text[len(name) :]}'
        paragraphs.append(f"<p>{text}</p>")
    return "\n".join(paragraphs)


def _emoji(match: re.Match[str]) -> str:
    name = match[1]
    source = f"/images/emoji/twitter/{name}.png?v=12"
    return f'<img src="{source}" title=":{name}:" class="emoji" alt=":{name}:" width="20" height="20">'


def cook_quote(words: str, username: str, topic: int, number: int) -> str:
    """Render the quote of a post."""
    return (
        f'<aside class="quote no-group" data-username="{username}" data-post="{number}" '
        f'data-topic="{topic}">\n'
        f'<div class="title">\n<div class="quote-controls"></div>\n {escape(username)}:</div>\n'
        f"<blockquote>\n{cook(words)}\n</blockquote>\n</aside>"
    )


def cook_poll(options: tuple[str, ...]) -> str:
    """Render a poll as it stands in its post."""
    rows = [f'\n<li data-poll-option-id="{digest(option)}">{escape(option)}</li>' for option in options]
    items = "".join(rows)
    return (
        '<div class="poll" data-poll-status="open" data-poll-type="regular" data-poll-public="true" '
        'data-poll-name="poll">\n<div>\n<div class="poll-container">\n'
        f"<ul>{items}\n</ul>\n</div>\n</div>\n</div>"
    )


def digest(option: str) -> str:
    """Return the id that Discourse gives an option."""
    return md5(option.encode(), usedforsecurity=False).hexdigest()


def slug(title: str) -> str:
    """Return a title as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "topic"
