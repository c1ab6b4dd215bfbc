"""HTML bodies: Discourse's cooked posts, Zulip's rendered messages, HTML mail and forum pages.

The tree is walked once, without recursion. Tags say where lines and paragraphs end; a few tags, classes and
ids say whose words follow. Markdown and Discourse's raw text are rendered to HTML first and read here too,
so that the raw and the cooked form of a post give the same own words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..model import Cleaned, SpanKind
from .transcript import Transcript, everybody, named_in

_SPACE = re.compile(r"\s+")
_SKIPPED = frozenset(
    "head title script style template noscript svg iframe object video audio canvas select button "
    "textarea map embed -comment".split()
)
_PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre details section article figure hr".split()
)
_LINES = frozenset("div li tr dt dd summary header footer figcaption address center fieldset form nav main".split())
_STRUCK = frozenset(["del", "s", "strike"])
_BY_CLASS: dict[str, SpanKind] = {
    "onebox": "onebox",
    "message_embed": "onebox",
    "lazyYT": "onebox",
    "lazy-video-container": "onebox",
    "youtube-onebox": "onebox",
    "poll": "template",
    "elided": "quote",
    "chat-transcript": "quote",
    "gmail_quote": "quote",
    "yahoo_quoted": "quote",
    "protonmail_quote": "quote",
    "moz-forward-container": "forward",
    "email-quoted-reply": "quote",
    "gmail_attr": "attribution",
    "moz-cite-prefix": "attribution",
    "gmail_signature": "signature",
    "moz-signature": "signature",
    "email-signature-reply": "signature",
    "protonmail_signature_block": "signature",
}
_BY_ID: dict[str, SpanKind] = {
    "divRplyFwdMsg": "quote",
    "appendonsend": "quote",
    "mail-editor-reference-message-container": "quote",
    "AppleMailSignature": "signature",
    "Signature": "signature",
    "ms-outlook-mobile-signature": "signature",
}
_TO_THE_END = frozenset(["divRplyFwdMsg", "appendonsend"])
"""Outlook's marks stand before the quoted message, not around it."""
_UNSEEN_CLASSES = frozenset(
    ["katex-html", "quote-controls", "lightbox-wrapper", "footnote-ref", "footnote-backref"]
)
_NEAR = re.compile(r"/near/(\d+)")
_MANY_TAGS = 4_000
_DEEPEST = 400
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})\b[^<>]*>")
_UNCLOSED = frozenset("p li td th tr br img hr input dt dd option col wbr".split())
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the families that are written in HTML.

    Attributes:
        at_names: "@name" in running text is a mention (rendered Markdown); else only marked-up names are.
        angled: a line that begins with ">" is a quote (old forums and Hacker News).
        zulip: "NAME said:" with a link above a block quote attributes it.
    """

    at_names: bool = False
    angled: bool = False
    zulip: bool = False


def clean_html(body: str) -> Cleaned:
    """Clean the HTML of a mail or a forum page."""
    return _clean(body, Dialect(angled=True))


def clean_cooked(body: str) -> Cleaned:
    """Clean a Discourse post as the server rendered it."""
    return _clean(body, Dialect())


def clean_zulip(body: str) -> Cleaned:
    """Clean a Zulip message as the server rendered it."""
    return _clean(body, Dialect(zulip=True))


def tell(transcript: Transcript, source: str, dialect: Dialect) -> None:
    """Read a piece of HTML into the transcript; whatever it leaves open is closed at its end."""
    _Teller(transcript, dialect).tell(source)


def _clean(body: str, dialect: Dialect) -> Cleaned:
    transcript = Transcript(collapse=True, angled=dialect.angled)
    tell(transcript, body, dialect)
    return transcript.finish()


def _prune(source: str) -> str:
    """Flatten markup that no person wrote: thousands of nested tags cost a parser quadratic time.

    Formatting tags go, and so does every tag below the deepest level kept; their text stays.
    """
    if source.count("<") <= _MANY_TAGS:
        return source
    depth = 0

    def keep(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match[1], match[2].lower()
        if name in _FORMATTING:
            return ""
        if name in _UNCLOSED:
            return match[0] if depth <= _DEEPEST else ""
        if closing:
            depth = max(0, depth - 1)
            return match[0] if depth < _DEEPEST else ""
        depth += 1
        return match[0] if depth <= _DEEPEST else ""

    return _TAG.sub(keep, source)


def _classes(attributes: dict[str, str | None]) -> list[str]:
    return (attributes.get("class") or "").split()


def _words(node: LexborNode) -> str:
    return _SPACE.sub(" ", node.text(deep=True)).strip()


Leave = Callable[[], None]
_DESCEND: Leave = lambda: None  # noqa: E731


class _Teller:
    """One walk over one tree. A rule returns what to do on leaving the node, or None to pass its children by."""

    def __init__(self, transcript: Transcript, dialect: Dialect) -> None:
        self._transcript = transcript
        self._dialect = dialect
        self._speaker: str | None = None
        self._quoted_post: str | None = None
        self._literal = 0
        self._open_ended = 0
        self._rules: dict[str, Callable[[LexborNode], Leave | None]] = {
            "a": self._link,
            "aside": self._aside,
            "at": self._at,
            "blockquote": self._blockquote,
            "code": self._code,
            "details": self._block,
            "div": self._block,
            "emoji": self._emoji,
            "img": self._emoji,
            "input": self._input,
            "math": self._math,
            "pre": self._pre,
            "section": self._block,
            "span": self._span,
            "sup": self._span,
        }

    def tell(self, source: str) -> None:
        """Walk the tree in document order."""
        root = LexborHTMLParser(_prune(source)).body
        node = root.child if root is not None else None
        path: list[tuple[LexborNode, Leave]] = []
        while node is not None or path:
            if node is None:
                parent, leave = path.pop()
                leave()
                self._break(parent.tag)
                node = parent.next
                continue
            leave = self._enter(node)
            if leave is None:
                node = node.next
            else:
                path.append((node, leave))
                node = node.child
        for _ in range(self._open_ended):
            self._transcript.end()

    def _enter(self, node: LexborNode) -> Leave | None:
        tag = node.tag
        if tag == "-text":
            self._text(node)
            return None
        if tag in _SKIPPED or tag is None or tag in _STRUCK:
            return None
        self._break(tag)
        if tag == "br":
            self._transcript.line()
            return None
        rule = self._rules.get(tag)
        return _DESCEND if rule is None else rule(node)

    def _break(self, tag: str | None) -> None:
        if tag in _PARAGRAPHS:
            self._transcript.gap()
        elif tag in _LINES:
            self._transcript.line()
        elif tag in ("td", "th"):
            self._transcript.say(" ")

    def _text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        if self._transcript.kind == "code":
            self._transcript.say(text)
            return
        text = _SPACE.sub(" ", text)
        self._transcript.say(text)
        if self._dialect.at_names and not self._literal:
            self._mention_all(named_in(text))

    def _mention_all(self, names: Iterable[str]) -> None:
        for name in names:
            self._transcript.mention(name)

    def _voice(self, kind: SpanKind, who: str | None = None, post: str | None = None) -> Leave:
        self._transcript.begin(kind, who, post)
        return self._transcript.end

    def _aside(self, node: LexborNode) -> Leave | None:
        attributes = node.attributes
        classes = _classes(attributes)
        if "quote" not in classes:
            return self._block(node)
        topic, number = attributes.get("data-topic"), attributes.get("data-post")
        post = f"{topic}/{number}" if topic and number else None
        title = node.css_first("div.title")
        who = attributes.get("data-username")
        # A bare link to a post of the same forum is rendered as a quote without a person, titled by a link.
        if not who and title is not None and title.css_first("a") is not None:
            return self._voice("onebox", post=post)
        if not who and title is not None:
            who = _words(title).removesuffix(":").strip() or None
        return self._voice("quote", who, post)

    def _blockquote(self, _: LexborNode) -> Leave | None:
        transcript = self._transcript
        if transcript.kind != "own":
            return self._voice("quote")
        if self._dialect.zulip and self._speaker is not None:
            line = transcript.last_line()
            who, post = self._speaker, self._quoted_post
            self._speaker = self._quoted_post = None
            if line.removeprefix("@").startswith(who) and line.endswith((":", "：")):
                transcript.attribute_tail()
                return self._voice("quote", who, post)
        attribution = transcript.take_attribution()
        return self._voice("quote", attribution.who if attribution else None)

    def _block(self, node: LexborNode) -> Leave | None:
        attributes = node.attributes
        classes = _classes(attributes)
        if not classes and "id" not in attributes:
            return _DESCEND
        if not _UNSEEN_CLASSES.isdisjoint(classes) or ("title" in classes and _in_quote(node)):
            return None
        mark = attributes.get("id") or ""
        kind = next((_BY_CLASS[name] for name in classes if name in _BY_CLASS), None) or _BY_ID.get(mark)
        if kind is None:
            return _DESCEND
        who = attributes.get("data-username")
        if kind in ("quote", "forward") and who is None and self._transcript.kind == "own":
            attribution = self._transcript.take_attribution()
            who = attribution.who if attribution else None
        leave = self._voice(kind, who)
        if mark in _TO_THE_END:
            self._open_ended += 1
            return _DESCEND
        return leave

    def _pre(self, node: LexborNode) -> Leave | None:
        if "moz-signature" in _classes(node.attributes):
            return self._voice("signature")
        return self._voice("code")

    def _code(self, _: LexborNode) -> Leave:
        return self._quietly()

    def _quietly(self) -> Leave:
        """Read on, but "@name" is no mention here."""
        self._literal += 1

        def leave() -> None:
            self._literal -= 1

        return leave

    def _link(self, node: LexborNode) -> Leave | None:
        attributes = node.attributes
        classes = _classes(attributes)
        href = attributes.get("href") or ""
        if not _UNSEEN_CLASSES.isdisjoint(classes):
            return None
        if "inline-onebox" in classes:
            # The page's title stands in the sentence where the author wrote the address.
            self._transcript.say(href)
            return None
        if "mention" in classes or "user-mention" in classes:
            self._mention_all(_named(_words(node)))
        elif "mention-group" in classes:
            self._transcript.mention("@" + _words(node).removeprefix("@"))
        near = _NEAR.search(href) if self._dialect.zulip else None
        if near is not None:
            self._quoted_post = near[1]
        return self._quietly()

    def _span(self, node: LexborNode) -> Leave | None:
        classes = _classes(node.attributes)
        if not classes:
            return _DESCEND
        if not _UNSEEN_CLASSES.isdisjoint(classes):
            return None
        if "elided" in classes:
            return self._voice("quote")
        if "user-mention" in classes or "mention" in classes:
            return self._person(node, silent="silent" in classes)
        if "user-group-mention" in classes:
            self._transcript.mention("@" + _words(node).removeprefix("@"))
        return _DESCEND

    def _person(self, node: LexborNode, *, silent: bool) -> Leave:
        name = _words(node).removeprefix("@")
        self._speaker, self._quoted_post = name, None
        if not silent:
            self._transcript.mention(everybody(name) or name)
        return self._quietly()

    def _at(self, node: LexborNode) -> Leave:
        """Teams: <at id="0">Ada Lind</at>."""
        self._mention_all(_named(_words(node)))
        return self._quietly()

    def _emoji(self, node: LexborNode) -> None:
        attributes = node.attributes
        if node.tag == "emoji" or "emoji" in _classes(attributes):
            self._transcript.say(attributes.get("alt") or attributes.get("title") or "")

    def _input(self, node: LexborNode) -> None:
        if node.attributes.get("type") == "checkbox":
            self._transcript.say("[x] " if "checked" in node.attributes else "[ ] ")

    def _math(self, node: LexborNode) -> None:
        source = node.css_first("annotation")
        self._transcript.say(_words(source if source is not None else node))


def _named(text: str) -> list[str]:
    name = text.removeprefix("@").strip()
    return [everybody(name) or name] if name else []


def _in_quote(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and parent.tag == "aside"
