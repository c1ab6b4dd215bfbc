"""What a Zulip message's HTML tells beyond its words: a poll it opens, a message it quotes."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from ...model import Anomaly, Poll, PollOption, Post

_POLL = re.compile(r"\s*<p>/poll\b")
# "Quote and reply" writes: NAME [said](link to the message): and a block quote. The word is in the
# quoting user's language, so the shape decides too.
_SAID = re.compile(r'<a href="[^"]*/near/(\d+)"[^>]*>(?:said</a>|[^<]*</a>:</p>\s*<blockquote)')
_BULLET = re.compile(r"[*+-] +")


def quoted_message(body: str) -> str | None:
    """Id of the message that this one quotes first, None where it quotes none."""
    found = _SAID.search(body)
    return found[1] if found else None


def is_poll(body: str) -> bool:
    """Whether the message opens a poll: it starts with the command "/poll"."""
    return _POLL.match(body) is not None


def poll_of(post: Post) -> Iterator[Poll | PollOption | Anomaly]:
    """The poll a message opens: question on the command's line, an option on each line after it.

    Zulip keeps votes apart from messages, and the archive has none of them.
    """
    lines = [line.strip() for line in _plain(post.body).split("\n")]
    question = lines[0].removeprefix("/poll").strip() if lines else ""
    options = [_BULLET.sub("", line, count=1) for line in lines[1:] if line]
    native_id = f"{post.native_id}/poll"
    yield Poll(
        native_id=native_id,
        post=post.native_id,
        question=question or None,
        type="multiple",
        results_visibility="not exported",
    )
    for ordinal, option in enumerate(options):
        yield PollOption(poll=native_id, native_id=str(ordinal), ordinal=ordinal, text=option)
    detail = f"poll with {len(options)} options: the archive has no votes"
    yield Anomaly(code="poll_without_results", locator=post.locator, detail=detail, post=post.native_id)


def _plain(body: str) -> str:
    """The message as lines of text; a formula as it was typed."""
    tree = LexborHTMLParser(body)
    for formula in tree.css("span.katex"):
        typed = formula.css_first("annotation")
        formula.replace_with(typed.text() if typed else "")
    return tree.text().strip()
