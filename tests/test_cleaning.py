"""Cleaning: whose words each stretch of a post is, by format, trap by trap."""

import pyarrow as pa
import pytest

from forum_pulse.corpus.cleaning import SCHEMA, VERSION, clean, clean_batch
from forum_pulse.corpus.model import Cleaned


def stretches(cleaned: Cleaned) -> list[tuple[str, str | None, str | None, str]]:
    """Say each span as (kind, who, post, text)."""
    return [(span.kind, span.who, span.post, cleaned.plain[span.start : span.end]) for span in cleaned.spans]


def kinds(cleaned: Cleaned) -> list[str]:
    return [span.kind for span in cleaned.spans]


COOKED_QUOTE = """<aside class="quote no-group" data-username="ada" data-post="3" data-topic="7">
<div class="title"><div class="quote-controls"></div>
<img src="/a.png" class="avatar"> ada:</div>
<blockquote><p>+1 for moving to Fridays</p></blockquote></aside>
<p>I disagree.</p>"""

OWN_WORDS = {
    # HTML
    "html paragraphs": ("html", "<p>One &amp; two</p><p>three<br>four</p>", "One & two\n\nthree\nfour"),
    "html list": ("html", "<ul><li>first</li><li>second</li></ul>", "first\nsecond"),
    "html table": ("html", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
    "html nothing to parse": ("html", "plain words", "plain words"),
    "html script and style": ("html", "<style>p{}</style><script>x()</script>said", "said"),
    "html block quote": ("html", "<blockquote>+1</blockquote>no", "no"),
    "html code block": ("html", "run <pre>x = 1</pre> please", "run\nplease"),
    "html inline code": ("html", "the <code>--fast</code> flag", "the --fast flag"),
    "html struck out": ("html", "<p><del>+1</del> -1</p>", "-1"),
    "html angled line": ("html", "<p>&gt; +1 from me</p><p>no</p>", "no"),
    "html arrow is no quote": ("html", "<p>-&gt; next</p><p>&gt;= 5 people</p>", "-> next\n\n>= 5 people"),
    "html gmail": (
        "html",
        '<div>yes</div><div class="gmail_quote"><div class="gmail_attr">On x</div>no</div>',
        "yes",
    ),
    "html outlook mark": ("html", '<p>yes</p><div id="divRplyFwdMsg">From: Bo</div><div>no</div>', "yes"),
    "html outlook headers": (
        "html",
        "<p>yes</p><div><b>From:</b> Bo Ek<br><b>Sent:</b> Monday<br><b>To:</b> all<br><b>Subject:</b> x</div><p>no</p>",
        "yes",
    ),
    "html mail signature": ("html", 'yes<div class="gmail_signature">Ada Lind, Lab 4</div>', "yes"),
    "html unclosed tags": ("html", "<p>a<b>b<p>c</i>d", "ab\n\ncd"),
    # Discourse, rendered
    "cooked quote": ("cooked", COOKED_QUOTE, "I disagree."),
    "cooked emoji": ("cooked", 'yes <img class="emoji" title=":+1:" alt=":+1:">', "yes :+1:"),
    "cooked image": ("cooked", '<p>see <img src="x.png" alt="a chart"></p>', "see"),
    "cooked lightbox": (
        "cooked",
        '<div class="lightbox-wrapper"><a><div class="meta"><span>x.png 2 KB</span></div></a></div>ok',
        "ok",
    ),
    "cooked onebox": (
        "cooked",
        '<aside class="onebox"><article>Some title</article></aside><p>mine</p>',
        "mine",
    ),
    "cooked inline onebox": (
        "cooked",
        '<p>see <a href="https://x.org/1" class="inline-onebox">A headline: vote +1</a></p>',
        "see https://x.org/1",
    ),
    "cooked poll": ("cooked", '<div class="poll"><ul><li>Yes</li><li>No</li></ul></div><p>mine</p>', "mine"),
    "cooked details": ("cooked", "<details><summary>More</summary>my words</details>", "More\nmy words"),
    "cooked trimmed mail": (
        "cooked",
        '<p>ok</p><details class="elided"><summary>...</summary>old</details>',
        "ok",
    ),
    "cooked footnote marks": (
        "cooked",
        'so<sup class="footnote-ref"><a>[1]</a></sup><p>note <a class="footnote-backref">back</a></p>',
        "so\n\nnote",
    ),
    "cooked filled box": ("cooked", '<li><input type="checkbox" checked> +1</li>', "[x] +1"),
    "cooked empty box": ("cooked", '<li><input type="checkbox"> +1</li><li>mine</li>', "mine"),
    # Zulip, rendered
    "zulip code": (
        "zulip",
        '<div class="codehilite"><pre><span></span><code>x</code></pre></div><p>y</p>',
        "y",
    ),
    "zulip spoiler": (
        "zulip",
        '<div class="spoiler-block"><div class="spoiler-header"><p>log</p></div><div class="spoiler-content">it</div></div>',
        "log\n\nit",
    ),
    "zulip poll": ("zulip", "<p>/poll Which day?<br>Mon<br>Fri</p>", ""),
    "zulip mid-sentence /poll": ("zulip", "<p>try /poll here</p>", "try /poll here"),
    "zulip preview": ("zulip", '<p>see</p><div class="message_embed"><div>Title</div></div>', "see"),
    "zulip math": (
        "zulip",
        (
            '<span class="katex"><span class="katex-mathml"><math><semantics><mi>x</mi><annotation>x^2</annotation>'
            '</semantics></math></span><span class="katex-html">x2</span></span>'
        ),
        "x^2",
    ),
    # Markdown
    "markdown unmarked": ("markdown", "plain words\nin two lines", "plain words\nin two lines"),
    "markdown emphasis": ("markdown", "**yes** and *no* and __so__", "yes and no and so"),
    "markdown snake case": ("markdown", "set max_open_files = 3", "set max_open_files = 3"),
    "markdown link and image": ("markdown", "[the plan](https://x.org) ![chart](c.png)", "the plan"),
    "markdown bracket over lines": ("markdown", "yes [^1 of\n\u00e92] `so`", "yes [^1 of\n\u00e92] so"),
    "markdown bracket beside a footnote": (
        "markdown",
        "yes[^1] [^2 of\n\u00e93]\n\n[^1]: I mean it",
        "yes [^2 of\n\u00e93]\n\nI mean it",
    ),
    "markdown list": ("markdown", "- one\n- two\n\n1. three", "one\ntwo\n\nthree"),
    "markdown quote": ("markdown", "> +1 from me\n\nno", "no"),
    "markdown lazy quote": ("markdown", "> +1\nlazy\n\nno", "no"),
    "markdown nested quote": ("markdown", "> > deep\n> outer\n\nno", "no"),
    "markdown fence": ("markdown", "see\n```\n+1\n```\ndone", "see\ndone"),
    "markdown indented code": ("markdown", "see\n\n    +1\n\ndone", "see\ndone"),
    "markdown inline code": ("markdown", "use `a > b`", "use a > b"),
    "markdown html": (
        "markdown",
        "<details><summary>S</summary>\n\nmine\n\n</details> <!-- fill in -->",
        "S\n\nmine",
    ),
    "markdown unclosed title": ("markdown", "the <title> tag\n\nand more", "the <title> tag\n\nand more"),
    "markdown struck out": ("markdown", "~~+1~~ -1", "-1"),
    "markdown plus one alone": ("markdown", "+1", "+1"),
    "markdown spaced plus one": ("markdown", "+ 1 from me", "+ 1 from me"),
    "markdown spaced minus one": ("markdown", "- 1", "- 1"),
    "markdown year is no list": ("markdown", "2024. A good year", "2024. A good year"),
    "markdown number alone": ("markdown", "2.", "2."),
    "markdown plus alone": ("markdown", "+", "+"),
    "markdown heading": ("markdown", "# Plan\nwords", "Plan\n\nwords"),
    "markdown ballot": ("markdown", "Vote:\n- [ ] +1 yes\n- [ ] -1 no\n- [x] +1 yes", "Vote:\n[x] +1 yes"),
    "markdown table": ("markdown", "|a|b|\n|-|-|\n|c|d|", "a b\nc d"),
    "markdown entity": ("markdown", "R&amp;D &lt;3", "R&D <3"),
    "markdown phone line": ("markdown", "I agree\n\nSent from my iPhone", "I agree"),
    "markdown phone sentence": (
        "markdown",
        "Sent from my old laptop,\nthis log\nshows\nthe error\n*here*",
        "Sent from my old laptop,\nthis log\nshows\nthe error\nhere",
    ),
    "markdown phone line above": ("markdown", "Sent from my iPhone\n\nI agree", "I agree"),
    # Discourse, raw
    "discourse quote": ("discourse", '[quote="ada, post:3, topic:7"]\n+1\n[/quote]\n\nno', "no"),
    "discourse inline quote": ("discourse", '[quote="ada"]+1[/quote] no', "no"),
    "discourse quote in code": ("discourse", "write `[quote]` and `[/quote]`", "write [quote] and [/quote]"),
    "discourse quote in fence": ("discourse", "so\n```\n[quote]\n```\nmine\n", "so\nmine"),
    "discourse code in quote": ("discourse", "[quote]\n```\nx\n[/quote]\nmine", "mine"),
    "discourse unclosed quote": ("discourse", '[quote="ada"]\ntheirs\n\nmine', "mine"),
    "discourse stray end": ("discourse", "mine [/quote] too", "mine [/quote] too"),
    "discourse poll": ("discourse", "Vote:\n[poll type=regular]\n* Yes\n* No\n[/poll]\nmine", "Vote:\nmine"),
    "discourse bare link": ("discourse", "see\n\nhttps://x.org/plan\n\nmine", "see\nmine"),
    "discourse link in text": ("discourse", "see https://x.org/plan now", "see https://x.org/plan now"),
    "discourse link in fence": ("discourse", "```\nhttps://x.org\n```\nmine", "mine"),
    "discourse details": ("discourse", '[details="More"]\nmine\n[/details]', "More\n\nmine"),
    "discourse date": ("discourse", '[date=2024-05-01 time=10:00:00 timezone="UTC"]', "2024-05-01 10:00:00"),
    "discourse layout": ("discourse", "[b]bold[/b] but a[i] stays", "bold but a[i] stays"),
    "discourse struck out": ("discourse", "[s]+1[/s] -1", "-1"),
    "discourse emoji": ("discourse", "yes :+1:", "yes :+1:"),
    # Slack
    "slack entities": ("mrkdwn", "R&amp;D &lt;3 -&gt; x", "R&D <3 -> x"),
    "slack people": ("mrkdwn", "<@U1|ada> and <@U2> in <#C1|general>", "@ada and @U2 in #general"),
    "slack links": ("mrkdwn", "<https://x.org|the plan> <https://y.org>", "the plan https://y.org"),
    "slack everybody": ("mrkdwn", "<!here> <!channel> <!subteam^S1|@infra>", "@here @channel @infra"),
    "slack date": ("mrkdwn", "<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
    "slack quote": ("mrkdwn", "&gt; +1\n&gt; all\nno", "no"),
    "slack quote to the end": ("mrkdwn", "no\n&gt;&gt;&gt; +1\nall of it", "no"),
    "slack arrow": ("mrkdwn", "a -&gt; b", "a -> b"),
    "slack code": ("mrkdwn", "run ```+1``` now", "run\nnow"),
    "slack unclosed fence": ("mrkdwn", "so ```it", "so ```it"),
    "slack marks": ("mrkdwn", "*bold* _it_ ~gone~ `a_b*c*`", "bold it a_b*c*"),
    "slack arithmetic": ("mrkdwn", "~10% of 2*3*4 and a_b_c", "~10% of 2*3*4 and a_b_c"),
    "slack skin tone": ("mrkdwn", ":+1::skin-tone-3:", ":+1:"),
    "slack upload": ("mrkdwn", "<@U1|ada> uploaded a file: <https://x.org/f|f.png>", ""),
    "slack upload comment": (
        "mrkdwn",
        "<@U1|ada> uploaded a file: <https://x.org/f|f.png> and commented: looks good",
        "looks good",
    ),
    "slack file comment": ("mrkdwn", "<@U1> commented on <@U2>’s file <https://x.org|f>: nice", "nice"),
    # Mail
    "mail quote": ("mail", "> +1\n> all\nno", "no"),
    "mail deep quote": ("mail", ">> deep\n> > also\n>no space\nno", "no"),
    "mail interleaved": ("mail", "> one\nyes\n> two\nno", "yes\nno"),
    "mail attribution": (
        "mail",
        "On Tue, 3 May 2022 at 10:00, Ada Lind <ada@x.org> wrote:\n> +1\n\nno",
        "no",
    ),
    "mail wrapped attribution": (
        "mail",
        "no\n\nOn Tue, 3 May 2022 at 10:00, Ada Lind\n<ada@x.org> wrote:\n> +1",
        "no",
    ),
    "mail attribution without marks": ("mail", "no\n\nOn 3 May 2022, Ada Lind wrote:\n\n+1 to all", "no"),
    "mail German": ("mail", "nein\n\nAm 3. Mai 2022 um 10:00 schrieb Ada Lind:\n\n+1", "nein"),
    "mail French": ("mail", "non\n\nLe 3 mai 2022 à 10:00, Ada Lind a écrit :\n> +1", "non"),
    "mail Outlook": ("mail", "no\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\n\n+1", "no"),
    "mail bare headers": ("mail", "no\n\nFrom: Ada Lind\nSent: Monday\nTo: all\nSubject: x\n\n+1", "no"),
    "mail rule and headers": (
        "mail",
        "no\n\n________________________________\nFrom: Ada\nSent: 3\nTo: b\n\n+1",
        "no",
    ),
    "mail forward": (
        "mail",
        "fyi\n\n---------- Forwarded message ---------\nFrom: Ada\nDate: 3\nTo: b\n\n+1",
        "fyi",
    ),
    "mail header word in text": (
        "mail",
        "From: my point of view\nthis is fine",
        "From: my point of view\nthis is fine",
    ),
    "mail signature": ("mail", "no\n-- \nAda Lind\n+1 is my motto", "no"),
    "mail bare dashes": ("mail", "no\n--\nAda Lind", "no"),
    "mail signature above quote": ("mail", "no\n-- \nAda\n\n> theirs\nmine", "no\nmine"),
    "mail sign-off": ("mail", "+1\n\nBest regards,\nAda Lind\nLab 4", "+1"),
    "mail thanks is said": ("mail", "I can do that.\n\nThanks!", "I can do that.\n\nThanks!"),
    "mail vote after thanks": ("mail", "Thanks,\n+1", "Thanks,\n+1"),
    "mail sentence after cheers": ("mail", "Cheers\nI am against this", "Cheers\nI am against this"),
    "mail one word after thanks": ("mail", "Thanks,\nAgreed", "Thanks,\nAgreed"),
    "mail phone": (
        "mail",
        "+1\n\nSent from my iPhone\n\nOn 3 May 2022, at 10:00, Ada <a@x.org> wrote:\n> no",
        "+1",
    ),
    "mail list footer": (
        "mail",
        "+1\n_______________________________________________\nDev mailing list\nDev@x.org",
        "+1",
    ),
    "mail unsubscribe": ("mail", "+1\n" + "-" * 60 + "\nTo unsubscribe, e-mail: dev-u@x.org", "+1"),
    "mail scrubbed part": (
        "mail",
        "+1\n-------------- next part --------------\nAn HTML attachment was scrubbed",
        "+1",
    ),
    "mail ballot": (
        "mail",
        "[ ] +1 accept\n[ ] 0 abstain\n[ ] -1 reject because\n[x] +1 accept\nmine",
        "[x] +1 accept\nmine",
    ),
    "mail unstuffed From": ("mail", "so\n>From my side yes\nand", "so\nFrom my side yes\nand"),
    "mail quoted From": ("mail", "> a\n>From my side yes\n> b\nno", "no"),
    "mail PGP": (
        "mail",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n+1\n-----BEGIN PGP SIGNATURE-----\nabc\n-----END PGP SIGNATURE-----",
        "+1",
    ),
    "mail patch": ("mail", "please review\ndiff --git a/x b/x\n+1 line\n-1 line", "please review"),
    "mail colon sentence": (
        "mail",
        "On the plan of 2022 we wrote:\nship it",
        "On the plan of 2022 we wrote:\nship it",
    ),
    "mail numbered dashes": ("mail", "--fast is a flag\n---\nyes", "--fast is a flag\n---\nyes"),
    # Text
    "text is whole": ("text", "> +1\n[ ] -1\n-- \nAda", "> +1\n[ ] -1\n--\nAda"),
    "none is whole": ("none", "words", "words"),
    "empty": ("text", "", ""),
    "blank": ("html", " \n\t ", ""),
}


@pytest.mark.parametrize(("how", "body", "own"), OWN_WORDS.values(), ids=OWN_WORDS.keys())
def test_own_words(how, body, own):
    """Only the author's words are own words."""
    assert clean(body, how).own_text == own


ATTRIBUTED = {
    "cooked": ("cooked", COOKED_QUOTE, "ada", "7/3", "+1 for moving to Fridays"),
    "cooked without person": (
        "cooked",
        (
            '<aside class="quote" data-post="3" data-topic="7"><div class="title"><img> Ada L:</div>'
            "<blockquote>x</blockquote></aside>"
        ),
        "Ada L",
        "7/3",
        "x",
    ),
    "cooked person only": (
        "cooked",
        '<aside class="quote" data-username="bo"><blockquote>x</blockquote></aside>',
        "bo",
        None,
        "x",
    ),
    "cooked nested": (
        "cooked",
        (
            '<aside class="quote" data-username="ada" data-post="3" data-topic="7"><blockquote>'
            '<aside class="quote" data-username="bo"><blockquote>deep</blockquote></aside>outer</blockquote></aside>'
        ),
        "ada",
        "7/3",
        "deep\n\nouter",
    ),
    "raw": ("discourse", '[quote="ada, post:3, topic:7, full:true"]\nx\n[/quote]', "ada", "7/3", "x"),
    "raw display name": (
        "discourse",
        '[quote="Lind, Ada, post:3, topic:7, username:ada"]x[/quote]',
        "ada",
        "7/3",
        "x",
    ),
    "raw name only": ("discourse", '[quote="ada"]x[/quote]', "ada", None, "x"),
    "raw nameless": ("discourse", "[quote]x[/quote]", None, None, "x"),
    "raw typographic": ("discourse", "[quote=“ada, post:3, topic:7”]x[/quote]", "ada", "7/3", "x"),
    "raw nested": (
        "discourse",
        '[quote="ada"]\nx\n[quote="bo"]\ndeep\n[/quote]\n[/quote]\nmine',
        "ada",
        None,
        "x\n\ndeep",
    ),
    "zulip": (
        "zulip",
        (
            '<p><span class="user-mention silent" data-user-id="4">Ada Lind</span> <a href="#narrow/channel/1-x/topic/y/near/42">'
            "said</a>:</p><blockquote><p>x</p></blockquote><p>mine</p>"
        ),
        "Ada Lind",
        "42",
        "x",
    ),
    "zulip in French": (
        "zulip",
        '<p>so<br><span class="user-mention silent">Ada Lind</span> <a href="/near/42">a dit</a> :</p><blockquote>x</blockquote>',
        "Ada Lind",
        "42",
        "x",
    ),
    "zulip as code": (
        "zulip",
        '<p><span class="user-mention silent">Ada Lind</span> <a href="/near/42">said</a>:</p><pre><code>x</code></pre>',
        "Ada Lind",
        "42",
        "x",
    ),
    "zulip plain quote": ("zulip", "<p>From the site:</p><blockquote>x</blockquote>", None, None, "x"),
    "markdown handle": ("markdown", "@ada-l wrote:\n> x\n\nmine", "ada-l", None, "x"),
    "markdown mail": (
        "markdown",
        "On Tue, May 3, 2022 at 10:00, Ada Lind <notifications@x.org> wrote:\n\n> x",
        "Ada Lind",
        None,
        "x",
    ),
    "markdown sentence": ("markdown", "The new rules say:\n> x", None, None, "x"),
    "mail address": (
        "mail",
        "On Tue, 3 May 2022, Ada Lind <Ada@X.org> wrote:\n\n> x",
        "ada@x.org",
        None,
        "x",
    ),
    "mail name": (
        "mail",
        "On Wed, Jan 14, 2015 at 12:07:57PM -0600, Ada Lind wrote:\n> x",
        "Ada Lind",
        None,
        "x",
    ),
    "mail obfuscated": (
        "mail",
        "2016-04-14 11:06 GMT+02:00 Ada Lind <ada at x.org>:\n\n> x",
        "ada@x.org",
        None,
        "x",
    ),
    "mail yesterday": ("mail", "Yesterday at 15:02, Ada Lind wrote:\n\n>> x", "Ada Lind", None, "x"),
    "mail short": ("mail", "Ada Lind <ada@x.org> writes:\n> x", "ada@x.org", None, "x"),
    "mail headers in quote": (
        "mail",
        ">From: Ada <ada@x.org>\n>To: all\n>\n>x",
        "ada@x.org",
        None,
        "From: Ada <ada@x.org>\nTo: all\n\nx",
    ),
    "mail outlook": (
        "mail",
        "-----Original Message-----\nFrom: Ada [mailto:ada@x.org]\nSent: 3\nTo: b\n\nx",
        "ada@x.org",
        None,
        "x",
    ),
    "mail nobody": ("mail", "> x", None, None, "x"),
    "html cite": (
        "html",
        "<p>On 3 May 2022, Ada Lind wrote:</p><blockquote>x</blockquote>",
        "Ada Lind",
        None,
        "x",
    ),
    "html headers": (
        "html",
        "<p>From: Ada &lt;ada@x.org&gt;<br>Sent: 3<br>To: b</p>",
        "ada@x.org",
        None,
        "From: Ada <ada@x.org>\nSent: 3\nTo: b",
    ),
    "elided": ("cooked", '<details class="elided"><summary>...</summary>x</details>', None, None, "...\nx"),
}


@pytest.mark.parametrize(("how", "body", "who", "post", "text"), ATTRIBUTED.values(), ids=ATTRIBUTED.keys())
def test_quotes_say_whose_words(how, body, who, post, text):
    """Every format gives one quote span with the person, the post and the words quoted."""
    quotes = [stretch[1:] for stretch in stretches(clean(body, how)) if stretch[0] == "quote"]
    assert quotes == [(who, post, text)]


def test_who_is_quoted_is_not_addressed():
    """The name in an attribution and names inside a quote are no mentions; the author's own are."""
    cleaned = clean("@ada wrote:\n> ask @bo\n\n@cy what do you think? mail me@x.org", "markdown")
    assert cleaned.mentions == ("cy",)
    assert kinds(cleaned) == ["attribution", "quote", "own"]


MENTIONS = {
    "cooked": ("cooked", '<a class="mention" href="/u/ada">@ada</a> <a class="mention-group">@infra</a>', ("ada", "@infra")),
    "discourse": ("discourse", "@ada. see `@code` and a@x.org, @all", ("ada", "@all")),
    "zulip": ("zulip", ('<p><span class="user-mention" data-user-id="1">@Ada Lind</span> or '
              '<span class="user-mention silent">Bo Ek</span></p>'), ("Ada Lind",)),
    "zulip everybody": ("zulip", '<span class="user-mention" data-user-id="*">@all</span>', ("@all",)),
    "zulip group": ("zulip", '<span class="user-group-mention">@infra</span>', ("@infra",)),
    "slack": ("mrkdwn", "<@U1|ada> <@U1> <!here> <!everyone> <!subteam^S1|@infra>", ("U1", "@here", "@all", "@infra")),
    "slack upload": ("mrkdwn", "<@U1|ada> uploaded a file: <https://x.org/f|f.png>", ()),
    "teams": ("html", '<p><at id="0">Ada Lind</at> please</p>', ("Ada Lind",)),
    "mail": ("mail", "@ada look\n> @bo", ("ada",)),
    "text": ("text", "hi @ada-lind", ("ada-lind",)),
}  # fmt: skip


@pytest.mark.parametrize(("how", "body", "mentions"), MENTIONS.values(), ids=MENTIONS.keys())
def test_mentions(how, body, mentions):
    """Who is addressed in own words, once each, in order; "@all" and "@here" stand for everybody."""
    assert clean(body, how).mentions == mentions


def test_neighbouring_quotes_stay_apart():
    """Two quotes in a row are two spans, whoever said them: quotes are counted."""
    raw = '[quote="ada, post:3, topic:7"]\nx\n[/quote]\n[quote="ada, post:3, topic:7"]\ny\n[/quote]'
    assert [stretch[3] for stretch in stretches(clean(raw, "discourse"))] == ["x", "y"]


def test_quote_of_a_picture_keeps_its_place():
    """A quote with nothing to read is still a quote of somebody's post."""
    raw = '[quote="ada, post:3, topic:7"]\n![chart](upload://c.png)\n[/quote]\nnice'
    assert stretches(clean(raw, "discourse"))[0] == ("quote", "ada", "7/3", "[...]")


def test_own_forum_link_is_no_quote():
    """A bare link to a post of the same forum is rendered like a quote, titled by a link: it is a preview."""
    body = (
        '<aside class="quote quote-modified" data-post="3" data-topic="9"><div class="title"><img>'
        '<a href="https://forum.x.org/t/plan/9/3">The plan</a></div><blockquote>x</blockquote></aside>'
    )
    assert [stretch[:3] for stretch in stretches(clean(body, "cooked"))] == [("onebox", None, "9/3")]


def test_forward_is_told_from_quote():
    """Forwarded text is kept apart from an answered mail, with its sender."""
    body = "fyi\n\nBegin forwarded message:\n\nFrom: Ada <ada@x.org>\nSubject: x\nDate: 3 May\n\nwords"
    assert stretches(clean(body, "mail"))[-1] == ("forward", "ada@x.org", None, "words")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u00a0b\u3000c", "a b c"),
        ("+\u200b1\x00 \ufeffok", "+1 ok"),
        ("x\ud800y", "x\ufffdy"),
        ("\U0001f468\u200d\U0001f4bb", "\U0001f468\u200d\U0001f4bb"),
        ("a  \n\n\n\n b", "a\n\n b"),
        ("unterstu\u200b\u0308tze", "unterst\xfctze"),
    ],
    ids=["line breaks", "blanks", "invisible", "lone surrogate", "emoji joiner", "empty lines", "accents"],
)
def test_white_space_is_settled(body, shown):
    """What no reader sees is settled; text can always be stored as UTF-8."""
    assert clean(body, "text").plain == shown
    assert clean(shown, "text").plain == shown


def test_raw_and_cooked_forms_agree():
    """The same post as typed and as rendered gives the same own words, quotes and mentions."""
    raw = (
        '[quote="ada, post:3, topic:7"]\n+1\n[/quote]\n\nI **disagree**, @bo:\n\n- too *slow*\n- too dear\n\n'
        "```\ncode\n```\n\n> said elsewhere\n\nhttps://x.org/plan\n\nBye :wave:"
    )
    cooked = (
        '<aside class="quote no-group" data-username="ada" data-post="3" data-topic="7"><div class="title">ada:</div>'
        '<blockquote><p>+1</p></blockquote></aside><p>I <strong>disagree</strong>, <a class="mention">@bo</a>:</p>'
        "<ul><li>too <em>slow</em></li><li>too dear</li></ul><pre><code>code</code></pre><blockquote><p>said elsewhere</p>"
        '</blockquote><aside class="onebox"><article>https://x.org/plan</article></aside>'
        '<p>Bye <img class="emoji" title=":wave:" alt=":wave:"></p>'
    )
    typed, rendered = clean(raw, "discourse"), clean(cooked, "cooked")
    assert stretches(typed) == stretches(rendered)
    assert typed.mentions == rendered.mentions == ("bo",)


def test_batch_is_clean_row_by_row():
    """A batch gives one row a post in the schema named, and stands null bodies and unknown formats."""
    batch = pa.RecordBatch.from_pydict(
        {
            "post_id": ["f:1", "f:2", "f:3"],
            "body": ['[quote="ada, post:3, topic:7"]x[/quote]\nno @bo', None, "*as it is*"],
            "body_format": ["discourse", "markdown", "unheard-of"],
        }
    )
    cleaned = clean_batch(batch)
    assert cleaned.schema == SCHEMA
    assert cleaned.to_pylist() == [
        {
            "post_id": "f:1",
            "plain": "x\nno @bo",
            "own_text": "no @bo",
            "spans": [
                {"start": 0, "end": 1, "kind": "quote", "who": "ada", "post": "7/3"},
                {"start": 2, "end": 8, "kind": "own", "who": None, "post": None},
            ],
            "mentions": ["bo"],
        },
        {"post_id": "f:2", "plain": "", "own_text": "", "spans": [], "mentions": []},
        {
            "post_id": "f:3",
            "plain": "*as it is*",
            "own_text": "*as it is*",
            "spans": [{"start": 0, "end": 10, "kind": "own", "who": None, "post": None}],
            "mentions": [],
        },
    ]


def test_empty_batch():
    """No posts give no rows, in the same schema."""
    empty = pa.RecordBatch.from_pydict(
        {"post_id": [], "body": [], "body_format": []},
        schema=pa.schema([(name, pa.string()) for name in ("post_id", "body", "body_format")]),
    )
    assert clean_batch(empty).schema == SCHEMA
    assert clean_batch(empty).num_rows == 0


def test_version_is_a_cache_key_part():
    """The version is a non-empty string without blanks, fit for a key."""
    assert VERSION.split() == [VERSION]
