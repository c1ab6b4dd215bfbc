"""Reading an HTML tree into a transcript: where lines end, and whose words follow.

The tree is walked once, without recursion. Every format that is HTML, or is rendered to it first, is read
here, so that the raw and the rendered form of a post give the same own words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..model import SpanKind
from .attribution import address_in
from .markup import BY_CLASS, BY_ID, CELLS, LINES, PARAGRAPHS, SKIPPED, STRUCK, TO_THE_END, UNSEEN, prune
from .transcript import Transcript, everybody, named_in

_SPACE = re.compile(r"\s+")
_SAID = re.compile(r"(?: [^\s,.;:]{1,20}){1,2} ?[:：]")
_NEAR = re.compile(r"/near/(\d+)")


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


def tell(transcript: Transcript, source: str, dialect: Dialect) -> None:
    """Read a piece of HTML into the transcript; whatever it leaves open is closed at its end."""
    _Teller(transcript, dialect).tell(source)


def _classes(attributes: dict[str, str | None]) -> list[str]:
    return (attributes.get("class") or "").split()


def _words(node: LexborNode) -> str:
    return _SPACE.sub(" ", node.text(deep=True)).strip()


Leave = Callable[[], None]


def _descend() -> None:
    """Read the children; there is nothing to do after them."""


class _Teller:
    """One walk over one tree. A rule says what to do on leaving its node; None passes the children by."""

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
            "code": self._quietly,
            "customemoji": self._emoji,
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
        root = LexborHTMLParser(prune(source)).body
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
        if tag in SKIPPED or tag is None or tag in STRUCK:
            return None
        self._break(tag)
        if tag == "br":
            self._transcript.say("\n")
            return None
        rule = self._rules.get(tag)
        return _descend if rule is None else rule(node)

    def _break(self, tag: str | None) -> None:
        if tag in PARAGRAPHS:
            self._transcript.gap()
        elif tag in LINES:
            self._transcript.line()
        elif tag in CELLS:
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
        # A bare link to a post of the same forum becomes a quote without a person, titled by a link.
        if not who and title is not None and title.css_first("a") is not None:
            return self._voice("onebox", post=post)
        if not who and title is not None:
            who = _words(title).removesuffix(":").strip() or None
        return self._voice("quote", who, post)

    def _blockquote(self, _: LexborNode) -> Leave | None:
        transcript = self._transcript
        if transcript.kind != "own":
            return self._voice("quote")
        said = self._said()
        if said is not None:
            return self._voice("quote", *said)
        attribution = transcript.take_attribution()
        return self._voice("quote", attribution.who if attribution else None)

    def _said(self) -> tuple[str, str | None] | None:
        """Take "NAME said:" above a Zulip quote out of the author's words: the name and the message's id.

        The verb is in the quoter's language, so any word or two between the name and the colon will do.
        """
        who, post = self._speaker, self._quoted_post
        if who is None or self._transcript.kind != "own":
            return None
        self._speaker = self._quoted_post = None
        line = self._transcript.last_line().removeprefix("@")
        if not line.startswith(who) or not _SAID.fullmatch(line.removeprefix(who)):
            return None
        self._transcript.attribute_tail()
        return who, post

    def _block(self, node: LexborNode) -> Leave | None:
        attributes = node.attributes
        classes = _classes(attributes)
        if not classes and "id" not in attributes:
            return _descend
        if not UNSEEN.isdisjoint(classes) or ("title" in classes and _in_quote(node)):
            return None
        mark = attributes.get("id") or ""
        kinds: list[SpanKind] = [BY_CLASS[name] for name in classes if name in BY_CLASS]
        kind = kinds[0] if kinds else BY_ID.get(mark)
        if kind is None:
            return _descend
        who = attributes.get("data-username")
        if kind in ("quote", "forward") and who is None and self._transcript.kind == "own":
            attribution = self._transcript.take_attribution()
            who = attribution.who if attribution else None
        if mark in TO_THE_END:
            self._open_ended += 1
            self._voice(kind, address_in(_words(node)))
            return _descend
        return self._voice(kind, who)

    def _pre(self, node: LexborNode) -> Leave | None:
        if "moz-signature" in _classes(node.attributes):
            return self._voice("signature")
        # Some quote a message as a code block.
        said = self._said()
        return self._voice("code") if said is None else self._voice("quote", *said)

    def _quietly(self, _: LexborNode) -> Leave:
        """Read on, but "@name" is no mention here."""
        self._literal += 1

        def leave() -> None:
            self._literal -= 1

        return leave

    def _link(self, node: LexborNode) -> Leave | None:
        attributes = node.attributes
        classes = _classes(attributes)
        href = attributes.get("href") or ""
        if not UNSEEN.isdisjoint(classes):
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
        return self._quietly(node)

    def _span(self, node: LexborNode) -> Leave | None:
        classes = _classes(node.attributes)
        if not classes:
            return _descend
        if not UNSEEN.isdisjoint(classes):
            return None
        if "elided" in classes:
            return self._voice("quote")
        if "user-mention" in classes or "mention" in classes:
            return self._person(node, silent="silent" in classes)
        if "user-group-mention" in classes:
            self._transcript.mention("@" + _words(node).removeprefix("@"))
        return _descend

    def _person(self, node: LexborNode, *, silent: bool) -> Leave:
        name = _words(node).removeprefix("@")
        self._speaker, self._quoted_post = name, None
        if not silent:
            # A reader that knows the account says so: names are not unique.
            whom = node.attributes.get("data-account")
            self._transcript.mention(whom or everybody(name) or name)
        return self._quietly(node)

    def _at(self, node: LexborNode) -> Leave:
        """Teams: <at id="0">Ada Lind</at>; the reader adds whose account that is."""
        self._mention_all(_named(node.attributes.get("data-username") or _words(node)))
        return self._quietly(node)

    def _emoji(self, node: LexborNode) -> None:
        attributes = node.attributes
        if node.tag == "customemoji":
            self._transcript.say(f":{attributes.get('alt') or 'emoji'}:")
        elif node.tag == "emoji" or "emoji" in _classes(attributes):
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
