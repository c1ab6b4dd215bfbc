"""Own words in the chats' Markdowns: Discord, Rocket.Chat, Zulip as it was typed."""

import pytest

from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.model import BodyFormat

SAID = "@_**Ada Lind|7** [said](https://z.example/#narrow/channel/31-quay/topic/x/near/55):\n"


@pytest.mark.parametrize(
    ("body", "own"),
    [
        ("> theirs\nmine", "mine"),
        ("> theirs\n\n> theirs too\nmine", "mine"),
        (">mine, for the blank is missing", ">mine, for the blank is missing"),
        ("mine\n>>> theirs\nto the end\n\nof it", "mine"),
        ("```py\n> not a quote\n```\nmine", "mine"),
        ("```\nnever closed\n> x", ""),
        ("a `b > c` d", "a b > c d"),
        ("~~not~~ **bold** __under__ ||secret||", "bold under secret"),
        ("<b>no HTML</b> a<b", "<b>no HTML</b> a<b"),
        ("<:crane:123> <a:wave:5> <t:1930000000:R>", ":crane: :wave:"),
        ("<#100> <@&9> <https://x.example/a_b_c>", "#100 @&9 https://x.example/a_b_c"),
        ("    +1", "+1"),
        ("+1\n> theirs", "+1"),
    ],
)
def test_discord(body: str, own: str):
    """A quote is a line, or all that follow ">>>"; angle brackets hold people and channels, no HTML."""
    assert clean(body, "discord").own_text == own


def test_discord_mentions():
    """By id, by name, everybody; within a quote nobody is addressed."""
    assert clean("<@12> <@!13> @cy.moor @here\n> <@14> hi", "discord").mentions == (
        "12",
        "13",
        "cy.moor",
        "@here",
    )


@pytest.mark.parametrize(
    ("body", "own", "quotes"),
    [
        (">theirs\nmine", "mine", [(None, None, "theirs")]),
        ("[ ](https://c.example/group/x?msg=Ab1) mine", "mine", [(None, "Ab1", "[...]")]),
        (
            "[bo.w](https://c.example/x?msg=Ab1):\n> theirs\n> more\nmine",
            "mine",
            [("bo.w", "Ab1", "theirs\nmore")],
        ),
        (
            "[bo](https://c.example/x?msg=A):\n> one\n[cy](https://c.example/x?msg=B):\n> two\nmine",
            "mine",
            [("bo", "A", "one"), ("cy", "B", "two")],
        ),
        ("see [the plan](https://c.example/plan) ~no~", "see the plan", []),
    ],
)
def test_rocket_chat(body: str, own: str, quotes: list[tuple[str | None, str | None, str]]):
    """A link to a message says whose words stand below it."""
    cleaned = clean(body, "rocket_chat")
    assert cleaned.own_text == own
    found = [(s.who, s.post, cleaned.plain[s.start : s.end]) for s in cleaned.spans if s.kind == "quote"]
    assert found == quotes


@pytest.mark.parametrize(
    ("body", "own", "quotes"),
    [
        (SAID + "```quote\ntheirs\n```\nmine", "mine", [("7", "55", "theirs")]),
        (SAID.replace("|7", "") + "```quote\ntheirs\n```\nmine", "mine", [("Ada Lind", "55", "theirs")]),
        (SAID.replace("said", "schrieb") + "\n~~~ quote\ntheirs\n~~~\nmine", "mine", [("7", "55", "theirs")]),
        (SAID + "````quote\na\n```quote\nb\n```\nc\n````\nmine", "mine", [("7", "55", "a\n\nb\n\nc")]),
        ("```quote\nnobody's\n```\nmine", "mine", [(None, None, "nobody's")]),
        ("mine\n```quote\nnever closed", "mine", [(None, None, "never closed")]),
        ("> lazy\nstill quoted\n\nmine", "mine", [(None, None, "lazy\nstill quoted")]),
        ("```\ncode > quote\n```\nmine", "mine", []),
        ("/poll Dredge?\nyes\nno", "", []),
        ("I @_**Ada Lind|7** said it", "I @Ada Lind said it", []),
    ],
)
def test_zulip(body: str, own: str, quotes: list[tuple[str | None, str | None, str]]):
    """A fenced quote is another's, its line above says whose; a poll is no statement."""
    cleaned = clean(body, "zulip_markdown")
    assert cleaned.own_text == own
    found = [(s.who, s.post, cleaned.plain[s.start : s.end]) for s in cleaned.spans if s.kind == "quote"]
    assert found == quotes


def test_zulip_mentions():
    """By id, for names are not unique; a silent one addresses nobody; groups and everybody."""
    body = (
        "@**Ada Lind|7** @_**Bo|8** @**Cy** @*crew* @**all** @**topic** #**quay>Dredging** @plain `@**Eve|3**`\n"
        "```\n@**Fay|4**\n```\n> @**Dee|9**"
    )
    assert clean(body, "zulip_markdown").mentions == ("7", "Cy", "@all", "@crew")


@pytest.mark.parametrize("body_format", ["discord", "rocket_chat", "zulip_markdown"])
@pytest.mark.parametrize(
    "body",
    ["", "\0", "\ud800", ">" * 5000, "```" * 3000, "> " * 3000, "@**" * 3000, "[ ](" * 3000, "~" * 5000],
)
def test_any_text(body: str, body_format: BodyFormat):
    """Nothing fails; spans lie within the text, one after the other."""
    cleaned = clean(body, body_format)
    at = 0
    for span in cleaned.spans:
        assert at <= span.start < span.end <= len(cleaned.plain)
        at = span.end
