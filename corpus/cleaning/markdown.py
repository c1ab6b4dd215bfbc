"""Markdown bodies (GitHub, GitLab, Mattermost) and Discourse's raw text: Markdown with BBCode quotes.

cmark-gfm, the parser GitHub itself uses, renders to HTML and `tree` reads that. Discourse's own blocks are
cut out first: [quote] with whose words and which post, [poll], and links alone on a line, which the server
turns into previews. A stretch without any mark skips all of it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import cmarkgfm
from cmarkgfm.cmark import Options

from ..model import Cleaned, SpanKind
from .transcript import Transcript, named_in, sane
from .tree import Dialect, tell

_MARKS = re.compile(
    r"[`*\\|]|~~|(?<!\w)_|_(?!\w)|\](?:\(|\[|:)|\[\^|<[A-Za-z/!?]|&[#\w]+;"
    r"|^(?:[ ]{0,3}(?:>|#|[-+][ \t]|\d{1,9}[.)][ \t]|:?[=-][=:\- \t]*$|\t)|[ ]{4})",
    re.MULTILINE,
)
"""What can mean anything in Markdown; parsing a body without it would give the body back."""
_OPTIONS = (
    Options.CMARK_OPT_HARDBREAKS | Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
)
_NOTED = _OPTIONS | Options.CMARK_OPT_FOOTNOTES
_EXTENSIONS = ["table", "strikethrough", "tagfilter"]
# "+ 1", "+" and "2." are answers and "2024. A good year" a sentence, not lists.
_NO_LIST = re.compile(
    r"^([ ]{0,3})(?:([+-])(?=[ \t]+1\b|[ \t]*$)|(\d{3,9}|\d{1,2}(?=[.)][ \t]*$))([.)])(?=[ \t]|$))",
    re.MULTILINE,
)
_NOTE = re.compile(r"^[> ]{0,9}\[\^[^\]\s]+\]:", re.MULTILINE)
# What looks for footnotes loses all words from here to the bracket's end where a line ends in between.
_NO_NOTE = re.compile(r"\[(?=\^(?![^\]\[\s]{1,999}\]))")
# GitLab's quote of many lines: ">>>" alone on a line before and after.
_FENCED_QUOTE = re.compile(r"^>>>[ \t]*\n(.*?)^>>>[ \t]*$", re.MULTILINE | re.DOTALL)
_LINE_START = re.compile(r"^", re.MULTILINE)
_RENDERED, _NAMELESS = Dialect(at_names=True), Dialect()

_EVENT = re.compile(
    r"^ {0,3}(?P<fence>`{3,}|~{3,})"
    r"|(?P<code>(?<!`)(?P<ticks>`{1,2})(?!`)[^`\n]{1,2000}(?P=ticks)(?!`))"
    r"|(?P<tag>\[(?:chat )?quote(?P<with>=[^\]\n]{0,500}|\s[^\]\n]{0,500})?\]|\[/quote\]|\[/chat\])"
    r"|^[ ]{0,3}(?P<poll>\[poll\b[^\]\n]{0,500}\])"
    r"|^[ \t]{0,8}(?P<link>https?://[^\s<>]+|<https?://[^\s<>]+>)[ \t]{0,8}$",
    re.IGNORECASE | re.MULTILINE,
)
_POLL_END = re.compile(r"\[/poll\]", re.IGNORECASE)
_QUOTE_TAG = re.compile(r"\[/?(?:chat )?quote(?:[=\s][^\]\n]{0,500})?\]|\[/chat\]", re.IGNORECASE)
_CLOSING_TAG = re.compile(r"\[/([a-z]{1,10})\]", re.IGNORECASE)
_LOOSE_TAG = re.compile(r"\[/?([a-z]{1,10})(?:[= ][^\]\n]{0,300})?\]", re.IGNORECASE)
_LAYOUT = frozenset(
    "b i u size color center right left font email wrap details spoiler grid list indent "  # noqa: SIM905
    "code url img".split()
)
_DATE = re.compile(r"\[date(?:-range from)?=([\w:+-]{4,40})(?: time=([\d:]{4,8}))?[^\]\n]{0,300}\]")
_SUMMARY = re.compile(r"\[details=\"?([^\]\n]{0,500}?)\"?\]", re.IGNORECASE)
_STRUCK = re.compile(r"\[s\][^\[\n]{0,2000}\[/s\]", re.IGNORECASE)
_WHICH_POST = re.compile(r"post:\s?(\d+)", re.IGNORECASE)
_WHICH_TOPIC = re.compile(r"topic:\s?(\d+)", re.IGNORECASE)
_USERNAME = re.compile(r"username:\s?([^,\"”]+)", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r",\s*(?:post|topic|full|username|group|member|post_id)[:=].*$|;.*$|\s(?:post_id|time|user_id)=.*$",
    re.IGNORECASE,
)


def clean_markdown(body: str) -> Cleaned:
    """Clean a body in the Markdown of GitHub or GitLab."""
    transcript = Transcript(collapse=True)
    text = sane(body)
    if ">>>" in text:
        text = _FENCED_QUOTE.sub(_marked_quote, text)
    tell_markdown(transcript, text)
    return transcript.finish()


def _marked_quote(fenced: re.Match[str]) -> str:
    return "\n" + _LINE_START.sub("> ", fenced[1].rstrip("\n")) + "\n"


def clean_discourse(body: str) -> Cleaned:
    """Clean a Discourse post as its author typed it."""
    transcript = Transcript(collapse=True)
    for block in _blocks(sane(body)):
        if block.kind == "own":
            tell_markdown(transcript, _without_tags(block.text))
            continue
        transcript.begin(block.kind, block.who, block.post)
        if block.kind == "quote":
            tell_markdown(transcript, _without_tags(_QUOTE_TAG.sub("\n", block.text)))
        else:
            transcript.say(block.text)
        transcript.end()
    return transcript.finish()


def tell_markdown(transcript: Transcript, text: str, *, at_names: bool = True) -> None:
    """Read a piece of GitHub's Markdown into the transcript.

    Args:
        transcript: where it is told.
        text: the piece.
        at_names: whether "@name" addresses somebody.
    """
    if _MARKS.search(text) is None:
        for name in named_in(text) if at_names else ():
            transcript.mention(name)
        transcript.say(text)
        transcript.gap()
        return
    marked = _NO_LIST.sub(_unlist, text)
    has_notes = _NOTE.search(marked) is not None
    html = cmarkgfm.markdown_to_html_with_extensions(
        _NO_NOTE.sub(r"\[", marked) if has_notes else marked,
        options=_NOTED if has_notes else _OPTIONS,
        extensions=_EXTENSIONS,
    )
    tell(transcript, html, _RENDERED if at_names else _NAMELESS)


def _unlist(match: re.Match[str]) -> str:
    blanks, bullet, number, point = match.groups()
    return f"{blanks}\\{bullet}" if bullet else f"{blanks}{number}\\{point}"


@dataclass(frozen=True, slots=True)
class _Block:
    kind: SpanKind
    text: str
    who: str | None = None
    post: str | None = None


def _blocks(body: str) -> Iterator[_Block]:
    """Cut a Discourse body into the author's Markdown and the blocks that are not it, in order.

    Marks inside code are text. As on the server, a quote ends at its own [/quote] whatever stands between.
    """
    at = own_from = 0
    if not any(mark in body for mark in ("[", "://")):
        yield _Block("own", body)
        return
    closings = _closings(body)
    poll_ends = [end.end() for end in _POLL_END.finditer(body)]
    while (event := _EVENT.search(body, at)) is not None:
        start = event.start()
        if event["fence"]:
            at = _fence_end(body, event)
            continue
        block: _Block | None = None
        if event["tag"] and event["tag"][1] != "/":
            end, block = _quote(body, event, closings)
        elif event["poll"] and poll_ends and start < poll_ends[-1]:
            end = poll_ends[bisect_right(poll_ends, start)]
            block = _Block("template", body[start:end])
        elif event["link"]:
            end, block = event.end(), _Block("onebox", event["link"].strip("<>"))
        else:
            at = event.end()
            continue
        yield _Block("own", body[own_from:start])
        yield block
        at = own_from = end
    yield _Block("own", body[own_from:])


def _fence_end(body: str, event: re.Match[str]) -> int:
    fence = event["fence"]
    close = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
    found = close.search(body, event.end())
    return found.end() if found else len(body)


def _quote(body: str, opening: re.Match[str], closings: dict[int, tuple[int, int]]) -> tuple[int, _Block]:
    """Read the quote that opens here, and where it ends; one that is never closed ends with its paragraph."""
    inner_end, end = closings.get(opening.start(), (-1, -1))
    if end < 0:
        paragraph = body.find("\n\n", opening.end())
        inner_end = end = len(body) if paragraph < 0 else paragraph
    who, post = _quoted(opening["with"] or "")
    return end, _Block("quote", body[opening.end() : inner_end], who, post)


def _closings(body: str) -> dict[int, tuple[int, int]]:
    """Pair each opening quote tag, by where it starts, with the bounds of its closing tag."""
    open_tags: list[int] = []
    pairs: dict[int, tuple[int, int]] = {}
    for tag in _QUOTE_TAG.finditer(body):
        if tag[0][1] != "/":
            open_tags.append(tag.start())
        elif open_tags:
            pairs[open_tags.pop()] = tag.span()
    return pairs


def _quoted(attributes: str) -> tuple[str | None, str | None]:
    """Read `="Ada Lind, post:3, topic:7, username:ada"`: the handle (else the name) and "7/3"."""
    attributes = attributes.lstrip("= ").strip("\"“”'")
    number, topic = _WHICH_POST.search(attributes), _WHICH_TOPIC.search(attributes)
    post = f"{topic[1]}/{number[1]}" if topic and number else None
    username = _USERNAME.search(attributes)
    name = username[1] if username else _AFTER_NAME.sub("", attributes)
    return name.strip(" \"“”'") or None, post


def _without_tags(text: str) -> str:
    """Drop BBCode that only lays out, where it is closed ("a[i]" is no tag), and struck-out words."""
    if "[date" in text:
        text = _DATE.sub(lambda date: " ".join(filter(None, date.groups())), text)
    if "[/" not in text:
        return text
    text = _SUMMARY.sub(r"\n\1\n", _STRUCK.sub("", text))
    closed = {name.lower() for name in _CLOSING_TAG.findall(text)} & _LAYOUT
    return _LOOSE_TAG.sub(lambda tag: "" if tag[1].lower() in closed else tag[0], text)
