"""Own words in the marks of boards and wikis: whose words a quote holds, what was struck out, what nobody said."""

import pytest

from forum_pulse.corpus.cleaning import clean
from forum_pulse.corpus.model import BodyFormat, Span

INFO = (
    '<ac:structured-macro ac:name="info"><ac:parameter ac:name="title">no</ac:parameter>'
    "<ac:rich-text-body><p>told</p></ac:rich-text-body></ac:structured-macro>"
)
CODE = (
    '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a<b]]></ac:plain-text-body>'
    "</ac:structured-macro>y"
)
TASK = (
    "<ac:task-list><ac:task><ac:task-id>4</ac:task-id><ac:task-status>complete</ac:task-status>"
    "<ac:task-body>+1 done</ac:task-body></ac:task></ac:task-list>"
)


def quotes(body: str, how: BodyFormat) -> list[tuple[str | None, str | None]]:
    """Who and which post each quote of a body is of."""
    return [(span.who, span.post) for span in clean(body, how).spans if span.kind == "quote"]


@pytest.mark.parametrize(
    ("how", "body", "own"),
    [
        ("bbcode", "[quote=&quot;Ada&quot;:1a2b3c4d]yes[/quote:1a2b3c4d]no [b:1a2b3c4d]way[/b:1a2b3c4d]", "no way"),
        ("bbcode", "[quote][quote]a[/quote]b[/quote]c", "c"),
        ("bbcode", "[quote]never closed", "[quote]never closed"),
        ("bbcode", "[s]+1[/s] -1", "-1"),
        ("bbcode", "[code]x [quote] y[/code]mine[quote]z[/quote]", "mine"),
        ("bbcode", 'ok <!-- s:+1: --><img src="{SMILIES_PATH}/up.gif" alt=":+1:" /><!-- s:+1: -->', "ok :+1:"),
        ("bbcode", "a &amp; b &lt;c&gt; [url=http://x.example:8080/]d[/url]", "a & b <c> d"),
        ("bbcode", "[img:1a2b3c4d]http&#58;//x&#46;example/y.png[/img:1a2b3c4d]pic", "pic"),
        ("bbcode", "a[i] and [0] stay", "a[i] and [0] stay"),
        ("s9e", "<t>a<br/>\nb &amp; c</t>", "a\nb & c"),
        ("s9e", '<r><B><s>[b]</s>x<e>[/b]</e></B> <E>:)</E> <IMG src="y">y</IMG></r>', "x :)"),
        ("s9e", "<r><CODE><s>[code]</s>+1<i>\n</i><e>[/code]</e></CODE>no</r>", "no"),
        ("s9e", "<r>" + "<B>" * 2000 + "deep" + "</B>" * 2000 + "</r>", "deep"),
        ("storage", "<p>a&nbsp;b</p><p><s>+1</s> c</p>", "a b\n\nc"),
        ("storage", '<ac:structured-macro ac:name="toc"/><p>x</p>', "x"),
        ("storage", INFO, "told"),
        ("storage", CODE, "y"),
        ("storage", TASK, "[x] +1 done"),
        ("storage", '<p>See <ac:link><ri:page ri:content-title="Plan"/></ac:link></p>', "See Plan"),
        ("storage", '<p>Yes <ac:emoticon ac:name="thumbs-up"/></p>', "Yes :thumbs-up:"),
        ("storage", "<p>left open <b>and lost", "left open and lost"),
        ("reddit", "&gt; +1\n\nno", "no"),
        ("reddit", "&gt;!hidden!&lt; word", "hidden word"),
        ("hackernews", "<i>one two three four</i><p>mine", "mine"),
        ("hackernews", "<i>really</i> mine", "really mine"),
        ("hackernews", "&gt; theirs<p>mine", "mine"),
    ],
)  # fmt: skip
def test_own_words(how: BodyFormat, body: str, own: str) -> None:
    """What stays is what the author said."""
    assert clean(body, how).own_text == own


@pytest.mark.parametrize(
    ("how", "body", "credited"),
    [
        ("bbcode", "[quote=Ada Lind post_id=5 time=1 user_id=3]a[/quote]", ("3", "5")),
        ("bbcode", '[quote="Ada Lind"]a[/quote]', ("Ada Lind", None)),
        ("bbcode", "[quote=&quot;Ada&quot; msg_id=7 user_id=3]a[/quote]", ("3", "pm/7")),
        (
            "s9e",
            '<r><QUOTE author="Ada" post_id="5" user_id="3"><s>[quote]</s>a<e>[/quote]</e></QUOTE></r>',
            ("3", "5"),
        ),
        ("s9e", '<r><QUOTE author="Ada"><s>[quote]</s>a<e>[/quote]</e></QUOTE></r>', ("Ada", None)),
    ],
)
def test_quotes_are_credited(how: BodyFormat, body: str, credited: tuple[str | None, str | None]) -> None:
    """A quote with a number names the account and the post."""
    assert quotes(body, how) == [credited]


def test_people_are_addressed() -> None:
    """By key in Confluence, by name in Reddit; who is named in a quote is not."""
    body = '<p><ac:link><ri:user ri:account-id="5f:1"/></ac:link> please</p>'
    assert clean(body, "storage").mentions == ("5f:1",)
    assert clean("/u/ada_l and &gt;x\n\n&gt; u/bo_k said", "reddit").mentions == ("ada_l",)


HOSTILE = (
    "[quote]" * 20_000, "[/quote]" * 20_000, "[code]" * 20_000 + "[/code]" * 20_000, "[" * 50_000, "[s]" * 30_000,
    "<r>" + "<QUOTE>" * 5_000, "<i>" * 20_000, "&" * 50_000, ">!" * 30_000, "<ac:link>" * 3_000, "\ud800\x00<t>", "<p><i>" * 9_000,
    "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r>&b;</r>",
)  # fmt: skip


@pytest.mark.parametrize("how", ["bbcode", "s9e", "storage", "reddit", "hackernews"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_bodies(how: BodyFormat, number: int) -> None:
    """Whatever a body holds it is cleaned, and the spans cover it in order."""
    cleaned = clean(HOSTILE[number], how)
    ends = [0, *(span.end for span in cleaned.spans)]
    assert all(
        isinstance(span, Span) and span.start >= end for span, end in zip(cleaned.spans, ends, strict=False)
    )
