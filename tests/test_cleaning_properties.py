"""Cleaning holds for any text: it never fails, covers all of it, and does not do to own words what it did to a post."""

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from reader_checks import attributes_all

from forum_pulse.corpus.cleaning import clean, markdown

FORMATS = [
    "bbcode", "cooked", "discord", "discourse", "engage", "hackernews", "html", "mail", "markdown", "mrkdwn",
    "none", "reddit", "rocket_chat", "s9e", "storage", "text", "zulip", "zulip_markdown",
]  # fmt: skip
MARKUP = [
    *(
        "<p>",
        "</p>",
        "<br>",
        "<div>",
        "</div>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
        "<code>",
        "</code>",
    ),
    *(
        '<aside class="quote" data-username="ada" data-post="1" data-topic="2">',
        "</aside>",
        '<div class="title">',
    ),
    *(
        '<span class="user-mention silent">Ada</span> <a href="/near/4">said</a>:',
        '<a class="mention">@ada</a>',
    ),
    *(
        '<img class="emoji" title=":+1:">',
        '<details class="elided">',
        "</details>",
        "<ul><li>",
        "<table><td>",
        "<!--",
    ),
    *(
        '<div id="divRplyFwdMsg">',
        "<s>",
        "</s>",
        "<math>",
        "&gt; ",
        "&amp;",
        "&#0;",
        "<x",
        ">",
        "> ",
        ">> ",
        "<",
    ),
    *(
        '[quote="ada, post:1, topic:2"]',
        "[quote]",
        "[/quote]",
        "[poll]",
        "[/poll]",
        "[s]",
        "[/s]",
        "[details=x]",
        "[/details]",
    ),
    *(
        "```",
        "`",
        "~~~",
        "**",
        "_",
        "~~",
        "- ",
        "1. ",
        "+ 1",
        "# ",
        "    ",
        "[a](b)",
        "![",
        "|a|b|\n|-|-|",
        "[^1]",
        "[^1]: x",
    ),
    *(
        "https://x.org",
        "@ada",
        "a@x.org",
        "@ada wrote:",
        "<@U1|ada>",
        "<!here>",
        "<#C1>",
        "<https://x.org|x>",
        "*b*",
        "~x~",
    ),
    *(
        "On Tue, 3 May 2022 at 10:00, Ada Lind <ada@x.org> wrote:",
        "Am 3. Mai 2022 schrieb Ada:",
        "-- ",
        "--",
        "_" * 40,
        "-" * 50,
    ),
    *(
        "-----Original Message-----",
        "From: Ada <ada@x.org>",
        "Sent: 3",
        "To: b",
        "Subject: c",
        "Begin forwarded message:",
    ),
    *(
        "-----BEGIN PGP SIGNED MESSAGE-----",
        "To unsubscribe, e-mail",
        "Best regards,",
        "Ada Lind",
        "Sent from my iPhone",
    ),
    *(
        "[ ] +1 yes",
        "[x] +1",
        "diff --git a/x b/x",
        ">From x",
        "/poll a",
        "words",
        "+1",
        "no.",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\t",
    ),
    *("\x00", "\u200b", "\u00a0", "\u2028", "\ud800", "\U0001f44d\U0001f3fd"),
]
ANYTHING = st.text(st.characters(), max_size=120)
COMPOSED = st.lists(st.sampled_from(MARKUP) | st.text(max_size=6), max_size=25).map("".join)
LINES = st.lists(st.sampled_from(MARKUP), max_size=25).map("\n".join)
PLAIN_WORDS = st.text("abcdefghijklmnopqrstuvwxyzåßé .,!?\n", max_size=200)
THOROUGH = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("how", FORMATS)
@given(body=ANYTHING | COMPOSED | LINES)
@example(body="<@U1>```&gt;")
@example(body='[quote="a"][quote="b"][/quote]')
@THOROUGH
def test_spans_cover_the_plain_text_in_order(how, body):
    """Spans lie inside, in order, without overlap, and leave only white space between them."""
    attributes_all(clean(body, how))


@pytest.mark.parametrize("how", FORMATS)
@given(body=ANYTHING | COMPOSED | LINES)
@THOROUGH
def test_own_words_are_own_words(how, body):
    """Cleaning own words again, as the text they are, changes nothing."""
    own = clean(body, how).own_text
    assert clean(own, "text").own_text == own


@pytest.mark.parametrize("how", [how for how in FORMATS if how != "mail"])
@given(body=PLAIN_WORDS)
@THOROUGH
def test_text_without_markup_is_own_whole(how, body):
    """Words with no mark in them are the author's, all of them, in every format."""
    assert clean(body, how).own_text.split() == body.split()


@given(body=st.text("abcdefghijklmnopqrstuvwxyz,\n", max_size=200))
@THOROUGH
def test_mail_without_marks_is_own_whole(body):
    """Lower-case words in a mail hold no quote, no signature and no header."""
    assert clean(body, "mail").own_text.split() == body.split()


@given(body=ANYTHING | COMPOSED | st.text("ab_-+*~.1 \n\t[]()<>&;:#|=\\\\/@", max_size=60))
@example(body="a_b c")
@example(body="# no\n+ 1")
@example(body="-- -")
@example(body="0\n:-")
@example(body="+")
@THOROUGH
def test_parsing_unmarked_text_changes_nothing(body):
    """What is taken as unmarked reads the same when a mark in another paragraph has it parsed."""
    assume(markdown._MARKS.search(body) is None)
    alone, parsed = clean(body, "markdown"), clean(f"{body}\n\n**end**", "markdown")
    assert f"{alone.own_text}\n\nend".strip() == parsed.own_text
    assert alone.mentions == parsed.mentions


HOSTILE = {
    "nested tags": "<div>" * 10_000 + "x",
    "nested quotes": "<blockquote>" * 20_000 + "x",
    "open formatting": "".join(f"<p><font color={number}>" for number in range(5_000)),
    "angles": ">" * 10_000 + "x",
    "quoted lines": "> a\n" * 10_000,
    "open quote tags": '[quote="a"]\n\nb\n\n' * 2_000,
    "open brackets": "[" * 50_000,
    "backticks": "`a " * 30_000,
    "one long line": "word " * 50_000,
    "blanks": " " * 200_000,
    "zeros": "\x00" * 100_000,
    "surrogates": "\ud800" * 100_000,
    "at signs": "@a." * 50_000,
    "device lines": "Sent from my x\n" * 5_000,
    "attributions": "On 3 May 2022 a wrote:\n" * 2_000,
    "signature marks": "-- \nx\n" * 10_000,
    "rules": ("-" * 50 + "\n") * 1_000,
    "entities": "<@U1" * 10_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_bodies_pass(body):
    """A body that costs a careless parser minutes or its stack is cleaned in every format."""
    for how in FORMATS:
        clean(body, how).plain.encode()
