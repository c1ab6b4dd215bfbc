"""What tags, classes and ids of HTML mean for whose words follow; and a guard against markup bombs."""

import re

from ..model import SpanKind

# Tags as words, the way they are spoken of.
SKIPPED = frozenset(
    "head title script style template noscript svg iframe object video audio canvas select button "  # noqa: SIM905
    "textarea map embed -comment".split()
)
PARAGRAPHS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre details section article figure hr".split()  # noqa: SIM905
)
LINES = frozenset(
    "div li tr dt dd summary header footer figcaption address center fieldset form nav main".split()  # noqa: SIM905
)
STRUCK = frozenset(["del", "s", "strike"])
CELLS = frozenset(["td", "th"])

BY_CLASS: dict[str, SpanKind] = {
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
    "forwarded-message": "forward",
    "email-quoted-reply": "quote",
    "gmail_attr": "attribution",
    "moz-cite-prefix": "attribution",
    "gmail_signature": "signature",
    "moz-signature": "signature",
    "email-signature-reply": "signature",
    "protonmail_signature_block": "signature",
}
BY_ID: dict[str, SpanKind] = {
    "divRplyFwdMsg": "quote",
    "mail-editor-reference-message-container": "quote",
    "AppleMailSignature": "signature",
    "Signature": "signature",
    "ms-outlook-mobile-signature": "signature",
}
TO_THE_END = frozenset(["divRplyFwdMsg"])
"""Outlook's mark holds the header lines and stands before the quoted message, not around it."""
UNSEEN = frozenset(["katex-html", "quote-controls", "lightbox-wrapper", "footnote-ref", "footnote-backref"])
"""Classes of what a forum draws for itself, or says twice."""

_MANY_TAGS = 4_000
_DEEPEST = 400
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})\b[^<>]*>")
_UNCLOSED = frozenset("p li td th tr br img hr input dt dd option col wbr".split())  # noqa: SIM905
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())  # noqa: SIM905


def prune(source: str) -> str:
    """Flatten markup that no person wrote: thousands of open tags cost an HTML5 parser quadratic time.

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
